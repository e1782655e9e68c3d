//! Catch-up: what was on air (contract "Player side", section 10.3).

use std::ops::Range;
use std::sync::Arc;

use actix_web::web::Bytes;
use futures_util::stream;

use super::call::Call;
use super::data::admit;
use super::file::File;
use super::recorded::{self, Recorded};
use crate::http::Response;
use crate::http::body::ByteStream;
use crate::media::meter::Meter;
use crate::media::tag;
use crate::media::test::kept::KeptSeconds;
use crate::media::test::{Kind, TestSource};
use crate::panel::Result;
use crate::panel::viewers::checks::Admitted;
use crate::panel::viewers::{Plays, Stream, Ticket, clock_text, source};
use crate::time::{DAY, Zone};

/// What an archive holds of what is asked for; `None` where it begins in the future or before the archive.
///
/// # Errors
/// The panel stops.
pub async fn held(call: &Call<'_>, stream: &Stream, start: i64, seconds: i64) -> Result<Option<Plays>> {
    let now = call.panel().clock().now();
    let first = now.saturating_sub(stream.archive_days.saturating_mul(DAY));
    let is_held = stream.archive_days > 0 && (first..now).contains(&start);
    let seconds = seconds.min(now.saturating_sub(start));
    // Files may have none of it, which is known when they are read.
    let is_recorded = is_held && (source::is_test(call.media(), stream) || recorded::has_folder(call, stream).await?);
    Ok(is_recorded.then_some(Plays::Archive { start, seconds }))
}

/// Plays a part of an archive as a transport stream.
pub async fn play(
    call: &Call<'_>,
    admitted: &Admitted,
    ticket: &Ticket,
    (start, seconds): (i64, i64),
) -> Result<Response> {
    const ACTION: &str = "timeshift";
    if call.exchange.is_upstream_down() {
        return call.refuse_off_air(&ticket.viewer).await;
    }
    let (file, recording) = match source::test(call.media(), &admitted.stream) {
        Ok(source) => {
            let seconds = u64::try_from(seconds).unwrap_or_default();
            let length = seconds.saturating_mul(source.parameters().second_bytes());
            let file = transport_stream(length, etag(&source, start, seconds));
            (file, Kept::Computed(Recording::new(call, source, start)))
        }
        Err(_) => {
            let wanted = start..start.saturating_add(seconds);
            let Some(found) = recorded::find(call, &admitted.stream, wanted).await? else {
                return Ok(call.answered(ACTION, Response::empty(404)));
            };
            (transport_stream(found.length, found.etag.clone()), Kept::Files(found))
        }
    };
    let play = |range: Range<u64>| match recording {
        Kept::Computed(recording) => {
            let meter = recording.meter(range.start);
            (recording.bytes(range), meter)
        }
        Kept::Files(recorded) => {
            let meter = Meter::timed().skipping(range.start);
            (recorded.bytes(range), meter)
        }
    };
    file.answer(call, ACTION, async || admit(call, ticket, "").await, play)
        .await
}

/// Where an archive's bytes come from.
enum Kept {
    Computed(Recording),
    Files(Recorded),
}

fn transport_stream(length: u64, etag: String) -> File {
    File {
        content_type: "video/mp2t",
        length,
        etag,
    }
}

/// The tag of a part of an archive: the same source, start and length have the same bytes.
fn etag(source: &TestSource, start: i64, seconds: u64) -> String {
    format!("\"{}\"", tag::of(format!("{source:?} {start} {seconds}")))
}

/// What a test source played from an instant on.
pub struct Recording {
    kept: Arc<KeptSeconds>,
    source: TestSource,
    zone: Zone,
    /// In unix seconds.
    start: i64,
}

impl Recording {
    /// The recording of a source.
    pub fn new(call: &Call<'_>, source: TestSource, start: i64) -> Recording {
        Recording {
            kept: Arc::clone(&call.panel().viewers().seconds),
            source,
            zone: call.panel().zone(),
            start,
        }
    }

    /// Returns a second of it, counted from its start.
    pub fn second(&self, number: u64) -> Bytes {
        let second = self.start.saturating_add(i64::try_from(number).unwrap_or(i64::MAX));
        let clock = clock_text(self.zone, second);
        self.kept.get(&self.source, second, Kind::Archive, &clock)
    }

    /// What counts its bytes from a place on.
    fn meter(&self, skipped: u64) -> Meter {
        Meter::recorded(&self.source, self.start, skipped)
    }

    /// A range of its bytes, second by second.
    pub fn bytes(self, range: Range<u64>) -> ByteStream {
        let each = self.source.parameters().second_bytes().max(1);
        let mut rest = range;
        Box::pin(stream::iter(std::iter::from_fn(move || {
            if rest.is_empty() {
                return None;
            }
            let (number, skipped) = (rest.start / each, rest.start % each);
            let second = self.second(number);
            let at = |place: u64| usize::try_from(place).unwrap_or(usize::MAX).min(second.len());
            let end = rest.end.saturating_sub(number.saturating_mul(each));
            let next = second.slice(at(skipped)..at(end));
            let sent = u64::try_from(next.len()).unwrap_or(u64::MAX);
            rest.start = rest.start.saturating_add(sent);
            // One that gives nothing would never end.
            (sent > 0).then_some(Ok(next))
        })))
    }
}
