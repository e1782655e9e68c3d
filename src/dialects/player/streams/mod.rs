//! Streams: live, films, catch-up, in two steps (contract "Player side", section 10). A request with credentials passes
//! the checks and is led to a data URL with a token; the data URL admits the viewer under the line's limit and plays.
//!
//! `path` reads what is asked for, `call` makes the checks and words refusals, `first` answers requests with credentials,
//! `data` data URLs; `live`, `hls`, `archive` and `film` are what they play, each in a `body` that belongs to a session.

mod archive;
mod body;
mod call;
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
use crate::dialects::Api;
use crate::dialects::service::is_read;
use crate::http::{Exchange, Request, Response};
use crate::panel::Result;
use call::Call;
use path::{Asked, PathError};

/// Answers a request of an address that is not blocked.
pub async fn answer(api: Api, exchange: &Exchange, request: Request<'_>) -> Result<Response> {
    if !is_read(request.method) {
        return Ok(Response::empty(200));
    }
    let input = Input::of(&request).await;
    let call = Call::new(api, exchange, request);
    match path::parse(&request, &input, exchange.panel.zone()) {
        Ok(Asked::First(asked)) => first::answer(&call, &input, &asked).await,
        Ok(Asked::Data(door, token)) => data::answer(&call, door, &token).await,
        Ok(Asked::Segment(token, number)) => hls::segment(&call, &token, number).await,
        Err(PathError::Unknown) => Ok(Response::empty(404)),
        Err(PathError::Malformed) => Ok(Response::empty(400)),
    }
}
