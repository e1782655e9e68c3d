//! Faults on deliveries: they act in the receiver's place. Only a rule that names the api `webhook` does; the action is the
//! event.

use std::sync::Arc;

use url::Url;

use crate::control::faults::{ActiveFault, Effect, Faults};
use crate::control::verify::matching::MatchInput;
use crate::dialects::Api;
use crate::dialects::presets::PresetContext;
use crate::http::Response;
use crate::http::delivery::Pace;
use crate::panel::Panel;
use crate::panel::webhooks::{Outcome, Parcel};

/// Makes an attempt under the faults of its event.
pub async fn under(
    faults: &Faults,
    panel: &Arc<Panel>,
    parcel: &Parcel,
    url: &Url,
    send: impl Future<Output = Outcome>,
) -> Outcome {
    let now = panel.clock().now();
    let plan = faults.plan_for(&input(&parcel.event, url.path()), now);
    tokio::time::sleep(plan.before).await;
    let Some(active) = plan.active else {
        let outcome = send.await;
        tokio::time::sleep(plan.after).await;
        return outcome;
    };
    let ActiveFault {
        effect,
        after,
        hit,
        rng,
    } = active;
    let about = PresetContext {
        method: "POST",
        path: url.path(),
        query: url.query().unwrap_or_default(),
        hit,
        rng,
        url: &parcel.url,
        now,
        zone: panel.zone(),
    };
    let works = after || (effect.instead(&about).is_none() && !effect.drops_connection());
    let given = match works {
        true => match send.await {
            Outcome::Answered(status) => Some(status),
            failed => return failed,
        },
        false => None,
    };
    tokio::time::sleep(plan.after).await;
    let (pace, status) = answered(&effect, &about, given);
    match pace {
        Pace::Close | Pace::Reset => Outcome::Failed("a fault closed the connection".to_owned()),
        // The attempt takes too long.
        Pace::Hang => std::future::pending().await,
        // The body is not looked at.
        _ => Outcome::Answered(status),
    }
}

/// Returns what becomes of an answer, or of none, and its status.
fn answered(effect: &Effect, about: &PresetContext<'_>, given: Option<u16>) -> (Pace, u16) {
    let response = effect
        .instead(about)
        .unwrap_or_else(|| Response::empty(given.unwrap_or(200)));
    let delivery = effect.apply(response, &about.rng, false);
    (delivery.pace, delivery.response.status)
}

/// What a rule sees of a delivery.
fn input<'a>(event: &'a str, path: &'a str) -> MatchInput<'a> {
    MatchInput {
        api: Api::WEBHOOK.name(),
        action: Some(event),
        method: "POST",
        path,
        shown_path: path,
        query: &[],
        form: &[],
        headers: &[],
        user: None,
        shown_user: None,
        status: None,
        matched: true,
        named: None,
        is_over: false,
        bytes: None,
        watched: None,
        ended: None,
    }
}
