//! Golden exchanges: requests and their answers, byte by byte.
//!
//! A file of `data` holds stories. A story begins with `== title` and runs on a panel of its own with the `docs`
//! seed:
//!
//! ```text
//! set NAME=VALUE        a setting, from the next request on
//! sql STATEMENT         a change that no call of this dialect makes
//! at UNIX               what the panel's clock shows, from the next request on
//! from ADDRESS          where the following requests come from
//! > POST /api.php?…     a request; `Host`, where it is not there, and `Content-Length` are added
//! > Header: value
//! >
//! > body
//! < {"result":true}     its answer. Without a status line: 200 with the usual head
//! ```
//!
//! Lines of an answer end with CR and LF; one that ends with `␊` ends with LF alone.
//!
//! Before a comparison, the date of an answer is cut out, and its headers are sorted, which HTTP has in any order;
//! everything else counts.

use std::fmt::Write;
use std::net::IpAddr;

use linecard::panel::clock::Mode;

use super::{Client, Panel};

/// One request with its answer, and what comes before it.
#[derive(Default)]
struct Exchange {
    before: Vec<String>,
    request: Vec<String>,
    answer: Vec<String>,
}

fn stories(file: &str) -> Vec<(&str, Vec<Exchange>)> {
    let mut stories: Vec<(&str, Vec<Exchange>)> = Vec::new();
    for line in file.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if let Some(title) = line.strip_prefix("== ") {
            stories.push((title, vec![Exchange::default()]));
            continue;
        }
        let (_, exchanges) = stories.last_mut().expect("a line before the first story");
        if !line.starts_with('<') && !exchanges.last().unwrap().answer.is_empty() {
            exchanges.push(Exchange::default());
        }
        let exchange = exchanges.last_mut().unwrap();
        let text = |line: &str| line.get(2..).unwrap_or_default().to_owned();
        match line.get(..1) {
            Some(">") => exchange.request.push(text(line)),
            Some("<") => exchange.answer.push(text(line)),
            _ => exchange.before.push(line.to_owned()),
        }
    }
    stories
}

/// The bytes of a request, with the headers that are always the same.
fn sent(lines: &[String], host: &str) -> String {
    let empty = lines.iter().position(String::is_empty).unwrap_or(lines.len());
    let (head, body) = lines.split_at(empty);
    let body = body.get(1..).unwrap_or_default().join("\r\n");
    let mut request = head[0].clone();
    if !request.contains(" HTTP/1.") {
        request += " HTTP/1.1";
    }
    request += "\r\n";
    if !head.iter().any(|header| header.starts_with("Host: ")) {
        let _ = write!(request, "Host: {host}\r\n");
    }
    for header in &head[1..] {
        let _ = write!(request, "{header}\r\n");
    }
    if !body.is_empty() {
        let _ = write!(request, "Content-Length: {}\r\n", body.len());
    }
    request + "\r\n" + &body
}

/// The headers of every answer that have the same value, and are in no story.
const SAFE: [&str; 2] = ["X-Content-Type-Options: nosniff", "Content-Security-Policy: sandbox"];

/// The bytes of an answer without its date.
fn expected(lines: &[String], usual: &str, head_only: bool) -> String {
    let (head, body) = match lines[0].starts_with("HTTP/1.") {
        true => {
            let empty = lines.iter().position(String::is_empty).unwrap_or(lines.len());
            let (head, body) = lines.split_at(empty);
            (head.join("\r\n"), joined(body.get(1..).unwrap_or_default()))
        }
        false => {
            let body = joined(lines);
            let length = body.len();
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nContent-Type: {usual}");
            (head, body)
        }
    };
    let body = if head_only { "" } else { &body };
    format!("{}\r\n\r\n{body}", sorted(head.split("\r\n")))
}

/// The lines of a body with their ends.
fn joined(lines: &[String]) -> String {
    lines.join("\r\n").replace("␊\r\n", "\n")
}

/// The lines of a head with its headers sorted.
fn sorted<'a>(mut lines: impl Iterator<Item = &'a str>) -> String {
    let status = lines.next().unwrap_or_default();
    let mut headers: Vec<&str> = lines.collect();
    headers.sort_unstable();
    [&[status], &headers[..]].concat().join("\r\n")
}

fn received(client: &mut Client, head_only: bool) -> String {
    let bytes = client.receive_bytes(head_only);
    let text = String::from_utf8(bytes).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let head = head
        .split("\r\n")
        .filter(|line| !line.starts_with("Date: ") && !SAFE.contains(line));
    format!("{}\r\n\r\n{body}", sorted(head))
}

/// Runs every story of some files, each with its name, and tells what is answered otherwise. `usual` is the
/// `Content-Type` of an answer without a head, and the headers behind it.
pub fn differences(files: &[(&str, &str)], usual: &str) -> String {
    differences_on(Panel::docs, files, usual)
}

/// The same on panels that this makes, one for each story.
pub fn differences_on(panel: impl Fn() -> Panel, files: &[(&str, &str)], usual: &str) -> String {
    let mut wrong = String::new();
    for (file, text) in files {
        for (title, exchanges) in stories(text) {
            let panel = panel();
            let mut source: IpAddr = "127.0.0.1".parse().unwrap();
            for exchange in exchanges {
                for line in &exchange.before {
                    match line.split_once(' ').unwrap() {
                        ("set", setting) => panel.set(setting),
                        ("sql", sql) => drop(panel.sql(sql)),
                        ("at", unix) => panel.inner().clock().set_mode(Mode::Frozen(unix.parse().unwrap())),
                        ("from", address) => source = address.parse().unwrap(),
                        other => panic!("{file}: {title}: {other:?}"),
                    }
                }
                let mut client = Client::from(source, panel.host());
                client.send(sent(&exchange.request, panel.host()).as_bytes());
                let head_only = exchange.request[0].starts_with("HEAD");
                let (got, right) = (
                    received(&mut client, head_only),
                    expected(&exchange.answer, usual, head_only),
                );
                if got != right {
                    let request = exchange.request.join("\n  ");
                    let _ = write!(wrong, "\n{file}: {title}\n  {request}\nexpected\n{right}\ngot\n{got}\n");
                }
            }
        }
    }
    wrong
}
