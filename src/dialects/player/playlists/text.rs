//! The text of a playlist before it is anybody's: the places of the base URL and of the credentials are marked, so that
//! one text serves all lines with the same content.

use std::borrow::Cow;

use crate::dialects::php::json;
use crate::dialects::player::links::{Place, Values};
use crate::dialects::player::xml;

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

/// A part of a playlist.
#[derive(Debug, Default)]
pub struct Text {
    bytes: Vec<u8>,
    /// Places, each with the number of bytes before it, in their order.
    places: Vec<(usize, Place)>,
}

impl Text {
    /// Its length in bytes without what stands in its places.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Appends a text of the format itself.
    pub fn raw(&mut self, text: &str) {
        self.bytes.extend_from_slice(text.as_bytes());
    }

    /// Appends a text of the panel's.
    pub fn text(&mut self, text: &str, style: Style) {
        style.append(&mut self.bytes, text);
    }

    /// Marks a place.
    pub fn place(&mut self, place: Place) {
        self.places.push((self.bytes.len(), place));
    }

    /// Returns the bytes for a line: with values in all places, which are styled already.
    pub fn filled(&self, values: &Values) -> Vec<u8> {
        let extra: usize = self.places.iter().map(|(_, place)| values.get(*place).len()).sum();
        let mut out = Vec::with_capacity(self.bytes.len().saturating_add(extra));
        let mut from = 0;
        for (at, place) in &self.places {
            out.extend_from_slice(self.bytes.get(from..*at).unwrap_or_default());
            out.extend_from_slice(values.get(*place).as_bytes());
            from = *at;
        }
        out.extend_from_slice(self.bytes.get(from..).unwrap_or_default());
        out
    }
}
