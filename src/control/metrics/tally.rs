//! Counters by a name that is known only at run time.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use prometheus_client::encoding::{EncodeMetric, MetricEncoder};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;

/// The largest number of names, because tests choose the ids of faults; further names count as `others`.
const NAMES: usize = 1_000;

/// Counters sorted by name. Clones share the counters.
#[derive(Clone, Debug)]
pub struct Tally {
    /// The label that has the name.
    label: &'static str,
    counts: Arc<Mutex<BTreeMap<String, u64>>>,
}

impl Tally {
    /// Creates an empty tally.
    pub fn new(label: &'static str) -> Tally {
        let counts = Arc::default();
        Tally { label, counts }
    }

    /// Counts one.
    pub fn add(&self, name: &str) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let name = match counts.len() < NAMES || counts.contains_key(name) {
            true => name,
            false => "others",
        };
        match counts.get_mut(name) {
            Some(count) => *count += 1,
            None => drop(counts.insert(name.to_owned(), 1)),
        }
    }
}

impl EncodeMetric for Tally {
    fn encode(&self, mut family: MetricEncoder<'_>) -> fmt::Result {
        let counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        for (name, count) in &*counts {
            ConstCounter::new(*count).encode(family.encode_family(&[(self.label, name.as_str())])?)?;
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
    use prometheus_client::encoding::prometheus_text::encode;
    use prometheus_client::registry::Registry;

    fn shown(tally: &Tally) -> String {
        let (mut registry, mut text) = (Registry::default(), String::new());
        registry.register("a", "What it counts", tally.clone());
        encode(&mut text, &registry).unwrap();
        text
    }

    #[test]
    fn a_sample_has_its_name_in_quotes() {
        let tally = Tally::new("x");
        let head = "# HELP a_total What it counts.\n# TYPE a_total counter\n";
        assert_eq!(shown(&tally), head);
        tally.add("b\"c\\d\ne");
        tally.add("a");
        tally.add("a");
        assert_eq!(
            shown(&tally),
            format!("{head}a_total{{x=\"a\"}} 2\na_total{{x=\"b\\\"c\\\\d\\ne\"}} 1\n")
        );
    }

    #[test]
    fn names_have_an_end() {
        let tally = Tally::new("x");
        (0..NAMES + 2).for_each(|nth| tally.add(&nth.to_string()));
        tally.add("0");
        let text = shown(&tally);
        assert!(text.contains("a_total{x=\"0\"} 2\n"), "{text}");
        assert!(text.ends_with("a_total{x=\"others\"} 2\n"), "{text}");
    }
}
