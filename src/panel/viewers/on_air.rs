//! Live streams in use: each plays once, into a ring that its viewers share, from the first viewer until a while after
//! the last (contract "Player side", section 18.4).

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use super::Viewers;
use super::feed::{self, Feed};
use super::panel_time::PanelTime;
use super::segments::{LastNumbers, Segments};
use super::source::Source;
use super::status::{self, Status};
use super::test_hls::TestHls;
use super::upstream;
use crate::media::hls::PlaylistText;
use crate::media::pace::{Pace, PanelClock};
use crate::media::ring::{Ring, RingLimits};
use crate::media::source::hls::{ListedSegment, SegmentSink};
use crate::media::source::http::Policy;
use crate::media::ts::Tables;
use crate::media::window::{Cutter, Window, WindowLimits};
use crate::panel::Panel;
use crate::panel::settings::{self, MediaSettings};

/// How long a stream whose sources all failed is not tried again.
const FAILED: Duration = Duration::from_secs(10);

/// The streams in use, by their ids.
#[derive(Default)]
pub struct OnAir {
    streams: Mutex<HashMap<i64, Arc<LiveStream>>>,
    /// The numbers of the last segments of those that were in use.
    numbers: LastNumbers,
    /// Whether windows are short, because all together have too much.
    is_short: AtomicBool,
    /// Streams whose row says that memory is used up.
    refused: Mutex<HashSet<i64>>,
}

/// What a look at a stream finds of its playlist.
pub enum Seen {
    Playlist(PlaylistText),
    /// It must play for a while before there is one.
    NotYet,
    /// It does not play.
    Nothing,
}

/// A live stream in use.
pub struct LiveStream {
    pub id: i64,
    sources: Vec<Source>,
    pace: settings::Pace,
    clock: Arc<PanelTime>,
    /// The segments of the test source, which are computed.
    test: Option<Mutex<TestHls>>,
    ring: OnceLock<Ring>,
    segments: Segments,
    panel: Weak<Panel>,
    /// Bytes that all streams together may have.
    memory: usize,
    /// How many segments its window has.
    limits: WindowLimits,
    /// Which entry is tried, and why the last one did not play.
    tried: Mutex<(usize, Option<String>)>,
    /// When the entry that plays listed its last segment, if it is an HLS source: its ring may be empty.
    listed: Mutex<Option<tokio::time::Instant>>,
    users: AtomicUsize,
    /// When the last viewer left.
    left: Mutex<Instant>,
    linger: Duration,
    media_root: Option<PathBuf>,
    failed: Mutex<Option<Instant>>,
    is_stopped: AtomicBool,
    pub(super) stopped: Notify,
}

/// A use of a stream: it plays as long as there is one.
pub struct StreamUse(Arc<LiveStream>);

impl std::ops::Deref for StreamUse {
    type Target = LiveStream;

    fn deref(&self) -> &LiveStream {
        &self.0
    }
}

impl Drop for StreamUse {
    fn drop(&mut self) {
        *locked(&self.0.left) = Instant::now();
        self.0.users.fetch_sub(1, Ordering::SeqCst);
    }
}

impl OnAir {
    /// Uses a stream, which begins to play if it does not yet; `None` where its sources failed a moment ago.
    pub fn join(
        &self,
        panel: &Arc<Panel>,
        settings: &MediaSettings,
        id: i64,
        sources: Vec<Source>,
    ) -> Option<StreamUse> {
        let mut all = locked(&self.streams);
        // Those that nobody uses any more have no thread or timer of their own.
        all.retain(|_, stream| !stream.is_over());
        if let Some(stream) = all.get(&id).filter(|stream| stream.sources == sources) {
            if stream.has_failed() {
                return None;
            }
            return Some(StreamUse::of(stream));
        }
        if !self.make_room(&all, panel.viewers().films.bytes(), settings.memory) {
            drop(all);
            locked(&self.refused).insert(id);
            let reason = format!("media_memory ({} bytes) is used up", settings.memory);
            write_status(panel, id, Status::failing(reason));
            return None;
        }
        if locked(&self.refused).remove(&id) {
            // The test source writes none by itself.
            write_status(panel, id, Status::default());
        }
        let numbers = Arc::clone(&self.numbers);
        let stream = Arc::new(LiveStream::new(panel, settings, id, sources, numbers));
        all.insert(id, Arc::clone(&stream));
        Some(StreamUse::of(&stream))
    }

    /// Looks for the playlist that a viewer would get, without beginning to play: that of a session of which it is the
    /// `number`th, when the panel's clock shows `now`, in milliseconds.
    pub fn look(&self, settings: &MediaSettings, id: i64, sources: &[Source], (number, now): (u64, i64)) -> Seen {
        let all = locked(&self.streams);
        let used = all
            .get(&id)
            .filter(|stream| stream.sources == sources && !stream.is_over());
        let test = match (used, sources.first()) {
            (Some(stream), _) if stream.has_failed() => return Seen::Nothing,
            (Some(stream), _) => stream.test.as_ref().map(|test| locked(test).clone()),
            (None, Some(Source::Test(source))) => Some(TestHls::new((**source).clone(), settings, now)),
            (None, _) => None,
        };
        match (test, used) {
            (Some(mut test), _) => test.playlist(number, now).map_or(Seen::Nothing, Seen::Playlist),
            (None, Some(stream)) => stream.segments.playlist().map_or(Seen::NotYet, Seen::Playlist),
            (None, None) => Seen::NotYet,
        }
    }

    /// Whether a stream's sources failed a moment ago.
    pub fn has_failed(&self, id: i64) -> bool {
        locked(&self.streams).get(&id).is_some_and(|stream| stream.has_failed())
    }

    /// Bytes of the rings and windows of all streams.
    pub fn bytes(&self) -> usize {
        all_bytes(&locked(&self.streams))
    }

    /// Whether all together, with `others` bytes of something else, leave room for another stream; windows are shortened
    /// for it.
    fn make_room(&self, streams: &HashMap<i64, Arc<LiveStream>>, others: usize, memory: usize) -> bool {
        let has_room = || all_bytes(streams).saturating_add(others) < memory;
        if has_room() {
            return true;
        }
        self.is_short.store(true, Ordering::SeqCst);
        for stream in streams.values() {
            stream.segments.set_limits(WindowLimits::SMALL);
        }
        has_room()
    }

    /// Whether windows must be short while all together have so many bytes. Short ones stay so until there is room for
    /// long ones, or they would grow and shrink in turn.
    fn must_be_short(&self, bytes: usize, memory: usize) -> bool {
        let grown = bytes / WindowLimits::SMALL.count() * WindowLimits::FULL.count();
        let is_short = bytes >= memory || self.is_short.load(Ordering::SeqCst) && grown >= memory;
        self.is_short.store(is_short, Ordering::SeqCst);
        is_short
    }

    /// The ids of the streams in use.
    pub fn ids(&self) -> Vec<i64> {
        locked(&self.streams).keys().copied().collect()
    }

    /// Stops a stream: what begins again is a new run.
    pub fn stop(&self, id: i64) {
        if let Some(stream) = locked(&self.streams).remove(&id) {
            stream.stop();
        }
    }

    /// Stops all.
    pub fn clear(&self) {
        for (_, stream) in locked(&self.streams).drain() {
            stream.stop();
        }
    }
}

fn all_bytes(streams: &HashMap<i64, Arc<LiveStream>>) -> usize {
    streams.values().map(|stream| stream.bytes()).sum()
}

impl StreamUse {
    fn of(stream: &Arc<LiveStream>) -> StreamUse {
        stream.users.fetch_add(1, Ordering::SeqCst);
        StreamUse(Arc::clone(stream))
    }

    /// The stream's ring; its sources begin to play with the first that asks for it.
    pub fn ring(&self, viewers: &Viewers) -> Ring {
        let begin = || {
            let (writer, ring) = Ring::new(RingLimits::default());
            let feed = Feed {
                stream: Arc::clone(&self.0),
                writer,
            };
            viewers.spawn(move || feed::run(feed));
            ring
        };
        self.0.ring.get_or_init(begin).clone()
    }

    /// The segments of a stream that is no test source.
    pub fn window(&self, viewers: &Viewers, settings: &MediaSettings) -> Arc<Window> {
        let ring = self.ring(viewers);
        self.segments.window(|window, first| {
            let (kept, cutter) = (Arc::clone(window), Cutter::new(settings.hls_segment, first));
            // It ends with the ring, which the stream ends that is dropped.
            let stream = Arc::downgrade(&self.0);
            viewers.spawn(move || async move {
                let is_cut = || stream.upgrade().is_some_and(|stream| !stream.segments.are_direct());
                let _ = kept.follow(&ring, cutter, is_cut).await;
            });
        })
    }
}

/// Writes what a stream does that does not play yet.
fn write_status(panel: &Arc<Panel>, id: i64, status: Status) {
    let (viewers, panel) = (panel.viewers(), Arc::clone(panel));
    viewers.spawn(move || async move {
        let written = status::write(&panel, id, status).await;
        let _ = written.inspect_err(|error| tracing::debug!(%error, "the state of a stream was not written"));
    });
}

/// How many segments a window has.
pub fn limits(settings: &MediaSettings) -> WindowLimits {
    WindowLimits {
        listed: settings.hls_segments,
        ..WindowLimits::FULL
    }
}

impl LiveStream {
    fn new(
        panel: &Arc<Panel>,
        settings: &MediaSettings,
        id: i64,
        sources: Vec<Source>,
        numbers: LastNumbers,
    ) -> LiveStream {
        let clock = Arc::new(PanelTime::new(panel));
        let test = match sources.first() {
            Some(Source::Test(source)) => Some(TestHls::new((**source).clone(), settings, clock.now())),
            _ => None,
        };
        LiveStream {
            id,
            sources,
            pace: settings.pace,
            clock,
            test: test.map(Mutex::new),
            ring: OnceLock::new(),
            segments: Segments::new(id, settings.hls_segment, limits(settings), numbers),
            panel: Arc::downgrade(panel),
            memory: settings.memory,
            limits: limits(settings),
            tried: Mutex::default(),
            listed: Mutex::default(),
            users: AtomicUsize::new(0),
            left: Mutex::new(Instant::now()),
            linger: settings.linger,
            media_root: settings.media_root.clone(),
            failed: Mutex::default(),
            is_stopped: AtomicBool::new(false),
            stopped: Notify::new(),
        }
    }

    /// Its entries in the order in which they are tried.
    pub fn sources(&self) -> &[Source] {
        &self.sources
    }

    /// The panel's clock.
    pub fn clock(&self) -> &PanelTime {
        &self.clock
    }

    /// The panel, as long as it is there.
    pub(super) fn panel(&self) -> Option<Arc<Panel>> {
        self.panel.upgrade()
    }

    /// How its URLs are fetched, by the settings as they are now.
    pub(super) fn policy(&self) -> Option<Arc<Policy>> {
        let panel = self.panel()?;
        Some(upstream::policy(&panel.last_access().settings.media))
    }

    /// Its ring, if it has begun to play.
    pub(super) fn begun_ring(&self) -> Option<&Ring> {
        self.ring.get()
    }

    /// Whether its rows tell what it does. The test source changes nothing there.
    pub(super) fn has_state(&self) -> bool {
        !self.sources.iter().all(|source| matches!(source, Source::Test(_)))
    }

    /// Notes which entry is tried. The reason why the last one did not play stays until it is known whether this one does.
    pub(super) fn tries(&self, index: usize) {
        locked(&self.tried).0 = index;
    }

    /// Notes that the entry plays.
    pub(super) fn plays(&self) {
        locked(&self.tried).1 = None;
    }

    /// Notes why the entry does not play any more, and returns when it listed its last segment.
    pub(super) fn does_not_play(&self, reason: String) -> Option<tokio::time::Instant> {
        locked(&self.tried).1 = Some(reason);
        locked(&self.listed).take()
    }

    /// Whether it plays: packets come, or segments are listed that nobody has wanted yet.
    pub(super) fn is_on_air(&self) -> bool {
        locked(&self.listed).is_some() || self.begun_ring().is_some_and(Ring::is_on_air)
    }

    /// The entry that is tried, and why the last one did not play.
    pub(super) fn trying(&self) -> (Option<String>, Option<String>) {
        let (index, reason) = locked(&self.tried).clone();
        (self.sources.get(index).map(Source::shown), reason)
    }

    /// What its streams are, and how many bits come a second, as far as that is known.
    pub(super) fn shape(&self) -> (Option<Tables>, Option<u64>) {
        let ring = self.begun_ring().filter(|ring| ring.is_on_air());
        match (ring, self.segments.fetched()) {
            (Some(ring), _) => (ring.tables(), ring.bits_per_second()),
            (None, Some((tables, bits))) => (Some(tables), Some(bits)),
            (None, None) => (None, None),
        }
    }

    /// Bytes of its ring and its window.
    fn bytes(&self) -> usize {
        self.ring.get().map_or(0, Ring::bytes) + self.segments.bytes()
    }

    /// Shortens its window while all streams together have too much.
    pub(super) fn keep_within_memory(&self) {
        let Some(panel) = self.panel() else { return };
        let viewers = panel.viewers();
        let bytes = viewers.on_air.bytes().saturating_add(viewers.films.bytes());
        self.segments
            .set_limits(match viewers.on_air.must_be_short(bytes, self.memory) {
                true => WindowLimits::SMALL,
                false => self.limits,
            });
    }

    /// The folder of its files.
    pub fn media_root(&self) -> Option<&Path> {
        self.media_root.as_deref()
    }

    /// What moves it, if viewers share it; with pace `free` each has a place of its own, and what is shared moves by the
    /// machine's time.
    pub const fn shared_pace(&self) -> Pace {
        match self.pace {
            settings::Pace::Clock => Pace::Clock,
            settings::Pace::Wall | settings::Pace::Free => Pace::Wall,
        }
    }

    /// Its segments, if it plays the test source.
    pub fn test(&self) -> Option<MutexGuard<'_, TestHls>> {
        self.test.as_ref().map(locked)
    }

    /// Whether nobody uses it and its time after the last viewer is over, or it was stopped or has ended.
    pub(super) fn is_over(&self) -> bool {
        let is_used = self.users.load(Ordering::SeqCst) > 0;
        let has_ended = self.ring.get().is_some_and(|ring| ring.end().is_some()) && !self.has_failed();
        self.is_stopped.load(Ordering::SeqCst) || has_ended || !is_used && self.lingers() && !self.has_failed()
    }

    fn lingers(&self) -> bool {
        locked(&self.left).elapsed() >= self.linger
    }

    fn has_failed(&self) -> bool {
        locked(&self.failed).is_some_and(|failed| failed.elapsed() < FAILED)
    }

    /// Notes that none of its entries plays.
    pub(super) fn fail(&self) {
        *locked(&self.failed) = Some(Instant::now());
    }

    fn stop(&self) {
        self.is_stopped.store(true, Ordering::SeqCst);
        self.stopped.notify_waiters();
    }
}

impl SegmentSink for LiveStream {
    fn push(&self, segments: &[ListedSegment]) {
        *locked(&self.listed) = Some(tokio::time::Instant::now());
        self.segments.push(segments);
    }
}

pub(super) fn locked<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
