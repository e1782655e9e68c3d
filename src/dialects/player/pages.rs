//! The parts that are served, each with what answers it.

use super::{api, enigma2, playlists, streams, xmltv};
use crate::dialects::Api;
use crate::http::trace::Handler;
use crate::http::{Exchange, Request, Response};
use crate::panel::Result;

/// What answers a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    Api(api::Page),
    Playlist,
    Guide,
    Menus,
    Streams,
}

impl Page {
    /// Answers a request of an address that is not blocked.
    ///
    /// # Errors
    /// SQLite's, or [`crate::panel::Error::Busy`].
    pub async fn answer(self, api: Api, exchange: &Exchange, request: Request<'_>) -> Result<Response> {
        let of = |action| Handler { api, action, sub: "" };
        match self {
            Page::Api(page) => api::answer(api, page, exchange, request).await,
            Page::Playlist => playlists::answer(of(playlists::NAME), exchange, request).await,
            Page::Guide => xmltv::answer(of(xmltv::NAME), exchange, request).await,
            Page::Menus => enigma2::answer(of(enigma2::NAME), exchange, request).await,
            Page::Streams => streams::answer(api, exchange, request).await,
        }
    }
}
