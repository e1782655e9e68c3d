//! What was on air, from a folder of files: `YYYY-MM-DD:HH-MM.ts` each, the instant in UTC with which it begins, one an
//! hour (player contract, 10.3).
//!
//! Where an instant is in a file, its program's clock says; a file whose clock leaps is taken for evenly filled. A part
//! begins with the PAT before a key frame, so that it plays alone.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::Path;
use std::time::Duration;

use chrono::NaiveDateTime;

use super::source;
use super::ts::{self, KeyFinder, PACKET, Pcr, Tables};

/// Seconds that a file has at most.
const HOUR: i64 = 3_600;
/// Bytes that are looked through for a clock, and for a key frame: a whole number of packets.
const FOR_CLOCK: usize = 2_000 * PACKET;
const FOR_KEY: usize = 20_000 * PACKET;
/// A clock that is so much longer than the file's time has leapt.
const LEAP: Duration = Duration::from_secs(2 * 3_600);

/// Seconds that may be missing where one file ends and the next begins: a recorder cuts at a key frame.
const SEAM: i64 = 2;

/// A part of a file.
#[derive(Debug)]
pub struct Part {
    pub file: File,
    /// Its bytes, from a packet's beginning to one's end.
    pub bytes: Range<u64>,
}

/// The parts of a folder's files that were on air in `wanted`, in unix seconds. `folder` is beneath `root`.
///
/// # Errors
/// A file cannot be read.
pub fn parts(root: &Path, folder: &str, wanted: Range<i64>) -> io::Result<Vec<Part>> {
    let mut parts = Vec::new();
    for (begin, name) in files(root, folder, &wanted) {
        let Ok(file) = source::open(root, &format!("{folder}/{name}")) else {
            continue;
        };
        let mut recording = Recording::open(file)?;
        let place = |instant: i64| u64::try_from((instant - begin).clamp(0, HOUR)).map(Duration::from_secs);
        let start = place(wanted.start).unwrap_or_default();
        let end = place(wanted.end).unwrap_or_default();
        let bytes = recording.place(start)?..recording.place(end)?;
        if bytes.start < bytes.end {
            let Recording { file, .. } = recording;
            parts.push(Part { file, bytes });
        }
    }
    Ok(parts)
}

/// What a folder's files hold of `wanted`, all in unix seconds: in order, with a hole between each two. `folder` is beneath
/// `root`.
///
/// # Errors
/// A file cannot be read.
pub fn held(root: &Path, folder: &str, wanted: &Range<i64>) -> io::Result<Vec<Range<i64>>> {
    let mut held: Vec<Range<i64>> = Vec::new();
    for (begin, name) in files(root, folder, wanted) {
        let Ok(file) = source::open(root, &format!("{folder}/{name}")) else {
            continue;
        };
        let end = begin + Recording::open(file)?.seconds();
        let part = begin.max(wanted.start)..end.min(wanted.end);
        match held.last_mut() {
            _ if part.is_empty() => {}
            Some(last) if part.start <= last.end + SEAM => last.end = last.end.max(part.end),
            _ => held.push(part),
        }
    }
    Ok(held)
}

/// The files that may have a part of what is wanted, each with when it begins.
fn files(root: &Path, folder: &str, wanted: &Range<i64>) -> Vec<(i64, String)> {
    let Ok(files) = std::fs::read_dir(root.join(folder)) else {
        return Vec::new();
    };
    let names = files.filter_map(|file| file.ok()?.file_name().into_string().ok());
    let files = names.filter_map(|name| Some((begin(&name)?, name)));
    let mut files: Vec<_> = files
        .filter(|(begin, _)| *begin < wanted.end && begin + HOUR > wanted.start)
        .collect();
    files.sort_unstable();
    files
}

/// When a file begins, by its name.
fn begin(name: &str) -> Option<i64> {
    let begin = NaiveDateTime::parse_from_str(name, "%Y-%m-%d:%H-%M.ts").ok()?;
    Some(begin.and_utc().timestamp())
}

/// One file.
struct Recording {
    file: File,
    /// Its packets.
    packets: u64,
    /// Its first clock, and how long it runs; `None` where it has none that can be trusted.
    clock: Option<(Pcr, Duration)>,
}

impl Recording {
    fn open(file: File) -> io::Result<Self> {
        let packets = file.metadata()?.len() / PACKET_BYTES;
        let mut recording = Self {
            file,
            packets,
            clock: None,
        };
        let first = recording.clock_after(0)?;
        let tail = u64::try_from(FOR_CLOCK / PACKET).unwrap_or_default();
        let end = recording.read(packets.saturating_sub(tail), FOR_CLOCK)?;
        let last = clocks(&end).last();
        recording.clock = first.zip(last).map(|(first, last)| (first, last.since(first)));
        recording.clock = recording
            .clock
            .filter(|(_, length)| (Duration::from_secs(1)..LEAP).contains(length));
        Ok(recording)
    }

    /// How long it plays, in seconds, rounded up.
    fn seconds(&self) -> i64 {
        match self.clock {
            Some((_, length)) => {
                i64::try_from(length.as_millis().div_ceil(1_000)).map_or(HOUR, |length| length.min(HOUR))
            }
            None if self.packets == 0 => 0,
            None => HOUR,
        }
    }

    /// Where what was on air so long after the beginning begins, in bytes.
    fn place(&mut self, after: Duration) -> io::Result<u64> {
        let packet = match self.clock {
            _ if after.is_zero() => return Ok(0),
            Some((_, length)) if after >= length => self.packets,
            Some((first, _)) => self.bisect(first, after)?,
            None => {
                let hour = u64::try_from(HOUR).unwrap_or(1);
                self.packets.saturating_mul(after.as_secs().min(hour)) / hour
            }
        };
        self.key_after(packet)
    }

    /// The first packet, roughly, after which the clock is so far.
    fn bisect(&mut self, first: Pcr, after: Duration) -> io::Result<u64> {
        let (mut low, mut high) = (0, self.packets);
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            match self.clock_after(middle)? {
                Some(clock) if clock.since(first) < after => low = middle,
                _ => high = middle,
            }
        }
        Ok(high)
    }

    /// The first clock at or after a packet.
    fn clock_after(&mut self, packet: u64) -> io::Result<Option<Pcr>> {
        let bytes = self.read(packet, FOR_CLOCK)?;
        Ok(clocks(&bytes).next())
    }

    /// The last PAT before the first key frame at or after a packet, in bytes; the packet itself where there is none.
    fn key_after(&mut self, packet: u64) -> io::Result<u64> {
        let bytes = self.read(packet, FOR_KEY)?;
        let (mut tables, mut keys, mut pat) = (Tables::default(), KeyFinder::default(), None);
        let mut found = None;
        for (index, view) in (0..).zip(ts::views(&bytes)) {
            if view.pid() == 0 && view.starts() {
                pat = Some(index);
            }
            tables.see(view);
            let main = tables.main_stream();
            if main.is_some_and(|main| keys.see(view, main, Duration::ZERO).is_some()) {
                found = pat;
                break;
            }
        }
        Ok((packet + found.unwrap_or(0)).min(self.packets) * PACKET_BYTES)
    }

    fn read(&mut self, packet: u64, most: usize) -> io::Result<Vec<u8>> {
        self.file.seek(SeekFrom::Start(packet * PACKET_BYTES))?;
        let (mut bytes, most) = (Vec::new(), u64::try_from(most).unwrap_or(u64::MAX));
        Read::by_ref(&mut self.file).take(most).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

/// The clocks of packets, of the first program that has one.
fn clocks(bytes: &[u8]) -> impl Iterator<Item = Pcr> {
    let mut pcr_pid = None;
    ts::views(bytes).filter_map(move |packet| {
        let pcr = packet.pcr()?;
        (*pcr_pid.get_or_insert(packet.pid()) == packet.pid()).then_some(pcr)
    })
}

const PACKET_BYTES: u64 = 188;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::test::{Kind, Parameters, TestSource};

    /// 2026-03-15 14:00:00 UTC.
    const BEGIN: i64 = 1_773_583_200;
    const SECOND: u64 = 300 * PACKET_BYTES;

    fn ranges(root: &Path, wanted: Range<i64>) -> Vec<Range<u64>> {
        parts(root, "7", wanted)
            .unwrap()
            .into_iter()
            .map(|part| part.bytes)
            .collect()
    }

    #[test]
    fn what_was_on_air_is_found_by_its_clock_and_begins_with_a_key_frame() {
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir(root.path().join("7")).unwrap();
        let source = TestSource::new(7, Parameters::default());
        let seconds = |range: Range<i64>| -> Vec<u8> {
            range
                .flat_map(|second| source.second(second, Kind::Archive, ""))
                .collect()
        };
        for (name, bytes) in [
            ("2026-03-15:14-00.ts", seconds(0..100)),
            ("2026-03-15:15-00.ts", seconds(3_600..3_620)),
            ("notes.txt", Vec::new()),
        ] {
            std::fs::write(root.path().join("7").join(name), bytes).unwrap();
        }
        let at = |from: u64, to: u64| from * SECOND..to * SECOND;
        for (wanted, expected) in [
            (0..10, vec![at(0, 10)]),
            (30..60, vec![at(30, 60)]),
            // What was not recorded is left out.
            (90..200, vec![at(90, 100)]),
            (200..3_000, vec![]),
            (95..3_605, vec![at(95, 100), at(0, 5)]),
            (-100..2, vec![at(0, 2)]),
            (9_000..9_999, vec![]),
        ] {
            let range = BEGIN + wanted.start..BEGIN + wanted.end;
            assert_eq!(ranges(root.path(), range), expected, "{wanted:?}");
        }
        assert!(parts(root.path(), "8", BEGIN..BEGIN + 10).unwrap().is_empty());
        for (wanted, expected) in [
            (-100..3_605, vec![0..100, 3_600..3_605]),
            (30..60, std::iter::once(30..60).collect()),
            (200..3_000, vec![]),
        ] {
            let of = |range: &Range<i64>| BEGIN + range.start..BEGIN + range.end;
            let expected: Vec<_> = expected.iter().map(of).collect();
            assert_eq!(held(root.path(), "7", &of(&wanted)).unwrap(), expected, "{wanted:?}");
        }
        std::fs::write(root.path().join("7/2026-03-15:14-01.ts"), seconds(61..120)).unwrap();
        let whole = held(root.path(), "7", &(BEGIN..BEGIN + 600)).unwrap();
        assert_eq!(whole, std::slice::from_ref(&(BEGIN..BEGIN + 119)));
    }
}
