//! One caller on one connection, to measure the duration of a single request.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Instant;

pub struct Caller(BufReader<TcpStream>);

impl Caller {
    pub fn new(address: SocketAddr) -> Caller {
        let socket = TcpStream::connect(address).unwrap();
        socket.set_nodelay(true).unwrap();
        Caller(BufReader::new(socket))
    }

    /// Sends a request to the control plane and returns the milliseconds and the body.
    pub fn steer(&mut self, method: &str, path: &str, body: &str) -> (f64, String) {
        let length = body.len();
        let head = format!(
            "{method} /_linecard/{path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
        );
        self.ask(format!("{head}{body}").as_bytes())
    }

    /// Sends a request, checks that it succeeds, and returns the milliseconds and the body.
    pub fn ask(&mut self, request: &[u8]) -> (f64, String) {
        let begun = Instant::now();
        self.0.get_mut().write_all(request).unwrap();
        let mut length = 0;
        let mut head = String::new();
        loop {
            let mut line = String::new();
            self.0.read_line(&mut line).unwrap();
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length: ") {
                length = value.trim().parse().unwrap();
            }
            head += &line;
            if line == "\r\n" {
                break;
            }
        }
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).unwrap();
        let took = begun.elapsed().as_secs_f64() * 1e3;
        let body = String::from_utf8(body).unwrap();
        assert!(head.starts_with("HTTP/1.1 200"), "{head}{body}");
        (took, body)
    }
}
