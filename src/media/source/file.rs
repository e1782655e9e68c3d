//! Plays a transport stream from a file, again and again, paced by its clock (player contract, 10.4).

use std::convert::Infallible;
use std::fs::File;
use std::io::{self, Read, Seek};
use std::time::Duration;

use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::Instant;

use super::{PcrClock, SourceError};
use crate::media::ring::RingWriter;
use crate::media::ts::{self, PACKET, Resync};

/// Bytes that are read at a time.
const PIECE: u64 = 256 << 10;
/// What is let out at once at the start, so that viewers begin at once: `client_prebuffer`.
const AHEAD: Duration = Duration::from_secs(2);
/// So many bytes without a clock are no stream that could be paced: the standard wants one each 0.1 s.
const WITHOUT_CLOCK: usize = 4 << 20;
/// A file that is over in less is not played again and again: it would do nothing else.
const SHORTEST: Duration = Duration::from_millis(100);

/// Plays a file until it is dropped. Each time it begins anew a break is announced.
///
/// # Errors
/// The file is no transport stream with a clock, or cannot be read any more.
pub async fn play(file: File, writer: &mut RingWriter) -> Result<Infallible, SourceError> {
    let mut reader = Reader::new(file);
    let mut clock = PcrClock::new(AHEAD);
    loop {
        let begun = clock.passed();
        let mut pass = Pass::default();
        while let Some(bytes) = reader.next().await? {
            pass.play(&bytes, &mut clock, writer).await?;
        }
        if writer.is_waiting() {
            return Err(SourceError::NoStream);
        }
        if clock.passed() - begun < SHORTEST {
            return Err(SourceError::NoClock);
        }
        writer.broken();
    }
}

/// The file, once from its beginning to its end.
#[derive(Debug, Default)]
struct Pass {
    resync: Resync,
    /// The PID whose clock paces: the first that has one.
    pcr_pid: Option<u16>,
    /// Bytes since the last clock.
    unpaced: usize,
}

impl Pass {
    async fn play(&mut self, bytes: &[u8], clock: &mut PcrClock, writer: &mut RingWriter) -> Result<(), SourceError> {
        self.resync.push(bytes);
        while let Some(packets) = self.resync.take() {
            let mut rest = &packets[..];
            while let Some((at, pcr)) = self.next_pcr(rest) {
                let (before, after) = rest.split_at_checked(at).unwrap_or((rest, &[]));
                self.push(before, writer)?;
                self.unpaced = 0;
                let now = Instant::now();
                let due = clock.due(pcr, now);
                if due > now {
                    writer.wait_until(due).await;
                }
                // The packet with the clock is the first that is due then.
                let (first, after) = after.split_at_checked(PACKET).unwrap_or((after, &[]));
                self.push(first, writer)?;
                rest = after;
            }
            self.push(rest, writer)?;
        }
        Ok(())
    }

    fn push(&mut self, packets: &[u8], writer: &mut RingWriter) -> Result<(), SourceError> {
        self.unpaced += packets.len();
        if self.unpaced > WITHOUT_CLOCK {
            return Err(SourceError::NoClock);
        }
        writer.push(packets);
        Ok(())
    }

    /// The next clock, and where its packet is.
    fn next_pcr(&mut self, packets: &[u8]) -> Option<(usize, ts::Pcr)> {
        ts::views(packets).enumerate().find_map(|(index, packet)| {
            let pcr = packet.pcr()?;
            let pid = *self.pcr_pid.get_or_insert(packet.pid());
            (pid == packet.pid()).then_some((index * PACKET, pcr))
        })
    }
}

/// Reads a file again and again on the blocking pool, one piece ahead.
#[derive(Debug)]
struct Reader(Option<Reading>);

/// A read on its way: the file, and what was read.
type Reading = JoinHandle<io::Result<(File, Vec<u8>)>>;

impl Reader {
    fn new(file: File) -> Self {
        Self(Some(start(file, true)))
    }

    /// The next bytes; `None` at the end, after which it begins anew.
    async fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        let Some(reading) = self.0.take() else {
            return Err(io::ErrorKind::BrokenPipe.into());
        };
        let (file, bytes) = reading.await.map_err(io::Error::other)??;
        let is_end = bytes.is_empty();
        self.0 = Some(start(file, is_end));
        Ok((!is_end).then_some(bytes))
    }
}

fn start(mut file: File, from_start: bool) -> Reading {
    spawn_blocking(move || {
        if from_start {
            file.rewind()?;
        }
        let mut bytes = Vec::new();
        Read::by_ref(&mut file).take(PIECE).read_to_end(&mut bytes)?;
        Ok((file, bytes))
    })
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;
    use crate::media::ring::{Ring, RingLimits};
    use crate::media::test::{Kind, Parameters, TestSource};

    fn file(bytes: &[u8]) -> File {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        file
    }

    /// Plays a file for so long, and gives what a viewer got who was there from the beginning.
    fn played(bytes: &[u8], time: Duration) -> (Vec<u8>, Option<SourceError>) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .unwrap();
        runtime.block_on(async {
            let (mut writer, ring) = Ring::new(RingLimits::default());
            let mut viewer = ring.join(AHEAD);
            let mut playing = Box::pin(play(file(bytes), &mut writer));
            let mut got = Vec::new();
            let end = Instant::now() + time;
            loop {
                let step = Instant::now() + Duration::from_millis(20);
                let outcome = tokio::time::timeout_at(step, &mut playing).await;
                while let Some(Ok(chunk)) = viewer.try_next() {
                    got.extend_from_slice(&chunk.bytes);
                }
                if let Ok(Err(error)) = outcome {
                    return (got, Some(error));
                }
                if Instant::now() > end {
                    return (got, None);
                }
            }
        })
    }

    fn seconds(count: i64) -> Vec<u8> {
        let source = TestSource::new(1, Parameters::default());
        (0..count)
            .flat_map(|second| source.second(second, Kind::Live, "00:00:00"))
            .collect()
    }

    #[test]
    fn two_seconds_come_at_once_and_the_rest_by_its_clock() {
        let stream = seconds(10);
        let (got, error) = played(&stream, Duration::from_millis(700));
        assert!(error.is_none() && stream.starts_with(&got));
        let seconds = got.len() / (300 * PACKET);
        assert_eq!(seconds, 2, "{}", got.len());
    }

    #[test]
    fn each_pass_is_announced_as_a_break() {
        // 2.5 s, and bytes that are no packets before and after.
        let stream = seconds(3);
        let (half, _) = stream.split_at(750 * PACKET);
        let (got, error) = played(&[&[1; 77], half, &[2; 99]].concat(), Duration::from_millis(1_000));
        assert!(error.is_none() && got.starts_with(half));
        let breaks = ts::views(&got).filter(|packet| packet.is_discontinuous()).count();
        // PAT, PMT, video and audio.
        assert_eq!(
            (breaks, got.len() > half.len() + 60 * PACKET),
            (4, true),
            "{}",
            got.len()
        );
    }

    #[test]
    fn what_cannot_be_paced_is_not_played() {
        let radio = seconds(1);
        let kept = ts::views(&radio).filter(|packet| packet.pcr().is_none());
        let without_clock: Vec<u8> = kept.flat_map(|packet| *packet.bytes()).collect();
        let (_, error) = played(&without_clock, Duration::from_secs(5));
        assert!(
            matches!(error, Some(SourceError::NoStream | SourceError::NoClock)),
            "{error:?}"
        );
        for bytes in [&[][..], &[0; 1_000_000], &radio[..3 * PACKET]] {
            let (_, error) = played(bytes, Duration::from_secs(5));
            assert!(
                matches!(error, Some(SourceError::NoStream | SourceError::NoClock)),
                "{error:?}"
            );
        }
    }
}
