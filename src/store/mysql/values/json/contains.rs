//! JSON_CONTAINS.

use super::value::{Json, Kind};
use super::work::Work;

/// Whether a document holds all of a candidate. None when that takes too long.
///
/// An array holds what one of its items holds, so `[[1, 2], 3]` holds 1, and `[1, 3]` too, whose items are looked for
/// one by one.
pub fn contains(document: Json<'_>, candidate: Json<'_>, work: &mut Work) -> Option<bool> {
    work.take(document.text().len().min(64) + candidate.text().len().min(64))?;
    match (document.kind(), candidate.kind()) {
        (Kind::Array, Kind::Array) => every(candidate, |item| contains(document, item, work)),
        (Kind::Array, _) => {
            work.take(document.text().len())?;
            every(document, |item| contains(item, candidate, work).map(|held| !held)).map(|none| !none)
        }
        (Kind::Object, Kind::Object) => members(document, candidate, work),
        (held, wanted) if held != wanted => Some(false),
        (Kind::Number, _) => Some(document.number() == candidate.number()),
        _ => Some(document.text() == candidate.text()),
    }
}

/// Whether something holds for every child.
fn every<'a>(value: Json<'a>, mut holds: impl FnMut(Json<'a>) -> Option<bool>) -> Option<bool> {
    for child in value.children() {
        if !holds(child.value)? {
            return Some(false);
        }
    }
    Some(true)
}

fn members(document: Json<'_>, candidate: Json<'_>, work: &mut Work) -> Option<bool> {
    for wanted in candidate.children() {
        work.take(document.text().len())?;
        let Some(held) = wanted.key.and_then(|key| document.member(key)) else {
            return Some(false);
        };
        if !contains(held, wanted.value, work)? {
            return Some(false);
        }
    }
    Some(true)
}
