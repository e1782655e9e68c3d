//! A request for a stream with its checks (contract "Player side", section 11).

use std::net::IpAddr;
use std::sync::Arc;

use actix_web::http::header::CACHE_CONTROL;

use super::super::login::client;
use super::clip;
use crate::dialects::Api;
use crate::dialects::base_url::BaseUrl;
use crate::http::trace::{Auth, Handler, Trace};
use crate::http::{Exchange, Request, Response};
use crate::panel::profiles::STATUS_CLIPS;
use crate::panel::settings::{MediaSettings, ViewerSettings};
use crate::panel::subscription;
use crate::panel::viewers::checks::{self, Admitted, Check, Refused, Reply};
use crate::panel::viewers::{
    Client, Container, Full, Grant, StreamRequest, TOKEN_LENGTH, Ticket, Viewer, may_replace, while_full,
};
use crate::panel::{Caller, Context, Error, Panel, Result};

/// The type of the texts of refusals.
const TEXT: &str = "text/plain; charset=UTF-8";
/// What must not be cached: whether somebody may watch.
pub const NO_CACHE: &str = "no-store, no-cache, must-revalidate";

/// A request for a stream.
pub struct Call<'a> {
    api: Api,
    pub exchange: &'a Exchange,
    pub request: Request<'a>,
    pub client: Client,
}

impl<'a> Call<'a> {
    /// The call of a request.
    pub fn new(api: Api, exchange: &'a Exchange, request: Request<'a>) -> Call<'a> {
        Call {
            api,
            exchange,
            request,
            client: client(&request),
        }
    }

    /// The panel.
    pub fn panel(&self) -> &'a Arc<Panel> {
        &self.exchange.panel
    }

    /// The settings of who may watch.
    pub fn viewers(&self) -> &'a ViewerSettings {
        &self.exchange.access.settings.viewers
    }

    /// The settings of sources.
    pub fn media(&self) -> &'a MediaSettings {
        &self.exchange.access.settings.media
    }

    /// Whether the client wants a head alone, which opens no connection.
    pub fn is_head(&self) -> bool {
        self.request.method == "HEAD"
    }

    /// The URL of the panel, to which a path is appended.
    pub fn base(&self) -> String {
        BaseUrl::of(self.exchange, &self.request).text()
    }

    /// Makes the checks once.
    async fn walk(&self, asked: &StreamRequest) -> Result<std::result::Result<Admitted, Refused>> {
        let (asked, access) = (asked.clone(), Arc::clone(&self.exchange.access));
        let walk = move |context: &Context<'_>| checks::walk(context, &access.settings.viewers, &asked);
        self.panel().read(Caller::Anyone, walk).await
    }

    /// Makes the checks. At the limit, a request that goes on with a session that is open passes, and a player that
    /// changes channel is waited for (section 12).
    pub async fn check(
        &self,
        asked: &StreamRequest,
        container: Container,
    ) -> Result<std::result::Result<Admitted, Refused>> {
        let refused = match self.walk(asked).await? {
            Err(refused) if refused.check.number == checks::LIMIT => refused,
            done => return Ok(done),
        };
        let (Some(line), Some(stream)) = (refused.line, refused.stream) else {
            return Ok(Err(refused));
        };
        let viewer = self.viewer(line, stream, container);
        // A head ends nobody's session: it passes where another of this player would be ended.
        if self.joins(&viewer) || self.is_head() && may_replace(self.panel(), self.viewers(), &viewer) {
            return self.check_again(asked).await;
        }
        let attempt = async || match self.walk(asked).await? {
            Err(refused) if refused.check.number == checks::LIMIT => Ok::<_, Error>(Err(Full)),
            done => Ok(Ok(done)),
        };
        let waited = while_full(self.panel(), self.viewers(), &viewer, attempt).await?;
        Ok(waited.unwrap_or(Err(refused)))
    }

    /// Makes the checks but that of the limit: for a session that is open, and where a viewer is admitted next, which keeps
    /// the limit.
    pub async fn check_again(&self, asked: &StreamRequest) -> Result<std::result::Result<Admitted, Refused>> {
        let joins = StreamRequest {
            joins_session: true,
            ..asked.clone()
        };
        self.walk(&joins).await
    }

    /// Whether a request goes on with a session that is open.
    fn joins(&self, viewer: &Viewer) -> bool {
        let is_open = self.panel().viewers().registry.of(viewer).is_some();
        match viewer.container {
            Container::Ts => false,
            Container::Hls => is_open,
            Container::Vod => is_open && self.request.header("range").is_some(),
        }
    }

    /// The viewer that this client is.
    pub fn viewer(&self, line: i64, stream: i64, container: Container) -> Viewer {
        Viewer {
            line,
            stream,
            container,
            address: self.client.address,
            agent: self.client.agent.clone(),
        }
    }

    /// Makes a token that opens this for so many seconds of session time.
    pub fn grant(&self, token: String, ticket: Ticket, seconds: i64) {
        let now = self.panel().clock().session_time();
        let grant = Grant {
            address: self.client.address,
            until: now.saturating_add(seconds),
            opens: Arc::new(ticket),
        };
        self.panel().viewers().tokens.add(token, grant, now);
    }

    /// Draws a token.
    pub fn token(&self) -> String {
        self.panel().rng().token(TOKEN_LENGTH)
    }

    /// Returns what the token of a data URL opens for this client, or the refusal.
    pub async fn ticket(&self, token: &str) -> Result<std::result::Result<Arc<Ticket>, Response>> {
        if let Some(grant) = self.granted(token) {
            return self.of_its_address(grant).await;
        }
        self.log("TOKEN_EXPIRED", None).await?;
        self.count(None).await?;
        Ok(Err(self.stopped(Response::empty(403))))
    }

    /// Returns what the token of a segment opens for this client, or the refusal: a token that is not valid any more is
    /// that of a session that was closed (section 10.1, step 4).
    pub async fn ticket_of_session(&self, token: &str) -> Result<std::result::Result<Arc<Ticket>, Response>> {
        match self.granted(token) {
            Some(grant) => self.of_its_address(grant).await,
            None => Ok(Err(self.stopped(Response::empty(404)))),
        }
    }

    fn granted(&self, token: &str) -> Option<Grant<Ticket>> {
        let now = self.panel().clock().session_time();
        self.panel().viewers().tokens.get(token, now)
    }

    /// Returns what was granted to this client's address; others are refused.
    async fn of_its_address(&self, grant: Grant<Ticket>) -> Result<std::result::Result<Arc<Ticket>, Response>> {
        match self.is_of_another(grant.address) {
            true => self.refuse_address(Some(&grant.opens.viewer)).await.map(Err),
            false => Ok(Ok(grant.opens)),
        }
    }

    /// Whether a token that was granted to this address is not this client's.
    pub fn is_of_another(&self, address: IpAddr) -> bool {
        self.viewers().restrict_same_ip && address != self.client.address
    }

    /// Refuses whoever sends a token of another address.
    pub async fn refuse_address(&self, viewer: Option<&Viewer>) -> Result<Response> {
        self.log("IP_MISMATCH", viewer).await?;
        self.count(None).await?;
        Ok(self.stopped(Response::empty(403)))
    }

    async fn log(&self, status: &'static str, viewer: Option<&Viewer>) -> Result<()> {
        let refusal = subscription::Refusal {
            status,
            line: viewer.map(|viewer| viewer.line),
            stream: viewer.map(|viewer| viewer.stream),
            asked_stream: viewer.map(|viewer| viewer.stream),
            asked: self.request.path_and_query(),
            agent: self.client.agent.clone(),
            address: self.client.address.to_string(),
        };
        subscription::log(self.panel(), refusal).await
    }

    /// Logs a refusal, and answers it; with the profile `status_clips` what was to be played may have a clip in its place.
    /// The username counts where it is that of nobody.
    pub async fn refuse(
        &self,
        refused: &Refused,
        wrong_username: Option<&str>,
        container: Option<Container>,
    ) -> Result<Response> {
        if let Some(refusal) = refused.log_entry(&self.client, self.request.path_and_query()) {
            subscription::log(self.panel(), refusal).await?;
        }
        self.count(wrong_username.filter(|_| refused.line.is_none())).await?;
        let has_clips = self.exchange.access.settings.profiles.has(&STATUS_CLIPS);
        let clip = clip::shown(refused.check).filter(|_| has_clips).zip(container);
        Ok(self.stopped(match clip {
            Some((text, container)) => clip::answer(self, text, container),
            None => worded(refused.check.reply),
        }))
    }

    /// Counts a refusal of this client, with the username where it is that of nobody.
    async fn count(&self, wrong_username: Option<&str>) -> Result<()> {
        let access = &self.exchange.access;
        self.panel()
            .count_refusal(access, self.client.address, wrong_username)
            .await
    }

    /// Notes that the request was admitted.
    pub fn count_admission(&self) {
        self.panel().count_admission(&self.exchange.access, self.client.address);
    }

    /// Refuses a viewer by a check that only the playing itself can make.
    async fn refuse_by(&self, number: u8, viewer: &Viewer) -> Result<Response> {
        let check = checks::CHECKS.iter().find(|check| check.number == number);
        let check: &'static Check = check.ok_or_else(|| Error::internal(format!("there is no check {number}")))?;
        let refused = Refused {
            check,
            line: Some(viewer.line),
            stream: Some(viewer.stream),
            asked_stream: Some(viewer.stream),
            why: String::new(),
        };
        self.refuse(&refused, None, Some(viewer.container)).await
    }

    /// Refuses a viewer whose line has no room for its device.
    pub async fn refuse_device(&self, viewer: &Viewer) -> Result<Response> {
        self.refuse_by(checks::DEVICES, viewer).await
    }

    /// Refuses a viewer at the limit.
    pub async fn refuse_full(&self, viewer: &Viewer) -> Result<Response> {
        self.refuse_by(checks::LIMIT, viewer).await
    }

    /// Refuses a viewer of a stream that does not play.
    pub async fn refuse_off_air(&self, viewer: &Viewer) -> Result<Response> {
        self.refuse_by(checks::STOPPED, viewer).await
    }

    fn stopped(&self, answer: Response) -> Response {
        answer.traced(Trace::stopped(Auth::BadKey))
    }

    /// The answer of an action, for the journal.
    pub fn answered(&self, action: &'static str, answer: Response) -> Response {
        let handler = Handler {
            api: self.api,
            action,
            sub: "",
        };
        answer.traced(Trace::answered(handler, None))
    }

    /// The redirect to a data URL.
    pub fn redirect(&self, action: &'static str, location: String) -> Response {
        let mut answer = Response {
            location: Some(location),
            ..Response::empty(302)
        };
        answer.headers.push((CACHE_CONTROL, NO_CACHE.to_owned()));
        self.answered(action, answer)
    }
}

/// The answer of a refused check.
fn worded(reply: Reply) -> Response {
    match reply {
        Reply::AuthenticationFailed => Response::new(401, TEXT, "Authentication failed"),
        Reply::AccountDisabled => Response::new(401, TEXT, "Account disabled"),
        Reply::Forbidden => Response::empty(403),
        Reply::DeviceLimit => Response::new(403, TEXT, "Device limit reached"),
        Reply::NotFound => Response::empty(404),
        Reply::FormatNotAllowed => Response::empty(405),
        Reply::NotInBouquets => Response::empty(406),
        Reply::MaxConnections => Response::new(403, TEXT, "Max connections reached"),
    }
}
