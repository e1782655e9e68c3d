//! Strictness: whether a suspicious request is only recorded, also logged, or refused (contract "The fixture",
//! section 8). The refusal has the hint and replaces the answer of a real panel.
//!
//! What a dialect refuses in its own format when it is strict is left to the dialect.

use serde_json::json;

use super::Control;
use super::journal::entry::Entry;
use super::journal::reader::JournalReader;
use super::journal::requests::ShownNearMiss;
use super::problem::Problem;
use crate::dialects::near_miss::NearMiss;
use crate::dialects::{Api, Dialect, Dialects, describe, hints};
use crate::http::Response;
use crate::panel::Panel;
use crate::panel::access_cache::AccessCache;
use crate::panel::secrets::masker::Masker;
use crate::panel::strictness::Strictness;

/// Returns and counts the near misses of a request in the journal; `None` if the panel's rows could not be
/// read.
pub async fn near_misses(control: &Control, entry: &Entry) -> Option<Vec<NearMiss>> {
    let mut reader = JournalReader::for_entry(control).await.ok()?;
    let summary = reader.summary(entry).await.ok()?;
    control.metrics.count(entry, summary);
    let mut near_misses = summary.described.near_misses.clone();
    if !near_misses.is_empty() {
        let masker = reader.masker(entry, summary).await.ok()?;
        near_misses.iter_mut().for_each(|one| mask(one, &masker));
    }
    Some(near_misses)
}

/// Masks the secrets in what is logged and told.
fn mask(near_miss: &mut NearMiss, masker: &Masker) {
    near_miss.hint = masker.text(&near_miss.hint).into_owned();
}

/// Returns the near misses of a request that is in no journal; `None` if the panel's rows could not be read.
pub async fn describe(dialects: Dialects, panel: &Panel, access: &AccessCache, entry: &Entry) -> Option<Vec<NearMiss>> {
    let headers = entry.headers();
    let described = describe::describe(dialects, access, entry.recorded(&headers)).await;
    let mut near_misses = described.near_misses;
    let is_raw = |near_miss: &&NearMiss| near_miss.kind == hints::RAW_BYTES;
    near_misses.extend(entry.arrival().iter().filter(is_raw).cloned());
    if !near_misses.is_empty() {
        let masker = panel.secrets().await.ok()?;
        near_misses.iter_mut().for_each(|one| mask(one, &masker));
    }
    Some(near_misses)
}

/// Logs the near misses of a request. Returns the refusal, if they are a reason for one.
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
        // These are limits of the server, not mistakes of the client.
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
    let shown = |one: &NearMiss| ShownNearMiss {
        kind: one.kind,
        hint: one.hint.clone(),
    };
    let all: Vec<_> = std::iter::once(first).chain(reasons).map(shown).collect();
    Some(problem.with("findings", json!(all)).response())
}
