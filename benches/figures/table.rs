//! The table of figures: all rows as a page, and the most important ones in the README. No figure is typed by
//! hand.

/// A row of the table.
pub struct Row {
    pub what: &'static str,
    pub measured: String,
    pub target: &'static str,
    /// Whether it is in the README.
    pub readme: bool,
}

/// Returns a row that the README does not have.
pub fn row(what: &'static str, measured: String, target: &'static str) -> Row {
    Row {
        what,
        measured,
        target,
        readme: false,
    }
}

/// The comment above the README's table, which ends with the next heading.
const MARK: &str = "<!-- figures: written by `cargo bench --bench figures -- --write` -->";

const HEAD: &str = "| what | measured | target |\n|---|---|---|\n";
const HOW: &str = "Two cores, server and load program on the same machine";

impl Row {
    /// Prints the row for the table.
    pub fn line(&self) -> String {
        format!("| {} | {} | {} |\n", self.what, self.measured, self.target)
    }
}

/// Returns the head of the table.
pub fn head() -> &'static str {
    HEAD
}

/// Returns the page with all rows.
pub fn page(rows: &[Row]) -> String {
    let lines: String = rows.iter().map(Row::line).collect();
    format!(
        "# Figures\n\n{HOW}, measured in one run by `cargo bench --bench figures -- --write`; do not edit.\n\n{HEAD}{lines}"
    )
}

/// Returns the README with new figures; `None` if it has no table for them.
pub fn readme(text: &str, rows: &[Row]) -> Option<String> {
    let (before, rest) = text.split_once(MARK)?;
    let before = before.get(..=before.rfind('\n')?)?;
    let after = rest.get(rest.find("\n## ")?..)?;
    let lines: String = rows.iter().filter(|row| row.readme).map(Row::line).collect();
    let intro = format!("{HOW}; all figures of one run are in [docs/figures.md](docs/figures.md). {MARK}");
    Some(format!("{before}{intro}\n\n{HEAD}{lines}{after}"))
}
