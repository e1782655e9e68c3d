//! Reads the file of an EPG source: the channels that an XMLTV file names. It uses no database.

use std::borrow::Cow;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use quick_xml::Reader;
use quick_xml::escape::{resolve_predefined_entity, unescape};
use quick_xml::events::{BytesRef, BytesStart, Event};

/// Largest guide file that is read, in bytes. A national guide of two weeks has about 100 MB.
const LARGEST: u64 = 512 << 20;

/// A channel of a guide.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Channel {
    pub id: String,
    pub name: String,
    pub languages: Vec<String>,
}

/// The channels of a source's file; `None` if the file could not be read.
pub type GuideChannels = Option<Arc<Vec<Channel>>>;

/// Reads the channels of a source's file: an XMLTV file on this machine, given as a path or a `file:` URL.
/// `None` if it cannot be read; the stored channels then stay as they are.
pub fn read_file(file: &str) -> Option<Vec<Channel>> {
    let path: PathBuf = file.strip_prefix("file://").unwrap_or(file).into();
    // Reading a pipe or a device might never end.
    let about = fs::metadata(&path)
        .ok()
        .filter(|about| about.is_file() && about.len() <= LARGEST)?;
    let channels = channels_of(&path);
    if let Err(error) = &channels {
        tracing::warn!(path = %path.display(), bytes = about.len(), %error, "an EPG file was not read");
    }
    channels.ok()
}

/// Reads `<channel id="…"><display-name lang="…">…` of an XMLTV file. The first name of a channel is used.
fn channels_of(path: &Path) -> std::result::Result<Vec<Channel>, quick_xml::Error> {
    let mut reader = Reader::from_file(path)?;
    let mut buffer = Vec::new();
    let mut channels: Vec<Channel> = Vec::new();
    // The display name of the last channel while it is being read.
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

/// Resolves `&amp;` or `&#233;`; an entity that XML does not define stays as it is.
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
    // If the value has an entity that XML does not define, the whole value stays as it is.
    Some(unescape(&value).map_or_else(|_| value.to_string(), Cow::into_owned))
}
