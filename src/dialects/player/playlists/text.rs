//! The text of a playlist before it is anybody's: the places of the base URL and of the credentials are marked, so that
//! one text serves all lines with the same content.
//!
//! A mark is one byte that no text has. Offsets beside the text would take 16 bytes each, 5 MB for 100,000 entries, and
//! would not be compressed with it.

use std::borrow::Cow;

use crate::dialects::php::json;
use crate::dialects::player::links::{Place, Values};
use crate::dialects::player::xml;
use crate::panel::kept::MARKS;

/// How texts stand in a playlist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    Plain,
    /// With `%3a` for each colon.
    Colons,
    Xml,
    /// Inside a string of JSON.
    Json,
}

impl Style {
    /// Appends a text. No text breaks a line.
    fn append(self, out: &mut Vec<u8>, text: &str) {
        let line: Cow<'_, str> = match text.contains(['\r', '\n']) {
            true => text.replace(['\r', '\n'], " ").into(),
            false => text.into(),
        };
        match self {
            Style::Plain => out.extend_from_slice(line.as_bytes()),
            Style::Colons => out.extend_from_slice(line.replace(':', "%3a").as_bytes()),
            Style::Xml => xml::escape(out, &line),
            Style::Json => {
                let mut quoted = Vec::with_capacity(line.len() + 2);
                json::text(&mut quoted, &line);
                let inside = quoted.len().saturating_sub(1);
                out.extend_from_slice(quoted.get(1..inside).unwrap_or_default());
            }
        }
    }

    /// Returns values as they stand in this style.
    pub fn values(self, values: &Values) -> Values {
        values.map(|text| {
            let mut out = Vec::with_capacity(text.len());
            self.append(&mut out, text);
            String::from_utf8(out).unwrap_or_default()
        })
    }
}

/// The places in the order of their marks.
const PLACES: [Place; 5] = [Place::Base, Place::Host, Place::RtmpPort, Place::User, Place::Password];

/// Returns the mark of a place.
fn mark(place: Place) -> u8 {
    let found = MARKS.zip(PLACES).find(|(_, one)| *one == place);
    found.map_or(*MARKS.start(), |(mark, _)| mark)
}

/// Returns what stands in the place of a mark.
pub fn value(values: &Values, mark: u8) -> &str {
    let place = usize::from(mark.saturating_sub(*MARKS.start()));
    PLACES.get(place).map_or("", |place| values.get(*place))
}

/// A part of a playlist.
pub struct Text<'a>(pub &'a mut Vec<u8>);

impl Text<'_> {
    /// Appends a text of the format itself.
    pub fn raw(&mut self, text: &str) {
        self.0.extend_from_slice(text.as_bytes());
    }

    /// Appends a text of the panel's.
    pub fn text(&mut self, text: &str, style: Style) {
        style.append(self.0, text);
    }

    /// Marks a place.
    pub fn place(&mut self, place: Place) {
        self.0.push(mark(place));
    }
}

/// Returns a text for a line: with values in all places, which are styled already.
pub fn filled(text: &[u8], values: &Values) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len().saturating_mul(2));
    for part in text.split_inclusive(|byte| MARKS.contains(byte)) {
        match part.split_last() {
            Some((byte, before)) if MARKS.contains(byte) => {
                out.extend_from_slice(before);
                out.extend_from_slice(value(values, *byte).as_bytes());
            }
            _ => out.extend_from_slice(part),
        }
    }
    out
}
