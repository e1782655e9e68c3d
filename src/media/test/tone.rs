//! The test source's tone: AAC-LC, 48 kHz, mono, as stored ADTS frames that `tones/make.sh` made.
//!
//! A frame's 1024 samples hold eight periods of 375 Hz, so a frame of a tone of a multiple of 375 Hz, repeated, goes on
//! without a step.

use crate::media::ts::Timestamp;

/// Length of a frame in units of 1/90,000 s: 1024 samples at 48 kHz.
pub const FRAME_TICKS: u64 = 1920;
/// Samples of a frame.
pub const FRAME_SAMPLES: u32 = 1024;
/// Samples of a second.
pub const SAMPLE_RATE: u32 = 48_000;
/// AudioSpecificConfig (ISO/IEC 14496-3, 1.6.2.1): AAC-LC, 48 kHz, one channel; what MP4 and Matroska have in place
/// of ADTS headers.
pub const CONFIGURATION: [u8; 2] = [0x11, 0x88];

/// Bytes of an ADTS header without a checksum.
const ADTS_HEADER: usize = 7;

/// Frames of 375 Hz, 750 Hz and so on up to 3 kHz.
static FRAMES: [&[u8]; 8] = [
    include_bytes!("tones/0375.adts"),
    include_bytes!("tones/0750.adts"),
    include_bytes!("tones/1125.adts"),
    include_bytes!("tones/1500.adts"),
    include_bytes!("tones/1875.adts"),
    include_bytes!("tones/2250.adts"),
    include_bytes!("tones/2625.adts"),
    include_bytes!("tones/3000.adts"),
];

/// The frame of a stream's tone with its ADTS header, about 100 bytes: 375 Hz × (1 + id mod 8).
pub fn adts(id: u64) -> &'static [u8] {
    let index = usize::try_from(id % 8).unwrap_or(0);
    FRAMES.get(index).copied().unwrap_or_default()
}

/// The same frame without its header.
pub fn raw(id: u64) -> &'static [u8] {
    adts(id).get(ADTS_HEADER..).unwrap_or_default()
}

/// When the frames begin that lie in a second, 46 or 47: frame k of all time begins at k × 1920.
pub fn frames_of(second: i64) -> impl Iterator<Item = Timestamp> {
    let start = Timestamp::of_second(second);
    let first = ticks_before_first(second);
    let count = (90_000 - first).div_ceil(FRAME_TICKS);
    (0..count).map(move |frame| start.plus(first + frame * FRAME_TICKS))
}

/// From the start of a second to its first frame. 90,000 is 240 less than 47 frames, so each second of eight has its
/// frames 240 later than the one before.
fn ticks_before_first(second: i64) -> u64 {
    u64::try_from(second.rem_euclid(8)).unwrap_or(0) * 240
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_of_the_form_that_is_announced() {
        for (id, frame) in (0..).zip(FRAMES) {
            // No checksum; AAC-LC, 48 kHz, mono; a length; 0x7ff: the rate varies; one block.
            assert_eq!(
                (frame[0], frame[1], frame[2], frame[3] & 0xfc),
                (0xff, 0xf1, 0x4c, 0x40)
            );
            let length = usize::from(frame[3] & 3) << 11 | usize::from(frame[4]) << 3 | usize::from(frame[5]) >> 5;
            assert_eq!((length, frame[5] & 0x1f, frame[6]), (frame.len(), 0x1f, 0xfc));
            assert!((50..160).contains(&frame.len()));
            assert_eq!((adts(id), adts(id + 8)), (frame, frame));
            assert_eq!(raw(id), &frame[7..]);
        }
    }

    #[test]
    fn frames_go_on_from_second_to_second() {
        let mut expected = Timestamp::of_second(-8);
        for second in -8..1000 {
            let frames: Vec<_> = frames_of(second).collect();
            assert!((46..=47).contains(&frames.len()), "{second}");
            for frame in frames {
                assert_eq!(frame, expected, "{second}");
                expected = expected.plus(FRAME_TICKS);
            }
        }
        assert_eq!(frames_of(16).next(), Some(Timestamp::of_second(16)));
    }
}
