//! Raw bytes in the target of a request: characters that belong percent-encoded there, such as `"`, `{` and everything
//! outside ASCII. The web server in front of a panel and PHP take them as they stand; the HTTP library refuses some.
//!
//! So they are percent-encoded before the library reads them, which leaves each value what it was, and the target as it
//! was sent is kept for the journal. Spaces and control characters end or break a request line everywhere and stay.
//!
//! Where a request line begins follows from the lengths of the messages before it, which are read here as the library
//! reads them. A message that could be read in two ways ends the encoding on its connection: what follows is passed on
//! as it came, so that no body is ever taken for a request line.

use std::io::{self, BufRead};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, ReadBuf};

use super::http10::{number, value_of, whole};
use crate::http::connection::ConnectionHandle;
use crate::http::is_raw;

/// Longest line in bytes that is looked at, apart from a request's target. A longer one is not about a length.
const LONGEST: usize = 128;

/// Bytes for a target that a connection keeps between requests.
const KEPT: usize = 1024;

/// Reads a socket and encodes the targets of its requests.
pub struct Targets {
    handle: ConnectionHandle,
    messages: Messages,
    /// Bytes that were encoded and not passed on yet.
    encoded: Vec<u8>,
}

impl Targets {
    /// Of a connection from which nothing has been read.
    pub fn new(handle: ConnectionHandle) -> Targets {
        Targets {
            handle,
            messages: Messages::default(),
            encoded: Vec::new(),
        }
    }

    /// Reads from the socket.
    pub fn poll_read(
        &mut self,
        socket: &mut (impl AsyncRead + Unpin),
        context: &mut Context<'_>,
        out: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.encoded.is_empty() {
            let before = out.filled().len();
            ready!(Pin::new(socket).poll_read(context, out))?;
            let read = out.filled().get(before..).unwrap_or_default();
            let Some(encoded) = self.messages.encode(read, &self.handle) else {
                return Poll::Ready(Ok(()));
            };
            out.set_filled(before);
            self.encoded = encoded;
        }
        let taken = self.encoded.len().min(out.remaining());
        out.put_slice(self.encoded.drain(..taken).as_slice());
        Poll::Ready(Ok(()))
    }
}

/// The messages of a connection, as far as their lengths go.
#[derive(Debug, Default)]
struct Messages {
    at: At,
    /// The request lines that have begun.
    requests: u64,
    /// The target so far, as it was sent, and whether it has raw bytes.
    target: Vec<u8>,
    is_raw: bool,
    /// The start of the line so far, without its end.
    line: Vec<u8>,
    /// The length of the body, as the head says it.
    body: Length,
}

/// What the next byte belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum At {
    /// The end of a line before a request.
    #[default]
    Start,
    Method,
    Target,
    Line(Line),
    /// A body with this many bytes left.
    Body(u64),
    /// A chunk with this many bytes left.
    Chunk(u64),
    /// Nothing that is known: it is passed on as it came.
    Unknown,
}

/// A line outside of a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Line {
    /// The rest of a request line.
    Version,
    Header,
    ChunkSize,
    /// The empty line after a chunk.
    ChunkEnd,
    /// The empty line after the last chunk.
    LastEnd,
}

/// The length of a body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Length {
    #[default]
    None,
    Bytes(u64),
    Chunks,
    /// It could be read in two ways, or what follows is no HTTP.
    Unclear,
}

impl Messages {
    /// Returns the bytes with encoded targets; `None` if nothing had to be encoded. Tells the handle of the targets.
    fn encode(&mut self, bytes: &[u8], handle: &ConnectionHandle) -> Option<Vec<u8>> {
        let mut encoded: Option<Vec<u8>> = None;
        let mut rest = bytes;
        while !rest.is_empty() {
            let is_target = self.at == At::Target;
            let (taken, after) = rest.split_at(self.step(rest, handle).clamp(1, rest.len()));
            if is_target && self.is_raw {
                let done = bytes.len() - rest.len();
                let encoded = encoded.get_or_insert_with(|| bytes.get(..done).unwrap_or_default().to_vec());
                taken.iter().for_each(|byte| percent_encode(*byte, encoded));
            } else if let Some(encoded) = &mut encoded {
                encoded.extend_from_slice(taken);
            }
            rest = after;
        }
        encoded
    }

    /// Reads a part of `rest` and returns its length.
    fn step(&mut self, rest: &[u8], handle: &ConnectionHandle) -> usize {
        match self.at {
            At::Start => match rest.first() {
                Some(b'\r' | b'\n') => 1,
                _ => {
                    self.requests += 1;
                    self.target.clear();
                    self.target.shrink_to(KEPT);
                    self.is_raw = false;
                    self.body = Length::None;
                    self.at = At::Method;
                    self.step(rest, handle)
                }
            },
            At::Method => {
                let part = up_to(b'\n', up_to(b' ', rest));
                match part.last() {
                    Some(b' ') => self.at = At::Target,
                    Some(b'\n') => self.at = At::Unknown,
                    _ => {}
                }
                part.len()
            }
            At::Target => {
                let part = up_to(b'\n', up_to(b'\r', up_to(b' ', rest)));
                let (target, end) = match part {
                    [target @ .., end @ (b' ' | b'\r' | b'\n')] => (target, Some(*end)),
                    _ => (part, None),
                };
                // Without an early end this takes many bytes at once.
                self.is_raw |= target.iter().fold(false, |any, byte| any | is_raw(*byte));
                self.target.extend_from_slice(target);
                match end {
                    Some(b' ') => self.end_target(handle),
                    Some(_) => self.at = At::Unknown,
                    None => {}
                }
                part.len()
            }
            At::Line(line) => {
                let part = up_to(b'\n', rest);
                if self.line.is_empty() && part.len() <= LONGEST && part.ends_with(b"\n") {
                    self.end_line(line, part);
                    return part.len();
                }
                let room = (LONGEST + 1).saturating_sub(self.line.len());
                self.line.extend_from_slice(part.get(..room).unwrap_or(part));
                if part.ends_with(b"\n") {
                    let text = std::mem::take(&mut self.line);
                    self.end_line(line, &text);
                }
                part.len()
            }
            At::Body(left) => self.skip(left, rest, At::Body, At::Start),
            At::Chunk(left) => self.skip(left, rest, At::Chunk, At::Line(Line::ChunkEnd)),
            At::Unknown => rest.len(),
        }
    }

    /// Skips up to `left` bytes.
    fn skip(&mut self, left: u64, rest: &[u8], more: fn(u64) -> At, then: At) -> usize {
        let length = usize::try_from(left).unwrap_or(usize::MAX).min(rest.len());
        let left = left.saturating_sub(u64::try_from(length).unwrap_or(u64::MAX));
        self.at = if left == 0 { then } else { more(left) };
        length
    }

    fn end_target(&mut self, handle: &ConnectionHandle) {
        if self.is_raw {
            handle.add_raw_target(self.requests, &self.target);
        }
        self.at = At::Line(Line::Version);
    }

    /// Reads a line; one that is longer than [`LONGEST`] comes without its end.
    fn end_line(&mut self, line: Line, text: &[u8]) {
        self.at = match line {
            Line::Version if whole(text) == Some(b"HTTP/1.1") => At::Line(Line::Header),
            Line::Header => match whole(text) {
                Some(b"") => self.after_head(),
                _ => {
                    self.read_header(text);
                    self.at
                }
            },
            Line::ChunkSize => match chunk_size(text) {
                Some(0) => At::Line(Line::LastEnd),
                Some(size) => At::Chunk(size),
                None => At::Unknown,
            },
            Line::ChunkEnd if text == b"\r\n" => At::Line(Line::ChunkSize),
            Line::LastEnd if text == b"\r\n" => At::Start,
            // The connection ends after a message of HTTP/1.0.
            Line::Version | Line::ChunkEnd | Line::LastEnd => At::Unknown,
        };
    }

    /// Reads what a header says of the length of the body.
    fn read_header(&mut self, text: &[u8]) {
        if !matches!(text.first(), Some(b'C' | b'c' | b'T' | b't' | b'U' | b'u')) {
            return;
        }
        let value = |name: &[u8]| value_of(text, name);
        let said = if let Some(value) = value(b"content-length:") {
            whole(value).and_then(number).map_or(Length::Unclear, Length::Bytes)
        } else if let Some(value) = value(b"transfer-encoding:") {
            match is_word(value, b"chunked") {
                Some(true) => Length::Chunks,
                _ => Length::Unclear,
            }
        } else if let Some(value) = value(b"upgrade:") {
            match is_word(value, b"websocket") {
                Some(false) => return,
                _ => Length::Unclear,
            }
        } else {
            return;
        };
        self.body = match self.body {
            Length::None => said,
            _ => Length::Unclear,
        };
    }

    fn after_head(&self) -> At {
        match self.body {
            Length::None | Length::Bytes(0) => At::Start,
            Length::Bytes(length) => At::Body(length),
            Length::Chunks => At::Line(Line::ChunkSize),
            Length::Unclear => At::Unknown,
        }
    }
}

/// The bytes up to this one, which is included; all of them if it is not there.
fn up_to(end: u8, bytes: &[u8]) -> &[u8] {
    // The library's search is faster than one byte by byte.
    let length = (&mut &*bytes).skip_until(end).unwrap_or(bytes.len());
    bytes.get(..length).unwrap_or(bytes)
}

/// Whether the value of a header is this word; `None` for a value without its end.
fn is_word(value: &[u8], word: &[u8]) -> Option<bool> {
    Some(whole(value)?.trim_ascii().eq_ignore_ascii_case(word))
}

/// A chunk's size: hexadecimal digits alone.
fn chunk_size(line: &[u8]) -> Option<u64> {
    let digits = line.strip_suffix(b"\r\n")?;
    let is_number = !digits.is_empty() && digits.iter().all(u8::is_ascii_hexdigit);
    let text = std::str::from_utf8(digits).ok().filter(|_| is_number)?;
    u64::from_str_radix(text, 16).ok()
}

fn percent_encode(byte: u8, out: &mut Vec<u8>) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let digit = |number: u8| DIGITS.get(usize::from(number)).copied().unwrap_or_default();
    match is_raw(byte) {
        true => out.extend([b'%', digit(byte >> 4), digit(byte & 15)]),
        false => out.push(byte),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What the library reads of these pieces, and the targets that were encoded, each with the number of its request.
    fn read(pieces: &[&[u8]]) -> (String, Vec<(u64, String)>) {
        let (mut messages, handle) = (Messages::default(), ConnectionHandle::default());
        let mut all = Vec::new();
        for piece in pieces {
            all.extend(messages.encode(piece, &handle).unwrap_or_else(|| piece.to_vec()));
        }
        let begun = 1..=messages.requests;
        let targets = begun.filter_map(|request| Some((request, handle.begin_request()?.into())));
        (String::from_utf8(all).unwrap(), targets.collect())
    }

    #[test]
    fn raw_bytes_are_encoded_in_targets_alone() {
        let head = "\r\nHost: \"a\"\r\n\r\n";
        let table = [
            ("", ""),
            ("GET /a?b=%22&c=[1] HTTP/1.1HEAD", "GET /a?b=%22&c=[1] HTTP/1.1HEAD"),
            (
                "GET /\"<>\\^`{|}?\"<>\\^`{|} HTTP/1.1HEAD",
                "GET /%22%3C%3E%5C%5E%60%7B%7C%7D?%22%3C%3E%5C%5E%60%7B%7C%7D HTTP/1.1HEAD",
            ),
            ("GET /é?é HTTP/1.0HEAD", "GET /%C3%A9?%C3%A9 HTTP/1.0HEAD"),
            // After HTTP/1.0 there is nothing.
            (
                "GET /\" HTTP/1.0HEADGET /\" HTTP/1.1HEAD",
                "GET /%22 HTTP/1.0HEADGET /\" HTTP/1.1HEAD",
            ),
            // A second word of the target is none of it.
            ("GET /\"a b\" HTTP/1.1HEAD", "GET /%22a b\" HTTP/1.1HEAD"),
            ("GET /\u{7f}\t HTTP/1.1HEAD", "GET /\u{7f}\t HTTP/1.1HEAD"),
            ("\"GET / HTTP/1.1HEAD", "\"GET / HTTP/1.1HEAD"),
            ("GET\n/\" HTTP/1.1HEAD", "GET\n/\" HTTP/1.1HEAD"),
            // One after the other.
            (
                "\r\nGET /\" HTTP/1.1HEAD\n\r\nGET /{ HTTP/1.1HEADGET /a HTTP/1.1HEADGET /} HTTP/1.1HEAD",
                "\r\nGET /%22 HTTP/1.1HEAD\n\r\nGET /%7B HTTP/1.1HEADGET /a HTTP/1.1HEADGET /%7D HTTP/1.1HEAD",
            ),
            (
                "GET / HTTP/1.1\r\nUpgrade: h2c\r\n\r\nGET /{ HTTP/1.1HEAD",
                "GET / HTTP/1.1\r\nUpgrade: h2c\r\n\r\nGET /%7B HTTP/1.1HEAD",
            ),
            // A body is left alone, however long its head says that it is.
            (
                "POST / HTTP/1.1\r\ncontent-LENGTH:  5\r\n\r\nA {\"\nGET /{ HTTP/1.1HEAD",
                "POST / HTTP/1.1\r\ncontent-LENGTH:  5\r\n\r\nA {\"\nGET /%7B HTTP/1.1HEAD",
            ),
            (
                "POST / HTTP/1.1\nContent-Length: 0\n\nGET /{ HTTP/1.1HEAD",
                "POST / HTTP/1.1\nContent-Length: 0\n\nGET /%7B HTTP/1.1HEAD",
            ),
            (
                "POST / HTTP/1.1\r\nTransfer-Encoding: Chunked\r\n\r\nB\r\nG \"{ HTTP/1\r\n0\r\n\r\nGET /{ HTTP/1.1HEAD",
                "POST / HTTP/1.1\r\nTransfer-Encoding: Chunked\r\n\r\nB\r\nG \"{ HTTP/1\r\n0\r\n\r\nGET /%7B HTTP/1.1HEAD",
            ),
        ];
        for (sent, read_by_library) in table {
            let [sent, expected] = [sent, read_by_library].map(|text| text.replace("HEAD", head));
            assert_eq!(read(&[sent.as_bytes()]).0, expected);
            // In pieces of any size it is the same.
            let bytes: Vec<&[u8]> = sent.as_bytes().chunks(1).collect();
            assert_eq!(read(&bytes), read(&[sent.as_bytes()]), "{sent}");
        }
    }

    /// What one side might take for a body and the other for a request is passed on as it came.
    #[test]
    fn nothing_is_encoded_behind_a_message_of_unclear_length() {
        let long = format!(
            "X: {}\r\nTransfer-Encoding: chunked{},gzip",
            "x".repeat(500),
            " ".repeat(200)
        );
        for header in [
            "Content-Length: 1\r\nContent-Length: 1",
            "Content-Length: +1",
            "Content-Length: 1, 1",
            "Content-Length:",
            "Content-Length: 99999999999999999999",
            "Content-Length: 1\r\nTransfer-Encoding: chunked",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
            "Transfer-Encoding: gzip, chunked",
            "Transfer-Encoding: identity",
            "Upgrade: WebSocket",
            &long,
            "Transfer-Encoding: chunked\r\n\r\n1;a=b\r\nx\r\n0\r\n",
            "Transfer-Encoding: chunked\r\n\r\n1\nx\r\n0\r\n",
            "Transfer-Encoding: chunked\r\n\r\n1\r\nxx\r\n0\r\n",
            "Transfer-Encoding: chunked\r\n\r\n0\r\nA: \n",
        ] {
            let sent = format!("POST /a HTTP/1.1\r\n{header}\r\n\r\nGET /\" HTTP/1.1\r\n\r\n");
            assert_eq!(read(&[sent.as_bytes()]), (sent.clone(), Vec::new()), "{header}");
        }
    }

    #[test]
    fn a_target_is_told_as_it_was_sent_with_the_number_of_its_request() {
        let two = "GET /a HTTP/1.1\r\n\r\nGET http://host:80/b?\"#c HTTP/1.1\r\n\r\n";
        let bytes = [two.as_bytes(), b"GET /c?\xffd\xc3\xa9 HTTP/1.1\r\n\r\n"].concat();
        let (read_by_library, targets) = read(&[&bytes]);
        assert_eq!(
            read_by_library,
            two.replace('"', "%22") + "GET /c?%FFd%C3%A9 HTTP/1.1\r\n\r\n"
        );
        assert_eq!(targets, [(2, "/b?\"".to_owned()), (3, "/c?\u{fffd}d\u{e9}".to_owned())]);
    }

    proptest! {
        /// However the bytes come in pieces, the library reads the same.
        #[test]
        fn pieces_make_no_difference(
            bytes in "(GET|POST /[a\"{é]{0,9} HTTP/1\\.[01]|\r\n|\n|Content-Length: [0-9]{1,3}|Transfer-Encoding: chunked|[0-9a-f]{1,2}|.){0,60}",
            size in 1..40_usize,
        ) {
            let pieces: Vec<&[u8]> = bytes.as_bytes().chunks(size).collect();
            prop_assert_eq!(read(&pieces), read(&[bytes.as_bytes()]));
        }
    }
}
