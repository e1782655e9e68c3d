//! Plays the entries of a live stream into its ring, one after the other, until nobody uses it (contract "Player side",
//! section 18.4).

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::on_air::LiveStream;
use super::source::Source;
use crate::media::ring::{EndReason, RingWriter};
use crate::media::source::{SourceError, file, test};

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
    };
    writer.end(reason);
}

/// Ends when nobody has used the stream for a while, or it was stopped.
async fn unused(stream: &LiveStream) {
    while !stream.is_over() {
        tokio::select! {
            () = stream.stopped.notified() => {}
            () = sleep(LOOK) => {}
        }
    }
}

/// Tries the entries in order, again and again.
async fn play(stream: &LiveStream, writer: &mut RingWriter) -> EndReason {
    let (mut wait, mut played) = (FIRST_WAIT, Instant::now());
    loop {
        for source in stream.sources() {
            let begun = Instant::now();
            match play_one(stream, source, writer).await {
                Ok(()) => return EndReason::Finished,
                Err(error) => tracing::debug!(stream = stream.id, %error, "a source does not play"),
            }
            if !writer.is_waiting() {
                (played, wait) = (Instant::now(), FIRST_WAIT);
                writer.broken();
            }
            if played.elapsed().max(begun.duration_since(played)) >= GIVE_UP {
                stream.fail();
                return EndReason::Lost;
            }
        }
        if stream.sources().is_empty()
            || stream
                .sources()
                .iter()
                .all(|source| matches!(source, Source::Nothing(_)))
        {
            stream.fail();
            return EndReason::Lost;
        }
        sleep(wait).await;
        wait = (wait * 2).min(LONGEST_WAIT);
    }
}

async fn play_one(stream: &LiveStream, source: &Source, writer: &mut RingWriter) -> Result<(), FeedError> {
    match source {
        Source::Test(source) => Ok(test::play(source, stream.shared_pace(), stream.clock(), writer).await?),
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
    #[error("{0}")]
    Nothing(String),
}
