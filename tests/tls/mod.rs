//! TLS on every port, looked at with the clients that people have: curl, Python, and Linecard's own commands.

mod clients;
mod commands;
mod files;
mod reread;
mod wire;

use std::process::Command;

use crate::support::process::{Served, command};

/// A server with a certificate of its own.
struct Secure {
    served: Served,
    ca: String,
    _folder: tempfile::TempDir,
}

/// `linecard test` with these flags, the `docs` seed and TLS.
fn secure(flags: &[&str]) -> Secure {
    let folder = tempfile::tempdir().unwrap();
    let ca = folder.path().join("ca.pem").to_str().unwrap().to_owned();
    let own = ["test", "--seed=docs", "--tls=self-signed", "--tls-ca-out", &ca];
    Secure {
        served: Served::spawn(command(&[&own, flags].concat())),
        ca,
        _folder: folder,
    }
}

impl Secure {
    fn url(&self) -> &str {
        self.served.ready()["url"]
    }

    fn port(&self) -> &str {
        self.url().strip_prefix("https://127.0.0.1:").unwrap()
    }

    /// The URL of a call of the Admin API.
    fn call(&self, query: &str) -> String {
        format!("{}/access/admin/index.php?api_key=YOUR_KEY&{query}", self.url())
    }

    /// What curl says that trusts the server.
    fn curl(&self, words: &[&str]) -> (Option<i32>, String) {
        curl(&[&["--cacert", &self.ca], words].concat())
    }

    /// What a call of the control plane answers.
    fn told(&self, method: &str, path: &str, body: &str) -> serde_json::Value {
        let url = format!("{}/_linecard/{path}", self.url());
        let (code, text) = self.curl(&["-X", method, "--json", body, &url]);
        assert_eq!(code, Some(0), "{text}");
        serde_json::from_str(&text).unwrap()
    }
}

/// The exit code of curl, and what it printed on standard output.
fn curl(words: &[&str]) -> (Option<i32>, String) {
    let output = Command::new("curl")
        .args(["-s", "--max-time", "60"])
        .args(words)
        .output()
        .unwrap();
    (output.status.code(), String::from_utf8(output.stdout).unwrap())
}
