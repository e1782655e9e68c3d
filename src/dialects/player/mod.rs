//! The player side: what apps and devices of customers talk to, in parts by their paths (contract "Player side",
//! section 1). `api` answers `player_api.php` and `panel_api.php`, `playlists` `get.php`, `xmltv` and `enigma2` what they
//! are called after. Of the other parts, which Linecard does not serve yet, this module finds the one that a path belongs
//! to, the credentials in the path, and near misses of a request. Faults that imitate their answers are in `presets`.
//!
//! The profile `xui` gives some parts a second path, and all of them other refusals: `xui`.
//!
//! `login` and `links` are what the served parts share: the line of a request, and the URLs of streams.

mod api;
mod devices;
mod docs;
mod downloads;
mod enigma2;
mod kept;
pub mod links;
mod login;
mod near_misses;
mod pages;
pub mod paths;
mod playlists;
mod presets;
mod refused;
mod streams;
mod xml;
mod xmltv;
mod xui;

use std::sync::Arc;

use actix_web::http::header::{ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_ORIGIN, ORIGIN};
use actix_web::web::ServiceConfig;
use serde_json::Value;

use super::diagnosis::{self, Diagnosis, Ended};
use super::hints;
use super::near_miss::NearMiss;
use super::operation::{DialectDetails, Operation, OperationDetails};
use super::php::form::percent_decode;
use super::presets::Preset;
use super::recorded::{Sent, Subject, Summary};
use super::service::answers_with;
use super::{Api, Dialect, unserved};
use crate::http::{Exchange, Request, Response, pages as http_pages};
use crate::panel::access_cache::AccessCache;
use crate::panel::profiles::XUI;
use crate::panel::viewers::Named;
use crate::panel::{Error, FirstCallInfo, Panel, webhooks};
use crate::store::StoreError;
use api::actions::{Action, XUI_ACTION};
use pages::Page;
use xui::PlainPath;

/// The name of the panel in what it sends to players.
const PANEL_NAME: &str = "Linecard";

/// A check for one kind of near miss in a request with this action.
type Check = fn(&AccessCache, &Sent<'_>, Option<&str>) -> Option<NearMiss>;

/// A part of the player APIs.
pub struct Part {
    name: &'static str,
    /// Its title in hints.
    what: &'static str,
    /// Prefixes of its paths, up to a slash or the end.
    paths: &'static [&'static str],
    /// Its path under the profile `xui`.
    plain: Option<&'static PlainPath>,
    /// The checks of a request to it.
    checks: &'static [Check],
    /// The check of an unknown path.
    lost: fn(&Sent<'_>) -> Option<NearMiss>,
    /// Whether it has the short path of live streams: `/USERNAME/PASSWORD/ID.EXT`.
    short_paths: bool,
    presets: &'static [Preset],
    /// What answers it; a part without a page is not served yet.
    page: Option<Page>,
}

const PART: Part = Part {
    name: "",
    what: "",
    paths: &[],
    plain: None,
    checks: &[],
    lost: |_| None,
    short_paths: false,
    presets: &[],
    page: None,
};

/// `player_api.php`.
pub static PLAYER_API: Part = Part {
    name: "player_api",
    what: "the player API",
    paths: &["/player_api.php"],
    plain: Some(&xui::PLAYER_API),
    checks: &[near_misses::misplaced_login, near_misses::unknown_action],
    presets: presets::PRESETS,
    page: Some(Page::Api(api::Page::Account)),
    ..PART
};
/// `panel_api.php`.
pub static PANEL_API: Part = Part {
    name: "panel_api",
    what: "the panel API of players",
    paths: &["/panel_api.php"],
    checks: &[near_misses::misplaced_login, near_misses::unknown_action],
    page: Some(Page::Api(api::Page::Everything)),
    ..PART
};
/// Playlists.
pub static PLAYLIST: Part = Part {
    name: "playlist",
    what: "the playlist",
    paths: &["/get.php"],
    plain: Some(&xui::PLAYLIST),
    checks: &[near_misses::misplaced_login, near_misses::missing_form],
    page: Some(Page::Playlist),
    ..PART
};
/// The guide.
pub static XMLTV: Part = Part {
    name: "xmltv",
    what: "the guide",
    paths: &["/xmltv.php"],
    plain: Some(&xui::GUIDE),
    checks: &[near_misses::misplaced_login],
    page: Some(Page::Guide),
    ..PART
};
/// The API of Enigma2 devices.
pub static ENIGMA2: Part = Part {
    name: "enigma2",
    what: "the API of Enigma2 devices",
    paths: &["/enigma2.php"],
    checks: &[near_misses::misplaced_login],
    page: Some(Page::Menus),
    ..PART
};
/// The portal of MAG devices.
pub static PORTAL: Part = Part {
    name: "portal",
    what: "the portal of MAG devices",
    paths: &["/portal.php", "/server/load.php", "/c", "/stalker_portal"],
    checks: &[near_misses::lacks_slash, near_misses::lacks_token],
    lost: near_misses::lost_portal,
    ..PART
};
/// Streams.
pub static STREAM: Part = Part {
    name: "stream",
    what: "a stream",
    paths: &[
        "/live",
        "/movie",
        "/series",
        "/timeshift",
        "/timeshifts",
        "/streaming",
        "/auth",
        "/vauth",
        "/tsauth",
        "/hls",
    ],
    checks: &[near_misses::login_in_query, near_misses::other_extension],
    short_paths: true,
    page: Some(Page::Streams),
    ..PART
};

/// The same answer for scripts of other origins to read (section 2, "CORS").
fn shared(mut answer: Response, origin: Option<&str>) -> Response {
    let with_credentials = origin.is_some();
    let origin = origin.unwrap_or("*").to_owned();
    answer.headers.push((ACCESS_CONTROL_ALLOW_ORIGIN, origin));
    if with_credentials {
        answer
            .headers
            .push((ACCESS_CONTROL_ALLOW_CREDENTIALS, "true".to_owned()));
    }
    answer
}

impl Part {
    /// Returns the line's credentials in the path of a request.
    fn login<'p>(&self, path: &'p str) -> Option<(&'p str, &'p str)> {
        match self.plain {
            Some(plain) => plain.login(path),
            None => paths::login(path).filter(|_| self.short_paths),
        }
    }
}

impl Dialect for Part {
    fn event_data(&self, subject: &webhooks::Subject, _: &str) -> Option<Value> {
        match subject {
            webhooks::Subject::Connection(one) => Some(refused::shown(one)),
            _ => None,
        }
    }

    fn api(&self) -> Api {
        Api(self.name)
    }

    fn title(&self) -> &'static str {
        self.what
    }

    fn address(&self) -> &'static str {
        self.paths.first().copied().unwrap_or_default()
    }

    fn owns(&self, access: &AccessCache, path: &str) -> bool {
        let of_xui = || {
            let has_token = || self.short_paths && paths::access_token(path).is_some();
            self.plain.is_some_and(|plain| plain.leads(path)) || has_token()
        };
        let leads = |to: &&str| {
            path.strip_prefix(*to)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.paths.iter().any(leads)
            || self.short_paths && paths::short(path).is_some()
            || access.settings.profiles.has(&XUI) && of_xui()
    }

    fn routes(&'static self, scope: &mut ServiceConfig) {
        if let Some(page) = self.page {
            answers_with(scope, self, async move |exchange: &Exchange, request: Request<'_>| {
                page.answer(self.api(), exchange, request).await
            });
        }
    }

    fn is_served(&self) -> bool {
        self.page.is_some()
    }

    fn operations(&self) -> &'static [Operation] {
        self.page.map_or(&[], docs::operations)
    }

    fn details(&self, operation: &Operation) -> OperationDetails {
        docs::details(operation)
    }

    fn common_details(&self) -> DialectDetails {
        docs::common_details(self.page)
    }

    fn url(&self, base: &str, _: &FirstCallInfo) -> Option<String> {
        self.page.map(|_| format!("{base}{}", self.address()))
    }

    fn summarize(&self, access: &AccessCache, sent: &Sent<'_>) -> Summary {
        let action = sent.action();
        let watcher = || {
            let (username, _) = self.login(sent.recorded.path)?;
            Some(Subject::Name(percent_decode(username.as_bytes())))
        };
        let unserved = (!self.is_served()).then(|| unserved::not_served(sent.dialects, self.what));
        let checks = self.checks.iter();
        let checked = checks.filter_map(|check| check(access, sent, action.as_deref()));
        let near_misses = unserved
            .into_iter()
            .chain(hints::in_path(access, sent.recorded.path))
            .chain(checked)
            .collect();
        Summary {
            subject: sent.line_or_device().or_else(watcher).or_else(|| sent.account(access)),
            matched: self.is_served()
                && action
                    .as_deref()
                    .is_none_or(|word| Action::find(word, access.settings.profiles).is_some()),
            near_misses,
            action,
        }
    }

    fn failure(&self, _: &Panel, error: &Error) -> Response {
        http_pages::failure(error)
    }

    fn completed(&self, exchange: &Exchange, answer: Response, request: &Request<'_>) -> Response {
        shared(xui::worded(exchange, answer), request.header(ORIGIN))
    }

    fn has_operation(&self, access: &AccessCache, name: &str) -> bool {
        let of_xui = || access.settings.profiles.has(&XUI) && name == XUI_ACTION.name;
        paths::ACTIONS.contains(&name) || of_xui()
    }

    fn lost(&self, _: &AccessCache, sent: &Sent<'_>) -> Option<NearMiss> {
        (self.lost)(sent)
    }

    fn secret<'p>(&self, path: &'p str) -> Option<&'p str> {
        match self.plain {
            Some(plain) => plain.secret(path),
            None => paths::secret(path).filter(|_| self.short_paths),
        }
    }

    fn stream(&self, panel: &Panel, request: &Request<'_>) -> Option<Named> {
        self.page.filter(|page| *page == Page::Streams)?;
        streams::named(panel, request)
    }

    fn diagnose<'a>(&'a self, panel: &'a Arc<Panel>, ended: Ended<'a>) -> Diagnosis<'a> {
        Box::pin(async move {
            let text = |part: &str| percent_decode(part.as_bytes());
            let in_path = self
                .login(ended.path)
                .map(|(username, password)| (text(username), text(password)));
            let sent = |name| ended.described.variable(name).map(str::to_owned);
            let login = in_path.or_else(|| sent("username").zip(sent("password")));
            let Some((username, password)) = login else {
                return Ok::<_, StoreError>(Vec::new());
            };
            let near_miss = diagnosis::other_password(panel, username, password).await?;
            Ok(near_miss.into_iter().collect())
        })
    }

    fn presets(&self) -> &'static [Preset] {
        self.presets
    }
}
