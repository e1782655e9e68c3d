//! The README's commands, run as they are printed.

use crate::support::printed::{assert_same, run, same, steps};
use crate::support::process::{Served, command};

const README: &str = include_str!("../README.md");

#[test]
fn the_fixture_chapter_prints_what_it_says() {
    let chapter = README.split("<!-- fixture: ").nth(1).unwrap();
    let chapter = chapter.split("<!-- end of fixture -->").next().unwrap();
    let steps = steps(chapter);
    assert!(steps.len() >= 8, "{steps:?}");
    assert_same(&steps, &run(&steps));
}

#[test]
fn the_first_commands_print_what_they_say() {
    let mut steps = steps(README);
    let first = steps.remove(0);
    let flags = first.command.strip_prefix("cargo run --release -- serve ").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut serve = command(&["serve", "--bind", "127.0.0.1:0"]);
    serve.args(flags.split(' ')).current_dir(folder.path());
    let served = Served::spawn(serve);
    assert_eq!(same(&[served.ready.trim_end().to_owned()]), same(&first.printed));
    // Where somebody else may listen already, the test does not.
    for step in &mut steps {
        step.command = step
            .command
            .replace("curl", "curl -s")
            .replace("127.0.0.1:8080", &served.host());
    }
    assert_eq!(steps.len(), 2);
    assert_same(&steps, &run(&steps));
}
