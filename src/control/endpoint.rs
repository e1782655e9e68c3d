//! An endpoint of the control plane: a row of the table in `routes`, from which pages are generated too.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use super::problem::Problem;
use super::{Control, PREFIX};
use crate::dialects::php::form;
use crate::http::{Request, Response};

pub type EndpointFuture<'a> = Pin<Box<dyn Future<Output = Result<Response, Problem>> + 'a>>;

/// The handler of an endpoint; its last argument is the name in the path, or empty.
pub type Run = for<'a> fn(&'a Arc<Control>, &'a Request<'a>, String) -> EndpointFuture<'a>;

/// An endpoint.
pub struct Endpoint {
    pub method: &'static str,
    /// Segments after the prefix; at most one is `{name}`, which matches any segment.
    pub path: &'static str,
    /// The description, one sentence.
    pub doc: &'static str,
    pub run: Run,
}

impl Endpoint {
    /// Returns the whole path, as it is displayed.
    pub fn shown(&self) -> String {
        format!("{PREFIX}{}", self.path)
    }

    /// Returns the first segment of the path.
    pub fn first(&self) -> &'static str {
        self.path.split('/').next().unwrap_or_default()
    }

    /// Returns the segment of `path` that matches `{name}`, decoded.
    pub fn name(&self, path: &str) -> String {
        let segments = self.path.split('/').zip(path.split('/'));
        let mut named = segments.filter(|(own, _)| own.starts_with('{'));
        named
            .next()
            .map_or_else(String::new, |(_, name)| form::percent_decode(name.as_bytes()))
    }

    /// Whether `path` is this endpoint's, whatever the method.
    pub fn is_at(&self, path: &str) -> bool {
        let (mut own, mut theirs) = (self.path.split('/'), path.split('/'));
        loop {
            match (own.next(), theirs.next()) {
                (None, None) => return true,
                (Some(own), Some(theirs)) if own == theirs || own.starts_with('{') && !theirs.is_empty() => {}
                _ => return false,
            }
        }
    }
}
