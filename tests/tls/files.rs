//! Certificates that somebody gave, and starts that are refused for them.

use std::fs;

use super::curl;
use crate::support::process::{Served, command, files, folder, refused, run};

/// The path of a file of tests/data/tls, which openssl made. All but the RSA one say of
/// themselves that they are authorities, as openssl lets them where nobody tells it otherwise.
pub fn data(name: &str) -> String {
    format!("{}/tests/data/tls/{name}", env!("CARGO_MANIFEST_DIR"))
}

#[needs::test("curl")]
fn keys_of_every_form_are_read() {
    for (certificate, key) in [
        ("rsa.pem", "rsa.pkcs1.key"),
        ("rsa.pem", "rsa.pkcs8.key"),
        ("p256.pem", "p256.sec1.key"),
        ("ed25519.pem", "ed25519.pkcs8.key"),
    ] {
        let (certificate, key) = (data(certificate), data(key));
        let served = Served::spawn(command(&["test", "--tls-cert", &certificate, "--tls-key", &key]));
        let url = served.ready()["url"].to_owned();
        assert!(url.starts_with("https://127.0.0.1:"), "{url}");
        let (code, text) = curl(&["--cacert", &certificate, &format!("{url}/_linecard/health")]);
        assert!(
            code == Some(0) && text.starts_with(r#"{"status":"ok","#),
            "{key}: {code:?} {text}"
        );
        let health = run(&["health", "--url", &url, "--tls-ca", &certificate]);
        assert!(health.status.success(), "{key}: {health:?}");
        // It is trusted under its own names alone.
        let other = url.replace("127.0.0.1", "127.0.0.2");
        let health = run(&["health", "--url", &other, "--tls-ca", &certificate]);
        assert_eq!(health.status.code(), Some(1), "{key}: {health:?}");
    }
}

#[test]
fn a_command_beside_a_panel_trusts_the_given_certificate_or_what_was_said() {
    let (certificate, key) = (data("p256.pem"), data("p256.sec1.key"));
    let binary = env!("CARGO_BIN_EXE_linecard");
    let script = format!("{binary} health >/dev/null && echo $LINECARD_TLS_CA");
    let run = || {
        command(&[
            "run",
            "--tls-cert",
            &certificate,
            "--tls-key",
            &key,
            "--",
            "sh",
            "-c",
            &script,
        ])
    };
    let output = run().output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), format!("{certificate}\n"));
    let (folder, _) = folder();
    let said = folder.path().join("said.pem").to_str().unwrap().to_owned();
    fs::copy(&certificate, &said).unwrap();
    let output = run().env("LINECARD_TLS_CA", &said).output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), format!("{said}\n"));
}

#[test]
fn options_that_do_not_go_together_refuse_the_start() {
    let (certificate, key) = (data("p256.pem"), data("p256.sec1.key"));
    let (certificate, key) = (format!("--tls-cert={certificate}"), format!("--tls-key={key}"));
    let both = "--tls self-signed makes a certificate of its own: leave --tls-cert and --tls-key out";
    let no_key = "--tls-cert needs --tls-key, the file with the certificate's private key";
    let no_certificate = "--tls-key needs --tls-cert, the file with the key's certificate";
    let no_authority = "--tls-ca-out needs --tls self-signed, whose authority it is for";
    let table: [(&[&str], &str); 6] = [
        (&["--tls=self-signed", &certificate, &key], both),
        (&["--tls=self-signed", &key], both),
        (&[&certificate], no_key),
        (&[&key], no_certificate),
        (&["--tls-ca-out=ca.pem"], no_authority),
        (&["--tls-ca-out=ca.pem", &certificate, &key], no_authority),
    ];
    for (flags, reason) in table {
        for (kind, rest) in [("test", &[][..]), ("run", &["--", "true"])] {
            let (folder, db) = folder();
            let words = [&[kind, "--db", &db], flags, rest].concat();
            assert_eq!(refused(&run(&words)), format!("linecard: {reason}"), "{words:?}");
            assert!(files(folder.path()).is_empty());
        }
    }
    assert_eq!(
        refused(&run(&["test", "--tls=letsencrypt"])),
        "linecard: invalid value 'letsencrypt' for '--tls <self-signed>'; [possible values: self-signed] \
         (linecard --help lists the options)"
    );
}

#[test]
fn files_that_cannot_be_used_refuse_the_start() {
    let (folder, db) = folder();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name).to_str().unwrap().to_owned();
        fs::write(&path, text).unwrap();
        path
    };
    let (missing, empty) = (data("missing"), write("empty", ""));
    let broken = write("broken", "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n");
    let nonsense = write(
        "nonsense",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    );
    let (good, key) = (data("p256.pem"), data("p256.sec1.key"));
    let pem = "has no certificate in PEM form (-----BEGIN CERTIFICATE-----)";
    let table = [
        (
            &missing,
            &key,
            format!("--tls-cert: cannot read {missing}: No such file or directory (os error 2)"),
        ),
        (&empty, &key, format!("--tls-cert: {empty} {pem}")),
        (&key, &key, format!("--tls-cert: {key} {pem}")),
        (&broken, &key, format!("--tls-cert: {broken} {pem}")),
        (
            &nonsense,
            &key,
            format!(
                "--tls-cert: the first certificate in {nonsense} cannot be read: invalid peer certificate: BadEncoding"
            ),
        ),
        (
            &good,
            &missing,
            format!("--tls-key: cannot read {missing}: No such file or directory (os error 2)"),
        ),
        (
            &good,
            &good,
            format!("--tls-key: {good} has no private key in PEM form (PKCS#8, PKCS#1 or SEC1)"),
        ),
        (
            &good,
            &data("p521.sec1.key"),
            format!(
                "--tls-key: the key in {} is none of those that can be used: RSA with 2048 to 4096 bits, P-256, P-384, Ed25519",
                data("p521.sec1.key")
            ),
        ),
        (
            &good,
            &data("rsa.pkcs8.key"),
            format!(
                "--tls-key: the key in {} does not fit the first certificate in {good}, which has to be the server's own",
                data("rsa.pkcs8.key")
            ),
        ),
    ];
    let start = |certificate: &str, key: &str| {
        let words = ["test", "--db", &db, "--tls-cert", certificate, "--tls-key", key];
        refused(&run(&words))
    };
    for (certificate, key, reason) in table {
        assert_eq!(start(certificate, key), format!("linecard: {reason}"));
    }
    for name in ["p256.encrypted.key", "rsa.encrypted.key"] {
        let key = data(name);
        assert_eq!(
            start(&good, &key),
            format!(
                "linecard: --tls-key: the key in {key} is encrypted: openssl pkey -in {key} -out FILE writes it without \
                 its passphrase"
            )
        );
    }
    // A file that was refused leaves no database behind.
    assert_eq!(files(folder.path()), ["broken", "empty", "nonsense"]);
    let ca = data("no/such/folder");
    let words = refused(&run(&["test", "--db", &db, "--tls=self-signed", "--tls-ca-out", &ca]));
    assert!(
        words.starts_with(&format!("linecard: cannot start: cannot write {ca}: ")),
        "{words}"
    );
}
