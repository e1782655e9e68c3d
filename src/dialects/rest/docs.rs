//! What a part tells of itself: its operations for the pages and the OpenAPI document.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::Map;

use super::action::Action;
use super::fields::{FieldSpec, Kind};
use super::part::{Part, Words};
use super::problem::Word;
use crate::dialects::operation::{AnswerHeader, Operation, OperationDetails, Parameter, ValueForm};

/// Returns the operations of a part.
pub fn operations(part: &Part) -> Vec<Operation> {
    part.actions.iter().map(operation).collect()
}

fn operation(action: &Action) -> Operation {
    let takes = match action.has_body() {
        true => action.fields,
        false => action.query,
    };
    Operation {
        writes: action.method != "GET",
        method: Some(action.method),
        parameters: takes.iter().map(parameter).collect(),
        answer: match action.status {
            201 => "The new thing, with status 201.",
            _ => "JSON.",
        },
        ..Operation::new(action.name, action.group, action.doc, action.path.to_owned())
    }
}

fn parameter(spec: &FieldSpec) -> Parameter {
    let names = std::iter::once(spec.name).chain(spec.aliases.iter().copied());
    let (form, example) = form(spec.kind);
    Parameter {
        names: names.map(Cow::Borrowed).collect(),
        ..Parameter::text(spec.name, spec.required, spec.doc).of(form, example)
    }
}

/// The form of a value, and one.
fn form(kind: Kind) -> (ValueForm, &'static str) {
    match kind {
        Kind::Text(..) | Kind::Secret | Kind::Immutable => (ValueForm::Text, ""),
        Kind::Username => (ValueForm::Text, "customer3"),
        Kind::Password => (ValueForm::Text, "securepass"),
        Kind::Int(least, most) | Kind::Most(least, most) => (ValueForm::Int(Some((least, most))), "2"),
        Kind::Id => (ValueForm::Int(None), "1"),
        Kind::Flag => (ValueForm::Bool, "true"),
        Kind::Time => (ValueForm::Text, "2027-06-30"),
        Kind::Money => (ValueForm::Decimal, "9.99"),
        Kind::Mac => (ValueForm::Text, "00:1A:79:AB:CD:EF"),
        Kind::Email => (ValueForm::Text, "alice@example.com"),
        Kind::OneOf(words) => (ValueForm::Words(words), ""),
    }
}

/// Returns the schema of an operation's success, and an answer.
pub fn details(part: &Part, operation: &Operation) -> OperationDetails {
    let action = part.actions.iter().find(|action| action.name == operation.name);
    let mut schemas = Map::new();
    let success = action.map(|action| {
        let example = serde_json::from_str(action.answer.example).unwrap_or_default();
        ((action.answer.schema)(&mut schemas), example)
    });
    let Some(action) = action else {
        return OperationDetails::default();
    };
    let is_repeatable = action.method == "POST";
    let mut refusals: Vec<&Word> = action.refusals.to_vec();
    if is_repeatable {
        refusals.extend([&part.words.bad_request, &part.words.invalid]);
    }
    OperationDetails {
        success,
        schemas,
        status: action.status,
        refusals: by_status(&refusals),
        has_numeric_path: part.has_numeric_ids,
        reads: match (is_repeatable, action.is_kept) {
            (true, _) => vec![Parameter::text("Idempotency-Key", false, IDEMPOTENCY_KEY)],
            (_, true) => vec![Parameter::text(
                "If-None-Match",
                false,
                "Tags of answers that are still there.",
            )],
            (false, false) => Vec::new(),
        },
        headers: match (action.status, action.is_kept) {
            (201, _) => vec![text("Location", "The path of the new thing.", |status| status == 201)],
            (_, true) => vec![text("ETag", "The tag of this answer.", |status| {
                matches!(status, 200 | 304)
            })],
            _ => Vec::new(),
        },
        empty: match action.is_kept {
            true => vec![(304, "The answer is one of those whose tags were sent.")],
            false => Vec::new(),
        },
        ..OperationDetails::default()
    }
}

/// What a key of repeated calls does (B10).
const IDEMPOTENCY_KEY: &str = "1 to 255 printable ASCII characters. For 24 hours of the panel's clock the same call with the \
                               same key is answered as the first time, with the header `Idempotent-Replayed: true`, and does \
                               nothing.";

/// The statuses of refusals, each with its codes.
fn by_status(refusals: &[&Word]) -> Vec<(u16, String)> {
    let mut by_status: BTreeMap<u16, Vec<&str>> = BTreeMap::new();
    for word in refusals {
        let codes = by_status.entry(word.status).or_default();
        if !codes.contains(&word.code) {
            codes.push(word.code);
        }
    }
    let told = |codes: Vec<&str>| format!("One of the codes {}.", codes.join(", "));
    by_status
        .into_iter()
        .map(|(status, codes)| (status, told(codes)))
        .collect()
}

/// The statuses that every action may answer with.
pub fn refusals(part: &Part) -> Vec<(u16, &'static str)> {
    let mut all = vec![
        (401, "The secret is missing, unknown, revoked or expired."),
        (403, "The secret may not do that, or the address is blocked."),
        (404, "There is no such path or thing."),
        (405, "The path has no such method."),
        (500, "An internal error; the server's log has the reason."),
        (503, "The panel is busy or under maintenance."),
    ];
    if !part.secrets.tiers.is_empty() {
        all.push((429, "The rate limit of the key is reached."));
    }
    all.sort_unstable();
    all
}

/// The headers that say how often a key may call; no secret was valid in answers with 401 (contract, B2).
const RATE_LIMITS: [AnswerHeader; 3] = [
    number(
        "X-RateLimit-Limit",
        "How many requests the key may send in a minute.",
        |status| status != 401,
    ),
    number("X-RateLimit-Remaining", "How many are left after this one.", |status| {
        status != 401
    }),
    number(
        "X-RateLimit-Reset",
        "The unix second at which the minute ends.",
        |status| status != 401,
    ),
];

/// The headers that say what a refused caller is to do.
const OF_REFUSALS: [AnswerHeader; 3] = [
    number(
        "Retry-After",
        "After how many seconds to try again; with 401, only after too many wrong secrets.",
        |status| matches!(status, 401 | 429 | 503),
    ),
    text("WWW-Authenticate", "Which secrets are asked for.", |status| {
        status == 401
    }),
    text("Allow", "The methods of the path.", |status| status == 405),
];

const fn number(name: &'static str, doc: &'static str, is_of: fn(u16) -> bool) -> AnswerHeader {
    AnswerHeader {
        name,
        doc,
        is_number: true,
        is_of,
    }
}

const fn text(name: &'static str, doc: &'static str, is_of: fn(u16) -> bool) -> AnswerHeader {
    AnswerHeader {
        is_number: false,
        ..number(name, doc, is_of)
    }
}

/// Returns the headers of a part's answers, beside those of all answers.
pub fn headers(part: &Part) -> Vec<AnswerHeader> {
    let has_limits = !part.secrets.tiers.is_empty();
    let limits = RATE_LIMITS.into_iter().filter(|_| has_limits);
    limits.chain(OF_REFUSALS).collect()
}

/// The codes of a part, each once.
pub fn codes(words: &Words) -> Vec<&'static str> {
    let mut all: Vec<&str> = words.all.iter().map(|word| word.code).collect();
    all.sort_unstable();
    all.dedup();
    all
}

#[cfg(test)]
mod tests {
    use super::super::answers::AnswerDoc;
    use super::super::billing::BILLING;
    use super::super::nxt::NXT;

    #[test]
    fn every_action_has_a_name_of_its_own_a_permission_and_an_answer() {
        for part in [&NXT, &BILLING] {
            let mut names: Vec<&str> = part.actions.iter().map(|action| action.name).collect();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), part.actions.len());
            for action in part.actions {
                assert!(part.secrets.scopes.contains(&action.scope), "{}", action.name);
                let AnswerDoc { example, is_typed, .. } = action.answer;
                assert!(is_typed(example), "{}: {example}", action.name);
                assert!(action.doc.ends_with('.'), "{}", action.name);
            }
        }
    }
}
