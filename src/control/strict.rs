//! Strictness: whether what is odd about a request is only noted, told in the log, or refused (contract
//! "The fixture", section 8). A refusal comes instead of what a real panel would do, with the hint.
//!
//! What a dialect refuses in its own words when it is strict (contract "Admin API", section 1: a
//! parameter that an action does not know; a wrong method) is left to it.

use std::sync::Arc;
use std::time::Instant;

use serde_json::json;

use super::journal::entry::Entry;
use super::metrics::Metrics;
use super::problem::Problem;
use crate::dialects;
use crate::dialects::describe::{Api, NearMiss, describe};
use crate::http::{Request, Response};
use crate::panel::Panel;
use crate::panel::strictness::Strictness;

/// Answers a request where there is no control plane, and so no journal that knows it. What is odd is
/// counted in `metrics`.
pub async fn answer<'h, H: Iterator<Item = (&'h str, &'h [u8])>>(
    panel: &Arc<Panel>,
    request: Request<'_>,
    headers: impl Fn() -> H,
    metrics: Option<&Metrics>,
) -> Response {
    let strictness = panel.strictness();
    if strictness != Strictness::Off
        && let Ok(access) = panel.access().await
    {
        let api = Api::of(&access, request.path);
        let entry = Entry::new(api, panel.clock().now(), Instant::now(), &request, headers);
        let headers = entry.headers();
        let told = describe(&access, &entry.sent(&headers)).await;
        if let Some(metrics) = metrics {
            metrics.odd(&told.near_misses);
        }
        if let Some(refusal) = judge(strictness, panel, &request, api, &told.near_misses).await {
            return refusal;
        }
    }
    dialects::answer(panel, request).await
}

/// Tells the log what is odd about a request. The answer, where that is a reason to refuse it.
pub async fn judge(
    strictness: Strictness,
    panel: &Panel,
    request: &Request<'_>,
    api: Api,
    near_misses: &[NearMiss],
) -> Option<Response> {
    if strictness == Strictness::Off {
        return None;
    }
    for NearMiss { kind, hint, .. } in near_misses {
        tracing::warn!(api = api.name(), "{kind}: {hint}");
    }
    if strictness != Strictness::Error || dialects::is_shut_out(panel, request).await {
        return None;
    }
    let mut reasons = near_misses.iter().filter(|near_miss| !is_left_to(api, near_miss.kind));
    let first = reasons.next()?;
    let (status, kind) = match first.kind {
        "unknown_action" | "other_api" | "not_served" => (501, "not_implemented"),
        _ => (400, "bad_request"),
    };
    let detail = format!("strict: {}", first.kind);
    let problem = Problem::new(status, kind, detail, first.hint.as_str());
    let shown = |one: &NearMiss| json!({ "kind": one.kind, "hint": one.hint });
    let all: Vec<_> = std::iter::once(first).chain(reasons).map(shown).collect();
    Some(problem.with("findings", json!(all)).response())
}

/// Whether a dialect has its own words for it, or it is nothing that the client did wrong.
fn is_left_to(api: Api, kind: &str) -> bool {
    matches!(
        (api, kind),
        (Api::Admin, "unknown_parameter" | "method") | (_, "body_cut" | "body_too_large")
    )
}
