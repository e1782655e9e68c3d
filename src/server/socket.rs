//! A client's socket, with or without TLS. A close sends TLS's `close_notify` too, so that a client sees the same
//! end with and without TLS: an answer that is too short, not a truncation attack.

use std::io::{self, ErrorKind, Write};
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::rt::net::TcpStream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_rustls::server::TlsStream;

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
