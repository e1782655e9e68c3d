//! The limits that all sockets of a process share: the memory of request bodies, and the connections of one
//! client.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::origin::LOOPBACK;
use crate::budget::Budget;
use crate::config::Config;
use crate::panel::net::Addresses;

/// The limits of a process.
pub struct Limits {
    /// The bytes of all request bodies that are in memory.
    pub bodies: Budget,
    /// The time that a body may take beside a second for each 16 KiB of it.
    pub slow_body: Duration,
    /// The connections of one address; 0 is no limit.
    per_address: usize,
    /// Proxies, whose connections are those of many clients.
    proxies: Addresses,
    open: Mutex<HashMap<IpAddr, usize>>,
}

impl Limits {
    /// Creates the limits of the options.
    pub fn new(config: &Config) -> Arc<Limits> {
        Arc::new(Limits {
            bodies: Budget::new(config.body_memory),
            slow_body: config.slow_body,
            per_address: config.connections_per_address,
            proxies: config.settings().trusted_proxies,
            open: Mutex::default(),
        })
    }

    /// Creates limits for requests that this process makes itself, which have none.
    pub fn none() -> Arc<Limits> {
        Arc::new(Limits {
            bodies: Budget::new(usize::MAX),
            slow_body: Duration::MAX,
            per_address: 0,
            proxies: Addresses::default(),
            open: Mutex::default(),
        })
    }

    /// Counts a connection of an address; `None` if the address has as many as it may have. This machine and
    /// trusted proxies may have any number.
    pub fn connect(self: &Arc<Self>, address: IpAddr) -> Option<ConnectionSlot> {
        let address = address.to_canonical();
        if self.per_address == 0 || LOOPBACK.contains(&address) || self.proxies.hold(address) {
            return Some(ConnectionSlot(None));
        }
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let count = open.entry(address).or_default();
        if *count >= self.per_address {
            return None;
        }
        *count += 1;
        Some(ConnectionSlot(Some((Arc::clone(self), address))))
    }

    fn disconnect(&self, address: IpAddr) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(&address) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                open.remove(&address);
            }
        }
    }
}

/// A connection that is counted until this is dropped.
pub struct ConnectionSlot(Option<(Arc<Limits>, IpAddr)>);

impl Drop for ConnectionSlot {
    fn drop(&mut self) {
        if let Some((limits, address)) = self.0.take() {
            limits.disconnect(address);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_so_many_connections_and_gets_them_back() {
        let limits = Limits::new(&Config {
            connections_per_address: 2,
            trusted_proxies: vec!["192.0.2.9".into()],
            ..Config::default()
        });
        let [one, other, proxy] = ["192.0.2.1", "192.0.2.2", "192.0.2.9"].map(|ip| ip.parse::<IpAddr>().unwrap());
        let mapped = "::ffff:192.0.2.1".parse().unwrap();
        let first = limits.connect(one);
        let second = limits.connect(mapped);
        assert!(first.is_some() && second.is_some());
        assert!(limits.connect(one).is_none() && limits.connect(mapped).is_none());
        assert!(limits.connect(other).is_some());
        drop(first);
        let again = limits.connect(one);
        assert!(again.is_some() && limits.connect(one).is_none());
        let many: Vec<_> = (0..9).map(|_| limits.connect(proxy)).collect();
        assert!(many.iter().all(Option::is_some));
        drop((second, again));
        assert!(limits.open.lock().unwrap().is_empty());
    }
}
