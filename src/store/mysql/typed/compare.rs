//! Comparisons: the form in which two values are compared (contract "Admin API", 10.5 and 10.6, "comparison").

use super::types::{Collation, Dec, Type};
use super::value::{Literal, Typed, or_zero, text_literal, zero_datetime};
use crate::store::mysql::values::collation::ascii_equal;
use crate::store::schema::{Column, ColumnType};

/// The form in which the values of a comparison are compared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Form {
    Text(Collation),
    /// Whole numbers of 64 bits.
    Whole,
    Exact(Dec),
    Double,
    Date,
    DateTime(u8),
    Time(u8),
    Json,
}

/// The form for two values.
pub fn form(left: &Typed, right: &Typed) -> Form {
    use Type::{Date, DateTime, Json, Null, Text, Time};
    match (left.ty, right.ty) {
        (Text(a), Text(b)) => Form::Text(a.stricter(b)),
        (Json, Text(_)) if left.number.is_none() => Form::Json,
        (Text(_), Json) if right.number.is_none() => Form::Json,
        (Json, Text(_)) | (Text(_), Json) => Form::Text(left.collation().stricter(right.collation())),
        (Json, Json) => Form::Text(Collation::General),
        (Date, Date) => Form::Date,
        (Time { places: a }, Time { places: b }) => Form::Time(a.max(b)),
        (Time { places }, Text(_)) => Form::Time(places.max(right.fraction())),
        (Text(_), Time { places }) => Form::Time(places.max(left.fraction())),
        (Date | DateTime { .. } | Time { .. }, Null) | (Null, Date | DateTime { .. } | Time { .. }) => {
            Form::DateTime(6)
        }
        (Time { .. }, Type::Int { .. } | Type::UInt | Type::Dec(_) | Type::Double { .. })
        | (Type::Int { .. } | Type::UInt | Type::Dec(_) | Type::Double { .. }, Time { .. }) => Form::Double,
        (Date | DateTime { .. } | Time { .. }, _) | (_, Date | DateTime { .. } | Time { .. }) => {
            Form::DateTime(left.fraction().max(right.fraction()))
        }
        (Null, Text(collation)) | (Text(collation), Null) => Form::Text(collation),
        (Type::Int { .. }, Type::Int { .. }) => Form::Whole,
        _ => match left.ty.decimal().zip(right.ty.decimal()) {
            Some((a, b)) => Form::Exact(a.with(b)),
            None => Form::Double,
        },
    }
}

/// The one form for several values, as BETWEEN compares them.
pub fn common_form(values: &[&Typed]) -> Form {
    let ty = values.iter().fold(Type::Null, |ty, value| ty.joined(value.ty));
    let temporal = values.iter().any(|value| value.ty.is_temporal());
    let places = values.iter().map(|value| value.fraction()).max().unwrap_or(0);
    let all_text = values.iter().all(|value| value.ty.is_text() || value.ty == Type::Null);
    match ty {
        _ if temporal => match ty {
            Type::Date => Form::Date,
            Type::Time { places } => Form::Time(places),
            Type::Text(_)
                if values
                    .iter()
                    .all(|value| value.ty.is_text() || matches!(value.ty, Type::Time { .. })) =>
            {
                Form::Time(places)
            }
            _ => Form::DateTime(places),
        },
        Type::Text(collation) if all_text => Form::Text(collation),
        _ if all_text => Form::Text(Collation::General),
        Type::Int { .. } => Form::Whole,
        _ => match ty.decimal() {
            // BETWEEN does not round its values to the places that they show.
            Some(dec) => Form::Exact(dec),
            None => Form::Double,
        },
    }
}

/// A value in a form.
pub fn in_form(value: &Typed, form: Form) -> String {
    let value = &value.in_comparison();
    let dated = |sql: String, zero: &str| match value.ty.is_temporal() || value.ty == Type::Null {
        true => sql,
        false => or_zero(&sql, value, zero),
    };
    match form {
        Form::Text(_) => value.printed(),
        Form::Whole => value.sql.clone(),
        Form::Exact(dec) => value.scaled(dec),
        Form::Double => value.double(),
        Form::Date => value.date(),
        Form::DateTime(places) => dated(value.datetime(places), &zero_datetime(places)),
        Form::Time(places) => dated(value.time(places), "0"),
        Form::Json => match value.ty {
            Type::Json => format!("m_json_compare_text({})", value.sql),
            _ => value.printed(),
        },
    }
}

/// What stands behind an operand so that texts compare as they should.
pub fn collate(form: Form) -> &'static str {
    match form {
        Form::Text(Collation::General) | Form::Json => " COLLATE general_ci",
        Form::Text(Collation::Padded) => " COLLATE RTRIM",
        _ => "",
    }
}

/// `left operator right`, with SQLite's operator.
pub fn compare(operator: &str, left: &Typed, right: &Typed) -> Typed {
    if left.literal == Some(Literal::Null) || right.literal == Some(Literal::Null) {
        let (left, right) = (left.in_comparison(), right.in_comparison());
        return Typed::truth(format!("({} {operator} {})", left.sql, right.sql));
    }
    if let Some(sql) = by_index(operator, left, right) {
        return Typed::truth(sql);
    }
    // An exact value compares at the places that it shows.
    compare_as(operator, &left.shown(), &right.shown())
}

/// As [`compare`], with the places that exact values carry: CASE compares so.
pub fn compare_carried(operator: &str, left: &Typed, right: &Typed) -> Typed {
    let carries = |value: &Typed| matches!(value.ty, Type::Dec(dec) if dec.carried > dec.places);
    match carries(left) || carries(right) {
        true => compare_as(operator, left, right),
        false => compare(operator, left, right),
    }
}

fn compare_as(operator: &str, left: &Typed, right: &Typed) -> Typed {
    let form = form(left, right);
    Typed::truth(format!(
        "({} {operator} {}{})",
        in_form(left, form),
        in_form(right, form),
        collate(form)
    ))
}

/// A comparison of a stored column in a form that SQLite finds by an index.
pub fn by_index(operator: &str, left: &Typed, right: &Typed) -> Option<String> {
    if right.origin.is_some() && left.origin.is_none() {
        return by_index(turned(operator), right, left);
    }
    let column = left.origin?.column;
    match (column.kind, right.ty) {
        (ColumnType::Iso, _) => iso(operator, left, right),
        (ColumnType::Int | ColumnType::Flag | ColumnType::Unix, Type::Text(_)) => {
            let number = whole_number(right.as_text()?)?;
            Some(format!("({} {operator} {number})", left.sql))
        }
        (ColumnType::Text, Type::Text(Collation::General)) if operator == "=" => named(left, &[right.as_text()?]),
        _ => None,
    }
}

fn turned(operator: &str) -> &str {
    match operator {
        "<" => ">",
        "<=" => ">=",
        ">" => "<",
        ">=" => "<=",
        same => same,
    }
}

/// A date column holds texts in the order of time, so the other side becomes such a text.
fn iso(operator: &str, left: &Typed, right: &Typed) -> Option<String> {
    let column = &left.sql;
    let right = &match right.compared {
        Some(_) => right.in_comparison(),
        None => right.clone(),
    };
    match right.ty {
        Type::Date => Some(format!("({column} {operator} {})", right.sql)),
        Type::DateTime { .. } if !operator.contains("IS") => {
            Some(format!("({column} {operator} m_iso({}))", right.sql))
        }
        Type::Text(Collation::General) => {
            let text = right.as_text()?;
            let plain = text
                .bytes()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'-' | b':' | b' '))
                && !text.ends_with(' ');
            plain.then(|| format!("({column} {operator} {})", right.sql))
        }
        _ => None,
    }
}

/// The whole number that a text is, if it is nothing else.
fn whole_number(text: &str) -> Option<i64> {
    let number: i64 = text.parse().ok()?;
    (number.unsigned_abs() < 1 << 53 && number.to_string() == text).then_some(number)
}

/// Whether a column has an index on `rtrim(column) COLLATE NOCASE`.
pub fn has_name_index(table: &str, column: &Column) -> bool {
    matches!((table, column.name), ("lines" | "users", "username"))
}

/// `column = text` and IN by the index of names: it finds names without case; the few names with other letters than
/// ASCII's have a partial index of their own, where the collation decides (10.6, "Collation").
fn named(left: &Typed, texts: &[&str]) -> Option<String> {
    let origin = left.origin?;
    has_name_index(origin.table.name, origin.column).then_some(())?;
    let (relation, column) = left.sql.split_once('.')?;
    let key = origin.table.key()?.name;
    let table = origin.table.name;
    let plain: Vec<String> = texts
        .iter()
        .filter_map(|text| ascii_equal(text))
        .map(|plain| format!("rtrim({})", text_literal(&plain)))
        .collect();
    let plain = match plain.is_empty() {
        true => String::new(),
        false => format!(
            "SELECT \"{key}\" FROM \"{table}\" WHERE rtrim({column}) COLLATE NOCASE IN ({}) UNION ALL ",
            plain.join(", ")
        ),
    };
    let all: Vec<String> = texts.iter().map(|text| text_literal(text)).collect();
    Some(format!(
        "({relation}.\"{key}\" IN ({plain}SELECT \"{key}\" FROM \"{table}\" \
         WHERE {column} GLOB '*[^ -~]*' AND {column} COLLATE general_ci IN ({})))",
        all.join(", ")
    ))
}

/// IN over written texts by the index of names.
pub fn names_in(left: &Typed, values: &[Typed]) -> Option<String> {
    let texts: Option<Vec<&str>> = values
        .iter()
        .map(|value| value.as_text().filter(|_| value.collation() == Collation::General))
        .collect();
    named(left, &texts?)
}
