//! What `get.php` and `xmltv.php` have in common: who may download, and the answer to all others (contract "Player side",
//! sections 7 and 13).

use std::sync::Arc;
use std::time::Duration;

use super::login::{Input, Login, client, log_in};
use super::xui;
use crate::http::trace::{Auth, Handler, Trace};
use crate::http::{Exchange, Request, Response};
use crate::panel::profiles::LEGACY_OFF;
use crate::panel::subscription::{self, Logins, Standing, Subscription};
use crate::panel::viewers::checks::{Refused, refuse_origin};
use crate::panel::{Caller, Context, Result};

/// How long a client may read nothing of a download that is sent while it is made: it holds what it reads.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Whether a request may download.
pub enum Admission {
    Line(Box<Subscription>),
    Refused(Response),
}

/// Admits active lines, from where and with what they may watch. Whatever a download is refused for, its answer is the
/// same.
///
/// # Errors
/// SQLite's, or [`crate::panel::Error::Busy`].
pub async fn admit(exchange: &Exchange, request: &Request<'_>, input: &Input, handler: Handler) -> Result<Admission> {
    let is_off = exchange.access.settings.profiles.has(&LEGACY_OFF);
    let line = match log_in(exchange, request, input, Logins::People).await? {
        Login::Line(..) if is_off => return Ok(Admission::Refused(refusal(exchange, Trace::stopped(Auth::BadKey)))),
        Login::Line(line, ()) if line.standing == Standing::Active => line,
        Login::Line(..) => return Ok(Admission::Refused(refusal(exchange, Trace::answered(handler, None)))),
        Login::Missing | Login::Refused => {
            return Ok(Admission::Refused(refusal(exchange, Trace::stopped(Auth::BadKey))));
        }
    };
    Ok(match is_refused(exchange, request, &line).await? {
        false => Admission::Line(line),
        true => Admission::Refused(refusal(exchange, Trace::answered(handler, None))),
    })
}

/// Makes the checks of where a request comes from and what sends it (section 11, numbers 5 to 10), and logs a refusal.
///
/// # Errors
/// SQLite's.
async fn is_refused(exchange: &Exchange, request: &Request<'_>, line: &Subscription) -> Result<bool> {
    let access = Arc::clone(&exchange.access);
    if !access.settings.viewers.restrict_playlists {
        return Ok(false);
    }
    let client = client(request);
    let (sender, of) = (client.clone(), line.clone());
    let check = move |context: &Context<'_>| refuse_origin(context, &access.settings.viewers, &sender, &of);
    let refused: Option<Refused> = exchange.panel.read(Caller::Anyone, check).await?;
    let Some(refused) = refused else {
        return Ok(false);
    };
    if let Some(entry) = refused.log_entry(&client, request.path_and_query()) {
        subscription::log(&exchange.panel, entry).await?;
    }
    Ok(true)
}

/// A refused download: a success without a body. With a header alone apps would store an empty list.
pub fn refusal(exchange: &Exchange, trace: Trace) -> Response {
    let usual = Response::new(200, "text/html; charset=UTF-8", "");
    xui::refused(exchange, usual).traced(trace)
}
