//! Who is served, under which names and by which version.

use std::process::Command;

use super::{Secure, curl, secure};
use crate::support::Panel;

const LINE: &str = r#"{"status":"STATUS_SUCCESS","data":{"id":4521}}"#;
const QUERY: &str = "action=get_line&id=4521&show_columns=id";

/// curl's word for a certificate that it does not trust, or that is for somebody else.
const UNTRUSTED: Option<i32> = Some(60);

#[needs::test("curl")]
fn who_trusts_the_authority_is_served_on_every_port() {
    let secure = secure(&["--control-bind=127.0.0.1:0", "--metrics-bind=127.0.0.1:0"]);
    let url = secure.call(QUERY);
    assert_eq!(secure.curl(&[&url]), (Some(0), LINE.into()));
    assert_eq!(curl(&[&url]), (UNTRUSTED, String::new()));
    let ready = secure.served.ready();
    for (name, path, begins) in [
        ("control", "health", r#"{"status":"ok","#),
        ("metrics", "", "# HELP linecard_build_info"),
    ] {
        assert!(ready[name].starts_with("https://127.0.0.1:"), "{ready:?}");
        let (code, text) = secure.curl(&[&format!("{}{path}", ready[name])]);
        assert!(code == Some(0) && text.starts_with(begins), "{text}");
    }
}

#[needs::test("curl")]
fn every_url_that_is_told_is_one_with_tls() {
    let secure = secure(&[]);
    let info = secure.told("GET", "info", "");
    assert_eq!(info["url"], secure.url());
    assert_eq!(info["control"], format!("{}/_linecard/", secure.url()));
    secure.curl(&[&secure.call(QUERY)]);
    let archive = secure.told("GET", "requests.har", "");
    assert_eq!(
        archive["log"]["entries"][0]["request"]["url"],
        format!("{}/access/admin/index.php?api_key=***&{QUERY}", secure.url())
    );
    let json = secure_json();
    let ready: serde_json::Value = serde_json::from_str(&json.served.ready).unwrap();
    for name in ["url", "control", "admin_api", "xc_v2_api"] {
        assert!(
            ready[name].as_str().unwrap().starts_with("https://127.0.0.1:"),
            "{ready}"
        );
    }
}

fn secure_json() -> Secure {
    secure(&["--ready-format=json"])
}

#[needs::test("curl")]
fn a_certificate_is_made_for_whatever_name_a_client_uses() {
    let secure = secure(&["--public-url=https://192.0.2.7:8443"]);
    let port = secure.port();
    for name in ["localhost", "panel.example", "linecard", "a.b.localhost"] {
        let resolved = format!("{name}:{port}:127.0.0.1");
        let url = secure.call(QUERY).replace("127.0.0.1", name);
        assert_eq!(
            secure.curl(&["--resolve", &resolved, &url]),
            (Some(0), LINE.into()),
            "{name}"
        );
    }
    // Addresses are not named in a handshake: the one that clients were told is known from the start.
    let public = secure.call(QUERY).replace("127.0.0.1", "192.0.2.7");
    let other = secure.call(QUERY).replace("127.0.0.1", "192.0.2.8");
    let connect = format!("::127.0.0.1:{port}");
    assert_eq!(
        secure.curl(&["--connect-to", &connect, &public]),
        (Some(0), LINE.into())
    );
    assert_eq!(
        secure.curl(&["--connect-to", &connect, &other]),
        (UNTRUSTED, String::new())
    );
}

#[needs::test("curl")]
fn every_address_of_the_machine_is_known_where_all_are_listened_on() {
    let secure = secure(&["--bind=0.0.0.0:0", "--control-token=secret"]);
    let networks = sysinfo::Networks::new_with_refreshed_list().unwrap();
    let networks = networks.values().flat_map(|network| network.ip_networks());
    let addresses: Vec<_> = networks.map(|network| network.addr).filter(|ip| ip.is_ipv4()).collect();
    assert!(!addresses.is_empty());
    for address in addresses {
        let url = secure.call(QUERY).replace("127.0.0.1", &address.to_string());
        assert_eq!(secure.curl(&[&url]), (Some(0), LINE.into()), "{address}");
    }
}

#[needs::test("curl")]
fn worlds_speak_tls_on_their_ports_and_under_their_names() {
    let secure = secure(&[]);
    let world = secure.told("POST", "worlds", r#"{"name":"one"}"#);
    let (url, named) = (world["url"].as_str().unwrap(), world["host_url"].as_str().unwrap());
    assert!(url.starts_with("https://127.0.0.1:") && url != secure.url(), "{world}");
    assert_eq!(named, format!("https://one.localhost:{}", secure.port()));
    assert_eq!(world["control"], format!("{url}/_linecard/"));
    let resolved = format!("one.localhost:{}:127.0.0.1", secure.port());
    let call = |base: &str, query: &str| {
        let url = secure.call(query).replace(secure.url(), base);
        secure.curl(&["--resolve", &resolved, &url])
    };
    let done = (Some(0), r#"{"status":"STATUS_SUCCESS"}"#.to_owned());
    assert_eq!(call(url, "action=delete_line&id=4521"), done);
    let gone = r#"{"status":"STATUS_FAILURE","data":{},"error":"Line not found."}"#;
    assert_eq!(call(named, QUERY), (Some(0), gone.into()));
    assert_eq!(call(secure.url(), QUERY), (Some(0), LINE.into()));
    let (code, text) = secure.curl(&[&format!("{url}/_linecard/info")]);
    assert!(code == Some(0) && text.contains(&format!(r#""url":"{url}""#)), "{text}");
    assert_eq!(
        secure.told("DELETE", "worlds/one", ""),
        serde_json::json!({"id": "one"})
    );
}

#[needs::test("python3")]
fn python_agrees_to_http_1_1_and_finds_nothing_against_the_certificate() {
    let secure = secure(&[]);
    let script = r"
import socket, ssl, sys, time
ca, port = sys.argv[1:]
for host in ['127.0.0.1', 'localhost', 'world.localhost']:
    for version in [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3]:
        context = ssl.create_default_context(cafile=ca)
        context.verify_flags |= ssl.VERIFY_X509_STRICT
        context.minimum_version = context.maximum_version = version
        context.set_alpn_protocols(['h2', 'http/1.1'])
        with socket.create_connection(('127.0.0.1', int(port))) as plain:
            with context.wrap_socket(plain, server_hostname=host) as secure:
                shown = secure.getpeercert()
                days = (ssl.cert_time_to_seconds(shown['notAfter']) - time.time()) / 86400
                print(host, secure.version(), secure.selected_alpn_protocol(), 395 < days < 397)
";
    let python = Command::new("python3")
        .args(["-c", script, &secure.ca, secure.port()])
        .output();
    let output = python.unwrap();
    let hosts = ["127.0.0.1", "localhost", "world.localhost"];
    let lines = hosts.map(|host| format!("{host} TLSv1.2 http/1.1 True\n{host} TLSv1.3 http/1.1 True\n"));
    let words = String::from_utf8_lossy(&output.stderr);
    assert_eq!(String::from_utf8_lossy(&output.stdout), lines.concat(), "{words}");
}

#[needs::test("curl")]
fn large_requests_and_answers_come_whole() {
    let secure = secure(&[]);
    let openapi = Panel::docs().client().get("/openapi.json").text();
    let url = format!("{}/openapi.json", secure.url());
    // The second one goes over the same connection.
    let both = secure.curl(&[&url, &url]);
    assert!(
        both == (Some(0), format!("{openapi}{openapi}")),
        "{} bytes",
        both.1.len()
    );
    let notes = "x".repeat(300_000);
    let form = format!("{}.form", secure.ca);
    std::fs::write(&form, format!("exp_date=2030-01-01&admin_notes={notes}")).unwrap();
    let (code, made) = secure.curl(&["-d", &format!("@{form}"), &secure.call("action=create_line")]);
    assert!(
        code == Some(0) && made.contains(&notes),
        "{code:?}, {} bytes",
        made.len()
    );
}

#[needs::test("curl")]
fn a_panel_in_a_tests_own_process_can_have_it() {
    let panel = linecard::Panel::builder().seed("docs").tls_self_signed().start();
    let folder = tempfile::tempdir().unwrap();
    let ca = folder.path().join("ca.pem");
    std::fs::write(&ca, panel.tls_ca()).unwrap();
    assert_eq!(panel.url(), format!("https://{}", panel.host()));
    let url = format!("{}?api_key=YOUR_KEY&{QUERY}", panel.admin_api());
    assert_eq!(curl(&["--cacert", ca.to_str().unwrap(), &url]), (Some(0), LINE.into()));
    assert_eq!(linecard::Panel::builder().start().tls_ca(), "");
}
