//! Plays the test source: its seconds, let out evenly as its place moves (player contract, 10.5).

use std::ops::Range;
use std::time::Duration;

use bytes::Bytes;
use tokio::time::{Instant, sleep};

use super::SourceError;
use crate::media::pace::{Moved, Pace, PanelClock, Place, SECOND};
use crate::media::ring::RingWriter;
use crate::media::test::{Kind, TestSource};
use crate::media::ts::PACKET;

/// A second is let out in so many slots, of 40 ms each: as many as it has frames.
const SLOTS: i64 = 25;
const SLOT: i64 = SECOND / SLOTS;
/// Whole seconds that a ring is filled with at once, so that a viewer begins at once: `client_prebuffer`.
const PREFILL: i64 = 2;
/// After so long without a packet a stalled source is given up.
const GIVE_UP: Duration = Duration::from_secs(30);

/// Plays a source until `end=`, and until 30 s after `stall=`.
///
/// # Errors
/// It has stalled, as it was asked to.
pub async fn play(
    source: &TestSource,
    pace: Pace,
    clock: &dyn PanelClock,
    writer: &mut RingWriter,
) -> Result<(), SourceError> {
    let mut place = Place::new(pace, clock);
    let mut player = Player::new(source, clock, place.start());
    loop {
        match place.look() {
            Moved::To(now) => player.go_to(now, writer).await,
            Moved::Leapt(now) => player.leap_to(now, writer).await,
        }
        if pace == Pace::Clock {
            // All that lies between is there at once, and a clock that stands does not hold anything back.
            writer.flush();
        }
        match player.last() {
            Some(Last::End) => return Ok(()),
            Some(Last::Stall) => {
                writer.flush();
                sleep(GIVE_UP).await;
                return Err(SourceError::Stalled);
            }
            None => {}
        }
        let due = writer.flush_due();
        place.moved(due).await;
        if due.is_some_and(|due| due <= Instant::now()) {
            writer.flush();
        }
    }
}

/// What comes after the last packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Last {
    End,
    Stall,
}

/// A source that is played. Slots are counted from the second 0 of its place.
struct Player<'a> {
    source: &'a TestSource,
    clock: &'a dyn PanelClock,
    /// What the source's place is ahead of the panel's clock, in milliseconds: `from=`.
    ahead: i64,
    /// The first slot that is not let out yet.
    slot: i64,
    /// Slots that may still be let out, before the source ends or stalls.
    left: Option<i64>,
    /// The second that is being let out.
    second: Option<(i64, Bytes)>,
    /// Slots that were let out: the time of the ring.
    played: i64,
}

impl<'a> Player<'a> {
    /// A source that starts when the panel's clock shows `now`.
    fn new(source: &'a TestSource, clock: &'a dyn PanelClock, now: i64) -> Self {
        let parameters = source.parameters();
        let first = parameters.from;
        let ahead = first.map_or(0, |first| first.saturating_mul(SECOND).saturating_sub(now));
        let seconds = parameters.stall.into_iter().chain(parameters.end).min();
        let left = seconds.map(|seconds| i64::from(seconds.get()) * SLOTS);
        let mut player = Self {
            source,
            clock,
            ahead,
            slot: 0,
            left,
            second: None,
            played: 0,
        };
        match first {
            Some(first) => player.slot = first.saturating_mul(SLOTS),
            None => player.prefill_at(now),
        }
        // They count from the start, not from what lies before it.
        if let Some(left) = &mut player.left {
            *left = left.saturating_add(slot_of(now + ahead) - player.slot);
        }
        player
    }

    /// Begins so much before a place that a viewer who comes then begins at once.
    fn prefill_at(&mut self, now: i64) {
        let second = now.saturating_add(self.ahead).div_euclid(SECOND);
        self.slot = second.saturating_sub(PREFILL).saturating_mul(SLOTS);
    }

    /// Lets out what lies before the place at which the panel's clock shows `now`.
    async fn go_to(&mut self, now: i64, writer: &mut RingWriter) {
        let mut end = slot_of(now.saturating_add(self.ahead));
        if writer.is_waiting() {
            // With `from=` nothing lies before the start; a viewer needs a key frame all the same.
            end = end.max(self.slot + 1);
        }
        if let Some(left) = &mut self.left {
            end = end.min(self.slot.saturating_add(*left));
            *left -= (end - self.slot).max(0);
        }
        while self.slot < end {
            self.push(writer);
            if self.slot.rem_euclid(SLOTS) == 0 {
                // A step of ten seconds must not push viewers out who are served by this thread.
                tokio::task::yield_now().await;
            }
        }
    }

    /// The clock has leapt: what follows does not go on from what was before.
    async fn leap_to(&mut self, now: i64, writer: &mut RingWriter) {
        writer.broken();
        let left = self.left;
        self.left = None;
        self.prefill_at(now);
        self.go_to(now, writer).await;
        self.left = left;
    }

    /// Lets one slot out.
    fn push(&mut self, writer: &mut RingWriter) {
        let second = self.slot.div_euclid(SLOTS);
        let bytes = self.bytes(second);
        let range = slot_bytes(bytes.len(), self.slot.rem_euclid(SLOTS));
        let time = u64::try_from(self.played * SLOT).unwrap_or_default();
        self.slot += 1;
        self.played += 1;
        // The range is within the second.
        let packets = bytes.get(range).unwrap_or_default();
        writer.push_at(packets, Duration::from_millis(time));
    }

    /// A second of the source, made once.
    fn bytes(&mut self, second: i64) -> Bytes {
        if let Some((kept, bytes)) = &self.second
            && *kept == second
        {
            return bytes.clone();
        }
        let text = self.clock.text(second);
        let bytes = self.source.second(second, Kind::Live, &text);
        self.second = Some((second, bytes.clone()));
        bytes
    }

    /// What comes now, if everything was let out.
    fn last(&self) -> Option<Last> {
        self.left.filter(|left| *left <= 0)?;
        Some(last_of(self.source))
    }
}

/// What a source does first.
fn last_of(source: &TestSource) -> Last {
    let parameters = source.parameters();
    match (parameters.stall, parameters.end) {
        (Some(stall), Some(end)) if end <= stall => Last::End,
        (Some(_), _) => Last::Stall,
        _ => Last::End,
    }
}

/// The slots before a place.
const fn slot_of(place: i64) -> i64 {
    place.div_euclid(SLOT)
}

/// The bytes of a slot: packets are spread evenly over a second.
fn slot_bytes(second: usize, slot: i64) -> Range<usize> {
    let slot = usize::try_from(slot).unwrap_or_default();
    let slots = usize::try_from(SLOTS).unwrap_or(1);
    let packet = |slot: usize| second / PACKET * slot / slots * PACKET;
    packet(slot)..packet(slot + 1)
}

/// A source with a place of its own, read as fast as it is asked for: pace `free`.
pub struct Seconds<C> {
    source: TestSource,
    clock: C,
    next: i64,
    end: i64,
    stalls: bool,
}

impl<C: PanelClock> Seconds<C> {
    /// Seconds of a live source, from what the panel's clock shows now, until `end=` or `stall=`.
    pub fn live(source: TestSource, clock: C) -> Self {
        let parameters = source.parameters();
        let first = parameters.from.unwrap_or_else(|| clock.now().div_euclid(SECOND));
        let seconds = parameters.stall.into_iter().chain(parameters.end).min();
        let length = seconds.map_or(i64::MAX, |seconds| i64::from(seconds.get()));
        Self {
            next: first,
            end: first.saturating_add(length),
            stalls: seconds.is_some() && last_of(&source) == Last::Stall,
            source,
            clock,
        }
    }

    /// Whether nothing comes after the last second, in place of an end.
    pub const fn stalls(&self) -> bool {
        self.stalls
    }
}

impl<C: PanelClock> Iterator for Seconds<C> {
    type Item = Bytes;

    fn next(&mut self) -> Option<Bytes> {
        let second = (self.next < self.end).then_some(self.next)?;
        self.next += 1;
        let text = self.clock.text(second);
        Some(self.source.second(second, Kind::Live, &text))
    }
}

#[cfg(test)]
mod tests;
