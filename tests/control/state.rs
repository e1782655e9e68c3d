//! Back to the start, and snapshots.

use super::{ask, bad, panel, problem, refused, told};
use crate::support::{DONE, NOW, Panel};

const NOTHING_HAPPENED: &str =
    r#"{"status":"STATUS_SUCCESS","data":[{"id":4521},{"id":4522}],"recordsTotal":2,"recordsFiltered":2}"#;

fn lines(panel: &Panel) -> String {
    panel.get("get_lines", "show_columns=id")
}

#[test]
fn a_reset_goes_back_to_the_start() {
    let panel = panel();
    panel.call("create_line", "exp_date=2027-01-01");
    assert_eq!(panel.call("delete_line", "id=4521"), DONE);
    assert_eq!(panel.call("delete_access_code", "id=2"), DONE);
    panel.inner().clock().advance(1000);
    // The code that opens the panel is gone, the control plane is not.
    assert_eq!(panel.client().get(&panel.admin_path()).status, 404);
    assert_eq!(
        told(&panel, "POST", "reset", ""),
        r#"{"epoch":1,"streams":6,"lines":2}"#
    );
    assert_eq!(lines(&panel), NOTHING_HAPPENED);
    assert_eq!(panel.inner().clock().now(), NOW);
    // Ids begin where they did.
    let answer = panel.call("create_line", "exp_date=2027-01-01&username=a&password=b");
    assert!(answer.contains(r#""id":4523,"#), "{answer}");
    assert_eq!(
        told(&panel, "POST", "reset", "{}"),
        r#"{"epoch":2,"streams":6,"lines":2}"#
    );
    assert_eq!(lines(&panel), NOTHING_HAPPENED);
}

#[test]
fn a_reset_can_leave_the_clock_or_the_state_alone() {
    let panel = panel();
    panel.inner().clock().advance(1000);
    assert_eq!(panel.call("delete_line", "id=4521"), DONE);
    let clock = told(&panel, "POST", "reset", r#"{"what":["clock"]}"#);
    assert_eq!(clock, r#"{"epoch":0,"streams":6,"lines":1}"#);
    assert_eq!(panel.inner().clock().now(), NOW);
    panel.inner().clock().advance(1000);
    let state = told(&panel, "POST", "reset", r#"{"what":["state"]}"#);
    assert_eq!(state, r#"{"epoch":1,"streams":6,"lines":2}"#);
    assert_eq!(panel.inner().clock().now(), NOW + 1000);
}

#[test]
fn what_cannot_be_reset_is_refused_and_nothing_happens() {
    let panel = panel();
    assert_eq!(panel.call("delete_line", "id=4521"), DONE);
    for (body, start) in [
        (r#"{"what":["state","clocks"]}"#, r#"there is no \"clocks\" to reset"#),
        (r#"{"what":"state"}"#, "`what` is no list"),
        (r#"{"waht":["state"]}"#, r#"there is no member \"waht\""#),
        ("[]", "the body is not a JSON object"),
        ("{", "the body is not JSON: "),
    ] {
        let (status, text) = refused(&panel, "POST", "reset", body);
        assert!(
            status == 400 && text.contains(&format!(r#""detail":"{start}"#)),
            "{body}: {text}"
        );
    }
    assert!(lines(&panel).contains(r#""recordsTotal":1"#));
}

#[test]
fn a_reset_can_begin_with_another_seed_once() {
    let panel = panel();
    panel.inner().clock().advance(1000);
    assert_eq!(
        told(&panel, "POST", "reset", r#"{"seed":"small"}"#),
        r#"{"epoch":1,"streams":6,"lines":4}"#
    );
    assert_eq!(panel.inner().clock().now(), NOW);
    // As with `--seed` of a file: what the document leaves out is set up, with the server's time and numbers.
    let document = r#"{"seed":{"lines":[{"line":"anna","expires":"+30d"}]}}"#;
    assert_eq!(
        told(&panel, "POST", "reset", document),
        r#"{"epoch":2,"streams":0,"lines":1}"#
    );
    let state: serde_json::Value = serde_json::from_str(&told(&panel, "GET", "state", "")).unwrap();
    let line = &state["lines"][0];
    assert_eq!(
        (&line["username"], &line["created"]),
        (&"anna".into(), &state["accounts"][0]["registered"])
    );
    assert_eq!(state["accounts"][0]["username"], "admin");
    let both = r#"{"what":["state"],"seed":["docs",{"lines":[{"line":"anna"}]}]}"#;
    assert_eq!(
        told(&panel, "POST", "reset", both),
        r#"{"epoch":3,"streams":6,"lines":3}"#
    );
    // The next reset goes back to the start of the server.
    assert_eq!(
        told(&panel, "POST", "reset", ""),
        r#"{"epoch":4,"streams":6,"lines":2}"#
    );
    assert_eq!(lines(&panel), NOTHING_HAPPENED);
}

#[test]
fn a_seed_that_cannot_be_planted_resets_nothing() {
    let panel = panel();
    assert_eq!(panel.call("delete_line", "id=4521"), DONE);
    let names = "there are docs, small, demo, large and scale:lines=N; a file: start the server with it, or PUT \
                 /_linecard/snapshots/NAME and send {\"snapshot\":NAME}";
    for (body, expected) in [
        (
            r#"{"seed":"dosc"}"#,
            bad(r#"there is no seed "dosc" in the program"#, names),
        ),
        (
            r#"{"seed":["docs","/etc/passwd"]}"#,
            bad(r#"there is no seed "/etc/passwd" in the program"#, names),
        ),
        (
            r#"{"seed":7}"#,
            bad(
                "`seed` is no name and no document: 7",
                r#"send "docs", {"lines":[…]} or a list of these"#,
            ),
        ),
        (
            r#"{"seed":{"lines":[{"line":"anna","bouqets":[1]}]}}"#,
            bad(
                r#"seed line 1: lines[0].bouqets: there is no key "bouqets"; did you mean "bouquets"?"#,
                "choose another `seed`",
            ),
        ),
        (
            r#"{"what":["clock"],"seed":"docs"}"#,
            bad(
                "`seed` is for the state, which `what` leaves out",
                r#"add "state" to `what`, or leave `what` out"#,
            ),
        ),
        (
            r#"{"seed":"docs","match":{"user":"ci-*"}}"#,
            bad("`seed` and `match` are both there", "send one of them"),
        ),
    ] {
        assert_eq!(refused(&panel, "POST", "reset", body), expected, "{body}");
    }
    assert!(lines(&panel).contains(r#""recordsTotal":1"#));
    assert_eq!(
        told(&panel, "POST", "reset", ""),
        r#"{"epoch":1,"streams":6,"lines":2}"#
    );
}

#[test]
fn a_reset_is_seen_by_requests_that_were_kept_waiting() {
    let panel = panel();
    let mut client = panel.client();
    for round in 1..=20 {
        panel.call("create_line", &format!("exp_date=2027-01-01&username=line{round}"));
        let answer = client.request("POST", "/_linecard/reset", &[], b"").text();
        assert_eq!(answer, format!(r#"{{"epoch":{round},"streams":6,"lines":2}}"#));
        assert_eq!(lines(&panel), NOTHING_HAPPENED);
    }
    assert_eq!(panel.sql_one("PRAGMA integrity_check"), "ok");
}

#[test]
fn a_snapshot_brings_its_state_back() {
    let panel = panel();
    assert_eq!(told(&panel, "GET", "snapshots", ""), r#"{"snapshots":[]}"#);
    panel.call("delete_line", "id=4521");
    let taken = told(&panel, "POST", "snapshots", r#"{"name":"one line"}"#);
    assert_eq!(taken, r#"{"name":"one line","replaced":false}"#);
    panel.call("delete_line", "id=4522");
    told(&panel, "POST", "snapshots", r#"{"name":"none"}"#);
    assert_eq!(
        told(&panel, "GET", "snapshots", ""),
        r#"{"snapshots":["none","one line"]}"#
    );

    let restored = told(&panel, "POST", "snapshots/one%20line/restore", "");
    assert_eq!(restored, r#"{"epoch":1,"streams":6,"lines":1}"#);
    assert!(lines(&panel).contains(r#""data":[{"id":4522}]"#));
    // A reset still knows the start.
    assert_eq!(
        told(&panel, "POST", "reset", ""),
        r#"{"epoch":2,"streams":6,"lines":2}"#
    );
    let replaced = told(&panel, "POST", "snapshots", r#"{"name":"none"}"#);
    assert_eq!(replaced, r#"{"name":"none","replaced":true}"#);
    assert_eq!(told(&panel, "DELETE", "snapshots/none", ""), r#"{"name":"none"}"#);
    assert_eq!(told(&panel, "GET", "snapshots", ""), r#"{"snapshots":["one line"]}"#);
}

#[test]
fn an_unknown_snapshot_is_told_the_known_ones() {
    let panel = panel();
    let missing = |hint: &str| problem("not_found", "Not Found", 404, "there is no snapshot \"b\"", hint);
    let none = missing("POST /_linecard/snapshots takes one");
    assert_eq!(refused(&panel, "POST", "snapshots/b/restore", ""), none);
    told(&panel, "POST", "snapshots", r#"{"name":"a"}"#);
    assert_eq!(refused(&panel, "DELETE", "snapshots/b", ""), missing("there are a"));
    for body in ["", r#"{"name":""}"#, r#"{"name":"a/b"}"#, r#"{"name":1}"#] {
        let expected = bad("`name` is missing or no name", r#"send {"name":"a"}"#);
        assert_eq!(refused(&panel, "POST", "snapshots", body), expected, "{body}");
    }
}

#[test]
fn a_snapshot_travels_as_a_file() {
    let (one, other) = (panel(), panel());
    one.call("delete_line", "id=4521");
    told(&one, "POST", "snapshots", r#"{"name":"a"}"#);
    let file = ask(&one, "GET", "snapshots/a", "");
    assert_eq!(
        (file.status, file.header("content-type")),
        (200, Some("application/vnd.sqlite3"))
    );
    assert!(file.body.starts_with(b"SQLite format 3\0"));

    let put = other.client().request("PUT", "/_linecard/snapshots/b", &[], &file.body);
    assert_eq!(put.text(), r#"{"name":"b","replaced":false}"#);
    assert_eq!(
        told(&other, "POST", "snapshots/b/restore", ""),
        r#"{"epoch":1,"streams":6,"lines":1}"#
    );
    assert_eq!(lines(&other), lines(&one));
    // It is a database like any other.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("panel.db");
    std::fs::write(&path, &file.body).unwrap();
    let opened = Panel::docs_with(|config| {
        config.db = path.to_str().unwrap().to_owned();
        config.seed = Vec::new();
    });
    assert_eq!(lines(&opened), lines(&one));
}

#[test]
fn a_file_that_is_no_snapshot_is_refused() {
    let panel = panel();
    told(&panel, "POST", "snapshots", r#"{"name":"a"}"#);
    let whole = ask(&panel, "GET", "snapshots/a", "").body;
    let folder = tempfile::tempdir().unwrap();
    let file = |sql: &str| {
        let path = folder.path().join("other.db");
        let _ = std::fs::remove_file(&path);
        rusqlite::Connection::open(&path).unwrap().execute_batch(sql).unwrap();
        std::fs::read(&path).unwrap()
    };
    for bad in [
        b"no database".to_vec(),
        whole[..whole.len() / 2].to_vec(),
        file("CREATE TABLE t (a)"),
        file("PRAGMA application_id = 1280197444; PRAGMA user_version = 1; CREATE TABLE t (a)"),
    ] {
        let answer = panel.client().request("PUT", "/_linecard/snapshots/b", &[], &bad);
        assert_eq!(answer.status, 400, "{answer:?}");
        assert!(answer.text().contains("the body is no snapshot: "), "{answer:?}");
    }
    assert_eq!(told(&panel, "GET", "snapshots", ""), r#"{"snapshots":["a"]}"#);
}
