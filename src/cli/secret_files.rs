//! Secrets in files of their own, as container platforms mount them: `LINECARD_API_KEY_FILE` names the file
//! that holds the value of `LINECARD_API_KEY`.

use std::path::Path;
use std::{env, fs};

use clap::{Arg, Command};

use super::option_value::{OptionValue, options_with_variables};

/// The variables whose values may be in a file.
const SECRETS: [&str; 6] = [
    "LINECARD_ACCESS_CODE",
    "LINECARD_API_KEY",
    "LINECARD_ADMIN_PASSWORD",
    "LINECARD_CONTROL_TOKEN",
    "LINECARD_NXT_TOKEN",
    "LINECARD_BILLING_KEY",
];

/// Returns the names of the variables with the paths of the files.
pub fn file_variables() -> impl Iterator<Item = String> {
    SECRETS.into_iter().map(file_variable)
}

fn file_variable(variable: &str) -> String {
    format!("{variable}_FILE")
}

/// Reads the secrets in files for the options of a command.
///
/// # Errors
/// One line: a secret that is set twice, or a file that cannot be used.
pub fn read_secrets(chosen: &Command) -> Result<Vec<OptionValue>, String> {
    let secrets = options_with_variables(chosen).filter(|(_, variable)| SECRETS.contains(variable));
    secrets
        .filter_map(|(arg, variable)| read_secret(arg, variable).transpose())
        .collect()
}

fn read_secret(arg: &Arg, variable: &str) -> Result<Option<OptionValue>, String> {
    let file_variable = file_variable(variable);
    let Some(path) = env::var_os(&file_variable) else {
        return Ok(None);
    };
    if env::var_os(variable).is_some() {
        return Err(format!("{variable} and {file_variable} are both set: keep one of them"));
    }
    let path = Path::new(&path);
    let text = fs::read_to_string(path)
        .map_err(|error| format!("{file_variable}: cannot read {}: {error}", path.display()))?;
    let line = text.strip_suffix('\n').unwrap_or(&text);
    let line = line.strip_suffix('\r').unwrap_or(line);
    if line.is_empty() {
        return Err(format!("{file_variable}: {} is empty", path.display()));
    }
    let value = OptionValue {
        variable: variable.to_owned(),
        texts: vec![line.to_owned()],
        origin: format!("file {} of {file_variable}", path.display()),
    };
    value.check(arg).map(|()| Some(value))
}
