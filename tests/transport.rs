//! Transport of the Admin API: routing, gates, input and envelope (contract, sections 1 to 4).

use linecard::config::Config;

use crate::support::{Client, DONE, Panel, failure};

const NOT_FOUND: &str = "<html>\r\n<head><title>404 Not Found</title></head>\r\n<body>\r\n<center><h1>404 Not Found</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n";
const CALL: &str = "api_key=YOUR_KEY&action=get_category&id=1";
const CATEGORY: &str = r#"{"status":"STATUS_SUCCESS","data":{"id":1,"category_type":"live","category_name":"News","parent_id":0,"cat_order":99,"is_adult":0}}"#;
const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");

fn strict(config: &mut Config) {
    config.strict = linecard::panel::strictness::Strictness::Error;
}

#[test]
fn the_four_paths_of_a_code_answer_the_same() {
    let panel = Panel::docs();
    let mut client = panel.client();
    for path in [
        "/access/admin/index.php",
        "/access/admin/",
        "/access/index.php",
        "/access/",
        "/%61ccess/",
    ] {
        assert_eq!(client.get(&format!("{path}?{CALL}")).text(), CATEGORY, "{path}");
        assert_eq!(client.post(path, CALL).text(), CATEGORY, "{path}");
    }
}

#[test]
fn paths_without_a_slash_are_redirected_with_their_query() {
    let panel = Panel::docs();
    for path in ["/access", "/access/admin"] {
        let answer = panel.client().get(&format!("{path}?a=b%20c"));
        assert_eq!(
            (answer.status, answer.header("location")),
            (301, Some(format!("{path}/?a=b%20c").as_str()))
        );
        let answer = panel.client().get(path);
        assert_eq!(
            (answer.status, answer.header("location")),
            (301, Some(format!("{path}/").as_str()))
        );
    }
}

#[test]
fn everything_else_is_the_page_of_a_web_server() {
    let panel = Panel::docs();
    panel.sql("INSERT INTO access_codes (id, code, type, enabled) VALUES (20, 'disabled1', 3, 0), (21, 'resellers', 4, 1), (22, 'adminpanel', 0, 1)");
    panel.call("reload_nginx", "");
    for path in [
        "/",
        "/index.php",
        "/nope/admin/index.php",
        "/ACCESS/admin/index.php",
        "/access/admin/index.html",
        "/access/admin/index.php/",
        "/access/other/",
        "/access//",
        "//access/",
        "/access%2Fadmin/index.php",
        "/disabled1/admin/index.php",
        "/resellers/admin/index.php",
        "/adminpanel/admin/index.php",
        "/adminpanel/",
        "/adminpanel",
        "/access/reseller/index.html",
        "/resellers/reseller/other.php",
        "/adminpanel/reseller/index.php",
    ] {
        let answer = panel.client().get(&format!("{path}?{CALL}"));
        assert_eq!(
            (answer.status, answer.header("content-type"), answer.text().as_str()),
            (404, Some("text/html"), NOT_FOUND),
            "{path}"
        );
    }
}

#[test]
fn a_code_with_a_whitelist_admits_only_those_listed() {
    let panel = Panel::docs();
    let get = || panel.client().get(&format!("/access/admin/index.php?{CALL}"));
    for (whitelist, admitted) in [
        ("127.0.0.1", true),
        ("192.0.2.1", false),
        ("127.0.0.0/8", true),
        ("::1", false),
        ("192.0.2.1&whitelist[]=127.0.0.1", true),
    ] {
        panel.sql(r#"UPDATE access_codes SET whitelist = '[]' WHERE id = 2"#);
        panel.call("edit_access_code", &format!("id=2&whitelist[]={whitelist}"));
        let answer = get();
        match admitted {
            true => assert_eq!(answer.text(), CATEGORY, "{whitelist}"),
            false => assert_eq!(
                (answer.status, answer.header("content-type"), answer.text().as_str()),
                (403, Some("text/plain"), "IP FORBIDDEN"),
                "{whitelist}"
            ),
        }
        // A list that locks everybody out can be taken back only in the database.
        panel.sql(r#"UPDATE access_codes SET whitelist = '[]' WHERE id = 2"#);
    }
    panel.sql(r#"UPDATE access_codes SET whitelist = '["not an address"]' WHERE id = 2"#);
    assert_eq!(get().text(), "IP FORBIDDEN");
    assert_eq!(panel.client().get("/access").status, 403);
    assert_eq!(panel.client().get("/access/nothing").status, 404);
}

#[test]
fn a_blocked_address_gets_nothing_on_every_path() {
    let panel = Panel::docs();
    panel.call("add_blocked_ip", "ip=127.0.0.0/24");
    for path in ["/access/admin/index.php", "/", "/openapi.json", "/nope"] {
        let answer = panel.client().get(path);
        assert_eq!((answer.status, answer.body.as_slice()), (403, &b""[..]), "{path}");
    }
}

#[test]
fn the_forwarded_address_counts_only_behind_a_trusted_proxy() {
    let ask = |panel: &Panel, forwarded: &str| {
        let headers = [("X-Forwarded-For", forwarded)];
        panel
            .client()
            .request("GET", &format!("/access/?{CALL}"), &headers, b"")
            .status
    };
    let block = |panel: &Panel| panel.call("add_blocked_ip", "ip=198.51.100.7");

    let direct = Panel::docs();
    block(&direct);
    assert_eq!(ask(&direct, "198.51.100.7"), 200);

    let proxied = Panel::docs_with(|config| config.trusted_proxies = vec!["127.0.0.1".into(), "192.0.2.0/24".into()]);
    block(&proxied);
    for (forwarded, status) in [
        ("198.51.100.7", 403),
        ("203.0.113.9", 200),
        ("198.51.100.7, 203.0.113.9", 200),
        ("203.0.113.9, 198.51.100.7", 403),
        ("198.51.100.7, 192.0.2.9", 403),
        ("198.51.100.7:443", 403),
        ("nonsense, 203.0.113.9", 200),
        // Unreadable where it counts.
        ("nonsense", 403),
        ("203.0.113.9, nonsense", 403),
        ("203.0.113.9,", 403),
        ("", 403),
    ] {
        assert_eq!(ask(&proxied, forwarded), status, "{forwarded}");
    }
}

#[test]
fn other_methods_get_an_empty_answer() {
    let panel = Panel::docs();
    for method in ["PUT", "DELETE", "PATCH", "OPTIONS", "BREW"] {
        let answer = panel
            .client()
            .request(method, "/access/?api_key=YOUR_KEY&action=delete_line&id=4521", &[], b"");
        assert_eq!(
            (answer.status, answer.body.as_slice(), answer.header("content-type")),
            (200, &b""[..], None),
            "{method}"
        );
    }
    assert_eq!(panel.sql_one("SELECT count(*) FROM lines WHERE id = 4521"), "1");
}

#[test]
fn strict_names_a_wrong_method() {
    let panel = Panel::docs_with(strict);
    let answer = panel.client().request("PUT", &format!("/access/?{CALL}"), &[], b"");
    assert_eq!(
        answer.text(),
        failure("STATUS_INVALID_INPUT", "Invalid method: PUT. Use GET or POST.")
    );
    let stranger = panel.client().request("PUT", "/access/?action=get_category", &[], b"");
    assert_eq!(stranger.text(), failure("STATUS_FAILURE", "Invalid API key."));
    assert_eq!(panel.client().request("PUT", "/nope/", &[], b"").status, 404);
}

#[test]
fn head_is_get_without_the_body() {
    let panel = Panel::docs();
    let mut client = panel.client();
    let answer = client.request("HEAD", &format!("/access/?{CALL}"), &[], b"");
    assert_eq!(
        (answer.status, answer.header("content-length")),
        (200, Some(CATEGORY.len().to_string().as_str()))
    );
    // The connection goes on with the next answer: no body was in between.
    assert_eq!(client.get(&format!("/access/?{CALL}")).text(), CATEGORY);
}

#[test]
fn the_key_comes_before_the_action() {
    let panel = Panel::docs();
    let ask = |form: &str| panel.client().post("/access/", form).text();
    let no_key = failure("STATUS_FAILURE", "Invalid API key.");
    let no_action = failure("STATUS_FAILURE", "Invalid action.");
    panel.sql("UPDATE users SET api_key = 'twice' WHERE id = 88");
    for form in [
        "",
        "action=get_category&id=1",
        "api_key=&action=get_category",
        "api_key=your_key&action=get_category",
        "api_key[]=YOUR_KEY&action=get_category",
        "api_key=RESELLER_KEY&action=nope",
        "api_key=twice&action=get_category",
        "api_key=YOUR_KEYx&action=get_category",
    ] {
        assert_eq!(ask(form), no_key, "{form}");
    }
    for form in [
        "api_key=YOUR_KEY",
        "api_key=YOUR_KEY&action=",
        "api_key=YOUR_KEY&action=GET_CATEGORY",
        "api_key=YOUR_KEY&action[]=get_category",
        "api_key=YOUR_KEY&action=get_categor",
        "api_key=YOUR_KEY&action=install_server",
    ] {
        assert_eq!(ask(form), no_action, "{form}");
    }
    // Values are trimmed before they are compared.
    assert_eq!(ask("api_key=+YOUR_KEY%0A&action=+get_category+&id=1"), CATEGORY);
}

#[test]
fn a_disabled_account_or_group_without_rights_has_no_key() {
    let panel = Panel::docs();
    let no_key = failure("STATUS_FAILURE", "Invalid API key.");
    let ask = || panel.client().post("/access/", CALL).text();
    panel.sql("UPDATE users SET status = 0 WHERE id = 1");
    assert_eq!(ask(), no_key);
    panel.sql("UPDATE users SET status = 1 WHERE id = 1");
    assert_eq!(ask(), CATEGORY);
    panel.sql("UPDATE users_groups SET is_admin = 0 WHERE group_id = 10");
    assert_eq!(ask(), no_key);
    panel.sql("UPDATE users_groups SET is_admin = 1 WHERE group_id = 10");
    panel.sql("UPDATE users SET api_key = 'fresh' WHERE id = 1");
    assert_eq!(ask(), no_key);
    assert_eq!(
        panel
            .client()
            .post("/access/", "api_key=fresh&action=get_category&id=1")
            .text(),
        CATEGORY
    );
}

#[test]
fn query_and_body_are_united_and_the_body_wins() {
    let panel = Panel::docs();
    let ask = |query: &str, body: &str| panel.client().post(&format!("/access/?{query}"), body).text();
    assert_eq!(ask("api_key=YOUR_KEY", "action=get_category&id=1"), CATEGORY);
    assert_eq!(ask("action=get_category&id=1", "api_key=YOUR_KEY"), CATEGORY);
    assert_eq!(ask("id=9&action=nope&api_key=wrong", CALL), CATEGORY);
    assert_eq!(
        ask(CALL, "api_key=wrong"),
        failure("STATUS_FAILURE", "Invalid API key.")
    );
    // An array of the body replaces that of the query as a whole.
    let created = ask(
        "api_key=YOUR_KEY&action=create_line&exp_date=2026-12-31&allowed_ips[]=192.0.2.1&allowed_ips[]=192.0.2.2",
        "allowed_ips[5]=192.0.2.3",
    );
    assert!(created.contains("STATUS_SUCCESS"), "{created}");
    assert_eq!(
        panel.sql_one("SELECT allowed_ips FROM lines ORDER BY id DESC LIMIT 1"),
        r#"["192.0.2.3"]"#
    );
}

#[test]
fn a_get_may_have_a_body_too() {
    let panel = Panel::docs();
    let answer = panel
        .client()
        .request("GET", "/access/?api_key=YOUR_KEY", &[FORM], b"action=get_category&id=1");
    assert_eq!(answer.text(), CATEGORY);
}

#[test]
fn forms_of_both_kinds_are_read_and_no_others() {
    let panel = Panel::docs();
    let send = |content_type: Option<&str>, body: &[u8]| {
        let headers: Vec<(&str, &str)> = content_type.map(|value| ("Content-Type", value)).into_iter().collect();
        panel
            .client()
            .request("POST", "/access/?api_key=YOUR_KEY&action=get_category", &headers, body)
            .text()
    };
    let missing = failure("STATUS_FAILURE", "Category not found.");
    let part =
        |name: &str, value: &str| format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    let multipart = format!("{}--b--\r\n", part("id", "1"));

    assert_eq!(send(None, b"id=1"), CATEGORY);
    assert_eq!(
        send(Some("application/x-www-form-urlencoded; charset=UTF-8"), b"id=1"),
        CATEGORY
    );
    assert_eq!(send(Some("APPLICATION/X-WWW-FORM-URLENCODED"), b"id=1"), CATEGORY);
    assert_eq!(
        send(Some("multipart/form-data; boundary=b"), multipart.as_bytes()),
        CATEGORY
    );
    assert_eq!(send(Some("application/json"), br#"{"id":1}"#), missing);
    assert_eq!(send(Some("text/plain"), b"id=1"), missing);
    assert_eq!(send(Some("multipart/form-data"), multipart.as_bytes()), missing);
    assert_eq!(
        send(Some("multipart/form-data; boundary=other"), multipart.as_bytes()),
        missing
    );
}

#[test]
fn multipart_forms_have_brackets_and_leave_files_out() {
    let panel = Panel::docs();
    let body = "--b\r\nContent-Disposition: form-data; name=\"allowed_ua[]\"\r\n\r\nVLC\r\n\
                --b\r\nContent-Disposition: form-data; name=\"allowed_ua[]\"\r\n\r\nKodi 21\r\n\
                --b\r\nContent-Disposition: form-data; name=\"admin_notes\"\r\nContent-Type: text/plain\r\n\r\nfirst\r\nsecond\r\n\
                --b\r\nContent-Disposition: form-data; name=\"username\"; filename=\"a.txt\"\r\n\r\nfrom a file\r\n\
                --b\r\nContent-Disposition: form-data; name=\"exp_date\"\r\n\r\n2026-12-31\r\n--b--\r\n";
    let headers = [("Content-Type", "multipart/form-data; boundary=b")];
    let answer = panel.client().request(
        "POST",
        "/access/?api_key=YOUR_KEY&action=create_line",
        &headers,
        body.as_bytes(),
    );
    assert!(answer.text().contains("STATUS_SUCCESS"), "{answer:?}");
    let row = panel.sql_one("SELECT allowed_ua, admin_notes, length(username) FROM lines ORDER BY id DESC LIMIT 1");
    assert_eq!(row, "[\"VLC\",\"Kodi 21\"]|first\nsecond|10");
}

#[test]
fn connections_are_kept_or_closed_as_asked() {
    let panel = Panel::docs();
    let path = format!("/access/?{CALL}");
    let mut kept = panel.client();
    assert_eq!(kept.get(&path).text(), CATEGORY);
    assert_eq!(kept.get(&path).text(), CATEGORY);
    let mut closed = panel.client();
    let answer = closed.request("GET", &path, &[("Connection", "close")], b"");
    assert_eq!(
        (answer.header("connection"), answer.text().as_str()),
        (Some("close"), CATEGORY)
    );
    assert!(closed.is_closed());
    let mut old = panel.client();
    old.send(format!("GET {path} HTTP/1.0\r\n\r\n").as_bytes());
    assert_eq!(old.receive(false).text(), CATEGORY);
    assert!(old.is_closed());
}

#[test]
fn requests_that_were_sent_together_are_answered_in_their_order() {
    let panel = Panel::docs();
    let mut client = panel.client();
    let request = format!("GET /access/?{CALL} HTTP/1.1\r\nHost: x\r\n\r\n");
    client.send(request.repeat(3).as_bytes());
    for _ in 0..3 {
        assert_eq!(client.receive(false).text(), CATEGORY);
    }
}

#[test]
fn strict_refuses_unknown_parameters_by_name() {
    let panel = Panel::docs_with(strict);
    let unknown = |name: &str| failure("STATUS_INVALID_INPUT", &format!("Unknown parameter: {name}."));
    for (action, params, name) in [
        ("create_line", "exp_date=2026-12-31&bouquets=[1]", "bouquets"),
        ("get_line", "id=4521&username=x", "username"),
        ("get_lines", "serach[value]=x", "serach"),
        ("get_lines", "stream=1", "stream"),
        ("get_categories", "a.b=1", "a_b"),
        ("mysql_query", "sql=x", "sql"),
        ("create_line", "nope=1", "nope"),
    ] {
        assert_eq!(panel.call(action, params), unknown(name), "{action} {params}");
    }
    for (action, params) in [
        (
            "create_line",
            "exp_date=2026-12-31&username=strict1&no_expire=0&contact=x&access_output[]=1",
        ),
        (
            "get_lines",
            "start=0&limit=1&search[value]=x&filter=1&order[0][column]=1&order[0][dir]=desc&reseller=88&show_columns=id&hide_columns=id",
        ),
        (
            "get_categories",
            "start=0&limit=1&search[value]=x&filter=1&order[0][column]=1",
        ),
        ("add_blocked_ua", "user_agent=x"),
        ("add_blocked_ua", "ua=x"),
        ("credit_logs", "range=2026-01-01 - 2026-01-31"),
        ("edit_user", "id=88&credits=60&credits_reason=bonus"),
        ("edit_proxy", "id=1&parent_id=[]"),
    ] {
        let answer = panel.call(action, params);
        assert!(
            answer.starts_with(r#"{"status":"STATUS_SUCCESS""#),
            "{action} {params}: {answer}"
        );
    }
    // The key comes first.
    let answer = panel
        .client()
        .post("/access/", "api_key=wrong&action=create_line&x=1")
        .text();
    assert_eq!(answer, failure("STATUS_FAILURE", "Invalid API key."));
    // Without it, unknown parameters are ignored.
    assert!(
        Panel::docs()
            .call("create_line", "exp_date=2026-12-31&bouquets=[1]")
            .contains("STATUS_SUCCESS")
    );
}

#[test]
fn the_content_type_is_a_setting() {
    let panel = Panel::docs_with(|config| config.api_content_type = "text/html; charset=UTF-8".into());
    let mut client = panel.client();
    for form in [CALL, "api_key=wrong"] {
        assert_eq!(
            client.post("/access/", form).header("content-type"),
            Some("text/html; charset=UTF-8")
        );
    }
}

#[test]
fn text_is_printed_as_php_prints_it() {
    let panel = Panel::docs();
    let answer = panel.call(
        "create_category",
        "category_name=A/B %C3%A9 %F0%9F%93%BA \"q\" \\ %01 %FF",
    );
    assert_eq!(
        answer,
        r#"{"status":"STATUS_SUCCESS","data":{"id":5,"category_type":"live","category_name":"A\/B \u00e9 \ud83d\udcfa \"q\" \\ \u0001 \ufffd","parent_id":0,"cat_order":99,"is_adult":0}}"#
    );
}

#[test]
fn changes_of_codes_count_from_the_next_request_on() {
    let panel = Panel::docs();
    let ask = |code: &str| panel.client().post(&format!("/{code}/"), CALL).status;
    assert_eq!(ask("newcode01"), 404);
    panel.call("create_access_code", "code=newcode01");
    assert_eq!(ask("newcode01"), 200);
    panel.call("edit_access_code", "id=3&enabled=0");
    assert_eq!(ask("newcode01"), 404);
    panel.call("edit_access_code", "id=3&enabled=1&code=newcode02");
    assert_eq!((ask("newcode01"), ask("newcode02")), (404, 200));
    assert_eq!(panel.call("delete_access_code", "id=2"), DONE);
    assert_eq!(ask("access"), 404);
}

#[test]
fn a_client_that_breaks_off_leaves_the_server_alone() {
    let panel = Panel::docs();
    let mut broken: Client = panel.client();
    broken.send(
        b"POST /access/ HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\napi_key=YOUR_KEY&action=delete_line&id=4521",
    );
    drop(broken);
    let mut garbage = panel.client();
    garbage.send(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 not http\r\n\r\n");
    drop(garbage);
    assert_eq!(panel.client().get(&format!("/access/?{CALL}")).text(), CATEGORY);
    assert_eq!(panel.sql_one("SELECT count(*) FROM lines WHERE id = 4521"), "1");
}
