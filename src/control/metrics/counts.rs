//! The number of requests by API, operation and status, counted without a lock.
//!
//! The library only encodes them: its own family takes a lock for every request, and its order is that of a
//! hash table.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, OnceLock};

use prometheus_client::encoding::{EncodeMetric, MetricEncoder};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::Counter;

use crate::dialects::Api;
use crate::http::trace::Handler;

/// The labels by which requests are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CounterKey {
    pub api: Api,
    /// `None` if no operation was reached.
    pub handler: Option<Handler>,
    /// The status divided by 100; `None` if no answer was sent.
    pub class: Option<u16>,
}

impl CounterKey {
    /// Returns the index of the chain with the key's count.
    fn chain(&self) -> usize {
        let handler = self.handler.iter();
        let words = handler.flat_map(|handler| handler.action.bytes().chain(handler.sub.bytes()));
        let sum: usize = words.map(usize::from).sum();
        (sum + usize::from(self.class.unwrap_or_default())) % CHAINS
    }
}

/// The number of chains.
const CHAINS: usize = 64;

/// A counter for each key: a hash table whose chains only grow, so that counting takes no lock. Clones share
/// the counters.
#[derive(Clone, Debug)]
pub struct Counts(Arc<[OnceLock<Box<Count>>; CHAINS]>);

/// A counter, and the rest of its chain.
#[derive(Debug)]
struct Count {
    of: CounterKey,
    count: Counter,
    next: OnceLock<Box<Count>>,
}

impl Default for Counts {
    fn default() -> Counts {
        Counts(Arc::new([const { OnceLock::new() }; CHAINS]))
    }
}

impl Counts {
    /// Counts one request.
    pub fn add(&self, of: CounterKey) {
        let mut chain = self.0.get(of.chain());
        while let Some(place) = chain {
            let count = place.get_or_init(|| {
                Box::new(Count {
                    of,
                    count: Counter::default(),
                    next: OnceLock::new(),
                })
            });
            if count.of == of {
                count.count.inc();
                return;
            }
            chain = Some(&count.next);
        }
    }

    /// Returns all counters, sorted by key.
    pub fn all(&self) -> BTreeMap<CounterKey, Counter> {
        let chains = self.0.iter().flat_map(|chain| {
            let first = chain.get();
            std::iter::successors(first, |count| count.next.get())
        });
        chains.map(|count| (count.of, count.count.clone())).collect()
    }
}

impl EncodeMetric for Counts {
    fn encode(&self, mut family: MetricEncoder<'_>) -> fmt::Result {
        for (key, count) in self.all() {
            let action = key.handler.map(Handler::name).unwrap_or_default();
            let status = match key.class {
                Some(class) => format!("{class}xx"),
                None => "none".into(),
            };
            let labels = [("api", key.api.name()), ("action", &action), ("status", &status)];
            count.encode(family.encode_family(&labels)?)?;
        }
        Ok(())
    }

    fn metric_type(&self) -> MetricType {
        MetricType::Counter
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn kinds() -> impl Strategy<Value = CounterKey> {
        let api = prop::sample::select(vec![Api("admin"), Api("xc_v2"), Api::NONE]);
        // Actions with the same sum of bytes share a chain.
        let action = prop::sample::select(vec![None, Some("ab"), Some("ba"), Some("c")]);
        let class = prop::option::of(2..6_u16);
        (api, action, class).prop_map(|(api, action, class)| CounterKey {
            api,
            handler: action.map(|action| Handler { api, action, sub: "" }),
            class,
        })
    }

    proptest! {
        /// Threads that count at the same time lose no request and count it under its own key.
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
            let counted: BTreeMap<_, _> = counts.all().into_iter().map(|(key, count)| (key, count.get())).collect();
            prop_assert_eq!(counted, expected);
        }
    }
}
