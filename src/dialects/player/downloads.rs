//! What `get.php` and `xmltv.php` have in common: who may download, and the answer to all others (contract "Player side",
//! sections 7 and 13).

use std::time::Duration;

use super::login::{Input, Login, log_in};
use crate::http::trace::{Auth, Handler, Trace};
use crate::http::{Exchange, Request, Response};
use crate::panel::Result;
use crate::panel::subscription::{Logins, Standing, Subscription};

/// How long a client may read nothing of a download that is sent while it is made: it holds what it reads.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Whether a request may download.
pub enum Admission {
    Line(Box<Subscription>),
    Refused(Response),
}

/// Admits active lines. Whatever a download is refused for, its answer is the same, so checks of where a request comes
/// from belong here.
///
/// # Errors
/// SQLite's, or [`crate::panel::Error::Busy`].
pub async fn admit(exchange: &Exchange, request: &Request<'_>, input: &Input, handler: Handler) -> Result<Admission> {
    Ok(match log_in(exchange, request, input, Logins::People).await? {
        Login::Line(line) if line.standing == Standing::Active => Admission::Line(line),
        Login::Line(_) => Admission::Refused(refusal(Trace::answered(handler, None))),
        Login::Missing | Login::Refused => Admission::Refused(refusal(Trace::stopped(Auth::BadKey))),
    })
}

/// A refused download: a success without a body. With a header alone apps would store an empty list.
pub fn refusal(trace: Trace) -> Response {
    Response::new(200, "text/html; charset=UTF-8", "").traced(trace)
}
