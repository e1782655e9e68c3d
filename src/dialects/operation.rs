//! What a dialect can be asked for, as the pages, OpenAPI, the command line and the metrics see it: a row of
//! the dialect's own table without what it does.

use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};

/// One operation.
pub struct Operation {
    /// `create_line`, or `user/create` where a call has two words.
    pub name: String,
    /// Its name among the operations of all dialects.
    pub id: String,
    /// The chapter of the panel that it belongs to.
    pub group: &'static str,
    /// One sentence.
    pub doc: &'static str,
    /// Whether it can change anything.
    pub writes: bool,
    /// Its path in the OpenAPI document, with the query that names it.
    pub path: String,
    pub parameters: Vec<Parameter>,
    /// What opens it, for the OpenAPI document alone.
    pub secrets: Vec<Parameter>,
    /// Parameters that every operation of its kind takes, for the OpenAPI document alone.
    pub common: Vec<Parameter>,
    /// What the page says below its parameters.
    pub note: String,
    /// One sentence about every answer.
    pub answer: &'static str,
}

impl Operation {
    /// An operation without parameters that only reads.
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
    /// What the page says of its type and of leaving it out, where the dialect has types.
    pub typed: Option<(String, String)>,
    pub schema: RefOr<Schema>,
}

impl Parameter {
    /// A text.
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

    /// The usual spelling.
    pub fn name(&self) -> &'static str {
        self.names.first().copied().unwrap_or_default()
    }
}
