//! Streams over HTTP (contract "Player side", sections 10 to 13): what is played, the rows of who watches, and whatever
//! ends a connection.

mod accounting;
mod clients;
mod crash;
mod cutting;
mod disturbed;
mod files;
mod hls;
mod limits;
mod live;
mod memory;
mod observed;
mod stored;
mod upstream;

use std::net::{IpAddr, Ipv4Addr};
use std::time::{Duration, Instant};

use crate::support::{Answer, Client, Panel, soon};

/// The line of the docs' seed that may watch twice, and a stream of its bouquets.
pub const LOGIN: &str = "customer4521/securepass";
pub const OTHER: &str = "customer4522/securepass2";
pub const NEWS: i64 = 10;

/// Length of a transport packet.
pub const PACKET: usize = 188;

/// A panel with the docs' data, of which nobody watches and nothing is logged.
pub fn docs() -> Panel {
    without_rows(Panel::docs())
}

/// The same panel without rows of viewers and refusals.
pub fn without_rows(panel: Panel) -> Panel {
    panel.sql("DELETE FROM lines_live");
    panel.sql("DELETE FROM lines_logs");
    panel
}

/// A player: an address and a user agent.
#[derive(Clone, Copy)]
pub struct Player<'a> {
    pub panel: &'a Panel,
    pub address: IpAddr,
    pub agent: &'a str,
}

impl<'a> Player<'a> {
    /// One on this machine.
    pub fn new(panel: &'a Panel) -> Player<'a> {
        Player {
            panel,
            address: Ipv4Addr::LOCALHOST.into(),
            agent: "player",
        }
    }

    /// The same with another user agent.
    pub fn called(self, agent: &'a str) -> Player<'a> {
        Player { agent, ..self }
    }

    /// The same at another address.
    pub fn at(self, address: [u8; 4]) -> Player<'a> {
        Player {
            address: address.into(),
            ..self
        }
    }

    /// Sends a request, whose answer is not read yet.
    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Client {
        let mut client = Client::from(self.address, self.panel.host());
        let headers: String = headers
            .iter()
            .map(|(name, value)| format!("{name}: {value}\r\n"))
            .collect();
        let (host, agent) = (self.panel.host(), self.agent);
        let head = format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: {agent}\r\n{headers}\r\n");
        client.send(head.as_bytes());
        client
    }

    /// Gets a path.
    pub fn get(&self, path: &str) -> Answer {
        self.get_with(path, &[])
    }

    /// Gets a path with further headers.
    pub fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.send("GET", path, headers).receive(false)
    }

    /// Asks for the data URL of a path, and returns its path.
    pub fn data_url(&self, path: &str) -> String {
        self.data_url_with(path, &[])
    }

    /// The same with further headers.
    pub fn data_url_with(&self, path: &str, headers: &[(&str, &str)]) -> String {
        let answer = self.get_with(path, headers);
        assert_eq!(answer.status, 302, "{path}: {}", answer.text());
        let location = answer.header("location").unwrap();
        let path = location.split_once("://").unwrap().1;
        path.get(path.find('/').unwrap()..).unwrap().to_owned()
    }

    /// Begins to watch a path; the head was read.
    pub fn watch(&self, path: &str) -> Client {
        let mut client = self.send("GET", &self.data_url(path), &[]);
        let head = client.receive_head();
        assert_eq!(head.status, 200, "{path}");
        client
    }

    /// Asks for a path and then for its data URL, and returns the first status that is no redirect.
    pub fn try_watch(&self, path: &str) -> Result<Client, Answer> {
        let answer = self.get(path);
        if answer.status != 302 {
            return Err(answer);
        }
        let location = answer.header("location").unwrap().split_once("://").unwrap().1;
        let mut client = self.send("GET", location.get(location.find('/').unwrap()..).unwrap(), &[]);
        let head = client.receive_head();
        match head.status {
            200 => Ok(client),
            _ => Err(Answer {
                body: client.receive_rest(&head),
                ..head
            }),
        }
    }
}

/// Calls the Admin API, which must succeed.
#[track_caller]
pub fn done(panel: &Panel, action: &str, params: &str) {
    let answer = panel.get(action, params);
    assert!(answer.contains("STATUS_SUCCESS"), "{action}: {answer}");
}

/// The short path of a stream.
pub fn live(login: &str, stream: i64) -> String {
    format!("/{login}/{stream}.ts")
}

/// The number of rows of who watches.
pub fn rows(panel: &Panel) -> String {
    panel.sql_one("SELECT count(*) FROM lines_live")
}

/// Waits until so many rows are there.
#[track_caller]
pub fn has_rows(panel: &Panel, count: usize) {
    let count = count.to_string();
    assert!(soon(|| rows(panel) == count), "{} rows, not {count}", rows(panel));
}

/// Reads whole packets of a body in chunks.
pub fn packets(client: &mut Client, count: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while bytes.len() < count * PACKET {
        let chunk = client.chunk_bytes();
        assert!(!chunk.is_empty(), "the stream ended");
        bytes.extend_from_slice(&chunk);
    }
    bytes
}

/// Returns how long it takes until a connection breaks, without the end of its body.
#[track_caller]
pub fn breaks_within(client: &mut Client, most: Duration) -> Duration {
    let begun = Instant::now();
    let rest = client.read_to_end().unwrap_or_default();
    let took = begun.elapsed();
    assert!(!rest.ends_with(b"0\r\n\r\n"), "the body ended in order");
    assert!(took <= most, "cut after {took:?}");
    took
}
