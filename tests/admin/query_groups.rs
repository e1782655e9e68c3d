//! `mysql_query` with groups in forms that SQLite refuses or takes otherwise; answers are those of MariaDB 10.11.19.

use crate::support::{Panel, failure};

#[test]
fn groups_answer_in_every_clause() {
    let panel = Panel::docs();
    for (sql, rows) in [
        ("SELECT COUNT(*) AS n FROM users HAVING 1", r#"{"n":2}"#),
        ("SELECT 7 AS a FROM users HAVING COUNT(*) > 1", r#"{"a":7}"#),
        ("SELECT 7 AS a FROM users HAVING COUNT(*) > 100", ""),
        (
            "SELECT 7 AS a FROM users WHERE id < 0 HAVING COUNT(*) = 0",
            r#"{"a":7}"#,
        ),
        ("SELECT 3 AS a FROM users ORDER BY COUNT(*)", r#"{"a":3}"#),
        // No place in the list: a test for NULL, and a decimal.
        (
            "SELECT 1.5 AS a, COUNT(*) AS n FROM users GROUP BY 'x' IS NULL",
            r#"{"a":1.5,"n":2}"#,
        ),
        ("SELECT COUNT(*) AS n FROM users GROUP BY 1.5", r#"{"n":2}"#),
        (
            "SELECT member_group_id AS g, (SELECT COUNT(*) FROM users_groups x WHERE x.group_id = u.member_group_id) AS k \
             FROM users u GROUP BY member_group_id ORDER BY 1",
            r#"{"g":3,"k":1},{"g":10,"k":1}"#,
        ),
        (
            "SELECT member_group_id AS g, SUM(credits) > ALL (SELECT id FROM bouquets) AS v FROM users GROUP BY g ORDER BY g",
            r#"{"g":3,"v":1},{"g":10,"v":0}"#,
        ),
        (
            "SELECT member_group_id AS g, RANK() OVER (ORDER BY COUNT(*) DESC) AS r FROM users GROUP BY 1 \
             HAVING COUNT(*) > 0 ORDER BY 1",
            r#"{"g":3,"r":1},{"g":10,"r":1}"#,
        ),
        // An aggregate of another query's column, where that query may have none.
        (
            "SELECT id FROM users u WHERE (SELECT COUNT(u.id) FROM bouquets) = 3 LIMIT 1",
            r#"{"id":1}"#,
        ),
    ] {
        assert_eq!(
            panel.mysql_query(sql),
            format!(r#"{{"status":"STATUS_SUCCESS","data":[{rows}]}}"#),
            "{sql}"
        );
    }
}

#[test]
fn having_names_no_window() {
    let panel = Panel::docs();
    assert_eq!(
        panel.mysql_query("SELECT ROW_NUMBER() OVER () AS n FROM users HAVING n > 1"),
        failure(
            "STATUS_FAILURE",
            "Query failed: Window function is allowed only in SELECT list and ORDER BY clause"
        )
    );
}

#[test]
fn a_value_sees_the_default_of_a_real_column() {
    let panel = Panel::docs();
    let sql =
        "INSERT INTO lines_live SET user_id = 4521, stream_id = 10, server_id = 1, container = CONCAT(divergence + 1)";
    assert!(panel.mysql_query(sql).contains(r#""affected_rows":1"#));
    assert_eq!(
        panel.sql("SELECT container FROM lines_live ORDER BY activity_id DESC LIMIT 1"),
        ["1"]
    );
}
