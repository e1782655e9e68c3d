//! Streams of foreign encoders: where they can be begun with, cut into segments, and played by ffmpeg.

use std::fs;
use std::time::Duration;

use linecard::media::ring::{Ring, RingLimits};
use linecard::media::ts::{self, KeyFinder, NULL_PID, PACKET, Start, Tables, View};
use linecard::media::window::{Content, Cutter, Segment};
use tempfile::TempDir;

use super::silent;

/// Twelve seconds of a test picture with a key frame each two seconds, and a tone.
fn encoded(codec: &[&str]) -> (TempDir, Vec<u8>) {
    let folder = tempfile::tempdir().unwrap();
    let input = [
        "-f",
        "lavfi",
        "-i",
        "testsrc=size=128x64:rate=25:duration=12",
        "-f",
        "lavfi",
        "-i",
        "sine=duration=12",
    ];
    let output = [
        "-pix_fmt",
        "yuv420p",
        "-g",
        "50",
        "-c:a",
        "aac",
        "-f",
        "mpegts",
        "-y",
        "encoded.ts",
    ];
    silent("ffmpeg", &[&input[..], codec, &output].concat(), folder.path());
    let bytes = fs::read(folder.path().join("encoded.ts")).unwrap();
    (folder, bytes)
}

const CODECS: [&[&str]; 3] = [
    &["-c:v", "libx264", "-preset", "ultrafast"],
    &["-c:v", "libx265", "-preset", "ultrafast", "-x265-params", HEVC],
    &["-c:v", "mpeg2video"],
];
const HEVC: &str = "log-level=none:keyint=50:min-keyint=50:open-gop=0";

/// The packets with which a key frame begins.
fn keys(bytes: &[u8]) -> Vec<usize> {
    let (mut tables, mut finder, mut keys) = (Tables::default(), KeyFinder::default(), vec![]);
    for (index, packet) in ts::views(bytes).enumerate() {
        let found = tables
            .main_stream()
            .and_then(|main| finder.see(packet, main, Duration::ZERO));
        if found == Some(Start::Key) {
            keys.push(index);
        }
        tables.see(packet);
    }
    keys
}

/// The stream as a sender writes it that does not set `random_access_indicator`.
fn unmarked(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for packet in bytes.chunks_mut(PACKET) {
        let has_flags = packet[3] & 0x20 != 0 && packet[4] > 0;
        packet[5] &= if has_flags { !0x40 } else { 0xff };
    }
    bytes
}

#[needs::test("ffmpeg")]
fn key_frames_are_found_with_and_without_their_marks() {
    for codec in CODECS {
        let (_folder, bytes) = encoded(codec);
        let found = keys(&bytes);
        let marked = ts::views(&bytes).enumerate();
        let marked = marked.filter(|(_, packet)| packet.pid() == 0x100 && packet.is_random_access());
        assert_eq!(found, marked.map(|(index, _)| index).collect::<Vec<_>>(), "{codec:?}");
        assert_eq!(found.len(), 6, "{codec:?}");
        assert_eq!(keys(&unmarked(&bytes)), found, "{codec:?}");
    }
}

/// A ring with all of a stream in it; and what its window makes of it.
fn segments(bytes: &[u8], target: u64) -> Vec<Segment> {
    let (mut writer, ring) = Ring::new(RingLimits {
        time: Duration::from_secs(60),
        bytes: 64 << 20,
    });
    for packets in bytes.chunks(50 * PACKET) {
        writer.push_at(packets, Duration::ZERO);
    }
    writer.flush();
    let (mut entries, mut segments) = (ring.entries(), vec![]);
    let mut cutter = Cutter::new(Duration::from_secs(target), 7);
    while let Some(Ok(entry)) = entries.try_next() {
        segments.extend(cutter.feed(&entry));
    }
    segments
}

/// The packets of a segment that was cut.
fn packets_of(segment: &Segment) -> Vec<u8> {
    let Content::Parts(parts) = &segment.content else {
        panic!("it was not cut");
    };
    parts.concat()
}

#[needs::test("ffmpeg", "ffprobe")]
fn each_segment_has_its_length_and_decodes_alone() {
    for codec in CODECS {
        let (folder, bytes) = encoded(codec);
        let segments = segments(&bytes, 4);
        // The last is still open.
        assert_eq!(segments.len(), 5, "{codec:?}");
        for segment in &segments {
            assert_eq!(segment.length, Duration::from_secs(2), "{codec:?}");
            fs::write(folder.path().join("segment.ts"), packets_of(segment)).unwrap();
            let asked = ["-select_streams", "v", "-count_frames", "-show_entries"];
            let shown = ["stream=nb_read_frames", "-of", "csv=p=0", "segment.ts"];
            let counted = silent("ffprobe", &[&asked[..], &shown].concat(), folder.path());
            let frames = counted.lines().next().unwrap_or_default();
            assert_eq!(frames.trim_end_matches(','), "50", "{codec:?} {}", segment.number);
        }
    }
}

#[needs::test("ffmpeg")]
fn a_viewer_of_a_foreign_stream_gets_it_without_a_gap_and_it_decodes_without_a_warning() {
    for codec in CODECS {
        let (folder, bytes) = encoded(codec);
        let (mut writer, ring) = Ring::new(RingLimits::default());
        let (before, after) = bytes.split_at(bytes.len() / PACKET / 3 * PACKET);
        writer.push_at(before, Duration::ZERO);
        let mut viewer = ring.join(Duration::from_secs(2));
        writer.push_at(after, Duration::from_secs(1));
        writer.flush();
        let mut got = vec![];
        while let Some(Ok(chunk)) = viewer.try_next() {
            got.extend_from_slice(&chunk.bytes);
        }
        let mut counters = [None; 0x2000];
        for packet in ts::views(&got).filter(|packet| packet.pid() != NULL_PID) {
            let expected = |counter: u8| (counter + u8::from(packet.has_payload())) % 16;
            let before = counters[usize::from(packet.pid())].replace(View::counter(packet));
            assert_eq!(before.map_or(packet.counter(), expected), packet.counter(), "{codec:?}");
        }
        fs::write(folder.path().join("got.ts"), &got).unwrap();
        silent("ffmpeg", &["-xerror", "-i", "got.ts", "-f", "null", "-"], folder.path());
    }
}
