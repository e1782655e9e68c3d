//! What a fault does to a stream (contract "Player side", section 10.6): its members of an effect, and which of the
//! requests for a stream they are about.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use deserr::ValuePointerRef;
use serde_json::Value;
use utoipa::openapi::schema::Type;

use super::effect::SentEffect;
use super::grammar::{Rate, Size, Wait};
use crate::control::members::{Leaf, body, leaves};
use crate::control::problem::Problem;
use crate::control::values::{Bounded, OrObject};
use crate::http::delivery::Pace;
use crate::media::disturb::{After, Disturbance};
use crate::openapi::typed::{of_types, schemas};
use crate::panel::viewers::{Container, Named, Step};

const HINT: &str = r#"send {"after_bytes":"2MiB"}, {"after":"3s"} or {"after_frame":1000}"#;
/// The unit of timestamps, in a second.
const TICKS: u64 = 90_000;
/// The most sessions whose playlists are frozen; then it begins anew.
const MAX_FROZEN: usize = 1_000;

/// Declares the JSON object of a disturbance, which begins at one place at most: at once without one.
macro_rules! placed {
    ($(#[$meta:meta])* pub struct $name:ident { $($members:tt)* }) => {
        body! {
            $(#[$meta])*
            #[deserr(validate = $name::in_one_place -> Problem)]
            pub struct $name {
                $($members)*
                /// After so much of the body.
                after_bytes?: Size,
                /// After so much of what is played.
                after?: Wait,
                /// At a frame of the test source.
                after_frame?: Frame,
            }
        }
        impl $name {
            fn in_one_place(self, location: ValuePointerRef<'_>) -> Result<$name, Problem> {
                let places = [self.after_bytes.is_some(), self.after.is_some(), self.after_frame.is_some()];
                match places.into_iter().filter(|is_there| *is_there).count() {
                    0 | 1 => Ok(self),
                    _ => Err(Problem::bad_request("it begins in one place", HINT).at(location)),
                }
            }

            /// The place where it begins, if one was sent.
            pub fn place(&self) -> Option<After> {
                let bytes = |Size(bytes)| After::Bytes(u64::try_from(bytes).unwrap_or(u64::MAX));
                let by_bytes = self.after_bytes.map(bytes);
                let by_media = || self.after.map(|Wait(after)| After::Media(after));
                by_bytes.or_else(by_media).or_else(|| self.after_frame.map(|Frame(frame)| After::Frame(frame)))
            }

            fn disturbs(&self, disturbance: Disturbance) -> StreamEffect {
                StreamEffect::Disturb(disturbance, self.place().unwrap_or(After::Bytes(0)))
            }
        }
    };
}

placed! {
    /// Where in a stream a fault begins: at one of these.
    pub struct StreamPlace {}
}

placed! {
    /// How slowly an answer comes.
    pub struct Throttle {
        rate: Rate,
    }
}

placed! {
    /// Packets of a stream that become null packets.
    pub struct TsGap {
        pid: Pid,
        /// How many; one without it.
        packets?: Packets,
    }
}

placed! {
    /// So many bytes that are no packet.
    pub struct TsGarbage {
        bytes: Garbage,
    }
}

placed! {
    /// By how much all times of a stream leap forward.
    pub struct PtsJump {
        by: Wait,
    }
}

body! {
    /// The segment that is missing.
    pub struct HlsGap {
        segment: Segment,
    }
}

/// PIDs have 13 bits.
pub type Pid = Bounded<0, 0x1fff>;
/// How many packets are dropped.
pub type Packets = Bounded<1, 1_000_000>;
/// How many bytes of garbage are sent.
pub type Garbage = Bounded<1, { 16 << 20 }>;
/// A rate, or a rate with the place from which on it holds.
pub type SentThrottle = OrObject<Rate, Throttle>;
/// Whether segments are missing, or which one is.
pub type SentHlsGap = OrObject<bool, HlsGap>;

/// The number of a frame of the test source.
#[derive(Clone, Copy, Debug)]
pub struct Frame(i64);

/// The number of a segment.
#[derive(Clone, Copy, Debug)]
pub struct Segment(u64);

leaves!(Frame, Segment);
schemas! {
    Frame => of_types([Type::Integer], "The number that the test source shows.");
    Segment => of_types([Type::Integer], "Its number in the playlist.");
}

impl Leaf for Frame {
    fn read(value: &Value, name: &str) -> Result<Frame, Problem> {
        value.as_i64().map(Frame).ok_or_else(|| {
            let detail = format!("`{name}` is no number of a frame: {value}");
            Problem::bad_request(detail, "send the number that the test source shows")
        })
    }
}

impl Leaf for Segment {
    fn read(value: &Value, name: &str) -> Result<Segment, Problem> {
        let none = || Problem::bad_request(format!("`{name}` is no number"), r#"send {"segment":17} or true"#);
        value.as_u64().map(Segment).ok_or_else(none)
    }
}

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

impl StreamEffect {
    /// Finds what an effect does to streams, which is one thing at most.
    ///
    /// # Errors
    /// There are several.
    pub fn new(sent: &SentEffect) -> Result<Option<StreamEffect>, Problem> {
        let cut = |place: &StreamPlace| place.place().map(|_| place.disturbs(Disturbance::Cut));
        let all = [
            sent.ts_gap.as_ref().map(TsGap::effect),
            sent.ts_garbage.as_ref().map(TsGarbage::effect),
            sent.pts_jump.as_ref().map(PtsJump::effect),
            sent.hls_frozen
                .filter(|is_so| *is_so)
                .map(|_| StreamEffect::Frozen(Arc::default())),
            sent.hls_gap.as_ref().and_then(missing_segment),
            sent.upstream_down.filter(|is_so| *is_so).map(|_| StreamEffect::Down),
            sent.stream_cut.as_ref().and_then(cut),
            sent.stream_stall
                .as_ref()
                .map(|place| place.disturbs(Disturbance::Stall)),
            sent.throttle.as_ref().map(throttled),
        ];
        let mut all = all.into_iter().flatten();
        match (all.next(), all.next()) {
            (found, None) => Ok(found),
            _ => Err(Problem::bad_request(
                "a stream is disturbed in one way",
                "make a fault of each",
            )),
        }
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

impl StreamPlace {
    /// Cuts an answer that is no stream: it is sent as one without a length, which ends there.
    ///
    /// # Errors
    /// The place is missing.
    pub fn cut_of_answer(&self) -> Result<Pace, Problem> {
        match self.place() {
            Some(After::Bytes(bytes)) => Ok(Pace::Stream {
                bytes: usize::try_from(bytes).unwrap_or(usize::MAX),
                after: Duration::ZERO,
            }),
            Some(After::Media(after)) => Ok(Pace::Stream {
                bytes: usize::MAX,
                after,
            }),
            // Only streams have frames.
            Some(After::Frame(_)) => Ok(Pace::Whole),
            None => {
                let detail = "`stream_cut` has one of after_bytes, after and after_frame";
                Err(Problem::bad_request(detail, HINT).within("stream_cut"))
            }
        }
    }

    /// Where an answer that is no stream falls silent.
    pub fn stall_of_answer(&self) -> Pace {
        match self.place() {
            None => Pace::Stall { bytes: 0 },
            Some(After::Bytes(bytes)) => Pace::Stall {
                bytes: usize::try_from(bytes).unwrap_or(usize::MAX),
            },
            // Only streams have media.
            Some(After::Media(_) | After::Frame(_)) => Pace::Whole,
        }
    }
}

impl TsGap {
    fn effect(&self) -> StreamEffect {
        self.disturbs(Disturbance::Gap {
            pid: u16::try_from(self.pid.0).unwrap_or_default(),
            packets: usize::try_from(self.packets.map_or(1, |packets| packets.0)).unwrap_or(1),
        })
    }
}

impl TsGarbage {
    fn effect(&self) -> StreamEffect {
        self.disturbs(Disturbance::Garbage(usize::try_from(self.bytes.0).unwrap_or_default()))
    }
}

impl PtsJump {
    fn effect(&self) -> StreamEffect {
        let ticks = self.by.0.as_nanos().saturating_mul(TICKS.into()) / 1_000_000_000;
        self.disturbs(Disturbance::Jump(u64::try_from(ticks).unwrap_or_default()))
    }
}

/// The rate of an answer, in bytes per second.
pub fn rate_of(sent: &SentThrottle) -> usize {
    match sent {
        OrObject::Short(Rate(rate)) => *rate,
        OrObject::Object(throttle) => throttle.rate.0,
    }
}

fn throttled(sent: &SentThrottle) -> StreamEffect {
    let disturbance = Disturbance::Throttle(rate_of(sent));
    match sent {
        OrObject::Short(_) => StreamEffect::Disturb(disturbance, After::Bytes(0)),
        OrObject::Object(throttle) => throttle.disturbs(disturbance),
    }
}

fn missing_segment(sent: &SentHlsGap) -> Option<StreamEffect> {
    match sent {
        OrObject::Short(is_so) => is_so.then_some(StreamEffect::Gap(None)),
        OrObject::Object(gap) => Some(StreamEffect::Gap(Some(gap.segment.0))),
    }
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
