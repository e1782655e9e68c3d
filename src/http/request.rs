//! A request as dialects and the control plane see it: plain data, borrowed from the HTTP library's.

use std::net::IpAddr;

use actix_web::HttpRequest;
use actix_web::http::header::{AsHeaderName, CONTENT_TYPE, HOST, HeaderMap};

use super::body::RequestBody;
use super::exchange::Exchange;

/// A view of a request.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// In upper case.
    pub method: &'a str,
    /// The path as sent, percent signs and all.
    pub path: &'a str,
    /// The query string without its question mark.
    pub query: &'a str,
    pub headers: &'a HeaderMap,
    pub body: &'a RequestBody,
    /// The address of the socket's other end.
    pub peer: IpAddr,
    /// The client: the peer, or the address that a trusted proxy forwards.
    pub client: IpAddr,
    /// The socket's local address, if known.
    pub local: Option<IpAddr>,
}

impl<'a> Request<'a> {
    /// The view of a request of the HTTP library whose exchange has begun.
    pub fn new(request: &'a HttpRequest, exchange: &'a Exchange) -> Request<'a> {
        let head = request.head();
        Request {
            method: head.method.as_str(),
            path: head.uri.path(),
            query: exchange.query().unwrap_or_else(|| head.uri.query().unwrap_or_default()),
            headers: &head.headers,
            body: &exchange.body,
            peer: exchange.peer,
            client: exchange.client,
            local: exchange.local,
        }
    }

    /// The value of a header, where it is text.
    pub fn header(&self, name: impl AsHeaderName) -> Option<&'a str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
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
