//! One request and its answer while they pass through the layers: what the outermost layer found out, and what
//! the dialect noted about its answer.

use std::cell::{Cell, OnceCell};
use std::rc::Rc;
use std::sync::Arc;

use actix_web::{HttpMessage, HttpRequest};

use super::address::Address;
use super::body::RequestBody;
use super::delivery::Delivered;
use super::origin::Origin;
use super::trace::Trace;
use crate::budget::Charge;
use crate::panel::access_cache::AccessCache;
use crate::panel::viewers::StreamAnswer;
use crate::panel::{Error, Panel};

/// The state that the layers and the dialect share about one request.
pub struct Exchange {
    pub panel: Arc<Panel>,
    /// Where clients reach the panel.
    pub address: Arc<Address>,
    /// The access rules at the time of the request: the request itself may change them.
    pub access: Arc<AccessCache>,
    pub body: RequestBody,
    /// The part of the memory of all bodies that this one takes.
    _charge: Option<Charge>,
    pub origin: Origin,
    /// Why the panel cannot answer, where its rows could not be read.
    unavailable: Option<Error>,
    /// Path and query as they were sent, if they had raw bytes.
    sent: Option<Box<str>>,
    /// The query that dialects see, if it is not the one that was sent.
    query: OnceCell<String>,
    trace: Cell<Option<Trace>>,
    delivered: Cell<Option<Delivered>>,
    /// The answer of a viewer's session, if it is one.
    stream: OnceCell<Arc<StreamAnswer>>,
    /// Whether a test wants all sources of its stream to fail.
    is_upstream_down: Cell<bool>,
}

impl Exchange {
    /// Begins an exchange. If the access rules could not be read, the dialect answers that error.
    pub fn new(
        (panel, address): (Arc<Panel>, Arc<Address>),
        access: Result<Arc<AccessCache>, Error>,
        (body, charge): (RequestBody, Option<Charge>),
        origin: Origin,
    ) -> Exchange {
        let (access, unavailable) = match access {
            Ok(access) => (access, None),
            Err(error) => (panel.last_access(), Some(error)),
        };
        Exchange {
            panel,
            address,
            access,
            unavailable,
            body,
            _charge: charge,
            origin,
            sent: None,
            query: OnceCell::new(),
            trace: Cell::new(None),
            delivered: Cell::new(None),
            stream: OnceCell::new(),
            is_upstream_down: Cell::new(false),
        }
    }

    /// The same of a request whose path and query were sent so, with raw bytes.
    pub fn sent_as(self, sent: Option<Box<str>>) -> Exchange {
        Exchange { sent, ..self }
    }

    /// Path and query as they were sent, if they had raw bytes.
    pub fn sent(&self) -> Option<&str> {
        self.sent.as_deref()
    }

    /// The exchange that a request belongs to; `None` before the outermost layer has begun it.
    pub fn from_request(request: &HttpRequest) -> Option<Rc<Exchange>> {
        request.extensions().get::<Rc<Exchange>>().cloned()
    }

    /// Why the panel cannot answer, where its rows could not be read.
    pub fn unavailable(&self) -> Option<Error> {
        self.unavailable.clone()
    }

    /// The query that dialects see, if it is not the one that was sent.
    pub fn query(&self) -> Option<&str> {
        self.query.get().map(String::as_str)
    }

    /// Replaces the query that dialects see.
    pub fn set_query(&self, query: String) {
        let _ = self.query.set(query);
    }

    /// How the dialect produced its answer; `None` if it was not asked.
    pub fn trace(&self) -> Option<Trace> {
        self.trace.get()
    }

    /// Notes how the dialect produced its answer.
    pub fn set_trace(&self, trace: Trace) {
        self.trace.set(Some(trace));
    }

    /// The answer of a viewer's session, if it is one.
    pub fn stream(&self) -> Option<&Arc<StreamAnswer>> {
        self.stream.get()
    }

    /// Notes that the answer is one of a viewer's session.
    pub fn set_stream(&self, answer: Arc<StreamAnswer>) {
        let _ = self.stream.set(answer);
    }

    /// Whether a test wants all sources of its stream to fail.
    pub fn is_upstream_down(&self) -> bool {
        self.is_upstream_down.get()
    }

    /// Has all sources of its stream fail.
    pub fn set_upstream_down(&self) {
        self.is_upstream_down.set(true);
    }

    /// How the answer is sent, if not at once and as a whole.
    pub fn delivered(&self) -> Option<Delivered> {
        self.delivered.get()
    }

    /// Notes how the answer is sent.
    pub fn set_delivered(&self, delivered: Delivered) {
        self.delivered.set(Some(delivered));
    }
}
