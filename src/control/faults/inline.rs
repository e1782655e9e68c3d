//! A fault that a request asks for itself: `X-Linecard-Fault: status=503; delay=200ms`. The words are
//! those of a rule's effect in a line of text; what they mean is read by the same grammar.

use serde_json::{Map, Value, json};

use super::effect::Effect;
use super::rule::{at, check_word};
use crate::control::problem::Problem;
use crate::dialects::Dialects;
use crate::spelling::nearest;

/// The header, as it is written.
pub const HEADER: &str = "X-Linecard-Fault";

const EXAMPLE: &str = "write it as X-Linecard-Fault: status=503; delay=200ms; at=after";

type Word = (&'static str, fn(&str) -> Value);

/// The words before the equals sign, and what the text behind it is in JSON.
const WORDS: [Word; 12] = [
    ("delay", delay),
    ("answer", text),
    ("status", number),
    ("body", text),
    ("preset", text),
    ("corrupt", |text| json!({ "flip": number(text) })),
    ("abort", text),
    ("truncate", truncate),
    ("dribble", dribble),
    ("throttle", text),
    ("stream_cut", stream_cut),
    ("at", text),
];

/// What a header asks for.
#[derive(Debug)]
pub struct Inline {
    pub effect: Effect,
    /// Whether the panel does its work first.
    pub after: bool,
}

/// Reads the header of a request to this dialect.
///
/// # Errors
/// What is wrong with it.
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
        let Some((_, meaning)) = WORDS.iter().find(|(word, _)| *word == name) else {
            let known = WORDS.map(|(word, _)| word);
            return Err(Problem::bad_request(
                format!("{HEADER}: there is no {name:?}"),
                format!("there are {}{}", known.join(", "), nearest(name, &known)),
            ));
        };
        if members.insert(name.to_owned(), meaning(value)).is_some() {
            return Err(Problem::bad_request(format!("{HEADER}: {name:?} comes twice"), EXAMPLE));
        }
    }
    let after = members.shift_remove("at").map_or(Ok(false), |value| at(&value));
    let ours = |problem: Problem| Problem {
        detail: format!("{HEADER}: {}", problem.detail),
        ..problem
    };
    let effect = Effect::parse(dialects, &Value::Object(members)).map_err(ours)?;
    check_word(dialects, effect.word(), Some(api)).map_err(ours)?;
    Ok(Inline {
        effect,
        after: after.map_err(ours)?,
    })
}

fn text(text: &str) -> Value {
    text.into()
}

/// A number where it is one; what is none is told as it was sent.
fn number(text: &str) -> Value {
    text.parse::<u64>().map_or_else(|_| text.into(), Value::from)
}

/// `200ms`, or `50ms..900ms`.
fn delay(text: &str) -> Value {
    match text.split_once("..") {
        Some((least, most)) => json!({ "uniform": [least, most] }),
        None => text.into(),
    }
}

/// `512`, `64KiB`, or `0.5` of it.
fn truncate(text: &str) -> Value {
    match text.parse::<f64>().ok().filter(|_| text.contains('.')) {
        Some(share) => json!({ "fraction": share }),
        None => json!({ "bytes": text }),
    }
}

/// `5/2s`: so many pieces over this time.
fn dribble(text: &str) -> Value {
    let (chunks, over) = text.split_once('/').unwrap_or((text, ""));
    json!({ "chunks": number(chunks), "over": over })
}

/// `2MiB`, or `3s`.
fn stream_cut(text: &str) -> Value {
    match text.ends_with('s') || text.ends_with('m') {
        true => json!({ "after": text }),
        false => json!({ "after_bytes": text }),
    }
}
