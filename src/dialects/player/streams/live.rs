//! What is on air, as a transport stream (contract "Player side", section 10.1).

use std::io;
use std::sync::Arc;
use std::time::Duration;

use actix_web::web::Bytes;
use futures_util::{StreamExt, stream};
use tokio::time::{sleep, timeout};

use super::body::{Played, watched};
use super::call::Call;
use super::data::admit;
use crate::http::Response;
use crate::http::body::{Body, ByteStream};
use crate::media::meter::Meter;
use crate::media::ring::{Joined, RingEnd};
use crate::media::source::test::Seconds;
use crate::media::test::TestSource;
use crate::panel::Result;
use crate::panel::settings::Pace;
use crate::panel::viewers::checks::Admitted;
use crate::panel::viewers::source::{self, Source};
use crate::panel::viewers::{PanelTime, Session, StreamUse, Ticket};

const ACTION: &str = "live";
/// After so long without a packet a viewer is let go.
const GIVE_UP: Duration = Duration::from_secs(30);
const TRANSPORT_STREAM: &str = "video/mp2t";

/// Plays what is on air.
pub async fn play(call: &Call<'_>, admitted: &Admitted, ticket: &Ticket) -> Result<Response> {
    let head = Response {
        content_type: Some(TRANSPORT_STREAM.into()),
        ..Response::empty(200)
    };
    if call.is_head() {
        if call.exchange.is_upstream_down() {
            return call.refuse_off_air(&ticket.viewer).await;
        }
        // It says that an answer would have no length.
        let answer = Response {
            body: Body::Stream(Box::pin(stream::empty())),
            ..head
        };
        return Ok(call.answered(ACTION, answer));
    }
    let session = match admit(call, ticket, "").await? {
        Ok(session) => session,
        Err(refusal) => return Ok(refusal),
    };
    if let Some(upstream) = source::upstream(call.media(), &admitted.stream) {
        session.set_upstream(upstream);
    }
    let viewers = call.panel().viewers();
    let sources = source::sources(call.media(), &admitted.stream);
    let meter = match sources.as_slice() {
        [Source::Test(source)] => Meter::test(source, call.panel().clock().now()),
        _ => Meter::timed(),
    };
    let begun = match (call.media().pace, sources.as_slice()) {
        _ if call.exchange.is_upstream_down() => None,
        (Pace::Free, [Source::Test(source)]) => Some(own_place(call, (**source).clone())),
        _ => match viewers
            .on_air
            .join(call.panel(), call.media(), admitted.stream.id, sources)
        {
            None => None,
            Some(stream) => shared(call, &session, stream).await,
        },
    };
    let Some(bytes) = begun else {
        viewers.give_up(call.panel(), &session).await?;
        return call.refuse_off_air(&ticket.viewer).await;
    };
    let played = Played {
        bytes,
        meter,
        has_length: false,
    };
    let body = watched(call.exchange, &call.request, &session, played);
    let answer = Response {
        body: Body::Stream(body),
        ..head
    };
    Ok(call.answered(ACTION, answer))
}

/// The bytes of a stream's ring, from a key frame on; `None` where none comes in time.
async fn shared(call: &Call<'_>, session: &Arc<Session>, stream: StreamUse) -> Option<ByteStream> {
    let ring = stream.ring(call.panel().viewers());
    session.follow(&ring);
    let mut joined = ring.join(call.media().client_prebuffer);
    let first = timeout(call.media().on_air_timeout, joined.next()).await.ok()?.ok()?;
    session.set_place(first.time);
    let first = stream::iter([Ok(first.bytes)]);
    let viewer = RingViewer {
        joined,
        session: Arc::clone(session),
        _uses: stream,
    };
    Some(Box::pin(first.chain(stream::unfold(viewer, next))))
}

/// A viewer of a ring, whose stream plays as long as there is one.
struct RingViewer {
    joined: Joined,
    session: Arc<Session>,
    _uses: StreamUse,
}

async fn next(mut viewer: RingViewer) -> Option<(io::Result<Bytes>, RingViewer)> {
    let next = match viewer.joined.next().await {
        Ok(chunk) => {
            viewer.session.set_place(chunk.time);
            Ok(chunk.bytes)
        }
        Err(RingEnd::Slow) => Err(io::ErrorKind::TimedOut.into()),
        Err(RingEnd::Ended(_)) => Err(io::ErrorKind::UnexpectedEof.into()),
    };
    Some((next, viewer))
}

/// The seconds of a viewer who has a place of his own, as fast as he reads.
fn own_place(call: &Call<'_>, source: TestSource) -> ByteStream {
    let clock = PanelTime::new(call.panel());
    let seconds = Seconds::live(source, clock);
    Box::pin(stream::unfold(seconds, async move |mut seconds| {
        let next = match seconds.next() {
            Some(bytes) => Ok(bytes),
            None => {
                if seconds.stalls() {
                    sleep(GIVE_UP).await;
                }
                Err(io::ErrorKind::UnexpectedEof.into())
            }
        };
        Some((next, seconds))
    }))
}
