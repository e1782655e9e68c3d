//! Plays the entries of a live stream into its ring, one after the other, until nobody uses it (contract "Player side",
//! section 18.4).

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep, sleep_until};

use super::on_air::LiveStream;
use super::source::Source;
use super::status;
use crate::media::ring::{EndReason, RingWriter};
use crate::media::source::{SourceError, file, test, upstream};

/// How often it is looked whether anybody uses the stream.
const LOOK: Duration = Duration::from_millis(500);
/// Waits before the next entry is tried: the first, and the longest.
const FIRST_WAIT: Duration = Duration::from_millis(500);
const LONGEST_WAIT: Duration = Duration::from_secs(8);
/// After so long without a packet the stream has failed.
const GIVE_UP: Duration = Duration::from_secs(30);

/// A stream that is to play, and where to.
pub struct Feed {
    pub stream: Arc<LiveStream>,
    pub writer: RingWriter,
}

/// Plays until the sources end or fail, or nobody uses the stream.
pub async fn run(feed: Feed) {
    let Feed { stream, mut writer } = feed;
    let reason = tokio::select! {
        reason = play(&stream, &mut writer) => reason,
        () = unused(&stream) => EndReason::Stopped,
        () = reported(&stream) => EndReason::Stopped,
    };
    writer.end(reason);
    if stream.has_state() {
        status::report_end(&stream, reason == EndReason::Lost).await;
    }
}

/// Reports what the stream does, if its rows tell it. Ends with the panel alone.
async fn reported(stream: &LiveStream) {
    match stream.has_state() {
        true => status::report(stream).await,
        false => std::future::pending().await,
    }
}

/// Ends when nobody has used the stream for a while, or it was stopped.
async fn unused(stream: &LiveStream) {
    while !stream.is_over() {
        tokio::select! {
            () = stream.stopped.notified() => {}
            () = sleep(LOOK) => {}
        }
        stream.keep_within_memory();
    }
}

/// Tries the entries in order, again and again.
async fn play(stream: &LiveStream, writer: &mut RingWriter) -> EndReason {
    let (mut wait, mut give_up) = (FIRST_WAIT, Instant::now() + GIVE_UP);
    loop {
        for (index, source) in stream.sources().iter().enumerate() {
            stream.tries(index);
            let listed = match play_one(stream, source, give_up, writer).await {
                Ok(()) => return EndReason::Finished,
                Err(error) => {
                    tracing::debug!(stream = stream.id, %error, "a source does not play");
                    stream.does_not_play(error.to_string())
                }
            };
            // Without viewers of packets there are none, and segments are a sign of life.
            let listed = listed.filter(|_| !writer.has_viewers());
            let packet = (!writer.is_waiting()).then(|| writer.last_packet());
            if let Some(last) = packet.max(listed) {
                (give_up, wait) = (last + GIVE_UP, FIRST_WAIT);
            }
            if !writer.is_waiting() {
                writer.broken();
            }
            if Instant::now() >= give_up {
                stream.fail();
                return EndReason::Lost;
            }
        }
        if stream
            .sources()
            .iter()
            .all(|source| matches!(source, Source::Nothing(_)))
        {
            stream.fail();
            return EndReason::Lost;
        }
        sleep_until((Instant::now() + wait).min(give_up)).await;
        wait = (wait * 2).min(LONGEST_WAIT);
    }
}

async fn play_one(
    stream: &LiveStream,
    source: &Source,
    give_up: Instant,
    writer: &mut RingWriter,
) -> Result<(), FeedError> {
    match source {
        Source::Test(source) => Ok(test::play(source, stream.shared_pace(), stream.clock(), writer).await?),
        Source::Http(url) => {
            let policy = stream.policy().ok_or(FeedError::NoPanel)?;
            Ok(upstream::play(&policy, url, give_up, writer, stream).await?)
        }
        Source::File(path) => {
            let root = stream.media_root().ok_or(FeedError::NoRoot)?;
            let file = crate::media::source::open(root, path).map_err(|_| SourceError::NotFound)?;
            let never: Infallible = file::play(file, writer).await?;
            match never {}
        }
        Source::Nothing(reason) => Err(FeedError::Nothing(reason.clone())),
    }
}

/// Why an entry does not play.
#[derive(Debug, thiserror::Error)]
enum FeedError {
    #[error(transparent)]
    Source(#[from] SourceError),
    #[error("there is no media_root to play files from")]
    NoRoot,
    #[error("the panel is gone")]
    NoPanel,
    #[error("{0}")]
    Nothing(String),
}
