//! The command line of the fixture: `test`, `run`, `wait` and what goes with them (contract "The
//! fixture", sections 2 and 11).

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::os::unix::net::UnixDatagram;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use serde_json::Value;

use crate::support::Client;
use crate::support::process::{Served, command, files, folder, refused, run};

/// `linecard test` with these flags.
fn test(flags: &[&str]) -> Served {
    Served::spawn(command(&[&["test"], flags].concat()))
}

/// `linecard run` of a shell's script, with these flags.
fn script(flags: &[&str], script: &str) -> Output {
    run(&[&["run"], flags, &["--", "sh", "-c", script]].concat())
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// The exit code and both streams of a command that has ended.
fn outcome(output: &Output) -> (Option<i32>, String, String) {
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

/// The path of something in a folder.
fn path_in(folder: &tempfile::TempDir, name: &str) -> String {
    folder.path().join(name).to_str().unwrap().to_owned()
}

#[test]
fn a_test_server_keeps_nothing_takes_a_free_port_and_can_be_steered() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = command(&["test", "--seed", "docs"]);
    command.current_dir(folder.path());
    let served = Served::spawn(command);
    let ready = served.ready();
    assert_eq!(
        (ready["db"], ready["code"], ready["seed"]),
        (":memory:", "access", "docs")
    );
    assert!(!ready["url"].ends_with(":8080"), "{ready:?}");
    assert_eq!(ready["control"], format!("{}/_linecard/", ready["url"]));
    assert!(served.ready.starts_with(&format!("ready {} control=", ready["url"])));
    assert_eq!(served.client().get("/_linecard/health").status, 200);
    assert!(files(folder.path()).is_empty());
    let (status, out, words) = served.end("-TERM");
    assert_eq!((status.code(), out.as_str(), words.as_str()), (Some(0), "", ""));
}

#[test]
fn flags_and_variables_override_what_a_test_server_begins_with() {
    let (folder, db) = folder();
    let mut command = command(&["test", "--db", &db, "--ready-format", "json"]);
    command.env("LINECARD_CONTROL", "false");
    let served = Served::spawn(command);
    let ready: Value = serde_json::from_str(&served.ready).unwrap();
    assert_eq!((&ready["db"], &ready["control"]), (&db.as_str().into(), &Value::Null));
    let host = ready["url"].as_str().unwrap().trim_start_matches("http://");
    assert_eq!(Client::new(host).get("/_linecard/health").status, 404);
    assert_eq!(served.end("-TERM").0.code(), Some(0));
    assert_eq!(files(folder.path()), ["panel.db"]);

    let json = test(&["--ready-format", "json"]);
    let ready: Value = serde_json::from_str(&json.ready).unwrap();
    assert_eq!(
        ready["control"].as_str(),
        Some(format!("{}/_linecard/", ready["url"].as_str().unwrap()).as_str())
    );
    assert!(!test(&["--control=false"]).ready().contains_key("control"));
    assert!(
        Served::start(&["--db", ":memory:", "--control"])
            .ready()
            .contains_key("control")
    );
}

#[test]
fn a_command_finds_its_panel_in_its_environment() {
    let output = script(
        &["--seed", "docs"],
        "echo $LINECARD_URL $LINECARD_HOST $LINECARD_PORT $LINECARD_CONTROL_URL \
         $LINECARD_ACCESS_CODE $LINECARD_API_KEY $LINECARD_ADMIN_API $LINECARD_XC_V2_API",
    );
    let (code, out, words) = outcome(&output);
    assert_eq!((code, words.as_str()), (Some(0), ""));
    let port = out.split(' ').nth(2).unwrap();
    assert_ne!(port, "8080");
    let url = format!("http://127.0.0.1:{port}");
    assert_eq!(
        out,
        format!("{url} 127.0.0.1 {port} {url}/_linecard/ access YOUR_KEY {url}/access/admin/index.php {url}/api.php\n")
    );
    // What there is not is not inherited either: a panel may have nobody who may call it.
    let (folder, _) = folder();
    let seed = path_in(&folder, "empty.sql");
    fs::write(&seed, "").unwrap();
    let mut bare = command(&["run", "--seed", &seed, "--control=false", "--", "sh", "-c"]);
    bare.arg(r#"echo "${LINECARD_ACCESS_CODE-unset} ${LINECARD_ADMIN_API-unset} ${LINECARD_CONTROL_URL-unset}""#)
        .env("LINECARD_ADMIN_API", "old")
        .env("LINECARD_CONTROL_URL", "old");
    assert_eq!(
        outcome(&bare.output().unwrap()),
        (Some(0), "unset unset unset\n".into(), String::new())
    );
}

#[test]
fn a_command_that_others_can_reach_is_told_the_token() {
    let output = script(
        &["--bind", "0.0.0.0:0"],
        &format!("{} health && echo $LINECARD_HOST", env!("CARGO_BIN_EXE_linecard")),
    );
    let (code, out, words) = outcome(&output);
    assert_eq!(code, Some(0), "{words}");
    assert!(
        out.starts_with(r#"{"status":"ok","#) && out.ends_with("}\n127.0.0.1\n"),
        "{out}"
    );
    let refused = script(
        &["--bind", "0.0.0.0:0"],
        &format!(
            "unset LINECARD_CONTROL_TOKEN; {} health",
            env!("CARGO_BIN_EXE_linecard")
        ),
    );
    assert_eq!(refused.status.code(), Some(1));
    assert!(text(&refused.stderr).ends_with("asks for a token: give it with --control-token\n"));
}

#[test]
fn a_command_has_the_three_streams_and_its_exit_code_is_passed_on() {
    let mut command = command(&["run", "--", "sh", "-c", "cat; echo spoken >&2; exit 7"]);
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), b"through\n").unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(outcome(&output), (Some(7), "through\n".into(), "spoken\n".into()));
    assert_eq!(
        outcome(&script(&[], "kill -KILL $$")),
        (Some(137), String::new(), String::new())
    );
}

#[test]
fn a_command_that_cannot_be_run_is_named_in_one_line() {
    let missing = run(&["run", "--", "no-such-command-here", "x"]);
    let words = "linecard: cannot run no-such-command-here: there is no such command\n";
    assert_eq!(outcome(&missing), (Some(127), String::new(), words.into()));
    let (folder, db) = folder();
    fs::write(&db, "not a program").unwrap();
    let (code, out, words) = outcome(&run(&["run", "--", &db]));
    assert_eq!((code, out.as_str()), (Some(126), ""));
    assert!(words.starts_with(&format!("linecard: cannot run {db}: ")), "{words}");
    drop(folder);
    assert!(refused(&run(&["run"])).contains("<COMMAND>"));
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let bind = taken.local_addr().unwrap().to_string();
    let words = refused(&run(&["run", "--bind", &bind, "--", "echo", "never"]));
    assert!(
        words.starts_with(&format!("linecard: cannot listen on {bind}: ")),
        "{words}"
    );
}

#[test]
fn signals_reach_the_command_and_the_server_ends_after_it() {
    for (signal, name, code) in [("-TERM", "TERM", 3), ("-INT", "INT", 4)] {
        // `read` waits without a sleep; what it waits for is never written.
        let script = format!("trap 'exit {code}' {name}; echo $LINECARD_URL; while :; do read x || :; done");
        let mut command = command(&["run", "--", "sh", "-c", &script]);
        let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut url = String::new();
        out.read_line(&mut url).unwrap();
        let host = url.trim().trim_start_matches("http://").to_owned();
        assert_eq!(Client::new(&host).get("/_linecard/health").status, 200);
        let sent = Command::new("kill").args([signal, &child.id().to_string()]).status();
        assert!(sent.unwrap().success());
        let mut rest = String::new();
        out.read_to_string(&mut rest).unwrap();
        assert_eq!(
            (child.wait().unwrap().code(), rest.as_str()),
            (Some(code), ""),
            "{signal}"
        );
        assert!(std::net::TcpStream::connect(&host).is_err());
    }
}

#[test]
fn a_ready_file_is_there_while_the_server_answers() {
    for format in ["text", "json"] {
        let folder = tempfile::tempdir().unwrap();
        let path = path_in(&folder, "ready");
        let mut command = command(&["test", "--ready-file", &path, "--ready-format", format]);
        let mut child = command.spawn().unwrap();
        let waited = run(&["wait", "--ready-file", &path, "--timeout", "60s"]);
        let mut line = String::new();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        out.read_line(&mut line).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), line);
        assert_eq!(files(folder.path()), ["ready"]);
        let (code, said, words) = outcome(&waited);
        assert_eq!((code, words.as_str()), (Some(0), ""));
        let url = said.split(' ').next().unwrap();
        assert!(
            line.contains(url) && said.starts_with(&format!("{url} answers after ")),
            "{said}"
        );
        let sent = Command::new("kill").args(["-TERM", &child.id().to_string()]).status();
        assert!(sent.unwrap().success());
        assert_eq!(child.wait().unwrap().code(), Some(0));
        assert!(files(folder.path()).is_empty());
    }
}

#[test]
fn a_ready_file_that_cannot_be_written_refuses_the_start() {
    let (folder, db) = folder();
    let path = path_in(&folder, "no/such/ready");
    let words = refused(&run(&["test", "--db", &db, "--ready-file", &path]));
    assert!(
        words.starts_with(&format!("linecard: cannot start: cannot write {path}: ")),
        "{words}"
    );
    // The database was closed as after any stop.
    assert_eq!(files(folder.path()), ["panel.db"]);
    let words = refused(&run(&["test", "--ready-fd", "97"]));
    assert!(
        words.starts_with("linecard: cannot start: cannot write descriptor 97: "),
        "{words}"
    );
}

#[test]
fn a_ready_file_of_another_server_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = path_in(&folder, "ready");
    let served = test(&["--ready-file", &path]);
    fs::write(&path, "ready http://127.0.0.1:1\n").unwrap();
    assert_eq!(served.end("-TERM").0.code(), Some(0));
    assert_eq!(fs::read_to_string(&path).unwrap(), "ready http://127.0.0.1:1\n");
}

#[test]
fn a_descriptor_is_told_that_the_server_is_ready() {
    let folder = tempfile::tempdir().unwrap();
    let path = path_in(&folder, "told");
    let script = format!("exec {} test --ready-fd 7 7>>{path}", env!("CARGO_BIN_EXE_linecard"));
    let mut shell = Command::new("sh");
    shell
        .args(["-c", &script])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let served = Served::spawn(shell);
    assert_eq!(fs::read_to_string(&path).unwrap(), served.ready);

    let piped = format!(
        "{} test --ready-fd 7 --ttl 1ms 7>&1 >/dev/null | cat",
        env!("CARGO_BIN_EXE_linecard")
    );
    let told = Command::new("sh").args(["-c", &piped]).output().unwrap();
    assert!(text(&told.stdout).starts_with("ready http://127.0.0.1:"), "{told:?}");
}

#[test]
fn the_service_manager_is_told_that_the_server_is_ready() {
    let folder = tempfile::tempdir().unwrap();
    let path = path_in(&folder, "notify");
    let told = |socket: &UnixDatagram, name: &str| {
        socket.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        let mut command = command(&["test"]);
        command.env("NOTIFY_SOCKET", name);
        let _served = Served::spawn(command);
        let mut message = [0; 64];
        let length = socket.recv(&mut message).unwrap();
        text(&message[..length])
    };
    assert_eq!(told(&UnixDatagram::bind(&path).unwrap(), &path), "READY=1\n");
    #[cfg(target_os = "linux")]
    {
        use std::os::linux::net::SocketAddrExt;
        let name = format!("linecard-test-{}", std::process::id());
        let address = std::os::unix::net::SocketAddr::from_abstract_name(&name).unwrap();
        let socket = UnixDatagram::bind_addr(&address).unwrap();
        assert_eq!(told(&socket, &format!("@{name}")), "READY=1\n");
    }
    // Nobody listens: the server starts all the same, and says so.
    let mut deaf = command(&["test"]);
    deaf.env("NOTIFY_SOCKET", path_in(&folder, "nobody"));
    let (status, _, words) = Served::spawn(deaf).end("-TERM");
    assert_eq!(status.code(), Some(0));
    assert!(
        words.contains("NOTIFY_SOCKET is set, but nobody could be told there"),
        "{words}"
    );
}

#[test]
fn a_server_ends_when_its_time_is_over() {
    let folder = tempfile::tempdir().unwrap();
    let path = path_in(&folder, "ready");
    let (status, out, words) = test(&["--ttl", "50ms", "--ready-file", &path]).ended();
    assert_eq!((status.code(), out.as_str()), (Some(0), ""));
    assert!(words.contains("stopping: the time of --ttl is over"), "{words}");
    assert!(files(folder.path()).is_empty());
    let words = refused(&run(&["test", "--ttl", "10"]));
    assert!(
        words.contains("not a span of time such as 500ms, 30s, 10m or 2h"),
        "{words}"
    );
}

#[test]
fn a_server_ends_with_its_parent() {
    let folder = tempfile::tempdir().unwrap();
    let path = path_in(&folder, "ready");
    let binary = env!("CARGO_BIN_EXE_linecard");
    let script = format!("{binary} test --exit-with-parent --ready-file {path} & {binary} wait --ready-file {path}");
    let mut shell = Command::new("sh");
    // The end of the stream is the end of all who hold it, of which the server is the last.
    let output = shell.args(["-c", &script]).stdin(Stdio::null()).output().unwrap();
    let (code, out, words) = outcome(&output);
    assert_eq!(code, Some(0), "{words}");
    assert!(
        out.contains("ready http://") && out.contains(" answers after "),
        "{out}"
    );
    assert!(words.contains("stopping: the parent process has ended"), "{words}");
    assert!(files(folder.path()).is_empty());
}

#[test]
fn a_stop_waits_no_longer_than_it_is_told() {
    let served = test(&["--grace", "0s", "--seed", "docs"]);
    let mut unfinished = served.client();
    unfinished.send(b"POST /access/ HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf");
    // An answer on another connection shows that the first one has been taken in.
    assert_eq!(served.client().get("/_linecard/health").status, 200);
    let begun = std::time::Instant::now();
    assert_eq!(served.end("-TERM").0.code(), Some(0));
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
}

#[test]
fn waiting_ends_when_the_server_answers_or_the_time_is_over() {
    let served = test(&[]);
    let url = served.ready()["url"].to_owned();
    let (code, out, words) = outcome(&run(&["wait", "--url", &format!("{url}/_linecard/")]));
    assert_eq!((code, words.as_str()), (Some(0), ""));
    assert!(
        out.starts_with(&format!("{url} answers after ")) && out.lines().count() == 1,
        "{out}"
    );
    served.end("-TERM");
    let (code, out, words) = outcome(&run(&["wait", "--url", &url, "--timeout", "50ms"]));
    assert_eq!((code, out.as_str()), (Some(1), ""));
    assert!(
        words.starts_with(&format!("linecard: gave up after 50ms: {url} does not answer: ")),
        "{words}"
    );
    let (code, _, words) = outcome(&run(&["wait", "--ready-file", "/no/such", "--timeout", "0s"]));
    assert_eq!(code, Some(1));
    assert!(words.starts_with("linecard: gave up after 0ns: /no/such: "), "{words}");
    assert!(refused(&run(&["wait", "--url", "ftp://x"])).contains("not an address such as http://127.0.0.1:8080"));
}

#[test]
fn health_prints_what_the_control_plane_says() {
    let served = test(&["--clock", "frozen:2026-01-01T00:00:00Z"]);
    let url = served.ready()["url"].to_owned();
    let (code, out, words) = outcome(&run(&["health", "--url", &url]));
    assert_eq!((code, words.as_str()), (Some(0), ""));
    let health: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((&health["status"], &health["clock"]), (&"ok".into(), &"frozen".into()));
    served.end("-TERM");
    let (code, out, words) = outcome(&run(&["health", "--url", &url]));
    assert_eq!((code, out.as_str()), (Some(1), ""));
    assert!(
        words.starts_with(&format!("linecard: {url}/_linecard/health does not answer: ")),
        "{words}"
    );

    let without = Served::start(&["--db", ":memory:"]);
    let url = without.ready()["url"].to_owned();
    let words = format!("linecard: {url}/_linecard/health is not there: start the server with --control\n");
    assert_eq!(
        outcome(&run(&["health", "--url", &url])),
        (Some(1), String::new(), words)
    );
}

#[test]
fn a_seed_is_checked_without_a_server() {
    let folder = tempfile::tempdir().unwrap();
    let seed = path_in(&folder, "seed.sql");
    fs::write(&seed, "INSERT INTO lines (username) VALUES ('a');\n").unwrap();
    let ok = (Some(0), "ok\n".to_owned(), String::new());
    assert_eq!(outcome(&run(&["seed", "check", &seed])), ok);
    assert_eq!(outcome(&run(&["seed", "check", "docs"])), ok);
    fs::write(&seed, "\n\nINSERT INTO lines (user) VALUES ('b');\n").unwrap();
    assert_eq!(
        refused(&run(&["seed", "check", &seed])),
        format!("linecard: {seed} line 3: table lines has no column named user")
    );
    assert_eq!(files(folder.path()), ["seed.sql"]);
    let missing = refused(&run(&["seed", "check", "/no/such.sql"]));
    assert!(
        missing.starts_with("linecard: cannot read seed /no/such.sql: "),
        "{missing}"
    );
}

#[test]
fn each_option_is_shown_with_its_origin_and_no_secret() {
    let mut config = command(&["config", "--bind", "127.0.0.1:9", "--set", "api_pass=hidden"]);
    config
        .env("LINECARD_API_KEY", "0123456789abcdef")
        .env("LINECARD_STRICT", "true");
    let (code, out, words) = outcome(&config.output().unwrap());
    assert_eq!((code, words.as_str()), (Some(0), ""));
    let row = |flag: &str| {
        let found = out.lines().find(|line| line.split_whitespace().next() == Some(flag));
        let words: Vec<&str> = found
            .unwrap_or_else(|| panic!("{flag}: {out}"))
            .split_whitespace()
            .collect();
        words[1..].join(" ")
    };
    for (flag, expected) in [
        ("--bind", "127.0.0.1:9 flag"),
        ("--set", "api_pass=*** flag"),
        ("--api-key", "*** environment LINECARD_API_KEY"),
        ("--strict", "true environment LINECARD_STRICT"),
        ("--db", "linecard.db default"),
        ("--control", "false default"),
        ("--control-token", "none default"),
        ("--ready-format", "text default"),
        ("--grace", "5s default"),
        ("--ttl", "none default"),
    ] {
        assert_eq!(row(flag), expected, "{flag}");
    }
    assert!(!out.contains("0123456789abcdef") && !out.contains("hidden"), "{out}");
    // Every flag of the server has a row.
    let help = text(&run(&["serve", "--help"]).stdout);
    let flags = help.lines().filter_map(|line| line.trim().strip_prefix("--"));
    let flags: Vec<&str> = flags.map(|rest| rest.split([' ', '[', '=']).next().unwrap()).collect();
    assert!(flags.len() > 20, "{help}");
    flags
        .iter()
        .for_each(|flag| assert!(!row(&format!("--{flag}")).is_empty()));
}

#[test]
fn help_completions_and_manual_know_every_command() {
    let help = text(&run(&["--help"]).stdout);
    let commands = [
        "serve",
        "test",
        "run",
        "wait",
        "health",
        "seed",
        "config",
        "actions",
        "settings",
        "docs",
        "completions",
        "man",
    ];
    let bash = outcome(&run(&["completions", "bash"]));
    let manual = outcome(&run(&["man"]));
    assert_eq!(
        (bash.0, manual.0, bash.2.as_str(), manual.2.as_str()),
        (Some(0), Some(0), "", "")
    );
    for command in commands {
        let line = help
            .lines()
            .find(|line| line.split_whitespace().next() == Some(command));
        let sentence = line
            .unwrap_or_else(|| panic!("{command}: {help}"))
            .trim()
            .strip_prefix(command);
        assert!(sentence.unwrap().trim().len() > 10, "{line:?}");
        assert!(bash.1.contains(&format!("linecard,{command})")), "{command}");
        assert!(manual.1.contains(&format!("linecard\\-{command}(1)")), "{command}");
    }
    let page = text(&run(&["man", "run"]).stdout);
    assert!(
        page.contains("linecard\\-run") && page.contains("LINECARD_ADMIN_API"),
        "{page}"
    );
    assert!(refused(&run(&["man", "nothing"])).starts_with("linecard: there is no such command, only serve, "));
    assert!(refused(&run(&["completions", "dos"])).contains("possible values: bash"));
}

#[test]
fn a_variable_that_is_no_option_refuses_the_start() {
    for start in [&["serve"][..], &["test"], &["run", "--", "echo", "never"]] {
        let mut command = command(start);
        command.env("LINECARD_SED", "docs").env("LINECARD_ZZZ", "1");
        assert_eq!(
            refused(&command.output().unwrap()),
            "linecard: there is no option for the variable LINECARD_SED; did you mean \"LINECARD_SEED\"? \
             (linecard config lists the options)"
        );
    }
    let mut strange = command(&["test"]);
    strange.env("LINECARD_ENTIRELY_OTHER", "1");
    assert_eq!(
        refused(&strange.output().unwrap()),
        "linecard: there is no option for the variable LINECARD_ENTIRELY_OTHER (linecard config lists the options)"
    );
    // What `run` tells its command is no mistake there, nor what a cluster tells every container.
    let nested = [
        env!("CARGO_BIN_EXE_linecard"),
        "run",
        "--seed",
        "docs",
        "--",
        "sh",
        "-c",
        "echo $LINECARD_PORT",
    ];
    let mut outer = command(&[&["run", "--"], &nested[..]].concat());
    outer
        .env("LINECARD_SERVICE_HOST", "10.0.0.1")
        .env("LINECARD_PORT_8080_TCP", "tcp://10.0.0.1:8080");
    let (code, out, words) = outcome(&outer.output().unwrap());
    assert_eq!((code, words.as_str()), (Some(0), ""));
    assert!(out.trim().parse::<u16>().is_ok(), "{out}");
}
