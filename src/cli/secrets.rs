//! Masks secrets in the output: error messages and the table of `linecard config`.

use clap::error::{ContextKind, ContextValue};
use clap::{Arg, Command};

use crate::panel::settings;
use crate::spelling::closest;

/// The settings whose values are secrets, in `--set NAME=VALUE`.
const SETTINGS: [&str; 1] = ["api_pass"];

/// The replacement of a secret.
pub const HIDDEN: &str = "***";

/// Masks the secret in a parser's error, which repeats the invalid value. The options are those of `all` and
/// its subcommands.
pub fn mask(error: &mut clap::Error, all: &Command) {
    let context = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text),
        _ => None,
    };
    let Some((option, value)) = context(ContextKind::InvalidArg).zip(context(ContextKind::InvalidValue)) else {
        return;
    };
    let masked = match is_secret(all, option) {
        // An empty value is not masked, because that it is empty is the error.
        true if !value.is_empty() => HIDDEN.to_owned(),
        _ => masked(value),
    };
    error.insert(ContextKind::InvalidValue, ContextValue::String(masked));
}

/// Whether an option, as the parser spells it (`--api-key <KEY>`), is a secret.
fn is_secret(all: &Command, option: &str) -> bool {
    let flag = option.split([' ', '=', '[']).next().unwrap_or_default();
    let named = |arg: &Arg| arg.get_long().is_some_and(|long| flag.strip_prefix("--") == Some(long));
    let mut arguments = all.get_arguments();
    arguments.any(|arg| arg.is_hide_env_values_set() && named(arg))
        || all.get_subcommands().any(|command| is_secret(command, option))
}

/// Masks the value of `NAME=VALUE` if the name is that of a secret setting, or close to one.
pub fn masked(pair: &str) -> String {
    let closest_setting = |name: &str| {
        let known: Vec<&str> = settings::SETTINGS.iter().map(|setting| setting.name).collect();
        closest(name, &known)
    };
    match pair.split_once('=') {
        Some((name, _)) if closest_setting(name).is_some_and(|name| SETTINGS.contains(&name)) => {
            format!("{name}={HIDDEN}")
        }
        _ => pair.to_owned(),
    }
}
