//! Lets foreign packets into a ring as fast as their clock runs, whatever way they come (player contract, 18.4): what an
//! upstream sends in a burst would push the viewers out of the ring.

use std::time::Duration;

use tokio::time::Instant;

use super::PcrClock;
use crate::media::ring::RingWriter;
use crate::media::ts::{self, PACKET, Pcr, Resync};

/// So much is let in as fast as it comes.
const AHEAD: Duration = Duration::from_secs(5);
/// How many times as fast as its clock the rest is let in at most, in hundredths.
const MOST_SPEED: u32 = 125;
const SPEED: u32 = 100;

/// Finds the packets in foreign bytes and lets them in by their program's clock. What has no clock is let in as it comes.
#[derive(Debug)]
pub struct Pacer {
    resync: Resync,
    /// The PID whose clock paces: the first that has one.
    pcr_pid: Option<u16>,
    clock: PcrClock,
    /// How much of the clock's time was let in and is not over yet, as of `looked`.
    level: Duration,
    looked: Instant,
    speed: u32,
}

impl Default for Pacer {
    fn default() -> Self {
        Self {
            resync: Resync::default(),
            pcr_pid: None,
            clock: PcrClock::new(Duration::ZERO),
            level: Duration::ZERO,
            looked: Instant::now(),
            speed: MOST_SPEED,
        }
    }
}

impl Pacer {
    /// From now on what is let in goes as fast as its clock, or a quarter faster, to catch up.
    pub const fn catch_up(&mut self, catches_up: bool) {
        self.speed = if catches_up { MOST_SPEED } else { SPEED };
    }

    /// What comes next does not go on from what was before.
    pub fn broken(&mut self) {
        self.resync = Resync::default();
        self.pcr_pid = None;
    }

    /// Lets the packets in these bytes in, which takes as long as their clock says.
    pub async fn push(&mut self, bytes: &[u8], writer: &mut RingWriter) {
        self.resync.push(bytes);
        while let Some(packets) = self.resync.take() {
            let mut rest = &packets[..];
            while let Some((at, pcr)) = self.next_pcr(rest) {
                let (before, after) = rest.split_at_checked(at).unwrap_or((rest, &[]));
                writer.push(before);
                let now = Instant::now();
                let due = self.due(pcr, now);
                if due > now {
                    writer.wait_until(due).await;
                }
                let (first, after) = after.split_at_checked(PACKET).unwrap_or((after, &[]));
                writer.push(first);
                rest = after;
            }
            writer.push(rest);
        }
    }

    /// When a packet with this clock is let in.
    fn due(&mut self, pcr: Pcr, now: Instant) -> Instant {
        let before = self.clock.passed();
        self.clock.due(pcr, now);
        let over = now.saturating_duration_since(self.looked) * self.speed / 100;
        self.looked = now;
        self.level = self.level.saturating_sub(over) + (self.clock.passed() - before);
        now + self.level.saturating_sub(AHEAD) * 100 / self.speed
    }

    /// The next clock, and where its packet is.
    fn next_pcr(&mut self, packets: &[u8]) -> Option<(usize, Pcr)> {
        ts::views(packets).enumerate().find_map(|(index, packet)| {
            let pcr = packet.pcr()?;
            let pid = *self.pcr_pid.get_or_insert(packet.pid());
            (pid == packet.pid()).then_some((index * PACKET, pcr))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::ts::Timestamp;

    fn pcr(millis: u64) -> Pcr {
        Pcr::after(Timestamp::new(0), millis * 27_000)
    }

    #[test]
    fn five_seconds_are_let_in_at_once_and_the_rest_a_quarter_faster_than_its_clock() {
        let (mut pacer, start) = (Pacer::default(), Instant::now());
        let mut now = start;
        for (second, expected) in [(0, 0), (4, 0), (5, 0), (9, 3_200), (14, 7_200)] {
            now = pacer.due(pcr(second * 1_000), now);
            let waited = (now - start).as_millis();
            assert!(waited.abs_diff(expected) <= 10, "{second}: {waited}");
        }
        // After a pause no more than five seconds are let in at once.
        now += Duration::from_secs(60);
        let resumed = now;
        for (second, expected) in [(18, 0), (19, 0), (23, 3_200)] {
            now = pacer.due(pcr(second * 1_000), now);
            let waited = (now - resumed).as_millis();
            assert!(waited.abs_diff(expected) <= 10, "{second}: {waited}");
        }
    }

    #[test]
    fn what_catches_up_with_nothing_goes_as_fast_as_its_clock() {
        let (mut pacer, start) = (Pacer::default(), Instant::now());
        pacer.catch_up(false);
        let mut now = start;
        for second in 0..15 {
            now = pacer.due(pcr(second * 1_000), now);
        }
        assert!((now - start).as_millis().abs_diff(9_000) <= 10, "{:?}", now - start);
    }
}
