use proptest::prelude::*;

use super::*;
use crate::media::ring::{EndReason, Ring, RingLimits};
use crate::media::test::{Kind, Parameters, TestSource};
use crate::media::ts;

const SECOND: Duration = Duration::from_secs(1);

/// A key frame and some packets after it, at these seconds of its timestamps.
fn piece(seconds: f64, counter: u8) -> Vec<u8> {
    const PROGRAM: ts::Program<'_> = ts::Program {
        pmt_pid: 0x1000,
        pcr_pid: 0x100,
        streams: &[(0x1b, 0x100)],
    };
    let mut packets = Vec::new();
    ts::write_table(&mut packets, 0, counter, &PROGRAM.pat());
    ts::write_table(&mut packets, 0x1000, counter, &PROGRAM.pmt());
    let pes = ts::Pes {
        stream_id: 0xe0,
        pts: ts::Timestamp::new(0).after(Duration::from_secs_f64(seconds)),
    };
    let packet = ts::Packet {
        pid: 0x100,
        counter,
        starts: true,
        is_random_access: true,
        ..ts::Packet::default()
    };
    let _ = packet.write(&mut packets, &pes.packet(&[7; 100]));
    packets
}

/// What a cutter makes of key frames at these seconds; a negative one is a break. Lengths in milliseconds.
fn cut(target: u64, short: bool, keys: &[f64]) -> (Vec<(u64, bool)>, u64) {
    let (mut writer, ring) = Ring::new(RingLimits {
        time: SECOND * 1_000_000,
        bytes: 8 << 20,
    });
    for (counter, key) in (0..).zip(keys) {
        if *key < 0.0 {
            writer.broken();
        } else {
            writer.push_at(&piece(*key, counter % 16), Duration::from_secs_f64(*key));
            writer.flush();
        }
    }
    writer.end(EndReason::Finished);
    let mut cutter = Cutter::new(Duration::from_secs(target), 5);
    if !short {
        cutter.short_ones = 0;
    }
    let segments: Vec<Segment> = ring.held().iter().flat_map(|entry| cutter.feed(entry)).collect();
    let numbers: Vec<u64> = segments.iter().map(|segment| segment.number).collect();
    assert!(numbers.iter().copied().eq((5..).take(numbers.len())));
    let lengths = segments.iter().map(|segment| {
        let millis = u64::try_from(segment.length.as_millis()).unwrap();
        (millis, segment.is_discontinuous)
    });
    (lengths.collect(), cutter.target().as_secs())
}

#[test]
fn segments_end_at_the_last_key_frame_that_keeps_them_within_the_target() {
    let even: Vec<f64> = (0..14).map(|index| f64::from(index) * 2.002).collect();
    assert_eq!(cut(10, false, &even), (vec![(8_008, false); 3], 10));
    let exact: Vec<f64> = (0..13).map(f64::from).collect();
    assert_eq!(cut(4, false, &exact), (vec![(4_000, false); 3], 4));
}

#[test]
fn the_first_five_of_a_run_are_short() {
    let keys: Vec<f64> = (0..32).map(f64::from).collect();
    let mut expected = vec![(2_000, false); 5];
    expected.extend([(10_000, false); 2]);
    assert_eq!(cut(10, true, &keys), (expected, 10));
}

#[test]
fn key_frames_that_are_far_apart_raise_the_target_for_the_rest() {
    let keys = [0.0, 3.0, 7.5, 9.0, 12.0, 14.0, 15.0];
    // 3 s are within 4; the next key frame is 4.5 s later, and from then on 5 s are allowed.
    let lengths = vec![(3_000, false), (4_500, false), (4_500, false)];
    assert_eq!(cut(4, false, &keys), (lengths, 5));
}

#[test]
fn a_break_ends_a_segment_and_marks_the_next() {
    let keys = [0.0, 1.0, 2.5, -1.0, 100.0, 104.0, 108.0];
    assert_eq!(
        cut(4, false, &keys),
        (vec![(2_500, false), (4_000, true), (4_000, false)], 4)
    );
}

#[test]
fn timestamps_that_leap_are_not_believed() {
    let before = Mark {
        pts: Some(Timestamp::new(0)),
        time: SECOND,
    };
    let after = |seconds| Mark {
        pts: Some(Timestamp::of_second(seconds)),
        time: 5 * SECOND,
    };
    let lengths = [3, -3, 1_000].map(|seconds| after(seconds).since(before));
    assert_eq!(lengths, [3 * SECOND, 4 * SECOND, 4 * SECOND]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn segments_are_the_stream_and_each_plays_alone(
        sizes in proptest::collection::vec(1..200_usize, 1..8),
        target in 2..5_u64,
        first in 0..2_000_000_000_i64,
    ) {
        let source = TestSource::new(3, Parameters::default());
        let stream: Vec<u8> = (first..first + 12)
            .flat_map(|second| source.second(second, Kind::Live, "00:00:00"))
            .collect();
        let (mut writer, ring) = Ring::new(RingLimits { time: SECOND * 100, bytes: 8 << 20 });
        let mut rest = &stream[..];
        for size in sizes.iter().cycle() {
            let (packets, after) = rest.split_at(rest.len().min(size * ts::PACKET));
            writer.push_at(packets, SECOND);
            rest = after;
            if rest.is_empty() {
                break;
            }
        }
        writer.flush();
        let mut cutter = Cutter::new(SECOND * u32::try_from(target).unwrap(), 0);
        let segments: Vec<Segment> = ring.held().iter().flat_map(|entry| cutter.feed(entry)).collect();
        let mut place = 0;
        for segment in &segments {
            let Content::Parts(parts) = &segment.content else { panic!("it was not cut") };
            let bytes = parts.concat();
            let pids: Vec<u16> = ts::views(&bytes).take(3).map(ts::View::pid).collect();
            prop_assert_eq!(pids, [0, 0x1000, 0x100]);
            // Tables are before each key frame, so that those of the next belong to the segment before it: but for the
            // repeated ones in front, segments are the stream.
            let after = if place == 0 { 0 } else { 2 * ts::PACKET };
            let own = &bytes[after..];
            prop_assert!(stream[place..].starts_with(own));
            place += own.len();
            prop_assert_eq!(segment.bytes(), bytes.len());
            prop_assert!(segment.length <= cutter.target());
        }
        prop_assert!(segments.len() >= 3);
    }
}
