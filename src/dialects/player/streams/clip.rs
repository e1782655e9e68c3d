//! Clips in place of refusals (contract "Player side", section 16, `status_clips`): a picture that says why. A clip is no
//! connection and has no session; its token opens nothing else.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use actix_web::web::Bytes;
use futures_util::stream;
use tokio::time::{Instant, sleep_until};

use super::call::Call;
use super::hls::{PLAYLIST, SEGMENT, with_head};
use super::path;
use crate::http::Response;
use crate::http::body::{Body, ByteStream};
use crate::http::connection::{ConnectionHandle, StreamOptions};
use crate::media::hls::{Listed, Media};
use crate::media::test::{Kind, TestSource, position};
use crate::panel::Result;
use crate::panel::settings::Pace;
use crate::panel::viewers::checks::{BANNED, Check, DISABLED, EXPIRED, LIMIT, SECOND_ADDRESS, STOPPED};
use crate::panel::viewers::{Container, Grant, HLS_IDLE};

/// What the picture shows for a refusal, by the number of its check.
const CLIPS: [(u8, &str); 6] = [
    (EXPIRED, "EXPIRED"),
    (BANNED, "BANNED"),
    (DISABLED, "DISABLED"),
    (SECOND_ADDRESS, "IN USE"),
    (LIMIT, "LIMIT"),
    (STOPPED, "OFF AIR"),
];

/// Seconds of a clip, before it begins anew; the timestamps go on.
const SECONDS: i64 = 10;
/// Seconds that are sent at once, so that a player begins at once.
const AHEAD: i64 = 3;

/// What the clip of a refusal shows; `None` for one without a clip.
pub fn shown(check: &Check) -> Option<&'static str> {
    let found = CLIPS.iter().find(|(number, _)| *number == check.number);
    found.map(|(_, text)| *text)
}

/// Answers with a clip: the way to it, itself at a data URL, or its playlist.
pub fn answer(call: &Call<'_>, text: &'static str, container: Container) -> Response {
    if container == Container::Hls {
        return playlist(&grant(call, text, HLS_IDLE));
    }
    if path::is_data(call.request.path) || !call.viewers().stream_redirect {
        return play(call, text);
    }
    let seconds = i64::try_from(call.viewers().create_expiration.as_secs()).unwrap_or(i64::MAX);
    let location = format!("{}/auth/{}", call.base(), grant(call, text, seconds));
    with_head(Response {
        location: Some(location),
        ..Response::empty(302)
    })
}

/// Makes a token that opens a clip for so many seconds of session time.
fn grant(call: &Call<'_>, text: &'static str, seconds: i64) -> String {
    let (token, now) = (call.token(), call.panel().clock().session_time());
    let grant = Grant {
        address: call.client.address,
        until: now.saturating_add(seconds),
        opens: Arc::new(text),
    };
    call.panel().viewers().clips.add(token.clone(), grant, now);
    token
}

fn playlist(token: &str) -> Response {
    let length = Duration::from_secs(SECONDS.unsigned_abs());
    let whole = Media {
        target: length.as_secs(),
        discontinuity_sequence: 0,
        segments: &[Listed {
            number: 0,
            length,
            is_discontinuous: false,
        }],
        is_whole: true,
    };
    with_head(Response::new(200, PLAYLIST, whole.text().with_token(token)))
}

/// Returns what the token of a clip shows to this client, or the refusal; `None` for what is no such token.
async fn granted(call: &Call<'_>, token: &str) -> Result<Option<std::result::Result<&'static str, Response>>> {
    let now = call.panel().clock().session_time();
    let Some(grant) = call.panel().viewers().clips.get(token, now) else {
        return Ok(None);
    };
    if call.is_of_another(grant.address) {
        return call.refuse_address(None).await.map(|refusal| Some(Err(refusal)));
    }
    Ok(Some(Ok(*grant.opens)))
}

/// Answers the data URL of a clip; `None` for a token that is none of a clip.
///
/// # Errors
/// SQLite's.
pub async fn opened(call: &Call<'_>, token: &str) -> Result<Option<Response>> {
    let granted = granted(call, token).await?;
    Ok(granted.map(|granted| match granted {
        Ok(text) => call.answered("live", play(call, text)),
        Err(refusal) => refusal,
    }))
}

/// Answers a segment of a clip, which has one; `None` for a token that is none of a clip.
///
/// # Errors
/// SQLite's.
pub async fn segment(call: &Call<'_>, token: &str, number: u64) -> Result<Option<Response>> {
    let granted = granted(call, token).await?;
    Ok(granted.map(|granted| match granted {
        Ok(text) if number == 0 => {
            let source = TestSource::notice(text);
            let bytes: Vec<u8> = (0..SECONDS).flat_map(|second| made(&source, second)).collect();
            call.answered("hls", Response::new(200, SEGMENT, bytes))
        }
        Ok(_) => call.answered("hls", Response::empty(404)),
        Err(refusal) => refusal,
    }))
}

fn made(source: &TestSource, second: i64) -> Bytes {
    source.second(second, Kind::Notice, &position(second.rem_euclid(SECONDS)))
}

/// Plays a clip until the client leaves or the server stops.
fn play(call: &Call<'_>, text: &'static str) -> Response {
    let body = match call.is_head() {
        true => Body::Stream(Box::pin(stream::empty())),
        false => Body::Stream(looped(call, TestSource::notice(text))),
    };
    Response {
        content_type: Some(SEGMENT.into()),
        body,
        ..Response::empty(200)
    }
}

/// The seconds of a clip, as fast as they play; with the pace `free` as fast as the client reads.
fn looped(call: &Call<'_>, source: TestSource) -> ByteStream {
    let handle = call.request.connection().cloned();
    if let Some(handle) = &handle {
        handle.set_options(StreamOptions::Live);
    }
    let is_paced = call.media().pace != Pace::Free;
    let begun = Instant::now();
    let state = (0_i64, source, handle, call.request.stopped());
    Box::pin(stream::unfold(
        state,
        move |(second, source, handle, mut stopped)| async move {
            let wait = u64::try_from(second.saturating_sub(AHEAD)).unwrap_or_default();
            let mut next = Ok(());
            if let Some(due) = begun.checked_add(Duration::from_secs(wait)).filter(|_| is_paced) {
                tokio::select! {
                    biased;
                    () = ConnectionHandle::client_left(handle.as_ref()) => return None,
                    // What is cut ends without a last chunk.
                    () = &mut stopped => next = Err(io::ErrorKind::ConnectionAborted.into()),
                    () = sleep_until(due) => {}
                }
            }
            let bytes = next.map(|()| made(&source, second));
            Some((bytes, (second.saturating_add(1), source, handle, stopped)))
        },
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::panel::viewers::checks::CHECKS;

    #[test]
    fn every_clip_is_of_a_check_and_fits_the_picture() {
        for (number, text) in CLIPS {
            assert!(CHECKS.iter().any(|check| check.number == number), "{number}");
            assert_eq!(
                TestSource::notice(text).pages(0, Kind::Notice, "")[0].rows()[0].trim(),
                text
            );
        }
    }
}
