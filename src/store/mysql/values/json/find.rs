//! What paths lead to. The functions that take one value at most compare keys by what they say, JSON_EXTRACT and
//! JSON_SEARCH as they are written.

use rusqlite::Result;

use super::path::{Path, Step};
use super::value::{Child, Json, JsonKind};
use crate::store::mysql::values::statement;
use crate::store::mysql::values::work::Work;

/// The value that a path without wildcards leads to.
///
/// # Errors
/// When the statement has no time for that.
pub fn one<'a>(document: Json<'a>, path: &Path<'_>) -> Result<Option<Json<'a>>> {
    let mut value = document;
    for step in &path.steps {
        statement::check_time_for(value.text().len())?;
        let Some(next) = below(value, step) else {
            return Ok(None);
        };
        value = next;
    }
    Ok(Some(value))
}

/// The value that a step leads to.
fn below<'a>(value: Json<'a>, step: &Step<'_>) -> Option<Json<'a>> {
    match (value.kind(), step) {
        (JsonKind::Object, Step::Key(key)) => value.member(key),
        (JsonKind::Array, Step::Index(place)) => {
            let index = place.index(value.children().count())?;
            value.children().nth(index).map(|child| child.value)
        }
        (JsonKind::Array, _) => None,
        (_, step) => step.wraps().then_some(value),
    }
}

/// Which steps of a path may come next: bit `n` stands for "the first n steps are done".
type Places = u64;

/// How far several paths have come at a value.
#[derive(Clone)]
pub struct Walk<'p, 'a> {
    paths: &'p [Path<'a>],
    places: Vec<Places>,
}

impl<'p, 'a> Walk<'p, 'a> {
    /// At the document itself.
    pub fn new(paths: &'p [Path<'a>], document: Json<'_>) -> Walk<'p, 'a> {
        let places = paths.iter().map(|path| settle(path, 1, document)).collect();
        Walk { paths, places }
    }

    /// How many paths lead to the value.
    pub fn hits(&self) -> usize {
        self.paths
            .iter()
            .zip(&self.places)
            .filter(|(path, places)| *places >> path.steps.len() & 1 == 1)
            .count()
    }

    /// Whether any may lead to something below it.
    pub fn goes_on(&self) -> bool {
        self.places.iter().any(|places| *places != 0)
    }

    /// What it takes to go on to the children of a value.
    ///
    /// # Errors
    /// When that takes too long.
    pub fn enter(&self, value: Json<'_>, work: &mut Work) -> Result<()> {
        /// For the places of a child, beside its paths.
        const CHILD: usize = 8;
        // The children are counted first.
        work.take(value.text().len())?;
        let count = value.children().count();
        work.take(count.saturating_mul(self.paths.len().saturating_add(1).saturating_mul(CHILD)))
    }

    /// At a child of the value, which is the item `index` of `count` where it has no key.
    pub fn at(&self, child: Child<'_>, index: usize, count: usize) -> Walk<'p, 'a> {
        let paths = self.paths.iter().zip(&self.places);
        let places = paths.map(|(path, places)| settle(path, forth(path, *places, child, index, count), child.value));
        Walk {
            paths: self.paths,
            places: places.collect(),
        }
    }
}

/// The places that hold at a child.
fn forth(path: &Path<'_>, places: Places, child: Child<'_>, index: usize, count: usize) -> Places {
    let steps = path.steps.iter().enumerate().filter(|(at, _)| places >> at & 1 == 1);
    steps.fold(0, |next, (at, step)| {
        let done = match step {
            Step::AnySteps => return next | 1 << at,
            Step::Key(key) => child.key == Some(key),
            Step::AnyKey => child.key.is_some(),
            _ if child.key.is_some() => false,
            Step::AnyIndex => true,
            Step::Index(place) => place.index(count) == Some(index),
            Step::Range(first, last) => {
                first.index(count).is_some_and(|first| first <= index)
                    && last.index(count).is_some_and(|last| index <= last)
            }
        };
        next | Places::from(done) << (at + 1)
    })
}

/// The places at a value, with those that the steps which need no child lead on to.
fn settle(path: &Path<'_>, places: Places, value: Json<'_>) -> Places {
    let is_array = value.kind() == JsonKind::Array;
    path.steps.iter().enumerate().fold(places, |places, (at, step)| {
        let passes = *step == Step::AnySteps || (!is_array && step.wraps());
        places | Places::from(passes && places >> at & 1 == 1) << (at + 1)
    })
}

/// Calls `found` with each value that a path leads to, in the document's order, as often as paths lead to it. It says
/// whether to go on.
///
/// # Errors
/// When that takes too long.
pub fn all<'a>(
    value: Json<'a>,
    walk: &Walk<'_, '_>,
    work: &mut Work,
    found: &mut impl FnMut(Json<'a>) -> bool,
) -> Result<bool> {
    for _ in 0..walk.hits() {
        work.take(value.text().len())?;
        if !found(value) {
            return Ok(false);
        }
    }
    if !walk.goes_on() {
        return Ok(true);
    }
    walk.enter(value, work)?;
    let count = value.children().count();
    for (index, child) in value.children().enumerate() {
        if !all(child.value, &walk.at(child, index, count), work, found)? {
            return Ok(false);
        }
    }
    Ok(true)
}
