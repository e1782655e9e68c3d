//! Data URLs: they admit the viewer, write the connection down and play (contract "Player side", sections 10 and 12).

use std::sync::Arc;

use super::call::Call;
use super::path::Door;
use super::{archive, clip, film, live};
use crate::http::Response;
use crate::panel::Result;
use crate::panel::viewers::{Admission, Container, Plays, Session, Ticket, enter};

/// Session time in which a file that was closed is opened again with the same token, in seconds.
pub const REOPENED: i64 = 300;

/// Answers a data URL.
pub async fn answer(call: &Call<'_>, door: Door, token: &str) -> Result<Response> {
    if door == Door::Live
        && let Some(answer) = clip::opened(call, token).await?
    {
        return Ok(answer);
    }
    let ticket = match call.ticket(token).await? {
        Ok(ticket) => ticket,
        Err(refusal) => return Ok(refusal),
    };
    if door != Door::of(ticket.plays) {
        return Ok(Response::empty(404));
    }
    let answer = play(call, (*ticket).clone(), token.to_owned()).await?;
    if !call.is_head() && matches!(answer.status, 200 | 206) {
        call.panel().viewers().tokens.use_up(token);
    }
    Ok(answer)
}

/// Plays what a ticket is for, after the checks were made again.
pub async fn play(call: &Call<'_>, ticket: Ticket, token: String) -> Result<Response> {
    let admitted = match call.check_again(&ticket.request).await? {
        Ok(admitted) => admitted,
        Err(refused) => return call.refuse(&refused, None, Some(ticket.viewer.container)).await,
    };
    match ticket.plays {
        Plays::Live => live::play(call, &admitted, &ticket).await,
        Plays::Archive { start, seconds } => archive::play(call, &admitted, &ticket, (start, seconds)).await,
        Plays::Movie | Plays::Episode => film::play(call, &admitted, &ticket, token).await,
    }
}

/// Admits the viewer of a ticket, or answers the refusal.
pub async fn admit(
    call: &Call<'_>,
    ticket: &Ticket,
    token: &str,
) -> Result<std::result::Result<Arc<Session>, Response>> {
    loop {
        match enter(call.panel(), call.viewers(), ticket, token).await? {
            Admission::Admitted(session) => return Ok(Ok(session)),
            Admission::Full => return call.refuse_full(&ticket.viewer).await.map(Err),
            Admission::Gone => {}
        }
        // The line changed after it was checked.
        if let Err(refused) = call.check_again(&ticket.request).await? {
            let container = Some(ticket.viewer.container);
            return call.refuse(&refused, None, container).await.map(Err);
        }
    }
}

/// The token of a file that is open or was until a moment ago: a request with a range goes on with that session, others
/// begin a new one (section 12, "VOD").
pub fn known_token(call: &Call<'_>, ticket: &Ticket) -> Option<String> {
    if ticket.viewer.container != Container::Vod || call.request.header("range").is_none() {
        return None;
    }
    let registry = &call.panel().viewers().registry;
    let open = registry.of(&ticket.viewer).map(|session| session.token.clone());
    let since = call.panel().clock().session_time().saturating_sub(REOPENED);
    let closed = || {
        let last = registry.last_of(&ticket.viewer)?;
        (last.session.last_read() > since).then(|| last.session.token.clone())
    };
    open.or_else(closed).filter(|token| !token.is_empty())
}

/// Joins the open session of a file's viewer, or begins one.
pub async fn join_or_admit(
    call: &Call<'_>,
    ticket: &Ticket,
    token: &str,
) -> Result<std::result::Result<Arc<Session>, Response>> {
    if call.request.header("range").is_some() || ticket.viewer.container == Container::Hls {
        let open = call.panel().viewers().registry.of(&ticket.viewer);
        if let Some(session) = open.filter(|session| session.over().is_none()) {
            call.panel().viewers().touch(call.panel(), &session);
            return Ok(Ok(session));
        }
    }
    admit(call, ticket, token).await
}
