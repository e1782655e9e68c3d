//! What all pages of players begin with: the variables of a request, and the line that its credentials open (contract
//! "Player side", sections 2 and 11).

use crate::dialects::php::body;
use crate::dialects::php::form::{Form, Limits};
use crate::http::{Request, RequestBody};

/// Limits of a request's variables; more are ignored (contract "XC v2 API", section 1).
const LIMITS: Limits = Limits {
    variables: 500,
    depth: 32,
};
/// Largest form body, in bytes; a larger one is ignored.
const LARGEST: usize = 3 << 20;

/// The variables of a request.
pub struct Input(Form);

impl Input {
    /// Reads those of the query and of the body, which wins.
    pub async fn of(request: &Request<'_>) -> Input {
        let query = Form::parse(request.query.as_bytes(), LIMITS);
        Input(match request.body {
            RequestBody::Whole(bytes) if bytes.len() <= LARGEST => {
                query.overlay(body::form(bytes, request.content_type(), LIMITS).await)
            }
            _ => query,
        })
    }

    /// Returns a value without NUL bytes and white space around it; "empty" is absent, `""` or `"0"`.
    pub fn text(&self, name: &str) -> Option<String> {
        let text = self.0.text(name)?.replace('\0', "");
        let text = text.trim();
        (!text.is_empty() && text != "0").then(|| text.to_owned())
    }

    /// Returns a whole number; `None` for an empty value, 0 for what is no number.
    pub fn int(&self, name: &str) -> Option<i64> {
        self.text(name).map(|text| text.parse().unwrap_or(0))
    }
}
