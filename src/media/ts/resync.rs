//! Packets out of foreign bytes: whatever is between them is left out (player contract, 18.4).

use bytes::{Bytes, BytesMut};

use super::PACKET;

/// What every packet begins with.
const SYNC: u8 = 0x47;
/// From a packet to the third: three sync bytes in a row are believed to be one, fewer are not.
const PROOF: usize = 2 * PACKET;

/// Finds the packets in bytes that arrive in pieces of any size.
///
/// Once found they are taken as long as each begins where the one before ends.
#[derive(Debug, Default)]
pub struct Resync {
    /// What has arrived and is not given out yet.
    rest: BytesMut,
    is_locked: bool,
}

impl Resync {
    /// Takes the next bytes. [`Resync::take`] is to be called until it gives nothing more.
    pub fn push(&mut self, bytes: &[u8]) {
        self.rest.extend_from_slice(bytes);
    }

    /// The next whole packets, as many as lie without a gap in what has arrived.
    pub fn take(&mut self) -> Option<Bytes> {
        loop {
            if !self.is_locked && !self.find() {
                return None;
            }
            let whole = self.rest.len() / PACKET;
            let good = self
                .rest
                .chunks_exact(PACKET)
                .take_while(|packet| packet.first() == Some(&SYNC));
            let good = good.count();
            // The beginning of a packet that is still on its way tells as much as a whole one.
            let next = self.rest.get(good * PACKET);
            self.is_locked = next.is_none_or(|byte| *byte == SYNC);
            if good > 0 {
                return Some(self.rest.split_to(good * PACKET).freeze());
            }
            if good == whole && self.is_locked {
                return None;
            }
        }
    }

    /// Drops what comes before the next three packets. `false`: they are not there yet.
    fn find(&mut self) -> bool {
        let is_sync = |at: usize| self.rest.get(at) == Some(&SYNC);
        let candidates = self.rest.len().saturating_sub(PROOF);
        let found = (0..candidates).find(|at| is_sync(*at) && is_sync(at + PACKET) && is_sync(at + PROOF));
        let _ = self.rest.split_to(found.unwrap_or(candidates));
        self.is_locked = found.is_some();
        self.is_locked
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::media::test::{Kind, Parameters, TestSource};

    fn second() -> Bytes {
        TestSource::new(1, Parameters::default()).second(1_700_000_000, Kind::Live, "00:00:00")
    }

    /// All packets of bytes that arrive in pieces of these sizes, again and again.
    fn resynchronised(bytes: &[u8], sizes: &[usize]) -> Vec<u8> {
        let (mut resync, mut out, mut rest) = (Resync::default(), Vec::new(), bytes);
        for size in sizes.iter().cycle() {
            if rest.is_empty() {
                break;
            }
            let (piece, after) = rest.split_at(rest.len().min(*size));
            rest = after;
            resync.push(piece);
            while let Some(packets) = resync.take() {
                assert_eq!(packets.len() % PACKET, 0);
                out.extend_from_slice(&packets);
            }
        }
        out
    }

    #[test]
    fn two_sync_bytes_are_not_believed() {
        let mut bytes = vec![0; 300];
        bytes[3] = SYNC;
        bytes[3 + PACKET] = SYNC;
        bytes.extend_from_slice(&second());
        // Not by chance the third.
        bytes[3 + PROOF] = 0;
        assert!(resynchronised(&bytes, &[1000]) == bytes[300..]);
    }

    #[test]
    fn bytes_without_packets_are_not_kept() {
        let mut resync = Resync::default();
        for _ in 0..100 {
            resync.push(&[0; 10_000]);
            assert_eq!(resync.take(), None);
            assert!(resync.rest.len() <= PROOF);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn packets_are_found_whatever_is_between_them_and_however_they_arrive(
            before in proptest::collection::vec(0..0x47_u8, 0..500),
            between in proptest::collection::vec(0..0x47_u8, 1..500),
            at in 3..297_usize,
            sizes in proptest::collection::vec(1..5_000_usize, 1..6),
        ) {
            let second = second();
            let (first, rest) = second.split_at(at * PACKET);
            let bytes = [&before[..], first, &between, rest].concat();
            prop_assert!(resynchronised(&bytes, &sizes) == second);
        }
    }
}
