//! The panel's clock covers everything that is dated, and nothing of the panel knows the host's time.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{SystemTime, UNIX_EPOCH};

use linecard::control::docs::DATED;
use linecard::store::schema;
use linecard::time::Zone;
use serde_json::Value;

use super::{panel, told};
use crate::document::examples;
use crate::support::Panel;

/// A time at which nobody's host stands: 1987-06-05 04:03:21 UTC.
const ODD: i64 = 549_864_201;

/// Calls of the XC v2 API that date something.
const V2: [(&str, &str); 5] = [
    ("action=user&sub=create", "user_data[username]=a"),
    (
        "action=user&sub=edit",
        "username=customer4521&password=securepass&user_data[enabled]=0",
    ),
    ("action=stb&sub=create", "user_data[mac]=00:1A:79:00:00:99"),
    ("action=reg_user&sub=credits", "id=88&amount=5"),
    ("action=stream&sub=start", "stream_ids[]=10"),
];

/// The columns that hold an instant, as `table.column`.
fn instants() -> Vec<(String, String)> {
    let mut table = String::new();
    let mut all = Vec::new();
    for line in schema::SQL.lines() {
        if let Some(rest) = line.strip_prefix("CREATE TABLE ") {
            table = rest.split(' ').next().unwrap().to_owned();
        } else if line.contains("-- unix") {
            let column = line.split_whitespace().next().unwrap().trim_matches('"').to_owned();
            all.push((table.clone(), column));
        }
    }
    assert!(all.len() > 30, "{all:?}");
    all
}

/// How often each instant stands in each of those columns.
fn dated(panel: &Panel) -> BTreeMap<(String, i64), usize> {
    let select = |(table, column): &(String, String)| {
        format!("SELECT '{table}.{column}' AS at, \"{column}\" AS unix FROM \"{table}\" WHERE \"{column}\" IS NOT NULL")
    };
    let all: Vec<String> = instants().iter().map(select).collect();
    let rows = panel.sql(&format!(
        "SELECT at, unix, count(*) FROM ({}) GROUP BY 1, 2",
        all.join(" UNION ALL ")
    ));
    let read = |row: &String| {
        let [at, unix, count] = row.split('|').collect::<Vec<_>>().try_into().unwrap();
        ((at.to_owned(), unix.parse().unwrap()), count.parse().unwrap())
    };
    rows.iter().map(read).collect()
}

#[expect(clippy::disallowed_methods, reason = "the host's time is what must not be found")]
fn host() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    i64::try_from(since.as_secs()).unwrap()
}

/// What is not in a text that shows no instant from `from` until now, as a number or as a date.
fn assert_knows_no_host(text: &str, from: i64, what: &str) {
    for unix in from..=host() {
        let stamp = Zone::UTC.stamp(unix).unwrap();
        for shown in [unix.to_string(), stamp.replace(' ', "T"), stamp] {
            assert!(!text.contains(&shown), "{what} knows the host's time {shown}: {text}");
        }
    }
}

fn odd_panel() -> Panel {
    let panel = panel();
    // The connection began before: otherwise it ends when it began.
    panel.sql("UPDATE lines_live SET date_start = 500000000");
    // Only a success dates a reload, and a source without a file has nothing that can fail.
    panel.sql("INSERT INTO epg (epg_name, epg_file) VALUES ('without a file', '')");
    let set = format!(r#"{{"mode":"frozen","at":{ODD}}}"#);
    told(&panel, "PUT", "clock", &set);
    told(&panel, "POST", "snapshots", r#"{"name":"odd"}"#);
    panel
}

#[test]
fn whatever_a_call_dates_has_the_panels_time() {
    let begun = host();
    let panel = odd_panel();
    let path = panel.admin_path();
    let before = dated(&panel);
    // What moves to a log takes its own times along.
    let seeds: BTreeSet<i64> = before.keys().map(|(_, unix)| *unix).collect();
    let calls = examples()
        .into_iter()
        .map(|example| (example.method, path.as_str(), example.form.to_owned()))
        .chain(V2.map(|(query, form)| ("POST", "/api.php", format!("{query}&{form}"))));
    let mut touched = BTreeSet::new();
    for (method, path, form) in calls {
        told(&panel, "POST", "snapshots/odd/restore", "");
        let answer = match method {
            "GET" => panel.client().get(&format!("{path}?{form}")),
            _ => panel.client().post(path, &form),
        };
        assert_knows_no_host(&answer.text(), begun, &form);
        for ((at, unix), count) in dated(&panel) {
            if count > before.get(&(at.clone(), unix)).copied().unwrap_or(0) && !seeds.contains(&unix) {
                assert_eq!(unix, ODD, "{at} after {form}");
                touched.insert(at);
            }
        }
    }
    assert_eq!(touched.iter().map(String::as_str).collect::<Vec<_>>(), DATED);
    let file = panel
        .client()
        .request("POST", "/_linecard/snapshots", &[], br#"{"name":"end"}"#);
    assert_eq!(file.status, 200);
    let file = panel.client().get("/_linecard/snapshots/end").body;
    assert_knows_no_host(&String::from_utf8_lossy(&file), begun, "the database");
}

#[test]
fn the_journal_has_both_times_and_says_which_is_which() {
    let begun = host();
    let panel = odd_panel();
    panel.get("get_lines", "");
    let journal: Value = serde_json::from_str(&told(&panel, "GET", "requests", "")).unwrap();
    let entry = &journal["requests"][0];
    assert_eq!(entry["at"], "1987-06-05T04:03:21Z");
    let real = entry["at_real"].as_str().unwrap();
    let real = Zone::UTC.read_iso(&real[..19].replace('T', " ")).unwrap();
    assert!((begun..=host()).contains(&real), "{entry}");
}

#[test]
fn what_depends_on_the_time_follows_the_clock() {
    let panel = odd_panel();
    let now = panel.call(
        "mysql_query",
        "query=SELECT NOW() AS n, CURDATE() AS d, UNIX_TIMESTAMP() AS u",
    );
    assert_eq!(
        now,
        r#"{"status":"STATUS_SUCCESS","data":[{"n":"1987-06-05 04:03:21","d":"1987-06-05","u":549864201}]}"#
    );
    // A line that expires within the hour has not expired, and has when the hour is over.
    panel.call("create_line", "username=soon&password=pw&exp_date=1987-06-05 05:00:00");
    let expired = |panel: &Panel| panel.get("get_lines", "filter=4&show_columns=username");
    let none = r#"{"status":"STATUS_SUCCESS","data":[],"recordsTotal":0,"recordsFiltered":0}"#;
    assert_eq!(expired(&panel), none);
    told(&panel, "POST", "clock/advance", r#"{"by":"PT1H"}"#);
    let one = r#"{"status":"STATUS_SUCCESS","data":[{"username":"soon"}],"recordsTotal":1,"recordsFiltered":1}"#;
    assert_eq!(expired(&panel), one);
}

#[test]
fn a_rate_limit_counts_seconds_of_the_panels_clock() {
    let panel = odd_panel();
    panel.set("v2_rate_limit=2");
    let mut client = panel.client();
    let mut probe = || client.get("/api.php?action=stream&sub=offline").status;
    // The second lasts as long as the clock stands.
    assert_eq!([probe(), probe(), probe(), probe()], [200, 200, 503, 503]);
    told(&panel, "POST", "clock/advance", r#"{"by":"PT1S"}"#);
    assert_eq!([probe(), probe(), probe()], [200, 200, 503]);
}
