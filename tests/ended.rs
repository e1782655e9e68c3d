//! Connections that end, told after the commit; and what a write job does to what waits, done after it.

use std::sync::Arc;

use linecard::panel::access::Caller;
use linecard::panel::clock::Clock;
use linecard::panel::lines::LINES;
use linecard::panel::noun::Noun;
use linecard::panel::pending::Until;
use linecard::panel::playing::{self, Playable};
use linecard::panel::rng::Rng;
use linecard::panel::transition::{Resource, Transition, Transitions};
use linecard::panel::{Context, Error, Panel, Result, Settings, connections};
use linecard::store::{Ended, EndedConnections, Image, Place, StoreError};
use rusqlite::Connection;

use crate::support::{NOW, block_on};

const ADMIN: Caller = Caller::Admin(None);

/// Line 1 watches twice and line 2 once, all of them stream 5; one more connection has ended already.
const WATCHED: &str = "
    INSERT INTO lines (id, username) VALUES (1, 'a'), (2, 'b');
    INSERT INTO servers (id, is_main) VALUES (1, 1);
    INSERT INTO streams (id, type) VALUES (5, 1), (6, 2);
    INSERT INTO streams_servers (server_stream_id, stream_id, server_id) VALUES (50, 5, 1), (60, 6, 1);
    INSERT INTO lines_live (activity_id, user_id, stream_id, server_id, uuid, hls_end) VALUES
        (11, 1, 5, 1, 'one', 0), (12, 1, 5, 1, 'two', 0), (21, 2, 5, 1, 'three', 0), (22, 2, 5, 1, 'four', 1);
";

fn fill(db: &Connection) -> Result<(), String> {
    db.execute_batch(WATCHED).map_err(|error| error.to_string())
}

fn memory(settings: Settings) -> Arc<Panel> {
    let (clock, rng) = (Clock::frozen(NOW), Rng::seeded(7));
    let opened = Panel::open(Place::private_memory(), settings, clock, rng, |db, _, _| fill(db));
    Arc::new(opened.unwrap().0)
}

/// As a world has it: one connection for everybody.
fn small() -> Arc<Panel> {
    let image = Image::made(fill).unwrap();
    Arc::new(Panel::of_image(&image, Settings::default(), Clock::frozen(NOW), Rng::seeded(7)).unwrap())
}

fn file(folder: &tempfile::TempDir) -> Arc<Panel> {
    let (clock, rng) = (Clock::frozen(NOW), Rng::seeded(7));
    let place = Place::File(folder.path().join("panel.db"));
    Arc::new(
        Panel::open(place, Settings::default(), clock, rng, |db, _, _| fill(db))
            .unwrap()
            .0,
    )
}

fn write<T: Send + 'static>(
    panel: &Arc<Panel>,
    operation: impl Fn(&Context<'_>) -> Result<T> + Send + 'static,
) -> Result<T> {
    block_on(panel.write(ADMIN, operation))
}

fn sql(panel: &Arc<Panel>, sql: &'static str) {
    write(panel, move |context| Ok(context.db.execute(sql, []).map(drop)?)).unwrap();
}

/// The ids of what was told so far and not asked for.
fn told(ended: &mut EndedConnections) -> Vec<Vec<i64>> {
    let mut all = Vec::new();
    while let Some(Some(message)) = futures_util::FutureExt::now_or_never(ended.next()) {
        all.push(match message {
            Ended::These { rows: these, .. } => these.iter().map(|one| one.activity_id).collect(),
            Ended::All => vec![-1],
            Ended::Unknown => vec![-2],
        });
    }
    all
}

fn each(check: impl Fn(Arc<Panel>, EndedConnections)) {
    let folder = tempfile::tempdir().unwrap();
    for panel in [memory(Settings::default()), small(), file(&folder)] {
        let ended = panel.ended_connections();
        check(panel, ended);
    }
}

#[test]
fn deleting_a_line_ends_its_connections() {
    each(|panel, mut ended| {
        write(&panel, |context| LINES.delete(context, 1)).unwrap();
        assert_eq!(told(&mut ended), [[11, 12]]);
    });
}

#[test]
fn what_has_ended_is_told_as_its_row_was() {
    each(|panel, mut ended| {
        write(&panel, |context| connections::kill(context, 12)).unwrap();
        let Some(Ended::These { rows: these, .. }) = block_on(ended.next()) else {
            panic!("nothing was told");
        };
        let one = &these[0];
        assert_eq!((one.activity_id, one.line_id, one.uuid.as_str()), (12, 1, "two"));
    });
}

#[test]
fn stopping_a_stream_ends_who_watches_it() {
    each(|panel, mut ended| {
        write(&panel, |context| playing::stop(context, Playable::Stream, 5)).unwrap();
        assert_eq!(told(&mut ended), [[11, 12, 21]]);
    });
}

#[test]
fn a_delete_without_where_tells_of_every_row() {
    each(|panel, mut ended| {
        sql(&panel, "DELETE FROM lines_live");
        assert_eq!(told(&mut ended), [[11, 12, 21]]);
    });
}

#[test]
fn a_row_that_a_replace_pushes_out_has_ended() {
    each(|panel, mut ended| {
        sql(
            &panel,
            "REPLACE INTO lines_live (activity_id, user_id, uuid) VALUES (11, 2, 'other')",
        );
        let Some(Ended::These { rows: these, .. }) = block_on(ended.next()) else {
            panic!("nothing was told");
        };
        assert_eq!((these[0].line_id, these[0].uuid.as_str()), (1, "one"));
    });
}

#[test]
fn a_row_that_is_marked_as_ended_has_ended_once() {
    each(|panel, mut ended| {
        sql(&panel, "UPDATE lines_live SET hls_end = 1 WHERE activity_id = 11");
        sql(&panel, "UPDATE lines_live SET hls_last_read = 5");
        sql(&panel, "DELETE FROM lines_live WHERE activity_id IN (11, 22)");
        assert_eq!(told(&mut ended), [[11]]);
    });
}

#[test]
fn a_job_that_fails_ends_nothing() {
    each(|panel, mut ended| {
        let failed = write(&panel, |context| {
            connections::close_all(context)?;
            Err::<(), _>(Error::Busy)
        });
        assert!(failed.is_err());
        assert!(told(&mut ended).is_empty());
        write(&panel, |context| connections::kill(context, 21)).unwrap();
        assert_eq!(told(&mut ended), [[21]]);
    });
}

#[test]
fn a_restored_image_ends_all_connections() {
    each(|panel, mut ended| {
        let image = block_on(panel.store().image()).unwrap();
        write(&panel, |context| connections::kill(context, 21)).unwrap();
        block_on(panel.store().restore(&image, || {})).unwrap();
        assert_eq!(told(&mut ended), [vec![21], vec![-1]]);
        // The triggers are still there.
        sql(&panel, "DELETE FROM lines_live");
        assert_eq!(told(&mut ended), [[11, 12, 21]]);
    });
}

#[test]
fn too_many_at_once_and_a_subscriber_that_is_behind_are_told_that_any_may_have_ended() {
    each(|panel, mut ended| {
        sql(
            &panel,
            "WITH RECURSIVE n(i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)
             INSERT INTO lines_live (activity_id) SELECT i FROM n",
        );
        sql(&panel, "DELETE FROM lines_live WHERE activity_id >= 1000");
        assert_eq!(told(&mut ended), [[-2]]);
        for _ in 0..80 {
            sql(
                &panel,
                "DELETE FROM lines_live WHERE activity_id = (SELECT max(activity_id) FROM lines_live)",
            );
        }
        assert_eq!(told(&mut ended)[0], [-2]);
    });
}

#[test]
fn what_has_ended_is_told_before_its_caller_is_answered() {
    each(|panel, mut ended| {
        for id in [11, 12, 21] {
            write(&panel, move |context| connections::kill(context, id)).unwrap();
            assert_eq!(told(&mut ended), [[id]]);
        }
    });
}

#[test]
fn a_closed_panel_has_nothing_more_to_tell() {
    let panel = small();
    let mut ended = panel.ended_connections();
    drop(panel);
    assert_eq!(block_on(ended.next()), None);
}

fn slow() -> Arc<Panel> {
    let panel = memory(Settings::default());
    let mut transitions = Transitions::default();
    for resource in [Resource::Stream, Resource::Movie] {
        transitions.set(resource, Transition::After(30));
    }
    panel.pending().set_transitions(transitions);
    panel
}

fn waiting(panel: &Arc<Panel>) -> Vec<(i64, Until)> {
    panel.pending().all().iter().map(|one| (one.row, one.until)).collect()
}

#[test]
fn a_start_that_fails_leaves_nothing_waiting() {
    let panel = slow();
    let failed = write(&panel, |context| {
        playing::start_on(context, 5, None)?;
        Err::<(), _>(Error::Busy)
    });
    assert!(failed.is_err());
    assert_eq!(waiting(&panel), []);
    write(&panel, |context| playing::start_on(context, 5, None)).unwrap();
    assert_eq!(waiting(&panel), [(50, Until::At(NOW + 30))]);
}

#[test]
fn a_stop_that_fails_leaves_what_waits_waiting() {
    let panel = slow();
    write(&panel, |context| playing::start_on(context, 5, None)).unwrap();
    let failed = write(&panel, |context| {
        playing::stop_on(context, 5, None)?;
        panic!("after the stop")
    });
    let _: Result<()> = failed;
    assert_eq!(waiting(&panel), [(50, Until::At(NOW + 30))]);
}

#[test]
fn a_job_sees_what_began_before_it_in_its_own_transaction() {
    let panel = slow();
    let analysed = write(&panel, |context| {
        playing::start_on(context, 6, None)?;
        playing::stop_on(context, 6, None)?;
        let sql = "SELECT to_analyze FROM streams_servers WHERE server_stream_id = 60";
        Ok(context.db.query_row(sql, [], |row| row.get::<_, i64>(0))?)
    });
    assert_eq!(analysed.unwrap(), 0);
    assert_eq!(waiting(&panel), []);
}

#[test]
fn jobs_that_run_again_because_another_failed_begin_once() {
    let panel = slow();
    let before = panel.store().commits();
    // Held back until all are queued, the jobs are one group.
    let (open, gate) = std::sync::mpsc::channel::<()>();
    let gate = std::sync::Mutex::new(gate);
    let hold = panel.store().write(move |_: &Connection| {
        let _ = gate.lock().unwrap().recv();
        Ok::<_, StoreError>(())
    });
    let start = panel.write(ADMIN, |context| playing::start_on(context, 5, None));
    let spoil = panel.write(ADMIN, |context| {
        playing::start_on(context, 6, None)?;
        Err::<(), _>(Error::Busy)
    });
    let stop_nothing = panel.write(ADMIN, |context| playing::stop_on(context, 6, None));
    let all = futures_util::future::join4(hold, start, spoil, stop_nothing);
    let (outcome, ()) = block_on(futures_util::future::join(all, async { drop(open) }));
    assert!(outcome.0.is_ok() && outcome.1.is_ok() && outcome.2.is_err() && outcome.3.is_ok());
    assert_eq!(waiting(&panel), [(50, Until::At(NOW + 30))]);
    assert!(panel.store().commits() - before <= 2);
}
