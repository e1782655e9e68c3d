//! The calls that clients of real panels were seen to send, and what they read from the answers: a
//! row a kind of client (contracts "Admin API", section 11, and "XC v2 API", section 17).
//!
//! Every call comes over a connection of its own with `Connection: close`, as scripts send them; every
//! answer is 200, because many clients take a failure's status for a broken panel.

use serde_json::Value;

use crate::support::{Answer, Panel};

/// What a client reads: a JSON pointer and the value as JSON, or [`ABSENT`].
type Read = (&'static str, &'static str);

/// Where an answer has nothing.
const ABSENT: &str = "absent";

/// The rest of the path with its query, form (sent by POST, unless it is [`GET`]), and what is read of the answer; nothing
/// is read of an empty one.
type Exchange = (&'static str, &'static str, &'static [Read]);

/// In place of a form: a request without a body.
const GET: &str = "GET";

const OK: Read = ("/status", r#""STATUS_SUCCESS""#);
const FAILED: Read = ("/status", r#""STATUS_FAILURE""#);

fn send(panel: &Panel, path: &str, form: &str) -> Answer {
    let mut client = panel.client();
    let (method, kind, body) = match form {
        GET => ("GET", "", ""),
        form => ("POST", "application/x-www-form-urlencoded", form),
    };
    let headers = [("Connection", "close"), ("Content-Type", kind)];
    let headers = &headers[..if kind.is_empty() { 1 } else { 2 }];
    let answer = client.request(method, path, headers, body.as_bytes());
    assert_eq!(answer.header("connection"), Some("close"), "{path}");
    assert!(client.is_closed(), "{path}");
    answer
}

/// Makes the calls of a client in their order, to paths that begin alike, on a panel with these settings.
fn replay(base: &str, settings: &[&str], exchanges: &[Exchange]) {
    let panel = Panel::docs();
    for setting in settings {
        panel.set(setting);
    }
    for (rest, form, reads) in exchanges {
        let path = &format!("{base}{rest}");
        let answer = send(&panel, path, form);
        assert_eq!(answer.status, 200, "{path} {form}");
        if reads.is_empty() {
            assert_eq!(answer.text(), "", "{path} {form}");
            continue;
        }
        let text = answer.text();
        let json: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path} {form}: {error}: {text}"));
        for (pointer, wanted) in *reads {
            let read = json.pointer(pointer).map_or(ABSENT.to_owned(), Value::to_string);
            assert_eq!(read, *wanted, "{pointer} of {path} {form}: {text}");
        }
    }
}

#[test]
fn plain_scripts_send_unix_dates_to_the_bare_path() {
    replay(
        "/access/?api_key=YOUR_KEY&action=",
        &[],
        &[
            (
                "create_line&username=one&exp_date=1798761600&bouquets=[1,2]&member_id=88",
                GET,
                &[
                    OK,
                    ("/data/username", r#""one""#),
                    ("/data/exp_date", r#""2027-01-01""#),
                ],
            ),
            (
                "create_line",
                "username=two&exp_date=1798761600&bouquets=[1,2]&member_id=88",
                &[
                    OK,
                    ("/data/username", r#""two""#),
                    ("/data/exp_date", r#""2027-01-01""#),
                ],
            ),
            (
                "get_line&id=4524",
                GET,
                &[
                    OK,
                    ("/data/username", r#""two""#),
                    ("/data/member_id", "88"),
                    ("/data/bouquets", "[]"),
                ],
            ),
            ("delete_line", "id=4524", &[OK, ("/data", ABSENT), ("/error", ABSENT)]),
        ],
    );
}

#[test]
fn line_managers_read_by_post() {
    replay(
        "/access/admin/index.php?api_key=YOUR_KEY",
        &[],
        &[
            (
                "",
                "action=get_line&id=4521",
                &[OK, ("/data/id", "4521"), ("/data/enabled", "1"), ("/error", ABSENT)],
            ),
            ("", "action=disable_line&id=4521", &[OK]),
            ("", "action=get_line&id=4521", &[OK, ("/data/enabled", "0")]),
            ("", "action=enable_line&id=4521", &[OK]),
            ("", "action=ban_line&id=4521", &[OK]),
            (
                "",
                "action=get_line&id=4521",
                &[("/data/enabled", "1"), ("/data/admin_enabled", "0")],
            ),
            (
                "",
                "action=get_line&id=9",
                &[FAILED, ("/data", "{}"), ("/error", r#""Line not found.""#)],
            ),
        ],
    );
}

#[test]
fn a_self_service_portal_logs_in_and_changes_a_line() {
    let found: &[Read] = &[
        OK,
        ("/data/0/id", "4521"),
        ("/data/1/username", r#""customer4522""#),
        ("/recordsTotal", "2"),
    ];
    replay(
        "/access/admin/index.php?api_key=YOUR_KEY&action=",
        &[],
        &[
            ("get_lines", GET, found),
            // Names that the list does not know change nothing.
            ("get_lines&username=customer4521", GET, found),
            ("get_lines&user=customer4521", GET, found),
            ("get_lines&search=customer4521", GET, &[OK]),
            (
                "get_line&id=customer4521",
                GET,
                &[FAILED, ("/error", r#""Line not found.""#)],
            ),
            (
                "get_user&id=reseller88",
                GET,
                &[FAILED, ("/error", r#""User not found.""#)],
            ),
            (
                "get_line&id=4521",
                GET,
                &[
                    OK,
                    ("/data/password", r#""securepass""#),
                    ("/data/exp_date", r#""2026-12-31""#),
                    ("/data/max_connections", "2"),
                ],
            ),
            ("get_package&id=1", GET, &[OK, ("/data/id", "1")]),
            (
                "get_bouquets",
                GET,
                &[OK, ("/data/0/id", "1"), ("/data/0/bouquet_name", r#""News""#)],
            ),
            (
                "edit_line",
                "id=4521&password=changed&member_id=88&exp_date=2027-02-01&max_connections=3&admin_enabled=1&enabled=1&is_trial=0&notes=x&bouquet=[1]&bouquets[]=1",
                &[
                    OK,
                    ("/data/password", r#""changed""#),
                    ("/data/exp_date", r#""2027-02-01""#),
                    ("/data/bouquets", "[1,2,5]"),
                ],
            ),
            (
                "edit_line&id=4521&max_connections=4&bouquets_selected=[2,1]",
                GET,
                &[OK, ("/data/max_connections", "4"), ("/data/bouquets", "[2,1]")],
            ),
            (
                "edit_line",
                "id=4521&bouquets_selected[]=5&bouquets_selected[]=1",
                &[OK, ("/data/bouquets", "[5,1]")],
            ),
            ("reload_cache", GET, &[OK]),
        ],
    );
}

#[test]
fn the_portals_bouquet_page_reads_the_older_panels_texts() {
    replay(
        "/access/admin/index.php?api_key=YOUR_KEY&action=",
        &["profile=xui"],
        &[
            (
                "get_line&id=4521",
                GET,
                &[
                    OK,
                    ("/data/id", r#""4521""#),
                    ("/data/package_id", "null"),
                    ("/data/bouquet", r#""[1,2,5]""#),
                ],
            ),
            (
                "get_package&id=1",
                GET,
                &[OK, ("/data/id", r#""1""#), ("/data/bouquets", r#""[1,2,5]""#)],
            ),
            (
                "get_bouquets",
                GET,
                &[("/0/id", r#""1""#), ("/0/bouquet_name", r#""News""#)],
            ),
            (
                "edit_line",
                "id=4521&bouquets_selected=[3,1]",
                &[OK, ("/data/bouquet", r#""[3,1]""#)],
            ),
            ("get_line&id=9", GET, &[FAILED, ("/data", ABSENT), ("/error", ABSENT)]),
        ],
    );
}

#[test]
fn a_telegram_bot_edits_lines_and_balances() {
    const EDIT: &str = "id=4521&exp_date=2027-03-01&bouquets_selected=[2,1]&access_output[]=1&access_output[]=2";
    let select = "mysql_query&query=SELECT%20id,username,bouquet%20FROM%20lines%20WHERE%20id=4521";
    replay(
        "/access/?api_key=YOUR_KEY&action=",
        &[],
        &[
            (
                "edit_line",
                EDIT,
                &[OK, ("/data/exp_date", r#""2027-03-01""#), ("/data/bouquets", "[2,1]")],
            ),
            ("adjust_credits", "id=88&credits=5&reason=bot", &[OK]),
            (
                select,
                GET,
                &[OK, ("/data/0/id", "4521"), ("/data/0/bouquet", r#""[2,1]""#)],
            ),
        ],
    );
    replay(
        "/access/?api_key=YOUR_KEY&action=",
        &["profile=xui"],
        &[
            (
                "get_packages",
                GET,
                &[
                    ("/status", ABSENT),
                    ("/0/id", r#""1""#),
                    ("/0/bouquets", r#""[1,2,5]""#),
                ],
            ),
            // 2027-03-01 in unix seconds.
            (
                "edit_line",
                EDIT,
                &[
                    OK,
                    ("/data/exp_date", r#""1803859200""#),
                    ("/data/bouquet", r#""[2,1]""#),
                ],
            ),
            ("adjust_credits", "id=88&credits=5&reason=bot", &[OK, ("/data", ABSENT)]),
            (
                select,
                GET,
                &[OK, ("/data/0/id", r#""4521""#), ("/data/0/bouquet", r#""[2,1]""#)],
            ),
        ],
    );
}

#[test]
fn billing_modules_find_a_devices_id_under_either_name() {
    let mag: &[Read] = &[
        OK,
        ("/data/mag_id", "302"),
        ("/data/id", "302"),
        ("/data/mac", r#""00:1A:79:00:00:09""#),
    ];
    let enigma: &[Read] = &[OK, ("/data/device_id", "502"), ("/data/id", "502")];
    replay(
        "/access/admin/index.php?api_key=YOUR_KEY",
        &[],
        &[
            ("", "action=create_mag&mac=00:1a:79:00:00:09&exp_date=2027-01-01", mag),
            (
                "",
                "action=edit_mag&id=302&exp_date=2027-02-01",
                &[OK, ("/data/mag_id", "302"), ("/data/exp_date", r#""2027-02-01""#)],
            ),
            (
                "",
                "action=create_mag&mac=00:1a:79:00:00:09&exp_date=2027-01-01",
                &[("/status", r#""STATUS_EXISTS_MAC""#)],
            ),
            (
                "",
                "action=create_enigma&mac=00:1a:79:00:00:0a&exp_date=2027-01-01",
                enigma,
            ),
        ],
    );
}

#[test]
fn php_scripts_decode_every_answer_of_the_v2_api_and_join_its_lists() {
    const CREATE: &str = "user_data[username]=bare&user_data[password]=word";
    const OF: &str = "username=bare&password=word";
    replay(
        "/api.php",
        &[],
        &[
            (
                "?action=user&sub=create",
                CREATE,
                &[
                    ("/result", "true"),
                    ("/created_id", "4523"),
                    ("/username", r#""bare""#),
                    ("/password", r#""word""#),
                ],
            ),
            (
                "?action=user&sub=create",
                CREATE,
                &[("/result", "false"), ("/error", r#""EXISTS""#)],
            ),
            (
                "?action=user&sub=info",
                OF,
                &[
                    ("/result", "true"),
                    ("/user_info/channel_ids", "[]"),
                    ("/user_info/exp_date", "null"),
                ],
            ),
            (
                "?action=user&sub=edit",
                "username=bare&password=word&user_data[exp_date]=1798761600&user_data[bouquet]=[1]",
                &[("/result", "true"), ("/error", ABSENT)],
            ),
            (
                "?action=user&sub=info",
                OF,
                &[
                    ("/user_info/channel_ids", "[10]"),
                    ("/user_info/exp_date", r#""1798761600""#),
                ],
            ),
            (
                "?action=user&sub=info",
                "username=nobody&password=word",
                &[("/result", "false"), ("/error", r#""NOT EXISTS""#)],
            ),
            (
                "?action=user&sub=info",
                "",
                &[("/result", "false"), ("/error", r#""PARAMETER ERROR (user/pass)""#)],
            ),
        ],
    );
}

#[test]
fn v2_parameters_come_in_the_query_and_in_the_body() {
    replay(
        "/api.php",
        &["api_pass=secret"],
        &[
            (
                "?action=user&sub=create&user_data[username]=one",
                "api_pass=secret",
                &[("/result", "true"), ("/created_id", "4523")],
            ),
            (
                "",
                "action=user&sub=create&user_data[username]=two&api_pass=secret",
                &[("/result", "true"), ("/created_id", "4524")],
            ),
            (
                "?action=user&sub=create&user_data[username]=three&api_pass=secret",
                GET,
                &[("/result", "true"), ("/created_id", "4525")],
            ),
            (
                "?action=user&sub=create&user_data[username]=four",
                GET,
                &[("/result", "false"), ("/0", r#""KEY WRONG""#), ("/error", ABSENT)],
            ),
        ],
    );
}

#[test]
fn a_billing_job_sees_empty_answers_and_a_healthy_list() {
    replay(
        "/api.php",
        &[],
        &[
            ("?action=server&sub=list", GET, &[("/0/id", "1"), ("/0/online", "true")]),
            ("?action=user&sub=disable&username=customer4521", GET, &[]),
            ("?action=packages", GET, &[]),
            ("", "", &[]),
        ],
    );
}

#[test]
fn clients_of_look_alike_dialects_get_a_plain_answer() {
    let wrong: &[Read] = &[("/result", "false"), ("/error", r#""PARAMETER ERROR""#)];
    replay(
        "/api.php",
        &[],
        &[
            (
                "?action=user&sub=create",
                "developer_username=x&api_key=y&user_data[username]=one",
                &[("/result", "true"), ("/username", r#""one""#)],
            ),
            ("?action=user&sub=create", r#"user_data={"username":"two"}"#, wrong),
            (
                "?action=user&sub=create",
                "user_data[username]=three&user_data[bouquet][]=1&user_data[bouquet][]=2",
                &[("/result", "true")],
            ),
            (
                "?action=user&sub=create",
                "user_data[username]=four&user_data[bouquet]=1,2",
                &[("/result", "true")],
            ),
            (
                "?action=user&sub=create",
                "user_data[username]=ONE&user_data[developer]=1",
                &[("/result", "false"), ("/error", r#""EXISTS""#)],
            ),
            ("?action=reseller&sub=info&developer_username=x", GET, &[]),
        ],
    );
}
