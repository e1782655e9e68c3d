//! JSON_ARRAYAGG and JSON_OBJECTAGG, which put no blank behind the comma of an array and the colon of an object.

use rusqlite::Result;
use rusqlite::functions::{Aggregate, Context};
use rusqlite::types::{Value, ValueRef};

use super::functions::{made, push_value, text};
use super::print::quoted;
use crate::store::mysql::values::args;
use crate::store::mysql::values::statement::LONGEST;

/// `m_json_arrayagg(kind, value)`.
pub struct ArrayAgg;

/// `m_json_objectagg(key, kind, value)`. A row without a key is left out; a key may come again.
pub struct ObjectAgg;

impl Aggregate<String, Value> for ArrayAgg {
    fn init(&self, _: &mut Context<'_>) -> Result<String> {
        Ok(String::from("["))
    }

    fn step(&self, context: &mut Context<'_>, out: &mut String) -> Result<()> {
        args::check_time(context)?;
        if out.len() > LONGEST {
            return Ok(());
        }
        if out.len() > 1 {
            out.push(',');
        }
        push_value(context, 0, out)
    }

    fn finalize(&self, _: &mut Context<'_>, out: Option<String>) -> Result<Value> {
        Ok(closed(out, ']'))
    }
}

impl Aggregate<String, Value> for ObjectAgg {
    fn init(&self, _: &mut Context<'_>) -> Result<String> {
        Ok(String::from("{"))
    }

    fn step(&self, context: &mut Context<'_>, out: &mut String) -> Result<()> {
        args::check_time(context)?;
        if out.len() > LONGEST || context.get_raw(0) == ValueRef::Null {
            return Ok(());
        }
        if out.len() > 1 {
            out.push_str(", ");
        }
        quoted(text(context, 0)?.unwrap_or_default(), out);
        out.push(':');
        push_value(context, 1, out)
    }

    fn finalize(&self, _: &mut Context<'_>, out: Option<String>) -> Result<Value> {
        Ok(closed(out, '}'))
    }
}

/// The finished text; NULL of no rows.
fn closed(out: Option<String>, bracket: char) -> Value {
    let text = out.map(|mut out| {
        out.push(bracket);
        out
    });
    text.and_then(made).unwrap_or(Value::Null)
}
