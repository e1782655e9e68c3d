//! IF and its like, LEAST and GREATEST, and what a session would know.

use super::{ANY, Call, Function, Result, Subject};
use crate::store::mysql::typed::compare::compare;
use crate::store::mysql::typed::expression::chosen;
use crate::store::mysql::typed::types::Type;
use crate::store::mysql::typed::value::{Typed, or_zero, zero_date};

/// The version that `VERSION()` names.
pub const VERSION: &str = "10.11.6-MariaDB";

const fn flow(name: &'static str, args: (usize, usize), write: fn(&Call<'_>) -> Result<Typed>) -> Function {
    Function {
        name,
        subject: Subject::Flow,
        args,
        write,
    }
}

const fn other(name: &'static str, args: (usize, usize), write: fn(&Call<'_>) -> Result<Typed>) -> Function {
    Function {
        name,
        subject: Subject::Others,
        args,
        write,
    }
}

/// Functions that choose a value, and those that tell about the server.
pub const FUNCTIONS: &[Function] = &[
    flow("IF", (3, 3), |call| {
        Ok(chosen(&[call.arg(0).condition()], &[call.arg(1).clone()], call.arg(2)))
    }),
    flow("IFNULL", (2, 2), coalesce),
    flow("COALESCE", (1, ANY), coalesce),
    flow("NULLIF", (2, 2), |call| {
        let (value, hold) = call.compiler.held(call.arg(0).clone(), call.context);
        let same = compare("=", &value, call.arg(1)).sql;
        let sql = format!("(CASE WHEN {same} THEN NULL ELSE {} END)", value.sql);
        Ok(Typed {
            truth: value.truth,
            number_places: value.number_places,
            ..Typed::new(hold.around(sql), value.ty)
        })
    }),
    flow("LEAST", (2, ANY), |call| extreme(call, "min")),
    flow("GREATEST", (2, ANY), |call| extreme(call, "max")),
    other("DATABASE", (0, 0), |_| Ok(Typed::text("xui"))),
    other("VERSION", (0, 0), |_| Ok(Typed::text(VERSION))),
    other("USER", (0, 0), |_| Ok(Typed::text("root@localhost"))),
    other("LAST_INSERT_ID", (0, 1), |call| match call.args.first() {
        None => Ok(Typed::new("0", Type::BIGINT)),
        Some(id) => Ok(Typed::new(format!("m_last_insert_id({})", id.whole()), Type::BIGINT)),
    }),
];

fn coalesce(call: &Call<'_>) -> Result<Typed> {
    let ty = call.args.iter().fold(Type::Null, |ty, arg| ty.joined(arg.ty));
    let values: Vec<String> = call.args.iter().map(|arg| arg.converted(ty)).collect();
    let first = |values: &[String]| match values {
        [one] => one.clone(),
        _ => format!("coalesce({})", values.join(", ")),
    };
    let sql = first(&values);
    let stored_text =
        matches!(ty, Type::Dec(_)).then(|| first(&call.args.iter().map(Typed::stored_text).collect::<Vec<_>>()));
    Ok(Typed {
        stored_text,
        truth: call.args.iter().all(|arg| arg.truth),
        ..Typed::new(sql, ty)
    })
}

/// Texts compare as texts, and as numbers where a number is wanted of them.
fn extreme(call: &Call<'_>, function: &str) -> Result<Typed> {
    let args = &call.args;
    let first = call.arg(0);
    let all = |check: fn(&Typed) -> bool| args.iter().all(check);
    let listed = |value: &dyn Fn(&Typed) -> String| {
        let values: Vec<String> = args.iter().map(value).collect();
        format!("{function}({})", values.join(", "))
    };
    let is_null = |arg: &Typed| arg.ty == Type::Null;
    if args.iter().any(is_null) {
        // It has the type of the others.
        let ty = args.iter().fold(Type::Null, |ty, arg| ty.joined(arg.ty));
        return Ok(Typed { ty, ..Typed::null() });
    }
    if all(|arg| arg.ty.is_text()) {
        let collation = call.collation();
        let sql = listed(&|arg| format!("{} COLLATE {}", arg.printed(), collation.name()));
        return Ok(Typed {
            number: Some(Box::new(Typed::new(listed(&Typed::double), Type::DOUBLE))),
            ..Typed::new(sql, Type::Text(collation))
        });
    }
    let ty = args.iter().fold(first.ty, |ty, arg| ty.joined(arg.ty));
    if args.iter().any(|arg| arg.ty.is_temporal()) {
        let is_time = args
            .iter()
            .all(|arg| matches!(arg.ty, Type::Time { .. }) || !arg.ty.is_temporal());
        let temporal = args.iter().filter(|arg| arg.ty.is_temporal());
        let fraction = |arg: &Typed| match is_time {
            true => arg.fraction(),
            false => arg.datetime_fraction(),
        };
        let places = args.iter().map(fraction).max().unwrap_or(0);
        let ty = match temporal.fold(Type::Null, |ty, arg| ty.joined(arg.ty)) {
            Type::DateTime { .. } => Type::DateTime { places },
            Type::Time { .. } => Type::Time { places },
            ty => ty,
        };
        // What is no date counts as zero.
        let zero = zero_date(ty).unwrap_or_else(|| "NULL".into());
        let value = |arg: &Typed| match arg.ty.is_temporal() {
            true => arg.in_comparison().converted(ty),
            false => or_zero(&arg.converted(ty), arg, &zero),
        };
        return Ok(Typed::new(listed(&value), ty));
    }
    let ty = match args.iter().any(|arg| arg.ty.is_text()) {
        true => Type::DOUBLE,
        false => ty,
    };
    Ok(Typed {
        stored_text: matches!(ty, Type::Dec(_)).then(|| extreme_text(args, ty, function == "max")),
        ..Typed::new(listed(&|arg| arg.converted(ty)), ty)
    })
}

/// What a column of texts stores of the least or greatest decimal.
fn extreme_text(args: &[Typed], ty: Type, greatest: bool) -> String {
    let pairs: Vec<String> = args
        .iter()
        .map(|arg| format!("({}, {})", arg.converted(ty), arg.stored_text()))
        .collect();
    format!(
        "(SELECT column2 FROM (VALUES {}) ORDER BY column1 IS NULL DESC, column1 {} LIMIT 1)",
        pairs.join(", "),
        if greatest { "DESC" } else { "ASC" }
    )
}
