//! Environment variables that look like options and are none: a start with a misspelt one would
//! quietly be another start than was asked for.

use clap::Command;

use super::given::variables;
use super::{ready, secrets};
use crate::control::nearest;

const OURS: &str = "LINECARD_";

/// Where the clients for other languages find this program; whoever sets it may start it by hand too.
const CLIENTS: &str = "LINECARD_BIN";

/// What Kubernetes sets in every container beside a service that is called `linecard`.
const NEIGHBOURS: [&str; 2] = ["LINECARD_SERVICE_", "LINECARD_PORT_"];

/// Says which of these names is not known to any command, and what may have been meant.
pub fn unknown(command: &Command, names: impl Iterator<Item = String>) -> Option<String> {
    let commands = command.get_subcommands().chain([command]);
    let known: Vec<&str> = commands.flat_map(variables).map(|(_, variable)| variable).collect();
    let is_known = |name: &str| {
        known.contains(&name)
            || ready::variable_names().any(|known| known == name)
            || name == CLIENTS
            || secrets::variables_of_files().any(|file| name == file)
            || NEIGHBOURS.iter().any(|neighbour| name.starts_with(neighbour))
    };
    let mut strangers: Vec<String> = names.filter(|name| name.starts_with(OURS) && !is_known(name)).collect();
    // The environment has no order that a person would know.
    strangers.sort();
    let first = strangers.first()?;
    let meant = nearest(first, &known);
    Some(format!(
        "there is no option for the variable {first}{meant} (linecard config lists the options)"
    ))
}
