//! `GET /_linecard/metrics`: counters since the start of the server, for Prometheus. A reset does not change
//! them.
//!
//! Metrics also work without a control plane and journal (`--metrics-bind`). A request costs a few additions,
//! and no lock unless it met a fault. Each panel has a registry with its counters, in the order of the output;
//! values such as the uptime are added when the metrics are read. Near misses are counted from the journal at
//! that time, each request once; requests that left the journal before are counted separately, so that the
//! number of near misses is not taken for complete.

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
use crate::panel::throttle::Throttle;
use crate::panel::webhooks::event;
use counts::{CounterKey, Counts};
use durations::Durations;
use tally::Tally;

/// The metrics of one panel.
pub struct Metrics {
    /// The start, by the host's clock, which tests cannot change.
    begun: Instant,
    requests: Counts,
    durations: Durations,
    deliveries: Counts,
    faults: Tally,
    unmatched: Tally,
    /// Has the five above, with their names.
    registry: Registry,
}

/// A request that has ended.
#[derive(Clone, Copy, Debug)]
pub struct Ended {
    pub api: Api,
    /// `None` if no operation was reached.
    pub handler: Option<Handler>,
    /// `None` if no answer was sent.
    pub status: Option<u16>,
    /// The duration in microseconds.
    pub us: u64,
}

impl Metrics {
    /// Creates the metrics when the server starts; all counters are 0.
    pub fn new(dialects: Dialects) -> Metrics {
        let (requests, durations) = (Counts::default(), Durations::new(dialects));
        let deliveries = Counts::default();
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
        registry.register(
            "linecard_deliveries",
            "Attempts to deliver webhooks by the event",
            deliveries.clone(),
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
            deliveries,
            faults,
            unmatched,
            registry,
        }
    }

    /// Returns the time since the start.
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

    /// Counts an attempt to deliver a webhook, which is no request; the status is `None` if there was no answer.
    pub fn delivered(&self, event: &str, status: Option<u16>) {
        let known = event::names().into_iter().find(|name| *name == event);
        let api = Api::WEBHOOK;
        self.deliveries.add(CounterKey {
            api,
            handler: known.map(|action| Handler { api, action, sub: "" }),
            class: status.map(|status| status / 100),
        });
    }

    /// Returns the number of requests that have ended.
    fn requests(&self) -> u64 {
        self.requests.all().values().map(|count| count.get()).sum()
    }

    /// Counts a request to which a fault was applied.
    pub fn count_fault(&self, fault: &str) {
        self.faults.add(fault);
    }

    /// Counts the near misses of a request that were not counted before, even when two callers do so at the
    /// same time.
    pub fn count(&self, entry: &Entry, summary: &RequestSummary) {
        let before = entry.count(entry.near_misses(summary).count());
        self.count_near_misses(entry.near_misses(summary).skip(before));
    }

    /// Counts near misses.
    pub fn count_near_misses<'a>(&self, near_misses: impl IntoIterator<Item = &'a NearMiss>) {
        for near_miss in near_misses {
            self.unmatched.add(near_miss.kind);
        }
    }
}

/// Answers the metrics of a panel without a control plane.
pub fn alone(metrics: &Metrics, throttle: &Throttle) -> Response {
    exposition(&[&server(metrics), &metrics.registry, &secrets(throttle)])
}

/// Returns the counts of wrong secrets.
fn secrets(throttle: &Throttle) -> Registry {
    let mut secrets = Registry::default();
    let counts = throttle.counts();
    for (name, help, count) in [
        (
            "linecard_wrong_secrets",
            "Wrong keys, passwords and tokens",
            counts.wrong,
        ),
        (
            "linecard_throttled",
            "Calls with a secret that were refused, because too many wrong ones came from their address",
            counts.refusals,
        ),
        (
            "linecard_throttled_addresses",
            "How often an address began to be refused",
            counts.begins,
        ),
    ] {
        secrets.register(name, help, ConstCounter::new(count));
    }
    secrets
}

/// Answers the metrics.
///
/// # Errors
/// An error of the store, when the near misses are computed.
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
    gauge(
        &mut server,
        "linecard_state_bytes",
        "The memory of all snapshots and worlds",
        control.limits.states.used(),
    );
    Ok(exposition(&[
        &server,
        &metrics.registry,
        &journal(control),
        &secrets(control.panel.throttle()),
    ]))
}

/// Returns the values of the server that are read now.
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

/// Returns the values of the journal that are read now.
fn journal(control: &Control) -> Registry {
    let mut journal = Registry::default();
    let usage = control.journal.usage();
    let unread = match control.journal.is_off() {
        true => control.metrics.requests(),
        false => usage.unread,
    };
    journal.register(
        "linecard_unmatched_unread",
        "Requests that left the journal before anybody asked what was suspicious about them",
        ConstCounter::new(unread),
    );
    gauge(
        &mut journal,
        "linecard_journal_entries",
        "Requests and deliveries in the journal",
        usage.entries,
    );
    gauge(
        &mut journal,
        "linecard_journal_capacity",
        "How many the journal has room for",
        usage.capacity,
    );
    gauge(
        &mut journal,
        "linecard_journal_bytes",
        "The memory of the journal",
        usage.bytes,
    );
    journal.register(
        "linecard_journal_evicted",
        "Requests and deliveries for which the journal had no room any more",
        ConstCounter::new(usage.evicted),
    );
    gauge(
        &mut journal,
        "linecard_journal_listeners",
        "Clients that follow the journal",
        usage.listeners,
    );
    journal
}

fn gauge<N>(registry: &mut Registry, name: &str, help: &str, value: N)
where
    N: EncodeGaugeValue + std::fmt::Debug + Send + Sync + 'static,
{
    registry.register(name, help, ConstGauge::new(value));
}

/// Answers these registries, one after the other.
fn exposition(registries: &[&Registry]) -> Response {
    let mut text = String::new();
    for registry in registries {
        // Writing to a string cannot fail.
        let _ = encode(&mut text, registry);
    }
    Response::new(200, CONTENT_TYPE, text)
}

/// Counts the near misses in the journal that were not counted before.
async fn count_near_misses(control: &Control) -> Result<(), Problem> {
    let mut reader = JournalReader::for_entry(control).await?;
    for (_, entry) in control.journal.since(0).entries {
        control.metrics.count(&entry, reader.summary(&entry).await?);
    }
    Ok(())
}
