//! Plans by hand, with the answers of MariaDB 10.11.19 to the statement beside each.

use std::time::{Duration, Instant};

use rusqlite::Connection;
use rusqlite::types::Value;

use super::apply;
use crate::store::mysql::plan::{
    BoundValue, Conflict, DeleteTarget, InsertPlan, OnDuplicate, Plan, PlanKind, UpdateTarget, last_id,
};
use crate::store::mysql::run::{RunError, TimeLimit, plan_rows};
use crate::store::mysql::values::collation;
use crate::store::schema::{self, Column, Table};

fn database(rows: &str) -> Connection {
    let db = Connection::open_in_memory().unwrap();
    db.execute_batch("PRAGMA foreign_keys = ON").unwrap();
    collation::register(&db).unwrap();
    last_id::register(&db).unwrap();
    db.execute_batch(schema::SQL).unwrap();
    db.execute_batch(rows).unwrap();
    db
}

/// `u (id, code UNIQUE, n)` of the statements is `access_codes (id, code, type)`.
fn codes() -> Connection {
    database("INSERT INTO access_codes (id, code, type) VALUES (1, 'a', 1), (2, 'b', 2), (5, 'é', 5)")
}

/// `p (id, n)` is `mag_devices (mag_id, bright)`, `c (id, pid, n)` is `mag_events (id, mag_device_id, status)`.
fn families() -> Connection {
    database(
        "INSERT INTO mag_devices (mag_id, bright) VALUES (1, 1), (2, 2), (3, 3);
         INSERT INTO mag_events (id, mag_device_id, status) VALUES (1, 1, 1), (2, 1, 2), (3, 2, 3)",
    )
}

fn table(name: &str) -> &'static Table {
    schema::table(name).unwrap()
}

fn columns(table: &'static Table, names: &str) -> Vec<&'static Column> {
    names
        .split_whitespace()
        .map(|name| table.column(name).unwrap())
        .collect()
}

fn run(db: &Connection, plan: &Plan) -> String {
    run_until(db, plan, TimeLimit(Instant::now() + Duration::from_secs(60)))
}

fn run_until(db: &Connection, plan: &Plan, limit: TimeLimit) -> String {
    let done = plan_rows(db, plan, 0).and_then(|rows| apply(db, plan, &rows, 0, limit));
    match done {
        Ok(written) => format!("{} {}", written.affected_rows, written.insert_id),
        Err(RunError::Sql(error)) => error.to_string(),
        Err(error) => panic!("{error}"),
    }
}

fn text(db: &Connection, sql: &str) -> String {
    let rows: Option<String> = db.query_row(sql, [], |row| row.get(0)).unwrap();
    rows.unwrap_or_default()
}

fn all_codes(db: &Connection) -> String {
    text(
        db,
        "SELECT group_concat(id || ':' || code || ':' || type, ',' ORDER BY id) FROM access_codes",
    )
}

fn all_families(db: &Connection) -> String {
    let parents = "SELECT group_concat(mag_id || '/' || bright, ',' ORDER BY mag_id) FROM mag_devices";
    let children = "SELECT group_concat(id || '/' || mag_device_id || '/' || status, ',' ORDER BY id) FROM mag_events";
    format!("{} ; {}", text(db, parents), text(db, children))
}

fn insert(names: &str, rows: &str, conflict: Conflict) -> Plan {
    insert_into("access_codes", names, rows, conflict)
}

fn insert_into(name: &str, names: &str, rows: &str, conflict: Conflict) -> Plan {
    let table = table(name);
    let columns = columns(table, names);
    let from_select = rows.starts_with("SELECT");
    let rows_sql = match from_select {
        true => rows.to_owned(),
        false => format!("VALUES {rows}"),
    };
    Plan {
        rows_sql,
        ignore: false,
        kind: PlanKind::Insert(InsertPlan {
            table,
            columns,
            from_select,
            conflict,
        }),
    }
}

fn ignored(plan: Plan) -> Plan {
    Plan { ignore: true, ..plan }
}

/// The update list over `access_codes o`; `bound` names the columns of VALUES(…).
fn on_duplicate(names: &str, values: &str, bound: &str) -> Conflict {
    let table = table("access_codes");
    let bound = columns(table, bound).into_iter().map(BoundValue::Inserted);
    Conflict::Update(OnDuplicate {
        columns: columns(table, names),
        sql: format!("SELECT {values} FROM access_codes o WHERE id = :old"),
        bound: bound.enumerate().collect(),
    })
}

fn update(rows_sql: &str, targets: &[(&str, usize, &str, usize)]) -> Plan {
    let target = |&(name, key, names, at): &(&str, usize, &str, usize)| {
        let table = table(name);
        UpdateTarget {
            table,
            key,
            assignments: columns(table, names).into_iter().zip(at..).collect(),
        }
    };
    Plan {
        rows_sql: rows_sql.into(),
        ignore: false,
        kind: PlanKind::Update(targets.iter().map(target).collect()),
    }
}

fn update_codes(names: &str, values: &str, rest: &str) -> Plan {
    let sql = format!("SELECT id, {values} FROM access_codes {rest}");
    update(&sql, &[("access_codes", 0, names, 1)])
}

fn delete(rows_sql: &str, targets: &[(&str, usize)]) -> Plan {
    let target = |&(name, key): &(&str, usize)| DeleteTarget {
        table: table(name),
        key,
    };
    Plan {
        rows_sql: rows_sql.into(),
        ignore: false,
        kind: PlanKind::Delete(targets.iter().map(target).collect()),
    }
}

const START: &str = "1:a:1,2:b:2,5:é:5";

/// Runs each plan over new rows and compares the answer, and the rows unless it failed.
fn check(cases: Vec<(Plan, &str, &str)>) {
    for (plan, answer, rows) in cases {
        let db = codes();
        assert_eq!(run(&db, &plan), answer, "{plan:?}");
        if !answer.contains("failed") && !answer.contains("for ") {
            assert_eq!(all_codes(&db), rows, "{plan:?}");
        }
    }
}

#[test]
fn an_insert_finds_the_same_unique_value() {
    let plain = |names, rows| insert(names, rows, Conflict::Fail);
    check(vec![
        (plain("code", "('A ')"), "Duplicate entry 'A ' for key 'code'", ""),
        (plain("code", "('E')"), "Duplicate entry 'E' for key 'code'", ""),
        (plain("code", "('É ')"), "Duplicate entry 'É ' for key 'code'", ""),
        (
            plain("id code", "(2,'zz')"),
            "Duplicate entry '2' for key 'PRIMARY'",
            "",
        ),
        (plain("id code", "(2,'a')"), "Duplicate entry '2' for key 'PRIMARY'", ""),
        (
            ignored(plain("code type", "('x',1),('a',1),('y',1)")),
            "2 6",
            "1:a:1,2:b:2,5:é:5,6:x:1,7:y:1",
        ),
        (plain("type", "(0),(0)"), "Duplicate entry '' for key 'code'", ""),
    ]);
}

#[test]
fn keys_are_generated_as_the_database_does() {
    let plain = |names, rows| insert(names, rows, Conflict::Fail);
    check(vec![
        (
            plain("id code", "(10,'k'),(NULL,'l'),(0,'m')"),
            "3 11",
            "1:a:1,2:b:2,5:é:5,10:k:3,11:l:3,12:m:3",
        ),
        (
            plain("id code", "(10,'k'),(12,'l'),(11,'m')"),
            "3 11",
            "1:a:1,2:b:2,5:é:5,10:k:3,11:m:3,12:l:3",
        ),
        (plain("id code", "(10,'k')"), "1 10", "1:a:1,2:b:2,5:é:5,10:k:3"),
        (
            plain("id code", "(-5,'k')"),
            "1 18446744073709551611",
            "-5:k:3,1:a:1,2:b:2,5:é:5",
        ),
        (
            plain("id code", "(2147483647,'k'),(NULL,'j')"),
            "Out of range value for column 'id' at row 2",
            "",
        ),
        (
            ignored(plain("id code", "(2147483647,'k'),(NULL,'l')")),
            "1 2147483647",
            "1:a:1,2:b:2,5:é:5,2147483647:k:3",
        ),
        (
            ignored(plain("id code", "(10,'k'),(11,'a')")),
            "1 11",
            "1:a:1,2:b:2,5:é:5,10:k:3",
        ),
        (ignored(plain("id code", "(10,'a')")), "0 0", START),
        (ignored(plain("code", "('a'),('b')")), "0 0", START),
        (ignored(plain("code", "('a'),('z')")), "1 6", "1:a:1,2:b:2,5:é:5,6:z:3"),
        (
            ignored(plain("id code", "(20,'k'),(NULL,'a')")),
            "1 21",
            "1:a:1,2:b:2,5:é:5,20:k:3",
        ),
        (
            plain("id code type", "SELECT 30,'k',1 UNION ALL SELECT 33,'l',1"),
            "2 33",
            "1:a:1,2:b:2,5:é:5,30:k:1,33:l:1",
        ),
        (
            plain("code type", "SELECT 'k',1 UNION ALL SELECT 'l',1"),
            "2 6",
            "1:a:1,2:b:2,5:é:5,6:k:1,7:l:1",
        ),
        (
            ignored(plain("id code type", "SELECT 40,'nn',19 UNION ALL SELECT 41,'a',1")),
            "1 41",
            "1:a:1,2:b:2,5:é:5,40:nn:19",
        ),
        (
            plain("code", "(m_last_insert_id(77))"),
            "1 6",
            "1:a:1,2:b:2,5:é:5,6:77:3",
        ),
        (
            plain("id code", "(9, m_last_insert_id(77))"),
            "1 77",
            "1:a:1,2:b:2,5:é:5,9:77:3",
        ),
    ]);
}

#[test]
fn a_key_that_was_deleted_does_not_come_again() {
    let db = codes();
    assert_eq!(
        run(
            &db,
            &delete("SELECT id FROM access_codes WHERE id = 5", &[("access_codes", 0)])
        ),
        "1 0"
    );
    assert_eq!(run(&db, &insert("code", "('k')", Conflict::Fail)), "1 6");
    assert_eq!(all_codes(&db), "1:a:1,2:b:2,6:k:3");
}

#[test]
fn replace_counts_every_row_that_it_deleted() {
    let replace = |names, rows| insert(names, rows, Conflict::Replace);
    check(vec![
        (replace("id code type", "(1,'b',9)"), "3 1", "1:b:9,5:é:5"),
        (replace("id code type", "(1,'a',1)"), "2 1", START),
        (
            replace("code type", "('B',1),('q',1)"),
            "3 6",
            "1:a:1,5:é:5,6:B:1,7:q:1",
        ),
        (replace("code type", "('a',1)"), "2 6", "2:b:2,5:é:5,6:a:1"),
        (
            replace("id code type", "(1,'a',1),(7,'q',1)"),
            "3 7",
            "1:a:1,2:b:2,5:é:5,7:q:1",
        ),
        (
            replace("id code type", "(1,'b',9),(2,'a',1)"),
            "4 2",
            "1:b:9,2:a:1,5:é:5",
        ),
        (replace("id code type", "SELECT 1,'a',1"), "2 1", START),
    ]);
}

#[test]
fn on_duplicate_counts_two_one_and_none() {
    let dup = |names, rows, columns, values, bound| insert(names, rows, on_duplicate(columns, values, bound));
    check(vec![
        (
            dup("code type", "('a',9)", "type", ":new0", "type"),
            "2 1",
            "1:a:9,2:b:2,5:é:5",
        ),
        (dup("code type", "('a',9)", "type", "1", ""), "0 0", START),
        (
            dup("code type", "('a',9),('new',3),('b',4)", "type", ":new0 + 10", "type"),
            "5 6",
            "1:a:19,2:b:14,5:é:5,6:new:3",
        ),
        (
            dup("id code type", "(1,'b',9)", "type", ":new0", "type"),
            "2 1",
            "1:a:9,2:b:2,5:é:5",
        ),
        (
            dup("code type", "('a',9)", "code", "'b'", ""),
            "Duplicate entry 'b' for key 'code'",
            "",
        ),
        (
            ignored(dup("code type", "('a',9),('c',1)", "code", "'b'", "")),
            "1 6",
            "1:a:1,2:b:2,5:é:5,6:c:1",
        ),
        (
            dup("code type", "('a',9)", "id", "id + 100", ""),
            "2 101",
            "2:b:2,5:é:5,101:a:1",
        ),
        (
            dup("code type", "('a',9),('b',2)", "type", ":new0", "type"),
            "2 2",
            "1:a:9,2:b:2,5:é:5",
        ),
        (
            dup("code type", "('b',2),('a',9)", "type", ":new0", "type"),
            "2 1",
            "1:a:9,2:b:2,5:é:5",
        ),
        (
            dup("code type", "('new',2),('a',9)", "type", ":new0", "type"),
            "3 6",
            "1:a:9,2:b:2,5:é:5,6:new:2",
        ),
        (
            dup("id code type", "(20,'new',2),(NULL,'a',9)", "type", ":new0", "type"),
            "3 1",
            "1:a:9,2:b:2,5:é:5,20:new:2",
        ),
        (
            dup("id code type", "(20,'new',2),(NULL,'a',1)", "type", ":new0", "type"),
            "1 1",
            "1:a:1,2:b:2,5:é:5,20:new:2",
        ),
        (
            dup("code type", "('a',1)", "id", "m_last_insert_id(id)", ""),
            "0 1",
            START,
        ),
        (
            dup("code type", "('a',7)", "id type", "m_last_insert_id(id), :new0", "type"),
            "2 1",
            "1:a:7,2:b:2,5:é:5",
        ),
        (
            dup("code type", "('zz',7)", "id", "m_last_insert_id(id)", ""),
            "1 6",
            "1:a:1,2:b:2,5:é:5,6:zz:7",
        ),
        (
            dup("code type", "('a',3)", "type", "type + :new0 + 1000", "id"),
            "2 1",
            "1:a:1007,2:b:2,5:é:5",
        ),
        (
            dup("type", "(3),(4)", "type", ":new0", "type"),
            "3 6",
            "1:a:1,2:b:2,5:é:5,6::4",
        ),
        (
            dup("type", "(3),(4)", "type", "type + 100 + :new0", "id"),
            "3 6",
            "1:a:1,2:b:2,5:é:5,6::110",
        ),
        (
            dup("code type", "SELECT 'a',19", "type", ":new0", "type"),
            "2 0",
            "1:a:19,2:b:2,5:é:5",
        ),
        (
            dup(
                "code type",
                "SELECT 'a',19 UNION ALL SELECT 'nn',1",
                "type",
                ":new0",
                "type",
            ),
            "3 6",
            "1:a:19,2:b:2,5:é:5,6:nn:1",
        ),
        (
            dup(
                "id code type",
                "SELECT 40,'nn',19 UNION ALL SELECT 41,'a',1",
                "type",
                ":new0",
                "type",
            ),
            "1 0",
            "1:a:1,2:b:2,5:é:5,40:nn:19",
        ),
        (
            dup(
                "id code type",
                "SELECT 40,'nn',19 UNION ALL SELECT 41,'a',8",
                "type",
                ":new0",
                "type",
            ),
            "3 0",
            "1:a:8,2:b:2,5:é:5,40:nn:19",
        ),
    ]);
}

/// `VALUES(code)` of a column that is not given is its default.
#[test]
fn the_update_list_knows_defaults_and_the_rows_of_the_select() {
    let db = codes();
    let mut plan = insert(
        "id",
        "SELECT 1, 'extra'",
        on_duplicate("groups code", ":new0, :new1", "groups"),
    );
    if let PlanKind::Insert(InsertPlan {
        conflict: Conflict::Update(update),
        ..
    }) = &mut plan.kind
    {
        update.bound.push((1, BoundValue::Row(1)));
    }
    db.execute_batch("UPDATE access_codes SET \"groups\" = '[1]'").unwrap();
    assert_eq!(run(&db, &plan), "2 0");
    assert_eq!(
        text(&db, "SELECT code || \"groups\" FROM access_codes WHERE id = 1"),
        "extra[]"
    );
}

#[test]
fn an_update_counts_rows_that_change() {
    check(vec![
        (
            update_codes("code", "'b'", "WHERE id=1"),
            "Duplicate entry 'b' for key 'code'",
            "",
        ),
        (update_codes("code", "'A'", "WHERE id=1"), "1 0", "1:A:1,2:b:2,5:é:5"),
        (update_codes("code", "'a'", "WHERE id=1"), "0 0", START),
        (
            update_codes("code", "'A'", "WHERE id<=2"),
            "Duplicate entry 'A' for key 'code'",
            "",
        ),
        (
            ignored(update_codes("code type", "'A', 77", "WHERE id<=5")),
            "1 0",
            "1:A:77,2:b:2,5:é:5",
        ),
        (
            update_codes("id", "id+1", "ORDER BY id"),
            "Duplicate entry '2' for key 'PRIMARY'",
            "",
        ),
        (
            update_codes("id", "id+1", "ORDER BY id DESC"),
            "3 0",
            "2:a:1,3:b:2,6:é:5",
        ),
        (update_codes("id", "0", "WHERE id=1"), "1 0", "0:a:1,2:b:2,5:é:5"),
        (
            update_codes("id", "5", "WHERE id=1"),
            "Duplicate entry '5' for key 'PRIMARY'",
            "",
        ),
        (ignored(update_codes("id", "2", "WHERE id=1")), "0 0", START),
        (update_codes("type", "type+1", ""), "3 0", "1:a:2,2:b:3,5:é:6"),
    ]);
}

#[test]
fn a_row_is_changed_only_where_it_differs() {
    let db = codes();
    db.execute_batch(
        "CREATE TEMP TABLE changed (id);
         CREATE TEMP TRIGGER note AFTER UPDATE OF code ON access_codes BEGIN INSERT INTO changed VALUES (NEW.id); END",
    )
    .unwrap();
    assert_eq!(run(&db, &update_codes("code type", "code, type + 1", "")), "3 0");
    assert_eq!(text(&db, "SELECT group_concat(id) FROM changed"), "");
}

#[test]
fn a_joined_update_counts_the_rows_of_each_table() {
    let join = "mag_devices p JOIN mag_events c ON c.mag_device_id = p.mag_id";
    for (select, targets, answer, rows) in [
        (
            format!("SELECT p.mag_id, c.id, 50, 60 FROM {join} ORDER BY p.mag_id, c.id"),
            vec![("mag_devices", 0, "bright", 2), ("mag_events", 1, "status", 3)],
            "5 0",
            "1/50,2/50,3/3 ; 1/1/60,2/1/60,3/2/60",
        ),
        (
            format!("SELECT p.mag_id, c.status + 10 FROM {join} ORDER BY p.mag_id, c.id"),
            vec![("mag_devices", 0, "bright", 1)],
            "2 0",
            "1/11,2/13,3/3 ; 1/1/1,2/1/2,3/2/3",
        ),
        (
            "SELECT c.id, 60 FROM mag_devices p LEFT JOIN mag_events c ON c.mag_device_id = p.mag_id".into(),
            vec![("mag_events", 0, "status", 1)],
            "3 0",
            "1/1,2/2,3/3 ; 1/1/60,2/1/60,3/2/60",
        ),
        (
            "SELECT a.mag_id, b.mag_id, b.bright * 10, a.bright * 100
             FROM mag_devices a JOIN mag_devices b ON a.mag_id = b.mag_id - 1 ORDER BY 1"
                .into(),
            vec![("mag_devices", 0, "bright", 2), ("mag_devices", 1, "bright", 3)],
            "4 0",
            "1/20,2/100,3/200 ; 1/1/1,2/1/2,3/2/3",
        ),
        (
            "SELECT mag_id, mag_id, 77, 88 FROM mag_devices".into(),
            vec![("mag_devices", 0, "bright", 2), ("mag_devices", 1, "bright", 3)],
            "6 0",
            "1/88,2/88,3/88 ; 1/1/1,2/1/2,3/2/3",
        ),
    ] {
        let db = families();
        assert_eq!(run(&db, &update(&select, &targets)), answer, "{select}");
        assert_eq!(all_families(&db), rows, "{select}");
    }
}

#[test]
fn a_delete_counts_each_row_once() {
    let join = "mag_devices p JOIN mag_events c ON c.mag_device_id = p.mag_id";
    for (select, targets, answer, rows) in [
        (
            "SELECT mag_id FROM mag_devices WHERE mag_id = 1".into(),
            vec![("mag_devices", 0)],
            "1 0",
            "2/2,3/3 ; 3/2/3",
        ),
        (
            format!("SELECT p.mag_id, c.id FROM {join}"),
            vec![("mag_devices", 0), ("mag_events", 1)],
            "5 0",
            "3/3 ; ",
        ),
        (
            format!("SELECT p.mag_id, c.id FROM {join}"),
            vec![("mag_events", 1), ("mag_devices", 0)],
            "5 0",
            "3/3 ; ",
        ),
        (
            format!("SELECT p.mag_id FROM {join}"),
            vec![("mag_devices", 0)],
            "2 0",
            "3/3 ; ",
        ),
        (
            "SELECT mag_id, mag_id FROM mag_devices".into(),
            vec![("mag_devices", 0), ("mag_devices", 1)],
            "3 0",
            " ; ",
        ),
    ] {
        let db = families();
        assert_eq!(run(&db, &delete(&select, &targets)), answer, "{select}");
        assert_eq!(all_families(&db), rows, "{select}");
    }
}

const KEY: &str = "`xui`.`mag_events`, CONSTRAINT `mag_events_ibfk_1` FOREIGN KEY (`mag_device_id`) \
                   REFERENCES `mag_devices` (`mag_id`) ON DELETE CASCADE";

#[test]
fn foreign_keys_hold() {
    let orphan = format!("Cannot add or update a child row: a foreign key constraint fails ({KEY})");
    let parent = format!("Cannot delete or update a parent row: a foreign key constraint fails ({KEY})");
    let all = "1/1,2/2,3/3 ; 1/1/1,2/1/2,3/2/3";
    let events = |names, rows| insert_into("mag_events", names, rows, Conflict::Fail);
    let change = |names, values: &str| {
        let sql = format!("SELECT id, {values} FROM mag_events WHERE id < 3");
        update(&sql, &[("mag_events", 0, names, 1)])
    };
    let devices = |values: &str, rest: &str| {
        let sql = format!("SELECT mag_id, {values} FROM mag_devices {rest}");
        update(&sql, &[("mag_devices", 0, "mag_id bright", 1)])
    };
    for (plan, answer, rows) in [
        (events("mag_device_id", "(9)"), &*orphan, all),
        (events("status", "(9)"), &*orphan, all),
        (
            ignored(events("mag_device_id", "(9),(1)")),
            "1 4",
            "1/1,2/2,3/3 ; 1/1/1,2/1/2,3/2/3,4/1/0",
        ),
        (change("mag_device_id", "9"), &*orphan, all),
        (ignored(change("mag_device_id status", "9 + id - 1, 50")), "0 0", all),
        (devices("9, bright", "WHERE mag_id = 1"), &*parent, all),
        (
            devices("9, bright", "WHERE mag_id = 3"),
            "1 0",
            "1/1,2/2,9/3 ; 1/1/1,2/1/2,3/2/3",
        ),
        (
            ignored(devices("mag_id + 10, bright + 10", "")),
            "1 0",
            "1/1,2/2,13/13 ; 1/1/1,2/1/2,3/2/3",
        ),
        (
            insert_into("mag_devices", "mag_id bright", "(1,9)", Conflict::Replace),
            "2 1",
            "1/9,2/2,3/3 ; 3/2/3",
        ),
    ] {
        let db = families();
        assert_eq!(run(&db, &plan), answer, "{plan:?}");
        assert_eq!(all_families(&db), rows, "{plan:?}");
    }
}

#[test]
fn too_many_rows_are_not_planned() {
    let db = codes();
    let sql = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20)
               SELECT i, zeroblob(16000000) FROM n";
    let plan = update(sql, &[("access_codes", 0, "code", 1)]);
    assert_eq!(
        run(&db, &plan),
        "The statement writes more than 256 MiB; use WHERE or LIMIT"
    );
}

/// The key of each row is looked up by an index.
#[test]
fn a_unique_value_is_found_by_an_index() {
    let db = codes();
    let detail = |value: &str| {
        let sql = format!(
            "EXPLAIN QUERY PLAN SELECT id FROM access_codes WHERE rtrim(code) = rtrim({value}) COLLATE NOCASE
             UNION ALL SELECT id FROM access_codes WHERE code GLOB '*[^ -~]*' AND code = {value} COLLATE general_ci"
        );
        let mut query = db.prepare(&sql).unwrap();
        let steps = query.query_map([], |row| row.get::<_, String>(3)).unwrap();
        steps.map(Result::unwrap).collect::<Vec<_>>().join("; ")
    };
    let plan = detail("'x'");
    assert!(
        plan.contains("access_codes_code ") && plan.contains("access_codes_code_other"),
        "{plan}"
    );
}

#[test]
fn values_compare_by_their_bytes() {
    let db = database("INSERT INTO streams (id, type, rating) VALUES (1, 1, 0.0)");
    let plan = |value: &str| {
        update(
            &format!("SELECT id, {value} FROM streams"),
            &[("streams", 0, "rating", 1)],
        )
    };
    assert_eq!(run(&db, &plan("0.0")), "0 0");
    assert_eq!(run(&db, &plan("1.5")), "1 0");
    let rating = db.query_row("SELECT rating FROM streams", [], |row| row.get::<_, Value>(0));
    assert_eq!(rating, Ok(Value::Real(1.5)));
}

#[test]
fn a_write_ends_when_its_time_is_up() {
    let late = TimeLimit(Instant::now());
    for plan in [
        insert("code type", "('x', 1)", Conflict::Fail),
        update_codes("type", "9", ""),
        delete("SELECT id FROM access_codes", &[("access_codes", 0)]),
    ] {
        let db = codes();
        let interrupted = "Query failed: Query execution was interrupted (max_statement_time exceeded)";
        assert!(interrupted.ends_with(&run_until(&db, &plan, late)), "{plan:?}");
        assert_eq!(all_codes(&db), START);
    }
}
