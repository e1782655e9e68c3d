//! Functions of texts.

use super::{ANY, Call, Function, Result, Subject};
use crate::store::mysql::typed::expression::binary_of;
use crate::store::mysql::typed::types::{Collation, Type};
use crate::store::mysql::typed::value::Typed;

const fn text(name: &'static str, args: (usize, usize), write: fn(&Call<'_>) -> Result<Typed>) -> Function {
    Function {
        name,
        subject: Subject::Text,
        args,
        write,
    }
}

/// Functions of texts.
pub const FUNCTIONS: &[Function] = &[
    text("CONCAT", (1, ANY), |call| Ok(call.text("m_concat", &call.printed(0)))),
    text("CONCAT_WS", (2, ANY), |call| {
        Ok(call.text("m_concat_ws", &call.printed(0)))
    }),
    text("LENGTH", (1, 1), |call| counted(call, "m_length")),
    text("CHAR_LENGTH", (1, 1), |call| match call.collation() {
        Collation::Binary => counted(call, "m_length"),
        _ => counted(call, "m_char_length"),
    }),
    text("LOWER", (1, 1), |call| in_case(call, "m_lower")),
    text("LCASE", (1, 1), |call| in_case(call, "m_lower")),
    text("UPPER", (1, 1), |call| in_case(call, "m_upper")),
    text("UCASE", (1, 1), |call| in_case(call, "m_upper")),
    text("LTRIM", (1, 1), |call| {
        Ok(call.text("m_trim", &format!("{}, ' ', 1, 0", call.arg(0).printed())))
    }),
    text("RTRIM", (1, 1), |call| {
        Ok(call.text("m_trim", &format!("{}, ' ', 0, 1", call.arg(0).printed())))
    }),
    text("LEFT", (2, 2), |call| with_count(call, "m_left")),
    text("RIGHT", (2, 2), |call| with_count(call, "m_right")),
    text("SUBSTRING", (2, 3), substring),
    text("SUBSTR", (2, 3), substring),
    text("MID", (2, 3), substring),
    text("SUBSTRING_INDEX", (3, 3), |call| {
        let args = format!(
            "{}, {}, {}",
            call.arg(0).printed(),
            call.arg(1).printed(),
            call.arg(2).whole()
        );
        Ok(call.text("m_substring_index", &args))
    }),
    text("REPLACE", (3, 3), |call| of_text(call, "m_replace")),
    text("LOCATE", (2, 3), |call| {
        located(call.arg(0), call.arg(1), call.args.get(2))
    }),
    text("INSTR", (2, 2), |call| located(call.arg(1), call.arg(0), None)),
    text("LPAD", (2, 3), |call| padded(call, "m_lpad")),
    text("RPAD", (2, 3), |call| padded(call, "m_rpad")),
    text("REPEAT", (2, 2), |call| with_count(call, "m_repeat")),
    text("REVERSE", (1, 1), |call| of_text(call, "m_reverse")),
    text("FIND_IN_SET", (2, 2), |call| {
        let sql = format!(
            "m_find_in_set({}, {})",
            call.printed(0),
            binary_of(call.arg(0), call.arg(1))
        );
        Ok(Typed::new(sql, Type::Int { digits: 3 }))
    }),
    text("FIELD", (2, ANY), field),
    text("HEX", (1, 1), |call| {
        let value = call.arg(0);
        let sql = match value.ty {
            Type::Text(_) | Type::Json | Type::Date | Type::DateTime { .. } | Type::Time { .. } => {
                format!("m_hex({})", value.printed())
            }
            // Halves go away from zero.
            Type::Double { .. } => format!("m_hex_int(m_dec_int(m_double_dec({}, 0, 20, 1), 0))", value.sql),
            _ => format!("m_hex_int({})", value.whole()),
        };
        Ok(Typed::new(sql, Type::TEXT))
    }),
    text("MD5", (1, 1), |call| ascii(call, "m_md5")),
    text("SHA1", (1, 1), |call| ascii(call, "m_sha1")),
    text("TO_BASE64", (1, 1), |call| ascii(call, "m_to_base64")),
    text("FROM_BASE64", (1, 1), |call| {
        let sql = format!("m_from_base64({})", call.arg(0).printed());
        Ok(Typed::new(sql, Type::Text(Collation::Binary)))
    }),
    text("FORMAT", (2, 3), |call| {
        let places = match call.arg(1).as_int() {
            Some(places) => Typed::int(places.max(0)),
            None => call.arg(1).clone(),
        };
        let rounded = super::numbers::rounded(call.arg(0), &places, "m_dec_round", "m_double_round");
        let places = call
            .arg(1)
            .as_int()
            .and_then(|places| u8::try_from(places.clamp(0, 38)).ok());
        let sql = match (rounded.ty, places) {
            (Type::Int { .. } | Type::UInt, Some(places)) if places > 0 => {
                format!(
                    "m_concat({}, '.{}')",
                    rounded.printed(),
                    "0".repeat(usize::from(places))
                )
            }
            _ => rounded.printed(),
        };
        Ok(Typed::new(format!("m_thousands({sql})"), Type::TEXT))
    }),
    text("UUID", (0, 0), |_| Ok(Typed::new("m_uuid()", Type::TEXT))),
];

fn of_text(call: &Call<'_>, function: &str) -> Result<Typed> {
    Ok(call.text(function, &call.printed(0)))
}

/// Bytes have no case.
fn in_case(call: &Call<'_>, function: &str) -> Result<Typed> {
    match call.collation() {
        Collation::Binary => Ok(Typed::new(call.printed(0), Type::Text(Collation::Binary))),
        _ => of_text(call, function),
    }
}

fn ascii(call: &Call<'_>, function: &str) -> Result<Typed> {
    Ok(Typed::new(format!("{function}({})", call.arg(0).printed()), Type::TEXT))
}

fn counted(call: &Call<'_>, function: &str) -> Result<Typed> {
    Ok(Typed::new(
        format!("{function}({})", call.arg(0).printed()),
        Type::Int { digits: 10 },
    ))
}

fn with_count(call: &Call<'_>, function: &str) -> Result<Typed> {
    let args = format!("{}, {}", call.arg(0).printed(), call.arg(1).whole());
    Ok(call.text(function, &args))
}

fn substring(call: &Call<'_>) -> Result<Typed> {
    let mut args = format!("{}, {}", call.arg(0).printed(), call.arg(1).whole());
    if let Some(length) = call.args.get(2) {
        args.push_str(", ");
        args.push_str(&length.whole());
    }
    Ok(call.text("m_substr", &args))
}

fn padded(call: &Call<'_>, function: &str) -> Result<Typed> {
    let pad = call.args.get(2).map_or_else(|| "' '".into(), Typed::printed);
    let args = format!("{}, {}, {pad}", call.arg(0).printed(), call.arg(1).whole());
    Ok(call.text(function, &args))
}

fn located(needle: &Typed, text: &Typed, from: Option<&Typed>) -> Result<Typed> {
    let from = from.map_or_else(String::new, |from| format!("{}, ", from.whole()));
    let sql = format!(
        "m_locate({}, {}, {from}{})",
        needle.printed(),
        text.printed(),
        binary_of(needle, text)
    );
    Ok(Typed::new(sql, Type::Int { digits: 10 }))
}

/// Texts and dates among themselves compare as texts, whole numbers as these, all others as doubles.
fn field(call: &Call<'_>) -> Result<Typed> {
    let all = |check: fn(&Typed) -> bool| call.args.iter().all(check);
    let listed = |value: fn(&Typed) -> String| call.args.iter().map(value).collect::<Vec<_>>().join(", ");
    let sql = if all(|arg| arg.ty.is_text() || arg.ty.is_temporal() || arg.ty == Type::Null) {
        let binary = u8::from(call.collation() != Collation::General);
        format!("m_field_text({binary}, {})", listed(Typed::printed))
    } else if all(|arg| matches!(arg.ty, Type::Int { .. })) {
        format!("m_field_int({})", listed(Typed::whole))
    } else {
        format!("m_field_real({})", listed(Typed::double))
    };
    Ok(Typed::new(sql, Type::Int { digits: 3 }))
}
