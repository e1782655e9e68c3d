//! What a test does to a stream while it is sent (player contract, 10.6): it ends or stalls, becomes slow, lacks packets,
//! has bytes that are none, or its timestamps leap. Each begins at an exact place.

use std::time::Duration;

use bytes::Bytes;

use super::meter::Meter;
use super::ts::{NULL_PID, PACKET, Packet, shift, views};

/// The byte of which garbage is made: not the one that packets begin with.
const GARBAGE: u8 = 0xff;

/// When a disturbance begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum After {
    /// After so many bytes of the answer.
    Bytes(u64),
    /// After so much media of the answer.
    Media(Duration),
    /// When the frame after this one of the test source begins.
    Frame(i64),
}

/// What a disturbance does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disturbance {
    /// The connection breaks.
    Cut,
    /// Nothing comes any more, and the connection stays open.
    Stall,
    /// So many bytes a second.
    Throttle(usize),
    /// So many packets of a PID become null packets.
    Gap { pid: u16, packets: usize },
    /// So many bytes that are no packet.
    Garbage(usize),
    /// All times leap by so many units of 1/90,000 s.
    Jump(u64),
    /// The source is gone.
    Down,
}

/// A disturbance of one answer.
#[derive(Clone, Debug)]
pub struct Disturbed {
    pub disturbance: Disturbance,
    after: After,
    /// What was sent when it took hold.
    bytes: u64,
    watched: Duration,
    has_begun: bool,
    /// Packets or bytes that are still to be damaged.
    left: usize,
}

impl Disturbed {
    /// A disturbance of an answer that has sent what the meter has counted.
    pub fn new(disturbance: Disturbance, after: After, meter: &Meter) -> Disturbed {
        Disturbed {
            disturbance,
            after,
            bytes: meter.bytes(),
            watched: meter.watched(),
            has_begun: false,
            left: match disturbance {
                Disturbance::Gap { packets, .. } => packets,
                Disturbance::Garbage(bytes) => bytes,
                _ => 0,
            },
        }
    }

    /// Whether it has begun.
    pub const fn has_begun(&self) -> bool {
        self.has_begun
    }

    /// Whether it begins before these bytes.
    fn begins(&self, meter: &Meter, next: &[u8]) -> bool {
        match self.after {
            After::Bytes(bytes) => meter.bytes().saturating_sub(self.bytes) >= bytes,
            After::Media(media) => meter.watched().saturating_sub(self.watched) >= media,
            After::Frame(frame) => meter.frame_of(next).or(meter.frame()).is_some_and(|next| next > frame),
        }
    }

    /// Counts the bytes that come before it begins, and returns how many these are. From then on it has begun.
    pub fn before(&mut self, meter: &mut Meter, bytes: &[u8]) -> usize {
        let mut sent = 0;
        while !self.has_begun {
            let next = bytes.get(sent..).unwrap_or_default();
            self.has_begun = self.begins(meter, next);
            if self.has_begun || next.is_empty() {
                break;
            }
            let left = match self.after {
                After::Bytes(bytes) => bytes.saturating_sub(meter.bytes().saturating_sub(self.bytes)),
                _ => u64::MAX,
            };
            let step = meter.rest_of_packet().min(usize::try_from(left).unwrap_or(usize::MAX));
            let (step, _) = next.split_at_checked(step).unwrap_or((next, &[]));
            meter.add(step);
            sent += step.len();
        }
        sent
    }

    /// What is sent of bytes after it has begun, in which a packet begins after `rest`. A body of a known length keeps it.
    pub fn damaged(&mut self, bytes: Bytes, rest: usize, keeps_length: bool) -> Bytes {
        let rest = rest % PACKET;
        match self.disturbance {
            Disturbance::Gap { pid, .. } if self.left > 0 => {
                each_packet(&bytes, rest, |packet| self.drop_of(pid, packet))
            }
            Disturbance::Garbage(_) if self.left > 0 => self.with_garbage(&bytes, keeps_length),
            Disturbance::Jump(ticks) => each_packet(&bytes, rest, |packet| shift(packet, ticks)),
            _ => bytes,
        }
    }

    /// Makes a null packet of one that is to be missing.
    fn drop_of(&mut self, pid: u16, packet: &mut [u8; PACKET]) {
        if self.left == 0 || views(packet).next().is_none_or(|packet| packet.pid() != pid) {
            return;
        }
        self.left -= 1;
        let null = Packet {
            pid: NULL_PID,
            ..Packet::default()
        };
        let mut written = Vec::with_capacity(PACKET);
        let _ = null.write(&mut written, &[GARBAGE; PACKET]);
        if let Some(written) = written.first_chunk() {
            *packet = *written;
        }
    }

    fn with_garbage(&mut self, bytes: &[u8], keeps_length: bool) -> Bytes {
        let garbage = match keeps_length {
            true => self.left.min(bytes.len()),
            false => self.left,
        };
        self.left -= garbage;
        let rest = if keeps_length { garbage } else { 0 };
        let mut damaged = vec![GARBAGE; garbage];
        damaged.extend_from_slice(bytes.get(rest..).unwrap_or_default());
        damaged.into()
    }
}

fn each_packet(bytes: &[u8], rest: usize, mut change: impl FnMut(&mut [u8; PACKET])) -> Bytes {
    let mut changed = bytes.to_vec();
    let (packets, _) = changed.get_mut(rest..).unwrap_or_default().as_chunks_mut::<PACKET>();
    packets.iter_mut().for_each(&mut change);
    changed.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::test::mux::VIDEO_PID;
    use crate::media::test::{Kind, Parameters, TestSource};
    use crate::media::ts::{View, pts};

    const SECOND: i64 = 1_773_585_000;

    fn second() -> (TestSource, Bytes) {
        let source = TestSource::new(7, Parameters::default());
        let bytes = source.second(SECOND, Kind::Live, "14:30:00");
        (source, bytes)
    }

    fn disturbed(disturbance: Disturbance, after: After) -> (usize, Disturbed, Meter, Bytes) {
        let (source, bytes) = second();
        let mut meter = Meter::test(&source, SECOND);
        let mut disturbed = Disturbed::new(disturbance, after, &meter);
        let sent = disturbed.before(&mut meter, &bytes);
        (sent, disturbed, meter, bytes)
    }

    #[test]
    fn it_begins_at_an_exact_place() {
        let cut = |after| disturbed(Disturbance::Cut, after);
        assert_eq!(cut(After::Bytes(1_000)).0, 1_000);
        assert_eq!(cut(After::Bytes(0)).0, 0);
        assert_eq!(cut(After::Media(Duration::from_millis(500))).0, 150 * PACKET);
        let (sent, disturbed, ..) = cut(After::Bytes(100_000));
        assert_eq!((sent, disturbed.has_begun()), (300 * PACKET, false));
        let (sent, disturbed, meter, bytes) = cut(After::Frame(SECOND * 25 + 3));
        assert_eq!((meter.frame(), disturbed.has_begun()), (Some(SECOND * 25 + 3), true));
        let next = views(&bytes[sent..]).next().unwrap();
        assert_eq!((next.pid(), pts(next).is_some()), (VIDEO_PID, true));
        // A frame that was sent before it took hold: at once.
        assert_eq!(cut(After::Frame(SECOND * 25 - 1)).0, 188 * 2);
    }

    #[test]
    fn packets_of_a_pid_become_null_packets() {
        let gap = Disturbance::Gap {
            pid: VIDEO_PID,
            packets: 3,
        };
        let (_, mut disturbed, _, bytes) = disturbed(gap, After::Bytes(0));
        let pids = |bytes: &[u8]| views(bytes).map(View::pid).collect::<Vec<_>>();
        let damaged = disturbed.damaged(bytes.clone(), PACKET, true);
        let changed = pids(&bytes)
            .into_iter()
            .zip(pids(&damaged))
            .filter(|(one, other)| one != other);
        assert_eq!(changed.collect::<Vec<_>>(), [(VIDEO_PID, NULL_PID); 3]);
        assert_eq!(disturbed.damaged(bytes.clone(), PACKET, true), bytes);
    }

    #[test]
    fn garbage_is_put_between_packets_or_in_their_place() {
        let (_, mut between, _, bytes) = disturbed(Disturbance::Garbage(10), After::Bytes(188));
        let damaged = between.damaged(bytes.slice(188..), PACKET, false);
        assert_eq!(damaged.len(), bytes.len() - 188 + 10);
        assert_eq!((&damaged[..10], &damaged[10..]), (&[GARBAGE; 10][..], &bytes[188..]));
        let (_, mut instead, _, bytes) = disturbed(Disturbance::Garbage(10), After::Bytes(0));
        let damaged = instead.damaged(bytes.clone(), PACKET, true);
        assert_eq!((&damaged[..10], &damaged[10..]), (&[GARBAGE; 10][..], &bytes[10..]));
        assert_eq!(instead.damaged(bytes.clone(), PACKET, true), bytes);
    }

    #[test]
    fn times_leap_for_good() {
        let (_, mut disturbed, _, bytes) = disturbed(Disturbance::Jump(900_000), After::Bytes(0));
        for _ in 0..2 {
            let damaged = disturbed.damaged(bytes.clone(), PACKET, true);
            for (before, after) in views(&bytes).zip(views(&damaged)) {
                assert_eq!(pts(before).map(|pts| pts.plus(900_000)), pts(after));
            }
        }
    }
}
