//! An endpoint of the control plane: a row of the table in `routes`, which the pages read too.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use super::problem::Problem;
use super::{Control, PREFIX};
use crate::dialects::php::form;
use crate::http::{Request, Response};

pub type EndpointFuture<'a> = Pin<Box<dyn Future<Output = Result<Response, Problem>> + 'a>>;

/// What answers an endpoint: it is given the name in the path, where there is one.
pub type Run = for<'a> fn(&'a Arc<Control>, &'a Request<'a>, String) -> EndpointFuture<'a>;

/// One endpoint.
pub struct Endpoint {
    pub method: &'static str,
    /// Segments after the prefix; `{name}` stands for any one, of which there is one at most.
    pub path: &'static str,
    /// One sentence.
    pub doc: &'static str,
    pub run: Run,
}

impl Endpoint {
    /// The whole path, as it is shown to people.
    pub fn shown(&self) -> String {
        format!("{PREFIX}{}", self.path)
    }

    /// The first segment of its path.
    pub fn first(&self) -> &'static str {
        self.path.split('/').next().unwrap_or_default()
    }

    /// What stands for the name in this path.
    pub fn name(&self, path: &str) -> String {
        let segments = self.path.split('/').zip(path.split('/'));
        let mut named = segments.filter(|(own, _)| own.starts_with('{'));
        named
            .next()
            .map_or_else(String::new, |(_, name)| form::percent_decode(name.as_bytes()))
    }

    /// Whether a path is its own, whatever the method.
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
