//! What is wrong with a document is told with its line, its path and what to do; nothing is planted.

use linecard::document::Format;

use super::{planted, planted_all};

/// A document, and all that is wrong with it.
const WRONG: &[(&str, &[&str])] = &[
    (
        "lines:\n  - username: a\n    bouqets: [x]",
        &["line 3: lines[0].bouqets: there is no key \"bouqets\"; did you mean \"bouquets\"?"],
    ),
    (
        "bouquets: [{name: Sports}]\nlines:\n  - {username: a, bouquets: [Sprots]}",
        &["line 3: lines[0].bouquets[0]: there is no \"Sprots\" in bouquets; did you mean \"Sports\"?"],
    ),
    (
        "bouquets: [{name: a}, {name: a}]\nlines: [{username: a, bouquets: a}]",
        &[
            "line 2: lines[0].bouquets[0]: more than one of bouquets is called \"a\"; give the id of the one that is meant",
        ],
    ),
    (
        "lines: [{username: a, owner: 'nobody'}]",
        &["line 1: lines[0].owner: there is no \"nobody\" in accounts; it is empty"],
    ),
    (
        "lines: [{username: a, owner: [b]}]",
        &["line 1: lines[0].owner: this is a list; name one of accounts, or give its id"],
    ),
    (
        "lines:\n- username: a\n- username: 'A '",
        &["line 3: lines[1].username: \"A \" is there already; each needs one of its own"],
    ),
    (
        "activecodes:\n- code: a\n- code: 'A '",
        &["line 3: activecodes[1].code: \"A \" is there already; each needs one of its own"],
    ),
    (
        "lines: [{username: a, id: 1}, {username: b, id: 1}]",
        &["line 1: lines[1]: lines[0] has the id 1; give each an id of its own"],
    ),
    (
        "lines: [{username: a, id: x}]",
        &["line 1: lines[0].id: an id is a whole number from 1; leave it out for the next one"],
    ),
    (
        "lines:\n- {line: a, username: a}\ncategories:\n- name: b\n  category: b\n- {category: c, nam: c}",
        &[
            "line 2: lines[0].username: \"line\" sets it already; keep one of them",
            "line 5: categories[0].category: \"name\" sets it already; keep one of them",
            "line 6: categories[1].nam: there is no key \"nam\"; did you mean \"name\"?",
        ],
    ),
    (
        "lines: [{line: _linecard}, {line: a}, {line: a}]",
        &[
            "line 1: lines[0].line: \"_linecard\" is reserved; take another name: the control plane answers under this one",
            "line 1: lines[2].line: \"a\" is there already; each needs one of its own",
        ],
    ),
    (
        "lines: [{line: [a]}]",
        &["line 1: lines[0].line: this is a list; write a single value"],
    ),
    (
        "lines: [{password: a}]",
        &["line 1: lines[0]: the key \"username\" is missing; add it"],
    ),
    (
        "lines: [{username: _linecard}]\naccess_codes: [{code: _linecard}]",
        &[
            "line 1: lines[0].username: \"_linecard\" is reserved; take another name: the control plane answers under this one",
            "line 2: access_codes[0].code: \"_linecard\" is reserved; take another name: the control plane answers under this one",
        ],
    ),
    (
        "lines: [{username: a, max_connections: two, expires: soon, enabled: maybe, created: then}]",
        &[
            "line 1: lines[0].max_connections: \"two\" is not a whole number; write digits, as in 2",
            "line 1: lines[0].expires: \"soon\" is not a time; write 2026-12-31, 2026-12-31 18:00:00, +30d, -2h, now or never",
            "line 1: lines[0].enabled: \"maybe\" is not yes or no; write true or false",
            "line 1: lines[0].created: \"then\" is not a time; write 2026-12-31, 2026-12-31 18:00:00, +30d, -2h, now or never",
        ],
    ),
    (
        "accounts: [{username: a, credits: many}]\nseries: [{title: a, rating: good}]",
        &[
            "line 1: accounts[0].credits: \"many\" is not an amount of credits; write it as in 12.50",
            "line 2: series[0].rating: \"good\" is not a number; write digits, as in 7.5",
        ],
    ),
    (
        "streams: [{name: a, type: films, sources: [{}]}]\ncategories: [{name: a, type: tv}]",
        &[
            "line 1: streams[0].type: there is no \"films\"; there are live, movie, channel, radio, episode",
            "line 1: streams[0].sources[0]: this is a map; write a text",
            "line 2: categories[0].type: there is no \"tv\"; there are live, movie, series, radio",
        ],
    ),
    (
        "lines: [{username: [a], last_activity_array: 5, admin_notes: null}]",
        &[
            "line 1: lines[0].username: this is a list; write a single value",
            "line 1: lines[0].last_activity_array: this is a single value; write a list, a map or {raw: \"…\"}",
            "line 1: lines[0].admin_notes: it cannot be empty; leave the key out for its default",
        ],
    ),
    (
        "streams: [{name: a, servers: [{servr: 1}]}]",
        &[
            "line 1: streams[0].servers[0].servr: there is no key \"servr\"; did you mean \"server\"?",
            "line 1: streams[0].servers[0]: the key \"server\" is missing; add it",
        ],
    ),
    (
        "line: []",
        &["line 1: line: there is no key \"line\"; did you mean \"lines\"?"],
    ),
    (
        "lines: {username: a}",
        &["line 1: lines: this is a map; write a list: - …"],
    ),
    (
        "lines: [a]",
        &["line 1: lines[0]: this is a single value; write key: value"],
    ),
    (
        "[a]",
        &["line 1: the document is a list; begin with a section, as in lines:"],
    ),
    ("complete: maybe", &["line 1: complete: it is neither true nor false"]),
    (
        "settings: {api_ip: x, mag_security: 2, api_pass: []}",
        &[
            "line 1: settings.api_ip: there is no key \"api_ip\"; did you mean \"api_ips\"?",
            "line 1: settings.mag_security: mag_security=\"2\": it must be 0 or 1",
            "line 1: settings.api_pass: this is a list; write a text",
        ],
    ),
    (
        "rows: {lines_lve: [], mag_events: [{mag_device_id: x}]}",
        &[
            "line 1: rows.lines_lve: there is no key \"lines_lve\"; did you mean \"lines_live\"?",
            "line 1: rows.mag_events[0].mag_device_id: \"x\" is not a whole number; write digits, as in 2",
        ],
    ),
    (
        "rows: {mag_events: [{mag_device_id: 7}]}",
        &["line 1: rows.mag_events[0]: FOREIGN KEY constraint failed"],
    ),
    (
        "lines: [{username: a, enabled: 100}]\nblocked_ips: [{ip: a}, {ip: a}]",
        &["line 2: blocked_ips[1].ip: \"a\" is there already; each needs one of its own"],
    ),
    (
        "counters: {line: 1, lines: -1}",
        &[
            "line 1: counters.line: there is no key \"line\"; did you mean \"lines\"?",
            "line 1: counters.lines: it is no whole number from 0; write the last id that was given",
        ],
    ),
    (
        "generate: {movies: 1, live: some}",
        &[
            "line 1: generate.movies: there is no key \"movies\"; there are lines, streams, resellers, customers, live, vod, series, epg_days",
            "line 1: generate.live: it is no whole number; write digits, as in 1000",
        ],
    ),
    (
        "mags: [{mac: a, line: 5, expires: never}]",
        &[
            "line 1: mags[0]: it names a line and has fields of one; leave the key `line` out to make a hidden one, or edit the line itself",
        ],
    ),
    (
        "lines: [{username: a, username: b}]",
        &["line 1: the key \"username\" is there already; keep one of them"],
    ),
    (
        "lines: [*none]",
        &[
            "line 1: not YAML: while parsing node, found unknown anchor; indent with spaces, and put texts with : or # in quotes",
        ],
    ),
    ("a: &a [*a]", &["line 1: an alias names its own node; write it out"]),
    (
        "lines: [!include x]",
        &["line 1: the tag !include means nothing here; leave it out"],
    ),
    (
        "lines: []\n---\nlines: []",
        &["line 2: a second document begins; put further ones in files of their own"],
    ),
    ("? [a]\n: b", &["line 1: a key is a list or a map; a key is one word"]),
];

#[test]
fn everything_that_is_wrong_is_told() {
    for (text, expected) in WRONG {
        let told = planted(Format::Yaml, text, |_| ()).expect_err(text);
        assert_eq!(told, *expected, "{text}");
    }
}

#[test]
fn ten_errors_are_told_at_most_in_the_order_of_their_lines() {
    let entries: String = (0..20).map(|n| format!("  - {{username: u{n}, x{n}: 1}}\n")).collect();
    let told = planted(Format::Yaml, &format!("lines:\n{entries}"), |_| ()).unwrap_err();
    assert_eq!(told.len(), 10);
    assert!(
        told[9].starts_with("line 11: lines[9].x9: there is no key \"x9\"; "),
        "{told:?}"
    );
}

#[test]
fn other_forms_tell_lines_too() {
    for (form, text, expected) in [
        (
            Format::Json,
            "{\n\"lines\": [\n{\"username\": \"a\",\n\"x y\": 1}]}",
            "line 4: lines[0].x y: there is no key \"x y\"; ",
        ),
        (
            Format::Json,
            "{\n\"a\": 1,\n\"a\": 2}",
            "line 3: the key \"a\" is there already; keep one of them",
        ),
        (Format::Json, "{\"lines\": [\n}", "line 2: not JSON: expected value"),
        (Format::Json, "{\"lines\": \"\\ud800\"}", "line 1: not JSON: "),
        (
            Format::Toml,
            "[[lines]]\nusername = \"a\"\n\nbouqets = [1]",
            "line 4: lines[0].bouqets: there is no key \"bouqets\"; ",
        ),
        (Format::Toml, "a = 1\nb = ", "line 2: not TOML: "),
        (Format::Yaml, "lines:\n\t- a", "line 2: not YAML: "),
    ] {
        let told = planted(form, text, |_| ()).unwrap_err();
        assert!(told[0].starts_with(expected), "{form:?} {text}: {told:?}");
    }
}

#[test]
fn a_document_cannot_nest_or_repeat_itself_without_end() {
    let nested = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
    for (form, begin, end) in [
        (Format::Yaml, "a: ", ""),
        (Format::Json, "{\"a\": ", "}"),
        (Format::Toml, "a = ", ""),
    ] {
        let text = |depth| format!("{begin}{}{end}", nested(depth));
        let told = planted(form, &text(40), |_| ()).unwrap_err();
        assert_eq!(
            told,
            ["line 1: there are more than 32 levels; write deep JSON as {raw: \"…\"}"],
            "{form:?}"
        );
        assert_eq!(planted(form, &text(100_000), |_| ()).unwrap_err().len(), 1, "{form:?}");
    }
    let mut laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for n in 1..12 {
        let alias = format!("*a{}", n - 1);
        laughs += &format!("a{n}: &a{n} [{}]\n", [alias.as_str(); 10].join(", "));
    }
    let told = planted(Format::Yaml, &laughs, |_| ()).unwrap_err();
    assert!(
        told[0].ends_with("aliases stand for too much; write it out"),
        "{told:?}"
    );
}

#[test]
fn a_name_that_several_rows_had_before_needs_an_id() {
    let first = "bouquets: [{name: a}, {name: a}]";
    let told = planted_all(
        &[(Format::Yaml, first), (Format::Yaml, "bouquets: [{name: a, order: 1}]")],
        |_| (),
    );
    let expected =
        "line 1: bouquets[0].name: more than one of bouquets is called \"a\"; give the id of the one that is meant";
    assert_eq!(told.unwrap_err(), [expected]);
    let taken = planted_all(
        &[
            (Format::Yaml, "lines: [{username: a}]"),
            (Format::Yaml, "lines: [{id: 5, username: A}]"),
        ],
        |_| (),
    );
    assert_eq!(
        taken.unwrap_err(),
        ["line 1: lines[0].username: \"A\" is there already; each needs one of its own"]
    );
}
