//! `mysql_query` as an action (contract, 10.1, 10.2, 10.4): what it takes, in which order it refuses, the form of its
//! rows, names. What SQL answers is compared with MariaDB in `tests/mysql`.

use insta::assert_snapshot;
use serde_json::Value;

use super::bouquets::{invalid, missing};
use super::devices::ids;
use crate::support::{DONE, Panel, failure};

/// The first words that are refused whatever follows (10.4).
const REFUSED: &str = "CREATE ALTER DROP TRUNCATE RENAME GRANT REVOKE SET USE LOCK UNLOCK CALL DO HANDLER LOAD PREPARE \
    EXECUTE BEGIN START COMMIT ROLLBACK SAVEPOINT KILL FLUSH RESET OPTIMIZE ANALYZE CHECK REPAIR INSTALL UNINSTALL \
    SHUTDOWN XA ATTACH DETACH PRAGMA VACUUM REINDEX";

fn rows(rows: &str) -> String {
    format!(r#"{{"status":"STATUS_SUCCESS","data":{rows}}}"#)
}

fn not_allowed(reason: &str) -> String {
    failure("STATUS_NO_PERMISSIONS", &format!("Query not allowed: {reason}"))
}

fn failed(reason: &str) -> String {
    failure("STATUS_FAILURE", &format!("Query failed: {reason}"))
}

/// The answer to what is no SQL from this text on.
fn no_sql(rest: &str, line: usize) -> String {
    let words = "You have an error in your SQL syntax; check the manual that corresponds to your MariaDB server version \
                 for the right syntax to use near";
    failure(
        "STATUS_INVALID_INPUT",
        &format!("Invalid query: {words} '{rest}' at line {line}"),
    )
}

#[test]
fn the_query_is_needed_and_may_not_be_a_list() {
    let panel = Panel::docs();
    for sql in ["", " ", ";", " ; ; ", "-- x", "# x", "/* x */", "-- x\n;/* y */ ; # z"] {
        assert_eq!(panel.mysql_query(sql), missing("query"), "{sql}");
    }
    assert_eq!(panel.call("mysql_query", ""), missing("query"));
    assert_eq!(panel.call("mysql_query", "query[]=SELECT 1"), invalid("query"));
}

#[test]
fn rows_are_objects_by_the_labels_of_the_select_list() {
    let panel = Panel::docs();
    assert_snapshot!(panel.mysql_query("SELECT id, username, exp_date FROM lines WHERE id > 4511"), @r#"{"status":"STATUS_SUCCESS","data":[{"id":4521,"username":"customer4521","exp_date":"2026-12-31"},{"id":4522,"username":"customer4522","exp_date":"2027-03-15"}]}"#);
    assert_eq!(panel.mysql_query("SELECT id FROM lines WHERE id = 1"), rows("[]"));
    // An alias, a column's bare name as it is written, an expression as it is written.
    assert_snapshot!(panel.mysql_query("SELECT l.id, max_connections AS `most of`, l.PASSWORD, password secret, l.id+ 1 ,  IF(1 , 2,3) FROM xui.lines l LIMIT 1"), @r#"{"status":"STATUS_SUCCESS","data":[{"id":4510,"most of":1,"PASSWORD":"mag4510hiddenpass0000000000000aa","secret":"mag4510hiddenpass0000000000000aa","l.id+ 1":4511,"IF(1 , 2,3)":2}]}"#);
    assert_snapshot!(panel.mysql_query("SELECT count( * ), (SELECT 1), 'a' 'b', -id, NOT id FROM lines WHERE id = 4521"), @r#"{"status":"STATUS_SUCCESS","data":[{"count( * )":1,"(SELECT 1)":1,"ab":"ab","-id":-4521,"NOT id":0}]}"#);
    // Of two equal labels the last counts, in the place of the first.
    assert_snapshot!(panel.mysql_query("SELECT type AS a, id, code AS a FROM access_codes WHERE id = 1"), @r#"{"status":"STATUS_SUCCESS","data":[{"a":"spare0001","id":1}]}"#);
    // By GET as well, and lists' parameters mean nothing here.
    assert_snapshot!(panel.get("mysql_query", "query=SELECT+id,code+FROM+access_codes+ORDER+BY+id;&show_columns=id&limit=1"), @r#"{"status":"STATUS_SUCCESS","data":[{"id":1,"code":"spare0001"},{"id":2,"code":"access"}]}"#);
}

#[test]
fn numbers_are_json_numbers_and_all_else_is_text() {
    let panel = Panel::docs();
    assert_snapshot!(panel.mysql_query("SELECT COUNT(*) a, SUM(credits) b, AVG(credits) c, MAX(credits) d FROM users"), @r#"{"status":"STATUS_SUCCESS","data":[{"a":2,"b":50,"c":25,"d":50}]}"#);
    assert_snapshot!(panel.mysql_query("SELECT 1.50 a, 10/3 b, 10/2 c, 1e3 d, 1e300 e, 1e-7 f, 0.1e0+0.2e0 g, 1=1 h, 1>2 i, TRUE j, NULL k"), @r#"{"status":"STATUS_SUCCESS","data":[{"a":1.5,"b":3.3333,"c":5,"d":1000,"e":1.0e+300,"f":1.0e-7,"g":0.30000000000000004,"h":1,"i":0,"j":1,"k":null}]}"#);
    assert_snapshot!(panel.mysql_query("SELECT 9223372036854775807 a, -9223372036854775808 b, ~0 c, 12345678901234567890.12 d"), @r#"{"status":"STATUS_SUCCESS","data":[{"a":9223372036854775807,"b":-9223372036854775808,"c":18446744073709551615,"d":12345678901234567890.12}]}"#);
    assert_snapshot!(panel.mysql_query("SELECT NOW() a, CURDATE() b, CURTIME() c, UNIX_TIMESTAMP() d, '1' e, 'é/📺' f, 0x41 g, JSON_ARRAY(1,'a') h"), @r#"{"status":"STATUS_SUCCESS","data":[{"a":"2026-03-15 14:30:00","b":"2026-03-15","c":"14:30:00","d":1773585000,"e":"1","f":"\u00e9\/\ud83d\udcfa","g":"A","h":"[1, \"a\"]"}]}"#);
}

#[test]
fn a_star_is_all_columns_in_the_order_of_the_contract() {
    let panel = Panel::docs();
    let blocked = rows(r#"[{"id":5,"user_agent":"SomeScanner\/2.0","exact_match":0,"attempts_blocked":0}]"#);
    for (star, alias) in [("*", ""), ("blocked_uas.*", ""), ("B.*", " AS b")] {
        let answer = panel.mysql_query(&format!("SELECT {star} FROM blocked_uas{alias}"));
        assert_eq!(answer, blocked, "{star}");
    }
    // JSON is text here, money is credits, an instant its unix seconds.
    assert_snapshot!(panel.mysql_query("SELECT * FROM profiles"), @r#"{"status":"STATUS_SUCCESS","data":[{"profile_id":1,"profile_name":"720p","profile_options":"{\"video_codec_cpu\":\"libx264\",\"video_bitrate\":\"2500\"}"}]}"#);
    assert_snapshot!(panel.mysql_query("SELECT *, amount * 2 FROM users_credits_logs"), @r#"{"status":"STATUS_SUCCESS","data":[{"id":1,"target_id":88,"admin_id":1,"amount":50,"date":1767225600,"reason":"first credits","amount * 2":100}]}"#);
    assert_snapshot!(panel.mysql_query("SELECT * FROM epg"), @r#"{"status":"STATUS_SUCCESS","data":[{"id":1,"epg_name":"Demo EPG","epg_file":"http:\/\/epg.example\/guide.xml","last_updated":1773547200,"days_keep":7,"data":"{}","offset":0}]}"#);
}

#[test]
fn every_table_of_the_contract_can_be_read_and_nothing_is_cut_off() {
    let panel = Panel::docs();
    for table in linecard::store::schema::tables().filter(|table| table.is_public()) {
        let answer = panel.mysql_query(&format!("SELECT * FROM `{}`", table.name));
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
    assert_eq!(ids(&panel.mysql_query("SELECT id FROM blocked_isps")).len(), 3001);
}

#[test]
fn a_query_sees_what_the_call_before_it_wrote() {
    let panel = Panel::docs();
    panel.call(
        "create_line",
        "exp_date=2030-01-01 12:00&username=new&allowed_ips[]=::1",
    );
    assert_snapshot!(panel.mysql_query("SELECT id, exp_date, allowed_ips, pair_id, created_at FROM lines WHERE username = 'new'"), @r#"{"status":"STATUS_SUCCESS","data":[{"id":4523,"exp_date":"2030-01-01 12:00:00","allowed_ips":"[\"::1\"]","pair_id":null,"created_at":1773585000}]}"#);
    panel.call("adjust_credits", "id=88&credits=-37.5");
    assert_snapshot!(panel.mysql_query("SELECT credits, credits > 12, sum(credits) FROM users WHERE credits = '12.5'"), @r#"{"status":"STATUS_SUCCESS","data":[{"credits":12.5,"credits > 12":1,"sum(credits)":12.5}]}"#);
    assert_eq!(panel.call("delete_line", "id=4523"), DONE);
    assert_eq!(panel.mysql_query("SELECT id FROM lines WHERE id = 4523"), rows("[]"));
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
            panel.mysql_query(sql),
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
            let answer = panel.mysql_query(&format!("SELECT {name} FROM {table} LIMIT 1"));
            let json: Value = serde_json::from_str(&answer).unwrap();
            let keys: Vec<&String> = json["data"][0].as_object().expect(&answer).keys().collect();
            assert_eq!(keys, [column], "{name}");
        }
    }
}

#[test]
fn dates_are_those_of_the_panels_time_zone() {
    let zone = linecard::time::Zone::named("Asia/Tokyo").unwrap();
    let panel = Panel::docs_with(|config| config.timezone = zone);
    assert_snapshot!(panel.mysql_query("SELECT NOW() a, CURDATE() b, UNIX_TIMESTAMP() c, FROM_UNIXTIME(1773585000) d, UNIX_TIMESTAMP('2026-03-15 23:30:00') e"), @r#"{"status":"STATUS_SUCCESS","data":[{"a":"2026-03-15 23:30:00","b":"2026-03-15","c":1773585000,"d":"2026-03-15 23:30:00","e":1773585000}]}"#);
}

#[test]
fn a_list_of_thousands_of_ids_is_no_trouble() {
    let many: Vec<String> = (1..10_000).map(|id| id.to_string()).collect();
    let sql = format!("SELECT id FROM lines WHERE id IN ({}) ORDER BY id", many.join(","));
    assert_eq!(ids(&Panel::docs().mysql_query(&sql)), [4510, 4511, 4521, 4522]);
}

#[test]
fn tables_and_columns_are_shown() {
    let panel = Panel::docs();
    let public = linecard::store::schema::tables().filter(|table| table.is_public());
    let mut names: Vec<&str> = public.map(|table| table.name).collect();
    names.sort_unstable();
    let shown: Vec<String> = names
        .iter()
        .map(|name| format!(r#"{{"Tables_in_xui":"{name}"}}"#))
        .collect();
    assert_eq!(
        panel.mysql_query("SHOW TABLES"),
        rows(&format!("[{}]", shown.join(",")))
    );
    assert_snapshot!(panel.mysql_query("SHOW TABLES LIKE 'lines_l%'"), @r#"{"status":"STATUS_SUCCESS","data":[{"Tables_in_xui (lines_l%)":"lines_live"},{"Tables_in_xui (lines_l%)":"lines_logs"}]}"#);
    let columns = panel.mysql_query("DESCRIBE access_codes");
    assert_snapshot!(columns, @r#"{"status":"STATUS_SUCCESS","data":[{"Field":"id","Type":"int(11)","Null":"NO","Key":"PRI","Default":null,"Extra":"auto_increment"},{"Field":"code","Type":"varchar(255)","Null":"NO","Key":"UNI","Default":"","Extra":""},{"Field":"type","Type":"int(11)","Null":"NO","Key":"","Default":"3","Extra":""},{"Field":"enabled","Type":"tinyint(4)","Null":"NO","Key":"","Default":"1","Extra":""},{"Field":"groups","Type":"mediumtext","Null":"NO","Key":"","Default":"'[]'","Extra":""},{"Field":"whitelist","Type":"mediumtext","Null":"NO","Key":"","Default":"'[]'","Extra":""}]}"#);
    for sql in [
        "DESC access_codes",
        "EXPLAIN xui.access_codes",
        "SHOW COLUMNS FROM access_codes",
        "SHOW FIELDS IN `Access_Codes` FROM xui;",
    ] {
        assert_eq!(panel.mysql_query(sql), columns, "{sql}");
    }
    assert_snapshot!(panel.mysql_query("SHOW FULL COLUMNS FROM access_codes LIKE 'c%'"), @r#"{"status":"STATUS_SUCCESS","data":[{"Field":"code","Type":"varchar(255)","Collation":"utf8mb3_general_ci","Null":"NO","Key":"UNI","Default":"","Extra":"","Privileges":"select,insert,update,references","Comment":""}]}"#);
    for table in names {
        let described: Value = serde_json::from_str(&panel.mysql_query(&format!("DESC `{table}`"))).unwrap();
        let fields = described["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["Field"].as_str().unwrap());
        let columns = linecard::store::schema::table(table).unwrap().columns();
        assert!(fields.eq(columns.map(|column| column.name)), "{table}");
    }
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
            assert_eq!(panel.mysql_query(&sql), not_allowed(word), "{sql}");
        }
    }
    for (sql, reason) in [
        ("DROP TABLE lines", "DROP TABLE"),
        ("truncate table `lines`", "TRUNCATE TABLE"),
        ("TRUNCATE lines", "TRUNCATE"),
        ("Create /* x */ User u", "CREATE USER"),
        ("SET @a = 1", "SET"),
    ] {
        assert_eq!(panel.mysql_query(sql), not_allowed(reason), "{sql}");
    }
    assert_eq!(ids(&panel.get("get_lines", "")), [4521, 4522]);
}

/// A word at the beginning, then what is no SQL, then what is refused, then what fails.
#[test]
fn the_first_of_the_reasons_is_told() {
    let panel = Panel::docs();
    for (sql, answer) in [
        ("DROP ) SELECT @x FROM nowhere", not_allowed("DROP")),
        ("SELECT SLEEP(1), @x FROM nowhere WHERE )", no_sql(")", 1)),
        ("SELECT ?, SLEEP(1) FROM nowhere", not_allowed("SLEEP")),
        ("SELECT ? FROM nowhere", failed("there is no value for a ? placeholder")),
        (
            "SELECT nothing FROM nowhere",
            failed("Table 'xui.nowhere' doesn't exist"),
        ),
        ("SELECT 1; ) DROP", not_allowed("more than one statement")),
    ] {
        assert_eq!(panel.mysql_query(sql), answer, "{sql}");
    }
}

#[test]
fn what_is_no_sql_is_invalid() {
    let panel = Panel::docs();
    for (sql, rest) in [
        ("hello world", "hello world"),
        ("SELEC 1", "SELEC 1"),
        ("SELECT", ""),
        ("SELECT FROM lines", "FROM lines"),
        ("SELECT * FROM", ""),
        ("SELECT * FROM lines WHERE;", ""),
        ("SELECT 1 +", ""),
        ("SELECT (1", ""),
        ("SELECT 'never closed", "'never closed"),
        ("SELECT `never closed", "`never closed"),
        ("SELECT id FROM lines LIMIT 1 + 1", "+ 1"),
        ("SELECT id id id FROM lines", "id FROM lines"),
        ("SELECT MAX(id, 2) FROM lines", " 2) FROM lines"),
        ("UPDATE lines SET", ""),
        ("SHOW nonsense", "nonsense"),
        ("1", "1"),
        ("'DROP TABLE lines'", "'DROP TABLE lines'"),
    ] {
        assert_eq!(panel.mysql_query(sql), no_sql(rest, 1), "{sql}");
    }
    assert_eq!(panel.mysql_query("SELECT 1\n\nFROM lines\nWHERE = 2"), no_sql("= 2", 4));
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
        ("SELECT 1 INTO @x", "SELECT INTO"),
        ("SELECT * FROM (SELECT 1 INTO @y) z", "SELECT INTO"),
        ("SELECT id FROM lines FOR UPDATE SKIP LOCKED", "FOR UPDATE"),
        ("SELECT id FROM lines PROCEDURE ANALYSE()", "PROCEDURE ANALYSE"),
        ("EXPLAIN EXTENDED SELECT 1", "EXPLAIN of a statement"),
        ("EXPLAIN UPDATE lines SET id = 1", "EXPLAIN of a statement"),
        ("DESC DELETE FROM lines", "EXPLAIN of a statement"),
        ("SHOW CREATE TABLE lines", "SHOW CREATE"),
        ("SHOW INDEX FROM lines", "SHOW INDEX"),
        ("SHOW TABLE STATUS", "SHOW TABLE"),
        ("SHOW STATUS", "SHOW STATUS"),
        ("SHOW FULL PROCESSLIST", "SHOW FULL PROCESSLIST"),
        ("SHOW TABLES WHERE 1", "SHOW TABLES WHERE"),
        ("DELETE FROM lines RETURNING id", "RETURNING"),
        ("UPDATE mysql.user SET x = 1", "the schema of mysql.user"),
        ("DESC sqlite_master", "the table sqlite_master"),
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
        assert_eq!(panel.mysql_query(sql), not_allowed(reason), "{sql}");
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
        assert_eq!(panel.mysql_query(sql), not_allowed(reason), "{sql}");
    }
}

#[test]
fn refused_words_are_harmless_in_texts_names_and_comments() {
    let panel = Panel::docs();
    assert_snapshot!(panel.mysql_query("SELECT 'DROP TABLE lines; @x' AS `drop`, \"SLEEP(1) INTO OUTFILE\" AS `sleep` /* DROP TABLE */ -- SET x"), @r#"{"status":"STATUS_SUCCESS","data":[{"drop":"DROP TABLE lines; @x","sleep":"SLEEP(1) INTO OUTFILE"}]}"#);
    let sql = "SELECT id FROM lines WHERE username <> 'FOR UPDATE' AND id = 4521 # INTO OUTFILE\n";
    assert_eq!(panel.mysql_query(sql), rows(r#"[{"id":4521}]"#));
}

#[test]
fn what_fails_says_why_in_mariadbs_words() {
    let panel = Panel::docs();
    for (sql, reason) in [
        ("SELECT * FROM nowhere", "Table 'xui.nowhere' doesn't exist"),
        ("SELECT nothing FROM lines", "Unknown column 'nothing' in 'field list'"),
        (
            "SELECT 1 FROM lines WHERE nothing = 1",
            "Unknown column 'nothing' in 'where clause'",
        ),
        (
            "SELECT id FROM lines ORDER BY nothing",
            "Unknown column 'nothing' in 'order clause'",
        ),
        (
            "SELECT lines.id FROM lines l",
            "Unknown column 'lines.id' in 'field list'",
        ),
        ("SELECT x.* FROM lines", "Unknown table 'xui.x'"),
        ("SELECT *", "No tables used"),
        ("SELECT id FROM lines, users", "Column 'id' in field list is ambiguous"),
        ("SELECT (SELECT id FROM lines)", "Subquery returns more than 1 row"),
        (
            "SELECT 9223372036854775807 + 1",
            "BIGINT value is out of range in '9223372036854775807 + 1'",
        ),
        (
            "INSERT INTO access_codes (code) VALUES ('access')",
            "Duplicate entry 'access' for key 'code'",
        ),
        (
            "INSERT INTO access_codes (code) VALUES ('a', 1)",
            "Column count doesn't match value count at row 1",
        ),
        (
            "INSERT INTO access_codes (code) VALUES (NULL)",
            "Column 'code' cannot be null",
        ),
        // Names that SQLite would know.
        ("SELECT rowid FROM lines", "Unknown column 'rowid' in 'field list'"),
        ("SELECT 1 FROM dbstat", "Table 'xui.dbstat' doesn't exist"),
        ("SELECT sqlite_version()", "FUNCTION xui.sqlite_version does not exist"),
        (
            "SELECT load_extension('x')",
            "FUNCTION xui.load_extension does not exist",
        ),
        ("SELECT readfile('x')", "FUNCTION xui.readfile does not exist"),
    ] {
        assert_eq!(panel.mysql_query(sql), failed(reason), "{sql}");
    }
}
