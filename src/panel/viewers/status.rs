//! What a live stream does, on its row of `streams_servers` (contract "Player side", section 18.4): written when it has
//! changed, at most once a second.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio::time::sleep;

use super::on_air::LiveStream;
use crate::media::ts::{Stream, Tables};
use crate::panel::error::Result;
use crate::panel::{Caller, Context, Panel};

/// How often it is looked at.
const LOOK: Duration = Duration::from_secs(1);

/// `stream_status` of a stream that is on air, connects, and fails.
const ON_AIR: i64 = 0;
const CONNECTING: i64 = 2;
const FAILING: i64 = 3;

/// What the row says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Status {
    stream_status: i64,
    /// The entry that plays, without its credentials.
    source: Option<String>,
    /// In kbit/s.
    bitrate: Option<i64>,
    video_codec: Option<&'static str>,
    audio_codec: Option<&'static str>,
    /// Why it does not play.
    reason: Option<String>,
}

impl Status {
    /// That of a stream that does not play.
    pub fn failing(reason: String) -> Status {
        Status {
            stream_status: FAILING,
            reason: Some(reason),
            ..Status::default()
        }
    }

    fn of(stream: &LiveStream) -> Status {
        let is_on_air = stream.is_on_air();
        if is_on_air {
            stream.plays();
        }
        let (source, reason) = stream.trying();
        if !is_on_air {
            return Status {
                stream_status: CONNECTING,
                source,
                reason,
                ..Status::default()
            };
        }
        let (tables, bits) = stream.shape();
        Status {
            stream_status: ON_AIR,
            source,
            bitrate: bits.and_then(|bits| i64::try_from(bits / 1_000).ok()),
            video_codec: tables.as_ref().and_then(Tables::video).and_then(name),
            audio_codec: tables.as_ref().and_then(Tables::audio).and_then(name),
            reason: None,
        }
    }

    /// Whether the difference is worth writing: a bitrate is never the same twice.
    fn differs(&self, written: &Status) -> bool {
        let steady = |bitrate: Option<i64>| {
            Status {
                bitrate,
                ..self.clone()
            } == *written
        };
        let is_near = match (self.bitrate, written.bitrate) {
            (Some(now), Some(before)) => now.abs_diff(before) * 10 <= before.unsigned_abs(),
            (now, before) => now == before,
        };
        !(is_near && steady(written.bitrate))
    }
}

const fn name(stream: Stream) -> Option<&'static str> {
    stream.codec.name()
}

/// Writes what a stream does, again and again.
pub(super) async fn report(stream: &LiveStream) {
    let mut written = None;
    loop {
        let now = Status::of(stream);
        if written.as_ref().is_none_or(|written| now.differs(written)) {
            let Some(panel) = stream.panel() else { return };
            // What is busy now is written the next time.
            if write(&panel, stream.id, now.clone()).await.is_ok() {
                written = Some(now);
            }
        }
        sleep(LOOK).await;
    }
}

/// Writes that a stream connects no more: it was on air, or its entries have failed.
pub(super) async fn report_end(stream: &LiveStream, has_failed: bool) {
    let (source, reason) = stream.trying();
    let status = match has_failed {
        true => Status::failing(reason.unwrap_or_else(|| "nothing has come for 30 s".to_owned())),
        false => Status {
            source,
            ..Status::default()
        },
    };
    if let Some(panel) = stream.panel() {
        let written = write(&panel, stream.id, status).await;
        let _ = written.inspect_err(|error| tracing::debug!(%error, "the state of a stream was not written"));
    }
}

/// Writes a state to the stream's first row, which is the one that lists show. A stream that was stopped in the meantime
/// has none.
pub(super) async fn write(panel: &Arc<Panel>, stream: i64, status: Status) -> Result<()> {
    let write = move |context: &Context<'_>| {
        let sql = "UPDATE streams_servers SET stream_status = ?2, current_source = coalesce(?3, current_source),
                     bitrate = coalesce(?4, bitrate), video_codec = coalesce(?5, video_codec), progress_info = ?6,
                     audio_codec = coalesce(?7, audio_codec)
                   WHERE server_stream_id = (SELECT min(server_stream_id) FROM streams_servers WHERE stream_id = ?1)
                     AND (pid > 0 OR on_demand <> 0)";
        let reason = status
            .reason
            .as_ref()
            .map(|reason| json!({ "error": reason }).to_string());
        let (status_number, source) = (status.stream_status, &status.source);
        let row = (
            stream,
            status_number,
            source,
            status.bitrate,
            status.video_codec,
            reason,
            status.audio_codec,
        );
        context.db.prepare_cached(sql)?.execute(row)?;
        Ok(())
    };
    panel.write(Caller::Anyone, write).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bitrate_that_varies_is_not_written_each_second() {
        let status = |bitrate, reason: Option<&str>| Status {
            bitrate,
            reason: reason.map(str::to_owned),
            ..Status::default()
        };
        let written = status(Some(4_000), None);
        for (now, differs) in [
            (status(Some(4_000), None), false),
            (status(Some(4_390), None), false),
            (status(Some(3_610), None), false),
            (status(Some(4_500), None), true),
            (status(None, None), true),
            (status(Some(4_000), Some("why")), true),
        ] {
            assert_eq!(now.differs(&written), differs, "{now:?}");
        }
        assert!(status(Some(1), None).differs(&status(None, None)));
    }
}
