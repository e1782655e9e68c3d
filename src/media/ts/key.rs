//! Where decoding can begin (player contract, 18.3).

use std::time::Duration;

use super::{Codec, Stream, Timestamp, View};

/// After so long without a key frame any frame is begun with: some encoders refresh pictures part by part.
const PATIENCE: Duration = Duration::from_secs(5);

/// What begins with a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// A key frame; of a radio station an audio frame.
    Key,
    /// Any frame, since no key frame has come for five seconds.
    Frame,
}

/// Finds the packets with which decoding can begin, in one run of a source.
#[derive(Clone, Debug, Default)]
pub struct KeyFinder {
    /// When the last key frame came, else when the first packet did; on the source's own time.
    since: Option<Duration>,
    /// `random_access_indicator` was set in a packet in which no frame begins: the next that does is meant.
    is_armed: bool,
}

impl KeyFinder {
    /// Looks at the next packet, which came at `time` of the source; `main` is the stream that decoding begins with.
    pub fn see(&mut self, packet: View<'_>, main: Stream, time: Duration) -> Option<Start> {
        let since = *self.since.get_or_insert(time);
        if packet.pid() != main.pid || packet.is_damaged() {
            return None;
        }
        self.is_armed |= packet.is_random_access();
        if !packet.starts() || !packet.payload().starts_with(&[0, 0, 1]) {
            return None;
        }
        if self.is_armed || is_key(packet.payload(), main.codec) {
            self.is_armed = false;
            self.since = Some(time);
            return Some(Start::Key);
        }
        (time.saturating_sub(since) >= PATIENCE).then_some(Start::Frame)
    }
}

/// Whether a key frame begins in this payload, which begins with a PES packet. Parameter sets count: encoders put them
/// before key frames only, and the key frame's own NAL unit may begin a packet later.
fn is_key(payload: &[u8], codec: Codec) -> bool {
    let is_start: fn(u8) -> bool = match codec {
        Codec::Audio(_) => return true,
        // IDR slice, sequence parameter set.
        Codec::H264 => |header| matches!(header & 0x1f, 5 | 7),
        // BLA, IDR and CRA slices (IRAP), video and sequence parameter sets.
        Codec::Hevc => |header| matches!(header >> 1 & 0x3f, 16..=23 | 32 | 33),
        // Sequence header.
        Codec::Mpeg2 => |header| header == 0xb3,
        Codec::Video | Codec::Other => return false,
    };
    // After the head of nine bytes and as many more as its last says.
    let head = payload.get(8).map_or(9, |length| 9 + usize::from(*length));
    let frame = payload.get(head..).unwrap_or_default();
    frame
        .windows(4)
        .any(|window| matches!(window, [0, 0, 1, header] if is_start(*header)))
}

/// The PTS of the PES packet that begins in this packet.
pub fn pts(packet: View<'_>) -> Option<Timestamp> {
    let [0, 0, 1, _, _, _, _, flags, _, a, b, c, d, e, ..] = *packet.payload() else {
        return None;
    };
    let [a, b, c, d, e] = [a, b, c, d, e].map(u64::from);
    let ticks = (a >> 1 & 7) << 30 | b << 22 | (c >> 1) << 15 | d << 7 | e >> 1;
    (packet.starts() && flags & 0x80 != 0).then(|| Timestamp::new(ticks))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::ts::{Packet, Pes, Sound, views};

    const VIDEO: Stream = Stream {
        pid: 0x31,
        codec: Codec::H264,
    };

    fn packet(starts: bool, is_random_access: bool, frame: &[u8]) -> Vec<u8> {
        let pes = Pes {
            stream_id: 0xe0,
            pts: Timestamp::new(1 << 32 | 12_345),
        };
        let payload = if starts { pes.packet(frame) } else { frame.into() };
        let mut out = Vec::new();
        let packet = Packet {
            pid: 0x31,
            starts,
            is_random_access,
            ..Packet::default()
        };
        let _ = packet.write(&mut out, &payload);
        out
    }

    fn see(finder: &mut KeyFinder, packet: &[u8], stream: Stream, seconds: u64) -> Option<Start> {
        finder.see(views(packet).next().unwrap(), stream, Duration::from_secs(seconds))
    }

    #[test]
    fn a_key_frame_is_told_by_what_begins_in_its_packet() {
        for (codec, frame, is_key) in [
            (Codec::H264, &[0, 0, 0, 1, 9, 0x10, 0, 0, 1, 0x67][..], true),
            (Codec::H264, &[0, 0, 0, 1, 9, 0x10, 0, 0, 1, 0x65], true),
            (Codec::H264, &[0, 0, 0, 1, 9, 0x30, 0, 0, 1, 0x41], false),
            (Codec::Hevc, &[0, 0, 0, 1, 0x46, 1, 0, 0, 0, 1, 0x40], true),
            (Codec::Hevc, &[0, 0, 1, 0x2a, 1], true),
            (Codec::Hevc, &[0, 0, 1, 0x02, 1], false),
            (Codec::Mpeg2, &[0, 0, 1, 0xb3], true),
            (Codec::Mpeg2, &[0, 0, 1, 0], false),
            (Codec::Audio(Sound::Aac), &[0xff, 0xf1], true),
            (Codec::Video, &[0, 0, 1, 0x67], false),
        ] {
            let found = see(
                &mut KeyFinder::default(),
                &packet(true, false, frame),
                Stream { codec, ..VIDEO },
                0,
            );
            assert_eq!(found.is_some(), is_key, "{codec:?} {frame:x?}");
        }
    }

    #[test]
    fn random_access_holds_for_the_frame_that_begins_next() {
        let mut finder = KeyFinder::default();
        assert_eq!(see(&mut finder, &packet(false, true, &[7; 50]), VIDEO, 0), None);
        assert_eq!(
            see(&mut finder, &packet(true, false, &[7; 50]), VIDEO, 0),
            Some(Start::Key)
        );
        assert_eq!(see(&mut finder, &packet(true, false, &[7; 50]), VIDEO, 0), None);
    }

    #[test]
    fn without_key_frames_for_five_seconds_any_frame_will_do() {
        let (mut finder, plain) = (KeyFinder::default(), packet(true, false, &[7; 50]));
        for (seconds, key, expected) in [
            (0, false, None),
            (4, false, None),
            (5, false, Some(Start::Frame)),
            (6, true, Some(Start::Key)),
            (10, false, None),
            (11, false, Some(Start::Frame)),
        ] {
            let packet = if key {
                packet(true, true, &[7; 50])
            } else {
                plain.clone()
            };
            assert_eq!(see(&mut finder, &packet, VIDEO, seconds), expected, "{seconds}");
        }
    }

    #[test]
    fn a_pts_is_read_as_it_was_written() {
        let packet = packet(true, false, &[7; 50]);
        assert_eq!(
            pts(views(&packet).next().unwrap()),
            Some(Timestamp::new(1 << 32 | 12_345))
        );
    }
}
