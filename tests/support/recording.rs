//! What the tests' client sends and receives, written to files where `TRAFFIC_RECORD` names a folder:
//! a folder a test, a file a connection. Recordings of two versions of the server are compared with
//! `diff -r`: nothing that a client sees may change without a reason.
//!
//! What differs between two runs of the same server (ports, dates, measured times) is written as a word
//! that stands for it.

use std::cell::Cell;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::sync::LazyLock;

use regex::Regex;

/// How much of a connection is written as it is. Of what is longer the rest is written as its hash.
const SHOWN: usize = 64 << 10;

/// Names the folder.
const VARIABLE: &str = "TRAFFIC_RECORD";

thread_local! {
    /// The number of the next connection of this test.
    static NEXT: Cell<u32> = const { Cell::new(1) };
}

/// A socket, and what went over it where that is recorded.
pub struct Recorded {
    pub socket: TcpStream,
    recording: Option<Recording>,
}

struct Recording {
    file: PathBuf,
    bytes: Vec<u8>,
    /// Whether the last bytes were sent.
    sending: bool,
}

impl Recorded {
    pub fn new(socket: TcpStream) -> Recorded {
        Recorded {
            socket,
            recording: Recording::begin(),
        }
    }
}

impl Recording {
    /// A recording of this test's next connection. Threads that a test starts itself are left out: their
    /// order is chance.
    fn begin() -> Option<Recording> {
        let folder = PathBuf::from(std::env::var_os(VARIABLE)?);
        let thread = std::thread::current();
        let test = thread.name()?.replace("::", "/");
        let number = NEXT.replace(NEXT.get() + 1);
        Some(Recording {
            file: folder.join(test).join(format!("{number:04}")),
            bytes: Vec::new(),
            sending: false,
        })
    }

    fn add(&mut self, bytes: &[u8], sending: bool) {
        if bytes.is_empty() {
            return;
        }
        if self.sending != sending || self.bytes.is_empty() {
            let mark: &[u8] = if sending { b"\n=== sent\n" } else { b"\n=== received\n" };
            self.bytes.extend_from_slice(mark);
            self.sending = sending;
        }
        self.bytes.extend_from_slice(bytes);
    }
}

impl Drop for Recording {
    fn drop(&mut self) {
        let (shown, rest) = self.bytes.split_at(self.bytes.len().min(SHOWN));
        let mut text = same_for_all(&String::from_utf8_lossy(shown));
        if !rest.is_empty() {
            let mut hasher = DefaultHasher::new();
            rest.hash(&mut hasher);
            text += &format!("\n=== and {} bytes, {:x}\n", rest.len(), hasher.finish());
        }
        // A recording that cannot be kept is seen as one that is missing.
        let _ = fs::create_dir_all(self.file.parent().unwrap()).and_then(|()| fs::write(&self.file, text));
    }
}

/// A text without what differs from run to run.
fn same_for_all(text: &str) -> String {
    static DIFFERENT: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
        [
            (r"(127\.0\.0\.\d+|localhost|\[::1\]):\d{2,5}", "$1:PORT"),
            (r"(?i)\r\ndate: [^\r]*", "\r\ndate: DATE"),
            (r#""at_real":("[^"]*"|null)"#, r#""at_real":"REAL""#),
            (r#""us":\d+"#, r#""us":US"#),
            (r#""uptime_s":[\d.]+"#, r#""uptime_s":UPTIME"#),
        ]
        .map(|(pattern, word)| (Regex::new(pattern).unwrap(), word))
        .into()
    });
    DIFFERENT.iter().fold(text.to_owned(), |text, (pattern, word)| {
        pattern.replace_all(&text, *word).into_owned()
    })
}

impl Read for Recorded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.socket.read(buffer)?;
        if let Some(recording) = &mut self.recording {
            recording.add(&buffer[..read], false);
        }
        Ok(read)
    }
}

impl Write for Recorded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.socket.write(bytes)?;
        if let Some(recording) = &mut self.recording {
            recording.add(&bytes[..written], true);
        }
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.socket.flush()
    }
}

#[test]
fn what_differs_from_run_to_run_is_left_out() {
    assert_eq!(
        same_for_all("Host: 127.0.0.1:4711\r\nDate: now\r\n\r\n{\"at_real\":\"x\",\"us\":12,\"n\":5}"),
        "Host: 127.0.0.1:PORT\r\ndate: DATE\r\n\r\n{\"at_real\":\"REAL\",\"us\":US,\"n\":5}"
    );
}
