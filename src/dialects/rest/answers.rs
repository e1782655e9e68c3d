//! The forms of answers, as types: what is serialized is what the OpenAPI document has the schemas of.

use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};

use crate::dialects::player::links::encoded;

/// An object.
#[derive(Debug, Serialize, ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize), serde(deny_unknown_fields))]
pub struct One<T: ToSchema> {
    pub data: T,
}

/// What an action answers with: the schema, and one such answer.
#[derive(Clone, Copy)]
pub struct AnswerDoc {
    /// Returns the schema, and adds those that it refers to.
    pub schema: fn(&mut Map<String, Value>) -> Value,
    /// JSON.
    pub example: &'static str,
    /// Whether the example is one of the schema's type.
    #[cfg(test)]
    pub is_typed: fn(&str) -> bool,
}

/// Describes an answer that is serialized from this type, which may be a form of answers with an object in it.
macro_rules! answer {
    ($form:ident<$object:ty>, $example:expr) => {
        $crate::dialects::rest::answers::AnswerDoc {
            // The schema of a generic type refers to that of its object and does not bring it along.
            schema: |schemas| {
                $crate::openapi::typed::named::<$object>(schemas);
                $crate::openapi::typed::inline::<$form<$object>>(schemas)
            },
            ..answer!($form<$object> as typed, $example)
        }
    };
    ($answer:ty, $example:expr) => {
        answer!($answer as typed, $example)
    };
    ($answer:ty as typed, $example:expr) => {
        $crate::dialects::rest::answers::AnswerDoc {
            schema: $crate::openapi::typed::inline::<$answer>,
            example: $example,
            #[cfg(test)]
            is_typed: |text| {
                let read = serde_json::from_str::<$answer>(text);
                read.is_ok_and(|read| serde_json::to_string(&read).is_ok_and(|again| again == text))
            },
        }
    };
}
pub(super) use answer;

/// Where a line's set-top box and its player begin.
pub struct Links {
    /// The portal of set-top boxes.
    pub portal: String,
    pub playlist: String,
}

impl Links {
    /// The links of a line; they begin with `base`.
    pub fn new(base: &str, username: &str, password: &str) -> Links {
        let (username, password) = (encoded(username), encoded(password));
        Links {
            portal: format!("{base}/c/"),
            playlist: format!("{base}/get.php?username={username}&password={password}&type=m3u_plus&output=ts"),
        }
    }
}

/// Describes a text that is one of these words.
pub fn words(words: impl IntoIterator<Item = &'static str>, doc: &str) -> RefOr<Schema> {
    let object = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(words));
    object.description(Some(doc)).into()
}
