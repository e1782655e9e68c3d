//! Near misses of requests to the player APIs.

use super::api::actions::Action;
use super::paths::{ACTIONS, login, parts, short};
use crate::dialects::hints::unknown_action as unknown;
use crate::dialects::near_miss::{NearMiss, near_miss};
use crate::dialects::recorded::Sent;
use crate::panel::access_cache::AccessCache;
use crate::panel::profiles::XUI;

/// File extensions of live streams.
const LIVE: [&str; 2] = ["ts", "m3u8"];
/// Calls of the portal that need no token.
const OPEN_CALLS: [&str; 5] = ["handshake", "get_ad", "get_storages", "get_countries", "log"];

/// Reports a call of the portal at a path that is not the portal's.
pub fn lost_portal(sent: &Sent<'_>) -> Option<NearMiss> {
    let is_call = sent.variable("type").is_some() && sent.variable("action").is_some() && mac(sent);
    is_call.then(|| {
        let hint = "this is a call of a MAG device; portals answer at /c/ and /portal.php";
        near_miss("portal_path", hint)
    })
}

/// Whether a cookie of this name was sent.
fn cookie(sent: &Sent<'_>, name: &str) -> bool {
    let all = sent.header("cookie").unwrap_or_default().split(';');
    let mut named = all.filter_map(|one| one.trim().split_once('='));
    named.any(|(of, value)| of == name && !value.is_empty())
}

fn mac(sent: &Sent<'_>) -> bool {
    cookie(sent, "mac") || sent.variable("mac").is_some()
}

/// Reports credentials outside of `username` and `password` of the query or the form.
pub fn misplaced_login(access: &AccessCache, sent: &Sent<'_>, _: Option<&str>) -> Option<NearMiss> {
    if access.settings.profiles.has(&XUI) && (!sent.recorded.path.ends_with(".php") || sent.variable("token").is_some())
    {
        return None;
    }
    if sent.variable("username").is_some() && sent.variable("password").is_some() {
        return None;
    }
    let is_basic = |value: &str| {
        value
            .get(..6)
            .is_some_and(|scheme| scheme.eq_ignore_ascii_case("basic "))
    };
    let place = if sent.header("authorization").is_some_and(is_basic) {
        "the header authorization"
    } else if parts(sent.recorded.path).len() > 2 {
        "the path"
    } else if sent.is_json() {
        "a JSON body"
    } else {
        return None;
    };
    let hint = format!("a login came in {place}: it is read from `username` and `password` of the query or the form");
    Some(near_miss("misplaced_login", hint))
}

/// Reports a stream's credentials in the query; they are read from the path.
pub fn login_in_query(_: &AccessCache, sent: &Sent<'_>, _: Option<&str>) -> Option<NearMiss> {
    let is_query = sent.recorded.path.starts_with("/streaming/") || login(sent.recorded.path).is_some();
    (!is_query && sent.variable("username").is_some() && sent.variable("password").is_some()).then(|| {
        let hint = "a login came in the query: a stream's is read from the path, as /live/USERNAME/PASSWORD/ID.ts";
        near_miss("misplaced_login", hint)
    })
}

pub fn unknown_action(access: &AccessCache, sent: &Sent<'_>, action: Option<&str>) -> Option<NearMiss> {
    let action = action?;
    if Action::find(action, access.settings.profiles).is_some() {
        return None;
    }
    Some(unknown(access, sent, Some(action), ACTIONS.iter()))
}

/// Reports a playlist request without a format.
pub fn missing_form(_: &AccessCache, sent: &Sent<'_>, _: Option<&str>) -> Option<NearMiss> {
    const FORMS: [(&str, &str); 2] = [("type", "m3u_plus"), ("output", "ts")];
    let lacking = FORMS.iter().filter(|(name, _)| sent.variable(name).is_none());
    let words: Vec<String> = lacking
        .map(|(name, usual)| format!("`{name}` is missing, which panels take for {usual}"))
        .collect();
    (!words.is_empty()).then(|| near_miss("missing_parameter", words.join("; ")))
}

pub fn lacks_slash(_: &AccessCache, sent: &Sent<'_>, _: Option<&str>) -> Option<NearMiss> {
    let folder = sent.recorded.path;
    matches!(folder, "/c" | "/stalker_portal" | "/stalker_portal/c").then(|| {
        let page = if folder.ends_with("/c") { "" } else { "/c" };
        let hint = format!("a device's portal is at {folder}{page}/, with a slash at the end");
        near_miss("missing_slash", hint)
    })
}

/// Reports a call of the portal without the token of its handshake.
pub fn lacks_token(_: &AccessCache, sent: &Sent<'_>, _: Option<&str>) -> Option<NearMiss> {
    let action = sent.variable("action")?;
    if !mac(sent) {
        let hint = "a portal knows a device by its cookie `mac`, or the parameter of that name: neither came";
        return Some(near_miss("portal_session", hint));
    }
    let bearer = sent
        .header("authorization")
        .is_some_and(|value| value.starts_with("Bearer "));
    let is_known = bearer || cookie(sent, "token") || sent.variable("token").is_some();
    (!is_known && !OPEN_CALLS.contains(&action)).then(|| {
        let hint = "a portal answers this only with the token of a handshake, as `Authorization: Bearer TOKEN`";
        near_miss("portal_session", hint)
    })
}

/// Reports an unsupported file extension of a live stream.
pub fn other_extension(_: &AccessCache, sent: &Sent<'_>, _: Option<&str>) -> Option<NearMiss> {
    let path = sent.recorded.path;
    let all = parts(path);
    let is_live = all.first() == Some(&"live") || short(path).is_some();
    let (_, extension) = all.last()?.rsplit_once('.')?;
    (is_live && !LIVE.contains(&extension)).then(|| {
        let hint = format!("a live stream is offered as .ts and .m3u8, not as .{extension}");
        near_miss("stream_extension", hint)
    })
}
