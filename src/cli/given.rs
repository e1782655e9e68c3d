//! Values from beside the command line: those of `linecard.toml` and of files with secrets. They become
//! defaults of the chosen command, so that one parser reads and refuses them as it does flags.

use clap::{Arg, ArgAction, Command};

use super::{secrets, settings_file, usage};

/// A value, or the values of a list, for an option.
pub struct Value {
    /// The option's variable, which is the same in each command that has the option.
    pub variable: String,
    pub texts: Vec<String>,
    /// Where it was said, as `linecard config` and refusals name it.
    pub origin: String,
}

/// All that was said beside the command line; what comes later counts more.
#[derive(Default)]
pub struct Given(Vec<Value>);

impl Given {
    /// Reads what there is for the chosen command; `file` is the file of settings that was asked for.
    ///
    /// # Errors
    /// One line that says what is wrong, and where.
    pub fn read(all: &Command, chosen: &str, file: Option<&str>) -> Result<Given, String> {
        let chosen = all.find_subcommand(chosen).unwrap_or(all);
        let has_options = variables(chosen).any(|(_, name)| name != settings_file::VARIABLE);
        if file.is_none() && !has_options {
            return Ok(Given::default());
        }
        let mut values = settings_file::read(all, file)?;
        // Files of secrets are named by variables, which count more than the file of settings.
        values.extend(secrets::read(chosen)?);
        Ok(Given(values))
    }

    /// Whether nothing was said.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The command with these values as its defaults.
    pub fn defaults(&self, command: Command) -> Command {
        command.mut_args(|arg| {
            let said = arg.get_env().and_then(|name| self.said(name.to_str()?));
            match said.map(|value| value.texts.clone()) {
                Some(texts) => arg.default_values(texts),
                None => arg,
            }
        })
    }

    /// Where an option's default was said.
    pub fn origin(&self, variable: &str) -> Option<&str> {
        self.said(variable).map(|value| value.origin.as_str())
    }

    /// The value that counts; a list of none says nothing.
    fn said(&self, variable: &str) -> Option<&Value> {
        let mut said = self.0.iter().rev().filter(|value| !value.texts.is_empty());
        said.find(|value| value.variable == variable)
    }
}

/// The options of a command that a variable can say too.
pub fn variables(command: &Command) -> impl Iterator<Item = (&Arg, &str)> {
    let arguments = command.get_arguments();
    arguments.filter_map(|arg| Some((arg, arg.get_env()?.to_str()?)))
}

/// Lets the option's own parser look at a value.
///
/// # Errors
/// What is wrong with it; a secret is not repeated.
pub fn check(arg: &Arg, value: &Value) -> Result<(), String> {
    let Some(flag) = arg.get_long() else {
        return Ok(());
    };
    let mut alone = Command::new("linecard").no_binary_name(true).arg(arg.clone());
    let words = value.texts.iter().map(|text| match arg.get_action() {
        ArgAction::SetTrue => format!("--{flag}"),
        _ => format!("--{flag}={text}"),
    });
    alone.try_get_matches_from_mut(words).map(drop).map_err(|mut error| {
        secrets::mask(&mut error, &alone);
        format!("{}: {}", value.origin, usage(&error))
    })
}
