//! The values of options from files: `linecard.toml` and the files of secrets. They become defaults of the
//! chosen command, so that the same parser validates them as it does flags.

use clap::Command;

use super::option_value::{OptionValue, options_with_variables};
use super::{secret_files, settings_file};

/// All values from files; a later one overrides an earlier one.
#[derive(Default)]
pub struct FileDefaults(Vec<OptionValue>);

impl FileDefaults {
    /// Reads the files that the chosen command uses; `named` is the file of settings from `--config`.
    ///
    /// # Errors
    /// One line with the error and its place.
    pub fn load(all: &Command, chosen: &str, named: Option<&str>) -> Result<FileDefaults, String> {
        let chosen = all.find_subcommand(chosen).unwrap_or(all);
        let has_options = options_with_variables(chosen).any(|(_, name)| name != settings_file::VARIABLE);
        if named.is_none() && !has_options {
            return Ok(FileDefaults::default());
        }
        let mut values = settings_file::read_settings(all, named)?;
        // Files of secrets are named by variables, which override the file of settings.
        values.extend(secret_files::read_secrets(chosen)?);
        Ok(FileDefaults(values))
    }

    /// Whether no file sets a value.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the command with these values as its defaults.
    pub fn apply_to(&self, command: Command) -> Command {
        command.mut_args(|arg| {
            let value = arg.get_env().and_then(|name| self.find(name.to_str()?));
            match value.map(|value| value.texts.clone()) {
                Some(texts) => arg.default_values(texts),
                None => arg,
            }
        })
    }

    /// Returns where an option's default was set.
    pub fn origin(&self, variable: &str) -> Option<&str> {
        self.find(variable).map(|value| value.origin.as_str())
    }

    /// Returns the last value of an option; an empty list sets nothing.
    fn find(&self, variable: &str) -> Option<&OptionValue> {
        let mut values = self.0.iter().rev().filter(|value| !value.texts.is_empty());
        values.find(|value| value.variable == variable)
    }
}
