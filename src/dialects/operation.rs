//! The description of a dialect's operations for the pages, OpenAPI, the command line and the metrics: a row
//! of the dialect's own table without its code.

use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};

/// One operation.
pub struct Operation {
    /// `create_line`, or `user/create` if a call has two words.
    pub name: String,
    /// Its name, unique among the operations of all dialects.
    pub id: String,
    /// The chapter of the panel that it belongs to.
    pub group: &'static str,
    /// One sentence.
    pub doc: &'static str,
    /// Whether it can change anything.
    pub writes: bool,
    /// Its path in the OpenAPI document, with the query that selects it.
    pub path: String,
    pub parameters: Vec<Parameter>,
    /// The parameters for its credentials, only for the OpenAPI document.
    pub secrets: Vec<Parameter>,
    /// Parameters that every operation of its kind takes, only for the OpenAPI document.
    pub common: Vec<Parameter>,
    /// The text of the page below its parameters.
    pub note: String,
    /// One sentence about its answers.
    pub answer: &'static str,
}

impl Operation {
    /// Creates an operation without parameters that only reads.
    pub fn new(name: &str, group: &'static str, doc: &'static str, path: String) -> Operation {
        Operation {
            name: name.to_owned(),
            id: name.replace('/', "_"),
            group,
            doc,
            writes: false,
            path,
            parameters: Vec::new(),
            secrets: Vec::new(),
            common: Vec::new(),
            note: String::new(),
            answer: "An answer.",
        }
    }
}

/// A parameter of an operation.
pub struct Parameter {
    /// Its spellings, the usual one first.
    pub names: Vec<&'static str>,
    pub required: bool,
    /// One sentence.
    pub doc: &'static str,
    /// The page's texts about its type and its default, if the dialect has types.
    pub typed: Option<(String, String)>,
    pub schema: RefOr<Schema>,
}

impl Parameter {
    /// Creates a text parameter.
    pub fn text(name: &'static str, required: bool, doc: &'static str) -> Parameter {
        Parameter {
            names: vec![name],
            required,
            doc,
            typed: None,
            schema: ObjectBuilder::new()
                .schema_type(Type::String)
                .description(Some(doc))
                .into(),
        }
    }

    /// Returns the usual spelling.
    pub fn name(&self) -> &'static str {
        self.names.first().copied().unwrap_or_default()
    }
}
