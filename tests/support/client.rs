//! A plain HTTP client: it sends what it is told, byte by byte, and hides nothing of the answer.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{IpAddr, Shutdown, SocketAddr, TcpStream};
use std::time::Duration;

use tokio::net::TcpSocket;

use super::recording::Recorded;

/// How long a test waits for an answer.
const PATIENCE: Duration = Duration::from_secs(60);

/// A connection to a server; it is kept alive between requests.
pub struct Client {
    host: String,
    socket: BufReader<Recorded>,
}

/// An answer as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(of, _)| of == name)
            .map(|(_, value)| value.as_str())
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }
}

impl Client {
    /// Connects to `host:port`.
    pub fn new(host: &str) -> Client {
        Client::over(host, TcpStream::connect(host).unwrap())
    }

    /// Connects to `host:port` from an address of this machine.
    pub fn from(source: IpAddr, host: &str) -> Client {
        let connect = async {
            let socket = TcpSocket::new_v4()?;
            socket.bind(SocketAddr::new(source, 0))?;
            let stream = socket.connect(host.parse().unwrap()).await?.into_std()?;
            stream.set_nonblocking(false)?;
            io::Result::Ok(stream)
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build();
        Client::over(host, runtime.unwrap().block_on(connect).unwrap())
    }

    /// Connects to `host:port` and asks there for another host.
    pub fn of_host(name: &str, host: &str) -> Client {
        Client::over(name, TcpStream::connect(host).unwrap())
    }

    fn over(host: &str, socket: TcpStream) -> Client {
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        Client {
            host: host.to_owned(),
            socket: BufReader::new(Recorded::new(socket)),
        }
    }

    /// A GET of a path with its query.
    pub fn get(&mut self, path: &str) -> Answer {
        self.request("GET", path, &[], b"")
    }

    /// A POST of form text.
    pub fn post(&mut self, path: &str, form: &str) -> Answer {
        self.request(
            "POST",
            path,
            &[("Content-Type", "application/x-www-form-urlencoded")],
            form.as_bytes(),
        )
    }

    /// Any request.
    pub fn request(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        self.try_request(method, path, headers, body).unwrap()
    }

    /// Any request, to a server that may go away.
    pub fn try_request(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> io::Result<Answer> {
        let mut head = format!("{method} {path} HTTP/1.1\r\nHost: {}\r\n", self.host);
        for (name, value) in headers {
            head += &format!("{name}: {value}\r\n");
        }
        // Without a token the control plane takes no body without a type; this one leaves the format open.
        let is_typed = headers
            .iter()
            .any(|(name, _)| name.eq_ignore_ascii_case("content-type"));
        if !body.is_empty() && !is_typed && path.starts_with("/_linecard/") {
            head += "Content-Type: application/octet-stream\r\n";
        }
        if !body.is_empty() || method == "POST" {
            head += &format!("Content-Length: {}\r\n", body.len());
        }
        head += "\r\n";
        let mut bytes = head.into_bytes();
        bytes.extend_from_slice(body);
        self.send(&bytes);
        self.try_receive(method == "HEAD")
    }

    /// Breaks the connection off, as a client does that was killed.
    pub fn reset(self) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build();
        runtime.unwrap().block_on(async {
            let socket = self.socket.into_inner().socket;
            socket.set_nonblocking(true).unwrap();
            let socket = tokio::net::TcpStream::from_std(socket).unwrap();
            socket.set_zero_linger().unwrap();
        });
    }

    /// Sends bytes as they are. What the server no longer wants to read is no error.
    pub fn send(&mut self, bytes: &[u8]) {
        let _ = self.socket.get_mut().write_all(bytes);
    }

    /// Reads one answer.
    pub fn receive(&mut self, without_body: bool) -> Answer {
        self.try_receive(without_body).unwrap()
    }

    /// Reads one answer as it came; of a body in chunks, what they hold.
    pub fn receive_bytes(&mut self, without_body: bool) -> Vec<u8> {
        let mut bytes = Vec::new();
        let (mut length, mut is_chunked) = (0, false);
        loop {
            let from = bytes.len();
            self.socket.read_until(b'\n', &mut bytes).unwrap();
            let line = str::from_utf8(&bytes[from..]).unwrap().trim_end().to_ascii_lowercase();
            if let Some(value) = line.strip_prefix("content-length: ") {
                length = value.parse().unwrap();
            }
            is_chunked |= line == "transfer-encoding: chunked";
            if line.is_empty() {
                break;
            }
        }
        if is_chunked && !without_body {
            bytes.extend(self.chunks());
            return bytes;
        }
        let head = bytes.len();
        bytes.resize(head + if without_body { 0 } else { length }, 0);
        self.socket.read_exact(&mut bytes[head..]).unwrap();
        bytes
    }

    fn try_receive(&mut self, without_body: bool) -> io::Result<Answer> {
        let (status, headers) = self.head()?;
        let header = |name: &str| headers.iter().find(|(of, _)| of == name).map(|(_, value)| value);
        let length = header("content-length").map_or(0, |length| length.parse().unwrap());
        let is_chunked = header("transfer-encoding").is_some_and(|coding| coding == "chunked");
        let body = match is_chunked && !without_body {
            true => self.chunks(),
            false => {
                let mut body = vec![0; if without_body { 0 } else { length }];
                self.socket.read_exact(&mut body)?;
                body
            }
        };
        Ok(Answer { status, headers, body })
    }

    fn head(&mut self) -> io::Result<(u16, Vec<(String, String)>)> {
        let line = self.line()?;
        let status = line.split(' ').nth(1).and_then(|code| code.parse().ok());
        let status = status.ok_or_else(|| io::Error::other(format!("no answer: {line:?}")))?;
        let mut headers = Vec::new();
        while let Some((name, value)) = self.line()?.split_once(": ") {
            headers.push((name.to_ascii_lowercase(), value.to_owned()));
        }
        Ok((status, headers))
    }

    fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        self.socket.read_line(&mut line)?;
        Ok(line.trim_end().to_owned())
    }

    /// Reads the head of an answer whose body comes in chunks.
    pub fn receive_head(&mut self) -> Answer {
        let (status, headers) = self.head().unwrap();
        Answer {
            status,
            headers,
            body: Vec::new(),
        }
    }

    /// Reads all chunks of such a body.
    pub fn chunks(&mut self) -> Vec<u8> {
        let mut body = Vec::new();
        loop {
            let chunk = self.chunk_bytes();
            if chunk.is_empty() {
                return body;
            }
            body.extend_from_slice(&chunk);
        }
    }

    /// Reads a chunk of such a body; the last one is empty.
    pub fn chunk(&mut self) -> String {
        String::from_utf8(self.chunk_bytes()).unwrap()
    }

    /// The same of a body that is no text.
    pub fn chunk_bytes(&mut self) -> Vec<u8> {
        let length = usize::from_str_radix(&self.line().unwrap(), 16).unwrap();
        let mut chunk = vec![0; length + 2];
        self.socket.read_exact(&mut chunk).unwrap();
        chunk.truncate(length);
        chunk
    }

    /// The same, or `None` where the connection broke.
    pub fn try_chunk(&mut self) -> Option<Vec<u8>> {
        let length = usize::from_str_radix(&self.line().ok()?, 16).ok()?;
        let mut chunk = vec![0; length + 2];
        self.socket.read_exact(&mut chunk).ok()?;
        chunk.truncate(length);
        Some(chunk)
    }

    /// Reads the body behind a head that says how long it is.
    pub fn receive_rest(&mut self, head: &Answer) -> Vec<u8> {
        let mut body = vec![
            0;
            head.header("content-length")
                .map_or(0, |length| length.parse().unwrap())
        ];
        self.socket.read_exact(&mut body).unwrap();
        body
    }

    /// Reads the head of an answer and so much of its body.
    pub fn receive_part(&mut self, length: usize) -> Answer {
        let (status, headers) = self.head().unwrap();
        let mut body = vec![0; length];
        self.socket.read_exact(&mut body).unwrap();
        Answer { status, headers, body }
    }

    /// True when nothing comes for a while and the connection is open.
    pub fn is_silent(&mut self) -> bool {
        self.socket
            .get_ref()
            .socket
            .set_read_timeout(Some(Duration::from_millis(100)))
            .unwrap();
        let read = self.socket.read(&mut [0]);
        self.socket.get_ref().socket.set_read_timeout(Some(PATIENCE)).unwrap();
        read.is_err_and(|error| matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut))
    }

    /// Closes this end of the connection for what would still be sent.
    pub fn say_no_more(&mut self) {
        self.socket.get_ref().socket.shutdown(Shutdown::Write).unwrap();
    }

    /// Whatever comes until the connection ends.
    pub fn read_to_end(&mut self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.socket.read_to_end(&mut bytes).map(|_| bytes)
    }

    /// True when the server has closed the connection.
    pub fn is_closed(&mut self) -> bool {
        self.socket.read(&mut [0]).is_ok_and(|read| read == 0)
    }
}
