//! The connection that a request came by, for whoever answers it.

use std::net::IpAddr;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

use tokio::sync::Notify;

/// A future that ends when something is to stop.
pub type Stopped = Pin<Box<dyn Future<Output = ()>>>;

/// What is known of a connection.
#[derive(Clone)]
pub struct Connection {
    pub handle: ConnectionHandle,
    /// The address under which the client reached the server, where it is known.
    pub local: Option<IpAddr>,
    /// Gives a future that ends when the server is to stop.
    pub stop: Rc<dyn Fn() -> Stopped>,
}

impl Connection {
    /// No socket: a request of this process itself.
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

/// What can be done to a connection while a request on it is answered.
#[derive(Clone, Debug, Default)]
pub struct ConnectionHandle(Arc<Ends>);

/// What is known of a connection's two ends.
#[derive(Debug, Default)]
struct Ends {
    /// How this end is to be closed, if it is.
    ours: AtomicU8,
    /// Whether the other end has closed, and who waits for that.
    gone: AtomicBool,
    left: Notify,
}

const OPEN: u8 = 0;
const CLOSED: u8 = 1;
const RESET: u8 = 2;

/// How a connection is to end before another byte is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closing {
    /// In order.
    Close,
    /// With a reset.
    Reset,
}

impl ConnectionHandle {
    /// Lets the connection end before another byte is sent.
    pub fn close(&self) {
        self.0.ours.store(CLOSED, Ordering::Release);
    }

    /// Lets the connection break off before another byte is sent.
    pub fn reset(&self) {
        self.0.ours.store(RESET, Ordering::Release);
    }

    /// How the connection is to end, if it is.
    pub fn closing(&self) -> Option<Closing> {
        match self.0.ours.load(Ordering::Acquire) {
            OPEN => None,
            RESET => Some(Closing::Reset),
            _ => Some(Closing::Close),
        }
    }

    /// Ends when the client has closed its end.
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
