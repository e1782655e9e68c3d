//! Adds to the times of a packet: what a source does whose timestamps leap.

use super::{PACKET, Timestamp, View, key};

/// Where the PCR is in a packet that has one: after the header, the length and the flags of the adaptation field.
const PCR: usize = 6;
/// Where a PES packet has its PTS, and its DTS after it.
const PTS: usize = 9;
const DTS: usize = 14;

/// Adds so many units of 1/90,000 s to the PCR, PTS and DTS of a packet.
pub fn shift(packet: &mut [u8; PACKET], ticks: u64) {
    let view = View(packet);
    let (pcr, begins_at) = (view.pcr(), PACKET - view.payload().len());
    let times = match key::pts(view) {
        Some(_) if view.payload().get(7).is_some_and(|flags| flags & 0x40 != 0) => &[PTS, DTS][..],
        Some(_) => &[PTS],
        None => &[],
    };
    if let (Some(pcr), Some(there)) = (pcr, packet.get_mut(PCR..PCR + 6)) {
        let moved = super::Pcr {
            base: pcr.base.plus(ticks),
            ..pcr
        };
        there.copy_from_slice(&moved.bytes());
    }
    for at in times {
        if let Some(there) = packet
            .get_mut(begins_at + at..)
            .and_then(|rest| rest.first_chunk_mut::<5>())
        {
            add(there, ticks);
        }
    }
}

/// Adds to a PTS or DTS as a PES packet has it: 33 bits in three parts, each followed by a marker bit.
fn add(bytes: &mut [u8; 5], ticks: u64) {
    let [a, b, c, d, e] = bytes.map(u64::from);
    let time = Timestamp::new((a >> 1 & 7) << 30 | b << 22 | (c >> 1) << 15 | d << 7 | e >> 1);
    let [prefix, ..] = *bytes;
    *bytes = time.plus(ticks).pts_bytes();
    let [first, ..] = bytes;
    *first = prefix & 0xf0 | *first & 0x0f;
}

#[cfg(test)]
mod tests {
    use crate::media::ts::{Packet, Pcr, Pes, Timestamp, pts, shift, views};

    #[test]
    fn all_times_of_a_packet_leap_and_nothing_else_changes() {
        let near_the_wrap = Timestamp::new((1 << 33) - 10);
        let pes = Pes {
            stream_id: 0xe0,
            pts: near_the_wrap,
        };
        let packet = Packet {
            pid: 0x100,
            counter: 7,
            starts: true,
            pcr: Some(Pcr::after(near_the_wrap, 123)),
            ..Packet::default()
        };
        let mut bytes = Vec::new();
        let _ = packet.write(&mut bytes, &pes.packet(b"frame"));
        let before = bytes.clone();
        let there = bytes.first_chunk_mut().unwrap();
        shift(there, 900_000);
        let view = views(&bytes).next().unwrap();
        assert_eq!(pts(view), Some(Timestamp::new(899_990)));
        assert_eq!(view.pcr(), Some(Pcr::after(Timestamp::new(899_990), 123)));
        shift(bytes.first_chunk_mut().unwrap(), (1 << 33) - 900_000);
        assert_eq!(bytes, before);
    }
}
