//! The Xtream-Masters Reseller API: `/{code}/reseller/index.php?api_key=…&action=…`, and `/{code}/` under an access code
//! of its own, answered with `STATUS_*` envelopes (contract "Reseller API").
//!
//! Tables alone: `actions` has a row for each action, `forms` its parameters, `shapes` the keys of its answer, `lists` its
//! search and sort columns. The rules are the panel's (`panel::reselling`); what checks and runs an action is shared with
//! the Admin API.

pub mod actions;
pub mod forms;
pub mod lists;
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
use crate::panel::profiles::{LIVE, XUI};

/// The Reseller API.
pub static RESELLER: XtreamApi = XtreamApi {
    api: Api("reseller"),
    title: "the Reseller API",
    full_title: "the Xtream-Masters Reseller API",
    address: "/CODE/reseller/index.php",
    page: "/reseller/index.php",
    guessed: &PATHS,
    target,
    key: AccessCache::reseller_key,
    role: Role::Reseller,
    credentials: |info| info.reseller_code.as_deref().zip(info.reseller_key.as_deref()),
    actions: actions::ACTIONS,
    variants: &[(&XUI, Variant::Xui), (&LIVE, Variant::Live)],
    common: &COMMON,
    operations: &OPERATIONS,
    failures: &FAILURES,
    texts: Texts {
        introduction: INTRODUCTION,
        key: "A reseller's API key",
        schemes: ["ResellerKey", "ResellerBearer", "ResellerKeyInQuery"],
        failure: "ResellerFailure",
        renamed: &[("get_packages", "packages"), ("package_id", "package")],
        lost,
    },
    index: Index::new(),
};

static OPERATIONS: LazyLock<Vec<Operation>> = LazyLock::new(|| docs::operations(&RESELLER));

/// The paths of the API after an access code of either type.
const PATHS: [&str; 2] = ["/reseller/", "/reseller/index.php"];

/// Returns what a path leads to (section 1).
fn target(kind: AccessCodeKind, rest: &str) -> Option<Target> {
    match (kind, rest) {
        (AccessCodeKind::Nothing, _) => None,
        (AccessCodeKind::Reseller, "") | (_, "/reseller") => Some(Target::Slash),
        (AccessCodeKind::Reseller, "/" | "/index.php") => Some(Target::Api),
        (_, rest) => PATHS.contains(&rest).then_some(Target::Api),
    }
}

/// What every action knows, though only writes heed it (section 4).
const COMMON: [&str; 2] = ["dry_run", "request_id"];

/// All statuses of failures (section 2).
const FAILURES: [&str; 14] = [
    "STATUS_FAILURE",
    "STATUS_EXISTS_USERNAME",
    "STATUS_EXISTS_MAC",
    "STATUS_INVALID_MAC",
    "STATUS_INVALID_DATE",
    "STATUS_INVALID_INPUT",
    "STATUS_INSUFFICIENT_CREDITS",
    "STATUS_INVALID_PACKAGE",
    "STATUS_NO_PERMISSIONS",
    "STATUS_NO_TRIALS",
    "STATUS_INVALID_TYPE",
    "STATUS_INVALID_USERNAME",
    "STATUS_INVALID_PASSWORD",
    "STATUS_INVALID_SUBRESELLER",
];

/// The text of the page before the actions.
const INTRODUCTION: &str = "Every action takes `api_key` and `action`, from query or body, by GET or POST. The key may come in the header\n\
     `X-Api-Key` or `Authorization: Bearer` instead. It is the `api_key` of an enabled account in a group of resellers, or a named key of one.\n\
     A reseller sees and changes what belongs to it and to its sub-resellers. Every action that writes takes `dry_run`; those that create\n\
     take `request_id`. Actions that show things take `show_columns` and `hide_columns`. **Bold** parameters are required.\n";

/// Finds near misses of an unknown path that was probably meant for the Reseller API.
fn lost(_: &AccessCache, sent: &Sent<'_>) -> Option<NearMiss> {
    let (code, rest) = split_path(sent.recorded.path);
    matches!(rest, "/reseller" | "/reseller/" | "/reseller/index.php").then(|| {
        let hint = format!("no access code {code:?} opens the Reseller API; GET /_linecard/info names one that does");
        near_miss("wrong_access_code", hint)
    })
}
