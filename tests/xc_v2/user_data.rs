//! What the writable columns of `user_data` become, on create and on edit (contract, 2.3 to 2.5 and 7 to 9).

use linecard::time::Zone;
use serde_json::{Value, json};

use crate::support::{NOW, Panel};

const OLD: &str = "username=customer4521&password=securepass";
const OK: &str = r#"{"result":true}"#;
const PARAMETER_ERROR: &str = r#"{"result":false,"error":"PARAMETER ERROR"}"#;

const FLAGS: [&str; 9] = [
    "admin_enabled",
    "enabled",
    "is_restreamer",
    "is_trial",
    "is_mag",
    "is_e2",
    "is_isplock",
    "is_stalker",
    "bypass_ua",
];

/// Values of every column but the id and the credentials, none of them the default.
const FULL: &str = "user_data[member_id]=88&user_data[exp_date]=1800000000&user_data[admin_enabled]=0\
    &user_data[enabled]=0&user_data[admin_notes]=a&user_data[reseller_notes]=b&user_data[bouquet]=[5,1]\
    &user_data[max_connections]=3&user_data[is_restreamer]=1&user_data[allowed_ips]=[\"192.0.2.1\"]\
    &user_data[allowed_ua]=[\"VLC\"]&user_data[is_trial]=1&user_data[created_at]=1700000000&user_data[created_by]=7\
    &user_data[pair_id]=4522&user_data[is_mag]=1&user_data[is_e2]=1&user_data[force_server_id]=2\
    &user_data[is_isplock]=1&user_data[as_number]=AS1&user_data[isp_desc]=isp&user_data[forced_country]=GB\
    &user_data[is_stalker]=1&user_data[bypass_ua]=1&user_data[play_token]=t";

/// The names in [`FULL`].
fn full_columns() -> Vec<&'static str> {
    let names = FULL.split('&').map(|pair| pair.split(['[', ']']).nth(1).unwrap());
    names.map(str::trim).collect()
}

/// What `user`/`info` shows of a line, without what follows from several columns (`effects` has
/// that) and with nothing but the names of its output formats.
fn info(panel: &Panel, credentials: &str) -> Value {
    let answer = panel.v2("action=user&sub=info", credentials);
    let mut json: Value = serde_json::from_str(&answer).unwrap();
    let info = json["user_info"].as_object_mut().expect(&answer);
    for key in ["channel_ids", "series_ids", "mag_invalid_token", "pair_line_info"] {
        info.shift_remove(key);
    }
    let formats = info["output_formats"].as_object().unwrap();
    info["output_formats"] = formats.keys().map(String::as_str).collect();
    json["user_info"].take()
}

/// A new line as it is when its credentials alone were sent.
fn new_line(id: &str) -> Value {
    json!({
        "id": id, "member_id": null, "username": format!("u{id}"), "password": "p", "exp_date": null,
        "admin_enabled": "1", "enabled": "1", "admin_notes": "", "reseller_notes": "", "bouquet": [],
        "max_connections": "1", "is_restreamer": "0", "allowed_ips": [], "allowed_ua": [], "is_trial": "0",
        "created_at": NOW.to_string(), "created_by": "0", "pair_id": null, "is_mag": "0", "is_e2": "0",
        "force_server_id": "0", "is_isplock": "0", "as_number": null, "isp_desc": null, "forced_country": "",
        "is_stalker": "0", "bypass_ua": "0", "play_token": "",
        "active_cons": "0", "output_formats": ["m3u8", "ts", "rtmp"], "con_isp_type": null, "con_isp_name": null,
        "isp_violate": 0, "isp_is_server": 0,
    })
}

/// Creates a line and checks that it has these values and the defaults beside them.
fn assert_created(panel: &Panel, form: &str, changes: &[(&str, Value)]) {
    let id = panel.sql_one("SELECT max(id) + 1 FROM lines");
    let answer = panel.v2(
        "action=user&sub=create",
        &format!("user_data[username]=u{id}&user_data[password]=p&{form}"),
    );
    let created = format!(r#"{{"result":true,"created_id":{id},"username":"u{id}","password":"p"}}"#);
    assert_eq!(answer, created, "{form}");
    let mut expected = new_line(&id);
    for (column, value) in changes {
        expected[column] = value.clone();
    }
    let shown = info(panel, &format!("username=u{id}&password=p"));
    assert_eq!(shown, expected, "create: {form}");
}

/// Edits line 4521 and checks that it has these values and that nothing else of it changed.
fn assert_edited(panel: &Panel, form: &str, changes: &[(&str, Value)]) {
    let mut expected = info(panel, OLD);
    assert_eq!(
        panel.v2("action=user&sub=edit", &format!("{OLD}&{form}")),
        OK,
        "edit: {form}"
    );
    for (column, value) in changes {
        expected[column] = value.clone();
    }
    assert_eq!(info(panel, OLD), expected, "edit: {form}");
}

/// Checks what values become, each as it is sent behind the name: on create and on edit alike.
fn assert_becomes(panel: &Panel, column: &str, cases: &[(&str, Value)]) {
    for (sent, expected) in cases {
        let form = format!("user_data[{column}]{sent}");
        assert_created(panel, &form, &[(column, expected.clone())]);
        assert_edited(panel, &form, &[(column, expected.clone())]);
    }
}

#[test]
fn a_member_sent_empty_gets_its_default() {
    let panel = Panel::docs();
    let empty: Vec<String> = full_columns()
        .iter()
        .map(|column| format!("user_data[{column}]="))
        .collect();
    let empty = empty.join("&");
    // These two cannot be changed by an edit.
    assert_created(
        &panel,
        &format!("{empty}&user_data[output_formats]=&user_data[id]="),
        &[],
    );

    assert_edited(&panel, FULL, &full_values());
    let defaults = new_line("4521");
    let changes: Vec<(&str, Value)> = full_columns()
        .into_iter()
        .map(|column| (column, defaults[column].clone()))
        .collect();
    assert_edited(&panel, &empty, &changes);
}

fn full_values() -> Vec<(&'static str, Value)> {
    let values = FULL.split('&').map(|pair| match pair.split_once('=').unwrap().1 {
        list if list.starts_with('[') => serde_json::from_str(list).unwrap(),
        text => json!(text),
    });
    full_columns().into_iter().zip(values).collect()
}

#[test]
fn every_column_is_written_as_it_was_sent() {
    let panel = Panel::docs();
    let values = full_values();
    assert_edited(&panel, FULL, &values);
    // Each alone, from one value that is not the default to the default's opposite and back.
    let panel = Panel::docs();
    for (pair, value) in FULL.split('&').zip(&values) {
        assert_edited(&panel, pair, std::slice::from_ref(value));
    }
    // A new line is made now and by nobody, whatever was sent.
    let kept: Vec<(&str, Value)> = values
        .into_iter()
        .filter(|(column, _)| !column.starts_with("created_"))
        .collect();
    assert_created(&panel, FULL, &kept);
}

#[test]
fn flags_are_small_numbers() {
    let panel = Panel::docs();
    let cases = [
        ("=5", json!("5")),
        ("=0", json!("0")),
        ("=1", json!("1")),
        ("=00", json!("0")),
        ("=-1", json!("-1")),
        ("=127", json!("127")),
        ("=128", json!("127")),
        ("=-128", json!("-128")),
        ("=-129", json!("-128")),
        ("=99999999999999999999", json!("127")),
        ("=1 yes", json!("1")),
        ("=yes", json!("0")),
        ("=1.9", json!("1")),
        // The text of the array is read, and that begins with a bracket.
        ("[]=1", json!("0")),
    ];
    for flag in FLAGS {
        assert_becomes(&panel, flag, &cases);
    }
}

#[test]
fn whole_numbers_have_32_bits() {
    let panel = Panel::docs();
    let cases = [
        ("=7", json!("7")),
        ("=12abc", json!("12")),
        ("=%2B1 month", json!("1")),
        ("=1e3", json!("1")),
        ("=1.9", json!("1")),
        ("=%0D%0A\t 7 ", json!("7")),
        ("=-5", json!("-5")),
        ("=2147483647", json!("2147483647")),
        ("=2147483648", json!("2147483647")),
        ("=-2147483648", json!("-2147483648")),
        ("=-2147483649", json!("-2147483648")),
        ("=99999999999999999999", json!("2147483647")),
        ("=-99999999999999999999", json!("-2147483648")),
    ];
    let none = ["=0", "=00", "=0.0", "=abc", "=-", "=- 1", "=0x1F", "[]=7", "[a][b]=7"];
    for (column, nothing) in [
        ("max_connections", json!("0")),
        ("force_server_id", json!("0")),
        ("pair_id", json!("0")),
        // Nobody owns the line.
        ("member_id", Value::Null),
    ] {
        assert_becomes(&panel, column, &cases);
        assert_becomes(&panel, column, &none.map(|sent| (sent, nothing.clone())));
    }
    // A new line takes neither of these.
    for column in ["created_at", "created_by"] {
        for (sent, expected) in cases.iter().cloned().chain(none.map(|sent| (sent, json!("0")))) {
            let form = format!("user_data[{column}]{sent}");
            assert_edited(&panel, &form, &[(column, expected)]);
            assert_created(&panel, &form, &[]);
        }
    }
}

#[test]
fn an_id_is_the_next_one_unless_it_is_a_free_number() {
    let panel = Panel::docs();
    for sent in ["=", "=0", "=abc", "[]=9000"] {
        assert_created(&panel, &format!("user_data[id]{sent}"), &[]);
    }
    for sent in ["=4521", "=4521abc", "= 4521"] {
        assert_edited(&panel, &format!("user_data[id]{sent}"), &[]);
    }
    for sent in ["=4522", "=0", "=abc", "=9000"] {
        let form = format!("{OLD}&user_data[enabled]=0&user_data[id]{sent}");
        assert_eq!(panel.v2("action=user&sub=edit", &form), PARAMETER_ERROR, "{sent}");
    }
    assert_edited(&panel, "user_data[id]=4521", &[("enabled", json!("1"))]);
}

#[test]
fn an_expiry_is_unix_seconds_or_never() {
    let panel = Panel::docs();
    assert_becomes(
        &panel,
        "exp_date",
        &[
            ("=1800000000", json!("1800000000")),
            ("=", Value::Null),
            ("=1548979200", json!("1548979200")),
            ("=0", Value::Null),
            // Neither of these is empty, and a date text is not read as one.
            ("=00", json!("0")),
            ("=0.0", json!("0")),
            ("=never", json!("0")),
            ("=2026-12-31", json!("2026")),
            ("=%2B1 month", json!("1")),
            ("=-1", json!("-1")),
            ("=1800000000 or so", json!("1800000000")),
            ("=2147483647", json!("2147483647")),
            ("=99999999999", json!("2147483647")),
            ("=-99999999999", json!("-2147483648")),
            ("[]=1800000000", json!("0")),
        ],
    );
}

#[test]
fn an_expiry_is_kept_as_a_local_date() {
    let panel = Panel::docs_with(|config| config.timezone = Zone::named("Europe/London").unwrap());
    let stored = || panel.sql_one("SELECT exp_date FROM lines WHERE id = 4521");
    for (sent, kept, shown) in [
        // Winter and summer, a midnight of each and a second after it.
        ("1798675200", "2026-12-31", "1798675200"),
        ("1798675201", "2026-12-31 00:00:01", "1798675201"),
        ("1782860400", "2026-07-01", "1782860400"),
        ("1782860401", "2026-07-01 00:00:01", "1782860401"),
        // The last second before the clocks go forward, and the first one after.
        ("1774745999", "2026-03-29 00:59:59", "1774745999"),
        ("1774746000", "2026-03-29 02:00:00", "1774746000"),
        // 01:30 comes twice in October, and the text cannot say which: the first one.
        ("1792888200", "2026-10-25 01:30:00", "1792888200"),
        ("1792891800", "2026-10-25 01:30:00", "1792888200"),
        ("1792893600", "2026-10-25 02:00:00", "1792893600"),
        ("-1", "1970-01-01 00:59:59", "-1"),
    ] {
        assert_becomes(&panel, "exp_date", &[(&format!("={sent}"), json!(shown))]);
        assert_eq!(stored(), kept, "{sent}");
    }
    // A time that the clocks skip moves forward by the gap.
    for (kept, shown) in [
        ("2026-03-29 01:30:00", "1774747800"),
        ("2026-03-29 01:00:00", "1774746000"),
    ] {
        panel.sql(&format!("UPDATE lines SET exp_date = '{kept}' WHERE id = 4521"));
        assert_eq!(info(&panel, OLD)["exp_date"], json!(shown));
    }
}

#[test]
fn a_bouquet_list_is_json_text_of_an_array_or_object() {
    let panel = Panel::docs();
    assert_becomes(
        &panel,
        "bouquet",
        &[
            ("=[1,2]", json!([1, 2])),
            (r#"=["5","1"]"#, json!([5, 1])),
            ("= [ 1 , 2 ] ", json!([1, 2])),
            // In the order in which they were written, also those that the panel does not have.
            (r#"={"b":5,"a":"1","9":77}"#, json!([5, 1, 77])),
            ("=[2,2,1]", json!([2, 2, 1])),
            (
                r#"=["7b",null,true,false,2.9,[],[8],{},"x"]"#,
                json!([7, 0, 1, 0, 2, 0, 1, 0, 0]),
            ),
            ("=[]", json!([])),
            ("=[3]", json!([3])),
            ("={}", json!([])),
        ],
    );
    for scalar in [
        "5", r#""5""#, "null", "true", "1,2", "[1,2", "[1,2]]", "[1,]", "x", "0", "",
    ] {
        assert_becomes(
            &panel,
            "bouquet",
            &[("=[4]", json!([4])), (&format!("={scalar}"), json!([]))],
        );
    }
    // As it is stored: compact.
    assert_edited(
        &panel,
        r#"user_data[bouquet]=[ "1", 2 ]"#,
        &[("bouquet", json!([1, 2]))],
    );
    assert_eq!(panel.sql_one("SELECT bouquet FROM lines WHERE id = 4521"), "[1,2]");
}

#[test]
fn a_bracket_array_is_a_list_on_edit_alone() {
    let panel = Panel::docs();
    for (column, form, expected) in [
        (
            "bouquet",
            "user_data[bouquet][]=3&user_data[bouquet][]=1x",
            json!([3, 1]),
        ),
        (
            "bouquet",
            "user_data[bouquet][b]=5&user_data[bouquet][a]=x",
            json!([5, 0]),
        ),
        ("bouquet", "user_data[bouquet][]=", json!([0])),
        (
            "allowed_ips",
            "user_data[allowed_ips][]= 192.0.2.1 &user_data[allowed_ips][]=&user_data[allowed_ips][x]=2001:db8::/32",
            json!(["192.0.2.1", "2001:db8::/32"]),
        ),
        ("allowed_ips", "user_data[allowed_ips][]=", json!([])),
        (
            "allowed_ua",
            "user_data[allowed_ua][5]=VLC&user_data[allowed_ua][]=é",
            json!(["VLC", "é"]),
        ),
    ] {
        assert_edited(&panel, form, &[(column, expected)]);
        assert_created(&panel, form, &[(column, json!([]))]);
    }
}

#[test]
fn addresses_and_agents_are_json_text_of_an_array_or_object() {
    let panel = Panel::docs();
    for column in ["allowed_ips", "allowed_ua"] {
        assert_becomes(
            &panel,
            column,
            &[
                (r#"=["192.0.2.1"]"#, json!(["192.0.2.1"])),
                (r#"=[" a ","","  ","b","a"]"#, json!(["a", "b", "a"])),
                // `0` is as empty as nothing.
                (r#"=["0"," 0 ","00",0,7]"#, json!(["00", "7"])),
                (r#"={"2":"x","1":"é/y"}"#, json!(["x", "é/y"])),
                (r#"=["2001:db8::\/32"]"#, json!(["2001:db8::/32"])),
                ("=[true,false,null]", json!(["1"])),
                ("=[]", json!([])),
                (r#"=["VLC/3.0 (x)"]"#, json!(["VLC/3.0 (x)"])),
                ("=192.0.2.1", json!([])),
                (r#"=["c"]"#, json!(["c"])),
                (r#"="192.0.2.1""#, json!([])),
                (r#"=["d"]"#, json!(["d"])),
                (r#"=["d""#, json!([])),
                ("=0", json!([])),
            ],
        );
    }
}

#[test]
fn output_formats_are_chosen_on_create() {
    let panel = Panel::docs();
    let all = json!(["m3u8", "ts", "rtmp"]);
    for (sent, expected) in [
        ("=[1]", json!(["m3u8"])),
        ("=[2]", json!(["ts"])),
        ("=[3]", json!(["rtmp"])),
        (r#"=["3","1","3"]"#, json!(["m3u8", "rtmp"])),
        ("=[2,9,0]", json!(["ts"])),
        // An array is its JSON text.
        ("[]=2", json!(["ts"])),
        ("=[1,2,3]", all.clone()),
        ("=[]", all.clone()),
        ("=[9]", all.clone()),
        ("=", all.clone()),
        ("=0", all.clone()),
        ("=2", all.clone()),
        ("=ts", all.clone()),
        ("=[1", all.clone()),
    ] {
        assert_created(
            &panel,
            &format!("user_data[output_formats]{sent}"),
            &[("output_formats", expected)],
        );
    }
}

#[test]
fn texts_are_cut_and_never_refused() {
    let panel = Panel::docs();
    let long = "é".repeat(300);
    for (column, most) in [("as_number", 30), ("forced_country", 3)] {
        for (sent, kept) in [(most - 1, most - 1), (most, most), (most + 1, most), (300, most)] {
            assert_becomes(
                &panel,
                column,
                &[(&format!("={}", "📺".repeat(sent)), json!("📺".repeat(kept)))],
            );
        }
    }
    for column in ["admin_notes", "reseller_notes", "isp_desc", "play_token"] {
        assert_becomes(&panel, column, &[(&format!("={long}"), json!(long))]);
    }
    // Names are cut before they are compared.
    let (kept, form) = (
        &long[..510],
        format!("user_data[username]={long}&user_data[password]={long}"),
    );
    let escaped = r"\u00e9".repeat(255);
    assert_eq!(panel.v2("action=user&sub=edit", &format!("{OLD}&{form}")), OK);
    let line = info(&panel, &format!("username={kept}&password={kept}"));
    assert_eq!(
        (&line["id"], &line["username"], &line["password"]),
        (&json!("4521"), &json!(kept), &json!(kept))
    );
    let taken = r#"{"result":false,"error":"EXISTS"}"#;
    assert_eq!(panel.v2("action=user&sub=create", &form), taken);
    panel.call("delete_line", "id=4521");
    let id = panel.sql_one("SELECT seq + 1 FROM sqlite_sequence WHERE name = 'lines'");
    let created = format!(r#"{{"result":true,"created_id":{id},"username":"{escaped}","password":"{escaped}"}}"#);
    assert_eq!(panel.v2("action=user&sub=create", &form), created);
}

#[test]
fn an_array_where_text_is_meant_is_its_json_text() {
    let panel = Panel::docs();
    for column in ["admin_notes", "reseller_notes", "isp_desc", "play_token", "as_number"] {
        for (form, expected) in [
            ("[]=x", r#"["x"]"#),
            ("[a]=1&user_data[COLUMN][b][]=", r#"{"a":"1","b":[""]}"#),
            ("[0]=/&user_data[COLUMN][1]=é", r#"["\/","\u00e9"]"#),
            ("[1]=x", r#"{"1":"x"}"#),
        ] {
            assert_becomes(&panel, column, &[(&form.replace("COLUMN", column), json!(expected))]);
        }
    }
    assert_becomes(&panel, "forced_country", &[("[]=GB", json!(r#"["G"#))]);
    // Also a name.
    let answer = panel.v2(
        "action=user&sub=create",
        "user_data[username][]=x&user_data[password][a]=y",
    );
    assert!(
        answer.ends_with(r#""username":"[\"x\"]","password":"{\"a\":\"y\"}"}"#),
        "{answer}"
    );
}

#[test]
fn values_are_cleaned_on_their_way_in() {
    let panel = Panel::docs();
    assert_becomes(
        &panel,
        "admin_notes",
        &[
            ("=0", json!("0")),
            ("= %00\t\n\u{b}x y\r ", json!("x y")),
            ("=a%00b", json!("ab")),
            ("=../../etc", json!("&#46;&#46;/&#46;&#46;/etc")),
            ("=.%00./x", json!("&#46;&#46;/x")),
            ("=a%26%238238;b", json!("ab")),
            ("=a%26%23032;b", json!("a b")),
            (r#"=a\/b\\c\"d\0e\"#, json!(r#"a/b\c"de"#)),
            ("=a%0D%0Ab%0A%0Dc%0Dd", json!("a\nb\nc\nd")),
            ("=<!--x-->", json!("&#60;&#33;--x--&#62;")),
            ("=<sCRIPT>1</script>", json!("&#60;script>1</script>")),
            ("=é%FFé", json!("é\u{fffd}é")),
            ("=📺", json!("📺")),
            ("=' OR 1=1 --", json!("' OR 1=1 --")),
            ("=100%", json!("100%")),
            ("=a+b%2Bc", json!("a b+c")),
            ("=x=y;z", json!("x=y;z")),
            // What is nothing after that is empty.
            ("=x", json!("x")),
            ("= %00 ", json!("")),
        ],
    );
    // At every level: the texts of a list too.
    assert_edited(
        &panel,
        "user_data[allowed_ua][]=a\\/b&user_data[allowed_ua][]=%00&user_data[allowed_ua][]=<script",
        &[("allowed_ua", json!(["a/b", "&#60;script"]))],
    );
    // Credentials of every call, too.
    let form = "username= customer\\4521%00&password=%0Asecurepass&user_data[enabled]=0";
    assert_eq!(panel.v2("action=user&sub=edit", form), OK);
}

#[test]
fn generated_credentials_stand_for_empty_ones() {
    let panel = Panel::docs();
    for sent in ["=", "=0", "= ", "=%00"] {
        let form = format!("user_data[username]{sent}&user_data[password]{sent}");
        let answer = panel.v2("action=user&sub=create", &form);
        let line: Value = serde_json::from_str(&answer).unwrap();
        for column in ["username", "password"] {
            let text = line[column].as_str().unwrap();
            assert!(
                text.len() == 10 && text.bytes().all(|b| b.is_ascii_alphanumeric()),
                "{sent}: {answer}"
            );
        }
    }
}

#[test]
fn names_of_members_are_reduced_to_those_of_columns() {
    let panel = Panel::docs();
    for name in [
        "Max_Connections",
        "MAX_CONNECTIONS",
        "max_-connections",
        "max_conne ctions",
        "max_connections!",
        "%C3%A9max_connections",
        "max_connecti..ons",
        "__x__max_connections",
        // Names of scalars are decoded twice.
        "max_connecti%256Fns",
    ] {
        let form = |value| format!("user_data[{name}]={value}");
        assert_created(&panel, &form(7), &[("max_connections", json!("7"))]);
        assert_edited(&panel, &form(8), &[("max_connections", json!("8"))]);
        assert_edited(&panel, &form(9), &[("max_connections", json!("9"))]);
    }
    for name in [
        "max-connections",
        "maxconnections",
        // Escaped before it is reduced: `max_connectiampons`.
        "max_connecti%26ons",
        "max_connecti%3Cons",
        "%FF",
        "-",
        "foo",
        "contact",
        "package_id",
        "allowed_outputs",
        "updated",
        "last_ip",
        "bouquets",
        "pair_line_info",
        "isp_violate",
        "channel_ids",
    ] {
        let member = format!("user_data[enabled]=0&user_data[{name}]=1");
        assert_eq!(panel.v2("action=user&sub=create", &member), PARAMETER_ERROR, "{name}");
        let edit = panel.v2("action=user&sub=edit", &format!("{OLD}&{member}"));
        assert_eq!(edit, PARAMETER_ERROR, "{name}");
    }
    assert_eq!(info(&panel, OLD)["enabled"], json!("1"));
    // Names of arrays are not escaped, only reduced; twice the same one is told on create.
    assert_edited(&panel, "user_data[bou%26quet][]=5", &[("bouquet", json!([5]))]);
    let twice = "user_data[bouquet]=[1]&user_data[BOUQUET]=[2]";
    assert_eq!(panel.v2("action=user&sub=create", twice), PARAMETER_ERROR);
    assert_edited(&panel, twice, &[("bouquet", json!([2]))]);
    // The same name twice is one member.
    let again = "user_data[enabled]=1&user_data[enabled]=0";
    assert_created(&panel, again, &[("enabled", json!("0"))]);
    // The names around `user_data` are cleaned as well.
    let form = "us__x__ername=customer4521&pass%2577ord=securepass&user.data[max_connections]=2";
    assert_eq!(panel.v2("action=user&sub=edit", form), OK);
    assert_eq!(info(&panel, OLD)["max_connections"], json!("2"));
}

#[test]
fn a_device_takes_the_same_columns_but_a_few() {
    let panel = Panel::docs();
    let form = format!(
        "{FULL}&user_data[mac]=00:1A:79:79:79:79&user_data[username]=customer4521&user_data[password]=p\
         &user_data[output_formats]=[1]"
    )
    .replace("[is_mag]=1", "[is_mag]=0");
    assert_eq!(panel.v2("action=stb&sub=create", &form), OK);
    let credentials = panel.sql_one("SELECT username, password FROM lines WHERE id = 4523");
    let (username, password) = credentials.split_once('|').unwrap();
    let mut expected = new_line("4523");
    for (column, value) in full_values() {
        expected[column] = value;
    }
    // Drawn, forced, and made now by nobody.
    for (column, value) in [
        ("username", json!(username)),
        ("password", json!(password)),
        ("is_mag", json!("1")),
        ("allowed_ua", json!([])),
        ("created_at", json!(NOW.to_string())),
        ("created_by", json!("0")),
    ] {
        expected[column] = value;
    }
    let line = format!("username={username}&password={password}");
    assert_eq!(info(&panel, &line), expected);

    // An edit writes what a line's own edit writes, but not `is_mag`.
    let edit = "mac=00:1a:79:79:79:79&user_data[allowed_ua][]=VLC&user_data[is_mag]=0&user_data[exp_date]=0\
                &user_data[created_by]=7&user_data[username]=stb&user_data[password]=new";
    assert_eq!(panel.v2("action=stb&sub=edit", edit), OK);
    for (column, value) in [
        ("username", json!("stb")),
        ("password", json!("new")),
        ("allowed_ua", json!(["VLC"])),
        ("exp_date", Value::Null),
        ("created_by", json!("7")),
    ] {
        expected[column] = value;
    }
    assert_eq!(info(&panel, "username=stb&password=new"), expected);
}
