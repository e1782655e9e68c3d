//! Prints answers: from the panel's values to the bytes of the envelope (contract, section 4).

use std::fmt;
use std::io::Write;
use std::sync::Arc;

use rusqlite::types::Value;
use serde_json::Value as Json;

use super::shape::{Key, Shaped};
use crate::dialects::php::json::{self, Object};
use crate::dialects::php::rows::Rows;
use crate::money::Money;
use crate::panel::answers::{AnswerBody, AnswerBytes};
use crate::panel::error::Thing;
use crate::panel::{Context, Error, Panel, Result};
use crate::store::functions;
use crate::store::list::ListQuery;
use crate::store::view::{Record, Selection, ValueType};
use crate::time::Zone;

/// The result of an action.
#[derive(Debug)]
pub enum Data {
    /// Only a status.
    Done,
    /// One thing.
    One(Arc<Shaped>, Record),
    /// The finished body of an answer with many rows.
    Printed(AnswerBytes),
    /// The finished body of another answer.
    Finished(Vec<u8>),
    /// A few numbers by name.
    Numbers(Vec<(&'static str, Number)>),
    Json(Json),
}

/// A number with its print format.
#[derive(Clone, Copy, Debug)]
pub enum Number {
    Int(i64),
    /// In short form.
    Money(Money),
    /// With two decimals.
    Cents(Money),
}

impl fmt::Display for Number {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Number::Int(number) => write!(out, "{number}"),
            Number::Money(money) => write!(out, "{money}"),
            Number::Cents(money) => write!(out, "{}", money.cents()),
        }
    }
}

/// The parameters of printing.
#[derive(Clone, Copy, Debug)]
pub struct Printing {
    pub zone: Zone,
    /// Unix seconds.
    pub now: i64,
}

impl Printing {
    /// What it is now in a panel.
    pub fn now(panel: &Panel) -> Printing {
        Printing {
            zone: panel.zone(),
            now: panel.clock().now(),
        }
    }

    /// The seconds since an instant. A frozen clock may show an earlier time than rows have; then they are none.
    pub fn since(self, unix: i64) -> i64 {
        self.now.saturating_sub(unix).max(0)
    }
}

impl Data {
    /// Loads one thing.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn load(context: &Context<'_>, shaped: Arc<Shaped>, id: i64, thing: Thing) -> Result<Data> {
        let record = context
            .one(shaped.view, &shaped.selection, id)?
            .ok_or(Error::NotFound(thing))?;
        Ok(Data::One(shaped, record))
    }
}

/// How a list is printed: each row as soon as it is read, so that no more than one is held beside the body.
#[derive(Clone, Copy)]
pub struct ListForm {
    /// Whether the rows stand in an envelope; without one the body is the list.
    pub enveloped: bool,
    pub row: fn(&mut Vec<u8>, &[Key], &Record, Printing),
    /// Further members of the envelope of a list that is not paged.
    pub beside: &'static str,
}

impl ListForm {
    /// The documented form.
    pub const DOCUMENTED: ListForm = ListForm {
        enveloped: true,
        row,
        beside: "",
    };

    /// Prints all rows of a list.
    ///
    /// # Errors
    /// SQLite's, [`Error::TooLarge`] or [`Error::Busy`].
    pub fn all(self, context: &Context<'_>, query: &ListQuery, shaped: &Shaped) -> Result<Data> {
        let rows = self.rows(context, query, shaped)?;
        self.close(rows, None)
    }

    /// Prints all rows of a list, each changed by `edit` first.
    ///
    /// # Errors
    /// SQLite's, [`Error::TooLarge`] or [`Error::Busy`].
    pub fn edited(
        self,
        context: &Context<'_>,
        query: &ListQuery,
        (keys, selection): (&[Key], &Selection),
        edit: impl Fn(&mut Record),
    ) -> Result<AnswerBytes> {
        let printing = Printing::now(context.panel);
        let mut rows = self.open(context.panel);
        context.each_row(query, selection, |mut record| {
            edit(&mut record);
            rows.add(|out| (self.row)(out, keys, &record, printing))
        })?;
        self.end(rows, None)
    }

    /// Prints a page of a list with the requested limit, and the number of all rows.
    ///
    /// # Errors
    /// SQLite's, [`Error::TooLarge`] or [`Error::Busy`].
    pub fn page(self, context: &Context<'_>, query: &ListQuery, shaped: &Shaped, limit: i64) -> Result<Data> {
        let rows = self.rows(context, query, shaped)?;
        let total = context.total(query)?;
        self.close(rows, Some((total, limit)))
    }

    /// Begins an answer.
    pub fn open(self, panel: &Panel) -> Rows {
        Rows::open(
            panel,
            match self.enveloped {
                true => br#"{"status":"STATUS_SUCCESS","data":["#,
                false => b"[",
            },
        )
    }

    fn rows(self, context: &Context<'_>, query: &ListQuery, shaped: &Shaped) -> Result<Rows> {
        let printing = Printing::now(context.panel);
        let mut rows = self.open(context.panel);
        rows.add_all(context, query, &shaped.selection, |out, record| {
            (self.row)(out, &shaped.keys, record, printing);
        })?;
        Ok(rows)
    }

    /// Ends an answer; `totals` is the number of all rows and the limit of a page.
    ///
    /// # Errors
    /// [`Error::TooLarge`] or [`Error::Busy`].
    pub fn close(self, rows: Rows, totals: Option<(i64, i64)>) -> Result<Data> {
        self.end(rows, totals).map(Data::Printed)
    }

    fn end(self, rows: Rows, totals: Option<(i64, i64)>) -> Result<AnswerBytes> {
        let end = match (self.enveloped, totals) {
            (false, _) => "]".to_owned(),
            (true, None) => format!("]{}}}", self.beside),
            (true, Some((total, limit))) => {
                let filtered = total.min(limit);
                format!(r#"],"recordsTotal":{total},"recordsFiltered":{filtered}}}"#)
            }
        };
        rows.close(end.as_bytes())
    }
}

/// Returns the body of a success.
pub fn success(data: Data, printing: Printing) -> AnswerBody {
    let mut out = Vec::with_capacity(1024);
    let mut envelope = Object::open(&mut out);
    json::text(envelope.field("status"), "STATUS_SUCCESS");
    match &data {
        Data::Done => {}
        Data::One(shaped, record) => row(envelope.field("data"), &shaped.keys, record, printing),
        Data::Numbers(numbers) => {
            let mut object = Object::open(envelope.field("data"));
            for (name, value) in numbers {
                number(object.field(name), *value);
            }
            object.close();
        }
        Data::Json(value) => json::value(envelope.field("data"), value),
        Data::Printed(_) | Data::Finished(_) => {}
    }
    envelope.close();
    match data {
        Data::Printed(body) => body.into_body(),
        Data::Finished(body) => (body, None),
        _ => (out, None),
    }
}

/// Returns the body of a failure.
pub fn failure(status: &str, error: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(128);
    let mut envelope = Object::open(&mut out);
    json::text(envelope.field("status"), status);
    envelope.field("data").extend_from_slice(b"{}");
    json::text(envelope.field("error"), error);
    envelope.close();
    out
}

fn row(out: &mut Vec<u8>, keys: &[Key], record: &Record, printing: Printing) {
    let mut object = Object::open(out);
    for (key, value) in keys.iter().zip(record) {
        print(object.field(key.column.name), key, value, printing);
    }
    object.close();
}

fn number(out: &mut Vec<u8>, number: Number) {
    // Writing to a Vec cannot fail.
    let _ = write!(out, "{number}");
}

fn print(out: &mut Vec<u8>, key: &Key, value: &Value, printing: Printing) {
    match (key.column.kind, value) {
        (_, Value::Null | Value::Blob(_)) => out.extend_from_slice(b"null"),
        (ValueType::Money, Value::Integer(hundredths)) if key.cents => number(out, Number::Cents(Money(*hundredths))),
        (ValueType::Money, Value::Integer(hundredths)) => number(out, Number::Money(Money(*hundredths))),
        (ValueType::Unix, Value::Integer(unix)) => match printing.zone.stamp(*unix) {
            Some(stamp) => json::text(out, &stamp),
            None => out.extend_from_slice(b"null"),
        },
        (ValueType::Since, Value::Integer(unix)) => json::int(out, printing.since(*unix)),
        (ValueType::Text | ValueType::Iso, Value::Integer(number)) => json::text(out, &number.to_string()),
        // Raw SQL and other dialects may have stored a number other than 0 or 1.
        (ValueType::Flag, Value::Integer(number)) => json::int(out, (*number != 0).into()),
        (_, Value::Integer(number)) => json::int(out, *number),
        (_, Value::Real(number)) => json::real(out, *number),
        (ValueType::Ints, Value::Text(stored)) => json::list(out, functions::ids(stored), json::int),
        (ValueType::Texts, Value::Text(stored)) => {
            json::list(out, functions::texts(stored), |out, text| json::text(out, &text))
        }
        (ValueType::List, Value::Text(stored)) => json::value(
            out,
            &parsed(stored, Json::is_array).unwrap_or_else(|| Json::Array(Vec::new())),
        ),
        (ValueType::Object, Value::Text(stored)) => json::value(
            out,
            &parsed(stored, Json::is_object).unwrap_or_else(|| Json::Object(Default::default())),
        ),
        (_, Value::Text(text)) => json::text(out, text),
    }
}

/// Parses a stored JSON text; `None` if it does not have the right type.
fn parsed(stored: &str, right: fn(&Json) -> bool) -> Option<Json> {
    serde_json::from_str(stored).ok().filter(right)
}
