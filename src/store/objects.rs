//! The tables, indexes, triggers and views of a database file, compared with those that `schema.sql` makes.
//!
//! A file can be made by anybody, and what its schema says is run by whoever opens it: a trigger would make an
//! account an administrator's with the next write, a view in the place of a table could read for ever. So a file
//! has exactly the objects that this version declares, letter for letter, or it is not used. Only the order of a
//! table's columns may be another one, as it is in a file that was migrated.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use rusqlite::Connection;

use super::schema;

/// Tables in which SQLite keeps what it knows about indexes, for its planner.
const STATISTICS: [&str; 2] = ["sqlite_stat1", "sqlite_stat4"];

/// The type and name of an object, and the statement that made it.
type Objects = BTreeMap<(String, String), Option<String>>;

/// What SQLite adds by itself: the table of the last keys, and an index for each text that must be unique.
const AUTOMATIC: [(&str, &str, Option<&str>); 7] = [
    (
        "table",
        "sqlite_sequence",
        Some("CREATE TABLE sqlite_sequence(name,seq)"),
    ),
    ("index", "sqlite_autoindex_access_codes_1", None),
    ("index", "sqlite_autoindex_activecodes_1", None),
    ("index", "sqlite_autoindex_blocked_ips_1", None),
    ("index", "sqlite_autoindex_linecard_secrets_1", None),
    ("index", "sqlite_autoindex_linecard_settings_1", None),
    ("index", "sqlite_autoindex_rtmp_ips_1", None),
];

/// The objects of this version. SQLite keeps a statement as `schema.sql` has it; to let it run all of them takes
/// longer than the rest of a start from a small file.
static DECLARED: LazyLock<Objects> = LazyLock::new(|| {
    let automatic = AUTOMATIC.map(|(kind, name, sql)| ((kind.to_owned(), name.to_owned()), sql.map(str::to_owned)));
    declarations(schema::SQL).chain(automatic).collect()
});

/// Each `CREATE` of a text in which they begin at the begin of a line and end at the end of one.
fn declarations(sql: &str) -> impl Iterator<Item = ((String, String), Option<String>)> {
    let begins = sql.match_indices("\nCREATE ").filter_map(|(at, _)| sql.get(at + 1..));
    begins.filter_map(|rest| {
        let mut words = rest.split_whitespace().skip(1).filter(|word| *word != "UNIQUE");
        let (kind, name) = (words.next()?.to_ascii_lowercase(), words.next()?.to_owned());
        let end = match kind.as_str() {
            "trigger" => rest.find("\nEND;")? + "\nEND".len(),
            _ => rest.find(";\n")?,
        };
        Some(((kind, name), rest.get(..end).map(str::to_owned)))
    })
}

/// In which objects an attached database differs from what this version declares, one line each.
///
/// # Errors
/// SQLite's, for a schema that it cannot read.
pub fn differences(db: &Connection, database: &str) -> Result<Vec<String>, String> {
    let declared = &*DECLARED;
    let found = read(db, database).map_err(|error| error.to_string())?;
    let mut lines = Vec::new();
    for (key @ (kind, name), sql) in &found {
        match declared.get(key) {
            Some(declared) if declared == sql => {}
            Some(Some(declared))
                if kind == "table" && sql.as_deref().is_some_and(|sql| same_columns(sql, declared)) => {}
            Some(_) => lines.push(format!("its {kind} {name:?} is not as this version declares it")),
            None if kind == "table" && STATISTICS.contains(&name.as_str()) => {}
            None => lines.push(format!("it has a {kind} {name:?} that is no part of a panel")),
        }
    }
    let missing = declared.keys().filter(|key| !found.contains_key(*key));
    lines.extend(missing.map(|(kind, name)| format!("its {kind} {name:?} is missing")));
    Ok(lines)
}

/// The first line of [`differences`], or the reason why the schema cannot be read.
pub fn first_difference(db: &Connection, database: &str) -> Option<String> {
    match differences(db, database) {
        Ok(lines) => lines.into_iter().next(),
        Err(reason) => Some(reason),
    }
}

fn read(db: &Connection, database: &str) -> rusqlite::Result<Objects> {
    let mut query = db.prepare(&format!("SELECT type, name, sql FROM \"{database}\".sqlite_schema"))?;
    let rows = query.query_map([], |row| Ok(((row.get(0)?, row.get(1)?), row.get(2)?)))?;
    rows.collect()
}

/// Whether two `CREATE TABLE` differ in nothing but the order of what they declare, white space and comments.
fn same_columns(one: &str, other: &str) -> bool {
    Declaration::parse(one) == Declaration::parse(other)
}

/// A `CREATE TABLE`, taken apart.
#[derive(Debug, Default, PartialEq, Eq)]
struct Declaration {
    /// What is before the columns.
    head: String,
    /// Columns and constraints, sorted.
    parts: Vec<String>,
    /// What is behind the columns.
    tail: String,
}

impl Declaration {
    /// Texts, names and comments end where they end for SQLite, so that nothing can be hidden in them.
    fn parse(sql: &str) -> Declaration {
        let mut declaration = Declaration::default();
        let (mut part, mut depth) = (String::new(), 0_usize);
        let mut rest = sql;
        while let Some(next) = rest.chars().next() {
            let token = rest.get(..token_length(rest, next)).unwrap_or(rest);
            rest = rest.get(token.len()..).unwrap_or_default();
            match (next, depth) {
                ('(', 0) if declaration.parts.is_empty() => declaration.head = take(&mut part),
                (')' | ',', 1) => declaration.parts.push(take(&mut part)),
                _ if is_blank(token) => part.push(' '),
                _ => part.push_str(token),
            }
            depth = match next {
                '(' => depth.saturating_add(1),
                ')' => depth.saturating_sub(1),
                _ => depth,
            };
        }
        declaration.tail = take(&mut part);
        declaration.parts.sort();
        declaration
    }
}

/// The text so far, with single spaces.
fn take(part: &mut String) -> String {
    let words: Vec<&str> = part.split(' ').filter(|word| !word.is_empty()).collect();
    let taken = words.join(" ");
    part.clear();
    taken
}

/// White space or a comment.
fn is_blank(token: &str) -> bool {
    token.starts_with("--") || token.starts_with("/*") || token.chars().all(|one| one.is_ascii_whitespace())
}

/// The length of a text, a quoted name, a comment, or one character.
fn token_length(sql: &str, first: char) -> usize {
    let end = |begin: usize, end: &str| {
        let rest = sql.get(begin..).unwrap_or_default();
        rest.find(end).map_or(sql.len(), |at| begin + at + end.len())
    };
    match first {
        '\'' => end(1, "'"),
        '"' => end(1, "\""),
        '`' => end(1, "`"),
        '[' => end(1, "]"),
        '-' if sql.starts_with("--") => end(2, "\n"),
        '/' if sql.starts_with("/*") => end(2, "*/"),
        other => other.len_utf8(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_declared_objects_are_those_that_sqlite_makes() {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch(schema::SQL).unwrap();
        assert_eq!(*DECLARED, read(&db, "main").unwrap());
    }

    #[test]
    fn the_order_of_columns_and_comments_do_not_matter_and_all_else_does() {
        let declared = "CREATE TABLE t (\n    a INTEGER PRIMARY KEY, -- int\n    b TEXT DEFAULT '(,' CHECK (b IN ('x', 'y')) -- text\n) STRICT";
        for same in [
            declared,
            "CREATE TABLE t (b TEXT DEFAULT '(,' CHECK (b IN ('x', 'y')), a INTEGER PRIMARY KEY) STRICT",
            "CREATE TABLE t /* , ' */ (a INTEGER PRIMARY KEY, b  TEXT DEFAULT '(,' CHECK (b IN ('x', 'y'))) STRICT -- x",
        ] {
            assert!(same_columns(same, declared), "{same}");
        }
        for other in [
            "CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT DEFAULT '(,' CHECK (b IN ('x', 'y')))",
            "CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT DEFAULT '(,' CHECK (b IN ('x', 'y')), STRICT)",
            "CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT DEFAULT '(,' CHECK (b IN ('x', 'y'))) STRICT, WITHOUT ROWID",
            "CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT DEFAULT '(,') STRICT",
            "CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT DEFAULT '(, ' CHECK (b IN ('x', 'y'))) STRICT",
            "CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT DEFAULT '--' CHECK (f(b)), c TEXT DEFAULT '(,' CHECK (b IN ('x', 'y'))) STRICT",
            "CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT AS (f(a)) CHECK (b IN ('x', 'y'))) STRICT",
        ] {
            assert!(!same_columns(other, declared), "{other}");
        }
        for broken in ["", "(", ")", "'", "CREATE TABLE t (a", "--", "/*", "[é"] {
            assert!(!same_columns(broken, declared), "{broken}");
        }
    }
}
