//! How long requests took: one histogram for each API that was asked.

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use prometheus_client::encoding::{EncodeMetric, MetricEncoder};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::histogram::Histogram;

use crate::dialects::describe::Api;

/// The upper ends of the times that are told apart, in seconds.
const STEPS: [f64; 14] = [
    0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 10.0,
];

/// A histogram for each API: of the dialects from the start, of what else paths reach from its first request.
/// A clone adds to the same ones.
#[derive(Clone, Debug)]
pub struct Durations(Arc<[OnceLock<Histogram>; Api::ALL.len()]>);

impl Default for Durations {
    fn default() -> Durations {
        let all = Api::ALL.map(|api| match Api::DIALECTS.contains(&api) {
            true => OnceLock::from(steps()),
            false => OnceLock::new(),
        });
        Durations(Arc::new(all))
    }
}

fn steps() -> Histogram {
    Histogram::new(STEPS)
}

impl Durations {
    /// Adds a request that took so many microseconds.
    pub fn add(&self, api: Api, us: u64) {
        let mut all = Api::ALL.into_iter().zip(&*self.0);
        if let Some((_, histogram)) = all.find(|(one, _)| *one == api) {
            histogram
                .get_or_init(steps)
                .observe(Duration::from_micros(us).as_secs_f64());
        }
    }
}

impl EncodeMetric for Durations {
    fn encode(&self, mut family: MetricEncoder<'_>) -> fmt::Result {
        for (api, histogram) in Api::ALL.into_iter().zip(&*self.0) {
            if let Some(histogram) = histogram.get() {
                histogram.encode(family.encode_family(&[("api", api.name())])?)?;
            }
        }
        Ok(())
    }

    fn metric_type(&self) -> MetricType {
        MetricType::Histogram
    }
}
