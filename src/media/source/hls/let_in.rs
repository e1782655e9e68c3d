//! Lets the segments of an HLS source into the ring, by their clock, while the ring has viewers (player contract, 18.4).

use std::collections::VecDeque;

use bytes::Bytes;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::Instant;

use super::{FROM_END, ListedSegment, stall_time};
use crate::media::ring::RingWriter;
use crate::media::source::http::FetchError;
use crate::media::source::{Pacer, SourceError};

/// Segments that wait for their time, in the usual case; with more of them the ring is filled faster.
const WAITING: usize = 2;

/// Lets the segments in until there are no more. Without viewers none is fetched, and the last few wait for one.
///
/// # Errors
/// None of the segments is to be had for too long, or one is too large.
pub async fn let_in(mut queue: UnboundedReceiver<ListedSegment>, writer: &mut RingWriter) -> Result<(), SourceError> {
    let mut waiting = Waiting::new();
    loop {
        if !writer.has_viewers() {
            tokio::select! {
                next = queue.recv() => match next {
                    Some(segment) => waiting.keep(segment, writer),
                    None => return Ok(()),
                },
                () = writer.viewer() => waiting.begin(),
            }
            continue;
        }
        match waiting.segments.pop_front() {
            Some(segment) => waiting.play(&segment, &mut queue, writer).await?,
            None => match queue.recv().await {
                Some(segment) => waiting.add(segment),
                None => return Ok(()),
            },
        }
    }
}

/// The segments that are not in the ring yet.
struct Waiting {
    segments: VecDeque<ListedSegment>,
    pacer: Pacer,
    /// The next one does not go on from the last in the ring.
    is_broken: bool,
    /// When the last one was fetched, or the first viewer came.
    fetched: Instant,
}

impl Waiting {
    fn new() -> Self {
        Self {
            segments: VecDeque::new(),
            pacer: Pacer::default(),
            is_broken: false,
            fetched: Instant::now(),
        }
    }

    /// Keeps a segment for a viewer who may come.
    fn keep(&mut self, segment: ListedSegment, writer: &mut RingWriter) {
        self.segments.push_back(segment);
        if self.segments.len() > FROM_END {
            self.segments.pop_front();
            // Nobody is to begin with what the ring has from long ago.
            self.break_off(writer);
        }
    }

    fn break_off(&mut self, writer: &mut RingWriter) {
        if !writer.is_waiting() {
            self.pacer.broken();
            writer.broken();
        }
    }

    /// A viewer has come: all that waits is fetched.
    fn begin(&mut self) {
        self.fetched = Instant::now();
        self.segments.iter().for_each(|segment| segment.content.want());
    }

    fn add(&mut self, segment: ListedSegment) {
        segment.content.want();
        self.segments.push_back(segment);
    }

    /// Lets a segment in. One that is not to be had is a break.
    async fn play(
        &mut self,
        segment: &ListedSegment,
        queue: &mut UnboundedReceiver<ListedSegment>,
        writer: &mut RingWriter,
    ) -> Result<(), SourceError> {
        let parts = segment.content.parts().await;
        match parts.as_deref() {
            Some(Ok(parts)) => {
                self.fetched = Instant::now();
                if segment.is_discontinuous || std::mem::take(&mut self.is_broken) {
                    self.break_off(writer);
                }
                self.push(parts, queue, writer).await;
                Ok(())
            }
            Some(Err(SourceError::TooLarge)) => Err(SourceError::TooLarge),
            Some(Err(_)) | None => {
                self.is_broken = true;
                let is_stalled = self.fetched.elapsed() > stall_time(segment.target);
                (!is_stalled).then_some(()).ok_or(FetchError::Stalled.into())
            }
        }
    }

    async fn push(&mut self, parts: &[Bytes], queue: &mut UnboundedReceiver<ListedSegment>, writer: &mut RingWriter) {
        for part in parts {
            while let Ok(next) = queue.try_recv() {
                self.add(next);
            }
            self.pacer.catch_up(self.segments.len() > WAITING);
            self.pacer.push(part, writer).await;
        }
        writer.flush();
    }
}
