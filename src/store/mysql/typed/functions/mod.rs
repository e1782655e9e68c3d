//! The functions that a statement may call: one table, and whatever is not in it does not exist (contract "Admin
//! API", 10.3). The README's table is made from it.

pub mod dates;
mod flow;
pub mod json;
pub mod numbers;
mod texts;

use super::compiler::Compiler;
use super::scope::Context;
use super::types::{Collation, Dec, Type, WIDE};
use super::value::Typed;
use crate::store::mysql::errors::SqlError;
use crate::store::mysql::read::tree::{CastType, Expr};

type Result<T> = std::result::Result<T, SqlError>;

/// What a function is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    Flow,
    Text,
    Numbers,
    Dates,
    Json,
    Others,
}

/// A function of the list.
pub struct Function {
    pub name: &'static str,
    pub subject: Subject,
    /// The least and the most arguments.
    pub args: (usize, usize),
    pub write: fn(&Call<'_>) -> Result<Typed>,
}

/// Any number of arguments.
pub const ANY: usize = usize::MAX;

/// A call with its arguments read.
pub struct Call<'a> {
    pub name: &'static str,
    pub args: Vec<Typed>,
    /// The call as errors show it.
    pub written: String,
    pub compiler: &'a Compiler<'a>,
    pub context: &'a Context<'a>,
}

static NOTHING: std::sync::LazyLock<Typed> = std::sync::LazyLock::new(Typed::null);

impl Call<'_> {
    /// An argument; NULL where there is none.
    pub fn arg(&self, at: usize) -> &Typed {
        self.args.get(at).unwrap_or(&NOTHING)
    }

    /// The collation of the texts among the arguments.
    pub fn collation(&self) -> Collation {
        self.args
            .iter()
            .fold(Collation::General, |collation, arg| collation.stricter(arg.collation()))
    }

    /// Arguments as texts, joined by commas.
    pub fn printed(&self, from: usize) -> String {
        let texts: Vec<String> = self.args.iter().skip(from).map(Typed::printed).collect();
        texts.join(", ")
    }

    /// A text that `function` makes of these arguments.
    pub fn text(&self, function: &str, args: &str) -> Typed {
        Typed::new(format!("{function}({args})"), Type::Text(self.collation()))
    }
}

/// All functions, by subject.
pub fn all() -> impl Iterator<Item = &'static Function> {
    [
        flow::FUNCTIONS,
        texts::FUNCTIONS,
        numbers::FUNCTIONS,
        dates::FUNCTIONS,
        json::FUNCTIONS,
    ]
    .into_iter()
    .flatten()
}

/// Functions with a grammar of their own, for which the tree has a kind each.
pub const FORMS: &[(Subject, &str)] = &[
    (Subject::Flow, "CASE"),
    (Subject::Text, "TRIM"),
    (Subject::Text, "POSITION"),
    (Subject::Numbers, "MOD"),
    (Subject::Numbers, "CAST"),
    (Subject::Numbers, "CONVERT"),
    (Subject::Dates, "DATE_ADD"),
    (Subject::Dates, "DATE_SUB"),
    (Subject::Dates, "ADDDATE"),
    (Subject::Dates, "SUBDATE"),
    (Subject::Dates, "EXTRACT"),
    (Subject::Dates, "TIMESTAMPDIFF"),
];

/// Reads a call.
///
/// # Errors
/// When there is no such function, or it takes another number of arguments.
pub fn call(compiler: &Compiler<'_>, whole: &Expr, name: &str, exprs: &[Expr], context: &Context<'_>) -> Result<Typed> {
    let function = all()
        .find(|function| function.name.eq_ignore_ascii_case(name))
        .ok_or_else(|| SqlError::no_function(name))?;
    let (least, most) = function.args;
    if exprs.len() < least || exprs.len() > most {
        return Err(SqlError::parameter_count(name));
    }
    let args: Result<Vec<Typed>> = exprs.iter().map(|expr| compiler.expr(expr, context)).collect();
    (function.write)(&Call {
        name: function.name,
        args: args?,
        written: compiler.reprinted(whole, context),
        compiler,
        context,
    })
}

/// Checks the digits and places of a type; `name` is what is cast.
///
/// # Errors
/// When there are too many.
pub fn castable(name: &str, to: CastType) -> Result<()> {
    match to {
        CastType::Decimal(digits, _) if digits > 65 => Err(SqlError::precision(name, 65)),
        CastType::Decimal(_, places) if places > 38 => Err(SqlError::scale(name, 38)),
        CastType::Decimal(digits, places) if places > digits => Err(SqlError::more_places_than_digits()),
        CastType::DateTime(places) | CastType::Time(places) if places > 6 => Err(SqlError::precision(name, 6)),
        _ => Ok(()),
    }
}

/// `CAST(x AS type)`.
pub fn cast(value: &Typed, to: CastType) -> Typed {
    let sql = &value.sql;
    match to {
        // A text with an interval and JSON are read as the texts that they are.
        CastType::Signed if value.interval_places().is_some() || value.ty == Type::Json => {
            Typed::new(format!("m_text_int({sql})"), Type::BIGINT)
        }
        CastType::Signed => Typed::new(value.whole(), Type::BIGINT),
        CastType::Unsigned => match value.ty {
            Type::UInt => value.clone(),
            _ if value.number.as_ref().is_some_and(|number| number.ty == Type::UInt) => value.numeric(),
            Type::Text(_) if value.number.is_none() => Typed::new(format!("m_text_uint({sql})"), Type::UInt),
            // Only whole numbers and texts go below zero to the other end.
            Type::Dec(_) | Type::Double { .. } => {
                let rounded = numbers::rounded(value, &Typed::int(0), "m_dec_round", "m_double_round");
                let whole = Dec::new(WIDE, 0);
                Typed::new(format!("m_dec_uint({})", rounded.scaled(whole)), Type::UInt)
            }
            _ => Typed::new(format!("m_int_uint({})", value.whole()), Type::UInt),
        },
        CastType::Decimal(digits, places) => {
            decimal(value, Dec::new(digits.saturating_sub(places).max(1), places), digits)
        }
        CastType::Double | CastType::Float => Typed::new(value.double(), Type::DOUBLE),
        CastType::Char(None) => Typed::new(value.printed(), Type::Text(value.collation())).of_whole_number(),
        CastType::Char(Some(most)) => Typed::new(
            format!("m_cut({}, {most})", value.printed()),
            Type::Text(value.collation()),
        )
        .of_whole_number(),
        CastType::Binary(None) => Typed::new(value.printed(), Type::Text(Collation::Binary)).of_whole_number(),
        CastType::Binary(Some(most)) => Typed::new(
            format!("m_cut_bytes({}, {most})", value.printed()),
            Type::Text(Collation::Binary),
        )
        .of_whole_number(),
        CastType::Date => Typed::new(value.date(), Type::Date).of_date(value),
        CastType::DateTime(places) => Typed::new(value.datetime(places), Type::DateTime { places }).of_date(value),
        CastType::Time(places) => Typed::new(value.time(places), Type::Time { places }).of_date(value),
    }
}

fn decimal(value: &Typed, dec: Dec, digits: u8) -> Typed {
    let wide = u8::from(dec.is_wide());
    let sql = match value.ty {
        Type::Text(_) | Type::Json if value.number.is_none() => format!(
            "m_text_dec({}, {}, {}, {wide})",
            value.sql,
            dec.places,
            digits.saturating_sub(dec.places)
        ),
        _ => match value.digits().ty.decimal() {
            Some(from) => {
                let room = Dec::carrying(from.whole, dec.places, dec.places);
                format!("m_fit({}, {digits}, {wide})", value.digits().scaled(room))
            }
            None => format!(
                "m_double_dec({}, {}, {}, {wide})",
                value.double(),
                dec.places,
                digits.saturating_sub(dec.places)
            ),
        },
    };
    Typed::new(sql, Type::Dec(dec))
}
