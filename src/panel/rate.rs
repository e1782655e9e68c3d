//! How many requests an address has sent in the running second, for dialects that limit them.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Mutex;

/// Counts of one second; with the next second everything begins anew.
#[derive(Debug, Default)]
pub struct Rate(Mutex<(i64, HashMap<IpAddr, u32>)>);

impl Rate {
    /// Counts a request at `now`, in unix seconds. False when it is one more than `most`.
    pub fn admits(&self, ip: IpAddr, now: i64, most: u32) -> bool {
        let mut held = self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if held.0 != now {
            *held = (now, HashMap::new());
        }
        let count = held.1.entry(ip).or_default();
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
