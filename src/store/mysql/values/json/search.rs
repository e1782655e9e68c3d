//! JSON_SEARCH.

use rusqlite::Result;

use super::find::Walk;
use super::like::Pattern;
use super::print::unescaped;
use super::value::{Child, Json, JsonKind};
use crate::store::mysql::values::statement::LONGEST;
use crate::store::mysql::values::work::Work;

/// A search under way.
pub struct Search<'s> {
    pub pattern: &'s Pattern,
    /// Whether the first hit is enough.
    pub one: bool,
    pub work: Work,
    /// How many hits there are.
    pub hits: usize,
    /// Their paths, as JSON strings with commas between them.
    pub out: String,
}

impl Search<'_> {
    /// Searches a value that `path` leads to, where `inside` tells that all of it is searched, without regard to the
    /// paths of `walk`.
    ///
    /// # Errors
    /// When that takes too long.
    pub fn run(&mut self, value: Json<'_>, walk: &Walk<'_, '_>, inside: bool, path: &mut String) -> Result<()> {
        let inside = inside || walk.hits() > 0;
        if matches!(value.kind(), JsonKind::Array | JsonKind::Object) {
            return self.children(value, walk, inside, path);
        }
        if inside && self.matches(value)? {
            self.hit(path);
        }
        Ok(())
    }

    fn children(&mut self, value: Json<'_>, walk: &Walk<'_, '_>, inside: bool, path: &mut String) -> Result<()> {
        if !inside && !walk.goes_on() {
            return Ok(());
        }
        walk.enter(value, &mut self.work)?;
        let count = value.children().count();
        let length = path.len();
        for (index, child) in value.children().enumerate() {
            if self.is_done() {
                return Ok(());
            }
            step(child, index, path);
            self.run(child.value, &walk.at(child, index, count), inside, path)?;
            path.truncate(length);
        }
        Ok(())
    }

    /// Whether no more hits are wanted, or no more have a place.
    fn is_done(&self) -> bool {
        (self.one && self.hits > 0) || self.out.len() > LONGEST
    }

    fn hit(&mut self, path: &str) {
        if self.hits > 0 {
            self.out.push_str(", ");
        }
        self.hits += 1;
        self.out.push('"');
        self.out.push_str(path);
        self.out.push('"');
    }

    fn matches(&mut self, value: Json<'_>) -> Result<bool> {
        match value.kind() {
            JsonKind::String => self.pattern.matches(&unescaped(value.inside()), &mut self.work),
            _ => self.pattern.matches(value.text(), &mut self.work),
        }
    }
}

/// Appends a step to a path.
fn step(child: Child<'_>, index: usize, path: &mut String) {
    match child.key {
        Some(key) => {
            path.push('.');
            path.push_str(key);
        }
        None => path.push_str(&format!("[{index}]")),
    }
}
