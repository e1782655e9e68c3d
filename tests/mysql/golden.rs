//! The golden files: statements with what MariaDB answered, and with what is answered here where that is something
//! else on purpose. `record` says how they are written.

use std::fs;

use serde_json::Value;

use super::FOLDER;

/// A statement and its answer.
#[derive(Debug)]
pub struct Case {
    pub sql: String,
    pub expected: Expected,
}

/// An answer.
#[derive(Debug, PartialEq)]
pub enum Expected {
    Rows(Vec<Value>),
    /// Rows affected, the new id, and a line for each row that is another one now.
    Written(i64, i64, Vec<Change>),
    /// The number and the words; the words `*` are any.
    Error(u32, String),
    Refused,
}

/// A row that was changed, added or removed, with its table.
#[derive(Debug, PartialEq)]
pub struct Change {
    pub what: String,
    pub table: String,
    pub row: Value,
}

/// The names of all files.
pub fn names() -> Vec<String> {
    let files = fs::read_dir(format!("{FOLDER}/golden")).unwrap();
    let stem = |file: fs::DirEntry| file.path().file_stem().unwrap().to_string_lossy().into_owned();
    let mut names: Vec<String> = files.map(|file| stem(file.unwrap())).collect();
    names.sort();
    names
}

/// The statements of a file.
pub fn cases(name: &str) -> Vec<Case> {
    let text = fs::read_to_string(format!("{FOLDER}/golden/{name}.txt")).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let entries = lines.split(|line| line.is_empty()).filter(|entry| !entry.is_empty());
    entries.map(case).collect()
}

fn case(entry: &[&str]) -> Case {
    let (statement, answer): (Vec<&str>, Vec<&str>) = entry.iter().partition(|line| line.starts_with("> "));
    let sql: Vec<&str> = statement.iter().map(|line| &line[2..]).collect();
    let here = answer.iter().position(|line| *line == "here:");
    let lines = match here {
        Some(at) => &answer[at + 1..],
        None => &answer[..],
    };
    Case {
        sql: sql.join("\n"),
        expected: expected(lines),
    }
}

fn expected(lines: &[&str]) -> Expected {
    let first = lines.iter().find(|line| !line.starts_with("differs: "));
    if let Some(error) = first.and_then(|line| line.strip_prefix("error ")) {
        let (number, words) = error.split_once(": ").unwrap();
        return Expected::Error(number.parse().unwrap(), unescaped(words));
    }
    if let Some(counts) = first.and_then(|line| line.strip_prefix("affected: ")) {
        let (affected, insert_id) = counts.split_once(", insert_id: ").unwrap();
        let changes = lines.iter().filter_map(|line| change(line)).collect();
        let insert_id = insert_id.parse::<u64>().unwrap().cast_signed();
        return Expected::Written(affected.parse().unwrap(), insert_id, changes);
    }
    if first == Some(&"refused") {
        return Expected::Refused;
    }
    let rows = lines.iter().filter(|line| line.starts_with('{'));
    Expected::Rows(rows.map(|line| serde_json::from_str(line).expect(line)).collect())
}

fn change(line: &str) -> Option<Change> {
    let (what, rest) = line.split_once(": ")?;
    let (table, row) = rest.split_once(' ')?;
    ["changed", "added", "removed"].contains(&what).then(|| Change {
        what: what.to_owned(),
        table: table.to_owned(),
        row: serde_json::from_str(row).expect(line),
    })
}

/// Words with the ends of lines in them again.
fn unescaped(words: &str) -> String {
    words
        .split(r"\\")
        .map(|piece| piece.replace(r"\n", "\n"))
        .collect::<Vec<_>>()
        .join(r"\")
}
