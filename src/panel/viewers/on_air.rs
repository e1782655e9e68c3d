//! Live streams in use: each plays once, into a ring that its viewers share, from the first viewer until a while after
//! the last (contract "Player side", section 18.4).

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use super::Viewers;
use super::feed::{self, Feed};
use super::panel_time::PanelTime;
use super::source::Source;
use super::test_hls::TestHls;
use crate::media::pace::{Pace, PanelClock};
use crate::media::ring::{Ring, RingLimits};
use crate::media::window::{Cutter, Window, WindowLimits};
use crate::panel::Panel;
use crate::panel::clock::system_second;
use crate::panel::settings::{self, MediaSettings};

/// How long a stream whose sources all failed is not tried again.
const FAILED: Duration = Duration::from_secs(10);

/// The streams in use, by their ids.
#[derive(Default)]
pub struct OnAir(Mutex<HashMap<i64, Arc<LiveStream>>>);

/// A live stream in use.
pub struct LiveStream {
    pub id: i64,
    sources: Vec<Source>,
    pace: settings::Pace,
    clock: Arc<PanelTime>,
    /// The segments of the test source, which are computed.
    test: Option<Mutex<TestHls>>,
    ring: OnceLock<Ring>,
    window: OnceLock<Arc<Window>>,
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
        let mut all = locked(&self.0);
        // Those that nobody uses any more have no thread or timer of their own.
        all.retain(|_, stream| !stream.is_over());
        if let Some(stream) = all.get(&id).filter(|stream| stream.sources == sources) {
            if stream.has_failed() {
                return None;
            }
            return Some(StreamUse::of(stream));
        }
        let stream = Arc::new(LiveStream::new(panel, settings, id, sources));
        all.insert(id, Arc::clone(&stream));
        Some(StreamUse::of(&stream))
    }

    /// Stops a stream: what begins again is a new run.
    pub fn stop(&self, id: i64) {
        if let Some(stream) = locked(&self.0).remove(&id) {
            stream.stop();
        }
    }

    /// Stops all.
    pub fn clear(&self) {
        for (_, stream) in locked(&self.0).drain() {
            stream.stop();
        }
    }
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
        let begin = || {
            let (window, ring) = (Arc::new(Window::new(limits(settings))), self.ring(viewers));
            let now = u64::try_from(system_second()).unwrap_or_default();
            let first = now.checked_div(settings.hls_segment.as_secs()).unwrap_or(now);
            let (kept, cutter) = (Arc::clone(&window), Cutter::new(settings.hls_segment, first));
            viewers.spawn(move || async move {
                let _ = kept.follow(&ring, cutter).await;
            });
            window
        };
        Arc::clone(self.0.window.get_or_init(begin))
    }
}

/// How many segments a window has.
pub fn limits(settings: &MediaSettings) -> WindowLimits {
    WindowLimits {
        listed: settings.hls_segments,
        ..WindowLimits::FULL
    }
}

impl LiveStream {
    fn new(panel: &Arc<Panel>, settings: &MediaSettings, id: i64, sources: Vec<Source>) -> LiveStream {
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
            window: OnceLock::new(),
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

fn locked<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
