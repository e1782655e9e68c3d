//! What is odd about a request in the light of its answer: a key that was not good, a password that
//! is not the line's, an id of another type. The panel's rows are asked when somebody reads the
//! journal, not when the request is answered, so that nothing of it costs a request anything.

mod credentials;
mod ids;

use super::Control;
use super::entry::{Entry, Told};
use super::problem::Problem;
use crate::panel::gates::Gates;
use crate::wire::describe::{Api, Finding};

/// What is odd about a request that has ended.
///
/// # Errors
/// The store's.
pub async fn of(control: &Control, gates: &Gates, entry: &Entry, told: &Told) -> Result<Vec<Finding>, Problem> {
    let (store, described) = (control.panel.store(), &told.described);
    if let Api::Player(_) = described.api {
        let found = credentials::of_player(store, entry.target().0, described).await?;
        return Ok(found.into_iter().collect());
    }
    let Some(trace) = entry.trace() else {
        return Ok(Vec::new());
    };
    let refused = credentials::refused(store, gates, trace.auth, described).await?;
    let missed = match trace.missing {
        None => None,
        Some(thing) => match credentials::wrong_password(store, thing, described).await? {
            Some(finding) => Some(finding),
            None => ids::of_another_type(store, thing, described).await?,
        },
    };
    Ok(refused.into_iter().chain(missed).collect())
}
