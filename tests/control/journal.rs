//! The journal: what was asked of the panel, counted, verified and told without its secrets.

use serde_json::{Value, json};

use super::{ask, bad, panel, problem, refused, told};
use crate::support::Panel;

/// A panel whose journal has room for so many.
pub fn small(size: usize) -> Panel {
    Panel::docs_with(|config| {
        config.control = true;
        config.journal_size = size;
    })
}

/// What the journal answers, without what differs from run to run.
pub fn json_of(panel: &Panel, path: &str) -> Value {
    fn settle(value: &mut Value) {
        match value {
            Value::Object(members) => {
                for (name, inner) in members.iter_mut() {
                    match (name.as_str(), &*inner) {
                        ("us", Value::Number(_)) => *inner = json!(1),
                        ("at_real", Value::String(at)) => {
                            assert!(chrono::DateTime::parse_from_rfc3339(at).is_ok(), "{at}");
                            *inner = json!("real");
                        }
                        ("host", Value::String(_)) => *inner = json!("host"),
                        _ => settle(inner),
                    }
                }
            }
            Value::Array(items) => items.iter_mut().for_each(settle),
            _ => {}
        }
    }
    let mut value = serde_json::from_str(&told(panel, "GET", path, "")).unwrap();
    settle(&mut value);
    value
}

/// The numbers of the requests that a question lists.
pub fn seqs(panel: &Panel, filters: &str) -> Vec<u64> {
    let answer = json_of(panel, &format!("requests{filters}"));
    let requests = answer["requests"].as_array().unwrap();
    requests.iter().map(|one| one["seq"].as_u64().unwrap()).collect()
}

/// How many match.
pub fn count(panel: &Panel, wanted: Value) -> String {
    told(panel, "POST", "requests/count", &json!({ "match": wanted }).to_string())
}

pub fn verify(panel: &Panel, body: Value) -> (u16, Value) {
    let answer = ask(panel, "POST", "verify", &body.to_string());
    (answer.status, serde_json::from_str(&answer.text()).unwrap())
}

/// The kinds of what is odd about each request.
fn odd(panel: &Panel) -> Vec<(u64, Vec<String>)> {
    let answer = json_of(panel, "unmatched");
    let kinds = |one: &Value| {
        let misses = one["near_misses"].as_array().unwrap();
        misses
            .iter()
            .map(|miss| miss["kind"].as_str().unwrap().to_owned())
            .collect()
    };
    let all = answer["unmatched"].as_array().unwrap();
    all.iter()
        .map(|one| (one["seq"].as_u64().unwrap(), kinds(one)))
        .collect()
}

#[test]
fn a_request_is_written_down_whole_and_without_secrets() {
    let panel = panel();
    assert_eq!(
        json_of(&panel, "requests"),
        json!({ "requests": [], "more": false, "evicted": 0 })
    );
    let body = "exp_date=2027-01-01&username=alice&password=hunter2&api_key=YOUR_KEY";
    let path = format!("{}?action=create_line", panel.admin_path());
    let headers = [
        ("Content-Type", "application/x-www-form-urlencoded"),
        ("Authorization", "Basic aHVudGVyMg=="),
        ("User-Agent", "tests"),
    ];
    let answer = panel.client().request("POST", &path, &headers, body.as_bytes());
    assert_eq!(answer.status, 200);
    let one = json!({
        "seq": 1,
        "id": "main-1",
        "world": "main",
        "at": "2026-03-15T14:30:00Z",
        "at_real": "real",
        "peer": "127.0.0.1",
        "method": "POST",
        "url": "/access/admin/index.php?action=create_line",
        "api": "admin",
        "action": "create_line",
        "matched": true,
        "headers": {
            "authorization": "***",
            "content-length": body.len().to_string(),
            "content-type": "application/x-www-form-urlencoded",
            "host": "host",
            "user-agent": "tests",
        },
        "body": "exp_date=2027-01-01&username=alice&password=***&api_key=***",
        "user": "alice",
        "auth": "ok",
        "handler": "create_line",
        "fault": null,
        "outcome": "answered",
        "status": 200,
        "bytes": answer.body.len(),
        "us": 1,
        "diagnostics": [],
    });
    assert_eq!(json_of(&panel, "requests/1"), one);
    assert_eq!(json_of(&panel, "requests/main-1"), one);
    assert_eq!(
        json_of(&panel, "requests"),
        json!({ "requests": [one], "more": false, "evicted": 0 })
    );
}

#[test]
fn secrets_leave_the_journal_nowhere() {
    let panel = panel();
    panel.call(
        "create_mag",
        "mac=00:1A:79:AB:CD:EF&exp_date=2027-01-01&password=hunter2",
    );
    panel.v2(
        "action=stb&sub=create&api_pass=hunter2",
        "user_data[mac]=00:1A:79:AB:CD:EF&user_data%5Bpassword%5D=hunter2",
    );
    let mut client = panel.client();
    let path = panel.admin_path();
    let json = br#"{"api_key":"YOUR_KEY","user_data":{"password":"hunter2"}}"#;
    client.request(
        "POST",
        &path,
        &[("X-Api-Key", "YOUR_KEY"), ("Cookie", "a=hunter2")],
        json,
    );
    let parts = b"--x\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\nhunter2\r\n--x--\r\n";
    client.request(
        "POST",
        &path,
        &[("Content-Type", "multipart/form-data; boundary=x")],
        parts,
    );
    client.request("POST", &path, &[("Content-Type", "text/plain")], b"hunter2");
    let differ = json!({ "match": { "user": "x", "form": { "password": "x", "user_data[mac]": "y" },
        "header": { "x-api-key": "z", "cookie": "z" }, "query": { "api_pass": "x" } } });
    let (status, failure) = verify(&panel, differ);
    assert_eq!(status, 409);
    let shown = [
        told(&panel, "GET", "requests", ""),
        told(&panel, "GET", "unmatched", ""),
        failure.to_string(),
    ];
    for text in &shown {
        for secret in ["hunter2", "YOUR_KEY", "AB:CD:EF", "AB%3ACD"] {
            assert!(!text.contains(secret), "{secret}: {text}");
        }
    }
    let all = json_of(&panel, "requests");
    let of = |at: usize, member: &str| all["requests"][at][member].clone();
    assert_eq!(of(1, "url"), "/api.php?action=stb&sub=create&api_pass=***");
    assert_eq!(of(1, "body"), "user_data[mac]=***&user_data%5Bpassword%5D=***");
    assert_eq!((of(1, "action"), of(1, "user")), ("stb/create".into(), "***".into()));
    assert_eq!(of(2, "body"), r#"{"api_key":"***","user_data":{"password":"***"}}"#);
    assert_eq!(of(3, "body"), "password=***");
    assert_eq!(of(4, "body"), "(7 bytes of text/plain)");
    // Who knows a secret can still ask for it.
    let mac = json!({ "user": "00:1A:79:AB:CD:EF", "form": { "user_data[mac]": "*:CD:EF" } });
    assert_eq!(count(&panel, mac), r#"{"count":1,"evicted":0}"#);
}

#[test]
fn the_journal_is_filtered_and_read_in_pages() {
    let panel = panel();
    panel.get("get_line", "id=4521");
    panel.call("create_line", "exp_date=2027-01-01&username=alice");
    panel.v2("action=user&sub=info&username=alice&password=x", "");
    panel.client().get("/nowhere");
    panel.call("create_lin", "username=ci-7");
    for (filters, expected) in [
        ("", vec![1, 2, 3, 4, 5]),
        ("?since=3", vec![4, 5]),
        ("?since=9", vec![]),
        ("?limit=2", vec![1, 2]),
        ("?since=1&limit=2", vec![2, 3]),
        ("?api=admin", vec![1, 2, 5]),
        ("?api=none", vec![4]),
        ("?action=create_*", vec![2, 5]),
        ("?action=user/info", vec![3]),
        ("?action=", vec![4]),
        ("?user=alice", vec![2, 3]),
        ("?user=ci-*", vec![5]),
        ("?status=404", vec![4]),
        ("?unmatched=1", vec![4, 5]),
        ("?unmatched=1&api=admin&limit=1", vec![5]),
    ] {
        assert_eq!(seqs(&panel, filters), expected, "{filters}");
    }
    // Where no line is named, it is the account whose key was sent.
    let owner = panel.sql_one("SELECT username FROM users WHERE api_key = 'YOUR_KEY'");
    assert_eq!(seqs(&panel, &format!("?user={owner}")), [1]);
    assert_eq!(json_of(&panel, "requests?limit=4")["more"], true);
    assert_eq!(json_of(&panel, "requests?limit=5")["more"], false);
    for (filters, detail, hint) in [
        (
            "?acton=x",
            r#"there is no filter "acton""#,
            r#"there are since, limit, api, action, user, status, unmatched, fault; did you mean "action"?"#,
        ),
        ("?limit=x", r#"`limit` is no number: "x""#, "send limit=10"),
        (
            "?unmatched=x",
            r#"`unmatched` is neither 0 nor 1: "x""#,
            "send unmatched=1",
        ),
        ("?status=7", "`status` cannot be 7", "send a number from 100 to 599"),
    ] {
        let expected = bad(detail, hint);
        assert_eq!(refused(&panel, "GET", &format!("requests{filters}"), ""), expected);
    }
}

#[test]
fn the_control_plane_and_the_start_are_not_in_the_journal() {
    let panel = panel();
    for path in ["health", "clock", "nowhere", "requests"] {
        ask(&panel, "GET", path, "");
    }
    assert_eq!(seqs(&panel, ""), [0; 0]);
    assert_eq!(odd(&panel), []);
}

#[test]
fn one_request_is_found_by_its_number_or_not_at_all() {
    let panel = panel();
    let missing = |seq: &str, hint: &str| {
        let detail = format!("there is no request {seq:?}");
        problem("not_found", "Not Found", 404, &detail, hint)
    };
    assert_eq!(refused(&panel, "GET", "requests/1", ""), missing("1", "there are none"));
    panel.get("get_line", "id=4521");
    panel.get("get_line", "id=4522");
    assert_eq!(json_of(&panel, "requests/2")["action"], "get_line");
    assert_eq!(
        refused(&panel, "GET", "requests/3", ""),
        missing("3", "there are 1 to 2")
    );
    for seq in ["x", "main-3", "other-1", "main-", "-1"] {
        assert_eq!(
            refused(&panel, "GET", &format!("requests/{seq}"), ""),
            missing(seq, "there are 1 to 2")
        );
    }
}

#[test]
fn deleting_and_resetting_forget_requests_and_numbers_go_on() {
    let panel = panel();
    panel.get("get_line", "id=4521");
    panel.get("get_line", "id=4522");
    assert_eq!(told(&panel, "DELETE", "requests", ""), r#"{"deleted":2}"#);
    assert_eq!(seqs(&panel, ""), [0; 0]);
    panel.get("get_line", "id=4521");
    assert_eq!(seqs(&panel, ""), [3]);
    told(&panel, "POST", "reset", r#"{"what":["clock"]}"#);
    assert_eq!(seqs(&panel, ""), [3]);
    told(&panel, "POST", "reset", r#"{"what":["journal"]}"#);
    assert_eq!(seqs(&panel, ""), [0; 0]);
    panel.get("get_line", "id=4521");
    told(&panel, "POST", "reset", "");
    assert_eq!(seqs(&panel, ""), [0; 0]);
    assert_eq!(count(&panel, json!({})), r#"{"count":0,"evicted":0}"#);
}

#[test]
fn a_journal_of_no_size_is_off() {
    let panel = small(0);
    panel.get("get_line", "id=4521");
    let off = problem(
        "journal_off",
        "Conflict",
        409,
        "the journal is off",
        "start the server with --journal-size 10000",
    );
    assert_eq!(refused(&panel, "GET", "requests", ""), off);
    assert_eq!(refused(&panel, "GET", "requests/1", ""), off);
    assert_eq!(refused(&panel, "GET", "unmatched", ""), off);
    assert_eq!(refused(&panel, "POST", "verify", r#"{"match":{}}"#), off);
    assert_eq!(refused(&panel, "POST", "requests/count", r#"{"match":{}}"#), off);
}

#[test]
fn a_long_body_is_kept_in_part_and_said_to_be() {
    let panel = panel();
    let long = "x".repeat(70_000);
    panel.call("get_line", &format!("id=4521&search={long}"));
    let path = panel.admin_path();
    assert_eq!(panel.client().post(&path, &"x".repeat((8 << 20) + 1)).status, 413);
    let one = json_of(&panel, "requests/1");
    assert_eq!(
        one["body"].as_str().unwrap().len(),
        (64 << 10) + "***".len() - "YOUR_KEY".len()
    );
    let sent = one["headers"]["content-length"].as_str().unwrap();
    assert_eq!(
        one["diagnostics"],
        json!([{ "kind": "body_cut", "hint": format!("65536 of {sent} bytes of the body are kept") }])
    );
    let lost = json!({ "kind": "body_too_large", "hint": "the body has more than 8388608 bytes" });
    let two = json_of(&panel, "requests/2");
    assert_eq!((&two["body"], &two["diagnostics"][1]), (&json!(""), &lost));
}

#[test]
fn a_near_miss_says_what_was_meant() {
    let panel = panel();
    let admin = panel.admin_path();
    let mut client = panel.client();
    panel.call("get_live", "");
    client.post("/wrong/admin/index.php", "api_key=YOUR_KEY&action=get_line&id=1");
    client.request(
        "POST",
        &format!("{admin}?api_key=YOUR_KEY"),
        &[("Content-Type", "application/json")],
        br#"{"action":"get_line"}"#,
    );
    client.get("/api.php?action=create_line");
    client.post(&admin, "api_key=YOUR_KEY&action=user&sub=create");
    client.get("/api.php?action=user&sub=creat");
    client.request(
        "GET",
        &format!("{admin}?action=get_line&id=4521"),
        &[("X-Key", "YOUR_KEY")],
        b"",
    );
    client.get(&format!("{admin}?action=get_line&id=4521&key=YOUR_KEY"));
    client.get("/access/admin?x=1");
    client.get("/access//admin/index.php");
    client.request("PUT", &format!("{admin}?api_key=YOUR_KEY&action=get_line"), &[], b"");
    panel.call("create_line", "exp_date=2027-01-01&user_name=x");
    client.get("/panel/api.php?action=user&sub=info");
    panel.get("get_line", "id=4521");
    let answer = json_of(&panel, "unmatched");
    let all: Vec<(u64, &Value)> = answer["unmatched"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["seq"].as_u64().unwrap(), &one["near_misses"]))
        .collect();
    let expected = [
        (1, "unknown_action", "there is no get_live; did you mean get_line?"),
        (
            2,
            "wrong_access_code",
            "no access code \"wrong\" opens the Admin API; GET /_linecard/info names one that does",
        ),
        (
            3,
            "json_body",
            "this API reads form fields and leaves a JSON body unread: send it as application/x-www-form-urlencoded",
        ),
        (
            4,
            "other_api",
            "create_line is an action of the Admin API, at /CODE/admin/index.php",
        ),
        (5, "other_api", "user/create is a call of the XC v2 API, at /api.php"),
        (6, "unknown_action", "there is no user/creat; did you mean user/create?"),
        (
            7,
            "misplaced_key",
            "a good key came in the header x-key: it is read from `api_key` of the query or the form",
        ),
        (
            8,
            "misplaced_key",
            "a good key came in `key`: it is read from `api_key` of the query or the form",
        ),
        (
            9,
            "missing_slash",
            "the API answers at /access/admin/, with a slash at the end; a redirect loses a form",
        ),
        (10, "double_slash", "the path has two slashes in a row"),
        (11, "method", "PUT is not read by this API: use GET or POST"),
        (
            12,
            "unknown_parameter",
            "create_line has no `user_name`; did you mean `username`?",
        ),
        (
            13,
            "wrong_path",
            "a stream answers at /live, the API of Enigma2 devices at /enigma2.php, the guide at /xmltv.php, the playlist at /get.php, the panel API of players at /panel_api.php, the player API at /player_api.php, the billing API at /api/v1, the NXT API at /api, the XC v2 API at /api.php, the Reseller API at /CODE/reseller/index.php, the Admin API at /CODE/admin/index.php",
        ),
    ];
    let expected: Vec<(u64, Value)> = expected
        .into_iter()
        .map(|(seq, kind, hint)| (seq, json!([{ "kind": kind, "hint": hint }])))
        .collect();
    // The request of 8 has its key as a parameter that the action does not know, too.
    for ((seq, got), (of, wanted)) in all.iter().zip(&expected) {
        assert_eq!(seq, of);
        assert_eq!(got[0], wanted[0], "{seq}: {got}");
        assert!(*seq == 8 || got.as_array().unwrap().len() == 1, "{seq}: {got}");
    }
    assert_eq!(all.len(), expected.len());
    assert_eq!(
        answer["unmatched"][0],
        json!({
            "seq": 1,
            "method": "POST",
            "url": "/access/admin/index.php",
            "api": "admin",
            "action": "get_live",
            "status": 200,
            "near_misses": [{ "kind": "unknown_action", "hint": "there is no get_live; did you mean get_line?" }],
        })
    );
}

/// Members of every request in the journal.
fn members<const N: usize>(panel: &Panel, names: [&str; N]) -> Vec<[Value; N]> {
    let all = json_of(panel, "requests");
    let requests = all["requests"].as_array().unwrap();
    requests.iter().map(|one| names.map(|name| one[name].clone())).collect()
}

#[test]
fn how_credentials_fared_is_told_as_it_was_then() {
    let panel = panel();
    let admin = panel.admin_path();
    panel.get("get_line", "id=4521");
    panel.client().get(&format!("{admin}?api_key=wrong&action=get_line"));
    panel.get("get_lin", "");
    panel.call("edit_access_code", "id=2&whitelist[]=192.0.2.1");
    panel.client().get(&admin);
    panel.sql("UPDATE access_codes SET whitelist = '[]'");
    panel.call("delete_access_code", "id=2");
    panel.v2("action=server&sub=list", "");
    panel.v2("action=server&sub=nothing", "");
    panel.set("api_pass=letmein");
    panel.v2("action=server&sub=list", "");
    panel.client().get("/nowhere");
    // The code that let the first ones in is gone by now.
    assert_eq!(panel.client().get(&admin).status, 404);
    panel.set("v2_rate_limit=1");
    panel.client().get("/api.php");
    panel.client().get("/api.php");
    panel.sql("INSERT INTO blocked_ips (ip) VALUES ('127.0.0.1')");
    panel.client().get("/nowhere");
    assert_eq!(
        members(&panel, ["api", "auth", "handler"]),
        [
            ["admin".into(), "ok".into(), "get_line".into()],
            ["admin".into(), "bad_key".into(), Value::Null],
            ["admin".into(), "ok".into(), Value::Null],
            ["admin".into(), "ok".into(), "edit_access_code".into()],
            ["admin".into(), "forbidden".into(), Value::Null],
            ["admin".into(), "ok".into(), "delete_access_code".into()],
            ["xc_v2".into(), "ok".into(), "server/list".into()],
            ["xc_v2".into(), "ok".into(), Value::Null],
            ["xc_v2".into(), "bad_key".into(), Value::Null],
            ["none".into(), Value::Null, Value::Null],
            ["none".into(), Value::Null, Value::Null],
            ["xc_v2".into(), "bad_key".into(), Value::Null],
            ["xc_v2".into(), "limited".into(), Value::Null],
            ["none".into(), "blocked".into(), Value::Null],
        ]
    );
}

#[test]
fn what_became_of_a_request_is_told_however_it_ended() {
    let panel = panel();
    let path = format!("{}?api_key=YOUR_KEY&action=get_line&id=4521", panel.admin_path());
    let length = panel.client().get(&path).body.len();
    let meet = |fault: &str| {
        told(&panel, "PUT", "faults", &format!("[{fault}]"));
        let mut client = panel.client();
        client.send(format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").as_bytes());
        let _ = client.read_to_end();
    };
    meet(r#"{"id":"down","effect":{"status":503,"body":"later"}}"#);
    meet(r#"{"effect":{"abort":"close"}}"#);
    meet(r#"{"at":"after","effect":{"abort":"reset"}}"#);
    meet(r#"{"id":"short","effect":{"truncate":{"bytes":9}}}"#);
    // A client that waits for what never comes, and one that leaves: both are told as they stand.
    told(&panel, "PUT", "faults", r#"[{"effect":{"abort":"hang"}}]"#);
    let mut waiting = panel.client();
    waiting.send(format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n").as_bytes());
    let hung = json!({ "match": { "action": "get_line" }, "times": { "exactly": 6 }, "within": "50s" });
    assert_eq!(verify(&panel, hung).0, 200);
    told(&panel, "PUT", "faults", r#"[{"effect":{"delay":"10m"}}]"#);
    let mut leaving = panel.client();
    leaving.send(format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n").as_bytes());
    let come = json!({ "match": { "action": "get_line" }, "times": { "exactly": 7 }, "within": "50s" });
    assert_eq!(verify(&panel, come).0, 200);
    assert_eq!(json_of(&panel, "requests/7")["outcome"], Value::Null);
    leaving.reset();
    let left = || json_of(&panel, "requests/7")["outcome"] != Value::Null;
    assert!(crate::support::soon(left));
    told(&panel, "PUT", "faults", "[]");
    panel.client().get(&path);
    let (ok, line) = (json!("ok"), json!("get_line"));
    let by_panel = |fault: Value, outcome: &str, status: Value, bytes: usize| {
        [fault, outcome.into(), status, bytes.into(), ok.clone(), line.clone()]
    };
    let by_fault = |fault: &str, outcome: &str, status: Value, bytes: usize| {
        [
            fault.into(),
            outcome.into(),
            status,
            bytes.into(),
            Value::Null,
            Value::Null,
        ]
    };
    assert_eq!(
        members(&panel, ["fault", "outcome", "status", "bytes", "auth", "handler"]),
        [
            by_panel(Value::Null, "answered", json!(200), length),
            by_fault("down", "answered", json!(503), 5),
            by_fault("fault-1", "closed", Value::Null, 0),
            by_panel(json!("fault-2"), "reset", Value::Null, 0),
            by_panel(json!("short"), "cut", json!(200), 9),
            by_fault("fault-3", "hung", Value::Null, 0),
            by_fault("fault-4", "abandoned", Value::Null, 0),
            by_panel(Value::Null, "answered", json!(200), length),
        ]
    );
    assert_eq!(seqs(&panel, "?fault=short"), [5]);
    assert_eq!(seqs(&panel, "?fault=fault-*&since=3"), [4, 6, 7]);
    assert_eq!(seqs(&panel, "?fault="), [1, 8]);
    assert_eq!(seqs(&panel, "?status=200"), [1, 5, 8]);
}

#[test]
fn a_request_is_waited_for_until_all_of_it_has_come() {
    let panel = panel();
    let mut client = panel.client();
    let form = "api_key=YOUR_KEY&action=get_line&id=4521";
    let head = format!(
        "POST {} HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n",
        panel.admin_path(),
        form.len()
    );
    client.send(format!("{head}{}", &form[..10]).as_bytes());
    assert_eq!(count(&panel, json!({})), r#"{"count":0,"evicted":0}"#);
    client.send(&form.as_bytes()[10..]);
    let wanted = json!({ "match": { "action": "get_line" }, "within": "50s" });
    let verified = json!({ "verified": true, "count": 1, "requests": [1] });
    assert_eq!(verify(&panel, wanted), (200, verified));
    assert_eq!(client.receive(false).status, 200);
}
