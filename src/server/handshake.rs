//! How a connection becomes one with TLS: within a few seconds, or not at all. A client that speaks HTTP
//! without it is told so in HTTP.

use std::io::{self, ErrorKind};
use std::time::Duration;

use actix_web::rt::net::TcpStream;
use actix_web::rt::time::timeout;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::socket::Socket;
use crate::tls::Tls;

/// How long a client may take for its part.
const SLOW_HANDSHAKE: Duration = Duration::from_secs(5);

/// The first byte of every client that speaks TLS: a record of a handshake.
const HANDSHAKE: u8 = 22;

/// How much is read of a request that came without TLS.
const LONGEST: usize = 64 << 10;

/// Shakes hands where there is TLS. Ends early, with an error, when `stop` does.
///
/// # Errors
/// The client's, in whichever way it failed; nobody has to be told.
pub async fn shake(socket: TcpStream, tls: Option<&Tls>, stop: impl Future<Output = ()>) -> io::Result<Socket> {
    let Some(tls) = tls else {
        return Ok(Socket::Plain(socket));
    };
    let shaken = tokio::select! {
        shaken = timeout(SLOW_HANDSHAKE, secured(socket, tls)) => shaken.unwrap_or_else(|_| Err(ErrorKind::TimedOut.into())),
        () = stop => Err(ErrorKind::Interrupted.into()),
    };
    shaken.inspect_err(|error| tracing::debug!(%error, "a client did not get as far as TLS"))
}

async fn secured(socket: TcpStream, tls: &Tls) -> io::Result<Socket> {
    let mut first = [0];
    if socket.peek(&mut first).await? == 0 {
        return Err(ErrorKind::UnexpectedEof.into());
    }
    if first != [HANDSHAKE] {
        return refuse(socket).await;
    }
    tls.acceptor().accept(socket).await.map(Socket::from)
}

/// Answers a client that does not speak TLS, and waits until it has heard that: a close with unread bytes
/// would take the answer back.
async fn refuse(mut socket: TcpStream) -> io::Result<Socket> {
    let words = "This port speaks TLS: ask for https:// instead of http://.\n";
    let answer = format!(
        "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{words}",
        words.len()
    );
    socket.write_all(answer.as_bytes()).await?;
    socket.shutdown().await?;
    let (mut buffer, mut left) = ([0; 1024], LONGEST);
    while left > 0 {
        match socket.read(&mut buffer).await? {
            0 => break,
            read => left = left.saturating_sub(read),
        }
    }
    Err(ErrorKind::InvalidData.into())
}
