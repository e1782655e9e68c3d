//! MPEG transport streams (ISO/IEC 13818-1): what is needed to write them, to find packets in foreign bytes, and to find
//! where among them a viewer can begin.
//!
//! Own code in place of a crate: `mpeg2ts` copies each packet into a value, and what a server of live streams does with
//! a packet is to write it or to pass it on.

mod key;
mod pes;
mod psi;
mod resync;
mod shift;
mod tables;
mod view;

use std::time::Duration;

pub use key::{KeyFinder, Start, pts};
pub use pes::{Pes, Timestamp};
pub use psi::{Program, crc32};
pub use resync::Resync;
pub use shift::shift;
pub use tables::{Codec, Sound, Stream, Tables};
pub use view::{View, views};

/// Bytes of a packet.
pub const PACKET: usize = 188;
/// Bytes of a packet after its header of four: adaptation field and payload.
const BODY: usize = PACKET - 4;
/// The PID of null packets, which fill a stream up.
pub const NULL_PID: u16 = 0x1fff;

/// A program clock reference: 33 bits of a 90 kHz clock, 9 bits of its three hundredths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pcr {
    /// In units of 1/90,000 s.
    pub base: Timestamp,
    /// In units of 1/27,000,000 s, below 300.
    pub extension: u16,
}

impl Pcr {
    /// The clock `ticks` of 27 MHz after `base`.
    pub fn after(base: Timestamp, ticks: u64) -> Self {
        let extension = u16::try_from(ticks % 300).unwrap_or_default();
        Self {
            base: base.plus(ticks / 300),
            extension,
        }
    }

    /// From another clock to this one; below 26.5 hours, whichever is the later.
    pub fn since(self, before: Self) -> Duration {
        const WRAP: u64 = 300 << 33;
        let ticks = |pcr: Self| pcr.base.ticks() * 300 + u64::from(pcr.extension);
        let ticks = (ticks(self) + WRAP - ticks(before)) % WRAP;
        // 27 ticks are a microsecond: below 2^33 * 300 * 1,000 / 27, which fits.
        Duration::from_nanos(ticks * 1_000 / 27)
    }

    fn bytes(self) -> [u8; 6] {
        let value = self.base.ticks() << 15 | 0x3f << 9 | u64::from(self.extension & 0x1ff);
        let [_, _, bytes @ ..] = value.to_be_bytes();
        bytes
    }
}

/// One packet, which takes the beginning of a payload.
#[derive(Clone, Copy, Debug, Default)]
pub struct Packet {
    /// 13 bits: which stream the packet belongs to.
    pub pid: u16,
    /// `continuity_counter`, 4 bits: one more in each packet of a PID that has a payload.
    pub counter: u8,
    /// `payload_unit_start_indicator`: a PES packet or a table begins here.
    pub starts: bool,
    /// `transport_error_indicator`: something received the packet damaged.
    pub is_damaged: bool,
    /// `discontinuity_indicator`: counter or clock do not go on from those before.
    pub is_discontinuous: bool,
    /// `random_access_indicator`: decoding can begin here.
    pub is_random_access: bool,
    /// When the packet is sent, by the clock of the stream's program.
    pub pcr: Option<Pcr>,
}

impl Packet {
    /// Writes the packet with as much of `payload` as fits, and gives the rest back. A shorter payload is stuffed by the
    /// adaptation field; an empty one makes a packet without payload, which does not count: its counter is that of
    /// the packet before it.
    #[must_use = "the rest of the payload is not written yet"]
    pub fn write<'a>(&self, out: &mut Vec<u8>, payload: &'a [u8]) -> &'a [u8] {
        let flags = self.flags();
        let fields = match (flags, self.pcr) {
            (0, _) => 0,
            (_, None) => 2,
            (_, Some(_)) => 8,
        };
        let (taken, rest) = payload.split_at_checked(BODY - fields).unwrap_or((payload, &[]));
        let adaptation = BODY - taken.len();
        self.write_header(out, adaptation > 0, !taken.is_empty());
        if adaptation > 0 {
            self.write_adaptation(out, adaptation, flags);
        }
        out.extend_from_slice(taken);
        rest
    }

    /// The second byte of an adaptation field.
    fn flags(&self) -> u8 {
        u8::from(self.is_discontinuous) << 7 | u8::from(self.is_random_access) << 6 | u8::from(self.pcr.is_some()) << 4
    }

    fn write_header(&self, out: &mut Vec<u8>, has_adaptation: bool, has_payload: bool) {
        let [high, low] = (self.pid & 0x1fff).to_be_bytes();
        let second = u8::from(self.is_damaged) << 7 | u8::from(self.starts) << 6 | high;
        let control = u8::from(has_adaptation) << 5 | u8::from(has_payload) << 4;
        out.extend_from_slice(&[0x47, second, low, control | self.counter & 0x0f]);
    }

    /// An adaptation field of `size` bytes, its length byte included.
    fn write_adaptation(&self, out: &mut Vec<u8>, size: usize, flags: u8) {
        let end = out.len() + size;
        // `size` is at most 184.
        out.push(u8::try_from(size - 1).unwrap_or_default());
        if size > 1 {
            out.push(flags);
            if let Some(pcr) = self.pcr {
                out.extend_from_slice(&pcr.bytes());
            }
            out.resize(end, 0xff);
        }
    }
}

/// Writes a null packet.
pub fn write_null(out: &mut Vec<u8>) {
    let packet = Packet {
        pid: NULL_PID,
        ..Packet::default()
    };
    // 184 bytes fit into a packet without an adaptation field.
    let _ = packet.write(out, &[0xff; BODY]);
}

/// Writes a table as one packet, filled up with 0xff, as tables are. It must fit into one.
pub fn write_table(out: &mut Vec<u8>, pid: u16, counter: u8, section: &[u8]) {
    let mut payload = [0xff; BODY];
    // The byte before the table says how far away it begins.
    let table = std::iter::once(&0).chain(section);
    payload.iter_mut().zip(table).for_each(|(to, from)| *to = *from);
    let packet = Packet {
        pid,
        counter,
        starts: true,
        ..Packet::default()
    };
    let _ = packet.write(out, &payload);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_full_payload_has_no_adaptation_field_and_a_shorter_one_is_stuffed() {
        let packet = Packet {
            pid: 0x101,
            counter: 5,
            ..Packet::default()
        };
        let (mut out, payload) = (Vec::new(), [7; 200]);
        assert_eq!(packet.write(&mut out, &payload).len(), 16);
        assert_eq!(out[..5], [0x47, 0x01, 0x01, 0x15, 7]);
        for (length, begin) in [
            (183, &[0x35, 0, 7][..]),
            (182, &[0x35, 1, 0, 7]),
            (181, &[0x35, 2, 0, 0xff, 7]),
        ] {
            out.clear();
            assert!(packet.write(&mut out, &payload[..length]).is_empty());
            assert_eq!(&out[3..3 + begin.len()], begin, "{length}");
        }
        out.clear();
        assert!(packet.write(&mut out, &[]).is_empty());
        assert_eq!(out[3..6], [0x25, 183, 0]);
    }

    #[test]
    fn a_pcr_is_base_and_extension() {
        let pcr = Pcr::after(Timestamp::new(u64::MAX), 27_000_001);
        assert_eq!((pcr.base.ticks(), pcr.extension), (89_999, 1));
        assert_eq!(pcr.bytes(), [0x00, 0x00, 0xaf, 0xc7, 0xfe, 0x01]);
    }

    proptest! {
        #[test]
        fn a_packet_is_188_bytes_and_loses_nothing(
            flags in any::<[bool; 4]>(),
            pcr in proptest::option::of(any::<u64>()),
            payload in proptest::collection::vec(any::<u8>(), 0..400),
        ) {
            let [starts, is_damaged, is_discontinuous, is_random_access] = flags;
            let pcr = pcr.map(|ticks| Pcr::after(Timestamp::new(0), ticks));
            let packet = Packet { pid: 0x100, counter: 3, starts, is_damaged, is_discontinuous, is_random_access, pcr };
            let mut out = Vec::new();
            let rest = packet.write(&mut out, &payload);
            prop_assert_eq!(out.len(), PACKET);
            let skipped = if out[3] & 0x20 == 0 { 4 } else { 5 + usize::from(out[4]) };
            prop_assert_eq!(out[3] & 0x10 != 0, !payload.is_empty());
            let carried = &out[skipped..];
            prop_assert_eq!([carried, rest].concat(), payload);
        }
    }
}
