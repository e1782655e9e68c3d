//! EPG sources: the files of the guide and the channels in them.

use std::sync::Arc;

use crate::panel::context::Context;
use crate::panel::draft::{Change, Reference};
use crate::panel::error::{Error, Result, Thing};
use crate::panel::fields::{Field, FieldType, Fields, MOST, stored};
use crate::panel::guide::{self, StagedGuide};
use crate::panel::noun::TableNoun;
use crate::panel::pending::PendingItem;
use crate::panel::transition::Resource;
use crate::store::view::{Owner, Polls, View};

/// How a source is read.
pub static VIEW: View = View {
    owner: Owner::Shared,
    polls: Some(Polls::Guides),
    ..View::new("epg", "id", &[])
};

/// What callers write of a source.
#[rustfmt::skip]
pub static FIELDS: Fields = Fields::new("epg", &[
    stored("epg_name", "The name of the source.").refused_when_empty().default("`EPG ` and the id"),
    stored("epg_file", "An address, or the path of an XMLTV file on this machine."),
    Field::new("days_keep", FieldType::Int(1, MOST), "Days that programmes are kept."),
    stored("offset", "Minutes that its times are shifted by."),
]);

/// Sources, which can be created, changed and deleted.
pub static EPGS: TableNoun = TableNoun {
    follow,
    release,
    ..TableNoun::new(&VIEW, Thing::Epg)
};

/// A reference to a source.
pub static EXISTS: Reference = Reference {
    view: &VIEW,
    otherwise: Error::Invalid,
};

/// A source that was created without a name is named after its id. One that has got its first file is imported in the
/// background, after this job: nothing is done then if the source was not committed.
fn follow(context: &Context<'_>, _: Change, id: i64) -> Result<()> {
    let sql = "UPDATE epg SET epg_name = 'EPG ' || id WHERE id = ?1 AND epg_name = ''";
    context.db.prepare_cached(sql)?.execute([id])?;
    let sql = "SELECT 1 FROM epg WHERE id = ?1 AND epg_file <> '' AND last_updated IS NULL
               AND NOT EXISTS (SELECT 1 FROM epg_imports WHERE epg_id = ?1)";
    if context.db.prepare_cached(sql)?.exists([id])? {
        guide::import::start(context.panel, &[id]);
    }
    let sql = "SELECT 1 FROM epg WHERE id = ?1 AND epg_file <> ''";
    if context.db.prepare_cached(sql)?.exists([id])? {
        guide::daily::start(context.panel);
    }
    Ok(())
}

/// Removes the source from the streams that used it, and deletes its channels.
fn release(context: &Context<'_>, id: i64) -> Result<()> {
    let sql = "UPDATE streams SET epg_id = NULL, channel_id = NULL, epg_lang = NULL WHERE epg_id = ?1";
    context.db.prepare_cached(sql)?.execute([id])?;
    Ok(())
}

/// Returns the sources to reload, one or all of them, with their files.
///
/// # Errors
/// [`Error::NotFound`] for an unknown id, and for a caller who is not an administrator.
pub fn sources(context: &Context<'_>, id: Option<i64>) -> Result<Vec<(i64, String)>> {
    context.must_be_admin(Thing::Epg)?;
    let mut query = context
        .db
        .prepare_cached("SELECT id, epg_file FROM epg WHERE ?1 IS NULL OR id = ?1 ORDER BY id")?;
    let sources: Vec<(i64, String)> = query
        .query_map([id], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    match sources.is_empty() && id.is_some() {
        true => Err(Error::NotFound(Thing::Epg)),
        false => Ok(sources),
    }
}

/// Shows what was read of a source: at once or, if the transition of guides is not immediate, when that is due. A
/// reload that is still pending starts again. Returns whether it is shown.
///
/// # Errors
/// SQLite's.
pub fn reload(context: &Context<'_>, id: i64, staged: Option<&Arc<StagedGuide>>) -> Result<bool> {
    let pending = context.panel.pending();
    match pending.until(Resource::Epg, context.now) {
        None => {
            pending.end_guide(id);
            reloaded(context, id, staged.map(AsRef::as_ref), context.now)?;
            Ok(true)
        }
        Some(until) => {
            pending.wait(PendingItem {
                resource: Resource::Epg,
                id,
                kind: 0,
                row: 0,
                until,
                guide: staged.cloned(),
            });
            Ok(false)
        }
    }
}

/// Marks a source as loaded at an instant, and shows its guide if the file could be read. Returns whether the source
/// exists.
///
/// # Errors
/// SQLite's.
pub fn reloaded(context: &Context<'_>, id: i64, staged: Option<&StagedGuide>, at: i64) -> Result<bool> {
    let mut update = context
        .db
        .prepare_cached("UPDATE epg SET last_updated = ?2 WHERE id = ?1")?;
    if update.execute([id, at])? == 0 {
        return Ok(false);
    }
    staged.map_or(Ok(()), |staged| guide::show(context, id, staged))?;
    Ok(true)
}
