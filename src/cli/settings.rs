//! `linecard settings`: shows or changes the settings in a panel's database.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::database;
use super::output::{print, refuse};
use crate::config::{DB, setting};
use crate::panel::audit::ChangeSource;
use crate::panel::clock::Clock;
use crate::panel::settings::{self, Defaults, SETTINGS};

/// Options of `linecard settings`.
#[derive(Args, Debug)]
pub struct Settings {
    /// The panel's database; a server may be using it.
    #[arg(long, env = "LINECARD_DB", default_value = DB, value_name = "PATH")]
    db: PathBuf,

    /// What to show, by its name, or to change; nothing shows all settings.
    #[arg(value_name = "NAME[=VALUE]", value_parser = named)]
    named: Vec<(String, Option<String>)>,
}

/// Parses the name of a setting, or one with the value to set.
fn named(text: &str) -> Result<(String, Option<String>), String> {
    match text.contains('=') {
        true => setting(text).map(|(name, value)| (name, Some(value))),
        false => settings::check_name(text).map(|()| (text.to_owned(), None)),
    }
}

impl Settings {
    /// Shows or changes. Exit code 2 when the database cannot be used, with nothing changed.
    pub fn run(&self) -> ExitCode {
        match self.change_and_show() {
            Ok(text) => {
                print(&text);
                ExitCode::SUCCESS
            }
            Err(reason) => refuse(reason),
        }
    }

    fn change_and_show(&self) -> Result<String, String> {
        let mut db = database::visit(&self.db)?;
        let failed = |error: rusqlite::Error| format!("{}: {error}", self.db.display());
        let all = db.transaction().map_err(failed)?;
        for (name, value) in &self.named {
            let Some(value) = value else { continue };
            settings::set_by(
                &all,
                Defaults::Serve,
                Clock::running().now(),
                &ChangeSource::command("settings"),
                name,
                value,
            )
            .map_err(|error| error.to_string())?;
        }
        let mut text = String::new();
        let wanted = |name: &str| self.named.is_empty() || self.named.iter().any(|(named, _)| named == name);
        for setting in SETTINGS.iter().filter(|setting| wanted(setting.name)) {
            let value = settings::get(&all, setting, Defaults::Serve).map_err(|error| error.to_string())?;
            text += &format!("{}={value}\n", setting.name);
            if self.named.is_empty() {
                text += &format!("    {} {}\n", setting.doc, setting.effect.sentence());
            }
        }
        all.commit().map_err(failed)?;
        Ok(text)
    }
}
