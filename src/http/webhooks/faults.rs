//! Faults on deliveries: they act in the receiver's place. Only a rule that names the api `webhook` does; the action is the
//! event.

use super::Attempt;
use crate::control::faults::{ActiveFault, Effect, FaultPlan};
use crate::dialects::presets::PresetContext;
use crate::http::Response;
use crate::http::delivery::Pace;
use crate::panel::webhooks::Outcome;

/// Makes an attempt under its faults.
pub(super) async fn under(plan: FaultPlan, attempt: &Attempt<'_>, send: impl Future<Output = Outcome>) -> Outcome {
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
    let url = &attempt.prepared.url;
    let about = PresetContext {
        method: "POST",
        path: url.path(),
        query: url.query().unwrap_or_default(),
        hit,
        rng,
        url: &attempt.parcel.url,
        now: attempt.at,
        zone: attempt.panel.zone(),
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
