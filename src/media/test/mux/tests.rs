use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;
use crate::media::test::Parameters;

/// A packet, as a receiver reads it.
struct Read<'a> {
    pid: u16,
    counter: u8,
    bytes: &'a [u8],
    payload: &'a [u8],
    pcr: Option<u64>,
    flags: u8,
}

fn read(bytes: &[u8]) -> Read<'_> {
    assert_eq!(bytes[0], 0x47);
    let length = if bytes[3] & 0x20 == 0 {
        0
    } else {
        1 + usize::from(bytes[4])
    };
    let flags = if length > 1 { bytes[5] } else { 0 };
    let number = |bytes: &[u8]| bytes.iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    let pcr = (flags & 0x10 != 0).then(|| number(&bytes[6..12]));
    Read {
        pid: u16::from_be_bytes([bytes[1] & 0x1f, bytes[2]]),
        counter: bytes[3] & 0x0f,
        bytes,
        payload: if bytes[3] & 0x10 == 0 {
            &[]
        } else {
            &bytes[4 + length..]
        },
        pcr: pcr.map(|value| (value >> 15) * 300 + (value & 0x1ff)),
        flags,
    }
}

fn source(query: &str) -> TestSource {
    TestSource::new(7, Parameters::parse(&format!("test://?{query}")).unwrap())
}

fn live(source: &TestSource, second: i64) -> Bytes {
    source.second(second, Kind::Live, "12:00:00")
}

/// PTS of a packet in which a frame begins.
fn pts(packet: &Read<'_>) -> Option<u64> {
    let is_start = packet.bytes[1] & 0x40 != 0 && packet.payload.starts_with(&[0, 0, 1]);
    let [a, b, c, d, e] = *packet.payload.get(9..14)? else {
        return None;
    };
    let [a, b, c, d, e] = [a, b, c, d, e].map(u64::from);
    is_start.then_some((a >> 1 & 7) << 30 | b << 22 | (c >> 1) << 15 | d << 7 | e >> 1)
}

#[test]
fn a_second_has_its_packets_of_each_pid() {
    for (query, packets, expected) in [
        (
            "",
            300,
            [(0, 1), (0x100, 192), (0x101, 48), (0x1000, 1), (0x1fff, 58)].to_vec(),
        ),
        (
            "rate=1000000",
            665,
            vec![(0, 1), (0x100, 192), (0x101, 48), (0x1000, 1), (0x1fff, 423)],
        ),
        ("radio=1", 300, vec![(0, 1), (0x101, 48), (0x1000, 1), (0x1fff, 250)]),
        (
            "gap=1",
            300,
            vec![(0, 1), (0x100, 191), (0x101, 48), (0x1000, 1), (0x1fff, 59)],
        ),
    ] {
        let bytes = live(&source(query), 1_700_000_000);
        assert_eq!(bytes.len(), packets * 188, "{query}");
        let mut counts = BTreeMap::new();
        for packet in bytes.chunks(188) {
            *counts.entry(read(packet).pid).or_insert(0) += 1;
        }
        assert_eq!(Vec::from_iter(counts), expected, "{query}");
    }
}

#[test]
fn every_frame_is_there_before_it_is_shown_and_within_a_second_of_it() {
    for second in [99_999_999 / 25, 1_700_000_000, 7] {
        let bytes = live(&source(""), second);
        let start = Timestamp::of_second(second).ticks();
        let mut shown = BTreeMap::new();
        for (index, packet) in (0..).zip(bytes.chunks(188)) {
            let packet = read(packet);
            if let Some(pts) = pts(&packet) {
                shown.insert(packet.pid, pts - start);
            }
            if let Some(pts) = shown.get(&packet.pid) {
                assert!(
                    (index * 300 + 300..index * 300 + 135_000).contains(pts),
                    "{second} {index} {pts}"
                );
            }
        }
    }
}

#[test]
fn faults_are_where_they_are_asked_for() {
    let gap = source("gap=5");
    assert_eq!(live(&gap, 4), live(&source(""), 4));
    let (whole, holed) = (live(&source(""), 5), live(&gap, 5));
    let changed: Vec<_> = whole
        .chunks(188)
        .zip(holed.chunks(188))
        .filter(|(a, b)| a != b)
        .collect();
    let [(lost, null)] = changed[..] else {
        panic!("{}", changed.len())
    };
    assert_eq!((read(lost).pid, read(lost).pcr, read(null).pid), (0x100, None, 0x1fff));

    for (query, pid) in [("error=3", 0x100), ("radio=1&error=3", 0x101)] {
        let error = source(query);
        let damaged = |second| {
            let bytes = live(&error, second);
            let packets = bytes.chunks(188).filter(|packet| packet[1] & 0x80 != 0);
            packets.map(|packet| read(packet).pid).collect::<Vec<_>>()
        };
        assert_eq!((damaged(2), damaged(3)), (vec![], vec![pid]));
    }

    let jump = source("jump=10");
    let announced = |second| {
        let bytes = live(&jump, second);
        bytes
            .chunks(188)
            .filter(|packet| read(packet).flags & 0x80 != 0)
            .count()
    };
    assert_eq!((announced(19), announced(20), announced(21)), (0, 2, 0));
    let first = |second| {
        live(&jump, second)
            .chunks(188)
            .find_map(|packet| read(packet).pcr)
            .unwrap()
    };
    assert_eq!(first(20) - first(19), 11 * 27_000_000);
    assert_eq!(first(19) - first(18), 27_000_000);
}

#[test]
fn a_key_frame_can_be_begun_with() {
    for (query, pid) in [("", 0x100), ("radio=1", 0x101), ("rate=9000000", 0x100)] {
        let bytes = live(&source(query), 100);
        let packets: Vec<_> = bytes
            .chunks(188)
            .map(read)
            .filter(|packet| packet.pid != 0x1fff)
            .collect();
        let pids: Vec<u16> = packets.iter().take(3).map(|packet| packet.pid).collect();
        assert_eq!(pids, [0, 0x1000, pid], "{query}");
        let random: Vec<_> = packets.iter().filter(|packet| packet.flags & 0x40 != 0).collect();
        assert_eq!((random.len(), random[0].pid, random[0].counter), (1, pid, 0), "{query}");
        assert!(random[0].pcr.is_some() && pts(random[0]).is_some(), "{query}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn seconds_join_whatever_the_second(
        second in prop_oneof![any::<i64>(), 0..2_000_000_000_i64, 95_443_i64 - 3..95_443 + 3],
        id: u64,
        rate in 451_200..6_000_000_u32,
        radio in 0..=1_u8,
        pts_start in 0..1_u64 << 33,
    ) {
        let url = format!("test://?rate={rate}&radio={radio}&pts={pts_start}");
        let source = TestSource::new(id, Parameters::parse(&url).unwrap());
        let again = TestSource::new(id, Parameters::parse(&url).unwrap());
        let (mut counters, mut clocks, mut sounds, mut pictures) = (BTreeMap::new(), vec![], vec![], vec![]);
        let mut sizes = BTreeSet::new();
        for second in [second, second.wrapping_add(1)] {
            let bytes = live(&source, second);
            prop_assert_eq!(&bytes, &live(&again, second));
            sizes.insert(bytes.len());
            for packet in bytes.chunks(188).map(read).filter(|packet| packet.pid != 0x1fff) {
                if let Some(before) = counters.insert(packet.pid, packet.counter) {
                    prop_assert_eq!(packet.counter, (before + 1) % 16, "{:x}", packet.pid);
                }
                clocks.extend(packet.pcr);
                let shown = if packet.pid == AUDIO_PID { &mut sounds } else { &mut pictures };
                shown.extend(pts(&packet));
            }
        }
        prop_assert_eq!(Vec::from_iter(sizes), [usize::try_from(source.parameters().second_bytes()).unwrap()]);
        // The end of i64 is not the time before its beginning.
        prop_assume!(second != i64::MAX);
        let wrap = |after: u64, before: u64, modulus: u64| (after + modulus - before) % modulus;
        for pair in clocks.windows(2) {
            let apart = wrap(pair[1], pair[0], 300 << 33).abs_diff(CLOCK / 10);
            prop_assert!(apart <= CLOCK / u64::from(source.parameters().packets), "{apart}");
        }
        prop_assert!(sounds.windows(2).all(|pair| wrap(pair[1], pair[0], 1 << 33) == 1920));
        prop_assert!(pictures.windows(2).all(|pair| wrap(pair[1], pair[0], 1 << 33) == 3600));
        prop_assert_eq!(pictures.len(), if radio == 1 { 0 } else { 50 });
        let shown = if radio == 1 { &sounds } else { &pictures };
        let first = wrap(shown[0] * 300, clocks[0], 300 << 33);
        prop_assert!((CLOCK / 3..CLOCK * 6 / 10).contains(&first), "{first}");
    }
}
