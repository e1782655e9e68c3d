//! What a fault does to a request (contract "The fixture", section 6): it waits, answers something
//! else, breaks the answer, or lets the connection go.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::delivery::{Delivery, Pace};
use super::presets::{self, Preset};
use super::problem::Problem;
use super::{nearest, only};
use crate::panel::chance::Chance;
use crate::span;
use crate::wire::Response;

/// What a fault does. Its parts come in this order.
#[derive(Default)]
pub struct Effect {
    delay: Option<Delay>,
    /// The dialect's own failure by its name.
    answer: Option<String>,
    status: Option<u16>,
    body: Option<String>,
    preset: Option<&'static Preset>,
    corrupt: u32,
    ending: Option<Ending>,
}

enum Delay {
    Fixed(Duration),
    /// Anything between the two.
    Uniform(Duration, Duration),
}

/// How the answer ends otherwise.
enum Ending {
    Close,
    Reset,
    Hang,
    CutBytes(usize),
    CutFraction(f64),
    Dribble {
        chunks: usize,
        over: Duration,
    },
    /// Bytes a second.
    Throttle(usize),
}

const MEMBERS: [&str; 10] = [
    "delay", "answer", "status", "body", "preset", "corrupt", "abort", "truncate", "dribble", "throttle",
];
const ABORTS: [&str; 4] = ["close", "reset", "hang", "empty"];

/// Longest wait that a fault may ask for.
const PATIENCE: Duration = Duration::from_secs(600);

/// Bytes of a piece of a throttled answer, and how long the shortest pause is.
const PIECES_A_SECOND: usize = 20;

impl Effect {
    /// Reads an effect.
    ///
    /// # Errors
    /// What is wrong with it, and what may be there.
    pub fn read(value: &Value) -> Result<Effect, Problem> {
        let members = members(value, "effect")?;
        only(members, &MEMBERS)?;
        let mut effect = Effect {
            delay: members.get("delay").map(delay).transpose()?,
            answer: members.get("answer").map(|value| text(value, "answer")).transpose()?,
            status: members.get("status").map(status).transpose()?,
            body: members.get("body").map(|value| text(value, "body")).transpose()?,
            preset: members.get("preset").map(preset).transpose()?,
            corrupt: members.get("corrupt").map(flips).transpose()?.unwrap_or(0),
            ending: None,
        };
        let endings = ["abort", "truncate", "dribble", "throttle"].map(|name| (name, members.get(name)));
        for (name, value) in endings {
            let Some(value) = value else { continue };
            if effect.ending.is_some() {
                return Err(Problem::bad_request(
                    "an answer ends in one way",
                    "keep one of abort, truncate, dribble and throttle",
                ));
            }
            effect.ending = Some(ending(name, value)?);
        }
        match members.is_empty() {
            true => Err(Problem::bad_request(
                "the effect does nothing",
                format!("there are {}", MEMBERS.join(", ")),
            )),
            false => Ok(effect),
        }
    }

    /// Whether it answers by itself, so that nobody else has to.
    pub fn answers(&self) -> bool {
        self.answer.is_some() || self.status.is_some() || self.body.is_some()
    }

    /// Whether no answer is sent at all.
    pub fn lets_go(&self) -> bool {
        matches!(self.ending, Some(Ending::Close | Ending::Reset | Ending::Hang))
    }

    /// Whether the request never ends.
    pub fn hangs(&self) -> bool {
        matches!(self.ending, Some(Ending::Hang))
    }

    /// Waits as long as it asks for; one that hangs never comes back.
    pub async fn wait(&self, chance: &Chance) {
        let wait = self.delay_of(chance);
        if !wait.is_zero() {
            actix_web::rt::time::sleep(wait).await;
        }
        if self.hangs() {
            std::future::pending::<()>().await;
        }
    }

    fn delay_of(&self, chance: &Chance) -> Duration {
        match &self.delay {
            None => Duration::ZERO,
            Some(Delay::Fixed(wait)) => *wait,
            Some(Delay::Uniform(least, most)) => {
                let range = u32::try_from(most.saturating_sub(*least).as_millis()).unwrap_or(u32::MAX);
                *least + Duration::from_millis(chance.below(range.saturating_add(1)).into())
            }
        }
    }

    /// The dialect's own word for a failure, where it is to be answered.
    pub fn word(&self) -> Option<&str> {
        self.answer.as_deref()
    }

    /// The answer made of one that the panel gave, or that says [`Effect::word`].
    pub fn apply(&self, given: Option<Response>, chance: &Chance) -> Delivery {
        let mut response = given.unwrap_or_else(|| Response::new(200, "application/json", ""));
        if let Some(body) = &self.body {
            response.body = body.clone().into_bytes();
        }
        if let Some(status) = self.status {
            response.status = status;
            if self.body.is_none() && self.answer.is_none() {
                response = Response::new(status, "text/plain", format!("{status}\n"));
            }
        }
        if let Some(preset) = self.preset {
            (preset.apply)(&mut response);
        }
        for _ in 0..self.corrupt {
            let at = u32::try_from(response.body.len()).map_or(0, |length| chance.below(length.max(1)));
            if let Some(byte) = usize::try_from(at).ok().and_then(|at| response.body.get_mut(at)) {
                *byte ^= 1;
            }
        }
        let pace = self.pace(response.body.len());
        Delivery { response, pace }
    }

    fn pace(&self, length: usize) -> Pace {
        match &self.ending {
            None | Some(Ending::Hang) => Pace::Whole,
            Some(Ending::Close) => Pace::Close,
            Some(Ending::Reset) => Pace::Reset,
            Some(Ending::CutBytes(bytes)) => Pace::Cut {
                bytes: (*bytes).min(length),
            },
            Some(Ending::CutFraction(fraction)) => Pace::Cut {
                bytes: share(length, *fraction),
            },
            Some(Ending::Dribble { chunks, over }) => Pace::Pieces {
                bytes: length.div_ceil((*chunks).max(1)).max(1),
                pause: over
                    .checked_div(u32::try_from(*chunks).unwrap_or(1))
                    .unwrap_or_default(),
            },
            Some(Ending::Throttle(rate)) => Pace::Pieces {
                bytes: (rate / PIECES_A_SECOND).max(1),
                pause: match rate / PIECES_A_SECOND {
                    0 => Duration::from_secs(1)
                        .checked_div(u32::try_from(*rate).unwrap_or(1))
                        .unwrap_or_default(),
                    _ => Duration::from_millis(50),
                },
            },
        }
    }
}

#[expect(
    clippy::as_conversions,
    reason = "a float becomes the nearest number there is; it cannot fail"
)]
fn share(length: usize, fraction: f64) -> usize {
    ((length as f64) * fraction) as usize
}

fn members<'a>(value: &'a Value, name: &str) -> Result<&'a Map<String, Value>, Problem> {
    value.as_object().ok_or_else(|| {
        Problem::bad_request(
            format!("`{name}` is no object"),
            format!("send {}", json!({ name: {} })),
        )
    })
}

fn text(value: &Value, name: &str) -> Result<String, Problem> {
    let text = value.as_str().map(str::to_owned);
    text.ok_or_else(|| Problem::bad_request(format!("`{name}` is no text: {value}"), "send it in quotes"))
}

fn status(value: &Value) -> Result<u16, Problem> {
    let status = value.as_u64().filter(|status| (200..=599).contains(status));
    status
        .and_then(|status| u16::try_from(status).ok())
        .ok_or_else(|| Problem::bad_request(format!("`status` is no HTTP status: {value}"), "send 200 to 599"))
}

fn preset(value: &Value) -> Result<&'static Preset, Problem> {
    let name = text(value, "preset")?;
    let names: Vec<&str> = presets::PRESETS.iter().map(|preset| preset.name).collect();
    presets::find(&name).ok_or_else(|| {
        Problem::bad_request(
            format!("there is no preset {name:?}"),
            format!("there are {}{}", names.join(", "), nearest(&name, &names)),
        )
    })
}

fn flips(value: &Value) -> Result<u32, Problem> {
    let members = members(value, "corrupt")?;
    only(members, &["flip"])?;
    let flips = members
        .get("flip")
        .and_then(Value::as_u64)
        .and_then(|flips| u32::try_from(flips).ok());
    flips
        .filter(|flips| (1..=1000).contains(flips))
        .ok_or_else(|| Problem::bad_request("`flip` is no number from 1 to 1000", r#"send {"flip":1}"#))
}

fn delay(value: &Value) -> Result<Delay, Problem> {
    if value.is_string() {
        return Ok(Delay::Fixed(duration(value)?));
    }
    let members = members(value, "delay")?;
    only(members, &["uniform"])?;
    match members.get("uniform").and_then(Value::as_array).map(Vec::as_slice) {
        Some([least, most]) => {
            let (least, most) = (duration(least)?, duration(most)?);
            Ok(Delay::Uniform(least.min(most), most.max(least)))
        }
        _ => Err(Problem::bad_request(
            "`uniform` is no pair",
            r#"send "200ms" or {"uniform":["50ms","900ms"]}"#,
        )),
    }
}

fn ending(name: &str, value: &Value) -> Result<Ending, Problem> {
    match name {
        "abort" => match value.as_str() {
            Some("close" | "empty") => Ok(Ending::Close),
            Some("reset") => Ok(Ending::Reset),
            Some("hang") => Ok(Ending::Hang),
            _ => Err(Problem::bad_request(
                format!("`abort` is none of them: {value}"),
                format!("there are {}", ABORTS.join(", ")),
            )),
        },
        "truncate" => {
            let members = members(value, name)?;
            only(members, &["bytes", "fraction"])?;
            let bytes = members
                .get("bytes")
                .and_then(Value::as_u64)
                .and_then(|bytes| usize::try_from(bytes).ok());
            let fraction = members
                .get("fraction")
                .and_then(Value::as_f64)
                .filter(|part| (0.0..1.0).contains(part));
            match (bytes, fraction) {
                (Some(bytes), None) => Ok(Ending::CutBytes(bytes)),
                (None, Some(fraction)) => Ok(Ending::CutFraction(fraction)),
                _ => Err(Problem::bad_request(
                    "`truncate` says neither how many bytes nor which part",
                    r#"send {"bytes":512} or {"fraction":0.5}"#,
                )),
            }
        }
        "dribble" => {
            let members = members(value, name)?;
            only(members, &["chunks", "over"])?;
            let chunks = members
                .get("chunks")
                .and_then(Value::as_u64)
                .filter(|chunks| (1..=10_000).contains(chunks));
            let chunks = chunks.and_then(|chunks| usize::try_from(chunks).ok());
            match (chunks, members.get("over")) {
                (Some(chunks), Some(over)) => Ok(Ending::Dribble {
                    chunks,
                    over: duration(over)?,
                }),
                _ => Err(Problem::bad_request(
                    "`dribble` is incomplete",
                    r#"send {"chunks":5,"over":"2s"}"#,
                )),
            }
        }
        _ => {
            let rate = value.as_str().and_then(rate);
            rate.map(Ending::Throttle)
                .ok_or_else(|| Problem::bad_request(format!("`throttle` is no rate: {value}"), r#"send "64KiB/s""#))
        }
    }
}

/// `200ms`, `2s`, `5m`.
pub fn duration(value: &Value) -> Result<Duration, Problem> {
    let read = value.as_str().and_then(|text| span::up_to(text, PATIENCE));
    read.ok_or_else(|| {
        Problem::bad_request(
            format!("{value} is no duration"),
            "write it as \"200ms\", \"2s\" or \"5m\"; 10 minutes is the longest",
        )
    })
}

/// `64KiB/s`, `1MiB/s`, `100B/s`.
fn rate(text: &str) -> Option<usize> {
    let text = text.strip_suffix("/s")?;
    let unit = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = text.split_at(unit);
    let scale = match unit {
        "B" => 1,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        _ => return None,
    };
    number
        .parse::<usize>()
        .ok()?
        .checked_mul(scale)
        .filter(|rate| *rate > 0)
}
