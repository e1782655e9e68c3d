use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::media::test::{Kind, Parameters, TestSource};
use crate::media::ts::{self, NULL_PID, Packet, Program};

const SECOND: Duration = Duration::from_secs(1);

fn source(query: &str) -> TestSource {
    TestSource::new(7, Parameters::parse(&format!("test://?{query}")).unwrap())
}

fn second(source: &TestSource, second: i64) -> Bytes {
    source.second(second, Kind::Live, "12:00:00")
}

/// Everything that is there for a viewer, and what comes then.
fn read(joined: &mut Joined) -> (Vec<u8>, Option<RingEnd>) {
    let mut read = Vec::new();
    loop {
        match joined.try_next() {
            Some(Ok(chunk)) => read.extend_from_slice(&chunk.bytes),
            other => return (read, other.and_then(Result::err)),
        }
    }
}

/// Counts the breaks that are announced, on any PID. Every other gap of a counter is an error.
fn announced(bytes: &[u8]) -> usize {
    let (mut counters, mut breaks) = (BTreeMap::new(), 0);
    for packet in ts::views(bytes).filter(|packet| packet.pid() != NULL_PID) {
        breaks += usize::from(packet.is_discontinuous());
        let before = counters.insert(packet.pid(), packet.counter());
        if let Some(before) = before.filter(|_| !packet.is_discontinuous()) {
            let expected = (before + u8::from(packet.has_payload())) % 16;
            assert_eq!(packet.counter(), expected, "{:x}", packet.pid());
        }
    }
    breaks
}

/// Checks that bytes begin with PAT, PMT and a key frame.
fn assert_begins(bytes: &[u8]) {
    let first: Vec<_> = ts::views(bytes).take(3).collect();
    assert_eq!((first[0].pid(), first[1].pid(), first[2].pid()), (0, 0x1000, 0x100));
    assert!(first[2].is_random_access() && first[2].starts());
}

#[test]
fn chunks_have_87_packets_and_viewers_share_them() {
    let (mut writer, ring) = Ring::new(RingLimits::default());
    writer.push_at(&second(&source(""), 0), Duration::ZERO);
    let (mut one, mut other) = (ring.join(SECOND), ring.join(SECOND));
    let mut sizes = vec![];
    while let Some(Ok(chunk)) = one.try_next() {
        sizes.push(chunk.bytes.len() / ts::PACKET);
        let same = other.try_next().unwrap().unwrap();
        assert_eq!(chunk.bytes.as_ptr(), same.bytes.as_ptr());
    }
    // Tables are in front of the first, and what is not full is not out yet.
    assert_eq!(sizes, [2, 85, 87, 87]);
    writer.flush();
    assert_eq!(one.try_next().unwrap().unwrap().bytes.len() / ts::PACKET, 39);
}

#[test]
fn a_viewer_begins_at_most_the_prebuffer_and_one_key_frame_behind() {
    let (mut writer, ring) = Ring::new(RingLimits::default());
    let mut early = ring.join(2 * SECOND);
    assert!(early.try_next().is_none() && !ring.is_on_air());
    for time in 0..6 {
        writer.push_at(&second(&source(""), time), SECOND * u32::try_from(time).unwrap());
        writer.flush();
    }
    assert!(ring.is_on_air());
    let begin = |prebuffer| ring.join(prebuffer).try_next().unwrap().unwrap().time.as_secs();
    assert_eq!((begin(2 * SECOND), begin(SECOND / 2), begin(Duration::ZERO)), (3, 4, 5));
    // Where none is that old, the first there is.
    assert_eq!(
        (begin(20 * SECOND), early.try_next().unwrap().unwrap().time.as_secs()),
        (0, 3)
    );
    assert_eq!(early.behind(), 2 * SECOND);
}

#[test]
fn a_viewer_whose_place_was_overwritten_is_too_slow() {
    let limits = RingLimits {
        time: SECOND,
        bytes: 200_000,
    };
    let (mut writer, ring) = Ring::new(limits);
    writer.push_at(&second(&source(""), 0), Duration::ZERO);
    let mut slow = ring.join(SECOND);
    let (first, end) = read(&mut slow);
    assert_eq!((first.len() / ts::PACKET, end), (261, None));
    for time in 1..10 {
        writer.push_at(&second(&source(""), time), Duration::ZERO);
        assert!(ring.bytes() <= limits.bytes);
    }
    assert_eq!(slow.try_next(), Some(Err(RingEnd::Slow)));
}

#[test]
fn what_has_just_come_is_kept_however_far_the_sources_clock_went() {
    let (mut writer, ring) = Ring::new(RingLimits::default());
    writer.push_at(&second(&source(""), 0), Duration::ZERO);
    let mut viewer = ring.join(SECOND);
    let _ = viewer.try_next();
    for time in 1..30 {
        writer.push_at(&second(&source(""), time), 10 * SECOND * u32::try_from(time).unwrap());
    }
    writer.flush();
    let (rest, end) = read(&mut viewer);
    assert_eq!((rest.len() / ts::PACKET, end), (30 * 300 - 2, None));
}

#[test]
fn viewers_get_what_there_is_and_then_the_end() {
    let (mut writer, ring) = Ring::new(RingLimits::default());
    writer.push_at(&second(&source(""), 0), Duration::ZERO);
    let mut viewer = ring.join(SECOND);
    let (mut all, _) = read(&mut viewer);
    writer.end(EndReason::Finished);
    let (rest, end) = read(&mut viewer);
    all.extend(rest);
    assert!(all == second(&source(""), 0));
    assert_eq!(end, Some(RingEnd::Ended(EndReason::Finished)));
    assert_eq!(
        ring.join(SECOND).try_next(),
        Some(Err(RingEnd::Ended(EndReason::Finished)))
    );

    let (writer, ring) = Ring::new(RingLimits::default());
    drop(writer);
    assert_eq!(ring.end(), Some(EndReason::Stopped));
}

#[test]
fn nobody_begins_before_a_break() {
    let (mut writer, ring) = Ring::new(RingLimits::default());
    let source = source("");
    writer.push_at(&second(&source, 0), Duration::ZERO);
    let mut viewer = ring.join(SECOND);
    let (mut all, _) = read(&mut viewer);
    writer.broken();
    let mut late = ring.join(SECOND);
    assert!(late.try_next().is_none() && !ring.is_on_air());
    let again = second(&source, 100);
    let (_, middle) = again.split_at(150 * ts::PACKET);
    // No key frame: left out.
    writer.push_at(middle, SECOND);
    assert!(writer.is_waiting());
    writer.push_at(&again, SECOND);
    writer.flush();
    all.extend(read(&mut viewer).0);
    let (_, after) = all.split_at(300 * ts::PACKET);
    let pids: Vec<_> = ts::views(after)
        .map(|packet| (packet.pid(), packet.is_discontinuous()))
        .collect();
    let first = [
        (0, true),
        (0x1000, true),
        (0x100, true),
        (0, false),
        (0x1000, false),
        (0x100, false),
    ];
    assert_eq!(pids[..6], first);
    assert_eq!(announced(&all), 4);
    let (late, _) = read(&mut late);
    assert_begins(&late);
    assert_eq!(late.len(), again.len() + ts::PACKET);
}

#[test]
fn frames_will_do_where_no_key_frame_comes() {
    const PROGRAM: Program<'_> = Program {
        pmt_pid: 0x1000,
        pcr_pid: 0x100,
        streams: &[(0x1b, 0x100)],
    };
    let (mut writer, ring) = Ring::new(RingLimits::default());
    for (counter, time) in (0..).zip(0..7) {
        let mut packets = Vec::new();
        ts::write_table(&mut packets, 0, counter, &PROGRAM.pat());
        ts::write_table(&mut packets, 0x1000, counter, &PROGRAM.pmt());
        let pes = ts::Pes {
            stream_id: 0xe0,
            pts: ts::Timestamp::new(0),
        };
        let packet = Packet {
            pid: 0x100,
            counter,
            starts: true,
            ..Packet::default()
        };
        let _ = packet.write(&mut packets, &pes.packet(&[0, 0, 1, 0x41]));
        writer.push_at(&packets, SECOND * time);
        assert_eq!(writer.is_waiting(), time < 5, "{time}");
    }
    writer.flush();
    assert!(read(&mut ring.join(SECOND)).0.len() >= 4 * ts::PACKET);
}

#[test]
fn a_viewer_who_waits_is_woken() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    runtime.block_on(async {
        let (mut writer, ring) = Ring::new(RingLimits::default());
        let mut viewer = ring.join(SECOND);
        let viewer = tokio::spawn(async move {
            let mut size = 0;
            loop {
                match viewer.next().await {
                    Ok(chunk) => size += chunk.bytes.len(),
                    Err(end) => return (size, end),
                }
            }
        });
        tokio::task::yield_now().await;
        let second = second(&source(""), 0);
        for packets in second.chunks(10 * ts::PACKET) {
            writer.push(packets);
            writer.wait_until(Instant::now() + Duration::from_millis(2)).await;
        }
        // What is not a full chunk is out after 50 ms.
        writer.wait_until(Instant::now() + Duration::from_millis(60)).await;
        assert_eq!(writer.flush_due(), None);
        writer.end(EndReason::Lost);
        assert_eq!(viewer.await.unwrap(), (second.len(), RingEnd::Ended(EndReason::Lost)));
    });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_viewer_who_comes_at_any_moment_sees_no_gap(
        sizes in proptest::collection::vec(1..200_usize, 1..8),
        joins in proptest::collection::vec((0..400_usize, 0..4_u32), 1..6),
        breaks in proptest::collection::vec(1..2_000_usize, 0..3),
        radio in 0..=1_u8,
        first in 0..2_000_000_000_i64,
        key_packets in 200..300_usize,
    ) {
        let source = source(&format!("radio={radio}"));
        let stream: Vec<u8> = (first..first + 8).flat_map(|number| second(&source, number)).collect();
        let (mut writer, ring) = Ring::new(RingLimits { time: 3 * SECOND, bytes: 8 << 20 });
        let mut viewers: Vec<(Joined, Vec<u8>)> = Vec::new();
        // It begins anywhere, so that the first packets are no key frame's.
        let (_, mut rest) = stream.split_at(key_packets * ts::PACKET);
        let mut pushed = key_packets;
        for (step, size) in sizes.iter().cycle().enumerate() {
            if rest.is_empty() {
                break;
            }
            for (_, prebuffer) in joins.iter().filter(|(at, _)| *at == step) {
                viewers.push((ring.join(SECOND * *prebuffer), Vec::new()));
            }
            let (packets, after) = rest.split_at(rest.len().min(size * ts::PACKET));
            if breaks.iter().any(|at| (pushed..pushed + size).contains(at)) {
                // Some packets are lost.
                writer.broken();
            } else {
                writer.push_at(packets, SECOND * u32::try_from(pushed / 300).unwrap());
            }
            (pushed, rest) = (pushed + size, after);
            for (viewer, got) in &mut viewers {
                let (more, end) = read(viewer);
                prop_assert_eq!(end, None);
                got.extend(more);
            }
        }
        for (_, got) in viewers.iter().filter(|(_, got)| !got.is_empty()) {
            let key = ts::views(got).nth(2).unwrap();
            prop_assert!(key.starts() && (key.is_random_access() || radio == 1));
            prop_assert!(announced(got) <= 4 * breaks.len());
        }
    }
}
