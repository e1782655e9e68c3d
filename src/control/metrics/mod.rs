//! `GET /_linecard/metrics`: what the server has done since it started, for Prometheus. No reset
//! sets anything back.
//!
//! It has a control plane's journal, or stands alone where there is none (`--metrics-bind`). A request
//! costs a few additions when it is answered, and waits for nobody. What is odd about requests is
//! counted when somebody asks, each request once, from the journal; those that it let go before anybody
//! asked are counted as such, so that a small number is never taken for the whole.

pub mod counting;
mod counts;
mod exposition;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::Control;
use super::journal::entry::{Entry, RequestSummary};
use super::journal::reader::JournalReader;
use super::problem::Problem;
use crate::dialects::near_miss::NearMiss;
use crate::dialects::{Api, Dialect, Dialects};
use crate::http::Response;
use crate::http::trace::Handler;
use counts::{CounterKey, Counts};
use exposition::{CONTENT_TYPE, Exposition, Kind};

/// Names of faults that are told apart: tests choose them, and nobody can say how many.
const FAULTS: usize = 1_000;

/// The upper ends of the times that are told apart, in microseconds.
const STEPS: [u64; 14] = [
    50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 1_000_000, 10_000_000,
];

/// What is counted.
pub struct Metrics {
    /// The host's own time, which no test changes.
    begun: Instant,
    requests: Counts,
    took: Vec<(Api, Histogram)>,
    dialects: Dialects,
    faults: Mutex<BTreeMap<String, u64>>,
    unmatched: Mutex<BTreeMap<&'static str, u64>>,
}

/// A request that has ended.
#[derive(Clone, Copy, Debug)]
pub struct Ended {
    pub api: Api,
    /// `None` where no operation was reached.
    pub handler: Option<Handler>,
    /// `None` where no answer was sent.
    pub status: Option<u16>,
    /// How long it took, in microseconds.
    pub us: u64,
}

/// How long requests took.
#[derive(Default)]
struct Histogram {
    /// How many took no longer than each step, but longer than the one before.
    steps: [AtomicU64; STEPS.len()],
    longer: AtomicU64,
    us: AtomicU64,
}

impl Histogram {
    fn add(&self, us: u64) {
        let step = STEPS.iter().zip(&self.steps).find(|(most, _)| us <= **most);
        let step = step.map_or(&self.longer, |(_, step)| step);
        step.fetch_add(1, Ordering::Relaxed);
        self.us.fetch_add(us, Ordering::Relaxed);
    }

    fn is_used(&self) -> bool {
        let mut counts = self.steps.iter().chain([&self.longer]);
        counts.any(|count| count.load(Ordering::Relaxed) > 0)
    }

    fn write(&self, text: &mut Exposition, name: &str, api: &str) {
        let mut sum = 0;
        for (most, step) in STEPS.iter().zip(&self.steps) {
            sum += step.load(Ordering::Relaxed);
            let most = Duration::from_micros(*most).as_secs_f64().to_string();
            text.sample(&format!("{name}_bucket"), &[("api", api), ("le", &most)], sum);
        }
        let count = sum + self.longer.load(Ordering::Relaxed);
        let seconds = Duration::from_micros(self.us.load(Ordering::Relaxed)).as_secs_f64();
        text.sample(&format!("{name}_bucket"), &[("api", api), ("le", "+Inf")], count);
        text.sample(&format!("{name}_sum"), &[("api", api)], seconds);
        text.sample(&format!("{name}_count"), &[("api", api)], count);
    }
}

impl Metrics {
    /// None yet; the server starts now.
    pub fn new(dialects: Dialects) -> Metrics {
        let apis = dialects.iter().map(Dialect::api).chain([Api::NONE]);
        Metrics {
            begun: Instant::now(),
            requests: Counts::default(),
            took: apis.map(|api| (api, Histogram::default())).collect(),
            dialects,
            faults: Mutex::default(),
            unmatched: Mutex::default(),
        }
    }

    /// How long the server has run.
    pub fn uptime(&self) -> Duration {
        self.begun.elapsed()
    }

    /// Counts a request that has ended.
    pub fn ended(&self, ended: &Ended) {
        if let Some((_, took)) = self.took.iter().find(|(api, _)| *api == ended.api) {
            took.add(ended.us);
        }
        self.requests.add(CounterKey {
            api: ended.api,
            handler: ended.handler,
            class: ended.status.map(|status| status / 100),
        });
    }

    /// How many requests have ended.
    fn requests(&self) -> u64 {
        self.requests.all().values().sum()
    }

    /// Counts a request that met a fault.
    pub fn met(&self, fault: &str) {
        let mut faults = locked(&self.faults);
        let name = match faults.len() < FAULTS || faults.contains_key(fault) {
            true => fault,
            false => "others",
        };
        match faults.get_mut(name) {
            Some(count) => *count += 1,
            None => drop(faults.insert(name.to_owned(), 1)),
        }
    }

    /// Counts what is odd about a request, once: of two who ask at the same time, one counts.
    pub fn count(&self, entry: &Entry, told: &RequestSummary) {
        let before = entry.count(entry.near_misses(told).count());
        self.count_near_misses(entry.near_misses(told).skip(before));
    }

    /// Counts things that are odd about a request.
    pub fn count_near_misses<'a>(&self, near_misses: impl IntoIterator<Item = &'a NearMiss>) {
        for near_miss in near_misses {
            *locked(&self.unmatched).entry(near_miss.kind).or_default() += 1;
        }
    }

    fn write(&self, text: &mut Exposition) {
        const REQUESTS: &str = "linecard_requests_total";
        text.family(REQUESTS, Kind::Counter, "Requests by the operation that answered.");
        for (key, count) in self.requests.all() {
            let action = key.handler.map(Handler::name).unwrap_or_default();
            let status = key
                .class
                .map_or_else(|| "none".to_owned(), |class| format!("{class}xx"));
            let labels = [("api", key.api.name()), ("action", &*action), ("status", &*status)];
            text.sample(REQUESTS, &labels, count);
        }
        const TOOK: &str = "linecard_request_duration_seconds";
        text.family(TOOK, Kind::Histogram, "How long requests took, faults included.");
        for (api, took) in &self.took {
            let is_served = self.dialects.served().any(|dialect| dialect.api() == *api);
            if is_served || took.is_used() {
                took.write(text, TOOK, api.name());
            }
        }
        const FAULTS: &str = "linecard_fault_hits_total";
        text.family(FAULTS, Kind::Counter, "Requests that met a fault.");
        for (fault, count) in &*locked(&self.faults) {
            text.sample(FAULTS, &[("fault", fault)], count);
        }
        const UNMATCHED: &str = "linecard_unmatched_total";
        text.family(
            UNMATCHED,
            Kind::Counter,
            "What was odd about requests, as GET unmatched tells it.",
        );
        for (kind, count) in &*locked(&self.unmatched) {
            text.sample(UNMATCHED, &[("kind", kind)], count);
        }
    }
}

fn locked<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Answers what is counted of a panel without a control plane.
pub fn alone(metrics: &Metrics) -> Response {
    let mut text = begun(metrics);
    metrics.write(&mut text);
    Response::new(200, CONTENT_TYPE, text.text())
}

/// What every exposition begins with.
fn begun(metrics: &Metrics) -> Exposition {
    let mut text = Exposition::default();
    const BUILD: &str = "linecard_build_info";
    text.family(BUILD, Kind::Gauge, "The version.");
    text.sample(BUILD, &[("version", env!("CARGO_PKG_VERSION"))], 1);
    let uptime = metrics.uptime().as_secs_f64();
    text.single(
        "linecard_uptime_seconds",
        Kind::Gauge,
        "How long the server has run.",
        uptime,
    );
    text
}

/// Answers the metrics.
///
/// # Errors
/// The store's, where requests are looked at again.
pub async fn show(control: &Control) -> Result<Response, Problem> {
    count_near_misses(control).await?;
    let mut text = begun(&control.metrics);
    let epoch = control.epoch();
    text.single(
        "linecard_epoch",
        Kind::Gauge,
        "How often the state was reset or restored.",
        epoch,
    );
    if let Some(worlds) = control.worlds() {
        let count = worlds.all().len();
        text.single(
            "linecard_worlds",
            Kind::Gauge,
            "Worlds beside the server's own panel.",
            count,
        );
    }
    control.metrics.write(&mut text);
    let held = control.journal.held();
    let unread = match control.journal.is_off() {
        true => control.metrics.requests(),
        false => held.unread,
    };
    text.single(
        "linecard_unmatched_unread_total",
        Kind::Counter,
        "Requests that left the journal before anybody asked what was odd about them.",
        unread,
    );
    text.single(
        "linecard_journal_entries",
        Kind::Gauge,
        "Requests in the journal.",
        held.entries,
    );
    text.single(
        "linecard_journal_capacity",
        Kind::Gauge,
        "How many the journal has room for.",
        held.capacity,
    );
    text.single(
        "linecard_journal_evicted_total",
        Kind::Counter,
        "Requests for which the journal had no room any more.",
        held.evicted,
    );
    text.single(
        "linecard_journal_listeners",
        Kind::Gauge,
        "Clients that follow the journal.",
        held.listeners,
    );
    Ok(Response::new(200, CONTENT_TYPE, text.text()))
}

/// Counts what is odd about the requests of the journal, as far as that was not counted before.
async fn count_near_misses(control: &Control) -> Result<(), Problem> {
    let mut reader = JournalReader::about(control).await?;
    for (_, entry) in control.journal.since(0).entries {
        control.metrics.count(&entry, reader.tell(&entry).await?);
    }
    Ok(())
}
