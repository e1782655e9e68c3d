//! The values of faults: durations, sizes, rates, counts. Rules, the request header and the command line options share
//! them.

use std::time::Duration;

use deserr::ValuePointerRef;
use serde_json::Value;
use utoipa::openapi::schema::Type;

use crate::config::LONGEST_DELAY;
use crate::control::members::{Leaf, body, deserialize, leaves};
use crate::control::problem::Problem;
use crate::control::values::Share;
use crate::openapi::typed::{any_of_lines, of_types, schemas};
use crate::panel::rng::Rng;
use crate::span;

/// The largest sigma of a lognormal delay: above it nearly every delay is zero or the longest.
const MAX_SIGMA: f64 = 10.0;

/// The delay before an answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Delay {
    Fixed(Duration),
    /// Uniform between the two.
    Uniform(Duration, Duration),
    /// Half of the delays are shorter than the median and a few are much longer, as in real networks.
    Lognormal {
        median: Duration,
        sigma: f64,
    },
}

impl Delay {
    /// Draws one delay.
    pub fn draw(&self, rng: &Rng) -> Duration {
        match *self {
            Delay::Fixed(wait) => wait,
            Delay::Uniform(least, most) => {
                let range = u32::try_from(most.saturating_sub(least).as_millis()).unwrap_or(u32::MAX);
                least + Duration::from_millis(rng.below(range.saturating_add(1)).into())
            }
            Delay::Lognormal { median, sigma } => {
                let seconds = median.as_secs_f64() * (sigma * rng.normal()).exp();
                Duration::try_from_secs_f64(seconds).map_or(LONGEST_DELAY, |wait| wait.min(LONGEST_DELAY))
            }
        }
    }
}

/// How long to wait: `200ms`, `2s`, `5m`.
#[derive(Clone, Copy, Debug)]
pub struct Wait(pub Duration);

/// A number of bytes: `512`, `"512B"`, `"64KiB"`, `"2MiB"`.
#[derive(Clone, Copy, Debug)]
pub struct Size(pub usize);

/// Bytes per second: `"64KiB/s"`.
#[derive(Clone, Copy, Debug)]
pub struct Rate(pub usize);

/// The HTTP status of a final answer.
#[derive(Clone, Copy, Debug)]
pub struct FinalStatus(pub u16);

/// How widely delays are spread.
#[derive(Clone, Copy, Debug)]
pub struct Sigma(f64);

body! {
    /// Half of the delays are shorter than the median, a few are much longer.
    pub struct Lognormal {
        median: Wait,
        sigma: Sigma,
    }
}

body! {
    /// Where a body ends: at one of these.
    #[schema(as = Cut)]
    #[deserr(validate = Truncate::has_one -> Problem)]
    pub struct Truncate {
        bytes?: Size,
        fraction?: Share,
    }
}

leaves!(Delay, FinalStatus, Rate, Sigma, Size, Wait);
schemas! {
    Delay with Lognormal => any_of_lines(
        &["text", "uniform:text[]", "lognormal:Lognormal"],
        "How long to wait before an answer: always the same, between two, or as networks have it.",
    );
    FinalStatus => of_types([Type::Integer], "An HTTP status from 200 to 599.");
    Rate as "RateText" => of_types([Type::String], "Bytes in a second, such as `64KiB/s`.");
    Sigma => of_types([Type::Number], "From 0 to 10.");
    Size => of_types([Type::Integer, Type::String], "A number of bytes, or a text such as `64KiB`.");
    Wait => of_types([Type::String], "A time such as `200ms`, `2s` or `5m`; 10 minutes is the longest.");
}

impl Truncate {
    fn has_one(self, location: ValuePointerRef<'_>) -> Result<Truncate, Problem> {
        match (&self.bytes, &self.fraction) {
            (Some(_), None) | (None, Some(_)) => Ok(self),
            _ => Err(Problem::bad_request(
                "`truncate` has one of bytes and fraction",
                r#"send {"bytes":512} or {"fraction":0.5}"#,
            )
            .at(location)),
        }
    }
}

impl Leaf for FinalStatus {
    fn read(value: &Value, name: &str) -> Result<FinalStatus, Problem> {
        let status = value.as_u64().filter(|status| (200..=599).contains(status));
        let status = status.and_then(|status| u16::try_from(status).ok()).map(FinalStatus);
        status.ok_or_else(|| Problem::bad_request(format!("`{name}` is no HTTP status: {value}"), "send 200 to 599"))
    }
}

impl Leaf for Wait {
    fn read(value: &Value, _: &str) -> Result<Wait, Problem> {
        let parsed = value.as_str().and_then(|text| span::up_to(text, LONGEST_DELAY));
        parsed.map(Wait).ok_or_else(|| {
            Problem::bad_request(
                format!("{value} is no duration"),
                "write it as \"200ms\", \"2s\" or \"5m\"; 10 minutes is the longest",
            )
        })
    }
}

impl Leaf for Delay {
    fn read(value: &Value, name: &str) -> Result<Delay, Problem> {
        if value.is_string() {
            return Wait::read(value, name).map(|Wait(wait)| Delay::Fixed(wait));
        }
        let only = value.as_object().filter(|all| all.len() == 1);
        match only.and_then(|all| all.iter().next()) {
            Some((kind, Value::Array(bounds))) if kind == "uniform" && bounds.len() == 2 => {
                let [Wait(least), Wait(most)] = deserialize(&Value::from(bounds.clone()))?;
                Ok(Delay::Uniform(least.min(most), most.max(least)))
            }
            Some((kind, Value::Object(shape)))
                if kind == "lognormal"
                    && shape.len() == 2
                    && shape.contains_key("median")
                    && shape.contains_key("sigma") =>
            {
                let Lognormal { median, sigma } = deserialize(&Value::Object(shape.clone()))?;
                Ok(Delay::Lognormal {
                    median: median.0,
                    sigma: sigma.0,
                })
            }
            _ => Err(Problem::bad_request(
                format!("`{name}` is no wait: {value}"),
                r#"send "200ms", {"uniform":["50ms","900ms"]} or {"lognormal":{"median":"120ms","sigma":0.4}}"#,
            )),
        }
    }
}

impl Leaf for Sigma {
    fn read(value: &Value, name: &str) -> Result<Sigma, Problem> {
        let sigma = value.as_f64().filter(|sigma| (0.0..=MAX_SIGMA).contains(sigma));
        let none = || Problem::bad_request(format!("`{name}` is not between 0 and 10: {value}"), "send 0.4");
        sigma.map(Sigma).ok_or_else(none)
    }
}

impl Leaf for Size {
    fn read(value: &Value, name: &str) -> Result<Size, Problem> {
        let parsed = match value {
            Value::Number(number) => number.as_u64().and_then(|bytes| usize::try_from(bytes).ok()),
            Value::String(text) => bytes(text),
            _ => None,
        };
        parsed.map(Size).ok_or_else(|| {
            Problem::bad_request(
                format!("`{name}` is no size: {value}"),
                "write it as 512, \"64KiB\" or \"2MiB\"",
            )
        })
    }
}

impl Leaf for Rate {
    fn read(value: &Value, name: &str) -> Result<Rate, Problem> {
        let parsed = value.as_str().and_then(|text| bytes(text.strip_suffix("/s")?));
        parsed.filter(|rate| *rate > 0).map(Rate).ok_or_else(|| {
            Problem::bad_request(
                format!("`{name}` is no rate: {value}"),
                "write it as \"100B/s\", \"64KiB/s\" or \"1MiB/s\"",
            )
        })
    }
}

fn bytes(text: &str) -> Option<usize> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at_checked(digits)?;
    let scale = match unit {
        "" | "B" => 1,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        _ => return None,
    };
    number.parse::<usize>().ok()?.checked_mul(scale)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn sizes_and_rates_have_units() {
        for (sent, expected) in [
            (json!(512), Some(512)),
            (json!(0), Some(0)),
            (json!("512"), Some(512)),
            (json!("512B"), Some(512)),
            (json!("64KiB"), Some(64 << 10)),
            (json!("2MiB"), Some(2 << 20)),
            (json!("2MB"), None),
            (json!("KiB"), None),
            (json!("-1"), None),
            (json!(-1), None),
            (json!(1.5), None),
            (json!("99999999999999999999"), None),
            (json!("99999999999999999MiB"), None),
            (json!(null), None),
        ] {
            assert_eq!(Size::read(&sent, "bytes").ok().map(|size| size.0), expected, "{sent}");
        }
        for (sent, expected) in [
            (json!("100B/s"), Some(100)),
            (json!("64KiB/s"), Some(64 << 10)),
            (json!("0B/s"), None),
            (json!("64KiB"), None),
            (json!(64), None),
        ] {
            assert_eq!(
                Rate::read(&sent, "throttle").ok().map(|rate| rate.0),
                expected,
                "{sent}"
            );
        }
    }

    #[test]
    fn a_lognormal_delay_lies_around_its_median_and_is_never_endless() {
        let rng = Rng::seeded(7);
        let median = Duration::from_millis(120);
        let delay = Delay::Lognormal { median, sigma: 0.4 };
        let mut waits: Vec<Duration> = (0..1001).map(|_| delay.draw(&rng)).collect();
        waits.sort();
        let middle = waits[500].as_millis();
        assert!((110..=130).contains(&middle), "{middle}");
        // About two thirds of the delays are within one standard deviation.
        let inside = waits
            .iter()
            .filter(|wait| (80..=179).contains(&wait.as_millis()))
            .count();
        assert!((630..=730).contains(&inside), "{inside}");

        let wide = Delay::Lognormal {
            median: LONGEST_DELAY,
            sigma: MAX_SIGMA,
        };
        assert!((0..1000).all(|_| wide.draw(&rng) <= LONGEST_DELAY));
        let certain = Delay::Lognormal { median, sigma: 0.0 };
        assert_eq!(certain.draw(&rng), median);
    }
}
