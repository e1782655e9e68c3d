//! LIKE: case and accents fold as in the collation, and trailing spaces count.

use super::super::collation::weight;
use super::super::statement;
use super::super::work::Work;
use super::Kept;

/// A part of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// `%`.
    Any,
    /// `_`.
    One,
    /// A character by its weight, or by its number where bytes compare.
    Is(u32),
}

thread_local! {
    static KEPT: Kept<(char, bool), Vec<Part>> = const { Kept::new() };
}

/// Whether `x` is like the pattern.
pub fn matches(x: &str, pattern: &str, escape: char, binary: bool) -> rusqlite::Result<bool> {
    let parts = KEPT.with(|kept| {
        kept.get(pattern, (escape, binary), || {
            statement::spend(pattern.len().saturating_mul(size_of::<Part>()))?;
            Ok::<_, rusqlite::Error>(read(pattern, escape, binary))
        })
    })?;
    fits(x, &parts, binary)
}

fn number(c: char, binary: bool) -> u32 {
    match binary {
        true => u32::from(c),
        false => u32::from(weight(c)),
    }
}

/// `%` comes before the escape, the escape before `_`; an escape at the end is itself.
fn read(pattern: &str, escape: char, binary: bool) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        let part = match c {
            '%' if parts.last() == Some(&Part::Any) => continue,
            '%' => Part::Any,
            _ if c == escape => Part::Is(number(chars.next().unwrap_or(c), binary)),
            '_' => Part::One,
            _ => Part::Is(number(c, binary)),
        };
        parts.push(part);
    }
    parts
}

/// Goes back to the last `%` only, which is enough: what an earlier one could take, the last one can.
fn fits(x: &str, parts: &[Part], binary: bool) -> rusqlite::Result<bool> {
    let mut work = Work::begin();
    let mut chars = x.chars();
    let mut at = 0_usize;
    let mut back: Option<(usize, std::str::Chars<'_>)> = None;
    let mut compared = 0_usize;
    loop {
        let before = chars.clone();
        let part = parts.get(at);
        if part == Some(&Part::Any) {
            at = at.saturating_add(1);
            if at == parts.len() {
                return Ok(true);
            }
            back = Some((at, before));
            continue;
        }
        let c = chars.next();
        compared = compared.saturating_add(1);
        let same = match (part, c) {
            (None, None) => return Ok(true),
            (Some(Part::One), Some(_)) => true,
            (Some(Part::Is(wanted)), Some(c)) => number(c, binary) == *wanted,
            // The text is at its end, so that no later start can do.
            (_, None) => return Ok(false),
            (_, Some(_)) => false,
        };
        if same {
            at = at.saturating_add(1);
            continue;
        }
        let Some((start, from)) = back.as_mut() else {
            return Ok(false);
        };
        work.take(std::mem::take(&mut compared))?;
        if from.next().is_none() {
            return Ok(false);
        }
        at = *start;
        chars = from.clone();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// By its definition.
    fn naive(x: &[char], parts: &[Part]) -> bool {
        match (parts.first(), x.first()) {
            (None, _) => x.is_empty(),
            (Some(Part::Any), _) => naive(x, &parts[1..]) || (!x.is_empty() && naive(&x[1..], parts)),
            (Some(_), None) => false,
            (Some(Part::One), _) => naive(&x[1..], &parts[1..]),
            (Some(Part::Is(wanted)), Some(&c)) => number(c, false) == *wanted && naive(&x[1..], &parts[1..]),
        }
    }

    proptest! {
        #[test]
        fn it_agrees_with_its_definition(x in "[abé]{0,8}", pattern in "[abE%_|]{0,8}") {
            let chars: Vec<char> = x.chars().collect();
            prop_assert_eq!(
                matches(&x, &pattern, '|', false).unwrap(),
                naive(&chars, &read(&pattern, '|', false)),
                "{} {}", x, pattern
            );
        }

        #[test]
        fn any_pattern_does(x in any::<String>(), pattern in any::<String>(), escape in any::<char>()) {
            matches(&x, &pattern, escape, true).unwrap();
        }
    }

    #[test]
    fn many_signs_do_not_take_long() {
        let x = "a".repeat(100_000);
        assert!(!matches(&x, &format!("{}b", "%a".repeat(200)), '\\', false).unwrap());
    }
}
