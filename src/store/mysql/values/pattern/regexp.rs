//! REGEXP in time that grows with the text only, so look-around and back references are refused. It minds accents,
//! and case where it is asked to.

use regex::{Regex, RegexBuilder};

use super::super::statement;
use super::super::work::Work;
use super::Kept;
use super::translate::translate;
use crate::store::mysql::errors::SqlError;

thread_local! {
    static KEPT: Kept<bool, (Regex, usize)> = const { Kept::new() };
}

/// Bytes of a compiled pattern.
const MOST_BYTES: usize = 1 << 20;

/// More states do not fit into so many bytes.
const MOST_STATES: usize = 1 << 15;

/// Making a state takes as long as so many steps.
const MAKING: usize = 64;

/// A step to the next byte takes as long as so many states.
const STEP: usize = 2;

/// Whether the pattern is found in `x`.
pub fn matches(x: &str, pattern: &str, binary: bool) -> rusqlite::Result<bool> {
    let regex = KEPT.with(|kept| {
        kept.get(pattern, binary, || {
            let states = states(pattern);
            statement::check_time_for(states.saturating_mul(MAKING))?;
            compile(pattern, binary, states).map_err(|words| statement::fail(SqlError::regex(&words)))
        })
    })?;
    let (regex, states) = &*regex;
    // One call cannot be stopped: it takes up to the product of both.
    Work::begin().take(x.len().saturating_mul(*states))?;
    statement::check_time_for(x.len().saturating_mul(states.saturating_add(STEP)))?;
    Ok(regex.is_match(x))
}

/// About how many states a pattern has: its length, times what its braces repeat.
fn states(pattern: &str) -> usize {
    let mut states = pattern.len();
    for braces in pattern.split('{').skip(1) {
        let counts = braces.split('}').next().unwrap_or_default().split(',');
        let most = counts.filter_map(|count| count.trim().parse::<usize>().ok()).max();
        states = states.saturating_mul(most.unwrap_or(1).max(1));
    }
    states.min(MOST_STATES)
}

fn compile(pattern: &str, binary: bool, states: usize) -> Result<(Regex, usize), String> {
    let regex = RegexBuilder::new(&translate(pattern)?)
        .case_insensitive(!binary)
        .size_limit(MOST_BYTES)
        .dfa_size_limit(MOST_BYTES)
        .build()
        .map_err(|error| match error {
            regex::Error::CompiledTooBig(_) => format!("regular expression is too large at offset {}", pattern.len()),
            _ => format!("unsupported pattern at offset {}", pattern.len()),
        })?;
    Ok((regex, states))
}
