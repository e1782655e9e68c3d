//! Kept lists (contract "Player side", 18.7): never stale, and never twice in memory.

use std::io::Read;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;

use flate2::read::GzDecoder;
use linecard::panel::kept::LARGEST;

use crate::support::{Answer, Panel, soon};

const LOGIN: &str = "username=customer4521&password=securepass";

/// Content edits; an unoptimised build makes fewer.
const EDITS: u32 = if cfg!(debug_assertions) { 1_000 } else { 10_000 };

/// Entries of a large list.
const ENTRIES: u32 = if cfg!(debug_assertions) { 20_000 } else { 100_000 };

fn get(panel: &Panel, path: &str) -> Answer {
    panel.client().get(&format!("{path}{LOGIN}"))
}

/// The number in the last name of `Edit N` in an answer.
fn edit_of(text: &str) -> u32 {
    let (_, rest) = text
        .rsplit_once("Edit ")
        .unwrap_or_else(|| panic!("no name in {text:?}"));
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().unwrap()
}

#[test]
fn no_list_is_older_than_the_last_commit_before_it_was_asked_for() {
    let panel = Panel::docs();
    let (committed, is_over) = (AtomicU32::new(0), AtomicBool::new(false));
    // What a list shows of an edit, and how the edit is made.
    let lists = [
        "/player_api.php?action=get_live_streams&",
        "/player_api.php?action=get_live_streams&category_id=1&",
        "/get.php?type=ariva&key=live&",
        "/player_api.php?action=get_live_categories&",
        "/panel_api.php?",
    ];
    let edit = |number: u32| {
        let name = format!("Edit {number}");
        // The last of three writes is the one that counts, so all of them are there when it is.
        let category = format!("UPDATE streams_categories SET category_name = '{name}' WHERE id IN (1, 4)");
        let streams = format!("UPDATE streams SET stream_display_name = '{name}' WHERE type IN (1, 2, 3, 4)");
        panel.sql(&category);
        panel.sql(&streams);
        committed.store(number, Ordering::SeqCst);
    };
    edit(1);
    thread::scope(|scope| {
        for list in lists {
            let (panel, committed, is_over) = (&panel, &committed, &is_over);
            scope.spawn(move || {
                let mut client = panel.client();
                while !is_over.load(Ordering::SeqCst) {
                    let least = committed.load(Ordering::SeqCst);
                    let text = client.get(&format!("{list}{LOGIN}")).text();
                    let shown = edit_of(&text);
                    assert!(shown >= least, "{list} shows edit {shown}, and {least} was committed");
                }
            });
        }
        let edits = scope.spawn(move || (2..=EDITS).for_each(edit));
        let done = edits.join();
        is_over.store(true, Ordering::SeqCst);
        done.unwrap();
    });
    for list in lists {
        assert_eq!(edit_of(&get(&panel, list).text()), EDITS, "{list}");
    }
}

#[test]
fn what_changes_content_otherwise_changes_lists() {
    let panel = Panel::docs();
    let names = |panel: &Panel| get(panel, "/get.php?type=ariva&").text();
    let before = names(&panel);
    assert!(before.contains("Demo News"));
    for (change, undo) in [
        (
            "UPDATE bouquets SET bouquet_channels = '[]' WHERE id = 1",
            "UPDATE bouquets SET bouquet_channels = '[10]' WHERE id = 1",
        ),
        (
            "UPDATE lines SET bouquet = '[2,5]' WHERE id = 4521",
            "UPDATE lines SET bouquet = '[1,2,5]' WHERE id = 4521",
        ),
        (
            "REPLACE INTO streams (id, type, stream_display_name) VALUES (10, 5, 'Other')",
            "UPDATE streams SET type = 1, stream_display_name = 'Demo News' WHERE id = 10",
        ),
    ] {
        panel.sql(change);
        assert!(!names(&panel).contains("Demo News"), "{change}");
        panel.sql(undo);
        assert!(names(&panel).contains("Demo News"), "{undo}");
    }
    panel.sql("DELETE FROM streams");
    assert_eq!(names(&panel), "");
}

/// Adds channels to bouquet 5, from id 1000 on.
fn add_channels(panel: &Panel, count: u32) {
    let numbers = "WITH RECURSIVE n (id) AS (SELECT 1000 UNION ALL SELECT id + 1 FROM n WHERE id + 1 < 1000 +";
    panel.sql(&format!(
        "{numbers} {count}) INSERT INTO streams (id, type, stream_display_name, category_id, stream_icon)
         SELECT id, 1, 'Channel ' || id, '[1]', 'http://img.example/' || id || '.png' FROM n"
    ));
    panel.sql(&format!(
        "{numbers} {count}) UPDATE bouquets SET bouquet_channels = (SELECT json_group_array(id) FROM n) WHERE id = 5"
    ));
}

#[test]
fn a_large_list_is_sent_while_it_is_built_and_kept_compressed() {
    let panel = Panel::docs();
    add_channels(&panel, ENTRIES);
    let list = format!("/player_api.php?action=get_live_streams&{LOGIN}");
    let first = panel.client().get(&list);
    assert_eq!(
        (first.header("transfer-encoding"), first.header("content-length")),
        (Some("chunked"), None)
    );
    let json: serde_json::Value = serde_json::from_slice(&first.body).unwrap();
    let items = json.as_array().unwrap();
    assert!(items.len() > usize::try_from(ENTRIES).unwrap());
    for (at, item) in items.iter().enumerate() {
        assert_eq!(item["num"], at + 1);
    }
    assert!(first.body.len() > LARGEST);
    let packed_from = first.body.len();
    let kept = panel.inner().kept().size();
    assert!(
        kept > 0 && kept < first.body.len() / 5,
        "{kept} bytes of {}",
        first.body.len()
    );

    let again = panel.client().get(&list);
    assert_eq!(
        again.header("content-length"),
        Some(first.body.len().to_string().as_str())
    );
    assert!(again.body == first.body);
    let packed = panel
        .client()
        .request("GET", &list, &[("Accept-Encoding", "br, gzip;q=0.5")], b"");
    assert_eq!(
        (packed.header("content-encoding"), packed.header("vary")),
        (Some("gzip"), Some("Accept-Encoding"))
    );
    assert!(packed.body.len() < first.body.len() / 5);
    let mut unpacked = Vec::new();
    GzDecoder::new(packed.body.as_slice())
        .read_to_end(&mut unpacked)
        .unwrap();
    assert!(unpacked == first.body);
    let refused = panel
        .client()
        .request("GET", &list, &[("Accept-Encoding", "gzip;q=0")], b"");
    assert!(refused.header("content-encoding").is_none() && refused.body == first.body);

    let everything = get(&panel, "/panel_api.php?");
    let json: serde_json::Value = serde_json::from_slice(&everything.body).unwrap();
    assert_eq!(json["user_info"]["username"], "customer4521");
    assert!(json["available_channels"].as_object().unwrap().len() > items.len());

    let playlist = format!("/get.php?type=simple&key=live&{LOGIN}");
    let first = panel.client().get(&playlist);
    let again = panel.client().get(&playlist);
    assert_eq!(
        again.header("content-length"),
        Some(first.body.len().to_string().as_str())
    );
    assert!(again.body == first.body && again.header("content-encoding").is_none());
    let plain = packed_from + everything.body.len() + first.body.len();
    assert!(panel.inner().kept().size() < plain / 5);
}

#[test]
fn clients_that_ask_at_once_share_one_body_and_one_that_leaves_stops_nobody() {
    let panel = Panel::docs();
    add_channels(&panel, 8_000);
    let list = format!("/player_api.php?action=get_live_streams&{LOGIN}");
    let mut leaving = panel.client();
    leaving.send(format!("GET {list} HTTP/1.1\r\nHost: {}\r\n\r\n", panel.host()).as_bytes());
    drop(leaving);
    let bodies: Vec<Vec<u8>> = thread::scope(|scope| {
        let askers: Vec<_> = (0..8).map(|_| scope.spawn(|| panel.client().get(&list).body)).collect();
        askers.into_iter().map(|asker| asker.join().unwrap()).collect()
    });
    assert!(bodies.iter().all(|body| *body == bodies[0] && body.ends_with(b"]")));
}

#[test]
fn kept_lists_take_no_more_than_their_memory() {
    let panel = Panel::docs();
    panel.set("list_memory=1MiB");
    add_channels(&panel, 1_000);
    for category in 0..40 {
        get(&panel, &format!("/panel_api.php?x={category}&"));
        get(
            &panel,
            &format!("/player_api.php?action=get_live_streams&category_id={}&", category % 2),
        );
        get(&panel, &format!("/get.php?type=gst&key=live,{category}&"));
        assert!(
            soon(|| panel.inner().kept().size() <= 1 << 20),
            "{}",
            panel.inner().kept().size()
        );
    }
    assert!(get(&panel, "/get.php?type=gst&").text().contains("Channel 1999"));
}
