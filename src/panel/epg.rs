//! EPG sources: where the guide comes from, and which channels it has.

use super::context::Context;
use super::draft::{Change, Reference};
use super::error::{Error, Result, Thing};
use super::guide_file::{Channel, GuideChannels};
use super::noun::TableNoun;
use super::pending::PendingItem;
use super::transition::Resource;
use crate::store::view::{Owner, Polls, View, int, text, unix};

/// How a source is read.
pub static VIEW: View = View {
    owner: Owner::Shared,
    polls: Some(Polls::Guides),
    ..View::new(
        "epg",
        "id",
        &[(
            "epg",
            &[
                int("id"),
                text("epg_name"),
                text("epg_file"),
                unix("last_updated"),
                int("days_keep"),
                int("offset"),
            ],
        )],
    )
};

/// Sources as rows that can be made, changed and deleted.
pub static EPGS: TableNoun = TableNoun {
    follow,
    release,
    ..TableNoun::new(&VIEW, Thing::Epg)
};

/// A source that a value names.
pub static EXISTS: Reference = Reference {
    view: &VIEW,
    exists: "SELECT 1 FROM epg WHERE id = ?1",
    otherwise: |_| Error::NotFound(Thing::Epg),
};

/// A source that was made without a name gets its number for one.
fn follow(context: &Context<'_>, _: Change, id: i64) -> Result<()> {
    let sql = "UPDATE epg SET epg_name = 'EPG ' || id WHERE id = ?1 AND epg_name = ''";
    context.db.prepare_cached(sql)?.execute([id])?;
    Ok(())
}

/// Streams that used it have no guide any more; its channels go with it.
fn release(context: &Context<'_>, id: i64) -> Result<()> {
    let sql = "UPDATE streams SET epg_id = NULL, channel_id = NULL, epg_lang = NULL WHERE epg_id = ?1";
    context.db.prepare_cached(sql)?.execute([id])?;
    Ok(())
}

/// The sources that a reload is about: one, or all of them, with their files.
///
/// # Errors
/// [`Error::NotFound`] for an id that is given and unknown, and for a caller who is no administrator.
pub fn sources(context: &Context<'_>, id: Option<i64>) -> Result<Vec<(i64, String)>> {
    context.must_be_admin(Thing::Epg)?;
    let mut query = context
        .db
        .prepare_cached("SELECT id, epg_file FROM epg WHERE ?1 IS NULL OR id = ?1 ORDER BY id")?;
    let found: Vec<(i64, String)> = query
        .query_map([id], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    match found.is_empty() && id.is_some() {
        true => Err(Error::NotFound(Thing::Epg)),
        false => Ok(found),
    }
}

/// Reads a source anew: at once or, where guides take their time, when it is ready. One that is not
/// ready yet begins again.
///
/// # Errors
/// [`Error::NotFound`] for a caller who is no administrator.
pub fn reload(context: &Context<'_>, id: i64, channels: &GuideChannels) -> Result<()> {
    context.must_be_admin(Thing::Epg)?;
    let pending = context.panel.pending();
    match pending.until(Resource::Epg, context.now) {
        None => {
            pending.end_guide(id);
            reloaded(context, id, channels.as_deref().map(Vec::as_slice), context.now).map(drop)
        }
        Some(until) => {
            pending.wait(PendingItem {
                resource: Resource::Epg,
                id,
                kind: 0,
                row: 0,
                until,
                channels: channels.clone(),
            });
            Ok(())
        }
    }
}

/// Marks a source as read at an instant, and stores its channels where the file could be read. Answers
/// whether there is such a source.
pub fn reloaded(context: &Context<'_>, id: i64, channels: Option<&[Channel]>, at: i64) -> Result<bool> {
    let mut update = context
        .db
        .prepare_cached("UPDATE epg SET last_updated = ?2 WHERE id = ?1")?;
    if update.execute([id, at])? == 0 {
        return Ok(false);
    }
    let Some(channels) = channels else {
        return Ok(true);
    };
    context
        .db
        .prepare_cached("DELETE FROM epg_channels WHERE epg_id = ?1")?
        .execute([id])?;
    let mut insert = context.db.prepare_cached(
        "INSERT INTO epg_channels (epg_id, channel_id, name, langs) SELECT id, ?2, ?3, ?4 FROM epg WHERE id = ?1",
    )?;
    for channel in channels {
        let languages = serde_json::Value::from(channel.languages.clone()).to_string();
        insert.execute((id, &channel.id, &channel.name, languages))?;
    }
    Ok(true)
}
