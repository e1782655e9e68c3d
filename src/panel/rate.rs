//! Counts the requests of each address in the current second, for dialects that limit them.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Mutex;

/// The counts of one second; they are reset with the next second.
#[derive(Debug, Default)]
pub struct Rate(Mutex<(i64, HashMap<IpAddr, u32>)>);

impl Rate {
    /// Counts a request at `now`, in unix seconds. Returns false if it exceeds `most`.
    pub fn admits(&self, ip: IpAddr, now: i64, most: u32) -> bool {
        let mut counts = self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if counts.0 != now {
            *counts = (now, HashMap::new());
        }
        let count = counts.1.entry(ip).or_default();
        *count = count.saturating_add(1);
        *count <= most
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_address_has_its_own_count_for_each_second() {
        let rate = Rate::default();
        let [one, other] = ["192.0.2.1", "192.0.2.2"].map(|ip| ip.parse().unwrap());
        assert!(rate.admits(one, 10, 2) && rate.admits(one, 10, 2));
        assert!(!rate.admits(one, 10, 2));
        assert!(rate.admits(other, 10, 2));
        assert!(rate.admits(one, 11, 2));
    }
}
