//! Linecard's own commands as clients of a server with TLS.

use std::fs;
use std::path::Path;

use super::secure;
use crate::support::process::{Served, command, run};

const BINARY: &str = env!("CARGO_BIN_EXE_linecard");

fn outcome(words: &[&str]) -> (Option<i32>, String, String) {
    let output = run(words);
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[needs::test("curl")]
fn a_command_beside_a_panel_finds_whom_to_trust() {
    let script = format!(
        "set -e; {BINARY} health; {BINARY} wait >/dev/null; {BINARY} call get_line id=4521 show_columns=id; \
         {BINARY} clock freeze 2026-03-15T14:30:00Z; curl -s --cacert $LINECARD_TLS_CA $LINECARD_URL/nowhere; \
         echo $LINECARD_TLS_CA $LINECARD_CONTROL_URL"
    );
    let (code, out, words) = outcome(&["run", "--seed=docs", "--tls=self-signed", "--", "sh", "-c", &script]);
    assert_eq!(code, Some(0), "{out}{words}");
    let last = out.lines().last().unwrap();
    let (ca, control) = last.split_once(' ').unwrap();
    assert!(control.starts_with("https://127.0.0.1:"), "{control}");
    assert!(Path::new(ca).is_absolute() && !Path::new(ca).exists(), "{ca}");
    assert!(
        out.contains(r#"{"status":"STATUS_SUCCESS","data":{"id":4521}}"#),
        "{out}"
    );
    assert!(
        words.starts_with(&format!("curl --cacert {ca} 'https://127.0.0.1:")),
        "{words}"
    );
}

#[needs::test("curl")]
fn what_was_odd_is_looked_up_over_tls_too() {
    let (code, _, words) = outcome(&[
        "run",
        "--tls=self-signed",
        "--fail-on-unmatched",
        "--",
        "sh",
        "-c",
        "curl -s --cacert $LINECARD_TLS_CA \"$LINECARD_XC_V2_API?action=user&sub=creat\"",
    ]);
    let hint =
        "linecard: unmatched: GET /api.php?action=user&sub=creat: there is no user/creat; did you mean user/create?\n";
    assert_eq!((code, words.as_str()), (Some(3), hint));
}

#[test]
fn nobody_is_trusted_by_default() {
    let (secure, other) = (secure(&[]), secure(&[]));
    let url = secure.url();
    let health = |words: &[&str]| outcome(&[&["health", "--url", url], words].concat());
    let refused = |words: &str| {
        let line = format!("linecard: {url}/_linecard/health does not answer: {words}\n");
        (Some(1), String::new(), line)
    };
    assert_eq!(
        health(&[]),
        refused("nobody vouches for it: name its authority's file with --tls-ca or LINECARD_TLS_CA")
    );
    assert_eq!(
        health(&["--tls-ca", &other.ca]),
        refused(
            "no authority in the file of --tls-ca vouches for its certificate; --tls self-signed makes a new one at \
             each start"
        )
    );
    assert_eq!(
        health(&["--tls-ca", "/no/such/file"]),
        refused("--tls-ca: cannot read /no/such/file: No such file or directory (os error 2)")
    );
    assert_eq!(
        health(&["--tls-ca", "Cargo.toml"]),
        refused("--tls-ca: Cargo.toml has no certificate in PEM form (-----BEGIN CERTIFICATE-----)")
    );
    let (code, out, _) = health(&["--tls-ca", &secure.ca]);
    assert!(code == Some(0) && out.starts_with(r#"{"status":"ok","#), "{out}");
    let mut variable = command(&["health", "--url", url]);
    assert!(variable.env("LINECARD_TLS_CA", &secure.ca).status().unwrap().success());
}

#[test]
fn a_server_without_tls_is_not_taken_for_one_with_it() {
    let plain = Served::spawn(command(&["test"]));
    let url = plain.ready()["url"].replace("http://", "https://");
    let ca = secure(&[]);
    assert_eq!(
        outcome(&["health", "--url", &url, "--tls-ca", &ca.ca]),
        (
            Some(1),
            String::new(),
            format!(
                "linecard: {url}/_linecard/health does not answer: it speaks no TLS: ask for http:// instead of https://\n"
            )
        )
    );
}

#[test]
fn a_server_with_tls_says_so_to_who_asks_without() {
    let secure = secure(&[]);
    let url = secure.url().replace("https://", "http://");
    assert_eq!(
        outcome(&["health", "--url", &url]),
        (
            Some(1),
            String::new(),
            format!(
                "linecard: {url}/_linecard/health answers 400: This port speaks TLS: ask for https:// instead of http://.\n"
            )
        )
    );
}

#[test]
fn a_wait_goes_on_until_the_authority_is_there() {
    let secure = secure(&[]);
    let folder = tempfile::tempdir().unwrap();
    let late = folder.path().join("late.pem");
    let words = ["wait", "--url", secure.url(), "--tls-ca", late.to_str().unwrap()];
    let (code, _, told) = outcome(&[&words[..], &["--timeout", "50ms"]].concat());
    assert_eq!(code, Some(1));
    assert!(told.contains("does not answer: --tls-ca: cannot read"), "{told}");
    let waiting = command(&words).spawn().unwrap();
    fs::copy(&secure.ca, &late).unwrap();
    let output = waiting.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    let out = String::from_utf8(output.stdout).unwrap();
    assert!(out.starts_with(&format!("{} answers after ", secure.url())), "{out}");
}

#[test]
fn the_authority_is_where_it_was_wanted_and_stays() {
    let folder = tempfile::tempdir().unwrap();
    let ca = folder.path().join("ca.pem");
    let wanted = ["--tls=self-signed", "--tls-ca-out", ca.to_str().unwrap()];
    let (code, out, words) = outcome(&[&["run"], &wanted[..], &["--", "sh", "-c", "cat $LINECARD_TLS_CA"]].concat());
    assert_eq!(code, Some(0), "{words}");
    assert!(out.starts_with("-----BEGIN CERTIFICATE-----"), "{out}");
    assert_eq!(fs::read_to_string(&ca).unwrap(), out);
    // A command beside a panel without TLS is not told to trust anybody.
    let mut plain = command(&["run", "--", "sh", "-c", "echo ${LINECARD_TLS_CA-unset}"]);
    let output = plain.env("LINECARD_TLS_CA", "old").output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "unset\n");
}
