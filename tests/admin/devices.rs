//! What MAG and Enigma2 devices have in common (contract, 7.3 and 7.4): every test here runs on
//! both kinds.

use serde_json::{Value, json};

use crate::support::{DONE, Panel, data, failure};

/// A kind of device, and the one of it in the `docs` seed.
struct Device {
    /// As in `create_mag`; the list is `get_mags`.
    noun: &'static str,
    /// What it is called when it is missing.
    thing: &'static str,
    table: &'static str,
    key: &'static str,
    /// The flag that hides its line.
    flag: &'static str,
    /// A text of the device itself that its list searches and sorts by.
    own_text: &'static str,
    id: i64,
    line: i64,
    mac: &'static str,
}

const DEVICES: [Device; 2] = [
    Device {
        noun: "mag",
        thing: "MAG device",
        table: "mag_devices",
        key: "mag_id",
        flag: "is_mag",
        own_text: "stb_type",
        id: 301,
        line: 4510,
        mac: "00:1A:79:00:03:01",
    },
    Device {
        noun: "enigma",
        thing: "Enigma device",
        table: "enigma2_devices",
        key: "device_id",
        flag: "is_e2",
        own_text: "public_ip",
        id: 501,
        line: 4511,
        mac: "AA:BB:CC:00:05:01",
    },
];

/// A MAC that no seed has.
const FREE: &str = "02:00:00:00:00:01";

/// Wrong values, each with its parameter, in the order in which the contract lists them.
const WRONG: [(&str, &str); 10] = [
    ("max_connections", "max_connections=-1"),
    ("member_id", "member_id=x"),
    ("is_trial", "is_trial=2"),
    ("is_isplock", "is_isplock=yes"),
    ("lock_device", "lock_device=-1"),
    ("enabled", "enabled=01"),
    ("admin_enabled", "admin_enabled=true"),
    ("admin_notes", "admin_notes[]=x"),
    ("reseller_notes", "reseller_notes[a]=x"),
    ("no_expire", "no_expire=2"),
];

impl Device {
    fn call(&self, panel: &Panel, verb: &str, params: &str) -> String {
        panel.call(&format!("{verb}_{}", self.noun), params)
    }

    /// As [`Device::call`], on the device of the seed.
    fn on(&self, panel: &Panel, verb: &str) -> String {
        self.call(panel, verb, &format!("id={}", self.id))
    }

    fn edit(&self, panel: &Panel, params: &str) -> String {
        self.call(panel, "edit", &format!("id={}&{params}", self.id))
    }

    /// Creates a device and answers its id.
    fn create(&self, panel: &Panel, params: &str) -> i64 {
        let answer = self.call(panel, "create", params);
        data(&answer, "id").parse().expect(&answer)
    }

    /// The ids of a list with these parameters.
    fn list(&self, panel: &Panel, params: &str) -> Vec<i64> {
        ids(&panel.call(&format!("get_{}s", self.noun), params))
    }

    fn not_found(&self) -> String {
        failure("STATUS_FAILURE", &format!("{} not found.", self.thing))
    }

    /// Opens a connection of the seed's device.
    fn watch(&self, panel: &Panel, activity: i64, stream: i64) {
        panel.sql(&format!(
            "INSERT INTO lines_live (activity_id, user_id, stream_id, server_id, date_start)
             VALUES ({activity}, {}, {stream}, 1, 1773584000)",
            self.line
        ));
    }

    /// How many devices, lines and open connections there are: what a refused call must not change.
    fn rows(&self, panel: &Panel) -> String {
        panel.sql_one(&format!(
            "SELECT (SELECT count(*) FROM {}), (SELECT count(*) FROM lines), (SELECT count(*) FROM lines_live)",
            self.table
        ))
    }
}

/// The ids of a list's rows.
pub fn ids(answer: &str) -> Vec<i64> {
    let json: Value = serde_json::from_str(answer).unwrap();
    let rows = json["data"].as_array().expect(answer);
    rows.iter().map(|row| row["id"].as_i64().unwrap()).collect()
}

/// True for a generated credential of this length: the contract's 54 characters, none misread.
pub fn is_random(text: &str, length: usize) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() && !"01iloILO".contains(c);
    text.len() == length && text.chars().all(fits)
}

/// Edits a thing and checks that these keys changed and no others, and that the answer is what
/// `get_…` shows.
pub fn assert_edit(panel: &Panel, noun: &str, id: i64, form: &str, changes: &[(&str, Value)]) {
    let get = || panel.call(&format!("get_{noun}"), &format!("id={id}"));
    let mut expected: Value = serde_json::from_str(&get()).unwrap();
    for (key, value) in changes {
        expected["data"][key] = value.clone();
    }
    let answer = panel.call(&format!("edit_{noun}"), &format!("id={id}&{form}"));
    assert_eq!(answer, expected.to_string().replace('/', "\\/"), "{noun}: {form}");
    assert_eq!(answer, get(), "{noun}: {form}");
}

#[test]
fn an_id_that_names_no_device_is_not_found() {
    for device in &DEVICES {
        let panel = Panel::docs();
        for verb in ["get", "edit", "delete", "disable", "enable", "ban", "unban", "convert"] {
            for id in [
                String::new(),
                "id=".into(),
                "id=0".into(),
                "id=abc".into(),
                "id=999".into(),
                format!("id=-{}", device.id),
                format!("id[]={}", device.id),
                // The id is the device's, never its line's.
                format!("id={}", device.line),
            ] {
                let answer = device.call(&panel, verb, &id);
                assert_eq!(answer, device.not_found(), "{verb}_{} {id}", device.noun);
            }
        }
    }
}

#[test]
fn the_leading_digits_of_an_id_count() {
    let panel = Panel::docs();
    for device in &DEVICES {
        let answer = device.call(&panel, "get", &format!("id={}abc", device.id));
        assert_eq!(answer, device.on(&panel, "get"));
        assert_eq!(data(&answer, "id"), device.id.to_string());
    }
}

#[test]
fn the_line_of_a_new_device_is_hidden_and_has_random_credentials() {
    for device in &DEVICES {
        let panel = Panel::docs();
        let lines = panel.call("get_lines", "");
        let info = panel.call("user_info", "");
        device.create(&panel, &format!("mac={FREE}&exp_date=2026-12-31"));

        let (flag, other) = match device.flag {
            "is_mag" => ("is_mag", "is_e2"),
            _ => ("is_e2", "is_mag"),
        };
        let row = panel.sql_one(&format!(
            "SELECT {flag}, {other}, exp_date, created_at, username, password FROM lines WHERE id = 4523"
        ));
        let (row, password) = row.rsplit_once('|').unwrap();
        let (row, username) = row.rsplit_once('|').unwrap();
        assert_eq!(row, "1|0|2026-12-31|1773585000", "{}", device.noun);
        assert!(
            is_random(username, 32) && is_random(password, 32),
            "{username} {password}"
        );
        assert_ne!(username, password);

        // Lists and totals of lines leave it out; line actions take it.
        assert_eq!(panel.call("get_lines", ""), lines);
        assert_eq!(panel.call("user_info", ""), info);
        assert_eq!(
            data(&panel.call("get_line", "id=4523"), "username"),
            format!("{username:?}")
        );
    }
}

#[test]
fn an_id_is_never_given_twice() {
    for device in &DEVICES {
        let panel = Panel::docs();
        let first = device.create(&panel, &format!("mac={FREE}"));
        assert_eq!(first, device.id + 1);
        assert_eq!(device.call(&panel, "delete", &format!("id={first}")), DONE);
        let answer = device.call(&panel, "create", &format!("mac={FREE}"));
        assert_eq!(data(&answer, "id"), (first + 1).to_string());
        assert_eq!(data(&answer, "user_id"), "4524");
    }
}

#[test]
fn empty_fields_of_a_new_device_get_their_defaults() {
    for device in &DEVICES {
        let (bare, empty) = (Panel::docs(), Panel::docs());
        let fields = "exp_date=&bouquets_selected=&max_connections=&member_id=&is_trial=&is_isplock=&lock_device=\
                      &enabled=&admin_enabled=&allowed_ips[]=&admin_notes=&reseller_notes=&no_expire=";
        assert_eq!(
            device.call(&empty, "create", &format!("mac={FREE}&{fields}")),
            device.call(&bare, "create", &format!("mac={FREE}")),
        );
    }
}

#[test]
fn macs_are_stored_in_upper_case_with_colons() {
    for device in &DEVICES {
        let panel = Panel::docs();
        for (sent, stored) in [
            ("00:1a:79:ab:cd:ef", "00:1A:79:AB:CD:EF"),
            ("AA-BB-CC-DD-EE-FF", "AA:BB:CC:DD:EE:FF"),
            ("ff-Ff-fF-00-00-01", "FF:FF:FF:00:00:01"),
            (" 12:34:56:78:9a:bc ", "12:34:56:78:9A:BC"),
        ] {
            let answer = device.call(&panel, "create", &format!("mac={sent}"));
            assert_eq!(data(&answer, "mac"), format!("{stored:?}"), "{sent}");
        }
    }
}

#[test]
fn a_malformed_mac_is_refused() {
    let panel = Panel::docs();
    for device in &DEVICES {
        let rows = device.rows(&panel);
        for mac in [
            "mac=00:1A:79:AB:CD",
            "mac=00:1A:79:AB:CD:EF:00",
            "mac=00:1A:79:AB:CD:EG",
            "mac=00:1A:79-AB-CD-EF",
            "mac=001A79ABCDEF",
            "mac=0:1A:79:AB:CD:EF",
            "mac=00:1A:79:AB:CD:EF:",
            "mac=00.1A.79.AB.CD.EF",
            "mac=0",
            "mac[]=00:1A:79:AB:CD:EF",
        ] {
            let refused = failure("STATUS_INVALID_MAC", "Invalid MAC address.");
            assert_eq!(device.call(&panel, "create", mac), refused, "{mac}");
            assert_eq!(device.edit(&panel, mac), refused, "{mac}");
        }
        assert_eq!(device.rows(&panel), rows);
    }
}

#[test]
fn a_mac_belongs_to_one_device_of_a_kind() {
    for device in &DEVICES {
        let panel = Panel::docs();
        let other = device.create(&panel, &format!("mac={FREE}"));
        let rows = device.rows(&panel);
        let taken = failure("STATUS_EXISTS_MAC", "MAC address already exists.");
        for mac in [
            device.mac.to_owned(),
            device.mac.to_lowercase(),
            device.mac.replace(':', "-"),
        ] {
            assert_eq!(device.call(&panel, "create", &format!("mac={mac}")), taken, "{mac}");
            let edit = device.call(&panel, "edit", &format!("id={other}&mac={mac}&admin_notes=x"));
            assert_eq!(edit, taken, "{mac}");
        }
        assert_eq!(device.rows(&panel), rows);
        let unchanged = device.call(&panel, "get", &format!("id={other}"));
        assert_eq!(data(&unchanged, "admin_notes"), r#""""#);

        // A device may be sent its own MAC, and a deleted device's MAC is free again.
        assert_edit(
            &panel,
            device.noun,
            device.id,
            &format!("mac={}", device.mac.to_lowercase()),
            &[],
        );
        assert_eq!(device.on(&panel, "delete"), DONE);
        assert_edit(
            &panel,
            device.noun,
            other,
            &format!("mac={}", device.mac),
            &[("mac", json!(device.mac))],
        );
    }
}

#[test]
fn one_mac_may_be_a_mag_and_an_enigma() {
    let panel = Panel::docs();
    let [mag, enigma] = &DEVICES;
    enigma.create(&panel, &format!("mac={}", mag.mac));
    mag.create(&panel, &format!("mac={}", enigma.mac));
    enigma.create(&panel, &format!("mac={FREE}"));
    let answer = mag.edit(&panel, &format!("mac={FREE}"));
    assert_eq!(data(&answer, "mac"), format!("{FREE:?}"));
}

#[test]
fn a_new_device_needs_a_mac_before_anything_else() {
    let panel = Panel::docs();
    for device in &DEVICES {
        for mac in ["", "&mac=", "&mac= "] {
            let form = format!("exp_date=never&bouquets_selected=1&max_connections=x{mac}");
            let answer = device.call(&panel, "create", &form);
            let missing = failure("STATUS_INVALID_INPUT", "Missing parameter: mac.");
            assert_eq!(answer, missing, "{form}");
        }
    }
}

#[test]
fn the_first_failing_check_answers() {
    let panel = Panel::docs();
    for device in &DEVICES {
        let other = device.create(&panel, &format!("mac={FREE}"));
        let rows = device.rows(&panel);
        let check = |form: &str, status: &str, error: &str| {
            for (verb, id) in [("create", String::new()), ("edit", format!("id={other}&"))] {
                let answer = device.call(&panel, verb, &format!("{id}{form}"));
                assert_eq!(answer, failure(status, error), "{verb}_{} {form}", device.noun);
            }
        };
        // Sent in reverse: the order of the request means nothing.
        let wrong = |from: usize| {
            let forms: Vec<&str> = WRONG[from..].iter().rev().map(|(_, form)| *form).collect();
            format!("mac=bad&{}", forms.join("&"))
        };
        let all = wrong(0);
        check(
            &format!("{all}&bouquets_selected=1&exp_date=never"),
            "STATUS_INVALID_DATE",
            "Invalid date: exp_date.",
        );
        check(
            &format!("{all}&bouquets_selected=1"),
            "STATUS_INVALID_INPUT",
            "Invalid parameter: bouquets_selected.",
        );
        for (at, (name, _)) in WRONG.iter().enumerate() {
            check(
                &wrong(at),
                "STATUS_INVALID_INPUT",
                &format!("Invalid parameter: {name}."),
            );
        }
        assert_eq!(device.rows(&panel), rows);
        // And the thing that is edited comes before them all.
        let unknown = device.call(&panel, "edit", &format!("id=999&exp_date=never&{all}"));
        assert_eq!(unknown, device.not_found());
    }
}

#[test]
fn every_form_of_a_date_is_read() {
    for device in &DEVICES {
        let panel = Panel::docs();
        for (sent, stored) in [
            ("2026-12-31", "2026-12-31"),
            ("2026-12-31 00:00", "2026-12-31"),
            ("2026-12-31 00:00:00", "2026-12-31"),
            ("2026-12-31 23:59", "2026-12-31 23:59:00"),
            ("2026-12-31 23:59:59", "2026-12-31 23:59:59"),
            ("2028-02-29", "2028-02-29"),
            ("2001-01-01", "2001-01-01"),
            ("1798675200", "2026-12-31"),
            ("1798675201", "2026-12-31 00:00:01"),
            ("999999999", "2001-09-09 01:46:39"),
        ] {
            let answer = device.edit(&panel, &format!("exp_date={sent}"));
            assert_eq!(data(&answer, "exp_date"), format!("{stored:?}"), "{sent}");
        }
    }
}

#[test]
fn a_malformed_date_is_refused() {
    let panel = Panel::docs();
    for device in &DEVICES {
        for date in [
            "exp_date=2026-02-30",
            "exp_date=2026-13-01",
            "exp_date=2026-1-1",
            "exp_date=0",
            "exp_date=never",
            "exp_date=20261231",
            "exp_date=17986752001",
            "exp_date=-1798675200",
            "exp_date=31-12-2026",
            "exp_date=2026/12/31",
            "exp_date=2026-12-31T00:00:00",
            "exp_date=2026-12-31 24:00",
            "exp_date=2026-12-31 23:59:60",
            "exp_date=2026-12-31 1:00",
            "exp_date[]=2026-12-31",
            "exp_date=never&no_expire=0",
        ] {
            let refused = failure("STATUS_INVALID_DATE", "Invalid date: exp_date.");
            assert_eq!(device.edit(&panel, date), refused, "{date}");
            let create = device.call(&panel, "create", &format!("mac={FREE}&{date}"));
            assert_eq!(create, refused, "{date}");
        }
    }
}

#[test]
fn no_expire_overrules_the_date() {
    for device in &DEVICES {
        let panel = Panel::docs();
        let created = device.call(&panel, "create", &format!("mac={FREE}&exp_date=2026-12-31&no_expire=1"));
        assert_eq!(data(&created, "exp_date"), "null");
        let never = [("exp_date", json!(null))];
        assert_edit(&panel, device.noun, device.id, "exp_date=never&no_expire=1", &never);
        let date = [("exp_date", json!("2027-01-01"))];
        assert_edit(&panel, device.noun, device.id, "exp_date=2027-01-01&no_expire=0", &date);
        assert_edit(&panel, device.noun, device.id, "no_expire=1", &never);
        // Without a date, no_expire=0 asks for nothing.
        assert_edit(&panel, device.noun, device.id, "no_expire=0", &[]);
    }
}

#[test]
fn bouquets_keep_their_order_without_repetitions() {
    for device in &DEVICES {
        let panel = Panel::docs();
        for (sent, stored) in [
            ("bouquets_selected=[2,1]", "[2,1]"),
            ("bouquets_selected=[\"5\",\"1\"]", "[5,1]"),
            ("bouquets_selected=[5,1,5,1,2]", "[5,1,2]"),
            ("bouquets_selected=[999]", "[999]"),
            ("bouquets_selected=[ 1 , 2 ]", "[1,2]"),
            ("bouquets_selected=[]", "[]"),
            ("bouquets_selected[]=2&bouquets_selected[]=1", "[2,1]"),
            ("bouquets_selected[9]=5&bouquets_selected[3]=5", "[5]"),
            ("bouquets_selected%5B%5D=1", "[1]"),
            // These are no parameters here.
            ("bouquets_selected=[2]&bouquet=[1]&bouquets=[1]", "[2]"),
        ] {
            assert_eq!(data(&device.edit(&panel, sent), "bouquets"), stored, "{sent}");
        }
    }
}

#[test]
fn bouquets_that_are_no_list_of_ids_are_refused() {
    let panel = Panel::docs();
    for device in &DEVICES {
        for form in [
            "bouquets_selected=1",
            "bouquets_selected=1,2",
            "bouquets_selected=null",
            "bouquets_selected={\"0\":1}",
            "bouquets_selected=[1,",
            "bouquets_selected=[0]",
            "bouquets_selected=[-1]",
            "bouquets_selected=[1.5]",
            "bouquets_selected=[\"a\"]",
            "bouquets_selected=[[1]]",
            "bouquets_selected=[true]",
            "bouquets_selected[]=x",
            "bouquets_selected[]=0",
        ] {
            let refused = failure("STATUS_INVALID_INPUT", "Invalid parameter: bouquets_selected.");
            assert_eq!(device.edit(&panel, form), refused, "{form}");
            let create = device.call(&panel, "create", &format!("mac={FREE}&{form}"));
            assert_eq!(create, refused, "{form}");
        }
    }
}

#[test]
fn numbers_and_flags_have_bounds() {
    for device in &DEVICES {
        let panel = Panel::docs();
        for (name, sent, stored) in [
            ("max_connections", "0", 0),
            ("max_connections", "2147483647", 2_147_483_647),
            ("max_connections", "007", 7),
            ("member_id", "0", 0),
            ("member_id", "2147483647", 2_147_483_647),
            // A member need not exist.
            ("member_id", "999", 999),
            ("is_trial", "1", 1),
            ("is_trial", "0", 0),
        ] {
            let answer = device.edit(&panel, &format!("{name}={sent}"));
            assert_eq!(data(&answer, name), stored.to_string(), "{name}={sent}");
        }
        for name in ["max_connections", "member_id"] {
            for value in [
                "=-1",
                "=2147483648",
                "=99999999999999999999",
                "=1.5",
                "=1e3",
                "=%2B1",
                "=0x1",
                "=1a",
                "[]=1",
            ] {
                let refused = failure("STATUS_INVALID_INPUT", &format!("Invalid parameter: {name}."));
                assert_eq!(device.edit(&panel, &format!("{name}{value}")), refused, "{name}{value}");
            }
        }
        for name in ["is_trial", "is_isplock", "lock_device", "enabled", "admin_enabled"] {
            for value in ["=2", "=-1", "=00", "=on", "=true", "=1.0", "[]=1"] {
                let refused = failure("STATUS_INVALID_INPUT", &format!("Invalid parameter: {name}."));
                assert_eq!(device.edit(&panel, &format!("{name}{value}")), refused, "{name}{value}");
            }
        }
    }
}

#[test]
fn an_edit_changes_only_what_is_sent() {
    for device in &DEVICES {
        let panel = Panel::docs();
        let id = device.id;
        for (form, key, value) in [
            ("exp_date=2027-06-30", "exp_date", json!("2027-06-30")),
            ("mac=02:00:00:00:00:01", "mac", json!(FREE)),
            ("bouquets_selected=[5]", "bouquets", json!([5])),
            ("max_connections=3", "max_connections", json!(3)),
            ("member_id=1", "member_id", json!(1)),
            ("is_trial=1", "is_trial", json!(1)),
            ("is_isplock=1", "is_isplock", json!(1)),
            ("lock_device=1", "lock_device", json!(1)),
            ("enabled=0", "enabled", json!(0)),
            ("admin_enabled=0", "admin_enabled", json!(0)),
            (
                "allowed_ips[]=192.0.2.1&allowed_ips[]=&allowed_ips[]=any text",
                "allowed_ips",
                json!(["192.0.2.1", "any text"]),
            ),
            ("allowed_ips=192.0.2.9", "allowed_ips", json!(["192.0.2.9"])),
            ("admin_notes=one/two", "admin_notes", json!("one/two")),
            ("reseller_notes=three", "reseller_notes", json!("three")),
        ] {
            assert_edit(&panel, device.noun, id, form, &[(key, value)]);
        }
        // Nothing sent, and what no device has.
        assert_edit(
            &panel,
            device.noun,
            id,
            "user_id=1&username=x&password=y&is_mag=0&public_ip=192.0.2.3",
            &[],
        );
        // The credentials of the hidden line are as the seed made them.
        let password = panel.sql_one(&format!("SELECT password FROM lines WHERE id = {}", device.line));
        assert!(password.contains("hiddenpass"), "{password}");
    }
}

#[test]
fn a_field_sent_empty_is_cleared() {
    for device in &DEVICES {
        let panel = Panel::docs();
        device.edit(
            &panel,
            "max_connections=3&is_trial=1&is_isplock=1&lock_device=1&allowed_ips[]=192.0.2.1&admin_notes=a&reseller_notes=b",
        );
        for (form, key, cleared) in [
            ("exp_date=", "exp_date", json!(null)),
            ("bouquets_selected=", "bouquets", json!([])),
            ("max_connections=", "max_connections", json!(1)),
            ("member_id=", "member_id", json!(0)),
            ("is_trial=", "is_trial", json!(0)),
            ("is_isplock=", "is_isplock", json!(0)),
            ("lock_device=", "lock_device", json!(0)),
            ("enabled=", "enabled", json!(0)),
            ("admin_enabled=", "admin_enabled", json!(0)),
            ("allowed_ips[]=", "allowed_ips", json!([])),
            // White space alone is empty.
            ("admin_notes=%20%0A", "admin_notes", json!("")),
            ("reseller_notes=", "reseller_notes", json!("")),
        ] {
            assert_edit(&panel, device.noun, device.id, form, &[(key, cleared)]);
        }
        // A MAC cannot be cleared.
        assert_edit(&panel, device.noun, device.id, "mac=", &[]);
    }
}

#[test]
fn a_refused_edit_changes_nothing() {
    let panel = Panel::docs();
    for device in &DEVICES {
        let before = device.on(&panel, "get");
        for wrong in ["no_expire=2", "mac=bad", "exp_date=never"] {
            device.edit(&panel, &format!("admin_notes=x&lock_device=1&member_id=5&{wrong}"));
            assert_eq!(device.on(&panel, "get"), before, "{wrong}");
        }
    }
}

#[test]
fn the_four_switches_are_independent_and_idempotent() {
    for device in &DEVICES {
        let panel = Panel::docs();
        device.watch(&panel, 70001, 10);
        for (verb, enabled, admin_enabled) in [
            ("disable", "0", "1"),
            ("disable", "0", "1"),
            ("ban", "0", "0"),
            ("ban", "0", "0"),
            // A ban stays.
            ("enable", "1", "0"),
            ("enable", "1", "0"),
            ("disable", "0", "0"),
            ("unban", "0", "1"),
            ("unban", "0", "1"),
            ("enable", "1", "1"),
        ] {
            assert_eq!(device.on(&panel, verb), DONE);
            let now = device.on(&panel, "get");
            let flags = (data(&now, "enabled"), data(&now, "admin_enabled"));
            assert_eq!(flags, (enabled.into(), admin_enabled.into()), "{verb}_{}", device.noun);
        }
        // No connection was closed and nothing was logged.
        assert_eq!(
            panel.sql(
                "SELECT (SELECT count(*) FROM lines_live), (SELECT count(*) FROM lines_activity),
                        (SELECT count(*) FROM users_logs), (SELECT count(*) FROM lines_logs)"
            ),
            ["2|1|1|1"]
        );
    }
}

#[test]
fn an_action_on_the_hidden_line_shows_on_the_device() {
    let panel = Panel::docs();
    for device in &DEVICES {
        panel.call("ban_line", &format!("id={}", device.line));
        panel.call("edit_line", &format!("id={}&reseller_notes=of the line", device.line));
        let now = device.on(&panel, "get");
        assert_eq!(data(&now, "admin_enabled"), "0");
        assert_eq!(data(&now, "reseller_notes"), r#""of the line""#);
    }
}

#[test]
fn a_deleted_device_takes_its_line_with_it() {
    for device in &DEVICES {
        let panel = Panel::docs();
        let line = device.line;
        device.watch(&panel, 70001, 10);
        panel.sql(&format!("INSERT INTO lines_logs (user_id) VALUES ({line})"));
        panel.sql(&format!(
            "INSERT INTO lines_activity (activity_id, user_id, stream_id, date_start, date_end)
             VALUES (12002, {line}, 11, 1773576000, 1773577800)"
        ));
        panel.sql(&format!("UPDATE lines SET pair_id = {line} WHERE id = 4521"));

        assert_eq!(device.on(&panel, "delete"), DONE);
        assert_eq!(device.on(&panel, "get"), device.not_found());
        assert_eq!(device.on(&panel, "delete"), device.not_found());
        assert_eq!(
            panel.call("get_line", &format!("id={line}")),
            failure("STATUS_FAILURE", "Line not found.")
        );
        // What is another line's stays: its log, its activity, its open connection.
        assert_eq!(panel.sql("SELECT user_id FROM lines_logs"), ["4521"]);
        assert_eq!(panel.sql("SELECT user_id FROM lines_live"), ["4522"]);
        // What was watched stays without a line, the connection that was open ends now.
        assert_eq!(
            panel.sql("SELECT user_id, stream_id, date_end FROM lines_activity ORDER BY activity_id"),
            ["4521|10|1773577800", "0|11|1773577800", "0|10|1773585000"],
            "{}",
            device.noun
        );
        assert_eq!(panel.sql("SELECT pair_id FROM lines WHERE id = 4521"), ["null"]);
        // And the device of the other kind.
        let counts = "SELECT (SELECT count(*) FROM mag_devices) + (SELECT count(*) FROM enigma2_devices)";
        assert_eq!(panel.sql_one(counts), "1");
    }
}

#[test]
fn a_line_that_another_device_uses_stays() {
    let [mag, enigma] = &DEVICES;
    for (device, other) in [(mag, mag), (mag, enigma), (enigma, enigma), (enigma, mag)] {
        let panel = Panel::docs();
        panel.sql(&format!(
            "INSERT INTO {} ({}, user_id, mac) VALUES (900, {}, '{FREE}')",
            other.table, other.key, device.line
        ));
        device.watch(&panel, 70001, 10);
        let message = format!("{} with {}", device.noun, other.noun);
        assert_eq!(device.on(&panel, "delete"), DONE, "{message}");
        assert_eq!(device.on(&panel, "get"), device.not_found(), "{message}");
        // Its connection stays as well.
        assert_eq!(
            panel
                .sql("SELECT user_id FROM lines_live WHERE activity_id = 70001")
                .len(),
            1
        );
        let left = other.call(&panel, "get", "id=900");
        assert_eq!(data(&left, "exp_date"), r#""2026-12-31""#, "{message}");
        // The last device takes it.
        assert_eq!(other.call(&panel, "delete", "id=900"), DONE, "{message}");
        let lines = format!("SELECT count(*) FROM lines WHERE id = {}", device.line);
        assert_eq!(panel.sql_one(&lines), "0", "{message}");
    }
}

#[test]
fn deleting_the_hidden_line_deletes_the_device() {
    let panel = Panel::docs();
    for device in &DEVICES {
        assert_eq!(panel.call("delete_line", &format!("id={}", device.line)), DONE);
        assert_eq!(device.on(&panel, "get"), device.not_found());
        assert!(device.list(&panel, "").is_empty());
    }
    assert!(panel.sql("SELECT id FROM mag_events").is_empty());
}

#[test]
fn a_device_without_a_line_can_be_deleted() {
    let panel = Panel::docs();
    for device in &DEVICES {
        panel.sql(&format!("DELETE FROM lines WHERE id = {}", device.line));
        assert_eq!(device.list(&panel, ""), [device.id]);
        assert_eq!(device.on(&panel, "delete"), DONE);
        assert!(device.list(&panel, "").is_empty());
    }
}

#[test]
fn a_converted_device_becomes_a_line_that_people_can_type() {
    for device in &DEVICES {
        let panel = Panel::docs();
        device.watch(&panel, 70001, 10);
        let answer = device.on(&panel, "convert");
        assert_eq!(answer, panel.call("get_line", &format!("id={}", device.line)));
        let (username, password) = (data(&answer, "username"), data(&answer, "password"));
        let (username, password) = (username.trim_matches('"'), password.trim_matches('"'));
        assert!(
            is_random(username, 10) && is_random(password, 10),
            "{username} {password}"
        );
        assert_ne!(username, password);

        assert_eq!(device.on(&panel, "get"), device.not_found());
        assert_eq!(device.on(&panel, "convert"), device.not_found());
        assert_eq!(
            panel.sql_one(&format!("SELECT is_mag, is_e2 FROM lines WHERE id = {}", device.line)),
            "0|0"
        );
        // Lists and totals of lines show it now.
        assert_eq!(ids(&panel.call("get_lines", "")), [device.line, 4521, 4522]);
        assert_eq!(data(&panel.call("user_info", ""), "total_lines"), "3");
        // Its connection stays, under the new name.
        let live = panel.call(
            "live_connections",
            &format!(
                "user_id={}&show_columns=activity_id,username,mag_id,device_id",
                device.line
            ),
        );
        let row = format!(r#"{{"activity_id":70001,"username":"{username}","mag_id":null,"device_id":null}}"#);
        assert!(live.contains(&row), "{live}");
        assert_eq!(panel.sql_one("SELECT count(*) FROM lines_activity"), "1");
    }
}

#[test]
fn a_converted_device_keeps_what_its_line_was_given() {
    for device in &DEVICES {
        let panel = Panel::docs();
        device.edit(
            &panel,
            "exp_date=2027-01-01 12:30&bouquets_selected=[5,1]&max_connections=4&is_trial=1&is_isplock=1&enabled=0\
             &admin_enabled=0&allowed_ips[]=192.0.2.1&admin_notes=a&reseller_notes=b",
        );
        let before: Value = serde_json::from_str(&device.on(&panel, "get")).unwrap();
        let after: Value = serde_json::from_str(&device.on(&panel, "convert")).unwrap();
        assert_eq!(after["data"]["id"], before["data"]["user_id"]);
        for key in [
            "exp_date",
            "bouquets",
            "max_connections",
            "is_trial",
            "is_isplock",
            "enabled",
            "admin_enabled",
            "allowed_ips",
            "admin_notes",
            "reseller_notes",
            "member_id",
            "created_at",
        ] {
            assert_eq!(after["data"][key], before["data"][key], "{key}");
        }
    }
}

#[test]
fn a_conversion_shows_all_keys() {
    for device in &DEVICES {
        let panel = Panel::docs();
        let answer = device.call(&panel, "convert", &format!("id={}&show_columns=id", device.id));
        assert_eq!(answer, panel.call("get_line", &format!("id={}", device.line)));
    }
}

#[test]
fn a_list_is_filtered_by_the_state_of_the_line() {
    for device in &DEVICES {
        let panel = Panel::docs();
        for (at, state) in [
            // Expired from the start of its day, and from its very second, on.
            "exp_date=2026-03-15",
            "exp_date=2026-03-15 14:30:00",
            "exp_date=2026-03-15 14:30:01&is_trial=1",
            "exp_date=2020-01-01&enabled=0&is_trial=1",
            "no_expire=1&admin_enabled=0",
            "no_expire=1",
        ]
        .iter()
        .enumerate()
        {
            device.create(&panel, &format!("mac=02:00:00:00:00:0{at}&{state}"));
        }
        let all: Vec<i64> = (0..7).collect();
        for (filter, expected) in [
            ("1", vec![0, 3, 6]),
            ("2", vec![4]),
            ("3", vec![5]),
            ("4", vec![1, 2, 4]),
            ("5", vec![3, 4]),
            ("6", all.clone()),
            ("0", all.clone()),
            ("-1", all.clone()),
            ("x", all.clone()),
            ("", all),
        ] {
            let expected: Vec<i64> = expected.iter().map(|nth| device.id + nth).collect();
            let found = device.list(&panel, &format!("filter={filter}"));
            assert_eq!(found, expected, "get_{}s filter={filter}", device.noun);
        }
    }
}

#[test]
fn a_list_is_sorted_by_its_order_columns() {
    for device in &DEVICES {
        let panel = Panel::docs();
        let a = device.id;
        let (b, c) = (a + 1, a + 2);
        for (id, line, own, columns) in [
            (
                a,
                device.line,
                ("02:00:00:00:00:12", "y"),
                "username='c', member_id=3, enabled=0, admin_enabled=1, is_trial=1, exp_date='2027-01-01', last_activity=NULL",
            ),
            (
                b,
                4523,
                ("02:00:00:00:00:13", "x"),
                "username='a', member_id=2, enabled=1, admin_enabled=0, is_trial=0, exp_date=NULL, last_activity=200",
            ),
            (
                c,
                4524,
                ("02:00:00:00:00:11", "z"),
                "username='b', member_id=1, enabled=1, admin_enabled=1, is_trial=0, exp_date='2026-06-01', last_activity=100",
            ),
        ] {
            if id != a {
                assert_eq!(device.create(&panel, &format!("mac={}", own.0)), id);
            }
            panel.sql(&format!(
                "UPDATE {} SET mac = '{}', {} = '{}' WHERE {} = {id}",
                device.table, own.0, device.own_text, own.1, device.key
            ));
            panel.sql(&format!("UPDATE lines SET {columns} WHERE id = {line}"));
        }
        panel.sql("INSERT INTO lines_live (user_id, stream_id, server_id) VALUES (4523, 10, 1)");

        // Ties stand by id upwards in both directions; nulls come first upwards.
        for (column, name, up, down) in [
            (0, "id", [a, b, c], [c, b, a]),
            (1, "username", [b, c, a], [a, c, b]),
            (2, "mac", [c, a, b], [b, a, c]),
            (3, device.own_text, [b, a, c], [c, a, b]),
            (4, "member_id", [c, b, a], [a, b, c]),
            (5, "enabled - admin_enabled", [a, c, b], [b, c, a]),
            (6, "online", [a, c, b], [b, a, c]),
            (7, "is_trial", [b, c, a], [a, b, c]),
            (8, "exp_date", [b, c, a], [a, c, b]),
            (9, "last_activity", [a, c, b], [b, c, a]),
            (10, "unknown", [a, b, c], [c, b, a]),
        ] {
            for (dir, expected) in [("asc", up), ("desc", down)] {
                let found = device.list(&panel, &format!("order[0][column]={column}&order[0][dir]={dir}"));
                assert_eq!(found, expected, "get_{}s by {name} {dir}", device.noun);
            }
        }
    }
}

#[test]
fn a_list_is_searched_in_the_columns_of_the_contract() {
    for device in &DEVICES {
        let panel = Panel::docs();
        let (seeded, new) = (device.id, device.id + 1);
        device.create(
            &panel,
            &format!("mac={FREE}&exp_date=2029-08-07&reseller_notes=Gold 50%25&admin_notes=Owes_us"),
        );
        panel.sql(&format!(
            "UPDATE {} SET {} = 'Box.7' WHERE {} = {new}",
            device.table, device.own_text, device.key
        ));
        panel.sql("UPDATE lines SET username = 'HiddenName', password = 'HiddenWord' WHERE id = 4523");
        for (needle, expected) in [
            ("hiddenNAME", vec![new]),
            ("02:00:00:00:00:01", vec![new]),
            ("box.7", vec![new]),
            ("2029-08", vec![new]),
            ("gOLD", vec![new]),
            ("owes", vec![new]),
            // Literal, not patterns.
            ("50%25", vec![new]),
            ("owes_", vec![new]),
            ("o_es", vec![]),
            ("%25%25", vec![]),
            // Not searched: password, bouquets, member, id.
            ("hiddenword", vec![]),
            ("reseller88", vec![]),
            ("[1", vec![]),
            ("", vec![seeded, new]),
        ] {
            let found = device.list(&panel, &format!("search[value]={needle}"));
            assert_eq!(found, expected, "get_{}s {needle:?}", device.noun);
        }
        assert_eq!(device.list(&panel, "search=hiddenname"), [seeded, new]);
    }
}

#[test]
fn a_list_is_narrowed_to_a_reseller() {
    for device in &DEVICES {
        let panel = Panel::docs();
        let new = device.create(&panel, &format!("mac={FREE}&member_id=7"));
        for (reseller, expected) in [("7", vec![new]), ("88", vec![])] {
            let found = device.list(&panel, &format!("reseller={reseller}"));
            assert_eq!(found, expected, "reseller={reseller}");
        }
    }
}

#[test]
fn a_page_counts_all_rows() {
    for device in &DEVICES {
        let panel = Panel::docs();
        device.create(&panel, "mac=02:00:00:00:00:01");
        device.create(&panel, "mac=02:00:00:00:00:02&enabled=0");
        let list = format!("get_{}s", device.noun);
        let (second, third) = (device.id + 1, device.id + 2);
        assert_eq!(
            panel.call(&list, "start=1&limit=1&show_columns=id"),
            format!(r#"{{"status":"STATUS_SUCCESS","data":[{{"id":{second}}}],"recordsTotal":3,"recordsFiltered":1}}"#)
        );
        assert_eq!(
            panel.get(&list, "filter=2&show_columns=id,enabled"),
            format!(
                r#"{{"status":"STATUS_SUCCESS","data":[{{"id":{third},"enabled":0}}],"recordsTotal":1,"recordsFiltered":1}}"#
            )
        );
    }
}

#[test]
fn a_list_shows_the_newest_open_connection() {
    for device in &DEVICES {
        let panel = Panel::docs();
        device.watch(&panel, 70001, 10);
        device.watch(&panel, 70002, 11);
        panel.sql(&format!(
            "UPDATE lines SET last_activity = 1773584000 WHERE id = {}",
            device.line
        ));
        assert_eq!(
            panel.call(
                &format!("get_{}s", device.noun),
                "show_columns=active_connections,stream_id,stream_display_name,last_active"
            ),
            r#"{"status":"STATUS_SUCCESS","data":[{"active_connections":2,"stream_id":11,"stream_display_name":"Demo Sports","last_active":"2026-03-15 14:13:20"}],"recordsTotal":1,"recordsFiltered":1}"#
        );
    }
}

#[test]
fn a_list_does_not_name_an_older_connections_stream() {
    for device in &DEVICES {
        let panel = Panel::docs();
        device.watch(&panel, 70001, 10);
        device.watch(&panel, 70002, 999);
        let list = panel.call(
            &format!("get_{}s", device.noun),
            "show_columns=stream_id,stream_display_name",
        );
        assert!(
            list.contains(r#"{"stream_id":999,"stream_display_name":null}"#),
            "{list}"
        );
    }
}
