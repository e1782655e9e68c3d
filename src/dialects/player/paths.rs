//! Paths of the player APIs: the actions, credentials and tokens in them.

/// The actions of the player API, each of which has a number too, from [`FIRST_NUMBER`] on.
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
pub const FIRST_NUMBER: usize = 200;

/// Prefixes of stream paths that are followed by a username and a password.
const WITH_LOGIN: [&str; 5] = ["live", "movie", "series", "timeshift", "timeshifts"];
/// Prefixes that are followed by a token.
const WITH_TOKEN: [&str; 4] = ["auth", "vauth", "tsauth", "hls"];
/// The first part of the paths of the REST APIs, which are no credentials.
const REST: &str = "api";

/// Splits a path into its parts.
pub fn parts(path: &str) -> Vec<&str> {
    path.split('/').filter(|part| !part.is_empty()).collect()
}

/// Parses the credentials of a live stream's short path, `/USERNAME/PASSWORD/ID.EXT`.
pub fn short(path: &str) -> Option<(&str, &str)> {
    let [username, password, file] = *parts(path).as_slice() else {
        return None;
    };
    let id = file.split_once('.').map_or(file, |(id, _)| id);
    let is_id = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
    (is_id && username != REST).then_some((username, password))
}

/// Returns the username and password in the path of a stream, as they were sent.
pub fn login(path: &str) -> Option<(&str, &str)> {
    match *parts(path).as_slice() {
        [first, username, password, ..] if WITH_LOGIN.contains(&first) => Some((username, password)),
        [first, ..] if WITH_TOKEN.contains(&first) => None,
        _ => short(path),
    }
}

/// Returns the part of a player's path that is a secret: a password or a token.
pub fn secret(path: &str) -> Option<&str> {
    match *parts(path).as_slice() {
        [first, token, ..] if WITH_TOKEN.contains(&first) => Some(token),
        _ => login(path).map(|(_, password)| password),
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
            ("/anna/secret/x.ts", None, None),
            ("/api/lines/4521", None, None),
            ("/live", None, None),
            ("/", None, None),
        ] {
            assert_eq!((login(path), secret(path)), (of, secret_part), "{path}");
        }
    }
}
