//! What is on air, as a transport stream (contract "Player side", section 10.1).

use std::sync::Arc;
use std::time::Duration;

use futures_util::stream;

use super::body::watched;
use super::call::Call;
use super::data::admit;
use super::test_source::{self, clock_text};
use crate::http::Response;
use crate::http::body::ByteStream;
use crate::media::test::{Kind, TestSource};
use crate::panel::Result;
use crate::panel::settings::Pace;
use crate::panel::viewers::checks::Admitted;
use crate::panel::viewers::{Session, Ticket};

const ACTION: &str = "live";

/// The second at which a stream is for a session.
pub fn place(call: &Call<'_>, source: &TestSource, session: &Session, segment: i64) -> i64 {
    let panel = call.panel();
    let now = panel.clock().now();
    let start = panel.viewers().on_air.start(session.viewer.stream, now);
    let at = match call.media().pace {
        Pace::Wall => start.shown.saturating_add(i64::try_from(start.begun.elapsed().as_secs()).unwrap_or(0)),
        Pace::Clock => now,
        Pace::Free => {
            let moves = i64::try_from(session.playlists().saturating_sub(1)).unwrap_or(0);
            start.shown.saturating_add(moves.saturating_mul(segment))
        }
    };
    source.parameters().place(at, start.shown)
}

/// Plays what is on air.
pub async fn play(call: &Call<'_>, admitted: &Admitted, ticket: &Ticket) -> Result<Response> {
    let Some(Ok(source)) = test_source::of(call.media(), &admitted.stream) else {
        return call.refuse_off_air(&ticket.viewer).await;
    };
    let head = Response {
        content_type: Some("video/mp2t".into()),
        ..Response::empty(200)
    };
    if call.is_head() {
        return Ok(call.answered(ACTION, head));
    }
    let session = match admit(call, ticket, "").await? {
        Ok(session) => session,
        Err(refusal) => return Ok(refusal),
    };
    let body = watched(call.exchange, &call.request, &session, seconds(call, source, ticket.viewer.stream));
    Ok(call.answered(ACTION, Response { body: crate::http::body::Body::Stream(body), ..head }))
}

fn seconds(call: &Call<'_>, source: TestSource, id: i64) -> ByteStream {
    let panel = call.panel();
    let start = panel.viewers().on_air.start(id, panel.clock().now());
    let (kept, zone) = (Arc::clone(&panel.viewers().seconds), panel.zone());
    let first = source.parameters().place(start.shown, start.shown) - 2;
    Box::pin(stream::unfold(first, move |next| {
        let (kept, source) = (Arc::clone(&kept), source.clone());
        async move {
            loop {
                let elapsed = i64::try_from(start.begun.elapsed().as_secs()).unwrap_or(0);
                if source.parameters().stall.is_some_and(|stall| elapsed >= i64::from(stall.get())) {
                    std::future::pending::<()>().await;
                }
                let at = source.parameters().place(start.shown.saturating_add(elapsed), start.shown);
                if next < at {
                    let bytes = kept.get(&source, next, Kind::Live, &clock_text(zone, next));
                    return Some((Ok(bytes), next + 1));
                }
                tokio::time::sleep(Duration::from_millis(40)).await;
            }
        }
    }))
}
