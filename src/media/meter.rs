//! How much of a stream an answer has sent: bytes, seconds of media, and the last frame of the test source (player
//! contract, 10.6).

use std::time::Duration;

use super::test::TestSource;
use super::test::mux::VIDEO_PID;
use super::ts::{self, PACKET, Timestamp, View, views};

/// Timestamps that lie further apart have leapt.
const LEAP: Duration = Duration::from_secs(10);
/// Of a frame, in units of 1/90,000 s.
const FRAME: i64 = 3_600;
/// The timestamp of the frame 0.
const FIRST: i64 = 45_000;
/// Timestamps have 33 bits.
const WRAP: i64 = 1 << 33;

/// What bytes are.
#[derive(Clone, Debug)]
pub enum Media {
    /// A second has always as many bytes.
    Steady { second_bytes: u64 },
    /// A transport stream, whose timestamps tell.
    Timed,
    /// A file of which nobody knows how long it plays.
    Untimed,
}

/// The numbers of the test source's frames.
#[derive(Clone, Copy, Debug)]
struct Frames {
    /// A frame that is less than 13 hours away.
    near: i64,
    /// What is added to all timestamps.
    added: Timestamp,
}

/// Counts bytes as they are sent.
#[derive(Clone, Debug)]
pub struct Meter {
    media: Media,
    frames: Option<Frames>,
    /// Whether the bytes are transport packets.
    has_packets: bool,
    /// Bytes before the next packet begins.
    phase: usize,
    bytes: u64,
    /// Of timestamps.
    timed: Duration,
    /// The PID whose timestamps are followed, and the last of them.
    last: Option<(u16, Timestamp)>,
    frame: Option<i64>,
}

impl Meter {
    const NEW: Meter = Meter {
        media: Media::Timed,
        frames: None,
        has_packets: true,
        phase: 0,
        bytes: 0,
        timed: Duration::ZERO,
        last: None,
        frame: None,
    };

    /// A transport stream of others.
    pub const fn timed() -> Meter {
        Meter::NEW
    }

    /// The test source, live when the panel's clock shows a second.
    pub fn test(source: &TestSource, second: i64) -> Meter {
        Meter::recorded(source, source.parameters().from.unwrap_or(second), 0)
    }

    /// The test source from a second of its place on; `skipped` bytes of it are not sent.
    pub fn recorded(source: &TestSource, second: i64, skipped: u64) -> Meter {
        let parameters = source.parameters();
        // Where timestamps leap they tell no numbers, and a radio station has no frames.
        let has_frames = parameters.jump.is_none() && !parameters.is_radio;
        Meter {
            media: Media::Steady {
                second_bytes: parameters.second_bytes(),
            },
            frames: has_frames.then(|| Frames {
                near: second.saturating_mul(25),
                added: parameters.pts,
            }),
            ..Meter::NEW
        }
        .skipping(skipped)
    }

    /// The same from a place on that lies so many bytes after the beginning of a packet.
    #[must_use]
    pub fn skipping(self, skipped: u64) -> Meter {
        let over = usize::try_from(skipped).unwrap_or_default() % PACKET;
        Meter {
            phase: (PACKET - over) % PACKET,
            ..self
        }
    }

    /// A file of so many bytes that plays so many seconds; 0 of either is not known.
    pub fn file(bytes: u64, seconds: u64) -> Meter {
        let second_bytes = bytes.checked_div(seconds).filter(|_| bytes > 0);
        Meter {
            media: second_bytes.map_or(Media::Untimed, |bytes| Media::Steady {
                second_bytes: bytes.max(1),
            }),
            has_packets: false,
            ..Meter::NEW
        }
    }

    /// Counts bytes that follow those before.
    pub fn add(&mut self, bytes: &[u8]) {
        self.bytes = self
            .bytes
            .saturating_add(u64::try_from(bytes.len()).unwrap_or_default());
        if !self.has_packets {
            return;
        }
        let whole = bytes.get(self.phase..).unwrap_or_default();
        self.phase = match bytes.len() < self.phase {
            true => self.phase - bytes.len(),
            false => (PACKET - whole.len() % PACKET) % PACKET,
        };
        if let Some((pid, pts)) = views(whole).rev().find_map(|packet| self.timestamp(packet)) {
            self.follow(pid, pts);
        }
    }

    /// The timestamp of a packet, if it is one that is followed.
    fn timestamp(&self, packet: View<'_>) -> Option<(u16, Timestamp)> {
        let followed = match (self.frames, self.last) {
            (Some(_), _) => Some(VIDEO_PID),
            (None, last) => last.map(|(pid, _)| pid),
        };
        let is_followed = followed.is_none_or(|pid| pid == packet.pid());
        Some((packet.pid(), ts::pts(packet).filter(|_| is_followed)?))
    }

    fn follow(&mut self, pid: u16, pts: Timestamp) {
        if let Some(frames) = &mut self.frames {
            frames.near = frames.number(pts);
            self.frame = Some(frames.near);
        }
        let Some((_, last)) = self.last else {
            self.last = Some((pid, pts));
            return;
        };
        // Frames are not always sent in the order in which they are shown.
        let (ahead, behind) = (pts.since(last), last.since(pts));
        if ahead < LEAP {
            self.timed += ahead;
        }
        if ahead < LEAP || behind >= LEAP {
            self.last = Some((pid, pts));
        }
    }

    /// The frame that begins in a packet.
    pub fn frame_of(&self, packet: &[u8]) -> Option<i64> {
        let packet = views(packet).next()?;
        let (_, pts) = self.timestamp(packet)?;
        Some(self.frames?.number(pts))
    }

    /// Bytes to the end of the packet that is being sent, one packet at most.
    pub fn rest_of_packet(&self) -> usize {
        match self.phase {
            0 => PACKET,
            rest => rest,
        }
    }

    /// Bytes that were sent.
    pub const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Whether anybody knows how long the bytes play.
    pub const fn is_timed(&self) -> bool {
        !matches!(self.media, Media::Untimed)
    }

    /// How long what was sent plays, as far as that is known.
    pub fn watched(&self) -> Duration {
        match self.media {
            Media::Untimed => Duration::ZERO,
            Media::Timed => self.timed,
            Media::Steady { second_bytes } => {
                let millis = u128::from(self.bytes) * 1000 / u128::from(second_bytes.max(1));
                Duration::from_millis(u64::try_from(millis).unwrap_or(u64::MAX))
            }
        }
    }

    /// The last frame of the test source that has begun.
    pub const fn frame(&self) -> Option<i64> {
        self.frame
    }
}

impl Frames {
    /// The number of the frame with a timestamp.
    fn number(self, pts: Timestamp) -> i64 {
        let ticks = |time: Timestamp| i64::try_from(time.ticks()).unwrap_or_default();
        // What multiplication loses is a multiple of the wrap.
        let near = self
            .near
            .wrapping_mul(FRAME)
            .wrapping_add(FIRST)
            .wrapping_add(ticks(self.added));
        let ahead = ticks(pts).wrapping_sub(near).rem_euclid(WRAP);
        let ahead = if ahead >= WRAP / 2 { ahead - WRAP } else { ahead };
        self.near.saturating_add(ahead.div_euclid(FRAME))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::test::{Kind, Parameters};

    fn source(url: &str) -> TestSource {
        TestSource::new(7, Parameters::parse(url).unwrap())
    }

    #[test]
    fn the_last_frame_is_known_wherever_the_bytes_are_cut_and_across_the_wrap() {
        // The timestamps of the second begin anew within these.
        for second in [1_773_585_000, 95_443, 0] {
            let source = source("test://");
            let bytes: Vec<u8> = (second..second + 3)
                .flat_map(|second| source.second(second, Kind::Live, "00:00:00"))
                .collect();
            for cut in [PACKET, 1_000, 16_356, 56_400] {
                let mut meter = Meter::test(&source, second - 3_600);
                for piece in bytes.chunks(cut) {
                    meter.add(piece);
                }
                assert_eq!(meter.watched(), Duration::from_secs(3));
                let last = second * 25 + 74;
                // A packet that is cut in two is not looked at.
                let near = if cut == 1_000 { last - 2..=last } else { last..=last };
                assert!(near.contains(&meter.frame().unwrap()), "{cut}");
            }
        }
    }

    #[test]
    fn a_range_begins_within_a_packet_and_what_has_no_frames_has_no_number() {
        let bytes = source("test://?pts=8589934000").second(9, Kind::Archive, "00:00:09");
        let mut meter = Meter::recorded(&source("test://?pts=8589934000"), 9, 1_000);
        meter.add(bytes.get(1_000..).unwrap());
        assert_eq!(meter.frame(), Some(9 * 25 + 24));
        let mut radio = Meter::test(&source("test://?radio=1"), 9);
        radio.add(&source("test://?radio=1").second(9, Kind::Live, "00:00:09"));
        assert_eq!((radio.frame(), radio.watched()), (None, Duration::from_secs(1)));
        let mut film = Meter::file(10_000, 10);
        film.add(&[0; 2_500]);
        assert_eq!((film.frame(), film.watched()), (None, Duration::from_millis(2_500)));
        for (bytes, seconds, is_timed) in [(10_000, 10, true), (10_000, 0, false), (0, 10, false)] {
            assert_eq!(Meter::file(bytes, seconds).is_timed(), is_timed);
        }
    }

    #[test]
    fn the_timestamps_of_others_tell_how_long_they_play() {
        let mut meter = Meter::timed();
        for second in [5, 6, 7, 500, 501] {
            meter.add(&source("test://").second(second, Kind::Live, "00:00:00"));
        }
        // From the last frame of the first second on, without the leap.
        assert_eq!(meter.watched().as_secs(), 3);
        assert_eq!(meter.frame(), None);
    }
}
