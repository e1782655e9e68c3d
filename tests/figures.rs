//! The table of figures goes where people read it, and nowhere else.

#[path = "../benches/figures/table.rs"]
mod table;

use table::{Row, head, page, readme, row};

fn rows() -> [Row; 2] {
    let made = |what| row(what, "1.5 ms".into(), "at most 3 ms");
    [
        Row {
            readme: true,
            ..made("a reset")
        },
        made("a start"),
    ]
}

#[test]
fn the_page_has_every_row() {
    let text = page(&rows());
    let (about, table) = text.split_once(head()).unwrap();
    assert!(about.starts_with("# Figures\n\n"), "{about}");
    assert_eq!(
        table,
        "| a reset | 1.5 ms | at most 3 ms |\n| a start | 1.5 ms | at most 3 ms |\n"
    );
}

#[test]
fn the_readmes_table_is_replaced_and_nothing_else() {
    let text = include_str!("../README.md");
    let written = readme(text, &rows()).unwrap();
    let table = format!("\n\n{}| a reset | 1.5 ms | at most 3 ms |\n\n## ", head());
    assert!(written.contains(&table), "{written}");
    // Around the chapter nothing differs, and what was written can be written again.
    let around = |text: &str| {
        let (before, rest) = text.split_once("\n## Figures\n").unwrap();
        (before.to_owned(), rest[rest.find("\n## ").unwrap()..].to_owned())
    };
    assert_eq!(around(&written), around(text));
    assert_eq!(readme(&written, &rows()).as_deref(), Some(written.as_str()));
    assert_eq!(readme("# A README without the table\n\n## Next\n", &rows()), None);
}
