//! The endpoint of webhooks: who is told, and what became of each event (contract "REST APIs", part C).

use serde::Serialize;
use utoipa::ToSchema;

use super::Control;
use super::clock::instants::printed;
use super::journal::filter;
use super::members::answer;
use super::problem::Problem;
use crate::http::webhooks::event_id;
use crate::http::{Request, Response};
use crate::panel::Caller;
use crate::panel::webhooks::endpoints::{self, Endpoint};
use crate::panel::webhooks::event;
use crate::panel::webhooks::outbox::{self, Delivery, DeliveryFilter, STATES};
use crate::spelling::nearest;

/// The filters: of deliveries alone, but for the endpoint.
pub const FILTERS: [&str; 5] = ["since", "limit", "endpoint", "event", "status"];

/// Deliveries of an answer, unless the query has another number.
const USUAL: u64 = 100;
/// The most of them.
const MOST: u64 = 10_000;

/// Endpoints of webhooks and deliveries to them.
#[derive(Serialize, ToSchema)]
pub struct WebhookList {
    endpoints: Vec<WebhookEndpoint>,
    /// The oldest first.
    deliveries: Vec<WebhookDelivery>,
    /// Whether there are others: older ones, or later ones where `since` was sent.
    more: bool,
}

/// An endpoint.
#[derive(Serialize, ToSchema)]
pub struct WebhookEndpoint {
    id: i64,
    url: String,
    /// Empty for all.
    events: Vec<String>,
    active: bool,
}

/// An event on its way to an endpoint.
#[derive(Serialize, ToSchema)]
pub struct WebhookDelivery {
    id: i64,
    /// The endpoint's id.
    endpoint: i64,
    url: String,
    /// What the receiver gets as `webhook-id`.
    event_id: String,
    event: String,
    /// The kind of thing that the event is about.
    object: String,
    object_id: i64,
    #[schema(required)]
    at: Option<String>,
    /// `pending`, `delivered` or `failed`, which is given up.
    status: String,
    attempts: i64,
    /// The HTTP status of the last answer.
    #[schema(required)]
    answer: Option<u16>,
    /// Why there was none.
    #[schema(required)]
    error: Option<String>,
    #[schema(required)]
    last_attempt: Option<String>,
    /// Null too while an earlier event of the object is pending.
    #[schema(required)]
    next_attempt: Option<String>,
}

/// `GET /_linecard/webhooks`.
pub async fn list(control: &Control, request: &Request<'_>) -> Result<Response, Problem> {
    let filter = read(request)?;
    let listed = control.panel.read(Caller::Admin(None), move |context| {
        Ok((endpoints::list(context.db)?, outbox::list(context, &filter)?))
    });
    let (endpoints, (deliveries, more)) = listed.await?;
    Ok(answer(&WebhookList {
        endpoints: endpoints.into_iter().map(WebhookEndpoint::from).collect(),
        deliveries: deliveries.into_iter().map(WebhookDelivery::from).collect(),
        more,
    }))
}

fn read(request: &Request<'_>) -> Result<DeliveryFilter, Problem> {
    let query = filter::query(request, &FILTERS)?;
    let number = |name: &str| -> Result<Option<i64>, Problem> {
        let number = filter::number(&query, name)?;
        Ok(number.map(|number| i64::try_from(number).unwrap_or(i64::MAX)))
    };
    let limit = filter::number(&query, "limit")?.unwrap_or(USUAL).min(MOST);
    Ok(DeliveryFilter {
        endpoint: number("endpoint")?,
        event: word(query.text("event"), "event", &event::names())?,
        state: word(query.text("status"), "status", &STATES)?,
        after: number("since")?,
        limit: i64::try_from(limit).unwrap_or(i64::MAX),
    })
}

/// A filter that is one of some words.
fn word(sent: Option<&str>, name: &str, known: &[&str]) -> Result<Option<String>, Problem> {
    match sent {
        Some(word) if !known.contains(&word) => {
            let hint = format!("there are {}{}", known.join(", "), nearest(word, known));
            Err(Problem::bad_request(format!("there is no {name} {word:?}"), hint))
        }
        word => Ok(word.map(str::to_owned)),
    }
}

impl From<Endpoint> for WebhookEndpoint {
    fn from(endpoint: Endpoint) -> WebhookEndpoint {
        let Endpoint {
            id,
            url,
            events,
            is_active: active,
            ..
        } = endpoint;
        WebhookEndpoint {
            id,
            url,
            events,
            active,
        }
    }
}

impl From<Delivery> for WebhookDelivery {
    fn from(one: Delivery) -> WebhookDelivery {
        WebhookDelivery {
            id: one.id,
            endpoint: one.endpoint,
            url: one.url,
            event_id: event_id(one.event_id),
            event: one.event,
            object: one.object,
            object_id: one.object_id,
            at: printed(one.at.div_euclid(1_000)),
            status: one.state,
            attempts: one.attempts,
            answer: one.status,
            error: one.error,
            last_attempt: one.attempted.and_then(printed),
            next_attempt: one.due.and_then(printed),
        }
    }
}
