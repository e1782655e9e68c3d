//! What a document means: names, ids, times, defaults, and documents that add to others.

use linecard::document::Format;

use super::{everything, planted, planted_all, rows};

const YAML: &str = "
accounts:
  - {username: anna, credits: 12.50}
categories:
  - name: News
  - {name: News, type: movie}
streams:
  - {name: World, category: live/News, sources: http://a.example/1, added: 2026-07-01 12:00}
  - {name: Film, type: movie, category: [movie/News], rating: 7.5}
bouquets:
  - {name: Basic, channels: [World], movies: Film}
lines:
  - {username: alice, password: 0123, owner: anna, bouquets: [Basic, 9], expires: +30d}
  - {username: bob, id: 7, pair: alice, expires: never, enabled: false, allowed_ips: 192.0.2.1}
  - {username: carol, expires: 1798761600}
mags:
  - {mac: '00:1A:79:00:00:01', owner: anna, bouquets: [Basic], expires: 2027-01-01}
";

const TOML: &str = r#"
[[accounts]]
username = "anna"
credits = 12.50
[[categories]]
name = "News"
[[categories]]
name = "News"
type = "movie"
[[streams]]
name = "World"
category = "live/News"
sources = "http://a.example/1"
added = 2026-07-01T12:00:00
[[streams]]
name = "Film"
type = "movie"
category = ["movie/News"]
rating = 7.5
[[bouquets]]
name = "Basic"
channels = ["World"]
movies = "Film"
[[lines]]
username = "alice"
password = "0123"
owner = "anna"
bouquets = ["Basic", 9]
expires = "+30d"
[[lines]]
username = "bob"
id = 7
pair = "alice"
expires = "never"
enabled = false
allowed_ips = "192.0.2.1"
[[lines]]
username = "carol"
expires = 1798761600
[[mags]]
mac = "00:1A:79:00:00:01"
owner = "anna"
bouquets = ["Basic"]
expires = 2027-01-01
"#;

const JSON: &str = r#"{
"accounts": [{"username": "anna", "credits": 12.50}],
"categories": [{"name": "News"}, {"name": "News", "type": "movie"}],
"streams": [
    {"name": "World", "category": "live/News", "sources": "http://a.example/1", "added": "2026-07-01 12:00"},
    {"name": "Film", "type": "movie", "category": ["movie/News"], "rating": 7.5}],
"bouquets": [{"name": "Basic", "channels": ["World"], "movies": "Film"}],
"lines": [
    {"username": "alice", "password": "0123", "owner": "anna", "bouquets": ["Basic", 9], "expires": "+30d"},
    {"username": "bob", "id": 7, "pair": "alice", "expires": "never", "enabled": false, "allowed_ips": "192.0.2.1"},
    {"username": "carol", "expires": 1798761600}],
"mags": [{"mac": "00:1A:79:00:00:01", "owner": "anna", "bouquets": ["Basic"], "expires": "2027-01-01"}]
}"#;

#[test]
fn a_document_means_the_same_in_each_of_its_forms() {
    for (form, text) in [
        (Format::Yaml, YAML),
        (Format::Toml, TOML),
        (Format::Json, JSON),
        (Format::Yaml, JSON),
    ] {
        let seen = planted(form, text, |db| {
            [
                "SELECT id, username, credits, date_registered, member_group_id FROM users",
                "SELECT id, category_type, category_name FROM streams_categories",
                "SELECT id, type, category_id, stream_source, rating, added FROM streams",
                "SELECT id, bouquet_name, bouquet_channels, bouquet_movies FROM bouquets",
                "SELECT id, username, member_id, bouquet, exp_date, enabled, pair_id, allowed_ips, is_mag, created_at FROM lines",
                "SELECT mag_id, user_id, mac, created FROM mag_devices",
                "SELECT password FROM lines WHERE username = 'alice'",
                "SELECT length(username), length(password) FROM lines WHERE is_mag = 1",
            ]
            .map(|sql| rows(db, sql).join("\n"))
        });
        let expected = [
            "1|anna|1250|1773585000|0",
            "1|live|News\n2|movie|News",
            "1|1|[1]|[\"http://a.example/1\"]|0|1782903600\n2|2|[2]|[]|7.5|1773585000",
            "1|Basic|[1]|[2]",
            "1|alice|1|[1,9]|2026-04-14 15:30:00|1|null|[]|0|1773585000\n7|bob|0|[]|null|0|1|[\"192.0.2.1\"]|0|1773585000\n8|carol|0|[]|2027-01-01|1|null|[]|0|1773585000\n9|HIDDEN|1|[1]|2027-01-01|1|null|[]|1|1773585000",
            "1|9|00:1A:79:00:00:01|1773585000",
            "0123",
            "32|32",
        ];
        let seen = seen.unwrap().map(|text| {
            let hidden = text
                .lines()
                .find(|line| line.starts_with("9|"))
                .and_then(|line| line.split('|').nth(1));
            match hidden {
                Some(name) => text.replace(name, "HIDDEN"),
                None => text,
            }
        });
        assert_eq!(seen, expected, "{form:?}");
    }
}

#[test]
fn a_later_document_changes_what_it_names_and_adds_the_rest() {
    let later = "
streams:
  - {name: World, icon: i.png, servers: []}
  - name: World
    type: radio
lines:
  - {username: ALICE, max_connections: 3}
  - username: dave
  - {id: 7, username: robert}
mags:
  - {mac: '00:1A:79:00:00:01', expires: never, lock_device: true}
";
    let seen = planted_all(&[(Format::Yaml, YAML), (Format::Yaml, later)], |db| {
        [
            "SELECT id, type, stream_icon, stream_source FROM streams",
            "SELECT id, username, max_connections, exp_date FROM lines WHERE is_mag = 0",
            "SELECT exp_date, lock_device FROM mag_devices JOIN lines ON lines.id = user_id",
        ]
        .map(|sql| rows(db, sql).join("\n"))
    });
    let expected = [
        "1|1|i.png|[\"http://a.example/1\"]\n2|2||[]\n3|4||[]",
        "1|ALICE|3|2026-04-14 15:30:00\n7|robert|1|null\n8|carol|1|2027-01-01\n10|dave|1|null",
        "null|1",
    ];
    assert_eq!(seen.unwrap(), expected);
}

#[test]
fn a_password_of_an_account_is_kept_as_a_hash_and_a_hash_as_it_is() {
    let text = "accounts: [{username: a, password: secret}, {username: b, password: $6$salt$hash}, {username: c}]";
    let seen = planted(Format::Yaml, text, |db| {
        rows(db, "SELECT substr(password, 1, 11) FROM users")
    })
    .unwrap();
    assert!(seen[0].starts_with("$6$") && seen[0].len() == 11, "{seen:?}");
    assert_eq!(seen[1..], ["$6$salt$has", ""]);
}

#[test]
fn a_stream_is_on_the_main_server_unless_it_says_where() {
    let text = "
servers: [{name: Edge}, {name: Main, is_main: true}]
streams:
  - {name: a}
  - {name: b, servers: []}
  - {name: c, servers: [{server: Edge, pid: 5}, {server: Main}]}
";
    let seen = planted(Format::Yaml, text, |db| {
        rows(
            db,
            "SELECT server_stream_id, stream_id, server_id, pid FROM streams_servers",
        )
    });
    assert_eq!(seen.unwrap(), ["1|1|2|null", "2|3|1|5", "3|3|2|null"]);
}

#[test]
fn generated_rows_follow_from_the_chance_and_stand_beside_written_ones() {
    let text = "
lines: [{username: alice}]
streams: [{name: Own}]
generate: {live: 30, vod: 20, series: 5, epg_days: 7, lines: 10, resellers: 3}
";
    let counts = "SELECT (SELECT count(*) FROM streams WHERE type = 1), (SELECT count(*) FROM streams WHERE type = 2),
         (SELECT count(*) FROM streams_series), (SELECT count(*) FROM epg_channels), (SELECT days_keep FROM epg),
         (SELECT count(*) FROM lines), (SELECT count(*) FROM users), (SELECT count(*) FROM access_codes),
         (SELECT count(*) FROM streams_episodes WHERE stream_id NOT IN (SELECT id FROM streams WHERE type = 5)),
         (SELECT count(*) FROM streams_servers WHERE server_id <> 1),
         (SELECT count(*) FROM lines WHERE member_id <> 0 AND member_id NOT IN (SELECT id FROM users))";
    let seen = || planted(Format::Yaml, text, |db| (rows(db, counts), super::everything(db))).unwrap();
    let (counted, all) = seen();
    assert_eq!(counted, ["31|20|5|30|7|11|4|1|0|0|0"]);
    assert_eq!(seen().1, all);
}

#[test]
fn a_generated_guide_is_full_around_the_present() {
    let text = "generate: {live: 3, epg_days: 2}";
    let gaps = "SELECT count(*) FROM epg_data d WHERE \"end\" <= start OR NOT EXISTS (SELECT 1 FROM epg_data n
            WHERE (n.channel_id, n.start) = (d.channel_id, d.\"end\")) AND \"end\" <> (SELECT max(\"end\") FROM epg_data)";
    let span = "SELECT channel_id, count(*) > 20, min(start) - 1773585000 <= -86400, max(\"end\") - 1773585000 > 80000, max(generation)
         FROM epg_data JOIN streams USING (epg_id, channel_id) GROUP BY 1";
    let seen = planted(Format::Yaml, text, |db| (rows(db, gaps), rows(db, span))).unwrap();
    let full = |n: u8| format!("live{n}.generated|1|1|1|0");
    assert_eq!(seen, (vec!["0".to_owned()], vec![full(1), full(2), full(3)]));
}

#[test]
fn programmes_are_written_at_a_distance_and_those_of_a_later_document_replace_them() {
    let first = "
epgs:
  - name: Guide
    programmes:
      - {channel: one, start: -30m, end: +30m, title: News, description: All of it, language: en}
      - {channel: one, start: +30m, end: +1h}
";
    let sql = "SELECT channel_id, start - 1773585000, \"end\" - 1773585000, title, description, lang, generation FROM epg_data ORDER BY id";
    let one = |text: &str| planted(Format::Yaml, text, |db| rows(db, sql)).unwrap();
    assert_eq!(one(first), ["one|-1800|1800|News|All of it|en|0", "one|1800|3600||||0"]);
    // They are of the generation that is shown.
    let imported = first.replace(
        "    programmes",
        "    imports: [{generation: 4, state: done}]\n    programmes",
    );
    assert_eq!(
        one(&imported),
        ["one|-1800|1800|News|All of it|en|4", "one|1800|3600||||4"]
    );
    let twice = format!("{first}  - name: Other\n    programmes: [{{channel: x, start: now}}]\n");
    let told = planted(Format::Yaml, &twice, |_| ()).unwrap_err();
    assert!(told[0].contains("the key \"end\" is missing"), "{told:?}");
}

#[test]
fn anchors_stand_for_what_they_name() {
    let text = "lines: [{username: a, bouquets: &b [1, 2]}, {username: b, bouquets: *b}]";
    let seen = planted(Format::Yaml, text, |db| rows(db, "SELECT bouquet FROM lines"));
    assert_eq!(seen.unwrap(), ["[1,2]", "[1,2]"]);
}

#[test]
fn a_thing_can_be_called_what_it_is() {
    let natural = "
servers: [{server: Main}]
groups: [{group: Shops}]
accounts: [{account: anna, group: Shops}]
access_codes: [{access_code: front-door}]
categories: [{category: Sports}, {category: Sports, type: movie}]
transcode_profiles: [{transcode_profile: HD}]
epgs: [{epg: Guide}]
streams: [{stream: Cup, category: live/Sports, epg: Guide}]
series: [{series: Saga}]
bouquets: [{bouquet: All, channels: Cup, series: Saga}]
packages: [{package: Year, groups: Shops, bouquets: All}]
lines: [{line: alice, owner: anna, bouquets: All, package: Year}]
mags: [{mag: '00:1A:79:00:00:01', line: alice}]
enigmas: [{enigma: '00:1A:79:00:00:02', line: alice}]
activecodes: [{activecode: '1234567890', owner: anna}]
";
    let keys = [
        ("server:", "name:"),
        ("{group:", "{name:"),
        ("account:", "username:"),
        ("access_code:", "code:"),
        ("{category:", "{name:"),
        ("transcode_profile:", "name:"),
        ("{epg:", "{name:"),
        ("stream:", "name:"),
        ("{series:", "{title:"),
        ("bouquet:", "name:"),
        ("{package:", "{name:"),
        ("{line:", "{username:"),
        ("mag:", "mac:"),
        ("enigma:", "mac:"),
        ("activecode:", "code:"),
    ];
    let documented = keys.iter().fold(natural.to_owned(), |text, (alias, key)| {
        assert!(text.contains(alias), "{alias}");
        text.replace(alias, key)
    });
    let seen = |text: &str| planted(Format::Yaml, text, everything).unwrap();
    assert_eq!(seen(natural), seen(&documented));
    // A later document finds what it names, whichever key says it.
    let later = "lines: [{line: alice, max_connections: 3}]";
    let held = planted_all(&[(Format::Yaml, natural), (Format::Yaml, later)], |db| {
        rows(db, "SELECT username, max_connections, is_mag FROM lines")
    });
    assert_eq!(held.unwrap(), ["alice|3|0"]);
}
