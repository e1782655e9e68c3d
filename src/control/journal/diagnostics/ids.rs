//! Ids of another type: what is not there as what it was asked for may be there as something else.

use rusqlite::OptionalExtension;

use crate::dialects::describe::{Api, NearMiss, Summary, near_miss};
use crate::dialects::xtream::admin::actions;
use crate::panel::error::Thing;
use crate::store::{Store, StoreError};

/// Something that an id may be.
struct IdType {
    /// How the Admin API's actions call it.
    noun: &'static str,
    /// What an id is that `own` finds.
    is: &'static str,
    /// The id by which its actions know it.
    own: &'static str,
}

/// Who has access.
#[rustfmt::skip] // One row a line: this is a table.
static CUSTOMERS: [IdType; 6] = [
    IdType { noun: "line",   is: "a line",                       own: "SELECT id FROM lines WHERE id = ?1 AND is_mag = 0 AND is_e2 = 0" },
    IdType { noun: "mag",    is: "a MAG device",                 own: "SELECT mag_id FROM mag_devices WHERE mag_id = ?1" },
    IdType { noun: "mag",    is: "the line of a MAG device",     own: "SELECT mag_id FROM mag_devices WHERE user_id = ?1" },
    IdType { noun: "enigma", is: "an Enigma2 device",            own: "SELECT device_id FROM enigma2_devices WHERE device_id = ?1" },
    IdType { noun: "enigma", is: "the line of an Enigma2 device", own: "SELECT device_id FROM enigma2_devices WHERE user_id = ?1" },
    IdType { noun: "user",   is: "an account",                   own: "SELECT id FROM users WHERE id = ?1" },
];

/// What they watch.
#[rustfmt::skip]
static CONTENT: [IdType; 6] = [
    IdType { noun: "stream",  is: "a live stream",     own: "SELECT id FROM streams WHERE id = ?1 AND type = 1" },
    IdType { noun: "movie",   is: "a movie",           own: "SELECT id FROM streams WHERE id = ?1 AND type = 2" },
    IdType { noun: "channel", is: "a created channel", own: "SELECT id FROM streams WHERE id = ?1 AND type = 3" },
    IdType { noun: "station", is: "a radio station",   own: "SELECT id FROM streams WHERE id = ?1 AND type = 4" },
    IdType { noun: "episode", is: "an episode",        own: "SELECT id FROM streams WHERE id = ?1 AND type = 5" },
    IdType { noun: "series",  is: "a series",          own: "SELECT id FROM streams_series WHERE id = ?1" },
];

/// What an id can be confused with that named no such thing.
fn id_types(missing: Thing) -> &'static [IdType] {
    match missing {
        Thing::Line | Thing::MagDevice | Thing::EnigmaDevice | Thing::User => &CUSTOMERS,
        Thing::Stream | Thing::Channel | Thing::Movie | Thing::Series | Thing::Episode => &CONTENT,
        _ => &[],
    }
}

/// What the id of a request is, when it is not what it was sent as.
///
/// # Errors
/// The store's.
pub async fn of_another_type(store: &Store, missing: Thing, summary: &Summary) -> Result<Option<NearMiss>, StoreError> {
    let id = summary.variable("id").and_then(|id| id.parse::<i64>().ok());
    let (id_types, Some(id)) = (id_types(missing), id) else {
        return Ok(None);
    };
    if id_types.is_empty() {
        return Ok(None);
    }
    let read = move |db: &rusqlite::Connection| {
        let mut found = Vec::new();
        for kind in id_types {
            let own = db.prepare_cached(kind.own)?.query_row([id], |row| row.get::<_, i64>(0));
            found.extend(own.optional()?.map(|own| (kind, own)));
        }
        Ok::<_, StoreError>(found)
    };
    let found = store.read(read).await?;
    let said: Vec<String> = found
        .into_iter()
        .filter_map(|(kind, own)| words(kind, id, own, summary))
        .collect();
    Ok((!said.is_empty()).then(|| near_miss("other_type", said.join("; "))))
}

/// What an id is, and what to call instead; nothing where that was called: it is there by now.
fn words(kind: &IdType, id: i64, own: i64, summary: &Summary) -> Option<String> {
    let is = format!("{id} is {}", kind.is);
    if summary.api != Api::Admin {
        return Some(is);
    }
    let called = summary.action.as_deref().unwrap_or_default();
    let verb = called.split('_').next().unwrap_or_default();
    let noun = kind.noun;
    let candidates = [format!("{verb}_{noun}"), format!("get_{noun}"), format!("get_{noun}s")];
    let instead = candidates.into_iter().find(|name| actions::find(name).is_some())?;
    match own == id {
        true if instead == called => None,
        true => Some(format!("{is}: use {instead}")),
        false => Some(format!("{is}: use {instead} with id={own}")),
    }
}
