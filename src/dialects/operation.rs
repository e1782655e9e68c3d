//! The description of a dialect's operations for the pages, OpenAPI, the command line and the metrics: a row
//! of the dialect's own table without its code. What only the OpenAPI document and the page of one operation tell
//! is in [`OperationDetails`], which are made when they are asked for.

use std::borrow::Cow;

use serde_json::{Map, Value};

/// One operation.
pub struct Operation {
    /// `create_line`, or `user/create` if a call has two words.
    pub name: String,
    /// Its name as one word.
    pub id: String,
    /// The chapter of the panel that it belongs to.
    pub group: &'static str,
    /// One sentence.
    pub doc: &'static str,
    /// Whether it can change anything.
    pub writes: bool,
    /// Its method, if it is not GET for what reads and POST for what writes; what it takes is then JSON.
    pub method: Option<&'static str>,
    /// Its path, with the query that selects it among the operations of the path.
    pub path: String,
    pub parameters: Vec<Parameter>,
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
            method: None,
            path,
            parameters: Vec::new(),
            note: String::new(),
            answer: "An answer.",
        }
    }
}

/// What else there is to say of an operation.
#[derive(Default)]
pub struct OperationDetails {
    /// Parameters of the query that every operation of its kind takes: credentials, pages of a list.
    pub query: Vec<Parameter>,
    /// The schema of a success, and one such answer; `None` where nothing is known of it.
    pub success: Option<(Value, Value)>,
    /// The schemas that it refers to, by their names.
    pub schemas: Map<String, Value>,
    /// The status of a success; 0 stands for 200, which failures share.
    pub status: u16,
    /// Its own refusals by their statuses, each with one sentence.
    pub refusals: Vec<(u16, String)>,
    /// Whether the values in its path are numbers.
    pub has_numeric_path: bool,
    /// The headers that it reads beside credentials.
    pub reads: Vec<Parameter>,
    /// Headers that its own answers have.
    pub headers: Vec<AnswerHeader>,
    /// Answers without a body, each with one sentence.
    pub empty: Vec<(u16, &'static str)>,
}

/// What there is to say of a dialect's answers and callers.
#[derive(Default)]
pub struct DialectDetails {
    /// How a caller is known: names of security schemes, each with its scheme. One of them is enough.
    pub security: Vec<(&'static str, Value)>,
    /// Whether callers that show none of these are answered too.
    pub is_open: bool,
    /// The schemas of failures, each with its name.
    pub failures: Vec<(&'static str, Value)>,
    /// Answers with another status than 200, each with one sentence.
    pub refusals: Vec<(u16, &'static str)>,
    /// Headers that answers of some statuses have.
    pub headers: Vec<AnswerHeader>,
}

/// A header of answers.
#[derive(Clone, Copy)]
pub struct AnswerHeader {
    pub name: &'static str,
    /// One sentence.
    pub doc: &'static str,
    /// Whether its value is a number.
    pub is_number: bool,
    /// Whether answers of a status have it.
    pub is_of: fn(u16) -> bool,
}

/// A parameter of an operation.
pub struct Parameter {
    /// Its spellings, the usual one first.
    pub names: Vec<Cow<'static, str>>,
    pub required: bool,
    /// One sentence.
    pub doc: Cow<'static, str>,
    /// The page's texts about its type and its default, if the dialect has types.
    pub typed: Option<(String, String)>,
    pub form: ValueForm,
    /// A value that it may have.
    pub example: Cow<'static, str>,
}

/// The form of a parameter's value.
#[derive(Clone, Copy)]
pub enum ValueForm {
    Text,
    /// A whole number between these two, or any.
    Int(Option<(i64, i64)>),
    /// One of these numbers.
    Numbers(&'static [i64]),
    Decimal,
    /// JSON's true or false.
    Bool,
    /// One of these words.
    Words(&'static [&'static str]),
    /// A JSON text.
    Json,
    /// PHP's array: a parameter for each element, under one name with `[]`.
    Texts,
    /// The same of whole numbers.
    Ints,
    /// PHP's array with named elements, which are these parameters.
    Members(fn() -> Vec<Parameter>),
}

impl Parameter {
    /// Creates a text parameter.
    pub fn text(name: impl Into<Cow<'static, str>>, required: bool, doc: impl Into<Cow<'static, str>>) -> Parameter {
        Parameter {
            names: vec![name.into()],
            required,
            doc: doc.into(),
            typed: None,
            form: ValueForm::Text,
            example: "".into(),
        }
    }

    /// Sets form and example of its value.
    pub fn of(self, form: ValueForm, example: impl Into<Cow<'static, str>>) -> Parameter {
        Parameter {
            form,
            example: example.into(),
            ..self
        }
    }

    /// Returns the usual spelling.
    pub fn name(&self) -> &str {
        self.names.first().map_or("", |name| name)
    }

    /// Returns the name under which it is sent: an array's ends with `[]`.
    pub fn sent_name(&self) -> Cow<'_, str> {
        let name = self.name();
        match self.form {
            ValueForm::Texts | ValueForm::Ints if !name.ends_with("[]") => format!("{name}[]").into(),
            _ => name.into(),
        }
    }
}

/// Visits parameters, with those of an array in its place.
pub fn each_sent(parameters: &[Parameter], visit: &mut dyn FnMut(&Parameter)) {
    for parameter in parameters {
        match parameter.form {
            ValueForm::Members(members) => members().iter().for_each(&mut *visit),
            _ => visit(parameter),
        }
    }
}
