//! Answers of a web server or proxy in front of the panel: pages and redirects.

use actix_web::http::header::{HeaderName, SERVER};

use crate::dialects::php::form::{Form, Limits};
use crate::dialects::presets::PresetContext;
use crate::http::Response;

/// The number of redirects in a chain; clients give up after ten or twenty.
const HOPS: u32 = 5;

/// The query parameter that counts the redirects of a chain.
const HOP: &str = "linecard_hop";

/// An HTML page.
pub fn page(status: u16, title: &str, text: &str) -> Response {
    let html = format!("<html>\r\n<head><title>{title}</title></head>\r\n<body><h1>{text}</h1></body>\r\n</html>\r\n");
    Response::new(status, "text/html", html)
}

/// A status without a body.
pub fn nothing(status: u16) -> Response {
    Response::empty(status)
}

/// A proxy's challenge, which only a browser can solve.
pub fn challenge() -> Response {
    let mut answer = page(403, "Just a moment...", "Checking your browser before you go on.");
    answer.headers = vec![
        (SERVER, "cloudflare".into()),
        (HeaderName::from_static("cf-mitigated"), "challenge".into()),
    ];
    answer
}

/// The next redirect of a chain; `None` after the last one.
pub fn redirect_chain(about: &PresetContext<'_>) -> Option<Response> {
    let query = Form::parse(about.query.as_bytes(), Limits::PHP);
    let hops: u32 = query.text(HOP).and_then(|hops| hops.parse().ok()).unwrap_or(0);
    if hops >= HOPS {
        return None;
    }
    let others = about
        .query
        .split('&')
        .filter(|part| !part.is_empty() && !part.starts_with(HOP));
    let mut parts: Vec<&str> = others.collect();
    let hop = format!("{HOP}={}", hops + 1);
    parts.push(&hop);
    Some(redirect(about, &parts.join("&")))
}

/// A redirect to the address of the request.
pub fn redirect_loop(about: &PresetContext<'_>) -> Response {
    redirect(about, about.query)
}

/// Removes the counter of a redirect chain from a query; `None` if it has none.
pub fn without_hop(query: &str) -> Option<&str> {
    let at = query
        .rfind(HOP)
        .filter(|at| !query.get(*at..).unwrap_or_default().contains('&'))?;
    let rest = query.get(..at)?;
    Some(rest.strip_suffix('&').unwrap_or(rest))
}

fn redirect(about: &PresetContext<'_>, query: &str) -> Response {
    let position = if query.is_empty() { "" } else { "?" };
    // After 307 a client repeats the POST; after 302 it would send GET.
    let status = if matches!(about.method, "GET" | "HEAD") {
        302
    } else {
        307
    };
    Response {
        location: Some(format!("{}{position}{query}", about.path)),
        ..nothing(status)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_panel_does_not_see_what_a_chain_counts() {
        for (query, rest) in [
            ("", ""),
            ("a=1", "a=1"),
            ("linecard_hop=5", ""),
            ("a=1&linecard_hop=5", "a=1"),
            ("linecard_hop=5&a=1", "linecard_hop=5&a=1"),
        ] {
            assert_eq!(without_hop(query).unwrap_or(query), rest, "{query}");
        }
    }
}
