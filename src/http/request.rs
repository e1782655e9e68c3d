//! A request as it arrived.

use std::net::{IpAddr, Ipv4Addr};

use super::body::Body;

/// A request as it arrived.
#[derive(Debug)]
pub struct Request<'a> {
    /// In upper case.
    pub method: &'a str,
    /// The path as sent, percent signs and all.
    pub path: &'a str,
    /// The query string without its question mark.
    pub query: &'a str,
    pub content_type: Option<&'a str>,
    /// `Accept`, which the control plane alone looks at.
    pub accept: Option<&'a str>,
    /// `X-Forwarded-For`, which counts only when the peer is a trusted proxy.
    pub forwarded_for: Option<&'a str>,
    /// `Host`.
    pub host: Option<&'a str>,
    /// `X-Forwarded-Host` and `X-Forwarded-Proto`, which count only from a trusted proxy too.
    pub forwarded_host: Option<&'a str>,
    pub forwarded_proto: Option<&'a str>,
    pub body: Body,
    /// The address of the socket's other end.
    pub peer: IpAddr,
    /// The address of this end, where it is known.
    pub local: Option<IpAddr>,
}

impl<'a> Request<'a> {
    /// A request of this process itself, which came over no socket. `target` is a path, perhaps with a
    /// query.
    pub fn own(method: &'a str, target: &'a str, body: Vec<u8>) -> Request<'a> {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        Request {
            method,
            path,
            query,
            content_type: None,
            accept: None,
            forwarded_for: None,
            host: None,
            forwarded_host: None,
            forwarded_proto: None,
            body: Body::Whole(body.into()),
            peer: IpAddr::V4(Ipv4Addr::LOCALHOST),
            local: None,
        }
    }
}
