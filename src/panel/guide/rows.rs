//! What an import does in the writer, a job at a time: each is small, so that other writes need not wait.

use super::xmltv::{Channel, Programme};
use super::{IS_SHOWN, shown_generation};
use crate::panel::error::Thing;
use crate::panel::{Context, Error, Result};

/// Rows of a generation that are deleted in a job.
pub const DELETED_AT_ONCE: usize = 1_000;

/// What an import begins with.
#[derive(Clone, Debug)]
pub struct BegunImport {
    pub source: i64,
    /// The generation to write.
    pub generation: i64,
    pub file: String,
    /// Seconds that are added to all times.
    pub offset: i64,
    /// Programmes that end before are not kept.
    pub from: i64,
    /// Programmes that start later are not kept.
    pub to: i64,
    /// What tells whether an answer by HTTP would be the one that was imported last.
    pub validators: Validators,
}

/// What an answer by HTTP said of its version; empty where it said nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Validators {
    pub etag: String,
    pub last_modified: String,
}

/// How far an import is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Of the file.
    pub bytes: i64,
    pub programmes: i64,
    /// Programmes that were wrong.
    pub skipped: i64,
}

/// A guide whose programmes are written and not shown yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StagedGuide {
    pub generation: i64,
    pub channels: Vec<Channel>,
    pub progress: Progress,
    pub validators: Validators,
}

/// How far ahead programmes are kept, in seconds.
const AHEAD: i64 = 14 * crate::time::DAY;

/// Begins the import of a source; `None` if there is none.
pub fn begin(context: &Context<'_>, source: i64) -> Result<Option<BegunImport>> {
    let mut query = context
        .db
        .prepare_cached("SELECT epg_file, \"offset\", days_keep FROM epg WHERE id = ?1")?;
    let mut rows = query.query([source])?;
    let Some(row) = rows.next()? else {
        return Ok(None);
    };
    let (file, minutes, days): (String, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
    let sql = "INSERT INTO epg_imports (epg_id, state) VALUES (?1, 'running')
         ON CONFLICT (epg_id) DO UPDATE SET state = 'running', bytes = 0, programmes = 0, skipped = 0, error = ''";
    context.db.prepare_cached(sql)?.execute([source])?;
    let sql = "SELECT coalesce(max(generation), 0) FROM epg_data WHERE epg_id = ?1";
    let last: i64 = context.db.prepare_cached(sql)?.query_row([source], |row| row.get(0))?;
    let generation = last.max(shown_generation(context.db, source)?).saturating_add(1);
    context.panel.guides().hide(source, generation);
    let sql = "SELECT etag, last_modified FROM epg_imports WHERE epg_id = ?1";
    let validators = context.db.prepare_cached(sql)?.query_row([source], |row| {
        Ok(Validators {
            etag: row.get(0)?,
            last_modified: row.get(1)?,
        })
    })?;
    Ok(Some(BegunImport {
        validators,
        source,
        generation,
        file,
        offset: minutes.saturating_mul(60),
        from: context.now.saturating_sub(days.saturating_mul(crate::time::DAY)),
        to: context.now.saturating_add(AHEAD),
    }))
}

/// Writes programmes of the next generation. Returns how many of the generation they replaced: of two of a channel with
/// one start the last counts.
///
/// # Errors
/// [`Error::NotFound`] if the source is gone.
pub fn add(context: &Context<'_>, import: &BegunImport, programmes: &[Programme]) -> Result<usize> {
    let exists = "SELECT 1 FROM epg_imports WHERE epg_id = ?1";
    if !context.db.prepare_cached(exists)?.exists([import.source])? {
        return Err(Error::NotFound(Thing::Epg));
    }
    let mut replace = context.db.prepare_cached(
        "DELETE FROM epg_data WHERE epg_id = ?1 AND generation = ?2 AND channel_id = ?3 AND start = ?4",
    )?;
    let mut insert = context.db.prepare_cached(
        "INSERT INTO epg_data (epg_id, generation, channel_id, start, \"end\", lang, title, description)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?;
    let mut replaced = 0;
    for one in programmes {
        let (source, generation) = (import.source, import.generation);
        replaced += replace.execute((source, generation, &one.channel, one.start))?;
        insert.execute((
            source,
            generation,
            &one.channel,
            one.start,
            one.end,
            &one.language,
            &one.title,
            &one.description,
        ))?;
    }
    Ok(replaced)
}

/// Writes how far an import is.
pub fn progress(context: &Context<'_>, source: i64, so_far: Progress) -> Result<()> {
    let sql = "UPDATE epg_imports SET bytes = ?2, programmes = ?3, skipped = ?4 WHERE epg_id = ?1";
    let values = (source, so_far.bytes, so_far.programmes, so_far.skipped);
    context.db.prepare_cached(sql)?.execute(values)?;
    Ok(())
}

/// Writes why an import failed; the guide stays as it was.
pub fn fail(context: &Context<'_>, source: i64, so_far: Progress, reason: &str) -> Result<()> {
    progress(context, source, so_far)?;
    let sql = "UPDATE epg_imports SET state = 'failed', error = ?2 WHERE epg_id = ?1";
    context.db.prepare_cached(sql)?.execute((source, reason))?;
    Ok(())
}

/// Notes that a source still has what was imported last.
pub fn unchanged(context: &Context<'_>, source: i64) -> Result<()> {
    let sql = "UPDATE epg_imports SET state = 'done', error = '', programmes =
                   (SELECT count(*) FROM epg_data WHERE epg_data.epg_id = ?1 AND epg_data.generation = epg_imports.generation)
               WHERE epg_id = ?1";
    context.db.prepare_cached(sql)?.execute([source])?;
    Ok(())
}

/// Returns the sources that have a file, in the order of their ids.
pub fn with_file(context: &Context<'_>) -> Result<Vec<i64>> {
    ids(context, "SELECT id FROM epg WHERE epg_file <> '' ORDER BY id")
}

/// Returns the sources that have programmes which are shown, in the order of their ids.
pub fn with_programmes(context: &Context<'_>) -> Result<Vec<i64>> {
    let sql = format!(
        "SELECT id FROM epg WHERE EXISTS (SELECT 1 FROM epg_data WHERE epg_id = epg.id AND {IS_SHOWN}) ORDER BY id"
    );
    ids(context, &sql)
}

fn ids(context: &Context<'_>, sql: &str) -> Result<Vec<i64>> {
    let mut query = context.db.prepare_cached(sql)?;
    let ids = query.query_map([], |row| row.get(0))?;
    Ok(ids.collect::<rusqlite::Result<_>>()?)
}

/// Which programmes that are shown ended longer ago than their source keeps them; 1 is the source, 2 the panel's time.
fn has_ended() -> String {
    format!(
        "epg_id = ?1 AND {IS_SHOWN} AND \"end\" <= ?2 - {} * (SELECT days_keep FROM epg WHERE epg.id = ?1)",
        crate::time::DAY
    )
}

/// Returns the next programmes of a source after a row that are not kept any more.
pub fn ended(context: &Context<'_>, source: i64, after: i64) -> Result<Vec<i64>> {
    // By row, not by the index: it would be sorted anew for each job.
    let sql = format!(
        "SELECT id FROM epg_data NOT INDEXED WHERE id > ?3 AND {} ORDER BY id LIMIT {DELETED_AT_ONCE}",
        has_ended()
    );
    let mut query = context.db.prepare_cached(&sql)?;
    let ids = query.query_map((source, context.now, after), |row| row.get(0))?;
    Ok(ids.collect::<rusqlite::Result<_>>()?)
}

/// Deletes these programmes of a source, unless they are others by now.
pub fn delete_ended(context: &Context<'_>, source: i64, programmes: &[i64]) -> Result<()> {
    let sql = format!("DELETE FROM epg_data WHERE id = ?3 AND {}", has_ended());
    let mut delete = context.db.prepare_cached(&sql)?;
    for id in programmes {
        delete.execute((source, context.now, id))?;
    }
    Ok(())
}

/// Whether a process which died has left an import.
pub fn has_leftovers(context: &Context<'_>) -> Result<bool> {
    let sql = "SELECT 1 FROM epg_imports WHERE state = 'running'";
    Ok(context.db.prepare_cached(sql)?.exists([])?)
}

/// Notes of imports that a process which died has left that they failed.
pub fn end_leftovers(context: &Context<'_>) -> Result<()> {
    let sql = "UPDATE epg_imports SET state = 'failed', error = 'the server stopped meanwhile' WHERE state = 'running'";
    context.db.prepare_cached(sql)?.execute([])?;
    Ok(())
}

/// Shows a guide that was written: its generation and its channels, in one job.
pub fn show(context: &Context<'_>, source: i64, staged: &StagedGuide) -> Result<()> {
    progress(context, source, staged.progress)?;
    let sql = "UPDATE epg_imports SET generation = ?2, state = 'done', error = '', etag = ?3, last_modified = ?4 WHERE epg_id = ?1";
    let Validators { etag, last_modified } = &staged.validators;
    context
        .db
        .prepare_cached(sql)?
        .execute((source, staged.generation, etag, last_modified))?;
    let delete = "DELETE FROM epg_channels WHERE epg_id = ?1";
    context.db.prepare_cached(delete)?.execute([source])?;
    let mut insert = context.db.prepare_cached(
        "INSERT INTO epg_channels (epg_id, channel_id, name, langs) SELECT id, ?2, ?3, ?4 FROM epg WHERE id = ?1",
    )?;
    for channel in &staged.channels {
        let languages = serde_json::Value::from(channel.languages.clone()).to_string();
        insert.execute((source, &channel.id, &channel.name, languages))?;
    }
    Ok(())
}

/// Returns the generations of all sources that have rows and are neither shown nor being written.
pub fn leftovers(context: &Context<'_>) -> Result<Vec<(i64, i64)>> {
    let sql = "SELECT DISTINCT epg_id, generation FROM epg_data";
    let mut query = context.db.prepare_cached(sql)?;
    let all: Vec<(i64, i64)> = query
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let mut left = Vec::new();
    for (source, generation) in all {
        if is_left_over(context, source, generation)? {
            left.push((source, generation));
        }
    }
    Ok(left)
}

/// Deletes some rows of a generation that is left over. Returns whether there may be more.
pub fn delete(context: &Context<'_>, source: i64, generation: i64) -> Result<bool> {
    // Meanwhile its number may have been given again.
    if !is_left_over(context, source, generation)? {
        return Ok(false);
    }
    let sql = "DELETE FROM epg_data WHERE id IN
         (SELECT id FROM epg_data WHERE epg_id = ?1 AND generation = ?2 LIMIT ?3)";
    let most = i64::try_from(DELETED_AT_ONCE).unwrap_or(i64::MAX);
    let deleted = context.db.prepare_cached(sql)?.execute((source, generation, most))?;
    Ok(deleted == DELETED_AT_ONCE)
}

fn is_left_over(context: &Context<'_>, source: i64, generation: i64) -> Result<bool> {
    let mut exists = context.db.prepare_cached("SELECT 1 FROM epg WHERE id = ?1")?;
    let is_shown = exists.exists([source])? && shown_generation(context.db, source)? == generation;
    Ok(!is_shown && !context.panel.guides().is_hidden(source, generation))
}
