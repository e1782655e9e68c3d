//! Members of a JSON body and parameters of a query, read by tables: what each may be, and all faults in the order of the
//! table (contract "REST APIs", common rules).

use form_urlencoded::parse as pairs;
use serde_json::{Map, Value};

use super::problem::Failure;
use super::times;
use crate::panel::fields::{FaultReason, Faults};
use crate::panel::forms;
use crate::time::Zone;

/// A member or a parameter.
#[derive(Debug)]
pub struct FieldSpec {
    pub name: &'static str,
    pub kind: Kind,
    pub required: bool,
    /// Whether `null` clears it where null does that; elsewhere it is missing then.
    pub clearable: bool,
    /// Other names that stand for it.
    pub aliases: &'static [&'static str],
    /// One sentence.
    pub doc: &'static str,
}

/// What a field may be.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// A text of so many characters.
    Text(usize, usize),
    /// The name of a line; an empty one counts as not sent.
    Username,
    /// A text as it was sent, whose length is the panel's to say.
    Secret,
    /// The password of a line; an empty one counts as not sent, and as cleared where null does that.
    Password,
    Int(i64, i64),
    /// The same, where larger numbers count as the largest.
    Most(i64, i64),
    Id,
    Flag,
    Time,
    Money,
    Mac,
    Email,
    OneOf(&'static [&'static str]),
    /// It cannot be sent.
    Immutable,
}

/// Makes a field that may be left out.
pub const fn field(name: &'static str, kind: Kind, doc: &'static str) -> FieldSpec {
    FieldSpec {
        name,
        kind,
        required: false,
        clearable: true,
        aliases: &[],
        doc,
    }
}

impl FieldSpec {
    /// The same that must be sent.
    pub const fn required(self) -> FieldSpec {
        FieldSpec { required: true, ..self }
    }

    /// The same that cannot be cleared.
    pub const fn kept(self) -> FieldSpec {
        FieldSpec {
            clearable: false,
            ..self
        }
    }

    /// The same under other names too.
    pub const fn or(self, aliases: &'static [&'static str]) -> FieldSpec {
        FieldSpec { aliases, ..self }
    }
}

/// What `null` means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Null {
    /// That it was not sent.
    Absent,
    /// That it is cleared.
    Clears,
}

/// A value that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldValue {
    Text(String),
    Int(i64),
    Flag(bool),
    /// Unix milliseconds.
    Time(i64),
    /// Hundredths.
    Money(i64),
}

/// What was sent for a field.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Sent {
    Cleared,
    Value(FieldValue),
}

/// The fields of a request.
#[derive(Clone, Debug, Default)]
pub struct Fields {
    specs: &'static [FieldSpec],
    sent: Vec<(&'static str, Sent)>,
    faults: Faults,
}

impl Fields {
    /// Reads the members of an object. `spelling` gives names their form before they are compared.
    pub fn of_json(
        specs: &'static [FieldSpec],
        object: &Map<String, Value>,
        (null, zone): (Null, Zone),
        spelling: fn(&str) -> String,
    ) -> Fields {
        let named = |name: &str| {
            let wanted = spelling(name);
            let mut found = object.iter().filter(|(key, _)| spelling(key) == wanted);
            found.next_back().map(|(_, value)| value)
        };
        let found = |spec: &FieldSpec| {
            let canonical = object.get(spec.name).or_else(|| named(spec.name));
            canonical
                .or_else(|| spec.aliases.iter().find_map(|alias| named(alias)))
                .cloned()
        };
        Fields::read(specs, found, null, zone)
    }

    /// Reads the parameters of a query.
    pub fn of_query(specs: &'static [FieldSpec], query: &str, zone: Zone) -> Fields {
        let found = |spec: &FieldSpec| {
            let sent = pairs(query.as_bytes()).filter(|(name, _)| name == spec.name).last();
            let (_, value) = sent.filter(|(_, value)| !value.is_empty())?;
            Some(Value::String(value.into_owned()))
        };
        Fields::read(specs, found, Null::Absent, zone)
    }

    fn read(
        specs: &'static [FieldSpec],
        found: impl Fn(&FieldSpec) -> Option<Value>,
        null: Null,
        zone: Zone,
    ) -> Fields {
        let mut fields = Fields {
            specs,
            ..Fields::default()
        };
        for spec in specs {
            let sent = match found(spec) {
                None => None,
                Some(Value::Null) if null == Null::Absent => None,
                Some(Value::Null) => Some(Ok(Sent::Cleared)),
                Some(value) => spec.kind.read(&value, null, zone).transpose(),
            };
            match sent {
                None if spec.required => fields.fault(spec.name, FaultReason::Missing),
                None => {}
                Some(Ok(Sent::Cleared)) if !spec.clearable || spec.required => {
                    fields.fault(spec.name, FaultReason::Missing)
                }
                Some(Ok(value)) => fields.sent.push((spec.name, value)),
                // What may be left out is not missing where it is empty.
                Some(Err(FaultReason::Missing)) if !spec.required => fields.fault(spec.name, spec.kind.length()),
                Some(Err(fault)) => fields.fault(spec.name, fault),
            }
        }
        fields
    }

    /// Adds a fault of a field.
    pub fn fault(&mut self, name: &'static str, fault: FaultReason) {
        let place = self.specs.iter().position(|spec| spec.name == name);
        self.faults.add(place.unwrap_or(usize::MAX), name, fault);
    }

    /// The faults of all fields.
    pub fn faults(&self) -> &Faults {
        &self.faults
    }

    /// Whether a field was sent, cleared or not, without a fault.
    pub fn has(&self, name: &str) -> bool {
        self.sent.iter().any(|(sent, _)| *sent == name)
    }

    /// What a field was changed to: nothing, cleared, or a value.
    pub fn change<T>(&self, name: &str, value: impl Fn(&FieldValue) -> Option<T>) -> Option<Option<T>> {
        let (_, sent) = self.sent.iter().find(|(sent, _)| *sent == name)?;
        Some(match sent {
            Sent::Cleared => None,
            Sent::Value(sent) => value(sent),
        })
    }

    /// The text of a field.
    pub fn text(&self, name: &str) -> Option<String> {
        self.change(name, FieldValue::text).flatten()
    }

    /// The number of a field.
    pub fn int(&self, name: &str) -> Option<i64> {
        self.change(name, FieldValue::int).flatten()
    }

    /// The time of a field, in unix seconds.
    pub fn seconds(&self, name: &str) -> Option<i64> {
        self.change(name, FieldValue::seconds).flatten()
    }
}

impl FieldValue {
    /// Its text, if it is one.
    pub fn text(&self) -> Option<String> {
        match self {
            FieldValue::Text(text) => Some(text.clone()),
            _ => None,
        }
    }

    /// Its number, if it is one.
    pub fn int(&self) -> Option<i64> {
        match self {
            FieldValue::Int(number) => Some(*number),
            _ => None,
        }
    }

    /// Its time in unix seconds, if it is one; a fraction is dropped.
    pub fn seconds(&self) -> Option<i64> {
        match self {
            FieldValue::Time(millis) => Some(millis.div_euclid(1_000)),
            _ => None,
        }
    }
}

impl Kind {
    /// The fault of a text of another length.
    fn length(self) -> FaultReason {
        match self {
            Kind::Text(least, most) => FaultReason::Length(least, most),
            _ => FaultReason::Missing,
        }
    }

    /// Reads a value that is not null; nothing counts as not sent.
    fn read(self, value: &Value, null: Null, zone: Zone) -> Result<Option<Sent>, FaultReason> {
        let trimmed = || value.as_str().map(str::trim).ok_or(FaultReason::Text);
        let text = |text: &str| Ok(FieldValue::Text(text.to_owned()));
        let read = match self {
            Kind::Immutable => Err(FaultReason::Immutable),
            Kind::Text(least, most) => {
                let sent = trimmed()?;
                match sent.chars().count() {
                    0 if least > 0 => Err(FaultReason::Missing),
                    count if (least..=most).contains(&count) => text(sent),
                    _ => Err(FaultReason::Length(least, most)),
                }
            }
            Kind::Username => match trimmed()? {
                "" => return Ok(None),
                name => username(name),
            },
            Kind::Password => match value.as_str().ok_or(FaultReason::Text)? {
                "" => return Ok((null == Null::Clears).then_some(Sent::Cleared)),
                word => password(word),
            },
            Kind::Int(least, most) => within(integer(value)?, least, most),
            Kind::Most(least, most) => within(integer(value)?.min(most), least, most),
            Kind::Id => integer(value).map(FieldValue::Int),
            Kind::Flag => value.as_bool().map(FieldValue::Flag).ok_or(FaultReason::Flag),
            Kind::Time => time(value, zone).map(FieldValue::Time).ok_or(FaultReason::Time),
            Kind::Money => money(value).map(FieldValue::Money).ok_or(FaultReason::Amount),
            Kind::Mac => forms::mac(trimmed()?).map(FieldValue::Text).ok_or(FaultReason::Mac),
            Kind::Email => match trimmed()? {
                "" => Err(FaultReason::Missing),
                sent => forms::email(sent).map(FieldValue::Text).ok_or(FaultReason::Email),
            },
            Kind::Secret => text(value.as_str().ok_or(FaultReason::Text)?),
            Kind::OneOf(words) => match words.contains(&trimmed()?) {
                true => text(trimmed()?),
                false => Err(FaultReason::OneOf(words)),
            },
        };
        read.map(|value| Some(Sent::Value(value)))
    }
}

fn integer(value: &Value) -> Result<i64, FaultReason> {
    let of_text = |text: &str| text.trim().parse().ok();
    value
        .as_i64()
        .or_else(|| value.as_str().and_then(of_text))
        .ok_or(FaultReason::Integer)
}

fn within(number: i64, least: i64, most: i64) -> Result<FieldValue, FaultReason> {
    match (least..=most).contains(&number) {
        true => Ok(FieldValue::Int(number)),
        false => Err(FaultReason::Range(least, most)),
    }
}

fn time(value: &Value, zone: Zone) -> Option<i64> {
    match value {
        Value::Number(number) => times::read(&number.to_string(), zone),
        Value::String(text) => times::read(text.trim(), zone),
        _ => None,
    }
}

/// An amount of at most two places, in hundredths.
fn money(value: &Value) -> Option<i64> {
    let text = match value {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.trim().to_owned(),
        _ => return None,
    };
    forms::hundredths(&text).filter(|hundredths| *hundredths <= forms::HIGHEST_PRICE)
}

fn username(name: &str) -> Result<FieldValue, FaultReason> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"._@+-".contains(&byte);
    match name {
        _ if !name.bytes().all(fits) => Err(FaultReason::Character),
        _ if !(3..=64).contains(&name.len()) => Err(FaultReason::Length(3, 64)),
        _ if ["_linecard", "api"].iter().any(|one| name.eq_ignore_ascii_case(one)) => Err(FaultReason::Reserved),
        _ => Ok(FieldValue::Text(name.to_owned())),
    }
}

fn password(word: &str) -> Result<FieldValue, FaultReason> {
    let fits = |byte: u8| byte.is_ascii_graphic() && !b"/?#%&\"".contains(&byte);
    match word {
        _ if !word.bytes().all(fits) => Err(FaultReason::Character),
        _ if !(4..=64).contains(&word.len()) => Err(FaultReason::Length(4, 64)),
        _ => Ok(FieldValue::Text(word.to_owned())),
    }
}

/// Reads the object of a body; an empty one is an object without members.
///
/// # Errors
/// `refusal`, where it is none.
pub fn object(bytes: &[u8], refusal: impl Fn() -> Failure) -> Result<Map<String, Value>, Failure> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Ok(Map::new());
    }
    match serde_json::from_slice(bytes) {
        Ok(Value::Object(object)) => Ok(object),
        _ => Err(refusal()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(kind: Kind, value: &Value) -> Result<Option<Sent>, FaultReason> {
        kind.read(value, Null::Absent, Zone::UTC)
    }

    #[test]
    fn amounts_have_two_places_at_most() {
        for (value, expected) in [
            (json!("9.99"), Some(999)),
            (json!(9.9), Some(990)),
            (json!(9), Some(900)),
            (json!("9.990"), Some(999)),
            (json!("999999999.99"), Some(99_999_999_999)),
            (json!("1000000000"), None),
            (json!("9.999"), None),
            (json!("-1"), None),
            (json!("9."), None),
            (json!(".5"), None),
            (json!("1e3"), None),
            (json!(true), None),
        ] {
            assert_eq!(money(&value), expected, "{value}");
        }
    }

    #[test]
    fn names_macs_and_addresses_have_their_forms() {
        for (kind, value, expected) in [
            (Kind::Username, json!("ab"), Err(FaultReason::Length(3, 64))),
            (Kind::Username, json!("a b c"), Err(FaultReason::Character)),
            (Kind::Username, json!("API"), Err(FaultReason::Reserved)),
            (Kind::Username, json!(5), Err(FaultReason::Text)),
            (Kind::Username, json!(" "), Ok(None)),
            (Kind::Password, json!("a&bc"), Err(FaultReason::Character)),
            (Kind::Password, json!("abc"), Err(FaultReason::Length(4, 64))),
            (Kind::Mac, json!("00:1A:79:AB:CD"), Err(FaultReason::Mac)),
            (Kind::Mac, json!("00:1B:79:AB:CD:EF"), Err(FaultReason::Mac)),
            (Kind::Email, json!("a@b"), Err(FaultReason::Email)),
            (Kind::Email, json!("a@b@c.de"), Err(FaultReason::Email)),
            (Kind::Flag, json!(1), Err(FaultReason::Flag)),
            (Kind::Int(0, 100), json!("101"), Err(FaultReason::Range(0, 100))),
            (Kind::Int(0, 100), json!(1.5), Err(FaultReason::Integer)),
            (
                Kind::OneOf(&["a", "b"]),
                json!("c"),
                Err(FaultReason::OneOf(&["a", "b"])),
            ),
            (Kind::Text(1, 3), json!("  "), Err(FaultReason::Missing)),
            (Kind::Text(1, 3), json!("abcd"), Err(FaultReason::Length(1, 3))),
        ] {
            assert_eq!(read(kind, &value), expected, "{value}");
        }
        let sent = |kind, value: Value| read(kind, &value).unwrap().unwrap();
        let text = |text: &str| Sent::Value(FieldValue::Text(text.to_owned()));
        assert_eq!(sent(Kind::Mac, json!("00-1a-79-ab-cd-ef")), text("00:1A:79:AB:CD:EF"));
        assert_eq!(sent(Kind::Email, json!("Alice@Example.COM")), text("alice@example.com"));
        assert_eq!(sent(Kind::Int(0, 100), json!(" 7 ")), Sent::Value(FieldValue::Int(7)));
        assert_eq!(sent(Kind::Most(1, 100), json!(500)), Sent::Value(FieldValue::Int(100)));
    }
}
