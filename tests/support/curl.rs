//! curl for the commands of the README where it is missing: a script that hands its arguments over to this process, which
//! makes the request.

use std::fs::{self, Permissions};
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::thread::{self, JoinHandle};

use super::process::is_here;
use super::{Client, encoded};

/// What a shell finds as `curl`. An empty argument ends the others.
const SCRIPT: &str = r#"#!/usr/bin/env bash
exec 3<>/dev/tcp/127.0.0.1/PORT
printf '%s\0' "$@" '' >&3
cat <&3
"#;

/// The stand-in, for as long as it lives.
pub struct Curl {
    folder: tempfile::TempDir,
    address: SocketAddr,
    thread: Option<JoinHandle<()>>,
}

impl Curl {
    /// `None` where there is a curl.
    pub fn where_missing() -> Option<Curl> {
        (!is_here("curl")).then(Curl::start)
    }

    fn start() -> Curl {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let script = folder.path().join("curl");
        fs::write(&script, SCRIPT.replace("PORT", &address.port().to_string())).unwrap();
        fs::set_permissions(&script, Permissions::from_mode(0o755)).unwrap();
        let answer = move || {
            for socket in listener.incoming() {
                let mut socket = socket.unwrap();
                let words = words(&socket);
                if words.is_empty() {
                    return;
                }
                socket.write_all(&ask(&words)).unwrap();
            }
        };
        Curl {
            folder,
            address,
            thread: Some(thread::spawn(answer)),
        }
    }

    /// The folder of the script.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}

impl Drop for Curl {
    fn drop(&mut self) {
        let _ = TcpStream::connect(self.address).and_then(|mut socket| socket.write_all(&[0]));
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

fn words(socket: &TcpStream) -> Vec<String> {
    BufReader::new(socket)
        .split(0)
        .map(|word| String::from_utf8(word.unwrap()).unwrap())
        .take_while(|word| !word.is_empty())
        .collect()
}

/// The body of the answer to a request as curl would make it.
fn ask(words: &[String]) -> Vec<u8> {
    let (mut url, mut form) = (None, None);
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "-s" => {}
            "-d" => form = words.next().cloned(),
            "--data-urlencode" => form = words.next().map(|word| pair(word)),
            word if word.starts_with('-') => panic!("the stand-in for curl does not know {word}"),
            _ => url = word.strip_prefix("http://"),
        }
    }
    let (host, path) = url.unwrap().split_once('/').unwrap();
    let (mut client, path) = (Client::new(host), format!("/{path}"));
    match form {
        Some(form) => client.post(&path, &form).body,
        None => client.get(&path).body,
    }
}

/// `name=value` with its value encoded.
fn pair(word: &str) -> String {
    let (name, value) = word.split_once('=').unwrap();
    format!("{name}={}", encoded(value))
}

#[test]
fn the_stand_in_makes_the_request_and_prints_the_answer() {
    let panel = super::Panel::docs();
    let curl = Curl::start();
    for (words, answer) in [
        (&["-s", "ACTION=get_bouquet&id=99"][..], "Bouquet not found."),
        (
            &["ACTION=edit_line&id=4521", "-d", "exp_date=2027-02-30"],
            "Invalid date: exp_date.",
        ),
        (
            &["-s", "ACTION=mysql_query", "--data-urlencode", "query=DROP TABLE a&b"],
            "Query not allowed: DROP TABLE",
        ),
    ] {
        let url = format!("http://{}{}?api_key=YOUR_KEY&action", panel.host(), panel.admin_path());
        let words = words.iter().map(|word| word.replace("ACTION", &url));
        let output = std::process::Command::new(curl.folder().join("curl"))
            .args(words)
            .output()
            .unwrap();
        let printed = String::from_utf8(output.stdout).unwrap();
        assert!(printed.ends_with(&format!("\"error\":\"{answer}\"}}")), "{printed}");
    }
}
