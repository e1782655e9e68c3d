//! HLS: playlists of what is on air and of archives, and their segments (contract "Player side", sections 10.1, 10.3 and
//! 12). A session is a viewer of a stream: each read keeps it alive.

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::Bytes;
use futures_util::stream;

use super::body::watched;
use super::call::{Call, NO_CACHE};
use super::data::join_or_admit;
use super::file::with_body;
use super::test_source::{self, clock_text};
use crate::http::Response;
use crate::http::body::ByteStream;
use crate::media::hls::{Listed, Media};
use crate::media::test::{Kind, TestSource};
use crate::panel::Result;
use crate::panel::viewers::checks::Admitted;
use crate::panel::viewers::{HLS_IDLE, Plays, Session, Ticket};

const PLAYLIST: &str = "application/x-mpegurl";
const SEGMENT: &str = "video/mp2t";

/// Seconds of a segment of an archive.
const ARCHIVE_SEGMENT: i64 = 60;
/// Segments before a live playlist that still answer.
const STILL: i64 = 3;

/// The name of the action that answers segments.
const ACTION: &str = "hls";

/// Answers a playlist. It is the first of a session, or keeps an open one alive.
pub async fn playlist(call: &Call<'_>, action: &'static str, admitted: Admitted, ticket: Ticket) -> Result<Response> {
    let Some(Ok(source)) = test_source::of(call.media(), &admitted.stream) else {
        return call.refuse_off_air(&ticket.viewer).await;
    };
    if call.is_head() {
        return Ok(call.answered(action, with_head(Response::new(200, PLAYLIST, Vec::new()))));
    }
    let open = call.panel().viewers().registry.of(&ticket.viewer);
    let token = open.map_or_else(|| call.token(), |session| session.token.clone());
    let session = match join_or_admit(call, &ticket, &token).await? {
        Ok(session) => session,
        Err(refusal) => return Ok(refusal),
    };
    session.count_playlist();
    let text = match ticket.plays {
        Plays::Archive { start, seconds } => archive(start..start.saturating_add(seconds)).with_token(&session.token),
        _ => live(call, &source, &session).with_token(&session.token),
    };
    call.grant(session.token.clone(), ticket, HLS_IDLE);
    Ok(call.answered(action, with_head(Response::new(200, PLAYLIST, text))))
}

fn with_head(mut answer: Response) -> Response {
    answer.headers.push((CACHE_CONTROL, NO_CACHE.to_owned()));
    answer
}

/// The playlist of what is on air.
fn live(call: &Call<'_>, source: &TestSource, session: &Session) -> crate::media::hls::PlaylistText {
    let (length, window) = window(call, source, session);
    let listed: Vec<Listed> = window
        .map(|number| Listed {
            number: u64::try_from(number).unwrap_or_default(),
            length,
            is_discontinuous: false,
        })
        .collect();
    Media {
        target: length.as_secs(),
        discontinuity_sequence: 0,
        segments: &listed,
        is_whole: false,
    }
    .text()
}

/// The length of segments, and the numbers of those that are listed: the last ones that are whole.
fn window(call: &Call<'_>, source: &TestSource, session: &Session) -> (Duration, Range<i64>) {
    let length = call.media().hls_segment;
    let seconds = i64::try_from(length.as_secs()).unwrap_or(1).max(1);
    let place = super::live::place(call, source, session, seconds);
    let end = place.div_euclid(seconds);
    let listed = i64::try_from(call.media().hls_segments).unwrap_or(i64::MAX);
    (length, end.saturating_sub(listed).max(0)..end.max(0))
}

/// The playlist of a part of an archive, in unix seconds.
fn archive(held: Range<i64>) -> crate::media::hls::PlaylistText {
    let mut listed = Vec::new();
    for (number, start) in (0..).zip((held.start..held.end).step_by(usize::try_from(ARCHIVE_SEGMENT).unwrap_or(60))) {
        let seconds = held.end.saturating_sub(start).min(ARCHIVE_SEGMENT);
        listed.push(Listed {
            number,
            length: Duration::from_secs(u64::try_from(seconds).unwrap_or_default()),
            is_discontinuous: false,
        });
    }
    Media {
        target: u64::try_from(ARCHIVE_SEGMENT).unwrap_or_default(),
        discontinuity_sequence: 0,
        segments: &listed,
        is_whole: true,
    }
    .text()
}

/// Answers a segment.
pub async fn segment(call: &Call<'_>, token: &str, number: u64) -> Result<Response> {
    let ticket = match call.ticket(token).await? {
        Ok(ticket) => ticket,
        Err(refusal) => return Ok(refusal),
    };
    let viewers = call.panel().viewers();
    let none = || Ok(call.answered(ACTION, Response::empty(404)));
    let Some(session) = viewers.registry.of(&ticket.viewer).filter(|session| session.token == token) else {
        return none();
    };
    let admitted = match call.check_again(&ticket.request).await? {
        Ok(admitted) => admitted,
        Err(refused) => return call.refuse(&refused).await,
    };
    let Some(Ok(source)) = test_source::of(call.media(), &admitted.stream) else {
        return none();
    };
    let number = i64::try_from(number).unwrap_or(i64::MAX);
    let found = match ticket.plays {
        Plays::Archive { start, seconds } => part(start..start.saturating_add(seconds), number).map(|part| (Kind::Archive, part)),
        _ => on_air(call, &source, &session, number).map(|part| (Kind::Live, part)),
    };
    let Some((kind, part)) = found else {
        return none();
    };
    if !call.is_head() {
        viewers.touch(call.panel(), &session);
        session.count_segment();
        let until = call.panel().clock().session_time().saturating_add(HLS_IDLE);
        viewers.tokens.extend(token, until);
    }
    let seconds = u64::try_from(part.end.saturating_sub(part.start)).unwrap_or_default();
    let length = seconds.saturating_mul(source.parameters().second_bytes());
    let body = (!call.is_head()).then(|| watched(call.exchange, &call.request, &session, bytes(call, source, kind, part)));
    let answer = Response {
        content_type: Some(SEGMENT.into()),
        ..Response::empty(200)
    };
    Ok(call.answered(ACTION, with_body(answer, length, body)))
}

/// The unix seconds of a segment of an archive.
fn part(held: Range<i64>, number: i64) -> Option<Range<i64>> {
    let start = held.start.saturating_add(number.saturating_mul(ARCHIVE_SEGMENT));
    let end = start.saturating_add(ARCHIVE_SEGMENT).min(held.end);
    (start < end).then_some(start..end)
}

/// The unix seconds of a segment that is on air or was until a moment ago.
fn on_air(call: &Call<'_>, source: &TestSource, session: &Session, number: i64) -> Option<Range<i64>> {
    let (length, window) = window(call, source, session);
    let seconds = i64::try_from(length.as_secs()).unwrap_or(1);
    let first = window.start.saturating_sub(STILL).max(0);
    let start = number.checked_mul(seconds)?;
    (first..window.end).contains(&number).then(|| start..start.saturating_add(seconds))
}

/// Seconds of a source, one by one.
fn bytes(call: &Call<'_>, source: TestSource, kind: Kind, seconds: Range<i64>) -> ByteStream {
    let (kept, zone) = (Arc::clone(&call.panel().viewers().seconds), call.panel().zone());
    let all = seconds.map(move |second| Ok::<Bytes, std::io::Error>(kept.get(&source, second, kind, &clock_text(zone, second))));
    Box::pin(stream::iter(all))
}
