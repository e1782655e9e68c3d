//! An answer as plain data, and its conversion to and from the HTTP library's.

use std::borrow::Cow;
use std::io;
use std::pin::Pin;

use actix_http::body::{self, BodySize, BodyStream, BoxBody, MessageBody, SizedStream};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, HeaderValue, LOCATION, RETRY_AFTER, X_CONTENT_TYPE_OPTIONS,
};
use actix_web::web::Bytes;
use futures_util::stream;

use super::body::{Body, ByteStream};
use super::trace::{Auth, Trace};
use crate::budget::Charge;
use crate::panel::throttle;

/// The type of the PHP dialects' answers, which show what callers sent. A browser must neither run scripts in them
/// nor take another answer for such a page (contract "The fixture", principle 1).
const HTML: &str = "text/html";

/// An answer.
#[derive(Debug)]
pub struct Response {
    pub status: u16,
    /// `None` sends no `Content-Type`.
    pub content_type: Option<Cow<'static, str>>,
    /// Where a redirect leads.
    pub location: Option<String>,
    /// Further headers.
    pub headers: Vec<(HeaderName, String)>,
    pub body: Body,
    /// How it was produced; this is not sent.
    pub trace: Trace,
    /// What the body is charged to until it is sent.
    pub charge: Option<Charge>,
}

impl Response {
    /// An empty answer.
    pub fn empty(status: u16) -> Response {
        Response {
            status,
            content_type: None,
            location: None,
            headers: Vec::new(),
            body: Body::default(),
            trace: Trace::default(),
            charge: None,
        }
    }

    /// An answer with a body.
    pub fn new(status: u16, content_type: impl Into<Cow<'static, str>>, body: impl Into<Vec<u8>>) -> Response {
        Response {
            content_type: Some(content_type.into()),
            body: Body::Bytes(body.into()),
            ..Response::empty(status)
        }
    }

    /// An answer with a streamed body.
    pub fn streamed(content_type: impl Into<Cow<'static, str>>, body: ByteStream) -> Response {
        Response {
            content_type: Some(content_type.into()),
            body: Body::Stream(body),
            ..Response::empty(200)
        }
    }

    /// The same answer with this trace.
    pub fn traced(mut self, trace: Trace) -> Response {
        self.trace = trace;
        self
    }

    /// The same answer to a call with a secret from an address that sent too many wrong ones. When it ends is
    /// not told: that depends on whether this call's secret was good.
    pub fn throttled(mut self) -> Response {
        self.status = 429;
        self.headers.push((RETRY_AFTER, throttle::WINDOW.as_secs().to_string()));
        self.traced(Trace::stopped(Auth::Throttled))
    }

    /// The same answer with a body that is charged to a budget.
    pub fn charged(mut self, charge: Option<Charge>) -> Response {
        self.charge = charge.filter(|charge| charge.bytes() > 0);
        self
    }

    /// The HTTP library's head of this answer, without a body.
    pub(super) fn head(&self) -> HttpResponse {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = HttpResponse::new(status);
        let headers = response.headers_mut();
        let value = |text: &str| HeaderValue::from_str(text).ok();
        if let Some(text) = self.content_type.as_deref()
            && let Some(value) = value(text)
        {
            headers.insert(CONTENT_TYPE, value);
            if text.starts_with(HTML) {
                headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox"));
            }
        }
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        if let Some(value) = self.location.as_deref().and_then(value) {
            headers.insert(LOCATION, value);
        }
        for (name, text) in &self.headers {
            if let Some(value) = value(text) {
                headers.insert(name.clone(), value);
            }
        }
        // `Content-Type`, as the web server in front of a panel writes it.
        response.head_mut().set_camel_case_headers(true);
        response
    }

    /// The HTTP library's answer.
    pub fn into_http(self) -> HttpResponse {
        let head = self.head();
        head.set_body(match self.body {
            Body::Bytes(bytes) => BoxBody::new(match self.charge {
                None => Bytes::from(bytes),
                Some(charge) => Bytes::from_owner(Charged { bytes, _charge: charge }),
            }),
            Body::Stream(stream) => BoxBody::new(BodyStream::new(stream)),
            Body::Sized(length, stream) => BoxBody::new(SizedStream::new(length, stream)),
            Body::Unknown => BoxBody::new(body::None::new()),
        })
    }

    /// Converts an answer of the HTTP library back. It has no trace.
    pub fn from_http(response: HttpResponse) -> Response {
        let (head, body) = response.into_parts();
        let text = |name: &HeaderName| {
            let value = head.headers().get(name)?;
            Some(value.to_str().unwrap_or_default().to_owned())
        };
        let others = head
            .headers()
            .iter()
            .filter(|(name, _)| ![CONTENT_TYPE, LOCATION].contains(name));
        Response {
            status: head.status().as_u16(),
            content_type: text(&CONTENT_TYPE).map(Cow::Owned),
            location: text(&LOCATION),
            headers: others
                .map(|(name, value)| (name.clone(), value.to_str().unwrap_or_default().to_owned()))
                .collect(),
            body: match body.size() {
                BodySize::None => Body::default(),
                size => match (body.try_into_bytes(), size) {
                    (Ok(bytes), _) => Body::Bytes(bytes.into()),
                    (Err(body), BodySize::Sized(length)) => Body::Sized(length, stream_of(body)),
                    (Err(body), _) => Body::Stream(stream_of(body)),
                },
            },
            trace: Trace::default(),
            charge: None,
        }
    }
}

/// Bytes that are charged to a budget for as long as they are held.
struct Charged {
    bytes: Vec<u8>,
    _charge: Charge,
}

impl AsRef<[u8]> for Charged {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

/// The rest of a body of the HTTP library, as a stream.
fn stream_of(mut body: BoxBody) -> ByteStream {
    Box::pin(stream::poll_fn(move |context| {
        let next = Pin::new(&mut body).poll_next(context);
        next.map_err(|error| io::Error::other(error.to_string()))
    }))
}

impl From<Response> for HttpResponse {
    fn from(response: Response) -> HttpResponse {
        response.into_http()
    }
}
