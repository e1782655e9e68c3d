//! What a fault does to a request (contract "The fixture", section 6): it waits, answers in the
//! panel's place, breaks the answer, or lets the connection go.

use std::future::ready;
use std::time::Duration;

use actix_web::web::Bytes;
use futures_util::{StreamExt, stream};
use serde_json::{Map, Value};

use super::grammar::{self, Delay, members, size, text};
use super::presets;
use crate::control::members::{given, only};
use crate::control::problem::Problem;
use crate::dialects::Dialects;
use crate::dialects::presets::{Preset, PresetContext, PresetEffect, WholeAnswer};
use crate::http::delivery::{ASSUMED_LENGTH, Delivery, Pace};
use crate::http::{Body, Response};
use crate::panel::rng::Rng;
use crate::spelling::nearest;

/// What a fault does. Its parts come in this order.
#[derive(Clone, Debug, Default)]
pub struct Effect {
    delay: Option<Delay>,
    /// What is answered in the panel's place.
    instead: Option<Instead>,
    status: Option<u16>,
    /// What a preset does to the answer.
    broken: Option<Broken>,
    corrupt: u32,
    ending: Option<Termination>,
}

/// How a preset breaks an answer.
#[derive(Clone, Copy, Debug)]
enum Broken {
    Whole(fn(&mut WholeAnswer<'_>)),
    Prefix(&'static str),
}

#[derive(Clone, Debug)]
enum Instead {
    /// The dialect's own failure by its word.
    Word(String),
    Body(String),
    Preset(fn(&PresetContext<'_>) -> Option<Response>),
}

/// How the answer ends otherwise.
#[derive(Clone, Copy, Debug)]
enum Termination {
    /// The same for every answer.
    Pace(Pace),
    /// So much of the body.
    Part(f64),
    /// In so many pieces, over this time.
    Pieces(u32, Duration),
    /// As a preset has it, for a body of this length.
    Preset(fn(usize) -> Pace),
}

/// The members of an effect, in the order in which they are told.
const MEMBERS: [&str; 11] = [
    "delay",
    "answer",
    "status",
    "body",
    "preset",
    "corrupt",
    "abort",
    "truncate",
    "dribble",
    "throttle",
    "stream_cut",
];
/// Those of which an answer has one, because each of them says how it ends.
const ENDINGS: [&str; 5] = ["abort", "truncate", "dribble", "throttle", "stream_cut"];

const ABORTS: [(&str, Pace); 4] = [
    ("close", Pace::Close),
    ("reset", Pace::Reset),
    ("hang", Pace::Hang),
    ("empty", Pace::Close),
];

/// Pieces of a throttled answer, in a second.
const PIECES_A_SECOND: usize = 20;

impl Effect {
    /// Reads an effect.
    ///
    /// # Errors
    /// What is wrong with it, and what may be there.
    pub fn parse(dialects: Dialects, value: &Value) -> Result<Effect, Problem> {
        let members = members(value, "effect")?;
        only(members, &MEMBERS)?;
        if members.is_empty() {
            return Err(Problem::bad_request(
                "the effect does nothing",
                format!("there are {}", MEMBERS.join(", ")),
            ));
        }
        let preset = given(members, "preset", |value| preset(dialects, value))?.map(|preset| preset.effect);
        Ok(Effect {
            delay: given(members, "delay", grammar::delay)?,
            instead: instead(members, preset)?,
            status: given(members, "status", grammar::status)?,
            broken: match preset {
                Some(PresetEffect::Break(broken)) => Some(Broken::Whole(broken)),
                Some(PresetEffect::Prefix(text)) => Some(Broken::Prefix(text)),
                _ => None,
            },
            corrupt: given(members, "corrupt", flips)?.unwrap_or(0),
            ending: ending(members, preset)?,
        })
    }

    /// Whether it waits and does nothing else, so that another fault may act too.
    pub fn only_waits(&self) -> bool {
        let Effect {
            instead,
            status,
            broken,
            corrupt,
            ending,
            ..
        } = self;
        instead.is_none() && status.is_none() && broken.is_none() && *corrupt == 0 && ending.is_none()
    }

    /// How long it waits.
    pub fn delay(&self, rng: &Rng) -> Duration {
        self.delay.map_or(Duration::ZERO, |delay| delay.draw(rng))
    }

    /// Whether no answer is sent at all.
    pub fn lets_go(&self) -> bool {
        matches!(
            self.ending,
            Some(Termination::Pace(Pace::Close | Pace::Reset | Pace::Hang))
        )
    }

    /// The dialect's own word for a failure, where it is to be answered.
    pub fn word(&self) -> Option<&str> {
        match &self.instead {
            Some(Instead::Word(word)) => Some(word),
            _ => None,
        }
    }

    /// What is answered in the panel's place, but for [`Effect::word`].
    pub fn instead(&self, about: &PresetContext<'_>) -> Option<Response> {
        match (&self.instead, self.status) {
            (Some(Instead::Body(body)), _) => Some(Response::new(200, kind(body), body.clone())),
            (Some(Instead::Preset(make)), _) => make(about),
            (Some(Instead::Word(_)), _) | (None, None) => None,
            (None, Some(status)) => Some(Response::new(status, TEXT, format!("{status}\n"))),
        }
    }

    /// An answer as this effect leaves it.
    pub fn leave(&self, mut response: Response, rng: &Rng) -> Delivery {
        if let Some(status) = self.status {
            response.status = status;
        }
        match (self.broken, &mut response.body) {
            (Some(Broken::Whole(broken)), Body::Bytes(body)) => broken(&mut WholeAnswer {
                headers: &mut response.headers,
                body,
            }),
            (Some(Broken::Prefix(text)), _) => response.body = prefixed(response.body, text),
            // What comes as a stream has no shape that could be another.
            (Some(Broken::Whole(_)), Body::Stream(_)) | (None, _) => {}
        }
        response.body = corrupted(response.body, self.corrupt, rng);
        let length = response.body.len().unwrap_or(ASSUMED_LENGTH);
        let pace = self.ending.map_or(Pace::Whole, |ending| ending.pace(length));
        Delivery { response, pace }
    }
}

impl Termination {
    fn pace(self, length: usize) -> Pace {
        match self {
            Termination::Pace(pace) => pace,
            Termination::Part(part) => Pace::Cut {
                bytes: part_of(length, part),
            },
            Termination::Pieces(pieces, over) => Pace::Pieces {
                bytes: length.div_ceil(usize::try_from(pieces).unwrap_or(1)).max(1),
                pause: over.checked_div(pieces).unwrap_or_default(),
            },
            Termination::Preset(pace) => pace(length),
        }
    }
}

const TEXT: &str = "text/plain; charset=UTF-8";

/// The type of a body, by its looks.
fn kind(body: &str) -> &'static str {
    match body.trim_start().bytes().next() {
        Some(b'{' | b'[') => "application/json",
        Some(b'<') => "text/html; charset=UTF-8",
        _ => TEXT,
    }
}

/// A body with a text before it.
fn prefixed(body: Body, text: &'static str) -> Body {
    match body {
        Body::Bytes(mut bytes) => {
            bytes.splice(..0, text.bytes());
            Body::Bytes(bytes)
        }
        Body::Stream(rest) => {
            let first = stream::iter([Ok(Bytes::from_static(text.as_bytes()))]);
            Body::Stream(Box::pin(first.chain(rest)))
        }
    }
}

/// A body in which one bit of so many bytes is turned. Of a stream these lie among the first bytes.
fn corrupted(body: Body, flips: u32, rng: &Rng) -> Body {
    if flips == 0 {
        return body;
    }
    let length = body.len().unwrap_or(ASSUMED_LENGTH);
    let bound = u32::try_from(length).unwrap_or(u32::MAX).max(1);
    let places: Vec<usize> = (0..flips)
        .map(|_| usize::try_from(rng.below(bound)).unwrap_or(0))
        .collect();
    match body {
        Body::Bytes(mut bytes) => {
            flip(&mut bytes, &places, 0);
            Body::Bytes(bytes)
        }
        Body::Stream(stream) => {
            let flipped = stream.scan(0, move |sent, chunk| {
                let chunk = chunk.map(|chunk| {
                    let mut bytes = chunk.to_vec();
                    flip(&mut bytes, &places, *sent);
                    *sent += bytes.len();
                    Bytes::from(bytes)
                });
                ready(Some(chunk))
            });
            Body::Stream(Box::pin(flipped))
        }
    }
}

/// Turns a bit at each of these places of a body, of which these bytes begin at `from`.
fn flip(bytes: &mut [u8], places: &[usize], from: usize) {
    for place in places {
        if let Some(byte) = place.checked_sub(from).and_then(|at| bytes.get_mut(at)) {
            *byte ^= 1;
        }
    }
}

#[expect(
    clippy::as_conversions,
    reason = "a float becomes the nearest number there is; it cannot fail"
)]
fn part_of(length: usize, part: f64) -> usize {
    ((length as f64) * part) as usize
}

fn instead(members: &Map<String, Value>, preset: Option<PresetEffect>) -> Result<Option<Instead>, Problem> {
    let told = |name| given(members, name, |value| text(value, name));
    let (word, body) = (told("answer")?, told("body")?);
    let made = match preset {
        Some(PresetEffect::Answer(make)) => Some(make),
        _ => None,
    };
    match (word, body, made) {
        (None, None, None) => Ok(None),
        (Some(word), None, None) => Ok(Some(Instead::Word(word))),
        (None, Some(body), None) => Ok(Some(Instead::Body(body))),
        (None, None, Some(make)) => Ok(Some(Instead::Preset(make))),
        _ => Err(Problem::bad_request(
            "there is one answer to a request",
            "keep one of answer, body and a preset that answers by itself",
        )),
    }
}

fn ending(members: &Map<String, Value>, preset: Option<PresetEffect>) -> Result<Option<Termination>, Problem> {
    let mut endings = ENDINGS.iter().filter_map(|name| Some((*name, members.get(*name)?)));
    let paced = match preset {
        Some(PresetEffect::Pace(pace)) => Some(Termination::Preset(pace)),
        _ => None,
    };
    match (endings.next(), endings.next(), paced) {
        (None, _, paced) => Ok(paced),
        (Some((name, _)), None, None) => given(members, name, |value| read_ending(name, value)),
        _ => Err(Problem::bad_request(
            "an answer ends in one way",
            format!("keep one of {} and a preset that says how it comes", ENDINGS.join(", ")),
        )),
    }
}

fn read_ending(name: &str, value: &Value) -> Result<Termination, Problem> {
    match name {
        "abort" => grammar::word(value, name, &ABORTS).map(Termination::Pace),
        "truncate" => {
            let hint = r#"send {"bytes":512} or {"fraction":0.5}"#;
            match one_of(value, name, ["bytes", "fraction"], hint)? {
                (Some(bytes), _) => Ok(Termination::Pace(Pace::Cut {
                    bytes: size(bytes, "bytes")?,
                })),
                (None, part) => grammar::share(part.unwrap_or(&Value::Null), "fraction").map(Termination::Part),
            }
        }
        "stream_cut" => {
            let hint = r#"send {"after_bytes":"2MiB"} or {"after":"3s"}"#;
            let (bytes, after) = one_of(value, name, ["after_bytes", "after"], hint)?;
            Ok(Termination::Pace(Pace::Stream {
                bytes: bytes.map_or(Ok(usize::MAX), |bytes| size(bytes, "after_bytes"))?,
                after: after.map_or(Ok(Duration::ZERO), grammar::duration)?,
            }))
        }
        "dribble" => {
            let members = members(value, name)?;
            only(members, &["chunks", "over"])?;
            match (members.get("chunks"), members.get("over")) {
                (Some(chunks), Some(over)) => Ok(Termination::Pieces(
                    grammar::count(chunks, "chunks", 1, 10_000)?,
                    grammar::duration(over)?,
                )),
                _ => Err(Problem::bad_request(
                    "`dribble` is incomplete",
                    r#"send {"chunks":5,"over":"2s"}"#,
                )),
            }
        }
        _ => grammar::rate(value, name).map(|rate| Termination::Pace(throttled(rate))),
    }
}

/// The values of two members of which there is one.
fn one_of<'a>(
    value: &'a Value,
    name: &str,
    names: [&str; 2],
    hint: &str,
) -> Result<(Option<&'a Value>, Option<&'a Value>), Problem> {
    let members = members(value, name)?;
    only(members, &names)?;
    let found = names.map(|name| members.get(name));
    match found {
        [Some(one), None] => Ok((Some(one), None)),
        [None, Some(other)] => Ok((None, Some(other))),
        _ => Err(Problem::bad_request(
            format!("`{name}` has one of {}", names.join(" and ")),
            hint,
        )),
    }
}

/// So many bytes a second; where that is less than a byte a piece, a byte at a time.
fn throttled(rate: usize) -> Pace {
    let pieces = PIECES_A_SECOND.min(rate);
    let pause = u32::try_from(pieces)
        .ok()
        .and_then(|pieces| Duration::from_secs(1).checked_div(pieces));
    Pace::Pieces {
        bytes: (rate / pieces.max(1)).max(1),
        pause: pause.unwrap_or_default(),
    }
}

fn preset(dialects: Dialects, value: &Value) -> Result<&'static Preset, Problem> {
    let name = text(value, "preset")?;
    let all = presets::all(dialects);
    let names: Vec<&str> = all.iter().map(|preset| preset.name).collect();
    let found = all.iter().find(|preset| preset.name == name).copied();
    found.ok_or_else(|| {
        Problem::bad_request(
            format!("there is no preset {name:?}"),
            format!("there are {}{}", names.join(", "), nearest(&name, &names)),
        )
    })
}

fn flips(value: &Value) -> Result<u32, Problem> {
    let members = members(value, "corrupt")?;
    only(members, &["flip"])?;
    grammar::count(members.get("flip").unwrap_or(&Value::Null), "flip", 1, 1000)
}
