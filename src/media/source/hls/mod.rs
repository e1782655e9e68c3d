//! Plays an HLS source (player contract, 10.4 and 18.4): its playlist is read every half target duration; each segment is
//! fetched once, when an HLS viewer wants it first, or at once while the ring has viewers, into which it is let by its
//! clock.

mod let_in;
mod wanted;

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::time::{Instant, sleep_until};
use url::Url;

use super::SourceError;
use super::http::{FetchError, Fetched, HttpClient, Policy};
use crate::media::hls::{MediaPlaylist, PlaylistError, SourcePlaylist, SourceSegment, read};
use crate::media::ring::RingWriter;
use crate::media::window::WindowLimits;
use let_in::let_in;
use wanted::SegmentFetcher;
pub use wanted::{FetchedParts, WantedSegment};

/// A playlist is not longer, in bytes.
const LONGEST_PLAYLIST: usize = 4 << 20;
/// The ring joins a source so many segments before its end (RFC 8216, 6.3.3).
const FROM_END: usize = 3;
/// So many of its last segments are listed at once.
const LISTED_FIRST: usize = WindowLimits::FULL.listed;
/// How often a playlist is read at most.
const SHORTEST_WAIT: Duration = Duration::from_millis(500);
/// After this, and one and a half target durations, without a new segment the source has stalled.
const STALLED: Duration = Duration::from_secs(10);
/// Playlists in a row that may fail.
const MOST_FAILURES: u32 = 3;
/// A playlist that ends so many segments before the last one's end is an older one.
const OLDER: u64 = 5;

/// A segment that a source lists.
#[derive(Clone, Debug)]
pub struct ListedSegment {
    pub length: Duration,
    /// The source's longest.
    pub target: Duration,
    /// It does not go on from the one before.
    pub is_discontinuous: bool,
    pub content: Arc<WantedSegment>,
}

/// Who takes the segments of a source as they are.
pub trait SegmentSink {
    /// Takes what a playlist has more than the one before.
    fn push(&self, segments: &[ListedSegment]);
}

/// Plays the playlist that `answer` is, of which `first` was read, until it ends or breaks.
///
/// # Errors
/// Why it does not go on.
pub async fn play(
    (mut client, policy): (HttpClient, Arc<Policy>),
    mut answer: Fetched,
    first: Vec<u8>,
    writer: &mut RingWriter,
    sink: &dyn SegmentSink,
) -> Result<(), SourceError> {
    let url = answer.url.clone();
    let text = rest_of(&mut answer, first).await?;
    drop(answer);
    let (url, playlist) = match read(&text)? {
        SourcePlaylist::Media(playlist) => (url, playlist),
        master @ SourcePlaylist::Master(_) => {
            let best = master.best().ok_or(PlaylistError::NoTarget)?;
            let url = join(&url, &best.uri)?;
            let (url, playlist) = load(&mut client, &url).await?;
            (url, playlist)
        }
    };
    let (queue, listed) = unbounded_channel();
    let client = Arc::new(Mutex::new(client));
    let listing = Listing {
        fetcher: SegmentFetcher::new(&client, policy),
        client,
        url,
        next: None,
        is_broken: false,
        newest: Instant::now(),
        queue,
        sink,
    };
    let mut listing = pin!(listing.run(playlist));
    let mut letting_in = pin!(let_in(listed, writer));
    tokio::select! {
        // The one ends with what it has listed last; then the other still plays what waits.
        ended = &mut listing => letting_in.await.and(ended),
        broken = &mut letting_in => broken,
    }
}

/// How long nothing may come of a source with this target duration.
fn stall_time(target: Duration) -> Duration {
    STALLED + target * 3 / 2
}

/// What a playlist has more than the one before.
struct NewSegments {
    segments: Vec<SourceSegment>,
    /// So many of them are before the place at which the ring joins the source.
    joined: usize,
}

/// What plays first is told by its playlist; what it says is read again and again.
struct Listing<'a> {
    client: Arc<Mutex<HttpClient>>,
    fetcher: SegmentFetcher,
    url: Url,
    /// The number of the next segment.
    next: Option<u64>,
    /// The next segment does not go on from the last.
    is_broken: bool,
    /// When the last new segment was listed.
    newest: Instant,
    queue: UnboundedSender<ListedSegment>,
    sink: &'a dyn SegmentSink,
}

impl Listing<'_> {
    async fn run(mut self, mut playlist: MediaPlaylist) -> Result<(), SourceError> {
        let mut failures = 0;
        loop {
            let loaded = Instant::now();
            let segments = self.list(&playlist)?;
            if playlist.is_ended {
                // It ends when what it listed last has been played.
                let rest: Duration = segments.iter().map(|segment| segment.length).sum();
                sleep_until(loaded + rest).await;
                return Err(SourceError::Ended);
            }
            if self.newest.elapsed() > stall_time(playlist.target) {
                return Err(SourceError::Fetch(FetchError::Stalled));
            }
            let mut due = loaded + (playlist.target / 2).max(SHORTEST_WAIT);
            playlist = loop {
                sleep_until(due).await;
                let loaded = load(&mut *self.client.lock().await, &self.url).await;
                match loaded {
                    Ok((_, playlist)) => break playlist,
                    Err(SourceError::Fetch(_)) if failures < MOST_FAILURES => failures += 1,
                    Err(error) => return Err(error),
                }
                due = Instant::now() + SHORTEST_WAIT;
            };
            failures = 0;
        }
    }

    /// Lists the segments of a playlist that are not listed yet, for whoever wants them.
    fn list(&mut self, playlist: &MediaPlaylist) -> Result<Vec<ListedSegment>, SourceError> {
        let NewSegments { segments, joined } = self.new_segments(playlist);
        let listed = segments.iter().map(|segment| self.listed(segment, playlist.target));
        let listed = listed.collect::<Result<Vec<_>, _>>()?;
        if !listed.is_empty() {
            self.newest = Instant::now();
            self.sink.push(&listed);
        }
        for segment in listed.iter().skip(joined) {
            // Whoever takes them lives as long.
            let _ = self.queue.send(segment.clone());
        }
        Ok(listed)
    }

    /// The segments of a playlist that are not listed yet.
    fn new_segments(&mut self, playlist: &MediaPlaylist) -> NewSegments {
        let count = playlist.segments.len();
        let numbered = || (playlist.sequence..).zip(&playlist.segments);
        let end = playlist
            .sequence
            .saturating_add(u64::try_from(count).unwrap_or(u64::MAX));
        // A cache may give an older one; one that numbers from far back is another run.
        let is_known = self.next.is_some_and(|next| next <= end.saturating_add(OLDER));
        let before_end = |most: usize| end.saturating_sub(u64::try_from(count.min(most)).unwrap_or_default());
        let (first, joined) = match self.next.filter(|_| is_known) {
            Some(next) => (next, next),
            None => {
                self.is_broken |= self.next.is_some();
                (before_end(LISTED_FIRST), before_end(FROM_END))
            }
        };
        // What it does not list any more is lost.
        self.is_broken |= is_known && first < playlist.sequence;
        self.next = Some(self.next.filter(|_| is_known).map_or(end, |next| next.max(end)));
        let new = numbered().filter(|(number, _)| *number >= first);
        NewSegments {
            segments: new.map(|(_, segment)| segment.clone()).collect(),
            joined: usize::try_from(joined.saturating_sub(first)).unwrap_or_default(),
        }
    }

    fn listed(&mut self, segment: &SourceSegment, target: Duration) -> Result<ListedSegment, SourceError> {
        let url = join(&self.url, &segment.uri)?;
        Ok(ListedSegment {
            length: segment.length,
            target,
            is_discontinuous: segment.is_discontinuous || std::mem::take(&mut self.is_broken),
            content: Arc::new(self.fetcher.segment(url)),
        })
    }
}

fn join(url: &Url, uri: &str) -> Result<Url, SourceError> {
    Ok(url.join(uri).map_err(|_| FetchError::Url)?)
}

/// Loads a media playlist, and from where it came.
async fn load(client: &mut HttpClient, url: &Url) -> Result<(Url, MediaPlaylist), SourceError> {
    let mut answer = client.fetch(url.as_str(), &[]).await?.ok()?;
    let text = rest_of(&mut answer, Vec::new()).await?;
    match read(&text)? {
        SourcePlaylist::Media(playlist) => Ok((answer.url, playlist)),
        SourcePlaylist::Master(_) => Err(SourceError::Nested),
    }
}

/// The whole text of an answer, of which something was read.
async fn rest_of(answer: &mut Fetched, first: Vec<u8>) -> Result<String, SourceError> {
    let rest = answer.whole(LONGEST_PLAYLIST).await?.ok_or(PlaylistError::TooLong)?;
    Ok(String::from_utf8_lossy(&[first, rest].concat()).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn playlist(sequence: u64, count: u64) -> MediaPlaylist {
        let segment = |number| SourceSegment {
            length: Duration::from_secs(2),
            is_discontinuous: false,
            uri: format!("{number}.ts"),
        };
        MediaPlaylist {
            target: Duration::from_secs(2),
            sequence,
            discontinuity_sequence: 0,
            segments: (sequence..sequence + count).map(segment).collect(),
            is_ended: false,
        }
    }

    struct Nowhere;

    impl SegmentSink for Nowhere {
        fn push(&self, _: &[ListedSegment]) {}
    }

    #[tokio::test]
    async fn a_segment_is_listed_once_and_what_is_lost_is_a_break() {
        let policy = Arc::new(Policy {
            guard: super::super::http::Guard::default(),
            verifies_tls: true,
            user_agent: String::new(),
            resolver: Arc::new(super::super::http::SystemResolver),
        });
        let client = Arc::new(Mutex::new(HttpClient::new(Arc::clone(&policy))));
        let mut listing = Listing {
            fetcher: SegmentFetcher::new(&client, policy),
            client,
            url: Url::parse("http://host/a/list.m3u8").unwrap(),
            next: None,
            is_broken: false,
            newest: Instant::now(),
            queue: unbounded_channel().0,
            sink: &Nowhere,
        };
        for (sequence, count, expected, joined, is_broken) in [
            // It begins with a window, the ring three before the end.
            (10, 9, &[13, 14, 15, 16, 17, 18][..], 3, false),
            (10, 9, &[], 0, false),
            (12, 9, &[19, 20], 0, false),
            // Those from 21 to 29 are gone.
            (30, 2, &[30, 31], 0, true),
            // It begins anew.
            (0, 5, &[0, 1, 2, 3, 4], 2, true),
            (1, 5, &[5], 0, false),
            (1, 0, &[], 0, false),
        ] {
            listing.is_broken = false;
            let new = listing.new_segments(&playlist(sequence, count));
            let expected: Vec<String> = expected.iter().map(|number| format!("{number}.ts")).collect();
            let segments: Vec<String> = new.segments.into_iter().map(|segment| segment.uri).collect();
            assert_eq!(
                (segments, new.joined, listing.is_broken),
                (expected, joined, is_broken),
                "{sequence}"
            );
        }
    }
}
