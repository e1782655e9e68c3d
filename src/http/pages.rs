//! The pages that a web server in front of a panel would show.

use super::Response;
use crate::panel::Error;

const HTML: &str = "text/html";

/// The page for everything that is not there.
pub fn not_found() -> Response {
    Response::new(404, HTML, page("404 Not Found"))
}

/// The page for one request too many.
pub fn too_many() -> Response {
    Response::new(503, HTML, page("503 Service Temporarily Unavailable"))
}

/// The page for a panel that is busy or broken.
pub fn failure(error: &Error) -> Response {
    if let Error::Internal(cause) = error {
        tracing::error!(%cause, "a request failed");
    }
    match error {
        Error::Busy => too_many(),
        _ => Response::new(500, HTML, page("500 Internal Server Error")),
    }
}

/// The same path with a slash, query string kept.
pub fn with_slash(path: &str, query: &str) -> Response {
    let query = if query.is_empty() {
        String::new()
    } else {
        format!("?{query}")
    };
    Response {
        location: Some(format!("{path}/{query}")),
        ..Response::new(301, HTML, page("301 Moved Permanently"))
    }
}

fn page(title: &str) -> String {
    format!(
        "<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n\
         <hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
    )
}
