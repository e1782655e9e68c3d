//! The client's address: the socket's peer, or the address that a trusted proxy forwards.

use std::net::IpAddr;

use actix_web::http::header::{HeaderMap, X_FORWARDED_FOR};

use crate::panel::net::Addresses;

/// The socket's peer, or whom a trusted proxy names.
pub fn client_address(trusted: &Addresses, headers: &HeaderMap, peer: IpAddr) -> IpAddr {
    if !trusted.hold(peer) {
        return peer;
    }
    let forwarded = headers.get(X_FORWARDED_FOR).and_then(|value| value.to_str().ok());
    // Each proxy appends the peer it saw: the last address that is no proxy of ours is the caller.
    let mut named = forwarded
        .unwrap_or_default()
        .rsplit(',')
        .map_while(|part| part.trim().parse().ok());
    named.find(|ip| !trusted.hold(*ip)).unwrap_or(peer)
}
