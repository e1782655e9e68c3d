//! How much is taken in, who is let in, and that strange input is answered like any other (contract, 1 to 3).

use std::net::{IpAddr, TcpListener};

use linecard::dialects::xc_v2::actions::{ACTIONS, Action};
use linecard::dialects::xc_v2::columns;
use proptest::prelude::*;
use serde_json::Value;

use crate::support::{Answer, Client, Panel};

const FORM: [(&str, &str); 1] = [("Content-Type", "application/x-www-form-urlencoded")];
const FORBIDDEN: &str = r#"{"result":false,"0":"IP FORBIDDEN"}"#;
const KEY_WRONG: &str = r#"{"result":false,"0":"KEY WRONG"}"#;
const NOT_EXISTS: &str = r#"{"result":false,"error":"NOT EXISTS"}"#;
const NO_CREDENTIALS: &str = r#"{"result":false,"error":"PARAMETER ERROR (user\/pass)"}"#;
const INFO: &str = "/api.php?action=user&sub=info";
/// A call that anyone who is let in may make, and its answer.
const PROBE: (&str, &str) = ("/api.php?action=stream&sub=offline", "[]");

/// Values that have broken servers.
const NASTY: [&str; 36] = [
    "",
    "0",
    "-1",
    "99999999999999999999999999",
    "-99999999999999999999999999",
    "1e999",
    "NaN",
    " 1 ",
    "'",
    "\"",
    "' OR '1'='1",
    "') UNION SELECT 1,2,3 --",
    "%00",
    "a%00b",
    "%FF%FE",
    "%C3%28",
    "%F0%9F%93%BA",
    "%ED%A0%80",
    "[1,2",
    "[[[[[[",
    "{}",
    "[null]",
    "[1e400]",
    "[-9223372036854775809,1.5e300]",
    "{\"a\":{}}",
    "[\"\\ud800\"]",
    "[{},[[]],\"x\"]",
    "../../etc/passwd",
    "<script>alert(1)</script>",
    "A%0D%0AB",
    "\\",
    "%5C0",
    "__x__",
    "%",
    "%25ZZ",
    "253402300800",
];

/// Brackets behind a name, broken ones among them.
const BRACKETS: &str = "(\\[[a-z0-9\\[ ]{0,3}\\]?){0,3}";

/// Checks what holds for every answer: 200, the content type, and one JSON value or nothing.
fn assert_usual(answer: &Answer, what: &str) {
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (200, Some("text/html; charset=UTF-8")),
        "{what}: {answer:?}"
    );
    if !answer.body.is_empty() {
        let json = serde_json::from_slice::<Value>(&answer.body);
        assert!(json.is_ok(), "{what}: {answer:?}");
    }
}

/// `count` variables of no meaning.
fn many(count: usize) -> String {
    (0..count).map(|n| format!("&v{n}=1")).collect()
}

#[test]
fn a_body_of_more_than_three_mebibytes_contributes_nothing() {
    let panel = Panel::docs();
    let mut client = panel.client();
    let form = "username=customer4521&password=wrong&x=";
    for (size, expected) in [
        (3 << 20, NOT_EXISTS),
        ((3 << 20) + 1, NO_CREDENTIALS),
        // Also more than is taken in at all.
        ((8 << 20) + 1, NO_CREDENTIALS),
        (20 << 20, NO_CREDENTIALS),
    ] {
        let body = form.to_owned() + &"a".repeat(size - form.len());
        let answer = panel.client().post(INFO, &body);
        assert_usual(&answer, "size");
        assert_eq!(answer.text(), expected, "{size}");
        // The query still counts, whatever the body says.
        let answer = client.post(&format!("{INFO}&username=a&password=b"), &body);
        assert_eq!(answer.text(), NOT_EXISTS, "{size}");
        // Alone it says nothing, not even which call is meant.
        let answer = panel
            .client()
            .post("/api.php", &format!("action=stream&sub=offline&{body}"));
        assert_eq!(answer.text(), "", "{size}");
    }
    // Nor does a password that came in it.
    panel.set("api_pass=secret");
    let body = format!("api_pass=secret&x={}", "a".repeat(3 << 20));
    assert_eq!(panel.client().post(PROBE.0, &body).text(), KEY_WRONG);
    assert_eq!(panel.client().post(PROBE.0, "api_pass=secret").text(), PROBE.1);
}

#[test]
fn a_long_body_of_unknown_length_contributes_nothing() {
    let panel = Panel::docs();
    for (megabytes, expected) in [(2, NOT_EXISTS), (4, NO_CREDENTIALS), (10, NO_CREDENTIALS)] {
        let mut client = panel.client();
        let head = format!("POST {INFO} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
        let form = "username=customer4521&password=wrong&x=";
        client.send(format!("{head}{:x}\r\n{form}\r\n", form.len()).as_bytes());
        for _ in 0..megabytes {
            client.send(format!("{:x}\r\n{}\r\n", 1 << 20, "a".repeat(1 << 20)).as_bytes());
        }
        client.send(b"0\r\n\r\n");
        let answer = client.receive(false);
        assert_usual(&answer, "chunked");
        assert_eq!(answer.text(), expected, "{megabytes}");
    }
}

#[test]
fn the_first_500_variables_of_each_source_count() {
    let panel = Panel::docs();
    let credentials = "username=a&password=b";
    for (query, body, expected) in [
        // With `action` and `sub` before them, 496 more leave room for two.
        (format!("{}&{credentials}", many(496)), String::new(), NOT_EXISTS),
        (format!("{}&{credentials}", many(497)), String::new(), NO_CREDENTIALS),
        (String::new(), format!("{}&{credentials}", many(498)), NOT_EXISTS),
        (String::new(), format!("{}&{credentials}", many(499)), NO_CREDENTIALS),
        // Each source has its own 500.
        (many(498), format!("{}&{credentials}", many(498)), NOT_EXISTS),
        (many(2000), format!("{credentials}&{}", many(9000)), NOT_EXISTS),
        // Pieces with nothing in them are none, the same name again is one more.
        (
            format!("{}{}&{credentials}", "&".repeat(2000), many(496)),
            String::new(),
            NOT_EXISTS,
        ),
        (
            String::new(),
            format!("{}{credentials}", "v=1&".repeat(499)),
            NO_CREDENTIALS,
        ),
    ] {
        let answer = panel.client().post(&format!("{INFO}{query}"), &body);
        assert_usual(&answer, "variables");
        assert_eq!(answer.text(), expected, "{query:.60}… {body:.60}…");
    }
    // In a multipart form too.
    for (count, expected) in [(498, NOT_EXISTS), (499, NO_CREDENTIALS)] {
        let part = |name: &str| format!("--XX\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n1\r\n");
        let body = format!(
            "{}{}{}--XX--\r\n",
            part("v").repeat(count),
            part("username"),
            part("password")
        );
        let headers = [("Content-Type", "multipart/form-data; boundary=XX")];
        let answer = panel.client().request("POST", INFO, &headers, body.as_bytes());
        assert_eq!(answer.text(), expected, "{count}");
    }
}

#[test]
fn members_beyond_the_limit_do_not_change_a_line() {
    let panel = Panel::docs();
    let edit = |count: usize| {
        let form = format!("user_data[enabled]=0{}&user_data[max_connections]=9", many(count));
        panel.v2("action=user&sub=edit&username=customer4521&password=securepass", &form);
        panel.sql_one("SELECT enabled, max_connections FROM lines WHERE id = 4521")
    };
    assert_eq!(edit(499), "0|2");
    assert_eq!(edit(498), "0|9");
}

#[test]
fn a_name_has_32_bracket_pairs_at_most() {
    let panel = Panel::docs();
    let create = |name: &str, at: usize| {
        let form = format!("user_data[username]=u{at}&user_data[password]=p&{name}=1");
        let answer = panel.v2("action=user&sub=create", &form);
        assert!(answer.starts_with(r#"{"result":true,"#), "{answer}");
        panel.sql_one(&format!("SELECT admin_notes FROM lines WHERE username = 'u{at}'"))
    };
    for (at, (pairs, bracket, notes)) in [
        (32, "[a]", r#"{"a":"#.repeat(31) + "\"1\"" + &"}".repeat(31)),
        (32, "[]", "[".repeat(31) + "\"1\"" + &"]".repeat(31)),
        // Dropped whole: the member is not even an empty array.
        (33, "[a]", String::new()),
        (33, "[]", String::new()),
        (5000, "[]", String::new()),
    ]
    .into_iter()
    .enumerate()
    {
        // `[admin_notes]` is the first of them.
        let name = format!("user_data[admin_notes]{}", bracket.repeat(pairs - 1));
        assert_eq!(create(&name, at), notes, "{pairs} {bracket}");
    }
    // What has too many does not take away what came before.
    let deep = format!("action{}=1", "[a]".repeat(33));
    assert_eq!(panel.v2("action=stream&sub=offline", &deep), "[]");
    let deep = format!("action{}=1", "[a]".repeat(32));
    assert_eq!(panel.v2("action=stream&sub=offline", &deep), "");
}

/// Parameters with which a call would succeed.
const BASE: &str = "username=customer4521&password=securepass&mac=00:1A:79:00:03:01&amount=1&id=88";

/// Members of `user_data` about which line is meant, and the one that an edit does not know.
const APART: [&str; 4] = ["id", "output_formats", "username", "password"];

/// The names that a call knows, each member of `user_data` among them; those that rename a line come last.
fn names(action: &Action) -> Vec<String> {
    let mut names = vec!["api_pass".to_owned(), "sub".to_owned()];
    for param in action.params {
        let name = param.name;
        match name.strip_suffix("[…]") {
            Some(group) => {
                let plain = columns()
                    .map(|(column, _, _)| column)
                    .filter(|column| !APART.contains(column));
                names.push(group.to_owned());
                names.extend(plain.chain(APART).map(|column| format!("{group}[{column}]")));
            }
            None => names.push(name.trim_end_matches("[]").to_owned()),
        }
    }
    names
}

#[test]
fn nasty_values_in_every_parameter_are_answered_as_any_other() {
    let panel = Panel::docs();
    let mut client = panel.client();
    for (at, action) in ACTIONS.iter().enumerate() {
        let names = names(action);
        for (nasty, value) in NASTY.iter().enumerate() {
            // An edit may have renamed it.
            panel.sql("UPDATE lines SET username = 'customer4521', password = 'securepass' WHERE id = 4521");
            for (turn, name) in names.iter().enumerate() {
                // A new device needs a MAC of its own.
                let mac = match (action.action, action.sub) {
                    ("stb", "create") => format!("&user_data[mac]=box {nasty} {turn}"),
                    _ => String::new(),
                };
                // In one of the shapes, in turn.
                let extra = match (at + nasty + turn) % 3 {
                    0 => format!("{name}={value}"),
                    1 => format!("{name}[]={value}"),
                    _ => format!("{name}[{value}][x]={value}"),
                };
                let form = format!("{BASE}{mac}&{extra}");
                let answer = client.post(&format!("/api.php?action={}&sub={}", action.action, action.sub), &form);
                assert_usual(&answer, &form);
            }
        }
    }
    assert_eq!(panel.sql_one("PRAGMA integrity_check"), "ok");
}

#[test]
fn no_value_of_a_column_is_refused() {
    let panel = Panel::docs();
    for (at, value) in NASTY.iter().enumerate() {
        for shape in ["", "[]", "[x][]"] {
            let members: String = columns()
                .filter(|(column, _, _)| !APART.contains(column))
                .map(|(column, _, _)| format!("&user_data[{column}]{shape}={value}"))
                .collect();
            let (credentials, _) = BASE.split_once("&mac").unwrap();
            for (call, form) in [
                (
                    "action=user&sub=create",
                    format!("user_data[output_formats]{shape}={value}"),
                ),
                ("action=user&sub=edit", credentials.to_owned()),
                ("action=stb&sub=create", format!("user_data[mac]=box {at} {shape}")),
            ] {
                let answer = panel.v2(call, &format!("{form}{members}"));
                assert!(
                    answer.starts_with(r#"{"result":true"#),
                    "{call} {shape}={value}: {answer}"
                );
            }
            // And what was stored is shown.
            let answer = panel.v2("action=user&sub=info", credentials);
            assert!(
                answer.starts_with(r#"{"result":true,"user_info":{"id":"4521","#),
                "{answer}"
            );
        }
    }
}

#[test]
fn clients_of_look_alike_dialects_are_answered_in_this_one() {
    let panel = Panel::docs();
    for (call, form, expected) in [
        (
            "action=user&sub=create",
            "user_data={\"username\":\"x\"}",
            "{\"result\":false,\"error\":\"PARAMETER ERROR\"}",
        ),
        (
            "action=user&sub=create",
            "developer_username=a&api_key=b&user_data[username]=u&user_data[password]=p&user_data[bouquet]=1,2,3",
            "{\"result\":true,\"created_id\":4523,\"username\":\"u\",\"password\":\"p\"}",
        ),
        (
            "action=user&sub=create",
            "api_key=b&user_data[username]=u",
            "{\"result\":false,\"error\":\"EXISTS\"}",
        ),
        ("action=get_lines&api_key=YOUR_KEY", "", ""),
        ("username=customer4521&password=securepass", "", ""),
    ] {
        assert_eq!(panel.v2(call, form), expected, "{call} {form}");
    }
}

#[test]
fn every_line_that_raw_sql_can_make_is_shown() {
    let panel = Panel::docs();
    let info = "action=user&sub=info&username=customer4521&password=securepass";
    for change in [
        "bouquet = 'nothing', allowed_ips = '{', allowed_ua = '[{},1,null]', allowed_outputs = 'x'",
        "bouquet = '[1,[2],\"x\",1e400]', allowed_outputs = '[9,\"2\"]'",
        "exp_date = '9999-99-99'",
        "exp_date = 'abcd-ef-gh ij:kl:mn'",
        "exp_date = '9999-12-31 23:59:59'",
        "exp_date = '0000-01-01'",
        "member_id = NULL, pair_id = id, created_at = 9223372036854775807, max_connections = -9223372036854775808",
        "admin_notes = char(0, 1, 127, 8232, 1114111), is_mag = -128",
    ] {
        panel.sql(&format!("UPDATE lines SET {change} WHERE id = 4521"));
        let answer = panel.v2(info, "");
        let json: Value = serde_json::from_str(&answer).unwrap();
        assert_eq!(json["user_info"]["id"], "4521", "{change}: {answer}");
        assert!(json["user_info"]["channel_ids"].is_array(), "{change}: {answer}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Any bytes at all as a body, to any call.
    #[test]
    fn any_body_is_answered(
        bodies in prop::collection::vec((0..ACTIONS.len(), prop::collection::vec(any::<u8>(), 0..400)), 40)
    ) {
        let panel = Panel::docs();
        let mut client = panel.client();
        for (action, body) in bodies {
            let path = format!("/api.php?action={}&sub={}&{BASE}", ACTIONS[action].action, ACTIONS[action].sub);
            let answer = client.request("POST", &path, &FORM, &body);
            assert_usual(&answer, &path);
        }
    }

    /// Any brackets and values for the names that a call knows, in query and body.
    #[test]
    fn any_form_is_answered(
        forms in prop::collection::vec(
            (0..ACTIONS.len(), prop::collection::vec((any::<prop::sample::Index>(), BRACKETS, "\\PC{0,12}"), 1..6)),
            40,
        )
    ) {
        let panel = Panel::docs();
        let mut client = panel.client();
        for (action, pairs) in forms {
            let action = &ACTIONS[action];
            let names = names(action);
            let form: String = pairs
                .iter()
                .map(|(name, brackets, value)| format!("&{}{brackets}={value}", name.get(&names)))
                .collect();
            let path = format!("/api.php?action={}&sub={}&{BASE}", action.action, action.sub);
            assert_usual(&client.post(&path, &form), &form);
            let encoded: String = form.bytes().map(|b| match b {
                b'&' | b'=' => char::from(b).to_string(),
                b => format!("%{b:02X}"),
            }).collect();
            assert_usual(&client.get(&format!("{path}{encoded}")), &form);
        }
    }
}

/// Calls from an address of this machine to another one.
fn from(panel: &Panel, source: &str, target: &str, query: &str) -> String {
    let (_, port) = panel.host().rsplit_once(':').unwrap();
    let source: IpAddr = source.parse().unwrap();
    let answer = Client::from(source, &format!("{target}:{port}")).get(&format!("{}{query}", PROBE.0));
    assert_usual(&answer, "from");
    answer.text()
}

#[test]
fn a_caller_with_the_panels_own_address_is_let_in() {
    let panel = Panel::docs_with(|config| config.bind = "0.0.0.0:0".into());
    for (source, target, expected) in [
        ("127.0.0.1", "127.0.0.1", PROBE.1),
        ("127.0.0.1", "127.0.0.5", PROBE.1),
        // The address through which it was reached is the panel's own.
        ("127.0.0.5", "127.0.0.5", PROBE.1),
        // Loopback as it is, 127.0.0.1 alone is admitted for being that.
        ("127.0.0.5", "127.0.0.1", FORBIDDEN),
        ("127.0.0.5", "127.0.0.6", FORBIDDEN),
        ("127.0.0.6", "127.0.0.5", FORBIDDEN),
    ] {
        assert_eq!(from(&panel, source, target, ""), expected, "{source} → {target}");
    }
    // It is blocked like anyone else.
    panel.call("add_blocked_ip", "ip=127.0.0.5");
    let (_, port) = panel.host().rsplit_once(':').unwrap();
    let mut client = Client::from("127.0.0.5".parse().unwrap(), &format!("127.0.0.5:{port}"));
    let answer = client.get(PROBE.0);
    assert_eq!((answer.status, answer.text().as_str()), (403, ""));
}

#[test]
fn an_ipv4_caller_of_an_ipv6_socket_has_its_ipv4_address() {
    // Without IPv6 on the machine there is nothing to see.
    if TcpListener::bind("[::]:0").is_err() {
        return;
    }
    let panel = Panel::docs_with(|config| config.bind = "[::]:0".into());
    assert_eq!(from(&panel, "127.0.0.1", "127.0.0.1", ""), PROBE.1);
    assert_eq!(from(&panel, "127.0.0.5", "127.0.0.5", ""), PROBE.1);
    assert_eq!(from(&panel, "127.0.0.5", "127.0.0.1", ""), FORBIDDEN);
    panel.set("api_ips=127.0.0.5");
    assert_eq!(from(&panel, "127.0.0.5", "127.0.0.1", ""), PROBE.1);
}

#[test]
fn any_caller_may_be_let_in_but_not_without_the_password() {
    let panel = Panel::docs_with(|config| {
        config.bind = "0.0.0.0:0".into();
        config.any_caller = true;
    });
    for source in ["127.0.0.1", "127.0.0.5", "127.200.3.4"] {
        assert_eq!(from(&panel, source, "127.0.0.1", ""), PROBE.1, "{source}");
    }
    panel.set("api_pass=secret");
    for source in ["127.0.0.1", "127.0.0.5"] {
        assert_eq!(from(&panel, source, "127.0.0.1", ""), KEY_WRONG, "{source}");
        assert_eq!(
            from(&panel, source, "127.0.0.1", "&api_pass=wrong"),
            KEY_WRONG,
            "{source}"
        );
        assert_eq!(
            from(&panel, source, "127.0.0.1", "&api_pass=secret"),
            PROBE.1,
            "{source}"
        );
    }
}
