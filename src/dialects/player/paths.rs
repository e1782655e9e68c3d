//! Paths of the player APIs: the actions, credentials and tokens in them.

/// The actions of the player API.
pub const ACTIONS: [&str; 10] = [
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

/// Prefixes of stream paths that are followed by a username and a password.
const WITH_LOGIN: [&str; 5] = ["live", "movie", "series", "timeshift", "timeshifts"];
/// Prefixes that are followed by a token.
const WITH_TOKEN: [&str; 4] = ["auth", "vauth", "tsauth", "hls"];
/// The first part of the paths of the REST APIs, which are no credentials.
const REST: &str = "api";

/// Characters of a line's access token.
pub const ACCESS_TOKEN: usize = 32;

/// Whether this may be a line's access token.
pub fn is_access_token(part: &str) -> bool {
    part.len() == ACCESS_TOKEN && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Whether this is the last part of a stream's path: an id, with an extension or without.
fn is_file(part: &str) -> bool {
    let id = part.split_once('.').map_or(part, |(id, _)| id);
    !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns the access token in the path of a stream, where it takes the place of username and password (profile `xui`).
pub fn access_token(path: &str) -> Option<&str> {
    let token = match *parts(path).as_slice() {
        ["live" | "movie" | "series", token, file] | [token, file] if is_file(file) => token,
        ["timeshift" | "timeshifts", token, _, _, _] => token,
        _ => return None,
    };
    is_access_token(token).then_some(token)
}

/// Splits a path into its parts.
pub fn parts(path: &str) -> Vec<&str> {
    path.split('/').filter(|part| !part.is_empty()).collect()
}

/// Parses the credentials of a live stream's short path, `/USERNAME/PASSWORD/ID.EXT`.
pub fn short(path: &str) -> Option<(&str, &str)> {
    let [username, password, file] = *parts(path).as_slice() else {
        return None;
    };
    (is_file(file) && username != REST).then_some((username, password))
}

/// Returns the username and password in the path of a stream, as they were sent.
pub fn login(path: &str) -> Option<(&str, &str)> {
    match *parts(path).as_slice() {
        _ if access_token(path).is_some() => None,
        [first, username, password, ..] if WITH_LOGIN.contains(&first) => Some((username, password)),
        [first, ..] if WITH_TOKEN.contains(&first) => None,
        _ => short(path),
    }
}

/// Returns the part of a player's path that is a secret: a password or a token.
pub fn secret(path: &str) -> Option<&str> {
    match *parts(path).as_slice() {
        [first, token, ..] if WITH_TOKEN.contains(&first) => Some(token),
        _ => access_token(path).or_else(|| login(path).map(|(_, password)| password)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
            (
                "/live/0123456789abcdef0123456789ABCDEF/10.ts",
                None,
                Some("0123456789abcdef0123456789ABCDEF"),
            ),
            (
                "/0123456789abcdef0123456789abcdef/10",
                None,
                Some("0123456789abcdef0123456789abcdef"),
            ),
            ("/anna/secret/x.ts", None, None),
            ("/api/lines/4521", None, None),
            ("/live", None, None),
            ("/", None, None),
        ] {
            assert_eq!((login(path), secret(path)), (of, secret_part), "{path}");
        }
    }
}
