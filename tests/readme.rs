//! The README's commands, run as they are printed.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::printed::{assert_same, run, same, steps};
use crate::support::process::{Served, command, files};

const README: &str = include_str!("../README.md");

/// Runs the commands between two marks, at least so many.
fn assert_prints_what_it_says(begin: &str, end: &str, least: usize) {
    let chapter = README.split(begin).nth(1).unwrap();
    let steps = steps(chapter.split(end).next().unwrap());
    assert!(steps.len() >= least, "{steps:?}");
    assert_same(&steps, &run(&steps));
}

#[test]
fn the_fixture_chapter_prints_what_it_says() {
    assert_prints_what_it_says("<!-- fixture: ", "<!-- end of fixture -->", 8);
}

#[test]
fn the_statements_of_mysql_query_answer_what_it_says() {
    assert_prints_what_it_says("<!-- SQL calls: ", "<!-- end of SQL calls -->", 6);
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

/// Commands in a shell of a new user, whose folder is his home.
fn shell(home: &Path, script: &str) -> Command {
    let binary = command(&[]);
    let folder = Path::new(binary.get_program()).parent().unwrap().to_owned();
    let path = std::env::var_os("PATH").unwrap();
    let path = std::env::join_paths([folder].into_iter().chain(std::env::split_paths(&path))).unwrap();
    let mut shell = Command::new("bash");
    for (name, _) in binary.get_envs() {
        shell.env_remove(name);
    }
    shell.env("HOME", home).env("PATH", path).current_dir(home);
    shell.args(["-euc", script]).stdin(Stdio::null());
    shell.stdout(Stdio::piped()).stderr(Stdio::piped());
    shell
}

#[test]
fn the_operators_commands_run_in_a_home_that_has_nothing() {
    let chapter = README.split("## As a panel").nth(1).unwrap();
    let commands: Vec<String> = steps(chapter).into_iter().map(|step| step.command).collect();
    let [install, folders, variables, serve, backup] = commands.try_into().unwrap();
    // The program is there already; to build it once more would take minutes.
    assert_eq!(install, "cargo install --locked --path .");
    let home = tempfile::tempdir().unwrap();
    let done = shell(home.path(), &folders).output().unwrap();
    assert!(done.status.success(), "{done:?}");
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let panel = home.path().join("panel");
    assert_eq!((mode(&panel), mode(&panel.join("backups"))), (0o700, 0o700));

    let serve = serve.strip_suffix(" &").unwrap().replace(":8080", ":0");
    let served = Served::of(
        shell(home.path(), &format!("{variables}; exec {serve}"))
            .spawn()
            .unwrap(),
    );
    let ready = served.ready();
    assert_eq!(ready["db"], panel.join("panel.db").to_str().unwrap());
    assert!(
        served
            .call("create_line", "username=anna&exp_date=2030-01-01")
            .contains("\"anna\"")
    );

    let output = shell(home.path(), &format!("{variables}; {backup}")).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let (status, _, words) = served.end("-TERM");
    assert_eq!((status.code(), words.as_str()), (Some(0), ""));
    let [copy] = files(&panel.join("backups")).try_into().unwrap();
    let copy = panel.join("backups").join(copy);
    assert_eq!((mode(&panel.join("panel.db")), mode(&copy)), (0o600, 0o600));
    let check = command(&["check", copy.to_str().unwrap()]).output().unwrap();
    assert!(check.status.success(), "{check:?}");
}

#[test]
fn every_block_is_run_by_a_test_of_this_file() {
    let blocks: Vec<&str> = README.lines().filter(|line| line.starts_with("```")).collect();
    assert_eq!(blocks, ["```console", "```"].repeat(4));
}
