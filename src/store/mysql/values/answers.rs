//! Tables of tests: calls of our functions beside the answers of MariaDB 10.11.

use rusqlite::Connection;
use rusqlite::types::ValueRef;

use super::statement;

/// Asks each call and compares: `NULL` is NULL, `! words` a failure, all else the answer's text.
pub fn check(register: &[fn(&Connection) -> rusqlite::Result<()>], table: &[(&str, &str)]) {
    let db = Connection::open_in_memory().unwrap();
    for register in register {
        register(&db).unwrap();
    }
    let wrong: Vec<String> = table
        .iter()
        .filter_map(|(call, expected)| {
            let answer = ask(&db, call);
            (answer != *expected).then(|| format!("{call}: {answer:?}, the database {expected:?}"))
        })
        .collect();
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        table.len(),
        wrong.join("\n")
    );
}

/// The answer to one call.
pub fn ask(db: &Connection, call: &str) -> String {
    let answer = db.query_row(&format!("SELECT {call}"), [], |row| {
        Ok(match row.get_ref(0)? {
            ValueRef::Null => "NULL".into(),
            ValueRef::Integer(number) => number.to_string(),
            ValueRef::Real(number) => format!("{number:?}"),
            ValueRef::Text(bytes) | ValueRef::Blob(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        })
    });
    let failure = statement::end();
    match (answer, failure) {
        (Ok(answer), None) => answer,
        (_, Some(failure)) => format!("! {failure}"),
        (Err(error), None) => format!("? {error}"),
    }
}
