//! What a fault does to a stream (contract "Player side", section 10.6): its members of an effect, and which of the
//! requests for a stream they are about.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Map, Value};

use super::grammar::{self, count, members, size};
use crate::control::members::{only, optional};
use crate::control::problem::Problem;
use crate::http::delivery::Pace;
use crate::media::disturb::{After, Disturbance};
use crate::panel::viewers::{Container, Named, Step};

/// The members that say where a disturbance begins.
const PLACES: [&str; 3] = ["after_bytes", "after", "after_frame"];
const HINT: &str = r#"send {"after_bytes":"2MiB"}, {"after":"3s"} or {"after_frame":1000}"#;
/// The unit of timestamps, in a second.
const TICKS: u64 = 90_000;
/// The most packets that are dropped.
const MAX_PACKETS: u32 = 1_000_000;
/// The most bytes of garbage.
const MAX_GARBAGE: u32 = 16 << 20;
/// PIDs have 13 bits.
const MAX_PID: u32 = 0x1fff;
/// The most sessions whose playlists are frozen; then it begins anew.
const MAX_FROZEN: usize = 1_000;

/// What a fault does to a stream.
#[derive(Clone, Debug)]
pub enum StreamEffect {
    /// It is disturbed while it is sent.
    Disturb(Disturbance, After),
    /// Each session's playlist stays as it was when it was first asked for.
    Frozen(Arc<FrozenPlaylists>),
    /// A segment is missing: this one, or every one that is asked for.
    Gap(Option<u64>),
    /// All sources fail.
    Down,
}

/// The parser of a member.
type Parse = fn(&Value) -> Result<Option<StreamEffect>, Problem>;

/// The members that are about streams, without those that are about every answer.
const MEMBERS: [(&str, Parse); 6] = [
    ("ts_gap", |value| gap(value).map(Some)),
    ("ts_garbage", |value| garbage(value).map(Some)),
    ("pts_jump", |value| jump(value).map(Some)),
    ("hls_frozen", |value| {
        switch(value, "hls_frozen", StreamEffect::Frozen(Arc::default()))
    }),
    ("hls_gap", hls_gap),
    ("upstream_down", |value| {
        switch(value, "upstream_down", StreamEffect::Down)
    }),
];

impl StreamEffect {
    /// Parses the members of an effect that are about streams; there is one at most.
    ///
    /// # Errors
    /// A problem with a hint of what is allowed.
    pub fn parse(effect: &Map<String, Value>) -> Result<Option<StreamEffect>, Problem> {
        let mut found = None;
        for (name, parse) in MEMBERS.into_iter().chain(ENDINGS) {
            let parsed = optional(effect, name, parse)?.flatten();
            if parsed.is_some() && found.is_some() {
                let hint = "make a fault of each";
                return Err(Problem::bad_request("a stream is disturbed in one way", hint));
            }
            found = found.or(parsed);
        }
        Ok(found)
    }

    /// Whether it can take hold of an answer that is open.
    pub fn takes_hold(&self) -> Option<(Disturbance, After)> {
        match self {
            StreamEffect::Disturb(disturbance, after) => Some((*disturbance, *after)),
            StreamEffect::Down => Some((Disturbance::Down, After::Bytes(0))),
            StreamEffect::Frozen(_) | StreamEffect::Gap(_) => None,
        }
    }

    /// Whether it is about a request, which may be for a stream.
    pub fn concerns(&self, named: Option<Named>) -> bool {
        let Some(named) = named else {
            // Cuts, stalls and rates are about every answer.
            let is_ending = |disturbance: &Disturbance| {
                matches!(
                    disturbance,
                    Disturbance::Cut | Disturbance::Stall | Disturbance::Throttle(_)
                )
            };
            return matches!(self, StreamEffect::Disturb(disturbance, _) if is_ending(disturbance));
        };
        match (self, named.step) {
            (_, Step::Redirect) => false,
            (StreamEffect::Frozen(_), step) => step == Step::Playlist,
            (StreamEffect::Gap(wanted), Step::Segment(number)) => wanted.is_none_or(|wanted| wanted == number),
            (StreamEffect::Gap(_), _) => false,
            (StreamEffect::Disturb(..), step) => step != Step::Playlist,
            (StreamEffect::Down, Step::Segment(_)) => named.container == Container::Hls,
            (StreamEffect::Down, _) => true,
        }
    }
}

/// The members that are about every answer: of a stream they can begin later.
const ENDINGS: [(&str, Parse); 3] = [
    ("stream_cut", |value| {
        let after = place(members(value, "stream_cut")?)?;
        Ok(after.map(|after| StreamEffect::Disturb(Disturbance::Cut, after)))
    }),
    ("stream_stall", |value| {
        let after = place(members(value, "stream_stall")?)?;
        let after = after.unwrap_or(After::Bytes(0));
        Ok(Some(StreamEffect::Disturb(Disturbance::Stall, after)))
    }),
    ("throttle", |value| {
        let (rate, after) = throttle(value)?;
        Ok(Some(StreamEffect::Disturb(Disturbance::Throttle(rate), after)))
    }),
];

/// Parses `stream_cut` for an answer that is no stream: it is sent as one without a length, which ends there.
pub fn cut_of_answer(value: &Value) -> Result<Pace, Problem> {
    let all = members(value, "stream_cut")?;
    known(all, &[])?;
    if all.len() != 1 {
        let detail = "`stream_cut` has one of after_bytes, after and after_frame";
        return Err(Problem::bad_request(detail, HINT));
    }
    Ok(match place_among(all)? {
        Some(After::Bytes(bytes)) => Pace::Stream {
            bytes: usize::try_from(bytes).unwrap_or(usize::MAX),
            after: Duration::ZERO,
        },
        Some(After::Media(after)) => Pace::Stream {
            bytes: usize::MAX,
            after,
        },
        // Only streams have frames.
        Some(After::Frame(_)) | None => Pace::Whole,
    })
}

/// Parses `stream_stall` for an answer that is no stream: where its silence begins.
pub fn stall_of_answer(value: &Value) -> Result<Pace, Problem> {
    let after = place(members(value, "stream_stall")?)?;
    Ok(match after {
        None => Pace::Stall { bytes: 0 },
        Some(After::Bytes(bytes)) => Pace::Stall {
            bytes: usize::try_from(bytes).unwrap_or(usize::MAX),
        },
        // Only streams have media.
        Some(After::Media(_) | After::Frame(_)) => Pace::Whole,
    })
}

/// Parses a rate, or a rate with the place from which on it holds.
pub fn throttle(value: &Value) -> Result<(usize, After), Problem> {
    let Value::Object(all) = value else {
        return grammar::rate(value, "throttle").map(|rate| (rate, After::Bytes(0)));
    };
    known(all, &["rate"])?;
    let rate = grammar::rate(all.get("rate").unwrap_or(&Value::Null), "rate")?;
    let after = place_among(all)?;
    Ok((rate, after.unwrap_or(After::Bytes(0))))
}

fn gap(value: &Value) -> Result<StreamEffect, Problem> {
    let all = members(value, "ts_gap")?;
    known(all, &["pid", "packets"])?;
    let pid = count(all.get("pid").unwrap_or(&Value::Null), "pid", 0, MAX_PID)?;
    let packets = optional(all, "packets", |value| count(value, "packets", 1, MAX_PACKETS))?;
    let gap = Disturbance::Gap {
        pid: u16::try_from(pid).unwrap_or_default(),
        packets: usize::try_from(packets.unwrap_or(1)).unwrap_or(1),
    };
    disturb(gap, all)
}

fn garbage(value: &Value) -> Result<StreamEffect, Problem> {
    let all = members(value, "ts_garbage")?;
    known(all, &["bytes"])?;
    let bytes = count(all.get("bytes").unwrap_or(&Value::Null), "bytes", 1, MAX_GARBAGE)?;
    disturb(Disturbance::Garbage(usize::try_from(bytes).unwrap_or_default()), all)
}

fn jump(value: &Value) -> Result<StreamEffect, Problem> {
    let all = members(value, "pts_jump")?;
    known(all, &["by"])?;
    let by: Duration = grammar::duration(all.get("by").unwrap_or(&Value::Null))?;
    let ticks = by.as_nanos().saturating_mul(TICKS.into()) / 1_000_000_000;
    disturb(Disturbance::Jump(u64::try_from(ticks).unwrap_or_default()), all)
}

fn disturb(disturbance: Disturbance, all: &Map<String, Value>) -> Result<StreamEffect, Problem> {
    let after = place_among(all)?.unwrap_or(After::Bytes(0));
    Ok(StreamEffect::Disturb(disturbance, after))
}

fn hls_gap(value: &Value) -> Result<Option<StreamEffect>, Problem> {
    let Value::Object(all) = value else {
        return switch(value, "hls_gap", StreamEffect::Gap(None));
    };
    only(all, &["segment"])?;
    let number = all.get("segment").and_then(Value::as_u64);
    let number =
        number.ok_or_else(|| Problem::bad_request("`segment` is no number", r#"send {"segment":17} or true"#))?;
    Ok(Some(StreamEffect::Gap(Some(number))))
}

/// Parses what is there or not.
fn switch(value: &Value, name: &str, there: StreamEffect) -> Result<Option<StreamEffect>, Problem> {
    match value {
        Value::Bool(is_there) => Ok(is_there.then_some(there)),
        other => Err(Problem::bad_request(
            format!("`{name}` is neither true nor false: {other}"),
            "send true",
        )),
    }
}

/// Refuses members that are neither these nor a place.
fn known(all: &Map<String, Value>, own: &[&str]) -> Result<(), Problem> {
    only(all, &[own, &PLACES].concat())
}

/// The place of an effect that has nothing else.
fn place(all: &Map<String, Value>) -> Result<Option<After>, Problem> {
    known(all, &[])?;
    place_among(all)
}

/// The place where a disturbance begins, of which there is one at most.
fn place_among(all: &Map<String, Value>) -> Result<Option<After>, Problem> {
    let mut sent = PLACES.iter().filter_map(|name| Some((*name, all.get(*name)?)));
    let Some((name, value)) = sent.next() else {
        return Ok(None);
    };
    if sent.next().is_some() {
        return Err(Problem::bad_request("it begins in one place", HINT));
    }
    Ok(Some(match name {
        "after_bytes" => After::Bytes(u64::try_from(size(value, name)?).unwrap_or(u64::MAX)),
        "after" => After::Media(grammar::duration(value)?),
        _ => After::Frame(value.as_i64().ok_or_else(|| {
            let detail = format!("`{name}` is no number of a frame: {value}");
            Problem::bad_request(detail, "send the number that the test source shows")
        })?),
    }))
}

/// The playlists of sessions as they were, by the tokens in them.
#[derive(Debug, Default)]
pub struct FrozenPlaylists(Mutex<HashMap<String, Vec<u8>>>);

impl FrozenPlaylists {
    /// Forgets all of them.
    pub fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Replaces a playlist with the first one of its session.
    pub fn freeze(&self, playlist: &mut Vec<u8>) {
        let Some(token) = token_of(playlist) else {
            return;
        };
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MAX_FROZEN && !kept.contains_key(&token) {
            kept.clear();
        }
        let first = kept.entry(token).or_insert_with(|| playlist.clone());
        playlist.clone_from(first);
    }
}

/// The token of the segments that a playlist lists.
fn token_of(playlist: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(playlist).ok()?;
    let (_, rest) = text.split_once("/hls/")?;
    Some(rest.split_once('/')?.0.to_owned())
}
