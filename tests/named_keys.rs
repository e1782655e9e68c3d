//! Named keys of accounts at the Admin API: whose they are, what their scopes allow, and when they are good.

use linecard::document::Format;
use linecard::panel::rest_secrets::hash;
use serde_json::{Value, json};

use crate::support::process::{Served, folder, refused, run};
use crate::support::{DONE, NOW, Panel, encoded, soon};

const BAD_KEY: &str = r#"{"status":"STATUS_FAILURE","data":{},"error":"Invalid API key."}"#;
const NO_PERMISSIONS: &str = r#"{"status":"STATUS_NO_PERMISSIONS","data":{},"error":"No permissions."}"#;

/// Gives an account a named key of this text, with these scopes.
pub fn give(panel: &Panel, user: i64, text: &str, scopes: &str) {
    let created = NOW - 100;
    panel.sql(&format!(
        "INSERT INTO linecard_secrets (kind, name, hash, scopes, tier, created, user_id)
         VALUES ('named', '{text}', '{}', '{scopes}', 'standard', {created}, {user})",
        hash(text)
    ));
}

/// What a call with a key is answered.
fn asked(panel: &Panel, key: &str, call: &str) -> String {
    let path = format!("{}?api_key={key}&action={call}", panel.admin_path());
    panel.client().get(&path).text()
}

fn is_good(panel: &Panel, key: &str) -> bool {
    match asked(panel, key, "get_line&id=4521") {
        answer if answer.starts_with(r#"{"status":"STATUS_SUCCESS""#) => true,
        answer => {
            assert_eq!(answer, BAD_KEY);
            false
        }
    }
}

#[test]
fn scopes_say_which_actions_a_key_opens() {
    let panel = Panel::docs();
    for (key, scopes) in [
        ("lc_all", r#"["all"]"#),
        ("lc_read", r#"["read"]"#),
        ("lc_no_sql", r#"["no_sql"]"#),
        ("lc_both", r#"["all","read","no_sql"]"#),
    ] {
        give(&panel, 1, key, scopes);
    }
    let sql = format!(
        "mysql_query&query={}",
        encoded("SELECT username FROM lines WHERE id = 4521")
    );
    for (call, refusing) in [
        ("user_info", &[][..]),
        ("get_lines", &[]),
        ("disable_line&id=4521", &["lc_read", "lc_both"]),
        ("enable_line&id=4521", &["lc_read", "lc_both"]),
        ("create_line&username=x", &["lc_read", "lc_both"]),
        ("edit_settings&mag_security=1", &["lc_read", "lc_both"]),
        (sql.as_str(), &["lc_read", "lc_no_sql", "lc_both"]),
    ] {
        for key in ["YOUR_KEY", "lc_all", "lc_read", "lc_no_sql", "lc_both"] {
            let answer = asked(&panel, key, call);
            match refusing.contains(&key) {
                true => assert_eq!(answer, NO_PERMISSIONS, "{key} {call}"),
                false => assert_ne!(answer, NO_PERMISSIONS, "{key} {call}"),
            }
        }
    }
    // What is refused does nothing.
    assert_eq!(asked(&panel, "lc_read", "delete_line&id=4522"), NO_PERMISSIONS);
    assert_eq!(panel.sql_one("SELECT count(*) FROM lines WHERE id = 4522"), "1");
    // An unknown action is unknown before that.
    let unknown = asked(&panel, "lc_read", "no_such_thing");
    assert_eq!(
        unknown,
        r#"{"status":"STATUS_FAILURE","data":{},"error":"Invalid action."}"#
    );
}

#[test]
fn its_caller_is_its_account_wherever_the_key_is_sent() {
    let panel = Panel::docs();
    panel.sql("INSERT INTO users (id, username, member_group_id) VALUES (200, 'second', 10)");
    give(&panel, 200, "lc_second", r#"["all"]"#);
    let info: Value = serde_json::from_str(&asked(&panel, "lc_second", "user_info")).unwrap();
    assert_eq!(info["data"]["username"], "second");
    for headers in [("X-Api-Key", "lc_second"), ("Authorization", "Bearer lc_second")] {
        let path = format!("{}?action=disable_line&id=4521", panel.admin_path());
        let answer = panel.client().request("POST", &path, &[headers], b"");
        assert_eq!(answer.text(), DONE, "{headers:?}");
    }
    let audited = "SELECT user_id || ' ' || key_id || ' ' || action FROM linecard_audit WHERE thing = 'lines' ORDER BY id LIMIT 1";
    assert_eq!(panel.sql_one(audited), "200 200 disable_line");
    let used = "SELECT last_used FROM linecard_secrets WHERE name = 'lc_second'";
    assert_eq!(panel.sql_one(used), NOW.to_string());
    // It opens nothing at the REST APIs, and their secrets nothing here.
    let headers = [("Authorization", "Bearer lc_second")];
    assert_eq!(panel.client().request("GET", "/api/status", &headers, b"").status, 401);
    assert_eq!(
        panel.client().request("GET", "/api/v1/customers", &headers, b"").status,
        401
    );
    assert!(!is_good(&panel, "your_api_token_here") && !is_good(&panel, "your_api_key_here"));
}

#[test]
fn it_is_good_as_long_as_its_account_is_and_it_is_not_revoked() {
    let panel = Panel::docs();
    panel.sql("INSERT INTO users (id, username, member_group_id) VALUES (200, 'second', 10)");
    give(&panel, 200, "lc_second", r#"["all"]"#);
    give(&panel, 88, "lc_reseller", r#"["all"]"#);
    assert!(is_good(&panel, "lc_second") && !is_good(&panel, "lc_reseller") && !is_good(&panel, "lc_secon"));
    for (off, on) in [
        (
            "UPDATE users SET status = 0 WHERE id = 200",
            "UPDATE users SET status = 1 WHERE id = 200",
        ),
        (
            "UPDATE users SET member_group_id = 3 WHERE id = 200",
            "UPDATE users SET member_group_id = 10 WHERE id = 200",
        ),
        (
            "UPDATE linecard_secrets SET revoked = 1 WHERE user_id = 200",
            "UPDATE linecard_secrets SET revoked = NULL WHERE user_id = 200",
        ),
        (
            "UPDATE linecard_secrets SET ttl = 100 WHERE user_id = 200",
            "UPDATE linecard_secrets SET ttl = 101 WHERE user_id = 200",
        ),
    ] {
        panel.sql(off);
        assert!(!is_good(&panel, "lc_second"), "{off}");
        panel.sql(on);
        assert!(is_good(&panel, "lc_second"), "{on}");
    }
    // The setting is about keys of accounts alone.
    let told = || {
        crate::support::block_on(panel.inner().first_call_info())
            .unwrap()
            .api_key
    };
    assert_eq!(told().as_deref(), Some("YOUR_KEY"));
    panel.set("plain_api_keys=0");
    assert!(!is_good(&panel, "YOUR_KEY") && is_good(&panel, "lc_second"));
    assert_eq!(told(), None);
    panel.set("plain_api_keys=1");
    assert!(is_good(&panel, "YOUR_KEY"));
    // It goes with its account, whoever deletes that.
    assert_eq!(
        panel.mysql_query("DELETE FROM users WHERE id = 200"),
        r#"{"status":"STATUS_SUCCESS","data":{"affected_rows":1,"insert_id":0}}"#
    );
    assert!(!is_good(&panel, "lc_second"));
    assert_eq!(
        panel.sql("SELECT name FROM linecard_secrets WHERE kind = 'named'"),
        ["lc_reseller"]
    );
    assert!(panel.call("delete_user", "id=88").contains("STATUS_SUCCESS"));
    assert_eq!(
        panel.sql("SELECT name FROM linecard_secrets WHERE kind = 'named'"),
        Vec::<String>::new()
    );
}

#[test]
fn the_journal_says_what_a_key_that_is_refused_is() {
    let panel = Panel::docs_seeded(7);
    give(&panel, 88, "lc_reseller", r#"["all"]"#);
    give(&panel, 1, "lc_old", r#"["all"]"#);
    panel.sql("UPDATE linecard_secrets SET ttl = 1 WHERE name = 'lc_old'");
    let hint = |key: &str| {
        panel.client().request("DELETE", "/_linecard/requests", &[], b"");
        assert_eq!(asked(&panel, key, "get_line&id=4521"), BAD_KEY);
        let told: Value = serde_json::from_str(&panel.client().get("/_linecard/unmatched").text()).unwrap();
        told["unmatched"][0]["near_misses"].clone()
    };
    let bad = |hint: &str| json!([{ "kind": "bad_key", "hint": hint }]);
    assert_eq!(
        hint("lc_reseller"),
        bad("this is a named key of an account that is no administrator")
    );
    assert_eq!(hint("lc_old"), bad("this is a named key whose end has come"));
    panel.sql("UPDATE users SET status = 0 WHERE id = 88");
    assert_eq!(
        hint("lc_reseller"),
        bad("this is a named key of an account that is disabled")
    );
    panel.set("plain_api_keys=0");
    let off = "keys of accounts open nothing while the setting `plain_api_keys` is 0; `linecard key create NAME --user USERNAME` \
               makes one that does";
    assert_eq!(hint("YOUR_KEY"), bad(off));
}

#[test]
fn who_guesses_named_keys_is_refused_as_who_guesses_others() {
    let panel = Panel::docs_with(|config| config.trusted_proxies = vec!["127.0.0.1".into()]);
    give(&panel, 1, "lc_good", r#"["all"]"#);
    panel.set("wrong_secrets=2");
    let ask = |key: &str| {
        let path = format!("{}?api_key={key}&action=get_line&id=4521", panel.admin_path());
        let headers = [("X-Forwarded-For", "203.0.113.9")];
        panel.client().request("GET", &path, &headers, b"").status
    };
    assert_eq!(["lc_good", "lc_a", "lc_b", "lc_good"].map(ask), [200, 200, 200, 429]);
}

#[test]
fn a_seed_and_an_export_have_them() {
    let text = "
accounts: [{username: boss}]
api_keys:
  - {name: deploy, secret: lc_secret_of_the_seed, user: boss, scopes: [read, no_sql]}
  - {name: whole, secret: lc_another_of_the_seed, user: boss}
  - {name: shop, secret: bp_secret_of_the_seed, scopes: ['customers:read']}
";
    let look = |db: &rusqlite::Connection| {
        let sql = "SELECT kind || ' ' || name || ' ' || scopes || ' ' || coalesce(username, '-') FROM linecard_secrets
                   LEFT JOIN users ON users.id = user_id ORDER BY linecard_secrets.id";
        let mut query = db.prepare(sql).unwrap();
        let rows = query.query_map([], |row| row.get::<_, String>(0)).unwrap();
        rows.map(Result::unwrap).collect::<Vec<String>>()
    };
    let export = |db: &rusqlite::Connection| {
        let zone = linecard::time::Zone::UTC;
        (
            look(db),
            linecard::seeds::yaml(&linecard::seeds::export(db, zone).unwrap()),
        )
    };
    let (rows, exported) = crate::seeds::planted(Format::Yaml, text, export).unwrap();
    let expected = [
        r#"named deploy ["read","no_sql"] boss"#,
        r#"named whole ["all"] boss"#,
        r#"billing shop ["customers:read"] -"#,
    ];
    assert_eq!(rows, expected);
    assert!(exported.contains("    user: boss\n"), "{exported}");
    assert_eq!(
        crate::seeds::planted(Format::Yaml, &exported, export).unwrap(),
        (rows, exported)
    );
    let wrong = |key: &str| {
        let text =
            format!("accounts: [{{username: boss}}]\napi_keys: [{{name: x, secret: lc_secret_of_the_seed, {key}}}]");
        crate::seeds::planted(Format::Yaml, &text, |_| ())
            .unwrap_err()
            .join("; ")
    };
    assert_eq!(
        wrong("user: bos"),
        "line 2: api_keys[0].user: there is no \"bos\" in accounts; did you mean \"boss\"?"
    );
    assert_eq!(
        wrong("user: boss, scopes: [reed]"),
        "line 2: api_keys[0].scopes: there is no scope \"reed\"; did you mean \"read\"?"
    );
    assert_eq!(
        wrong("scopes: ['customer:read']"),
        "line 2: api_keys[0].scopes: there is no scope \"customer:read\"; did you mean \"customers:read\"?"
    );
    assert_eq!(
        wrong("user: boss, tier: enterprise"),
        "line 2: api_keys[0].tier: a named key has no rate limit; leave it out"
    );
}

#[test]
fn the_command_makes_lists_and_revokes_them() {
    let (_kept, db) = folder();
    let served = Served::start(&["--db", &db, "--seed", "docs", "--set", "wrong_secrets=0"]);
    let said = |arguments: &[&str]| {
        let output = run(&[arguments, &["--db", &db]].concat());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let key = said(&["key", "create", "deploy", "--user", "ADMIN", "--scope", "read"]);
    let key = key.trim_end();
    assert!(key.starts_with("lc_") && key.len() == 43, "{key}");
    let asked = |call: &str| {
        let path = format!("/access/admin/index.php?api_key={key}&action={call}");
        served.client().get(&path).text()
    };
    assert!(soon(|| asked("get_line&id=4521").contains("STATUS_SUCCESS")));
    assert_eq!(asked("delete_line&id=4521"), NO_PERMISSIONS);
    let listed = said(&["key", "list"]);
    let line = listed.lines().find(|line| line.starts_with("deploy ")).unwrap();
    assert!(line.starts_with("deploy user=admin scopes=read created="), "{listed}");
    assert!(!line.contains("last_used=never") && !listed.contains(key), "{listed}");
    let refused = |arguments: &[&str]| refused(&run(&[arguments, &["--db", &db]].concat()));
    assert!(refused(&["key", "create", "deploy"]).contains("there is one named \"deploy\" already"));
    assert!(refused(&["key", "create", "x", "--user", "nobody"]).contains("there is no account named \"nobody\""));
    assert!(refused(&["key", "create", "x", "--user", "admin", "--scope", "reed"]).contains("did you mean read?"));
    let other = refused(&["key", "create", "x", "--user", "admin", "--scope", "customers:read"]);
    assert!(other.contains("there are all, read, no_sql"), "{other}");
    assert!(refused(&["key", "create", "x", "--user", "admin", "--tier", "enterprise"]).contains("--tier"));
    said(&["key", "revoke", "deploy"]);
    assert!(soon(|| asked("get_line&id=4521") == BAD_KEY));
}
