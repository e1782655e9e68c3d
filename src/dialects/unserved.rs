//! Paths where a panel has what Linecard does not serve yet: a request to one is told so, instead of only that nothing
//! answers there. A dialect that is served owns its paths, so no request to it comes here.

use super::Dialects;
use super::near_miss::{NearMiss, near_miss};
use super::recorded::split_path;
use crate::panel::access_cache::{AccessCache, AccessCodeKind};

/// The first segments of paths that need no access code, and what a panel has there; the first that fits counts.
const ROOTS: [(&str, &str); 2] = [("/api/v1", "the billing API"), ("/api", "the NXT Dashboard API")];

/// Returns the near miss of a path at which a panel has something.
pub fn near_miss_of(dialects: Dialects, access: &AccessCache, path: &str) -> Option<NearMiss> {
    let leads = |root: &str| path.strip_prefix(root).is_some_and(is_end_of_segment);
    let root = ROOTS.iter().find(|(root, _)| leads(root)).map(|(_, what)| *what);
    match root.or_else(|| under_code(access, path)) {
        Some(what) => Some(not_served(dialects, what)),
        None => {
            let (code, _) = split_path(path);
            let is_code = access.code(code).is_some();
            is_code.then(|| near_miss("wrong_path", format!("nothing answers there: {}", dialects.answering())))
        }
    }
}

/// Returns what a panel has at a path that begins with an access code.
fn under_code(access: &AccessCache, path: &str) -> Option<&'static str> {
    let (code, rest) = split_path(path);
    match (access.code(code)?.kind, rest) {
        (AccessCodeKind::Nothing, _) => Some("what an access code of this type opens (pages, portals, players)"),
        _ => None,
    }
}

fn is_end_of_segment(rest: &str) -> bool {
    rest.is_empty() || rest.starts_with('/')
}

/// Creates the near miss of a part of a panel that is not served.
pub fn not_served(dialects: Dialects, what: &str) -> NearMiss {
    near_miss(
        "not_served",
        format!("{what} is not served yet: {} are", dialects.addresses()),
    )
}
