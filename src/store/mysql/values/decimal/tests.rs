//! Answers recorded from MariaDB 10.11, and exact arithmetic on random numbers.

use proptest::prelude::*;
use rusqlite::Connection;
use rusqlite::types::{Value, ValueRef};

use super::arithmetic::{self, Rounding};
use super::digits::Digits;
use super::register;
use crate::store::mysql::values::wide::{self, MOST};

fn db() -> Connection {
    let db = Connection::open_in_memory().unwrap();
    register(&db).unwrap();
    db
}

/// A value as a test shows it: a wide one with a `w` behind it.
fn shown(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Null => "NULL".into(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => number.to_string(),
        ValueRef::Text(text) => String::from_utf8_lossy(text).into(),
        ValueRef::Blob(_) => format!("{}w", wide::number(value).unwrap()),
    }
}

/// What an expression gives, or the words of its failure.
fn answer(db: &Connection, expression: &str) -> String {
    db.query_row(&format!("SELECT {expression}"), [], |row| Ok(shown(row.get_ref(0)?)))
        .unwrap_or_else(|error| error.to_string())
}

fn check(answers: &[(&str, &str)]) {
    let db = db();
    for (expression, wanted) in answers {
        assert_eq!(answer(&db, expression), *wanted, "{expression}");
    }
}

#[test]
fn arithmetic_is_checked() {
    check(&[
        ("m_add(1,2,0,'BIGINT','x')", "3"),
        ("m_add(1,NULL,0,'BIGINT','x')", "NULL"),
        (
            "m_add(9223372036854775807,1,0,'BIGINT','(a + 1)')",
            "BIGINT value is out of range in '(a + 1)'",
        ),
        ("m_add(9223372036854775807,1,1,'DECIMAL','')", "9223372036854775808w"),
        ("m_add(m_wide(-5),m_wide(3),0,'BIGINT','x')", "-2"),
        (
            "m_sub(-9223372036854775807,2,0,'BIGINT','y')",
            "BIGINT value is out of range in 'y'",
        ),
        ("m_mul(15,150,0,'DECIMAL','')", "2250"),
        (
            "m_mul(9223372036854775807,9223372036854775807,1,'DECIMAL','')",
            "85070591730234615847396907784232501249w",
        ),
        (
            "m_mul(m_mul(9223372036854775807,9223372036854775807,1,'DECIMAL',''),10,1,'DECIMAL','z')",
            "DECIMAL value is out of range in 'z'",
        ),
        ("m_neg(5,0,'BIGINT','x')", "-5"),
        (
            "m_neg(-9223372036854775807-1,0,'BIGINT','-x')",
            "BIGINT value is out of range in '-x'",
        ),
        ("m_neg(-9223372036854775807-1,1,'BIGINT','-x')", "9223372036854775808w"),
        ("m_abs(-5,0,'BIGINT','x')", "5"),
        (
            "m_abs(-9223372036854775807-1,0,'BIGINT','abs(x)')",
            "BIGINT value is out of range in 'abs(x)'",
        ),
        ("m_abs(NULL,0,'BIGINT','x')", "NULL"),
    ]);
}

#[test]
fn scales_round_and_cut() {
    check(&[
        ("m_scale(15,1,3,0)", "1500"),
        ("m_scale(15,1,0,0)", "2"),
        ("m_scale(-15,1,0,0)", "-2"),
        ("m_scale(14,1,0,0)", "1"),
        ("m_scale(9223372036854775807,0,3,1)", "9223372036854775807000w"),
        (
            "m_scale(9223372036854775807,0,3,0)",
            "DECIMAL value is out of range in ''",
        ),
        (
            "m_scale(9223372036854775807,0,30,1)",
            "DECIMAL value is out of range in ''",
        ),
        ("m_scale(0,0,60,1)", "0w"),
        ("m_scale(5,60,0,0)", "0"),
        ("m_cut_scale(19,1,0,0)", "1"),
        ("m_cut_scale(-19,1,0,0)", "-1"),
        ("m_fit(1234560,5,0)", "99999"),
        ("m_fit(-1234560,4,0)", "-9999"),
        ("m_fit(12,4,1)", "12w"),
    ]);
}

#[test]
fn division_carries_its_places() {
    check(&[
        // 10/3, -10/3, 20/8.05, 1/0 with nine carried places.
        ("m_div(10,3,0,0,9,0)", "3333333333"),
        ("m_div(-10,3,0,0,9,0)", "-3333333333"),
        ("m_div(20,805,0,2,9,0)", "2484472049"),
        ("m_div(1,0,0,0,9,0)", "NULL"),
        ("m_div(NULL,1,0,0,9,0)", "NULL"),
        ("m_div(12345,10,3,0,1,0)", "12"),
        ("m_div(9223372036854775807,3,0,0,9,1)", "3074457345618258602333333333w"),
        (
            "m_div(m_mul(9223372036854775807,9223372036854775807,1,'',''),9223372036854775807,0,0,9,1)",
            "9223372036854775807000000000w",
        ),
        (
            "m_div(m_mul(9223372036854775807,9223372036854775807,1,'',''),3,0,0,9,1)",
            "DECIMAL value is out of range in ''",
        ),
        ("m_mod(7,3,0)", "1"),
        ("m_mod(-7,3,0)", "-1"),
        ("m_mod(7,-3,0)", "1"),
        ("m_mod(7,0,0)", "NULL"),
        ("m_mod(-9223372036854775807-1,-1,0)", "0"),
        ("m_int_div(75,10,'x')", "7"),
        ("m_int_div(-75,10,'x')", "-7"),
        ("m_int_div(5,0,'x')", "NULL"),
        ("m_int_div(9223372036854775807,-1,'x')", "-9223372036854775807"),
        (
            "m_int_div(-9223372036854775807-1,-1,'-9223372036854775808 DIV -1')",
            "BIGINT value is out of range in '-9223372036854775808 DIV -1'",
        ),
    ]);
}

#[test]
fn decimals_become_texts_doubles_and_integers() {
    check(&[
        ("m_dec_text(666666666,9,4)", "0.6667"),
        ("m_dec_text(-4,3,2)", "0.00"),
        ("m_dec_text(-5,3,2)", "-0.01"),
        ("m_dec_text(-150,2,2)", "-1.50"),
        ("m_dec_text(5,0,0)", "5"),
        ("m_dec_text(5,0,2)", "5.00"),
        ("m_dec_text(-5,2,0)", "0"),
        ("m_dec_text(m_wide(5),40,2)", "0.00"),
        ("m_dec_double(333333333,9)", "0.333333333"),
        ("m_dec_double(-150,2)", "-1.5"),
        ("m_dec_double(m_scale(1,0,22,1),0)", "10000000000000000000000"),
        ("m_dec_int(35,1)", "4"),
        ("m_dec_int(-35,1)", "-4"),
        ("m_dec_int(4,1)", "0"),
        (
            "m_dec_int(m_add(m_scale(9223372036854775807,0,1,1),5,1,'',''),1)",
            "9223372036854775807",
        ),
        (
            "m_dec_int(m_neg(m_scale(9223372036854775807,0,2,1),1,'',''),1)",
            "-9223372036854775808",
        ),
    ]);
}

/// What `CAST('…' AS DECIMAL(whole + places, places))` gives.
#[test]
fn texts_become_decimals() {
    let (ten, four) = ((2, 8), (2, 2));
    let answers = [
        ("1e2", ten, "100.00"),
        ("1e-2", ten, "0.01"),
        ("  1.5abc", ten, "1.50"),
        ("abc", ten, "0.00"),
        (".5", ten, "0.50"),
        ("5.", ten, "5.00"),
        ("-.5", ten, "-0.50"),
        ("1e", ten, "1.00"),
        ("1e+", ten, "1.00"),
        ("1e999", ten, "99999999.99"),
        ("1e-999", ten, "0.00"),
        ("1.005", ten, "1.01"),
        ("-1.005", ten, "-1.01"),
        ("", ten, "0.00"),
        ("+3", ten, "3.00"),
        ("1e99999999999", ten, "99999999.99"),
        ("1e5", four, "99.99"),
        ("-1e5", four, "-99.99"),
        (".", four, "0.00"),
        ("-", four, "0.00"),
        ("--1", four, "0.00"),
        ("\t\n 4", four, "4.00"),
        ("0x10", four, "0.00"),
        (".e5", four, "0.00"),
        ("1 e5", four, "1.00"),
        ("1e 5", four, "1.00"),
        ("0e99999999", four, "0.00"),
        ("1e-99999999999999999999", four, "0.00"),
        ("1e99999999999999999999", four, "99.99"),
        ("1e-2147483649", four, "0.00"),
        ("1E1", four, "10.00"),
        ("\u{a0}5", four, "0.00"),
        (
            "12345678901234567890123456789012345678901234567890123456789012345678901234567890e-70",
            (5, 15),
            "1234567890.12346",
        ),
    ];
    let db = db();
    for (text, (places, whole), wanted) in answers {
        let sql = "SELECT m_dec_text(m_text_dec(?1, ?2, ?3, 0), ?2, ?2)";
        let got: String = db.query_row(sql, (text, places, whole), |row| row.get(0)).unwrap();
        assert_eq!(got, wanted, "{text}");
    }
}

#[test]
fn doubles_become_decimals() {
    check(&[
        ("m_dec_text(m_double_dec(1.005e0,2,8,0),2,2)", "1.01"),
        ("m_double_dec(2.5e0,0,10,0)", "3"),
        ("m_double_dec(3.5e0,0,10,0)", "4"),
        ("m_double_dec(-2.5e0,0,10,0)", "-3"),
        ("m_dec_text(m_double_dec(1e300,2,8,0),2,2)", "99999999.99"),
        ("m_dec_text(m_double_dec(-1e300,2,8,0),2,2)", "-99999999.99"),
        ("m_dec_text(m_double_dec(9e999,2,8,0),2,2)", "99999999.99"),
        ("m_dec_text(m_double_dec(-9e999,2,8,0),2,2)", "-99999999.99"),
        ("m_dec_text(m_double_dec(0.125e0,2,8,0),2,2)", "0.13"),
        (
            "m_dec_text(m_double_dec(1e15+0.3,10,20,1),10,10)",
            "1000000000000000.2000000000",
        ),
        (
            "m_dec_text(m_double_dec(0.1e0,20,10,1),20,20)",
            "0.10000000000000000000",
        ),
        (
            "m_dec_text(m_double_dec(1e22,2,28,1),2,2)",
            "10000000000000000000000.00",
        ),
        (
            "m_dec_text(m_double_dec(1/3e0,25,5,1),25,25)",
            "0.3333333333333333000000000",
        ),
        ("m_double_dec(NULL,2,8,0)", "NULL"),
    ]);
}

/// ROUND and TRUNCATE of decimal(10,4) columns with `d` from a column.
#[test]
fn rounding_at_a_place() {
    let answers = [
        (12345, "2", 12300, 12300),
        (12355, "3", 12360, 12350),
        (-15000, "0", -20000, -10000),
        (1555000, "-1", 1600000, 1500000),
        (1555000, "-5", 0, 0),
        (15000, "20", 15000, 15000),
        (9500000, "-3", 10000000, 0),
        (15000, "-40", 0, 0),
        (15000, "9223372036854775807", 15000, 15000),
        (15000, "-9223372036854775807-1", 0, 0),
    ];
    let db = db();
    for (number, d, round, truncate) in answers {
        assert_eq!(
            answer(&db, &format!("m_dec_round({number},4,{d},4,0)")),
            round.to_string(),
            "{number} {d}"
        );
        assert_eq!(
            answer(&db, &format!("m_dec_truncate({number},4,{d},4,0)")),
            truncate.to_string(),
            "{number} {d}"
        );
    }
    check(&[
        ("m_dec_round(12345,4,NULL,4,0)", "NULL"),
        ("m_dec_round(12345,4,10,10,0)", "12345000000"),
        ("m_dec_round(999,1,-2,0,0)", "100"),
        ("m_dec_round(1250,0,-2,0,0)", "1300"),
        ("m_dec_round(-1250,0,-2,0,0)", "-1300"),
        ("m_dec_round(49,0,-2,0,0)", "0"),
        ("m_dec_round(50,0,-2,0,0)", "100"),
        ("m_dec_truncate(-1999,3,1,1,0)", "-19"),
        ("m_dec_floor(-15,1,0)", "-2"),
        ("m_dec_ceil(-15,1,0)", "-1"),
        ("m_dec_floor(-20,1,0)", "-2"),
        ("m_dec_ceil(101,2,0)", "2"),
        ("m_dec_ceil(-5,1,0)", "0"),
        ("m_dec_floor(-1,40,0)", "-1"),
        ("m_dec_ceil(1,40,0)", "1"),
    ]);
}

#[test]
fn unsigned_integers_are_their_bits() {
    check(&[
        ("m_uint_text(m_int_uint(-1))", "18446744073709551615"),
        ("m_int_uint(5)", "5w"),
        ("m_uint_int(m_int_uint(-5))", "-5"),
        ("m_to_uint(5,'BIGINT UNSIGNED','x')", "5w"),
        (
            "m_to_uint(-1,'BIGINT UNSIGNED','(a - 1)')",
            "BIGINT UNSIGNED value is out of range in '(a - 1)'",
        ),
        (
            "m_to_uint(m_add(m_int_uint(-1),1,1,'',''),'BIGINT UNSIGNED','y')",
            "BIGINT UNSIGNED value is out of range in 'y'",
        ),
        ("m_bit('<<',1,63)", "9223372036854775808w"),
        ("m_bit('<<',1,64)", "0w"),
        ("m_bit('<<',1,-1)", "0w"),
        ("m_bit('>>',-1,1)", "9223372036854775807w"),
        ("m_bit('>>',-1,64)", "0w"),
        ("m_bit('&',-1,5)", "5w"),
        ("m_bit('|',-1,0)", "18446744073709551615w"),
        ("m_bit('^',5,3)", "6w"),
        ("m_bit('^',-1,1)", "18446744073709551614w"),
        ("m_bit('<<',m_int_uint(-1),1)", "18446744073709551614w"),
        ("m_bit('|',m_scale(1,0,30,1),0)", "18446744073709551615w"),
        ("m_bit('|',m_scale(-1,0,30,1),0)", "9223372036854775808w"),
        ("m_bit('|',NULL,0)", "NULL"),
        ("m_invert(0)", "18446744073709551615w"),
        ("m_invert(5)", "18446744073709551610w"),
    ]);
}

#[test]
fn texts_become_unsigned_integers() {
    let answers = [
        ("1e2", "1"),
        ("-1", "18446744073709551615"),
        ("18446744073709551616", "18446744073709551615"),
        ("99999999999999999999", "18446744073709551615"),
        ("-99999999999999999999", "9223372036854775808"),
        ("  12abc", "12"),
        ("abc", "0"),
        ("", "0"),
        ("+5", "5"),
        ("-9223372036854775809", "9223372036854775808"),
        ("-9223372036854775808", "9223372036854775808"),
        ("-9223372036854775807", "9223372036854775809"),
        ("1.9", "1"),
        ("18446744073709551615", "18446744073709551615"),
        ("\t7", "7"),
        ("- 5", "0"),
        ("+-5", "0"),
        ("-0", "0"),
        ("-18446744073709551615", "9223372036854775808"),
    ];
    let db = db();
    for (text, wanted) in answers {
        let got: String = db
            .query_row("SELECT m_uint_text(m_text_uint(?1))", [text], |row| row.get(0))
            .unwrap();
        assert_eq!(got, wanted, "{text}");
    }
}

#[test]
fn sums_serve_in_windows() {
    check(&[
        (
            "m_sum(n) FROM (SELECT 1 AS n UNION ALL SELECT NULL UNION ALL SELECT 5)",
            "6w",
        ),
        (
            "m_sum(n) FROM (SELECT 9223372036854775807 AS n UNION ALL SELECT 9223372036854775807)",
            "18446744073709551614w",
        ),
        ("m_sum(n) FROM (SELECT NULL AS n)", "NULL"),
        ("m_sum(n) FROM (SELECT 1 AS n WHERE 0)", "NULL"),
        (
            "group_concat(m_dec_text(s, 0, 0)) FROM (SELECT m_sum(n) OVER (ORDER BY n ROWS 1 PRECEDING) AS s \
             FROM (SELECT 1 AS n UNION ALL SELECT 2 UNION ALL SELECT 4))",
            "1,3,6",
        ),
        (
            "group_concat(ifnull(m_dec_text(s, 0, 0), 'null')) FROM (SELECT m_sum(n) OVER \
             (ORDER BY k ROWS BETWEEN CURRENT ROW AND CURRENT ROW) AS s \
             FROM (SELECT 1 AS k, 1 AS n UNION ALL SELECT 2, NULL UNION ALL SELECT 3, 4))",
            "1,null,4",
        ),
    ]);
}

/// Long multiplication by a digit and addition on texts, as an independent calculator: `number / 10^places`.
fn printed(number: i128, places: usize) -> String {
    let mut digits = number.unsigned_abs().to_string();
    while digits.len() <= places {
        digits.insert(0, '0');
    }
    if places > 0 {
        digits.insert(digits.len() - places, '.');
    }
    if number < 0 { format!("-{digits}") } else { digits }
}

proptest! {
    #[test]
    fn a_text_is_the_number_it_was_made_of(number in -MOST..=MOST, places in 0u32..38) {
        let text = arithmetic::text(number, places);
        prop_assert_eq!(&text, &printed(number, usize::try_from(places).unwrap()));
        prop_assert_eq!(Digits::of_text(text.as_bytes()).decimal(places, 38 - places), number);
    }

    #[test]
    fn a_quotient_is_the_same_digit_by_digit(left in -MOST..=MOST, right in 1i128..=MOST, places in 0i64..20) {
        let quotient = arithmetic::divide(left, right, places);
        // With the dividend cut down so that the product has a place, both ways are open.
        let small = left / 10i128.pow(20);
        let power = 10i128.pow(u32::try_from(places).unwrap());
        prop_assert_eq!(arithmetic::divide(small, right, places), Some(small * power / right));
        if let Some(quotient) = quotient {
            let whole = quotient / power;
            prop_assert_eq!(whole, left / right);
        }
    }

    #[test]
    fn long_division_is_exact(quotient in 0u64..1_000_000_000_000_000_000, divisor in 1i128..=MOST, rest in 0u64..) {
        let divisor = divisor % 10i128.pow(19) + 1;
        let rest = i128::from(rest) % divisor;
        let left = i128::from(quotient) * divisor + rest;
        prop_assume!(left <= MOST);
        prop_assert_eq!(arithmetic::divide(left, divisor, 0), Some(i128::from(quotient)));
        prop_assert_eq!(arithmetic::divide(-left, divisor, 0), Some(-i128::from(quotient)));
        if left % divisor == 0 {
            prop_assert_eq!(arithmetic::divide(left, divisor, 15), Some(i128::from(quotient) * 10i128.pow(15)));
        }
    }

    #[test]
    fn rounding_moves_by_at_most_half(number in -MOST..=MOST, by in 1i64..38) {
        let unit = 10i128.pow(u32::try_from(by).unwrap());
        let half = arithmetic::scale(number, by, 0, Rounding::Half).unwrap();
        let floor = arithmetic::scale(number, by, 0, Rounding::Floor).unwrap();
        let ceil = arithmetic::scale(number, by, 0, Rounding::Ceil).unwrap();
        let cut = arithmetic::scale(number, by, 0, Rounding::Cut).unwrap();
        prop_assert_eq!(floor, number.div_euclid(unit));
        prop_assert_eq!(ceil - floor, i128::from(number % unit != 0));
        prop_assert_eq!(cut, if number < 0 { ceil } else { floor });
        let away = if number < 0 { floor } else { ceil };
        let is_half = number.unsigned_abs() % unit.unsigned_abs() >= unit.unsigned_abs() / 2;
        prop_assert_eq!(half, if is_half { away } else { cut });
    }

    #[test]
    fn a_double_keeps_its_digits(whole in -1_000_000_000i64..1_000_000_000, places in 0u32..6) {
        let double = arithmetic::double(i128::from(whole), places);
        prop_assert_eq!(Digits::of_double(double).decimal(places, 20), i128::from(whole));
    }

    #[test]
    fn no_number_stops_the_functions(a in -MOST..=MOST, b in -MOST..=MOST, n: i64, x: f64, text in "[-+.0-9eE \t]{0,20}") {
        let db = db();
        let values: [&dyn rusqlite::ToSql; 5] = [
            &wide::bytes(a).to_vec(), &wide::bytes(b).to_vec(), &n, &x, &text,
        ];
        for expression in [
            "m_add(?1,?2,1,'','')", "m_sub(?1,?2,0,'','')", "m_mul(?1,?3,1,'','')", "m_scale(?1,?3,?3,1)",
            "m_scale(?1,0,?3,1)", "m_cut_scale(?1,?3,0,1)", "m_div(?1,?2,3,5,30,1)", "m_div(?1,?3,0,0,?3,1)",
            "m_mod(?1,?2,1)", "m_int_div(?1,?3,'')", "m_dec_text(?1,?3,2)", "m_double_dec(?4,10,28,1)",
            "m_text_dec(?5,5,10,1)", "m_dec_int(?1,?3)", "m_dec_round(?1,10,?3,10,1)", "m_dec_truncate(?1,10,?3,12,1)",
            "m_dec_floor(?1,?3,1)", "m_dec_ceil(?1,?3,1)", "m_bit('<<',?1,?3)", "m_invert(?1)", "m_text_uint(?5)",
            "m_uint_int(?2)", "m_dec_double(?1,38)", "m_fit(?1,50,1)",
        ] {
            // All five are named, so that all five may be bound.
            let sql = format!("SELECT {expression} WHERE ?1 + ?2 + ?3 + ?4 + ?5 IS NOT NULL");
            let answer: Result<Value, _> = db.query_row(&sql, values, |row| row.get(0));
            if let Err(error) = answer {
                prop_assert!(!error.to_string().contains("panic"), "{}: {}", expression, error);
            }
        }
    }
}
