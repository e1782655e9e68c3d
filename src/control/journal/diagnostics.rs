//! Near misses that depend on the answer: the dialect computes them when the entry is first read after the
//! answer.

use super::entry::{Entry, RequestSummary};
use crate::control::Control;
use crate::control::problem::Problem;
use crate::dialects::diagnosis::{self, Ended};
use crate::dialects::near_miss::NearMiss;

/// Returns the near misses of a finished request.
pub async fn of_ended(control: &Control, entry: &Entry, summary: &RequestSummary) -> Result<Vec<NearMiss>, Problem> {
    let ended = Ended {
        path: entry.target().0,
        trace: entry.trace().copied(),
        described: &summary.described,
    };
    let diagnosis = match control.dialects().get(summary.described.api) {
        Some(dialect) => dialect.diagnose(&control.panel, ended),
        None => diagnosis::refused(&control.panel, ended, "the caller's address is not allowed here"),
    };
    Ok(diagnosis.await?)
}
