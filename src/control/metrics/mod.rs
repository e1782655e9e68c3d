//! `GET /_linecard/metrics`: what the server has done since it started, for Prometheus. No reset
//! sets anything back.
//!
//! It has a control plane's journal, or stands alone where there is none (`--metrics-bind`). A request
//! costs a few additions when it is answered, and waits for nobody. What each panel counts stands in a
//! registry of its own, in the order in which it is written; what can be read at any time, such as the
//! uptime, is put around it. What is suspicious about requests is counted when somebody asks, each request
//! once, from the journal; those that it let go before anybody asked are counted as such, so that a small
//! number is never taken for the whole.

pub mod counting;
mod counts;
mod durations;
mod tally;

use std::time::{Duration, Instant};

use prometheus_client::encoding::EncodeGaugeValue;
use prometheus_client::encoding::prometheus_text::{CONTENT_TYPE, encode};
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;

use super::Control;
use super::journal::entry::{Entry, RequestSummary};
use super::journal::reader::JournalReader;
use super::problem::Problem;
use crate::dialects::near_miss::NearMiss;
use crate::dialects::{Api, Dialects};
use crate::http::Response;
use crate::http::trace::Handler;
use counts::{CounterKey, Counts};
use durations::Durations;
use tally::Tally;

/// What is counted.
pub struct Metrics {
    /// The host's own time, which no test changes.
    begun: Instant,
    requests: Counts,
    durations: Durations,
    faults: Tally,
    unmatched: Tally,
    /// The four above, with their names.
    registry: Registry,
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

impl Metrics {
    /// None yet; the server starts now.
    pub fn new(dialects: Dialects) -> Metrics {
        let (requests, durations) = (Counts::default(), Durations::new(dialects));
        let (faults, unmatched) = (Tally::new("fault"), Tally::new("kind"));
        let mut registry = Registry::default();
        registry.register(
            "linecard_requests",
            "Requests by the operation that answered",
            requests.clone(),
        );
        registry.register(
            "linecard_request_duration_seconds",
            "How long requests took, faults included",
            durations.clone(),
        );
        registry.register("linecard_fault_hits", "Requests that met a fault", faults.clone());
        registry.register(
            "linecard_unmatched",
            "What was suspicious about requests, as GET unmatched lists it",
            unmatched.clone(),
        );
        Metrics {
            begun: Instant::now(),
            requests,
            durations,
            faults,
            unmatched,
            registry,
        }
    }

    /// How long the server has run.
    pub fn uptime(&self) -> Duration {
        self.begun.elapsed()
    }

    /// Counts a request that has ended.
    pub fn ended(&self, ended: &Ended) {
        self.durations.add(ended.api, ended.us);
        self.requests.add(CounterKey {
            api: ended.api,
            handler: ended.handler,
            class: ended.status.map(|status| status / 100),
        });
    }

    /// How many requests have ended.
    fn requests(&self) -> u64 {
        self.requests.all().values().map(|count| count.get()).sum()
    }

    /// Counts a request that met a fault.
    pub fn met(&self, fault: &str) {
        self.faults.add(fault);
    }

    /// Counts what is suspicious about a request, once: of two who ask at the same time, one counts.
    pub fn count(&self, entry: &Entry, summary: &RequestSummary) {
        let before = entry.count(entry.near_misses(summary).count());
        self.count_near_misses(entry.near_misses(summary).skip(before));
    }

    /// Counts what is suspicious about a request.
    pub fn count_near_misses<'a>(&self, near_misses: impl IntoIterator<Item = &'a NearMiss>) {
        for near_miss in near_misses {
            self.unmatched.add(near_miss.kind);
        }
    }
}

/// Answers what is counted of a panel without a control plane.
pub fn alone(metrics: &Metrics) -> Response {
    exposition(&[&server(metrics), &metrics.registry])
}

/// Answers the metrics.
///
/// # Errors
/// The store's, where requests are looked at again.
pub async fn show(control: &Control) -> Result<Response, Problem> {
    count_near_misses(control).await?;
    let metrics = &control.metrics;
    let mut server = server(metrics);
    gauge(
        &mut server,
        "linecard_epoch",
        "How often the state was reset or restored",
        control.epoch(),
    );
    if let Some(worlds) = control.worlds() {
        let count = worlds.all().len();
        gauge(
            &mut server,
            "linecard_worlds",
            "Worlds beside the server's own panel",
            count,
        );
    }
    Ok(exposition(&[&server, &metrics.registry, &journal(control)]))
}

/// What is known of the server at any time.
fn server(metrics: &Metrics) -> Registry {
    let mut server = Registry::default();
    let version = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
    server.register("linecard_build", "The version", version);
    let uptime = metrics.uptime().as_secs_f64();
    gauge(
        &mut server,
        "linecard_uptime_seconds",
        "How long the server has run",
        uptime,
    );
    server
}

/// What is known of the journal at any time.
fn journal(control: &Control) -> Registry {
    let mut journal = Registry::default();
    let held = control.journal.held();
    let unread = match control.journal.is_off() {
        true => control.metrics.requests(),
        false => held.unread,
    };
    journal.register(
        "linecard_unmatched_unread",
        "Requests that left the journal before anybody asked what was suspicious about them",
        ConstCounter::new(unread),
    );
    gauge(
        &mut journal,
        "linecard_journal_entries",
        "Requests in the journal",
        held.entries,
    );
    gauge(
        &mut journal,
        "linecard_journal_capacity",
        "How many the journal has room for",
        held.capacity,
    );
    journal.register(
        "linecard_journal_evicted",
        "Requests for which the journal had no room any more",
        ConstCounter::new(held.evicted),
    );
    gauge(
        &mut journal,
        "linecard_journal_listeners",
        "Clients that follow the journal",
        held.listeners,
    );
    journal
}

fn gauge<N>(registry: &mut Registry, name: &str, help: &str, value: N)
where
    N: EncodeGaugeValue + std::fmt::Debug + Send + Sync + 'static,
{
    registry.register(name, help, ConstGauge::new(value));
}

/// The answer that has these, one behind the other.
fn exposition(registries: &[&Registry]) -> Response {
    let mut text = String::new();
    for registry in registries {
        // A text takes all that is written to it.
        let _ = encode(&mut text, registry);
    }
    Response::new(200, CONTENT_TYPE, text)
}

/// Counts what is suspicious about the requests of the journal, as far as that was not counted before.
async fn count_near_misses(control: &Control) -> Result<(), Problem> {
    let mut reader = JournalReader::about(control).await?;
    for (_, entry) in control.journal.since(0).entries {
        control.metrics.count(&entry, reader.summary(&entry).await?);
    }
    Ok(())
}
