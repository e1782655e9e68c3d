//! Streams: live, films, catch-up, in two steps (contract "Player side", section 10). A request with credentials passes
//! the checks and is led to a data URL with a token; the data URL admits the viewer under the line's limit and plays.
//!
//! `path` reads what is asked for, `call` makes the checks and words refusals, `first` answers requests with credentials,
//! `data` data URLs, `clip` refusals that play; `live`, `hls`, `archive` and `film` are what they play, each in a `body` that belongs to a session.

mod archive;
mod body;
mod call;
mod clip;
mod data;
mod file;
mod film;
mod first;
mod hls;
mod live;
mod path;
mod proxied;
mod range;
mod recorded;
mod stored;
mod types;

use super::login::Input;
use super::paths::is_access_token;
use super::xui;
use crate::dialects::Api;
use crate::dialects::service::is_read;
use crate::http::{Exchange, Request, Response};
use crate::panel::profiles::XUI;
use crate::panel::viewers::{Container, Named, Step};
use crate::panel::{Panel, Result};
use call::Call;
use path::{Asked, PathError};

/// Returns the stream that a request names. A form in the body names none: nothing is read for this.
pub fn named(panel: &Panel, request: &Request<'_>) -> Option<Named> {
    let input = Input::of_query(request.query);
    let profiles = panel.last_access().settings.profiles;
    let (token, segment) = match path::parse(request, &input, panel.zone(), profiles).ok()? {
        Asked::First(asked) => return Some(named_by_path(panel, &asked)),
        Asked::Data(_, token) => (token, None),
        Asked::Segment(token, number) => (token, Some(number)),
    };
    let grant = panel.viewers().tokens.get(&token, panel.clock().session_time())?;
    let viewer = &grant.opens.viewer;
    Some(Named {
        stream: viewer.stream,
        container: viewer.container,
        step: segment.map_or(Step::Data, Step::Segment),
    })
}

fn named_by_path(panel: &Panel, asked: &path::First) -> Named {
    let container = first::container(asked);
    Named {
        stream: asked.id,
        container,
        step: match container {
            Container::Hls => Step::Playlist,
            _ if panel.last_access().settings.viewers.stream_redirect => Step::Redirect,
            _ => Step::Data,
        },
    }
}

/// Gives a request the credentials that its access token stands for (profile `xui`).
async fn with_login(exchange: &Exchange, asked: path::First) -> Result<path::First> {
    let has_token = asked.password.is_empty() && is_access_token(&asked.username);
    if !has_token || !exchange.access.settings.profiles.has(&XUI) {
        return Ok(asked);
    }
    let (username, password) = xui::login_of_token(exchange, asked.username).await?;
    Ok(path::First {
        username,
        password,
        ..asked
    })
}

/// Answers a request of an address that is not blocked.
pub async fn answer(api: Api, exchange: &Exchange, request: Request<'_>) -> Result<Response> {
    if !is_read(request.method) {
        return Ok(Response::empty(200));
    }
    let input = xui::input(exchange, &request).await?;
    let call = Call::new(api, exchange, request);
    let profiles = exchange.access.settings.profiles;
    match path::parse(&request, &input, exchange.panel.zone(), profiles) {
        Ok(Asked::First(asked)) => {
            let asked = with_login(exchange, asked).await?;
            first::answer(&call, &input, &asked).await
        }
        Ok(Asked::Data(door, token)) => data::answer(&call, door, &token).await,
        Ok(Asked::Segment(token, number)) => hls::segment(&call, &token, number).await,
        Err(PathError::Unknown) => Ok(Response::empty(404)),
        Err(PathError::Malformed) => Ok(Response::empty(400)),
    }
}
