//! The origin of a request: the client's address, and whether the client is this machine. Every gate, limit and
//! log uses it, so that none of them trusts a header more than another (contract "Admin API", section 1).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use actix_web::http::header::{FORWARDED, HeaderMap, VIA, X_FORWARDED_FOR};

use crate::panel::net::Addresses;

/// The addresses under which this machine reaches itself (contract "XC v2 API", section 3).
pub const LOOPBACK: [IpAddr; 2] = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];

/// Where a request comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The address of the socket's other end.
    pub peer: IpAddr,
    /// The client: the peer, or the address that a trusted proxy forwards.
    pub client: IpAddr,
    /// Whether the client is a program on this machine. A request that came through a proxy never is.
    pub is_this_machine: bool,
    /// Whether a proxy stands before the client and does not name it: then the address is the proxy's own, and
    /// admits nobody.
    pub is_unnamed: bool,
}

/// A trusted proxy forwards no address that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnreadableAddress;

impl Origin {
    /// Finds the origin of a request from `peer`, which connected to the address `local`.
    ///
    /// # Errors
    /// [`UnreadableAddress`].
    pub fn new(
        trusted: &Addresses,
        headers: &HeaderMap,
        peer: IpAddr,
        local: Option<IpAddr>,
    ) -> Result<Origin, UnreadableAddress> {
        let is_proxy = trusted.hold(peer);
        let client = if is_proxy {
            forwarded(trusted, headers, peer)?
        } else {
            peer
        };
        let canonical = peer.to_canonical();
        let came_through_proxy = came_through_proxy(headers);
        let is_near = LOOPBACK.contains(&canonical) || local.is_some_and(|local| local.to_canonical() == canonical);
        Ok(Origin {
            peer,
            client,
            is_this_machine: is_near && !is_proxy && !came_through_proxy,
            is_unnamed: match is_proxy {
                true => trusted.hold(client),
                false => is_near && came_through_proxy,
            },
        })
    }

    /// The origin of a request that this process makes itself.
    pub const fn own(address: IpAddr) -> Origin {
        Origin {
            peer: address,
            client: address,
            is_this_machine: false,
            is_unnamed: false,
        }
    }
}

/// Whether a proxy, trusted or not, has left its headers.
fn came_through_proxy(headers: &HeaderMap) -> bool {
    headers.contains_key(FORWARDED)
        || headers.contains_key(VIA)
        || headers.keys().any(|name| name.as_str().starts_with("x-forwarded-"))
}

/// The address that a trusted proxy forwards. Each proxy appends its own peer: the last address that is not a
/// trusted proxy's is the client. The lines of the header are one list (RFC 9110, 5.3), whose start the client
/// may have written, so it is read from the right and no further than needed.
fn forwarded(trusted: &Addresses, headers: &HeaderMap, peer: IpAddr) -> Result<IpAddr, UnreadableAddress> {
    let lines: Vec<&[u8]> = headers.get_all(X_FORWARDED_FOR).map(|line| line.as_bytes()).collect();
    if lines.is_empty() {
        return Ok(peer);
    }
    let mut client = peer;
    for element in lines.join(&b","[..]).rsplit(|&byte| byte == b',') {
        client = address(element).ok_or(UnreadableAddress)?;
        if !trusted.hold(client) {
            break;
        }
    }
    Ok(client)
}

/// Parses an element of the list: `ip`, `ip:port`, `[ip]` or `[ip]:port`.
fn address(element: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(element).ok()?.trim_matches([' ', '\t']);
    if let Ok(ip) = text.parse() {
        return Some(ip);
    }
    let (ip, port) = match text.strip_prefix('[') {
        Some(rest) => {
            let (ip, port) = rest.split_once(']')?;
            (IpAddr::V6(ip.parse().ok()?), port)
        }
        None => {
            let (ip, _) = text.split_once(':')?;
            (IpAddr::V4(ip.parse().ok()?), text.get(ip.len()..)?)
        }
    };
    let is_port = |port: &str| {
        port.strip_prefix(':')
            .is_some_and(|digits| digits.parse::<u16>().is_ok())
    };
    (port.is_empty() || is_port(port)).then_some(ip)
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn forwarding(lines: &[&[u8]]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(X_FORWARDED_FOR, HeaderValue::from_bytes(line).unwrap());
        }
        headers
    }

    #[test]
    fn the_last_address_that_is_no_proxy_is_the_client() {
        let trusted = Addresses::parse(["127.0.0.1", "10.0.0.0/8"]);
        let table: [(&[&[u8]], Option<&str>); 20] = [
            (&[], Some("127.0.0.1")),
            (&[b"192.0.2.1"], Some("192.0.2.1")),
            (&[b"6.6.6.6, 192.0.2.1"], Some("192.0.2.1")),
            (&[b"6.6.6.6", b"192.0.2.1"], Some("192.0.2.1")),
            (&[b"6.6.6.6", b"192.0.2.1, 10.1.1.1", b"10.2.2.2"], Some("192.0.2.1")),
            (&[b"10.1.1.1, 10.2.2.2"], Some("10.1.1.1")),
            (&[b"nonsense, 192.0.2.1"], Some("192.0.2.1")),
            (&[b"\xff\xfe, 192.0.2.1"], Some("192.0.2.1")),
            (&[b"192.0.2.1:443"], Some("192.0.2.1")),
            (&[b"2001:db8::1"], Some("2001:db8::1")),
            (&[b"[2001:db8::1]"], Some("2001:db8::1")),
            (&[b"[2001:db8::1]:443"], Some("2001:db8::1")),
            (&[b"192.0.2.1, nonsense"], None),
            (&[b"192.0.2.1, \xff"], None),
            (&[b"192.0.2.1,"], None),
            (&[b""], None),
            (&[b"unknown"], None),
            (&[b"192.0.2.1:x"], None),
            (&[b"[192.0.2.1"], None),
            (&[b"192.0.2.1", b"10.1.1.1, unix:"], None),
        ];
        for (lines, client) in table {
            let origin = Origin::new(&trusted, &forwarding(lines), ip("127.0.0.1"), None);
            let expected = client.map(|client| Origin {
                peer: ip("127.0.0.1"),
                client: ip(client),
                is_this_machine: false,
                is_unnamed: trusted.hold(ip(client)),
            });
            assert_eq!(origin, expected.ok_or(UnreadableAddress), "{lines:?}");
        }
    }

    #[test]
    fn only_a_direct_request_of_this_machine_is_this_machine() {
        let nobody = Addresses::default();
        let is_this_machine = |headers: &HeaderMap, peer: &str, local: Option<&str>| {
            let origin = Origin::new(&nobody, headers, ip(peer), local.map(ip)).unwrap();
            assert_eq!(origin.client, ip(peer));
            assert!(!origin.is_this_machine || !origin.is_unnamed);
            origin.is_this_machine
        };
        let plain = HeaderMap::new();
        assert!(is_this_machine(&plain, "127.0.0.1", None));
        assert!(!is_this_machine(&plain, "127.0.0.2", None));
        assert!(is_this_machine(&plain, "::1", None));
        assert!(is_this_machine(&plain, "::ffff:127.0.0.1", None));
        assert!(is_this_machine(&plain, "192.0.2.7", Some("192.0.2.7")));
        assert!(!is_this_machine(&plain, "192.0.2.7", Some("192.0.2.8")));
        assert!(!is_this_machine(&plain, "192.0.2.7", None));
        for name in [
            "x-forwarded-for",
            "X-Forwarded-Proto",
            "x-forwarded-host",
            "forwarded",
            "via",
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(name.parse().unwrap(), HeaderValue::from_static(""));
            assert!(!is_this_machine(&headers, "127.0.0.1", None), "{name}");
        }
    }
}
