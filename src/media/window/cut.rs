//! Cuts a ring's packets into segments (player contract, 10.1 step 4).

use std::time::Duration;

use bytes::Bytes;

use super::{Content, Segment};
use crate::media::ring::{Entry, Key};
use crate::media::ts::{Start, Timestamp};

/// Segments of a run that are short, so that a player need not wait for the first.
const SHORT_ONES: u32 = 5;
/// They end with the first key frame after this.
const SHORT: Duration = Duration::from_secs(2);
/// Timestamps that are further apart than this have leapt.
const LEAP: Duration = Duration::from_secs(60);

/// Cuts one run of a source: each segment begins with a key frame, and ends before the last that keeps it within the
/// target. Where key frames are further apart the target is raised.
#[derive(Debug)]
pub struct Cutter {
    target: Duration,
    /// The number of the next segment.
    number: u64,
    short_ones: u32,
    /// The segment that is open, in pieces that each begin with a key frame.
    pieces: Vec<Piece>,
    /// When the last entry came, by the source's time.
    time: Duration,
    /// Whether the next segment does not go on from the last.
    is_discontinuous: bool,
    /// A key frame has come, so that other frames are not begun with any more.
    has_keys: bool,
    done: Vec<Segment>,
}

/// From one key frame to the next.
#[derive(Debug)]
struct Piece {
    at: Mark,
    tables: Bytes,
    parts: Vec<Bytes>,
}

/// When a key frame is.
#[derive(Clone, Copy, Debug)]
struct Mark {
    pts: Option<Timestamp>,
    time: Duration,
}

impl Mark {
    /// From another mark to this one: by when their frames are shown, else by when they came.
    fn since(self, before: Self) -> Duration {
        let shown = self.pts.zip(before.pts).map(|(after, before)| after.since(before));
        let shown = shown.filter(|length| (Duration::from_nanos(1)..=LEAP).contains(length));
        shown.unwrap_or_else(|| self.time.saturating_sub(before.time))
    }
}

impl Cutter {
    /// Segments of at most `target`, numbered from `number`.
    pub const fn new(target: Duration, number: u64) -> Self {
        Self {
            target,
            number,
            short_ones: SHORT_ONES,
            pieces: Vec::new(),
            time: Duration::ZERO,
            is_discontinuous: false,
            has_keys: false,
            done: Vec::new(),
        }
    }

    /// What no segment is longer than: as it was asked for, or raised to whole seconds.
    pub const fn target(&self) -> Duration {
        self.target
    }

    /// Takes the next entry, and gives the segments that are whole with it.
    pub fn feed(&mut self, entry: &Entry) -> Vec<Segment> {
        if entry.is_break {
            self.finish();
            self.is_discontinuous = true;
        }
        self.time = entry.time;
        let mut from = 0;
        for key in &entry.keys {
            self.append(entry.bytes.slice(from..key.offset));
            from = key.offset;
            self.begin(key);
        }
        self.append(entry.bytes.slice(from..));
        std::mem::take(&mut self.done)
    }

    /// Packets were missed: the open segment ends, and what comes next does not go on from it.
    pub fn missed(&mut self) -> Vec<Segment> {
        self.finish();
        self.is_discontinuous = true;
        std::mem::take(&mut self.done)
    }

    /// A piece begins with this key frame.
    fn begin(&mut self, key: &Key) {
        self.has_keys |= key.start == Start::Key;
        if self.has_keys && key.start != Start::Key {
            return;
        }
        let at = Mark {
            pts: key.pts,
            time: self.time,
        };
        while let Some(first) = self.pieces.first() {
            let length = at.since(first.at);
            if length < self.wanted() {
                break;
            }
            self.cut(at, length);
        }
        self.pieces.push(Piece {
            at,
            tables: key.tables.clone(),
            parts: Vec::new(),
        });
    }

    /// How long a segment is at least, if the source's key frames allow.
    fn wanted(&self) -> Duration {
        if self.short_ones > 0 {
            SHORT.min(self.target)
        } else {
            self.target
        }
    }

    /// Ends the open segment at `end`, `length` after its beginning; where that is too far, with the key frame before.
    fn cut(&mut self, end: Mark, length: Duration) {
        match self.pieces.pop() {
            Some(last) if length > self.target && !self.pieces.is_empty() => {
                self.close(last.at);
                self.pieces.push(last);
            }
            last => {
                self.pieces.extend(last);
                self.close(end);
            }
        }
    }

    /// Makes all pieces a segment that ends at `end`.
    fn close(&mut self, end: Mark) {
        let pieces = std::mem::take(&mut self.pieces);
        let Some(first) = pieces.first() else { return };
        let length = end.since(first.at);
        // What lasts no time cannot be listed.
        if length.is_zero() {
            return;
        }
        if length > self.target {
            self.target = rounded_up(length);
        }
        let tables = first.tables.clone();
        let parts = pieces.into_iter().flat_map(|piece| piece.parts);
        self.done.push(Segment {
            number: self.number,
            length,
            is_discontinuous: std::mem::take(&mut self.is_discontinuous),
            content: Content::Parts(std::iter::once(tables).chain(parts).collect()),
        });
        self.number += 1;
        self.short_ones = self.short_ones.saturating_sub(1);
    }

    /// Ends the open segment with what has come.
    fn finish(&mut self) {
        while let Some((first, last)) = self.pieces.first().zip(self.pieces.last()) {
            let more = self.time.saturating_sub(last.at.time);
            let end = Mark {
                pts: last.at.pts.map(|pts| pts.after(more)),
                time: self.time,
            };
            let length = end.since(first.at);
            self.cut(end, length);
        }
    }

    fn append(&mut self, bytes: Bytes) {
        if let Some(piece) = self.pieces.last_mut().filter(|_| !bytes.is_empty()) {
            piece.parts.push(bytes);
        }
    }
}

fn rounded_up(length: Duration) -> Duration {
    Duration::from_secs(length.as_secs() + u64::from(length.subsec_nanos() > 0))
}

#[cfg(test)]
mod tests;
