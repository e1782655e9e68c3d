//! Movies and episodes (contract "Player side", section 10.2).

use std::ops::Range;

use actix_web::web::{Bytes, block};
use futures_util::stream;

use super::body::watched;
use super::call::Call;
use super::data::join_or_admit;
use super::file::{File, Part, with_body};
use crate::http::Response;
use crate::http::body::ByteStream;
use crate::media::test::Kind;
use crate::media::test::kept::{Container, FilmKey, KeptFilm};
use crate::panel::viewers::checks::Admitted;
use crate::panel::viewers::{ContentKind, Ticket, source};
use crate::panel::{Error, Result};

/// Bytes that are handed to the connection at once.
const PIECE: usize = 64 << 10;
/// Session time for which the token of an open file is valid, in seconds: it lives as long as its session.
const FOREVER: i64 = i64::MAX >> 1;

/// Plays a film.
pub async fn play(call: &Call<'_>, admitted: &Admitted, ticket: &Ticket, token: String) -> Result<Response> {
    let stream = &admitted.stream;
    let (action, kind) = match ticket.request.kind {
        ContentKind::Episode => ("series", Kind::Episode),
        _ => ("movie", Kind::Movie),
    };
    let (Ok(source), Some(container)) = (source::test(call.media(), stream), Container::named(&stream.container))
    else {
        return Ok(call.answered(action, Response::empty(404)));
    };
    let key = FilmKey {
        source,
        kind,
        seconds: length(stream.film_seconds),
        container,
    };
    let film = made(call, key).await?;
    let file = File {
        content_type: container.content_type(),
        length: u64::try_from(film.bytes.len()).unwrap_or(u64::MAX),
        etag: film.etag.clone(),
    };
    let (answer, range) = match file.part(call) {
        Part::None(answer) => return Ok(call.answered(action, answer)),
        Part::Bytes(answer, range) => (answer, range),
    };
    let length = range.end.saturating_sub(range.start);
    if call.is_head() {
        return Ok(call.answered(action, with_body(answer, length, None)));
    }
    let session = match join_or_admit(call, ticket, &token).await? {
        Ok(session) => session,
        Err(refusal) => return Ok(refusal),
    };
    call.panel().viewers().tokens.extend(&token, FOREVER);
    let body = watched(call.exchange, &call.request, &session, pieces(film.bytes, range));
    Ok(call.answered(action, with_body(answer, length, Some(body))))
}

/// The length of a made film: 10 s to 10 min, a minute where it is not known.
fn length(known: i64) -> u32 {
    match known {
        0 => 60,
        known => u32::try_from(known.clamp(10, 600)).unwrap_or(60),
    }
}

/// The film, which is made off this thread where it is not kept.
async fn made(call: &Call<'_>, key: FilmKey) -> Result<KeptFilm> {
    let kept = std::sync::Arc::clone(&call.panel().viewers().films);
    block(move || kept.get(key))
        .await
        .map_err(|error| Error::internal(error.to_string()))
}

/// A range of bytes in pieces.
fn pieces(bytes: Bytes, range: Range<u64>) -> ByteStream {
    let at = |place: u64| usize::try_from(place).unwrap_or(usize::MAX).min(bytes.len());
    let rest = bytes.slice(at(range.start)..at(range.end));
    Box::pin(stream::unfold(rest, async |mut rest| {
        let next = rest.split_to(rest.len().min(PIECE));
        (!next.is_empty()).then_some((Ok(next), rest))
    }))
}
