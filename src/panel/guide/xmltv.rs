//! Reads XMLTV as a stream: one channel or programme after the other, within bounds (contract "Player side", 18.8).
//! It uses no database and no panel.

use std::borrow::Cow;
use std::io::{self, BufRead, Read};

use quick_xml::Reader;
use quick_xml::encoding::DecodingReader;
use quick_xml::escape::{resolve_predefined_entity, unescape};
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::times;

/// Most bytes of a channel or a programme with all that is in it. The parser holds its parts in memory as a whole; a
/// description has a few thousand.
const LARGEST_ELEMENT: usize = 1 << 20;

/// The deepest nesting of elements. XMLTV has five levels.
const DEEPEST: usize = 32;

/// Most bytes of an XML declaration whose encoding counts; one has about 40. The library panics beyond its first 64 bytes.
const LONGEST_DECLARATION: usize = 56;

/// A channel of a guide.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Channel {
    pub id: String,
    /// The first of its names.
    pub name: String,
    /// The languages of its names.
    pub languages: Vec<String>,
}

/// A programme, as its file has it: times are not shifted yet. Texts may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Programme {
    pub channel: String,
    /// Unix seconds.
    pub start: i64,
    /// Unix seconds.
    pub end: i64,
    /// The language of the title.
    pub language: String,
    pub title: String,
    pub description: String,
}

/// What a file has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    Channel(Channel),
    Programme(Programme),
    /// A programme without a channel or without times that are a span.
    Wrong,
}

/// Why a file is no guide.
#[derive(Debug, thiserror::Error)]
pub enum XmltvError {
    #[error("it has no element `tv`")]
    NoTv,
    #[error("it ends within an element")]
    CutOff,
    #[error("its elements are nested more than {DEEPEST} deep")]
    TooDeep,
    #[error(transparent)]
    Xml(#[from] quick_xml::Error),
}

/// A text that is being read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// A channel's or a programme's name.
    Name,
    Description,
}

/// The element below `tv` that is being read.
#[derive(Debug)]
enum Draft {
    Channel(Channel),
    /// Start and end are those of the attributes, if they are times.
    Programme(Programme, Option<(i64, i64)>),
    Other,
}

/// A guide that is being read.
pub struct Xmltv<R> {
    reader: Reader<Bounded<DecodingReader<R>>>,
    buffer: Vec<u8>,
    depth: usize,
    /// Whether anything was read.
    has_begun: bool,
    has_tv: bool,
    draft: Draft,
    /// The part that is being read, and its text so far.
    part: Option<(Part, String)>,
}

impl<R: BufRead> Xmltv<R> {
    /// Begins to read a guide, whose encoding is found out by its first bytes and its declaration.
    pub fn new(file: R) -> Xmltv<R> {
        Xmltv {
            reader: Reader::from_reader(Bounded::new(DecodingReader::new(file))),
            buffer: Vec::new(),
            depth: 0,
            has_begun: false,
            has_tv: false,
            draft: Draft::Other,
            part: None,
        }
    }

    /// Reads the next channel or programme; `None` at the end.
    ///
    /// # Errors
    /// [`XmltvError`]; nothing can be read after it.
    pub fn next_item(&mut self) -> Result<Option<Item>, XmltvError> {
        loop {
            if self.depth < 2 {
                self.reader.get_mut().begin();
            }
            self.buffer.clear();
            let mut buffer = std::mem::take(&mut self.buffer);
            let item = match self.reader.read_event_into(&mut buffer)? {
                Event::Start(tag) => {
                    self.open(&tag)?;
                    None
                }
                Event::Empty(tag) => {
                    self.open(&tag)?;
                    self.close()
                }
                Event::End(_) => self.close(),
                Event::Text(text) => {
                    self.append(&text);
                    None
                }
                Event::CData(text) => {
                    self.append(&text);
                    None
                }
                Event::GeneralRef(reference) => {
                    self.append(&resolve(&reference));
                    None
                }
                Event::Decl(declaration) => {
                    // The library can change the encoding only while it holds the first bytes.
                    let encoding = declaration.encoder().filter(|_| !self.has_begun);
                    if let Some(encoding) = encoding.filter(|_| declaration.len() <= LONGEST_DECLARATION) {
                        self.reader.get_mut().file.set_encoding(encoding);
                    }
                    None
                }
                Event::Eof => return self.end(),
                _ => None,
            };
            self.has_begun = true;
            self.buffer = buffer;
            if item.is_some() {
                return Ok(item);
            }
        }
    }

    fn end(&self) -> Result<Option<Item>, XmltvError> {
        match (self.has_tv, self.depth) {
            (false, _) => Err(XmltvError::NoTv),
            (true, 0) => Ok(None),
            (true, _) => Err(XmltvError::CutOff),
        }
    }

    /// An element begins.
    fn open(&mut self, tag: &BytesStart<'_>) -> Result<(), XmltvError> {
        self.depth += 1;
        let name = tag.name();
        let name = name.as_ref();
        match self.depth {
            1 if name == "tv" => self.has_tv = true,
            1 => return Err(XmltvError::NoTv),
            2 => self.draft = draft(name, tag),
            3 => self.part = self.part(name, tag),
            4..=DEEPEST => {}
            _ => return Err(XmltvError::TooDeep),
        }
        Ok(())
    }

    /// Returns which part of a channel or a programme an element is; only the first of each kind is read.
    fn part(&mut self, name: &str, tag: &BytesStart<'_>) -> Option<(Part, String)> {
        let part = match (&mut self.draft, name) {
            (Draft::Channel(channel), "display-name") => {
                channel.languages.extend(attribute(tag, "lang"));
                channel.name.is_empty().then_some(Part::Name)
            }
            (Draft::Programme(programme, _), "title") if programme.title.is_empty() => {
                programme.language = attribute(tag, "lang").unwrap_or_default();
                Some(Part::Name)
            }
            (Draft::Programme(programme, _), "desc") if programme.description.is_empty() => Some(Part::Description),
            _ => None,
        };
        part.map(|part| (part, String::new()))
    }

    fn append(&mut self, text: &str) {
        if let Some((_, read)) = &mut self.part {
            read.push_str(text);
        }
    }

    /// An element ends; returns what it was if it stands below `tv`.
    fn close(&mut self) -> Option<Item> {
        let closed = self.depth;
        self.depth = self.depth.saturating_sub(1);
        match closed {
            2 => finished(std::mem::replace(&mut self.draft, Draft::Other)),
            3 => {
                if let Some((part, text)) = self.part.take() {
                    self.store(part, text.trim());
                }
                None
            }
            _ => None,
        }
    }

    fn store(&mut self, part: Part, text: &str) {
        let place = match (&mut self.draft, part) {
            (Draft::Channel(channel), Part::Name) => &mut channel.name,
            (Draft::Programme(programme, _), Part::Name) => &mut programme.title,
            (Draft::Programme(programme, _), Part::Description) => &mut programme.description,
            _ => return,
        };
        text.clone_into(place);
    }
}

/// Begins what an element below `tv` is.
fn draft(name: &str, tag: &BytesStart<'_>) -> Draft {
    let text = |name: &str| attribute(tag, name).unwrap_or_default();
    match name {
        "channel" => Draft::Channel(Channel {
            id: text("id"),
            ..Channel::default()
        }),
        "programme" => {
            let span = times::parse(&text("start")).zip(times::parse(&text("stop")));
            let programme = Programme {
                channel: text("channel"),
                ..Programme::default()
            };
            Draft::Programme(programme, span)
        }
        _ => Draft::Other,
    }
}

/// Returns what was read of an element below `tv`; nothing of a channel without an id.
fn finished(draft: Draft) -> Option<Item> {
    match draft {
        Draft::Channel(channel) => (!channel.id.is_empty()).then_some(Item::Channel(channel)),
        Draft::Programme(programme, Some((start, end))) if start < end && !programme.channel.is_empty() => {
            Some(Item::Programme(Programme {
                start,
                end,
                ..programme
            }))
        }
        Draft::Programme(..) => Some(Item::Wrong),
        Draft::Other => None,
    }
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

    /// The next element below `tv` begins.
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

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &[u8]) -> Result<Vec<Item>, String> {
        let mut guide = Xmltv::new(text);
        let mut items = Vec::new();
        while let Some(item) = guide.next_item().map_err(|error| error.to_string())? {
            items.push(item);
        }
        Ok(items)
    }

    fn programme(title: &str, description: &str) -> Item {
        Item::Programme(Programme {
            channel: "one".into(),
            start: 1_773_584_400,
            end: 1_773_586_200,
            language: String::new(),
            title: title.into(),
            description: description.into(),
        })
    }

    const ATTRIBUTES: &str = r#"start="20260315142000 +0000" stop="20260315145000 +0000" channel="one""#;

    fn tv(programmes: &str) -> String {
        format!("<tv>{}</tv>", programmes.replace("ATTRS", ATTRIBUTES))
    }

    #[test]
    fn the_first_title_and_description_count_and_what_is_deeper_does_not() {
        let text = "<programme ATTRS><title lang='de'>A &amp; &#233;<b>x</b></title><title>B</title><desc> <![CDATA[<i>]]> \n</desc>\
                    <credits><title>No</title></credits></programme><programme ATTRS/>";
        let Item::Programme(first) = programme("A & éx", "<i>") else {
            panic!()
        };
        let first = Item::Programme(Programme {
            language: "de".into(),
            ..first
        });
        assert_eq!(read(tv(text).as_bytes()), Ok(vec![first, programme("", "")]));
    }

    #[test]
    fn entities_are_not_expanded() {
        let bomb =
            r#"<!DOCTYPE tv [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;"><!ENTITY x SYSTEM "file:///etc/passwd">]>"#;
        let text = tv("<programme ATTRS><title>&b;&x;</title></programme>");
        assert_eq!(
            read(format!("{bomb}{text}").as_bytes()),
            Ok(vec![programme("&b;&x;", "")])
        );
    }

    #[test]
    fn a_programme_without_a_channel_or_a_span_is_wrong() {
        for attributes in [
            "",
            r#"start="20260315142000" stop="20260315145000""#,
            r#"start="20260315142000" channel="one""#,
            r#"start="20260315142000" stop="20260315142000" channel="one""#,
            r#"start="20260315142000" stop="20260315132000" channel="one""#,
            r#"start="soon" stop="20260315142000" channel="one""#,
        ] {
            let text = format!("<tv><programme {attributes}><title>T</title></programme></tv>");
            assert_eq!(read(text.as_bytes()), Ok(vec![Item::Wrong]), "{attributes}");
        }
    }

    #[test]
    fn what_is_no_guide_is_refused() {
        let deep = |depth: usize| format!("<tv>{}{}</tv>", "<a>".repeat(depth), "</a>".repeat(depth));
        assert_eq!(read(deep(31).as_bytes()), Ok(vec![]));
        let long = tv(&format!(
            "<programme ATTRS>{}</programme>",
            "<desc>xxxxxxxxxxxxxxxx</desc>".repeat(40_000)
        ));
        let large = "it has an element of more than 1048576 bytes";
        for (text, expected) in [
            ("", "it has no element `tv`"),
            ("<html><tv></tv></html>", "it has no element `tv`"),
            ("<tv><channel id='x'/>", "it ends within an element"),
            (&deep(32), "its elements are nested more than 32 deep"),
            (&long, large),
            (&format!("<tv><a b='{}", "x".repeat(2 << 20)), large),
            ("<tv><a></b></tv>", ""),
        ] {
            let error = read(text.as_bytes()).unwrap_err();
            assert!(error.contains(expected), "{error}");
        }
    }

    #[test]
    fn other_encodings_are_read() {
        let text = "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><tv><channel id='x'><display-name>\u{e9}</display-name></channel></tv>";
        let latin: Vec<u8> = text.chars().map(|one| u8::try_from(u32::from(one)).unwrap()).collect();
        let channel = Channel {
            id: "x".into(),
            name: "é".into(),
            languages: vec![],
        };
        assert_eq!(read(&latin), Ok(vec![Item::Channel(channel)]));
    }
}
