//! Upstream servers, which answer as a test wants it: plain sockets, one thread a connection.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use linecard::media::test::{Kind, Parameters, TestSource};

/// A head without a length: the end of the connection is the end of the answer.
pub const UNTIL_CLOSED: &str = "HTTP/1.1 200 OK\r\nContent-Type: video/mp2t\r\nConnection: close\r\n\r\n";

/// A server that plays a source.
pub struct Upstream {
    address: SocketAddr,
    open: Arc<AtomicUsize>,
    heads: Arc<Mutex<Vec<String>>>,
    is_over: Arc<AtomicBool>,
}

impl Upstream {
    /// A server that answers each request by a function of its head. An error of the socket ends the connection.
    pub fn new(answer: impl Fn(&str, &mut TcpStream) -> std::io::Result<()> + Send + Sync + 'static) -> Upstream {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let upstream = Upstream {
            address: listener.local_addr().unwrap(),
            open: Arc::default(),
            heads: Arc::default(),
            is_over: Arc::default(),
        };
        let (open, heads, is_over) = (
            Arc::clone(&upstream.open),
            Arc::clone(&upstream.heads),
            Arc::clone(&upstream.is_over),
        );
        let answer = Arc::new(answer);
        thread::spawn(move || {
            for socket in listener.incoming() {
                if is_over.load(Ordering::SeqCst) {
                    return;
                }
                let (open, heads, answer) = (Arc::clone(&open), Arc::clone(&heads), Arc::clone(&answer));
                thread::spawn(move || {
                    open.fetch_add(1, Ordering::SeqCst);
                    let mut socket = socket.unwrap();
                    while let Some(head) = head(&mut socket) {
                        heads.lock().unwrap().push(head.clone());
                        if answer(&head, &mut socket).is_err() {
                            break;
                        }
                    }
                    open.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        upstream
    }

    /// A live stream without an end: `burst` seconds at once, then by the clock. All connections see the same.
    pub fn live(burst: i64) -> Upstream {
        let (source, begun) = (source(""), std::time::Instant::now());
        Upstream::new(move |_, socket| {
            socket.write_all(UNTIL_CLOSED.as_bytes())?;
            let from = i64::try_from(begun.elapsed().as_secs()).unwrap();
            for second in from.. {
                socket.write_all(&source.second(second, Kind::Live, "00:00:00"))?;
                if second >= from + burst {
                    thread::sleep(Duration::from_secs(1));
                }
            }
            Ok(())
        })
    }

    /// The URL of a path on it.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Connections that are open.
    pub fn open(&self) -> usize {
        self.open.load(Ordering::SeqCst)
    }

    /// The heads of all requests.
    pub fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }

    /// Requests for a path.
    pub fn requests(&self, path: &str) -> usize {
        let line = format!("GET {path} ");
        self.heads().iter().filter(|head| head.starts_with(&line)).count()
    }
}

impl Drop for Upstream {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::SeqCst);
        // It wakes the thread that accepts.
        let _ = TcpStream::connect(self.address);
    }
}

/// The test source with these parameters.
pub fn source(query: &str) -> TestSource {
    TestSource::new(1, Parameters::parse(&format!("test://?{query}")).unwrap())
}

/// Seconds of it.
pub fn seconds(query: &str, seconds: std::ops::Range<i64>) -> Vec<u8> {
    let source = source(query);
    seconds
        .flat_map(|second| source.second(second, Kind::Live, "00:00:00"))
        .collect()
}

/// An answer with a length.
pub fn sized(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n{headers}\r\n", body.len());
    [head.as_bytes(), body].concat()
}

/// The head of the next request; `None` where the connection is over.
fn head(socket: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        if socket.read(&mut byte).ok()? == 0 {
            return None;
        }
        head.extend_from_slice(&byte);
    }
    String::from_utf8(head).ok()
}
