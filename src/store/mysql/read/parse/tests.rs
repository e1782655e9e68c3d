//! Statements with the tree, the label or the error that MariaDB 10.11 has for them.

use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::read;
use crate::store::mysql::errors::SqlError;
use crate::store::mysql::read::tree::{
    BinaryOperator, Body, Expr, Item, Kind, Query, Select, Source, Statement, UnaryOperator,
};

const SYNTAX: &str = "You have an error in your SQL syntax; check the manual that corresponds to your MariaDB server \
     version for the right syntax to use near ";

fn query(text: &str) -> Query {
    match read(text) {
        Ok(Statement::Query(query)) => query,
        other => panic!("{text}: {other:?}"),
    }
}

fn select(text: &str) -> Select {
    match query(text).body {
        Body::Select(select) => *select,
        other => panic!("{text}: {other:?}"),
    }
}

fn first_item(text: &str) -> (Expr, String) {
    match select(text).items.swap_remove(0) {
        Item::Expr { expr, label, .. } => (expr, label),
        Item::Star(_) => panic!("{text}"),
    }
}

/// An expression with brackets around every operator.
fn shape(expr: &Expr) -> String {
    let list = |terms: &[Expr], word: &str| {
        let terms: Vec<String> = terms.iter().map(shape).collect();
        format!("({})", terms.join(word))
    };
    match &expr.kind {
        Kind::Column(column) => column.name.clone(),
        Kind::Number(number) => number.clone(),
        Kind::Text(text) => format!("'{text}'"),
        Kind::Unary(operator, operand) => format!("{operator:?}({})", shape(operand)),
        Kind::Binary(operator, left, right) => format!("({} {operator:?} {})", shape(left), shape(right)),
        Kind::All(terms) => list(terms, " and "),
        Kind::Any(terms) => list(terms, " or "),
        Kind::Is { expr, what, negated } => format!("({} is {what:?} {negated})", shape(expr)),
        Kind::Like { expr, pattern, .. } => format!("({} like {})", shape(expr), shape(pattern)),
        Kind::In { expr, list: of, .. } => format!("({} in {})", shape(expr), list(of, ", ")),
        Kind::Between { expr, low, high, .. } => format!("({} between {} {})", shape(expr), shape(low), shape(high)),
        Kind::Collate(expr, name) => format!("({} collate {name})", shape(expr)),
        Kind::DateAdd { date, amount, unit, .. } => format!("({} + {} {unit:?})", shape(date), shape(amount)),
        Kind::Call(name, arguments) => format!("{name}{}", list(arguments, ", ")),
        other => format!("{other:?}"),
    }
}

#[test]
fn operators_bind_as_in_mariadb() {
    for (text, expected) in [
        ("a = b is null", "((a Equal b) is None false)"),
        ("a = b between c and d", "(a Equal (b between c d))"),
        ("a between b and c = d", "((a between b c) Equal d)"),
        ("a between b and c between 1 and 2", "(a between b (c between 1 2))"),
        ("a between b and c like d", "(a between b (c like d))"),
        ("a like b between c and d", "((a like b) between c d)"),
        ("a like b = c", "((a like b) Equal c)"),
        ("a = b like c", "(a Equal (b like c))"),
        ("a like b like c", "((a like b) like c)"),
        ("not a = b", "Not((a Equal b))"),
        ("not a and b", "(Not(a) and b)"),
        ("!a = b", "(Not(a) Equal b)"),
        ("a and b or c xor d", "((a and b) or (c Xor d))"),
        ("a xor b and c", "(a Xor (b and c))"),
        ("a || b && c", "(a or (b and c))"),
        ("a or b or c and d and e", "(a or b or (c and d and e))"),
        ("-a ^ b * c", "((Minus(a) BitXor b) Multiply c)"),
        ("a | b & c << d + 1", "(a BitOr (b BitAnd (c ShiftLeft (d Add 1))))"),
        ("- a collate utf8_bin", "Minus((a collate utf8_bin))"),
        ("binary a + b", "((a collate binary) Add b)"),
        ("interval 1 day + a = b", "((a Equal b) + 1 Day)"),
        ("interval 1 day + a and b", "((a + 1 Day) and b)"),
        ("a + interval b + c day", "(a + (b Add c) Day)"),
        ("a + interval 1 day * 2", "((a + 1 Day) Multiply 2)"),
        ("a + interval (1)+1 day", "(a + (1 Add 1) Day)"),
        ("interval(1,2)+1", "(INTERVAL(1, 2) Add 1)"),
        ("a div b mod c", "((a IntegerDivide b) Remainder c)"),
        ("a --1", "(a Subtract Minus(1))"),
        ("position('a' in 'b')", "LOCATE('a', 'b')"),
        ("a -> '$.x'", "JSON_EXTRACT(a, '$.x')"),
    ] {
        assert_eq!(shape(&first_item(&format!("SELECT {text}")).0), expected, "{text}");
    }
}

#[test]
fn labels_are_those_of_mariadb() {
    for (text, expected) in [
        ("SELECT count( id ) FROM t", "count( id )"),
        ("SELECT 'a'   'b'", "ab"),
        ("SELECT '  lead'", "lead"),
        ("SELECT 'trail   '", "trail   "),
        ("SELECT ((1))", "1"),
        ("SELECT +1", "1"),
        ("SELECT - 1", "- 1"),
        ("SELECT ( SELECT 1 )", "( SELECT 1 )"),
        ("SELECT null", "NULL"),
        ("SELECT true", "TRUE"),
        ("SELECT 1 /* x */ + 2   /* y */ , 3", "1 /* x */ + 2"),
        ("SELECT 1 +\n  2 -- abc", "1 +\n  2"),
        ("SELECT 1 /*! + 2 */ ", "1  + 2"),
        ("SELECT 1 /*!99999 x */ + 2", "1  + 2"),
        ("SELECT _utf8'x' 'y'", "xy"),
        ("SELECT x'4142'", "x'4142'"),
        ("SELECT 'a' COLLATE utf8_bin", "'a' COLLATE utf8_bin"),
        ("SELECT {d '2026-01-01'}", "{d '2026-01-01'}"),
        ("SELECT 1 + 1 limit 1", "1 + 1"),
    ] {
        assert_eq!(first_item(text).1, expected, "{text}");
    }
    let long = format!("SELECT concat('{}')", "é".repeat(300));
    assert_eq!(first_item(&long).1.len(), 254);
}

#[test]
fn a_small_statement_has_its_whole_tree() {
    let column = |name: &str, span| Expr {
        kind: Kind::Column(crate::store::mysql::read::tree::ColumnName {
            schema: None,
            table: None,
            name: name.into(),
        }),
        span,
    };
    let one = Expr {
        kind: Kind::Number("1".into()),
        span: 26..27,
    };
    let minus = Expr {
        kind: Kind::Unary(UnaryOperator::Minus, Box::new(one)),
        span: 25..27,
    };
    let compared = Kind::Binary(BinaryOperator::Equal, Box::new(column("b", 23..24)), Box::new(minus));
    let made = select("SELECT a FROM t WHERE (b=-1)");
    assert_eq!(made.items.len(), 1);
    assert!(matches!(&made.items[0], Item::Expr { expr, .. } if *expr == column("a", 7..8)));
    assert_eq!(
        made.condition,
        Some(Expr {
            kind: compared,
            span: 22..28,
        })
    );
    assert!(matches!(made.from, Some(Source::Table { name, .. }) if name.name == "t"));
}

#[test]
fn syntax_errors_are_told_as_by_mariadb() {
    for (text, near) in [
        ("select 1 1", "'1' at line 1"),
        ("select 'abc", "''abc' at line 1"),
        ("select 1 /* abc", "'/* abc' at line 1"),
        ("select 1 /*! + 1", "'' at line 1"),
        ("select 1 , , 2", "' 2' at line 1"),
        ("select f(1,,2)", "'2)' at line 1"),
        ("select (1,)", "')' at line 1"),
        ("select 1,\n  2 3 4\n from", "'3 4\n from' at line 2"),
        ("  \nselect 'a\nb' 1 2 ; ", "'1 2' at line 1"),
        ("select a between b or c and d", "'or c and d' at line 1"),
        ("select a is null like b", "'like b' at line 1"),
        ("select 1 = not 1", "'not 1' at line 1"),
        ("select 1 not 2", "'2' at line 1"),
        ("select x'414'", "'x'414'' at line 1"),
        ("select sum(a, b)", "' b)' at line 1"),
        ("select any(a)", "'(a)' at line 1"),
        ("select row(1)", "')' at line 1"),
        ("select a.b.c.d", "'.d' at line 1"),
        ("select 1, * from t", "'* from t' at line 1"),
        ("select 1 limit -1", "'-1' at line 1"),
        ("select a order from t", "'from t' at line 1"),
        ("select * from t left join u", "'' at line 1"),
        ("select * from (select 1)", "'' at line 1"),
        ("delete from t x", "'x' at line 1"),
        ("delete t from t order by a", "'order by a' at line 1"),
        ("update t set a=1 limit 1,2", "'2' at line 1"),
        ("replace ignore t set a=1", "'ignore t set a=1' at line 1"),
        ("hello world;", "'hello world' at line 1"),
    ] {
        let error = read(text).unwrap_err();
        assert_eq!(error, SqlError::Invalid(format!("{SYNTAX}{near}")), "{text}");
    }
    let long = format!("select 1 frum z é {}", "é".repeat(60));
    let shown = format!("'z é {}...'", "é".repeat(36));
    assert!(read(&long).unwrap_err().to_string().contains(&shown));
}

#[test]
fn what_the_contract_refuses_is_refused_behind_syntax() {
    for (text, reason) in [
        ("/* a */ ; drop )( 'never closed", "DROP"),
        ("Create /* x */ User u", "CREATE USER"),
        ("SELECT 1; SELECT 2", "more than one statement"),
        ("SELECT id INTO @x FROM lines", "SELECT INTO"),
        ("SELECT id FROM lines INTO OUTFILE '/tmp/x'", "SELECT INTO OUTFILE"),
        ("DESCRIBE SELECT 1", "EXPLAIN of a statement"),
        ("SHOW DATABASES", "SHOW DATABASES"),
        ("SELECT @'x' := 1", "variables"),
        ("SELECT id FROM lines LIMIT @x", "variables"),
        ("SELECT NOTHING(`sleep`(1), ?)", "SLEEP"),
        ("SELECT (SELECT id FROM lines FOR UPDATE)", "FOR UPDATE"),
        ("SELECT mysql.lines.id FROM lines", "the schema of mysql.lines.id"),
        ("SELECT mysql.f(1)", "the schema of mysql.f"),
        ("SHOW COLUMNS FROM user FROM mysql", "the schema of mysql.user"),
        ("SELECT * FROM xui.`LINECARD_GATES`", "the table LINECARD_GATES"),
        ("DELETE mysql.user FROM lines", "the schema of mysql.user"),
    ] {
        assert_eq!(read(text), Err(SqlError::Refused(reason.into())), "{text}");
    }
    assert!(matches!(read("SELECT @x FROM"), Err(SqlError::Invalid(_))));
    assert!(matches!(read("SELECT ?"), Err(SqlError::Failed(_))));
    for text in ["", " ; ; ", "-- x\n;/* y */ ; # z"] {
        assert_eq!(read(text), Err(SqlError::Empty), "{text}");
    }
}

#[test]
fn forms_of_the_contract_are_read() {
    for text in [
        "SELECT lines.id, order, key, similar AS `order` FROM lines, xui.streams s WHERE s.order = 1 ORDER BY order",
        "SELECT * FROM (a JOIN b ON 1) LEFT JOIN c USING (id) NATURAL JOIN d",
        "SELECT * FROM ((SELECT 1) UNION SELECT 2) x",
        "SELECT * FROM ((SELECT 1) x JOIN b), (c, d)",
        "SELECT * FROM a JOIN b LEFT JOIN c ON c.id = a.id",
        "SELECT * FROM t USE INDEX FOR ORDER BY (a, PRIMARY) WHERE 1",
        "((SELECT 1)) UNION ALL (SELECT 2 LIMIT 1) ORDER BY 1 LIMIT 2, 3",
        "WITH RECURSIVE x(a) AS (SELECT 1), y AS (SELECT 2) (SELECT * FROM x)",
        "SELECT ((SELECT 1) + 1), ((SELECT 1) UNION SELECT 1), 1 IN ((SELECT 1))",
        "SELECT GROUP_CONCAT(DISTINCT a ORDER BY b DESC SEPARATOR '-'), COUNT (DISTINCT a, b) FROM t",
        "SELECT SUM(a) OVER (PARTITION BY b ORDER BY c ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM t",
        "SELECT a > ANY (SELECT 1), TRIM(LEADING FROM a), CAST(a AS CHAR(5) CHARACTER SET utf8) FROM t",
        "INSERT t VALUES ()",
        "INSERT INTO t (a, t.b) SELECT 1, 2 ON DUPLICATE KEY UPDATE a = VALUES(a), b = DEFAULT",
        "INSERT INTO t (a) (SELECT 1)",
        "INSERT LOW_PRIORITY IGNORE INTO t SET a = 1",
        "REPLACE INTO t VALUE (1), (DEFAULT)",
        "UPDATE IGNORE a, b SET a.x = b.x WHERE a.id = b.id ORDER BY 1 LIMIT 2",
        "DELETE QUICK a.*, b FROM a JOIN b",
        "DELETE FROM a USING a JOIN b",
        "SHOW FULL COLUMNS FROM lines LIKE 'a%'",
        "SHOW TABLES FROM xui",
        "DESC t 'a%'",
    ] {
        assert!(read(text).is_ok(), "{text}: {:?}", read(text));
    }
}

/// Without optimisation 128 sub-queries take 3 MiB of stack (1 MiB with it), more than a test's thread has.
#[test]
fn nesting_and_rows_of_operators_have_limits() {
    let thread = std::thread::Builder::new().stack_size(8 << 20);
    thread.spawn(read_up_to_the_limits).unwrap().join().unwrap();
}

fn read_up_to_the_limits() {
    let brackets = |levels: usize| format!("SELECT {}1{}", "(".repeat(levels), ")".repeat(levels));
    let nested = Err(SqlError::Invalid("more than 128 brackets within each other".into()));
    assert!(read(&brackets(128)).is_ok());
    assert_eq!(read(&brackets(129)), nested);
    assert_eq!(read(&format!("SELECT {}1", "- ".repeat(129))), nested);
    let row = |times: usize| format!("SELECT {}1", "1 + ".repeat(times));
    assert!(read(&row(900)).is_ok());
    assert_eq!(read(&row(901)), Err(SqlError::too_deep()));
    assert!(read(&format!("SELECT {}1", "1 OR ".repeat(50_000))).is_ok());
    assert_eq!(
        read(&format!("SELECT {}1", "1 UNION SELECT ".repeat(500))),
        Err(SqlError::too_deep())
    );
    assert_eq!(
        read(&format!("SELECT 1 FROM t{}", ", t".repeat(61))),
        Err(SqlError::too_many_tables())
    );
    for levels in [20, 45, 126] {
        for (open, close) in [
            ("f(", ")"),
            ("NOT (", ")"),
            ("CASE WHEN ", " THEN 1 END"),
            ("1 IN (SELECT ", ")"),
            ("(SELECT ", ")"),
            ("CAST(", " AS SIGNED)"),
            ("1 BETWEEN (", ") AND 1"),
        ] {
            let text = format!("SELECT {}1{}", open.repeat(levels), close.repeat(levels));
            let doubled = read(&text) == nested;
            assert!(read(&text).is_ok() || doubled, "{open} {:?}", read(&text));
        }
    }
}

#[test]
fn a_hostile_text_is_read_at_once() {
    let thread = std::thread::Builder::new().stack_size(8 << 20);
    thread.spawn(read_hostile_texts).unwrap().join().unwrap();
}

fn read_hostile_texts() {
    let fill = |piece: &str| format!("SELECT {}", piece.repeat((1 << 20) / piece.len() - 8));
    for piece in [
        "(",
        "- ",
        "-",
        ",",
        "NOT ",
        "/*",
        "/*! ",
        "/*!99999 /* ",
        "'",
        "\"a\" ",
        "`",
        "x'",
        "a.",
        "1e1e",
        "@",
        "0x",
        "1+",
        "(SELECT * FROM (",
        "CASE WHEN ",
        "INTERVAL ",
        "a JOIN ",
        "1 BETWEEN ",
        "\\",
        "é",
        "#\n",
        "*/",
        "IN (((",
    ] {
        let text = fill(piece);
        let begun = Instant::now();
        _ = read(&text);
        _ = super::super::secrets::without_secrets(&text);
        // Without optimisation it takes ten times as long.
        assert!(
            begun.elapsed() < Duration::from_secs(4),
            "{piece} {:?}",
            begun.elapsed()
        );
    }
}

fn words() -> impl Strategy<Value = Vec<&'static str>> {
    const WORDS: &[&str] = &[
        "SELECT", "FROM", "WHERE", "a", "t.b", "*", "(", ")", ",", "1", "'x'", "é", "NOT", "IN", "LIKE", "AND", "OR",
        "BETWEEN", "IS", "NULL", "INTERVAL", "DAY", "+", "-", "=", "JOIN", "ON", "LEFT", "UNION", "ORDER", "BY",
        "LIMIT", "CASE", "WHEN", "THEN", "END", "COUNT", "OVER", "INSERT", "INTO", "VALUES", "SET", "UPDATE", "DELETE",
        "WITH", "AS", "@", "?", ";", "/*!", "*/", "\"", "'", "`", "\\", ".", "CAST", "SIGNED", "SHOW", "DESC", "{d",
        "}", "💩",
    ];
    proptest::collection::vec(proptest::sample::select(WORDS), 0..40)
}

proptest! {
    #[test]
    fn no_row_of_tokens_breaks_the_parser(words in words(), apart in any::<bool>()) {
        for begin in ["", "SELECT ", "INSERT INTO t "] {
            let text = format!("{begin}{}", words.join(if apart { " " } else { "" }));
            _ = read(&text);
            _ = super::super::secrets::without_secrets(&text);
            for token in super::super::lex::tokens(&text, 1_000).tokens {
                prop_assert!(text.get(token.span()).is_some());
            }
        }
    }
}
