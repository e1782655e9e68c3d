//! How many requests of each kind have ended: counts that every request adds to, and that nobody
//! waits for.

use std::collections::BTreeMap;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::dialects::Api;
use crate::http::trace::Handler;

/// Which requests are counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CounterKey {
    pub api: Api,
    /// `None` where no operation was reached.
    pub handler: Option<Handler>,
    /// The status without its last two digits; `None` where no answer was sent.
    pub class: Option<u16>,
}

impl CounterKey {
    /// In which chain it is counted.
    fn chain(&self) -> usize {
        let handler = self.handler.iter();
        let words = handler.flat_map(|handler| handler.action.bytes().chain(handler.sub.bytes()));
        let sum: usize = words.map(usize::from).sum();
        (sum + usize::from(self.class.unwrap_or_default())) % CHAINS
    }
}

/// How many chains of counts there are.
const CHAINS: usize = 64;

/// A count for each kind of request that came: chains that only grow, so that nobody who counts
/// waits for another.
pub struct Counts([OnceLock<Box<Count>>; CHAINS]);

/// A count, and the rest of its chain.
struct Count {
    of: CounterKey,
    count: AtomicU64,
    next: OnceLock<Box<Count>>,
}

impl Default for Counts {
    fn default() -> Counts {
        Counts([const { OnceLock::new() }; CHAINS])
    }
}

impl Counts {
    /// Counts one.
    pub fn add(&self, of: CounterKey) {
        let mut chain = self.0.get(of.chain());
        while let Some(place) = chain {
            let count = place.get_or_init(|| {
                Box::new(Count {
                    of,
                    count: AtomicU64::new(0),
                    next: OnceLock::new(),
                })
            });
            if count.of == of {
                count.count.fetch_add(1, Ordering::Relaxed);
                return;
            }
            chain = Some(&count.next);
        }
    }

    /// All of them, in order.
    pub fn all(&self) -> BTreeMap<CounterKey, u64> {
        let chains = self.0.iter().flat_map(|chain| {
            let first = chain.get();
            std::iter::successors(first, |count| count.next.get())
        });
        chains
            .map(|count| (count.of, count.count.load(Ordering::Relaxed)))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn kinds() -> impl Strategy<Value = CounterKey> {
        let api = prop::sample::select(vec![Api("admin"), Api("xc_v2"), Api::NONE]);
        // Texts of one sum share a chain.
        let action = prop::sample::select(vec![None, Some("ab"), Some("ba"), Some("c")]);
        let class = prop::option::of(2..6_u16);
        (api, action, class).prop_map(|(api, action, class)| CounterKey {
            api,
            handler: action.map(|action| Handler { api, action, sub: "" }),
            class,
        })
    }

    proptest! {
        /// Threads that count at once miss nothing, and count nothing under another kind.
        #[test]
        fn every_request_counts_once(ended in prop::collection::vec(kinds(), 0..200)) {
            let counts = Counts::default();
            std::thread::scope(|threads| {
                for _ in 0..2 {
                    threads.spawn(|| ended.iter().for_each(|one| counts.add(*one)));
                }
            });
            let mut expected = BTreeMap::new();
            ended.iter().for_each(|one| *expected.entry(*one).or_insert(0) += 2);
            prop_assert_eq!(counts.all(), expected);
        }
    }
}
