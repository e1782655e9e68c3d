//! The fault header of a request: `X-Linecard-Fault: status=503; delay=200ms`. Each word becomes a member of a
//! rule's effect, whose parser then validates the value.

use serde_json::{Map, Value, json};

use super::effect::Effect;
use super::rule::{At, SentFault, check_word};
use crate::control::problem::Problem;
use crate::dialects::Dialects;
use crate::spelling::nearest;

/// The header, as it is spelled in messages.
pub const HEADER: &str = "X-Linecard-Fault";

const EXAMPLE: &str = "write it as X-Linecard-Fault: status=503; delay=200ms; at=after";

type Word = (&'static str, fn(&str) -> Value);

/// The words before the equals sign, each with the conversion of its text to JSON.
const WORDS: [Word; 19] = [
    ("delay", delay),
    ("answer", text),
    ("status", number),
    ("body", text),
    ("preset", text),
    ("corrupt", |text| json!({ "flip": number(text) })),
    ("abort", text),
    ("truncate", truncate),
    ("dribble", dribble),
    ("throttle", throttle),
    ("stream_cut", place),
    ("stream_stall", place),
    ("ts_gap", ts_gap),
    ("ts_garbage", |text| {
        placed(text, |bytes| json!({ "bytes": number(bytes) }))
    }),
    ("pts_jump", |text| placed(text, |by| json!({ "by": by }))),
    ("hls_frozen", switch),
    ("hls_gap", hls_gap),
    ("upstream_down", switch),
    ("at", text),
];

/// The fault of a header.
#[derive(Debug)]
pub struct Inline {
    pub effect: Effect,
    /// Whether the panel handles the request first.
    pub after: bool,
}

/// Parses the header of a request to the API `api`.
///
/// # Errors
/// A problem that names the header.
pub fn parse(dialects: Dialects, header: &str, api: &str) -> Result<Inline, Problem> {
    let mut members = Map::new();
    for part in header.split(';').map(str::trim).filter(|part| !part.is_empty()) {
        let Some((name, value)) = part.split_once('=') else {
            return Err(Problem::bad_request(
                format!("{HEADER}: {part:?} has no value"),
                EXAMPLE,
            ));
        };
        let (name, value) = (name.trim(), value.trim());
        let Some((_, convert)) = WORDS.iter().find(|(word, _)| *word == name) else {
            let known = WORDS.map(|(word, _)| word);
            return Err(Problem::bad_request(
                format!("{HEADER}: there is no {name:?}"),
                format!("there are {}{}", known.join(", "), nearest(name, &known)),
            ));
        };
        if members.insert(name.to_owned(), convert(value)).is_some() {
            return Err(Problem::bad_request(format!("{HEADER}: {name:?} comes twice"), EXAMPLE));
        }
    }
    let at = members.shift_remove("at");
    let mut fault = Map::from_iter([("effect".to_owned(), Value::Object(members))]);
    fault.extend(at.map(|at| ("at".to_owned(), at)));
    read(dialects, &Value::Object(fault), api).map_err(|problem| Problem {
        detail: format!("{HEADER}: {}", problem.detail),
        ..problem
    })
}

fn read(dialects: Dialects, fault: &Value, api: &str) -> Result<Inline, Problem> {
    let sent = SentFault::parse(fault)?;
    let effect = Effect::new(dialects, sent.effect.unwrap_or_default())?;
    check_word(dialects, effect.word(), Some(api))?;
    Ok(Inline {
        effect,
        after: sent.at == Some(At::After),
    })
}

fn text(text: &str) -> Value {
    text.into()
}

/// Converts a number; any other text is left for the effect's parser to refuse.
fn number(text: &str) -> Value {
    text.parse::<u64>().map_or_else(|_| text.into(), Value::from)
}

/// Converts `200ms` or `50ms..900ms`.
fn delay(text: &str) -> Value {
    match text.split_once("..") {
        Some((least, most)) => json!({ "uniform": [least, most] }),
        None => text.into(),
    }
}

/// Converts `512`, `64KiB` or the fraction `0.5`.
fn truncate(text: &str) -> Value {
    match text.parse::<f64>().ok().filter(|_| text.contains('.')) {
        Some(share) => json!({ "fraction": share }),
        None => json!({ "bytes": text }),
    }
}

/// Converts `5/2s`: this many pieces over this time.
fn dribble(text: &str) -> Value {
    let (chunks, over) = text.split_once('/').unwrap_or((text, ""));
    json!({ "chunks": number(chunks), "over": over })
}

/// Converts the place where a stream is disturbed: `2MiB`, `3s` or `frame:1000`.
fn place(text: &str) -> Value {
    match text.strip_prefix("frame:") {
        Some(frame) => json!({ "after_frame": number(frame) }),
        None if text.ends_with('s') || text.ends_with('m') => json!({ "after": text }),
        None => json!({ "after_bytes": text }),
    }
}

/// Converts `10s@2MiB`: what is done, and where it begins; without a place, at once.
fn placed(text: &str, what: impl FnOnce(&str) -> Value) -> Value {
    let Some((text, begins)) = text.split_once('@') else {
        return what(text);
    };
    let mut members = what(text);
    if let (Some(members), Value::Object(begins)) = (members.as_object_mut(), place(begins)) {
        members.extend(begins);
    }
    members
}

/// Converts `64KiB/s` or `64KiB/s@3s`.
fn throttle(text: &str) -> Value {
    match text.contains('@') {
        true => placed(text, |rate| json!({ "rate": rate })),
        false => text.into(),
    }
}

/// Converts `256/3`: so many packets of this PID, of which it is one without a number.
fn ts_gap(text: &str) -> Value {
    placed(text, |gap| match gap.split_once('/') {
        Some((pid, packets)) => json!({ "pid": number(pid), "packets": number(packets) }),
        None => json!({ "pid": number(gap) }),
    })
}

/// Converts `true`; any other text is left for the effect's parser to refuse.
fn switch(text: &str) -> Value {
    text.parse::<bool>().map_or_else(|_| text.into(), Value::from)
}

/// Converts `true` or the number of a segment.
fn hls_gap(text: &str) -> Value {
    match text.parse::<u64>() {
        Ok(segment) => json!({ "segment": segment }),
        Err(_) => switch(text),
    }
}
