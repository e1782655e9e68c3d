use super::*;

#[test]
fn the_checks_stand_in_the_order_of_the_contract() {
    assert!(CHECKS.is_sorted_by_key(|check| check.number));
    let numbers: std::collections::BTreeSet<u8> = CHECKS.iter().map(|check| check.number).collect();
    let all: Vec<u8> = numbers.into_iter().collect();
    assert_eq!(all, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17]);
}

#[test]
fn a_line_is_found_before_it_is_looked_at_and_so_is_a_stream() {
    let place = |wanted: fn(&Test) -> bool| CHECKS.iter().position(|check| wanted(&check.test)).unwrap();
    let line = place(|test| matches!(test, Test::FindLine));
    let stream = place(|test| matches!(test, Test::FindStream));
    assert!(line < place(|test| matches!(test, Test::Line(_))));
    assert!(stream < place(|test| matches!(test, Test::Stream(_))));
}

#[test]
fn every_check_says_what_to_change() {
    for check in CHECKS {
        assert!(!check.rule.is_empty() && !check.remedy.is_empty(), "{check:?}");
        assert!(!check.remedy.ends_with('.') && !check.rule.ends_with('.'), "{check:?}");
    }
}
