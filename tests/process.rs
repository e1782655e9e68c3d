//! The binary as a process: its ready line, its refusals, its stop, and what survives a kill.

use std::fs;
use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::Value;

use crate::support::process::{Served, command, files, folder, refused, run};
use crate::support::{Client, failure};

#[test]
fn the_ready_line_has_all_that_the_first_call_needs() {
    let served = Served::start(&["--db", ":memory:", "--seed", "docs"]);
    let ready = served.ready();
    assert_eq!(
        (ready["code"], ready["key"], ready["seed"], ready["db"]),
        ("access", "YOUR_KEY", "docs", ":memory:")
    );
    assert_eq!(ready["pid"], served.pid().to_string());
    assert!(!ready["url"].ends_with(":0"), "{ready:?}");
    assert!(served.call("user_info", "").contains(r#""username":"admin""#));
    let (status, out, words) = served.end("-TERM");
    assert_eq!((status.code(), out.as_str(), words.as_str()), (Some(0), "", ""));
}

#[test]
fn a_strict_server_that_only_warns_says_in_its_log_what_was_meant_and_no_secret() {
    let served = Served::start(&["--db", ":memory:", "--seed", "docs", "--strict=warn"]);
    let mut client = served.client();
    client.get("/api.php?action=user&sub=creat&password=hunter2");
    client.get("/acces/admin/index.php?api_key=YOUR_KEY");
    client.get("/live//customer4521/hunter2/1.ts");
    client.get("/YOUR_KEY/admin/index.php");
    client.request(
        "GET",
        "/access/admin/index.php?action=user_info",
        &[("X-Key", "YOUR_KEY")],
        b"",
    );
    client.get("/api.php?action=server&sub=list");
    let (status, _, words) = served.end("-TERM");
    assert_eq!(status.code(), Some(0));
    let lines: Vec<&str> = words.lines().map(|line| line.split_once("  ").unwrap().1).collect();
    assert_eq!(
        lines,
        [
            r#"WARN unknown_action: there is no user/creat; did you mean user/create? api="xc_v2""#,
            r#"WARN wrong_access_code: no access code "acces" opens the Admin API; GET /_linecard/info names one that does api="none""#,
            r#"WARN double_slash: the path has two slashes in a row api="stream""#,
            r#"WARN misplaced_key: a good key came in the path: it is read from `api_key` of the query or the form api="none""#,
            r#"WARN misplaced_key: a good key came in the header x-key: it is read from `api_key` of the query or the form api="admin""#,
        ]
    );
}

#[test]
fn the_ready_line_can_be_json() {
    let served = Served::start(&["--db", ":memory:", "--seed", "small", "--ready-format", "json"]);
    let ready: Value = serde_json::from_str(&served.ready).unwrap();
    let keys: Vec<&str> = ready.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        keys.join(" "),
        "url control control_token metrics admin_api access_code api_key user pass db profile seed rng reseller_api xc_v2_api nxt_api billing_api player_api panel_api playlist_api xmltv_api enigma2_api stream_api any_caller pid startup_ms version"
    );
    assert_eq!(
        (&ready["access_code"], &ready["api_key"]),
        (&"small0001".into(), &"SMALL_KEY".into())
    );
    let api = ready["admin_api"].as_str().unwrap();
    let (host, path) = api.trim_start_matches("http://").split_once('/').unwrap();
    let answer = Client::new(host)
        .get(&format!("/{path}?api_key=SMALL_KEY&action=user_info"))
        .text();
    assert!(answer.contains("STATUS_SUCCESS"), "{answer}");
}

#[test]
fn a_panel_without_a_seed_is_set_up_and_kept() {
    let (folder, db) = folder();
    let first = Served::start(&["--db", &db]);
    let (code, key) = (first.ready()["code"].to_owned(), first.ready()["key"].to_owned());
    assert_eq!((code.len(), key.len()), (10, 32));
    assert_eq!(
        first.call(
            "get_groups",
            "show_columns=id,group_name,is_admin,is_reseller,can_delete"
        ),
        r#"{"status":"STATUS_SUCCESS","data":[{"id":1,"group_name":"Administrators","is_admin":1,"is_reseller":0,"can_delete":0},{"id":2,"group_name":"Resellers","is_admin":0,"is_reseller":1,"can_delete":0}]}"#
    );
    assert!(
        first
            .call("create_line", "exp_date=2030-01-01&username=kept")
            .contains("STATUS_SUCCESS")
    );
    assert_eq!(first.end("-INT").0.code(), Some(0));
    // A clean end leaves one file, with everything in it.
    assert_eq!(files(folder.path()), ["panel.db"]);

    let second = Served::start(&["--db", &db]);
    assert_eq!(
        (second.ready()["code"], second.ready()["key"]),
        (code.as_str(), key.as_str())
    );
    assert!(
        second
            .call("get_lines", "search[value]=kept")
            .contains(r#""username":"kept""#)
    );
}

#[test]
fn code_and_key_of_a_new_panel_can_be_said() {
    let served = Served::start(&[
        "--db",
        ":memory:",
        "--access-code",
        "my-code-1",
        "--api-key",
        "0123456789abcdef",
    ]);
    assert_eq!(
        (served.ready()["code"], served.ready()["key"]),
        ("my-code-1", "0123456789abcdef")
    );
    let words = refused(&run(&[
        "serve",
        "--db",
        ":memory:",
        "--bind",
        "127.0.0.1:0",
        "--access-code",
        "admin",
    ]));
    assert_eq!(
        words,
        "linecard: the access code must be 8 to 64 of A-Z a-z 0-9 _ - and not a reserved word"
    );
}

#[test]
fn a_seed_is_planted_in_a_new_database_only() {
    let (_folder, db) = folder();
    drop(Served::start(&["--db", &db, "--seed", "docs"]).end("-TERM"));
    let second = Served::start(&["--db", &db, "--seed", "small"]);
    assert_eq!((second.ready()["code"], second.ready()["seed"]), ("access", "none"));
    let (_, _, words) = second.end("-TERM");
    assert!(
        words.contains(&format!("seed small was not planted: {db} has data already")),
        "{words}"
    );
}

#[test]
fn flags_are_environment_variables_too() {
    let mut command = command(&["serve"]);
    command.envs([
        ("LINECARD_BIND", "127.0.0.1:0"),
        ("LINECARD_DB", ":memory:"),
        ("LINECARD_SEED", "docs"),
        ("LINECARD_STRICT", "true"),
        ("LINECARD_TIMEZONE", "Asia/Tokyo"),
    ]);
    let served = Served::spawn(command);
    assert_eq!(
        served.call("get_line", "id=4521&x=1"),
        failure("STATUS_INVALID_INPUT", "Unknown parameter: x.")
    );
    // 2026-01-01 00:00:00 UTC, nine hours later.
    assert!(
        served
            .call("get_line", "id=4521")
            .contains(r#""created_at":"2026-01-01 09:00:00""#)
    );
}

#[test]
fn help_explains_every_flag_with_its_variable() {
    let output = run(&["serve", "--help"]);
    let help = String::from_utf8(output.stdout).unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]));
    for flag in [
        "bind",
        "db",
        "seed",
        "timezone",
        "strict",
        "ready-format",
        "access-code",
        "api-key",
        "trusted-proxies",
        "api-content-type",
        "workers",
        "log-level",
    ] {
        assert!(help.contains(&format!("--{flag}")), "{flag}");
        assert!(
            help.contains(&format!("LINECARD_{}", flag.to_uppercase().replace('-', "_"))),
            "{flag}"
        );
    }
    let version = String::from_utf8(run(&["--version"]).stdout).unwrap();
    assert_eq!(version, format!("linecard {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn bad_flags_are_refused_in_one_line() {
    let cases: [(&[&str], &str); 11] = [
        (
            &["serve", "--sed", "docs"],
            "unexpected argument '--sed' found; tip: a similar argument exists: '--seed'",
        ),
        (
            &["serve", "--seed", "nope"],
            "a seed is docs, small, demo, large, scale:",
        ),
        (&["serve", "--seed", "scale:lines=x"], r#""x" is not a number of lines"#),
        (
            &["serve", "--seed", "scale:cats=1"],
            "there are lines, streams, resellers, customers, live,",
        ),
        (
            &["serve", "--timezone", "Mars/Base"],
            "not an IANA time zone such as Europe/London",
        ),
        (&["serve", "--ready-format", "xml"], "possible values: text, json"),
        (
            &["serve", "--trusted-proxies", "10.0.0.0/8,home"],
            "not an IP address or network",
        ),
        (&["serve", "--api-key", "short"], "8 to 128 printable characters"),
        (&["serve", "--workers", "0"], "0 is not in 1..=256"),
        (&["serv"], "unrecognized subcommand 'serv'"),
        (&["serve", "--bind", "nowhere"], "cannot listen on nowhere"),
    ];
    for (arguments, expected) in cases {
        let words = refused(&run(arguments));
        assert!(words.starts_with("linecard: ") && words.contains(expected), "{words}");
    }
}

#[test]
fn a_taken_port_changes_nothing_on_the_disk() {
    let (folder, db) = folder();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let bind = taken.local_addr().unwrap().to_string();
    let words = refused(&run(&["serve", "--db", &db, "--bind", &bind]));
    assert!(
        words.starts_with(&format!("linecard: cannot listen on {bind}: ")),
        "{words}"
    );
    assert!(files(folder.path()).is_empty());
}

#[test]
fn databases_that_cannot_be_used_are_refused_and_untouched() {
    let (folder, db) = folder();
    let serve = |path: &str| refused(&run(&["serve", "--bind", "127.0.0.1:0", "--db", path]));
    fs::write(
        &db,
        "this is a letter to a friend, and not a database, but it is long enough to be one",
    )
    .unwrap();
    assert_eq!(
        serve(&db),
        format!("linecard: {db} is not a Linecard database; name another file with --db")
    );
    let folder_path = folder.path().to_str().unwrap();
    assert_eq!(
        serve(folder_path),
        format!("linecard: cannot read {folder_path}: it is not a file")
    );
    let nowhere = folder.path().join("no/such/panel.db").to_str().unwrap().to_owned();
    assert!(serve(&nowhere).starts_with(&format!("linecard: cannot make {nowhere}: ")));
    assert_eq!(files(folder.path()), ["panel.db"]);
    assert!(fs::read_to_string(&db).unwrap().starts_with("this is a letter"));
}

#[test]
fn a_damaged_database_is_refused() {
    let (_folder, db) = folder();
    drop(Served::start(&["--db", &db, "--seed", "docs"]).end("-TERM"));
    let whole = fs::read(&db).unwrap();
    fs::write(&db, &whole[..5000]).unwrap();
    let words = refused(&run(&["serve", "--bind", "127.0.0.1:0", "--db", &db]));
    assert!(words.starts_with(&format!("linecard: cannot read {db}: ")), "{words}");
    assert_eq!(fs::read(&db).unwrap(), &whole[..5000]);
}

#[test]
fn a_seed_with_an_error_names_its_line_and_leaves_nothing() {
    let (folder, db) = folder();
    let seed = folder.path().join("seed.sql").to_str().unwrap().to_owned();
    let serve = || refused(&run(&["serve", "--bind", "127.0.0.1:0", "--db", &db, "--seed", &seed]));
    assert!(serve().starts_with(&format!("linecard: cannot read seed {seed}: ")));
    fs::write(
        &seed,
        "INSERT INTO lines (username) VALUES ('a');\n\nINSERT INTO lines (user) VALUES ('b');\n",
    )
    .unwrap();
    assert_eq!(
        serve(),
        format!("linecard: {seed} line 3: table lines has no column named user")
    );
    assert_eq!(files(folder.path()), ["seed.sql"]);
    fs::write(&seed, "INSERT INTO access_codes (code) VALUES ('fromfile1');\n").unwrap();
    assert_eq!(
        Served::start(&["--db", &db, "--seed", &seed]).ready()["code"],
        "fromfile1"
    );
}

#[test]
fn two_servers_do_not_share_a_file() {
    let (_folder, db) = folder();
    let first = Served::start(&["--db", &db]);
    let words = refused(&run(&["serve", "--bind", "127.0.0.1:0", "--db", &db]));
    assert_eq!(
        words,
        format!("linecard: {db} is in use by another Linecard; stop it or name another file with --db")
    );
    assert!(first.call("user_info", "").contains("STATUS_SUCCESS"));
}

#[test]
fn generated_rows_are_the_same_for_the_same_arguments() {
    let dump = || {
        let (_folder, db) = folder();
        drop(Served::start(&["--db", &db, "--seed", "scale:lines=500,streams=40,resellers=7"]).end("-TERM"));
        let panel = rusqlite::Connection::open(&db).unwrap();
        let text = |sql: &str| -> String { panel.query_row(sql, [], |row| row.get(0)).unwrap() };
        [
            text(
                "SELECT group_concat(username || password || bouquet || enabled || admin_enabled || is_trial || member_id) FROM lines",
            ),
            text("SELECT group_concat(stream_display_name || category_id || type) FROM streams"),
            text("SELECT group_concat(username || credits || api_key) FROM users WHERE id > 1"),
            text("SELECT count(*) || ' ' || (SELECT plain_lines FROM linecard_totals) FROM lines"),
        ]
    };
    let first = dump();
    assert_eq!(first, dump());
    assert_eq!(first[3], "500 500");
}

#[test]
fn a_request_in_flight_is_finished_before_the_end() {
    let (_folder, db) = folder();
    let served = Served::start(&[
        "--db",
        &db,
        "--workers",
        "1",
        "--access-code",
        "flight001",
        "--api-key",
        "flightkey",
    ]);
    let mut client = served.client();
    let body = "api_key=flightkey&action=create_line&exp_date=2030-01-01&username=inflight";
    let head = format!(
        "POST /flight001/ HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    client.send((head + &body[..20]).as_bytes());
    // An answer on another connection of the same worker shows that the first one has been taken in.
    assert!(served.call("user_info", "").contains("STATUS_SUCCESS"));
    served.signal("-TERM");
    client.send(&body.as_bytes()[20..]);
    assert!(client.receive(false).text().contains("STATUS_SUCCESS"));
    assert_eq!(served.end("-0").0.code(), Some(0));
    let panel = rusqlite::Connection::open(&db).unwrap();
    let found: i64 = panel
        .query_row("SELECT count(*) FROM lines WHERE username = 'inflight'", [], |row| {
            row.get(0)
        })
        .unwrap();
    assert_eq!(found, 1);
}

/// Writers that record what was acknowledged, until the server goes away.
fn write_until_it_dies(served: &Served, round: usize, acknowledged: &Arc<Mutex<Vec<(i64, String)>>>, enough: usize) {
    let count = Arc::new(AtomicUsize::new(0));
    let (host, code, key) = (
        served.host(),
        served.ready()["code"].to_owned(),
        served.ready()["key"].to_owned(),
    );
    let writers: Vec<_> = (0..8)
        .map(|writer| {
            let (host, code, key, acknowledged, count) = (
                host.clone(),
                code.clone(),
                key.clone(),
                acknowledged.clone(),
                count.clone(),
            );
            std::thread::spawn(move || {
                let mut client = Client::new(&host);
                for n in 0.. {
                    let name = format!("r{round}w{writer}n{n}");
                    let mac = format!("00:1A:{round:02X}:{writer:02X}:{:02X}:{:02X}", n / 256, n % 256);
                    let form = format!("api_key={key}&action=create_mag&mac={mac}&admin_notes={name}");
                    let headers = [("Content-Type", "application/x-www-form-urlencoded")];
                    // The end comes as a broken connection, in the middle of anything.
                    let Ok(answer) = client.try_request("POST", &format!("/{code}/"), &headers, form.as_bytes()) else {
                        return;
                    };
                    let json: Value = serde_json::from_str(&answer.text()).unwrap();
                    assert_eq!(json["status"], "STATUS_SUCCESS", "{json}");
                    acknowledged
                        .lock()
                        .unwrap()
                        .push((json["data"]["id"].as_i64().unwrap(), name));
                    count.fetch_add(1, Ordering::Relaxed);
                }
            })
        })
        .collect();
    while count.load(Ordering::Relaxed) < enough {
        std::thread::yield_now();
    }
    served.signal("-KILL");
    writers.into_iter().for_each(|writer| writer.join().unwrap());
}

#[test]
fn every_acknowledged_write_survives_kill_9() {
    let (_folder, db) = folder();
    let acknowledged = Arc::new(Mutex::new(Vec::new()));
    for round in 0..6 {
        let served = Served::start(&["--db", &db, "--access-code", "survivor1"]);
        write_until_it_dies(&served, round, &acknowledged, 60 + round * 37);
        drop(served);
        let panel = rusqlite::Connection::open(&db).unwrap();
        let text = |sql: &str| -> String { panel.query_row(sql, [], |row| row.get(0)).unwrap() };
        assert_eq!(text("PRAGMA integrity_check"), "ok");
        assert!(
            panel
                .prepare("PRAGMA foreign_key_check")
                .unwrap()
                .query([])
                .unwrap()
                .next()
                .unwrap()
                .is_none()
        );
        for (id, name) in acknowledged.lock().unwrap().iter() {
            let stored: String = panel
                .query_row(
                    "SELECT admin_notes FROM mag_devices JOIN lines ON lines.id = user_id WHERE mag_id = ?1",
                    [id],
                    |row| row.get(0),
                )
                .unwrap_or_else(|error| panic!("{id} {name}: {error}"));
            assert_eq!(&stored, name);
        }
        // Nothing is half done: each device has its line, each hidden line its device.
        assert_eq!(
            text("SELECT count(*) || '' FROM mag_devices LEFT JOIN lines ON lines.id = user_id WHERE lines.id IS NULL"),
            "0"
        );
        assert_eq!(
            text("SELECT count(*) || '' FROM lines WHERE is_mag = 1 AND id NOT IN (SELECT user_id FROM mag_devices)"),
            "0"
        );
    }
}

const OFFLINE: &str = "/api.php?action=stream&sub=offline";
const KEY_WRONG: &str = r#"{"result":false,"0":"KEY WRONG"}"#;

/// Asks until the answer is this one: another process's change is noticed within a second.
fn ask_until(served: &Served, path: &str, expected: &str) {
    let begun = std::time::Instant::now();
    let mut client = served.client();
    loop {
        let answer = client.get(path).text();
        if answer == expected {
            return;
        }
        assert!(begun.elapsed().as_secs() < 20, "{answer} is not {expected}");
    }
}

#[test]
fn settings_change_while_the_server_runs() {
    let (_folder, db) = folder();
    let served = Served::start(&["--db", &db, "--seed", "docs"]);
    assert_eq!(served.client().get(OFFLINE).text(), "[]");
    let set = run(&["settings", "--db", &db, "api_pass=secret", "v2_rate_limit=1000000"]);
    assert_eq!(
        (set.status.code(), String::from_utf8(set.stdout).unwrap().as_str()),
        (Some(0), "api_pass=secret\nv2_rate_limit=1000000\n")
    );
    ask_until(&served, OFFLINE, KEY_WRONG);
    assert_eq!(served.client().get(&format!("{OFFLINE}&api_pass=secret")).text(), "[]");
    served.end("-TERM");

    let shown = String::from_utf8(run(&["settings", "--db", &db]).stdout).unwrap();
    let values: Vec<&str> = shown.lines().filter(|line| !line.starts_with(' ')).collect();
    assert_eq!(
        values,
        [
            "allow_countries=",
            "api_ips=",
            "api_pass=secret",
            "archive_root=",
            "audit_days=400",
            "block_hosting=0",
            "blocked_asns=",
            "bruteforce_limit=0",
            "case_sensitive_line=1",
            "client_prebuffer=2",
            "connection_policy=refuse",
            "create_expiration=5",
            "disable_trial=0",
            "disallow_2nd_ip_con=0",
            "disallow_2nd_ip_max=1",
            "disallow_empty_user_agents=0",
            "epg_max_bytes=2GiB",
            "epg_max_time=900",
            "flood_limit=0",
            "geoip_files=",
            "hls_segment_seconds=10",
            "hls_segments=6",
            "hls_zap_replaces=1",
            "list_memory=32MiB",
            "mag_security=1",
            "media_memory=256MiB",
            "media_root=",
            "mysql_query=write",
            "nxt_device_cap=0",
            "nxt_maintenance=0",
            "on_air_timeout=10",
            "plain_api_keys=1",
            "player_content_type=application/json",
            "player_message=",
            "profile=",
            "restrict_playlists=1",
            "restrict_same_ip=1",
            "sources=test",
            "stream_linger=10",
            "stream_pace=wall",
            "stream_redirect=1",
            "upstream_allow=",
            "upstream_private=0",
            "upstream_user_agent=Linecard",
            "upstream_verify_tls=1",
            "user_auto_kick_hours=3",
            "v2_content_type=text/html; charset=UTF-8",
            "v2_extra_columns=",
            "v2_rate_limit=1000000",
            "webhook_http=0",
            "webhook_private_targets=0",
            "wrong_secrets=10",
            "zap_grace=300",
        ]
    );
}

#[test]
fn settings_that_cannot_be_are_refused_and_change_nothing() {
    let (folder, db) = folder();
    let missing = refused(&run(&["settings", "--db", &db, "api_pass=x"]));
    assert_eq!(
        missing,
        format!("linecard: cannot read {db}: there is no such file; name the panel's database with --db")
    );
    assert!(files(folder.path()).is_empty());
    let bad = refused(&run(&["serve", "--db", &db, "--set", "api_pas=x"]));
    assert!(
        bad.contains("there is no setting \"api_pas\", only allow_countries, api_ips, api_pass,"),
        "{bad}"
    );
    assert!(files(folder.path()).is_empty());

    Served::start(&["--db", &db, "--set", "api_pass=first"]).end("-TERM");
    let bad = refused(&run(&[
        "settings",
        "--db",
        &db,
        "api_pass=second",
        "mag_security=maybe",
    ]));
    assert!(bad.contains("mag_security=\"maybe\": it must be 0 or 1"), "{bad}");
    let kept = run(&["settings", "--db", &db]);
    assert!(String::from_utf8(kept.stdout).unwrap().contains("\napi_pass=first\n"));
}

#[test]
fn profiles_are_switched_on_at_the_start_and_kept() {
    const LATER: &str = "/api.php?action=line&sub=info";
    const ASKED: &str = r#"{"result":false,"error":"PARAMETER ERROR (user\/pass)"}"#;
    let (folder, db) = folder();
    let started = |arguments: &[&str]| Served::start(&[&["--db", &db][..], arguments].concat());
    let bad = refused(&run(&["serve", "--db", &db, "--profile", "xui,v2modern"]));
    assert!(
        bad.contains("legacy_off, status_clips), not \"v2modern\"; did you mean \"v2_modern\"?"),
        "{bad}"
    );
    assert!(files(folder.path()).is_empty());

    for (arguments, answer, kept) in [
        (
            &["--profile", "v2_sparse_lists,v2_modern"][..],
            ASKED,
            "v2_sparse_lists,v2_modern",
        ),
        (&[], ASKED, "v2_sparse_lists,v2_modern"),
        (
            &["--profile", "v2_sparse_lists", "--profile", "v2_raw_edit"],
            "",
            "v2_sparse_lists,v2_raw_edit",
        ),
        (&["--profile", "docs"], "", "docs"),
    ] {
        let served = started(arguments);
        assert_eq!(served.client().get(LATER).text(), answer, "{arguments:?}");
        served.end("-TERM");
        let shown = String::from_utf8(run(&["settings", "--db", &db]).stdout).unwrap();
        assert!(shown.contains(&format!("\nprofile={kept}\n")), "{shown}");
    }

    let served = started(&[]);
    let set = run(&["settings", "--db", &db, "profile=v2_modern"]);
    assert_eq!(set.status.code(), Some(0));
    ask_until(&served, LATER, ASKED);
}

#[test]
fn any_caller_is_admitted_when_asked_for_and_the_ready_line_says_so() {
    for (flags, named, answer) in [
        (
            &["--db", ":memory:"][..],
            None,
            r#"{"result":false,"0":"IP FORBIDDEN"}"#,
        ),
        (&["--db", ":memory:", "--any-caller"][..], Some("true"), "[]"),
    ] {
        let served = Served::start(flags);
        assert_eq!(served.ready().get("any_caller").copied(), named);
        let mut client = Client::from("127.0.0.5".parse().unwrap(), &served.host());
        assert_eq!(client.get(OFFLINE).text(), answer);
    }
}

#[test]
fn the_control_plane_stops_the_server_and_answers_first() {
    let (_folder, db) = folder();
    let served = Served::start(&[
        "--db",
        &db,
        "--seed",
        "docs",
        "--control",
        "--control-token",
        "let-me-in",
    ]);
    let token = [("Authorization", "Bearer let-me-in")];
    let answer = served.client().request("POST", "/_linecard/shutdown", &token, b"");
    assert_eq!((answer.status, answer.text().as_str()), (200, r#"{"stopping":true}"#));
    let (status, out, words) = served.ended();
    assert_eq!((status.code(), out.as_str(), words.as_str()), (Some(0), "", ""));
    // The write-ahead log was folded into the file.
    assert!(!std::path::Path::new(&format!("{db}-wal")).exists());
}
