//! Deletes customers by name: all lines and devices whose name matches, at once. It lets test runs that share
//! a panel clean up only their own rows.

use super::context::Context;
use super::devices::{ENIGMAS, MAGS};
use super::error::Result;
use super::lines::LINES;
use super::noun::Noun;
use crate::store::view::View;

/// The numbers of deleted rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Deleted {
    pub lines: usize,
    pub mags: usize,
    pub enigmas: usize,
}

/// Deletes the lines whose username matches and the devices whose MAC matches, because the username of a
/// device's hidden line is random. Rows that the caller may not see never match.
pub fn delete(context: &Context<'_>, matches: impl Fn(&str) -> bool) -> Result<Deleted> {
    let all = |noun: &dyn Noun, names: &str| -> Result<usize> {
        let ids = matching_ids(context, noun.view(), names, &matches)?;
        ids.iter().try_for_each(|id| noun.delete(context, *id))?;
        Ok(ids.len())
    };
    Ok(Deleted {
        lines: all(&LINES, "SELECT id, username FROM lines WHERE is_mag = 0 AND is_e2 = 0")?,
        mags: all(&MAGS, "SELECT mag_id, mac FROM mag_devices")?,
        enigmas: all(&ENIGMAS, "SELECT device_id, mac FROM enigma2_devices")?,
    })
}

/// Returns the ids of the rows that the caller may see and whose names match.
fn matching_ids(context: &Context<'_>, view: &View, names: &str, matches: impl Fn(&str) -> bool) -> Result<Vec<i64>> {
    let mut query = context.db.prepare_cached(names)?;
    let mut rows = query.query([])?;
    let mut ids = Vec::new();
    while let Some(row) = rows.next()? {
        if row.get_ref(1)?.as_str().is_ok_and(&matches) {
            let id = row.get(0)?;
            if context.sees(view, id)? {
                ids.push(id);
            }
        }
    }
    Ok(ids)
}
