//! One request and its answer on their way through the layers: what was found out before any dialect looked
//! at it, and what is noted on the way back.

use std::cell::{Cell, OnceCell};
use std::net::IpAddr;
use std::rc::Rc;
use std::sync::Arc;

use actix_web::{HttpMessage, HttpRequest};

use super::body::RequestBody;
use super::delivery::Delivered;
use super::trace::Trace;
use crate::panel::access_cache::AccessCache;
use crate::panel::{Error, Panel};

/// What is known of a request, and what becomes known of its answer.
pub struct Exchange {
    pub panel: Arc<Panel>,
    /// Who may call, as it is when the request comes: the request may be the one that changes it.
    pub access: Arc<AccessCache>,
    pub body: RequestBody,
    /// The address of the socket's other end.
    pub peer: IpAddr,
    /// Who calls: the peer, or whom a trusted proxy names.
    pub client: IpAddr,
    /// The address of this end, where it is known.
    pub local: Option<IpAddr>,
    /// Why the panel cannot answer, where its rows could not be read.
    unavailable: Option<Error>,
    /// The query that dialects see, where it is not the one that was sent.
    query: OnceCell<String>,
    trace: Cell<Option<Trace>>,
    delivered: Cell<Option<Delivered>>,
}

impl Exchange {
    /// An exchange that begins. Where it could not be read who may call, that is told in place of an answer.
    pub fn new(
        panel: Arc<Panel>,
        access: Result<Arc<AccessCache>, Error>,
        body: RequestBody,
        (peer, client, local): (IpAddr, IpAddr, Option<IpAddr>),
    ) -> Exchange {
        let (access, unavailable) = match access {
            Ok(access) => (access, None),
            Err(error) => (panel.last_access(), Some(error)),
        };
        Exchange {
            panel,
            access,
            unavailable,
            body,
            peer,
            client,
            local,
            query: OnceCell::new(),
            trace: Cell::new(None),
            delivered: Cell::new(None),
        }
    }

    /// The exchange that a request belongs to; `None` before the outermost layer has begun it.
    pub fn from_request(request: &HttpRequest) -> Option<Rc<Exchange>> {
        request.extensions().get::<Rc<Exchange>>().cloned()
    }

    /// Why the panel cannot answer, where its rows could not be read.
    pub fn unavailable(&self) -> Option<Error> {
        self.unavailable.clone()
    }

    /// The query that dialects see, where it is not the one that was sent.
    pub fn query(&self) -> Option<&str> {
        self.query.get().map(String::as_str)
    }

    /// Lets dialects see another query than the one that was sent.
    pub fn set_query(&self, query: String) {
        let _ = self.query.set(query);
    }

    /// How the dialect came to its answer; `None` where it was not asked.
    pub fn trace(&self) -> Option<Trace> {
        self.trace.get()
    }

    /// Notes how the dialect came to its answer.
    pub fn set_trace(&self, trace: Trace) {
        self.trace.set(Some(trace));
    }

    /// How the answer leaves, where that is not at once and as a whole.
    pub fn delivered(&self) -> Option<Delivered> {
        self.delivered.get()
    }

    /// Notes how the answer leaves.
    pub fn set_delivered(&self, delivered: Delivered) {
        self.delivered.set(Some(delivered));
    }
}
