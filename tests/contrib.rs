//! The samples of `contrib/`, each read by the program that it is for.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Output};

use crate::support::process::command;
use crate::support::{Panel, failure, soon};

const UNIT: &str = include_str!("../contrib/linecard.service");
const NGINX: &str = include_str!("../contrib/nginx.conf");
const CADDY: &str = include_str!("../contrib/Caddyfile");

/// Where the unit expects the program.
const INSTALLED: &str = "/usr/local/bin/linecard";

/// A program took its file and complained of nothing.
fn assert_taken(output: &Output, complaints: &str) {
    assert!(
        output.status.success() && complaints.is_empty(),
        "{complaints}{output:?}"
    );
}

#[test]
fn the_unit_names_options_that_there_are() {
    let start = UNIT.lines().find_map(|line| line.strip_prefix("ExecStart=")).unwrap();
    let words = start.strip_prefix(INSTALLED).unwrap();
    assert_eq!(words, " serve");
    let mut config = command(&["config"]);
    let folder = tempfile::tempdir().unwrap();
    config.current_dir(folder.path());
    for line in UNIT.lines().filter_map(|line| line.strip_prefix("Environment=")) {
        let (name, value) = line.split_once('=').unwrap();
        config.env(name, value);
    }
    let output = config.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let shown = String::from_utf8(output.stdout).unwrap();
    for (option, value) in [("--db", "/var/lib/linecard/panel.db"), ("--bind", "127.0.0.1:8080")] {
        let row = shown
            .lines()
            .find(|line| line.starts_with(&format!("{option} ")))
            .unwrap();
        assert!(row.split_whitespace().any(|word| word == value), "{row}");
    }
}

#[needs::test("systemd-analyze")]
fn systemd_takes_the_unit() {
    let folder = tempfile::tempdir().unwrap();
    let unit = folder.path().join("linecard.service");
    fs::write(&unit, UNIT.replace(INSTALLED, env!("CARGO_BIN_EXE_linecard"))).unwrap();
    let output = Command::new("systemd-analyze")
        .arg("verify")
        .arg(&unit)
        .output()
        .unwrap();
    // What it says of other units of the machine is not this one's.
    let words = String::from_utf8_lossy(&output.stderr);
    let own = words
        .lines()
        .filter(|line| line.contains("linecard"))
        .collect::<Vec<_>>();
    assert_taken(&output, &own.join("\n"));
}

/// A folder with the sample, for this port, and a configuration of nginx that has nothing else.
fn nginx(port: u16, panel: &str) -> (tempfile::TempDir, Command) {
    let folder = tempfile::tempdir().unwrap();
    let data = |name: &str| format!("{}/tests/data/tls/{name}", env!("CARGO_MANIFEST_DIR"));
    let live = "/etc/letsencrypt/live/panel.example.com";
    let mut sample = NGINX
        .replace(&format!("{live}/fullchain.pem"), &data("p256.pem"))
        .replace(&format!("{live}/privkey.pem"), &data("p256.sec1.key"))
        // Not everybody may listen on port 443.
        .replace("443", &port.to_string())
        .replace("127.0.0.1:8080", panel);
    if TcpListener::bind("[::1]:0").is_err() {
        sample = sample.replace(&format!("    listen [::]:{port} ssl;\n"), "");
    }
    let path = |name: &str| folder.path().join(name).display().to_string();
    fs::write(path("linecard.conf"), sample).unwrap();
    let bodies = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
    let bodies: String = bodies
        .map(|name| format!("{name}_temp_path {};\n", path(name)))
        .concat();
    let whole = format!(
        "daemon off;\nmaster_process off;\npid {};\nerror_log stderr;\nevents {{}}\nhttp {{\naccess_log off;\n{bodies}include {};\n}}\n",
        path("pid"),
        path("linecard.conf")
    );
    fs::write(path("nginx.conf"), whole).unwrap();
    let mut nginx = Command::new("nginx");
    nginx.args(["-q", "-e", "stderr", "-p", &path(""), "-c", &path("nginx.conf")]);
    (folder, nginx)
}

#[needs::test("nginx", "curl")]
fn a_panel_behind_nginx_sees_who_its_callers_are() {
    let logs = tempfile::tempdir().unwrap();
    let log = logs.path().join("requests.log");
    let panel = Panel::docs_with(|config| {
        config.trusted_proxies = vec!["127.0.0.1".into()];
        config.request_log = Some(log.clone());
        config.control = true;
    });
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    let (_folder, mut nginx) = nginx(port, panel.host());
    let checked = nginx.arg("-t").output().unwrap();
    assert_taken(&checked, &String::from_utf8_lossy(&checked.stderr));
    let (_folder, mut nginx) = self::nginx(port, panel.host());
    let mut running = nginx.spawn().unwrap();
    let is_there = soon(|| TcpStream::connect(("127.0.0.1", port)).is_ok());
    let answers = [
        "/_linecard/health",
        "/access/admin/index.php?api_key=YOUR_KEY&action=get_line&id=1",
    ]
    .map(|path| {
        let mut curl = Command::new("curl");
        curl.args(["-sk", "--interface", "127.0.0.2", "-H", "X-Forwarded-For: 203.0.113.9"]);
        curl.args(["-w", " %{http_code}", &format!("https://127.0.0.1:{port}{path}")]);
        String::from_utf8(curl.output().unwrap().stdout).unwrap()
    });
    running.kill().unwrap();
    running.wait().unwrap();
    assert!(is_there);
    assert!(
        answers[0].contains("<center>nginx") && answers[0].ends_with(" 404"),
        "{answers:?}"
    );
    let failure = failure("STATUS_FAILURE", "Line not found.");
    assert_eq!(answers[1], format!("{failure} 200"));
    let text = fs::read_to_string(&log).unwrap();
    let called: Vec<&str> = text.lines().filter(|line| line.contains("/access/")).collect();
    assert!(matches!(called[..], [one] if one.contains(" 127.0.0.2 GET ")), "{text}");
}

#[needs::test("caddy")]
fn caddy_takes_the_sample() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("Caddyfile");
    fs::write(&file, CADDY).unwrap();
    let caddy = |words: &[&str], file: &Path| {
        let mut caddy = Command::new("caddy");
        for home in ["HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"] {
            caddy.env(home, folder.path());
        }
        caddy.args(words).arg(file).output().unwrap()
    };
    let output = caddy(&["validate", "--adapter", "caddyfile", "--config"], &file);
    assert!(output.status.success(), "{output:?}");
    // It is written as Caddy itself would write it.
    assert_eq!(String::from_utf8_lossy(&caddy(&["fmt"], &file).stdout), CADDY);
}
