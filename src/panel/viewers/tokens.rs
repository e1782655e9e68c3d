//! Tokens of data URLs: `/auth/TOKEN` and the like (contract "Player side", section 10.1). They live in memory: a
//! restart or a reset ends them.

use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Most tokens; the oldest go.
const MOST: usize = 100_000;
/// Hexadecimal digits of a token.
pub const LENGTH: usize = 32;

/// What a token opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant<T> {
    /// Whoever else sends it is refused.
    pub address: IpAddr,
    /// From this instant of session time on it is no longer valid.
    pub until: i64,
    pub opens: Arc<T>,
}

/// The tokens of a panel.
pub struct Tokens<T>(Mutex<State<T>>);

struct State<T> {
    grants: HashMap<String, Kept<T>>,
    /// In the order in which they were made; some may be gone.
    order: VecDeque<String>,
}

struct Kept<T> {
    grant: Grant<T>,
    /// Whether it has opened something.
    is_used: bool,
}

impl<T> Default for Tokens<T> {
    fn default() -> Self {
        Tokens(Mutex::new(State {
            grants: HashMap::new(),
            order: VecDeque::new(),
        }))
    }
}

impl<T> Tokens<T> {
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a token. `now` is session time: those that ended before go first.
    pub fn add(&self, token: String, grant: Grant<T>, now: i64) {
        let mut state = self.lock();
        while let Some(oldest) = state.order.front() {
            let is_over = state.grants.get(oldest).is_none_or(|kept| kept.grant.until <= now);
            if !is_over && state.grants.len() < MOST {
                break;
            }
            if let Some(oldest) = state.order.pop_front() {
                state.grants.remove(&oldest);
            }
        }
        state.order.push_back(token.clone());
        state.grants.insert(token, Kept { grant, is_used: false });
    }

    /// Returns what a token opens at this instant of session time.
    pub fn get(&self, token: &str, now: i64) -> Option<Grant<T>> {
        let state = self.lock();
        let grant = &state.grants.get(token).filter(|kept| now < kept.grant.until)?.grant;
        Some(Grant {
            address: grant.address,
            until: grant.until,
            opens: Arc::clone(&grant.opens),
        })
    }

    /// Changes until when a token is valid.
    pub fn extend(&self, token: &str, until: i64) {
        if let Some(kept) = self.lock().grants.get_mut(token) {
            kept.grant.until = until;
        }
    }

    /// Notes that a token has opened something.
    pub fn use_up(&self, token: &str) {
        if let Some(kept) = self.lock().grants.get_mut(token) {
            kept.is_used = true;
        }
    }

    /// Returns what the tokens would have opened that ended after the instant `from` and not after `to`, both of session
    /// time, and were never used, each with its instant.
    pub fn ended_unused(&self, from: i64, to: i64) -> Vec<(i64, Arc<T>)> {
        let state = self.lock();
        let ended = state.grants.values().filter(|kept| {
            let until = kept.grant.until;
            !kept.is_used && from < until && until <= to
        });
        ended
            .map(|kept| (kept.grant.until, Arc::clone(&kept.grant.opens)))
            .collect()
    }

    /// Ends a token.
    pub fn remove(&self, token: &str) {
        self.lock().grants.remove(token);
    }

    /// Ends all.
    pub fn clear(&self) {
        let mut state = self.lock();
        state.grants.clear();
        state.order.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grant(until: i64) -> Grant<i64> {
        Grant {
            address: [127, 0, 0, 1].into(),
            until,
            opens: Arc::new(until),
        }
    }

    #[test]
    fn a_token_ends_at_its_instant() {
        let tokens = Tokens::default();
        tokens.add("a".into(), grant(5), 0);
        assert_eq!(tokens.get("a", 4), Some(grant(5)));
        assert_eq!(tokens.get("a", 5), None);
        assert_eq!(tokens.get("b", 0), None);
        tokens.extend("a", 9);
        assert_eq!(
            tokens.get("a", 8),
            Some(grant(9)).map(|grant| Grant {
                opens: Arc::new(5),
                ..grant
            })
        );
        tokens.remove("a");
        assert_eq!(tokens.get("a", 0), None);
    }

    #[test]
    fn those_that_ended_unused_are_told_with_their_instants() {
        let tokens = Tokens::default();
        for (token, until) in [("a", 5), ("b", 6), ("used", 6), ("c", 9)] {
            tokens.add(token.into(), grant(until), 0);
        }
        tokens.use_up("used");
        let ended = |from, to| {
            let mut ended: Vec<_> = tokens.ended_unused(from, to).iter().map(|(at, _)| *at).collect();
            ended.sort_unstable();
            ended
        };
        assert_eq!(
            (ended(0, 4), ended(0, 8), ended(5, 9)),
            (vec![], vec![5, 6], vec![6, 9])
        );
    }

    #[test]
    fn of_too_many_the_oldest_go() {
        let tokens = Tokens::default();
        for number in 0..=MOST {
            tokens.add(number.to_string(), grant(5), 0);
        }
        assert_eq!(tokens.get("0", 0), None);
        assert!(tokens.get("1", 0).is_some());
        tokens.add("new".into(), grant(9), 6);
        assert_eq!(tokens.lock().grants.len(), 1);
    }
}
