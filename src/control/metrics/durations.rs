//! How long requests took: a histogram for each API.
//!
//! The library only encodes them: its own histogram takes a lock, which costs three times as much per request
//! as two additions.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use prometheus_client::encoding::{EncodeMetric, MetricEncoder, NoLabelSet};
use prometheus_client::metrics::MetricType;

use crate::dialects::{Api, Dialect, Dialects};

/// The upper bounds of the buckets, in microseconds.
const STEPS: [u64; 14] = [
    50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 1_000_000, 10_000_000,
];

/// A histogram for each API. Clones share the histograms.
#[derive(Clone, Debug)]
pub struct Durations {
    dialects: Dialects,
    histograms: Arc<[(Api, Histogram)]>,
}

#[derive(Debug, Default)]
struct Histogram {
    /// The number of durations in each bucket alone, not cumulative.
    steps: [AtomicU64; STEPS.len()],
    longer: AtomicU64,
    us: AtomicU64,
}

impl Durations {
    /// Creates a histogram for each of these dialects, and one for requests that no dialect answers.
    pub fn new(dialects: Dialects) -> Durations {
        let apis = dialects.iter().map(Dialect::api).chain([Api::NONE]);
        let histograms = apis.map(|api| (api, Histogram::default())).collect();
        Durations { dialects, histograms }
    }

    /// Adds a request with its duration in microseconds.
    pub fn add(&self, api: Api, us: u64) {
        if let Some((_, histogram)) = self.histograms.iter().find(|(one, _)| *one == api) {
            histogram.add(us);
        }
    }

    /// Whether the server answers this API.
    fn is_served(&self, api: Api) -> bool {
        self.dialects.served().any(|dialect| dialect.api() == api)
    }
}

impl Histogram {
    fn add(&self, us: u64) {
        let step = STEPS.iter().zip(&self.steps).find(|(most, _)| us <= **most);
        let step = step.map_or(&self.longer, |(_, step)| step);
        step.fetch_add(1, Ordering::Relaxed);
        self.us.fetch_add(us, Ordering::Relaxed);
    }
}

impl EncodeMetric for Durations {
    /// Writes the APIs that are served always, the others from their first request.
    fn encode(&self, mut family: MetricEncoder<'_>) -> fmt::Result {
        let seconds = |us| Duration::from_micros(us).as_secs_f64();
        for (api, histogram) in &*self.histograms {
            let counts = histogram.steps.iter().map(|step| step.load(Ordering::Relaxed));
            let buckets: Vec<_> = STEPS.map(seconds).into_iter().zip(counts).collect();
            let within: u64 = buckets.iter().map(|(_, count)| count).sum();
            let count = within + histogram.longer.load(Ordering::Relaxed);
            if count == 0 && !self.is_served(*api) {
                continue;
            }
            let sum = seconds(histogram.us.load(Ordering::Relaxed));
            let labels = [("api", api.name())];
            let mut one = family.encode_family(&labels)?;
            one.encode_histogram::<NoLabelSet>(sum, count, &buckets, None)?;
        }
        Ok(())
    }

    fn metric_type(&self) -> MetricType {
        MetricType::Histogram
    }
}
