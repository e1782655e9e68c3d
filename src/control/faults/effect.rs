//! What a fault does to a request (contract "The fixture", section 6): it delays, replaces or damages the
//! answer, or drops the connection.

use std::future::ready;
use std::sync::Arc;
use std::time::Duration;

use actix_web::web::Bytes;
use futures_util::StreamExt;
use futures_util::stream::iter;

use super::grammar::{Delay, FinalStatus, Size, Truncate, Wait};
use super::presets;
use super::stream::{
    FrozenPlaylists, PtsJump, SentHlsGap, SentThrottle, StreamEffect, StreamPlace, TsGap, TsGarbage, rate_of,
};
use crate::control::members::body;
use crate::control::problem::Problem;
use crate::control::values::{Bounded, Share};
use crate::dialects::Dialects;
use crate::dialects::presets::{Preset, PresetContext, PresetEffect, WholeAnswer};
use crate::http::delivery::{ASSUMED_LENGTH, Delivery, Pace};
use crate::http::{Body, Response};
use crate::media::disturb::{After, Disturbance};
use crate::openapi::typed::{names_of, of_words, schemas};
use crate::panel::rng::Rng;
use crate::panel::viewers::{Named, StreamAnswer};
use crate::spelling::nearest;

/// The effect of a fault. Its parts are applied in the order of the fields.
#[derive(Clone, Debug, Default)]
pub struct Effect {
    delay: Option<Delay>,
    /// The answer that replaces the panel's.
    instead: Option<Instead>,
    status: Option<u16>,
    /// How a preset damages the answer.
    broken: Option<Broken>,
    corrupt: u32,
    ending: Option<Termination>,
    /// What it does to a stream, in place of the ending.
    stream: Option<StreamEffect>,
}

/// How a preset damages an answer.
#[derive(Clone, Copy, Debug)]
enum Broken {
    Whole(fn(&mut WholeAnswer<'_>)),
    Prefix(&'static str),
}

#[derive(Clone, Debug)]
enum Instead {
    /// The dialect's own failure, by its word.
    Word(String),
    Body(String),
    Preset(fn(&PresetContext<'_>) -> Option<Response>),
}

/// How the answer is sent and where it ends, where that is not as usual.
#[derive(Clone, Copy, Debug)]
enum Termination {
    /// The same for answers of any length.
    Pace(Pace),
    /// This fraction of the body.
    Part(f64),
    /// In this many pieces, over this time.
    Pieces(u32, Duration),
    /// The pace of a preset for a body of this length.
    Preset(fn(usize) -> Pace),
}

body! {
    /// What happens to a request: see the table in docs/control.md.
    #[schema(as = Effect)]
    #[derive(Default)]
    pub struct SentEffect {
        delay?: Delay,
        /// The API's own failure, by its word: `STATUS_NO_PERMISSIONS`, `EXISTS`.
        answer?: String,
        status?: FinalStatus,
        body?: String,
        preset?: PresetName,
        corrupt?: Corrupt,
        abort?: Abort,
        truncate?: Truncate,
        dribble?: Dribble,
        /// Such as `64KiB/s`.
        throttle?: SentThrottle,
        stream_cut?: StreamPlace,
        stream_stall?: StreamPlace,
        ts_gap?: TsGap,
        ts_garbage?: TsGarbage,
        pts_jump?: PtsJump,
        hls_frozen?: bool,
        hls_gap?: SentHlsGap,
        upstream_down?: bool,
    }
}

body! {
    /// How many bits of the body are flipped.
    pub struct Corrupt {
        flip: Flips,
    }
}

body! {
    /// In how many pieces the body comes, and over what time.
    pub struct Dribble {
        #[schema(required = true)]
        chunks?: Chunks,
        #[schema(required = true)]
        over?: Wait,
    }
}

/// A number of bits.
pub type Flips = Bounded<1, 1_000>;
/// A number of pieces.
pub type Chunks = Bounded<1, 10_000>;

/// The name of a preset, which may be one of another set of dialects.
#[derive(Debug, deserr::Deserr)]
#[deserr(error = Problem, from(String) = PresetName)]
pub struct PresetName(String);

schemas! {
    PresetName => of_words(presets::names(Dialects::default()), "A fault that has a name.");
}

/// How a connection ends without an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, deserr::Deserr, utoipa::ToSchema)]
#[deserr(error = Problem, rename_all = lowercase)]
#[serde(rename_all = "lowercase")]
pub enum Abort {
    Close,
    Reset,
    Hang,
    Empty,
}

/// The members of which an effect has at most one, because each defines how the answer ends.
const ENDINGS: [&str; 6] = ["abort", "truncate", "dribble", "throttle", "stream_cut", "stream_stall"];

/// The number of pieces per second of a throttled answer.
const PIECES_A_SECOND: usize = 20;

impl Effect {
    /// Makes an effect of what was sent.
    ///
    /// # Errors
    /// A problem with a hint of what is allowed.
    pub fn new(dialects: Dialects, sent: SentEffect) -> Result<Effect, Problem> {
        let preset = sent.preset.as_ref().map(|PresetName(name)| preset(dialects, name));
        let preset = preset.transpose()?.map(|preset| preset.effect);
        let stream = StreamEffect::new(&sent);
        Ok(Effect {
            delay: sent.delay,
            status: sent.status.map(|FinalStatus(status)| status),
            broken: match preset {
                Some(PresetEffect::Break(broken)) => Some(Broken::Whole(broken)),
                Some(PresetEffect::Prefix(text)) => Some(Broken::Prefix(text)),
                _ => None,
            },
            corrupt: sent.corrupt.as_ref().map_or(0, |corrupt| corrupt.flip.0),
            ending: sent.ending(preset)?,
            instead: instead(sent.answer, sent.body, preset)?,
            stream: stream?,
        })
    }

    /// Whether it only delays, so that another fault may act too.
    pub fn only_delays(&self) -> bool {
        let Effect {
            instead,
            status,
            broken,
            corrupt,
            ending,
            stream,
            ..
        } = self;
        let is_whole = instead.is_none() && status.is_none() && broken.is_none() && *corrupt == 0;
        is_whole && ending.is_none() && stream.is_none()
    }

    /// Whether it is about a request, which may name a stream.
    pub fn concerns(&self, named: Option<Named>) -> bool {
        self.stream.as_ref().is_none_or(|stream| stream.concerns(named))
    }

    /// What it does to an answer of a stream, also to one that is open.
    pub fn takes_hold(&self) -> Option<(Disturbance, After)> {
        self.stream.as_ref().and_then(StreamEffect::takes_hold)
    }

    /// Whether all sources of the stream fail.
    pub fn is_upstream_down(&self) -> bool {
        matches!(self.stream, Some(StreamEffect::Down))
    }

    /// Freezes playlists together with others: a request alone does not know the one before.
    pub fn freeze_with(&mut self, frozen: &Arc<FrozenPlaylists>) {
        if let Some(StreamEffect::Frozen(own)) = &mut self.stream {
            *own = Arc::clone(frozen);
        }
    }

    /// Does to a stream what it does to streams; `false` where the answer ends as any other.
    pub fn disturb(&self, answer: &StreamAnswer) -> bool {
        match &self.stream {
            Some(StreamEffect::Disturb(disturbance, after)) => {
                answer.disturb(*disturbance, *after);
                true
            }
            _ => false,
        }
    }

    /// Draws the delay.
    pub fn delay(&self, rng: &Rng) -> Duration {
        self.delay.map_or(Duration::ZERO, |delay| delay.draw(rng))
    }

    /// Whether no answer is sent at all.
    pub fn drops_connection(&self) -> bool {
        matches!(
            self.ending,
            Some(Termination::Pace(Pace::Close | Pace::Reset | Pace::Hang))
        )
    }

    /// The dialect's word for the failure to answer, if the effect has one.
    pub fn word(&self) -> Option<&str> {
        match &self.instead {
            Some(Instead::Word(word)) => Some(word),
            _ => None,
        }
    }

    /// The answer that replaces the panel's, except for the failure of [`Effect::word`].
    pub fn instead(&self, about: &PresetContext<'_>) -> Option<Response> {
        match (&self.instead, self.status) {
            (Some(Instead::Body(body)), _) => Some(Response::new(200, guess_type(body), body.clone())),
            (Some(Instead::Preset(make)), _) => make(about),
            // The rule has found the segment.
            (None, None) if matches!(self.stream, Some(StreamEffect::Gap(_))) => Some(Response::empty(404)),
            (Some(Instead::Word(_)), _) | (None, None) => None,
            (None, Some(status)) => Some(Response::new(status, TEXT, format!("{status}\n"))),
        }
    }

    /// Applies the effect to an answer. What is `disturbed` already ends by itself.
    pub fn apply(&self, mut response: Response, rng: &Rng, is_disturbed: bool) -> Delivery {
        if let Some(status) = self.status {
            response.status = status;
        }
        match (self.broken, &mut response.body) {
            (Some(Broken::Whole(broken)), Body::Bytes(body)) => broken(&mut WholeAnswer {
                headers: &mut response.headers,
                body,
            }),
            (Some(Broken::Prefix(text)), _) => response.body = prefixed(response.body, text),
            // The shape of a stream cannot be changed.
            (Some(Broken::Whole(_)), Body::Stream(_) | Body::Sized(..) | Body::Unknown) | (None, _) => {}
        }
        if let (Some(StreamEffect::Frozen(frozen)), Body::Bytes(body)) = (&self.stream, &mut response.body) {
            frozen.freeze(body);
        }
        response.body = corrupted(response.body, self.corrupt, rng);
        let length = response.body.len().unwrap_or(ASSUMED_LENGTH);
        let ending = self.ending.filter(|_| !is_disturbed);
        let pace = ending.map_or(Pace::Whole, |ending| ending.pace(length));
        Delivery { response, pace }
    }
}

impl Termination {
    fn pace(self, length: usize) -> Pace {
        match self {
            Termination::Pace(pace) => pace,
            Termination::Part(part) => Pace::Cut {
                bytes: fraction_of(length, part),
            },
            Termination::Pieces(pieces, over) => Pace::Pieces {
                bytes: length.div_ceil(usize::try_from(pieces).unwrap_or(1)).max(1),
                pause: over.checked_div(pieces).unwrap_or_default(),
            },
            Termination::Preset(pace) => pace(length),
        }
    }
}

const TEXT: &str = "text/plain; charset=UTF-8";

/// Guesses the type of a body from its first byte.
fn guess_type(body: &str) -> &'static str {
    match body.trim_start().bytes().next() {
        Some(b'{' | b'[') => "application/json",
        Some(b'<') => "text/html; charset=UTF-8",
        _ => TEXT,
    }
}

/// Puts a text before a body.
fn prefixed(body: Body, text: &'static str) -> Body {
    match body {
        Body::Bytes(mut bytes) => {
            bytes.splice(..0, text.bytes());
            Body::Bytes(bytes)
        }
        body => {
            let length = body.len().map(|length| length.saturating_add(text.len()));
            let first = iter([Ok(Bytes::from_static(text.as_bytes()))]);
            Body::streamed(length, Box::pin(first.chain(body.into_stream())))
        }
    }
}

/// Flips one bit in `flips` bytes of a body. In a stream these are among the first [`ASSUMED_LENGTH`] bytes.
fn corrupted(body: Body, flips: u32, rng: &Rng) -> Body {
    if flips == 0 {
        return body;
    }
    let length = body.len().unwrap_or(ASSUMED_LENGTH);
    let bound = u32::try_from(length).unwrap_or(u32::MAX).max(1);
    let places: Vec<usize> = (0..flips)
        .map(|_| usize::try_from(rng.below(bound)).unwrap_or(0))
        .collect();
    match body {
        Body::Bytes(mut bytes) => {
            flip(&mut bytes, &places, 0);
            Body::Bytes(bytes)
        }
        body => {
            let length = body.len();
            let flipped = body.into_stream().scan(0, move |sent, chunk| {
                let chunk = chunk.map(|chunk| {
                    let mut bytes = chunk.to_vec();
                    flip(&mut bytes, &places, *sent);
                    *sent += bytes.len();
                    Bytes::from(bytes)
                });
                ready(Some(chunk))
            });
            Body::streamed(length, Box::pin(flipped))
        }
    }
}

/// Flips a bit at each of these places of a body; `bytes` are its part that begins at `from`.
fn flip(bytes: &mut [u8], places: &[usize], from: usize) {
    for place in places {
        if let Some(byte) = place.checked_sub(from).and_then(|at| bytes.get_mut(at)) {
            *byte ^= 1;
        }
    }
}

#[expect(
    clippy::as_conversions,
    reason = "a float becomes the nearest number there is; it cannot fail"
)]
fn fraction_of(length: usize, part: f64) -> usize {
    ((length as f64) * part) as usize
}

fn instead(
    word: Option<String>,
    body: Option<String>,
    preset: Option<PresetEffect>,
) -> Result<Option<Instead>, Problem> {
    let made = match preset {
        Some(PresetEffect::Answer(make)) => Some(make),
        _ => None,
    };
    match (word, body, made) {
        (None, None, None) => Ok(None),
        (Some(word), None, None) => Ok(Some(Instead::Word(word))),
        (None, Some(body), None) => Ok(Some(Instead::Body(body))),
        (None, None, Some(make)) => Ok(Some(Instead::Preset(make))),
        _ => Err(Problem::bad_request(
            "there is one answer to a request",
            "keep one of answer, body and a preset that answers by itself",
        )),
    }
}

/// The problem of an effect without members.
pub fn nothing() -> Problem {
    let hint = format!("there are {}", names_of::<SentEffect>().join(", "));
    Problem::bad_request("the effect does nothing", hint)
}

impl SentEffect {
    fn ending(&self, preset: Option<PresetEffect>) -> Result<Option<Termination>, Problem> {
        let endings = [
            self.abort.map(|abort| Ok(Termination::Pace(abort.pace()))),
            self.truncate.as_ref().map(|truncate| Ok(cut(truncate))),
            self.dribble.as_ref().map(dribbled),
            self.throttle
                .as_ref()
                .map(|rate| Ok(Termination::Pace(throttled(rate_of(rate))))),
            self.stream_cut
                .as_ref()
                .map(|place| place.cut_of_answer().map(Termination::Pace)),
            self.stream_stall
                .as_ref()
                .map(|place| Ok(Termination::Pace(place.stall_of_answer()))),
        ];
        let paced = match preset {
            Some(PresetEffect::Pace(pace)) => Some(Ok(Termination::Preset(pace))),
            _ => None,
        };
        let mut all = endings.into_iter().chain([paced]).flatten();
        match (all.next(), all.next()) {
            (only, None) => only.transpose(),
            _ => Err(Problem::bad_request(
                "an answer ends in one way",
                format!("keep one of {} and a preset that says how it comes", ENDINGS.join(", ")),
            )),
        }
    }
}

impl Abort {
    fn pace(self) -> Pace {
        match self {
            Abort::Close | Abort::Empty => Pace::Close,
            Abort::Reset => Pace::Reset,
            Abort::Hang => Pace::Hang,
        }
    }
}

fn cut(truncate: &Truncate) -> Termination {
    match (truncate.bytes, truncate.fraction) {
        (Some(Size(bytes)), _) => Termination::Pace(Pace::Cut { bytes }),
        (None, part) => Termination::Part(part.map_or(1.0, |Share(part)| part)),
    }
}

fn dribbled(sent: &Dribble) -> Result<Termination, Problem> {
    match (sent.chunks, sent.over) {
        (Some(Bounded(chunks)), Some(Wait(over))) => Ok(Termination::Pieces(chunks, over)),
        _ => {
            let hint = r#"send {"chunks":5,"over":"2s"}"#;
            Err(Problem::bad_request("`dribble` is incomplete", hint).within("dribble"))
        }
    }
}

/// The pace of `rate` bytes per second; a rate below [`PIECES_A_SECOND`] sends one byte at a time.
fn throttled(rate: usize) -> Pace {
    let pieces = PIECES_A_SECOND.min(rate);
    let pause = u32::try_from(pieces)
        .ok()
        .and_then(|pieces| Duration::from_secs(1).checked_div(pieces));
    Pace::Pieces {
        bytes: (rate / pieces.max(1)).max(1),
        pause: pause.unwrap_or_default(),
    }
}

fn preset(dialects: Dialects, name: &str) -> Result<&'static Preset, Problem> {
    let all = presets::all(dialects);
    let names: Vec<&str> = all.iter().map(|preset| preset.name).collect();
    let found = all.iter().find(|preset| preset.name == name).copied();
    found.ok_or_else(|| {
        Problem::bad_request(
            format!("there is no preset {name:?}"),
            format!("there are {}{}", names.join(", "), nearest(name, &names)),
        )
        .within("preset")
    })
}
