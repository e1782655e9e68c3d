//! SIGHUP: the certificate is read again, and the server never ends.

use std::fs;

use super::files::data;
use crate::support::process::{Served, command, run};

/// Whether a server shows this certificate.
fn shows(url: &str, certificate: &str) -> bool {
    let health = run(&["health", "--bare", "--url", url, "--tls-ca", &data(certificate)]);
    health.status.success()
}

/// Sends the signal and returns what the log says of it, without the time.
fn hang_up(served: &mut Served) -> String {
    served.signal("-HUP");
    let line = served.log_line();
    line.split_once(' ').unwrap().1.trim_start().to_owned()
}

#[test]
fn a_new_certificate_is_shown_and_one_that_cannot_be_used_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (certificate, key) = (path("certificate.pem"), path("key.pem"));
    let renew = |new: &str, its_key: &str| {
        fs::copy(data(new), &certificate).unwrap();
        fs::copy(data(its_key), &key).unwrap();
    };
    renew("p256.pem", "p256.sec1.key");
    let serve = [
        "serve",
        "--bind=127.0.0.1:0",
        "--db=:memory:",
        "--tls-cert",
        &certificate,
        "--tls-key",
        &key,
    ];
    let mut served = Served::spawn(command(&serve));
    let url = served.ready()["url"].to_owned();
    assert!(shows(&url, "p256.pem") && !shows(&url, "ed25519.pem"));

    renew("ed25519.pem", "ed25519.pkcs8.key");
    assert!(shows(&url, "p256.pem"));
    let told = format!("INFO SIGHUP: the certificate was read again from {certificate}");
    assert_eq!(hang_up(&mut served), told);
    assert!(shows(&url, "ed25519.pem") && !shows(&url, "p256.pem"));

    renew("p256.pem", "ed25519.pkcs8.key");
    assert_eq!(
        hang_up(&mut served),
        format!(
            "ERROR SIGHUP: the certificate stays as it was: --tls-key: the key in {key} does not fit the first \
             certificate in {certificate}, which has to be the server's own"
        )
    );
    fs::remove_file(&key).unwrap();
    let missing = hang_up(&mut served);
    assert!(
        missing.starts_with("ERROR SIGHUP: the certificate stays as it was: --tls-key: cannot read "),
        "{missing}"
    );
    assert!(shows(&url, "ed25519.pem"));
    let (status, _, rest) = served.end("-TERM");
    assert_eq!((status.code(), rest.as_str()), (Some(0), ""));
}

#[test]
fn without_files_of_a_certificate_nothing_happens_and_the_log_says_so() {
    for flags in [&[][..], &["--tls=self-signed"]] {
        let mut served = Served::start(&[&["--db=:memory:"], flags].concat());
        for _ in 0..2 {
            assert_eq!(
                hang_up(&mut served),
                "INFO SIGHUP: there is no certificate of --tls-cert to read again"
            );
        }
        let (status, _, rest) = served.end("-TERM");
        assert_eq!((status.code(), rest.as_str()), (Some(0), ""));
    }
}
