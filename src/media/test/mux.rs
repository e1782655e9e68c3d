//! A second of the test source as a transport stream.
//!
//! A second has 192 video and 48 audio packets, so that counters, which have four bits, begin each second at 0: nothing
//! before a second needs to be known. What video frames do not need goes to the key frame, stuffed by adaptation
//! fields; audio frames that are fewer than 48 are begun with such that take two packets. Every packet is sent long
//! enough before the time at which it is shown, as a tuner's buffer wants it.

use bytes::Bytes;

use super::parameters::is_due;
use super::{Frame, Kind, PACKETS, TestSource, picture, tone};
use crate::media::ts::{self, Packet, Pcr, Pes, Program, Timestamp};

/// The PID of the PMT.
pub const PMT_PID: u16 = 0x1000;
/// The PID of the video stream, which has the PCR.
pub const VIDEO_PID: u16 = 0x100;
/// The PID of the audio stream; of a radio station's it has the PCR.
pub const AUDIO_PID: u16 = 0x101;

/// From the time of a frame to its PTS, in units of 1/90,000 s: it is sent within the time of its second, and shown
/// half a second later.
pub const DELAY: u64 = 45_000;
/// Length of a frame in the same units.
const FRAME_TICKS: u64 = 3_600;
/// Units of 1/27,000,000 s in a second.
const CLOCK: u64 = 27_000_000;

const VIDEO_PACKETS: usize = 192;
const AUDIO_PACKETS: usize = 48;
/// Payload of a packet that leaves room for a PCR.
const ROOM: usize = 176;
/// A PCR is sent each so many slots, 0.1 s, from the first slot after the tables on.
const PCR_EACH: u32 = 30;
const FIRST_PCR: u32 = 2;
/// Video packets that are sent without a pause: the largest key frame. It is shown after half a second.
const BURST: usize = 120;
/// Null packets of a second that has pictures: what tables, video and audio leave.
const PAUSES: usize = 58;
/// The packets, counted within their PID, that `gap=` takes out and `error=` marks: of a late video frame, or audio.
const MISSING: (usize, usize) = (150, 30);
const DAMAGED: (usize, usize) = (170, 40);

/// What a place of a second is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Slot {
    Pat,
    Pmt,
    Video,
    Audio,
    Null,
}

/// The slots of a second. A faster stream has null packets between them.
fn slots(is_radio: bool) -> impl Iterator<Item = (u32, Slot)> {
    let (mut video, mut pauses, mut is_pause) = (0, 0, false);
    (0..PACKETS).map(move |index| {
        let slot = match index {
            0 => Slot::Pat,
            1 => Slot::Pmt,
            _ if is_audio(index, is_radio) => Slot::Audio,
            _ if is_radio => Slot::Null,
            // After the burst every second packet is a pause, until the rest just fits.
            _ if is_pause && pauses < PAUSES && !has_pcr(index) => Slot::Null,
            _ => Slot::Video,
        };
        match slot {
            Slot::Null => (pauses, is_pause) = (pauses + 1, false),
            Slot::Video => (video, is_pause) = (video + 1, video >= BURST),
            _ => {}
        }
        (index, slot)
    })
}

/// Each sixth slot, until all audio packets have theirs. In a radio stream they have the PCR.
fn is_audio(index: u32, is_radio: bool) -> bool {
    let first = if is_radio { FIRST_PCR } else { 5 };
    let after = index.checked_sub(first);
    after.is_some_and(|after| after % 6 == 0 && after < 6 * 48)
}

fn has_pcr(index: u32) -> bool {
    index % PCR_EACH == FIRST_PCR
}

/// Part of a PES packet that goes into one transport packet.
struct Piece {
    starts: bool,
    is_random_access: bool,
    payload: Vec<u8>,
}

/// The packets of a PID within a second.
struct Lane {
    pid: u16,
    pieces: std::vec::IntoIter<Piece>,
    /// Packets that were taken.
    taken: usize,
    /// The packets that `gap=` and `error=` concern, counted from 0; without them, none.
    missing: Option<usize>,
    damaged: Option<usize>,
    /// Whether the first packet announces a break.
    is_break: bool,
}

impl Lane {
    /// The packets of a PID in this second, none yet.
    fn new(source: &TestSource, second: i64, pid: u16) -> Self {
        let parameters = source.parameters();
        let of_pid = |(video, audio)| match (pid, parameters.is_radio) {
            (VIDEO_PID, false) => Some(video),
            (AUDIO_PID, true) => Some(audio),
            _ => None,
        };
        Self {
            pid,
            pieces: Vec::new().into_iter(),
            taken: 0,
            missing: of_pid(MISSING).filter(|_| is_due(parameters.gap, second)),
            damaged: of_pid(DAMAGED).filter(|_| is_due(parameters.error, second)),
            is_break: parameters.jumps_at(second),
        }
    }

    /// Writes the next packet, or a null packet where it is missing.
    fn write(&mut self, out: &mut Vec<u8>, pcr: Option<Pcr>) {
        let index = self.taken;
        self.taken += 1;
        let piece = self.pieces.next().filter(|_| self.missing != Some(index));
        let Some(piece) = piece else {
            return ts::write_null(out);
        };
        let packet = Packet {
            pid: self.pid,
            counter: u8::try_from(index % 16).unwrap_or_default(),
            starts: piece.starts,
            is_damaged: self.damaged == Some(index),
            is_discontinuous: self.is_break && index == 0,
            is_random_access: piece.is_random_access,
            pcr,
        };
        // No piece is longer than a packet with a PCR has room for.
        let _ = packet.write(out, &piece.payload);
    }
}

/// One second of a source; [`TestSource::second`] says more.
pub(super) fn second(source: &TestSource, second: i64, kind: Kind, clock: &str) -> Bytes {
    let parameters = source.parameters();
    let is_radio = parameters.is_radio;
    let offset = parameters.offset(second).ticks();
    let start = Timestamp::of_second(second).plus(offset);
    let mut video = Lane::new(source, second, VIDEO_PID);
    if !is_radio {
        video.pieces = video_pieces(source, second, kind, clock, start.plus(DELAY)).into_iter();
    }
    let mut audio = Lane::new(source, second, AUDIO_PID);
    audio.pieces = audio_pieces(source, second, offset + DELAY).into_iter();
    let program = program(is_radio);
    let counter = u8::try_from(second.rem_euclid(16)).unwrap_or_default();
    let packets = u64::from(parameters.packets);
    let mut out = Vec::with_capacity(usize::try_from(parameters.second_bytes()).unwrap_or_default());
    let mut written = 0;
    for (index, slot) in slots(is_radio) {
        let place = u64::from(index) * packets / u64::from(PACKETS);
        fill(&mut out, place - written);
        written = place + 1;
        let pcr = has_pcr(index).then(|| Pcr::after(start, CLOCK * place / packets));
        match slot {
            Slot::Pat => ts::write_table(&mut out, 0, counter, &program.pat()),
            Slot::Pmt => ts::write_table(&mut out, PMT_PID, counter, &program.pmt()),
            Slot::Video => video.write(&mut out, pcr),
            Slot::Audio => audio.write(&mut out, pcr.filter(|_| is_radio)),
            Slot::Null => ts::write_null(&mut out),
        }
    }
    fill(&mut out, packets - written);
    out.into()
}

fn fill(out: &mut Vec<u8>, packets: u64) {
    (0..packets).for_each(|_| ts::write_null(out));
}

/// What the tables say.
const fn program(is_radio: bool) -> Program<'static> {
    const AUDIO: (u8, u16) = (0x0f, AUDIO_PID);
    let (pcr_pid, streams): (_, &'static [_]) = if is_radio {
        (AUDIO_PID, &[AUDIO])
    } else {
        (VIDEO_PID, &[(0x1b, VIDEO_PID), AUDIO])
    };
    Program {
        pmt_pid: PMT_PID,
        pcr_pid,
        streams,
    }
}

/// The pictures of a second in 192 pieces. The first is shown at `pts`.
fn video_pieces(source: &TestSource, second: i64, kind: Kind, clock: &str, pts: Timestamp) -> Vec<Piece> {
    let mut key = Vec::new();
    let mut others = Vec::new();
    for (number, frame) in (0..).zip(source.frames(second, kind, clock)) {
        let pes = Pes {
            stream_id: 0xe0,
            pts: pts.plus(number * FRAME_TICKS),
        };
        let packet = pes.packet(&access_unit(&frame));
        if frame.is_key {
            key = packet;
        } else {
            let count = packet.len().div_ceil(ROOM);
            cut(&packet, count, false, &mut others);
        }
    }
    let mut pieces = Vec::with_capacity(VIDEO_PACKETS);
    cut(&key, VIDEO_PACKETS.saturating_sub(others.len()), true, &mut pieces);
    pieces.extend(others);
    pieces
}

/// A frame as a transport stream has it: NAL units behind start codes, before a key frame all that a decoder needs.
fn access_unit(frame: &Frame) -> Vec<u8> {
    let mut unit = Vec::with_capacity(frame.nal.len() + 64);
    let mut write = |nal: &[u8]| {
        unit.extend_from_slice(&[0, 0, 0, 1]);
        unit.extend_from_slice(nal);
    };
    write(&picture::delimiter(frame.is_key));
    if frame.is_key {
        write(&picture::sequence_parameters());
        write(&picture::picture_parameters());
    }
    write(&frame.nal);
    unit
}

/// The tone of a second in 48 pieces, shown `delay` after its time.
fn audio_pieces(source: &TestSource, second: i64, delay: u64) -> Vec<Piece> {
    let times: Vec<Timestamp> = tone::frames_of(second).collect();
    let in_two = AUDIO_PACKETS.saturating_sub(times.len());
    let mut pieces = Vec::with_capacity(AUDIO_PACKETS);
    for (index, time) in times.iter().enumerate() {
        let pes = Pes {
            stream_id: 0xc0,
            pts: time.plus(delay),
        };
        let count = if index < in_two { 2 } else { 1 };
        let is_first = index == 0 && source.parameters().is_radio;
        cut(&pes.packet(tone::adts(source.id())), count, is_first, &mut pieces);
    }
    pieces
}

/// Cuts a PES packet into `count` pieces of about the same length.
fn cut(packet: &[u8], count: usize, is_random_access: bool, pieces: &mut Vec<Piece>) {
    let mut rest = packet;
    for left in (1..=count).rev() {
        let (payload, after) = rest.split_at_checked(rest.len().div_ceil(left)).unwrap_or((rest, &[]));
        rest = after;
        pieces.push(Piece {
            starts: left == count,
            is_random_access: is_random_access && left == count,
            payload: payload.into(),
        });
    }
}

#[cfg(test)]
mod tests;
