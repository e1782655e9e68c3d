//! What the profile `xui` changes for all pages of players (contract "Player side", section 16): how refusals look, paths
//! without `.php`, access tokens in place of credentials, and how many playlists of a line are downloaded at once.

use actix_web::web::Bytes;
use futures_util::{StreamExt, stream};

use super::api::actions::Action;
use super::kept::sent;
use super::login::Input;
use super::paths::{self, is_access_token};
use super::playlists::types::Type;
use crate::dialects::php::form::percent_decode;
use crate::http::body::{Body, ByteStream};
use crate::http::{Exchange, Request, Response, pages};
use crate::panel::profiles::{Profiles, XUI};
use crate::panel::subscription::Subscription;
use crate::panel::viewers::Download;
use crate::panel::{Caller, Context, Result};

/// Playlists of a line that may be downloaded at the same time.
const DOWNLOADS: usize = 2;
/// Bytes of a playlist that are handed to the connection at once.
const PIECE: usize = 64 << 10;
/// Statuses of refusals.
const REFUSALS: [u16; 6] = [400, 401, 403, 404, 405, 406];

fn is_on(exchange: &Exchange) -> bool {
    exchange.access.settings.profiles.has(&XUI)
}

/// Returns the answer to a refused request, of which this is the usual one.
pub fn refused(exchange: &Exchange, usual: Response) -> Response {
    match is_on(exchange) {
        true => Response::empty(404),
        false => usual,
    }
}

/// Gives a refusal the page of a web server.
pub fn worded(exchange: &Exchange, answer: Response) -> Response {
    if !is_on(exchange) || !REFUSALS.contains(&answer.status) {
        return answer;
    }
    Response {
        trace: answer.trace,
        ..pages::not_found()
    }
}

/// The path of a page without `.php`: `/NAME/USERNAME/PASSWORD`, or a token in place of the two, and then perhaps a word.
pub struct PlainPath {
    name: &'static str,
    /// The parameter that the word is the value of.
    parameter: &'static str,
    /// The value that a word of this page stands for.
    value: fn(&str) -> Option<&str>,
}

/// `/player_api/USERNAME/PASSWORD/ACTION`.
pub static PLAYER_API: PlainPath = PlainPath {
    name: "player_api",
    parameter: "action",
    value: |word| Action::find(word, Profiles::of(&XUI)).map(|_| word),
};
/// `/playlist/USERNAME/PASSWORD/TYPE`.
pub static PLAYLIST: PlainPath = PlainPath {
    name: "playlist",
    parameter: "type",
    value: |word| Type::find(word).map(|_| word),
};
/// `/epg/USERNAME/PASSWORD/gz`.
pub static GUIDE: PlainPath = PlainPath {
    name: "epg",
    parameter: "gzip",
    value: |word| (word == "gz").then_some("1"),
};

/// What a path says: the token, or username and password, and the word.
struct Said<'p> {
    token: Option<&'p str>,
    login: Option<(&'p str, &'p str)>,
    word: Option<&'p str>,
}

impl PlainPath {
    const ALL: [&'static PlainPath; 3] = [&PLAYER_API, &PLAYLIST, &GUIDE];

    /// Whether a path is under its name.
    pub fn leads(&self, path: &str) -> bool {
        paths::parts(path).first() == Some(&self.name)
    }

    /// What a path says; `None` for one of other pages, or of none.
    fn read<'p>(&self, path: &'p str) -> Option<Said<'p>> {
        let parts = paths::parts(path);
        let (name, rest) = parts.split_first()?;
        if *name != self.name {
            return None;
        }
        let (token, login, word) = match *rest {
            [token] if is_access_token(token) => (Some(token), None, None),
            [token, word] if is_access_token(token) && (self.value)(word).is_some() => (Some(token), None, Some(word)),
            [username, password] => (None, Some((username, password)), None),
            [username, password, word] => (None, Some((username, password)), Some(word)),
            _ => (None, None, None),
        };
        Some(Said { token, login, word })
    }

    /// Returns the username and password in a path, as they were sent.
    pub fn login<'p>(&self, path: &'p str) -> Option<(&'p str, &'p str)> {
        self.read(path)?.login
    }

    /// Returns the part of a path that is a secret.
    pub fn secret<'p>(&self, path: &'p str) -> Option<&'p str> {
        let said = self.read(path)?;
        said.token.or(said.login.map(|(_, password)| password))
    }

    /// Gives a request's variables what its path says.
    fn fill(&self, said: &Said<'_>, input: &mut Input) {
        let text = |part: &str| percent_decode(part.as_bytes());
        // What the query says does not count: credentials are in the path, or there are none.
        let (username, password) = said.login.unwrap_or_default();
        input.set("username", text(username));
        input.set("password", text(password));
        input.set("token", said.token.unwrap_or_default().to_owned());
        if let Some(word) = said.word {
            input.set(self.parameter, text((self.value)(word).unwrap_or(word)));
        }
    }
}

/// Reads the variables of a request, those in its path too, and the credentials that its access token stands for.
///
/// # Errors
/// SQLite's.
pub async fn input(exchange: &Exchange, request: &Request<'_>) -> Result<Input> {
    let mut input = Input::of(request).await;
    if !is_on(exchange) {
        return Ok(input);
    }
    for path in PlainPath::ALL {
        if let Some(said) = path.read(request.path) {
            path.fill(&said, &mut input);
        }
    }
    let has_login = input.text("username").is_some() && input.text("password").is_some();
    let token = input.text("token").filter(|token| !has_login && is_access_token(token));
    if let Some(token) = token {
        let (username, password) = login_of_token(exchange, token).await?;
        input.set("username", username);
        input.set("password", password);
    }
    Ok(input)
}

/// Returns the username and the password that an access token stands for. That of nobody stands for itself, so that it is
/// refused, logged and counted as a wrong login.
///
/// # Errors
/// SQLite's.
pub async fn login_of_token(exchange: &Exchange, token: String) -> Result<(String, String)> {
    let wrong = (token.clone(), token.clone());
    let find = move |context: &Context<'_>| Subscription::login_of_token(context, &token);
    let found = exchange.panel.read(Caller::Anyone, find).await?;
    Ok(found.unwrap_or(wrong))
}

/// Begins the download of a playlist, which is counted under this profile alone; `None` where a line has too many. The
/// answer to HEAD is none.
pub fn download(exchange: &Exchange, request: &Request<'_>, line: i64) -> Option<Option<Download>> {
    if !is_on(exchange) || request.method == "HEAD" {
        return Some(None);
    }
    let downloads = &exchange.panel.viewers().downloads;
    downloads.begin(line, DOWNLOADS).map(Some)
}

/// Returns a body that keeps its download open until it is sent.
pub fn held(body: Body, download: Download, request: &Request<'_>) -> Body {
    let length = body.len();
    let pieces: ByteStream = match body {
        Body::Bytes(bytes) => Box::pin(stream::iter(pieces(Bytes::from(bytes)).map(Ok))),
        body => body.into_stream(),
    };
    let pieces = pieces.map(move |piece| {
        // It goes with this closure.
        let _ = &download;
        piece
    });
    sent(length, Box::pin(pieces), request)
}

fn pieces(bytes: Bytes) -> impl Iterator<Item = Bytes> {
    let mut rest = bytes;
    std::iter::from_fn(move || (!rest.is_empty()).then(|| rest.split_to(rest.len().min(PIECE))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_has_a_login_or_a_token_and_perhaps_a_word() {
        const TOKEN: &str = "0123456789abcdef0123456789abcdef";
        let secrets = [
            ("/epg/anna/secret/gz", Some("secret")),
            ("/epg/0123456789abcdef0123456789abcdef/gz", Some(TOKEN)),
            ("/epg/anna", None),
            ("/live/anna/secret/10.ts", None),
        ];
        for (path, secret) in secrets {
            assert_eq!(GUIDE.secret(path), secret, "{path}");
        }
        for (path, token, login, word) in [
            ("/epg/anna/secret", None, Some(("anna", "secret")), None),
            ("/epg/anna/secret/gz", None, Some(("anna", "secret")), Some("gz")),
            ("/epg/0123456789abcdef0123456789abcdef", Some(TOKEN), None, None),
            (
                "/epg/0123456789abcdef0123456789abcdef/gz",
                Some(TOKEN),
                None,
                Some("gz"),
            ),
            // A long username.
            (
                "/epg/0123456789abcdef0123456789abcdef/x",
                None,
                Some((TOKEN, "x")),
                None,
            ),
            ("/epg/anna", None, None, None),
            ("/epg/anna/secret/gz/x", None, None, None),
        ] {
            let said = GUIDE.read(path).unwrap();
            assert_eq!((said.token, said.login, said.word), (token, login, word), "{path}");
        }
        assert!(GUIDE.read("/playlist/anna/secret").is_none());
        assert!(GUIDE.read("/epg.php").is_none());
    }
}
