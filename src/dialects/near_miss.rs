//! Near misses: suspicious properties of a request, each with a hint at what was probably meant (contract
//! "The fixture", section 8). Nothing here changes an answer.

/// A suspicious property of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NearMiss {
    /// Its machine-readable kind: one of [`KINDS`].
    pub kind: &'static str,
    /// How to fix the request.
    pub hint: String,
    /// An addition to the hint that only readers of the journal may see.
    pub inside: Option<String>,
}

/// All kinds of near misses with their meaning.
#[rustfmt::skip] // A table: one entry per line.
pub const KINDS: [(&str, &str); 31] = [
    ("unknown_action",    "the API has no such action; the hint names the closest one"),
    ("missing_action",    "the request names no action"),
    ("other_api",         "an action of one API came to another"),
    ("other_profile",     "a call of a quirk profile that is not active"),
    ("unknown_parameter", "the action does not know a parameter; the hint names the closest one"),
    ("comma_list",        "a list of ids came as one text with commas; the hint shows what is read"),
    ("sale_refused",      "a reseller was refused a package or a trial; the hint names the rule"),
    ("json_body",         "the body is JSON where form fields are read"),
    ("form_body",         "the body is a form where JSON is read"),
    ("method",            "a method that the API or the path does not have"),
    ("misplaced_key",     "a good key in a header, in another parameter or in the path"),
    ("other_secret",      "a good secret of another API"),
    ("bad_key",           "the key is missing, unknown, or that of an account that may not call this API; the hint names the account"),
    ("wrong_password",    "there is such a line, with another password"),
    ("forbidden",         "the caller's address is not allowed here"),
    ("blocked",           "the caller's address is blocked on the whole panel"),
    ("limited",           "more requests in a second than `v2_rate_limit` allows, or wrong secrets in a minute than `wrong_secrets`"),
    ("other_type",        "the id is that of a thing of another type; the hint names its action"),
    ("wrong_access_code", "no access code of this name opens the API; the hint names the closest one"),
    ("missing_slash",     "the path needs a slash at its end"),
    ("double_slash",      "two slashes in a row in the path"),
    ("wrong_path",        "a path that looks like one of the APIs, but is not"),
    ("not_served",        "a path of an API that Linecard does not serve yet"),
    ("misplaced_login",   "a line's credentials where the part of the player side does not read them"),
    ("missing_parameter", "a playlist without `type` or `output`"),
    ("portal_path",       "a call of a MAG device where no portal is"),
    ("portal_session",    "a portal's call without the device's `mac`, or without the token of a handshake"),
    ("stream_extension",  "a live stream asked for as something that it is not offered as"),
    ("raw_bytes",         "characters in the URL that belong percent-encoded, as `\"` and `{`; only a server with `--strict` says so"),
    ("body_cut",          "the journal keeps the beginning of a long body only"),
    ("body_too_large",    "the body was refused for its length"),
];

impl NearMiss {
    /// Returns the hint with its addition.
    pub fn whole_hint(&self) -> String {
        match &self.inside {
            None => self.hint.clone(),
            Some(inside) => format!("{}; {inside}", self.hint),
        }
    }
}

/// Creates a near miss whose whole hint is public.
pub fn near_miss(kind: &'static str, hint: impl Into<String>) -> NearMiss {
    NearMiss {
        kind,
        hint: hint.into(),
        inside: None,
    }
}
