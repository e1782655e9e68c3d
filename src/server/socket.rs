//! A client's socket, with or without TLS. A close sends TLS's `close_notify` too, so that a client sees the same
//! end with and without TLS: an answer that is too short, not a truncation attack.

use std::io::{self, ErrorKind, Write};
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::rt::net::TcpStream;
use socket2::{SockRef, TcpKeepalive};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_rustls::server::TlsStream;

use crate::http::connection::StreamOptions;
use crate::platform;

/// A client that is silent for so long is asked whether it is there, so often, so many times.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
const PROBE: Duration = Duration::from_secs(5);
const PROBES: u32 = 3;

/// Bytes of a live stream that wait in the system for a client who reads slowly: by default they are many times as many.
const SEND_BUFFER: usize = 256 << 10;
/// A client of a live stream who acknowledges nothing for so long has vanished.
const UNACKNOWLEDGED: Duration = Duration::from_secs(15);

/// A client's socket.
pub enum Socket {
    Plain(TcpStream),
    /// Boxed, so that plain sockets stay small.
    Secure(Box<Secure>),
}

/// One with TLS.
pub struct Secure {
    stream: TlsStream<TcpStream>,
    /// Whether it is to be closed without `close_notify`.
    reset: bool,
}

impl From<TlsStream<TcpStream>> for Socket {
    fn from(stream: TlsStream<TcpStream>) -> Socket {
        Socket::Secure(Box::new(Secure { stream, reset: false }))
    }
}

impl Socket {
    fn tcp(&self) -> &TcpStream {
        match self {
            Socket::Plain(socket) => socket,
            Socket::Secure(secure) => secure.stream.get_ref().0,
        }
    }

    /// The local address.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.tcp().local_addr()
    }

    /// Sets the socket's options for a stream (contract "Player side", section 18.2). One that fails is not needed.
    pub fn set_options(&self, of: StreamOptions) {
        let socket = SockRef::from(self.tcp());
        let alive = TcpKeepalive::new()
            .with_time(KEEP_ALIVE)
            .with_interval(PROBE)
            .with_retries(PROBES);
        let set = || {
            socket.set_tcp_keepalive(&alive)?;
            if of == StreamOptions::Live {
                socket.set_tcp_nodelay(true)?;
                socket.set_send_buffer_size(SEND_BUFFER)?;
                platform::set_unacknowledged_time(&socket, UNACKNOWLEDGED)?;
            }
            Ok::<_, io::Error>(())
        };
        if let Err(error) = set() {
            tracing::debug!(%error, "an option of a socket was not set");
        }
    }

    /// Makes its close a reset.
    pub fn reset(&mut self) {
        // A close with linger time 0 sends RST.
        let _ = self.tcp().set_zero_linger();
        if let Socket::Secure(secure) = self {
            secure.reset = true;
        }
    }
}

impl Drop for Secure {
    fn drop(&mut self) {
        if self.reset {
            return;
        }
        let (socket, session) = self.stream.get_mut();
        session.send_close_notify();
        // Bytes that do not fit in the socket's buffer are dropped.
        while session.wants_write()
            && session
                .write_tls(&mut NonBlocking(socket))
                .is_ok_and(|written| written > 0)
        {}
    }
}

/// Writes what fits in the socket's buffer.
struct NonBlocking<'a>(&'a TcpStream);

impl Write for NonBlocking<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.try_write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl AsyncRead for Socket {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, out: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match &mut *self {
            Socket::Plain(socket) => Pin::new(socket).poll_read(context, out),
            Socket::Secure(secure) => match Pin::new(&mut secure.stream).poll_read(context, out) {
                // Many clients close without `close_notify`.
                Poll::Ready(Err(error)) if error.kind() == ErrorKind::UnexpectedEof => Poll::Ready(Ok(())),
                read => read,
            },
        }
    }
}

impl AsyncWrite for Socket {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match &mut *self {
            Socket::Plain(socket) => Pin::new(socket).poll_write(context, bytes),
            Socket::Secure(secure) => Pin::new(&mut secure.stream).poll_write(context, bytes),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut *self {
            Socket::Plain(socket) => Pin::new(socket).poll_flush(context),
            Socket::Secure(secure) => Pin::new(&mut secure.stream).poll_flush(context),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut *self {
            Socket::Plain(socket) => Pin::new(socket).poll_shutdown(context),
            Socket::Secure(secure) => Pin::new(&mut secure.stream).poll_shutdown(context),
        }
    }
}
