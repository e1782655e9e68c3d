//! The URL under which the client of a request reached the panel (contract "Player side", section 2, "Base URL").

use actix_web::http::header::{HeaderName, X_FORWARDED_HOST};

use crate::http::address::Address;
use crate::http::{Exchange, Request};

static X_FORWARDED_PORT: HeaderName = HeaderName::from_static("x-forwarded-port");

/// Its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl {
    pub scheme: String,
    pub host: String,
    /// Never empty.
    pub port: String,
    /// What stands between the host and the paths of the panel: nothing, or a path with a slash before it.
    prefix: String,
}

impl BaseUrl {
    /// Returns that of a request.
    pub fn of(exchange: &Exchange, request: &Request<'_>) -> BaseUrl {
        if let Some(public) = exchange.address.public() {
            return BaseUrl::parse(&public, "");
        }
        let trusted = exchange.panel.settings().trusted_proxies.hold(request.peer);
        let said = |name: &HeaderName| request.header(name).filter(|_| trusted);
        // The listener's port says nothing of a host that a proxy names.
        let socket = match said(&X_FORWARDED_HOST) {
            Some(_) => "",
            None => exchange.address.socket(),
        };
        let base = BaseUrl::parse(&exchange.address.url(&exchange.panel, request), socket);
        match said(&X_FORWARDED_PORT).and_then(|port| port.trim().parse::<u16>().ok()) {
            Some(port) => BaseUrl {
                port: port.to_string(),
                ..base
            },
            None => base,
        }
    }

    /// Returns that of what is told without a request: the public one, or the listener's own.
    pub fn of_server(address: &Address) -> BaseUrl {
        match address.public() {
            Some(public) => BaseUrl::parse(&public, ""),
            None => BaseUrl::parse(address.socket(), ""),
        }
    }

    /// Splits a URL; one without a port has that of `socket`, the listener's URL, unless it has another scheme.
    fn parse(url: &str, socket: &str) -> BaseUrl {
        let (scheme, host, port, prefix) = split(url);
        let (own_scheme, _, own_port, _) = split(socket);
        let own = own_port.filter(|_| own_scheme == scheme);
        BaseUrl {
            scheme: scheme.to_owned(),
            host: host.to_owned(),
            port: port.or(own).unwrap_or(usual_port(scheme)).to_owned(),
            prefix: prefix.to_owned(),
        }
    }

    /// Returns it as links begin: without a slash at its end, and without the usual port of its scheme.
    pub fn text(&self) -> String {
        let BaseUrl {
            scheme,
            host,
            port,
            prefix,
        } = self;
        match port == usual_port(scheme) {
            true => format!("{scheme}://{host}{prefix}"),
            false => format!("{scheme}://{host}:{port}{prefix}"),
        }
    }
}

fn usual_port(scheme: &str) -> &'static str {
    if scheme == "https" { "443" } else { "80" }
}

/// Returns scheme, host, port and path of a URL.
fn split(url: &str) -> (&str, &str, Option<&str>, &str) {
    let (scheme, rest) = url.split_once("://").unwrap_or(("http", url));
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    // The colons of an IPv6 address stand in brackets.
    match authority.rsplit_once(':').filter(|(_, port)| !port.contains(']')) {
        Some((host, port)) => (scheme, host, Some(port), path),
        None => (scheme, authority, None, path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_url_has_a_port() {
        let socket = "http://127.0.0.1:8080";
        for (url, scheme, host, port, text) in [
            (
                "http://127.0.0.1:8080",
                "http",
                "127.0.0.1",
                "8080",
                "http://127.0.0.1:8080",
            ),
            (
                "http://panel.example",
                "http",
                "panel.example",
                "8080",
                "http://panel.example:8080",
            ),
            (
                "http://panel.example:80",
                "http",
                "panel.example",
                "80",
                "http://panel.example",
            ),
            (
                "https://panel.example",
                "https",
                "panel.example",
                "443",
                "https://panel.example",
            ),
            (
                "https://panel.example:8443/a/b",
                "https",
                "panel.example",
                "8443",
                "https://panel.example:8443/a/b",
            ),
            ("http://[::1]:81", "http", "[::1]", "81", "http://[::1]:81"),
            ("http://[::1]", "http", "[::1]", "8080", "http://[::1]:8080"),
        ] {
            let base = BaseUrl::parse(url, socket);
            assert_eq!((&*base.scheme, &*base.host, &*base.port), (scheme, host, port), "{url}");
            assert_eq!(base.text(), text);
        }
        assert_eq!(BaseUrl::parse("http://panel.example", "").port, "80");
    }
}
