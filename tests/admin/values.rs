//! Values across the actions: how each type is read, what an edit leaves alone or clears, the order
//! of the checks, and how values and chosen columns are printed (contract, 3 and 4).
//!
//! What one action does with its own values is in that action's module; MACs are in `devices`.

use linecard::time::Zone;
use serde_json::{Value, json};

use super::devices::assert_edit;
use crate::support::{NOW, Panel, data, failure};

/// Every action that shows one thing, with one of the `docs` seed and what it is called.
const GETS: [(&str, i64, &str); 17] = [
    ("get_package", 1, "Package"),
    ("get_line", 4521, "Line"),
    ("get_mag", 301, "MAG device"),
    ("get_enigma", 501, "Enigma device"),
    ("get_user", 88, "User"),
    ("get_stream", 10, "Stream"),
    ("get_channel", 5, "Channel"),
    ("get_movie", 100, "Movie"),
    ("get_series", 50, "Series"),
    ("get_episode", 200, "Episode"),
    ("get_bouquet", 1, "Bouquet"),
    ("get_group", 3, "Group"),
    ("get_category", 1, "Category"),
    ("get_access_code", 1, "Access code"),
    ("get_epg", 1, "EPG"),
    ("get_transcode_profile", 1, "Transcode profile"),
    ("get_server", 1, "Server"),
];

/// Every list of which the `docs` seed has a row.
const LISTS: [&str; 29] = [
    "get_packages",
    "get_lines",
    "get_mags",
    "get_enigmas",
    "get_users",
    "get_streams",
    "get_channels",
    "get_stations",
    "get_movies",
    "get_series_list",
    "get_episodes",
    "get_bouquets",
    "get_groups",
    "get_categories",
    "get_access_codes",
    "get_epgs",
    "get_transcode_profiles",
    "get_blocked_ips",
    "get_blocked_uas",
    "get_blocked_isps",
    "get_rtmp_ips",
    "get_servers",
    "activity_logs",
    "live_connections",
    "credit_logs",
    "user_logs",
    "login_logs",
    "client_logs",
    "mag_events",
];

/// Every action that edits, with a thing of the `docs` seed and what it is called.
const EDITS: [(&str, i64, &str); 13] = [
    ("edit_line", 4521, "Line"),
    ("edit_mag", 301, "MAG device"),
    ("edit_enigma", 501, "Enigma device"),
    ("edit_user", 88, "User"),
    ("edit_bouquet", 1, "Bouquet"),
    ("edit_group", 3, "Group"),
    ("edit_category", 1, "Category"),
    ("edit_access_code", 1, "Access code"),
    ("edit_epg", 1, "EPG"),
    ("edit_transcode_profile", 1, "Transcode profile"),
    ("edit_rtmp_ip", 1, "RTMP IP"),
    ("edit_server", 1, "Server"),
    ("edit_proxy", 1, "Server"),
];

const FLAG: &[&str] = &[
    "=2", "=-1", "=00", "=01", "=%2B1", "=on", "=true", "=1.0", "[]=1", "[a]=",
];
const INT: &[&str] = &[
    "=-2147483649",
    "=2147483648",
    "=4294967296",
    "=99999999999999999999",
    "=1.5",
    "=1.0",
    "=1e3",
    "=%2B1",
    "=0x1",
    "=1a",
    "=a",
    "=-",
    "=--1",
    "=- 1",
    "=1 000",
    "=１",
    "[]=1",
];
const BELOW_ZERO: &[&str] = &["=-1", "=-2147483648"];
const PORT: &[&str] = &["=0", "=-1", "=65536", "=http", "[]=80"];
const MONEY: &[&str] = &[
    "=abc",
    "=1,5",
    "=1 000",
    "=0x10",
    "=NaN",
    "=INF",
    "=--1",
    "=.",
    "=e5",
    "=5e",
    "=10000000000",
    "=-10000000000",
    "=9999999999.995",
    "=1e400",
    "[]=1",
];
const TEXT: &[&str] = &["[]=x", "[]=", "[a]=x", "[0][b]=x"];
const IDS: &[&str] = &[
    "=1",
    "=1,2",
    "=all",
    "=null",
    "=true",
    "=\"1\"",
    "={}",
    "={\"0\":1}",
    "=[1,",
    "=[1]x",
    "=[0]",
    "=[-1]",
    "=[1.5]",
    "=[\"a\"]",
    "=[\"\"]",
    "=[[1]]",
    "=[true]",
    "=[null]",
    "[]=x",
    "[]=0",
    "[]=-1",
    "[]=1.5",
    "[0][]=1",
];
const JSON: &[&str] = &[
    "=x", "=1", "=true", "=null", "=\"x\"", "=[]", "=[1]", "={", "={}x", "={a:1}", "[a]=1",
];

/// Which parameters have which type, as values that are not of it.
const TYPES: &[(&str, &[&str], &str)] = &[
    ("edit_line", TEXT, "username password"),
    ("edit_line", IDS, "bouquets_selected"),
    ("edit_line", INT, "max_connections member_id force_server_id"),
    ("edit_line", BELOW_ZERO, "max_connections member_id force_server_id"),
    (
        "edit_line",
        FLAG,
        "is_restreamer is_trial is_isplock enabled admin_enabled",
    ),
    ("edit_line", FLAG, "is_stalker bypass_ua no_expire"),
    ("edit_line", TEXT, "admin_notes reseller_notes contact"),
    ("edit_mag", IDS, "bouquets_selected"),
    ("edit_mag", INT, "max_connections member_id"),
    ("edit_mag", BELOW_ZERO, "max_connections member_id"),
    (
        "edit_mag",
        FLAG,
        "is_trial is_isplock lock_device enabled admin_enabled no_expire",
    ),
    ("edit_mag", TEXT, "admin_notes reseller_notes stb_type"),
    ("edit_enigma", IDS, "bouquets_selected"),
    ("edit_enigma", INT, "max_connections member_id"),
    ("edit_enigma", BELOW_ZERO, "max_connections member_id"),
    (
        "edit_enigma",
        FLAG,
        "is_trial is_isplock lock_device enabled admin_enabled no_expire",
    ),
    ("edit_enigma", TEXT, "admin_notes reseller_notes"),
    (
        "edit_user",
        TEXT,
        "username password email notes reseller_dns credits_reason",
    ),
    ("edit_user", MONEY, "credits"),
    ("edit_user", INT, "owner_id"),
    ("edit_user", BELOW_ZERO, "owner_id"),
    ("edit_user", FLAG, "status"),
    ("edit_bouquet", TEXT, "bouquet_name"),
    ("edit_bouquet", JSON, "bouquet_data"),
    (
        "edit_bouquet",
        IDS,
        "bouquet_channels bouquet_movies bouquet_radios bouquet_series",
    ),
    ("edit_bouquet", INT, "bouquet_order"),
    ("edit_group", TEXT, "group_name total_allowed_gen_in notice_html"),
    (
        "edit_group",
        FLAG,
        "is_admin is_reseller create_sub_resellers delete_users",
    ),
    (
        "edit_group",
        FLAG,
        "allow_download allow_restrictions allow_change_bouquets",
    ),
    (
        "edit_group",
        FLAG,
        "allow_change_username allow_change_password can_view_vod",
    ),
    ("edit_group", FLAG, "reseller_client_connection_logs enable_activecode"),
    ("edit_group", FLAG, "force_batch_code generate_mass_trial"),
    ("edit_group", INT, "total_allowed_gen_trials minimum_username_length"),
    ("edit_group", INT, "minimum_password_length default_code_length"),
    ("edit_group", INT, "min_code_length max_code_length"),
    ("edit_group", MONEY, "minimum_trial_credits create_sub_resellers_price"),
    ("edit_group", IDS, "groups_selected packages_selected"),
    ("edit_category", TEXT, "category_name"),
    ("edit_category", INT, "parent_id cat_order"),
    ("edit_category", FLAG, "is_adult"),
    ("edit_access_code", TEXT, "code"),
    ("edit_access_code", INT, "type"),
    ("edit_access_code", &["=-1", "=7"], "type"),
    ("edit_access_code", FLAG, "enabled"),
    ("edit_access_code", IDS, "groups"),
    ("edit_epg", TEXT, "epg_name epg_file"),
    ("edit_epg", INT, "days_keep offset"),
    ("edit_epg", &["=0", "=-1"], "days_keep"),
    (
        "edit_transcode_profile",
        TEXT,
        "profile_name gpu_device video_codec_cpu",
    ),
    ("edit_transcode_profile", TEXT, "preset_cpu audio_codec video_bitrate"),
    ("edit_transcode_profile", TEXT, "audio_bitrate video_profile scaling"),
    ("edit_transcode_profile", TEXT, "aspect_ratio video_frame_rate"),
    ("edit_transcode_profile", JSON, "profile_options"),
    ("edit_rtmp_ip", TEXT, "password notes"),
    ("edit_rtmp_ip", FLAG, "push pull"),
    ("edit_server", TEXT, "server_name network_interface geoip_type isp_type"),
    (
        "edit_server",
        PORT,
        "http_broadcast_port https_broadcast_port rtmp_port",
    ),
    ("edit_server", INT, "total_clients network_guaranteed_speed order"),
    ("edit_server", FLAG, "enabled enable_geoip enable_isp timeshift_only"),
    ("edit_proxy", TEXT, "server_name network_interface geoip_type isp_type"),
    ("edit_proxy", PORT, "http_broadcast_port https_broadcast_port rtmp_port"),
    ("edit_proxy", INT, "total_clients network_guaranteed_speed order"),
    ("edit_proxy", FLAG, "enabled enable_geoip enable_isp timeshift_only"),
    ("edit_proxy", IDS, "parent_id"),
];

fn invalid(name: &str) -> String {
    failure("STATUS_INVALID_INPUT", &format!("Invalid parameter: {name}."))
}

fn missing(name: &str) -> String {
    failure("STATUS_INVALID_INPUT", &format!("Missing parameter: {name}."))
}

fn not_found(thing: &str) -> String {
    failure("STATUS_FAILURE", &format!("{thing} not found."))
}

/// Every row of every table.
fn everything(panel: &Panel) -> Vec<String> {
    let tables = panel.sql("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name");
    assert!(tables.len() > 20, "{tables:?}");
    tables
        .iter()
        .flat_map(|table| panel.sql(&format!("SELECT '{table}', * FROM {table}")))
        .collect()
}

/// A `docs` panel in another time zone.
fn docs_in(zone: &str) -> Panel {
    Panel::docs_with(|config| config.timezone = Zone::named(zone).unwrap())
}

/// What line 4521 expires at after it was sent this date, as JSON text.
fn expiry(panel: &Panel, date: &str) -> String {
    data(
        &panel.call("edit_line", &format!("id=4521&exp_date={date}")),
        "exp_date",
    )
}

/// Whether line 4521 is expired.
fn is_expired(panel: &Panel) -> bool {
    let list = |filter: i64| panel.call("get_lines", &format!("filter={filter}&show_columns=id"));
    let (active, expired) = (list(1).contains("4521"), list(4).contains("4521"));
    assert_ne!(active, expired);
    expired
}

#[test]
fn a_value_of_the_wrong_type_is_refused_by_name() {
    let panel = Panel::docs();
    let before = everything(&panel);
    for (action, wrong, names) in TYPES {
        let (_, id, _) = EDITS.iter().find(|(name, ..)| name == action).unwrap();
        for name in names.split(' ') {
            for value in *wrong {
                let form = format!("id={id}&{name}{value}");
                assert_eq!(panel.call(action, &form), invalid(name), "{action} {form}");
            }
        }
    }
    assert_eq!(everything(&panel), before);
}

#[test]
fn what_is_edited_is_looked_up_before_any_value() {
    let panel = Panel::docs();
    for (action, _, thing) in EDITS {
        let mut form = "id=999&exp_date=never&mac=bad&ip=bad".to_owned();
        for (_, wrong, names) in TYPES.iter().filter(|(of, ..)| *of == action) {
            for name in names.split(' ') {
                form += &format!("&{name}{}", wrong[0]);
            }
        }
        assert_eq!(panel.call(action, &form), not_found(thing), "{action} {form}");
    }
}

#[test]
fn a_missing_parameter_counts_before_any_value() {
    let panel = Panel::docs();
    let before = everything(&panel);
    // What is wrong in all of these actions that know it.
    let wrong = "bouquets_selected=1&bouquet_data=x&is_adult=2&is_admin=2&push=2&exact_match=2&notes[]=x&reason[]=x\
                 &member_id=x&isp[]=x";
    for (call, name) in [
        ("create_line", "exp_date"),
        ("create_mag", "mac"),
        ("create_enigma", "mac"),
        ("create_bouquet", "bouquet_name"),
        ("create_group", "group_name"),
        ("create_category", "category_name"),
        ("add_blocked_ip", "ip"),
        ("add_blocked_ua", "ua"),
        ("create_rtmp_ip", "ip"),
        ("adjust_credits&id=88", "credits"),
        ("kill_connection", "activity_id"),
        ("kill_pid", "pid"),
        ("mysql_query", "query"),
    ] {
        for sent in [String::new(), format!("{name}="), format!("{name}=%20%0D%0A%00")] {
            let answer = panel.call(call, &format!("{sent}&{wrong}"));
            assert_eq!(answer, missing(name), "{call} {sent}");
        }
    }
    for sent in ["", "isp=", "isp=%20"] {
        assert_eq!(panel.call("add_blocked_isp", sent), missing("isp"), "{sent}");
    }
    assert_eq!(everything(&panel), before);
}

#[test]
fn the_checks_come_in_their_order() {
    let panel = Panel::docs();
    let before = everything(&panel);
    let taken_mac = failure("STATUS_EXISTS_MAC", "MAC address already exists.");
    for (action, form, expected) in [
        (
            "create_mag",
            "mac=bad&max_connections=x&bouquets_selected=1&exp_date=0",
            failure("STATUS_INVALID_DATE", "Invalid date: exp_date."),
        ),
        (
            "create_mag",
            "mac=bad&max_connections=x&bouquets_selected=1",
            invalid("bouquets_selected"),
        ),
        (
            "create_mag",
            "mac=bad&stb_type[]=x&max_connections=x",
            invalid("max_connections"),
        ),
        ("create_mag", "mac=bad&stb_type[]=x", invalid("stb_type")),
        (
            "create_mag",
            "mac=00:1A:79:00:03:0",
            failure("STATUS_INVALID_MAC", "Invalid MAC address."),
        ),
        ("create_mag", "mac=00:1A:79:00:03:01", taken_mac),
        ("create_user", "username=admin&credits=-1&status=2", invalid("status")),
        (
            "create_user",
            "username=admin&credits=-1",
            failure("STATUS_EXISTS_USERNAME", "Username already exists."),
        ),
        (
            "create_user",
            "username=free&credits=-1",
            failure("STATUS_INSUFFICIENT_CREDITS", "Insufficient credits."),
        ),
        ("create_rtmp_ip", "ip=10.0.0.10&pull=2&push=2", invalid("push")),
        ("create_rtmp_ip", "ip=10.0.0.10&pull=2", invalid("pull")),
        (
            "create_rtmp_ip",
            "ip=10.0.0.10",
            failure("STATUS_FAILURE", "IP address already exists."),
        ),
    ] {
        assert_eq!(panel.call(action, form), expected, "{action} {form}");
    }
    assert_eq!(everything(&panel), before);
}

#[test]
fn the_leading_digits_of_an_id_count() {
    let panel = Panel::docs();
    for (action, id, thing) in GETS {
        let plain = panel.call(action, &format!("id={id}"));
        assert_eq!(data(&plain, "id"), id.to_string(), "{action}");
        for sent in [
            format!("{id}abc"),
            format!("000{id}"),
            format!("%20%0A{id}%09"),
            format!("%00{id}%00"),
            format!("{id}.9"),
            format!("{id}e3"),
            format!("{id} 7"),
            format!("{id},7"),
            format!("{id}-1"),
        ] {
            assert_eq!(panel.call(action, &format!("id={sent}")), plain, "{action} {sent}");
        }
        for sent in [
            String::new(),
            "id=".into(),
            "id=%20".into(),
            "id=0".into(),
            "id=999".into(),
            "id=abc".into(),
            format!("id=-{id}"),
            format!("id=x{id}"),
            format!("id=0x{id}"),
            format!("id=.{id}"),
            format!("id=[{id}]"),
            // Nothing wraps around.
            format!("id={}", (1_i64 << 32) + id),
            format!("id={}", (1_i128 << 64) + i128::from(id)),
            format!("id[]={id}"),
            format!("ID={id}"),
        ] {
            assert_eq!(panel.call(action, &sent), not_found(thing), "{action} {sent}");
        }
    }
}

#[test]
fn the_leading_digits_name_what_is_changed() {
    let panel = Panel::docs();
    panel.call("edit_line", "id=4521abc&admin_notes=x");
    panel.call("ban_line", "id= 4522.9");
    panel.call("delete_mag", "id=301e1");
    assert_eq!(
        panel.sql("SELECT id, admin_enabled, admin_notes FROM lines ORDER BY id"),
        ["4511|1|", "4521|1|x", "4522|0|"]
    );
}

#[test]
fn texts_are_trimmed_and_otherwise_left_alone() {
    let panel = Panel::docs();
    for (sent, stored) in [
        ("%20%09%0A%0B%0D%00 x  y %00%0D%0A", "x  y"),
        ("a%00b", "ab"),
        ("%00%20%00x", "x"),
        ("a%0D%0Ab%0Dc%0Ad", "a\nb\nc\nd"),
        ("a%0D%0D%0Ab", "a\n\nb"),
        ("a%0D%00%0Ab", "a\nb"),
        ("a+b%2Bc", "a b+c"),
        ("<b>%26amp; \"q\" 'q'</b>", "<b>&amp; \"q\" 'q'</b>"),
        ("C:\\new \\' \\\\", "C:\\new \\' \\\\"),
        ("\u{1F4FA}\u{202E}", "\u{1F4FA}\u{202E}"),
        ("%FFa", "\u{FFFD}a"),
        ("0", "0"),
        ("null", "null"),
        ("100%25", "100%"),
    ] {
        let answer = panel.call("edit_line", &format!("id=4521&admin_notes={sent}"));
        assert_eq!(data(&answer, "admin_notes"), json!(stored).to_string(), "{sent}");
    }
    // Other types, and what stands in a list, are trimmed as well.
    assert_edit(
        &panel,
        "line",
        4521,
        "exp_date=%0A2027-01-01 &max_connections= 7%0D&is_trial=%091&bouquets_selected= [2]%00\
         &allowed_ua[]= VLC%00%0D%0A&allowed_ua[]=%20&member_id=%005%00",
        &[
            ("exp_date", json!("2027-01-01")),
            ("max_connections", json!(7)),
            ("is_trial", json!(1)),
            ("bouquets", json!([2])),
            ("allowed_ua", json!(["VLC"])),
            ("member_id", json!(5)),
        ],
    );
}

#[test]
fn ints_have_32_bits_or_the_range_of_their_action() {
    const LEAST: i64 = -2_147_483_648;
    const MOST: i64 = 2_147_483_647;
    let panel = Panel::docs();
    for (action, id, name, least, most) in [
        ("edit_line", 4521, "max_connections", 0, MOST),
        ("edit_user", 88, "owner_id", 0, MOST),
        ("edit_category", 1, "cat_order", LEAST, MOST),
        ("edit_group", 3, "total_allowed_gen_trials", LEAST, MOST),
        ("edit_epg", 1, "offset", LEAST, MOST),
        ("edit_epg", 1, "days_keep", 1, MOST),
        ("edit_server", 1, "rtmp_port", 1, 65535),
        ("edit_access_code", 1, "type", 0, 6),
    ] {
        let send = |value: String| panel.call(action, &format!("id={id}&{name}={value}"));
        for value in [least, most] {
            assert_eq!(
                data(&send(value.to_string()), name),
                value.to_string(),
                "{name}={value}"
            );
        }
        for value in [least - 1, most + 1] {
            assert_eq!(send(value.to_string()), invalid(name), "{name}={value}");
        }
        assert_eq!(data(&send("00005".into()), name), "5", "{name}");
        if least <= 0 {
            assert_eq!(data(&send("-0".into()), name), "0", "{name}");
        }
    }
    let answer = panel.call("edit_category", "id=1&cat_order=-007");
    assert_eq!(data(&answer, "cat_order"), "-7");
}

#[test]
fn money_is_rounded_half_away_from_zero_to_two_decimals() {
    let panel = Panel::docs();
    for (sent, printed) in [
        ("0", "0"),
        ("150", "150"),
        ("5.00", "5"),
        ("12.50", "12.5"),
        ("12.05", "12.05"),
        ("-2.5", "-2.5"),
        ("%2B7", "7"),
        (".5", "0.5"),
        ("0.005", "0.01"),
        ("-0.005", "-0.01"),
        ("0.00499", "0"),
        ("-0.004", "0"),
        ("1.005", "1.01"),
        ("2.675", "2.68"),
        ("1e2", "100"),
        ("2.5E-1", "0.25"),
        ("9999999999.99", "9999999999.99"),
        ("-9999999999.99", "-9999999999.99"),
    ] {
        let answer = panel.call("edit_group", &format!("id=3&minimum_trial_credits={sent}"));
        // As it is printed, not as a parser reads it.
        let text = format!(r#""minimum_trial_credits":{printed},"#);
        assert!(answer.contains(&text), "{sent}: {answer}");
    }
}

#[test]
fn a_date_has_four_spellings() {
    let panel = Panel::docs();
    for (sent, stored) in [
        ("2026-12-31", "2026-12-31"),
        ("2026-12-31 00:00", "2026-12-31"),
        ("2026-12-31 00:00:00", "2026-12-31"),
        ("2026-12-31 09:05", "2026-12-31 09:05:00"),
        ("2026-12-31 23:59:59", "2026-12-31 23:59:59"),
        ("2028-02-29", "2028-02-29"),
        ("2000-02-29", "2000-02-29"),
        // The past is fine.
        ("1999-01-01", "1999-01-01"),
        ("1798675200", "2026-12-31"),
        ("1798675201", "2026-12-31 00:00:01"),
        ("100000000", "1973-03-03 09:46:40"),
        ("9999999999", "2286-11-20 17:46:39"),
    ] {
        assert_eq!(expiry(&panel, sent), format!("{stored:?}"), "{sent}");
    }
    let before = everything(&panel);
    for wrong in [
        "=2026-02-30",
        "=2027-02-29",
        "=2100-02-29",
        "=2026-04-31",
        "=2026-13-01",
        "=2026-00-10",
        "=2026-01-00",
        "=2026-1-1",
        "=26-12-31",
        "=12026-12-31",
        "=31-12-2026",
        "=2026/12/31",
        "=2026-12-31T00:00:00",
        "=2026-12-31Z",
        "=2026-12-31 10",
        "=2026-12-31 1:00",
        "=2026-12-31 24:00",
        "=2026-12-31 10:60",
        "=2026-12-31 23:59:60",
        "=2026-12-31 10:00:00.5",
        "=2026-12-31  10:00",
        "=2026-12-31 10:00 UTC",
        "=0",
        "=never",
        "=null",
        "=tomorrow",
        "=%2B1 month",
        // Eight and eleven digits, and what is not digits alone.
        "=20261231",
        "=17986752001",
        "=-1798675200",
        "=%2B1798675200",
        "=1798675200.0",
        "=1798675200 0",
        "[]=2026-12-31",
    ] {
        for (action, id) in [("edit_line", 4521), ("edit_mag", 301), ("edit_enigma", 501)] {
            let answer = panel.call(action, &format!("id={id}&exp_date{wrong}"));
            let expected = failure("STATUS_INVALID_DATE", "Invalid date: exp_date.");
            assert_eq!(answer, expected, "{action} {wrong}");
        }
    }
    assert_eq!(everything(&panel), before);
}

#[test]
fn dates_are_local_to_the_panels_time_zone() {
    let panel = docs_in("Europe/London");
    for (sent, stored) in [
        // Unix seconds around the start of summer time, at 01:00 UTC.
        ("1774745999", "2026-03-29 00:59:59"),
        ("1774746000", "2026-03-29 02:00:00"),
        // Midnight is the zone's.
        ("1782860400", "2026-07-01"),
        ("1782864000", "2026-07-01 01:00:00"),
        ("1798675200", "2026-12-31"),
        ("2026-07-01", "2026-07-01"),
        ("2026-07-01 00:00", "2026-07-01"),
        // A time that does not exist moves forward by the gap.
        ("2026-03-29 00:59:59", "2026-03-29 00:59:59"),
        ("2026-03-29 01:00", "2026-03-29 02:00:00"),
        ("2026-03-29 01:30", "2026-03-29 02:30:00"),
        ("2026-03-29 01:59:59", "2026-03-29 02:59:59"),
        ("2026-03-29 02:00", "2026-03-29 02:00:00"),
        ("2026-10-25 01:30", "2026-10-25 01:30:00"),
    ] {
        assert_eq!(expiry(&panel, sent), format!("{stored:?}"), "{sent}");
    }
    for (zone, sent, stored) in [
        // A gap of half an hour, one at midnight, and one of a whole day.
        ("Australia/Lord_Howe", "2026-10-04 02:15", "2026-10-04 02:45:00"),
        ("America/Sao_Paulo", "2018-11-04", "2018-11-04 01:00:00"),
        ("Pacific/Apia", "2011-12-30", "2011-12-31"),
        ("Asia/Kathmandu", "1798675200", "2026-12-31 05:45:00"),
    ] {
        assert_eq!(expiry(&docs_in(zone), sent), format!("{stored:?}"), "{zone} {sent}");
    }
}

#[test]
fn every_instant_is_printed_in_the_panels_time_zone() {
    let panel = docs_in("America/New_York");
    let created = panel.call("create_line", "no_expire=1");
    assert_eq!(data(&created, "created_at"), r#""2026-03-15 10:30:00""#);
    // In winter.
    let seeded = panel.call("get_line", "id=4521");
    assert_eq!(data(&seeded, "created_at"), r#""2025-12-31 19:00:00""#);
    // An expiry is stored as a local text, so the seed's is the same day everywhere.
    assert_eq!(data(&seeded, "exp_date"), r#""2026-12-31""#);
    // 2024-01-01 00:00:00 UTC, and an instant at midnight keeps its time.
    assert_eq!(
        data(&panel.call("user_info", ""), "created_at"),
        r#""2023-12-31 19:00:00""#
    );
    let panel = Panel::docs();
    assert_eq!(
        data(&panel.call("user_info", ""), "created_at"),
        r#""2024-01-01 00:00:00""#
    );
}

#[test]
fn a_line_is_expired_from_the_very_second_on() {
    for (zone, date, instant) in [
        // A bare date is the start of that day.
        ("UTC", "2026-03-16", NOW + 34_200),
        ("America/New_York", "2026-03-16", NOW + 48_600),
        ("UTC", "2026-03-16 00:00:01", NOW + 34_201),
        ("UTC", "1773590000", 1_773_590_000),
        // The first of two half past ones, at 00:30 UTC.
        ("Europe/London", "2026-10-25 01:30", 1_792_888_200),
        // There is no half past one: half past two, 01:30 UTC.
        ("Europe/London", "2026-03-29 01:30", 1_774_747_800),
    ] {
        let panel = docs_in(zone);
        expiry(&panel, date);
        panel.inner().clock().set(instant - 1);
        assert!(!is_expired(&panel), "{zone} {date}");
        panel.inner().clock().set(instant);
        assert!(is_expired(&panel), "{zone} {date}");
    }
}

#[test]
fn ids_keep_their_order_without_repetitions() {
    let panel = Panel::docs();
    for (action, id, name, key) in [
        ("edit_line", 4521, "bouquets_selected", "bouquets"),
        ("edit_mag", 301, "bouquets_selected", "bouquets"),
        ("edit_access_code", 1, "groups", "groups"),
        ("edit_group", 5, "groups_selected", "subresellers"),
        ("edit_proxy", 1, "parent_id", "parent_id"),
    ] {
        for (sent, stored) in [
            ("=[5,1]", "[5,1]"),
            ("=[\"5\",\"1\"]", "[5,1]"),
            ("=[\"5\",1]", "[5,1]"),
            ("=[3,1,3,\"1\",2]", "[3,1,2]"),
            ("= [ 1 , 2 ] ", "[1,2]"),
            ("=[2147483647]", "[2147483647]"),
            // Ids that do not exist are kept.
            ("=[999]", "[999]"),
            ("[]=2&NAME[]=1&NAME[]=2", "[2,1]"),
            ("[9]=5&NAME[3]=4", "[5,4]"),
            ("[x]=5", "[5]"),
            ("%5B%5D=7", "[7]"),
            ("=[]", "[]"),
            ("=[3]", "[3]"),
            // Cleared.
            ("=", "[]"),
            ("[]=3", "[3]"),
            ("[]=", "[]"),
        ] {
            let form = format!("id={id}&{name}{}", sent.replace("NAME", name));
            assert_eq!(data(&panel.call(action, &form), key), stored, "{action} {form}");
        }
    }
}

#[test]
fn lists_hold_any_texts() {
    let panel = Panel::docs();
    for name in ["allowed_ips", "allowed_ua"] {
        for (sent, stored) in [
            ("[]=b&NAME[]=a", json!(["b", "a"])),
            ("[7]=b&NAME[3]=a&NAME[x]=c", json!(["b", "a", "c"])),
            ("=one", json!(["one"])),
            ("=a,b", json!(["a,b"])),
            ("=[\"a\"]", json!(["[\"a\"]"])),
            ("[]=&NAME[]=x&NAME[]=%20", json!(["x"])),
            ("[]=0", json!(["0"])),
            (
                "[]=any text/<>&NAME[]=not an address",
                json!(["any text/<>", "not an address"]),
            ),
            ("[]=", json!([])),
        ] {
            let form = format!("{name}{}", sent.replace("NAME", name));
            assert_edit(&panel, "line", 4521, &form, &[(name, stored)]);
        }
    }
}

#[test]
fn a_name_cannot_be_emptied() {
    let panel = Panel::docs();
    let before = everything(&panel);
    for (action, id, name) in [
        ("edit_bouquet", 1, "bouquet_name"),
        ("edit_group", 3, "group_name"),
        ("edit_category", 1, "category_name"),
        ("edit_epg", 1, "epg_name"),
        ("edit_transcode_profile", 1, "profile_name"),
        ("edit_server", 1, "server_name"),
        ("edit_proxy", 1, "server_name"),
        ("edit_rtmp_ip", 1, "ip"),
    ] {
        for sent in ["", "%20%0A", "%00"] {
            let answer = panel.call(action, &format!("id={id}&{name}={sent}"));
            assert_eq!(answer, missing(name), "{action} {name}={sent}");
        }
    }
    assert_eq!(everything(&panel), before);
}

#[test]
fn credentials_macs_and_codes_sent_empty_stay() {
    let panel = Panel::docs();
    for (noun, id, form) in [
        ("line", 4521, "username=&password=%20"),
        ("user", 88, "username=%20&password="),
        ("mag", 301, "mac="),
        ("enigma", 501, "mac=%20"),
        ("access_code", 1, "code="),
    ] {
        assert_edit(&panel, noun, id, form, &[]);
    }
}

#[test]
fn a_stored_text_that_is_no_json_is_printed_empty() {
    let panel = Panel::docs();
    panel.sql("UPDATE lines SET bouquet = 'oops', allowed_ips = '', allowed_ua = '[1' WHERE id = 4521");
    panel.sql("UPDATE users_packages SET \"groups\" = '1,2'");
    panel.sql("UPDATE profiles SET profile_options = 'oops'");
    panel.sql("UPDATE streams SET movie_properties = '', category_id = 'x' WHERE id = 100");
    for (action, id, key, printed) in [
        ("get_line", 4521, "bouquets", "[]"),
        ("get_line", 4521, "allowed_ips", "[]"),
        ("get_line", 4521, "allowed_ua", "[]"),
        ("get_package", 1, "groups", "[]"),
        ("get_transcode_profile", 1, "profile_options", "{}"),
        ("get_movie", 100, "movie_properties", "{}"),
        ("get_movie", 100, "category_id", "[]"),
    ] {
        assert_eq!(data(&panel.call(action, &format!("id={id}")), key), printed, "{key}");
    }
    // Other dialects may quote ids, and leave numbers among texts.
    panel.sql("UPDATE lines SET bouquet = '[\"2\",1]', allowed_ua = '[\"a\",7]' WHERE id = 4521");
    let line = panel.call("get_line", "id=4521");
    assert_eq!(data(&line, "bouquets"), "[2,1]");
    assert_eq!(data(&line, "allowed_ua"), r#"["a","7"]"#);
}

#[test]
fn columns_are_chosen_by_their_exact_names() {
    let panel = Panel::docs();
    let whole: Value = serde_json::from_str(&panel.call("get_bouquet", "id=2")).unwrap();
    let keys: Vec<&str> = whole["data"].as_object().unwrap().keys().map(String::as_str).collect();
    let all = keys.join(" ");
    let without = |gone: &[&str]| {
        let left: Vec<&str> = keys.iter().copied().filter(|key| !gone.contains(key)).collect();
        left.join(" ")
    };
    for (form, expected) in [
        ("show_columns=id", "id".to_owned()),
        // In the row's order, each once.
        ("show_columns=bouquet_order,id,bouquet_order", "id bouquet_order".into()),
        ("show_columns=id,nothing", "id".into()),
        ("show_columns=nothing", String::new()),
        ("show_columns=ID,Bouquet_name", String::new()),
        // Spaces between names are not trimmed; those around the whole value are, as everywhere.
        ("show_columns=id, bouquet_name", "id".into()),
        ("show_columns= id ", "id".into()),
        ("show_columns=,", String::new()),
        ("show_columns=", all.clone()),
        ("show_columns=%20", all.clone()),
        ("hide_columns=id", without(&["id"])),
        ("hide_columns=bouquet_order,id", without(&["id", "bouquet_order"])),
        ("hide_columns=id, bouquet_name", without(&["id"])),
        ("hide_columns=nothing,ID", all.clone()),
        ("hide_columns=", all.clone()),
        (&format!("hide_columns={}", keys.join(",")), String::new()),
        // What is shown wins, unless it is empty.
        ("show_columns=id&hide_columns=id,bouquet_name", "id".into()),
        ("show_columns=nothing&hide_columns=id", String::new()),
        ("show_columns=&hide_columns=id", without(&["id"])),
    ] {
        let mut expected_data = serde_json::Map::new();
        for key in expected.split_whitespace() {
            expected_data.insert(key.into(), whole["data"][key].clone());
        }
        let expected = json!({"status": "STATUS_SUCCESS", "data": expected_data}).to_string();
        assert_eq!(panel.call("get_bouquet", &format!("id=2&{form}")), expected, "{form}");
    }
}

#[test]
fn columns_are_chosen_wherever_something_is_shown() {
    let panel = Panel::docs();
    for (action, id) in GETS
        .map(|(action, id, _)| (action, format!("id={id}&")))
        .into_iter()
        .chain([("user_info", String::new())])
    {
        let none = panel.call(action, &format!("{id}show_columns=nothing"));
        assert_eq!(none, r#"{"status":"STATUS_SUCCESS","data":{}}"#, "{action}");
        let whole: Value = serde_json::from_str(&panel.call(action, &id)).unwrap();
        let hidden = panel.call(action, &format!("{id}hide_columns=id"));
        let hidden: Value = serde_json::from_str(&hidden).unwrap();
        let keys = |answer: &Value| answer["data"].as_object().unwrap().len();
        assert_eq!(keys(&hidden), keys(&whole) - 1, "{action}");
        assert_eq!(hidden["data"]["id"], Value::Null, "{action}");
    }
    for action in LISTS {
        let mut expected: Value = serde_json::from_str(&panel.call(action, "")).unwrap();
        let rows = expected["data"].as_array_mut().unwrap();
        assert!(!rows.is_empty(), "{action}");
        // The counters of a table list stay.
        rows.fill(json!({}));
        let none = panel.call(action, "show_columns=nothing");
        assert_eq!(none, expected.to_string(), "{action}");
    }
    // A failure has no columns.
    assert_eq!(panel.call("get_line", "id=9&show_columns=id"), not_found("Line"));
}

#[test]
fn columns_are_not_chosen_where_something_is_done() {
    for (action, form) in [
        ("create_line", "exp_date=2026-12-31"),
        ("create_mag", "mac=00:1A:79:AB:CD:EF"),
        ("create_user", "username=x"),
        ("create_category", "category_name=x"),
        ("edit_line", "id=4521&admin_notes=x"),
        ("edit_enigma", "id=501&admin_notes=x"),
        ("edit_server", "id=1&server_name=x"),
        ("convert_mag", "id=301"),
        ("convert_enigma", "id=501"),
        ("adjust_credits", "id=88&credits=1"),
        ("get_server_stats", ""),
        ("get_server_stats", "server_id=1"),
        ("mysql_query", "query=SELECT id, username FROM users"),
        ("disable_line", "id=4521"),
    ] {
        // Panels of one seed draw the same credentials.
        let whole = Panel::docs().call(action, form);
        assert!(whole.contains("STATUS_SUCCESS"), "{action}: {whole}");
        for columns in ["show_columns=username", "hide_columns=id,status"] {
            let answer = Panel::docs().call(action, &format!("{form}&{columns}"));
            assert_eq!(answer, whole, "{action} {columns}");
        }
    }
}
