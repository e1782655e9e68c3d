//! The binary as a process of its own.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::Client;

const BINARY: &str = env!("CARGO_BIN_EXE_linecard");

/// The binary with these arguments, and with nothing of Linecard's in its environment.
pub fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(BINARY);
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("LINECARD_")) {
        command.env_remove(name);
    }
    command
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Runs a command that ends by itself.
pub fn run(arguments: &[&str]) -> Output {
    command(arguments).output().unwrap()
}

/// A server process; a test that fails does not leave it behind.
pub struct Served {
    child: Child,
    /// The whole line, with its end.
    pub ready: String,
}

impl Served {
    /// `linecard serve` on a free port.
    pub fn start(arguments: &[&str]) -> Served {
        Served::spawn(command(&[&["serve", "--bind", "127.0.0.1:0"], arguments].concat()))
    }

    /// A command that prints a ready line.
    pub fn spawn(mut command: Command) -> Served {
        Served::of(command.spawn().unwrap())
    }

    /// A process that was started to print a ready line.
    pub fn of(mut child: Child) -> Served {
        let mut ready = String::new();
        BufReader::new(child.stdout.as_mut().unwrap())
            .read_line(&mut ready)
            .unwrap();
        if ready.is_empty() {
            let mut words = String::new();
            child.stderr.take().unwrap().read_to_string(&mut words).unwrap();
            panic!("no ready line: {words}");
        }
        Served { child, ready }
    }

    /// The values of the ready line by their names; the address is `url`.
    pub fn ready(&self) -> HashMap<&str, &str> {
        let mut words = self.ready.split_whitespace();
        assert_eq!(words.next(), Some("ready"), "{:?}", self.ready);
        let url = words.next().unwrap();
        words
            .map(|word| word.split_once('=').unwrap())
            .chain([("url", url)])
            .collect()
    }

    /// `127.0.0.1:PORT`.
    pub fn host(&self) -> String {
        self.ready()["url"].trim_start_matches("http://").to_owned()
    }

    /// A client with a connection of its own.
    pub fn client(&self) -> Client {
        Client::new(&self.host())
    }

    /// Calls an action with the code and key of the ready line.
    pub fn call(&self, action: &str, params: &str) -> String {
        let ready = self.ready();
        let (path, key) = (format!("/{}/admin/index.php", ready["code"]), ready["key"]);
        self.client()
            .post(&path, &format!("api_key={key}&action={action}&{params}"))
            .text()
    }

    /// The process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Kills the server after this time, from a thread of its own.
    pub fn killed_after(&self, time: Duration) -> JoinHandle<()> {
        let pid = self.pid().to_string();
        thread::spawn(move || {
            thread::sleep(time);
            let killed = Command::new("kill").args(["-KILL", &pid]).status();
            assert!(killed.unwrap().success());
        })
    }

    /// Sends a signal.
    pub fn signal(&self, signal: &str) {
        send(signal, &self.child);
    }

    /// Waits for the next line on standard error.
    pub fn log_line(&mut self) -> String {
        // Byte by byte, because what a buffer took would be missing at the end.
        let stderr = self.child.stderr.as_mut().unwrap();
        let (mut line, mut byte) = (Vec::new(), [0]);
        while stderr.read(&mut byte).unwrap() == 1 && byte != *b"\n" {
            line.push(byte[0]);
        }
        String::from_utf8(line).unwrap()
    }

    /// Sends a signal and waits for the end: its status, the rest of stdout, and stderr.
    pub fn end(self, signal: &str) -> (ExitStatus, String, String) {
        self.signal(signal);
        self.ended()
    }

    /// Waits for the end: its status, the rest of stdout, and stderr.
    pub fn ended(mut self) -> (ExitStatus, String, String) {
        let (mut out, mut words) = (String::new(), String::new());
        self.child.stdout.take().unwrap().read_to_string(&mut out).unwrap();
        self.child.stderr.take().unwrap().read_to_string(&mut words).unwrap();
        (self.child.wait().unwrap(), out, words)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends a signal, such as `-TERM`. The shell does it, because `kill` as a program is not on every machine.
pub fn send(signal: &str, child: &Child) {
    let line = format!("kill {signal} {}", child.id());
    assert!(Command::new("sh").args(["-c", &line]).status().unwrap().success());
}

/// The tests of this program, as it lists them itself with these flags.
pub fn listed_tests(flags: &[&str]) -> BTreeSet<String> {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--list", "--format", "terse"])
        .args(flags)
        .output()
        .unwrap();
    let list = String::from_utf8(output.stdout).unwrap();
    let tests = list.lines().filter_map(|line| line.strip_suffix(": test"));
    tests.map(str::to_owned).collect()
}

/// Whether there is a program of this name.
pub fn is_here(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

/// A folder, and the path of a database in it.
pub fn folder() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let db = folder.path().join("panel.db").to_str().unwrap().to_owned();
    (folder, db)
}

/// The names in a folder.
pub fn files(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// A refused start: exit code 2, nothing on stdout, one line on stderr.
pub fn refused(output: &Output) -> String {
    let words = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(
        (output.status.code(), output.stdout.as_slice()),
        (Some(2), &b""[..]),
        "{words}"
    );
    assert_eq!(words.lines().count(), 1, "{words}");
    words.trim_end().to_owned()
}
