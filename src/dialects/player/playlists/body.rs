//! The body of a playlist: header, entries and footer of a type.

use std::borrow::Cow;

use super::super::PANEL_NAME;
use super::super::links::{LinkForm, LinkPart, link};
use super::entries::{Entries, Entry};
use super::text::{Style, Text};
use super::types::{Content, Piece, Type};
use crate::panel::kept::Pages;
use crate::panel::{Context, Result};

/// The service reference of a stream that has none of its own.
const SID: &str = ":0:1:0:0:0:0:0:0:0:";

/// What a playlist is of.
#[derive(Clone)]
pub struct Selection {
    pub of: &'static Type,
    pub form: LinkForm,
    /// As the line stores them.
    pub bouquets: String,
    /// The groups of entries that are asked for; all without it.
    pub groups: Option<String>,
}

impl Selection {
    /// Returns the key under which the playlist is kept.
    pub fn key(&self) -> String {
        let Selection {
            of,
            form,
            bouquets,
            groups,
        } = self;
        format!("{} {form:?} {groups:?} {bouquets}", of.name)
    }
}

/// A body that is being built.
#[derive(Clone)]
pub struct Building {
    of: Selection,
    /// What is not read yet, once it is begun.
    entries: Option<Entries>,
    has_entry: bool,
    is_over: bool,
}

impl Building {
    /// Begins a body.
    pub fn new(of: Selection) -> Building {
        Building {
            of,
            entries: None,
            has_entry: false,
            is_over: false,
        }
    }

    fn write(&self, text: &mut Text<'_>, pieces: &[Piece], entry: Option<&Entry<'_>>) {
        for piece in pieces {
            match (piece, entry) {
                (Piece::Text(raw), _) => text.raw(raw),
                (Piece::Panel, _) => text.text(PANEL_NAME, self.of.of.styles.0),
                (piece, Some(entry)) => self.write_of(text, *piece, entry),
                (_, None) => {}
            }
        }
    }

    /// Writes a piece that each entry has its own of.
    fn write_of(&self, text: &mut Text<'_>, piece: Piece, entry: &Entry<'_>) {
        let (style, of_urls) = self.of.of.styles;
        let stream = entry.stream;
        let is_file = matches!(stream.kind, 2 | 5);
        match piece {
            Piece::Text(_) | Piece::Panel => {}
            Piece::Name => text.text(&plain(&entry.name), style),
            Piece::Icon => text.text(&stream.icon, style),
            Piece::Category => text.text(&plain(entry.category.unwrap_or_default()), style),
            Piece::Url => self.url(text, entry, of_urls),
            Piece::Sid if stream.custom_sid.is_empty() => text.raw(SID),
            Piece::Sid => text.text(&stream.custom_sid, style),
            Piece::Service => text.raw(if is_file { "4097" } else { "1" }),
            Piece::Archive if stream.archive_days > 0 => {
                text.raw(&format!(" timeshift=\"{}\"", stream.archive_days));
            }
            Piece::Guide if !is_file => {
                attribute(text, "tvg-id", stream.channel.as_deref().unwrap_or_default(), style);
            }
            Piece::Group => {
                if let Some(category) = entry.category {
                    attribute(text, "group-title", &plain(category), style);
                }
            }
            Piece::Archive | Piece::Guide => {}
        }
    }

    fn url(&self, text: &mut Text<'_>, entry: &Entry<'_>, style: Style) {
        link(entry.stream, self.of.form, self.of.of.live, |part| match part {
            LinkPart::Text(part) => text.text(part, style),
            LinkPart::Place(place) => text.place(place),
        });
    }
}

impl Pages for Building {
    fn next(&mut self, context: &Context<'_>, out: &mut Vec<u8>) -> Result<()> {
        let Content::Entries {
            header,
            entry,
            after,
            between,
            footer,
        } = &self.of.of.content
        else {
            self.is_over = true;
            return Ok(());
        };
        let mut text = Text(out);
        let mut entries = match self.entries.take() {
            Some(entries) => entries,
            None => {
                self.write(&mut text, header, None);
                Entries::begin(context, &self.of.bouquets, self.of.groups.as_deref())?
            }
        };
        entries.page(context, |one| {
            if std::mem::replace(&mut self.has_entry, true) {
                text.raw(between);
            }
            self.write(&mut text, entry, Some(one));
            text.raw(after);
        })?;
        if entries.is_over() {
            text.raw(footer);
            self.is_over = true;
        }
        self.entries = Some(entries);
        Ok(())
    }

    fn is_over(&self) -> bool {
        self.is_over
    }
}

fn attribute(text: &mut Text<'_>, name: &str, value: &str, style: Style) {
    text.raw(" ");
    text.raw(name);
    text.raw("=\"");
    text.text(value, style);
    text.raw("\"");
}

/// Returns a name without the references in which panels store `<` and `>`.
fn plain(name: &str) -> Cow<'_, str> {
    match name.contains('&') {
        true => name.replace("&lt;", "<").replace("&gt;", ">").into(),
        false => name.into(),
    }
}
