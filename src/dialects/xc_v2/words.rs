//! Error texts of this dialect (contract "XC v2 API", sections 3, 4 and 12), one for each class of errors.

use serde_json::Value;

use crate::dialects::php::json::{self, Object};
use crate::openapi::members;
use crate::panel::Error;
use crate::panel::error::Class;

/// All texts of failures; the text of a parameter error may be followed by the parameter's name.
pub const FAILURES: [&str; 9] = [
    "NOT EXISTS",
    "EXISTS",
    "PARAMETER ERROR",
    "NOT ENOUGH CREDITS",
    "TOO LARGE",
    "BUSY",
    "INTERNAL ERROR",
    "IP FORBIDDEN",
    "KEY WRONG",
];

/// The body of a success without data.
pub const DONE: &[u8] = br#"{"result":true}"#;
/// The body of an edit that changes nothing.
pub const UNCHANGED: &[u8] = br#"{"result":false}"#;
/// The caller's address is not admitted.
pub const FORBIDDEN: &[u8] = br#"{"result":false,"0":"IP FORBIDDEN"}"#;
/// `api_pass` is missing or wrong.
pub const KEY_WRONG: &[u8] = br#"{"result":false,"0":"KEY WRONG"}"#;

/// Returns the schema of [`DONE`] and [`UNCHANGED`].
pub fn done() -> Value {
    members("result:bool")
}

/// Returns the schemas of failures: an operation's, and a caller's without access. The text of a parameter error
/// may be followed by the parameter's name.
pub fn failures() -> Vec<(&'static str, Value)> {
    vec![
        ("XcV2Failure", members("result:bool error")),
        ("XcV2Stranger", members("result:bool 0")),
    ]
}

/// Returns status and body of a failure.
#[rustfmt::skip]
pub fn for_error(error: &Error) -> (u16, Vec<u8>) {
    let (status, result, word) = match error.class() {
        Class::NotFound  => (200, false, "NOT EXISTS"),
        Class::Exists    => (200, false, "EXISTS"),
        Class::Credits   => (200, true,  "NOT ENOUGH CREDITS"),
        Class::Missing | Class::Invalid | Class::Forbidden => (200, false, "PARAMETER ERROR"),
        // The contract has no word for it. Asking again is of no use, so it is not "BUSY".
        Class::TooLarge  => (200, false, "TOO LARGE"),
        Class::Busy      => (503, false, "BUSY"),
        Class::Lost      => (503, false, "DATABASE LOST"),
        Class::Internal  => (500, false, "INTERNAL ERROR"),
    };
    match error {
        Error::Missing(name) => (status, body(result, "error", &format!("{word} ({name})"))),
        _ => (status, body(result, "error", word)),
    }
}

/// Returns the body of the failure with this text.
pub fn named(word: &str) -> Vec<u8> {
    match word {
        "IP FORBIDDEN" | "KEY WRONG" => body(false, "0", word),
        _ => body(word == "NOT ENOUGH CREDITS", "error", word),
    }
}

fn body(result: bool, member: &'static str, word: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(64);
    let mut object = Object::open(&mut out);
    let result: &[u8] = if result { b"true" } else { b"false" };
    object.field("result").extend_from_slice(result);
    json::text(object.field(member), word);
    object.close();
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_has_the_body_that_the_dialect_gives_it() {
        assert_eq!(named("IP FORBIDDEN"), FORBIDDEN);
        assert_eq!(named("KEY WRONG"), KEY_WRONG);
        assert_eq!(named("NOT ENOUGH CREDITS"), for_error(&Error::InsufficientCredits).1);
        assert_eq!(named("EXISTS"), br#"{"result":false,"error":"EXISTS"}"#);
    }
}
