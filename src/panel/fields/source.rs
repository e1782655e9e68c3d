//! Where values come from: the tree of a PHP form, or a JSON object. Each source has its own idea of a number, a list
//! and an empty value; what a value may be is the same for all and is checked once, in [`super::read`].

use std::borrow::Cow;

use serde_json::{Map, Value as Json};

use super::FieldType;

/// What a caller sent, by name.
pub trait FieldSource {
    /// Returns the value under a name; `None` if it was not sent.
    fn sent(&self, name: &str) -> Option<&dyn SentValue>;
}

/// A value as it was sent. Each method returns `None` for a value of another type.
pub trait SentValue {
    /// Whether it says no more than that it is to be empty, for a field of this type.
    fn is_empty(&self, kind: FieldType) -> bool;
    fn text(&self) -> Option<Cow<'_, str>>;
    fn int(&self) -> Option<i64>;
    fn flag(&self) -> Option<bool>;
    /// A number with a fraction, as text.
    fn decimal(&self) -> Option<Cow<'_, str>>;
    /// The id of a row.
    fn id(&self) -> Option<i64>;
    fn texts(&self) -> Option<Vec<String>>;
    fn ints(&self) -> Option<Vec<i64>>;
    /// The ids of rows, each above zero.
    fn ids(&self) -> Option<Vec<i64>>;
    /// A value of any structure.
    fn json(&self) -> Option<Cow<'_, Json>>;
}

impl FieldSource for Map<String, Json> {
    fn sent(&self, name: &str) -> Option<&dyn SentValue> {
        let value: &dyn SentValue = self.get(name)?;
        Some(value)
    }
}

impl SentValue for Json {
    /// `null`; for a text also one of white space.
    fn is_empty(&self, kind: FieldType) -> bool {
        match self {
            Json::Null => true,
            Json::String(text) => matches!(kind, FieldType::Text(_)) && text.trim().is_empty(),
            _ => false,
        }
    }

    fn text(&self) -> Option<Cow<'_, str>> {
        self.as_str().map(Cow::Borrowed)
    }

    fn int(&self) -> Option<i64> {
        self.as_i64()
    }

    fn flag(&self) -> Option<bool> {
        self.as_bool()
    }

    fn decimal(&self) -> Option<Cow<'_, str>> {
        self.as_number().map(|number| Cow::Owned(number.to_string()))
    }

    fn id(&self) -> Option<i64> {
        self.as_i64()
    }

    fn texts(&self) -> Option<Vec<String>> {
        let text = |item: &Json| item.as_str().map(str::to_owned);
        self.as_array()?.iter().map(text).collect()
    }

    fn ints(&self) -> Option<Vec<i64>> {
        self.as_array()?.iter().map(Json::as_i64).collect()
    }

    fn ids(&self) -> Option<Vec<i64>> {
        SentValue::ints(self).filter(|ids| ids.iter().all(|id| *id > 0))
    }

    fn json(&self) -> Option<Cow<'_, Json>> {
        Some(Cow::Borrowed(self))
    }
}
