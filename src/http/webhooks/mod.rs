//! Takes events to the endpoints of webhooks over HTTP (contract "REST APIs", part C): the body, the headers of the Standard
//! Webhooks convention, and the connection, which is made only to an address that was checked. What is due when, and what
//! follows from an answer, is the panel's (`panel::webhooks`).
//!
//! The client is that of sources: redirects are not followed here, and a status of 2xx within the time is all that counts.

mod faults;
mod watch;

use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::sync::Arc;
use std::time::Duration;

use actix_web::http::header::CONTENT_TYPE;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use hyper::Request;
use url::Url;

use super::address::Address;
use crate::control::journal::entry::Entry;
use crate::dialects::Dialects;
use crate::dialects::base_url::BaseUrl;
use crate::dialects::rest::times::printed_millis;
use crate::media::source::http::{FetchError, Guard, Policy, SystemResolver, post, posting};
use crate::panel::Panel;
use crate::panel::clock::system_second;
use crate::panel::settings::WebhookSettings;
use crate::panel::webhooks::{Carrier, Outcome, Parcel, Subject, signing};
pub use watch::Watch;

/// How long an attempt may take, in real time: the name, the connection and the head of the answer.
const LONGEST: Duration = Duration::from_secs(10);

/// What requests come from.
const AGENT: &str = concat!("Linecard/", env!("CARGO_PKG_VERSION"));

/// The carrier of a panel.
pub struct HttpCarrier {
    dialects: Dialects,
    address: Arc<Address>,
    watch: Watch,
}

/// One attempt.
struct Attempt<'a> {
    panel: &'a Arc<Panel>,
    parcel: &'a Parcel,
    /// The instant that it is dated with, by the panel's clock.
    at: i64,
    prepared: Prepared,
}

impl HttpCarrier {
    /// The carrier of a panel at an address. A dialect writes its objects.
    pub fn new(dialects: Dialects, address: Arc<Address>, watch: Watch) -> HttpCarrier {
        HttpCarrier {
            dialects,
            address,
            watch,
        }
    }

    /// Makes an attempt within its time, and notes what came of it.
    async fn watched(&self, attempt: &Attempt<'_>) -> Outcome {
        let mut log = self.watch.begin(attempt);
        let entry = log.as_ref().map(|log| log.entry().as_ref());
        let ended = tokio::time::timeout(LONGEST, self.attempt(attempt, entry)).await;
        let outcome = ended.unwrap_or_else(|_| Outcome::Failed("no answer within 10 s".to_owned()));
        self.watch.end(log.as_mut(), &attempt.parcel.event, &outcome);
        outcome
    }

    async fn attempt(&self, attempt: &Attempt<'_>, entry: Option<&Entry>) -> Outcome {
        let access = match attempt.panel.access().await {
            Ok(access) => access,
            Err(error) => return Outcome::Failed(error.to_string()),
        };
        let send = attempt.prepared.send(access.settings.webhooks);
        match entry.and_then(|entry| self.watch.plan(self.dialects, &access, entry)) {
            Some(plan) => faults::under(plan, attempt, send).await,
            None => send.await,
        }
    }
}

impl Carrier for HttpCarrier {
    fn data(&self, subject: &Subject) -> String {
        let base = BaseUrl::of_server(&self.address).text();
        let found = self.dialects.iter().find_map(|one| one.event_data(subject, &base));
        // Without the dialect of an object its events have none.
        found.unwrap_or_default().to_string()
    }

    fn carry<'a>(&'a self, panel: &'a Arc<Panel>, parcel: &'a Parcel, at: i64) -> BoxFuture<'a, Outcome> {
        let carried = async move {
            // Of what cannot be sent there is no request to show.
            let prepared = match Prepared::new(parcel) {
                Ok(prepared) => prepared,
                Err(error) => return Outcome::Failed(error),
            };
            let attempt = Attempt {
                panel,
                parcel,
                at,
                prepared,
            };
            self.watched(&attempt).await
        };
        carried.boxed()
    }
}

/// A request that can be sent.
struct Prepared {
    url: Url,
    request: Request<String>,
}

impl Prepared {
    fn new(parcel: &Parcel) -> Result<Prepared, String> {
        let url = Url::parse(&parcel.url).map_err(|_| "the endpoint's URL is none".to_owned())?;
        let key = signing::key(&parcel.secret);
        let key = key.ok_or_else(|| format!("the endpoint's secret is not {}", signing::FORM))?;
        // Unix seconds of the system's clock: receivers refuse what is far off their own.
        let (id, timestamp) = (event_id(parcel.event_id), system_second());
        let body = format!(
            r#"{{"id":"{id}","type":"{}","timestamp":"{}","data":{}}}"#,
            parcel.event,
            printed_millis(parcel.at).unwrap_or_default(),
            parcel.data
        );
        let signature = signing::signature(&key, &id, timestamp, &body).unwrap_or_default();
        let timestamp = timestamp.to_string();
        let headers = [
            (CONTENT_TYPE.as_str(), "application/json"),
            ("webhook-id", &id),
            ("webhook-timestamp", &timestamp),
            ("webhook-signature", &signature),
        ];
        let request = posting(AGENT, &url, &headers, body).map_err(|error| error.to_string())?;
        Ok(Prepared { url, request })
    }

    async fn send(&self, settings: WebhookSettings) -> Outcome {
        if let Err(error) = check_scheme(&self.url, settings) {
            return Outcome::Failed(error);
        }
        let policy = Policy {
            guard: guard(settings),
            verifies_tls: true,
            user_agent: AGENT.to_owned(),
            resolver: Arc::new(SystemResolver),
        };
        match post(&policy, &self.url, self.request.clone()).await {
            Ok(status) => Outcome::Answered(status),
            Err(FetchError::Refused(address)) => Outcome::Failed(private(address)),
            Err(error) => Outcome::Failed(error.to_string()),
        }
    }
}

/// Returns the id of an event.
pub fn event_id(number: i64) -> String {
    format!("evt_{number:06}")
}

fn guard(settings: WebhookSettings) -> Guard {
    Guard {
        allows_private: settings.private_targets,
        allowed: Vec::new(),
    }
}

fn private(address: IpAddr) -> String {
    format!("the host's address {address} is private: set webhook_private_targets to let it be told")
}

fn check_scheme(url: &Url, settings: WebhookSettings) -> Result<(), String> {
    match url.scheme() {
        "https" => Ok(()),
        "http" if settings.http => Ok(()),
        "http" => Err("it is no https URL: set webhook_http to let http be used".to_owned()),
        other => Err(format!("{other} URLs are not called, only https and http are")),
    }
}

/// Checks the URL of a new endpoint. A host that has no address yet is checked at each delivery, as all are.
///
/// # Errors
/// Why it may not be called, in one line.
pub fn check_target(url: &str, settings: WebhookSettings) -> Result<(), String> {
    let url = Url::parse(url).map_err(|error| format!("{url:?} is no URL: {error}"))?;
    check_scheme(&url, settings)?;
    let host = url.host_str().ok_or("the URL has no host")?;
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let port = url.port_or_known_default().unwrap_or(443);
    let found: Vec<SocketAddr> = (host, port)
        .to_socket_addrs()
        .map(Iterator::collect)
        .unwrap_or_default();
    let guard = guard(settings);
    match found.first() {
        Some(first) if !found.iter().any(|one| guard.allows(one.ip())) => Err(private(first.ip())),
        _ => Ok(()),
    }
}
