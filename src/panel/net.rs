//! Addresses: IPs, networks and MACs in the canonical form in which they are stored and compared.

use std::collections::HashSet;
use std::net::IpAddr;

use ipnet::IpNet;

/// Returns an IP address in canonical form; `None` if the text is not one.
pub fn canonical_ip(text: &str) -> Option<String> {
    text.parse::<IpAddr>().ok().map(|ip| ip.to_string())
}

/// Returns an IP address, or a network by its first address, in canonical form.
pub fn canonical_network(text: &str) -> Option<String> {
    if !text.contains('/') {
        return canonical_ip(text);
    }
    text.parse::<IpNet>().ok().map(|network| network.trunc().to_string())
}

/// Returns a MAC address in upper case with colons. Accepts six hex pairs, all separated by `:` or all by
/// `-`.
pub fn canonical_mac(text: &str) -> Option<String> {
    let separator = if text.contains('-') { '-' } else { ':' };
    let pairs: Vec<&str> = text.split(separator).collect();
    let is_pair = |pair: &&str| pair.len() == 2 && pair.bytes().all(|b| b.is_ascii_hexdigit());
    let whole = pairs.len() == 6 && pairs.iter().all(is_pair);
    whole.then(|| pairs.join(":").to_ascii_uppercase())
}

/// A set of addresses and networks, in a form that is fast to look up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Addresses {
    single: HashSet<IpAddr>,
    networks: Vec<IpNet>,
    listed: usize,
}

impl Addresses {
    /// Parses entries. An entry that is not an address matches nothing but still counts as an entry.
    pub fn parse<'a>(entries: impl IntoIterator<Item = &'a str>) -> Addresses {
        let mut all = Addresses::default();
        for entry in entries {
            all.listed += 1;
            if let Ok(ip) = entry.parse::<IpAddr>() {
                all.single.insert(ip.to_canonical());
            } else if let Ok(network) = entry.parse() {
                all.networks.push(network);
            }
        }
        all
    }

    /// All of them, addresses as networks of one.
    pub fn networks(&self) -> Vec<IpNet> {
        let single = self.single.iter().map(|address| IpNet::from(*address));
        self.networks.iter().copied().chain(single).collect()
    }

    /// Whether there was no entry.
    pub fn is_empty(&self) -> bool {
        self.listed == 0
    }

    /// Whether the address is one of them or in one of the networks. An IPv4 address mapped to IPv6 counts as
    /// the IPv4 address.
    pub fn hold(&self, ip: IpAddr) -> bool {
        let ip = ip.to_canonical();
        self.single.contains(&ip) || self.networks.iter().any(|network| network.contains(&ip))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_have_one_form() {
        assert_eq!(canonical_network("2001:DB8:0:0::1").unwrap(), "2001:db8::1");
        assert_eq!(canonical_network("10.1.2.3/8").unwrap(), "10.0.0.0/8");
        for bad in [
            "",
            "1.2.3",
            "1.2.3.4.5",
            "1.2.3.4/33",
            "01.2.3.4",
            "host",
            "1.2.3.4/",
            "::g",
        ] {
            assert_eq!(canonical_network(bad), None, "{bad}");
        }
        assert_eq!(canonical_ip("10.0.0.0/8"), None);
    }

    #[test]
    fn macs_have_one_form() {
        assert_eq!(canonical_mac("00-1a-79-ab-cd-ef").unwrap(), "00:1A:79:AB:CD:EF");
        for bad in [
            "",
            "00:1A:79:AB:CD",
            "00:1A:79:AB:CD:EF:00",
            "00:1A-79:AB:CD:EF",
            "0:1A:79:AB:CD:EF",
            "001A79ABCDEF",
            "00:1A:79:AB:CD:EG",
        ] {
            assert_eq!(canonical_mac(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_caller_is_found_in_addresses_and_networks() {
        let all = Addresses::parse(["10.0.0.0/8", "192.0.2.7", "2001:db8::/32", "nonsense"]);
        for (ip, expected) in [
            ("10.9.9.9", true),
            ("192.0.2.7", true),
            ("::ffff:192.0.2.7", true),
            ("192.0.2.8", false),
            ("2001:db8::9", true),
            ("::1", false),
        ] {
            assert_eq!(all.hold(ip.parse().unwrap()), expected, "{ip}");
        }
        assert!(!Addresses::parse(["nonsense"]).is_empty());
    }
}
