//! What MP4 and Matroska files of the test source are made of: the samples of its pictures and its tone, second after
//! second, from the first frame on.

use super::{Frame, Kind, TestSource, picture, position, tone};

/// A film or an episode: so many seconds of a source.
#[derive(Clone, Copy, Debug)]
pub struct Film<'a> {
    /// Its faults and `rate=` and `radio=` are a transport stream's and change nothing here.
    pub source: &'a TestSource,
    /// Movie or episode: the picture's last row.
    pub kind: Kind,
    /// Length in seconds.
    pub seconds: u32,
}

/// Bytes before each NAL unit, which say how long it is.
const NAL_LENGTH: usize = 4;

impl Film<'_> {
    /// The second that the film begins with: that of `from=`, or 0. The picture's time is the position.
    fn first(self) -> i64 {
        self.source.parameters().from.unwrap_or(0)
    }

    /// The frames of a second of the film, each as the files have it: a NAL unit behind its length.
    pub fn frames(self, second: u32) -> Vec<Frame> {
        let place = self.first().saturating_add(i64::from(second));
        let mut frames = self.source.frames(place, self.kind, &position(place));
        for frame in &mut frames {
            let length = u32::try_from(frame.nal.len()).unwrap_or(u32::MAX);
            frame.nal.splice(0..0, length.to_be_bytes());
        }
        frames
    }

    /// The audio frame that all are.
    pub fn sound(self) -> &'static [u8] {
        tone::raw(self.source.id())
    }

    /// Audio frames that begin before the second of this number, counted from the film's beginning. The last that is
    /// counted ends within the film, so that sound is not longer than pictures.
    pub fn sounds_before(self, second: u32) -> u32 {
        let samples = |seconds: u32| u64::from(seconds) * u64::from(tone::SAMPLE_RATE);
        let frame = u64::from(tone::FRAME_SAMPLES);
        let begun = samples(second).div_ceil(frame).min(samples(self.seconds) / frame);
        u32::try_from(begun).unwrap_or(u32::MAX)
    }

    /// What a decoder of H.264 needs beforehand: AVCDecoderConfigurationRecord (ISO/IEC 14496-15, 5.3.3.1).
    pub fn decoder_configuration(self) -> Vec<u8> {
        let (sequence, picture) = (picture::sequence_parameters(), picture::picture_parameters());
        let mut record = vec![1];
        // Profile, constraints and level, as the parameter set has them behind its head.
        record.extend(sequence.iter().skip(1).take(3));
        let [.., below] = NAL_LENGTH.to_be_bytes();
        // One sequence and one picture parameter set.
        record.extend_from_slice(&[0xfc | (below - 1), 0xe0 | 1]);
        append(&mut record, &sequence);
        record.push(1);
        append(&mut record, &picture);
        record
    }
}

/// A parameter set behind its length.
fn append(record: &mut Vec<u8>, set: &[u8]) {
    let length = u16::try_from(set.len()).unwrap_or(u16::MAX);
    record.extend_from_slice(&length.to_be_bytes());
    record.extend_from_slice(set);
}
