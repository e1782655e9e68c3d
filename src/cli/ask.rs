//! One plain request to a server, for the commands that ask whether one answers.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::str::FromStr;
use std::time::{Duration, Instant};

/// No answer that is asked for here is longer.
const LONGEST: u64 = 1 << 20;

/// `http://HOST:PORT`; a path behind it is left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Url {
    host: String,
}

impl FromStr for Url {
    type Err = String;

    fn from_str(text: &str) -> Result<Url, String> {
        let rest = text
            .strip_prefix("http://")
            .ok_or("not an address such as http://127.0.0.1:8080")?;
        let host = rest.split('/').next().unwrap_or_default();
        let with_port = host.trim_end_matches(|c: char| c.is_ascii_digit()).ends_with(':') && !host.ends_with(':');
        match host {
            "" => Err("there is no host in it".into()),
            _ if with_port => Ok(Url { host: host.into() }),
            _ => Ok(Url {
                host: format!("{host}:80"),
            }),
        }
    }
}

impl std::fmt::Display for Url {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "http://{}", self.host)
    }
}

impl Url {
    /// Sends a request and answers its status and body.
    ///
    /// # Errors
    /// The socket's, a timeout, or an answer that is not HTTP's.
    pub fn ask(&self, method: &str, path: &str, token: Option<&str>, timeout: Duration) -> io::Result<(u16, String)> {
        let begun = Instant::now();
        let left = || {
            let left = timeout.saturating_sub(begun.elapsed());
            (!left.is_zero())
                .then_some(left)
                .ok_or(io::Error::from(ErrorKind::TimedOut))
        };
        let addresses: Vec<SocketAddr> = self.host.to_socket_addrs()?.collect();
        let mut socket = Err(io::Error::other("the name has no address"));
        for address in addresses {
            socket = TcpStream::connect_timeout(&address, left()?);
            if socket.is_ok() {
                break;
            }
        }
        let mut socket = socket?;
        let authorization = token.map(|token| format!("Authorization: Bearer {token}\r\n"));
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\n{}Connection: close\r\n\r\n",
            self.host,
            authorization.unwrap_or_default()
        );
        socket.set_write_timeout(Some(left()?))?;
        socket.write_all(head.as_bytes())?;
        let (mut answer, mut part) = (Vec::new(), [0; 4096]);
        loop {
            socket.set_read_timeout(Some(left()?))?;
            let read = match socket.read(&mut part) {
                // What a socket says when its time is over.
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Err(ErrorKind::TimedOut.into()),
                read => read?,
            };
            answer.extend_from_slice(part.get(..read).unwrap_or_default());
            if read == 0 || u64::try_from(answer.len()).is_ok_and(|length| length > LONGEST) {
                break;
            }
        }
        let answer = String::from_utf8_lossy(&answer);
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
        let mut words = head.split(' ');
        let http = words.next().is_some_and(|word| word.starts_with("HTTP/1."));
        let status = words.next().and_then(|code| code.parse().ok()).filter(|_| http);
        let status = status.ok_or_else(|| io::Error::other("what answers is no HTTP server"))?;
        Ok((status, body.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_http_with_a_host() {
        for (text, host) in [
            ("http://127.0.0.1:8080", Ok("127.0.0.1:8080")),
            ("http://localhost/", Ok("localhost:80")),
            ("http://[::1]:9/_linecard/", Ok("[::1]:9")),
            ("http://[::1]", Ok("[::1]:80")),
            ("https://panel", Err("not an address such as http://127.0.0.1:8080")),
            ("127.0.0.1:8080", Err("not an address such as http://127.0.0.1:8080")),
            ("http:///x", Err("there is no host in it")),
        ] {
            let read = text.parse::<Url>().map(|url| url.host);
            assert_eq!(read.as_deref().map_err(String::as_str), host, "{text}");
        }
    }
}
