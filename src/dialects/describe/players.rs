//! The player side, which Linecard does not answer yet: which part of it a path leads to, whose
//! credentials the path carries, and what is odd about a request to it (contract "Player side", sections 1,
//! 5, 7, 10 and 14).

use super::near_misses::{near_miss, no_such, other_api};
use super::{NearMiss, Sent, Summary};
use crate::dialects::xc_v2::actions::Generation;

/// A part of the player side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Player {
    Api,
    Panel,
    Playlist,
    Guide,
    Enigma,
    Portal,
    Stream,
}

/// What is known of a part: its name as tests write it, and what it is called in hints.
struct Part {
    player: Player,
    name: &'static str,
    what: &'static str,
}

#[rustfmt::skip] // One row a line: these are tables.
const PARTS: [Part; 7] = [
    Part { player: Player::Api,      name: "player_api", what: "the player API" },
    Part { player: Player::Panel,    name: "panel_api",  what: "the player API" },
    Part { player: Player::Playlist, name: "playlist",   what: "the playlist" },
    Part { player: Player::Guide,    name: "xmltv",      what: "the guide" },
    Part { player: Player::Enigma,   name: "enigma2",    what: "the API of Enigma2 devices" },
    Part { player: Player::Portal,   name: "portal",     what: "the portal of MAG devices" },
    Part { player: Player::Stream,   name: "stream",     what: "a stream" },
];

/// Where they are: the beginning of a path, up to a slash or the end.
#[rustfmt::skip]
const PATHS: [(&str, Player); 19] = [
    ("/player_api.php",       Player::Api),
    ("/panel_api.php",        Player::Panel),
    ("/get.php",              Player::Playlist),
    ("/xmltv.php",            Player::Guide),
    ("/enigma2.php",          Player::Enigma),
    ("/portal.php",           Player::Portal),
    ("/server/load.php",      Player::Portal),
    ("/c",                    Player::Portal),
    ("/stalker_portal",       Player::Portal),
    ("/live",                 Player::Stream),
    ("/movie",                Player::Stream),
    ("/series",               Player::Stream),
    ("/timeshift",            Player::Stream),
    ("/timeshifts",           Player::Stream),
    ("/streaming",            Player::Stream),
    ("/auth",                 Player::Stream),
    ("/vauth",                Player::Stream),
    ("/tsauth",               Player::Stream),
    ("/hls",                  Player::Stream),
];

/// The actions of the player API, each of which has a number too, from [`FIRST_NUMBER`] on.
const ACTIONS: [&str; 10] = [
    "get_vod_categories",
    "get_live_categories",
    "get_live_streams",
    "get_vod_streams",
    "get_series_info",
    "get_short_epg",
    "get_series_categories",
    "get_simple_data_table",
    "get_series",
    "get_vod_info",
];
const FIRST_NUMBER: usize = 200;

/// Beginnings of streams' paths behind which come a username and a password.
const WITH_LOGIN: [&str; 5] = ["live", "movie", "series", "timeshift", "timeshifts"];
/// Beginnings behind which comes a token.
const WITH_TOKEN: [&str; 4] = ["auth", "vauth", "tsauth", "hls"];
/// What a live stream is offered as.
const LIVE: [&str; 2] = ["ts", "m3u8"];
/// Calls of the portal that need no token.
const OPEN_CALLS: [&str; 5] = ["handshake", "get_ad", "get_storages", "get_countries", "log"];

impl Player {
    /// The part that a path leads to.
    pub fn of(path: &str) -> Option<Player> {
        let leads = |to: &str| {
            path.strip_prefix(to)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let row = PATHS.iter().find(|(to, _)| leads(to)).map(|(_, player)| *player);
        row.or_else(|| short(path).map(|_| Player::Stream))
    }

    /// Its name, as tests write it.
    pub fn name(self) -> &'static str {
        self.part().map_or("", |part| part.name)
    }

    /// What it is, for people.
    pub fn what(self) -> &'static str {
        self.part().map_or("", |part| part.what)
    }

    fn part(self) -> Option<&'static Part> {
        PARTS.iter().find(|part| part.player == self)
    }
}

/// The parts of a path.
fn parts(path: &str) -> Vec<&str> {
    path.split('/').filter(|part| !part.is_empty()).collect()
}

/// `/USERNAME/PASSWORD/ID.EXT`, a live stream's short path.
fn short(path: &str) -> Option<(&str, &str)> {
    let [username, password, file] = *parts(path).as_slice() else {
        return None;
    };
    let id = file.split_once('.').map_or(file, |(id, _)| id);
    let is_id = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
    is_id.then_some((username, password))
}

/// Username and password that the path of a stream carries, as they were sent.
pub fn login(path: &str) -> Option<(&str, &str)> {
    match *parts(path).as_slice() {
        [first, username, password, ..] if WITH_LOGIN.contains(&first) => Some((username, password)),
        [first, ..] if WITH_TOKEN.contains(&first) => None,
        _ => short(path),
    }
}

/// The part of a player's path that is a secret: a password or a token.
pub fn secret(path: &str) -> Option<&str> {
    match *parts(path).as_slice() {
        [first, token, ..] if WITH_TOKEN.contains(&first) => Some(token),
        _ => login(path).map(|(_, password)| password),
    }
}

/// Whether the player API has an action of this name.
pub fn has_action(name: &str) -> bool {
    ACTIONS.contains(&name)
}

/// What is odd about a request to a part, beside that Linecard does not answer it.
pub fn odd(generation: Generation, player: Player, sent: &Sent<'_>, told: &Summary) -> Vec<NearMiss> {
    let found = match player {
        Player::Api | Player::Panel => vec![misplaced_login(sent, told), unknown_action(generation, told)],
        Player::Playlist => vec![misplaced_login(sent, told), missing_form(told)],
        Player::Guide | Player::Enigma => vec![misplaced_login(sent, told)],
        Player::Portal => vec![lacks_slash(sent), lacks_token(sent, told)],
        Player::Stream => vec![login_in_query(sent, told), other_extension(sent.path)],
    };
    found.into_iter().flatten().collect()
}

/// A portal's call at a path where no portal is.
pub fn lost_portal(sent: &Sent<'_>, told: &Summary) -> Option<NearMiss> {
    let is_call = told.variable("type").is_some() && told.variable("action").is_some() && mac(sent, told);
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

fn mac(sent: &Sent<'_>, told: &Summary) -> bool {
    cookie(sent, "mac") || told.variable("mac").is_some()
}

/// Credentials anywhere but in `username` and `password` of the query or the form.
fn misplaced_login(sent: &Sent<'_>, told: &Summary) -> Option<NearMiss> {
    if told.variable("username").is_some() && told.variable("password").is_some() {
        return None;
    }
    let is_basic = |value: &str| {
        value
            .get(..6)
            .is_some_and(|scheme| scheme.eq_ignore_ascii_case("basic "))
    };
    let place = if sent.header("authorization").is_some_and(is_basic) {
        "the header authorization"
    } else if parts(sent.path).len() > 2 {
        "the path"
    } else if crate::dialects::describe::json(sent.body).is_some() {
        "a JSON body"
    } else {
        return None;
    };
    let hint = format!("a login came in {place}: it is read from `username` and `password` of the query or the form");
    Some(near_miss("misplaced_login", hint))
}

/// A stream's credentials in the query, where they are read from the path.
fn login_in_query(sent: &Sent<'_>, told: &Summary) -> Option<NearMiss> {
    let is_query = sent.path.starts_with("/streaming/") || login(sent.path).is_some();
    (!is_query && told.variable("username").is_some() && told.variable("password").is_some()).then(|| {
        let hint = "a login came in the query: a stream's is read from the path, as /live/USERNAME/PASSWORD/ID.ts";
        near_miss("misplaced_login", hint)
    })
}

fn unknown_action(generation: Generation, told: &Summary) -> Option<NearMiss> {
    let action = told.action.as_deref()?;
    let number = action.parse::<usize>().ok().and_then(|n| n.checked_sub(FIRST_NUMBER));
    if has_action(action) || number.is_some_and(|n| n < ACTIONS.len()) {
        return None;
    }
    Some(other_api(generation, told, action).unwrap_or_else(|| no_such(action, ACTIONS.iter())))
}

/// A playlist whose form is left to the panel.
fn missing_form(told: &Summary) -> Option<NearMiss> {
    const FORMS: [(&str, &str); 2] = [("type", "m3u_plus"), ("output", "ts")];
    let lacking = FORMS.iter().filter(|(name, _)| told.variable(name).is_none());
    let words: Vec<String> = lacking
        .map(|(name, usual)| format!("`{name}` is missing, which panels take for {usual}"))
        .collect();
    (!words.is_empty()).then(|| near_miss("missing_parameter", words.join("; ")))
}

fn lacks_slash(sent: &Sent<'_>) -> Option<NearMiss> {
    let folder = sent.path;
    matches!(folder, "/c" | "/stalker_portal" | "/stalker_portal/c").then(|| {
        let page = if folder.ends_with("/c") { "" } else { "/c" };
        let hint = format!("a device's portal is at {folder}{page}/, with a slash at the end");
        near_miss("missing_slash", hint)
    })
}

/// A call of the portal without what its handshake gives.
fn lacks_token(sent: &Sent<'_>, told: &Summary) -> Option<NearMiss> {
    let action = told.variable("action")?;
    if !mac(sent, told) {
        let hint = "a portal knows a device by its cookie `mac`, or the parameter of that name: neither came";
        return Some(near_miss("portal_session", hint));
    }
    let bearer = sent
        .header("authorization")
        .is_some_and(|value| value.starts_with("Bearer "));
    let is_known = bearer || cookie(sent, "token") || told.variable("token").is_some();
    (!is_known && !OPEN_CALLS.contains(&action)).then(|| {
        let hint = "a portal answers this only with the token of a handshake, as `Authorization: Bearer TOKEN`";
        near_miss("portal_session", hint)
    })
}

/// A live stream asked for as something that it is not offered as.
fn other_extension(path: &str) -> Option<NearMiss> {
    let all = parts(path);
    let is_live = all.first() == Some(&"live") || short(path).is_some();
    let (_, extension) = all.last()?.rsplit_once('.')?;
    (is_live && !LIVE.contains(&extension)).then(|| {
        let hint = format!("a live stream is offered as .ts and .m3u8, not as .{extension}");
        near_miss("stream_extension", hint)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialects::describe::Api;

    #[test]
    fn secrets_of_paths_are_known() {
        for (path, of, secret_part) in [
            ("/live/anna/secret/10.ts", Some(("anna", "secret")), Some("secret")),
            ("/anna/secret/10.ts", Some(("anna", "secret")), Some("secret")),
            ("/anna/secret/10", Some(("anna", "secret")), Some("secret")),
            (
                "/timeshift/anna/secret/60/x/10.ts",
                Some(("anna", "secret")),
                Some("secret"),
            ),
            ("/hls/TOKEN/17.ts", None, Some("TOKEN")),
            ("/auth/TOKEN", None, Some("TOKEN")),
            ("/anna/secret/x.ts", None, None),
            ("/live", None, None),
            ("/", None, None),
        ] {
            assert_eq!((login(path), secret(path)), (of, secret_part), "{path}");
        }
    }

    #[test]
    fn every_part_has_its_row() {
        for api in Api::ALL {
            assert_eq!(Api::named(api.name()), api);
        }
    }
}
