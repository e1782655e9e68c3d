//! Values of options from files, put together: those of `linecard.toml` and of files with secrets. They
//! become defaults of the chosen command, so that one parser reads and refuses them as it does flags.

use clap::Command;

use super::option_value::{OptionValue, options_with_variables};
use super::{secret_files, settings_file};

/// All values from files; a later one overrides an earlier one.
#[derive(Default)]
pub struct FileDefaults(Vec<OptionValue>);

impl FileDefaults {
    /// Reads the files that matter for the chosen command; `named` is the file of settings that `--config` names.
    ///
    /// # Errors
    /// One line that says what is wrong, and where.
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

    /// Whether no file sets anything.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The command with these values as its defaults.
    pub fn apply_to(&self, command: Command) -> Command {
        command.mut_args(|arg| {
            let value = arg.get_env().and_then(|name| self.find(name.to_str()?));
            match value.map(|value| value.texts.clone()) {
                Some(texts) => arg.default_values(texts),
                None => arg,
            }
        })
    }

    /// Where an option's default was set.
    pub fn origin(&self, variable: &str) -> Option<&str> {
        self.find(variable).map(|value| value.origin.as_str())
    }

    /// The value that counts; an empty list sets nothing.
    fn find(&self, variable: &str) -> Option<&OptionValue> {
        let mut values = self.0.iter().rev().filter(|value| !value.texts.is_empty());
        values.find(|value| value.variable == variable)
    }
}
