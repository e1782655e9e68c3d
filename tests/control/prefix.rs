//! The name under which the control plane answers is nobody's: not an access code's, a line's, a
//! device's or an account's, whichever way it comes.

use std::fs;

use super::panel;
use crate::support::process::{folder, refused, run};
use crate::support::{Panel, failure};

/// Every spelling that a panel takes for the same name.
const NAMES: [&str; 3] = ["_linecard", "_LineCard", "_linecard%20"];

fn count(panel: &Panel) -> String {
    panel.sql_one(
        "SELECT (SELECT count(*) FROM lines) + (SELECT count(*) FROM users) + (SELECT count(*) FROM access_codes)",
    )
}

#[test]
fn no_dialect_gives_the_name_away() {
    let panel = panel();
    let before = count(&panel);
    let invalid = |name: &str| failure("STATUS_INVALID_INPUT", &format!("Invalid parameter: {name}."));
    for name in NAMES {
        for (action, params, member) in [
            ("create_access_code", "code=", "code"),
            ("edit_access_code", "id=2&code=", "code"),
            ("create_line", "exp_date=2027-01-01&username=", "username"),
            ("edit_line", "id=4521&username=", "username"),
            (
                "create_user",
                "password=x&email=a@b.c&member_group_id=3&username=",
                "username",
            ),
            ("edit_user", "id=88&username=", "username"),
        ] {
            assert_eq!(
                panel.call(action, &format!("{params}{name}")),
                invalid(member),
                "{action} {name}"
            );
        }
        let refused = r#"{"result":false,"error":"PARAMETER ERROR"}"#;
        for (query, form) in [
            ("action=user&sub=create", "user_data[username]="),
            (
                "action=user&sub=edit",
                "username=customer4521&password=securepass&user_data[username]=",
            ),
        ] {
            assert_eq!(panel.v2(query, &format!("{form}{name}")), refused, "{query} {name}");
        }
    }
    assert_eq!(count(&panel), before);
    // A longer name is anybody's.
    assert!(
        panel
            .call("create_line", "exp_date=2027-01-01&username=_linecard1")
            .contains("STATUS_SUCCESS")
    );
}

#[test]
fn no_device_has_the_name() {
    let panel = panel();
    panel.v2(
        "action=stb&sub=create",
        "user_data[mac]=00:1A:79:00:00:01&user_data[username]=_linecard",
    );
    panel.call(
        "create_enigma",
        "mac=00:1A:79:00:00:02&exp_date=2027-01-01&username=_linecard",
    );
    panel.call("edit_mag", "id=301&username=_linecard");
    let reserved = "SELECT count(*) FROM lines WHERE username = '_linecard'";
    assert_eq!(panel.sql_one(reserved), "0");
}

#[test]
fn no_seed_brings_the_name() {
    let (folder, _) = folder();
    let reserved = "\"_linecard\" is reserved; take another name: the control plane answers under this one";
    let insert = |table: &str, column: &str, name: &str| format!("INSERT INTO {table} ({column}) VALUES ('{name}');");
    for (file, text, place) in [
        ("a.sql", insert("lines", "username", "_Linecard "), "lines.username"),
        ("b.sql", insert("users", "username", "_linecard"), "users.username"),
        (
            "c.sql",
            insert("access_codes", "code", "_linecard"),
            "access_codes.code",
        ),
    ] {
        let path = folder.path().join(file);
        fs::write(&path, text).unwrap();
        let path = path.to_str().unwrap();
        let words = refused(&run(&["seed", "check", path]));
        assert_eq!(words, format!("linecard: {path}: {place}: {reserved}"));
    }
    let path = folder.path().join("d.yaml");
    fs::write(&path, "lines: [{username: _LINECARD}]").unwrap();
    let words = refused(&run(&["seed", "check", path.to_str().unwrap()]));
    assert!(
        words.ends_with(
            "lines[0].username: \"_LINECARD\" is reserved; take another name: the control plane answers under this one"
        ),
        "{words}"
    );
}

#[test]
fn no_option_sets_the_name() {
    for code in ["_linecard", "_LINECARD"] {
        let arguments = ["serve", "--db", ":memory:", "--bind", "127.0.0.1:0", "--access-code"];
        let words = refused(&run(&[&arguments[..], &[code]].concat()));
        assert_eq!(
            words, "linecard: the access code must be 8 to 64 of A-Z a-z 0-9 _ - and not a reserved word",
            "{code}"
        );
    }
}

#[test]
fn the_prefix_wins_where_three_segments_are_a_stream_as_well() {
    let panel = panel();
    // As a database has it that was written by another program.
    panel.sql("UPDATE lines SET username = '_linecard', password = 'clock' WHERE id = 4521");
    let answer = panel
        .client()
        .request("POST", "/_linecard/clock/advance", &[], br#"{"by":"PT1S"}"#);
    assert_eq!(
        (answer.status, answer.text().as_str()),
        (200, r#"{"now":"2026-03-15T14:30:01Z","unix":1773585001,"fired":[]}"#)
    );
}
