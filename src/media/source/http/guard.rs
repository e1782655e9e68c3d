//! Which addresses may be connected to: a stream's URL, which any reseller may have written, must not reach what only
//! this host can reach (player contract, 18.4).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

/// Networks that no source lies in unless it is allowed: this host, private and shared ones, documentation, multicast.
const REFUSED_V4: [Ipv4Net; 10] = [
    v4([0, 0, 0, 0], 8),
    v4([10, 0, 0, 0], 8),
    v4([100, 64, 0, 0], 10),
    v4([127, 0, 0, 0], 8),
    v4([169, 254, 0, 0], 16),
    v4([172, 16, 0, 0], 12),
    v4([192, 0, 0, 0], 24),
    v4([192, 168, 0, 0], 16),
    v4([198, 18, 0, 0], 15),
    v4([224, 0, 0, 0], 3),
];
const REFUSED_V6: [Ipv6Net; 5] = [
    v6([0, 0, 0, 0, 0, 0, 0, 0], 128),
    v6([0, 0, 0, 0, 0, 0, 0, 1], 128),
    v6([0xfc00, 0, 0, 0, 0, 0, 0, 0], 7),
    v6([0xfe80, 0, 0, 0, 0, 0, 0, 0], 10),
    v6([0xff00, 0, 0, 0, 0, 0, 0, 0], 8),
];

/// IPv6 networks whose addresses carry an IPv4 address, and the segment in which it begins: mapped, NAT64, 6to4.
const CARRIES_V4: [(Ipv6Net, usize); 3] = [
    (v6([0, 0, 0, 0, 0, 0xffff, 0, 0], 96), 6),
    (v6([0x64, 0xff9b, 0, 0, 0, 0, 0, 0], 96), 6),
    (v6([0x2002, 0, 0, 0, 0, 0, 0, 0], 16), 1),
];

const fn v4(octets: [u8; 4], length: u8) -> Ipv4Net {
    let [a, b, c, d] = octets;
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), length)
}

const fn v6(segments: [u16; 8], length: u8) -> Ipv6Net {
    let [a, b, c, d, e, f, g, h] = segments;
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, d, e, f, g, h), length)
}

/// Decides which addresses may be connected to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Guard {
    /// Whether every address may be.
    pub allows_private: bool,
    /// Those that may be although they are private.
    pub allowed: Vec<IpNet>,
}

impl Guard {
    /// Whether an address may be connected to.
    pub fn allows(&self, address: IpAddr) -> bool {
        self.allows_private || self.is_listed(address) || !is_refused(address)
    }

    fn is_listed(&self, address: IpAddr) -> bool {
        let holds = |address: IpAddr| self.allowed.iter().any(|network| network.contains(&address));
        holds(address) || carried(address).is_some_and(|carried| holds(carried.into()))
    }
}

fn is_refused(address: IpAddr) -> bool {
    let is_refused_v4 = |address: &Ipv4Addr| REFUSED_V4.iter().any(|network| network.contains(address));
    match address {
        IpAddr::V4(address) => is_refused_v4(&address),
        IpAddr::V6(v6) => {
            REFUSED_V6.iter().any(|network| network.contains(&v6))
                || carried(address).as_ref().is_some_and(is_refused_v4)
        }
    }
}

/// The IPv4 address that an IPv6 address stands for.
fn carried(address: IpAddr) -> Option<Ipv4Addr> {
    let IpAddr::V6(address) = address else { return None };
    let (_, at) = CARRIES_V4.iter().find(|(network, _)| network.contains(&address))?;
    let [high, low] = *address.segments().get(*at..*at + 2)? else {
        return None;
    };
    let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
    Some(Ipv4Addr::new(a, b, c, d))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_addresses_are_refused_in_every_notation() {
        let guard = Guard::default();
        for (address, allows) in [
            ("0.0.0.0", false),
            ("0.255.255.255", false),
            ("1.0.0.0", true),
            ("9.255.255.255", true),
            ("10.0.0.1", false),
            ("11.0.0.0", true),
            ("100.63.255.255", true),
            ("100.64.0.0", false),
            ("100.127.255.255", false),
            ("100.128.0.0", true),
            ("127.0.0.1", false),
            ("127.255.0.9", false),
            ("169.253.1.1", true),
            ("169.254.169.254", false),
            ("172.15.255.255", true),
            ("172.16.0.1", false),
            ("172.31.255.255", false),
            ("172.32.0.0", true),
            ("192.0.0.170", false),
            ("192.0.1.1", true),
            ("192.168.1.1", false),
            ("192.169.0.0", true),
            ("198.17.255.255", true),
            ("198.18.0.0", false),
            ("198.19.255.255", false),
            ("198.20.0.0", true),
            ("223.255.255.255", true),
            ("224.0.0.1", false),
            ("240.0.0.1", false),
            ("255.255.255.255", false),
            ("::", false),
            ("::1", false),
            ("::2", true),
            ("fbff::1", true),
            ("fc00::1", false),
            ("fdff::1", false),
            ("fe00::1", true),
            ("fe80::1", false),
            ("febf::1", false),
            ("fec0::1", true),
            ("ff02::1", false),
            ("2606:4700::1111", true),
            ("::ffff:127.0.0.1", false),
            ("::ffff:a00:1", false),
            ("::ffff:8.8.8.8", true),
            ("64:ff9b::192.168.0.1", false),
            ("64:ff9b::8.8.8.8", true),
            ("2002:7f00:1::", false),
            ("2002:c0a8:101:5::9", false),
            ("2002:808:808::1", true),
        ] {
            assert_eq!(guard.allows(address.parse().unwrap()), allows, "{address}");
        }
    }

    #[test]
    fn what_is_listed_is_allowed_and_what_is_beside_it_is_not() {
        let guard = Guard {
            allows_private: false,
            allowed: vec!["10.1.0.0/16".parse().unwrap(), "fd00::1/128".parse().unwrap()],
        };
        for (address, allows) in [
            ("10.1.2.3", true),
            ("::ffff:10.1.2.3", true),
            ("10.2.0.1", false),
            ("fd00::1", true),
            ("fd00::2", false),
            ("8.8.8.8", true),
        ] {
            assert_eq!(guard.allows(address.parse().unwrap()), allows, "{address}");
        }
        let open = Guard {
            allows_private: true,
            allowed: Vec::new(),
        };
        assert!(open.allows("127.0.0.1".parse().unwrap()));
    }
}
