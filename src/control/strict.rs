//! Strictness: whether what is suspicious about a request is only noted, told in the log, or refused (contract
//! "The fixture", section 8). A refusal comes instead of what a real panel would do, with the hint.
//!
//! What a dialect refuses in its own words when it is strict is left to it.

use serde_json::json;

use super::Control;
use super::journal::entry::Entry;
use super::journal::reader::JournalReader;
use super::problem::Problem;
use crate::dialects::near_miss::NearMiss;
use crate::dialects::{Api, Dialect, Dialects, describe};
use crate::http::Response;
use crate::panel::access_cache::AccessCache;
use crate::panel::strictness::Strictness;

/// What is suspicious about a request of the journal, which is counted; `None` where the panel's rows could not
/// be read.
pub async fn near_misses(control: &Control, entry: &Entry) -> Option<Vec<NearMiss>> {
    let mut reader = JournalReader::about(control).await.ok()?;
    let summary = reader.summary(entry).await.ok()?;
    control.metrics.count(entry, summary);
    Some(summary.described.near_misses.clone())
}

/// What is suspicious about a request that no journal has.
pub async fn describe(dialects: Dialects, access: &AccessCache, entry: &Entry) -> Vec<NearMiss> {
    let headers = entry.headers();
    let described = describe::describe(dialects, access, entry.recorded(&headers)).await;
    described.near_misses
}

/// Tells the log what is suspicious about a request. The answer, where that is a reason to refuse it.
pub fn judge(
    strictness: Strictness,
    dialect: Option<&dyn Dialect>,
    is_blocked: bool,
    near_misses: &[NearMiss],
) -> Option<Response> {
    let api = dialect.map_or(Api::NONE, Dialect::api);
    for NearMiss { kind, hint, .. } in near_misses {
        tracing::warn!(api = api.name(), "{kind}: {hint}");
    }
    if strictness != Strictness::Error || is_blocked {
        return None;
    }
    let is_reason = |near_miss: &&NearMiss| {
        // These two are nothing that the client did wrong.
        let is_ours = matches!(near_miss.kind, "body_cut" | "body_too_large");
        !is_ours && !dialect.is_some_and(|dialect| dialect.refuses(near_miss.kind))
    };
    let mut reasons = near_misses.iter().filter(is_reason);
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
