//! Unknown environment variables with Linecard's prefix stop the start: with a misspelt one ignored, the server
//! would run with other options than intended.

use clap::Command;

use super::option_value::options_with_variables;
use super::{ready, secret_files};
use crate::spelling::nearest;

/// The prefix of all variables of Linecard.
const PREFIX: &str = "LINECARD_";

/// The path of this program for the clients in other languages; it may also be set when the program is started
/// directly.
const CLIENTS: &str = "LINECARD_BIN";

/// The prefixes of the variables that Kubernetes sets in every container for a service named `linecard`.
const KUBERNETES: [&str; 2] = ["LINECARD_SERVICE_", "LINECARD_PORT_"];

/// Returns an error message about the first unknown name, with the closest known one.
pub fn find_unknown(command: &Command, names: impl Iterator<Item = String>) -> Option<String> {
    let commands = command.get_subcommands().chain([command]);
    let known: Vec<&str> = commands
        .flat_map(options_with_variables)
        .map(|(_, variable)| variable)
        .collect();
    let is_known = |name: &str| {
        known.contains(&name)
            || ready::variable_names().any(|known| known == name)
            || name == CLIENTS
            || secret_files::file_variables().any(|file| name == file)
            || KUBERNETES.iter().any(|prefix| name.starts_with(prefix))
    };
    let mut unknown: Vec<String> = names
        .filter(|name| name.starts_with(PREFIX) && !is_known(name))
        .collect();
    // The environment has no fixed order, but the message must be the same each time.
    unknown.sort();
    let first = unknown.first()?;
    let meant = nearest(first, &known);
    Some(format!(
        "there is no option for the variable {first}{meant} (linecard config lists the options)"
    ))
}
