//! The calls: from cleaned parameters to the panel's operations and to an answer's bytes. One file per
//! chapter; this file has the code that they share.

pub mod accounts;
pub mod content;
pub mod devices;
pub mod lines;

use std::borrow::Cow;

use serde_json::{Map, Value as Json, json};

use super::input::Members;
use super::user_data::{For, UserData};
use super::words;
use crate::dialects::php::rows::Rows;
use crate::panel::answers::AnswerBytes;
use crate::panel::settings::RuntimeSettings;
use crate::panel::{Context, Error, Result};
use crate::store::list::ListQuery;
use crate::store::view::{Record, Selection, View};

/// One call: the context, the parameters, and the settings.
pub struct Call<'a> {
    pub context: &'a Context<'a>,
    pub input: &'a Members,
    pub settings: &'a RuntimeSettings,
}

impl<'a> Call<'a> {
    pub fn new(context: &'a Context<'a>, input: &'a Members, settings: &'a RuntimeSettings) -> Call<'a> {
        Call {
            context,
            input,
            settings,
        }
    }

    /// Begins an answer.
    fn answer(&self) -> AnswerBytes {
        AnswerBytes::new(&self.context.panel.settings().answers)
    }

    fn user_data(&self, to: For, but: &str) -> Result<UserData> {
        let sent = self.input.get("user_data");
        UserData::parse(self.context, sent, to, self.settings, but)
    }

    /// Returns the credentials of a line, which are both required.
    fn credentials(&self) -> Result<(&str, &str)> {
        let both = self.input.text("username").zip(self.input.text("password"));
        both.ok_or(Error::Missing("user/pass".into()))
    }

    fn mac(&self) -> Result<&str> {
        self.input.text("mac").ok_or(Error::Missing("mac".into()))
    }
}

const WRONG: Error = Error::Invalid(Cow::Borrowed("user_data"));

/// Returns a printed answer if it is not too large.
fn within_limits(mut body: AnswerBytes) -> Result<AnswerBytes> {
    body.check()?;
    Ok(body)
}

fn done() -> Vec<u8> {
    words::DONE.to_vec()
}

/// Prints all rows of a view as a list.
fn list(
    call: &Call<'_>,
    view: &'static View,
    selection: &Selection,
    row: impl Fn(&mut Vec<u8>, &Record),
) -> Result<AnswerBytes> {
    let mut rows = Rows::open(call.context.panel, b"[");
    rows.add_all(call.context, &ListQuery::all(view), selection, row)?;
    rows.close(b"]")
}

/// Selects the columns of a view that a table of members names.
fn selection<const N: usize>(view: &'static View, members: &[(&str, &str); N]) -> Selection {
    Selection::new(view, members.iter().filter_map(|(_, name)| view.column(name)))
}

/// Returns the schema of a row whose values are printed without conversion: each is text or null.
fn row<'n>(names: impl Iterator<Item = &'n str>) -> Json {
    let names: Vec<&str> = names.collect();
    let value = || json!({ "type": ["string", "null"] });
    let properties: Map<String, Json> = names.iter().map(|name| ((*name).to_owned(), value())).collect();
    json!({ "type": "object", "properties": properties, "required": names })
}
