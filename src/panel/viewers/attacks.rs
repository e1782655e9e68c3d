//! Addresses that are refused again and again are put on the list of blocked addresses (contract "Player side", section
//! 15): after a flood of refusals, or after many wrong usernames. Loopback and the panel's servers never are.
//!
//! Time is session time, so that a test's clock decides, and a scaled one does not make a flood of slow requests.

use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use crate::panel::access_cache::AccessCache;
use crate::panel::error::{Error, Result};
use crate::panel::settings::ViewerSettings;
use crate::panel::{Caller, Context, Panel, blocklists};

/// The longest time between two refusals of a flood, in milliseconds.
const FLOOD: i64 = 2_000;
/// How long a wrong username counts, in milliseconds.
const GUESSES: i64 = 300_000;
/// How many addresses are remembered. Beyond it the one that was refused the longest ago is forgotten.
const ADDRESSES: usize = 10_000;

/// The refusals of all addresses.
#[derive(Debug, Default)]
pub struct Attacks(Mutex<HashMap<IpAddr, Refusals>>);

/// The refusals of one address.
#[derive(Debug, Default)]
struct Refusals {
    /// When the last one was, in milliseconds of session time.
    last: i64,
    /// How many followed each other in time.
    in_a_row: u32,
    /// Different wrong usernames, each with the time when it was last sent.
    usernames: VecDeque<(i64, String)>,
}

/// Why an address is blocked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Attack {
    Flood(u32),
    Guessing(u32),
}

impl Attack {
    /// The note in the list of blocked addresses.
    fn note(self) -> String {
        match self {
            Attack::Flood(count) => format!("flood: {count} refusals in a row"),
            Attack::Guessing(count) => format!("brute force: {count} wrong usernames"),
        }
    }
}

impl Refusals {
    fn add(&mut self, now: i64, wrong_username: Option<&str>, settings: &ViewerSettings) -> Option<Attack> {
        let follows = (0..=FLOOD).contains(&now.saturating_sub(self.last));
        self.in_a_row = if follows { self.in_a_row.saturating_add(1) } else { 1 };
        self.last = now;
        if let Some(username) = wrong_username {
            self.add_username(now, username, settings.bruteforce_limit);
        }
        let guesses = u32::try_from(self.usernames.len()).unwrap_or(u32::MAX);
        let reaches = |count: u32, limit: u32| limit > 0 && count >= limit;
        if reaches(self.in_a_row, settings.flood_limit) {
            return Some(Attack::Flood(self.in_a_row));
        }
        reaches(guesses, settings.bruteforce_limit).then_some(Attack::Guessing(guesses))
    }

    fn add_username(&mut self, now: i64, username: &str, limit: u32) {
        self.usernames
            .retain(|(at, known)| (0..GUESSES).contains(&now.saturating_sub(*at)) && known != username);
        if limit > 0 {
            self.usernames.push_back((now, username.to_owned()));
        }
    }
}

impl Attacks {
    /// Counts a refusal, and returns the attack that it completes; the address is then forgotten.
    fn count(
        &self,
        address: IpAddr,
        now: i64,
        wrong_username: Option<&str>,
        settings: &ViewerSettings,
    ) -> Option<Attack> {
        let mut addresses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        make_room(&mut addresses, address);
        let refusals = addresses.entry(address).or_default();
        let attack = refusals.add(now, wrong_username, settings);
        if attack.is_some() {
            addresses.remove(&address);
        }
        attack
    }

    /// Ends a row of refusals, because a request was admitted.
    fn admit(&self, address: IpAddr) {
        let mut addresses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(refusals) = addresses.get_mut(&address) {
            refusals.in_a_row = 0;
        }
    }
}

fn make_room(addresses: &mut HashMap<IpAddr, Refusals>, newcomer: IpAddr) {
    if addresses.len() < ADDRESSES || addresses.contains_key(&newcomer) {
        return;
    }
    let oldest = addresses.iter().min_by_key(|(_, refusals)| refusals.last);
    if let Some(oldest) = oldest.map(|(address, _)| *address) {
        addresses.remove(&oldest);
    }
}

impl Panel {
    /// Counts a refused request of an address, with the username where it was that of nobody, and blocks the address
    /// where a limit is reached. A busy panel blocks it at the next refusal.
    ///
    /// # Errors
    /// SQLite's.
    pub async fn count_refusal(
        self: &Arc<Self>,
        access: &AccessCache,
        address: IpAddr,
        wrong_username: Option<&str>,
    ) -> Result<()> {
        let settings = &access.settings.viewers;
        let address = address.to_canonical();
        let is_off = settings.flood_limit == 0 && settings.bruteforce_limit == 0;
        if is_off || address.is_loopback() || access.is_server(address) {
            return Ok(());
        }
        let now = self.clock.session_millis();
        let Some(attack) = self.attacks.count(address, now, wrong_username, settings) else {
            return Ok(());
        };
        let note = attack.note();
        tracing::warn!("{address} is blocked: {note}");
        let block = move |context: &Context<'_>| blocklists::block(context, address, &note);
        match self.write(Caller::Admin(None), block).await {
            Err(Error::Busy) => Ok(()),
            done => done,
        }
    }

    /// Ends an address's row of refusals, because a request of it was admitted.
    pub fn count_admission(&self, access: &AccessCache, address: IpAddr) {
        if access.settings.viewers.flood_limit > 0 {
            self.attacks.admit(address.to_canonical());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::panel::settings::RuntimeSettings;

    fn settings(flood_limit: u32, bruteforce_limit: u32) -> ViewerSettings {
        ViewerSettings {
            flood_limit,
            bruteforce_limit,
            ..RuntimeSettings::default().viewers
        }
    }

    fn address() -> IpAddr {
        "192.0.2.1".parse().unwrap()
    }

    #[test]
    fn refusals_that_follow_within_two_seconds_are_a_flood() {
        let (attacks, settings) = (Attacks::default(), settings(3, 0));
        let count = |now| attacks.count(address(), now, None, &settings);
        for (now, attack) in [
            (0, None),
            (2_000, None),
            (4_001, None),
            (6_001, None),
            (6_001, Some(Attack::Flood(3))),
            (6_002, None),
        ] {
            assert_eq!(count(now), attack, "{now}");
        }
        assert_eq!(count(6_003), None);
        attacks.admit(address());
        assert_eq!(count(6_004), None);
        // A clock that was set back begins anew.
        assert_eq!(count(5_000), None);
    }

    #[test]
    fn different_wrong_usernames_within_300_seconds_are_guessing() {
        let (attacks, settings) = (Attacks::default(), settings(0, 3));
        let count = |now, name| attacks.count(address(), now, Some(name), &settings);
        for (now, name, attack) in [
            (0, "a", None),
            (1_000, "a", None),
            (2_000, "b", None),
            (301_000, "c", None),
            (301_001, "c", None),
            (301_500, "d", Some(Attack::Guessing(3))),
        ] {
            assert_eq!(count(now, name), attack, "{now} {name}");
        }
    }

    #[test]
    fn no_more_addresses_are_held_than_there_is_room_for() {
        let (attacks, settings) = (Attacks::default(), settings(5, 0));
        for n in 0..u32::try_from(ADDRESSES).unwrap() + 10 {
            attacks.count(IpAddr::from(n.to_be_bytes()), n.into(), None, &settings);
        }
        let addresses = attacks.0.lock().unwrap();
        assert_eq!(addresses.len(), ADDRESSES);
        assert!(!addresses.contains_key(&IpAddr::from([0; 4])));
    }
}
