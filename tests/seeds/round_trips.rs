//! An export is a seed: planted in an empty panel it gives the same rows, ids included.

use linecard::document::Format;
use linecard::seeds;
use linecard::time::Zone;
use rusqlite::Connection;

use super::{built_in, everything, planted};

/// A state as YAML and as JSON.
fn exported(db: &Connection) -> [(Format, String); 2] {
    let zone = Zone::named("Europe/London").unwrap();
    let document = seeds::export(db, zone).unwrap();
    [
        (Format::Yaml, seeds::yaml(&document)),
        (Format::Json, seeds::json(&document)),
    ]
}

#[test]
fn what_comes_with_the_program_survives_the_way_out_and_in() {
    for seed in [
        "docs",
        "small",
        "demo",
        "scale:lines=50,streams=40,resellers=5,customers=7,live=20,vod=10,series=4,epg_days=3",
    ] {
        let (before, documents) = built_in(seed, |db| (everything(db), exported(db)));
        for (form, text) in &documents {
            let (after, again) = planted(*form, text, |db| (everything(db), exported(db))).unwrap();
            assert_eq!(after, before, "{seed} {form:?}");
            assert_eq!(again, documents, "{seed} {form:?}");
        }
    }
}

#[test]
fn odd_rows_survive_too() {
    let sql = r#"
        INSERT INTO users_groups (group_id, group_name) VALUES (4, 'a'), (9, 'a'), (10, '');
        INSERT INTO users (id, username, member_group_id, owner_id, credits, password, status) VALUES
            (3, 'null', 4, 77, -5, 'plain', -128), (4, 'NULL', 9, 3, 1250, '', 1), (6, '5', 99, 4, 999999999999, '$6$x$y', 0);
        INSERT INTO bouquets (id, bouquet_name, bouquet_channels, bouquet_series) VALUES
            (2, 'true', '[1, 2]', '["1"]'), (3, '12', 'no json', '[5,5]'), (5, 'Ünï "q" \ : # ' || char(10, 9, 127, 133, 8232, 65279, 0) || 'x', '[]', '[]');
        INSERT INTO lines (id, username, password, member_id, bouquet, exp_date, last_activity_array, allowed_ips, created_at, contact, package_id, is_mag, is_e2) VALUES
            (5, 'a', ' x ', 4, '[2,3,5,77]', '2026-10-25 01:30:00', '{"a":{"raw":"x"},"b":1.0,"c":[null,true,1e300]}', '["1",2]', -5, 'yes', 0, 0, 0),
            (8, 'b', '', 6, '[]', '9999-99-99', '{"raw":"x"}', '["10.0.0.1"]', 9223372036854775807, '1e5', 3, 1, 0),
            (9, 'c', '0x1F', 0, '{}', NULL, '[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]', 'x', 0, '~', NULL, 1, 1),
            (11, 'd', '', 0, '[]', NULL, 'null', '[]', 1, '- x', NULL, 1, 0), (12, 'e', '', 0, '[]', NULL, '5', '[]', 1, '', NULL, 0, 1);
        INSERT INTO mag_devices (mag_id, user_id, mac, parent_password, token) VALUES (1, 8, 'm', '0000', ''), (2, 8, 'm', '', 'x'), (4, 11, 'n', '0', ''), (5, 404, 'o', '', '');
        INSERT INTO enigma2_devices (device_id, user_id, mac) VALUES (7, 12, 'e'), (8, 0, ''), (9, 9, 'f');
        INSERT INTO streams (id, type, stream_display_name, rating, tmdb_id, movie_properties, epg_id) VALUES
            (3, 0, 'x', 1.5, NULL, '{"plot":"a\/b"}', 0), (4, 2, 'x', 9e999, 5, '{"b":1,"a":2}', NULL), (5, 9, 'x', -0.0, 5, '[]', 7), (6, 1, 'x', 1e21, 5, '{}', 7);
        INSERT INTO streams_servers (server_stream_id, stream_id, server_id) VALUES (2, 4, 1), (5, 3, 0);
        INSERT INTO streams_categories (category_type, category_name) VALUES ('odd', 'a'), ('live', 'a'), ('movie', 'a');
        INSERT INTO linecard_settings (name, value) VALUES ('api_pass', '0'), ('v2_rate_limit', '5');
        INSERT INTO linecard_extra (line_id, name, value) VALUES (5, 'nickname', 'x'), (5, 'a', 'null');
        INSERT INTO users_logs (deleted_info) VALUES ('{"x":[1,2]}'), ('');
        INSERT INTO activecodes (code, exp_date) VALUES ('abc', '2026-03-29 01:30:00');
        INSERT INTO profiles (profile_id) VALUES (9);
        DELETE FROM profiles;
    "#;
    let (before, documents) = built_in("scale:lines=0", |db| {
        db.execute_batch(sql).unwrap();
        (everything(db), exported(db))
    });
    for (form, text) in &documents {
        let (after, again) = planted(*form, text, |db| (everything(db), exported(db)))
            .unwrap_or_else(|wrong| panic!("{wrong:?}\n{text}"));
        assert_eq!(after, before, "{form:?}\n{text}");
        assert_eq!(again, documents, "{form:?}");
    }
}

#[test]
fn what_a_billing_system_keeps_survives_too() {
    let sql = r#"
        INSERT INTO users_packages (id, package_name, is_official, official_duration, official_duration_in) VALUES (3, 'Month', 1, 1, 'months');
        INSERT INTO lines (id, username, exp_date, is_mag, enabled) VALUES (2, 'alice', '2026-10-25 01:30:00', 0, 0), (4, 'box', NULL, 1, 1), (6, 'gone', NULL, 0, 1);
        INSERT INTO mag_devices (mag_id, user_id, mac) VALUES (3, 4, 'm'), (5, 2, '00:1A:79:00:00:01');
        INSERT INTO linecard_tracked_lines (line_id, device_limit) VALUES (2, 3), (4, 1);
        INSERT INTO linecard_devices (id, line_id, mag_id, device_id, user_agent, ip, name, first_seen, last_seen) VALUES
            (2, 2, 5, NULL, NULL, NULL, NULL, 5, NULL), (3, 4, NULL, 'x', NULL, NULL, 'n', 6, 7), (5, 2, NULL, NULL, 'VLC', '192.0.2.1', NULL, 1792891800, 9),
            (9, 2, NULL, 'tv', NULL, NULL, NULL, 0, NULL);
        INSERT INTO linecard_customers (id, email, name, password, external_id, status, created, updated) VALUES
            (1, 'a@example.com', 'A', '$argon2id$v=19$m=8,t=1,p=1$x$y', 'x-1', 'blocked', 1792891800000, 1792891800001), (4, 'B@example.com', '5', NULL, NULL, 'active', 0, 9223372036854775807),
            (5, 'b@example.com', '', 'plain', '5', 'active', -1, 123);
        INSERT INTO linecard_products (id, name, description, price, currency, interval, interval_count, package_id, device_limit, mac_binding, status, created, updated) VALUES
            (123, 'same', '', 0, 'USD', 'month', 1, 3, NULL, 0, 'active', 1, 2), (124, 'same', 'd', 99999999999, 'eur', 'day', 120, 99, 0, 1, 'archived', 0, 0), (126, 'prod_123', 'd', 5, 'EUR', 'year', 1, NULL, 100, 0, 'active', 0, 0);
        INSERT INTO linecard_subscriptions (id, customer_id, product_id, external_id, price, currency, period_start, anchor_day, is_pending, cancel_at_end, cancelled, line_id, is_line_gone, own_end, is_suspended, created, updated) VALUES
            (2, 1, 123, 's', 999, 'USD', 1792891800, 31, 0, 1, NULL, 2, 0, NULL, 0, 1792891800123, 1792891800124), (3, 77, 124, NULL, 1, 'USD', 1772891800, 1, 1, 0, NULL, NULL, 0, '2026-12-31', 1, 0, 0),
            (5, 4, 126, '7', 1, 'USD', 9792891800, 9, 1, 0, NULL, 6, 0, NULL, 0, 0, 0), (6, 5, 126, NULL, 1, 'USD', 0, 9, 0, 1, 5, NULL, 0, NULL, 0, 0, 0);
        DELETE FROM lines WHERE id = 6;
        INSERT INTO linecard_invoices (id, subscription_id, customer_id, product_id, product_name, amount, currency, status, due, paid, reference, created, updated) VALUES
            (1, 2, 1, 123, 'as it was', 999, 'USD', 'paid', 1792891800, 1792891800999, 'r', 1, 1), (7, 3, 77, 124, '', 3599999999964, 'EUR', 'void', 5, 6, NULL, 0, 0), (9, 2, 4, 126, 'x', 0, 'USD', 'paid', 0, NULL, '', 0, 0);
        DELETE FROM linecard_invoices WHERE id = 9;
    "#;
    let (before, documents) = built_in("scale:lines=0", |db| {
        db.execute_batch(sql).unwrap();
        (everything(db), exported(db))
    });
    for (form, text) in &documents {
        let (after, again) = planted(*form, text, |db| (everything(db), exported(db)))
            .unwrap_or_else(|wrong| panic!("{wrong:?}\n{text}"));
        assert_eq!(after, before, "{form:?}\n{text}");
        assert_eq!(again, documents, "{form:?}");
    }
}

#[test]
fn an_export_reads_as_somebody_would_write_it() {
    let text = "
complete: true
accounts:
  - {username: anna, group: 0, registered: 2026-01-01}
bouquets:
  - {name: Basic}
lines:
  - {username: alice, password: pw, expires: 2026-12-31, owner: anna, bouquets: [Basic], created: 2026-01-01, updated: 2026-01-01 10:00:00}
  - {id: 9, username: '12', password: pw, created: 0, updated: 0}
counters: {lines: 12}
";
    let document = planted(Format::Yaml, text, exported).unwrap();
    let expected = "\
# yaml-language-server: $schema=seed.schema.json
complete: true
accounts:
  - username: anna
    group: 0
    registered: \"2026-01-01\"
bouquets:
  - name: Basic
lines:
  - username: alice
    password: pw
    expires: \"2026-12-31\"
    owner: anna
    bouquets: [Basic]
    created: \"2026-01-01\"
    updated: \"2026-01-01 10:00:00\"
  - id: 9
    username: \"12\"
    password: pw
    created: \"1970-01-01 01:00:00\"
    updated: \"1970-01-01 01:00:00\"
counters:
  lines: 12
";
    assert_eq!(document[0].1, expected);
    let json = "{\n  \"$schema\": \"seed.schema.json\",\n  \"complete\": true,\n  \"accounts\": [\n    {\"username\": \"anna\", \"group\": 0, \"registered\": \"2026-01-01\"}\n  ],\n";
    assert!(document[1].1.starts_with(json), "{}", document[1].1);
}

#[test]
fn a_guide_survives_with_its_import_and_without_what_another_import_has_begun() {
    let sql = "
        INSERT INTO epg (id, epg_name) VALUES (1, 'a'), (3, 'b');
        INSERT INTO epg_imports (epg_id, generation, etag, state, bytes, programmes, skipped, error) VALUES (3, 7, '\"x\"', 'done', 5, 2, 1, '');
        INSERT INTO epg_data (id, epg_id, generation, channel_id, start, \"end\", lang, title, description) VALUES
            (1, 1, 0, 'one', 0, 60, '', '', ''), (4, 3, 7, 'two', 1792891800, 1792895400, 'en', 'T & t', 'D'),
            (5, 3, 7, 'two', 1792895400, 1792899000, '', '5', '');";
    let begun = "INSERT INTO epg_data (epg_id, generation, channel_id) VALUES (3, 8, 'two'), (99, 0, 'gone')";
    let (before, documents) = built_in("scale:lines=0", |db| {
        db.execute_batch(sql).unwrap();
        let before = everything(db);
        db.execute(begun, []).unwrap();
        (before, exported(db))
    });
    for (form, text) in &documents {
        let (after, _) = planted(*form, text, |db| {
            db.execute("DELETE FROM sqlite_sequence WHERE name = 'epg_data'", [])
                .unwrap();
            db.execute("INSERT INTO sqlite_sequence VALUES ('epg_data', 5)", [])
                .unwrap();
            (everything(db), ())
        })
        .unwrap();
        assert_eq!(after, before, "{form:?}");
    }
}
