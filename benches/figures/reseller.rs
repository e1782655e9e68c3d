//! The Reseller API compared with the Admin API, alternately on one panel: the packages that a reseller sells against a
//! line, and lines that are sold against lines that are made.

use std::time::Duration;

use super::dialects::compare;
use super::requests::{address, get, get_from, panel, post, post_to};
use super::table::row;
use super::{Row, load};

const CONNECTIONS: usize = 32;
const TURN: Duration = Duration::from_secs(1);

/// The path and the key of the reseller of the documents.
const PAGE: &str = "/access/reseller/index.php";
const KEY: &str = "RESELLER_KEY";

pub fn rows() -> Vec<Row> {
    let docs = panel(":memory:", "docs");
    let shown = compare(
        |_| {
            load::run(address(&docs), CONNECTIONS, TURN, |_| {
                get("access", "BENCH_KEY", "get_line&id=4521")
            })
            .per_second
        },
        |_| load::run(address(&docs), CONNECTIONS, TURN, |_| get_from(PAGE, KEY, "packages")).per_second,
    );
    let folder = tempfile::tempdir().unwrap();
    let file = panel(folder.path().join("panel.db").to_str().unwrap(), "docs");
    // More than these turns can spend.
    let funds = |_| post("access", "BENCH_KEY", "adjust_credits&id=88&credits=90000000");
    load::run(address(&file), 1, Duration::from_millis(1), funds);
    let sold = compare(
        |turn| {
            let create = move |n| {
                let fields = format!("exp_date=1798761600&username=line{turn}x{n:08}&password=password");
                post("access", "BENCH_KEY", &format!("create_line&{fields}"))
            };
            load::run(address(&file), CONNECTIONS, TURN, create).per_second
        },
        |turn| {
            let create = move |n| {
                let fields = format!("package=1&username=sold{turn}x{n:08}&password=password");
                post_to(PAGE, KEY, &format!("create_line&{fields}"))
            };
            load::run(address(&file), CONNECTIONS, TURN, create).per_second
        },
    );
    vec![
        row(
            "`packages` of a reseller over HTTP against `get_line`",
            format!("{:.2} of it ({:.0}/s)", shown.0, shown.1),
            "at least 0.80",
        ),
        row(
            "a reseller's `create_line` over HTTP, durable, with its price and its log, against `create_line`",
            format!("{:.2} of it ({:.0}/s)", sold.0, sold.1),
            "at least 0.80",
        ),
    ]
}
