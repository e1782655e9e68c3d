//! The Xtream-Masters Admin API: `/{code}/admin/index.php?api_key=…&action=…`, answered with
//! `STATUS_*` envelopes.
//!
//! Tables alone: `actions` has a row for each action, `forms` its parameters, `shapes` the keys of its answer, `lists` its
//! search and sort columns. What runs them is shared with the Reseller API.

pub mod actions;
pub mod forms;
pub mod lists;
mod operations;
mod query;
pub mod shapes;
pub mod xui;

use std::sync::LazyLock;

use super::api::{Index, Texts, XtreamApi};
use super::docs;
use super::gate::Target;
use super::variant::Variant;
use crate::dialects::Api;
use crate::dialects::near_miss::{NearMiss, near_miss};
use crate::dialects::operation::Operation;
use crate::dialects::recorded::{Sent, split_path};
use crate::panel::access_cache::{AccessCache, AccessCodeKind};
use crate::panel::lookups::Role;
use crate::panel::profiles::XUI;

/// The Admin API.
pub static ADMIN: XtreamApi = XtreamApi {
    api: Api("admin"),
    title: "the Admin API",
    full_title: "the Xtream-Masters Admin API",
    address: "/CODE/admin/index.php",
    page: "/admin/index.php",
    guessed: &PATHS,
    target,
    key: AccessCache::admin_key,
    role: Role::Administrator,
    credentials: |info| info.access_code.as_deref().zip(info.api_key.as_deref()),
    actions: actions::ACTIONS,
    variants: &[(&XUI, Variant::Xui)],
    common: &[],
    operations: &OPERATIONS,
    failures: &FAILURES,
    texts: Texts {
        introduction: INTRODUCTION,
        key: "An administrator's API key",
        schemes: ["AdminKey", "AdminBearer", "AdminKeyInQuery"],
        failure: "AdminFailure",
        renamed: &[("packages", "get_packages"), ("package", "package_id")],
        lost,
    },
    index: Index::new(),
};

static OPERATIONS: LazyLock<Vec<Operation>> = LazyLock::new(|| docs::operations(&ADMIN));

/// The paths of the API after the access code.
const PATHS: [&str; 4] = ["/", "/index.php", "/admin/", "/admin/index.php"];

/// Returns what a path leads to (contract, section 1).
fn target(kind: AccessCodeKind, rest: &str) -> Option<Target> {
    match (kind, rest) {
        (AccessCodeKind::Admin, "" | "/admin") => Some(Target::Slash),
        (AccessCodeKind::Admin, rest) if PATHS.contains(&rest) => Some(Target::Api),
        _ => None,
    }
}

/// All statuses of failures (contract, section 5).
const FAILURES: [&str; 9] = [
    "STATUS_FAILURE",
    "STATUS_EXISTS_USERNAME",
    "STATUS_EXISTS_MAC",
    "STATUS_INVALID_MAC",
    "STATUS_INVALID_DATE",
    "STATUS_INVALID_INPUT",
    "STATUS_INSUFFICIENT_CREDITS",
    "STATUS_INVALID_PACKAGE",
    "STATUS_NO_PERMISSIONS",
];

/// The text of the page before the actions.
const INTRODUCTION: &str = "Every action takes `api_key` and `action`, from query or body, by GET or POST. The key may come in the header\n\
     `X-Api-Key` or `Authorization: Bearer` instead. It is an administrator's `api_key`, or a named key, which `linecard key create NAME --user\n\
     USERNAME` makes; an action beyond its scopes is answered `STATUS_NO_PERMISSIONS`. Actions that show things take `show_columns` and `hide_columns`. **Bold** parameters are required.\n";

/// Finds near misses of an unknown path that was probably meant for the Admin API.
fn lost(access: &AccessCache, sent: &Sent<'_>) -> Option<NearMiss> {
    let path = sent.recorded.path;
    let (code, rest) = split_path(path);
    if code == "admin" || rest == "/admin/api.php" || path.ends_with("/api.php") {
        return Some(near_miss("wrong_path", sent.dialects.answering()));
    }
    matches!(rest, "/admin" | "/admin/" | "/admin/index.php" | "/index.php").then(|| {
        let hint = format!("no access code {code:?} opens the Admin API; GET /_linecard/info names one that does");
        NearMiss {
            // A code is partly secret, so only readers of the journal see it.
            inside: access.code_like(code).map(|close| format!("did you mean {close}?")),
            ..near_miss("wrong_access_code", hint)
        }
    })
}
