//! Answers recorded from MariaDB 10.11 (`answers.txt`), and what holds for any text.

use proptest::prelude::*;
use rusqlite::Connection;

use super::contains::contains;
use super::like::{Pattern, folded};
use super::register;
use super::value::Json;
use crate::store::mysql::values::work::{MOST_OF_JSON, Work};

fn db() -> Connection {
    let db = Connection::open_in_memory().unwrap();
    register(&db).unwrap();
    db
}

/// What an expression gives as text.
fn answer(db: &Connection, expression: &str) -> String {
    db.query_row(&format!("SELECT CAST({expression} AS TEXT)"), [], |row| {
        row.get::<_, Option<String>>(0)
    })
    .map(|text| text.unwrap_or_else(|| "NULL".into()))
    .unwrap_or_else(|error| error.to_string())
}

/// Each line is an expression and MariaDB's answer, with a tab between them.
#[test]
fn answers_are_those_of_the_database() {
    let db = db();
    let mut wrong = Vec::new();
    for line in include_str!("answers.txt").lines() {
        let (expression, wanted) = line.split_once('\t').unwrap();
        let got = answer(&db, expression);
        if got != wanted {
            wrong.push(format!("{expression}\n  wanted {wanted}\n  got    {got}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// MariaDB answers as soon as it has found what it looks for; here what is not JSON gives NULL.
#[test]
fn what_is_not_json_gives_null() {
    let db = db();
    for expression in [
        "m_json_contains('[1,2','[]')",
        "m_json_contains('{\"a\":1} x','{\"a\":1}')",
        "m_json_contains('[1]','x')",
        "m_json_contains('{\"a\":[1]','1','$.a')",
        "m_json_contains('{\"a\":[1]}','x','$.b')",
        "m_json_search('[\"a\"','one','a')",
        "m_json_extract(x'ff','$')",
        "m_json_extract('[1,2,3]','$[4294967296]')",
        "m_json_extract('[1,2,3]','$[0 to 1 to 2]')",
    ] {
        let got = answer(&db, expression);
        assert!(
            got == "NULL" || got.starts_with("Invalid function parameter type"),
            "{expression}: {got}"
        );
    }
}

#[test]
fn texts_are_quoted_and_read() {
    let db = db();
    let controls = "char(97,1,9,10,13,8,12,31,27,127)";
    let quoted = answer(&db, &format!("m_json_array('t', {controls})"));
    assert_eq!(quoted, "[\"a\\u0001\\t\\n\\r\\b\\f\\u001F\\u001B\u{7f}\"]");
    let answers = [
        (
            r#"m_json_unquote('"\n\t\"\\\/\u0041\b\f\r"')"#,
            "\n\t\"\\/A\u{8}\u{c}\r",
        ),
        (r#"m_json_unquote('"\ud83d\ude00"')"#, "😀"),
        (r#"m_json_compare_text('"a"')"#, "a"),
        (r#"m_json_compare_text('"\u0041"')"#, "A"),
        ("m_json_compare_text('1.0')", "1.0"),
        ("m_json_compare_text('true')", "true"),
        ("m_json_compare_text('[1, 2]')", "[1, 2]"),
        ("m_json_object(NULL, 'n', '1')", "{\"\": 1}"),
        ("m_json_array('b', 1, 'b', 0, 'b', NULL)", "[true, false, null]"),
        ("m_json_array('j', '[1,  2]')", "[[1,  2]]"),
    ];
    for (expression, wanted) in answers {
        assert_eq!(answer(&db, expression), wanted, "{expression}");
    }
}

/// `JSON_EXTRACT(…) + 0`.
#[test]
fn values_are_numbers_where_one_is_wanted() {
    let db = db();
    let answers = [
        (r#"'"12abc"'"#, "12.0"),
        (r#"'"a"'"#, "0.0"),
        (r#"'" -1.5e1x"'"#, "-15.0"),
        (r#"'".5"'"#, "0.5"),
        ("'true'", "1.0"),
        ("'false'", "0.0"),
        ("'null'", "0.0"),
        ("'[5]'", "0.0"),
        (r#"'{"a": 5}'"#, "0.0"),
        ("'1.50'", "1.5"),
        ("'1e2'", "100.0"),
        ("'99999999999999999999'", "1.0e+20"),
        ("'1e999'", "1.7976931348623157e+308"),
        ("NULL", "NULL"),
    ];
    for (value, wanted) in answers {
        assert_eq!(answer(&db, &format!("m_json_double({value})")), wanted, "{value}");
    }
}

#[test]
fn depth_ends_at_31() {
    let db = db();
    let nested = |depth: usize| format!("'{}1{}'", "[".repeat(depth), "]".repeat(depth));
    assert_eq!(answer(&db, &format!("m_json_valid({})", nested(31))), "1");
    assert_eq!(answer(&db, &format!("m_json_valid({})", nested(32))), "0");
    assert_eq!(answer(&db, &format!("m_json_extract({}, '$')", nested(32))), "NULL");
    assert_eq!(
        answer(&db, &format!("m_json_set('[]', '$[0]', 'j', {})", nested(31))),
        "NULL"
    );
    assert_eq!(answer(&db, &format!("m_json_valid('{}')", "[".repeat(1_000_000))), "0");
    let path = |steps: usize| format!("m_json_extract('[[[1]]]', '${}')", "[0]".repeat(steps));
    assert_eq!(answer(&db, &path(31)), "1");
    assert_eq!(answer(&db, &path(32)), "NULL");
}

/// Rows: (1, 1.50, 'a'), (2, NULL, 'b"c'), (2, 3.00, NULL), (1, 2.00, 'a').
#[test]
fn aggregates_are_printed_without_blanks() {
    let db = db();
    let rows = "FROM (SELECT '1' AS i, '1.50' AS d, 'a' AS t UNION ALL SELECT '2', NULL, 'b\"c' \
                UNION ALL SELECT '2', '3.00', NULL UNION ALL SELECT '1', '2.00', 'a')";
    let answers = [
        ("m_json_arrayagg('t', t)", r#"["a","b\"c",null,"a"]"#),
        ("m_json_arrayagg('n', d)", "[1.50,null,3.00,2.00]"),
        ("m_json_arrayagg('j', '[1, 2]')", "[[1, 2],[1, 2],[1, 2],[1, 2]]"),
        ("m_json_arrayagg('b', i = '1')", "[true,false,false,true]"),
        (
            "m_json_objectagg(i, 't', t)",
            r#"{"1":"a", "2":"b\"c", "2":null, "1":"a"}"#,
        ),
        ("m_json_objectagg(t, 'n', i)", r#"{"a":1, "b\"c":2, "a":1}"#),
        (
            "m_json_objectagg(i, 'n', d)",
            r#"{"1":1.50, "2":null, "2":3.00, "1":2.00}"#,
        ),
    ];
    for (aggregate, wanted) in answers {
        let sql = format!("SELECT {aggregate} {rows}");
        let got: Option<String> = db.query_row(&sql, [], |row| row.get(0)).unwrap();
        assert_eq!(got.as_deref(), Some(wanted), "{aggregate}");
        let got: Option<String> = db.query_row(&format!("{sql} WHERE 0"), [], |row| row.get(0)).unwrap();
        assert_eq!(got, None, "{aggregate}");
    }
}

#[test]
fn a_missing_argument_is_an_error() {
    let db = db();
    for expression in [
        "m_json_array('b')",
        "m_json_array('t')",
        "m_json_object('a', 'n')",
        "m_json_extract()",
        "m_json_set('1', '$')",
    ] {
        assert!(answer(&db, expression).contains("is missing"), "{expression}");
    }
}

#[test]
fn long_answers_are_null() {
    let db = db();
    let long = format!("[\"{}\"]", "a".repeat(9 << 20));
    let ask = |sql: &str| {
        db.query_row(sql, [&long], |row| row.get::<_, Option<String>>(0))
            .unwrap()
    };
    assert_eq!(ask("SELECT m_json_extract(?1, '$', '$[0]')"), None);
    assert_eq!(ask("SELECT m_json_array('j', ?1, 'j', ?1)"), None);
}

#[test]
fn work_without_end_is_stopped() {
    let array = format!("[{}1]", "2,".repeat(300));
    let wanted = format!("[{}9]", "1,".repeat(300));
    let (array, wanted) = (Json::of(&array).unwrap(), Json::of(&wanted).unwrap());
    assert!(contains(array, wanted, &mut Work::of(50_000)).is_err());
    assert_eq!(contains(array, wanted, &mut Work::of(MOST_OF_JSON)), Ok(false));
    let pattern = Pattern::new(&format!("%{}b", "a".repeat(250)), None, folded);
    assert!(pattern.matches(&"a".repeat(1000), &mut Work::of(20_000)).is_err());
    assert_eq!(
        pattern.matches(&"a".repeat(1000), &mut Work::of(MOST_OF_JSON)),
        Ok(false)
    );
}

/// Texts of documents, with blanks and escapes; no key comes twice in an object.
fn documents() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        "-?(0|[1-9][0-9]{0,3})(\\.[0-9]{1,3})?(e[+-]?[0-9])?",
        "\"([a-c é]|\\\\n|\\\\u0041|\\\\\"){0,4}\"",
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(|items| format!("[{} ]", items.join(" ,"))),
            prop::collection::btree_map("[a-c]", inner, 0..4).prop_map(|members| {
                let members: Vec<_> = members
                    .iter()
                    .map(|(key, value)| format!("\"{key}\" :{value}"))
                    .collect();
                format!("{{ {}}}", members.join(","))
            }),
        ]
    })
}

fn ask(db: &Connection, sql: &str, arguments: &[&str]) -> Option<String> {
    db.query_row(sql, rusqlite::params_from_iter(arguments), |row| row.get(0))
        .unwrap()
}

proptest! {
    #[test]
    fn a_document_extracted_is_itself(document in documents()) {
        let db = db();
        let whole = ask(&db, "SELECT m_json_extract(?1, '$')", &[&document]).unwrap();
        let value = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        prop_assert_eq!(value(&whole), value(&document));
        prop_assert_eq!(ask(&db, "SELECT m_json_extract(?1, '$')", &[&whole]).unwrap(), whole.clone());
        prop_assert_eq!(ask(&db, "SELECT CAST(m_json_contains(?1, ?1) AS TEXT)", &[&document]).unwrap(), "1");
        // A step of `**` leads to each member and item once.
        let all = ask(&db, "SELECT m_json_extract(?1, '$**.a', '$**.b', '$**.c', '$**[*]')", &[&document]);
        let count = all.map_or(0, |all| value(&all).as_array().unwrap().len());
        prop_assert!(count <= document.len());
    }

    #[test]
    fn what_is_set_is_extracted(document in documents(), new in documents(), path in "\\$(\\.[a-c]|\\[[0-3]\\]){0,3}") {
        let db = db();
        let set = ask(&db, "SELECT m_json_set(?1, ?2, 'j', ?3)", &[&document, &path, &new]).unwrap();
        let new = ask(&db, "SELECT m_json_extract(?1, '$')", &[&new]).unwrap();
        let before = ask(&db, "SELECT m_json_extract(?1, ?2)", &[&document, &path]);
        let after = ask(&db, "SELECT m_json_extract(?1, ?2)", &[&set, &path]);
        // `[0]` leads to what is no array too, and not any more once an array stands there.
        if before.is_some() && !path.contains("[0]") {
            prop_assert_eq!(after, Some(new));
            let removed = ask(&db, "SELECT m_json_remove(?1, ?2)", &[&set, &path]);
            prop_assert_eq!(removed.is_none(), path == "$");
        }
    }

    #[test]
    fn every_text_is_answered(
        text in "[\\[\\]{}\",:\\\\ua0-9eE+. \n-]{0,30}", path in "[$.*\\[\\]0-9a\"\\\\ lasto-]{0,20}", any in ".{0,20}",
    ) {
        let db = db();
        let is_json = ask(&db, "SELECT CAST(m_json_valid(?1) AS TEXT)", &[&text]).unwrap() == "1";
        if serde_json::from_str::<serde_json::Value>(&text).is_ok() {
            prop_assert!(is_json, "{}", text);
        }
        for expression in [
            "m_json_extract(?1, ?2)", "m_json_extract(?1, ?2, '$')", "m_json_unquote(?1)", "m_json_unquote(?3)",
            "m_json_set(?1, ?2, 't', ?3)", "m_json_array_append(?1, ?2, 't', ?3)", "m_json_remove(?1, ?2)",
            "m_json_search(?1, 'all', ?3, NULL, ?2)", "m_json_array('t', ?3, 'j', ?1)",
            "CAST(m_json_contains(?1, ?3, ?2) AS TEXT)", "CAST(m_json_length(?1, ?2) AS TEXT)",
            "m_json_extract('{\"a\": [0, [1], {\"a\": 1}]}', ?2)", "m_json_set('{\"a\": [0, 1]}', ?2, 'n', '1')",
            "CAST(m_json_double(?3) AS TEXT)",
        ] {
            // All three are named, so that all three may be bound.
            ask(&db, &format!("SELECT {expression} WHERE ?1 || ?2 || ?3 IS NOT NULL"), &[&text, &path, &any]);
        }
        let array = ask(&db, "SELECT m_json_array('t', ?1)", &[&any]).unwrap();
        let back = ask(&db, "SELECT m_json_unquote(m_json_extract(?1, '$[0]'))", &[&array]).unwrap();
        prop_assert_eq!(back, any);
    }
}
