//! Compatibility with HTTP/1.0: a client of HTTP/1.0 is answered as the web server in front of a
//! panel answers it: with HTTP/1.1 and `Connection: close`, and without chunks.
//!
//! The HTTP library would answer with HTTP/1.0, and would refuse a POST without a length, which
//! PHP's `file_get_contents` sends for an empty form. So the head of such a request is written anew
//! before the library reads it, and only its one message is passed on: an HTTP/1.0 client sends nothing
//! after it, and what follows was smuggled. A head with `Transfer-Encoding`, which HTTP/1.0 does not have,
//! or with a length that is not one number, is left as it is, and the library refuses it.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::socket::Socket;
use super::targets::Targets;
use crate::http::connection::{Closing, ConnectionHandle};
use crate::http::limits::ConnectionSlot;

/// Bytes that one read takes from the socket while the head is incomplete.
const STEP: usize = 2048;
/// Longest head in bytes that is rewritten; the library refuses longer ones.
const LONGEST: usize = 64 << 10;

const OLD: &[u8] = b" HTTP/1.0";

/// A client's socket.
pub struct Http10Compat {
    socket: Socket,
    targets: Targets,
    head: Head,
    handle: ConnectionHandle,
    /// Counts the connection as long as it is open.
    _slot: Option<ConnectionSlot>,
}

/// The state of the first head.
enum Head {
    /// Incomplete: the bytes so far.
    Coming(Vec<u8>),
    /// Complete: the bytes that the library has not read yet, and the bytes of the body that may follow.
    Come(Vec<u8>, Rest),
    /// Read by the library; the bytes that may follow.
    Gone(Rest),
}

/// The bytes after a head that the library may read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rest {
    /// All of them: the head was not rewritten.
    All,
    /// This many bytes of the body; those after them are discarded.
    Body(u64),
}

impl Http10Compat {
    /// A socket of which nothing has been read.
    pub fn new(socket: Socket, slot: Option<ConnectionSlot>) -> Http10Compat {
        let handle = ConnectionHandle::default();
        Http10Compat {
            _slot: slot,
            socket,
            targets: Targets::new(handle.clone()),
            head: Head::Coming(Vec::new()),
            handle,
        }
    }

    /// The connection's handle for the handlers of its requests.
    pub fn handle(&self) -> ConnectionHandle {
        self.handle.clone()
    }

    /// Fails if a handler has ended the connection.
    fn check(&mut self) -> io::Result<()> {
        match self.handle.closing() {
            None => Ok(()),
            Some(Closing::Reset) => {
                self.socket.reset();
                Err(io::ErrorKind::ConnectionReset.into())
            }
            Some(Closing::Close) => Err(io::ErrorKind::ConnectionAborted.into()),
        }
    }

    /// The local address.
    pub fn local(&self) -> Option<SocketAddr> {
        self.socket.local_addr().ok()
    }
}

/// The bytes that the library reads instead of `begun`, and those that may follow; `None` while the head is
/// incomplete. `here` is the local address that the client connected to.
fn rewritten(begun: &[u8], here: impl FnOnce() -> Option<SocketAddr>) -> Option<(Vec<u8>, Rest)> {
    let unchanged = || Some((begun.to_vec(), Rest::All));
    if begun.len() > LONGEST {
        return unchanged();
    }
    let mut lines = begun.split_inclusive(|&b| b == b'\n');
    let first_line = lines.next()?;
    let Some(request) = whole(first_line)?.strip_suffix(OLD) else {
        return unchanged();
    };
    let mut new = [request, b" HTTP/1.1\r\nConnection: close\r\n"].concat();
    let (mut read, mut host, mut length) = (first_line.len(), false, None);
    let end = loop {
        let line = lines.next()?;
        let text = whole(line)?;
        read += line.len();
        if text.is_empty() {
            break line;
        }
        if is_header(text, b"transfer-encoding:") {
            return unchanged();
        }
        if let Some(value) = value_of(text, b"content-length:") {
            match (length, number(value)) {
                (None, Some(bytes)) => length = Some(bytes),
                _ => return unchanged(),
            }
        }
        host |= is_header(text, b"host:");
        if !is_header(text, b"connection:") {
            new.extend_from_slice(line);
        }
    };
    // HTTP/1.1 requires a Host; an empty one names none.
    if !host {
        let here = here().map_or_else(String::new, |here| here.to_string());
        new.extend_from_slice(format!("Host: {here}\r\n").as_bytes());
    }
    new.extend_from_slice(end);
    let mut rest = Rest::Body(length.unwrap_or(0));
    let body = begun.get(read..).unwrap_or_default();
    new.extend_from_slice(rest.take(body));
    Some((new, rest))
}

impl Rest {
    /// Takes the part of these bytes that the library may read.
    fn take<'b>(&mut self, bytes: &'b [u8]) -> &'b [u8] {
        let Rest::Body(left) = self else {
            return bytes;
        };
        let taken = bytes.len().min(usize::try_from(*left).unwrap_or(usize::MAX));
        *left = left.saturating_sub(u64::try_from(taken).unwrap_or(u64::MAX));
        bytes.get(..taken).unwrap_or_default()
    }
}

/// A line without its end; `None` when the end has not come.
pub(super) fn whole(line: &[u8]) -> Option<&[u8]> {
    let line = line.strip_suffix(b"\n")?;
    Some(line.strip_suffix(b"\r").unwrap_or(line))
}

fn is_header(line: &[u8], name: &[u8]) -> bool {
    value_of(line, name).is_some()
}

/// The value of a header line; `name` ends with its colon.
pub(super) fn value_of<'l>(line: &'l [u8], name: &[u8]) -> Option<&'l [u8]> {
    let (start, value) = line.split_at_checked(name.len())?;
    start.eq_ignore_ascii_case(name).then_some(value)
}

/// A number of digits alone.
pub(super) fn number(text: &[u8]) -> Option<u64> {
    let text = text.trim_ascii();
    let is_number = !text.is_empty() && text.iter().all(u8::is_ascii_digit);
    is_number.then(|| std::str::from_utf8(text).ok()?.parse().ok())?
}

impl AsyncRead for Http10Compat {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, out: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        loop {
            let this = &mut *self;
            match &mut this.head {
                Head::Gone(Rest::All) => {
                    let before = out.filled().len();
                    ready!(this.targets.poll_read(&mut this.socket, context, out))?;
                    if out.filled().len() == before && out.remaining() > 0 {
                        this.handle.has_left();
                    }
                    return Poll::Ready(Ok(()));
                }
                Head::Gone(rest) => {
                    let mut step = [0; STEP];
                    let mut step = ReadBuf::new(step.get_mut(..STEP.min(out.remaining())).unwrap_or_default());
                    ready!(this.targets.poll_read(&mut this.socket, context, &mut step))?;
                    let ended = step.filled().is_empty() && out.remaining() > 0;
                    if ended {
                        this.handle.has_left();
                    }
                    let body = rest.take(step.filled());
                    out.put_slice(body);
                    // Bytes after the message are discarded: the library would take none for the end.
                    if ended || !body.is_empty() || out.remaining() == 0 {
                        return Poll::Ready(Ok(()));
                    }
                }
                Head::Come(bytes, rest) => {
                    let taken = bytes.len().min(out.remaining());
                    out.put_slice(bytes.drain(..taken).as_slice());
                    if bytes.is_empty() {
                        this.head = Head::Gone(*rest);
                    }
                    return Poll::Ready(Ok(()));
                }
                Head::Coming(begun) => {
                    let mut step = [0; STEP];
                    let mut step = ReadBuf::new(&mut step);
                    ready!(this.targets.poll_read(&mut this.socket, context, &mut step))?;
                    begun.extend_from_slice(step.filled());
                    let ended = step.filled().is_empty();
                    let here = || this.socket.local_addr().ok();
                    let unfinished = |begun: &mut Vec<u8>| (std::mem::take(begun), Rest::All);
                    if let Some((bytes, rest)) = rewritten(begun, here).or_else(|| ended.then(|| unfinished(begun))) {
                        if matches!(rest, Rest::Body(_)) {
                            this.handle.speaks_http10();
                        }
                        this.head = Head::Come(bytes, rest);
                    }
                }
            }
        }
    }
}

impl AsyncWrite for Http10Compat {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.check()?;
        if let Some(options) = self.handle.take_options() {
            self.socket.set_options(options);
        }
        self.handle.writes();
        let written = Pin::new(&mut self.socket).poll_write(context, bytes);
        if written.is_pending() {
            self.handle.waits_for_reader(context.waker());
            // The connection may have been ended before the task could be woken.
            self.check()?;
        }
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.socket).poll_flush(context))?;
        self.handle.has_flushed();
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn here() -> Option<SocketAddr> {
        "[::1]:8080".parse().ok()
    }

    #[test]
    fn only_the_head_of_old_requests_is_rewritten() {
        let all = |text| Some((text, Rest::All));
        let body = |text, left| Some((text, Rest::Body(left)));
        let table: [(&str, Option<(&str, Rest)>); 18] = [
            ("", None),
            ("POST /x HTTP/1.0", None),
            ("POST /x HTTP/1.0\r\n", None),
            ("POST /x HTTP/1.0\r\nHost: a\r\n", None),
            ("POST /x HTTP/1.0\r\nHost: a\r\n\r", None),
            (
                "POST /x HTTP/1.0\r\nHOST: a\r\nConnection: keep-alive\r\nContent-Length: 9\r\n\r\nbody\nbody",
                body(
                    "POST /x HTTP/1.1\r\nConnection: close\r\nHOST: a\r\nContent-Length: 9\r\n\r\nbody\nbody",
                    0,
                ),
            ),
            (
                "POST /x HTTP/1.0\r\nHOST: a\r\nContent-Length: 6\r\n\r\nbod",
                body(
                    "POST /x HTTP/1.1\r\nConnection: close\r\nHOST: a\r\nContent-Length: 6\r\n\r\nbod",
                    3,
                ),
            ),
            (
                "POST /x HTTP/1.0\r\nHOST: a\r\nX: y\r\n\r\nGET /y HTTP/1.1\r\n\r\n",
                body("POST /x HTTP/1.1\r\nConnection: close\r\nHOST: a\r\nX: y\r\n\r\n", 0),
            ),
            (
                "GET /x HTTP/1.0\n\n",
                body("GET /x HTTP/1.1\r\nConnection: close\r\nHost: [::1]:8080\r\n\n", 0),
            ),
            (
                "POST /x HTTP/1.0\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nab",
                all("POST /x HTTP/1.0\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nab"),
            ),
            (
                "POST /x HTTP/1.0\r\nContent-Length: +2\r\n\r\nab",
                all("POST /x HTTP/1.0\r\nContent-Length: +2\r\n\r\nab"),
            ),
            (
                "POST /x HTTP/1.0\r\ncontent-length:\r\n\r\nab",
                all("POST /x HTTP/1.0\r\ncontent-length:\r\n\r\nab"),
            ),
            (
                "POST /x HTTP/1.0\r\nContent-Length: 99999999999999999999\r\n\r\nab",
                all("POST /x HTTP/1.0\r\nContent-Length: 99999999999999999999\r\n\r\nab"),
            ),
            (
                "POST /x HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                all("POST /x HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
            ),
            ("GET /x HTTP/1.1\r\nHo", all("GET /x HTTP/1.1\r\nHo")),
            ("GET /HTTP/1.0\r\n", all("GET /HTTP/1.0\r\n")),
            ("\n HTTP/1.0\n", all("\n HTTP/1.0\n")),
            ("GET /x HTTP/2.0\r\n", all("GET /x HTTP/2.0\r\n")),
        ];
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        for (begun, expected) in table {
            let got = rewritten(begun.as_bytes(), here).map(|(bytes, rest)| (text(bytes), rest));
            let got = got.as_ref().map(|(bytes, rest)| (bytes.as_str(), *rest));
            assert_eq!(got, expected, "{begun:?}");
        }
        let (nowhere, _) = rewritten(b"GET /x HTTP/1.0\n\n", || None).unwrap();
        assert_eq!(text(nowhere), "GET /x HTTP/1.1\r\nConnection: close\r\nHost: \r\n\n");
        let endless = vec![b'x'; LONGEST + 1];
        assert_eq!(rewritten(&endless, here), Some((endless.clone(), Rest::All)));
    }
}
