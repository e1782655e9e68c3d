//! The credentials that a server inherits from `linecard run`, which names those of its own panel in variables that
//! are options of a server too. A server that the command starts has credentials of its own, those of its seed.

use clap::ArgMatches;
use clap::parser::ValueSource;

use super::ready;
use crate::config::Config;

/// Removes the credentials of another panel from the options of a server. What a flag or a file says stays.
pub fn remove_credentials(config: &mut Config, matches: &ArgMatches) {
    let is_under_run = ready::api_variables().any(|name| std::env::var_os(name).is_some());
    let is_inherited = |id: &str| is_under_run && matches.value_source(id) == Some(ValueSource::EnvVariable);
    if is_inherited("access_code") {
        config.access_code = None;
    }
    if is_inherited("api_key") {
        config.api_key = None;
    }
    if is_inherited("nxt_token") {
        config.nxt_token = None;
    }
    if is_inherited("billing_key") {
        config.billing_key = None;
    }
}
