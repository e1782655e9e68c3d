//! A session: one connection that counts, a row of `lines_live`, with what only memory knows of it. A TS stream has
//! one answer; HLS and files have many that belong to one session (contract "Player side", section 12).

use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use super::{ContentKind, StreamRequest, StreamUse, Ticket};
use crate::media::ring::Ring;

/// What is played, as the column `container` has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Container {
    Ts,
    Hls,
    /// A movie or an episode.
    Vod,
}

impl Container {
    /// The column's text.
    pub const fn name(self) -> &'static str {
        match self {
            Container::Ts => "ts",
            Container::Hls => "hls",
            Container::Vod => "VOD",
        }
    }
}

/// Why a session ended (section 10.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndReason {
    /// Its client closed, or had all of it.
    Client,
    /// Its row was ended by whatever dialect or statement.
    Killed,
    /// A newcomer took its place under the limit.
    Kicked,
    /// Its line may no longer watch.
    Line,
    /// Its line expired.
    Expired,
    /// It was not read for too long.
    Idle,
    /// It lasted `user_auto_kick_hours`.
    TooLong,
    /// Its stream was stopped.
    Stopped,
    /// Its source ended or failed.
    Upstream,
    /// Its client read too slowly.
    Slow,
    /// A fault of a test.
    Fault,
    /// The panel went back to another state.
    Reset,
    /// The server stopped.
    Server,
}

impl EndReason {
    /// All of them.
    pub const ALL: [EndReason; 13] = [
        EndReason::Client,
        EndReason::Killed,
        EndReason::Kicked,
        EndReason::Line,
        EndReason::Expired,
        EndReason::Idle,
        EndReason::TooLong,
        EndReason::Stopped,
        EndReason::Upstream,
        EndReason::Slow,
        EndReason::Fault,
        EndReason::Reset,
        EndReason::Server,
    ];

    /// Its word in `GET /_linecard/sessions`.
    pub const fn name(self) -> &'static str {
        match self {
            EndReason::Client => "client",
            EndReason::Killed => "killed",
            EndReason::Kicked => "kicked",
            EndReason::Line => "line",
            EndReason::Expired => "expired",
            EndReason::Idle => "idle",
            EndReason::TooLong => "too_long",
            EndReason::Stopped => "stopped",
            EndReason::Upstream => "upstream",
            EndReason::Slow => "slow",
            EndReason::Fault => "fault",
            EndReason::Reset => "reset",
            EndReason::Server => "server",
        }
    }
}

/// Who watches what, and how.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Viewer {
    pub line: i64,
    pub stream: i64,
    pub container: Container,
    pub address: IpAddr,
    pub agent: String,
}

/// Ends an answer that is open: it wakes a connection whose client does not read.
pub type Cutter = Box<dyn Fn() + Send + Sync>;

/// The row of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Row {
    /// `lines_live.activity_id`.
    pub id: i64,
    /// The state that it is a row of ([`crate::store::Store::state`]): another state gives the same ids again.
    pub state: u64,
}

/// A session.
pub struct Session {
    /// `lines_live.activity_id`.
    pub id: i64,
    /// The number of its row's state.
    state: u64,
    pub viewer: Viewer,
    /// What was asked for, which is checked again when something changes.
    pub request: StreamRequest,
    /// The token of its HLS segments or its file; empty for TS.
    pub token: String,
    /// In unix seconds of the panel's clock.
    pub started: i64,
    /// When its line expires, in unix seconds; `i64::MAX` is never.
    expires: AtomicI64,
    /// When it was read last, by session time and by the panel's clock.
    read: AtomicI64,
    read_shown: AtomicI64,
    /// Whether the row does not have the last read yet.
    is_unwritten: AtomicBool,
    bytes: AtomicU64,
    /// How long what was sent plays, in milliseconds.
    watched: AtomicU64,
    /// Whether anybody knows how long its bytes play.
    is_timed: AtomicBool,
    /// The last frame of the test source that was sent; -1 for none.
    frame: AtomicI64,
    segments: AtomicU64,
    playlists: AtomicU64,
    /// Answers that are open, each with how it is cut.
    open: Mutex<Vec<(usize, Cutter)>>,
    opened: AtomicUsize,
    /// What its stream plays, where that is one source that is not made here.
    upstream: OnceLock<String>,
    /// The ring that it follows while it is open, and where it is in it, in milliseconds.
    ring: Mutex<Option<Ring>>,
    place: AtomicU64,
    /// The live stream of an HLS session, which plays as long as there is one.
    uses: Mutex<Option<StreamUse>>,
    /// Whether its body waits for bytes, and when its connection took some last, in milliseconds since it began.
    waits: AtomicBool,
    taken: AtomicU64,
    begun: Instant,
    /// Why its row is about to end.
    ends_for: OnceLock<EndReason>,
    over: OnceLock<EndReason>,
    told: Notify,
}

impl Session {
    /// A session that begins at an instant of session time and of the panel's clock.
    pub(super) fn new(
        row: Row,
        ticket: &Ticket,
        token: String,
        (session_time, now): (i64, i64),
        expires: i64,
    ) -> Session {
        Session {
            id: row.id,
            state: row.state,
            viewer: ticket.viewer.clone(),
            request: StreamRequest {
                joins_session: true,
                ..ticket.request.clone()
            },
            token,
            started: now,
            expires: expires.into(),
            read: session_time.into(),
            read_shown: now.into(),
            is_unwritten: false.into(),
            bytes: 0.into(),
            watched: 0.into(),
            is_timed: true.into(),
            frame: AtomicI64::new(-1),
            segments: 0.into(),
            playlists: 0.into(),
            open: Mutex::default(),
            opened: 0.into(),
            upstream: OnceLock::new(),
            ring: Mutex::default(),
            place: 0.into(),
            uses: Mutex::default(),
            waits: true.into(),
            taken: 0.into(),
            begun: Instant::now(),
            ends_for: OnceLock::new(),
            over: OnceLock::new(),
            told: Notify::new(),
        }
    }

    /// Returns its row.
    pub(super) fn row(&self) -> Row {
        let (id, state) = (self.id, self.state);
        Row { id, state }
    }

    /// Whether it is a transport stream that is on air.
    pub fn is_live(&self) -> bool {
        self.viewer.container == Container::Ts && self.request.kind == ContentKind::Live
    }

    /// Notes that it is read now.
    pub(super) fn touch(&self, (session_time, now): (i64, i64)) {
        self.read.store(session_time, Ordering::Relaxed);
        self.read_shown.store(now, Ordering::Relaxed);
        self.is_unwritten.store(true, Ordering::Relaxed);
    }

    /// When it was read last, by session time.
    pub fn last_read(&self) -> i64 {
        self.read.load(Ordering::Relaxed)
    }

    /// When it was read last, in unix seconds of the panel's clock.
    pub fn last_read_shown(&self) -> i64 {
        self.read_shown.load(Ordering::Relaxed)
    }

    /// The last read, if the row does not have it yet; from now on it counts as written.
    pub(super) fn take_unwritten(&self) -> Option<i64> {
        let unwritten = self.is_unwritten.swap(false, Ordering::Relaxed);
        unwritten.then(|| self.last_read_shown())
    }

    /// Counts bytes that were handed to the client's connection, and how long they play, in milliseconds.
    pub fn sent(&self, bytes: usize, watched: u64) {
        self.bytes
            .fetch_add(u64::try_from(bytes).unwrap_or(0), Ordering::Relaxed);
        self.watched.fetch_add(watched, Ordering::Relaxed);
    }

    /// Notes whether anybody knows how long its bytes play.
    pub(super) fn set_timed(&self, is_timed: bool) {
        self.is_timed.store(is_timed, Ordering::Relaxed);
    }

    /// How long what was sent plays, if that is known.
    pub fn watched(&self) -> Option<Duration> {
        let watched = Duration::from_millis(self.watched.load(Ordering::Relaxed));
        self.is_timed.load(Ordering::Relaxed).then_some(watched)
    }

    /// What its stream plays, where that is one source that is not made here.
    pub fn upstream(&self) -> Option<&str> {
        self.upstream.get().map(String::as_str)
    }

    /// Notes what its stream plays; the first note stays.
    pub fn set_upstream(&self, source: String) {
        let _ = self.upstream.set(source);
    }

    /// Follows a ring, so that it is known how far it is behind.
    pub fn follow(&self, ring: &Ring) {
        *self.ring.lock().unwrap_or_else(PoisonError::into_inner) = Some(ring.clone());
    }

    /// Notes when the packets came that were sent last, by the ring's time.
    pub fn set_place(&self, time: Duration) {
        let millis = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        self.place.store(millis, Ordering::Relaxed);
    }

    /// How far it is behind its source; `None` where it follows none.
    pub fn behind(&self) -> Option<Duration> {
        let ring = self.ring.lock().unwrap_or_else(PoisonError::into_inner);
        let place = Duration::from_millis(self.place.load(Ordering::Relaxed));
        Some(ring.as_ref()?.time().saturating_sub(place))
    }

    /// Notes that its body waits for bytes, or that its connection took some.
    pub fn set_waits(&self, waits: bool) {
        let now = u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.taken.store(now, Ordering::Relaxed);
        self.waits.store(waits, Ordering::Relaxed);
    }

    /// How long its connection has taken nothing although there was something to take.
    pub(super) fn stuck_for(&self) -> Duration {
        let now = u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        match self.waits.load(Ordering::Relaxed) {
            true => Duration::ZERO,
            false => Duration::from_millis(now.saturating_sub(self.taken.load(Ordering::Relaxed))),
        }
    }

    /// Uses a stream as long as it is open, unless it does already.
    pub fn keep(&self, uses: impl FnOnce() -> Option<StreamUse>) {
        let mut kept = self.uses.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.is_none() && self.over().is_none() {
            *kept = uses();
        }
    }

    /// Counts a segment that was asked for.
    pub fn count_segment(&self) {
        self.segments.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a playlist that was read, and returns how many were before.
    pub fn count_playlist(&self) -> u64 {
        self.playlists.fetch_add(1, Ordering::Relaxed)
    }

    /// Playlists that were read.
    pub fn playlists(&self) -> u64 {
        self.playlists.load(Ordering::Relaxed)
    }

    /// Notes the number of the last frame that was sent.
    pub fn set_frame(&self, frame: i64) {
        self.frame.store(frame, Ordering::Relaxed);
    }

    /// Bytes that were sent.
    pub fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    /// Segments that were sent.
    pub fn segments(&self) -> u64 {
        self.segments.load(Ordering::Relaxed)
    }

    /// The last frame of the test source that was sent.
    pub fn frame(&self) -> Option<i64> {
        Some(self.frame.load(Ordering::Relaxed)).filter(|frame| *frame >= 0)
    }

    /// When its line expires, in unix seconds.
    pub(super) fn expires(&self) -> i64 {
        self.expires.load(Ordering::Relaxed)
    }

    /// Changes when its line expires.
    pub(super) fn set_expires(&self, expires: i64) {
        self.expires.store(expires, Ordering::Relaxed);
    }

    /// Why it is over, if it is.
    pub fn over(&self) -> Option<EndReason> {
        self.over.get().copied()
    }

    /// Waits until it is over.
    pub async fn ended(&self) -> EndReason {
        loop {
            let mut told = std::pin::pin!(self.told.notified());
            told.as_mut().enable();
            if let Some(reason) = self.over() {
                return reason;
            }
            told.await;
        }
    }

    /// Notes why its row is about to end, for when that is committed.
    pub(in crate::panel) fn will_end(&self, reason: EndReason) {
        let _ = self.ends_for.set(reason);
    }

    /// Ends it and cuts the answers that are open. The first reason stays.
    pub(super) fn end(&self, reason: EndReason) {
        let reason = match (reason, self.ends_for.get()) {
            (EndReason::Killed, Some(known)) => *known,
            _ => reason,
        };
        let _ = self.over.set(reason);
        drop(self.uses.lock().unwrap_or_else(PoisonError::into_inner).take());
        drop(self.ring.lock().unwrap_or_else(PoisonError::into_inner).take());
        self.told.notify_waiters();
        let cut = std::mem::take(&mut *self.open());
        for (_, cut) in cut {
            cut();
        }
    }

    /// The number of its open answers.
    pub fn answers(&self) -> usize {
        self.open().len()
    }

    /// Opens an answer, which `cut` ends. Closed when the guard is dropped.
    pub fn open_answer(self: &Arc<Self>, cut: Cutter) -> OpenAnswer {
        let number = self.opened.fetch_add(1, Ordering::Relaxed);
        let mut open = self.open();
        open.push((number, cut));
        // It may have ended before the answer was there to be cut.
        if self.over().is_some() {
            let cut = std::mem::take(&mut *open);
            drop(open);
            for (_, cut) in cut {
                cut();
            }
        }
        OpenAnswer {
            session: Arc::clone(self),
            number,
        }
    }

    fn open(&self) -> std::sync::MutexGuard<'_, Vec<(usize, Cutter)>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An answer of a session, as long as it is open.
pub struct OpenAnswer {
    session: Arc<Session>,
    number: usize,
}

impl Drop for OpenAnswer {
    fn drop(&mut self) {
        self.session.open().retain(|(number, _)| *number != self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::panel::viewers::geoip::Network;
    use crate::panel::viewers::{Client, Plays};

    fn session() -> Arc<Session> {
        let client = Client {
            address: [127, 0, 0, 1].into(),
            agent: String::new(),
        };
        let viewer = Viewer {
            line: 1,
            stream: 2,
            container: Container::Ts,
            address: client.address,
            agent: client.agent.clone(),
        };
        let request = StreamRequest {
            client,
            username: String::new(),
            password: String::new(),
            stream: 2,
            kind: ContentKind::Live,
            extension: String::new(),
            device_id: None,
            play_token: None,
            joins_session: false,
        };
        let ticket = Ticket {
            request,
            viewer,
            plays: Plays::Live,
            network: Network::default(),
        };
        Arc::new(Session::new(
            Row { id: 7, state: 0 },
            &ticket,
            String::new(),
            (10, 20),
            i64::MAX,
        ))
    }

    #[test]
    fn an_end_cuts_the_answers_that_are_open_and_those_that_come_late() {
        let session = session();
        let cuts = Arc::new(AtomicUsize::new(0));
        let cut = || {
            let cuts = Arc::clone(&cuts);
            Box::new(move || {
                cuts.fetch_add(1, Ordering::Relaxed);
            })
        };
        let first = session.open_answer(cut());
        drop(session.open_answer(cut()));
        assert_eq!(session.answers(), 1);
        session.end(EndReason::Killed);
        session.end(EndReason::Client);
        drop(first);
        let _late = session.open_answer(cut());
        assert_eq!(
            (session.over(), cuts.load(Ordering::Relaxed)),
            (Some(EndReason::Killed), 2)
        );
    }

    #[test]
    fn a_read_is_written_once() {
        let session = session();
        assert_eq!(session.take_unwritten(), None);
        session.touch((11, 31));
        assert_eq!((session.take_unwritten(), session.take_unwritten()), (Some(31), None));
        assert_eq!((session.last_read(), session.last_read_shown()), (11, 31));
    }
}
