//! `linecard.toml`: options by their flags' names, kept in a file beside what is tested or run.

use std::fs;
use std::io::ErrorKind;

use clap::{Arg, ArgAction, Command};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::given::{Value, check, variables};
use crate::control::nearest;

/// The file that is read when it is in the working folder and no other was asked for.
const NAME: &str = "linecard.toml";

/// The variable that asks for another one.
pub const VARIABLE: &str = "LINECARD_CONFIG";

/// The commands whose options the file may set; others that have one of them take it too.
const OWNERS: [&str; 2] = ["serve", "run"];

/// The options that the file may set, with their variables, each once.
pub fn options(all: &Command) -> Vec<(&Arg, &str)> {
    let owners = OWNERS.iter().filter_map(|name| all.find_subcommand(name));
    let mut options: Vec<(&Arg, &str)> = Vec::new();
    for (arg, variable) in owners.flat_map(variables) {
        let settable = !arg.is_global_set() && arg.get_long().is_some();
        if settable && options.iter().all(|(_, known)| *known != variable) {
            options.push((arg, variable));
        }
    }
    options
}

/// Reads the file that was asked for, or the one in the working folder if there is one.
///
/// # Errors
/// One line with the file's name, the line in it, and what may have been meant.
pub fn read(all: &Command, asked: Option<&str>) -> Result<Vec<Value>, String> {
    let path = asked.unwrap_or(NAME);
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound && asked.is_none() => return Ok(Vec::new()),
        Err(error) => return Err(format!("cannot read {path}: {error}")),
    };
    let place = |at: usize| format!("{path} line {}", line(&text, at));
    let table = DeTable::parse(&text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        format!("{}: not TOML: {}", place(at), error.message().replace('\n', ", "))
    })?;
    let options = options(all);
    let members = table.get_ref().iter().map(|(key, value)| {
        let origin = place(key.span().start);
        given(&options, key.get_ref(), value, origin)
    });
    members.collect()
}

/// The line of a place in a text, counted from 1.
fn line(text: &str, at: usize) -> usize {
    let before = text.bytes().take(at);
    1 + before.filter(|byte| *byte == b'\n').count()
}

fn given(options: &[(&Arg, &str)], key: &str, value: &Spanned<DeValue<'_>>, origin: String) -> Result<Value, String> {
    let Some((arg, variable)) = options.iter().find(|(arg, _)| arg.get_long() == Some(key)) else {
        let known: Vec<&str> = options.iter().filter_map(|(arg, _)| arg.get_long()).collect();
        let meant = nearest(key, &known);
        return Err(format!(
            "{origin}: there is no option {key:?}{meant} (linecard config lists the options)"
        ));
    };
    let texts = texts(arg, value.get_ref()).map_err(|wanted| format!("{origin}: {key} takes {wanted}"))?;
    let value = Value {
        variable: (*variable).to_owned(),
        texts,
        origin,
    };
    check(arg, &value).map(|()| value)
}

/// What a flag would say; else what the option takes.
fn texts(arg: &Arg, value: &DeValue<'_>) -> Result<Vec<String>, &'static str> {
    match (arg.get_action(), value) {
        // A flag that is not said is false.
        (ArgAction::SetTrue, DeValue::Boolean(said)) => Ok(said.then(|| "true".to_owned()).into_iter().collect()),
        (ArgAction::SetTrue, _) => Err("true or false"),
        (ArgAction::Append, DeValue::Array(items)) => {
            let items = items
                .iter()
                .map(|item| plain(item.get_ref()).ok_or("a text or a list of texts"));
            items.collect()
        }
        (ArgAction::Append, value) => plain(value).map(|text| vec![text]).ok_or("a text or a list of texts"),
        (_, value) => plain(value)
            .map(|text| vec![text])
            .ok_or("one text, number, true or false"),
    }
}

/// The text of a value that is neither a list nor a table.
fn plain(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.clone().into_owned()),
        DeValue::Integer(number) => {
            // Numbers of other bases are said as flags say them.
            let read = i128::from_str_radix(number.as_str(), number.radix());
            Some(read.map_or_else(|_| number.to_string(), |number| number.to_string()))
        }
        DeValue::Float(number) => Some(number.as_str().to_owned()),
        DeValue::Boolean(said) => Some(said.to_string()),
        DeValue::Datetime(at) => Some(at.to_string()),
        DeValue::Array(_) | DeValue::Table(_) => None,
    }
}
