//! The calls: from cleaned parameters to the panel's operations and to an answer's bytes. One file per
//! chapter; this file has the code that they share.

pub mod accounts;
pub mod content;
pub mod devices;
pub mod lines;

use std::borrow::Cow;

use super::input::Members;
use super::user_data::{For, UserData};
use super::words;
use crate::panel::settings::RuntimeSettings;
use crate::panel::{Context, Error, Result};
use crate::store::view::{Selection, View};

/// One call: the context, the parameters, and the settings.
pub struct Call<'a> {
    pub context: &'a Context<'a>,
    pub input: &'a Members,
    pub settings: &'a RuntimeSettings,
}

impl Call<'_> {
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

fn done() -> Vec<u8> {
    words::DONE.to_vec()
}

/// Selects the columns of a view that a table of members names.
fn selection<const N: usize>(view: &'static View, members: &[(&str, &str); N]) -> Selection {
    Selection::new(view, members.iter().filter_map(|(_, name)| view.column(name)))
}
