//! Reads the file of an EPG source: the channels that an XMLTV file names. It uses no database.

use std::borrow::Cow;
use std::fs::{self, File, Metadata};
use std::io::{self, BufRead, BufReader, Read, Take};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use quick_xml::Reader;
use quick_xml::escape::{resolve_predefined_entity, unescape};
use quick_xml::events::{BytesRef, BytesStart, Event};

/// Largest guide file that is read, in bytes. A national guide of two weeks has about 100 MB.
const LARGEST: u64 = 512 << 20;

/// Largest element that is read, in bytes. It is held in memory as a whole; a description has a few thousand.
const LARGEST_ELEMENT: usize = 1 << 20;

/// What all channels may take in memory, in bytes. A guide of 50,000 channels takes about 5 MB.
const LARGEST_LIST: usize = 16 << 20;

/// A channel of a guide.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Channel {
    pub id: String,
    pub name: String,
    pub languages: Vec<String>,
}

/// The channels of a source's file; `None` if the file could not be read.
pub type GuideChannels = Option<Arc<Vec<Channel>>>;

/// Why a file gave no channels.
#[derive(Debug, thiserror::Error)]
enum GuideError {
    #[error("it is not a file with something in it")]
    NoFile,
    #[error("it is larger than {} MiB", LARGEST >> 20)]
    TooLarge,
    #[error("its channels take more than {} MiB", LARGEST_LIST >> 20)]
    TooMany,
    #[error(transparent)]
    Xml(#[from] quick_xml::Error),
}

impl From<io::Error> for GuideError {
    fn from(error: io::Error) -> Self {
        GuideError::Xml(error.into())
    }
}

/// Reads the channels of a source's file: an XMLTV file on this machine, given as a path or a `file:` URL.
/// `None` if it cannot be read or is empty; the stored channels then stay as they are.
pub fn read_file(file: &str) -> Option<Vec<Channel>> {
    let path: PathBuf = file.strip_prefix("file://").unwrap_or(file).into();
    // What is not there is mostly an address on the network.
    fs::metadata(&path).ok()?;
    let channels = open(&path).and_then(|file| channels_of(BufReader::new(file)));
    if let Err(error) = &channels {
        tracing::warn!(path = %path.display(), %error, "an EPG file was not read");
    }
    channels.ok()
}

/// Opens a file that ends: reading a pipe or a device might never do so.
fn open(path: &Path) -> Result<Take<File>, GuideError> {
    // A pipe without a writer would not even open. Another file may take the place of the one that was looked at.
    check(&fs::metadata(path)?)?;
    let file = File::open(path)?;
    check(&file.metadata()?)?;
    Ok(file.take(LARGEST))
}

fn check(about: &Metadata) -> Result<(), GuideError> {
    match about.len() {
        0 => Err(GuideError::NoFile),
        _ if !about.is_file() => Err(GuideError::NoFile),
        length if length > LARGEST => Err(GuideError::TooLarge),
        _ => Ok(()),
    }
}

/// Reads `<channel id="…"><display-name lang="…">…` of an XMLTV file. The first name of a channel is used.
fn channels_of(file: impl BufRead) -> Result<Vec<Channel>, GuideError> {
    let mut reader = Reader::from_reader(Bounded::new(file));
    let mut buffer = Vec::new();
    let mut channels: Vec<Channel> = Vec::new();
    // The display name of the last channel while it is being read.
    let mut name: Option<String> = None;
    let mut taken: usize = 0;
    loop {
        reader.get_mut().begin();
        match reader.read_event_into(&mut buffer)? {
            Event::Start(tag) | Event::Empty(tag) if tag.name().as_ref() == "channel" => {
                let id = attribute(&tag, "id").unwrap_or_default();
                taken += size_of::<Channel>() + id.len();
                channels.push(Channel {
                    id,
                    ..Channel::default()
                });
            }
            Event::Start(tag) if tag.name().as_ref() == "display-name" => {
                name = Some(String::new());
                if let (Some(channel), Some(language)) = (channels.last_mut(), attribute(&tag, "lang")) {
                    taken += size_of::<String>() + language.len();
                    channel.languages.push(language);
                }
            }
            Event::Text(text) => taken += append(&mut name, &text),
            Event::GeneralRef(reference) => taken += append(&mut name, &resolve(&reference)),
            Event::End(tag) if tag.name().as_ref() == "display-name" => {
                let name = name.take().unwrap_or_default();
                if let Some(channel) = channels.last_mut().filter(|channel| channel.name.is_empty()) {
                    channel.name = name.trim().to_owned();
                }
            }
            Event::Eof => break,
            _ => {}
        }
        if taken > LARGEST_LIST {
            return Err(GuideError::TooMany);
        }
        buffer.clear();
    }
    channels.retain(|channel| !channel.id.is_empty());
    Ok(channels)
}

/// Appends to a name that is being read; returns by how many bytes it grew.
fn append(name: &mut Option<String>, text: &str) -> usize {
    let Some(name) = name else {
        return 0;
    };
    name.push_str(text);
    text.len()
}

/// A file of which the parser gets a part that it may hold, and then an error.
struct Bounded<R> {
    file: R,
    left: usize,
}

impl<R> Bounded<R> {
    fn new(file: R) -> Bounded<R> {
        Bounded { file, left: 0 }
    }

    /// The next element begins.
    fn begin(&mut self) {
        self.left = LARGEST_ELEMENT;
    }
}

impl<R: BufRead> Read for Bounded<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(bytes)?;
        self.left = self.left.saturating_sub(read);
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Bounded<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        match self.left {
            0 => Err(io::Error::other(format!(
                "it has an element of more than {LARGEST_ELEMENT} bytes"
            ))),
            _ => self.file.fill_buf(),
        }
    }

    fn consume(&mut self, amount: usize) {
        self.left = self.left.saturating_sub(amount);
        self.file.consume(amount);
    }
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
