//! A receiver of webhooks that the test itself starts: it keeps what it got, and answers as the test wants.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;

use crate::support::soon;

/// How it answers.
#[derive(Clone, Copy, Debug)]
pub enum Reply {
    Status(u16),
    /// To a path of the same host.
    Redirect,
    /// The connection is closed without an answer.
    Close,
    /// Nothing comes.
    Hang,
}

/// A request that it got.
#[derive(Clone, Debug)]
pub struct Got {
    pub line: String,
    headers: Vec<(String, String)>,
    pub body: String,
}

impl Got {
    pub fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(one, _)| one == name);
        found.map_or("", |(_, value)| value)
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    pub fn event(&self) -> String {
        self.json()["type"].as_str().unwrap().to_owned()
    }

    pub fn data(&self) -> Value {
        self.json()["data"].clone()
    }
}

type Answer = Box<dyn FnMut(&Got) -> Reply + Send>;

#[derive(Clone)]
pub struct Receiver {
    port: u16,
    got: Arc<Mutex<Vec<Got>>>,
    answer: Arc<Mutex<Answer>>,
}

impl Receiver {
    /// One that takes everything.
    pub fn new() -> Receiver {
        Receiver::answering(|_| Reply::Status(200))
    }

    pub fn answering(answer: impl FnMut(&Got) -> Reply + Send + 'static) -> Receiver {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let receiver = Receiver {
            port: listener.local_addr().unwrap().port(),
            got: Arc::default(),
            answer: Arc::new(Mutex::new(Box::new(answer))),
        };
        let serving = receiver.clone();
        std::thread::spawn(move || {
            for socket in listener.incoming().flatten() {
                let serving = serving.clone();
                std::thread::spawn(move || serving.serve(socket));
            }
        });
        receiver
    }

    /// Answers otherwise from now on.
    pub fn answer(&self, answer: impl FnMut(&Got) -> Reply + Send + 'static) {
        *self.answer.lock().unwrap() = Box::new(answer);
    }

    fn serve(&self, mut socket: TcpStream) {
        let Some(got) = read(&socket) else { return };
        self.got.lock().unwrap().push(got.clone());
        let reply = (self.answer.lock().unwrap())(&got);
        let text = match reply {
            Reply::Status(status) => format!("HTTP/1.1 {status} X\r\nContent-Length: 2\r\n\r\nok"),
            Reply::Redirect => "HTTP/1.1 307 X\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n".to_owned(),
            Reply::Close => return,
            Reply::Hang => {
                std::thread::sleep(Duration::from_secs(15));
                return;
            }
        };
        let _ = socket.write_all(text.as_bytes());
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/hooks?from=panel", self.port)
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    pub fn all(&self) -> Vec<Got> {
        self.got.lock().unwrap().clone()
    }

    pub fn forget(&self) {
        self.got.lock().unwrap().clear();
    }

    /// Waits for so many requests, and for none more that comes at once; returns them.
    pub fn wait(&self, number: usize) -> Vec<Got> {
        assert!(
            soon(|| self.all().len() >= number),
            "{:?}",
            self.all().iter().map(Got::event).collect::<Vec<_>>()
        );
        std::thread::sleep(Duration::from_millis(60));
        let all = self.all();
        assert_eq!(
            all.len(),
            number,
            "{:?}",
            all.iter().map(Got::event).collect::<Vec<_>>()
        );
        all
    }

    /// Waits for these events, in this order, and forgets them.
    pub fn expect(&self, events: &[&str]) -> Vec<Got> {
        soon(|| self.all().len() >= events.len());
        std::thread::sleep(Duration::from_millis(60));
        let all = self.all();
        assert_eq!(all.iter().map(Got::event).collect::<Vec<_>>(), events);
        self.forget();
        all
    }
}

fn read(socket: &TcpStream) -> Option<Got> {
    let mut reader = BufReader::new(socket);
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
    let mut headers = Vec::new();
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        match header.trim_end().split_once(": ") {
            Some((name, value)) => headers.push((name.to_ascii_lowercase(), value.to_owned())),
            None => break,
        }
    }
    let length = headers
        .iter()
        .find(|(name, _)| name == "content-length")?
        .1
        .parse()
        .ok()?;
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Got {
        line: line.trim_end().to_owned(),
        headers,
        body: String::from_utf8(body).ok()?,
    })
}
