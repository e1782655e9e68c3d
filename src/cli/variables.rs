//! Environment variables that look like options and are none: a server that ignored a misspelt one would
//! start otherwise than its operator meant.

use clap::Command;

use super::option_value::options_with_variables;
use super::{ready, secret_files};
use crate::spelling::nearest;

/// The prefix of all of Linecard's variables.
const PREFIX: &str = "LINECARD_";

/// Where the clients for other languages find this program; it may be set when the program is started by hand too.
const CLIENTS: &str = "LINECARD_BIN";

/// What Kubernetes sets in every container for a service named `linecard`.
const KUBERNETES: [&str; 2] = ["LINECARD_SERVICE_", "LINECARD_PORT_"];

/// An error message about the first of these names that no command knows, with the closest known name.
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
    // The environment has no fixed order; the message must be the same each time.
    unknown.sort();
    let first = unknown.first()?;
    let meant = nearest(first, &known);
    Some(format!(
        "there is no option for the variable {first}{meant} (linecard config lists the options)"
    ))
}
