//! The table of figures: all of it as a page, and the rows that matter most in the README. Nobody
//! types a figure.

/// A line of the table.
pub struct Row {
    pub what: &'static str,
    pub measured: String,
    pub target: &'static str,
    /// Whether the README has it.
    pub readme: bool,
}

/// In the line above the README's table, which ends with the next heading.
const MARK: &str = "<!-- figures: written by `cargo bench --bench figures -- --write` -->";

const HEAD: &str = "| what | measured | target |\n|---|---|---|\n";
const HOW: &str = "Two cores, server and load program on the same machine";

impl Row {
    /// The row as the table has it.
    pub fn line(&self) -> String {
        format!("| {} | {} | {} |\n", self.what, self.measured, self.target)
    }
}

/// The head of the table.
pub fn head() -> &'static str {
    HEAD
}

/// The page with all rows.
pub fn page(rows: &[Row]) -> String {
    let lines: String = rows.iter().map(Row::line).collect();
    format!(
        "# Figures\n\n{HOW}, measured in one run by `cargo bench --bench figures -- --write`; do not edit.\n\n{HEAD}{lines}"
    )
}

/// The README with new figures; `None` where it has no place for them.
pub fn readme(text: &str, rows: &[Row]) -> Option<String> {
    let (before, rest) = text.split_once(MARK)?;
    let before = before.get(..=before.rfind('\n')?)?;
    let after = rest.get(rest.find("\n## ")?..)?;
    let lines: String = rows.iter().filter(|row| row.readme).map(Row::line).collect();
    let intro = format!("{HOW}; all figures of one run are in [docs/figures.md](docs/figures.md). {MARK}");
    Some(format!("{before}{intro}\n\n{HEAD}{lines}{after}"))
}
