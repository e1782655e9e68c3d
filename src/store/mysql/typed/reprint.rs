//! An expression as MariaDB prints it in an error: in its own spacing, with its columns in full.

use super::scope::{Context, DATABASE};
use crate::store::mysql::read::tree::{BinaryOperator, CastType, Expr, Kind, UnaryOperator};

/// Prints an expression; forms that rarely fail are printed as they were written.
pub fn reprint(expr: &Expr, written: &dyn Fn(&Expr) -> String, context: &Context<'_>) -> String {
    let part = |expr: &Expr| reprint(expr, written, context);
    match &expr.kind {
        Kind::Binary(operator, left, right) => {
            let side = |side: &Expr, right: bool| {
                let own = level(side);
                let needs = own < level(expr) || (right && own == level(expr));
                match needs {
                    true => format!("({})", part(side)),
                    false => part(side),
                }
            };
            format!("{} {} {}", side(left, false), sign(*operator), side(right, true))
        }
        Kind::Unary(UnaryOperator::Minus, inner) => format!("-{}", part(inner)),
        Kind::Text(text) => format!("'{text}'"),
        Kind::Column(name) => match context.relation_of(name) {
            Some(relation) if relation.table.is_some() => {
                format!("`{DATABASE}`.`{}`.`{}`", relation.name, name.name)
            }
            Some(relation) => format!("`{}`.`{}`", relation.name, name.name),
            None => written(expr),
        },
        Kind::Call(name, args) => {
            let args: Vec<String> = args.iter().map(part).collect();
            format!("{}({})", name.to_ascii_lowercase(), args.join(","))
        }
        Kind::Cast(inner, CastType::Signed) => format!("cast({} as signed)", part(inner)),
        Kind::Cast(inner, CastType::Unsigned) => format!("cast({} as unsigned)", part(inner)),
        _ => written(expr),
    }
}

/// How close an operator binds.
fn level(expr: &Expr) -> u8 {
    let Kind::Binary(operator, ..) = &expr.kind else {
        return 9;
    };
    match operator {
        BinaryOperator::BitOr => 1,
        BinaryOperator::BitAnd => 2,
        BinaryOperator::ShiftLeft | BinaryOperator::ShiftRight => 3,
        BinaryOperator::Add | BinaryOperator::Subtract => 4,
        BinaryOperator::Multiply
        | BinaryOperator::Divide
        | BinaryOperator::Remainder
        | BinaryOperator::IntegerDivide => 5,
        BinaryOperator::BitXor => 6,
        _ => 0,
    }
}

fn sign(operator: BinaryOperator) -> &'static str {
    match operator {
        BinaryOperator::Xor => "xor",
        BinaryOperator::Equal => "=",
        BinaryOperator::NullSafeEqual => "<=>",
        BinaryOperator::NotEqual => "<>",
        BinaryOperator::Less => "<",
        BinaryOperator::LessOrEqual => "<=",
        BinaryOperator::Greater => ">",
        BinaryOperator::GreaterOrEqual => ">=",
        BinaryOperator::BitOr => "|",
        BinaryOperator::BitAnd => "&",
        BinaryOperator::BitXor => "^",
        BinaryOperator::ShiftLeft => "<<",
        BinaryOperator::ShiftRight => ">>",
        BinaryOperator::Add => "+",
        BinaryOperator::Subtract => "-",
        BinaryOperator::Multiply => "*",
        BinaryOperator::Divide => "/",
        BinaryOperator::Remainder => "MOD",
        BinaryOperator::IntegerDivide => "DIV",
    }
}
