//! Parameters: their types, and how each is parsed (contract, 3.2 and 3.3).
//!
//! A parameter is a constant with its name, type, requiredness and one line of documentation; an action names
//! a list of them, and parsing, strictness and the generated pages are derived from it.

use rusqlite::types::Value;
use serde_json::Value as Json;

use super::input::Input;
use super::writing::{Purpose, Writing};
use crate::dialects::php::form::Node;
use crate::dialects::php::scalar::{clean, leading_int, whole_int};
use crate::money::Money;
use crate::panel::draft::{Draft, FieldValue, Reference};
use crate::panel::net::{canonical_ip, canonical_mac, canonical_network};
use crate::panel::{Error, Result, access_codes};
use crate::store::functions::ids_text;
use crate::store::schema;
use crate::time::{Zone, iso, parse_local};

/// The type of a parameter.
#[derive(Clone, Copy)]
pub enum ParamType {
    /// Any scalar of at most this number of characters.
    Text(usize),
    /// A 32-bit number in a range.
    Int(i64, i64),
    /// `0` or `1`.
    Flag,
    Money,
    /// A decimal number.
    Real,
    Date,
    /// Row ids, as JSON text or as a PHP array.
    Ids,
    /// The id of a row that must exist.
    Row(&'static Reference),
    /// A JSON object.
    Object,
    /// A JSON list of texts.
    JsonTexts,
    /// A PHP array of texts.
    Texts,
    /// A PHP array of ports.
    Ports,
    /// A PHP array of ports: the first goes to the first column, the rest to the second.
    FirstPort(&'static str, &'static str),
    /// A PHP array of addresses and networks.
    Networks,
    /// A PHP array of output formats, 1 to 3.
    Formats,
    Ip,
    Network,
    Mac,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// Two letters or nothing.
    Country,
    /// 32 hexadecimal digits.
    ApiKey,
    /// The text of an access code; the minimum length depends on its type.
    Code,
    /// A JSON object whose members are lists of ids: (member, column).
    IdLists(&'static [(&'static str, &'static str)]),
}

/// The effect of a field that an edit sends empty (3.3).
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cleared {
    /// The empty value of its type.
    Empty,
    /// The stored value stays.
    Unchanged,
    /// An error: it counts as missing.
    Refused,
    /// Null, which the noun replaces.
    Null,
}

/// A parameter of an action.
#[derive(Clone, Copy)]
pub struct Param {
    pub name: &'static str,
    /// A second spelling.
    pub also: Option<&'static str>,
    pub kind: ParamType,
    /// Whether a create requires it.
    pub required: bool,
    /// One line for the generated pages.
    pub doc: &'static str,
    /// The default, if the schema does not define it.
    pub default: Option<&'static str>,
    /// A value for the generated pages, if that of its type says too little.
    pub example: Option<&'static str>,
    /// The column that stores the value; usually it has the parameter's name.
    column: &'static str,
    /// The table of that column, for its default.
    table: &'static str,
    cleared: Cleared,
    /// The parameter that is optional, and ignored, when this flag is 1.
    waives: Option<&'static str>,
    /// Whether it is checked right after the dates.
    early: bool,
    /// Whether it is a flag whose value counts, also where other flags are on as soon as they are sent.
    by_value: bool,
    /// Whether it is the owner of a row, which may be the caller.
    is_owner: bool,
}

impl Param {
    /// Creates a parameter with this name, type and documentation.
    pub const fn new(name: &'static str, kind: ParamType, doc: &'static str) -> Param {
        Param {
            name,
            also: None,
            kind,
            required: false,
            doc,
            default: None,
            example: None,
            column: name,
            table: "",
            cleared: Cleared::Empty,
            waives: None,
            early: false,
            by_value: false,
            is_owner: false,
        }
    }

    /// Makes it required on create.
    pub const fn required(self) -> Param {
        Param { required: true, ..self }
    }

    /// Stores it in a column of another name.
    pub const fn column(self, column: &'static str) -> Param {
        Param { column, ..self }
    }

    /// Sets the table of its column.
    pub const fn in_table(self, table: &'static str) -> Param {
        Param { table, ..self }
    }

    /// Adds a second spelling.
    pub const fn also(self, also: &'static str) -> Param {
        Param {
            also: Some(also),
            ..self
        }
    }

    /// Sets the default for the generated pages.
    pub const fn default(self, default: &'static str) -> Param {
        Param {
            default: Some(default),
            ..self
        }
    }

    /// Sets a value for the generated pages: with the `docs` seed a call that has it succeeds.
    pub const fn example(self, example: &'static str) -> Param {
        Param {
            example: Some(example),
            ..self
        }
    }

    /// An empty value changes nothing.
    pub const fn kept_when_empty(self) -> Param {
        Param {
            cleared: Cleared::Unchanged,
            ..self
        }
    }

    /// An empty value counts as missing.
    pub const fn refused_when_empty(self) -> Param {
        Param {
            cleared: Cleared::Refused,
            ..self
        }
    }

    /// An empty value sets its column to null.
    pub const fn null_when_empty(self) -> Param {
        Param {
            cleared: Cleared::Null,
            ..self
        }
    }

    /// Checks it right after the dates, before the parameters without a fixed position (3.4).
    pub const fn checked_early(self) -> Param {
        Param { early: true, ..self }
    }

    /// Makes the value of a flag count in every profile.
    pub const fn by_value(self) -> Param {
        Param { by_value: true, ..self }
    }

    /// Marks the owner of a row.
    pub const fn owner(self) -> Param {
        Param { is_owner: true, ..self }
    }

    /// Makes another parameter optional when this flag is 1.
    pub const fn waives(self, other: &'static str) -> Param {
        Param {
            waives: Some(other),
            ..self
        }
    }

    /// Returns all spellings of the parameter.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        [Some(self.name), self.also].into_iter().flatten()
    }

    /// Returns the default for the generated pages: its own, or the column's.
    pub fn default_text(&self) -> Option<&'static str> {
        self.default
            .or_else(|| schema::table(self.table)?.column(self.column)?.default)
    }

    /// Returns the value as it was sent, under either name.
    fn sent<'a>(&self, input: &'a Input) -> Option<&'a Node> {
        self.names().find_map(|name| input.node(name))
    }

    fn invalid(&self) -> Error {
        Error::Invalid(self.name.into())
    }

    /// Returns the error for a value that is not of this type.
    fn fault(&self) -> Error {
        match self.kind {
            ParamType::Date => Error::InvalidDate(self.name.into()),
            ParamType::Mac => Error::InvalidMac,
            ParamType::Row(reference) => (reference.otherwise)(self.name.into()),
            _ => self.invalid(),
        }
    }

    fn missing(&self) -> Error {
        Error::Missing(self.name.into())
    }

    /// Whether it may be a PHP array.
    pub fn is_list(&self) -> bool {
        use ParamType::{FirstPort, Formats, Ids, Networks, Ports, Texts};
        matches!(self.kind, Ids | Texts | Networks | Ports | Formats | FirstPort(..))
    }

    /// Returns its position among the checks (3.4): dates, early checks, the rest, the MAC.
    fn turn(&self) -> u8 {
        match self.kind {
            ParamType::Date => 1,
            _ if self.early => 2,
            ParamType::Mac => 4,
            _ => 3,
        }
    }

    /// Parses a required `int` above zero, for operations other than create and edit.
    ///
    /// # Errors
    /// [`Error::Missing`], [`Error::Invalid`].
    pub fn positive(&self, input: &Input) -> Result<i64> {
        let text = input.text(self.name)?.ok_or_else(|| self.missing())?;
        whole_int(&text)
            .filter(|number| (1..=i64::from(i32::MAX)).contains(number))
            .ok_or_else(|| self.invalid())
    }

    /// Parses a required `money`.
    ///
    /// # Errors
    /// [`Error::Missing`], [`Error::Invalid`].
    pub fn money(&self, input: &Input) -> Result<Money> {
        let text = input.text(self.name)?.ok_or_else(|| self.missing())?;
        Money::parse(&text).ok_or_else(|| self.invalid())
    }

    /// Returns a required `text`.
    ///
    /// # Errors
    /// [`Error::Missing`], [`Error::Invalid`].
    pub fn required_text(&self, input: &Input) -> Result<String> {
        Ok(input.text(self.name)?.ok_or_else(|| self.missing())?.into_owned())
    }

    /// Whether it is on as soon as it is sent.
    fn is_on_when_sent(&self, writing: &Writing) -> bool {
        matches!(self.kind, ParamType::Flag) && writing.rules.flags_by_presence && !self.by_value
    }

    /// Parses a value that is not empty into its columns.
    fn parse(&self, node: &Node, writing: &Writing) -> Result<Vec<(&'static str, FieldValue)>> {
        let one = |value: Value| vec![(self.column, FieldValue::Value(value))];
        let text = |value: Option<String>| value.map(|text| one(Value::Text(text))).ok_or_else(|| self.invalid());
        let number = |value: Option<i64>| {
            value
                .map(|number| one(Value::Integer(number)))
                .ok_or_else(|| self.invalid())
        };
        // A list may be an array; everything else is a scalar.
        match self.kind {
            ParamType::Ids => return text(ids(node).map(|ids| ids_text(&ids))),
            ParamType::Texts => return text(texts(node).map(|list| json_list(list.into_iter().map(Json::from)))),
            ParamType::Networks => {
                return text(all(node, canonical_network).map(|list| json_list(list.into_iter().map(Json::from))));
            }
            ParamType::Ports => return text(all(node, port).map(|ports| ids_text(&ports))),
            ParamType::Formats => {
                return text(all(node, |text| in_range(text, 1, 3)).map(|formats| ids_text(&unique(formats))));
            }
            ParamType::FirstPort(first, rest) => return self.ports(node, first, rest),
            ParamType::Flag if self.is_on_when_sent(writing) => return number(Some(1)),
            _ => {}
        }
        let sent = clean(node.text().ok_or_else(|| self.fault())?);
        let sent = sent.as_ref();
        match self.kind {
            ParamType::Text(most) => text((sent.chars().count() <= most).then(|| sent.to_owned())),
            ParamType::Int(least, most) => number(in_range(sent, least, most)),
            ParamType::Flag => number(in_range(sent, 0, 1).filter(|_| sent.len() == 1)),
            ParamType::Money => number(Money::parse(sent).map(|money| money.0)),
            ParamType::Real => real(sent)
                .map(|number| one(Value::Real(number)))
                .ok_or_else(|| self.invalid()),
            ParamType::Date => (writing.rules.date)(sent, writing.zone, writing.now)
                .map(|date| one(Value::Text(date)))
                .ok_or_else(|| self.fault()),
            ParamType::Row(reference) => match leading_int(sent).filter(|id| *id > 0) {
                Some(id) => Ok(vec![(
                    self.column,
                    FieldValue::Reference(id, reference, self.name.into()),
                )]),
                None => Err(self.fault()),
            },
            ParamType::Object => text(json_object(sent).map(|object| object.to_string())),
            ParamType::JsonTexts => text(json_texts(sent).map(|list| json_list(list.into_iter().map(Json::from)))),
            ParamType::Ip => text(canonical_ip(sent)),
            ParamType::Network => text(canonical_network(sent)),
            ParamType::Mac => canonical_mac(sent)
                .map(|mac| one(Value::Text(mac)))
                .ok_or_else(|| self.fault()),
            ParamType::Choice(words) => text(words.contains(&sent).then(|| sent.to_owned())),
            ParamType::Country => {
                text((sent.len() == 2 && sent.bytes().all(|b| b.is_ascii_alphabetic())).then(|| sent.to_owned()))
            }
            ParamType::ApiKey => {
                text((sent.len() == 32 && sent.bytes().all(|b| b.is_ascii_hexdigit())).then(|| sent.to_owned()))
            }
            ParamType::Code => text(access_codes::has_form(sent).then(|| sent.to_owned())),
            ParamType::IdLists(lists) => self.id_lists(sent, lists),
            ParamType::Ids
            | ParamType::Texts
            | ParamType::Networks
            | ParamType::Ports
            | ParamType::Formats
            | ParamType::FirstPort(..) => Err(self.invalid()),
        }
    }

    fn ports(&self, node: &Node, first: &'static str, rest: &'static str) -> Result<Vec<(&'static str, FieldValue)>> {
        let ports = all(node, port).ok_or_else(|| self.invalid())?;
        let Some((main, others)) = ports.split_first() else {
            return Ok(Vec::new());
        };
        Ok(vec![
            (first, FieldValue::Value(Value::Integer(*main))),
            (rest, FieldValue::Value(Value::Text(ids_text(others)))),
        ])
    }

    fn id_lists(&self, sent: &str, lists: &[(&'static str, &'static str)]) -> Result<Vec<(&'static str, FieldValue)>> {
        let object = json_object(sent).ok_or_else(|| self.invalid())?;
        let mut columns = Vec::new();
        for (member, column) in lists {
            let Some(list) = object.get(*member) else {
                continue;
            };
            let ids = json_ids(list).ok_or_else(|| self.invalid())?;
            columns.push((*column, FieldValue::Value(Value::Text(ids_text(&ids)))));
        }
        Ok(columns)
    }

    /// Returns the value of a field that is not sent, or is sent empty; `None` writes nothing.
    fn absent(&self, is_sent: bool, writing: &Writing) -> Option<FieldValue> {
        let cleared = || is_sent.then(|| self.cleared()).flatten();
        match writing.purpose {
            Purpose::Create => self.caller(writing),
            Purpose::Edit => cleared(),
            Purpose::Renew => self.caller(writing).or_else(cleared).or_else(|| self.of_a_new_row()),
        }
    }

    /// Returns the caller, if it owns what has no owner.
    fn caller(&self, writing: &Writing) -> Option<FieldValue> {
        let owns = self.is_owner && writing.rules.caller_owns;
        owns.then(|| FieldValue::Value(Value::Integer(writing.caller.id())))
    }

    /// Returns what a new row has; null where its noun generates a value.
    fn of_a_new_row(&self) -> Option<FieldValue> {
        if self.cleared == Cleared::Unchanged {
            return Some(FieldValue::Value(Value::Null));
        }
        let column = schema::table(self.table)?.column(self.column)?;
        Some(FieldValue::Value(column.default.map_or(Value::Null, written)))
    }

    /// Returns the value of a field that an edit sends empty; `None` changes nothing.
    fn cleared(&self) -> Option<FieldValue> {
        let value = match (self.cleared, self.kind) {
            (Cleared::Unchanged, _) => return None,
            (Cleared::Refused, _) => return Some(FieldValue::Fault(self.missing())),
            (Cleared::Null, _) | (_, ParamType::Date | ParamType::Row(_)) => Value::Null,
            (_, ParamType::Flag) => Value::Integer(0),
            (
                _,
                ParamType::Ids
                | ParamType::Texts
                | ParamType::JsonTexts
                | ParamType::Networks
                | ParamType::Ports
                | ParamType::Formats,
            ) => Value::Text("[]".into()),
            (_, ParamType::Object) => Value::Text("{}".into()),
            (_, ParamType::IdLists(_) | ParamType::FirstPort(..)) => return None,
            (_, ParamType::Int(..) | ParamType::Money | ParamType::Real | ParamType::Choice(_)) => {
                self.column_default()
            }
            _ => Value::Text(String::new()),
        };
        Some(FieldValue::Value(value))
    }

    /// Returns the default of a number, or the column's default in the schema.
    fn column_default(&self) -> Value {
        if let (ParamType::Int(..), Some(Ok(number))) = (self.kind, self.default.map(str::parse)) {
            return Value::Integer(number);
        }
        let default = schema::table(self.table)
            .and_then(|table| table.column(self.column))
            .and_then(|column| column.default);
        written(default.unwrap_or("0"))
    }
}

/// Returns the value of a default as it is written in the schema.
fn written(default: &str) -> Value {
    match default.parse() {
        Ok(number) => Value::Integer(number),
        Err(_) => Value::Text(default.trim_matches('\'').to_owned()),
    }
}

/// The parameters of a create or edit, in consecutive groups.
pub type Form = &'static [&'static [Param]];

/// Parses the sent values of a form into a draft, with faults in the order of the checks (3.4).
pub fn draft(form: Form, input: &Input, writing: &Writing) -> Draft {
    let params = || form.iter().copied().flatten();
    let is_on = |param: &&Param| match param.is_on_when_sent(writing) {
        true => input.node(param.name).is_some(),
        false => input.scalar(param.name).as_deref() == Some("1"),
    };
    let creating = writing.purpose == Purpose::Create;
    let waived: Vec<&str> = params()
        .filter(|param| param.waives.is_some())
        .filter(is_on)
        .filter_map(|param| param.waives)
        .collect();
    let mut fields: Vec<(u8, &'static str, FieldValue)> = Vec::new();
    for param in params() {
        if waived.contains(&param.name) {
            fields.push((param.turn(), param.column, FieldValue::Value(Value::Null)));
            continue;
        }
        let sent = param.sent(input);
        let empty = match sent {
            None => true,
            Some(_) if param.is_on_when_sent(writing) => false,
            Some(Node::Text(text)) => clean(text).is_empty(),
            // An HTML form sends an empty list field like this.
            Some(Node::Array(array)) => param.is_list() && array.values().all(is_empty_text),
        };
        match sent {
            _ if empty && creating && param.required => {
                fields.push((0, param.column, FieldValue::Fault(param.missing())))
            }
            Some(node) if !empty => match param.parse(node, writing) {
                Ok(values) => fields.extend(values.into_iter().map(|(column, value)| (param.turn(), column, value))),
                Err(fault) => fields.push((param.turn(), param.column, FieldValue::Fault(fault))),
            },
            _ => {
                let value = param.absent(sent.is_some(), writing);
                fields.extend(value.map(|value| (param.turn(), param.column, value)));
            }
        }
    }
    // A waiver itself is not a column.
    let is_waiver = |column: &str| params().any(|param| param.waives.is_some() && param.column == column);
    fields.retain(|(_, column, value)| matches!(value, FieldValue::Fault(_)) || !is_waiver(column));
    fields.sort_by_key(|(turn, ..)| *turn);
    let mut draft = Draft::default();
    for (_, column, value) in fields {
        draft.push(column, value);
    }
    draft
}

/// Converts a date or unix seconds to the text that is stored.
pub fn date(text: &str, zone: Zone) -> Option<String> {
    let seconds = matches!(text.len(), 9 | 10) && text.bytes().all(|b| b.is_ascii_digit());
    if seconds {
        return zone.iso(text.parse().ok()?);
    }
    // Converted to an instant and back, so that a local time that does not exist is stored as one that does.
    let instant = zone.instant(parse_local(text)?);
    zone.local(instant).map(iso)
}

fn is_empty_text(node: &Node) -> bool {
    node.text().is_some_and(|text| clean(text).is_empty())
}

fn in_range(text: &str, least: i64, most: i64) -> Option<i64> {
    whole_int(text).filter(|number| (least..=most).contains(number))
}

/// Parses a decimal number, with sign, fraction and exponent.
fn real(text: &str) -> Option<f64> {
    let is_plain = text.bytes().all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b));
    text.parse().ok().filter(|number: &f64| is_plain && number.is_finite())
}

fn port(text: &str) -> Option<i64> {
    in_range(text, 1, 65535)
}

fn json_list(items: impl Iterator<Item = Json>) -> String {
    Json::Array(items.collect()).to_string()
}

fn json_object(text: &str) -> Option<Json> {
    serde_json::from_str(text).ok().filter(Json::is_object)
}

fn json_texts(text: &str) -> Option<Vec<String>> {
    serde_json::from_str(text).ok()
}

/// Parses row ids of a JSON list: positive whole numbers, quoted or not, each once.
fn json_ids(list: &Json) -> Option<Vec<i64>> {
    let id = |item: &Json| match item {
        Json::Number(number) => number.as_i64(),
        Json::String(text) => digits(text),
        _ => None,
    };
    let ids: Option<Vec<i64>> = list.as_array()?.iter().map(id).collect();
    ids.filter(|ids| ids.iter().all(|id| *id > 0)).map(unique)
}

fn ids(node: &Node) -> Option<Vec<i64>> {
    match node {
        Node::Text(text) => json_ids(&serde_json::from_str(&clean(text)).ok()?),
        Node::Array(array) => {
            let id = |item: &Node| digits(&clean(item.text()?)).filter(|id| *id > 0);
            array.values().map(id).collect::<Option<Vec<i64>>>().map(unique)
        }
    }
}

fn digits(text: &str) -> Option<i64> {
    text.parse().ok().filter(|_| text.bytes().all(|b| b.is_ascii_digit()))
}

/// Removes duplicates; the first of each stays.
fn unique(ids: Vec<i64>) -> Vec<i64> {
    let mut seen = std::collections::HashSet::new();
    ids.into_iter().filter(|id| seen.insert(*id)).collect()
}

/// Returns the texts of a list; a scalar is a list of one, empty elements are dropped.
fn texts(node: &Node) -> Option<Vec<String>> {
    let one = |text: &str| Some(clean(text).into_owned()).filter(|text| !text.is_empty());
    match node {
        Node::Text(text) => Some(one(text).into_iter().collect()),
        Node::Array(array) => {
            let all: Option<Vec<&str>> = array.values().map(Node::text).collect();
            Some(all?.into_iter().filter_map(one).collect())
        }
    }
}

/// Parses the elements of a list with `read`; `None` if one of them is invalid.
fn all<T>(node: &Node, read: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
    texts(node)?.iter().map(|text| read(text)).collect()
}
