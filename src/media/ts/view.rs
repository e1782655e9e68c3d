//! Packets as they are read: nothing is copied, and nothing in them is believed to be there.

use super::{PACKET, Pcr, Timestamp};

/// A packet of 188 bytes.
#[derive(Clone, Copy, Debug)]
pub struct View<'a>(pub(super) &'a [u8; PACKET]);

/// The packets of bytes that are whole packets; a rest that is none is left out.
pub fn views(bytes: &[u8]) -> impl DoubleEndedIterator<Item = View<'_>> {
    let (packets, _) = bytes.as_chunks::<PACKET>();
    packets.iter().map(View)
}

impl<'a> View<'a> {
    /// Its bytes.
    pub const fn bytes(self) -> &'a [u8; PACKET] {
        self.0
    }

    /// 13 bits: which stream it belongs to.
    pub const fn pid(self) -> u16 {
        let [_, high, low, ..] = *self.0;
        u16::from_be_bytes([high & 0x1f, low])
    }

    /// `continuity_counter`, 4 bits.
    pub const fn counter(self) -> u8 {
        let [_, _, _, control, ..] = *self.0;
        control & 0x0f
    }

    /// `payload_unit_start_indicator`: a PES packet or a table begins here.
    pub const fn starts(self) -> bool {
        let [_, second, ..] = *self.0;
        second & 0x40 != 0
    }

    /// `transport_error_indicator`: something received it damaged.
    pub const fn is_damaged(self) -> bool {
        let [_, second, ..] = *self.0;
        second & 0x80 != 0
    }

    /// Whether it has a payload, so that its counter is one more than the one before.
    pub const fn has_payload(self) -> bool {
        let [_, _, _, control, ..] = *self.0;
        control & 0x10 != 0
    }

    /// `discontinuity_indicator`: counter or clock do not go on from those before.
    pub fn is_discontinuous(self) -> bool {
        self.flags() & 0x80 != 0
    }

    /// `random_access_indicator`: decoding can begin here.
    pub fn is_random_access(self) -> bool {
        self.flags() & 0x40 != 0
    }

    /// When it is sent, by the clock of its program.
    pub fn pcr(self) -> Option<Pcr> {
        if self.flags() & 0x10 == 0 {
            return None;
        }
        let bytes = self.adaptation()?.get(1..7)?;
        let value = bytes.iter().fold(0_u64, |value, byte| value << 8 | u64::from(*byte));
        Some(Pcr {
            base: Timestamp::new(value >> 15),
            extension: u16::try_from(value & 0x1ff).unwrap_or_default(),
        })
    }

    /// What it carries; empty without a payload, and where its adaptation field is longer than a packet.
    pub fn payload(self) -> &'a [u8] {
        let skipped = match self.adaptation() {
            Some(field) => 5 + field.len(),
            None => 4,
        };
        let payload = self.0.get(skipped..).unwrap_or_default();
        if self.has_payload() { payload } else { &[] }
    }

    /// The adaptation field without its length.
    fn adaptation(self) -> Option<&'a [u8]> {
        let [_, _, _, control, length, rest @ ..] = self.0;
        let length = usize::from(*length);
        (control & 0x20 != 0).then(|| rest.get(..length).unwrap_or(rest))
    }

    /// The flags of the adaptation field; without one, none is set.
    fn flags(self) -> u8 {
        let first = self.adaptation().and_then(<[u8]>::first);
        first.copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::media::ts::Packet;

    proptest! {
        #[test]
        fn a_packet_is_read_as_it_was_written(
            flags in any::<[bool; 4]>(),
            ticks in proptest::option::of(any::<u64>()),
            pid in 0..0x2000_u16,
            counter in 0..16_u8,
            payload in proptest::collection::vec(any::<u8>(), 0..170),
        ) {
            let [starts, is_damaged, is_discontinuous, is_random_access] = flags;
            let pcr = ticks.map(|ticks| Pcr::after(Timestamp::new(0), ticks));
            let packet = Packet { pid, counter, starts, is_damaged, is_discontinuous, is_random_access, pcr };
            let mut out = Vec::new();
            let _ = packet.write(&mut out, &payload);
            let view = views(&out).next().unwrap();
            prop_assert_eq!((view.pid(), view.counter(), view.pcr()), (pid, counter, pcr));
            let read = [view.starts(), view.is_damaged(), view.is_discontinuous(), view.is_random_access()];
            prop_assert_eq!((read, view.payload()), (flags, &payload[..]));
            prop_assert_eq!(view.has_payload(), !payload.is_empty());
        }

        #[test]
        fn anything_can_be_read(bytes in any::<[[u8; 47]; 4]>()) {
            let bytes = bytes.concat();
            let view = views(&bytes).next().unwrap();
            prop_assert!(view.payload().len() <= 184);
            let _ = (view.pcr(), view.is_random_access());
        }
    }
}
