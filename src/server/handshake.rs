//! The TLS handshake of a connection, within a few seconds. A client that sends plain HTTP gets an answer in
//! plain HTTP.

use std::io::{self, ErrorKind};
use std::time::Duration;

use actix_web::rt::net::TcpStream;
use actix_web::rt::time::timeout;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::socket::Socket;
use crate::tls::Tls;

/// Time limit of the handshake.
const SLOW_HANDSHAKE: Duration = Duration::from_secs(5);

/// The first byte of every client that speaks TLS: a record of a handshake.
const HANDSHAKE: u8 = 22;

/// Most bytes that are read of a plain request.
const LONGEST: usize = 64 << 10;

/// Does the handshake if the server speaks TLS. Ends with an error when `stop` ends.
///
/// # Errors
/// The client's; it need not be reported.
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

/// Answers a client that does not speak TLS, and reads the rest of its request: a close with unread bytes would
/// discard the answer.
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
