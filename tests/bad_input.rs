//! Bad input: whatever is sent, the answer is the contract's or says that it is too much; nothing
//! panics, nothing hangs, nothing is half done.

use std::time::Instant;

use linecard::dialects::xtream::action::{Action, Verb};
use linecard::dialects::xtream::admin::ADMIN;
use linecard::dialects::xtream::api::XtreamApi;
use linecard::dialects::xtream::reseller::RESELLER;
use proptest::prelude::*;
use serde_json::Value;

use crate::support::{Panel, failure};
use crate::tables::APIS;

const FORM: [(&str, &str); 1] = [("Content-Type", "application/x-www-form-urlencoded")];
const TOO_LARGE: &str = "Request too large: at most 1000 parameters and 8388608 bytes.";

/// Statuses that both APIs emit (contract "Admin API", section 5).
const STATUSES: [&str; 10] = [
    "STATUS_SUCCESS",
    "STATUS_FAILURE",
    "STATUS_EXISTS_USERNAME",
    "STATUS_EXISTS_MAC",
    "STATUS_INVALID_MAC",
    "STATUS_INVALID_DATE",
    "STATUS_INVALID_INPUT",
    "STATUS_INSUFFICIENT_CREDITS",
    "STATUS_INVALID_PACKAGE",
    "STATUS_NO_PERMISSIONS",
];

/// Statuses that the Reseller API emits as well (contract "Reseller API", section 2).
const OF_RESELLERS: [&str; 5] = [
    "STATUS_NO_TRIALS",
    "STATUS_INVALID_TYPE",
    "STATUS_INVALID_USERNAME",
    "STATUS_INVALID_PASSWORD",
    "STATUS_INVALID_SUBRESELLER",
];

/// What the documents' reseller owns, so that each of its actions has something to work on.
const OWNED: [&str; 3] = [
    "UPDATE lines SET member_id = 88",
    "INSERT INTO users (id, username, owner_id, member_group_id, credits) VALUES (1000, 'below88', 88, 2, 100000)",
    "INSERT INTO activecodes (id, code, member_id, package_id) VALUES (1, 'CODE-1', 88, 1)",
];

/// Values that have broken servers.
const NASTY: [&str; 38] = [
    "",
    "0",
    "-1",
    "1",
    "2",
    "99999999999999999999999999",
    "-99999999999999999999999999",
    "1e999",
    "NaN",
    "0x1F",
    "1.5",
    " 1 ",
    "'",
    "\"",
    "' OR '1'='1",
    "1; DROP TABLE lines; --",
    "') UNION SELECT 1,2,3 --",
    "%00",
    "a%00b",
    "%FF%FE",
    "%C3%28",
    "%F0%9F%93%BA",
    "[1,2",
    "[1,",
    "{",
    "{}",
    "[]",
    "[[[[[[",
    "null",
    "[null]",
    "{\"a\":{}}",
    "[{}]",
    "../../etc/passwd",
    "<script>alert(1)</script>",
    "%E2%80%AE",
    "A%0D%0AB",
    "2026-13-45",
    "\\",
];

/// A panel that does not mind how many wrong keys are sent.
fn unthrottled() -> Panel {
    Panel::docs_with(|config| config.set.push(("wrong_secrets".into(), "0".into())))
}

/// The same, whose reseller has something of everything and as many credits as it can spend.
fn well_stocked() -> Panel {
    let panel = unthrottled();
    for sql in OWNED
        .into_iter()
        .chain(["UPDATE users SET credits = 900000000000 WHERE id = 88"])
    {
        panel.sql(sql);
    }
    panel
}

/// The page of an API, and a key that is good there.
fn page(api: &XtreamApi) -> (String, &'static str) {
    let key = match api.api == RESELLER.api {
        true => "RESELLER_KEY",
        false => "YOUR_KEY",
    };
    (format!("/access{}", api.page), key)
}

/// The envelope of an answer; anything else is a failure of the test.
fn envelope(api: &XtreamApi, answer: &crate::support::Answer, what: &str) -> String {
    assert!([200, 413].contains(&answer.status), "{what}: {answer:?}");
    let json: Value =
        serde_json::from_slice(&answer.body).unwrap_or_else(|error| panic!("{what}: {error}: {answer:?}"));
    let status = json["status"].as_str().unwrap_or_else(|| panic!("{what}: {json}"));
    let is_a_resellers = api.api == RESELLER.api && OF_RESELLERS.contains(&status);
    assert!(STATUSES.contains(&status) || is_a_resellers, "{what}: {json}");
    match status {
        "STATUS_SUCCESS" => assert!(json.get("error").is_none(), "{what}: {json}"),
        _ => assert!(
            json["data"] == serde_json::json!({}) && json["error"].is_string(),
            "{what}: {json}"
        ),
    }
    status.to_owned()
}

/// A request's parameters in which the action would succeed, or nearly.
fn base(api: &XtreamApi, action: &Action) -> String {
    let id = match action.name {
        name if name.contains("line") => 4521,
        name if name.contains("mag") => 301,
        name if name.contains("enigma") => 501,
        name if name.contains("user") || name == "adjust_credits" => match api.api == RESELLER.api {
            true => 1000,
            false => 88,
        },
        _ => 1,
    };
    let bought = if api.api == RESELLER.api { "&package=1" } else { "" };
    format!(
        "id={id}&exp_date=2026-12-31&mac=00:1A:79:0A:0B:0C&credits=1&activity_id=12345&pid=54321&query=SELECT 1{bought}"
    )
}

/// Sends nasty values in every parameter of every action of an API.
fn try_every_parameter(api: &'static XtreamApi) {
    let panel = well_stocked();
    let mut client = panel.client();
    let (path, key) = page(api);
    for action in api.actions {
        let base = base(api, action);
        for (param, _) in action.params() {
            for value in NASTY {
                for name in [
                    param.name().to_owned(),
                    format!("{}[]", param.name()),
                    format!("{}[x][y]", param.name()),
                ] {
                    let form = format!("{base}&{name}={value}&api_key={key}&action={}", action.name);
                    // A parameter of an action may be the key itself: then the key in the query counts.
                    let answer = client.post(&format!("{path}?api_key={key}"), &form);
                    envelope(api, &answer, &form);
                }
            }
        }
    }
    assert_eq!(panel.sql_one("PRAGMA integrity_check"), "ok");
    assert!(panel.sql("PRAGMA foreign_key_check").is_empty());
    assert_eq!(panel.sql_one("SELECT count(*) FROM users WHERE credits < 0"), "0");
}

#[test]
fn nasty_values_in_every_parameter_get_an_answer_of_the_contract() {
    try_every_parameter(&ADMIN);
}

#[test]
fn nasty_values_in_every_parameter_of_a_reseller_get_an_answer_of_the_contract() {
    try_every_parameter(&RESELLER);
}

#[test]
fn nasty_values_in_every_list_parameter_get_an_answer_of_the_contract() {
    let panel = well_stocked();
    let mut client = panel.client();
    let common = [
        "start",
        "limit",
        "filter",
        "search",
        "search[value]",
        "order",
        "order[0]",
        "order[0][column]",
        "order[0][dir]",
        "show_columns",
        "hide_columns",
    ];
    for (api, action) in all_actions() {
        let Verb::Page(listing) = &action.verb else {
            continue;
        };
        let (path, key) = page(api);
        for name in common.into_iter().chain(listing.extra_params()) {
            for value in NASTY {
                let form = format!("api_key={key}&action={}&{name}={value}&order[0][column]=1", action.name);
                envelope(api, &client.post(&path, &form), &form);
            }
        }
    }
}

/// All actions of all APIs.
fn all_actions() -> impl Iterator<Item = (&'static XtreamApi, &'static Action)> {
    let of = |api: &'static XtreamApi| api.actions.iter().map(move |action| (api, action));
    APIS.into_iter().flat_map(of)
}

#[test]
fn a_search_for_sql_finds_its_text_and_nothing_else() {
    let panel = unthrottled();
    panel.call("edit_line", "id=4521&admin_notes=%25_'--");
    for needle in ["%25", "_", "'", "--", "%25_'--"] {
        let answer = panel.call("get_lines", &format!("search[value]={needle}&show_columns=id"));
        assert_eq!(
            answer, r#"{"status":"STATUS_SUCCESS","data":[{"id":4521}],"recordsTotal":1,"recordsFiltered":1}"#,
            "{needle}"
        );
    }
}

#[test]
fn a_body_of_ten_megabytes_is_refused_in_words() {
    let panel = unthrottled();
    let body = format!(
        "api_key=YOUR_KEY&action=create_line&exp_date=2026-12-31&admin_notes={}",
        "a".repeat(10 << 20)
    );
    let answer = panel.client().request("POST", "/access/", &FORM, body.as_bytes());
    assert_eq!(
        (answer.status, answer.text()),
        (413, failure("STATUS_INVALID_INPUT", TOO_LARGE))
    );
    assert_eq!(panel.sql_one("SELECT count(*) FROM lines"), "4");
    // As large as it may be, it is read.
    let head = "api_key=YOUR_KEY&action=create_line&exp_date=2026-12-31&username=large&admin_notes=";
    let body = head.to_owned() + &"a".repeat((8 << 20) - head.len());
    let answer = panel.client().request("POST", "/access/", &FORM, body.as_bytes());
    assert_eq!(envelope(&ADMIN, &answer, "8 MiB"), "STATUS_SUCCESS");
    assert_eq!(
        panel.sql_one("SELECT length(admin_notes) FROM lines WHERE username = 'large'"),
        ((8 << 20) - head.len()).to_string()
    );
}

#[test]
fn a_body_of_unknown_length_is_refused_as_well() {
    let panel = unthrottled();
    let mut client = panel.client();
    client.send(b"POST /access/ HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n");
    let chunk = format!("{:x}\r\n{}\r\n", 1 << 20, "a".repeat(1 << 20));
    for _ in 0..10 {
        client.send(chunk.as_bytes());
    }
    client.send(b"0\r\n\r\n");
    assert_eq!(client.receive(false).text(), failure("STATUS_INVALID_INPUT", TOO_LARGE));
}

#[test]
fn a_hundred_thousand_variables_are_refused_in_words() {
    let panel = unthrottled();
    let many = |count: usize| (0..count).map(|n| format!("&v{n}=1")).collect::<String>();
    let call = "api_key=YOUR_KEY&action=delete_line&id=4521";
    let refused = failure("STATUS_INVALID_INPUT", TOO_LARGE);
    for body in [
        call.to_owned() + &many(100_000),
        many(100_000) + "&" + call,
        call.to_owned() + &many(998),
    ] {
        let answer = panel.client().request("POST", "/access/", &FORM, body.as_bytes());
        assert_eq!((answer.status, answer.text()), (413, refused.clone()));
    }
    assert_eq!(panel.sql_one("SELECT count(*) FROM lines WHERE id = 4521"), "1");
    let answer = panel
        .client()
        .request("POST", "/access/", &FORM, (call.to_owned() + &many(997)).as_bytes());
    assert_eq!(envelope(&ADMIN, &answer, "1000 variables"), "STATUS_SUCCESS");
}

#[test]
fn deep_and_broken_brackets_are_read_as_php_reads_them() {
    let panel = unthrottled();
    let deep = format!("a{}=1", "[b]".repeat(5000));
    let broken = "[".repeat(5000);
    for extra in [
        deep.as_str(),
        &format!("allowed_ips{broken}=1"),
        "search[[value]=x",
        "order[0]=1&order[0][column]=9",
        "]=[&[=]",
        "&&&=&==",
    ] {
        let answer = panel.call("get_line", &format!("id=4521&{extra}"));
        assert!(answer.contains("STATUS_SUCCESS"), "{extra:.60}: {answer}");
    }
}

#[test]
fn json_in_the_wrong_place_is_named() {
    let panel = unthrottled();
    let deep = "[".repeat(100_000);
    for (action, params, name) in [
        (
            "create_line",
            "exp_date=2026-12-31&bouquets_selected={\"1\":2}".to_owned(),
            "bouquets_selected",
        ),
        (
            "create_line",
            format!("exp_date=2026-12-31&bouquets_selected={deep}"),
            "bouquets_selected",
        ),
        (
            "create_bouquet",
            format!("bouquet_name=x&bouquet_data={deep}"),
            "bouquet_data",
        ),
        (
            "create_bouquet",
            "bouquet_name=x&bouquet_data=[1]".to_owned(),
            "bouquet_data",
        ),
        (
            "create_transcode_profile",
            "profile_options=[1,2]".to_owned(),
            "profile_options",
        ),
        (
            "create_group",
            "group_name=x&permissions_selected={\"a\":1}".to_owned(),
            "permissions_selected",
        ),
    ] {
        let expected = failure("STATUS_INVALID_INPUT", &format!("Invalid parameter: {name}."));
        assert_eq!(panel.call(action, &params), expected, "{action}");
    }
}

#[test]
fn huge_numbers_are_refused_or_bounded() {
    let panel = unthrottled();
    for (action, params, expected) in [
        (
            "create_line",
            "exp_date=2026-12-31&max_connections=2147483648",
            failure("STATUS_INVALID_INPUT", "Invalid parameter: max_connections."),
        ),
        (
            "get_line",
            "id=99999999999999999999",
            failure("STATUS_FAILURE", "Line not found."),
        ),
        (
            "adjust_credits",
            "id=88&credits=1e11",
            failure("STATUS_INVALID_INPUT", "Invalid parameter: credits."),
        ),
        (
            "adjust_credits",
            "id=88&credits=9999999999.99",
            failure("STATUS_INVALID_INPUT", "Invalid parameter: credits."),
        ),
        (
            "kill_pid",
            "pid=2147483648",
            failure("STATUS_INVALID_INPUT", "Invalid parameter: pid."),
        ),
        (
            "get_lines",
            "start=-99999999999999999999",
            failure("STATUS_INVALID_INPUT", "Invalid parameter: start."),
        ),
        (
            "get_lines",
            "start=99999999999999999999&limit=99999999999999999999",
            r#"{"status":"STATUS_SUCCESS","data":[],"recordsTotal":2,"recordsFiltered":2}"#.to_owned(),
        ),
    ] {
        assert_eq!(panel.call(action, params), expected, "{action} {params}");
    }
}

#[test]
fn an_answer_never_takes_long() {
    let panel = unthrottled();
    let long = "a".repeat(1 << 20);
    let begun = Instant::now();
    for (action, params) in [
        ("create_user", format!("username=x&password={long}")),
        ("create_line", format!("exp_date={long}")),
        ("get_lines", format!("search[value]={long}")),
        ("create_mag", format!("mac={}", "00:".repeat(300_000))),
        ("adjust_credits", format!("id=88&credits={}", "9".repeat(1 << 20))),
        ("adjust_credits", format!("id=88&credits=1e{}", "9".repeat(1 << 20))),
        ("mysql_query", format!("query=SELECT '{long}'")),
        (
            "mysql_query",
            format!("query=SELECT {}1{}", "(".repeat(100_000), ")".repeat(100_000)),
        ),
        ("mysql_query", format!("query=SELECT {}1", "1%2B".repeat(100_000))),
    ] {
        let answer = panel.call(action, &params);
        assert!(answer.starts_with(r#"{"status":"STATUS_"#), "{action}: {answer:.200}");
    }
    // Generous: a debug build on a busy machine. What must not happen is minutes.
    assert!(begun.elapsed().as_secs() < 20, "{:?}", begun.elapsed());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Any bytes at all as a body, to any action.
    #[test]
    fn any_body_gets_an_answer(bodies in prop::collection::vec((any::<prop::sample::Index>(), prop::collection::vec(any::<u8>(), 0..400)), 40)) {
        let panel = well_stocked();
        let mut client = panel.client();
        let all: Vec<_> = all_actions().collect();
        for (at, body) in bodies {
            let (api, action) = at.get(&all);
            let (path, key) = page(api);
            let path = format!("{path}?api_key={key}&action={}", action.name);
            // The body may name a key of its own, and even lock the caller out.
            let answer = client.request("POST", &path, &FORM, &body);
            prop_assert!([200, 403, 404, 413].contains(&answer.status), "{:?}", answer);
        }
    }

    /// Any brackets and values for the names that an action knows.
    #[test]
    fn any_form_gets_an_envelope(forms in prop::collection::vec((any::<prop::sample::Index>(), prop::collection::vec(("[a-z_]{1,12}", "(\\[[a-z0-9]{0,3}\\]?){0,3}", "[ -~]{0,12}"), 1..6)), 40)) {
        let panel = well_stocked();
        let mut client = panel.client();
        let all: Vec<_> = all_actions().collect();
        for (at, pairs) in forms {
            let (api, action) = *at.get(&all);
            let known: Vec<&str> = action.params().iter().map(|(param, _)| param.name()).collect();
            let pairs = pairs.iter().enumerate().map(|(at, (name, brackets, value))| {
                let name = known.get(at).copied().unwrap_or(name);
                format!("&{name}{brackets}={}", value.replace(['&', '%', '+'], "x"))
            });
            let (path, key) = page(api);
            let form = format!("{}{}&api_key={key}&action={}", base(api, action), pairs.collect::<String>(), action.name);
            if action.name.contains("blocked_ip") || action.name.contains("access_code") {
                continue; // These may lock the caller out, as they should.
            }
            let answer = client.post(&format!("{path}?api_key={key}"), &form);
            envelope(api, &answer, &form);
        }
    }
}
