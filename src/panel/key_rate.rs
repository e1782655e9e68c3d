//! Limits how many requests a minute a key of a REST API may make, by the panel's clock (contract "REST APIs", B2). Windows
//! are held in memory: a reset of the state and a restart begin them anew.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Milliseconds of a window.
const WINDOW: i64 = 60_000;

/// The windows of all keys.
#[derive(Debug, Default)]
pub struct KeyRate(Mutex<HashMap<i64, Window>>);

/// A window, which begins with the first request after the end of the one before.
#[derive(Clone, Copy, Debug)]
struct Window {
    /// Unix milliseconds.
    begun: i64,
    requests: u32,
}

/// What a request is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    pub is_over: bool,
    /// Requests that are left of the window.
    pub remaining: u32,
    /// The unix second at which the window has ended.
    pub reset: i64,
    /// Whole seconds after which a request is admitted again, at least 1.
    pub retry_after: i64,
}

impl KeyRate {
    /// Counts a request of a key at `now`, in unix milliseconds. What is over the limit counts no more.
    pub fn count(&self, key: i64, most: u32, now: i64) -> Count {
        let mut windows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let new = Window {
            begun: now,
            requests: 0,
        };
        let window = windows.entry(key).or_insert(new);
        // A clock that was set back is in no window.
        if !(window.begun..window.begun.saturating_add(WINDOW)).contains(&now) {
            *window = new;
        }
        let is_over = window.requests >= most;
        window.requests = window.requests.saturating_add(u32::from(!is_over));
        let end = window.begun.saturating_add(WINDOW);
        Count {
            is_over,
            remaining: most.saturating_sub(window.requests),
            reset: seconds(end),
            retry_after: seconds(end.saturating_sub(now)).max(1),
        }
    }

    /// Begins all windows anew, because the state that the keys belong to was replaced.
    pub fn forget_all(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// Whole seconds, rounded up.
fn seconds(millis: i64) -> i64 {
    millis.saturating_add(999).div_euclid(1_000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_window_begins_with_its_first_request_and_the_next_after_its_end() {
        let rate = KeyRate::default();
        let count = |now| rate.count(1, 2, now);
        let told = |is_over, remaining, reset, retry_after| Count {
            is_over,
            remaining,
            reset,
            retry_after,
        };
        assert_eq!(count(1_500), told(false, 1, 62, 60));
        assert_eq!(count(2_500), told(false, 0, 62, 59));
        assert_eq!(count(61_499), told(true, 0, 62, 1));
        assert_eq!(rate.count(2, 2, 61_499), told(false, 1, 122, 60), "another key");
        assert_eq!(count(61_500), told(false, 1, 122, 60));
        assert_eq!(count(1_000), told(false, 1, 61, 60), "the clock went back");
        rate.forget_all();
        assert_eq!(count(1_000), told(false, 1, 61, 60));
    }

    proptest! {
        /// Who waits as long as he is told is admitted.
        #[test]
        fn who_waits_is_admitted(gaps in prop::collection::vec(0..30_000_i64, 1..80), most in 1..5_u32) {
            let (rate, mut now) = (KeyRate::default(), 1_773_585_000_123);
            for gap in gaps {
                now += gap;
                let told = rate.count(1, most, now);
                prop_assert!(told.remaining < most);
                if told.is_over {
                    now += told.retry_after * 1_000;
                    prop_assert!(now >= told.reset * 1_000 || told.reset * 1_000 - now < 1_000);
                    prop_assert!(!rate.count(1, most, now).is_over);
                }
            }
        }
    }
}
