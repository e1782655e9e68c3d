//! PES packets: what a frame is wrapped in before it is cut into transport packets.

use std::time::Duration;

/// A time of 33 bits in units of 1/90,000 s, as PTS and PCR have it: it starts anew every 26.5 hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timestamp(u64);

impl Timestamp {
    const MASK: u64 = (1 << 33) - 1;

    /// The lower 33 bits.
    pub const fn new(ticks: u64) -> Self {
        Self(ticks & Self::MASK)
    }

    /// The start of a second. 2^33 divides 2^64, so what multiplication loses does not matter here.
    pub const fn of_second(second: i64) -> Self {
        Self::new(second.wrapping_mul(90_000).cast_unsigned())
    }

    /// In units of 1/90,000 s, below 2^33.
    pub const fn ticks(self) -> u64 {
        self.0
    }

    /// The time `ticks` later.
    #[must_use]
    pub const fn plus(self, ticks: u64) -> Self {
        Self::new(self.0.wrapping_add(ticks))
    }

    /// From another time to this one, in whole units; below 26.5 hours, whichever is the later.
    pub const fn since(self, before: Self) -> Duration {
        let ticks = self.0.wrapping_sub(before.0) & Self::MASK;
        // 90 ticks are a millisecond: below 2^33 * 100,000 / 9, which fits.
        Duration::from_nanos(ticks * 100_000 / 9)
    }

    /// The time that much later, rounded down to whole units.
    #[must_use]
    pub fn after(self, time: Duration) -> Self {
        // The lower 33 bits of the whole product are those of what fits.
        let ticks = (time.as_nanos() * 9 / 100_000) & u128::from(Self::MASK);
        self.plus(u64::try_from(ticks).unwrap_or_default())
    }

    /// The five bytes of a PTS without a DTS.
    pub(super) fn pts_bytes(self) -> [u8; 5] {
        let (high, middle, low) = (self.0 >> 30, self.0 >> 15 & 0x7fff, self.0 & 0x7fff);
        let value = 0b0010 << 36 | high << 33 | 1 << 32 | middle << 17 | 1 << 16 | low << 1 | 1;
        let [_, _, _, bytes @ ..] = value.to_be_bytes();
        bytes
    }
}

/// The head of a PES packet with one whole frame.
#[derive(Clone, Copy, Debug)]
pub struct Pes {
    /// 0xe0 for the first video stream, 0xc0 for the first audio stream.
    pub stream_id: u8,
    /// When the frame is shown.
    pub pts: Timestamp,
}

impl Pes {
    /// Bytes before the frame.
    pub const HEAD: usize = 14;

    /// The packet with this frame. Its length is given where 16 bits can hold it, else as 0, which video may have.
    pub fn packet(self, frame: &[u8]) -> Vec<u8> {
        // What the length counts of the head: the bytes after it.
        let length = u16::try_from(frame.len() + Self::HEAD - 6).unwrap_or(0);
        let [high, low] = length.to_be_bytes();
        let mut packet = Vec::with_capacity(Self::HEAD + frame.len());
        // 0x84: the frame begins right here; 0x80: there is a PTS; 5 bytes of it.
        packet.extend_from_slice(&[0, 0, 1, self.stream_id, high, low, 0x84, 0x80, 5]);
        packet.extend_from_slice(&self.pts.pts_bytes());
        packet.extend_from_slice(frame);
        packet
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pts_has_marker_bits_between_its_parts() {
        assert_eq!(Timestamp::new(0).pts_bytes(), [0x21, 0, 1, 0, 1]);
        assert_eq!(Timestamp::new(u64::MAX).pts_bytes(), [0x2f, 0xff, 0xff, 0xff, 0xff]);
        assert_eq!(Timestamp::new(45_000).pts_bytes(), [0x21, 0x00, 0x03, 0x5f, 0x91]);
    }

    #[test]
    fn a_second_wraps_at_33_bits() {
        assert_eq!(Timestamp::of_second(1).ticks(), 90_000);
        assert_eq!(Timestamp::of_second(-1).ticks(), (1 << 33) - 90_000);
        let far = i128::from(i64::MAX) * 90_000 % (1 << 33);
        assert_eq!(i128::from(Timestamp::of_second(i64::MAX).ticks()), far);
    }

    #[test]
    fn the_time_between_two_is_right_through_the_wrap() {
        let (late, early) = (Timestamp::new((1 << 33) - 45_000), Timestamp::new(45_000));
        assert_eq!(early.since(late), Duration::from_secs(1));
        assert_eq!(late.after(Duration::from_secs(1)), early);
        assert_eq!(
            Timestamp::new(90_000 * 10).since(Timestamp::new(0)),
            Duration::from_secs(10)
        );
    }

    #[test]
    fn a_length_that_does_not_fit_is_zero() {
        let pes = Pes {
            stream_id: 0xe0,
            pts: Timestamp::new(0),
        };
        assert_eq!(pes.packet(&[9; 3])[..10], [0, 0, 1, 0xe0, 0, 11, 0x84, 0x80, 5, 0x21]);
        assert_eq!(pes.packet(&[9; 65_528])[4..6], [0, 0]);
    }
}
