//! HLS: playlists of what is on air and of archives, and their segments (contract "Player side", sections 10.1, 10.3 and
//! 12). A session is a viewer of a stream: each read keeps it alive.

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use actix_web::http::header::CACHE_CONTROL;
use futures_util::stream;
use tokio::time::timeout;

use super::call::{Call, NO_CACHE};
use super::data::join_or_admit;
use super::file::{sent, with_body};
use super::{clip, recorded};
use crate::http::Response;
use crate::http::body::{Body, ByteStream};
use crate::media::hls::{Listed, Media, PlaylistText};
use crate::media::meter::Meter;
use crate::media::test::{Kind, TestSource};
use crate::panel::Result;
use crate::panel::viewers::checks::Admitted;
use crate::panel::viewers::{HLS_IDLE, Plays, Seen, Session, StreamUse, TOKEN_LENGTH, Ticket, clock_text, source};

pub const PLAYLIST: &str = "application/x-mpegurl";
pub const SEGMENT: &str = "video/mp2t";

/// Seconds of a segment of an archive.
const ARCHIVE_SEGMENT: i64 = 60;
/// The name of the action that answers segments.
const ACTION: &str = "hls";

/// Answers a playlist. It is the first of a session, or keeps an open one alive.
pub async fn playlist(call: &Call<'_>, action: &'static str, admitted: Admitted, ticket: Ticket) -> Result<Response> {
    let recording = match ticket.plays {
        Plays::Archive { start, seconds } => {
            let wanted = start..start.saturating_add(seconds);
            let Some(recording) = recording(call, &admitted, wanted).await? else {
                return Ok(call.answered(action, Response::empty(404)));
            };
            Some(recording)
        }
        _ => None,
    };
    if call.is_head() {
        return head(call, action, &admitted, &ticket, recording).await;
    }
    let open = call.panel().viewers().registry.of(&ticket.viewer);
    let token = open.map_or_else(|| call.token(), |session| session.token.clone());
    let session = match join_or_admit(call, &ticket, &token).await? {
        Ok(session) => session,
        Err(refusal) => return Ok(refusal),
    };
    session.count_playlist();
    let text = match recording {
        Some(recording) => Some(recording.with_token(&session.token)),
        None => live(call, &admitted, &session).await,
    };
    let Some(text) = text else {
        call.panel().viewers().give_up(call.panel(), &session).await?;
        return call.refuse_off_air(&ticket.viewer).await;
    };
    call.grant(session.token.clone(), ticket, HLS_IDLE);
    // Its end is that of the session.
    call.panel().viewers().tokens.use_up(&session.token);
    Ok(call.answered(action, with_head(Response::new(200, PLAYLIST, text))))
}

/// The head that a GET of this moment would have (section 10.1, step 2: nothing is begun for it).
async fn head(
    call: &Call<'_>,
    action: &'static str,
    admitted: &Admitted,
    ticket: &Ticket,
    recording: Option<PlaylistText>,
) -> Result<Response> {
    let open = call.panel().viewers().registry.of(&ticket.viewer);
    let seen = match recording {
        Some(recording) => Seen::Playlist(recording),
        None => look(call, admitted, open.as_ref().map_or(0, |session| session.playlists())),
    };
    let body = match (seen, open) {
        (Seen::Nothing, _) => return call.refuse_off_air(&ticket.viewer).await,
        (Seen::NotYet, _) => Body::Unknown,
        // A fault may have frozen it, which is known by its token.
        (Seen::Playlist(text), Some(session)) => text.with_token(&session.token).into_bytes().into(),
        (Seen::Playlist(text), None) => {
            let length = text.with_token(&"0".repeat(TOKEN_LENGTH)).len();
            Body::streamed(Some(length), Box::pin(stream::empty()))
        }
    };
    let answer = Response {
        body,
        ..Response::new(200, PLAYLIST, Vec::new())
    };
    Ok(call.answered(action, with_head(answer)))
}

/// Looks at what is on air for who has read so many playlists of it.
fn look(call: &Call<'_>, admitted: &Admitted, playlists: u64) -> Seen {
    if call.exchange.is_upstream_down() {
        return Seen::Nothing;
    }
    let sources = source::sources(call.media(), &admitted.stream);
    let (on_air, now) = (&call.panel().viewers().on_air, call.panel().clock().now_millis());
    on_air.look(
        call.media(),
        admitted.stream.id,
        &sources,
        (playlists.saturating_add(1), now),
    )
}

/// Adds that it must not be cached.
pub fn with_head(mut answer: Response) -> Response {
    answer.headers.push((CACHE_CONTROL, NO_CACHE.to_owned()));
    answer
}

/// The stream of a session, which uses it as long as it is open; `None` where its sources failed a moment ago.
fn stream_of(call: &Call<'_>, admitted: &Admitted, session: &Session) -> Option<StreamUse> {
    if call.exchange.is_upstream_down() {
        return None;
    }
    let sources = source::sources(call.media(), &admitted.stream);
    let on_air = &call.panel().viewers().on_air;
    let join = || on_air.join(call.panel(), call.media(), admitted.stream.id, sources.clone());
    let stream = join()?;
    if let Some(upstream) = source::upstream(call.media(), &admitted.stream) {
        session.set_upstream(upstream);
    }
    session.keep(join);
    Some(stream)
}

/// The playlist of what is on air; `None` where no segment is whole in time.
async fn live(call: &Call<'_>, admitted: &Admitted, session: &Session) -> Option<String> {
    let stream = stream_of(call, admitted, session)?;
    let now = call.panel().clock().now_millis();
    let computed = stream.test().map(|mut test| test.playlist(session.playlists(), now));
    let text = match computed {
        Some(text) => text?,
        None => {
            let window = stream.window(call.panel().viewers(), call.media());
            let first = timeout(call.media().on_air_timeout, window.first_playlist()).await;
            (*first.ok()?).clone()
        }
    };
    Some(text.with_token(&session.token))
}

/// The playlist of a part of an archive, in unix seconds; `None` where it holds nothing of it.
async fn recording(call: &Call<'_>, admitted: &Admitted, wanted: Range<i64>) -> Result<Option<PlaylistText>> {
    let held = match source::is_test(call.media(), &admitted.stream) {
        true => vec![wanted.clone()],
        false => recorded::held(call, &admitted.stream, wanted.clone()).await?,
    };
    let listed = minutes(&wanted, &held);
    let media = Media {
        target: u64::try_from(ARCHIVE_SEGMENT).unwrap_or_default(),
        discontinuity_sequence: 0,
        segments: &listed,
        is_whole: true,
    };
    Ok((!listed.is_empty()).then(|| media.text()))
}

/// The minutes of what is wanted that hold something; one that does not go on from the one before says so.
fn minutes(wanted: &Range<i64>, held: &[Range<i64>]) -> Vec<Listed> {
    let (mut listed, mut end) = (Vec::new(), None);
    let starts = wanted.clone().step_by(usize::try_from(ARCHIVE_SEGMENT).unwrap_or(60));
    for (number, start) in (0..).zip(starts) {
        let minute = start..start.saturating_add(ARCHIVE_SEGMENT).min(wanted.end);
        let parts = held
            .iter()
            .map(|part| part.start.max(minute.start)..part.end.min(minute.end));
        let parts: Vec<_> = parts.filter(|part| !part.is_empty()).collect();
        let (Some(first), Some(last)) = (parts.first(), parts.last()) else {
            continue;
        };
        let goes_on = end.is_none_or(|end| end == first.start) && parts.len() == 1;
        end = Some(last.end);
        let seconds: i64 = parts.iter().map(|part| part.end.saturating_sub(part.start)).sum();
        listed.push(Listed {
            number,
            length: Duration::from_secs(u64::try_from(seconds).unwrap_or_default()),
            is_discontinuous: !goes_on,
        });
    }
    listed
}

/// Answers a segment.
pub async fn segment(call: &Call<'_>, token: &str, number: u64) -> Result<Response> {
    if let Some(answer) = clip::segment(call, token, number).await? {
        return Ok(answer);
    }
    let ticket = match call.ticket_of_session(token).await? {
        Ok(ticket) => ticket,
        Err(refusal) => return Ok(refusal),
    };
    let viewers = call.panel().viewers();
    let none = || Ok(call.answered(ACTION, Response::empty(404)));
    let Some(session) = viewers
        .registry
        .of(&ticket.viewer)
        .filter(|session| session.token == token)
    else {
        return none();
    };
    let admitted = match call.check_again(&ticket.request).await? {
        Ok(admitted) => admitted,
        Err(refused) => return call.refuse(&refused, None, None).await,
    };
    let found = match ticket.plays {
        Plays::Archive { start, seconds } => {
            archived(call, &admitted, start..start.saturating_add(seconds), number).await?
        }
        _ => on_air(call, &admitted, &session, number).await,
    };
    let Some(Segment { length, meter, bytes }) = found else {
        return none();
    };
    let answer = Response {
        content_type: Some(SEGMENT.into()),
        ..Response::empty(200)
    };
    if call.is_head() {
        return Ok(call.answered(ACTION, with_body(answer, length, None)));
    }
    viewers.touch(call.panel(), &session);
    session.count_segment();
    let until = call.panel().clock().session_time().saturating_add(HLS_IDLE);
    viewers.tokens.extend(token, until);
    Ok(call.answered(ACTION, sent(call, &session, answer, length, (bytes, meter))))
}

/// A segment.
struct Segment {
    /// In bytes.
    length: u64,
    bytes: ByteStream,
    meter: Meter,
}

/// A segment of an archive, which holds these unix seconds.
async fn archived(call: &Call<'_>, admitted: &Admitted, held: Range<i64>, number: u64) -> Result<Option<Segment>> {
    let before = i64::try_from(number)
        .ok()
        .and_then(|number| number.checked_mul(ARCHIVE_SEGMENT));
    let Some(start) = before.and_then(|before| held.start.checked_add(before)) else {
        return Ok(None);
    };
    let wanted = start..start.saturating_add(ARCHIVE_SEGMENT).min(held.end);
    if wanted.is_empty() {
        return Ok(None);
    }
    if let Ok(source) = source::test(call.media(), &admitted.stream) {
        return Ok(Some(seconds(call, source, Kind::Archive, wanted)));
    }
    let found = recorded::find(call, &admitted.stream, wanted).await?;
    Ok(found.map(|found| Segment {
        length: found.length,
        bytes: found.bytes(0..u64::MAX),
        meter: Meter::timed(),
    }))
}

/// A segment that is on air or was until a moment ago; `None` where there is none, or its source does not give it.
async fn on_air(call: &Call<'_>, admitted: &Admitted, session: &Session, number: u64) -> Option<Segment> {
    let stream = stream_of(call, admitted, session)?;
    let now = call.panel().clock().now_millis();
    let computed = stream
        .test()
        .map(|mut test| (test.seconds(session, number, now), test.source.clone()));
    if let Some((range, source)) = computed {
        return Some(seconds(call, source, Kind::Live, range?));
    }
    let segment = stream.window(call.panel().viewers(), call.media()).segment(number)?;
    let parts = segment.parts().await?;
    let length = parts
        .iter()
        .map(|part| u64::try_from(part.len()).unwrap_or(u64::MAX))
        .sum();
    Some(Segment {
        length,
        bytes: Box::pin(stream::iter(parts.into_iter().map(Ok))),
        meter: Meter::timed(),
    })
}

/// Seconds of a source, one by one.
fn seconds(call: &Call<'_>, source: TestSource, kind: Kind, seconds: Range<i64>) -> Segment {
    let (kept, zone) = (Arc::clone(&call.panel().viewers().seconds), call.panel().zone());
    let count = u64::try_from(seconds.end.saturating_sub(seconds.start)).unwrap_or_default();
    let length = count.saturating_mul(source.parameters().second_bytes());
    let meter = Meter::recorded(&source, seconds.start, 0);
    let all = seconds.map(move |second| Ok(kept.get(&source, second, kind, &clock_text(zone, second))));
    Segment {
        length,
        bytes: Box::pin(stream::iter(all)),
        meter,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_without_a_recording_are_left_out_and_a_hole_is_a_break() {
        let listed = |held: &[Range<i64>]| -> Vec<(u64, u64, bool)> {
            let listed = minutes(&(1_000..1_270), held);
            let listed = listed.iter();
            listed
                .map(|one| (one.number, one.length.as_secs(), one.is_discontinuous))
                .collect()
        };
        let whole = [
            (0, 60, false),
            (1, 60, false),
            (2, 60, false),
            (3, 60, false),
            (4, 30, false),
        ];
        assert_eq!(listed(std::slice::from_ref(&(1_000..1_270))), whole);
        assert_eq!(listed(&[]), []);
        // It begins late, has a hole from 1,090 to 1,190, and ends early.
        let parts = [(0, 50, false), (1, 30, false), (3, 50, true), (4, 5, false)];
        assert_eq!(listed(&[1_010..1_090, 1_190..1_245]), parts);
        // The hole is within a minute.
        assert_eq!(listed(&[1_000..1_070, 1_080..1_120]), [(0, 60, false), (1, 50, true)]);
    }
}
