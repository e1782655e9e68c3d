//! `linecard.toml`: options by the names of their flags.

use std::fs;
use std::io::ErrorKind;

use clap::{Arg, ArgAction, Command};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::option_value::{OptionValue, options_with_variables};
use crate::spelling::nearest;

/// The file in the working folder that is read if no other is named.
const NAME: &str = "linecard.toml";

/// The variable with the path of another file.
pub const VARIABLE: &str = "LINECARD_CONFIG";

/// The commands whose options the file may set; other commands use the values of options that they share.
const OWNERS: [&str; 2] = ["serve", "run"];

/// Returns the options that the file may set, with their variables, each once.
pub fn settable_options(all: &Command) -> Vec<(&Arg, &str)> {
    let owners = OWNERS.iter().filter_map(|name| all.find_subcommand(name));
    let mut options: Vec<(&Arg, &str)> = Vec::new();
    for (arg, variable) in owners.flat_map(options_with_variables) {
        let settable = !arg.is_global_set() && arg.get_long().is_some();
        if settable && options.iter().all(|(_, known)| *known != variable) {
            options.push((arg, variable));
        }
    }
    options
}

/// Reads the named file, or the one in the working folder if there is one.
///
/// # Errors
/// One line with the file's name, the line in it, and a suggestion.
pub fn read_settings(all: &Command, named: Option<&str>) -> Result<Vec<OptionValue>, String> {
    let path = named.unwrap_or(NAME);
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound && named.is_none() => return Ok(Vec::new()),
        Err(error) => return Err(format!("cannot read {path}: {error}")),
    };
    let place = |at: usize| format!("{path} line {}", line_number(&text, at));
    let table = DeTable::parse(&text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        format!("{}: not TOML: {}", place(at), error.message().replace('\n', ", "))
    })?;
    let options = settable_options(all);
    let members = table.get_ref().iter().map(|(key, value)| {
        let origin = place(key.span().start);
        read_member(&options, key.get_ref(), value, origin)
    });
    members.collect()
}

/// Returns the line of an offset in a text, from 1.
fn line_number(text: &str, at: usize) -> usize {
    let before = text.bytes().take(at);
    1 + before.filter(|byte| *byte == b'\n').count()
}

/// Parses the value of one key of the file.
fn read_member(
    options: &[(&Arg, &str)],
    key: &str,
    value: &Spanned<DeValue<'_>>,
    origin: String,
) -> Result<OptionValue, String> {
    let Some((arg, variable)) = options.iter().find(|(arg, _)| arg.get_long() == Some(key)) else {
        let known: Vec<&str> = options.iter().filter_map(|(arg, _)| arg.get_long()).collect();
        let meant = nearest(key, &known);
        return Err(format!(
            "{origin}: there is no option {key:?}{meant} (linecard config lists the options)"
        ));
    };
    let texts = option_texts(arg, value.get_ref()).map_err(|wanted| format!("{origin}: {key} takes {wanted}"))?;
    let value = OptionValue {
        variable: (*variable).to_owned(),
        texts,
        origin,
    };
    value.check(arg).map(|()| value)
}

/// Returns the texts of the equivalent flags; the error describes the valid values.
fn option_texts(arg: &Arg, value: &DeValue<'_>) -> Result<Vec<String>, &'static str> {
    match (arg.get_action(), value) {
        // A flag that is absent is false.
        (ArgAction::SetTrue, DeValue::Boolean(set)) => Ok(set.then(|| "true".to_owned()).into_iter().collect()),
        (ArgAction::SetTrue, _) => Err("true or false"),
        (ArgAction::Append, DeValue::Array(items)) => {
            let items = items
                .iter()
                .map(|item| scalar_text(item.get_ref()).ok_or("a text or a list of texts"));
            items.collect()
        }
        (ArgAction::Append, value) => scalar_text(value)
            .map(|text| vec![text])
            .ok_or("a text or a list of texts"),
        (_, value) => scalar_text(value)
            .map(|text| vec![text])
            .ok_or("one text, number, true or false"),
    }
}

/// Returns the text of a value that is neither a list nor a table.
fn scalar_text(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.clone().into_owned()),
        DeValue::Integer(number) => {
            // Flags accept decimal numbers only.
            let decimal = i128::from_str_radix(number.as_str(), number.radix());
            Some(decimal.map_or_else(|_| number.to_string(), |number| number.to_string()))
        }
        DeValue::Float(number) => Some(number.as_str().to_owned()),
        DeValue::Boolean(flag) => Some(flag.to_string()),
        DeValue::Datetime(at) => Some(at.to_string()),
        DeValue::Array(_) | DeValue::Table(_) => None,
    }
}
