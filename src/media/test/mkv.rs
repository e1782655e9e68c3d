//! The test source as a Matroska file (RFC 9559): a cluster a second, the index of all before the first.
//!
//! Everything that is looked for stands before the clusters, so the file has no table of what is where (`SeekHead`).

use bytes::Bytes;

use super::film::Film;
use super::{picture, tone};

/// The numbers of the tracks.
const VIDEO: u8 = 1;
const AUDIO: u8 = 2;
/// Nanoseconds of a frame and of an audio frame.
const FRAME_NANOSECONDS: u64 = 1_000_000_000 / 25;
const SOUND_NANOSECONDS: u64 = 1_000_000_000 * 1024 / 48_000;

/// The whole file.
pub fn file(film: Film<'_>) -> Bytes {
    let clusters: Vec<Vec<u8>> = (0..film.seconds).map(|second| cluster(film, second)).collect();
    let head = [info(film), tracks(film)].concat();
    // The index has the same length whatever it says.
    let begin = head.len() + cues(&clusters, 0).len();
    let cues = cues(&clusters, begin);
    let mut parts: Vec<&[u8]> = vec![&head, &cues];
    parts.extend(clusters.iter().map(Vec::as_slice));
    [ebml(), element(0x1853_8067, &parts)].concat().into()
}

/// The head of every such file: which version of which format.
fn ebml() -> Vec<u8> {
    let fields = [
        number(0x4286, 1),
        number(0x42f7, 1),
        number(0x42f2, 4),
        number(0x42f3, 8),
        element(0x4282, &[b"matroska"]),
        number(0x4287, 4),
        number(0x4285, 2),
    ];
    element(0x1a45_dfa3, &[&fields.concat()])
}

/// Times count in milliseconds; how long it is, and what wrote it.
fn info(film: Film<'_>) -> Vec<u8> {
    let fields = [
        number(0x2a_d7b1, 1_000_000),
        float(0x4489, f64::from(film.seconds) * 1000.0),
        element(0x4d80, &[b"linecard"]),
        element(0x5741, &[b"linecard"]),
    ];
    element(0x1549_a966, &[&fields.concat()])
}

fn tracks(film: Film<'_>) -> Vec<u8> {
    let pixels = [
        number(0xb0, u64::from(picture::WIDTH)),
        number(0xba, u64::from(picture::HEIGHT)),
    ];
    let sound = [float(0xb5, f64::from(tone::SAMPLE_RATE)), number(0x9f, 1)];
    let video = [
        track(VIDEO, 1, b"V_MPEG4/ISO/AVC", FRAME_NANOSECONDS),
        element(0x63a2, &[&film.decoder_configuration()]),
        element(0xe0, &[&pixels.concat()]),
    ];
    let audio = [
        track(AUDIO, 2, b"A_AAC", SOUND_NANOSECONDS),
        element(0x63a2, &[&tone::CONFIGURATION]),
        element(0xe1, &[&sound.concat()]),
    ];
    let entries = [video, audio].map(|fields| element(0xae, &[&fields.concat()]));
    element(0x1654_ae6b, &[&entries.concat()])
}

/// What both tracks say: number, kind (1 video, 2 audio), no lacing, no language, codec, and a frame's length.
fn track(id: u8, kind: u64, codec: &[u8], nanoseconds: u64) -> Vec<u8> {
    let fields = [
        number(0xd7, id.into()),
        number(0x73c5, id.into()),
        number(0x83, kind),
        number(0x9c, 0),
        element(0x22_b59c, &[b"und"]),
        element(0x86, &[codec]),
        number(0x23_e383, nanoseconds),
    ];
    fields.concat()
}

/// Where each second's cluster is, counted from the segment's beginning; the first is at `begin`.
fn cues(clusters: &[Vec<u8>], begin: usize) -> Vec<u8> {
    let mut place = u64::try_from(begin).unwrap_or(u64::MAX);
    let mut points = Vec::new();
    for (second, cluster) in (0..).zip(clusters) {
        let position = [number(0xf7, VIDEO.into()), number(0xf1, place)].concat();
        let point = [number(0xb3, second * 1000), element(0xb7, &[&position])].concat();
        points.extend_from_slice(&element(0xbb, &[&point]));
        place = place.saturating_add(u64::try_from(cluster.len()).unwrap_or(u64::MAX));
    }
    element(0x1c53_bb6b, &[&points])
}

/// The frames of a second, in the order of their times.
fn cluster(film: Film<'_>, second: u32) -> Vec<u8> {
    let start = u64::from(second) * 1000;
    let mut blocks = Vec::new();
    for (index, frame) in (0..).zip(film.frames(second)) {
        blocks.push((index * 1000 / u64::from(picture::RATE), VIDEO, frame.is_key, frame.nal));
    }
    for sound in film.sounds_before(second)..film.sounds_before(second + 1) {
        let samples = u64::from(sound) * u64::from(tone::FRAME_SAMPLES);
        let time = samples * 1000 / u64::from(tone::SAMPLE_RATE);
        blocks.push((time.saturating_sub(start), AUDIO, true, film.sound().to_vec()));
    }
    blocks.sort_by_key(|(time, track, ..)| (*time, *track));
    let mut fields = number(0xe7, start);
    for (time, track, is_key, data) in blocks {
        // Below a second.
        let [high, low] = u16::try_from(time).unwrap_or(0).to_be_bytes();
        let head = [0x80 | track, high, low, u8::from(is_key) << 7];
        fields.extend_from_slice(&element(0xa3, &[&head, &data]));
    }
    element(0x1f43_b675, &[&fields])
}

fn number(id: u32, value: u64) -> Vec<u8> {
    element(id, &[&value.to_be_bytes()])
}

fn float(id: u32, value: f64) -> Vec<u8> {
    element(id, &[&value.to_be_bytes()])
}

/// An element. Its length always has four bytes, 28 bits, so that a length never depends on a value.
fn element(id: u32, parts: &[&[u8]]) -> Vec<u8> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let mut element = Vec::with_capacity(length + 8);
    element.extend(id.to_be_bytes().into_iter().skip_while(|byte| *byte == 0));
    let length = u32::try_from(length).unwrap_or(u32::MAX) & 0x0fff_ffff;
    element.extend_from_slice(&(0x1000_0000 | length).to_be_bytes());
    parts.iter().for_each(|part| element.extend_from_slice(part));
    element
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::test::{Kind, Parameters, TestSource};

    #[test]
    fn the_index_is_before_the_clusters_and_says_where_they_are() {
        let source = TestSource::new(1, Parameters::default());
        let film = Film {
            source: &source,
            kind: Kind::Movie,
            seconds: 10,
        };
        let file = file(film);
        let segment = ebml().len();
        assert_eq!(file[segment..segment + 4], [0x18, 0x53, 0x80, 0x67]);
        // The field that says where a cluster is, with its length of four bytes.
        let field = [0xf1, 0x10, 0, 0, 8];
        let places = file.windows(13).filter(|window| window.starts_with(&field));
        let places = places.map(|window| {
            window[5..]
                .iter()
                .fold(0, |place, byte| place << 8 | usize::from(*byte))
        });
        let places: Vec<usize> = places.collect();
        assert_eq!(places.len(), 10);
        for (second, place) in (0..).zip(places) {
            let expected = cluster(film, second);
            let begin = segment + 8 + place;
            assert_eq!(file[begin..begin + expected.len()], expected);
        }
    }
}
