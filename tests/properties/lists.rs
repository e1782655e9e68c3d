//! A list equals a plain-Rust model of it, for any search, filter, order, page and columns.

use std::cmp::Ordering;

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::Value;

use crate::support::{NOW, Panel};

/// A line as far as lists go.
#[derive(Clone, Debug)]
struct Line {
    username: String,
    password: String,
    /// Days from the panel's today, midnight; `None` never expires.
    expires: Option<i64>,
    enabled: bool,
    admin_enabled: bool,
    is_trial: bool,
    is_restreamer: bool,
    is_stalker: bool,
    hidden: bool,
    max_connections: i64,
    member_id: i64,
    admin_notes: String,
    reseller_notes: String,
    connections: usize,
    last_activity: Option<i64>,
}

const DAY: i64 = 86_400;
const MIDNIGHT: i64 = NOW - NOW % DAY;

/// Few letters, so that searches hit and orders tie; the characters that SQL takes for patterns.
const TEXT: &str = "[abAB%_'é0 ]{0,4}";

fn line() -> impl Strategy<Value = Line> {
    let texts = ("[abAB%_'é0]{1,5}", "[ab0%]{0,4}", TEXT, TEXT);
    let flags = (
        any::<bool>(),
        any::<bool>(),
        any::<bool>(),
        any::<bool>(),
        any::<bool>(),
        prop::bool::weighted(0.2),
    );
    let numbers = (
        prop::option::of(-20..40i64),
        0..4i64,
        select(vec![0i64, 1, 88]),
        0..3usize,
        prop::option::of(0..5i64),
    );
    (texts, flags, numbers).prop_map(|(texts, flags, numbers)| Line {
        username: texts.0,
        password: texts.1,
        admin_notes: texts.2.trim().to_owned(),
        reseller_notes: texts.3.trim().to_owned(),
        enabled: flags.0,
        admin_enabled: flags.1,
        is_trial: flags.2,
        is_restreamer: flags.3,
        is_stalker: flags.4,
        hidden: flags.5,
        expires: numbers.0,
        max_connections: numbers.1,
        member_id: numbers.2,
        connections: numbers.3,
        last_activity: numbers.4,
    })
}

/// What a request asks of the list.
#[derive(Clone, Debug)]
struct Query {
    search: Option<String>,
    filter: Option<i64>,
    order: Option<(i64, bool)>,
    start: Option<usize>,
    limit: Option<usize>,
    reseller: Option<i64>,
    show: Option<Vec<&'static str>>,
    hide: Option<Vec<&'static str>>,
}

const KEYS: [&str; 22] = [
    "id",
    "username",
    "password",
    "exp_date",
    "max_connections",
    "is_trial",
    "is_isplock",
    "is_restreamer",
    "enabled",
    "admin_enabled",
    "allowed_ips",
    "allowed_ua",
    "admin_notes",
    "reseller_notes",
    "bouquets",
    "member_id",
    "created_at",
    "owner_name",
    "active_connections",
    "stream_id",
    "stream_display_name",
    "last_active",
];

fn columns() -> impl Strategy<Value = Option<Vec<&'static str>>> {
    let names: Vec<&str> = KEYS.iter().copied().chain(["nothing", "ID"]).collect();
    prop::option::weighted(0.3, prop::collection::vec(select(names), 1..5))
}

fn query() -> impl Strategy<Value = Query> {
    (
        prop::option::of(select(vec![
            "a", "B", "ab", "%", "_", "'", "É", "0", "2026-", "-0", "1", "b%",
        ])),
        prop::option::of(-1..10i64),
        prop::option::of((0..14i64, any::<bool>())),
        prop::option::of(0..30usize),
        prop::option::of(0..12usize),
        prop::option::weighted(0.2, select(vec![0i64, 1, 88, 7])),
        columns(),
        columns(),
    )
        .prop_map(|(search, filter, order, start, limit, reseller, show, hide)| Query {
            search: search.map(str::to_owned),
            filter,
            order,
            start,
            limit,
            reseller,
            show,
            hide,
        })
}

impl Line {
    fn exp_date(&self) -> Option<String> {
        self.expires
            .map(|days| linecard::time::Zone::UTC.iso(MIDNIGHT + days * DAY).unwrap())
    }

    fn passes(&self, filter: i64) -> bool {
        let expired = self.expires.is_some_and(|days| MIDNIGHT + days * DAY <= NOW);
        match filter {
            1 => self.enabled && self.admin_enabled && !expired,
            2 => !self.enabled,
            3 => !self.admin_enabled,
            4 => expired,
            5 => self.is_trial,
            6 => self.is_restreamer,
            7 => self.is_stalker,
            8 => self
                .expires
                .is_some_and(|days| MIDNIGHT + days * DAY > NOW && MIDNIGHT + days * DAY <= NOW + 14 * DAY),
            _ => true,
        }
    }

    fn holds(&self, needle: &str) -> bool {
        let needle = needle.to_lowercase();
        let (exp_date, max) = (self.exp_date().unwrap_or_default(), self.max_connections.to_string());
        let printed = [
            &self.username,
            &self.password,
            &exp_date,
            &max,
            &self.reseller_notes,
            &self.admin_notes,
        ];
        printed.iter().any(|text| text.to_lowercase().contains(&needle))
    }

    /// The order of two lines by an order column; nulls come first.
    fn compare(&self, other: &Line, column: i64) -> Ordering {
        // Letters of ASCII sort without case.
        let text = |a: &str, b: &str| a.to_ascii_lowercase().cmp(&b.to_ascii_lowercase());
        let standing = |line: &Line| i64::from(line.enabled) - i64::from(line.admin_enabled);
        match column {
            1 => text(&self.username, &other.username),
            2 => text(&self.password, &other.password),
            3 => self.member_id.cmp(&other.member_id),
            4 => standing(self).cmp(&standing(other)),
            5 => (self.connections > 0).cmp(&(other.connections > 0)),
            6 => self.is_trial.cmp(&other.is_trial),
            7 => self.is_restreamer.cmp(&other.is_restreamer),
            8 => self.connections.cmp(&other.connections),
            9 => self.max_connections.cmp(&other.max_connections),
            10 => self.exp_date().cmp(&other.exp_date()),
            11 => self.last_activity.cmp(&other.last_activity),
            _ => Ordering::Equal,
        }
    }
}

/// The ids of the page and the total, as the contract says (section 6).
fn model(lines: &[Line], query: &Query) -> (Vec<i64>, usize) {
    let mut found: Vec<(i64, &Line)> = (1..)
        .zip(lines)
        .filter(|(_, line)| !line.hidden)
        .filter(|(_, line)| query.filter.is_none_or(|filter| line.passes(filter)))
        .filter(|(_, line)| query.search.as_ref().is_none_or(|needle| line.holds(needle)))
        .filter(|(_, line)| query.reseller.is_none_or(|reseller| line.member_id == reseller))
        .collect();
    if let Some((column, down)) = query.order {
        found.sort_by(|(a_id, a), (b_id, b)| {
            // Ties are by id upwards; an unknown column sorts by id, in the direction asked for.
            let by_column = if (1..12).contains(&column) {
                a.compare(b, column)
            } else {
                a_id.cmp(b_id)
            };
            let by_column = if down { by_column.reverse() } else { by_column };
            by_column.then(a_id.cmp(b_id))
        });
    }
    let total = found.len();
    let limit = query.limit.filter(|limit| *limit > 0).unwrap_or(50);
    let page = found.iter().skip(query.start.unwrap_or(0)).take(limit);
    (page.map(|(id, _)| *id).collect(), total)
}

fn keys(query: &Query) -> Vec<&'static str> {
    let shown = |key: &&&str| match (&query.show, &query.hide) {
        (Some(show), _) => show.contains(*key),
        (None, Some(hide)) => !hide.contains(*key),
        (None, None) => true,
    };
    KEYS.iter().filter(shown).copied().collect()
}

fn form(query: &Query) -> String {
    let encode = |text: &str| text.bytes().map(|b| format!("%{b:02X}")).collect::<String>();
    let mut form = String::new();
    let mut add = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            form += &format!("&{name}={value}");
        }
    };
    add("search[value]", query.search.as_deref().map(encode));
    add("filter", query.filter.map(|n| n.to_string()));
    add("order[0][column]", query.order.map(|(column, _)| column.to_string()));
    add(
        "order[0][dir]",
        query
            .order
            .map(|(_, down)| if down { "desc".into() } else { "asc".into() }),
    );
    add("start", query.start.map(|n| n.to_string()));
    add("limit", query.limit.map(|n| n.to_string()));
    add("reseller", query.reseller.map(|n| n.to_string()));
    add("show_columns", query.show.as_ref().map(|names| names.join(",")));
    add("hide_columns", query.hide.as_ref().map(|names| names.join(",")));
    form
}

fn store(panel: &Panel, lines: &[Line]) {
    let quoted = |text: &str| format!("'{}'", text.replace('\'', "''"));
    let null = |value: Option<String>| value.unwrap_or("NULL".into());
    panel.sql("DELETE FROM mag_devices");
    panel.sql("DELETE FROM lines_live");
    panel.sql("DELETE FROM lines");
    for (id, line) in (1i64..).zip(lines) {
        panel.sql(&format!(
            "INSERT INTO lines (id, username, password, exp_date, enabled, admin_enabled, is_trial, is_restreamer, is_stalker, is_mag,
                                max_connections, member_id, admin_notes, reseller_notes, last_activity)
             VALUES ({id}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {})",
            quoted(&line.username),
            quoted(&line.password),
            null(line.exp_date().as_deref().map(quoted)),
            line.enabled,
            line.admin_enabled,
            line.is_trial,
            line.is_restreamer,
            line.is_stalker,
            line.hidden,
            line.max_connections,
            line.member_id,
            quoted(&line.admin_notes),
            quoted(&line.reseller_notes),
            null(line.last_activity.map(|n| n.to_string())),
        ));
        for _ in 0..line.connections {
            panel.sql(&format!(
                "INSERT INTO lines_live (user_id, stream_id, server_id) VALUES ({id}, 10, 1)"
            ));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn a_list_of_lines_equals_its_model(
        lines in prop::collection::vec(line(), 0..30),
        queries in prop::collection::vec(query(), 60),
    ) {
        let panel = Panel::docs();
        store(&panel, &lines);
        for query in queries {
            let answer = panel.call("get_lines", &form(&query));
            let json: Value = serde_json::from_str(&answer).unwrap();
            let (ids, total) = model(&lines, &query);
            let limit = query.limit.filter(|limit| *limit > 0).unwrap_or(50);
            prop_assert_eq!(&json["recordsTotal"], &Value::from(total), "{:?}", query);
            prop_assert_eq!(&json["recordsFiltered"], &Value::from(total.min(limit)), "{:?}", query);
            let rows = json["data"].as_array().unwrap();
            prop_assert_eq!(rows.len(), ids.len(), "{:?}", query);
            for row in rows {
                let shown: Vec<&str> = row.as_object().unwrap().keys().map(String::as_str).collect();
                prop_assert_eq!(shown, keys(&query), "{:?}", query);
            }
            // With chosen columns the rows may have no id: ask again for ids alone.
            let query = Query { show: Some(vec!["id"]), hide: None, ..query };
            let answer = panel.call("get_lines", &form(&query));
            let json: Value = serde_json::from_str(&answer).unwrap();
            let shown: Vec<i64> = json["data"].as_array().unwrap().iter().map(|row| row["id"].as_i64().unwrap()).collect();
            prop_assert_eq!(shown, ids, "{:?}", query);
        }
    }
}
