//! The fault header of a request: `X-Linecard-Fault: status=503; delay=200ms`. Each word becomes a member of a
//! rule's effect, whose parser then validates the value.

use serde_json::{Map, Value, json};

use super::effect::Effect;
use super::rule::{at, check_word};
use crate::control::problem::Problem;
use crate::dialects::Dialects;
use crate::spelling::nearest;

/// The header, as it is spelled in messages.
pub const HEADER: &str = "X-Linecard-Fault";

const EXAMPLE: &str = "write it as X-Linecard-Fault: status=503; delay=200ms; at=after";

type Word = (&'static str, fn(&str) -> Value);

/// The words before the equals sign, each with the conversion of its text to JSON.
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
    let after = members.shift_remove("at").map_or(Ok(false), |value| at(&value));
    let in_header = |problem: Problem| Problem {
        detail: format!("{HEADER}: {}", problem.detail),
        ..problem
    };
    let effect = Effect::parse(dialects, &Value::Object(members)).map_err(in_header)?;
    check_word(dialects, effect.word(), Some(api)).map_err(in_header)?;
    Ok(Inline {
        effect,
        after: after.map_err(in_header)?,
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

/// Converts `2MiB` or `3s`.
fn stream_cut(text: &str) -> Value {
    match text.ends_with('s') || text.ends_with('m') {
        true => json!({ "after": text }),
        false => json!({ "after_bytes": text }),
    }
}
