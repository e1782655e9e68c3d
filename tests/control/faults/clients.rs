//! Every effect as real clients see it: what comes of the wire, byte by byte, or which error, and what
//! the panel holds afterwards. One table of effects; each client is a column.

use std::process::Command;
use std::time::Duration;

use super::{panel, told};
use crate::support::{DONE, Panel, soon};

/// The call that is made, and whether it was carried out.
const FORM: &str = "api_key=YOUR_KEY&action=disable_line&id=4521";
const CARRIED_OUT: &str = "SELECT enabled = 0 FROM lines WHERE id = 4521";

/// What a client makes of an effect.
#[derive(Clone, Debug, PartialEq)]
enum Seen {
    /// This status and this body.
    Answer(u16, Vec<u8>),
    /// An error, by the client's own name of it.
    Error(&'static str),
}

/// An effect and what comes of it.
struct Row {
    effect: &'static str,
    /// Whether the panel does its work though the effect comes before it.
    works: bool,
    comes: Comes,
}

enum Comes {
    Answer(u16, &'static str),
    /// The panel's answer with one bit turned.
    Twisted,
    /// The names of the error for curl, Python, Node and reqwest.
    Errors([&'static str; 4]),
}

use Comes::{Answer, Errors, Twisted};

const FAILED: &str = r#"{"status":"STATUS_FAILURE","data":{},"error":"A fault asked for this answer."}"#;
const GATEWAY: &str =
    "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body><h1>502 Bad Gateway</h1></body>\r\n</html>\r\n";

const CUT_SHORT: [&str; 4] = ["18", "IncompleteRead", "UND_ERR_SOCKET", "decode"];
const NEVER_CAME: [&str; 4] = ["28", "TimeoutError", "TimeoutError", "timeout"];

/// All effects.
#[rustfmt::skip]
const TABLE: [Row; 18] = [
    Row { effect: r#"{"delay":"20ms"}"#, works: true, comes: Answer(200, DONE) },
    Row { effect: r#"{"status":503}"#, works: false, comes: Answer(503, "503\n") },
    Row { effect: r#"{"status":429,"body":"slow down"}"#, works: false, comes: Answer(429, "slow down") },
    Row { effect: r#"{"answer":"STATUS_FAILURE"}"#, works: false, comes: Answer(200, FAILED) },
    Row { effect: r#"{"preset":"html_error_page"}"#, works: false, comes: Answer(502, GATEWAY) },
    Row { effect: r#"{"preset":"redirect_loop"}"#, works: false, comes: Answer(307, "") },
    Row { effect: r#"{"preset":"bom_prefix"}"#, works: true, comes: Answer(200, "\u{feff}{\"status\":\"STATUS_SUCCESS\"}") },
    Row { effect: r#"{"preset":"truncated_json"}"#, works: true, comes: Answer(200, "{\"status\":\"ST") },
    Row { effect: r#"{"corrupt":{"flip":1}}"#, works: true, comes: Twisted },
    Row { effect: r#"{"abort":"close"}"#, works: false, comes: Errors(["52", "RemoteDisconnected", "UND_ERR_SOCKET", "request"]) },
    Row { effect: r#"{"abort":"reset"}"#, works: false, comes: Errors(["56", "ConnectionResetError", "ECONNRESET", "request"]) },
    Row { effect: r#"{"abort":"hang"}"#, works: false, comes: Errors(NEVER_CAME) },
    Row { effect: r#"{"truncate":{"bytes":10}}"#, works: true, comes: Errors(CUT_SHORT) },
    Row { effect: r#"{"stream_cut":{"after_bytes":10}}"#, works: true, comes: Errors(CUT_SHORT) },
    Row { effect: r#"{"stream_cut":{"after":"20ms"}}"#, works: true, comes: Errors(CUT_SHORT) },
    Row { effect: r#"{"preset":"stream_stall"}"#, works: true, comes: Errors(NEVER_CAME) },
    Row { effect: r#"{"dribble":{"chunks":3,"over":"30ms"}}"#, works: true, comes: Answer(200, DONE) },
    Row { effect: r#"{"throttle":"1KiB/s"}"#, works: true, comes: Answer(200, DONE) },
];

/// Runs the table with a client, which is this column of errors.
fn sees(column: usize, client: impl Fn(&str, f32) -> Seen) {
    let panel = panel();
    let url = format!("http://{}{}", panel.host(), panel.admin_path());
    for row in &TABLE {
        for at in ["before", "after"] {
            told(&panel, "POST", "reset", "");
            let rule = format!(r#"[{{"id":"x","at":"{at}","effect":{}}}]"#, row.effect);
            told(&panel, "PUT", "faults", &rule);
            // Who waits in vain waits shortly; a busy machine may let everybody else wait.
            let patience = match row.comes {
                Errors(NEVER_CAME) => 2.0,
                _ => 30.0,
            };
            let seen = client(&url, patience);
            let what = format!("{} {at}", row.effect);
            match (&row.comes, &seen) {
                (Answer(status, body), _) => {
                    assert_eq!(seen, Seen::Answer(*status, body.as_bytes().to_vec()), "{what}")
                }
                (Errors(names), _) => assert_eq!(seen, Seen::Error(names[column]), "{what}"),
                (Twisted, Seen::Answer(200, body)) => assert_eq!(turned(body), 1, "{what}: {body:?}"),
                (Twisted, other) => panic!("{what}: {other:?}"),
            }
            // Whoever gave up may have done so before the panel was done.
            match row.works || at == "after" {
                true => assert!(soon(|| carried_out(&panel)), "{what}"),
                false => assert!(!carried_out(&panel), "{what}"),
            }
        }
    }
}

fn carried_out(panel: &Panel) -> bool {
    panel.sql_one(CARRIED_OUT) == "1"
}

/// How many bits of the answer are turned.
fn turned(body: &[u8]) -> u32 {
    assert_eq!(body.len(), DONE.len());
    body.iter()
        .zip(DONE.as_bytes())
        .map(|(one, other)| (one ^ other).count_ones())
        .sum()
}

/// What a program printed: a status and a body, or the name of an error, which is one of the table's.
fn printed(output: &[u8]) -> Seen {
    let end = output.iter().position(|byte| *byte == b'\n').unwrap_or(output.len());
    let first = str::from_utf8(&output[..end]).unwrap();
    match first.parse() {
        Ok(status) => Seen::Answer(status, output[end + 1..].to_vec()),
        Err(_) => named(first),
    }
}

fn named(error: &str) -> Seen {
    let names = TABLE.iter().filter_map(|row| match row.comes {
        Errors(names) => Some(names),
        _ => None,
    });
    let mut names = names.flatten();
    Seen::Error(
        names
            .find(|name| *name == error)
            .unwrap_or_else(|| panic!("another error: {error:?}")),
    )
}

/// Runs a script of `tests/clients`.
fn script(program: &str, name: &str) -> impl Fn(&str, f32) -> Seen {
    let path = format!("{}/tests/clients/{name}", env!("CARGO_MANIFEST_DIR"));
    let program = program.to_owned();
    move |url, patience| {
        let output = Command::new(&program)
            .args([&path, url, FORM, &patience.to_string()])
            .output();
        printed(&output.unwrap().stdout)
    }
}

#[needs::test("curl")]
fn curl_sees_every_effect() {
    sees(0, |url, patience| {
        let patience = patience.to_string();
        let flags = [
            "--silent",
            "--max-time",
            &patience,
            "--write-out",
            "%{stderr}%{http_code}",
            "--data",
            FORM,
            url,
        ];
        let output = Command::new("curl").args(flags).output().unwrap();
        match output.status.code().unwrap() {
            0 => Seen::Answer(
                String::from_utf8(output.stderr).unwrap().parse().unwrap(),
                output.stdout,
            ),
            code => named(&code.to_string()),
        }
    });
}

#[needs::test("python3")]
fn python_sees_every_effect() {
    sees(1, script("python3", "faults.py"));
}

#[needs::test("node")]
fn node_sees_every_effect() {
    sees(2, script("node", "faults.mjs"));
}

#[test]
fn reqwest_sees_every_effect() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .build()
        .unwrap();
    let ask = async |url: &str, patience: f32| {
        let asked = client.post(url).timeout(Duration::from_secs_f32(patience)).body(FORM);
        let form = ("Content-Type", "application/x-www-form-urlencoded");
        let answer = asked.header(form.0, form.1).send().await?;
        let status = answer.status().as_u16();
        Ok::<_, reqwest::Error>((status, answer.bytes().await?.to_vec()))
    };
    sees(3, |url, patience| match runtime.block_on(ask(url, patience)) {
        Ok((status, body)) => Seen::Answer(status, body),
        Err(error) if error.is_timeout() => Seen::Error("timeout"),
        Err(error) if error.is_decode() => Seen::Error("decode"),
        Err(error) if error.is_request() => Seen::Error("request"),
        Err(error) => panic!("another error: {error:?}"),
    });
}
