//! What a repeat is answered by another process, and when the control plane moves the clock (contract "Reseller API",
//! section 4).

use crate::support::process::{Served, folder};
use crate::support::{Panel, data};

use super::asked;

fn called(served: &Served, params: &str) -> String {
    let path = format!("/access/reseller/index.php?api_key=RESELLER_KEY&{params}");
    served.client().get(&path).text()
}

#[test]
fn a_kept_answer_outlives_the_server() {
    let (_kept, db) = folder();
    let buy = "action=create_line&package=1&request_id=order-17";
    let credits = "action=user_info&show_columns=credits";
    let start = |more: &[&str]| Served::start(&[&["--db", db.as_str()], more].concat());
    let first = start(&["--seed", "docs"]);
    let bought = called(&first, buy);
    assert_eq!(data(&bought, "id"), "4523");
    assert!(first.end("-TERM").0.success());
    let second = start(&[]);
    assert_eq!(called(&second, buy), bought);
    // A server that is killed leaves the answer and the line, or neither.
    let other = called(&second, "action=create_line&package=1&request_id=order-18");
    assert_eq!(data(&other, "id"), "4524");
    second.end("-KILL");
    let third = start(&[]);
    assert_eq!(
        called(&third, "action=create_line&package=1&request_id=order-18"),
        other
    );
    assert_eq!(called(&third, buy), bought);
    assert_eq!(
        called(&third, "action=delete_line&id=4523"),
        r#"{"status":"STATUS_SUCCESS"}"#
    );
    assert_eq!(called(&third, buy), bought);
    assert_eq!(
        called(&third, credits),
        r#"{"status":"STATUS_SUCCESS","data":{"credits":40.00}}"#
    );
}

#[test]
fn the_control_plane_moves_the_clock_of_answers_and_trials() {
    let panel = Panel::docs_with(|config| config.control = true);
    panel
        .sql("UPDATE users_groups SET total_allowed_gen_trials = 1, total_allowed_gen_in = 'hours' WHERE group_id = 3");
    let put = |body: &str| {
        let answer = panel.client().request("PUT", "/_linecard/clock", &[], body.as_bytes());
        assert_eq!(answer.status, 200, "{answer:?}");
    };
    let no_trials = crate::support::failure("STATUS_NO_TRIALS", "Trials not allowed.");
    asked(&panel, "create_activecode", "package=1&request_id=c");
    let first = asked(&panel, "create_line", "package=6&trial=1&request_id=a");
    assert_eq!(data(&first, "id"), "4523");
    assert_eq!(asked(&panel, "create_line", "package=6&trial=1&request_id=a"), first);
    assert_eq!(
        asked(&panel, "create_line", "package=6&trial=1&request_id=b"),
        no_trials
    );
    put(r#"{"mode":"frozen","at":"2026-03-15T15:30:00Z"}"#);
    let second = asked(&panel, "create_line", "package=6&trial=1&request_id=b");
    assert_eq!(data(&second, "id"), "4524");
    assert_eq!(asked(&panel, "create_line", "package=6&trial=1&request_id=a"), first);
    put(r#"{"mode":"frozen","at":"2026-03-16T14:30:00Z"}"#);
    let third = asked(&panel, "create_line", "package=6&trial=1&request_id=a");
    assert_eq!(data(&third, "id"), "4525");
    // What is too old is forgotten when another answer is kept.
    let kept = "SELECT group_concat(request_id) FROM (SELECT request_id FROM linecard_reseller_answers ORDER BY 1)";
    assert_eq!(panel.sql_one(kept), "a,b");
    // A clock that goes back finds the answer that was kept last.
    put(r#"{"mode":"frozen","at":"2026-03-15T14:30:00Z"}"#);
    assert_eq!(asked(&panel, "create_line", "package=6&trial=1&request_id=a"), third);
}
