//! A client's socket, as it is or with TLS around it. A socket that is only closed says goodbye in TLS's
//! way as well, so that a client sees the same end as without it: an answer that is too short, not an attack.

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
    /// Apart, so that the other kind has no room for it.
    Secure(Box<Secure>),
}

/// One with TLS.
pub struct Secure {
    stream: TlsStream<TcpStream>,
    /// Whether it is to break off without a word.
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

    /// The address of this end.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.tcp().local_addr()
    }

    /// Lets its close be a reset.
    pub fn reset(&mut self) {
        // Without lingering it is.
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
        // What the client has no room for is not waited for.
        while session.wants_write()
            && session
                .write_tls(&mut NonBlocking(socket))
                .is_ok_and(|written| written > 0)
        {}
    }
}

/// Writes what fits at once.
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
                // Many clients close without a goodbye.
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
