//! The gate of a control plane without a token, which only this machine may call (contract "The fixture",
//! principle 5). A web page in a browser on this machine is not this machine: its requests name a foreign host
//! (DNS rebinding) or a foreign origin, or have a body of a type that a page can send without being asked.

use actix_web::http::Uri;
use actix_web::http::header::{HeaderName, ORIGIN};

use super::problem::Problem;
use crate::http::{Request, RequestBody};

/// The header in which browsers say whose page a request is from.
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The body types that a page can send to any server without asking it first (a "simple" request of CORS).
const SIMPLE_TYPES: [&str; 3] = ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"];

/// Refuses a request that this machine did not send itself; `public` is the public URL.
///
/// # Errors
/// What is foreign about the request.
pub fn admit_caller(request: &Request<'_>, public: Option<&str>) -> Result<(), Problem> {
    if !request.is_this_machine {
        return Err(forbidden(
            "not_this_machine",
            "without a token only this machine may call, and not through a proxy",
            "start the server with --control-token TOKEN and send `Authorization: Bearer TOKEN`",
        ));
    }
    if !request.host().is_some_and(|host| is_own_host(host, public)) {
        return Err(forbidden(
            "foreign_host",
            "the Host is not this machine's",
            "call 127.0.0.1, localhost, a name below localhost, or the host of --public-url; or use a --control-token",
        ));
    }
    let is_foreign = |origin: &str| {
        !origin
            .split_once("://")
            .is_some_and(|(_, host)| is_own_host(host, public))
    };
    let is_cross_site = request.header(SEC_FETCH_SITE).is_some_and(|site| site == "cross-site");
    if is_cross_site
        || request
            .headers
            .get(ORIGIN)
            .is_some_and(|origin| origin.to_str().map_or(true, is_foreign))
    {
        return Err(forbidden(
            "foreign_origin",
            "a page of another site sent this request",
            "call from a page of this machine or from a program; or use a --control-token",
        ));
    }
    Ok(())
}

/// Refuses a body of a type that a web page can send without being asked.
///
/// # Errors
/// The type is one of [`SIMPLE_TYPES`] or missing.
pub fn admit_body(request: &Request<'_>) -> Result<(), Problem> {
    let has_body = matches!(request.body, RequestBody::Whole(bytes) if !bytes.is_empty());
    if !has_body || !is_simple(request.content_type()) {
        return Ok(());
    }
    Err(Problem::new(
        415,
        "unsupported_media_type",
        "a body needs a type that a web page cannot send by itself",
        "send `Content-Type: application/json`",
    ))
}

fn forbidden(kind: &'static str, detail: &str, hint: &str) -> Problem {
    Problem::new(403, kind, detail, hint)
}

/// Whether a body's type is one of [`SIMPLE_TYPES`] or missing.
fn is_simple(content_type: Option<&str>) -> bool {
    let essence = content_type
        .and_then(|text| text.split(';').next())
        .unwrap_or_default()
        .trim();
    essence.is_empty() || SIMPLE_TYPES.iter().any(|simple| simple.eq_ignore_ascii_case(essence))
}

/// Whether a host, with or without a port, is this machine's: a loopback address, `localhost`, a name below it,
/// or the public URL's host.
fn is_own_host(host: &str, public: Option<&str>) -> bool {
    let Some(name) = name_of(host) else {
        return false;
    };
    let public = public
        .and_then(|url| url.split_once("://")?.1.split('/').next())
        .and_then(name_of);
    let is_loopback = name
        .trim_start_matches('[')
        .trim_end_matches(']')
        .parse::<std::net::IpAddr>()
        .is_ok_and(|ip| ip.to_canonical().is_loopback());
    is_loopback || name == "localhost" || name.ends_with(".localhost") || public.is_some_and(|public| public == name)
}

/// The name in `host:port`, in lower case.
fn name_of(host: &str) -> Option<String> {
    let authority = Uri::builder()
        .scheme("http")
        .authority(host)
        .path_and_query("/")
        .build()
        .ok()?;
    let name = authority.host()?.trim_end_matches('.').to_ascii_lowercase();
    (!host.contains('@') && !name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_this_machines_by_its_name_alone() {
        let public = Some("https://panel.example:8443/base");
        for host in [
            "127.0.0.1",
            "127.0.0.1:8080",
            "127.9.9.9:1",
            "[::1]",
            "[::1]:8080",
            "[::ffff:127.0.0.1]:1",
            "localhost",
            "LocalHost:80",
            "localhost.:80",
            "world-1.localhost:8080",
            "panel.example",
            "PANEL.example:1",
        ] {
            assert!(is_own_host(host, public), "{host}");
        }
        for host in [
            "",
            ":80",
            "evil.example",
            "evil.example:8080",
            "localhost.evil.example",
            "notlocalhost",
            "127.0.0.1.nip.io",
            "192.0.2.1",
            "[2001:db8::1]",
            "0.0.0.0",
            "localhost@evil.example",
            "evil.example/localhost",
            "null",
            "panel.example.evil",
            " ",
        ] {
            assert!(!is_own_host(host, public), "{host}");
        }
        assert!(!is_own_host("panel.example", None));
    }

    #[test]
    fn a_body_has_a_type_that_no_page_sends_unasked() {
        for simple in [
            None,
            Some(""),
            Some("text/plain; charset=utf-8"),
            Some("Multipart/Form-Data; boundary=x"),
        ] {
            assert!(is_simple(simple), "{simple:?}");
        }
        for other in [
            "application/json",
            "application/json; charset=utf-8",
            "application/yaml",
            "application/vnd.sqlite3",
        ] {
            assert!(!is_simple(Some(other)), "{other}");
        }
    }
}
