//! Paths: `$.key."other key"[0][last-1][1 to 3][*].*` and `**` for any number of steps.

/// Steps that a path may have.
const MOST_STEPS: usize = 31;

/// A place in an array.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    FromStart(usize),
    FromEnd(usize),
}

impl Place {
    /// The index in an array of so many items, which may be beyond its end; None before its start.
    pub fn index(self, count: usize) -> Option<usize> {
        match self {
            Place::FromStart(index) => Some(index),
            Place::FromEnd(back) => count.checked_sub(1)?.checked_sub(back),
        }
    }
}

/// A step of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step<'a> {
    /// A key as it is written, without quotes around it.
    Key(&'a str),
    AnyKey,
    Index(Place),
    Range(Place, Place),
    AnyIndex,
    /// `**`: any steps, or none.
    AnySteps,
}

impl Step<'_> {
    /// Whether the step takes what is no array for an array of that one item.
    pub fn wraps(self) -> bool {
        matches!(
            self,
            Step::Index(Place::FromStart(0)) | Step::Range(Place::FromStart(0), _)
        )
    }
}

/// A path, without its `$`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path<'a> {
    pub steps: Vec<Step<'a>>,
}

impl<'a> Path<'a> {
    /// None when the text is no path.
    pub fn of(text: &'a str) -> Option<Path<'a>> {
        let text = text.trim_start_matches(' ');
        let text = text
            .strip_prefix("lax")
            .map_or(text, |text| text.trim_start_matches(' '));
        let mut rest = text.strip_prefix('$')?;
        let mut steps = Vec::new();
        while !rest.is_empty() {
            if let Some(behind) = rest.strip_prefix("**") {
                steps.push(Step::AnySteps);
                rest = behind;
            }
            let (step, behind) = step(rest)?;
            steps.push(step);
            rest = behind;
        }
        let counted = steps.iter().filter(|step| **step != Step::AnySteps).count();
        (counted <= MOST_STEPS).then_some(Path { steps })
    }

    /// Whether it can lead to several values.
    pub fn is_wild(&self) -> bool {
        self.steps
            .iter()
            .any(|step| !matches!(step, Step::Key(_) | Step::Index(_)))
    }

    /// A path that leads to one value at most.
    pub fn single(text: &'a str) -> Option<Path<'a>> {
        Path::of(text).filter(|path| !path.is_wild())
    }
}

/// A step and what is behind it.
fn step(text: &str) -> Option<(Step<'_>, &str)> {
    match text.strip_prefix('.') {
        Some(key_text) => key(key_text),
        None => brackets(text.strip_prefix('[')?),
    }
}

fn key(text: &str) -> Option<(Step<'_>, &str)> {
    if let Some(rest) = text.strip_prefix('*') {
        return Some((Step::AnyKey, rest));
    }
    if let Some(inside) = text.strip_prefix('"') {
        let end = until(inside, &['"'])?;
        return Some((Step::Key(inside.get(..end)?), inside.get(end + 1..)?));
    }
    let end = until(text, &['.', '[', '*', '"']).unwrap_or(text.len());
    let (name, rest) = text.split_at_checked(end)?;
    let wrong = name.is_empty() || name.starts_with(' ') || ends_escaped(name) || rest.starts_with(['*', '"']);
    (!wrong).then_some((Step::Key(name), rest))
}

/// Where the first of some letters stands that has no backslash before it.
fn until(text: &str, ends: &[char]) -> Option<usize> {
    let mut escaped = false;
    text.char_indices().find_map(|(at, letter)| {
        let found = !escaped && ends.contains(&letter);
        escaped = !escaped && letter == '\\';
        found.then_some(at)
    })
}

/// Whether the last backslash has nothing behind it.
fn ends_escaped(name: &str) -> bool {
    name.bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1
}

fn brackets(text: &str) -> Option<(Step<'_>, &str)> {
    let text = text.trim_start_matches(' ');
    let (step, rest) = match text.strip_prefix('*') {
        Some(rest) => (Step::AnyIndex, rest),
        None => places(text)?,
    };
    Some((step, rest.trim_start_matches(' ').strip_prefix(']')?))
}

fn places(text: &str) -> Option<(Step<'_>, &str)> {
    let (first, rest) = place(text)?;
    match rest.strip_prefix(" to ") {
        Some(rest) => {
            let (last, rest) = place(rest)?;
            Some((Step::Range(first, last), rest))
        }
        None => Some((Step::Index(first), rest)),
    }
}

fn place(text: &str) -> Option<(Place, &str)> {
    if let Some(rest) = text.strip_prefix("last") {
        return match rest.strip_prefix('-') {
            Some(rest) => number(rest).map(|(back, rest)| (Place::FromEnd(back), rest)),
            None => Some((Place::FromEnd(0), rest)),
        };
    }
    match text.strip_prefix('-') {
        Some(rest) => number(rest).map(|(back, rest)| match back.checked_sub(1) {
            Some(back) => (Place::FromEnd(back), rest),
            None => (Place::FromStart(0), rest),
        }),
        None => number(text).map(|(index, rest)| (Place::FromStart(index), rest)),
    }
}

fn number(text: &str) -> Option<(usize, &str)> {
    let end = text.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, rest) = text.split_at_checked(end)?;
    if digits.is_empty() || (digits.len() > 1 && digits.starts_with('0')) {
        return None;
    }
    Some((digits.parse().unwrap_or(usize::MAX), rest))
}
