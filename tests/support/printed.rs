//! Commands of a page, run as they are printed: what they print must be what stands there.
//!
//! What differs from run to run stands for any other of its kind, and nothing else does: the port of
//! an address of this machine, `pid=` and `startup_ms=` of a ready line.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use super::curl::Curl;
use super::process::command;

/// Ends what a command printed.
const END: &str = "--- end of a command ---";

/// A command and what it prints.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    pub command: String,
    pub printed: Vec<String>,
}

/// The commands of the first console block in a text.
pub fn steps(text: &str) -> Vec<Step> {
    let block = text.split("```console\n").nth(1).unwrap();
    let mut steps: Vec<Step> = Vec::new();
    for line in block.split("```").next().unwrap().lines() {
        match (line.strip_prefix("$ "), steps.last_mut()) {
            (Some(command), _) => steps.push(Step {
                command: command.to_owned(),
                printed: Vec::new(),
            }),
            (None, Some(step)) => step.printed.push(line.to_owned()),
            (None, None) => panic!("{line:?} comes before any command"),
        }
    }
    steps
}

/// A line with what differs from run to run left out.
fn same_for_all(line: &str) -> String {
    ["127.0.0.1:", " pid=", " startup_ms="]
        .iter()
        .fold(line.to_owned(), |line, mark| {
            let mut parts = line.split(mark);
            let first = parts.next().unwrap().to_owned();
            parts.fold(first, |all, part| {
                all + mark + "N" + part.trim_start_matches(|c: char| c.is_ascii_digit())
            })
        })
}

/// Lines with what differs from run to run left out.
pub fn same(lines: &[String]) -> Vec<String> {
    lines.iter().map(|line| same_for_all(line)).collect()
}

/// What a shell prints that is given the commands one after the other, in an empty folder.
pub fn run(steps: &[Step]) -> Vec<Step> {
    let folder = tempfile::tempdir().unwrap();
    let binary = Path::new(env!("CARGO_BIN_EXE_linecard")).parent().unwrap();
    let curl = Curl::where_missing();
    let path = std::env::join_paths(
        [binary.to_path_buf()]
            .into_iter()
            .chain(curl.iter().map(|curl| curl.folder().to_owned()))
            .chain(std::env::split_paths(&std::env::var_os("PATH").unwrap())),
    );
    // What the helper takes out of the binary's environment is taken out of the shell's.
    let binary = command(&[]);
    let variables: Vec<_> = binary.get_envs().map(|(name, _)| name.to_owned()).collect();
    let mut shell = Command::new("bash");
    for name in &variables {
        shell.env_remove(name);
    }
    shell.env("PATH", path.unwrap()).current_dir(folder.path());
    let mut child = shell.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut script = String::from("exec 2>&1\n");
    for step in steps {
        // A shell within the shell reads the next line, and the exit code is still there for `$?`.
        script += &format!("{}\n{{ code=$?; echo; echo '{END}'; (exit $code); }}\n", step.command);
    }
    stdin.write_all(script.as_bytes()).unwrap();
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    let out = String::from_utf8(output.stdout).unwrap();
    let end = format!("{END}\n");
    let printed = out.split(&end).map(|text| {
        // The line break before the end is the helper's own: it ends a line that the command did not end.
        let text = text.strip_suffix('\n').unwrap_or(text);
        text.lines().map(str::to_owned).collect::<Vec<_>>()
    });
    let commands = steps.iter().map(|step| step.command.clone());
    commands
        .zip(printed)
        .map(|(command, printed)| Step { command, printed })
        .collect()
}

/// Each command printed what stands there.
pub fn assert_same(expected: &[Step], actual: &[Step]) {
    assert_eq!(expected.len(), actual.len(), "{actual:?}");
    for (expected, actual) in expected.iter().zip(actual) {
        assert_eq!(same(&expected.printed), same(&actual.printed), "{}", expected.command);
    }
}

#[test]
fn only_what_differs_from_run_to_run_is_left_out() {
    assert_eq!(
        same_for_all("ready http://127.0.0.1:81 id=7 pid=12 startup_ms=3 http://127.0.0.1:9/"),
        "ready http://127.0.0.1:N id=7 pid=N startup_ms=N http://127.0.0.1:N/"
    );
}
