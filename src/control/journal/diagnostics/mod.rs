//! What is odd about a request in the light of its answer: a key that was not good, a password that
//! is not the line's, an id of another type. The panel's rows are asked when somebody reads the
//! journal, not when the request is answered, so that nothing of it costs a request anything.

mod credentials;
mod ids;

use super::entry::{Entry, RequestSummary};
use crate::control::Control;
use crate::control::problem::Problem;
use crate::dialects::describe::{Api, NearMiss};
use crate::panel::access_cache::AccessCache;

/// What is odd about a request that has ended.
///
/// # Errors
/// The store's.
pub async fn of(
    control: &Control,
    access: &AccessCache,
    entry: &Entry,
    told: &RequestSummary,
) -> Result<Vec<NearMiss>, Problem> {
    let (store, summary) = (control.panel.store(), &told.summary);
    if let Api::Player(_) = summary.api {
        let found = credentials::of_player(store, entry.target().0, summary).await?;
        return Ok(found.into_iter().collect());
    }
    let Some(trace) = entry.trace() else {
        return Ok(Vec::new());
    };
    let refused = credentials::refused(store, access, trace.auth, summary).await?;
    let missed = match trace.missing {
        None => None,
        Some(thing) => match credentials::wrong_password(store, thing, summary).await? {
            Some(near_miss) => Some(near_miss),
            None => ids::of_another_type(store, thing, summary).await?,
        },
    };
    Ok(refused.into_iter().chain(missed).collect())
}
