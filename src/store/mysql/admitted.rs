//! What a statement may have, as a table for the README: the functions from the list that is asked when one is
//! called.

use super::typed::aggregate::{AGGREGATES, OF_WINDOWS};
use super::typed::functions::{self, FORMS, Subject};

/// Statements and clauses, which the tree has kinds for.
const GRAMMAR: &[(&str, &str)] = &[
    (
        "Statements",
        "`SELECT`, `WITH [RECURSIVE]`, `UNION`, `EXCEPT`, `INTERSECT`; `INSERT`, `REPLACE`, `UPDATE`, `DELETE` with \
         `IGNORE`, `ON DUPLICATE KEY UPDATE`, joins, `ORDER BY` and `LIMIT`; `SHOW TABLES`, `SHOW COLUMNS`, `DESCRIBE`",
    ),
    (
        "Clauses",
        "joins of every kind but `FULL`, derived tables, sub-queries with `IN`, `EXISTS`, `ANY`, `ALL`, `WHERE`, \
         `GROUP BY`, `HAVING`, `ORDER BY`, `LIMIT`, `OVER`",
    ),
    (
        "Operators",
        "`= <=> <> != < <= > >=`, `IS`, `IN`, `LIKE`, `BETWEEN`, `REGEXP`, `RLIKE`, `AND OR XOR NOT && || !`, \
         `+ - * / % DIV MOD`, `& | ^ ~ << >>`, `-> ->>`, `BINARY`, `COLLATE`, `INTERVAL`",
    ),
];

const SUBJECTS: &[(Subject, &str)] = &[
    (Subject::Flow, "Flow"),
    (Subject::Text, "Texts"),
    (Subject::Numbers, "Numbers"),
    (Subject::Dates, "Dates"),
    (Subject::Json, "JSON"),
    (Subject::Others, "Others"),
];

/// Returns the table in Markdown.
pub fn table() -> String {
    let mut table = String::from("| | |\n|---|---|\n");
    let mut row = |name: &str, text: &str| table.push_str(&format!("| {name} | {} |\n", text.replace('|', "\\|")));
    for (name, text) in GRAMMAR {
        row(name, text);
    }
    row("Aggregates", &listed(AGGREGATES.iter().copied()));
    row(
        "Windows",
        &format!("the aggregates, {}", listed(OF_WINDOWS.iter().copied())),
    );
    for (subject, name) in SUBJECTS {
        let forms = FORMS.iter().filter(|(own, _)| own == subject).map(|(_, name)| *name);
        let own = functions::all().filter(|function| function.subject == *subject);
        row(name, &listed(own.map(|function| function.name).chain(forms)));
    }
    table
}

fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
