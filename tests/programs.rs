//! Tests that need other programs: where one is missing, they are reported as ignored, and never as passed.

use std::collections::BTreeSet;
use std::env;

use crate::support::process::{is_here, listed_tests};

#[test]
fn a_test_is_ignored_where_its_program_is_missing() {
    let ignored = listed_tests(&["--ignored"]);
    let all = env::var_os("TEST_ALL_CLIENTS").is_some();
    let mut seen = BTreeSet::new();
    for test in listed_tests(&[]) {
        let Some((_, programs)) = test.rsplit_once("::needs_") else {
            continue;
        };
        let programs: Vec<String> = programs.split("_and_").map(|name| name.replace('_', "-")).collect();
        let is_missing = programs.iter().any(|program| !is_here(program));
        assert_eq!(ignored.contains(&test), is_missing && !all, "{test}");
        seen.extend(programs);
    }
    let known = include_str!("needs/programs.txt").lines();
    let known: BTreeSet<String> = known.map(|line| line.split(' ').next().unwrap().to_owned()).collect();
    assert_eq!(seen, known);
}
