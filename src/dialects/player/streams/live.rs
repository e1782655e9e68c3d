//! What is on air, as a transport stream (contract "Player side", section 10.1).

use std::io;
use std::time::Duration;

use actix_web::web::Bytes;
use futures_util::{StreamExt, stream};
use tokio::time::{sleep, timeout};

use super::body::watched;
use super::call::Call;
use super::data::admit;
use crate::http::Response;
use crate::http::body::{Body, ByteStream};
use crate::media::ring::{Joined, RingEnd};
use crate::media::source::test::Seconds;
use crate::media::test::TestSource;
use crate::panel::Result;
use crate::panel::settings::Pace;
use crate::panel::viewers::checks::Admitted;
use crate::panel::viewers::source::{self, Source};
use crate::panel::viewers::{PanelTime, StreamUse, Ticket};

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
        return Ok(call.answered(ACTION, head));
    }
    let session = match admit(call, ticket, "").await? {
        Ok(session) => session,
        Err(refusal) => return Ok(refusal),
    };
    let viewers = call.panel().viewers();
    let sources = source::sources(call.media(), &admitted.stream);
    let begun = match (call.media().pace, sources.as_slice()) {
        (Pace::Free, [Source::Test(source)]) => Some(own_place(call, (**source).clone())),
        _ => match viewers
            .on_air
            .join(call.panel(), call.media(), admitted.stream.id, sources)
        {
            None => None,
            Some(stream) => shared(call, stream).await,
        },
    };
    let Some(bytes) = begun else {
        viewers.give_up(call.panel(), &session).await?;
        return call.refuse_off_air(&ticket.viewer).await;
    };
    let body = watched(call.exchange, &call.request, &session, bytes);
    let answer = Response {
        body: Body::Stream(body),
        ..head
    };
    Ok(call.answered(ACTION, answer))
}

/// The bytes of a stream's ring, from a key frame on; `None` where none comes in time.
async fn shared(call: &Call<'_>, stream: StreamUse) -> Option<ByteStream> {
    let ring = stream.ring(call.panel().viewers());
    let mut joined = ring.join(call.media().client_prebuffer);
    let first = timeout(call.media().on_air_timeout, joined.next()).await.ok()?.ok()?;
    let first = stream::iter([Ok(first.bytes)]);
    Some(Box::pin(first.chain(stream::unfold((joined, stream), next))))
}

async fn next((mut joined, stream): (Joined, StreamUse)) -> Option<(io::Result<Bytes>, (Joined, StreamUse))> {
    let next = match joined.next().await {
        Ok(chunk) => Ok(chunk.bytes),
        Err(RingEnd::Slow) => Err(io::ErrorKind::TimedOut.into()),
        Err(RingEnd::Ended(_)) => Err(io::ErrorKind::UnexpectedEof.into()),
    };
    Some((next, (joined, stream)))
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
