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
    grants: HashMap<String, Grant<T>>,
    /// In the order in which they were made; some may be gone.
    order: VecDeque<String>,
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
            let is_over = state.grants.get(oldest).is_none_or(|grant| grant.until <= now);
            if !is_over && state.grants.len() < MOST {
                break;
            }
            if let Some(oldest) = state.order.pop_front() {
                state.grants.remove(&oldest);
            }
        }
        state.order.push_back(token.clone());
        state.grants.insert(token, grant);
    }

    /// Returns what a token opens at this instant of session time.
    pub fn get(&self, token: &str, now: i64) -> Option<Grant<T>> {
        let state = self.lock();
        let grant = state.grants.get(token).filter(|grant| now < grant.until)?;
        Some(Grant {
            address: grant.address,
            until: grant.until,
            opens: Arc::clone(&grant.opens),
        })
    }

    /// Changes until when a token is valid.
    pub fn extend(&self, token: &str, until: i64) {
        if let Some(grant) = self.lock().grants.get_mut(token) {
            grant.until = until;
        }
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
