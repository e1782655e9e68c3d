//! An answer as it will be sent.

use std::borrow::Cow;

use super::trace::Trace;

/// An answer as it will be sent.
#[derive(Debug, PartialEq, Eq)]
pub struct Response {
    pub status: u16,
    /// `None` sends no `Content-Type`.
    pub content_type: Option<Cow<'static, str>>,
    /// Where a redirect leads.
    pub location: Option<String>,
    /// Further headers, with their names in lower case.
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
    /// How it came about, which is not sent.
    pub trace: Trace,
}

impl Response {
    /// An empty answer.
    pub fn empty(status: u16) -> Response {
        Response {
            status,
            content_type: None,
            location: None,
            headers: Vec::new(),
            body: Vec::new(),
            trace: Trace::default(),
        }
    }

    /// An answer with a body.
    pub fn new(status: u16, content_type: impl Into<Cow<'static, str>>, body: impl Into<Vec<u8>>) -> Response {
        Response {
            status,
            content_type: Some(content_type.into()),
            location: None,
            headers: Vec::new(),
            body: body.into(),
            trace: Trace::default(),
        }
    }

    /// The same answer, which came about like this.
    pub fn traced(mut self, trace: Trace) -> Response {
        self.trace = trace;
        self
    }
}
