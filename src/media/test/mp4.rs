//! The test source as an MP4 file (ISO/IEC 14496-12 and -14), the index before the samples.
//!
//! One chunk of pictures and one of sound a second, in turn, so that a player reads the file from front to back.

use bytes::Bytes;

use super::film::Film;
use super::{picture, tone};

/// Units of a second in which the file and its pictures count.
const TIMESCALE: u32 = 90_000;
/// A picture's length in these.
const FRAME_UNITS: u32 = TIMESCALE / picture::RATE;
/// The matrix that turns nothing: 1 at three places, in fixed point.
const MATRIX: [u32; 9] = [0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000];

/// The samples of one track: sizes, and where its chunks are, one a second.
#[derive(Default)]
struct Samples {
    sizes: Vec<u32>,
    /// Samples of each chunk.
    counts: Vec<u32>,
    /// Places within the data.
    offsets: Vec<u32>,
}

/// What the two tracks differ in.
struct Track {
    id: u32,
    timescale: u32,
    /// A sample's length in units of the timescale.
    sample_units: u32,
    handler: &'static [u8; 4],
    /// The media header of its kind, and the description of its samples.
    header: Vec<u8>,
    entry: Vec<u8>,
    /// Each so many samples, counted from the first, decoding can begin; 0: everywhere.
    key_each: u32,
    samples: Samples,
}

/// The whole file.
pub fn file(film: Film<'_>) -> Bytes {
    let (data, pictures, sounds) = samples(film);
    let mut tracks = [video(film, pictures), audio(film, sounds)];
    let kind = boxed(b"ftyp", &[b"isom", &[0, 0, 2, 0], b"isomiso2avc1mp41"]);
    // The index has the same length wherever the data begins.
    let index = kind.len() + index(film, &tracks).len();
    let begin = size(index + 8);
    for offset in tracks.iter_mut().flat_map(|track| &mut track.samples.offsets) {
        *offset = offset.saturating_add(begin);
    }
    let mut file = kind;
    file.extend_from_slice(&self::index(film, &tracks));
    file.extend_from_slice(&size(data.len() + 8).to_be_bytes());
    file.extend_from_slice(b"mdat");
    file.extend_from_slice(&data);
    file.into()
}

/// All samples, and where they are.
fn samples(film: Film<'_>) -> (Vec<u8>, Samples, Samples) {
    let (mut data, mut pictures, mut sounds) = (Vec::new(), Samples::default(), Samples::default());
    let sound = film.sound();
    for second in 0..film.seconds {
        let frames = film.frames(second);
        pictures.begin(&data, size(frames.len()));
        for frame in frames {
            pictures.sizes.push(size(frame.nal.len()));
            data.extend_from_slice(&frame.nal);
        }
        let count = film.sounds_before(second + 1) - film.sounds_before(second);
        sounds.begin(&data, count);
        for _ in 0..count {
            sounds.sizes.push(size(sound.len()));
            data.extend_from_slice(sound);
        }
    }
    (data, pictures, sounds)
}

impl Samples {
    fn begin(&mut self, data: &[u8], count: u32) {
        self.counts.push(count);
        self.offsets.push(size(data.len()));
    }
}

fn video(film: Film<'_>, samples: Samples) -> Track {
    let [width, height] = [picture::WIDTH, picture::HEIGHT].map(u16::to_be_bytes);
    let configuration = boxed(b"avcC", &[&film.decoder_configuration()]);
    let mut entry = sample_entry();
    entry.extend_from_slice(&[0; 16]);
    entry.extend_from_slice(&[width, height].concat());
    // 72 dpi twice, reserved, one frame a sample, no name of the encoder, 24 bits of depth, no colour table.
    entry.extend_from_slice(&[0, 0x48, 0, 0, 0, 0x48, 0, 0, 0, 0, 0, 0, 0, 1]);
    entry.extend_from_slice(&[0; 32]);
    entry.extend_from_slice(&[0, 0x18, 0xff, 0xff]);
    Track {
        id: 1,
        timescale: TIMESCALE,
        sample_units: FRAME_UNITS,
        handler: b"vide",
        header: full_box(b"vmhd", 1, &[&[0; 8]]),
        entry: boxed(b"avc1", &[&entry, &configuration]),
        key_each: picture::RATE,
        samples,
    }
}

fn audio(film: Film<'_>, samples: Samples) -> Track {
    let mut entry = sample_entry();
    entry.extend_from_slice(&[0; 8]);
    // One channel of 16 bits; the sample rate in fixed point.
    entry.extend_from_slice(&[0, 1, 0, 16, 0, 0, 0, 0]);
    entry.extend_from_slice(&(tone::SAMPLE_RATE << 16).to_be_bytes());
    let elementary = elementary_stream(size(film.sound().len()));
    Track {
        id: 2,
        timescale: tone::SAMPLE_RATE,
        sample_units: tone::FRAME_SAMPLES,
        handler: b"soun",
        header: full_box(b"smhd", 0, &[&[0; 4]]),
        entry: boxed(b"mp4a", &[&entry, &full_box(b"esds", 0, &[&elementary])]),
        key_each: 0,
        samples,
    }
}

/// What every sample description begins with: the data is in this file.
fn sample_entry() -> Vec<u8> {
    vec![0, 0, 0, 0, 0, 0, 0, 1]
}

/// ES_Descriptor (ISO/IEC 14496-1, 7.2.6.5) of AAC frames of this size.
fn elementary_stream(frame: u32) -> Vec<u8> {
    let bits = (u64::from(frame) * 8 * u64::from(tone::SAMPLE_RATE) / u64::from(tone::FRAME_SAMPLES)).to_be_bytes();
    let [_, _, _, _, rate @ ..] = bits;
    let specific = descriptor(5, &[&tone::CONFIGURATION]);
    // MPEG-4 audio, an audio stream, buffer size unknown, highest and average rate.
    let decoder = descriptor(4, &[&[0x40, 0x15, 0, 0, 0], &rate, &rate, &specific]);
    descriptor(3, &[&[0, 2, 0], &decoder, &descriptor(6, &[&[2]])])
}

fn descriptor(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let body = parts.concat();
    // None is longer than 127 bytes, which one byte of length holds.
    let length = u8::try_from(body.len()).unwrap_or(0x7f);
    [&[tag, length][..], &body].concat()
}

fn index(film: Film<'_>, tracks: &[Track]) -> Vec<u8> {
    let duration = film.seconds.saturating_mul(TIMESCALE);
    let mut header = numbers(&[0, 0, TIMESCALE, duration, 0x1_0000]);
    // Full volume, reserved.
    header.extend_from_slice(&[1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    header.extend_from_slice(&numbers(&MATRIX));
    // Reserved; the number of a next track.
    header.extend_from_slice(&numbers(&[0, 0, 0, 0, 0, 0, 3]));
    let mut boxes = full_box(b"mvhd", 0, &[&header]);
    for track in tracks {
        boxes.extend_from_slice(&track.trak(duration));
    }
    boxed(b"moov", &[&boxes])
}

impl Track {
    fn trak(&self, duration: u32) -> Vec<u8> {
        let is_audio = self.key_each == 0;
        let [width, height] = [picture::WIDTH, picture::HEIGHT].map(|pixels| {
            let pixels = if is_audio { 0 } else { pixels };
            u32::from(pixels) << 16
        });
        let volume = if is_audio { 0x0100_0000 } else { 0 };
        let mut header = numbers(&[0, 0, self.id, 0, duration, 0, 0, 0, volume]);
        header.extend_from_slice(&numbers(&MATRIX));
        header.extend_from_slice(&numbers(&[width, height]));
        // Flags: enabled, and part of the film.
        let header = full_box(b"tkhd", 3, &[&header]);
        boxed(b"trak", &[&header, &self.mdia()])
    }

    fn mdia(&self) -> Vec<u8> {
        let length = size(self.samples.sizes.len()).saturating_mul(self.sample_units);
        let mut header = numbers(&[0, 0, self.timescale, length]);
        // Language "und", five bits a letter.
        header.extend_from_slice(&[0x55, 0xc4, 0, 0]);
        let header = full_box(b"mdhd", 0, &[&header]);
        let handler = full_box(b"hdlr", 0, &[&[0; 4], self.handler, &[0; 13]]);
        let here = full_box(b"url ", 1, &[]);
        let sources = full_box(b"dref", 0, &[&numbers(&[1]), &here]);
        let sources = boxed(b"dinf", &[&sources]);
        let media = boxed(b"minf", &[&self.header, &sources, &self.stbl()]);
        boxed(b"mdia", &[&header, &handler, &media])
    }

    fn stbl(&self) -> Vec<u8> {
        let samples = &self.samples;
        let count = size(samples.sizes.len());
        let mut boxes = full_box(b"stsd", 0, &[&numbers(&[1]), &self.entry]);
        boxes.extend_from_slice(&full_box(b"stts", 0, &[&numbers(&[1, count, self.sample_units])]));
        if let Some(each) = usize::try_from(self.key_each).ok().filter(|each| *each > 0) {
            let keys: Vec<u32> = (1..=count).step_by(each).collect();
            boxes.extend_from_slice(&full_box(b"stss", 0, &[&numbers(&[size(keys.len())]), &numbers(&keys)]));
        }
        boxes.extend_from_slice(&samples.chunks());
        boxes.extend_from_slice(&full_box(
            b"stsz",
            0,
            &[&numbers(&[0, count]), &numbers(&samples.sizes)],
        ));
        let offsets = &samples.offsets;
        boxes.extend_from_slice(&full_box(
            b"stco",
            0,
            &[&numbers(&[size(offsets.len())]), &numbers(offsets)],
        ));
        boxed(b"stbl", &[&boxes])
    }
}

impl Samples {
    /// How many samples a chunk has: a row where the number changes.
    fn chunks(&self) -> Vec<u8> {
        let mut rows: Vec<u32> = Vec::new();
        let mut before = None;
        for (chunk, count) in (1..).zip(&self.counts) {
            if before != Some(count) {
                rows.extend_from_slice(&[chunk, *count, 1]);
            }
            before = Some(count);
        }
        full_box(b"stsc", 0, &[&numbers(&[size(rows.len() / 3)]), &numbers(&rows)])
    }
}

/// A length in 32 bits; ten minutes are 17 MB.
fn size(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

fn numbers(numbers: &[u32]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_be_bytes()).collect()
}

fn boxed(name: &[u8; 4], parts: &[&[u8]]) -> Vec<u8> {
    let body = parts.concat();
    [&size(body.len() + 8).to_be_bytes()[..], name, &body].concat()
}

/// A box of version 0 with flags.
fn full_box(name: &[u8; 4], flags: u32, parts: &[&[u8]]) -> Vec<u8> {
    boxed(name, &[&flags.to_be_bytes(), &parts.concat()])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::test::{Kind, Parameters, TestSource};

    fn word(bytes: &[u8]) -> usize {
        let [a, b, c, d] = [bytes[0], bytes[1], bytes[2], bytes[3]];
        usize::try_from(u32::from_be_bytes([a, b, c, d])).unwrap()
    }

    #[test]
    fn the_index_is_before_the_samples_and_says_where_they_are() {
        let source = TestSource::new(1, Parameters::default());
        let film = Film {
            source: &source,
            kind: Kind::Movie,
            seconds: 10,
        };
        let file = file(film);
        let (mut boxes, mut rest) = (Vec::new(), &file[..]);
        while !rest.is_empty() {
            boxes.push(std::str::from_utf8(&rest[4..8]).unwrap());
            rest = &rest[word(rest)..];
        }
        assert_eq!(boxes, ["ftyp", "moov", "mdat"]);
        let find = |from: usize, name: &[u8]| from + file[from..].windows(4).position(|four| four == name).unwrap();
        let pictures = find(0, b"stco");
        for (table, begin) in [
            (pictures, film.frames(9)[0].nal[..20].to_vec()),
            (find(pictures + 4, b"stco"), film.sound().to_vec()),
        ] {
            assert_eq!(word(&file[table + 8..]), 10);
            let last = word(&file[table + 12 + 9 * 4..]);
            assert_eq!(file[last..last + begin.len()], begin);
        }
    }
}
