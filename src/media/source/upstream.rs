//! Plays a transport stream or an HLS stream that comes by HTTP (player contract, 10.4 and 18.4). Which it is, its first
//! bytes say.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::time::{Instant, sleep_until, timeout_at};

use super::hls::{self, SegmentSink};
use super::http::{FetchError, Fetched, HttpClient, Policy};
use super::{Pacer, SourceError};
use crate::media::ring::RingWriter;

/// What a playlist begins with, perhaps after a byte order mark.
const PLAYLIST: &[u8] = b"#EXTM3U";
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
/// After so long without a place where one could begin, what comes is no stream.
const NO_BEGINNING: Duration = Duration::from_secs(15);

/// Plays a URL until it ends or breaks; it must begin to answer before `give_up`.
///
/// # Errors
/// Why it does not go on. There is always a reason: what is on air has no end.
pub async fn play(
    policy: &Arc<Policy>,
    url: &str,
    give_up: Instant,
    writer: &mut RingWriter,
    segments: &dyn SegmentSink,
) -> Result<(), SourceError> {
    let mut client = HttpClient::new(Arc::clone(policy));
    let opening = async {
        let mut answer = client.fetch(url, &[]).await?.ok()?;
        let first = first_bytes(&mut answer).await?;
        Ok::<_, FetchError>((answer, first))
    };
    let opened = timeout_at(give_up, opening).await;
    let (answer, first) = opened.map_err(|_| FetchError::Stalled)??;
    match text_of(&first).starts_with(PLAYLIST) {
        true => hls::play((client, Arc::clone(policy)), answer, first, writer, segments).await,
        false => play_packets(answer, first, writer).await,
    }
}

fn text_of(first: &[u8]) -> &[u8] {
    first.strip_prefix(BYTE_ORDER_MARK).unwrap_or(first)
}

/// The first bytes, as many as it takes to know what they are.
async fn first_bytes(answer: &mut Fetched) -> Result<Vec<u8>, FetchError> {
    let mut first = Vec::new();
    while first.len() < BYTE_ORDER_MARK.len() + PLAYLIST.len() {
        match answer.next().await? {
            Some(bytes) => first.extend_from_slice(&bytes),
            None => break,
        }
    }
    Ok(first)
}

async fn play_packets(mut answer: Fetched, first: Vec<u8>, writer: &mut RingWriter) -> Result<(), SourceError> {
    let (mut pacer, begun) = (Pacer::default(), Instant::now());
    let mut next = Some(Bytes::from(first));
    while let Some(bytes) = next {
        pacer.push(&bytes, writer).await;
        if writer.is_waiting() && begun.elapsed() > NO_BEGINNING {
            return Err(SourceError::NoStream);
        }
        next = next_bytes(&mut answer, writer).await?;
    }
    match writer.is_waiting() {
        true => Err(SourceError::NoStream),
        false => Err(SourceError::Ended),
    }
}

/// The next bytes; what waits in the writer is given out in the meantime.
async fn next_bytes(answer: &mut Fetched, writer: &mut RingWriter) -> Result<Option<Bytes>, FetchError> {
    loop {
        let Some(due) = writer.flush_due() else {
            return answer.next().await;
        };
        tokio::select! {
            next = answer.next() => return next,
            () = sleep_until(due) => writer.flush(),
        }
    }
}
