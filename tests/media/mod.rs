//! The test source as ffmpeg sees and hears it: every frame is read back, the tone is measured, and nothing is warned of.

mod sources;

use std::f64::consts::TAU;
use std::fs;
use std::path::Path;
use std::process::Command;

use linecard::media::test::picture::Page;
use linecard::media::test::{Film, Kind, Parameters, TestSource, mkv, mp4, position, tone};
use tempfile::TempDir;

/// The text of the clock in streams; what it says is the caller's.
const CLOCK: &str = "20:15:00";
/// Bytes of a decoded picture, and of its luma.
const PICTURE: usize = 128 * 64 * 3 / 2;
const LUMA: usize = 128 * 64;

fn source(id: u64, query: &str) -> TestSource {
    TestSource::new(id, Parameters::parse(&format!("test://?{query}")).unwrap())
}

/// Runs a program, which must succeed and say nothing on its standard error, and gives its output.
fn silent(program: &str, arguments: &[&str], folder: &Path) -> String {
    let mut command = Command::new(program);
    command.args(["-v", "warning"]).args(arguments).current_dir(folder);
    let run = command.output().unwrap();
    let said = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success() && said.is_empty(), "{arguments:?}: {said}");
    String::from_utf8(run.stdout).unwrap()
}

/// A folder with a file in it.
fn folder(file: &str, bytes: &[u8]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(file), bytes).unwrap();
    folder
}

/// The pictures of a file from `start` on, in seconds.
fn pictures(folder: &TempDir, file: &str, start: &str) -> Vec<Page> {
    let raw = [
        "-map",
        "0:v",
        "-fps_mode",
        "passthrough",
        "-pix_fmt",
        "yuv420p",
        "-f",
        "rawvideo",
        "-y",
        "luma",
    ];
    silent(
        "ffmpeg",
        &[&["-ss", start, "-i", file][..], &raw].concat(),
        folder.path(),
    );
    let raw = fs::read(folder.path().join("luma")).unwrap();
    assert_eq!(raw.len() % PICTURE, 0);
    raw.chunks(PICTURE)
        .map(|picture| Page::read(&picture[..LUMA]).expect("tiles that are letters"))
        .collect()
}

/// The samples of a file's sound.
fn sound(folder: &TempDir, file: &str) -> Vec<f64> {
    let raw = ["-i", file, "-map", "0:a", "-f", "s16le", "-y", "sound"];
    silent("ffmpeg", &raw, folder.path());
    let raw = fs::read(folder.path().join("sound")).unwrap();
    raw.chunks(2)
        .map(|sample| i16::from_le_bytes([sample[0], sample[1]]).into())
        .collect()
}

/// Checks that samples are one steady tone without a step: over their whole length all energy is at its frequency.
fn assert_tone(samples: &[f64], id: u64) {
    // A decoder's first frame rises from silence.
    let steady = &samples[2048..];
    let hertz = 375.0 * (1 + id % 8) as f64;
    let (mut re, mut im, mut energy) = (0.0, 0.0, 0.0);
    for (index, sample) in steady.iter().enumerate() {
        let angle = TAU * hertz * index as f64 / 48_000.0;
        re += sample * angle.cos();
        im += sample * angle.sin();
        energy += sample * sample;
    }
    let share = 2.0 * (re * re + im * im) / steady.len() as f64 / energy;
    assert!(share > 0.9999, "{share} of the energy is at {hertz} Hz");
    let loudness = (energy / steady.len() as f64).sqrt();
    assert!((4000.0..8000.0).contains(&loudness), "{loudness}");
}

fn stream(source: &TestSource, first: i64, seconds: i64) -> Vec<u8> {
    let seconds = (first..first + seconds).map(|second| source.second(second, Kind::Live, CLOCK));
    seconds.flatten().collect()
}

fn assert_minute(id: u64, query: &str, first: i64) {
    let source = source(id, query);
    let folder = folder("live.ts", &stream(&source, first, 60));
    let expected: Vec<Page> = (first..first + 60)
        .flat_map(|second| source.pages(second, Kind::Live, CLOCK))
        .collect();
    assert_eq!(expected.len(), 1500);
    assert!(pictures(&folder, "live.ts", "0") == expected, "{query} {first}");
    let samples = sound(&folder, "live.ts");
    let frames: usize = (first..first + 60).map(|second| tone::frames_of(second).count()).sum();
    assert_eq!(samples.len(), frames * 1024, "{query} {first}");
    assert_tone(&samples, id);
}

#[needs::test("ffmpeg")]
fn a_minute_decodes_exactly_and_without_a_warning_from_any_second_on() {
    for (id, first) in [(0, 0), (7, 1_767_225_601), (123_456_789, 3_999_970)] {
        assert_minute(id, "", first);
    }
}

#[needs::test("ffmpeg")]
fn a_minute_decodes_without_a_warning_through_the_wrap_of_its_timestamps() {
    // 2^33 units of 1/90,000 s are 95,443.7 s.
    assert_minute(1, "", 95_413);
    assert_minute(2, "text=wrap&pts=8589934591", 5);
    assert_minute(3, "pts=8587234592", 0);
}

#[needs::test("ffmpeg")]
fn a_faster_stream_shows_the_same() {
    assert_minute(5, "rate=4000000&text=fast", 1_700_000_000);
}

#[needs::test("ffmpeg")]
fn radio_is_the_tone_of_its_id() {
    for id in 8..16 {
        let source = source(id, "radio=1");
        let folder = folder("radio.ts", &stream(&source, 1_700_000_003, 10));
        assert_tone(&sound(&folder, "radio.ts"), id);
    }
}

#[needs::test("ffmpeg")]
fn after_a_missing_packet_the_next_key_frame_is_exact() {
    let source = source(9, "gap=2");
    let folder = folder("gap.ts", &stream(&source, 100, 4));
    let path = folder.path();
    let raw = [
        "-v",
        "warning",
        "-i",
        "gap.ts",
        "-an",
        "-fps_mode",
        "passthrough",
        "-f",
        "rawvideo",
        "luma",
    ];
    let run = Command::new("ffmpeg").args(raw).current_dir(path).output().unwrap();
    assert!(run.status.success() && !run.stderr.is_empty(), "a gap is to be seen");
    let raw = fs::read(path.join("luma")).unwrap();
    let shown: Vec<_> = raw
        .chunks(PICTURE)
        .map(|picture| Page::read(&picture[..LUMA]))
        .collect();
    let expected: Vec<_> = (100..104)
        .flat_map(|second| source.pages(second, Kind::Live, CLOCK))
        .map(Some)
        .collect();
    assert_eq!(shown.len(), 100);
    for whole in [25..50, 75..100] {
        assert!(shown[whole.clone()] == expected[whole]);
    }
    assert!(shown != expected);
}

#[needs::test("ffmpeg", "ffprobe")]
fn films_have_their_length_and_can_be_sought_in() {
    for (query, kind, seconds, first) in [("", Kind::Movie, 60, 0), ("from=90000", Kind::Episode, 10, 3600)] {
        let source = source(11, query);
        let film = Film {
            source: &source,
            kind,
            seconds,
        };
        let expected: Vec<Page> = (first..first + i64::from(seconds))
            .flat_map(|second| source.pages(second, kind, &position(second)))
            .collect();
        for (file, bytes) in [("film.mp4", mp4::file(film)), ("film.mkv", mkv::file(film))] {
            let folder = folder(file, &bytes);
            assert!(pictures(&folder, file, "0") == expected, "{file}");
            // In the middle of a second, so that a decoder has to begin at a key frame before it.
            let (start, frame) = (format!("{}.52", seconds - 3), seconds as usize * 25 - 62);
            assert!(pictures(&folder, file, &start) == expected[frame..], "{file}");
            let samples = sound(&folder, file);
            assert_eq!(samples.len(), seconds as usize * 48_000 / 1024 * 1024, "{file}");
            assert_tone(&samples, 11);
            let asked = [
                "-show_entries",
                "format=duration:stream=codec_name,profile,width,height",
                "-of",
                "csv=p=0",
            ];
            let told = silent("ffprobe", &[&asked[..], &[file]].concat(), folder.path());
            let length = format!("h264,Constrained Baseline,128,64\naac,LC\n{seconds}.000000\n");
            assert_eq!(told, length, "{file}");
        }
    }
}
