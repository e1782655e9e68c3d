//! The connection of a request, as its handlers see it.

use std::collections::VecDeque;
use std::future::pending;
use std::net::IpAddr;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;

use futures_util::task::AtomicWaker;
use tokio::sync::Notify;

/// A future that ends when the server is to stop.
pub type Stopped = Pin<Box<dyn Future<Output = ()>>>;

/// A connection and the socket it came from.
#[derive(Clone)]
pub struct Connection {
    pub handle: ConnectionHandle,
    /// The local address that the client connected to, if known.
    pub local: Option<IpAddr>,
    /// Gives a future that ends when the server is to stop.
    pub stop: Rc<dyn Fn() -> Stopped>,
}

impl Connection {
    /// The connection of a request that this process makes itself, without a socket.
    pub fn none() -> Connection {
        Connection {
            handle: ConnectionHandle::default(),
            local: None,
            stop: Rc::new(|| Box::pin(std::future::pending())),
        }
    }

    /// Ends when the server is to stop.
    pub fn stopped(&self) -> Stopped {
        (self.stop)()
    }
}

/// A handle to end a connection, and to wait for its client to leave.
#[derive(Clone, Debug, Default)]
pub struct ConnectionHandle(Arc<Ends>);

/// The state of a connection's two ends.
#[derive(Debug, Default)]
struct Ends {
    /// How the server is to end the connection, if it is.
    ours: AtomicU8,
    /// Whether the client has closed, and the task that waits for it.
    gone: AtomicBool,
    left: Notify,
    /// Whether the request that is answered is the connection's last one.
    finished: AtomicBool,
    /// Whether bytes were written that have not left yet, and the task that waits for them.
    unsent: AtomicBool,
    sent: Notify,
    /// The task that waits until the client reads.
    writer: AtomicWaker,
    /// What the socket is to be set up for before the next byte.
    options: AtomicU8,
    /// Whether its client speaks HTTP/1.0.
    is_http10: AtomicBool,
    requests: Mutex<Requests>,
}

/// The requests of a connection.
#[derive(Debug, Default)]
struct Requests {
    /// How many the handlers have seen.
    begun: u64,
    /// Path and query of those that came with raw bytes, as they were sent, by the numbers of the requests.
    raw: VecDeque<(u64, Box<str>)>,
}

/// What is sent over a connection for a long time, which its socket is set up for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StreamOptions {
    /// A live stream, whose client reads all the time.
    Live,
    /// A file: a player that pauses reads nothing for minutes.
    File,
}

const ORDINARY: u8 = 0;
const LIVE: u8 = 1;
const FILE: u8 = 2;

const OPEN: u8 = 0;
const CLOSED: u8 = 1;
const RESET: u8 = 2;

/// How a connection is to end before another byte is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closing {
    /// In order, with FIN.
    Close,
    /// With RST.
    Reset,
}

impl ConnectionHandle {
    /// Ends the connection in order before another byte is sent.
    pub fn close(&self) {
        self.0.ours.store(CLOSED, Ordering::Release);
        self.0.writer.wake();
    }

    /// Resets the connection before another byte is sent.
    pub fn reset(&self) {
        self.0.ours.store(RESET, Ordering::Release);
        self.0.writer.wake();
    }

    /// Has the socket set up for a stream before the next byte is sent.
    pub fn set_options(&self, options: StreamOptions) {
        let options = match options {
            StreamOptions::Live => LIVE,
            StreamOptions::File => FILE,
        };
        self.0.options.store(options, Ordering::Release);
    }

    /// What the socket is to be set up for, once.
    pub fn take_options(&self) -> Option<StreamOptions> {
        // Nearly every write finds none, which costs no store.
        if self.0.options.load(Ordering::Relaxed) == ORDINARY {
            return None;
        }
        match self.0.options.swap(ORDINARY, Ordering::AcqRel) {
            LIVE => Some(StreamOptions::Live),
            FILE => Some(StreamOptions::File),
            _ => None,
        }
    }

    /// Ends the connection at once, whether or not its client reads: one with bytes that have not left is reset.
    pub fn cut(&self) {
        match self.0.unsent.load(Ordering::Acquire) {
            true => self.reset(),
            false => self.close(),
        }
    }

    /// How the connection is to end, if it is.
    pub fn closing(&self) -> Option<Closing> {
        match self.0.ours.load(Ordering::Acquire) {
            OPEN => None,
            RESET => Some(Closing::Reset),
            _ => Some(Closing::Close),
        }
    }

    /// Notes the target of the connection's `number`th request, which was encoded before it was read.
    pub fn add_raw_target(&self, number: u64, target: &[u8]) {
        self.requests().raw.push_back((number, path_and_query(target)));
    }

    /// Counts a request, and returns its path and query as they were sent if they had to be encoded.
    pub fn begin_request(&self) -> Option<Box<str>> {
        let mut requests = self.requests();
        requests.begun += 1;
        let number = requests.begun;
        let is_raw = requests.raw.front().is_some_and(|(of, _)| *of == number);
        is_raw.then(|| requests.raw.pop_front())?.map(|(_, target)| target)
    }

    fn requests(&self) -> MutexGuard<'_, Requests> {
        self.0.requests.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that the client speaks HTTP/1.0, which has no chunks.
    pub fn speaks_http10(&self) {
        self.0.is_http10.store(true, Ordering::Release);
    }

    /// Whether the client speaks HTTP/1.0.
    pub fn is_http10(&self) -> bool {
        self.0.is_http10.load(Ordering::Acquire)
    }

    /// Makes the request that is answered now the connection's last one.
    pub fn finish(&self) {
        self.0.finished.store(true, Ordering::Release);
    }

    /// Whether the connection's last request was there: what follows must not be answered.
    pub fn is_finished(&self) -> bool {
        self.0.finished.load(Ordering::Acquire)
    }

    /// Ends the connection in order once the answers that were made before have left.
    pub async fn end(&self) {
        // The library writes the answer before once this request waits.
        tokio::task::yield_now().await;
        loop {
            let mut sent = pin!(self.0.sent.notified());
            sent.as_mut().enable();
            if !self.0.unsent.load(Ordering::Acquire) {
                break;
            }
            sent.await;
        }
        self.close();
    }

    /// Notes that bytes are being written.
    pub fn writes(&self) {
        self.0.unsent.store(true, Ordering::Release);
    }

    /// Notes that the client does not read: the task is woken when the connection is to end.
    pub fn waits_for_reader(&self, task: &Waker) {
        self.0.writer.register(task);
    }

    /// Notes that all bytes that were written have left.
    pub fn has_flushed(&self) {
        self.0.unsent.store(false, Ordering::Release);
        self.0.sent.notify_waiters();
    }

    /// Waits until the client of a request has closed its end; one without a connection never does.
    pub async fn client_left(connection: Option<&ConnectionHandle>) {
        match connection {
            Some(connection) => connection.left().await,
            None => pending().await,
        }
    }

    /// Waits until the client has closed its end.
    pub async fn left(&self) {
        let mut left = pin!(self.0.left.notified());
        left.as_mut().enable();
        if !self.0.gone.load(Ordering::Acquire) {
            left.await;
        }
    }

    /// Notes that the client has closed its end.
    pub fn has_left(&self) {
        self.0.gone.store(true, Ordering::Release);
        self.0.left.notify_waiters();
    }
}

/// The path and query of a target, which may be a whole URL. What is no UTF-8 becomes U+FFFD.
fn path_and_query(target: &[u8]) -> Box<str> {
    let text = String::from_utf8_lossy(target);
    let text = text.split('#').next().unwrap_or_default();
    let path = match text.split_once("://") {
        Some((_, rest)) if !text.starts_with('/') => rest.find('/').and_then(|at| rest.get(at..)),
        _ => Some(text),
    };
    path.unwrap_or("/").into()
}
