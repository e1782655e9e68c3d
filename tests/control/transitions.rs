//! Things that become ready later: some seconds of the panel's clock, or some looks.

use std::fs;

use linecard::panel::transition::{Resource, Transition};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{bad, panel, refused, told};
use crate::support::{Client, DONE, NOW, Panel};

const PLAIN: &str = r#"{"stream":"immediate","movie":"immediate","epg":"immediate","pending":[]}"#;

fn set(panel: &Panel, body: &str) -> String {
    told(panel, "PUT", "transitions", body)
}

fn pending(panel: &Panel) -> Value {
    let shown: Value = serde_json::from_str(&told(panel, "GET", "transitions", "")).unwrap();
    shown["pending"].clone()
}

fn advance(panel: &Panel, by: &str) -> Value {
    let body = format!(r#"{{"by":"{by}"}}"#);
    let told: Value = serde_json::from_str(&told(panel, "POST", "clock/advance", &body)).unwrap();
    told["fired"].clone()
}

/// A row of `streams_servers` by its number, unseen by what counts looks.
fn row(panel: &Panel, row: i64) -> String {
    let sql = "SELECT pid, stream_status, to_analyze, stream_started FROM streams_servers WHERE server_stream_id";
    panel.sql_one(&format!("{sql} = {row}"))
}

/// What `get_stream` and its like show of something's state.
fn look(panel: &Panel, action: &str, id: i64) -> String {
    panel.call(action, &format!("id={id}&show_columns=stream_status"))
}

fn status(status: i64) -> String {
    format!(r#"{{"status":"STATUS_SUCCESS","data":{{"stream_status":{status}}}}}"#)
}

fn ids(panel: &Panel, action: &str, params: &str) -> Vec<i64> {
    let answer: Value = serde_json::from_str(&panel.get(action, &format!("show_columns=id&{params}"))).unwrap();
    let rows = answer["data"].as_array().unwrap().iter();
    rows.map(|row| row["id"].as_i64().unwrap()).collect()
}

#[test]
fn everything_is_ready_at_once_unless_it_is_said_otherwise() {
    let panel = panel();
    assert_eq!(told(&panel, "GET", "transitions", ""), PLAIN);
    assert_eq!(panel.call("start_channel", "id=5"), DONE);
    assert_eq!(row(&panel, 3), format!("54331|0|0|{NOW}"));
    assert_eq!(
        set(&panel, r#"{"stream":{"polls":3},"movie":{"after":"2m"}}"#),
        r#"{"stream":{"polls":3},"movie":{"after":"120s"},"epg":"immediate","pending":[]}"#
    );
    // What is not named is immediate again.
    assert_eq!(
        set(&panel, r#"{"epg":{"after":"1s"},"movie":"immediate"}"#),
        r#"{"stream":"immediate","movie":"immediate","epg":{"after":"1s"},"pending":[]}"#
    );
    assert_eq!(set(&panel, ""), PLAIN);
}

#[test]
fn a_stream_is_on_air_after_so_many_looks() {
    let panel = panel();
    set(&panel, r#"{"stream":{"polls":2}}"#);
    assert_eq!(panel.call("start_channel", "id=5"), DONE);
    assert_eq!(row(&panel, 3), format!("54331|2|0|{NOW}"));
    let waiting = |polls: u32| json!([{ "resource": "stream", "id": 5, "polls": polls }]);
    assert_eq!(pending(&panel), waiting(2));
    // Nobody looked at it: another thing's id, lists of another kind, raw SQL, the control plane.
    look(&panel, "get_stream", 10);
    ids(&panel, "get_streams", "");
    ids(&panel, "get_movies", "");
    panel.call("mysql_query", "query=SELECT stream_status FROM streams_servers");
    panel.call("get_epgs", "");
    told(&panel, "GET", "state", "");
    // What is not found is no look either.
    look(&panel, "get_channel", 99);
    assert_eq!(pending(&panel), waiting(2));

    assert_eq!(look(&panel, "get_channel", 5), status(2));
    assert_eq!(pending(&panel), waiting(1));
    // It is in no such list yet, and who asks for one waits for it.
    assert_eq!(ids(&panel, "get_channels", "filter=1"), Vec::<i64>::new());
    assert_eq!(row(&panel, 3), format!("54331|2|0|{NOW}"));
    assert_eq!(look(&panel, "get_channel", 5), status(0));
    assert_eq!(pending(&panel), json!([]));
    assert_eq!(ids(&panel, "get_channels", "filter=1"), [5]);
    assert_eq!(row(&panel, 3), format!("54331|0|0|{NOW}"));
}

#[test]
fn the_xc_v2_api_starts_and_looks_too() {
    let panel = panel();
    panel.call("stop_stream", "id=10");
    set(&panel, r#"{"stream":{"polls":3},"movie":{"polls":1}}"#);
    assert_eq!(
        panel.v2("action=stream&sub=start", "stream_ids[]=10"),
        r#"{"result":true}"#
    );
    assert_eq!(
        panel.v2("action=vod&sub=start", "stream_ids[]=100"),
        r#"{"result":true}"#
    );
    assert_eq!(
        pending(&panel),
        json!([{ "resource": "movie", "id": 100, "polls": 1 }, { "resource": "stream", "id": 10, "polls": 3 }])
    );
    let others = r#"{"11":[1],"20":[1]}"#;
    assert_eq!(panel.v2("action=stream&sub=online", ""), others);
    assert_eq!(panel.v2("action=stream&sub=offline", ""), "[]");
    let list: Value = serde_json::from_str(&panel.v2("action=stream&sub=list", "")).unwrap();
    assert_eq!(list.as_array().unwrap().len(), 5, "{list}");
    // Three looks; a movie is none of these.
    assert_eq!(
        panel.v2("action=stream&sub=online", ""),
        r#"{"10":[1],"11":[1],"20":[1]}"#
    );
    assert_eq!(pending(&panel), json!([{ "resource": "movie", "id": 100, "polls": 1 }]));
}

#[test]
fn a_movie_is_analysed_until_it_is_ready() {
    let panel = panel();
    set(&panel, r#"{"movie":{"after":"5s"}}"#);
    assert_eq!(panel.call("start_movie", "id=100"), DONE);
    assert_eq!(row(&panel, 5), format!("54331|2|1|{NOW}"));
    assert_eq!(
        pending(&panel),
        json!([{ "resource": "movie", "id": 100, "at": "2026-03-15T14:30:05Z" }])
    );
    let by_filter = || [1, 2, 4].map(|filter| ids(&panel, "get_movies", &format!("filter={filter}")));
    assert_eq!(by_filter(), [vec![], vec![100], vec![100]]);
    assert_eq!(advance(&panel, "PT4S"), json!([]));
    assert_eq!(by_filter(), [vec![], vec![100], vec![100]]);
    assert_eq!(
        advance(&panel, "PT1S"),
        json!([{ "at": "2026-03-15T14:30:05Z", "job": "movie.ready", "id": 100 }])
    );
    assert_eq!(by_filter(), [vec![100], vec![], vec![]]);
    assert_eq!(
        (row(&panel, 5), pending(&panel)),
        (format!("54331|0|0|{NOW}"), json!([]))
    );
    // An episode is a file too.
    assert_eq!(
        panel.v2("action=stream&sub=start", "stream_ids[]=200"),
        r#"{"result":true}"#
    );
    assert_eq!(row(&panel, 6), format!("54332|2|1|{}", NOW + 5));
}

#[test]
fn what_falls_due_is_told_in_its_order_and_once() {
    let panel = panel();
    // A stream on two servers, a line that expires between two things that become ready.
    panel.sql("INSERT INTO servers (id, server_name) VALUES (7, 'Second')");
    panel.sql("INSERT INTO streams_servers (server_stream_id, stream_id, server_id) VALUES (9, 5, 7)");
    panel.call("create_line", "username=short&exp_date=2026-03-15 14:30:20");
    set(&panel, r#"{"stream":{"after":"30s"},"movie":{"after":"10s"}}"#);
    panel.call("start_channel", "id=5");
    panel.call("start_movie", "id=100");
    assert_eq!(advance(&panel, "PT5S"), json!([]));
    panel.v2("action=stream&sub=start", "stream_ids[]=200");
    let line = panel.sql_one("SELECT id FROM lines WHERE username = 'short'");
    let line: i64 = line.parse().unwrap();
    assert_eq!(
        advance(&panel, "PT1H"),
        json!([
            { "at": "2026-03-15T14:30:10Z", "job": "movie.ready", "id": 100 },
            { "at": "2026-03-15T14:30:15Z", "job": "movie.ready", "id": 200 },
            { "at": "2026-03-15T14:30:20Z", "job": "line.expired", "id": line },
            { "at": "2026-03-15T14:30:30Z", "job": "stream.ready", "id": 5 },
        ])
    );
    assert_eq!(
        (row(&panel, 3), row(&panel, 9)),
        (format!("54331|0|0|{NOW}"), format!("54332|0|0|{NOW}"))
    );
}

#[test]
fn whoever_looks_finds_what_the_clock_has_made_ready() {
    let panel = panel();
    set(&panel, r#"{"stream":{"after":"1m"}}"#);
    panel.call("start_channel", "id=5");
    panel.inner().clock().set(NOW + 59);
    assert_eq!(look(&panel, "get_channel", 5), status(2));
    panel.inner().clock().set(NOW + 60);
    assert_eq!(look(&panel, "get_channel", 5), status(0));
    assert_eq!(advance(&panel, "PT1H"), json!([]));
    // The state as a whole is a look that shows it, too.
    panel.call("stop_channel", "id=5");
    panel.call("start_channel", "id=5");
    told(&panel, "PUT", "clock", r#"{"mode":"offset","by":"P100Y"}"#);
    assert_eq!(pending(&panel), json!([]));
    assert!(row(&panel, 3).contains("|0|0|"));
}

#[test]
fn a_guide_has_its_channels_when_it_is_ready() {
    let panel = panel();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("guide.xml");
    let guide = |id: &str| {
        fs::write(
            &path,
            format!(r#"<tv><channel id="{id}"><display-name>N</display-name></channel></tv>"#),
        )
    };
    guide("first").unwrap();
    panel.call("create_epg", "");
    panel.sql(&format!("UPDATE epg SET epg_file = '{}' WHERE id = 2", path.display()));
    let seen = || {
        let updated = panel.sql_one("SELECT coalesce(last_updated, 0) FROM epg WHERE id = 2");
        (
            updated,
            panel.sql("SELECT channel_id FROM epg_channels WHERE epg_id = 2"),
        )
    };
    let before = seen();
    set(&panel, r#"{"epg":{"after":"10s"}}"#);
    assert_eq!(panel.call("reload_epg", "id=2"), DONE);
    assert_eq!(seen(), before);
    // Reloaded again, it begins again.
    advance(&panel, "PT6S");
    guide("second").unwrap();
    panel.call("reload_epg", "id=2");
    assert_eq!(advance(&panel, "PT6S"), json!([]));
    assert_eq!(seen(), before);
    assert_eq!(
        advance(&panel, "PT1H"),
        json!([{ "at": "2026-03-15T14:30:16Z", "job": "epg.ready", "id": 2 }])
    );
    assert_eq!(seen(), ((NOW + 16).to_string(), vec!["second".to_owned()]));

    // By looks: at its list, and at nothing else. A guide that is read at once meanwhile is the newest.
    set(&panel, r#"{"epg":{"polls":2}}"#);
    panel.sql("UPDATE epg SET epg_file = '' WHERE id = 1");
    panel.call("reload_epg", "");
    let waiting = |id: i64, polls: u32| json!({ "resource": "epg", "id": id, "polls": polls });
    assert_eq!(pending(&panel), json!([waiting(1, 2), waiting(2, 2)]));
    look(&panel, "get_channel", 5);
    panel.call("get_epgs", "");
    assert_eq!(pending(&panel), json!([waiting(1, 1), waiting(2, 1)]));
    set(&panel, "{}");
    guide("third").unwrap();
    panel.call("reload_epg", "id=2");
    assert_eq!(seen().1, ["third"]);
    assert_eq!(pending(&panel), json!([waiting(1, 1)]));
    // One that is deleted meanwhile becomes nothing.
    panel.call("delete_epg", "id=1");
    panel.call("get_epgs", "");
    assert_eq!(panel.sql("SELECT id FROM epg"), ["2"]);
    assert_eq!(pending(&panel), json!([]));
}

#[test]
fn what_is_stopped_waits_no_more_and_what_is_started_again_goes_on() {
    let panel = panel();
    set(&panel, r#"{"stream":{"after":"10s"},"movie":{"polls":1}}"#);
    panel.call("start_channel", "id=5");
    panel.call("start_movie", "id=100");
    advance(&panel, "PT4S");
    let (channel, movie) = (row(&panel, 3), row(&panel, 5));
    panel.call("start_channel", "id=5");
    panel.call("start_movie", "id=100");
    assert_eq!((row(&panel, 3), row(&panel, 5)), (channel, movie));
    assert_eq!(
        pending(&panel),
        json!([
            { "resource": "stream", "id": 5, "at": "2026-03-15T14:30:10Z" },
            { "resource": "movie", "id": 100, "polls": 1 },
        ])
    );
    panel.call("stop_channel", "id=5");
    panel.call("stop_movie", "id=100");
    assert_eq!(
        (row(&panel, 3), row(&panel, 5)),
        ("null|0|0|null".into(), "null|0|0|null".into())
    );
    assert_eq!(pending(&panel), json!([]));
    // Begun again it takes its time anew, and a process that is killed was never ready.
    panel.call("start_channel", "id=5");
    assert_eq!(advance(&panel, "PT6S"), json!([]));
    let pid = row(&panel, 3).split('|').next().unwrap().to_owned();
    assert_eq!(panel.call("kill_pid", &format!("pid={pid}&server_id=1")), DONE);
    assert_eq!((advance(&panel, "PT1H"), pending(&panel)), (json!([]), json!([])));
    assert!(row(&panel, 3).starts_with("null|1|"));
    // A start that is immediate makes ready what waits.
    panel.call("start_movie", "id=100");
    set(&panel, "");
    panel.call("start_movie", "id=100");
    assert!(row(&panel, 5).contains("|0|0|"), "{}", row(&panel, 5));
    assert_eq!(pending(&panel), json!([]));
    // One that runs already has nothing to wait for.
    set(&panel, r#"{"stream":{"polls":1}}"#);
    panel.call("start_stream", "id=10");
    assert_eq!(
        (row(&panel, 1), pending(&panel)),
        ("54300|0|0|1773576000".into(), json!([]))
    );
}

#[test]
fn a_reset_goes_back_to_the_transitions_of_the_start() {
    let panel = Panel::docs_with(|config| {
        config.control = true;
        config.transition = vec![
            (Resource::Stream, Transition::Polls(9)),
            (Resource::Movie, Transition::After(3)),
            (Resource::Stream, Transition::Polls(2)),
        ];
    });
    let start = r#"{"stream":{"polls":2},"movie":{"after":"3s"},"epg":"immediate","pending":[]}"#;
    assert_eq!(told(&panel, "GET", "transitions", ""), start);
    panel.call("start_channel", "id=5");
    let with = r#"[{"resource":"stream","id":5,"polls":2}]"#;
    // What is pending keeps what it began with.
    assert_eq!(set(&panel, ""), PLAIN.replace("[]", with));
    told(&panel, "POST", "reset", r#"{"what":["transitions"]}"#);
    assert_eq!(told(&panel, "GET", "transitions", ""), start.replace("[]", with));
    set(&panel, "");
    told(&panel, "POST", "reset", r#"{"what":["state"]}"#);
    assert_eq!(told(&panel, "GET", "transitions", ""), PLAIN);
    told(&panel, "POST", "reset", "");
    assert_eq!(told(&panel, "GET", "transitions", ""), start);
    // A snapshot holds rows, and nothing that waits.
    panel.call("start_channel", "id=5");
    told(&panel, "POST", "snapshots", r#"{"name":"a"}"#);
    told(&panel, "POST", "snapshots/a/restore", "");
    assert_eq!(told(&panel, "GET", "transitions", ""), start);

    // A world has its own, and begins as the server did.
    set(&panel, "");
    let world: Value = serde_json::from_str(&told(&panel, "POST", "worlds", r#"{"name":"own"}"#)).unwrap();
    let mut client = Client::new(world["url"].as_str().unwrap().strip_prefix("http://").unwrap());
    assert_eq!(client.get("/_linecard/transitions").text(), start);
    let body = br#"{"epg":{"polls":1}}"#;
    client.request("PUT", "/_linecard/transitions", &[], body);
    assert_eq!(told(&panel, "GET", "transitions", ""), PLAIN);
}

#[test]
fn transitions_that_cannot_be_change_nothing() {
    let panel = panel();
    let start = set(&panel, r#"{"stream":{"polls":3}}"#);
    let hint = r#"there are "immediate", {"after":"5s"} and {"polls":3}"#;
    for (body, detail, hint) in [
        (
            r#"{"line":"immediate"}"#,
            r#"there is no member "line""#,
            "there are stream, movie, epg",
        ),
        ("[]", "the body is not a JSON object", "send {…}"),
        (r#"{"stream":"later"}"#, r#"`stream` is no transition: "later""#, hint),
        (r#"{"stream":3}"#, "`stream` is no transition: 3", hint),
        (r#"{"movie":null}"#, "`movie` is no transition: null", hint),
        (r#"{"epg":{}}"#, "`epg` is no transition: {}", hint),
        (r#"{"epg":{"in":"5s"}}"#, r#"`epg` is no transition: {"in":"5s"}"#, hint),
        (
            r#"{"epg":{"after":"5s","polls":1}}"#,
            r#"`epg` is no transition: {"after":"5s","polls":1}"#,
            hint,
        ),
        (
            r#"{"epg":"immediate","movie":{"after":"500ms"}}"#,
            "`movie.after` is not a span of whole seconds, a year at most, such as 5s, 10m or 2h",
            hint,
        ),
        (
            r#"{"movie":{"after":5}}"#,
            "`movie.after` is not a span of whole seconds, a year at most, such as 5s, 10m or 2h",
            hint,
        ),
        (
            r#"{"stream":{"polls":0}}"#,
            "`stream.polls` is not a whole number from 1 to 1000000",
            hint,
        ),
        (
            r#"{"stream":{"polls":"3"}}"#,
            "`stream.polls` is not a whole number from 1 to 1000000",
            hint,
        ),
    ] {
        assert_eq!(refused(&panel, "PUT", "transitions", body), bad(detail, hint), "{body}");
        assert_eq!(told(&panel, "GET", "transitions", ""), start);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// Exactly so many looks find it starting, whichever API they come by and whatever happens between
    /// them; the next one finds it on air. It is the same with any number of workers.
    #[test]
    fn so_many_looks_find_it_starting(looks in prop::collection::vec((0..4_usize, 0..3_usize), 1..9), workers in 1..4_u16) {
        let panel = Panel::docs_with(|config| {
            config.control = true;
            config.workers = Some(workers);
        });
        panel.call("stop_stream", "id=10");
        set(&panel, &format!(r#"{{"stream":{{"polls":{}}}}}"#, looks.len()));
        panel.call("start_stream", "id=10");
        for (left, (way, between)) in (1..=looks.len()).rev().zip(&looks) {
            prop_assert_eq!(&pending(&panel)[0]["polls"], &json!(left));
            let answer = match way {
                0 => panel.call("get_stream", "id=10"),
                1 => panel.get("get_streams", "filter=4&show_columns=id,stream_status"),
                2 => panel.v2("action=stream&sub=list", ""),
                _ => panel.v2("action=stream&sub=online", ""),
            };
            match way {
                0 | 1 => prop_assert!(answer.contains(r#""stream_status":2"#), "{}", answer),
                2 => prop_assert!(answer.contains(r#""id":"10""#) || answer.contains("Demo News"), "{}", answer),
                _ => prop_assert!(!answer.contains(r#""10""#), "{}", answer),
            }
            match between {
                0 => drop(panel.call("start_stream", "id=10")),
                1 => drop(advance(&panel, "P1D")),
                _ => drop(panel.call("create_line", "exp_date=2030-01-01")),
            }
        }
        prop_assert_eq!(pending(&panel), json!([]));
        prop_assert_eq!(look(&panel, "get_stream", 10), status(0));
    }
}
