//! The values of a PHP form as the panel's fields read them (contract, 3.2): every scalar is text, a list is an array
//! or one scalar, and what has a structure is JSON text.

use std::borrow::Cow;

use serde_json::Value as Json;

use super::input::Input;
use crate::dialects::php::form::Node;
use crate::dialects::php::scalar::{clean, leading_int, whole_int};
use crate::panel::fields::{FieldSource, FieldType, SentValue, digits, json_ids};

impl FieldSource for Input {
    fn sent(&self, name: &str) -> Option<&dyn SentValue> {
        let node: &dyn SentValue = self.node(name)?;
        Some(node)
    }
}

impl SentValue for Node {
    fn is_empty(&self, kind: FieldType) -> bool {
        match self {
            Node::Text(text) => clean(text).is_empty(),
            // An HTML form sends an empty list field like this.
            Node::Array(array) => {
                let is_blank = |node: &Node| node.text().is_some_and(|text| clean(text).is_empty());
                kind.is_list() && array.values().all(is_blank)
            }
        }
    }

    fn text(&self) -> Option<Cow<'_, str>> {
        Node::text(self).map(clean)
    }

    fn int(&self) -> Option<i64> {
        whole_int(&SentValue::text(self)?)
    }

    fn flag(&self) -> Option<bool> {
        match SentValue::text(self)?.as_ref() {
            "0" => Some(false),
            "1" => Some(true),
            _ => None,
        }
    }

    fn decimal(&self) -> Option<Cow<'_, str>> {
        SentValue::text(self)
    }

    fn id(&self) -> Option<i64> {
        leading_int(&SentValue::text(self)?)
    }

    /// Empty elements are dropped.
    fn texts(&self) -> Option<Vec<String>> {
        let one = |text: &str| Some(clean(text).into_owned()).filter(|text| !text.is_empty());
        match self {
            Node::Text(text) => Some(one(text).into_iter().collect()),
            Node::Array(array) => {
                let all: Option<Vec<&str>> = array.values().map(Node::text).collect();
                Some(all?.into_iter().filter_map(one).collect())
            }
        }
    }

    fn ints(&self) -> Option<Vec<i64>> {
        self.texts()?.iter().map(|text| whole_int(text)).collect()
    }

    fn ids(&self) -> Option<Vec<i64>> {
        match self {
            Node::Text(_) => json_ids(self.json()?.as_ref()),
            Node::Array(array) => {
                let id = |item: &Node| digits(&clean(item.text()?)).filter(|id| *id > 0);
                array.values().map(id).collect()
            }
        }
    }

    fn json(&self) -> Option<Cow<'_, Json>> {
        serde_json::from_str(&SentValue::text(self)?).ok().map(Cow::Owned)
    }
}
