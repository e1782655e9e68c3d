//! EPG sources: where the guide comes from, and which channels it has.

use std::borrow::Cow;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use quick_xml::Reader;
use quick_xml::escape::{resolve_predefined_entity, unescape};
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::context::Context;
use super::draft::{Change, Reference};
use super::error::{Error, Result, Thing};
use super::noun::TableNoun;
use super::pending::PendingItem;
use super::transition::Resource;
use crate::store::view::{View, int, text, unix};

/// Largest guide file that is read, in bytes. A national guide of two weeks has about 100 MB.
const LARGEST: u64 = 512 << 20;

/// How a source is read.
pub static VIEW: View = View::of(
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
);

/// Sources as rows that can be made, changed and deleted.
pub static EPGS: TableNoun = TableNoun {
    follow,
    release,
    ..TableNoun::of(&VIEW, Thing::Epg)
};

/// A source that a value names.
pub static EXISTS: Reference = Reference {
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

/// A channel of a guide.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Channel {
    pub id: String,
    pub name: String,
    pub languages: Vec<String>,
}

/// The sources that a reload is about: one, or all of them, with their files.
///
/// # Errors
/// [`Error::NotFound`] for an id that is given and unknown.
pub fn sources(context: &Context<'_>, id: Option<i64>) -> Result<Vec<(i64, String)>> {
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

/// The channels of a source's file, where it names one that can be read: an XMLTV file of this
/// machine, as a path or `file:` address. `None` leaves the stored channels as they are.
pub fn read_file(file: &str) -> Option<Vec<Channel>> {
    let path: PathBuf = file.strip_prefix("file://").unwrap_or(file).into();
    // A pipe or device could be read for ever.
    let about = fs::metadata(&path)
        .ok()
        .filter(|about| about.is_file() && about.len() <= LARGEST)?;
    let channels = channels_of(&path);
    if let Err(error) = &channels {
        tracing::warn!(path = %path.display(), bytes = about.len(), %error, "an EPG file was not read");
    }
    channels.ok()
}

/// Reads `<channel id="…"><display-name lang="…">…` of an XMLTV file. A channel's first name counts.
fn channels_of(path: &Path) -> std::result::Result<Vec<Channel>, quick_xml::Error> {
    let mut reader = Reader::from_file(path)?;
    let mut buffer = Vec::new();
    let mut channels: Vec<Channel> = Vec::new();
    // The name that is being read, of the last channel.
    let mut name: Option<String> = None;
    loop {
        match reader.read_event_into(&mut buffer)? {
            Event::Start(tag) | Event::Empty(tag) if tag.name().as_ref() == "channel" => {
                let id = attribute(&tag, "id").unwrap_or_default();
                channels.push(Channel {
                    id,
                    ..Channel::default()
                });
            }
            Event::Start(tag) if tag.name().as_ref() == "display-name" => {
                name = Some(String::new());
                if let (Some(channel), Some(language)) = (channels.last_mut(), attribute(&tag, "lang")) {
                    channel.languages.push(language);
                }
            }
            Event::Text(text) => name.iter_mut().for_each(|name| name.push_str(&text)),
            Event::GeneralRef(reference) => name.iter_mut().for_each(|name| name.push_str(&resolve(&reference))),
            Event::End(tag) if tag.name().as_ref() == "display-name" => {
                let name = name.take().unwrap_or_default();
                if let Some(channel) = channels.last_mut().filter(|channel| channel.name.is_empty()) {
                    channel.name = name.trim().to_owned();
                }
            }
            Event::Eof => break,
            _ => {}
        }
        buffer.clear();
    }
    channels.retain(|channel| !channel.id.is_empty());
    Ok(channels)
}

/// The text of `&amp;` or `&#233;`; an entity that XML does not define stays as it is.
fn resolve(reference: &BytesRef<'_>) -> String {
    if let Ok(Some(character)) = reference.resolve_char_ref() {
        return character.to_string();
    }
    match resolve_predefined_entity(reference) {
        Some(text) => text.to_owned(),
        None => format!("&{};", &**reference),
    }
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let value = tag.try_get_attribute(name).ok().flatten()?.value;
    // An entity that XML does not define stays as it is, and those beside it with it.
    Some(unescape(&value).map_or_else(|_| value.to_string(), Cow::into_owned))
}

/// What a source's file has, or nothing where it could not be read.
pub type GuideChannels = Option<Arc<Vec<Channel>>>;

/// Reads a source anew: at once or, where guides take their time, when it is ready. One that is not
/// ready yet begins again.
///
/// # Errors
/// SQLite's.
pub fn reload(context: &Context<'_>, id: i64, channels: &GuideChannels) -> Result<()> {
    let pending = context.panel.pending();
    match pending.until(Resource::Epg, context.now) {
        None => {
            pending.forget_guide(id);
            reloaded(context, id, channels.as_deref().map(Vec::as_slice), context.now).map(drop)
        }
        Some(until) => {
            pending.note(PendingItem {
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
///
/// # Errors
/// SQLite's.
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
