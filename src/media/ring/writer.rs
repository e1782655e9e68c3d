//! Who fills a ring: cuts chunks, notes key frames, announces breaks.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use tokio::time::{Instant, sleep_until};

use super::{EndReason, Entry, Key, RingLimits, Shared};
use crate::media::ts::{self, KeyFinder, NULL_PID, PACKET, Packet, Tables, View};

/// Bytes of a full chunk: 87 packets, just below 16 KiB.
const CHUNK: usize = 87 * PACKET;
/// After so long a chunk is given out as it is.
const PATIENCE: Duration = Duration::from_millis(50);

/// The source's side of a ring. When it is dropped the ring ends as stopped.
#[derive(Debug)]
pub struct RingWriter {
    shared: Arc<Shared>,
    limits: RingLimits,
    started: Instant,
    last_packet: Instant,
    tables: Tables,
    keys: KeyFinder,
    /// Packets are left out until a key frame comes: at the start, and after a break.
    is_waiting: bool,
    /// The PIDs that were written.
    seen: BTreeSet<u16>,
    /// Of those, the ones whose break is not announced yet.
    unannounced: BTreeSet<u16>,
    chunk: Building,
}

/// The chunk that is being filled.
#[derive(Debug)]
struct Building {
    bytes: BytesMut,
    keys: Vec<Key>,
    is_break: bool,
    /// When its last packets came, by the source's time.
    time: Duration,
    /// When its first packets came.
    arrival: Option<Instant>,
}

impl RingWriter {
    pub(super) fn new(shared: Arc<Shared>, limits: RingLimits) -> Self {
        Self {
            shared,
            limits,
            started: Instant::now(),
            last_packet: Instant::now(),
            tables: Tables::default(),
            keys: KeyFinder::default(),
            is_waiting: true,
            seen: BTreeSet::new(),
            unannounced: BTreeSet::new(),
            chunk: Building {
                bytes: BytesMut::with_capacity(CHUNK),
                keys: Vec::new(),
                is_break: false,
                time: Duration::ZERO,
                arrival: None,
            },
        }
    }

    /// Takes whole packets that have just come.
    pub fn push(&mut self, packets: &[u8]) {
        self.push_at(packets, self.started.elapsed());
    }

    /// Takes whole packets that come at `time` of the source, counted from its start: where the source has a clock of
    /// its own, which may stand or leap.
    pub fn push_at(&mut self, packets: &[u8], time: Duration) {
        if self.flush_due().is_some_and(|due| due <= Instant::now()) {
            self.flush();
        }
        if !packets.is_empty() {
            self.last_packet = Instant::now();
        }
        for packet in ts::views(packets) {
            self.take(packet, time);
        }
    }

    /// Whether the ring has viewers; who cuts segments is none.
    pub fn has_viewers(&self) -> bool {
        *self.shared.viewers.borrow() > 0
    }

    /// Waits until the ring has a viewer.
    pub async fn viewer(&self) {
        let mut viewers = self.shared.viewers.subscribe();
        // The sender is the ring's own.
        let _ = viewers.wait_for(|viewers| *viewers > 0).await;
    }

    /// When the last packets came.
    pub const fn last_packet(&self) -> Instant {
        self.last_packet
    }

    /// When [`RingWriter::flush`] is due, if anything waits for it.
    pub fn flush_due(&self) -> Option<Instant> {
        self.chunk.arrival.map(|arrival| arrival + PATIENCE)
    }

    /// Gives out what has been taken.
    pub fn flush(&mut self) {
        let Some(arrival) = self.chunk.arrival.take() else {
            return;
        };
        let bytes = self.chunk.bytes.split().freeze();
        self.chunk.bytes.reserve(CHUNK);
        let mut state = self.shared.lock();
        let entry = Entry {
            number: state.next,
            bytes,
            time: self.chunk.time,
            arrival,
            keys: std::mem::take(&mut self.chunk.keys),
            is_break: std::mem::take(&mut self.chunk.is_break),
        };
        state.push(entry, self.limits);
        let next = state.next;
        drop(state);
        self.shared.head.send_replace(next);
    }

    /// Waits until an instant, and gives out what has been taken as soon as that is due.
    pub async fn wait_until(&mut self, instant: Instant) {
        while let Some(due) = self.flush_due().filter(|due| *due < instant) {
            sleep_until(due).await;
            self.flush();
        }
        sleep_until(instant).await;
    }

    /// The source has broken: what is pushed from now on does not go on from what was before. It is left out until a
    /// key frame comes; then each PID's first packet is announced by one without payload that says so.
    pub fn broken(&mut self) {
        self.flush();
        self.tables = Tables::default();
        self.keys = KeyFinder::default();
        self.unannounced = self.seen.clone();
        // Before the first key frame there is nothing that could break.
        self.chunk.is_break |= !self.is_waiting;
        self.is_waiting = true;
        let mut state = self.shared.lock();
        state.joinable_from = state.next;
    }

    /// Whether it waits for a key frame, at the start or after a break.
    pub const fn is_waiting(&self) -> bool {
        self.is_waiting
    }

    /// The source has ended. Viewers get what is there, and then the reason.
    pub fn end(mut self, reason: EndReason) {
        self.finish(reason);
    }

    fn finish(&mut self, reason: EndReason) {
        self.flush();
        let mut state = self.shared.lock();
        state.end.get_or_insert(reason);
        let next = state.next;
        drop(state);
        self.shared.head.send_replace(next);
    }

    fn take(&mut self, packet: View<'_>, time: Duration) {
        let key = self.key(packet, time);
        self.tables.see(packet);
        if self.is_waiting {
            let Some(key) = &key else { return };
            self.is_waiting = false;
            let tables = key.tables.clone();
            ts::views(&tables)
                .chain([packet])
                .for_each(|first| self.announce(first, time));
            // A viewer who goes on needs them before the frame; one who begins here gets them anyway.
            self.append(&tables, time);
        }
        self.announce(packet, time);
        if let Some(key) = key {
            let offset = self.chunk.bytes.len();
            self.chunk.keys.push(Key { offset, ..key });
        }
        self.append(packet.bytes(), time);
    }

    /// The key frame that begins with this packet, if there is one and its tables are known.
    fn key(&mut self, packet: View<'_>, time: Duration) -> Option<Key> {
        let start = self.keys.see(packet, self.tables.main_stream()?, time)?;
        let tables = Bytes::from(self.tables.packets()?);
        Some(Key {
            offset: 0,
            tables,
            start,
            pts: ts::pts(packet),
        })
    }

    /// Announces the break on the packet's PID, if that was not done.
    fn announce(&mut self, packet: View<'_>, time: Duration) {
        self.seen.insert(packet.pid());
        if !self.unannounced.remove(&packet.pid()) || packet.pid() == NULL_PID {
            return;
        }
        // A packet without payload has the counter of the one before it.
        let before = packet.counter().wrapping_sub(u8::from(packet.has_payload()));
        let announcement = Packet {
            pid: packet.pid(),
            counter: before & 0x0f,
            is_discontinuous: true,
            ..Packet::default()
        };
        let mut bytes = Vec::with_capacity(PACKET);
        let _ = announcement.write(&mut bytes, &[]);
        self.append(&bytes, time);
    }

    /// Adds packets to the chunk, which is given out when it is full.
    fn append(&mut self, packets: &[u8], time: Duration) {
        self.chunk.arrival.get_or_insert_with(Instant::now);
        self.chunk.time = time;
        self.chunk.bytes.extend_from_slice(packets);
        if self.chunk.bytes.len() >= CHUNK {
            self.flush();
        }
    }
}

impl Drop for RingWriter {
    fn drop(&mut self) {
        self.finish(EndReason::Stopped);
    }
}
