//! Arithmetic: exact numbers stay exact, and carry more places than they show (contract "Admin API", 10.6, "Types").

use super::types::{Dec, NARROW, Type, WIDE};
use super::value::{Typed, text_literal};
use crate::store::mysql::read::tree::BinaryOperator;

/// Places that products and quotients show at most: so much is left for the digits before the point.
const MOST_PLACES: u8 = 30;

/// Bits of a whole number of 64 bits are at most this many digits.
const LONG: u8 = 19;

/// Two numbers by an operator of arithmetic or of bits; `written` is the expression for errors.
pub fn binary(operator: BinaryOperator, left: &Typed, right: &Typed, written: &str) -> Typed {
    match operator {
        BinaryOperator::BitOr => bits("|", left, right),
        BinaryOperator::BitAnd => bits("&", left, right),
        BinaryOperator::BitXor => bits("^", left, right),
        BinaryOperator::ShiftLeft => shift("<<", left, right),
        BinaryOperator::ShiftRight => shift(">>", left, right),
        BinaryOperator::IntegerDivide => integer_divide(left, right, written),
        _ => arithmetic(operator, &left.numeric(), &right.numeric(), written),
    }
}

fn arithmetic(operator: BinaryOperator, left: &Typed, right: &Typed, written: &str) -> Typed {
    let Some((a, b)) = left.ty.decimal().zip(right.ty.decimal()) else {
        return doubles(operator, left, right, written);
    };
    match operator {
        BinaryOperator::Divide => divide(left, right),
        BinaryOperator::Multiply => multiply(left, right, a, b, written),
        BinaryOperator::Remainder => remainder(left, right, a.with(b)),
        BinaryOperator::Subtract => sum("-", "m_sub", left, right, a.with(b), written),
        _ => sum("+", "m_add", left, right, a.with(b), written),
    }
}

/// Whether both are whole numbers, and whether one has no sign.
fn whole(left: &Typed, right: &Typed) -> Option<bool> {
    let is = |ty: Type| matches!(ty, Type::Int { .. } | Type::UInt);
    (is(left.ty) && is(right.ty)).then(|| left.ty == Type::UInt || right.ty == Type::UInt)
}

fn sum(operator: &str, function: &str, left: &Typed, right: &Typed, same: Dec, written: &str) -> Typed {
    let digits = same.whole.saturating_add(1);
    if let Some(unsigned) = whole(left, right) {
        return long(operator, function, left, right, digits, unsigned, written);
    }
    let dec = Dec::carrying(digits, same.places, same.carried);
    let both = Dec {
        whole: same.whole,
        ..dec
    };
    let (left, right) = (left.scaled(both), right.scaled(both));
    exact(operator, function, &left, &right, dec, written)
}

/// Whole numbers: an INTEGER, or a failure beyond 64 bits.
fn long(
    operator: &str,
    function: &str,
    left: &Typed,
    right: &Typed,
    digits: u8,
    unsigned: bool,
    written: &str,
) -> Typed {
    let (left, right) = (&left.sql, &right.sql);
    let text = text_literal(written);
    if unsigned {
        let kind = "'BIGINT UNSIGNED'";
        return Typed::new(
            format!("m_to_uint({function}({left}, {right}, 1, {kind}, {text}), {kind}, {text})"),
            Type::UInt,
        );
    }
    let ty = Type::Int {
        digits: digits.min(LONG),
    };
    match digits <= NARROW {
        true => Typed::new(format!("({left} {operator} {right})"), ty),
        false => Typed::new(format!("{function}({left}, {right}, 0, 'BIGINT', {text})"), ty),
    }
}

fn exact(operator: &str, function: &str, left: &str, right: &str, dec: Dec, written: &str) -> Typed {
    match dec.is_wide() {
        false => Typed::new(format!("({left} {operator} {right})"), Type::Dec(dec)),
        true => Typed::new(
            format!("{function}({left}, {right}, 1, 'DECIMAL', {})", text_literal(written)),
            Type::Dec(dec),
        ),
    }
}

fn multiply(left: &Typed, right: &Typed, a: Dec, b: Dec, written: &str) -> Typed {
    if let Some(unsigned) = whole(left, right) {
        let digits = a.whole.saturating_add(b.whole);
        return long("*", "m_mul", left, right, digits, unsigned, written);
    }
    let places = a.places.saturating_add(b.places).min(MOST_PLACES);
    let digits = a.whole.saturating_add(b.whole).min(WIDE.saturating_sub(places));
    // What is carried is given up first where the product would be too long to be held.
    let room = WIDE.saturating_sub(digits.min(20)).max(places);
    let (mut l, mut r) = (a.carried, b.carried);
    while l.saturating_add(r) > room && (l > a.places || r > b.places) {
        match l.saturating_sub(a.places) > r.saturating_sub(b.places) {
            true => l = l.saturating_sub(1),
            false => r = r.saturating_sub(1),
        }
    }
    let cut = |side: &Typed, dec: Dec, carried: u8| side.scaled(Dec { carried, ..dec });
    let dec = Dec {
        whole: digits.max(1),
        places,
        carried: l.saturating_add(r),
    };
    exact("*", "m_mul", &cut(left, a, l), &cut(right, b, r), dec, written)
}

/// Quotients carry places in groups of nine, as the database's decimals do.
fn divide(left: &Typed, right: &Typed) -> Typed {
    let (Some(a), Some(b)) = (left.ty.decimal(), right.ty.decimal()) else {
        return doubles(BinaryOperator::Divide, left, right, "");
    };
    let up = |places: u8| places.div_ceil(9).saturating_mul(9);
    let (l, r) = (a.carried, b.carried);
    let spare = (up(l).saturating_sub(l)).saturating_add(up(r).saturating_sub(r));
    let carried = up(up(l).saturating_add(up(r)).saturating_add(4_u8.saturating_sub(spare)));
    let dec = Dec::carrying(
        a.whole.saturating_add(b.places),
        a.places.saturating_add(4).min(MOST_PLACES),
        carried,
    );
    let sql = format!(
        "m_div({}, {}, {l}, {r}, {}, {})",
        left.sql,
        right.sql,
        dec.carried,
        u8::from(dec.is_wide())
    );
    Typed::new(sql, Type::Dec(dec))
}

/// The quotient of a sum and a count: AVG.
pub fn average(sum: &Typed, count: &Typed) -> Typed {
    arithmetic(BinaryOperator::Divide, sum, count, "")
}

fn remainder(left: &Typed, right: &Typed, same: Dec) -> Typed {
    match whole(left, right) {
        Some(false) => Typed::new(format!("({} % {})", left.sql, right.sql), left.ty.joined(right.ty)),
        unsigned => {
            let (l, r) = (left.scaled(same), right.scaled(same));
            // The sign is the left side's.
            let ty = match unsigned {
                Some(_) if left.ty == Type::UInt => Type::UInt,
                Some(_) => left.ty,
                None => Type::Dec(same),
            };
            Typed::new(format!("m_mod({l}, {r}, {})", u8::from(ty.is_wide())), ty)
        }
    }
}

/// `DIV`: doubles and texts are divided as the decimals that they print.
fn integer_divide(left: &Typed, right: &Typed, written: &str) -> Typed {
    let exact = |side: &Typed| match side.ty {
        Type::Int { .. } | Type::UInt | Type::Dec(_) => side.clone(),
        Type::Date | Type::DateTime { .. } | Type::Time { .. } => side.digits(),
        _ => Typed::new(
            format!("m_text_dec(m_double_text({}), 17, 21, 1)", side.double()),
            Type::Dec(Dec::new(21, 17)),
        ),
    };
    let (function, ty) = match left.ty == Type::UInt || right.ty == Type::UInt {
        true => ("m_int_div_uint", Type::UInt),
        false => ("m_int_div", Type::BIGINT),
    };
    let (left, right) = (exact(left), exact(right));
    let same = match left.ty.decimal().zip(right.ty.decimal()) {
        Some((a, b)) => Dec::new(a.whole.max(b.whole), a.carried.max(b.carried)),
        None => Dec::new(19, 0),
    };
    let sql = format!(
        "{function}({}, {}, {})",
        left.scaled(same),
        right.scaled(same),
        text_literal(written)
    );
    Typed::new(sql, ty)
}

fn doubles(operator: BinaryOperator, left: &Typed, right: &Typed, written: &str) -> Typed {
    let (l, r) = (left.double(), right.double());
    let ty = Type::Double {
        places: places(operator, left, right),
    };
    match operator {
        // By zero SQLite gives NULL too.
        BinaryOperator::Divide => Typed::new(format!("m_finite({l} / {r}, {})", text_literal(written)), ty),
        BinaryOperator::Remainder => Typed::new(format!("m_double_mod({l}, {r})"), ty),
        BinaryOperator::Multiply => Typed::new(format!("m_finite({l} * {r}, {})", text_literal(written)), ty),
        BinaryOperator::Subtract => Typed::new(format!("m_finite({l} - {r}, {})", text_literal(written)), ty),
        _ => Typed::new(format!("m_finite({l} + {r}, {})", text_literal(written)), ty),
    }
}

/// The places that are shown, where both sides have fixed ones.
fn places(operator: BinaryOperator, left: &Typed, right: &Typed) -> Option<u8> {
    let (left, right) = (left.ty.shown_places()?, right.ty.shown_places()?);
    match operator {
        BinaryOperator::Multiply => Some(left.saturating_add(right)),
        BinaryOperator::Divide => Some(left.max(right).saturating_add(4)),
        _ => Some(left.max(right)),
    }
    .filter(|places| *places < 31)
}

fn bits(operator: &str, left: &Typed, right: &Typed) -> Typed {
    Typed::new(
        format!("m_bit('{operator}', {}, {})", pattern(left), pattern(right)),
        Type::UInt,
    )
}

/// How far is counted as any argument that counts is read.
fn shift(operator: &str, left: &Typed, right: &Typed) -> Typed {
    Typed::new(
        format!("m_bit('{operator}', {}, {})", pattern(left), right.whole()),
        Type::UInt,
    )
}

/// A value whose bits are wanted: a whole number.
fn pattern(side: &Typed) -> String {
    match side.ty {
        Type::Int { .. } | Type::UInt => side.sql.clone(),
        Type::Double { .. } => format!("m_double_dec({}, 0, 20, 1)", side.sql),
        Type::Text(_) if side.number.is_none() => format!("m_text_dec({}, 0, 20, 1)", side.sql),
        _ => side.whole(),
    }
}

/// `-x`.
pub fn minus(value: &Typed, written: &str) -> Typed {
    let value = value.numeric();
    let sql = &value.sql;
    match value.ty {
        Type::Int { digits } if digits <= NARROW => Typed::new(format!("(-{sql})"), value.ty),
        Type::Int { .. } => Typed::new(
            format!("m_neg({sql}, 0, 'BIGINT', {})", text_literal(written)),
            value.ty,
        ),
        // What is written is a decimal then; a column's value has to fit.
        Type::UInt if !sql.contains('"') => Typed::new(
            format!("m_neg({sql}, 1, 'DECIMAL', {})", text_literal(written)),
            Type::Dec(Dec::new(20, 0)),
        ),
        Type::UInt => Typed::new(
            format!("m_neg({sql}, 0, 'BIGINT', {})", text_literal(written)),
            Type::BIGINT,
        ),
        Type::Dec(dec) if !dec.is_wide() => Typed::new(format!("(-{sql})"), value.ty),
        Type::Dec(_) => Typed::new(
            format!("m_neg({sql}, 1, 'DECIMAL', {})", text_literal(written)),
            value.ty,
        ),
        _ => Typed::new(format!("(-{})", value.double()), value.ty),
    }
}

/// `~x`.
pub fn invert(value: &Typed) -> Typed {
    Typed::new(format!("m_invert({})", pattern(value)), Type::UInt)
}
