//! Raw SQL (contract, 7.11 and 10), as far as it goes: `SELECT` on at most one table.

use insta::assert_snapshot;
use serde_json::Value;

use super::bouquets::{invalid, missing};
use super::devices::ids;
use crate::support::{DONE, Panel, failure};

/// The first words that are refused whatever follows.
const REFUSED: &str = "CREATE ALTER DROP TRUNCATE RENAME GRANT REVOKE SET USE LOCK UNLOCK CALL DO HANDLER LOAD PREPARE \
    EXECUTE BEGIN START COMMIT ROLLBACK SAVEPOINT KILL FLUSH RESET OPTIMIZE ANALYZE CHECK REPAIR INSTALL UNINSTALL \
    SHUTDOWN XA ATTACH DETACH PRAGMA VACUUM REINDEX";

/// The answer to a statement.
fn ask(panel: &Panel, sql: &str) -> String {
    panel.call("mysql_query", &format!("query={}", encoded(sql)))
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

fn not_allowed(reason: &str) -> String {
    failure("STATUS_NO_PERMISSIONS", &format!("Query not allowed: {reason}"))
}

fn failed(reason: &str) -> String {
    failure("STATUS_FAILURE", &format!("Query failed: {reason}"))
}

/// The value of each expression, as JSON.
fn assert_values(panel: &Panel, cases: &[(&str, &str)]) {
    for (expression, expected) in cases {
        let answer = ask(panel, &format!("SELECT {expression} AS v"));
        let row = format!(r#"{{"status":"STATUS_SUCCESS","data":[{{"v":{expected}}}]}}"#);
        assert_eq!(answer, row, "{expression}");
    }
}

/// The lines for which each condition holds.
fn assert_lines(panel: &Panel, cases: &[(&str, &[i64])]) {
    for (condition, expected) in cases {
        let answer = ask(panel, &format!("SELECT id FROM lines WHERE {condition} ORDER BY id"));
        assert_eq!(ids(&answer), *expected, "{condition}");
    }
}

#[test]
fn the_query_is_needed_and_may_not_be_a_list() {
    let panel = Panel::docs();
    for sql in ["", " ", ";", " ; ; ", "-- x", "# x", "/* x */", "-- x\n;/* y */ ; # z"] {
        assert_eq!(ask(&panel, sql), missing("query"), "{sql}");
    }
    assert_eq!(panel.call("mysql_query", ""), missing("query"));
    assert_eq!(panel.call("mysql_query", "query[]=SELECT 1"), invalid("query"));
}

#[test]
fn rows_are_objects_by_the_labels_of_the_select_list() {
    let panel = Panel::docs();
    assert_snapshot!(ask(&panel, "SELECT id, username, exp_date FROM lines WHERE id > 4511"), @r#"{"status":"STATUS_SUCCESS","data":[{"id":4521,"username":"customer4521","exp_date":"2026-12-31"},{"id":4522,"username":"customer4522","exp_date":"2027-03-15"}]}"#);
    assert_snapshot!(ask(&panel, "SELECT id FROM lines WHERE id = 1"), @r#"{"status":"STATUS_SUCCESS","data":[]}"#);
    // An alias, a column's bare name, an expression as it is written.
    assert_snapshot!(ask(&panel, "SELECT l.id, max_connections AS `most of`, password secret, l.id+ 1 ,  IF(1 , 2,3) FROM xui.lines l LIMIT 1"), @r#"{"status":"STATUS_SUCCESS","data":[{"id":4510,"most of":1,"secret":"mag4510hiddenpass0000000000000aa","l.id+ 1":4511,"IF(1 , 2,3)":2}]}"#);
    assert_snapshot!(ask(&panel, "SELECT count( * ), max(id)/2 FROM lines"), @r#"{"status":"STATUS_SUCCESS","data":[{"count( * )":4,"max(id)\/2":2261}]}"#);
    // Of two equal labels the last counts, in the place of the first.
    assert_snapshot!(ask(&panel, "SELECT type AS a, id, code AS a FROM access_codes WHERE id = 1"), @r#"{"status":"STATUS_SUCCESS","data":[{"a":"spare0001","id":1}]}"#);
    // By GET as well, and lists' parameters mean nothing here.
    assert_snapshot!(panel.get("mysql_query", "query=SELECT+id,code+FROM+access_codes+ORDER+BY+id;&show_columns=id&limit=1"), @r#"{"status":"STATUS_SUCCESS","data":[{"id":1,"code":"spare0001"},{"id":2,"code":"access"}]}"#);
}

#[test]
fn a_star_is_all_columns_in_the_order_of_the_contract() {
    let panel = Panel::docs();
    let blocked = r#"{"status":"STATUS_SUCCESS","data":[{"id":5,"user_agent":"SomeScanner\/2.0","exact_match":0,"attempts_blocked":0}]}"#;
    for (star, alias) in [("*", ""), ("blocked_uas.*", ""), ("B.*", " AS b")] {
        let answer = ask(&panel, &format!("SELECT {star} FROM blocked_uas{alias}"));
        assert_eq!(answer, blocked, "{star}");
    }
    // JSON is text here, money is credits, an instant its unix seconds.
    assert_snapshot!(ask(&panel, "SELECT * FROM profiles"), @r#"{"status":"STATUS_SUCCESS","data":[{"profile_id":1,"profile_name":"720p","profile_options":"{\"video_codec_cpu\":\"libx264\",\"video_bitrate\":\"2500\"}"}]}"#);
    assert_snapshot!(ask(&panel, "SELECT *, amount * 2 FROM users_credits_logs"), @r#"{"status":"STATUS_SUCCESS","data":[{"id":1,"target_id":88,"admin_id":1,"amount":50,"date":1767225600,"reason":"first credits","amount * 2":100}]}"#);
    assert_snapshot!(ask(&panel, "SELECT * FROM epg"), @r#"{"status":"STATUS_SUCCESS","data":[{"id":1,"epg_name":"Demo EPG","epg_file":"http:\/\/epg.example\/guide.xml","last_updated":1773547200,"days_keep":7,"data":"{}","offset":0}]}"#);
}

#[test]
fn every_table_of_the_contract_can_be_read_and_nothing_is_cut_off() {
    let panel = Panel::docs();
    for table in linecard::store::schema::tables().filter(|table| table.is_public()) {
        let answer = ask(&panel, &format!("SELECT * FROM `{}`", table.name));
        let json: Value = serde_json::from_str(&answer).unwrap();
        let rows = json["data"].as_array().expect(&answer);
        let columns: Vec<&str> = table.columns().map(|column| column.name).collect();
        for row in rows {
            assert!(row.as_object().unwrap().keys().eq(columns.iter()), "{}", table.name);
        }
        let stored = panel.sql_one(&format!("SELECT count(*) FROM {}", table.name));
        assert_eq!(rows.len().to_string(), stored, "{}", table.name);
    }
    panel.sql(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)
         INSERT INTO blocked_isps (isp) SELECT i FROM n",
    );
    assert_eq!(ids(&ask(&panel, "SELECT id FROM blocked_isps")).len(), 3001);
}

#[test]
fn a_query_sees_what_the_call_before_it_wrote() {
    let panel = Panel::docs();
    panel.call(
        "create_line",
        "exp_date=2030-01-01 12:00&username=new&allowed_ips[]=::1",
    );
    assert_snapshot!(ask(&panel, "SELECT id, exp_date, allowed_ips, pair_id, created_at FROM lines WHERE username = 'new'"), @r#"{"status":"STATUS_SUCCESS","data":[{"id":4523,"exp_date":"2030-01-01 12:00:00","allowed_ips":"[\"::1\"]","pair_id":null,"created_at":1773585000}]}"#);
    panel.call("adjust_credits", "id=88&credits=-37.5");
    assert_snapshot!(ask(&panel, "SELECT credits, credits > 12, sum(credits) FROM users WHERE credits = '12.50'"), @r#"{"status":"STATUS_SUCCESS","data":[{"credits":12.5,"credits > 12":1,"sum(credits)":12.5}]}"#);
    assert_eq!(panel.call("delete_line", "id=4523"), DONE);
    assert_lines(&panel, &[("id = 4523", &[])]);
}

#[test]
fn names_are_bare_quoted_or_qualified_and_their_case_means_nothing() {
    let panel = Panel::docs();
    for sql in [
        "SELECT id FROM lines WHERE id = 4521",
        "select `id` from `lines` where `lines`.`id` = 4521",
        "SELECT lines.id FROM xui.LINES WHERE Lines.ID = 4521",
        "SELECT xui.lines.id FROM XUI.lines WHERE id=4521",
        "SELECT l.id FROM lines AS l WHERE L.id = 4521;",
        "SELECT id\n\tFROM/**/lines -- the rest\n WHERE # of it\n id = 4521 /* is\n here */ ;",
    ] {
        assert_eq!(
            ask(&panel, sql),
            r#"{"status":"STATUS_SUCCESS","data":[{"id":4521}]}"#,
            "{sql}"
        );
    }
    for (column, table) in [
        ("groups", "access_codes"),
        ("order", "servers"),
        ("similar", "streams_series"),
        ("data", "epg"),
        ("date", "blocked_ips"),
        ("type", "streams"),
        ("status", "users"),
    ] {
        for name in [column.to_owned(), format!("`{column}`"), format!("{table}.`{column}`")] {
            let answer = ask(&panel, &format!("SELECT {name} FROM {table} LIMIT 1"));
            let json: Value = serde_json::from_str(&answer).unwrap();
            let keys: Vec<&String> = json["data"][0].as_object().expect(&answer).keys().collect();
            assert_eq!(keys, [column], "{name}");
        }
    }
}

#[test]
fn texts_are_in_either_quotes_with_escapes() {
    assert_values(
        &Panel::docs(),
        &[
            (r#"'it''s "x"'"#, r#""it's \"x\"""#),
            (r#""a""b'c""#, r#""a\"b'c""#),
            (r#"'\'\"\\'"#, r#""'\"\\""#),
            (r"'a\nb\tc\rd'", r#""a\nb\tc\rd""#),
            // Those of LIKE stay for it.
            (r"'a\%b\_c'", r#""a\\%b\\_c""#),
            (r#"'a' 'b' "c""#, r#""abc""#),
            ("'/é📺'", r#""\/\u00e9\ud83d\udcfa""#),
            ("''", r#""""#),
        ],
    );
}

#[test]
fn numbers_truths_and_null() {
    assert_values(
        &Panel::docs(),
        &[
            ("1.50", "1.5"),
            (".5", "0.5"),
            ("1e3", "1000"),
            ("9223372036854775807", "9223372036854775807"),
            ("TRUE", "1"),
            ("false", "0"),
            ("NULL", "null"),
            ("7 / 2", "3.5"),
            ("4 / 2", "2"),
            ("7 % 3", "1"),
            ("-7 % 3", "-1"),
            ("1 / 0", "null"),
            ("1 % 0", "null"),
            ("2 + 3 * 4 - 1", "13"),
            ("(2 + 3) * -4", "-20"),
            // A text counts by the number that it begins with.
            ("'12abc' + 1", "13"),
            ("'3' * '1.5x'", "4.5"),
            ("'x' + 0", "0"),
            ("-'5'", "-5"),
            ("1 + NULL", "null"),
        ],
    );
}

#[test]
fn comparisons_are_0_1_or_null() {
    assert_values(
        &Panel::docs(),
        &[
            ("1 = 1", "1"),
            ("1 <> 1", "0"),
            ("1 != 2", "1"),
            ("2 < 10", "1"),
            ("'2' < '10'", "0"),
            ("'2' < 10", "1"),
            ("3 >= 4", "0"),
            ("2 <= 2", "1"),
            ("3 > 4", "0"),
            ("1 = NULL", "null"),
            ("1 <=> NULL", "0"),
            ("NULL <=> NULL", "1"),
            // Without case and trailing spaces.
            ("'a' = 'A  '", "1"),
            ("'a' < 'B'", "1"),
            ("' a' = 'a'", "0"),
            ("'' = 0", "1"),
            ("'4521abc' = 4521", "1"),
            ("NULL IS NULL", "1"),
            ("'' IS NULL", "0"),
            ("0 IS NOT NULL", "1"),
            ("1 IN (1, NULL)", "1"),
            ("2 IN (1, NULL)", "null"),
            ("2 NOT IN (1, NULL)", "null"),
            ("2 NOT IN (1, 3)", "1"),
            ("'a' IN ('b', 'A ')", "1"),
            ("5 IN ('x', '5y')", "1"),
            ("'a' IN ('b', 0)", "1"),
            ("2 BETWEEN 1 AND 2", "1"),
            ("'b' BETWEEN 'A' AND 'C'", "1"),
            ("10 BETWEEN '9' AND '11x'", "1"),
            ("2 NOT BETWEEN 1 AND 2", "0"),
            ("NULL BETWEEN 1 AND 2", "null"),
            ("'abc' LIKE 'A%'", "1"),
            ("'abc' LIKE 'a_c'", "1"),
            ("'abc' LIKE 'b%'", "0"),
            ("'abc' NOT LIKE 'a'", "1"),
            (r"'a%c' LIKE 'a\%c'", "1"),
            (r"'abc' LIKE 'a\%c'", "0"),
            ("'a_c' LIKE 'ax_c' ESCAPE 'x'", "1"),
            ("'abc' LIKE 'ax_c' ESCAPE 'x'", "0"),
            ("4521 LIKE '45%'", "1"),
            ("NULL LIKE 'a'", "null"),
            ("1 IS TRUE", "1"),
            ("NULL IS FALSE", "0"),
        ],
    );
}

#[test]
fn conditions_join_as_in_mysql() {
    assert_values(
        &Panel::docs(),
        &[
            ("1 AND 'x'", "0"),
            ("1 && 2", "1"),
            ("NULL AND 0", "0"),
            ("NULL AND 1", "null"),
            ("0 OR '1x'", "1"),
            ("'a' || 'b'", "0"),
            ("0 || 2", "1"),
            ("NULL OR 1", "1"),
            ("1 XOR 2", "0"),
            ("1 XOR 0", "1"),
            ("NULL XOR 1", "null"),
            ("NOT 0", "1"),
            ("NOT 'a'", "1"),
            ("NOT NULL", "null"),
            ("1 OR 1 AND 0", "1"),
        ],
    );
}

#[test]
fn functions_that_are_there_answer_as_in_mysql() {
    assert_values(
        &Panel::docs(),
        &[
            ("IF(1, 'a', 2)", r#""a""#),
            ("IF(NULL, 1, 2)", "2"),
            ("IF('0x', 1, 2)", "2"),
            ("IFNULL(NULL, 5)", "5"),
            ("IFNULL('a', 5)", r#""a""#),
            ("NULLIF(1, 1)", "null"),
            ("NULLIF('A ', 'b')", r#""A ""#),
            ("NULLIF('a', 'A ')", "null"),
            ("COALESCE(NULL, NULL, 'x')", r#""x""#),
            ("COALESCE(NULL)", "null"),
            ("COALESCE(3)", "3"),
            ("CONCAT('a', 1, 2.5)", r#""a12.5""#),
            ("CONCAT('a', NULL)", "null"),
            ("LENGTH('é')", "2"),
            ("CHAR_LENGTH('é')", "1"),
            ("LENGTH(12345)", "5"),
            ("LOWER('Ab')", r#""ab""#),
            ("lcase('Ab')", r#""ab""#),
            ("UPPER('Ab')", r#""AB""#),
            ("UCASE('Ab')", r#""AB""#),
            ("ABS('-3x')", "3"),
            ("ROUND(2.5)", "3"),
            ("ROUND(-2.5)", "-3"),
            ("ROUND(12.345, 1)", "12.3"),
            ("NOW()", r#""2026-03-15 14:30:00""#),
            ("CURRENT_TIMESTAMP", r#""2026-03-15 14:30:00""#),
            ("SYSDATE()", r#""2026-03-15 14:30:00""#),
            ("CURDATE()", r#""2026-03-15""#),
            ("CURRENT_DATE", r#""2026-03-15""#),
            ("UNIX_TIMESTAMP()", "1773585000"),
            ("DATABASE()", r#""xui""#),
            ("VERSION()", r#""10.11.6-MariaDB""#),
        ],
    );
}

#[test]
fn dates_are_those_of_the_panels_time_zone() {
    let zone = linecard::time::Zone::named("Asia/Tokyo").unwrap();
    let panel = Panel::docs_with(|config| config.timezone = zone);
    let cases = [("NOW()", r#""2026-03-15 23:30:00""#), ("CURDATE()", r#""2026-03-15""#)];
    assert_values(&panel, &cases);
    assert_values(&panel, &[("UNIX_TIMESTAMP()", "1773585000")]);
}

#[test]
fn aggregates_of_a_whole_table() {
    let panel = Panel::docs();
    assert_snapshot!(ask(&panel, "SELECT COUNT(*), COUNT(pid), COUNT(DISTINCT server_id), SUM(bitrate), MIN(bitrate), MAX(bitrate) FROM streams_servers"), @r#"{"status":"STATUS_SUCCESS","data":[{"COUNT(*)":6,"COUNT(pid)":3,"COUNT(DISTINCT server_id)":1,"SUM(bitrate)":6628,"MIN(bitrate)":128,"MAX(bitrate)":4000}]}"#);
    assert_snapshot!(ask(&panel, "SELECT AVG(max_connections) a, MAX(username) b, SUM(id) c FROM lines WHERE id > 4510 + 1"), @r#"{"status":"STATUS_SUCCESS","data":[{"a":1.5,"b":"customer4522","c":9043}]}"#);
    assert_snapshot!(ask(&panel, "SELECT COUNT(*) a, SUM(credits) b, MAX(id) c FROM users WHERE id = 0"), @r#"{"status":"STATUS_SUCCESS","data":[{"a":0,"b":null,"c":null}]}"#);
}

#[test]
fn where_picks_rows() {
    assert_lines(
        &Panel::docs(),
        &[
            ("1", &[4510, 4511, 4521, 4522]),
            ("'abc'", &[]),
            ("username = 'CUSTOMER4521  '", &[4521]),
            ("username IN ('Customer4522', 'x')", &[4522]),
            ("username LIKE 'CUST%'", &[4521, 4522]),
            (r"username LIKE 'customer\_%'", &[]),
            ("id = '4521abc'", &[4521]),
            ("id IN ('4521x', 4522)", &[4521, 4522]),
            ("id BETWEEN '4511' AND 4521.5", &[4511, 4521]),
            // Names that begin with no digit are 0 beside a number.
            ("username = 0 AND is_mag", &[4510]),
            ("exp_date > '2026-12-31'", &[4522]),
            ("exp_date <= NOW()", &[]),
            ("pair_id IS NULL AND last_activity IS NOT NULL", &[4522]),
            ("is_mag = 0 AND is_e2 = 0 AND NOT (max_connections > 1)", &[4522]),
            ("member_id = 88", &[4521, 4522]),
        ],
    );
}

#[test]
fn a_list_of_thousands_of_ids_is_no_trouble() {
    let many: Vec<String> = (1..10_000).map(|id| id.to_string()).collect();
    let condition = format!("id IN ({})", many.join(","));
    assert_lines(&Panel::docs(), &[(&condition, &[4510, 4511, 4521, 4522])]);
}

#[test]
fn rows_are_sorted_and_cut() {
    let panel = Panel::docs();
    for (rest, expected) in [
        ("ORDER BY id DESC", &[4522, 4521, 4511, 4510][..]),
        ("ORDER BY username", &[4521, 4522, 4511, 4510]),
        ("ORDER BY exp_date DESC, id ASC", &[4522, 4510, 4511, 4521]),
        // Null first; by an alias, a position, an expression.
        ("ORDER BY last_activity, 1", &[4510, 4511, 4521, 4522]),
        ("ORDER BY `n` DESC", &[4522, 4521, 4511, 4510]),
        ("ORDER BY 1 DESC LIMIT 1", &[4522]),
        ("ORDER BY id = 4511 DESC, -id", &[4511, 4522, 4521, 4510]),
        ("ORDER BY id LIMIT 1, 2", &[4511, 4521]),
        ("ORDER BY id LIMIT 2 OFFSET 1", &[4511, 4521]),
        ("ORDER BY id LIMIT 3, 99999999999999999999", &[4522]),
        ("ORDER BY id LIMIT 0", &[]),
        ("ORDER BY id LIMIT 9 OFFSET 9", &[]),
    ] {
        let answer = ask(&panel, &format!("SELECT id, id + 1 AS n FROM lines {rest}"));
        assert_eq!(ids(&answer), expected, "{rest}");
    }
    // Names sort without case.
    panel.sql("INSERT INTO blocked_isps (id, isp) VALUES (10, 'zeta'), (11, 'Alpha'), (12, 'Zorro')");
    assert_eq!(
        ids(&ask(&panel, "SELECT id FROM blocked_isps ORDER BY isp")),
        [11, 3, 10, 12]
    );
    assert_eq!(
        ask(&panel, "SELECT DISTINCT max_connections AS v FROM lines ORDER BY v"),
        r#"{"status":"STATUS_SUCCESS","data":[{"v":1},{"v":2}]}"#
    );
}

#[test]
fn distinct_ignores_case_and_trailing_spaces() {
    let panel = Panel::docs();
    panel.sql("INSERT INTO blocked_isps (isp) VALUES ('a'), ('A'), ('a  '), ('É'), ('é '), ('_')");
    for (sql, expected) in [
        (
            "SELECT DISTINCT isp AS i, blocked AS b FROM blocked_isps WHERE id > 3",
            r#"[{"i":"a","b":1},{"i":"\u00c9","b":1},{"i":"_","b":1}]"#,
        ),
        (
            "SELECT DISTINCT isp i FROM blocked_isps WHERE id > 3 ORDER BY i DESC LIMIT 2",
            r#"[{"i":"\u00c9"},{"i":"a"}]"#,
        ),
        ("SELECT COUNT(DISTINCT isp) AS n FROM blocked_isps", r#"[{"n":4}]"#),
        ("SELECT COUNT(isp) AS n FROM blocked_isps", r#"[{"n":7}]"#),
        (
            "SELECT MIN(isp) AS a, MAX(isp) AS z FROM blocked_isps WHERE isp IN ('_', 'A')",
            r#"[{"a":"_","z":"a"}]"#,
        ),
        (
            "SELECT COUNT(*) AS n FROM blocked_isps WHERE isp = 'é' OR isp IN ('É', 'x') OR isp < '_'",
            r#"[{"n":2}]"#,
        ),
        (
            "SELECT COUNT(*) AS n FROM blocked_isps WHERE isp = CONCAT('', 'A')",
            r#"[{"n":3}]"#,
        ),
    ] {
        let expected = format!(r#"{{"status":"STATUS_SUCCESS","data":{expected}}}"#);
        assert_eq!(ask(&panel, sql), expected, "{sql}");
    }
}

#[test]
fn the_rest_of_the_small_operators_and_letters() {
    let cases = [
        ("!0", "1"),
        ("!'1x'", "0"),
        ("!!5", "1"),
        ("!NULL", "null"),
        ("7 MOD 3", "1"),
        ("7 mod (4)", "3"),
        ("MOD(7, 3)", "1"),
        ("7 MOD 0", "null"),
        ("5.5 % 2", "1.5"),
        ("-5.5 % 2", "-1.5"),
        ("'7x' % 2.5", "2"),
        ("5 % NULL", "null"),
        ("7 DIV 2", "3"),
        ("-7 DIV 2", "-3"),
        ("7.9 DIV 2", "3"),
        ("'7x' DIV 2", "3"),
        ("7 DIV 0", "null"),
        ("9223372036854775807 DIV 2", "4611686018427387903"),
        ("UPPER('é')", r#""\u00c9""#),
        ("LOWER('É')", r#""\u00e9""#),
        // Letter by letter: none becomes two.
        ("UPPER('straße')", r#""STRA\u00dfE""#),
        ("UPPER(NULL)", "null"),
        (r"LENGTH('a\0b')", "3"),
        (r"CHAR_LENGTH('a\0é')", "3"),
        (r"CONCAT('a\0', 'b')", r#""a\u0000b""#),
        (r"'a\0b' = 'A\0B '", "1"),
        (r"'a\0b' = 'a\0c'", "0"),
        (r"'a\0b' = 'a'", "0"),
        (r"'a\0b' IN ('a', 'A\0B')", "1"),
    ];
    assert_values(&Panel::docs(), &cases);
}

#[test]
fn operators_bind_as_strongly_as_in_mysql() {
    let cases = [
        ("1 = 2 || 2 = 2", "1"),
        ("2 = 2 && 3 = 3", "1"),
        ("0 && 0 || 1", "1"),
        ("1 || 0 && 0", "1"),
        ("2 = 2 XOR 3 = 3", "0"),
        ("1 XOR 1 AND 0", "1"),
        ("1 OR 1 XOR 1", "1"),
        ("NOT 2 = 3", "1"),
        ("!2 = 3", "0"),
        ("!1 + 1", "1"),
        ("1 + 7 MOD 4", "4"),
        ("2 * 7 MOD 4", "2"),
        ("9 - 7 DIV 2", "6"),
    ];
    assert_values(&Panel::docs(), &cases);
}

#[test]
fn some_first_words_are_refused_whatever_follows() {
    let panel = Panel::docs();
    for word in REFUSED.split_whitespace() {
        for sql in [
            word.to_owned(),
            format!("{} x; SELECT 1", word.to_lowercase()),
            format!("/* a */ ; {word} )( 'never closed"),
        ] {
            assert_eq!(ask(&panel, &sql), not_allowed(word), "{sql}");
        }
    }
    for (sql, reason) in [
        ("DROP TABLE lines", "DROP TABLE"),
        ("truncate table `lines`", "TRUNCATE TABLE"),
        ("TRUNCATE lines", "TRUNCATE"),
        ("Create /* x */ User u", "CREATE USER"),
        ("SET @a = 1", "SET"),
    ] {
        assert_eq!(ask(&panel, sql), not_allowed(reason), "{sql}");
    }
    assert_eq!(ids(&panel.get("get_lines", "")), [4521, 4522]);
}

#[test]
fn what_is_no_sql_is_invalid() {
    let panel = Panel::docs();
    for sql in [
        "hello world",
        "SELEC 1",
        "SELECT",
        "SELECT FROM lines",
        "SELECT * FROM",
        "SELECT * FROM lines WHERE",
        "SELECT 1 +",
        "SELECT (1",
        "SELECT 'never closed",
        "SELECT `never closed",
        "SELECT id FROM lines LIMIT",
        "SELECT id id id FROM lines",
        "1",
        "(",
        "'DROP TABLE lines'",
    ] {
        let answer = ask(&panel, sql);
        let reason = answer
            .strip_prefix(r#"{"status":"STATUS_INVALID_INPUT","data":{},"error":"Invalid query: "#)
            .and_then(|rest| rest.strip_suffix(r#""}"#));
        // The words are the parser's; it says them in its own name nowhere.
        assert!(
            reason.is_some_and(|reason| !reason.is_empty() && !reason.contains("parser")),
            "{sql}: {answer}"
        );
    }
}

#[test]
fn statements_that_are_parsed_may_still_be_refused() {
    let panel = Panel::docs();
    for (sql, reason) in [
        ("SELECT 1; SELECT 2", "more than one statement"),
        ("SELECT 1; DROP TABLE lines", "more than one statement"),
        ("SELECT id FROM lines FOR UPDATE", "FOR UPDATE"),
        ("SELECT id FROM lines LOCK IN SHARE MODE", "LOCK IN SHARE MODE"),
        ("SELECT id INTO OUTFILE '/tmp/x' FROM lines", "SELECT INTO OUTFILE"),
        ("SELECT id FROM lines INTO OUTFILE '/tmp/x'", "SELECT INTO OUTFILE"),
        ("SELECT id FROM lines INTO DUMPFILE '/tmp/x'", "SELECT INTO DUMPFILE"),
        ("SELECT id INTO @x FROM lines", "SELECT INTO"),
        ("SELECT id FROM lines INTO @x, @y", "SELECT INTO"),
        ("EXPLAIN SELECT 1", "EXPLAIN of a statement"),
        ("DESCRIBE SELECT 1", "EXPLAIN of a statement"),
        ("SHOW DATABASES", "SHOW DATABASES"),
        ("SHOW VARIABLES", "SHOW VARIABLES"),
        ("SHOW PROCESSLIST", "SHOW PROCESSLIST"),
        ("SHOW GRANTS", "SHOW GRANTS"),
        ("SELECT @x", "variables"),
        ("SELECT @x := 1", "variables"),
        ("SELECT @`x`", "variables"),
        ("SELECT @'x'", "variables"),
        ("SELECT id FROM lines WHERE id = @@version", "variables"),
        ("SELECT @@global.version", "variables"),
        ("SELECT LOAD_FILE('/etc/passwd')", "LOAD_FILE"),
        ("SELECT id FROM lines WHERE sleep(9)", "SLEEP"),
        ("SELECT 1 + Benchmark(1, 1)", "BENCHMARK"),
        ("SELECT IF(GET_LOCK('a', 1), 1, 2)", "GET_LOCK"),
        ("SELECT RELEASE_LOCK('a')", "RELEASE_LOCK"),
        ("SELECT id FROM lines ORDER BY SYS_EXEC('id')", "SYS_EXEC"),
        ("SELECT SYS_EVAL('id')", "SYS_EVAL"),
        ("SELECT * FROM mysql.user", "the schema of mysql.user"),
        (
            "SELECT * FROM information_schema.tables",
            "the schema of information_schema.tables",
        ),
        (
            "SELECT * FROM performance_schema.threads",
            "the schema of performance_schema.threads",
        ),
        ("SELECT * FROM sys.version", "the schema of sys.version"),
        ("SELECT * FROM main.lines", "the schema of main.lines"),
        ("SELECT * FROM lines, mysql.user", "the schema of mysql.user"),
        ("SELECT * FROM lines JOIN mysql.user", "the schema of mysql.user"),
        ("SELECT * FROM linecard_totals", "the table linecard_totals"),
        ("SELECT * FROM xui.`LINECARD_GATES`", "the table LINECARD_GATES"),
        ("SELECT * FROM sqlite_master", "the table sqlite_master"),
        ("SELECT * FROM `sqlite_schema` s", "the table sqlite_schema"),
        ("SELECT 1 FROM lines JOIN sqlite_sequence", "the table sqlite_sequence"),
    ] {
        assert_eq!(ask(&panel, sql), not_allowed(reason), "{sql}");
    }
}

#[test]
fn what_is_refused_comes_before_what_fails() {
    let panel = Panel::docs();
    for (sql, reason) in [
        ("SELECT SLEEP(1) FROM nowhere", "SLEEP"),
        ("SELECT nothing, SLEEP(1) FROM lines", "SLEEP"),
        ("SELECT `sleep`(1)", "SLEEP"),
        ("SELECT NOTHING(SLEEP(1), ?)", "SLEEP"),
        ("SELECT CASE WHEN SLEEP(1) THEN 1 END", "SLEEP"),
        ("SELECT CAST(SLEEP(1) AS CHAR)", "SLEEP"),
        ("SELECT NOW() + INTERVAL SLEEP(1) DAY", "SLEEP"),
        ("SELECT id FROM lines GROUP BY id HAVING SLEEP(1)", "SLEEP"),
        ("SELECT GROUP_CONCAT(id ORDER BY SLEEP(1)) FROM lines", "SLEEP"),
        ("SELECT 1 FROM lines JOIN users ON SLEEP(1)", "SLEEP"),
        ("SELECT /*!50000 SLEEP(1) */", "SLEEP"),
        ("(SELECT SLEEP(1))", "SLEEP"),
        ("WITH x AS (SELECT SLEEP(1)) SELECT * FROM x", "SLEEP"),
        ("SELECT id FROM lines LIMIT @x", "variables"),
        ("SELECT 1 UNION SELECT @x", "variables"),
        ("SELECT EXISTS (SELECT @x)", "variables"),
        ("SELECT (SELECT id FROM lines FOR UPDATE)", "FOR UPDATE"),
        (
            "SELECT id FROM lines WHERE id IN (SELECT id FROM mysql.user)",
            "the schema of mysql.user",
        ),
        (
            "SELECT 1 FROM (SELECT 1 FROM sqlite_master) x",
            "the table sqlite_master",
        ),
        ("SELECT mysql.lines.* FROM lines", "the schema of mysql.lines"),
        ("SELECT mysql.lines.id FROM lines", "the schema of mysql.lines.id"),
        ("SELECT mysql.f(1)", "the schema of mysql.f"),
        ("SHOW TABLES FROM mysql", "the schema of mysql"),
        ("SHOW COLUMNS FROM user FROM mysql", "the schema of mysql.user"),
        ("DESC mysql.user", "the schema of mysql.user"),
        ("INSERT INTO linecard_totals VALUES (1)", "the table linecard_totals"),
        ("INSERT INTO lines (id) VALUES (1), (SLEEP(1))", "SLEEP"),
        ("INSERT INTO lines SET id = @x", "variables"),
        (
            "INSERT INTO lines (id) SELECT id FROM mysql.user",
            "the schema of mysql.user",
        ),
        (
            "INSERT INTO lines (id) VALUES (1) ON DUPLICATE KEY UPDATE id = SLEEP(1)",
            "SLEEP",
        ),
        ("REPLACE INTO sqlite_sequence VALUES (1)", "the table sqlite_sequence"),
        ("UPDATE lines SET id = SLEEP(1)", "SLEEP"),
        ("UPDATE lines JOIN mysql.user u SET id = 1", "the schema of mysql.user"),
        ("DELETE FROM lines WHERE id = SLEEP(1)", "SLEEP"),
        ("DELETE FROM lines ORDER BY SLEEP(1) LIMIT 1", "SLEEP"),
        ("DELETE mysql.user FROM lines", "the schema of mysql.user"),
        ("DELETE FROM sqlite_master", "the table sqlite_master"),
    ] {
        assert_eq!(ask(&panel, sql), not_allowed(reason), "{sql}");
    }
}

#[test]
fn refused_words_are_harmless_in_texts_names_and_comments() {
    let panel = Panel::docs();
    assert_snapshot!(ask(&panel, "SELECT 'DROP TABLE lines; @x' AS `drop`, \"SLEEP(1) INTO OUTFILE\" AS `sleep` /* DROP TABLE */ -- SET x"), @r#"{"status":"STATUS_SUCCESS","data":[{"drop":"DROP TABLE lines; @x","sleep":"SLEEP(1) INTO OUTFILE"}]}"#);
    assert_lines(
        &panel,
        &[("username <> 'FOR UPDATE' AND id = 4521 # INTO OUTFILE\n", &[4521])],
    );
}

#[test]
fn what_does_not_exist_fails_when_run() {
    let panel = Panel::docs();
    for (sql, reason) in [
        ("SELECT * FROM nowhere", "table 'xui.nowhere' does not exist"),
        ("SELECT nothing FROM lines", "unknown column 'nothing'"),
        ("SELECT 1 FROM lines WHERE nothing = 1", "unknown column 'nothing'"),
        ("SELECT id FROM lines ORDER BY nothing", "unknown column 'nothing'"),
        ("SELECT users.id FROM lines", "unknown column 'users.id'"),
        ("SELECT lines.id FROM lines l", "unknown column 'lines.id'"),
        ("SELECT x.* FROM lines", "unknown table 'x'"),
        ("SELECT id", "unknown column 'id'"),
        ("SELECT *", "no tables used"),
        // Names that SQLite would know.
        ("SELECT rowid FROM lines", "unknown column 'rowid'"),
        ("SELECT ?", "there is no value for a ? placeholder"),
        ("SELECT MAX(id, 2) FROM lines", "MAX takes one value"),
        ("SELECT SUM(1, 2)", "wrong number of arguments to function sum()"),
        (
            "SELECT id FROM lines LIMIT 1 + 1",
            "LIMIT takes whole numbers, not 1 + 1",
        ),
    ] {
        assert_eq!(ask(&panel, sql), failed(reason), "{sql}");
    }
}

#[test]
fn what_is_not_supported_yet_says_so_and_changes_nothing() {
    let panel = Panel::docs();
    for (sql, what) in [
        ("INSERT INTO lines (id) VALUES (1)", "INSERT and REPLACE are"),
        ("REPLACE INTO lines (id) VALUES (4521)", "INSERT and REPLACE are"),
        ("UPDATE lines SET id = id + 1", "UPDATE is"),
        ("DELETE FROM lines", "DELETE is"),
        ("SHOW TABLES", "SHOW is"),
        ("SHOW COLUMNS FROM lines", "SHOW is"),
        ("DESCRIBE lines", "DESCRIBE is"),
        ("DESC lines", "DESCRIBE is"),
        ("EXPLAIN lines", "DESCRIBE is"),
        ("WITH x AS (SELECT 1) SELECT * FROM x", "WITH is"),
        (
            "SELECT 1 UNION SELECT 2",
            "UNION, VALUES and queries in parentheses are",
        ),
        ("SELECT 1 FROM lines, users", "joins are"),
        ("SELECT 1 FROM lines LEFT JOIN users USING (id)", "joins are"),
        ("SELECT 1 FROM (SELECT 1) x", "derived tables are"),
        ("SELECT (SELECT 1)", "subqueries are"),
        ("SELECT id FROM lines WHERE id IN (SELECT 1)", "subqueries are"),
        ("SELECT id FROM lines WHERE EXISTS (SELECT 1)", "subqueries are"),
        ("SELECT id FROM lines GROUP BY id", "GROUP BY and HAVING are"),
        ("SELECT id FROM lines HAVING id", "GROUP BY and HAVING are"),
        ("SELECT 5 & 3", "the operator & is"),
        ("SELECT 0x41", "X'41' is"),
        ("SELECT CAST('1' AS SIGNED)", "CAST('1' AS SIGNED) is"),
        ("SELECT CASE WHEN 1 THEN 2 END", "CASE WHEN 1 THEN 2 END is"),
        ("SELECT NOTHING(1)", "the function NOTHING with 1 arguments is"),
        // Functions of SQLite's that MySQL does not have.
        (
            "SELECT sqlite_version()",
            "the function SQLITE_VERSION with 0 arguments is",
        ),
        (
            "SELECT load_extension('x')",
            "the function LOAD_EXTENSION with 1 arguments is",
        ),
        ("SELECT ROW_NUMBER() OVER ()", "this form of ROW_NUMBER is"),
    ] {
        assert_eq!(ask(&panel, sql), failed(&format!("{what} not supported yet")), "{sql}");
    }
    assert_eq!(panel.sql("SELECT id FROM lines"), ["4510", "4511", "4521", "4522"]);
}

/// The parser makes a level of each operator, and levels take stack.
#[test]
fn long_rows_of_operators_are_answered() {
    let panel = Panel::docs();
    for form in ["1 OR ", "1 + ", "1 UNION SELECT ", "1, 2 UNION SELECT ", "1 DIV "] {
        for (times, too_many) in [(900, false), (50_000, true)] {
            let answer = ask(&panel, &format!("SELECT {}1", form.repeat(times)));
            let refusal = failure("STATUS_INVALID_INPUT", "Invalid query: too many operators in a row");
            assert_eq!(answer == refusal, too_many, "{form} {answer:.200}");
        }
    }
    for form in [" IS NULL", " IN (1)", " BETWEEN 0 AND 1", " LIKE 1", "->1"] {
        for times in [900, 50_000] {
            let answer = ask(&panel, &format!("SELECT 1{}", form.repeat(times)));
            assert!(answer.starts_with(r#"{"status":"STATUS_"#), "{form} {answer:.200}");
        }
    }
    let some = vec!["id = 4521"; 300].join(" OR ");
    assert_lines(&panel, &[(&some, &[4521])]);
}

/// Some forms are written with their operand twice: each level would double the statement.
#[test]
fn many_levels_of_a_short_statement_are_refused_at_once() {
    let panel = Panel::docs();
    let between = format!("SELECT {}1{}", "(".repeat(40), " BETWEEN 0 AND 1)".repeat(40));
    let nullif = format!("SELECT {}1{}", "NULLIF(".repeat(40), ", 0)".repeat(40));
    for sql in [between, nullif] {
        assert_eq!(ask(&panel, &sql), failed("the statement is too long"));
    }
}
