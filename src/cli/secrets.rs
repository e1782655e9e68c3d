//! Secrets in files of their own, as containers are given them: `LINECARD_API_KEY_FILE` names the file
//! that holds what `LINECARD_API_KEY` would say.

use std::env;
use std::fs;
use std::path::Path;

use clap::{Arg, Command};

use super::given::{Value, check, variables};

/// The variables whose values may be in a file.
const SECRETS: [&str; 4] = [
    "LINECARD_ACCESS_CODE",
    "LINECARD_API_KEY",
    "LINECARD_ADMIN_PASSWORD",
    "LINECARD_CONTROL_TOKEN",
];

/// The variables that name the files.
pub fn variables_of_files() -> impl Iterator<Item = String> {
    SECRETS.into_iter().map(twin)
}

fn twin(variable: &str) -> String {
    format!("{variable}_FILE")
}

/// The secrets in files that a command takes.
///
/// # Errors
/// One line: a secret that is said twice, or a file that cannot be used.
pub fn read(chosen: &Command) -> Result<Vec<Value>, String> {
    let secrets = variables(chosen).filter(|(_, variable)| SECRETS.contains(variable));
    secrets
        .filter_map(|(arg, variable)| secret(arg, variable).transpose())
        .collect()
}

fn secret(arg: &Arg, variable: &str) -> Result<Option<Value>, String> {
    let twin = twin(variable);
    let Some(path) = env::var_os(&twin) else {
        return Ok(None);
    };
    if env::var_os(variable).is_some() {
        return Err(format!("{variable} and {twin} are both set: keep one of them"));
    }
    let path = Path::new(&path);
    let text = fs::read_to_string(path).map_err(|error| format!("{twin}: cannot read {}: {error}", path.display()))?;
    let line = text.strip_suffix('\n').unwrap_or(&text);
    let line = line.strip_suffix('\r').unwrap_or(line);
    if line.is_empty() {
        return Err(format!("{twin}: {} is empty", path.display()));
    }
    let value = Value {
        variable: variable.to_owned(),
        texts: vec![line.to_owned()],
        origin: format!("file {} of {twin}", path.display()),
    };
    check(arg, &value).map(|()| Some(value))
}
