//! docs/webhooks.md: its table has every event, and its examples verify what a panel sends.

use std::io::Write;
use std::process::{Command, Stdio};

use linecard::panel::webhooks::event;
use linecard::panel::webhooks::signing;
use serde_json::json;

use super::receiver::Receiver;
use super::{SECRET, nxt, telling};
use crate::support::process::is_here;

const PAGE: &str = include_str!("../../docs/webhooks.md");

/// The example in a language.
fn example(language: &str) -> &'static str {
    let (_, rest) = PAGE.split_once(&format!("```{language}\n")).unwrap();
    rest.split_once("```").unwrap().0
}

/// Whether a program that reads the request from its input ends well.
fn accepts(program: &str, code: &str, request: &serde_json::Value) -> bool {
    let mut child = Command::new(program)
        .args([if program == "node" { "-e" } else { "-c" }, code])
        .stdin(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let input = request.to_string();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait().unwrap().success()
}

#[test]
fn the_examples_of_the_page_verify_what_the_panel_sends() {
    let receiver = Receiver::new();
    let panel = telling(&receiver, &["line.created"]);
    nxt(&panel, "POST", "lines", r#"{"package_id":1}"#);
    let got = receiver.wait(1).remove(0);
    let names = ["webhook-id", "webhook-timestamp", "webhook-signature"];
    let headers: serde_json::Map<String, serde_json::Value> = names
        .iter()
        .map(|name| ((*name).to_owned(), got.header(name).into()))
        .collect();
    let good = json!({ "secret": SECRET, "headers": headers, "body": got.body });
    let mut forged = good.clone();
    forged["body"] = got.body.replace("line.created", "line.deleted").into();
    let mut other = good.clone();
    other["secret"] = "whsec_bm1sa2ppaGdmZWRjYmE5ODc2NTQzMjEw".into();
    let python = format!(
        "{}\nimport json, sys\nsent = json.load(sys.stdin)\nverify(sent['secret'], sent['headers'], sent['body'])\n",
        example("python")
    );
    let node = format!(
        "{}\nconst sent = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));\nverify(sent.secret, sent.headers, sent.body);\n",
        example("js")
    );
    for (program, code) in [("python3", python), ("node", node)] {
        if !is_here(program) {
            continue;
        }
        let said = [&good, &forged, &other].map(|request| accepts(program, &code, request));
        assert_eq!(said, [true, false, false], "{program}");
    }
}

#[test]
fn the_page_has_every_event_and_a_vector_that_holds() {
    for name in event::names() {
        assert!(PAGE.contains(&format!("`{name}`")), "{name}");
    }
    let key = signing::key(SECRET).unwrap();
    let signed = signing::signature(&key, "evt_000001", 1_773_585_000, r#"{"id":"evt_000001"}"#).unwrap();
    assert!(
        PAGE.contains(&format!("`{signed}`")) && PAGE.contains(SECRET),
        "{signed}"
    );
}
