//! Values of options that are not from the command line. Each is validated by the option's own parser, as a
//! flag is.

use clap::{Arg, ArgAction, Command};

use super::output::usage_line;
use super::secrets;

/// The value of an option; a list has several texts.
pub struct OptionValue {
    /// The option's variable, which is the same in each command that has the option.
    pub variable: String,
    pub texts: Vec<String>,
    /// Where it was set, as `linecard config` and error messages name it.
    pub origin: String,
}

impl OptionValue {
    /// Validates the value with the option's own parser.
    ///
    /// # Errors
    /// One line with the error; a secret is not repeated.
    pub fn check(&self, arg: &Arg) -> Result<(), String> {
        let Some(flag) = arg.get_long() else {
            return Ok(());
        };
        let mut alone = Command::new("linecard").no_binary_name(true).arg(arg.clone());
        let words = self.texts.iter().map(|text| match arg.get_action() {
            ArgAction::SetTrue => format!("--{flag}"),
            _ => format!("--{flag}={text}"),
        });
        alone.try_get_matches_from_mut(words).map(drop).map_err(|mut error| {
            secrets::mask(&mut error, &alone);
            format!("{}: {}", self.origin, usage_line(&error))
        })
    }
}

/// Returns the options of a command that have an environment variable, with its name.
pub fn options_with_variables(command: &Command) -> impl Iterator<Item = (&Arg, &str)> {
    let arguments = command.get_arguments();
    arguments.filter_map(|arg| Some((arg, arg.get_env()?.to_str()?)))
}
