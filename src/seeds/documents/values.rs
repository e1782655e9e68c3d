//! Converts values between a document and the database. Each parser has its writer, so that an export parses to
//! the same value.

use rusqlite::Connection;
use rusqlite::types::{Value as Sql, ValueRef};

use super::names::{Names, ValueError};
use super::plan::PlannedField;
use super::section::{Shape, TextForm};
use super::times;
use crate::document::{Member, Node, Value, suggestion};
use crate::money::Money;
use crate::panel::billing::passwords;
use crate::panel::rng::Rng;
use crate::panel::webhooks::{event, signing};
use crate::panel::{forms, resellers, rest_secrets};
use crate::spelling::nearest;
use crate::store::functions::ids_text;
use crate::store::schema::ColumnType;
use crate::time::Zone;

/// The key of a text that is stored unchanged: `{raw: "…"}`.
const RAW: &str = "raw";

/// How the hash of a customer's password begins.
const ARGON2ID: &str = "$argon2id$";

/// The depth up to which stored JSON is written as a tree.
const DEEPEST_JSON: usize = 12;

/// Parses the values of a document.
pub struct ValueReader<'a> {
    pub db: &'a Connection,
    pub rng: &'a Rng,
    pub now: i64,
    pub zone: Zone,
    pub names: Names,
}

/// The error, its line, and the path below the value: `[2]`.
pub type LocatedError = (ValueError, usize, String);

impl ValueReader<'_> {
    /// Converts a node to the value to store.
    ///
    /// # Errors
    /// The error of the value, and its place.
    pub fn parse_value(&mut self, field: &PlannedField, node: &Node) -> Result<Sql, LocatedError> {
        if let Some(raw) = raw_text(node) {
            return Ok(Sql::Text(raw.to_owned()));
        }
        let here = |error: ValueError| (error, node.line, String::new());
        if node.is_null() {
            return self.parse_null(field).map_err(here);
        }
        match field.shape {
            Shape::One(section) => self
                .names
                .resolve(self.db, section, node)
                .map(Sql::Integer)
                .map_err(here),
            Shape::Many(section) => {
                let mut ids = Vec::new();
                for (at, node) in items(node).iter().enumerate() {
                    let id = self.names.resolve(self.db, section, node);
                    ids.push(id.map_err(|error| (error, node.line, format!("[{at}]")))?);
                }
                Ok(Sql::Text(ids_text(&ids)))
            }
            Shape::Texts | Shape::Events => {
                let mut texts = Vec::new();
                for (at, node) in items(node).iter().enumerate() {
                    let error = || ValueError::new(format!("this is {}", node.kind()), "write a text");
                    let here = |error| (error, node.line, format!("[{at}]"));
                    let text = node.scalar().ok_or_else(|| here(error()))?;
                    if matches!(field.shape, Shape::Events) {
                        check_event(text).map_err(here)?;
                    }
                    texts.push(text);
                }
                Ok(Sql::Text(serde_json::Value::from(texts).to_string()))
            }
            Shape::Column => self.parse_column_value(field, node).map_err(here),
            Shape::Numbered(words) => parse_numbered(node, words).map_err(here),
            Shape::OneOf(words) => parse_one_of(node, words).map_err(here),
            Shape::Password => self.parse_password(node).map_err(here),
            Shape::Secret => parse_secret(node).map_err(here),
            Shape::CustomerPassword => self.parse_customer_password(node).map_err(here),
            Shape::Range(least, most) => parse_range(node, least, most).map_err(here),
            Shape::Amount(most) => parse_amount(node, most).map_err(here),
            Shape::Millis => self.parse_millis(field, node).map_err(here),
            Shape::Form(form) => parse_form(node, form).map_err(here),
            Shape::SigningSecret => parse_signing_secret(node).map_err(here),
        }
    }

    /// Converts `null`, if the field may be empty.
    fn parse_null(&self, field: &PlannedField) -> Result<Sql, ValueError> {
        match field.shape {
            _ if field.column.nullable => Ok(Sql::Null),
            Shape::One(_) => Ok(Sql::Integer(0)),
            Shape::Many(_) | Shape::Texts | Shape::Events => Ok(Sql::Text("[]".into())),
            _ => Err(ValueError::new(
                "it cannot be empty",
                "leave the key out for its default",
            )),
        }
    }

    /// Converts a value of the column's own type.
    fn parse_column_value(&self, field: &PlannedField, node: &Node) -> Result<Sql, ValueError> {
        if field.column.kind == ColumnType::Json {
            return match node.value {
                Value::List(_) | Value::Map(_) => Ok(Sql::Text(node.json().to_string())),
                _ => Err(ValueError::new(
                    "this is a single value",
                    "write a list, a map or {raw: \"…\"}",
                )),
            };
        }
        let Some(text) = node.scalar() else {
            return Err(ValueError::new(
                format!("this is {}", node.kind()),
                "write a single value",
            ));
        };
        let error = |what: &str, hint: &str| ValueError::new(format!("{text:?} is not {what}"), hint);
        match field.column.kind {
            ColumnType::Text | ColumnType::Json => Ok(Sql::Text(text.to_owned())),
            ColumnType::Int => {
                let number = text.parse().map(Sql::Integer);
                number.map_err(|_| error("a whole number", "write digits, as in 2"))
            }
            ColumnType::Real => {
                let number = text.parse().ok().filter(|number: &f64| !number.is_nan());
                number
                    .map(Sql::Real)
                    .ok_or_else(|| error("a number", "write digits, as in 7.5"))
            }
            ColumnType::Flag => parse_flag(text)
                .map(Sql::Integer)
                .ok_or_else(|| error("yes or no", "write true or false")),
            ColumnType::Money => {
                let money = Money::parse(text).map(|money| Sql::Integer(money.0));
                money.ok_or_else(|| error("an amount of credits", "write it as in 12.50"))
            }
            ColumnType::Unix => match (text.parse(), times::parse(text, self.now, self.zone)) {
                (Ok(unix), _) => Ok(Sql::Integer(unix)),
                (_, Some(times::TimeValue::At(unix))) => Ok(Sql::Integer(unix)),
                (_, Some(times::TimeValue::Never)) if field.column.nullable => Ok(Sql::Null),
                _ => Err(error("a time", times::HINT)),
            },
            ColumnType::Iso => {
                let unix = match (text.parse(), times::parse(text, self.now, self.zone)) {
                    (_, Some(times::TimeValue::Never)) => return Ok(Sql::Null),
                    (_, Some(times::TimeValue::At(unix))) | (Ok(unix), None) => unix,
                    _ => return Err(error("a time", times::HINT)),
                };
                let local = self.zone.iso(unix).map(Sql::Text);
                local.ok_or_else(|| error("a time of the calendar", times::HINT))
            }
        }
    }

    fn parse_millis(&self, field: &PlannedField, node: &Node) -> Result<Sql, ValueError> {
        let text = node.scalar().unwrap_or_default();
        match times::parse_millis(text, self.now, self.zone) {
            Some(millis) => Ok(Sql::Integer(millis)),
            None if text == "never" && field.column.nullable => Ok(Sql::Null),
            None => Err(ValueError::new(format!("{text:?} is not a time"), times::HINT)),
        }
    }

    fn parse_customer_password(&self, node: &Node) -> Result<Sql, ValueError> {
        let text = node.scalar().unwrap_or_default();
        if text.starts_with(ARGON2ID) {
            return Ok(Sql::Text(text.to_owned()));
        }
        let hash = passwords::hash_of_seed(self.rng, text).map_err(|error| ValueError::new(error.to_string(), ""))?;
        hash.map(|hash| Sql::Text(hash.as_str().to_owned()))
            .ok_or_else(|| ValueError::new("this is no password", "write 8 to 200 characters"))
    }

    fn parse_password(&self, node: &Node) -> Result<Sql, ValueError> {
        let Some(text) = node.scalar() else {
            return Err(ValueError::new(format!("this is {}", node.kind()), "write a text"));
        };
        if text.is_empty() || text.starts_with('$') {
            return Ok(Sql::Text(text.to_owned()));
        }
        if text.len() > resellers::PASSWORD_MOST {
            let most = format!("{} bytes are the most", resellers::PASSWORD_MOST);
            return Err(ValueError::new("the password is too long", most));
        }
        let hashed = resellers::hash(self.rng, text).map_err(|error| ValueError::new(error.to_string(), ""))?;
        Ok(Sql::Text(hashed))
    }
}

/// Returns a list, or a single value as a list of one.
fn items(node: &Node) -> &[Node] {
    match &node.value {
        Value::List(items) => items,
        _ => std::slice::from_ref(node),
    }
}

/// Returns the text of `{raw: …}`.
fn raw_text(node: &Node) -> Option<&str> {
    match &node.value {
        Value::Map(members) => match members.as_slice() {
            [Member { key, node, .. }] if key == RAW => node.scalar(),
            _ => None,
        },
        _ => None,
    }
}

/// Converts the secret of a REST API to its hash.
fn parse_secret(node: &Node) -> Result<Sql, ValueError> {
    let text = node.scalar().unwrap_or_default();
    if let Some(hash) = text.strip_prefix(rest_secrets::STORED) {
        let is_hash = hash.len() == 64 && hash.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let error = || ValueError::new("this is no SHA-256", "write 64 hex digits in lower case after sha256:");
        return is_hash.then(|| Sql::Text(hash.to_owned())).ok_or_else(error);
    }
    let is_secret = (8..=200).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
    let error = || {
        ValueError::new(
            "this is no secret",
            "write 8 to 200 printable characters without spaces",
        )
    };
    is_secret.then(|| Sql::Text(rest_secrets::hash(text))).ok_or_else(error)
}

fn parse_range(node: &Node, least: i64, most: i64) -> Result<Sql, ValueError> {
    let text = node.scalar().unwrap_or_default();
    let number = text.parse().ok().filter(|number| (least..=most).contains(number));
    let error = || ValueError::new(format!("{text:?} is out of range"), format!("write {least} to {most}"));
    number.map(Sql::Integer).ok_or_else(error)
}

fn parse_amount(node: &Node, most: i64) -> Result<Sql, ValueError> {
    let text = node.scalar().unwrap_or_default();
    let amount = forms::hundredths(text).filter(|hundredths| *hundredths <= most);
    let hint = || format!("write 0 to {} with at most two places, as in 9.99", Money(most));
    let error = || ValueError::new(format!("{text:?} is not an amount"), hint());
    amount.map(Sql::Integer).ok_or_else(error)
}

fn parse_form(node: &Node, form: &TextForm) -> Result<Sql, ValueError> {
    let text = node.scalar().unwrap_or_default();
    let error = || {
        ValueError::new(
            format!("{text:?} is not {}", form.what),
            format!("write it as in {}", form.example),
        )
    };
    (form.read)(text).map(Sql::Text).ok_or_else(error)
}

/// Checks the name of an event.
fn check_event(text: &str) -> Result<(), ValueError> {
    let names = event::names();
    let hint = || format!("there are {}{}", names.join(", "), nearest(text, &names));
    let error = || ValueError::new(format!("there is no event {text:?}"), hint());
    names.contains(&text).then_some(()).ok_or_else(error)
}

/// Checks the secret of an endpoint of webhooks.
fn parse_signing_secret(node: &Node) -> Result<Sql, ValueError> {
    let text = node.scalar().unwrap_or_default();
    let error = || ValueError::new("this signs nothing", format!("write {}", signing::FORM));
    signing::key(text).map(|_| Sql::Text(text.to_owned())).ok_or_else(error)
}

fn parse_flag(text: &str) -> Option<i64> {
    match text {
        "true" | "yes" | "on" => Some(1),
        "false" | "no" | "off" => Some(0),
        number => number.parse::<i8>().ok().map(i64::from),
    }
}

fn parse_numbered(node: &Node, words: &[(&str, i64)]) -> Result<Sql, ValueError> {
    let text = node.scalar().unwrap_or_default();
    let known = words.iter().find(|(word, _)| *word == text).map(|(_, number)| *number);
    match known.or_else(|| text.parse().ok()) {
        Some(number) => Ok(Sql::Integer(number)),
        None => {
            let words: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            Err(ValueError::new(
                format!("there is no {text:?}"),
                suggestion(text, &words),
            ))
        }
    }
}

fn parse_one_of(node: &Node, words: &[&str]) -> Result<Sql, ValueError> {
    let text = node.scalar().unwrap_or_default();
    match words.contains(&text) {
        true => Ok(Sql::Text(text.to_owned())),
        false => Err(ValueError::new(
            format!("there is no {text:?}"),
            suggestion(text, words),
        )),
    }
}

/// Converts values of the database to nodes.
pub struct ValueWriter<'a> {
    pub db: &'a Connection,
    pub zone: Zone,
    pub names: Names,
}

impl ValueWriter<'_> {
    /// Converts a value to a node; `None` for the value that a new row gets without the key.
    pub fn write_value(&mut self, field: &PlannedField, value: ValueRef<'_>) -> rusqlite::Result<Option<Node>> {
        if field
            .omitted_value()
            .is_some_and(|omitted| ValueRef::from(&omitted) == value)
        {
            return Ok(None);
        }
        let node = match value {
            ValueRef::Null => Node::word("null"),
            ValueRef::Integer(number) => self.write_number(field, number)?,
            ValueRef::Real(number) if number.is_finite() => Node::word(serde_json::Value::from(number)),
            ValueRef::Real(number) => Node::word(if number > 0.0 { "1e999" } else { "-1e999" }),
            ValueRef::Text(bytes) | ValueRef::Blob(bytes) => self.write_text(field, &String::from_utf8_lossy(bytes))?,
        };
        Ok(Some(node))
    }

    fn write_number(&mut self, field: &PlannedField, number: i64) -> rusqlite::Result<Node> {
        match (field.shape, field.column.kind) {
            (Shape::One(section), _) => self.names.reference(self.db, section, number),
            (Shape::Numbered(words), _) => {
                let word = words.iter().find(|(_, stands_for)| *stands_for == number);
                Ok(word.map_or_else(|| Node::word(number), |(word, _)| Node::text(*word)))
            }
            (Shape::Millis, _) => Ok(Node::text(times::print_millis(number, self.zone))),
            (Shape::Amount(_), _) => Ok(Node::word(Money(number).cents())),
            (_, ColumnType::Flag) if number == 0 || number == 1 => Ok(Node::word(number == 1)),
            (_, ColumnType::Money) => Ok(Node::word(Money(number))),
            (_, ColumnType::Unix) => {
                let text = self.zone.iso(number);
                let text = text.filter(|text| self.zone.read_iso(text) == Some(number));
                Ok(text.map_or_else(|| Node::word(number), Node::text))
            }
            _ => Ok(Node::word(number)),
        }
    }

    fn write_text(&mut self, field: &PlannedField, text: &str) -> rusqlite::Result<Node> {
        match (field.shape, field.column.kind) {
            (Shape::Many(section), _) => {
                let ids: Option<Vec<i64>> = serde_json::from_str(text).ok();
                let Some(ids) = ids.filter(|ids| ids_text(ids) == text) else {
                    return Ok(raw_node(text));
                };
                let names = ids.iter().map(|id| self.names.reference(self.db, section, *id));
                Ok(Node::from_value(Value::List(names.collect::<rusqlite::Result<_>>()?)))
            }
            (Shape::Texts | Shape::Events, _) => {
                let texts: Option<Vec<String>> = serde_json::from_str(text).ok();
                let texts = texts.filter(|texts| {
                    let printed = serde_json::Value::from(texts.clone()).to_string();
                    printed == text
                });
                let list =
                    |texts: Vec<String>| Node::from_value(Value::List(texts.into_iter().map(Node::text).collect()));
                Ok(texts.map_or_else(|| raw_node(text), list))
            }
            (Shape::Secret, _) => Ok(Node::text(format!("{}{text}", rest_secrets::STORED))),
            (Shape::OneOf(words), _) if !words.contains(&text) => Ok(raw_node(text)),
            (Shape::Form(form), _) if (form.read)(text).as_deref() != Some(text) => Ok(raw_node(text)),
            (Shape::CustomerPassword, _) if !text.starts_with(ARGON2ID) => Ok(raw_node(text)),
            (Shape::Password, _) if !text.is_empty() && !text.starts_with('$') => Ok(raw_node(text)),
            (Shape::Column, ColumnType::Json) => Ok(json_tree(text).unwrap_or_else(|| raw_node(text))),
            (Shape::Column, ColumnType::Iso) => {
                let unix = self.zone.read_iso(text);
                let same = unix.and_then(|unix| self.zone.iso(unix)).is_some_and(|iso| iso == text);
                Ok(if same { Node::text(text) } else { raw_node(text) })
            }
            _ => Ok(Node::text(text)),
        }
    }
}

/// Wraps a text that only `{raw: …}` preserves.
fn raw_node(text: &str) -> Node {
    Node::map([(RAW, Node::text(text))])
}

/// Converts stored JSON to a tree, if that parses to the same text.
fn json_tree(text: &str) -> Option<Node> {
    let value: serde_json::Value = serde_json::from_str(text).ok()?;
    let node = Node::from_json(&value);
    let is_tree = matches!(node.value, Value::List(_) | Value::Map(_)) && raw_text(&node).is_none();
    let printed = node.json().to_string();
    (is_tree && depth(&value) <= DEEPEST_JSON && printed == text).then_some(node)
}

fn depth(value: &serde_json::Value) -> usize {
    match value {
        serde_json::Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        serde_json::Value::Object(members) => 1 + members.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}
