//! The stored head of a request: method, URL, then name and value of each header, one line each, in one allocation.

use actix_web::http::header::HeaderName;

use crate::http::Request;

/// A stored head.
#[derive(Debug)]
pub struct Head(Box<str>);

impl Head {
    /// Stores a head. The names of headers are in lower case.
    pub fn new<'a, I>(method: &str, (path, query): (&str, &str), headers: impl Fn() -> I) -> Head
    where
        I: Iterator<Item = (&'a str, &'a [u8])>,
    {
        // The length is computed first, because a journal stores many thousands of heads: no spare capacity.
        let lengths = headers().map(|(name, value)| name.len() + value.len() + 2);
        let length = method.len() + path.len() + query.len() + 2 + lengths.sum::<usize>();
        let mut head = String::with_capacity(length);
        head.push_str(method);
        head.push('\n');
        head.push_str(path);
        if !query.is_empty() {
            head.push('?');
            head.push_str(query);
        }
        for (name, value) in headers() {
            head.push('\n');
            head.push_str(name);
            head.push('\n');
            head.push_str(&String::from_utf8_lossy(value));
        }
        Head(head.into_boxed_str())
    }

    /// Stores the head of a request that has arrived.
    pub fn of_request(request: &Request<'_>) -> Head {
        // Hop-by-hop headers belong to the connection, not to the request.
        let own = |name: &HeaderName| {
            !matches!(
                name.as_str(),
                "connection" | "keep-alive" | "transfer-encoding" | "upgrade"
            )
        };
        let headers = || {
            let all = request.headers.iter().filter(|(name, _)| own(name));
            all.map(|(name, value)| (name.as_str(), value.as_bytes()))
        };
        let target = match request.sent {
            Some(sent) => (sent, ""),
            None => (request.path, request.query),
        };
        Head::new(request.method, target, headers)
    }

    /// Returns the method.
    pub fn method(&self) -> &str {
        self.0.split('\n').next().unwrap_or_default()
    }

    /// Returns the path with its query.
    pub fn url(&self) -> &str {
        self.0.split('\n').nth(1).unwrap_or_default()
    }

    /// Returns the headers, sorted by name.
    pub fn headers(&self) -> Vec<(&str, &str)> {
        let mut lines = self.0.split('\n').skip(2);
        let mut all: Vec<(&str, &str)> = std::iter::from_fn(|| Some((lines.next()?, lines.next()?))).collect();
        all.sort_by_key(|(name, _)| *name);
        all
    }

    /// Returns its memory, in bytes.
    pub fn weight(&self) -> usize {
        self.0.len()
    }
}
