use std::pin::pin;

use futures_util::future::{Either, select};
use tokio::time::timeout;

use super::*;
use crate::media::pace::fake::FakeClock;
use crate::media::ring::{Joined, Ring, RingLimits};
use crate::media::test::{Parameters, position};
use crate::media::ts;

fn source(query: &str) -> TestSource {
    TestSource::new(7, Parameters::parse(&format!("test://?{query}")).unwrap())
}

/// These seconds of a source.
fn stream(query: &str, seconds: Range<i64>) -> Vec<u8> {
    let source = source(query);
    let seconds = seconds.map(|second| source.second(second, Kind::Live, &position(second)));
    seconds.flatten().collect()
}

/// What a viewer gets until nothing more comes.
async fn got(viewer: &mut Joined) -> Vec<u8> {
    let mut got = Vec::new();
    while let Ok(Ok(chunk)) = timeout(Duration::from_millis(100), viewer.next()).await {
        got.extend_from_slice(&chunk.bytes);
    }
    got
}

/// Plays a source from when the clock shows `now`, while a test looks on; gives how it ended, if it did so first.
fn playing(
    query: &str,
    pace: Pace,
    now: i64,
    test: impl AsyncFnOnce(&FakeClock, &Ring, &mut Joined),
) -> Option<Result<(), SourceError>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
    runtime.unwrap().block_on(async {
        let (mut writer, ring) = Ring::new(RingLimits::default());
        let (clock, source) = (FakeClock::at(now), source(query));
        let mut viewer = ring.join(Duration::from_secs(2));
        let play = pin!(play(&source, pace, &clock, &mut writer));
        let test = pin!(test(&clock, &ring, &mut viewer));
        match select(play, test).await {
            Either::Left((end, _)) => Some(end),
            Either::Right(_) => None,
        }
    })
}

#[test]
fn a_viewer_begins_at_once_and_a_step_of_the_clock_gives_what_lies_between() {
    let end = playing("", Pace::Clock, 100_400, async |clock, _, viewer| {
        let mut all = got(viewer).await;
        // Two whole seconds and ten of 25 slots.
        assert!(all == stream("", 98..101)[..(600 + 120) * PACKET]);
        clock.set(110_400);
        all.extend(got(viewer).await);
        assert!(all == stream("", 98..111)[..(3_600 + 120) * PACKET]);
        // It stands, also where it is stopped at a whole second.
        for now in [110_400, 110_000] {
            clock.set(now);
            assert_eq!(got(viewer).await.len(), 0);
        }
        clock.set(111_000);
        all.extend(got(viewer).await);
        assert!(all == stream("", 98..111));
    });
    assert!(end.is_none());
}

#[test]
fn a_fast_source_passes_ten_seconds_too() {
    playing("rate=6000000", Pace::Clock, 100_000, async |clock, _, viewer| {
        let mut all = got(viewer).await;
        clock.set(110_000);
        all.extend(got(viewer).await);
        // Null packets between the first tables and the first key frame are left out.
        let expected = stream("rate=6000000", 98..110);
        assert_eq!(all.len(), expected.len() - 24 * PACKET);
        assert!(expected.ends_with(&all[2 * PACKET..]));
    });
}

#[test]
fn a_leap_of_the_clock_is_announced() {
    for to in [100_000_000, 1_000] {
        playing("", Pace::Clock, 500_000, async |clock, ring, viewer| {
            let before = got(viewer).await;
            clock.set(to);
            let after = got(viewer).await;
            assert_eq!(before.len() / PACKET, 600);
            let marks = ts::views(&after).map(|packet| (packet.pid(), packet.is_discontinuous()));
            let marks: Vec<_> = marks.take(3).collect();
            assert_eq!(marks, [(0, true), (0x1000, true), (0x100, true)]);
            let second = to / SECOND - PREFILL;
            let expected = stream("", second..to / SECOND);
            // Audio is announced where it comes.
            let kept = ts::views(&after).filter(|packet| !packet.is_discontinuous());
            assert!(kept.flat_map(|packet| *packet.bytes()).collect::<Vec<u8>>() == expected);
            // Who comes now begins behind it.
            let mut late = ring.join(Duration::from_secs(2));
            assert!(got(&mut late).await[..188] == expected[..188]);
        });
    }
}

#[test]
fn packets_are_let_out_evenly_by_the_machines_time() {
    playing("", Pace::Wall, 100_000, async |clock, _, viewer| {
        let (mut sizes, mut late) = (vec![], 0);
        let begin = Instant::now();
        while begin.elapsed() < Duration::from_millis(800) {
            let size = viewer.next().await.unwrap().bytes.len() / PACKET;
            sizes.push(size);
            late += if begin.elapsed() > Duration::from_millis(300) {
                size
            } else {
                0
            };
            // Not its clock.
            clock.set(7);
        }
        assert!(sizes.iter().all(|size| *size <= 87), "{sizes:?}");
        // Two seconds at once, then 300 packets a second.
        let sum: usize = sizes.iter().sum();
        assert!(
            (700..=900).contains(&sum) && (80..=220).contains(&late),
            "{late} {sizes:?}"
        );
    });
}

#[test]
fn from_begins_with_its_frame_even_while_the_clock_stands() {
    playing("from=2500", Pace::Clock, 700_700, async |clock, _, viewer| {
        let mut all = got(viewer).await;
        assert!(all == stream("", 100..101)[..12 * PACKET]);
        clock.set(701_700);
        all.extend(got(viewer).await);
        assert!(all == stream("", 100..101));
    });
}

#[test]
fn a_source_ends_so_many_seconds_after_its_start() {
    let end = playing("end=2", Pace::Clock, 100_000, async |clock, _, viewer| {
        let mut all = got(viewer).await;
        clock.set(101_900);
        all.extend(got(viewer).await);
        assert!(all == stream("", 98..102)[..(900 + 264) * PACKET]);
        clock.set(105_000);
        all.extend(got(viewer).await);
        panic!("it has ended");
    });
    assert!(matches!(end, Some(Ok(()))));
}

#[test]
fn a_stalled_source_gives_nothing_more() {
    let end = playing("stall=2&end=3", Pace::Clock, 100_000, async |clock, _, viewer| {
        let mut all = got(viewer).await;
        clock.set(105_000);
        all.extend(got(viewer).await);
        assert!(all == stream("", 98..102));
        clock.set(107_000);
        assert_eq!(got(viewer).await.len(), 0);
    });
    assert!(end.is_none());
}

#[test]
fn a_place_of_its_own_is_read_as_fast_as_it_is_asked_for() {
    let clock = || FakeClock::at(100_900);
    let mut live = Seconds::live(source(""), clock());
    assert!(live.next().unwrap() == stream("", 100..101));
    assert!(live.nth(1_000).is_some() && !live.stalls());
    let short = Seconds::live(source("from=75&end=2"), clock());
    assert!(short.flatten().collect::<Vec<u8>>() == stream("", 3..5));
    let mut stalled = Seconds::live(source("stall=1"), clock());
    assert_eq!((stalled.by_ref().count(), stalled.stalls()), (1, true));
}
