//! Parses the values of faults: durations, sizes, rates, counts. Rules, the request header and the command line
//! options share these parsers.

use std::time::Duration;

use serde_json::{Map, Value, json};

use crate::config::LONGEST_DELAY;
use crate::control::problem::Problem;
use crate::panel::rng::Rng;
use crate::span;
use crate::spelling::nearest;

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

/// Returns the members of an object.
pub fn members<'a>(value: &'a Value, name: &str) -> Result<&'a Map<String, Value>, Problem> {
    value.as_object().ok_or_else(|| {
        Problem::bad_request(
            format!("`{name}` is no object: {value}"),
            format!("send {}", json!({ name: {} })),
        )
    })
}

/// Parses a text.
pub fn text(value: &Value, name: &str) -> Result<String, Problem> {
    let text = value.as_str().map(str::to_owned);
    text.ok_or_else(|| Problem::bad_request(format!("`{name}` is no text: {value}"), "send it in quotes"))
}

/// Parses one of these words.
pub fn word<T: Copy>(value: &Value, name: &str, words: &[(&str, T)]) -> Result<T, Problem> {
    let sent = value.as_str().unwrap_or_default();
    let found = words.iter().find(|(word, _)| *word == sent);
    found.map(|(_, meaning)| *meaning).ok_or_else(|| {
        let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        Problem::bad_request(
            format!("`{name}` is none of them: {value}"),
            format!("there are {}{}", known.join(", "), nearest(sent, &known)),
        )
    })
}

/// Parses a whole number within bounds.
pub fn count(value: &Value, name: &str, least: u32, most: u32) -> Result<u32, Problem> {
    let count = value.as_u64().and_then(|count| u32::try_from(count).ok());
    count.filter(|count| (least..=most).contains(count)).ok_or_else(|| {
        Problem::bad_request(
            format!("`{name}` is no whole number from {least} to {most}: {value}"),
            format!("send {}", json!({ name: least })),
        )
    })
}

/// Parses a number between 0 and 1.
pub fn share(value: &Value, name: &str) -> Result<f64, Problem> {
    let share = value.as_f64().filter(|share| (0.0..=1.0).contains(share));
    share.ok_or_else(|| {
        Problem::bad_request(
            format!("`{name}` is not between 0 and 1: {value}"),
            format!("send {}", json!({ name: 0.5 })),
        )
    })
}

/// Parses the HTTP status of a final answer.
pub fn status(value: &Value) -> Result<u16, Problem> {
    let status = value.as_u64().filter(|status| (200..=599).contains(status));
    status
        .and_then(|status| u16::try_from(status).ok())
        .ok_or_else(|| Problem::bad_request(format!("`status` is no HTTP status: {value}"), "send 200 to 599"))
}

/// Parses `200ms`, `2s`, `5m`.
pub fn duration(value: &Value) -> Result<Duration, Problem> {
    let parsed = value.as_str().and_then(|text| span::up_to(text, LONGEST_DELAY));
    parsed.ok_or_else(|| {
        Problem::bad_request(
            format!("{value} is no duration"),
            "write it as \"200ms\", \"2s\" or \"5m\"; 10 minutes is the longest",
        )
    })
}

/// Parses `"200ms"`, `{"uniform":["50ms","900ms"]}` or `{"lognormal":{"median":"120ms","sigma":0.4}}`.
pub fn delay(value: &Value) -> Result<Delay, Problem> {
    if value.is_string() {
        return duration(value).map(Delay::Fixed);
    }
    let invalid = || {
        Problem::bad_request(
            format!("`delay` is no wait: {value}"),
            r#"send "200ms", {"uniform":["50ms","900ms"]} or {"lognormal":{"median":"120ms","sigma":0.4}}"#,
        )
    };
    let Some((kind, inner)) = value
        .as_object()
        .filter(|all| all.len() == 1)
        .and_then(|all| all.iter().next())
    else {
        return Err(invalid());
    };
    match (kind.as_str(), inner) {
        ("uniform", Value::Array(bounds)) => match bounds.as_slice() {
            [least, most] => {
                let (least, most) = (duration(least)?, duration(most)?);
                Ok(Delay::Uniform(least.min(most), most.max(least)))
            }
            _ => Err(invalid()),
        },
        ("lognormal", Value::Object(shape)) if shape.len() == 2 => match (shape.get("median"), shape.get("sigma")) {
            (Some(median), Some(sigma)) => Ok(Delay::Lognormal {
                median: duration(median)?,
                sigma: spread(sigma)?,
            }),
            _ => Err(invalid()),
        },
        _ => Err(invalid()),
    }
}

fn spread(value: &Value) -> Result<f64, Problem> {
    let sigma = value.as_f64().filter(|sigma| (0.0..=MAX_SIGMA).contains(sigma));
    sigma.ok_or_else(|| Problem::bad_request(format!("`sigma` is not between 0 and 10: {value}"), "send 0.4"))
}

/// Parses a number of bytes: `512`, `"512B"`, `"64KiB"`, `"2MiB"`.
pub fn size(value: &Value, name: &str) -> Result<usize, Problem> {
    let parsed = match value {
        Value::Number(number) => number.as_u64().and_then(|bytes| usize::try_from(bytes).ok()),
        Value::String(text) => bytes(text),
        _ => None,
    };
    parsed.ok_or_else(|| {
        Problem::bad_request(
            format!("`{name}` is no size: {value}"),
            "write it as 512, \"64KiB\" or \"2MiB\"",
        )
    })
}

/// Parses bytes per second: `"64KiB/s"`.
pub fn rate(value: &Value, name: &str) -> Result<usize, Problem> {
    let parsed = value.as_str().and_then(|text| bytes(text.strip_suffix("/s")?));
    parsed.filter(|rate| *rate > 0).ok_or_else(|| {
        Problem::bad_request(
            format!("`{name}` is no rate: {value}"),
            "write it as \"100B/s\", \"64KiB/s\" or \"1MiB/s\"",
        )
    })
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
            assert_eq!(size(&sent, "bytes").ok(), expected, "{sent}");
        }
        for (sent, expected) in [
            (json!("100B/s"), Some(100)),
            (json!("64KiB/s"), Some(64 << 10)),
            (json!("0B/s"), None),
            (json!("64KiB"), None),
            (json!(64), None),
        ] {
            assert_eq!(rate(&sent, "throttle").ok(), expected, "{sent}");
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
