//! JSON_CONTAINS.

use rusqlite::Result;

use super::value::{Json, JsonKind};
use crate::store::mysql::values::work::Work;

/// Whether a document holds all of a candidate.
///
/// An array holds what one of its items holds, so `[[1, 2], 3]` holds 1, and `[1, 3]` too, whose items are looked for
/// one by one.
///
/// # Errors
/// When that takes too long.
pub fn contains(document: Json<'_>, candidate: Json<'_>, work: &mut Work) -> Result<bool> {
    work.take(document.text().len().min(64) + candidate.text().len().min(64))?;
    match (document.kind(), candidate.kind()) {
        (JsonKind::Array, JsonKind::Array) => every(candidate, |item| contains(document, item, work)),
        (JsonKind::Array, _) => {
            work.take(document.text().len())?;
            every(document, |item| contains(item, candidate, work).map(|held| !held)).map(|none| !none)
        }
        (JsonKind::Object, JsonKind::Object) => members(document, candidate, work),
        (held, wanted) if held != wanted => Ok(false),
        (JsonKind::Number, _) => Ok(document.number() == candidate.number()),
        _ => Ok(document.text() == candidate.text()),
    }
}

/// Whether something holds for every child.
fn every<'a>(value: Json<'a>, mut holds: impl FnMut(Json<'a>) -> Result<bool>) -> Result<bool> {
    for child in value.children() {
        if !holds(child.value)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn members(document: Json<'_>, candidate: Json<'_>, work: &mut Work) -> Result<bool> {
    for wanted in candidate.children() {
        work.take(document.text().len())?;
        let Some(held) = wanted.key.and_then(|key| document.member(key)) else {
            return Ok(false);
        };
        if !contains(held, wanted.value, work)? {
            return Ok(false);
        }
    }
    Ok(true)
}
