//! The small HTTP client of the commands that call a server: one request per connection, with or without TLS;
//! the answer is read as a whole or as it arrives.

use std::fmt::{self, Display, Formatter};
use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::str::FromStr;
use std::time::{Duration, Instant};

use super::trust::Trust;
use crate::config::BIND;
use crate::tls::client::{explained, host_of};

/// The largest answer; the largest snapshot that a server accepts is half of it.
const LONGEST: u64 = 1 << 30;

/// The largest line of a head, or of a chunk's size.
const LONGEST_LINE: u64 = 1 << 14;

/// The address of a server: `http://HOST:PORT` or `https://HOST:PORT`; a path after it is ignored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Url {
    secure: bool,
    host: String,
}

impl Default for Url {
    /// The default address of a server.
    fn default() -> Url {
        Url {
            secure: false,
            host: BIND.into(),
        }
    }
}

impl FromStr for Url {
    type Err = String;

    fn from_str(text: &str) -> Result<Url, String> {
        let (secure, rest) = match text.split_once("://") {
            Some(("http", rest)) => (false, rest),
            Some(("https", rest)) => (true, rest),
            _ => return Err("not an address such as http://127.0.0.1:8080".into()),
        };
        let host = rest.split('/').next().unwrap_or_default();
        let with_port = host.trim_end_matches(|c: char| c.is_ascii_digit()).ends_with(':') && !host.ends_with(':');
        match host {
            "" => Err("there is no host in it".into()),
            _ if with_port => Ok(Url {
                secure,
                host: host.into(),
            }),
            _ => Ok(Url {
                secure,
                host: format!("{host}:{}", if secure { 443 } else { 80 }),
            }),
        }
    }
}

impl Display for Url {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let scheme = if self.secure { "https" } else { "http" };
        write!(f, "{scheme}://{}", self.host)
    }
}

/// A request. One with a body has a `content_type`.
#[derive(Clone, Copy, Debug, Default)]
pub struct HttpRequest<'a> {
    pub method: &'a str,
    pub path: &'a str,
    pub token: Option<&'a str>,
    pub content_type: &'a str,
    pub body: &'a [u8],
    /// The authorities to trust for TLS.
    pub trust: Option<&'a Trust>,
}

/// An answer that was read completely.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub body: Vec<u8>,
}

impl Url {
    /// Sends a request and reads its answer.
    ///
    /// # Errors
    /// An error of the socket, a timeout, or an answer that is not HTTP or is cut off.
    pub fn ask(&self, request: &HttpRequest<'_>, timeout: Duration) -> io::Result<Answer> {
        self.open(request, Some(Instant::now() + timeout))?.whole()
    }

    /// Sends a request and reads the head of its answer.
    ///
    /// # Errors
    /// See [`Url::ask`].
    pub fn open(&self, request: &HttpRequest<'_>, deadline: Option<Instant>) -> io::Result<Incoming> {
        let socket = self.connect(deadline)?;
        socket.set_write_timeout(left(deadline)?)?;
        let mut socket = self.wire(
            Timed {
                socket,
                deadline,
                refused: None,
            },
            request,
        )?;
        let mut head = format!(
            "{} {} HTTP/1.1\r\nHost: {}\r\n",
            request.method, request.path, self.host
        );
        if let Some(token) = request.token {
            head += &format!("Authorization: Bearer {token}\r\n");
        }
        if !request.content_type.is_empty() {
            head += &format!("Content-Type: {}\r\n", request.content_type);
        }
        if request.method != "GET" && request.method != "HEAD" {
            head += &format!("Content-Length: {}\r\n", request.body.len());
        }
        head += "Connection: close\r\n\r\n";
        // A write that fails, as by a timeout, is told only if there is no answer.
        let sent = socket
            .write_all(head.as_bytes())
            .and_then(|()| socket.write_all(request.body))
            .and_then(|()| socket.flush());
        let answered = Incoming::read_head(socket, request.method == "HEAD");
        match (answered, sent) {
            (Err(_), Err(error)) => Err(explained(error)),
            (answered, _) => answered.map_err(explained),
        }
    }

    /// Whether the address uses TLS.
    pub fn is_secure(&self) -> bool {
        self.secure
    }

    /// Starts TLS on a socket, if the address uses it.
    fn wire(&self, socket: Timed, request: &HttpRequest<'_>) -> io::Result<Box<dyn Wire>> {
        if !self.secure {
            return Ok(Box::new(socket));
        }
        let (url, nobody) = (self.to_string(), Trust::default());
        let trust = request.trust.unwrap_or(&nobody);
        Ok(Box::new(trust.through(host_of(&url).unwrap_or_default(), socket)?))
    }

    fn connect(&self, deadline: Option<Instant>) -> io::Result<TcpStream> {
        let addresses: Vec<SocketAddr> = self.host.to_socket_addrs()?.collect();
        let mut socket = Err(io::Error::other("the name has no address"));
        for address in addresses {
            socket = match left(deadline)? {
                Some(left) => TcpStream::connect_timeout(&address, left),
                None => TcpStream::connect(address),
            };
            if socket.is_ok() {
                break;
            }
        }
        socket
    }
}

/// Returns the time until the deadline; `None` without a deadline.
fn left(deadline: Option<Instant>) -> io::Result<Option<Duration>> {
    let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
    match left {
        Some(Duration::ZERO) => Err(ErrorKind::TimedOut.into()),
        left => Ok(left),
    }
}

/// A socket, or TLS through one.
trait Wire: Read + Write {}

impl<T: Read + Write> Wire for T {}

/// A socket that is read until a deadline. A server that refuses a request before it has read the whole body
/// closes the connection: then the rest of the body is dropped and the answer is read, which TLS would not do
/// after a write that failed.
struct Timed {
    socket: TcpStream,
    deadline: Option<Instant>,
    /// The error of the first write that failed.
    refused: Option<ErrorKind>,
}

impl Read for Timed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.socket.set_read_timeout(left(self.deadline)?)?;
        match (self.socket.read(buffer), self.refused) {
            // The error of a socket whose read timeout is over.
            (Err(error), _) if error.kind() == ErrorKind::WouldBlock => Err(ErrorKind::TimedOut.into()),
            (Ok(0) | Err(_), Some(refused)) if !buffer.is_empty() => Err(refused.into()),
            (read, _) => read,
        }
    }
}

impl Write for Timed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.socket.write(bytes) {
            Err(error) if is_refusal(error.kind()) => {
                self.refused.get_or_insert(error.kind());
                Ok(bytes.len())
            }
            written => written,
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.socket.flush()
    }
}

/// Whether a write fails with this error after the other end has closed.
fn is_refusal(kind: ErrorKind) -> bool {
    use ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset};
    matches!(kind, BrokenPipe | ConnectionReset | ConnectionAborted)
}

/// How the end of a body is recognised.
enum Framing {
    Close,
    /// The number of bytes that are missing.
    Length(u64),
    /// The number of bytes that are missing in the present chunk.
    Chunks(u64),
}

/// An answer whose body is read as it arrives.
pub struct Incoming {
    pub status: u16,
    framing: Framing,
    socket: BufReader<Box<dyn Wire>>,
}

impl Incoming {
    /// Reads the body to its end.
    ///
    /// # Errors
    /// An error of the socket, a timeout, or a body that is cut off or too long.
    pub fn whole(mut self) -> io::Result<Answer> {
        let mut body = Vec::new();
        let read = self.by_ref().take(LONGEST).read_to_end(&mut body)?;
        if u64::try_from(read).is_ok_and(|read| read == LONGEST) {
            return Err(io::Error::other("the answer has no end"));
        }
        Ok(Answer {
            status: self.status,
            body,
        })
    }

    fn read_head(socket: Box<dyn Wire>, without_body: bool) -> io::Result<Incoming> {
        let mut socket = BufReader::new(socket);
        let first = line(&mut socket)?;
        let code = first
            .strip_prefix("HTTP/1.")
            .and_then(|rest| rest.split(' ').nth(1)?.parse().ok());
        let status = code.ok_or_else(|| io::Error::other("what answers is no HTTP server"))?;
        let mut framing = Framing::Close;
        loop {
            let header = line(&mut socket)?.to_ascii_lowercase();
            match header.split_once(':').map(|(name, value)| (name, value.trim())) {
                _ if header.is_empty() => break,
                Some(("transfer-encoding", "chunked")) => framing = Framing::Chunks(0),
                Some(("content-length", length)) => framing = length.parse().map_or(Framing::Close, Framing::Length),
                _ => {}
            }
        }
        if without_body {
            framing = Framing::Length(0);
        }
        Ok(Incoming {
            status,
            framing,
            socket,
        })
    }
}

impl Read for Incoming {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let Framing::Chunks(0) = self.framing {
            let size = line(&mut self.socket)?;
            let size = u64::from_str_radix(size.split(';').next().unwrap_or_default().trim(), 16);
            self.framing = match size.map_err(|_| cut_off())? {
                0 => Framing::Length(0),
                size => Framing::Chunks(size),
            };
        }
        let most = match self.framing {
            Framing::Close => return self.socket.read(buffer),
            Framing::Length(left) | Framing::Chunks(left) => left,
        };
        let read = self.socket.by_ref().take(most).read(buffer)?;
        let left = most.saturating_sub(u64::try_from(read).unwrap_or(most));
        if read == 0 && left > 0 && !buffer.is_empty() {
            return Err(cut_off());
        }
        self.framing = match self.framing {
            Framing::Chunks(_) => Framing::Chunks(left),
            _ => Framing::Length(left),
        };
        if let Framing::Chunks(0) = self.framing {
            line(&mut self.socket)?;
        }
        Ok(read)
    }
}

fn cut_off() -> io::Error {
    io::Error::new(ErrorKind::UnexpectedEof, "the answer is cut off")
}

/// Reads one line, without its end.
fn line(socket: &mut impl BufRead) -> io::Result<String> {
    let mut bytes = Vec::new();
    socket.take(LONGEST_LINE).read_until(b'\n', &mut bytes)?;
    if bytes.pop() != Some(b'\n') {
        return Err(cut_off());
    }
    Ok(String::from_utf8_lossy(&bytes).trim_end().to_owned())
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

    use clap::{Args, FromArgMatches};

    use super::*;
    use crate::panel::clock::Clock;
    use crate::tls::Tls;

    /// Reads the first bytes of a request, answers and closes.
    async fn refuse(mut socket: impl AsyncRead + AsyncWrite + Unpin) {
        const ANSWER: &[u8] = b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno";
        socket.read_exact(&mut [0; 64]).await.unwrap();
        socket.write_all(ANSWER).await.unwrap();
        socket.flush().await.unwrap();
        // A close with unread bytes resets the connection, which may overtake an answer that is on its way.
        tokio::time::sleep(Duration::from_millis(300)).await;
    }

    /// A server that refuses one request.
    fn refuses(tls: Option<&Tls>) -> (SocketAddr, std::thread::JoinHandle<()>) {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let acceptor = tls.map(|tls| tls.acceptor().clone());
        let serve = move || {
            actix_web::rt::System::new().block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener).unwrap();
                let (socket, _) = listener.accept().await.unwrap();
                match acceptor {
                    None => refuse(socket).await,
                    Some(acceptor) => refuse(acceptor.accept(socket).await.unwrap()).await,
                }
            });
        };
        (address, std::thread::spawn(serve))
    }

    #[test]
    fn a_refusal_that_comes_before_the_body_is_sent_is_read() {
        let config = crate::config::Config {
            tls: Some(crate::config::TlsMode::SelfSigned),
            ..Default::default()
        };
        // The commands' client checks a certificate by the host's clock.
        let tls = Tls::from_config(&config, &[], Clock::running().now()).unwrap().unwrap();
        let authority = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(&authority, tls.authority().unwrap()).unwrap();
        let words = ["ask", "--tls-ca", authority.path().to_str().unwrap()];
        let trust = Trust::augment_args(clap::Command::new("ask")).get_matches_from(words);
        let trust = Trust::from_arg_matches(&trust).unwrap();
        let body = vec![0; 32 << 20];
        for tls in [None, Some(&tls)] {
            let (address, server) = refuses(tls);
            let scheme = if tls.is_some() { "https" } else { "http" };
            let request = HttpRequest {
                method: "POST",
                path: "/",
                content_type: "application/json",
                body: &body,
                trust: Some(&trust),
                ..HttpRequest::default()
            };
            let url: Url = format!("{scheme}://{address}").parse().unwrap();
            let answer = url.ask(&request, Duration::from_secs(20)).unwrap();
            assert_eq!((answer.status, &answer.body[..]), (401, &b"no"[..]), "{scheme}");
            server.join().unwrap();
        }
    }

    #[test]
    fn an_address_is_http_with_a_host() {
        for (text, host) in [
            ("http://127.0.0.1:8080", Ok("127.0.0.1:8080")),
            ("http://localhost/", Ok("localhost:80")),
            ("http://[::1]:9/_linecard/", Ok("[::1]:9")),
            ("http://[::1]", Ok("[::1]:80")),
            ("https://panel", Ok("panel:443")),
            ("https://panel:8443/x", Ok("panel:8443")),
            ("ftp://panel", Err("not an address such as http://127.0.0.1:8080")),
            ("127.0.0.1:8080", Err("not an address such as http://127.0.0.1:8080")),
            ("http:///x", Err("there is no host in it")),
        ] {
            let read = text.parse::<Url>().map(|url| url.host);
            assert_eq!(read.as_deref().map_err(String::as_str), host, "{text}");
        }
    }
}
