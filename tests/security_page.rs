//! docs/security.md: every promise names tests that there are.

use crate::support::process::listed_tests;

const PAGE: &str = include_str!("../docs/security.md");

/// The names in the second column of the page's table.
fn named() -> Vec<&'static str> {
    let rows = PAGE
        .lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| promise"));
    rows.flat_map(|row| row.trim_end_matches(" |").rsplit_once(" | ").unwrap().1.split(", "))
        .map(|name| name.trim_matches('`'))
        .collect()
}

#[test]
fn every_promise_names_tests_that_there_are() {
    let (named, tests) = (named(), listed_tests(&[]));
    assert!(named.len() >= 17, "{named:?}");
    for name in named {
        let group = format!("{name}::");
        let is_there = tests.contains(name) || tests.iter().any(|test| test.starts_with(&group));
        assert!(is_there, "{name}");
    }
}
