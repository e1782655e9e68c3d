//! What no seed has is set up, each thing by itself, and the credentials that options name are good beside any seed.

use std::fs;

use linecard::panel::rng::Rng;
use linecard::seeds::{self, BootstrapCredentials, Seed, SeedContext};
use linecard::store::Image;
use linecard::time::Zone;
use serde_json::Value;

use super::rows;
use crate::support::process::{Served, command, refused, run};
use crate::support::{Client, NOW};

/// The groups, the accounts with their groups and keys, and the access codes of a new panel with this seed.
fn set_up(file: &str, text: &str, keys: &BootstrapCredentials) -> Result<[String; 3], String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(file);
    fs::write(&path, text).unwrap();
    let seed: Seed = path.to_str().unwrap().parse().unwrap();
    let (rng, mut seen) = (Rng::seeded(7), None);
    let made = Image::made(|db| {
        let context = SeedContext {
            db,
            keys,
            rng: &rng,
            now: NOW,
            zone: Zone::UTC,
            limit: None,
        };
        seeds::plant(&context, &[seed])?;
        let look = [
            "SELECT group_id, group_name, is_admin, is_reseller FROM users_groups",
            "SELECT users.id, username, group_name, api_key FROM users LEFT JOIN users_groups ON group_id = member_group_id",
            "SELECT code, type FROM access_codes",
        ];
        seen = Some(look.map(|sql| rows(db, sql).join(", ")));
        Ok(())
    });
    made.map(|_| seen.unwrap()).map_err(|error| error.to_string())
}

const GROUPS: &str = "1|Administrators|1|0, 2|Resellers|0|1";

/// A seed, and the groups, accounts and codes of its panel, with what is drawn as KEY and CODE.
const SET_UP: &[(&str, &str, [&str; 3])] = &[
    (
        "a.yaml",
        "lines: [{username: a}]",
        [GROUPS, "1|admin|Administrators|KEY", "CODE|3"],
    ),
    // Accounts without an administrator among them.
    (
        "a.yaml",
        "accounts: [{username: anna}]",
        [GROUPS, "1|anna|Resellers|, 2|admin|Administrators|KEY", "CODE|3"],
    ),
    (
        "a.yaml",
        "accounts: [{username: Admin}]",
        [GROUPS, "1|Admin|Resellers|, 2|admin2|Administrators|KEY", "CODE|3"],
    ),
    // An administrator without a key, and disabled ones.
    (
        "a.yaml",
        "accounts: [{username: boss, group: Administrators}, {username: anna, group: Resellers}]",
        [GROUPS, "1|boss|Administrators|KEY, 2|anna|Resellers|", "CODE|3"],
    ),
    (
        "a.yaml",
        "accounts: [{username: boss, group: Administrators, api_key: BOSS_KEY, status: 0}]",
        [
            GROUPS,
            "1|boss|Administrators|BOSS_KEY, 2|admin|Administrators|KEY",
            "CODE|3",
        ],
    ),
    // Groups of its own, beside which it names the built-in ones.
    (
        "a.yaml",
        "groups: [{name: Gold, is_reseller: true}]\n\
         accounts: [{username: anna, group: Gold}, {username: boss, group: Administrators, api_key: BOSS_KEY}]\n\
         packages: [{name: Year, groups: [Gold, Administrators]}]",
        [
            "1|Gold|0|1, 2|Administrators|1|0",
            "1|anna|Gold|, 2|boss|Administrators|BOSS_KEY",
            "CODE|3",
        ],
    ),
    // Codes of which none opens the Admin API.
    (
        "a.yaml",
        "access_codes: [{code: portal001, type: 2}, {code: closed001, enabled: false}]",
        [GROUPS, "1|admin|Administrators|KEY", "portal001|2, closed001|3, CODE|3"],
    ),
    (
        "a.yaml",
        "access_codes: [{code: door00001, whitelist: [192.0.2.1]}]",
        [GROUPS, "1|admin|Administrators|KEY", "door00001|3"],
    ),
    (
        "a.sql",
        "INSERT INTO lines (username) VALUES ('a');",
        [GROUPS, "1|admin|Administrators|KEY", "CODE|3"],
    ),
    // The whole state.
    ("a.yaml", "complete: true\nlines: [{username: a}]", ["", "", ""]),
];

#[test]
fn what_no_seed_has_is_set_up_each_thing_by_itself() {
    let keys = BootstrapCredentials::default();
    let [_, account, code] = set_up("a.yaml", "lines: []", &keys).unwrap();
    let (key, code) = (account.rsplit_once('|').unwrap().1, code.trim_end_matches("|3"));
    assert_eq!((key.len(), code.len()), (32, 10));
    for (file, text, expected) in SET_UP {
        // Whatever the seed has, the same --rng-seed draws the same.
        let expected = expected.map(|text| {
            text.replace("BOSS_KEY", "BOSS*")
                .replace("KEY", key)
                .replace("CODE", code)
        });
        let seen = set_up(file, text, &keys).unwrap();
        assert_eq!(seen.map(|text| text.replace("BOSS_KEY", "BOSS*")), expected, "{text}");
    }
}

/// A seed with a key and a code that options name.
const GIVEN: &[(&str, &str, [&str; 3])] = &[
    (
        "a.yaml",
        "lines: []",
        [GROUPS, "1|admin|Administrators|GIVENKEY", "given0001|3"],
    ),
    (
        "a.yaml",
        "accounts: [{username: boss, group: Administrators, api_key: BOSS_KEY}]\naccess_codes: [{code: door00001}]",
        [GROUPS, "1|boss|Administrators|GIVENKEY", "door00001|3, given0001|3"],
    ),
    (
        "a.yaml",
        "accounts: [{username: a, group: Administrators}, {username: b, group: Administrators, api_key: GIVENKEY}]\n\
         access_codes: [{code: given0001}]",
        [
            GROUPS,
            "1|a|Administrators|, 2|b|Administrators|GIVENKEY",
            "given0001|3",
        ],
    ),
    (
        "a.yaml",
        "complete: true",
        [GROUPS, "1|admin|Administrators|GIVENKEY", "given0001|3"],
    ),
];

#[test]
fn a_key_and_a_code_that_options_name_are_good_beside_any_seed() {
    let keys = BootstrapCredentials {
        access_code: Some("given0001".into()),
        api_key: Some("GIVENKEY".into()),
        ..BootstrapCredentials::default()
    };
    for (file, text, expected) in GIVEN {
        assert_eq!(set_up(file, text, &keys).unwrap(), *expected, "{text}");
    }
    let reseller =
        "accounts: [{username: anna, api_key: GIVENKEY}, {username: boss, group: Administrators, api_key: K}]";
    let closed = "access_codes: [{code: given0001, type: 4}]";
    for (text, reason) in [
        (
            reseller,
            "--api-key is the key of the account \"anna\" of the seed, which is no enabled administrator; choose another",
        ),
        (
            closed,
            "--access-code is a code of the seed that is disabled or does not open the Admin API; choose another",
        ),
    ] {
        assert_eq!(set_up("a.yaml", text, &keys), Err(reason.to_owned()), "{text}");
    }
}

const OPTIONS: [&str; 4] = ["--api-key", "0123456789abcdef", "--access-code", "given0001"];

/// The answer to a call of the Admin API.
fn called(client: &mut Client, code: &str, key: &str) -> String {
    let answer = client.get(&format!("/{code}/admin/index.php?api_key={key}&action=get_bouquets"));
    answer.text()
}

#[test]
fn the_options_replace_a_seeds_own_key_and_open_another_door() {
    let folder = tempfile::tempdir().unwrap();
    let db = folder.path().join("panel.db").to_str().unwrap().to_owned();
    drop(Served::start(&["--db", &db, "--seed", "docs"]).end("-TERM"));
    for seeds in [
        &["--seed", "docs"][..],
        &["--seed", &db],
        &["--seed", "small", "--seed", &db],
    ] {
        let served = Served::start(&[&["--db", ":memory:"], seeds, &OPTIONS].concat());
        let ready = served.ready();
        assert_eq!(
            (ready["code"], ready["key"]),
            ("given0001", "0123456789abcdef"),
            "{seeds:?}"
        );
        let mut client = served.client();
        for code in ["given0001", "access"] {
            let answer = called(&mut client, code, "0123456789abcdef");
            assert!(
                answer.starts_with(r#"{"status":"STATUS_SUCCESS","#),
                "{seeds:?} {code}: {answer}"
            );
        }
        let answer = called(&mut client, "access", "YOUR_KEY");
        assert!(answer.contains("Invalid API key."), "{seeds:?}: {answer}");
    }
}

#[test]
fn worlds_have_the_credentials_of_the_options_too() {
    let served = Served::spawn(command(&[&["test", "--seed", "docs"], &OPTIONS[..]].concat()));
    for wish in ["{}", r#"{"seed":"small"}"#] {
        let headers = [("Content-Type", "application/json")];
        let made = served
            .client()
            .request("POST", "/_linecard/worlds", &headers, wish.as_bytes());
        let told: Value = serde_json::from_str(&made.text()).unwrap();
        assert_eq!(
            (&told["access_code"], &told["api_key"]),
            (&"given0001".into(), &"0123456789abcdef".into()),
            "{wish}: {told}"
        );
    }
}

#[cfg(unix)]
#[test]
fn a_server_below_run_has_its_seeds_credentials_and_not_those_of_the_panel_above() {
    let binary = env!("CARGO_BIN_EXE_linecard");
    for (flags, credentials) in [
        ("--seed docs", "code=access key=YOUR_KEY "),
        (
            "--seed docs --api-key 0123456789abcdef",
            "code=access key=0123456789abcdef ",
        ),
    ] {
        let line = format!("{binary} test {flags} --ttl 1ms");
        let output = run(&["run", "--seed", "small", "--", "sh", "-c", &line]);
        let out = String::from_utf8(output.stdout).unwrap();
        assert!(out.contains(credentials), "{out}");
    }
}

#[test]
fn the_sample_of_the_page_is_a_panel_that_can_be_called() {
    let page = seeds::page();
    let sample = page.split("```").nth(1).unwrap().trim_start_matches("yaml\n");
    let folder = tempfile::tempdir().unwrap();
    let seed = folder.path().join("sample.yaml").to_str().unwrap().to_owned();
    fs::write(&seed, sample).unwrap();
    let served = Served::start(&["--db", ":memory:", "--seed", &seed]);
    let users = served.call("get_users", "show_columns=id,username,group_name");
    assert_eq!(
        users,
        r#"{"status":"STATUS_SUCCESS","data":[{"id":1,"username":"anna","group_name":"Resellers"}],"recordsTotal":1,"recordsFiltered":1}"#
    );
    assert!(served.call("user_info", "").contains(r#""username":"admin""#));
}

#[test]
fn a_seed_that_adds_to_another_is_told_how_its_base_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let overlay = folder.path().join("overlay.yaml").to_str().unwrap().to_owned();
    fs::write(&overlay, "lines:\n- {username: alice, bouquets: [News]}\n").unwrap();
    let words = String::from_utf8(run(&["seed", "check", &overlay]).stderr).unwrap();
    assert_eq!(
        words,
        format!(
            "linecard: {overlay} line 2: lines[0].bouquets[0]: there is no \"News\" in bouquets; it is empty\n\
             linecard: {overlay}: if it adds to another seed, name that seed before it, as in: linecard seed check docs {overlay}\n"
        )
    );
    assert_eq!(run(&["seed", "check", "docs", &overlay]).stdout, b"ok\n");
    fs::write(&overlay, "lines:\n- {username: alice, bouquets: [Newz]}\n").unwrap();
    assert_eq!(
        refused(&run(&["seed", "check", "docs", &overlay])),
        format!(
            "linecard: {overlay} line 2: lines[0].bouquets[0]: there is no \"Newz\" in bouquets; did you mean \"News\"?"
        )
    );
}
