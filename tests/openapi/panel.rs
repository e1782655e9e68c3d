//! `/openapi.json`: every call with its parameters, and answers that are as it says.

use linecard::dialects::docs;
use linecard::dialects::xc_v2::XC_V2;
use linecard::dialects::xtream::admin::ADMIN;
use linecard::dialects::{Dialect, Dialects};
use serde_json::{Value, json};

use super::document::Document;
use super::is_whole;
use crate::control::told;
use crate::support::{Client, Panel, encoded};

const FORM: &str = "application/x-www-form-urlencoded";

fn document() -> Document {
    Document::of(&Panel::docs(), "/openapi.json")
}

/// The names of an operation's parameters in the query.
fn query(operation: &Value) -> Vec<&str> {
    let parameters = operation["parameters"].as_array().unwrap().iter();
    let in_query = parameters.filter(|parameter| parameter["in"] == "query");
    in_query.map(|parameter| parameter["name"].as_str().unwrap()).collect()
}

#[test]
fn it_is_whole_and_has_every_call_at_its_own_address() {
    let document = document();
    is_whole(&document);
    let paths: Vec<&str> = document.operations().map(|(path, _, _)| path).collect();
    let served = Dialects::default().served();
    assert_eq!(
        paths.len(),
        served.map(|dialect| dialect.operations().len()).sum::<usize>()
    );
    for path in paths {
        // A segment that `..` takes back.
        let address = path.split_once("/../").map_or(path.to_owned(), |(before, file)| {
            let (folder, _) = before.rsplit_once('/').unwrap();
            format!("{folder}/{file}")
        });
        assert!(
            matches!(
                address.as_str(),
                "/{code}/admin/index.php"
                    | "/{code}/reseller/index.php"
                    | "/api.php"
                    | "/api/status"
                    | "/api/packages"
                    | "/api/packages/{id}"
                    | "/api/lines"
                    | "/api/lines/{id}"
                    | "/api/lines/{id}/extend"
                    | "/api/lines/{id}/suspend"
                    | "/api/lines/{id}/unsuspend"
                    | "/api/lines/{id}/devices"
                    | "/api/lines/{id}/devices/{device_id}"
                    | "/api/v1/customers"
                    | "/api/v1/customers/{id}"
                    | "/api/v1/products"
                    | "/api/v1/products/{id}"
                    | "/api/v1/subscriptions"
                    | "/api/v1/subscriptions/{id}"
                    | "/api/v1/subscriptions/{id}/cancel"
                    | "/api/v1/subscriptions/{id}/renew"
                    | "/api/v1/invoices"
                    | "/api/v1/invoices/{id}"
                    | "/api/v1/invoices/{id}/mark-paid"
                    | "/player_api.php"
                    | "/panel_api.php"
                    | "/get.php"
                    | "/xmltv.php"
                    | "/enigma2.php"
                    | "/streaming/live.php"
                    | "/streaming/vod.php"
                    | "/streaming/timeshift.php"
            ),
            "{path}"
        );
    }
}

#[test]
fn a_list_has_the_parameters_of_its_query() {
    let document = document();
    let (path, method, operation) = document.operation("admin_get_lines");
    assert_eq!((path, method), ("/{code}/admin/get_lines/../index.php", "get"));
    assert_eq!(
        query(operation),
        [
            "action",
            "api_key",
            "start",
            "limit",
            "search[value]",
            "order[0][column]",
            "order[0][dir]",
            "filter",
            "reseller",
            "show_columns",
            "hide_columns",
        ]
    );
    let action = &operation["parameters"][1];
    assert_eq!(
        action["schema"],
        json!({ "type": "string", "enum": ["get_lines"], "default": "get_lines" })
    );
    let get = document.operation("admin_get_line").2;
    assert_eq!(query(get), ["action", "id", "api_key", "show_columns", "hide_columns"]);
    assert_eq!(
        get["security"],
        json!([{ "AdminKey": [] }, { "AdminBearer": [] }, { "AdminKeyInQuery": [] }])
    );
}

#[test]
fn a_form_has_arrays_and_the_columns_of_user_data() {
    let document = document();
    let (path, method, operation) = document.operation("admin_create_line");
    assert_eq!((path, method), ("/{code}/admin/create_line/../index.php", "post"));
    let form = &operation["requestBody"]["content"][FORM];
    assert_eq!(form["schema"]["required"], json!(["exp_date"]));
    assert_eq!(
        form["schema"]["properties"]["allowed_ips[]"],
        json!({
            "type": "array",
            "items": { "type": "string" },
            "examples": [["203.0.113.7"]],
            "description": "Addresses that may use the line; an empty list admits all.",
        })
    );
    assert_eq!(
        form["encoding"]["allowed_ips[]"],
        json!({ "style": "form", "explode": true })
    );
    let create = &document.operation("xc_v2_user_create").2["requestBody"]["content"][FORM]["schema"]["properties"];
    let names: Vec<&String> = create.as_object().unwrap().keys().collect();
    assert_eq!(names.len(), 29);
    assert_eq!(create["user_data[bouquet]"]["contentMediaType"], "application/json");
    assert_eq!(create["user_data[enabled]"]["enum"], json!([0, 1]));
    let start = &document.operation("xc_v2_stream_start").2["requestBody"]["content"][FORM]["schema"];
    assert_eq!(
        start["properties"]["stream_ids[]"]["items"],
        json!({ "type": "integer" })
    );
    assert_eq!(start["required"], json!(["stream_ids[]"]));
}

/// Calls an operation as its document says, by the path that a library without URLs of its own would send.
fn call(client: &mut Client, document: &Document, id: &str, with: &[(String, String)]) -> Value {
    let (path, method, described) = document.operation(id);
    let mut selected: Vec<String> = Vec::new();
    for parameter in described["parameters"].as_array().unwrap() {
        if let Some(value) = parameter["schema"]["default"].as_str() {
            selected.push(format!("{}={value}", parameter["name"].as_str().unwrap()));
        }
    }
    let words: Vec<String> = with
        .iter()
        .map(|(name, value)| format!("{name}={}", encoded(value)))
        .collect();
    let path = format!("{}?{}", path.replace("{code}", "access"), selected.join("&"));
    let key = ("X-Api-Key", "YOUR_KEY");
    let answer = match method {
        "get" => client.request("GET", &format!("{path}&{}", words.join("&")), &[key], b""),
        _ => client.request(
            "POST",
            &path,
            &[key, ("Content-Type", FORM)],
            words.join("&").as_bytes(),
        ),
    };
    assert_eq!(answer.status, 200, "{id}: {answer:?}");
    serde_json::from_str(&answer.text()).unwrap_or_else(|error| panic!("{id}: {error}: {answer:?}"))
}

/// The example call of every operation succeeds with the `docs` seed, and its answer is of its schema; so is the
/// example of the document.
#[test]
fn every_answer_is_as_its_schema_says() {
    let panel = Panel::docs_with(|config| config.control = true);
    let document = Document::of(&panel, "/openapi.json");
    let mut client = panel.client();
    let dialects: [&dyn Dialect; 2] = [&ADMIN, &XC_V2];
    for (dialect, operation) in dialects
        .into_iter()
        .flat_map(|dialect| dialect.operations().iter().map(move |operation| (dialect, operation)))
    {
        let id = &format!("{}_{}", dialect.api().name(), operation.id);
        let answer = call(&mut client, &document, id, &docs::example(operation));
        assert!(!dialect.has_failed(&answer), "{id}: {answer}");
        let name = success_of(&document, id);
        document
            .check(&json!({ "$ref": name }), &answer)
            .unwrap_or_else(|error| panic!("{id}: {error}: {answer}"));
        let example = &document.operation(id).2["responses"]["200"]["content"]["application/json"]["example"];
        document
            .check(&json!({ "$ref": name }), example)
            .unwrap_or_else(|error| panic!("the example of {id}: {error}: {example}"));
        if operation.writes {
            told(&panel, "POST", "reset", "");
        }
    }
}

/// The reference to the schema of a success, which is the last one.
fn success_of(document: &Document, id: &str) -> String {
    let any = document.answer(id)["anyOf"].as_array().unwrap();
    any.last().unwrap()["$ref"].as_str().unwrap().to_owned()
}

#[test]
fn a_failure_is_as_its_schema_says_and_no_success() {
    let panel = Panel::docs();
    let document = Document::of(&panel, "/openapi.json");
    for (id, path) in [
        ("admin_get_line", "/access/admin/index.php?action=get_line&id=1"),
        (
            "admin_get_line",
            "/access/admin/index.php?api_key=YOUR_KEY&action=get_line&id=1",
        ),
        (
            "admin_create_line",
            "/access/admin/index.php?api_key=YOUR_KEY&action=create_line",
        ),
        (
            "xc_v2_user_info",
            "/api.php?action=user&sub=info&username=nobody&password=x",
        ),
        (
            "xc_v2_user_create",
            "/api.php?action=user&sub=create&user_data[username]=customer4521",
        ),
        (
            "xc_v2_reg_user_credits",
            "/api.php?action=reg_user&sub=credits&id=88&amount=-100000",
        ),
    ] {
        let answer: Value = serde_json::from_str(&panel.client().get(path).text()).unwrap();
        document
            .check(document.answer(id), &answer)
            .unwrap_or_else(|error| panic!("{path}: {error}: {answer}"));
        let success = json!({ "$ref": success_of(&document, id) });
        assert!(document.check(&success, &answer).is_err(), "{path}: {answer}");
    }
}

/// The headers of an answer by the document: those of its operation and status.
fn described_headers(document: &Document, id: &str, status: u16) -> Vec<String> {
    let headers = &document.operation(id).2["responses"][status.to_string()]["headers"];
    let names = headers.as_object().unwrap().keys();
    names
        .map(|name| {
            let place = headers[name]["$ref"].as_str().unwrap();
            assert!(document.0.pointer(&place[1..]).is_some(), "{place}");
            // As the client has them.
            name.to_ascii_lowercase()
        })
        .collect()
}

#[test]
fn answers_of_the_billing_api_have_the_headers_that_are_described() {
    let panel =
        Panel::docs_with(|config| config.billing_key = Some("bp_0123456789012345678901234567890123456789".into()));
    let document = Document::of(&panel, "/openapi.json");
    let limits = ["x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"];
    let key = ("Authorization", "Bearer bp_0123456789012345678901234567890123456789");
    let ask = |method: &str, path: &str, headers: &[(&str, &str)]| panel.client().request(method, path, headers, b"");
    let refused = ask("GET", "/api/v1/customers", &[]);
    assert_eq!(refused.status, 401);
    assert!(limits.iter().all(|name| refused.header(name).is_none()));
    assert!(refused.header("www-authenticate").is_some());
    let described = described_headers(&document, "billing_list_customers", 401);
    assert_eq!(described, ["retry-after", "www-authenticate"]);
    let mut statuses = Vec::new();
    for number in 0.. {
        let path = if number == 1 {
            "/api/v1/customers/cust_999"
        } else {
            "/api/v1/customers"
        };
        let id = if number == 1 {
            "billing_get_customer"
        } else {
            "billing_list_customers"
        };
        let answer = ask("GET", path, &[key]);
        for name in described_headers(&document, id, answer.status) {
            assert!(answer.header(&name).is_some(), "{} has no {name}", answer.status);
        }
        let has_limits = limits
            .iter()
            .all(|name| described_headers(&document, id, answer.status).contains(&(*name).into()));
        assert!(has_limits, "{}", answer.status);
        statuses.push(answer.status);
        if answer.status == 429 {
            break;
        }
    }
    assert_eq!(statuses[..2], [200, 404]);
}

/// Keys that the caller chose are all that there are.
#[test]
fn chosen_keys_are_of_the_schema_too() {
    let panel = Panel::docs();
    let document = Document::of(&panel, "/openapi.json");
    let answer: Value = serde_json::from_str(&panel.get("get_lines", "show_columns=id,username&limit=1")).unwrap();
    assert_eq!(answer["data"], json!([{ "id": 4521, "username": "customer4521" }]));
    document.check(document.answer("admin_get_lines"), &answer).unwrap();
}

/// A path in whose middle `..` stands is the path without it, as web servers have it; the control plane has no
/// such paths, because a proxy may refuse it by its own.
#[test]
fn a_path_is_resolved_as_a_web_server_does() {
    let panel = Panel::docs_with(|config| config.control = true);
    let get = |path: &str| panel.client().get(path);
    let query = "api_key=YOUR_KEY&action=get_category&id=1";
    let plain = get(&format!("/access/admin/index.php?{query}"));
    for path in [
        "/access/admin/get_category/../index.php",
        "/nobody/../access/admin/index.php",
        "/../access/admin/index.php",
        "/access/a/b/../../admin/index.php",
    ] {
        let answer = get(&format!("{path}?{query}"));
        assert_eq!((answer.status, answer.text()), (200, plain.text()), "{path}");
    }
    for path in [
        "/access/../_linecard/info",
        "/_linecard/x/../info",
        "/access/..admin/index.php",
    ] {
        assert_eq!(get(path).status, 404, "{path}");
    }
}
