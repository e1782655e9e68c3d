//! The parameters of a request to the Admin API: cleaned, by name (contract, 3.1).

use std::borrow::Cow;

use super::variant::Variant;
use crate::dialects::php::form::{Form, Node};
use crate::dialects::php::scalar::{self, clean};
use crate::panel::error::Thing;
use crate::panel::{Error, Result};

/// The merged parameters of a request.
#[derive(Debug, Default)]
pub struct Input {
    form: Form,
    /// The panel whose answers are given.
    pub variant: Variant,
}

impl Input {
    /// Creates the parameters of a form.
    pub fn new(form: Form, variant: Variant) -> Input {
        Input { form, variant }
    }

    /// Removes a parameter.
    pub fn remove(&mut self, name: &str) {
        self.form.remove(name);
    }

    /// Returns the value of a parameter as it was sent.
    pub fn node(&self, name: &str) -> Option<&Node> {
        self.form.get(name)
    }

    /// Returns the cleaned text of a parameter that was sent and is not empty.
    ///
    /// # Errors
    /// [`Error::Invalid`] for an array.
    pub fn text(&self, name: &'static str) -> Result<Option<Cow<'_, str>>> {
        match self.node(name) {
            None => Ok(None),
            Some(Node::Text(text)) => Ok(Some(clean(text)).filter(|text| !text.is_empty())),
            Some(Node::Array(_)) => Err(Error::Invalid(name.into())),
        }
    }

    /// Returns the cleaned text of a scalar parameter, which may be empty; an array counts as missing.
    pub fn scalar(&self, name: &str) -> Option<Cow<'_, str>> {
        self.form.text(name).map(clean)
    }

    /// Returns an `id`: the leading number of the text, above zero. `None` for any other value.
    pub fn id(&self, name: &str) -> Option<i64> {
        scalar::leading_int(&self.scalar(name)?).filter(|id| *id > 0)
    }

    /// Returns an `id` that may be missing or empty.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a value that is not an id.
    pub fn optional_id(&self, name: &str, thing: Thing) -> Result<Option<i64>> {
        let sent = self
            .node(name)
            .is_some_and(|node| node.text().is_none_or(|text| !clean(text).is_empty()));
        sent.then(|| self.id(name).ok_or(Error::NotFound(thing))).transpose()
    }

    /// Returns the text of `name[inner]`.
    pub fn inner(&self, name: &str, inner: &str) -> Option<Cow<'_, str>> {
        match self.node(name)? {
            Node::Array(array) => array.get(inner)?.text().map(clean),
            Node::Text(_) => None,
        }
    }

    /// Returns the text of `name[0][inner]`.
    pub fn first_inner(&self, name: &str, inner: &str) -> Option<Cow<'_, str>> {
        match self.node(name)? {
            Node::Array(array) => match array.get("0")? {
                Node::Array(first) => first.get(inner)?.text().map(clean),
                Node::Text(_) => None,
            },
            Node::Text(_) => None,
        }
    }

    /// Returns everything that was sent, in order.
    pub fn sent(&self) -> impl Iterator<Item = (&str, &Node)> {
        self.form.iter()
    }

    /// Returns all names that were sent, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.form.iter().map(|(name, _)| name)
    }
}
