//! Takes events to the endpoints of webhooks over HTTP (contract "REST APIs", part C): the body, the headers of the Standard
//! Webhooks convention, and the connection, which is made only to an address that was checked. What is due when, and what
//! follows from an answer, is the panel's (`panel::webhooks`).
//!
//! The client is that of sources: redirects are not followed here, and a status of 2xx within the time is all that counts.

mod faults;

use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::sync::Arc;
use std::time::Duration;

use actix_web::http::header::CONTENT_TYPE;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use url::Url;

use super::address::Address;
use crate::control::faults::Faults;
use crate::dialects::Dialects;
use crate::dialects::base_url::BaseUrl;
use crate::dialects::rest::times::printed_millis;
use crate::media::source::http::{FetchError, Guard, Policy, SystemResolver, post};
use crate::panel::Panel;
use crate::panel::clock::system_second;
use crate::panel::settings::WebhookSettings;
use crate::panel::webhooks::{Carrier, Outcome, Parcel, Subject, signing};

/// How long an attempt may take, in real time: the name, the connection and the head of the answer.
const LONGEST: Duration = Duration::from_secs(10);

/// What requests come from.
const AGENT: &str = concat!("Linecard/", env!("CARGO_PKG_VERSION"));

/// The carrier of a panel.
pub struct HttpCarrier {
    dialects: Dialects,
    address: Arc<Address>,
    /// Those of the control plane, if there is one.
    faults: Option<Arc<Faults>>,
}

impl HttpCarrier {
    /// The carrier of a panel at an address. A dialect writes its objects.
    pub fn new(dialects: Dialects, address: Arc<Address>, faults: Option<Arc<Faults>>) -> HttpCarrier {
        HttpCarrier {
            dialects,
            address,
            faults,
        }
    }

    async fn attempt(&self, panel: &Arc<Panel>, parcel: &Parcel) -> Outcome {
        let settings = match panel.access().await {
            Ok(access) => access.settings.webhooks,
            Err(error) => return Outcome::Failed(error.to_string()),
        };
        let request = match Prepared::new(parcel) {
            Ok(request) => request,
            Err(error) => return Outcome::Failed(error),
        };
        match self.faults.as_ref().filter(|faults| !faults.is_empty()) {
            Some(faults) => faults::under(faults, panel, parcel, &request.url, request.send(settings)).await,
            None => request.send(settings).await,
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

    fn carry<'a>(&'a self, panel: &'a Arc<Panel>, parcel: &'a Parcel) -> BoxFuture<'a, Outcome> {
        let attempt = async move {
            let ended = tokio::time::timeout(LONGEST, self.attempt(panel, parcel)).await;
            ended.unwrap_or_else(|_| Outcome::Failed("no answer within 10 s".to_owned()))
        };
        attempt.boxed()
    }
}

/// A request that can be sent.
struct Prepared {
    url: Url,
    id: String,
    /// Unix seconds of the system's clock: receivers refuse what is far off their own.
    timestamp: i64,
    signature: String,
    body: String,
}

impl Prepared {
    fn new(parcel: &Parcel) -> Result<Prepared, String> {
        let url = Url::parse(&parcel.url).map_err(|_| "the endpoint's URL is none".to_owned())?;
        let key = signing::key(&parcel.secret);
        let key = key.ok_or_else(|| format!("the endpoint's secret is not {}", signing::FORM))?;
        let (id, timestamp) = (event_id(parcel.event_id), system_second());
        let body = format!(
            r#"{{"id":"{id}","type":"{}","timestamp":"{}","data":{}}}"#,
            parcel.event,
            printed_millis(parcel.at).unwrap_or_default(),
            parcel.data
        );
        let signature = signing::signature(&key, &id, timestamp, &body).unwrap_or_default();
        Ok(Prepared {
            url,
            id,
            timestamp,
            signature,
            body,
        })
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
        let timestamp = self.timestamp.to_string();
        let headers = [
            (CONTENT_TYPE.as_str(), "application/json"),
            ("webhook-id", &self.id),
            ("webhook-timestamp", &timestamp),
            ("webhook-signature", &self.signature),
        ];
        match post(&policy, &self.url, &headers, self.body.clone()).await {
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
