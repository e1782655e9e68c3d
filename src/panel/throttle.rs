//! Wrong secrets: whoever sends too many of them from one address is refused for a while, on every surface of
//! the panel together (contract "Admin API", section 2).
//!
//! It is guessing that is made slow, so the answer to a refused call must not say whether its secret was good,
//! and a refused call with a good secret does not make the refusal longer: a program that was given the right
//! key in the meantime gets through by waiting, even if it does not stop calling.
//!
//! Time is the host's monotonic clock: neither a test's clock nor a jump of the host's opens the door.

use std::collections::{HashMap, VecDeque};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::Panel;
use super::access_cache::AccessCache;
use super::error::Result;

/// How long wrong secrets are remembered, and how long an address is refused after its last one.
pub const WINDOW: Duration = Duration::from_secs(60);

/// How many addresses are remembered: about 2 MB. Beyond it the one whose last wrong secret is the oldest
/// is forgotten.
const ADDRESSES: usize = 10_000;

/// The largest value of the setting `wrong_secrets`, so that what is remembered has a bound.
pub const MOST: u32 = 1_000;

/// The sender of a secret.
#[derive(Clone, Copy, Debug)]
pub struct Sender {
    /// The client's address.
    pub address: IpAddr,
    /// Whether the client is a program on this machine, without a proxy between.
    pub is_this_machine: bool,
}

/// The judgement of a call with a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The secret is good.
    Good,
    /// The secret is wrong.
    Wrong,
    /// The address sent too many wrong secrets; whether this one is good is not told.
    Refused,
}

/// The wrong secrets of all addresses.
#[derive(Debug)]
pub struct Throttle {
    begun: Instant,
    addresses: Mutex<HashMap<IpAddr, Tries>>,
    /// How many addresses there are, so that a good secret costs one load where there are none.
    held: AtomicUsize,
    /// Whether this machine may send what it wants: with a control plane it runs tests.
    spares_this_machine: AtomicBool,
    wrong: AtomicU64,
    refusals: AtomicU64,
    begins: AtomicU64,
}

/// Counts since the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    /// Wrong secrets.
    pub wrong: u64,
    /// Calls that were refused.
    pub refusals: u64,
    /// How often an address began to be refused.
    pub begins: u64,
}

/// The wrong secrets of one address, each by its time since the start.
#[derive(Debug, Default)]
struct Tries {
    /// Those of the last minute; the last alone while the address is refused.
    times: VecDeque<Duration>,
    is_refused: bool,
}

impl Tries {
    /// Forgets what is too old to count.
    fn forget(&mut self, now: Duration) {
        while self.times.front().is_some_and(|time| *time + WINDOW <= now) {
            self.times.pop_front();
        }
        self.is_refused &= !self.times.is_empty();
    }

    /// Adds a wrong secret. True when the address is refused from now on.
    fn add(&mut self, now: Duration, most: u32) -> bool {
        let begins = !self.is_refused && self.times.len() + 1 >= usize::try_from(most).unwrap_or(usize::MAX);
        if self.is_refused || begins {
            self.times.clear();
            self.is_refused = true;
        }
        self.times.push_back(now);
        begins
    }

    fn last(&self) -> Duration {
        self.times.back().copied().unwrap_or_default()
    }
}

impl Default for Throttle {
    fn default() -> Self {
        Throttle {
            begun: Instant::now(),
            addresses: Mutex::default(),
            held: AtomicUsize::new(0),
            spares_this_machine: AtomicBool::new(false),
            wrong: AtomicU64::new(0),
            refusals: AtomicU64::new(0),
            begins: AtomicU64::new(0),
        }
    }
}

impl Throttle {
    /// Lets this machine send as many wrong secrets as it wants.
    pub fn spare_this_machine(&self) {
        self.spares_this_machine.store(true, Ordering::Relaxed);
    }

    /// The counts since the start.
    pub fn counts(&self) -> Counts {
        Counts {
            wrong: self.wrong.load(Ordering::Relaxed),
            refusals: self.refusals.load(Ordering::Relaxed),
            begins: self.begins.load(Ordering::Relaxed),
        }
    }

    /// Judges a call with a secret; after `most` wrong ones in a minute an address is refused, and 0 refuses
    /// nobody. The second value is true when that begins.
    fn judge(&self, sender: Sender, is_good: bool, most: u32, now: Duration) -> (Verdict, bool) {
        let plain = match is_good {
            true => Verdict::Good,
            false => Verdict::Wrong,
        };
        self.wrong.fetch_add(u64::from(!is_good), Ordering::Relaxed);
        let is_spared = sender.is_this_machine && self.spares_this_machine.load(Ordering::Relaxed);
        if most == 0 || is_spared || (is_good && self.held.load(Ordering::Acquire) == 0) {
            return (plain, false);
        }
        let network = network(sender.address);
        let mut addresses = self.addresses.lock().unwrap_or_else(PoisonError::into_inner);
        if !is_good && !addresses.contains_key(&network) {
            make_room(&mut addresses, now);
            addresses.insert(network, Tries::default());
        }
        let Some(tries) = addresses.get_mut(&network) else {
            return (plain, false);
        };
        tries.forget(now);
        let was_refused = tries.is_refused;
        let begins = !is_good && tries.add(now, most);
        if tries.times.is_empty() {
            addresses.remove(&network);
        }
        self.held.store(addresses.len(), Ordering::Release);
        self.refusals.fetch_add(u64::from(was_refused), Ordering::Relaxed);
        self.begins.fetch_add(u64::from(begins), Ordering::Relaxed);
        match was_refused {
            true => (Verdict::Refused, false),
            false => (plain, begins),
        }
    }
}

/// Forgets addresses until there is room for one more.
fn make_room(addresses: &mut HashMap<IpAddr, Tries>, now: Duration) {
    if addresses.len() < ADDRESSES {
        return;
    }
    addresses.retain(|_, tries| tries.last() + WINDOW > now);
    if addresses.len() < ADDRESSES {
        return;
    }
    let oldest = addresses.iter().min_by_key(|(_, tries)| tries.last());
    if let Some(oldest) = oldest.map(|(address, _)| *address) {
        addresses.remove(&oldest);
    }
}

/// What counts as one address: of IPv6 the /64, which is what one customer has.
fn network(client: IpAddr) -> IpAddr {
    match client.to_canonical() {
        IpAddr::V6(ip) => IpAddr::V6(Ipv6Addr::from_bits(ip.to_bits() >> 64 << 64)),
        v4 @ IpAddr::V4(_) => v4,
    }
}

impl Panel {
    /// The wrong secrets of all addresses.
    pub fn throttle(&self) -> &Throttle {
        &self.throttle
    }

    /// Judges a call with a secret from an address. A caller who sent none is not judged.
    pub async fn judge(self: &Arc<Self>, access: &AccessCache, sender: Sender, is_good: bool) -> Verdict {
        let most = access.settings.wrong_secrets;
        let now = self.throttle.begun.elapsed();
        let (verdict, begins) = self.throttle.judge(sender, is_good, most, now);
        if begins {
            self.tell(sender.address.to_canonical(), most).await;
        }
        verdict
    }

    /// Tells that an address is refused from now on, in the log and in a row of `login_logs`.
    async fn tell(self: &Arc<Self>, client: IpAddr, most: u32) {
        tracing::warn!(
            "wrong secrets from {client}: {most} in {} s; further ones are refused",
            WINDOW.as_secs()
        );
        let at = self.clock.now();
        let write = move |db: &rusqlite::Connection| -> Result<()> {
            db.prepare_cached(
                "INSERT INTO login_logs (type, status, login_ip, date) VALUES ('ADMIN', 'INVALID_LOGIN', ?1, ?2)",
            )?
            .execute((client.to_string(), at))?;
            Ok(())
        };
        if let Err(error) = self.store.write(write).await {
            tracing::warn!(%error, "the row of `login_logs` was not written");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn ip(text: &str) -> Sender {
        far(text.parse().unwrap())
    }

    const fn far(address: IpAddr) -> Sender {
        Sender {
            address,
            is_this_machine: false,
        }
    }

    fn here(text: &str) -> Sender {
        Sender {
            is_this_machine: true,
            ..ip(text)
        }
    }

    #[test]
    fn the_tenth_wrong_secret_in_a_minute_is_the_last_that_is_judged() {
        let (throttle, from) = (Throttle::default(), ip("192.0.2.1"));
        for n in 0..9 {
            assert_eq!(throttle.judge(from, false, 10, at(n)), (Verdict::Wrong, false));
        }
        assert_eq!(throttle.judge(from, true, 10, at(9)), (Verdict::Good, false));
        assert_eq!(throttle.judge(from, false, 10, at(9)), (Verdict::Wrong, true));
        for is_good in [true, false] {
            assert_eq!(throttle.judge(from, is_good, 10, at(10)), (Verdict::Refused, false));
        }
        assert_eq!(
            throttle.judge(ip("192.0.2.2"), true, 10, at(10)),
            (Verdict::Good, false)
        );
        let counts = throttle.counts();
        assert_eq!((counts.wrong, counts.refusals, counts.begins), (11, 2, 1));
    }

    #[test]
    fn it_ends_a_minute_after_the_last_wrong_secret_whatever_good_ones_were_sent() {
        let (throttle, from) = (Throttle::default(), ip("192.0.2.1"));
        for _ in 0..10 {
            throttle.judge(from, false, 10, at(0));
        }
        throttle.judge(from, false, 10, at(30));
        for n in 31..90 {
            assert_eq!(throttle.judge(from, true, 10, at(n)).0, Verdict::Refused, "{n}");
        }
        assert_eq!(throttle.judge(from, true, 10, at(90)).0, Verdict::Good);
        assert_eq!(throttle.held.load(Ordering::Relaxed), 0);
        assert_eq!(throttle.judge(from, false, 10, at(90)), (Verdict::Wrong, false));
    }

    #[test]
    fn wrong_secrets_that_are_further_apart_refuse_nobody() {
        let (throttle, from) = (Throttle::default(), ip("192.0.2.1"));
        for n in 0..100 {
            assert_eq!(throttle.judge(from, false, 10, at(n * 7)).0, Verdict::Wrong, "{n}");
        }
    }

    #[test]
    fn a_network_of_ipv6_is_one_address_and_a_mapped_ipv4_address_is_that_of_ipv4() {
        let throttle = Throttle::default();
        for n in 0..10 {
            throttle.judge(ip(&format!("2001:db8:1:2::{n}")), false, 10, at(0));
            throttle.judge(ip("::ffff:192.0.2.1"), false, 10, at(0));
        }
        for (from, verdict) in [
            ("2001:db8:1:2:3:4:5:6", Verdict::Refused),
            ("2001:db8:1:3::1", Verdict::Good),
            ("192.0.2.1", Verdict::Refused),
        ] {
            assert_eq!(throttle.judge(ip(from), true, 10, at(1)).0, verdict, "{from}");
        }
    }

    #[test]
    fn nobody_is_refused_at_0_and_this_machine_is_not_where_it_is_spared() {
        let throttle = Throttle::default();
        for _ in 0..20 {
            assert_eq!(throttle.judge(ip("192.0.2.1"), false, 0, at(0)).0, Verdict::Wrong);
        }
        throttle.spare_this_machine();
        for from in ["127.0.0.1", "::1", "::ffff:127.0.0.1"].repeat(20) {
            assert_eq!(throttle.judge(here(from), false, 10, at(0)).0, Verdict::Wrong);
        }
        // Through a proxy on this machine.
        let refused = (0..20).filter(|_| throttle.judge(ip("127.0.0.1"), false, 10, at(0)).0 == Verdict::Refused);
        assert_eq!(refused.count(), 10);
    }

    #[test]
    fn no_more_addresses_are_held_than_there_is_room_for() {
        let throttle = Throttle::default();
        for n in 0..u32::try_from(ADDRESSES).unwrap() + 100 {
            let from = far(IpAddr::from(n.to_be_bytes()));
            throttle.judge(from, false, 1, Duration::from_millis(n.into()));
        }
        assert_eq!(throttle.held.load(Ordering::Relaxed), ADDRESSES);
        // The oldest are those that were forgotten.
        assert_eq!(
            throttle.judge(far(IpAddr::from([0; 4])), true, 1, at(11)).0,
            Verdict::Good
        );
        let last = u32::try_from(ADDRESSES).unwrap();
        assert_eq!(
            throttle.judge(far(IpAddr::from(last.to_be_bytes())), true, 1, at(11)).0,
            Verdict::Refused
        );
    }
}
