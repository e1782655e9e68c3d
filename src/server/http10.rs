//! Compatibility with HTTP/1.0: a client of HTTP/1.0 is answered as the web server in front of a
//! panel answers it: with HTTP/1.1 and `Connection: close`.
//!
//! The HTTP library would answer with HTTP/1.0, and would refuse a POST without a length, which
//! PHP's `file_get_contents` sends for an empty form. So the head of such a request is written anew
//! before the library reads it. Nothing else of a connection is touched.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::socket::Socket;
use crate::http::connection::{Closing, ConnectionHandle};

/// Bytes that one read takes from the socket while the head is incomplete.
const STEP: usize = 2048;
/// Longest head in bytes that is rewritten; the library refuses longer ones.
const LONGEST: usize = 64 << 10;

const OLD: &[u8] = b" HTTP/1.0";

/// A client's socket.
pub struct Http10Compat {
    socket: Socket,
    head: Head,
    handle: ConnectionHandle,
}

/// The state of the first head.
enum Head {
    /// Incomplete: the bytes so far.
    Coming(Vec<u8>),
    /// Complete: the bytes that the library has not read yet.
    Come(Vec<u8>),
    /// Read by the library.
    Gone,
}

impl Http10Compat {
    /// A socket of which nothing has been read.
    pub fn new(socket: Socket) -> Http10Compat {
        Http10Compat {
            socket,
            head: Head::Coming(Vec::new()),
            handle: ConnectionHandle::default(),
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

/// The bytes that the library reads instead of `begun`; `None` while the head is incomplete. `here` is the local
/// address that the client connected to.
fn rewritten(begun: &[u8], here: impl FnOnce() -> Option<SocketAddr>) -> Option<Vec<u8>> {
    let unchanged = || Some(begun.to_vec());
    if begun.len() > LONGEST {
        return unchanged();
    }
    let mut lines = begun.split_inclusive(|&b| b == b'\n');
    let first = whole(lines.next()?)?;
    let Some(request) = first.strip_suffix(OLD) else {
        return unchanged();
    };
    let mut new = [request, b" HTTP/1.1\r\nConnection: close\r\n"].concat();
    let mut host = false;
    let mut read = begun.iter().position(|&b| b == b'\n')? + 1;
    for line in lines {
        let text = whole(line)?;
        if text.is_empty() {
            break;
        }
        read += line.len();
        host |= is_header(text, b"host:");
        if !is_header(text, b"connection:") {
            new.extend_from_slice(line);
        }
    }
    let rest = begun.get(read..).filter(|rest| !rest.is_empty())?;
    // HTTP/1.1 requires a Host; an empty one names none.
    let named = match host {
        true => String::new(),
        false => format!("Host: {}\r\n", here().map_or_else(String::new, |here| here.to_string())),
    };
    Some([&new, named.as_bytes(), rest].concat())
}

/// A line without its end; `None` when the end has not come.
fn whole(line: &[u8]) -> Option<&[u8]> {
    let line = line.strip_suffix(b"\n")?;
    Some(line.strip_suffix(b"\r").unwrap_or(line))
}

fn is_header(line: &[u8], name: &[u8]) -> bool {
    line.get(..name.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(name))
}

impl AsyncRead for Http10Compat {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, out: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        loop {
            let this = &mut *self;
            match &mut this.head {
                Head::Gone => {
                    let before = out.filled().len();
                    ready!(Pin::new(&mut this.socket).poll_read(context, out))?;
                    if out.filled().len() == before && out.remaining() > 0 {
                        this.handle.has_left();
                    }
                    return Poll::Ready(Ok(()));
                }
                Head::Come(bytes) => {
                    let taken = bytes.len().min(out.remaining());
                    out.put_slice(bytes.drain(..taken).as_slice());
                    if bytes.is_empty() {
                        this.head = Head::Gone;
                    }
                    return Poll::Ready(Ok(()));
                }
                Head::Coming(begun) => {
                    let mut step = [0; STEP];
                    let mut step = ReadBuf::new(&mut step);
                    ready!(Pin::new(&mut this.socket).poll_read(context, &mut step))?;
                    begun.extend_from_slice(step.filled());
                    let ended = step.filled().is_empty();
                    let here = || this.socket.local_addr().ok();
                    if let Some(bytes) = rewritten(begun, here).or_else(|| ended.then(|| std::mem::take(begun))) {
                        this.head = Head::Come(bytes);
                    }
                }
            }
        }
    }
}

impl AsyncWrite for Http10Compat {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.check()?;
        Pin::new(&mut self.socket).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_flush(context)
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
        let table: [(&str, Option<&str>); 10] = [
            ("", None),
            ("POST /x HTTP/1.0", None),
            ("POST /x HTTP/1.0\r\n", None),
            ("POST /x HTTP/1.0\r\nHost: a\r\n", None),
            ("POST /x HTTP/1.0\r\nHost: a\r\n\r", None),
            (
                "POST /x HTTP/1.0\r\nHOST: a\r\nConnection: keep-alive\r\nX: y\r\n\r\nbody\nbody",
                Some("POST /x HTTP/1.1\r\nConnection: close\r\nHOST: a\r\nX: y\r\n\r\nbody\nbody"),
            ),
            (
                "GET /x HTTP/1.0\n\n",
                Some("GET /x HTTP/1.1\r\nConnection: close\r\nHost: [::1]:8080\r\n\n"),
            ),
            ("GET /x HTTP/1.1\r\nHo", Some("GET /x HTTP/1.1\r\nHo")),
            ("GET /HTTP/1.0\r\n", Some("GET /HTTP/1.0\r\n")),
            ("\n HTTP/1.0\n", Some("\n HTTP/1.0\n")),
        ];
        for (begun, expected) in table {
            let got = rewritten(begun.as_bytes(), here).map(|bytes| String::from_utf8(bytes).unwrap());
            assert_eq!(got.as_deref(), expected, "{begun:?}");
        }
        let nowhere = rewritten(b"GET /x HTTP/1.0\n\n", || None);
        assert_eq!(
            nowhere.as_deref(),
            Some(&b"GET /x HTTP/1.1\r\nConnection: close\r\nHost: \r\n\n"[..])
        );
        let endless = vec![b'x'; LONGEST + 1];
        assert_eq!(rewritten(&endless, here), Some(endless));
    }
}
