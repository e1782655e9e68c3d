//! `GET /_linecard/`: the list of endpoints, as JSON or as an HTML page.

use std::borrow::Cow;
use std::fmt::Write;

use actix_web::http::header::{ACCEPT, VARY};
use serde::Serialize;
use utoipa::ToSchema;

use super::endpoint::Endpoint;
use super::members::answer;
use super::{API, Control};
use crate::http::{Request, Response};

/// The style sheet of the page.
const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;\
     color-scheme:light dark}td{padding:.2rem 1rem .2rem 0;vertical-align:top}code{white-space:nowrap}";

/// Answers the list.
pub fn show(control: &Control, request: &Request<'_>, endpoints: &[Endpoint]) -> Response {
    let mut response = match wants_page(request.header(ACCEPT).unwrap_or_default()) {
        true => Response::new(200, "text/html; charset=utf-8", page(control, endpoints)),
        false => answer(&links(endpoints)),
    };
    response.headers.push((VARY, "Accept".into()));
    response
}

/// Whether the client is a browser: its `Accept` names HTML, with a higher weight than JSON.
fn wants_page(accept: &str) -> bool {
    let weight = |media_type: &str| {
        let mut ranges = accept.split(',').map(|range| range.split(';').map(str::trim));
        ranges.find_map(|mut range| {
            let is_it = range.next()?.eq_ignore_ascii_case(media_type);
            let weight = range
                .find_map(|part| part.strip_prefix("q="))
                .map_or(Ok(1.0), str::parse);
            is_it.then_some(weight.unwrap_or(0.0_f64))
        })
    };
    weight("text/html").is_some_and(|html| html > weight("application/json").unwrap_or(0.0))
}

/// The endpoints of the control plane.
#[derive(Serialize, ToSchema)]
pub struct Index {
    /// The level of the API, which only grows.
    api: u32,
    version: &'static str,
    links: Vec<Link>,
}

/// An endpoint.
#[derive(Serialize, ToSchema)]
pub struct Link {
    method: &'static str,
    path: String,
    doc: &'static str,
}

fn links(endpoints: &[Endpoint]) -> Index {
    let links = endpoints.iter().map(|route| Link {
        method: route.method,
        path: route.shown(),
        doc: route.doc,
    });
    Index {
        api: API,
        version: env!("CARGO_PKG_VERSION"),
        links: links.collect(),
    }
}

/// Writes the page, which loads no further files.
fn page(control: &Control, endpoints: &[Endpoint]) -> String {
    let world = escaped(control.world());
    let mut html = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>Linecard: {world}</title>\
         <style>{STYLE}</style></head>\n<body><h1>Linecard {}</h1>\n\
         <p>The control plane of the panel <b>{world}</b>. Bodies are JSON objects.</p>\n<table>\n",
        env!("CARGO_PKG_VERSION"),
    );
    for route in endpoints {
        let _ = writeln!(
            html,
            "<tr><td>{}</td><td>{}</td><td>{}</td></tr>",
            route.method,
            path(route),
            escaped(route.doc)
        );
    }
    html.push_str("</table></body></html>\n");
    html
}

/// Writes the path of an endpoint, as a link if a browser can open it.
fn path(route: &Endpoint) -> String {
    let shown = route.shown();
    let shown = escaped(&shown);
    match route.method == "GET" && !shown.contains('{') {
        true => format!("<a href=\"{shown}\"><code>{shown}</code></a>"),
        false => format!("<code>{shown}</code>"),
    }
}

/// Escapes a text for HTML content or an attribute.
fn escaped(text: &str) -> Cow<'_, str> {
    if !text.contains(['&', '<', '>', '"', '\'']) {
        return text.into();
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_for_those_who_name_html() {
        for (accept, page) in [
            ("", false),
            ("*/*", false),
            ("application/json", false),
            ("application/json, text/html", false),
            ("text/html;q=0", false),
            ("text/html;q=x", false),
            ("text/html;q=0.5, application/json", false),
            ("text/html", true),
            ("TEXT/HTML ; level=1; q=0.5", true),
            ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", true),
            ("application/json;q=0.5, text/html", true),
        ] {
            assert_eq!(wants_page(accept), page, "{accept:?}");
        }
    }

    #[test]
    fn nothing_is_markup() {
        assert_eq!(escaped("plain"), "plain");
        assert_eq!(
            escaped(r#"<a href="x">'&'</a>"#),
            "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;"
        );
    }
}
