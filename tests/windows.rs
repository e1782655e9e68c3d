//! What the binary does in Windows' own way. The other tests of processes speak with signals and `sh`.

use std::fs;

use crate::support::process::{Served, command, files, folder, refused, run};

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn a_command_finds_its_panel_and_its_exit_code_is_passed() {
    let output = run(&[
        "run",
        "--seed",
        "docs",
        "--",
        "cmd",
        "/c",
        "echo %LINECARD_API_KEY%& exit 7",
    ]);
    assert_eq!(
        (output.status.code(), text(&output.stdout).as_str()),
        (Some(7), "YOUR_KEY\r\n")
    );
    let output = run(&["run", "--", "cmd", "/c", "exit 1000"]);
    assert_eq!(output.status.code(), Some(1));
    let output = run(&["run", "--", "no-such-command"]);
    let words = "linecard: cannot run no-such-command: there is no such command\n";
    assert_eq!(
        (output.status.code(), text(&output.stderr).as_str()),
        (Some(127), words)
    );
}

#[test]
fn a_script_is_a_command_by_its_bare_name() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("tool.cmd"),
        "@echo %1 %LINECARD_HOST%\r\n@exit /b 5\r\n",
    )
    .unwrap();
    let mut run = command(&["run", "--", "tool", "hello"]);
    let output = run.env("PATH", folder.path()).output().unwrap();
    assert_eq!(
        (output.status.code(), text(&output.stdout).as_str()),
        (Some(5), "hello 127.0.0.1\r\n")
    );
}

#[test]
fn a_descriptor_is_refused_by_its_option() {
    assert_eq!(
        refused(&run(&["test", "--ready-fd", "7"])),
        "linecard: invalid value '7' for '--ready-fd <N>': Windows hands no descriptors over: use --ready-file \
         (linecard --help lists the options)"
    );
}

#[test]
fn a_database_has_one_server_and_is_free_when_that_was_killed() {
    let (folder, db) = folder();
    let serve = ["serve", "--bind", "127.0.0.1:0", "--db", &db, "--seed", "docs"];
    let served = Served::start(&serve[3..]);
    let second = format!("linecard: {db} is in use by another Linecard; stop it or name another file with --db");
    assert_eq!(refused(&run(&serve)), second);
    let created = served.call("create_line", "exp_date=2027-01-01");
    assert!(created.contains(r#""id":4523"#), "{created}");
    // Its end is a kill.
    drop(served);
    assert!(!files(folder.path()).contains(&"panel.db.lock".to_owned()));
    let again = Served::start(&serve[3..5]);
    let line = again.call("get_line", "id=4523");
    assert!(line.contains(r#""exp_date":"2027-01-01""#), "{line}");
}
