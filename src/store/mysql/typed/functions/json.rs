//! Functions of JSON.

use super::{ANY, Call, Function, Result, Subject};
use crate::store::mysql::errors::SqlError;
use crate::store::mysql::typed::types::{Collation, Type};
use crate::store::mysql::typed::value::Typed;

const fn json(name: &'static str, args: (usize, usize), write: fn(&Call<'_>) -> Result<Typed>) -> Function {
    Function {
        name,
        subject: Subject::Json,
        args,
        write,
    }
}

/// Functions of JSON.
pub const FUNCTIONS: &[Function] = &[
    json("JSON_CONTAINS", (2, 3), |call| {
        Ok(Typed::truth(format!("m_json_contains({})", call.printed(0))))
    }),
    json("JSON_EXTRACT", (2, ANY), |call| {
        Ok(Typed::new(format!("m_json_extract({})", call.printed(0)), Type::Json))
    }),
    json("JSON_UNQUOTE", (1, 1), |call| {
        // Its letters have case.
        Ok(Typed::new(
            format!("m_json_unquote({})", call.printed(0)),
            Type::Text(Collation::Padded),
        ))
    }),
    json("JSON_LENGTH", (1, 2), |call| {
        let sql = format!("m_json_length({})", call.printed(0));
        Ok(Typed::new(sql, Type::Int { digits: 10 }))
    }),
    json("JSON_ARRAY", (0, ANY), |call| {
        let values: Vec<String> = call.args.iter().map(kinded).collect();
        Ok(document(format!("m_json_array({})", values.join(", "))))
    }),
    json("JSON_OBJECT", (0, ANY), |call| {
        let pairs = call.args.as_chunks::<2>();
        if !pairs.1.is_empty() {
            return Err(SqlError::parameter_count(call.name));
        }
        let pairs: Vec<String> = pairs
            .0
            .iter()
            .map(|[key, value]| format!("{}, {}", key.printed(), kinded(value)))
            .collect();
        Ok(document(format!("m_json_object({})", pairs.join(", "))))
    }),
    json("JSON_VALID", (1, 1), |call| {
        Ok(Typed::truth(format!("m_json_valid({})", call.printed(0))))
    }),
    json("JSON_SEARCH", (3, ANY), |call| {
        let escape = call.args.get(3).map_or_else(|| "NULL".into(), Typed::printed);
        let mut sql = format!(
            "m_json_search({}, {}, {}, {escape}",
            call.arg(0).printed(),
            call.arg(1).printed(),
            call.arg(2).printed()
        );
        for path in call.args.iter().skip(4) {
            sql.push_str(", ");
            sql.push_str(&path.printed());
        }
        sql.push(')');
        Ok(document(sql))
    }),
    json("JSON_ARRAY_APPEND", (3, ANY), |call| {
        with_values(call, "m_json_array_append")
    }),
    json("JSON_REMOVE", (2, ANY), |call| {
        Ok(document(format!("m_json_remove({})", call.printed(0))))
    }),
    json("JSON_SET", (3, ANY), |call| with_values(call, "m_json_set")),
];

/// JSON that compares as its text and has the number of its text: only what is extracted is taken for its value.
fn document(sql: String) -> Typed {
    let number = Typed::new(format!("m_text_double({sql})"), Type::DOUBLE);
    Typed {
        number: Some(Box::new(number)),
        ..Typed::new(sql, Type::Json)
    }
}

/// A document, then pairs of a path and a value.
fn with_values(call: &Call<'_>, function: &str) -> Result<Typed> {
    let mut sql = format!("{function}({}", call.arg(0).printed());
    let rest = call.args.get(1..).unwrap_or_default().as_chunks::<2>();
    if !rest.1.is_empty() {
        return Err(SqlError::parameter_count(call.name));
    }
    for [path, value] in rest.0 {
        sql.push_str(&format!(", {}, {}", path.printed(), kinded(value)));
    }
    sql.push(')');
    Ok(document(sql))
}

/// A value that becomes JSON, behind its kind.
pub fn kinded(value: &Typed) -> String {
    let kind = match value.ty {
        _ if value.truth => return format!("'b', {}", value.sql),
        Type::Json => 'j',
        Type::Int { .. } | Type::UInt | Type::Dec(_) | Type::Double { .. } => 'n',
        _ => 't',
    };
    format!("'{kind}', {}", value.printed())
}
