//! Values of options from beside the command line, and the check that each passes: the option's own parser
//! reads it as it reads a flag.

use clap::{Arg, ArgAction, Command};

use super::output::usage_line;
use super::secrets;

/// A value, or the values of a list, for an option.
pub struct OptionValue {
    /// The option's variable, which is the same in each command that has the option.
    pub variable: String,
    pub texts: Vec<String>,
    /// Where it was set, as `linecard config` and error messages name it.
    pub origin: String,
}

impl OptionValue {
    /// Checks the value with the option's own parser.
    ///
    /// # Errors
    /// What is wrong with it; a secret is not repeated.
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

/// The options of a command that an environment variable can set, with their variables.
pub fn options_with_variables(command: &Command) -> impl Iterator<Item = (&Arg, &str)> {
    let arguments = command.get_arguments();
    arguments.filter_map(|arg| Some((arg, arg.get_env()?.to_str()?)))
}
