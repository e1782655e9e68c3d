//! Near misses: every kind of oddity, as `GET unmatched` tells it.

use std::collections::BTreeSet;

use linecard::dialects::near_miss::KINDS;
use serde_json::{Value, json};

use super::journal::json_of;
use super::{panel, told};
use crate::support::{Client, Panel};

/// The access code's path with the key in its query.
const ADMIN: &str = "/access/admin/index.php";
const RESELLER: &str = "/access/reseller/index.php";
const KEYED: &str = "/access/admin/index.php?api_key=YOUR_KEY";

/// What a request is and what is told of it: SQL before it, method and target, header, body; then URL,
/// API, action and status; then kind and hint of what is odd.
struct Case {
    before: &'static str,
    sent: (&'static str, String, (&'static str, &'static str), String),
    shown: (String, &'static str, Option<&'static str>, u16),
    odd: Vec<(&'static str, &'static str)>,
}

impl Case {
    /// A GET without a body to this target, of which nothing is a secret.
    fn get(target: &str, shown: (&'static str, Option<&'static str>, u16), odd: (&'static str, &'static str)) -> Case {
        Case {
            before: "",
            sent: ("GET", target.to_owned(), ("Accept", "*/*"), String::new()),
            shown: (target.to_owned(), shown.0, shown.1, shown.2),
            odd: vec![odd],
        }
    }

    /// An action with the key.
    fn call(action: &'static str, params: &str, odd: (&'static str, &'static str)) -> Case {
        let sent = format!("{KEYED}&action={action}{params}");
        let url = sent.replace("YOUR_KEY", "***");
        Case::get(&sent, ("admin", Some(action), 200), odd).url(&url)
    }

    fn url(mut self, url: &str) -> Case {
        self.shown.0 = url.to_owned();
        self
    }

    fn and(mut self, kind: &'static str, hint: &'static str) -> Case {
        self.odd.push((kind, hint));
        self
    }

    fn before(mut self, sql: &'static str) -> Case {
        self.before = sql;
        self
    }

    fn header(mut self, name: &'static str, value: &'static str) -> Case {
        self.sent.2 = (name, value);
        self
    }

    fn method(mut self, method: &'static str, body: &str) -> Case {
        (self.sent.0, self.sent.3) = (method, body.to_owned());
        self
    }

    /// Sends it from this address, and compares all that is told of it.
    fn check(&self, panel: &Panel, client: &mut Client) {
        for statement in self.before.split("; ").filter(|text| !text.is_empty()) {
            panel.sql(statement);
        }
        told(panel, "DELETE", "requests", "");
        let (method, target, header, body) = &self.sent;
        client.request(method, target, &[*header], body.as_bytes());
        let mut answer = json_of(panel, "unmatched");
        let seq = answer["unmatched"][0]["seq"].take();
        assert!(seq.is_u64(), "{target}: {answer}");
        let (url, api, action, status) = &self.shown;
        let near_misses: Vec<Value> = self
            .odd
            .iter()
            .map(|(kind, hint)| json!({ "kind": kind, "hint": hint }))
            .collect();
        let expected = json!({
            "seq": null,
            "method": method,
            "url": url,
            "api": api,
            "action": action,
            "status": status,
            "near_misses": near_misses,
        });
        assert_eq!(answer, json!({ "unmatched": [expected], "evicted": 0 }), "{target}");
        // One request alone says the same.
        let one = json_of(panel, &format!("requests/{seq}"));
        assert_eq!((&one["url"], &one["diagnostics"]), (&json!(url), &json!(near_misses)));
    }
}

/// One case of each kind at least.
#[rustfmt::skip] // One row a line: this is a table.
fn cases() -> Vec<Case> {
    let asks = ("admin", Some("get_line"), 200);
    let no_key = format!("{ADMIN}?action=get_line&id=4521");
    let key = |key: &str, odd| {
        Case::get(&format!("{no_key}&api_key={key}"), asks, odd).url(&format!("{no_key}&api_key=***"))
    };
    let line = |password: &str, odd| {
        let target = "/api.php?action=user&sub=info&username=customer4521&password=";
        Case::get(&format!("{target}{password}"), ("xc_v2", Some("user/info"), 200), odd).url(&format!("{target}***"))
    };
    let sells = |action: &'static str, more: &str, odd| {
        let shown = more.replace("00:1A:79:00:00:02", "***");
        Case::get(&format!("{RESELLER}?api_key=RESELLER_KEY&action={action}{more}"), ("reseller", Some(action), 200), odd)
            .url(&format!("{RESELLER}?api_key=***&action={action}{shown}"))
    };
    let stray = |target: &str, odd| Case::get(target, ("none", None, 404), odd);
    const NOT_SERVED: &str =
        " is not served yet: a stream at /live and the API of Enigma2 devices at /enigma2.php and the guide at /xmltv.php and the playlist at /get.php and the panel API of players at /panel_api.php and the player API at /player_api.php and the billing API at /api/v1 and the NXT API at /api and the XC v2 API at /api.php and the Reseller API at /CODE/reseller/index.php and the Admin API at /CODE/admin/index.php are";
    let other = |what: &str| &*String::leak(format!("{what}{NOT_SERVED}"));
    let player = |target: &str, api: &'static str, what: &str| {
        let hint = String::leak(format!("{what}{NOT_SERVED}"));
        let action = target.split("action=").nth(1).and_then(|rest| rest.split('&').next());
        let action = action.map(|name| &*String::leak(name.to_owned()));
        let masked = ["securepass", "guess", "TOKEN"]
            .into_iter()
            .fold(target.to_owned(), |url, secret| url.replace(secret, "***"));
        Case::get(target, (api, action, 404), ("not_served", hint)).url(&masked)
    };
    let stream = |target: &str, status, odd| {
        let masked = target.replace("securepass", "***").replace("guess", "***");
        Case::get(target, ("stream", None, status), odd).url(&masked)
    };
    const LOGIN: &str = "username=customer4521&password=securepass";
    let login = |target: &str, action, odd| {
        let masked = target.replace("securepass", "***").replace("guess", "***");
        Case::get(target, ("player_api", action, 200), odd).url(&masked)
    };
    const LOGIN_READ: &str = "it is read from `username` and `password` of the query or the form";
    let misplaced = |place: &str| &*String::leak(format!("a login came in {place}: {LOGIN_READ}"));
    const NO_MAC: &str = "a portal knows a device by its cookie `mac`, or the parameter of that name: neither came";
    const NO_TOKEN: &str =
        "a portal answers this only with the token of a handshake, as `Authorization: Bearer TOKEN`";
    const MAC: (&str, &str) = ("Cookie", "mac=00%3A1A%3A79%3A00%3A00%3A01; stb_lang=en");
    vec![
        Case::call("get_lin", "&id=1", ("unknown_action", "there is no get_lin; did you mean get_line?")),
        Case::get(KEYED, ("admin", None, 200), ("missing_action", "`action` is missing")).url("/access/admin/index.php?api_key=***"),
        Case::get("/api.php?action=create_line", ("xc_v2", Some("create_line"), 200), ("other_api", "create_line is an action of the Admin API, at /CODE/admin/index.php")),
        Case::get("/api.php?action=line&sub=info", ("xc_v2", Some("line/info"), 200), ("other_profile", "line/info is a call of the profile v2_modern, which is not active: here it is user/info")),
        Case::call("get_line", "&id=4521&ids=1", ("unknown_parameter", "get_line has no `ids`; did you mean `id`?")),
        Case::call("get_lines", "&search=mia", ("unknown_parameter", "get_lines has no `search`; did you mean `search[value]`?")),
        Case::call("get_lines", "&order=id", ("unknown_parameter", "get_lines has no `order`; did you mean `order[0][column]`?")),
        Case::call("get_line", "", ("json_body", "this API reads form fields and leaves a JSON body unread: send it as application/x-www-form-urlencoded"))
            .method("POST", r#"{"id":4521}"#),
        Case::call("get_line", "&id=4521", ("method", "PUT is not read by this API: use GET or POST")).method("PUT", ""),

        Case::get(&no_key, asks, ("misplaced_key", "a good key came in the header x-key: it is read from `api_key` of the query or the form"))
            .header("X-Key", "YOUR_KEY"),
        stray("/YOUR_KEY/admin/index.php", ("misplaced_key", "a good key came in the path: it is read from `api_key` of the query or the form"))
            .url("/***/admin/index.php"),
        stray("/access/YOUR%5FKEY", ("misplaced_key", "a good key came in the path: it is read from `api_key` of the query or the form"))
            .url("/access/***"),
        Case::get(&no_key, asks, ("bad_key", "`api_key` is missing; GET /_linecard/info names a good one")),
        key("YOUR_KEZ", ("bad_key", "no account has this key; GET /_linecard/info names a good one")),
        key("RESELLER_KEY", ("bad_key", "this is the key of reseller88, who is no administrator")),
        key("your_api_token_here", ("bad_key", "this is a token of the NXT API; GET /_linecard/info names a good key")),
        key("your_api_key_here", ("bad_key", "this is a key of the billing API; GET /_linecard/info names a good key")),
        key("RESELLER_KEY", ("bad_key", "this is the key of reseller88, whose account is disabled"))
            .before("UPDATE users SET status = 0 WHERE id = 88"),

        line("guess", ("wrong_password", "there is a line customer4521, but its password is another")),
        line("SECUREPASS", ("wrong_password", "the credentials of the line customer4521 are spelled with other capitals or spaces")),

        Case::call("get_line", "&id=301", ("other_type", "301 is a MAG device: use get_mag")),
        Case::call("disable_line", "&id=501", ("other_type", "501 is an Enigma2 device: use disable_enigma")),
        Case::call("get_line", "&id=88", ("other_type", "88 is an account: use get_user")),
        Case::call("ban_mag", "&id=4510", ("other_type", "4510 is the line of a MAG device: use ban_mag with id=301")),
        Case::call("get_enigma", "&id=4511", ("other_type", "4511 is the line of an Enigma2 device: use get_enigma with id=501")),
        Case::call("delete_user", "&id=4521", ("other_type", "4521 is a line: use delete_line")),
        Case::call("get_movie", "&id=10", ("other_type", "10 is a live stream: use get_stream")),
        Case::call("get_stream", "&id=100", ("other_type", "100 is a movie: use get_movie")),
        Case::call("get_episode", "&id=5", ("other_type", "5 is a created channel: use get_channel")),
        Case::call("get_stream", "&id=20", ("other_type", "20 is a radio station: use get_station")),
        Case::call("start_movie", "&id=200", ("other_type", "200 is an episode: use start_episode")),
        Case::call("get_movie", "&id=50", ("other_type", "50 is a series: use get_series")),
        Case::get("/api.php?action=reg_user&sub=credits&id=301&amount=1", ("xc_v2", Some("reg_user/credits"), 200), ("other_type", "301 is a MAG device")),

        stray("/acces/admin/index.php", ("wrong_access_code", "no access code \"acces\" opens the Admin API; GET /_linecard/info names one that does; did you mean access?")),
        stray("/nothing/admin/index.php", ("wrong_access_code", "no access code \"nothing\" opens the Admin API; GET /_linecard/info names one that does")),
        Case::get("/access/admin", ("none", None, 301), ("missing_slash", "the API answers at /access/admin/, with a slash at the end; a redirect loses a form")),
        stray("/access//admin/index.php", ("double_slash", "the path has two slashes in a row")),
        stray("/acces/reseller", ("wrong_access_code", "no access code \"acces\" opens the Reseller API; GET /_linecard/info names one that does")),
        stray("/resell001/admin/index.php", ("wrong_access_code", "no access code \"resell001\" opens the Admin API; GET /_linecard/info names one that does"))
            .before("INSERT INTO access_codes (code, type) VALUES ('resell001', 4), ('pages0001', 0)"),
        stray("/pages0001/", ("not_served", other("what an access code of this type opens (pages, portals, players)"))),
        sells("get_packages", "", ("unknown_action", "there is no get_packages; did you mean packages?"))
            .before("UPDATE users SET status = 1 WHERE id = 88"),
        Case::call("packages", "", ("unknown_action", "there is no packages; did you mean get_packages?")),
        sells("ban_line", "&id=4521", ("other_api", "ban_line is an action of the Admin API, at /CODE/admin/index.php")),
        sells("extend_line", "&id=4521&package=1&package_id=1", ("unknown_parameter", "extend_line has no `package_id`; did you mean `package`?")),
        sells("edit_line", "&id=4521&bouquets_selected=1,2", ("comma_list", "`bouquets_selected` is read as bouquets_selected[]=1&bouquets_selected[]=2 or as the JSON text [1,2], not with commas")),
        sells("create_line", "", ("sale_refused", "no package was named: `package` is the id of one that `packages` lists")),
        sells("create_line", "&package=99", ("sale_refused", "there is no package 99; `packages` lists those that the account sells")),
        sells("create_line", "&package=6", ("sale_refused", "package 6 is not sold by group 3, the account's: it is sold by groups 1, 5"))
            .before("UPDATE users_packages SET \"groups\" = '[1,5]' WHERE id = 6"),
        sells("create_mag", "&mac=00:1A:79:00:00:02&package=7", ("sale_refused", "package 7 is not for MAG devices"))
            .before("UPDATE users_packages SET is_mag = 0 WHERE id = 7"),
        sells("create_line", "&package=7&trial=1", ("sale_refused", "the setting `disable_trial` is on"))
            .before("INSERT INTO linecard_settings (name, value) VALUES ('disable_trial', '1')"),
        sells("create_line", "&package=7&trial=1", ("sale_refused", "group 3, the account's, gives no trials: its total_allowed_gen_trials is 0"))
            .before("DELETE FROM linecard_settings WHERE name = 'disable_trial'; UPDATE users_groups SET total_allowed_gen_trials = 0 WHERE group_id = 3"),
        sells("create_line", "&package=7&trial=1", ("sale_refused", "the account has 45 credits, and group 3 gives trials from 1000 (minimum_trial_credits)"))
            .before("UPDATE users_groups SET total_allowed_gen_trials = 1, minimum_trial_credits = 100000 WHERE group_id = 3"),
        sells("create_line", "&package=7&trial=1", ("sale_refused", "the account has given 1 trials of the 1 that group 3 allows in a period of \"hours\""))
            .before("UPDATE users_groups SET minimum_trial_credits = 0, total_allowed_gen_in = 'hours' WHERE group_id = 3; INSERT INTO lines (username, member_id, is_trial, created_at) VALUES ('tried', 88, 1, 2000000000)"),
        sells("create_line", "&package=7&trial=1", ("sale_refused", "the account has given 1 trials of the 1 that group 3 allows in lines of the last 1 hours"))
            .before("INSERT INTO linecard_settings (name, value) VALUES ('profile', 'xui')"),
        sells("create_line", "&package=7&trial=1", ("sale_refused", "the account has given 1 trials of the 1 that group 3 allows in lines of the last 1 days"))
            .before("UPDATE users_groups SET total_allowed_gen_in = 'day' WHERE group_id = 3"),
        Case::get(&format!("{RESELLER}?action=user_info&api_key=YOUR_KEY"), ("reseller", Some("user_info"), 200), ("bad_key", "this is the key of admin, who is no reseller"))
            .before("DELETE FROM linecard_settings WHERE name = 'profile'")
            .url(&format!("{RESELLER}?action=user_info&api_key=***")),
        Case::get("/api/lines?key=your_api_token_here", ("nxt", Some("list_lines"), 401), ("misplaced_key", "the secret is good and belongs in `Authorization: Bearer`, not in the parameter key")).url("/api/lines?key=***"),
        Case::get("/api/v1/customers/prod_123", ("billing", Some("get_customer"), 401), ("other_type", "prod_123 is an id of products, whose path is /api/v1/products/prod_123")),
        Case::get("/api/lines", ("nxt", Some("list_lines"), 401), ("other_secret", "this is a key of the billing API, a secret of another API; the NXT API has secrets of its own")).header("Authorization", "Bearer your_api_key_here"),
        Case::get("/api/v1/customers", ("billing", Some("create_customer"), 401), ("form_body", "this API reads a JSON object: send the body as application/json")).header("Content-Type", "application/x-www-form-urlencoded").method("POST", "email=a"),
        Case::get("/api/v1/customers?key=your_api_key_here", ("billing", Some("list_customers"), 401), ("misplaced_key", "the secret is good and belongs in `Authorization: Bearer`, not in the parameter key")).url("/api/v1/customers?key=***"),
        stray("/access/login", ("wrong_path", "nothing answers there: a stream answers at /live, the API of Enigma2 devices at /enigma2.php, the guide at /xmltv.php, the playlist at /get.php, the panel API of players at /panel_api.php, the player API at /player_api.php, the billing API at /api/v1, the NXT API at /api, the XC v2 API at /api.php, the Reseller API at /CODE/reseller/index.php, the Admin API at /CODE/admin/index.php")),
        stray("/panel/api.php", ("wrong_path", "a stream answers at /live, the API of Enigma2 devices at /enigma2.php, the guide at /xmltv.php, the playlist at /get.php, the panel API of players at /panel_api.php, the player API at /player_api.php, the billing API at /api/v1, the NXT API at /api, the XC v2 API at /api.php, the Reseller API at /CODE/reseller/index.php, the Admin API at /CODE/admin/index.php")),

        login(&format!("/player_api.php?{LOGIN}&action=get_live_stream"), Some("get_live_stream"), ("unknown_action", "there is no get_live_stream; did you mean get_live_streams?")),
        login(&format!("/player_api.php?{LOGIN}&action=create_line"), Some("create_line"), ("other_api", "create_line is an action of the Admin API, at /CODE/admin/index.php")),
        login("/player_api.php?username=customer4521&password=guess", None, ("wrong_password", "there is a line customer4521, but its password is another")),
        login("/player_api.php", None, ("misplaced_login", misplaced("the header authorization"))).header("Authorization", "Basic YTpi"),
        login("/player_api.php/customer4521/guess", None, ("misplaced_login", misplaced("the path"))).url("/player_api.php/customer4521/guess"),
        login("/player_api.php", None, ("misplaced_login", misplaced("a JSON body"))).method("POST", r#"{"username":"customer4521"}"#),
        Case::get(&format!("/get.php?{LOGIN}"), ("playlist", None, 200), ("missing_parameter", "`type` is missing, which panels take for m3u_plus; `output` is missing, which panels take for ts"))
            .url("/get.php?username=customer4521&password=***"),
        Case::get(&format!("/get.php?{LOGIN}&type=m3u"), ("playlist", None, 200), ("missing_parameter", "`output` is missing, which panels take for ts"))
            .url("/get.php?username=customer4521&password=***&type=m3u"),
        Case::get("/xmltv.php?username=customer4521&password=guess", ("xmltv", None, 200), ("wrong_password", "there is a line customer4521, but its password is another"))
            .url("/xmltv.php?username=customer4521&password=***"),
        Case::get("/enigma2.php", ("enigma2", None, 401), ("misplaced_login", misplaced("the header authorization"))).header("Authorization", "Basic YTpi"),
        player("/portal.php", "portal", "the portal of MAG devices"),
        player("/c/", "portal", "the portal of MAG devices"),
        player("/c", "portal", "the portal of MAG devices")
            .and("missing_slash", "a device's portal is at /c/, with a slash at the end"),
        player("/stalker_portal", "portal", "the portal of MAG devices")
            .and("missing_slash", "a device's portal is at /stalker_portal/c/, with a slash at the end"),
        player("/stalker_portal/server/load.php?type=stb&action=handshake", "portal", "the portal of MAG devices").header(MAC.0, MAC.1),
        player("/portal.php?type=itv&action=get_genres", "portal", "the portal of MAG devices").header(MAC.0, MAC.1)
            .and("portal_session", NO_TOKEN),
        player("/portal.php?type=stb&action=handshake", "portal", "the portal of MAG devices").and("portal_session", NO_MAC),
        Case::get("/load.php?type=stb&action=handshake", ("none", Some("handshake"), 404), ("portal_path", "this is a call of a MAG device; portals answer at /c/ and /portal.php"))
            .header(MAC.0, MAC.1),
        stream("/live//customer4521/securepass/10.ts", 404, ("double_slash", "the path has two slashes in a row")),
        stream("/live/customer4521/guess/10.ts", 401, ("wrong_password", "there is a line customer4521, but its password is another")),
        stream("/live/customer4521/securepass/10.mpd", 405, ("stream_extension", "a live stream is offered as .ts and .m3u8, not as .mpd")),
        stream(&format!("/live/10.ts?{LOGIN}"), 404, ("misplaced_login", "a login came in the query: a stream's is read from the path, as /live/USERNAME/PASSWORD/ID.ts")),
        stray("//player_api.php", ("double_slash", "the path has two slashes in a row")),
        Case::call("get_live_streams", "", ("other_api", "get_live_streams is an action of the player API, at /player_api.php")),

        Case::call("get_line", "&id=4521", ("body_cut", "65536 of 70000 bytes of the body are kept")).method("POST", &format!("search={}", "x".repeat(69_993))),
    ]
}

#[test]
fn every_kind_is_told_whole() {
    let panel = panel();
    let mut kinds = BTreeSet::new();
    let mut check = |case: Case, client: &mut Client| {
        case.check(&panel, client);
        kinds.extend(case.odd.iter().map(|(kind, _)| *kind));
    };
    for case in cases() {
        if case.odd.iter().any(|(_, hint)| hint.contains("capitals")) {
            panel.set("case_sensitive_line=1");
        }
        check(case, &mut panel.client());
    }
    told(&panel, "PATCH", "info", r#"{"strict":"warn"}"#);
    let hint = "the URL has \" unencoded: write them percent-encoded, because not every server takes them";
    check(
        Case::call("get_line", "&id=4521&show_columns=\"", ("raw_bytes", hint)),
        &mut panel.client(),
    );
    told(&panel, "PATCH", "info", r#"{"strict":"off"}"#);
    let mut too_large = Case::call(
        "get_line",
        "&id=4521",
        ("body_too_large", "the body has more than 8388608 bytes"),
    )
    .method("POST", &"x".repeat((8 << 20) + 1));
    too_large.shown.3 = 413;
    check(too_large, &mut panel.client());
    let list = |target: &str, status, odd| Case::get(target, ("xc_v2", Some("server/list"), status), odd);
    let plain = "/api.php?action=server&sub=list";
    let api_ips = "api.php admits this machine and the panel's servers: name the address in the setting `api_ips`, \
                   or start with --any-caller";
    check(
        list(plain, 200, ("forbidden", api_ips)),
        &mut Client::from("127.0.0.2".parse().unwrap(), panel.host()),
    );
    panel.set("api_pass=letmein");
    let words = "`api_pass` is missing: the setting of that name asks for it";
    check(list(plain, 200, ("bad_key", words)), &mut panel.client());
    let (sent, shown) = (format!("{plain}&api_pass=x"), format!("{plain}&api_pass=***"));
    let words = "`api_pass` is not what the setting of that name says";
    check(list(&sent, 200, ("bad_key", words)).url(&shown), &mut panel.client());
    let words = "a good key came in the header x-pass: it is read from `api_pass` of the query or the form";
    let misplaced = list(plain, 200, ("misplaced_key", words)).header("X-Pass", "letmein");
    check(misplaced, &mut panel.client());
    panel.set("v2_rate_limit=1");
    let good = format!("{plain}&api_pass=letmein");
    panel.client().get(&good);
    let limited = list(
        &good,
        503,
        ("limited", "the setting `v2_rate_limit` allows 1 in a second"),
    );
    check(limited.url(&shown), &mut panel.client());
    let whitelist = "the whitelist of the access code does not name the caller's address";
    let mut forbidden = Case::call("get_line", "&id=4521", ("forbidden", whitelist))
        .before("UPDATE access_codes SET whitelist = '[\"192.0.2.1\"]'");
    forbidden.shown.3 = 403;
    check(forbidden, &mut panel.client());
    let blocked = "the caller's address is among the blocked ones (get_blocked_ips)";
    let mut shut_out = Case::call("get_line", "&id=4521", ("blocked", blocked))
        .before("INSERT INTO blocked_ips (ip) VALUES ('127.0.0.1')");
    shut_out.shown.3 = 403;
    check(shut_out, &mut panel.client());
    assert_eq!(kinds, KINDS.iter().map(|(kind, _)| *kind).collect());
}

#[test]
fn what_an_answer_tells_counts_once_and_of_a_success_nothing_is_said() {
    let panel = panel();
    panel.get("get_line", "id=4521");
    panel.get("get_mag", "id=301");
    assert_eq!(json_of(&panel, "unmatched"), json!({ "unmatched": [], "evicted": 0 }));
    panel.get("get_line", "id=301");
    panel.get("get_line", "id=301&ids=2");
    // Neither is an id that nothing has, nor a thing that nothing is confused with.
    panel.get("get_line", "id=9999");
    panel.get("get_bouquet", "id=9999");
    panel.v2("action=user&sub=info&username=nobody&password=x", "");
    for _ in 0..2 {
        let metrics = super::ask(&panel, "GET", "metrics", "").text();
        let counted: Vec<&str> = metrics
            .lines()
            .filter(|line| line.starts_with("linecard_unmatched_total{"))
            .collect();
        assert_eq!(
            counted,
            [
                r#"linecard_unmatched_total{kind="other_type"} 2"#,
                r#"linecard_unmatched_total{kind="unknown_parameter"} 1"#
            ]
        );
    }
}

#[test]
fn a_key_that_was_not_good_and_an_id_that_was_not_there_may_be_by_now() {
    let panel = panel();
    panel
        .client()
        .get(&format!("{ADMIN}?action=get_line&id=4521&api_key=LATER"));
    panel.get("get_line", "id=77");
    panel.sql("UPDATE users SET api_key = 'LATER' WHERE id = 1");
    panel.sql("INSERT INTO lines (id) VALUES (77)");
    let answer = json_of(&panel, "unmatched");
    let told: Vec<&Value> = answer["unmatched"].as_array().unwrap().iter().collect();
    assert_eq!(told.len(), 1, "{answer}");
    let hint = "this is the key of admin, and it is good by now";
    assert_eq!(told[0]["near_misses"], json!([{ "kind": "bad_key", "hint": hint }]));
}

#[test]
fn the_page_about_the_control_plane_explains_every_kind() {
    let page = linecard::control::docs::page();
    for (kind, meaning) in KINDS {
        assert!(page.contains(&format!("| `{kind}` | {meaning} |\n")), "{kind}");
    }
}
