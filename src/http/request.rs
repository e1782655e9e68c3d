//! A request as dialects and the control plane see it: plain data, borrowed from the HTTP library's.

use std::net::IpAddr;

use actix_web::HttpRequest;
use actix_web::http::header::{AUTHORIZATION, AsHeaderName, CONTENT_TYPE, HOST, HeaderMap, HeaderName};

use super::body::RequestBody;
use super::connection::{Connection, ConnectionHandle, Stopped};
use super::exchange::Exchange;
use super::origin::Origin;
use crate::panel::throttle::Sender;

/// The API key in the values of `X-Api-Key` and `Authorization`. The first counts before the second, which may
/// carry the control plane's token.
pub fn api_key<'a>(own: Option<&'a str>, authorization: Option<&'a str>) -> Option<&'a str> {
    let bearer = || {
        let (scheme, key) = authorization?.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then_some(key)
    };
    own.or_else(bearer).map(str::trim).filter(|key| !key.is_empty())
}

/// Parsed once: a name that is looked up as text is parsed, and allocated, each time.
static X_API_KEY: HeaderName = HeaderName::from_static("x-api-key");

/// Whether a byte of a path or a query belongs percent-encoded there and came as it is. Web servers take it; spaces and
/// control characters are refused.
pub fn is_raw(byte: u8) -> bool {
    matches!(
        byte,
        b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}' | 0x80..
    )
}

/// The body of a request that was not read.
static UNREAD: RequestBody = RequestBody::EMPTY;

/// A view of a request.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// In upper case.
    pub method: &'a str,
    /// The path as sent, percent signs and all.
    pub path: &'a str,
    /// The query string without its question mark.
    pub query: &'a str,
    /// Path and query as they were sent, if they had raw bytes.
    pub sent: Option<&'a str>,
    pub headers: &'a HeaderMap,
    pub body: &'a RequestBody,
    /// The address of the socket's other end.
    pub peer: IpAddr,
    /// The client: the peer, or the address that a trusted proxy forwards.
    pub client: IpAddr,
    /// Whether the client is a program on this machine that no proxy stands before.
    pub is_this_machine: bool,
    /// Whether a proxy stands before the client and does not name it.
    pub is_unnamed: bool,
    /// The request of the HTTP library.
    library: &'a HttpRequest,
}

impl<'a> Request<'a> {
    /// The view of a request of the HTTP library whose exchange has begun.
    pub fn new(request: &'a HttpRequest, exchange: &'a Exchange) -> Request<'a> {
        let head = Request::from_head(request, &exchange.origin);
        Request {
            query: exchange.query().unwrap_or(head.query),
            sent: exchange.sent(),
            body: &exchange.body,
            ..head
        }
    }

    /// The view of a request whose body was not read.
    pub fn from_head(request: &'a HttpRequest, origin: &Origin) -> Request<'a> {
        let head = request.head();
        Request {
            method: head.method.as_str(),
            path: head.uri.path(),
            query: head.uri.query().unwrap_or_default(),
            sent: None,
            headers: &head.headers,
            body: &UNREAD,
            peer: origin.peer,
            client: origin.client,
            is_this_machine: origin.is_this_machine,
            is_unnamed: origin.is_unnamed,
            library: request,
        }
    }

    /// The connection; `None` for a request that this process makes itself.
    pub fn connection(&self) -> Option<&'a ConnectionHandle> {
        self.library
            .conn_data::<Connection>()
            .map(|connection| &connection.handle)
    }

    /// Path and query.
    pub fn path_and_query(&self) -> String {
        match self.query {
            "" => self.path.to_owned(),
            query => format!("{}?{query}", self.path),
        }
    }

    /// A future that ends when the server is to stop.
    pub fn stopped(&self) -> Stopped {
        match self.library.conn_data::<Connection>() {
            Some(connection) => connection.stopped(),
            None => Box::pin(std::future::pending()),
        }
    }

    /// The sender of a secret.
    pub fn sender(&self) -> Sender {
        Sender {
            address: self.client,
            is_this_machine: self.is_this_machine,
        }
    }

    /// The value of a header, where it is text.
    pub fn header(&self, name: impl AsHeaderName) -> Option<&'a str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The API key in `X-Api-Key` or, without one, in `Authorization: Bearer`.
    pub fn api_key(&self) -> Option<&'a str> {
        api_key(self.header(&X_API_KEY), self.header(AUTHORIZATION))
    }

    /// `Content-Type`.
    pub fn content_type(&self) -> Option<&'a str> {
        self.header(CONTENT_TYPE)
    }

    /// `Host`.
    pub fn host(&self) -> Option<&'a str> {
        self.header(HOST)
    }
}
