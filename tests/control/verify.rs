//! Which requests are meant, how often they came, and in which order.

use std::sync::mpsc;
use std::thread;

use serde_json::{Value, json};

use super::journal::{count, json_of, seqs, small, verify};
use super::{ask, bad, panel, refused, told};

#[test]
fn every_member_of_a_match_counts() {
    let panel = panel();
    panel.call(
        "create_line",
        "exp_date=2027-01-01&username=alice&bouquets_selected[]=1&max_connections=2",
    );
    let v2 = "/api.php?action=user&sub=info&username=bob";
    panel.client().request("GET", v2, &[("X-Run", "ci-7")], b"");
    panel.client().get("/nowhere");
    for (wanted, expected) in [
        (json!({}), 3),
        (json!({ "api": "admin" }), 1),
        (json!({ "api": "xc_*" }), 1),
        (json!({ "action": "create_line" }), 1),
        (json!({ "action": null }), 1),
        (json!({ "method": "get" }), 2),
        (json!({ "path": "/*/admin/*" }), 1),
        (json!({ "path": "/api.php" }), 1),
        (json!({ "path": "re:^/(api|access)" }), 2),
        (json!({ "query": { "username": "bob" } }), 1),
        (json!({ "query": { "username": null } }), 2),
        (json!({ "form": { "username": "a*e", "max_connections": 2 } }), 1),
        (json!({ "form": { "bouquets_selected[0]": "1" } }), 1),
        (json!({ "form": { "username": "bob" } }), 0),
        (json!({ "header": { "X-RUN": "ci-*" } }), 1),
        (json!({ "user": "alice" }), 1),
        (json!({ "status": 404 }), 1),
        (json!({ "matched": true }), 2),
        (json!({ "matched": false, "status": 404 }), 1),
        (json!({ "matched": true, "status": 404 }), 0),
    ] {
        let answer = format!(r#"{{"count":{expected},"evicted":0}}"#);
        assert_eq!(count(&panel, wanted.clone()), answer, "{wanted}");
    }
}

#[test]
fn what_is_no_match_is_refused() {
    let panel = panel();
    let text = "send text, perhaps with *, or null for none";
    for (body, detail, hint) in [
        (
            r#"{"match":{"acton":"x"}}"#,
            r#"`match` has no member "acton""#,
            r#"there are api, action, method, path, query, form, header, user, status, matched, stream, container, ended, bytes, watched; did you mean "action"?"#,
        ),
        (r#"{"match":[]}"#, "`match` is no object", r#"send {"match":{…}}"#),
        (
            "{}",
            "`match` is missing",
            r#"send {"match":{"action":"create_line"}}; {} matches every request"#,
        ),
        (r#"{"matc":{}}"#, r#"there is no member "matc""#, "there are match"),
        (
            r#"{"match":{"api":"playerapi"}}"#,
            r#"there is no api "playerapi""#,
            "there are admin, reseller, xc_v2, nxt, billing, player_api, panel_api, playlist, xmltv, enigma2, portal, stream, none, webhook; did you mean \"player_api\"?",
        ),
        (r#"{"match":{"api":true}}"#, "`api` cannot be true", text),
        (r#"{"match":{"query":{"a":[1]}}}"#, "`query.a` cannot be [1]", text),
        (
            r#"{"match":{"form":"a"}}"#,
            r#"`form` cannot be "a""#,
            "send an object of names and texts",
        ),
        (
            r#"{"match":{"status":"200"}}"#,
            r#"`status` cannot be "200""#,
            "send a number from 100 to 599",
        ),
        (
            r#"{"match":{"matched":1}}"#,
            "`matched` cannot be 1",
            "send true or false",
        ),
    ] {
        assert_eq!(
            refused(&panel, "POST", "requests/count", body),
            bad(detail, hint),
            "{body}"
        );
    }
    let (status, regex) = refused(&panel, "POST", "requests/count", r#"{"match":{"path":"re:("}}"#);
    let start = r#"{"type":"linecard:bad_request","title":"Bad Request","status":400,"detail":"`path` is no regular"#;
    assert!(status == 400 && regex.starts_with(start), "{regex}");
}

#[test]
fn what_is_verified_is_told() {
    let panel = panel();
    panel.get("get_line", "id=4521");
    panel.get("get_line", "id=4522");
    let lines = json!({ "action": "get_line" });
    for times in [
        json!({ "exactly": 2 }),
        json!({ "at_least": 1 }),
        json!({ "at_most": 2 }),
        json!({ "at_least": 2, "at_most": 3 }),
    ] {
        let answer = verify(&panel, json!({ "match": lines, "times": times }));
        assert_eq!(
            answer,
            (200, json!({ "verified": true, "count": 2, "requests": [1, 2] }))
        );
    }
    let never = verify(
        &panel,
        json!({ "match": { "action": "delete_line" }, "times": { "exactly": 0 } }),
    );
    assert_eq!(never, (200, json!({ "verified": true, "count": 0, "requests": [] })));
}

#[test]
fn what_is_not_verified_is_told_with_what_came_closest() {
    let panel = panel();
    panel.get("get_lines", "");
    panel.get("get_line", "id=4521");
    panel.client().get("/nowhere");
    let wanted = json!({ "match": { "action": "get_line", "query": { "id": "4522" } }, "times": { "exactly": 1 } });
    let differ = |member: &str, wanted: &str, got: Value| json!({ "member": member, "wanted": wanted, "got": got });
    let expected = json!({
        "type": "linecard:not_verified",
        "title": "Conflict",
        "status": 409,
        "detail": "0 requests match, exactly 1 wanted",
        "hint": "request 2 is closest: query.id is \"4521\", not \"4522\"",
        "count": 0,
        "requests": [],
        "closest": [
            {
                "seq": 2,
                "method": "GET",
                "url": "/access/admin/index.php?api_key=***&action=get_line&id=4521",
                "api": "admin",
                "action": "get_line",
                "status": 200,
                "differences": [differ("query.id", "4522", "4521".into())],
            },
            {
                "seq": 3,
                "method": "GET",
                "url": "/nowhere",
                "api": "none",
                "action": null,
                "status": 404,
                "differences": [
                    differ("action", "get_line", Value::Null),
                    differ("query.id", "4522", Value::Null),
                ],
            },
            {
                "seq": 1,
                "method": "GET",
                "url": "/access/admin/index.php?api_key=***&action=get_lines&",
                "api": "admin",
                "action": "get_lines",
                "status": 200,
                "differences": [
                    differ("action", "get_line", "get_lines".into()),
                    differ("query.id", "4522", Value::Null),
                ],
            },
        ],
    });
    assert_eq!(verify(&panel, wanted), (409, expected));

    let (status, many) = verify(
        &panel,
        json!({ "match": {}, "times": { "at_most": 2 }, "within": "5m" }),
    );
    assert_eq!(status, 409);
    assert_eq!(
        (&many["detail"], &many["hint"], &many["requests"]),
        (
            &json!("3 requests match, at most 2 wanted"),
            &json!("`requests` has the numbers of those that match"),
            &json!([1, 2, 3])
        )
    );
}

#[test]
fn a_path_that_differs_is_told_without_its_secrets() {
    let panel = panel();
    panel.client().get("/live/customer4521/securepass/1.ts");
    panel.client().get("/access/YOUR_KEY/index.php");
    let (_, answer) = verify(&panel, json!({ "match": { "path": "/live/*/*/2.ts" } }));
    let got = |nth: usize| &answer["closest"][nth]["differences"][0]["got"];
    assert_eq!(
        (got(0), got(1)),
        (&json!("/access/***/index.php"), &json!("/live/customer4521/***/1.ts"))
    );
}

#[test]
fn times_that_make_no_sense_are_refused() {
    let panel = panel();
    let hint = r#"send {"exactly":1}, {"at_least":1}, {"at_most":1} or both of the last two"#;
    let times = |times: &str| {
        refused(
            &panel,
            "POST",
            "verify",
            &format!(r#"{{"match":{{}},"times":{times}}}"#),
        )
    };
    assert_eq!(times("1"), bad("`times` is no object", hint));
    assert_eq!(times("{}"), bad("`times` says nothing certain", hint));
    assert_eq!(
        times(r#"{"exactly":1,"at_most":2}"#),
        bad("`times` says nothing certain", hint)
    );
    assert_eq!(
        times(r#"{"at_least":3,"at_most":2}"#),
        bad("`at_most` is below `at_least`", hint)
    );
    assert_eq!(times(r#"{"exactly":-1}"#), bad("`exactly` is no count: -1", hint));
    for within in [
        r#""5""#,
        "5",
        r#""1h""#,
        r#""6m""#,
        r#""-1s""#,
        r#""99999999999999999999s""#,
    ] {
        let body = format!(r#"{{"match":{{}},"within":{within}}}"#);
        let expected = bad(
            &format!("`within` is no time: {within}"),
            "write it as 500ms, 5s or 2m; five minutes at most",
        );
        assert_eq!(refused(&panel, "POST", "verify", &body), expected);
    }
}

#[test]
fn verifying_waits_until_the_request_comes() {
    let panel = panel();
    panel.get("get_line", "id=4521");
    // The request for two is sent and read before the second line is: nothing else wakes it.
    for (wanted, send) in [
        (json!({ "action": "get_line" }), "get_line"),
        (json!({ "action": "get_user", "status": 200 }), "get_user"),
    ] {
        let least = if send == "get_line" { 2 } else { 1 };
        let body = json!({ "match": wanted, "times": { "at_least": least }, "within": "50s" }).to_string();
        let (tell, told) = mpsc::channel();
        thread::scope(|scope| {
            let panel = &panel;
            scope.spawn(move || {
                let mut client = panel.client();
                let head = format!(
                    "POST /_linecard/verify HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
                    body.len()
                );
                client.send(head.as_bytes());
                tell.send(()).unwrap();
                let answer = client.receive(false);
                assert_eq!(answer.status, 200, "{answer:?}");
                let seen: Value = serde_json::from_str(&answer.text()).unwrap();
                assert_eq!(seen["count"], least);
            });
            told.recv().unwrap();
            // One worker answers in turn: what was sent first has been read when this is answered.
            ask(panel, "GET", "health", "");
            panel.get(send, "id=1");
        });
    }
}

#[test]
fn waiting_ends_with_its_time_and_with_certainty() {
    let panel = panel();
    let body = json!({ "match": { "action": "get_line" }, "within": "20ms" });
    let (status, failure) = verify(&panel, body);
    assert_eq!(
        (status, &failure["detail"]),
        (409, &json!("0 requests match, at least 1 wanted"))
    );
    assert_eq!(failure["hint"], "the journal has no other request");
    panel.get("get_line", "id=4521");
    // Nothing that may come makes it hold: it is told at once.
    let body = json!({ "match": { "action": "get_line" }, "times": { "exactly": 0 }, "within": "5m" });
    assert_eq!(verify(&panel, body).0, 409);
}

#[test]
fn what_the_ring_had_no_room_for_makes_no_wrong_count() {
    let panel = small(2);
    for id in 1..=3 {
        panel.get("get_line", &format!("id={id}"));
    }
    assert_eq!(seqs(&panel, ""), [2, 3]);
    assert_eq!(json_of(&panel, "requests")["evicted"], 1);
    assert_eq!(count(&panel, json!({})), r#"{"count":2,"evicted":1}"#);
    let overflow = |count: u64| {
        json!({
            "type": "linecard:journal_overflow",
            "title": "Conflict",
            "status": 409,
            "detail": "1 request is no longer in the journal and may have matched",
            "hint": "DELETE /_linecard/requests before the test, or start with a larger --journal-size",
            "count": count,
            "evicted": 1,
        })
    };
    let times = |times: Value| verify(&panel, json!({ "match": {}, "times": times }));
    assert_eq!(times(json!({ "exactly": 2 })), (409, overflow(2)));
    assert_eq!(times(json!({ "at_most": 2 })), (409, overflow(2)));
    assert_eq!(times(json!({ "at_least": 3 })), (409, overflow(2)));
    // What is certain all the same is told.
    assert_eq!(times(json!({ "at_least": 2 })).0, 200);
    assert_eq!(times(json!({ "at_most": 1 })).1["type"], "linecard:not_verified");
    told(&panel, "DELETE", "requests", "");
    panel.get("get_line", "id=1");
    assert_eq!(times(json!({ "exactly": 1 })).0, 200);
}

/// A verification of these steps.
fn in_order(steps: &[&str]) -> Value {
    let steps: Vec<Value> = steps.iter().map(|action| json!({ "action": action })).collect();
    json!({ "order": steps })
}

#[test]
fn steps_are_found_in_their_order_with_others_between_them() {
    let panel = panel();
    for action in ["get_line", "user_info", "get_user", "get_line", "get_group"] {
        panel.get(action, "id=1");
    }
    for (steps, found) in [
        (vec!["get_line"], json!([1])),
        (vec!["get_line", "get_line"], json!([1, 4])),
        (vec!["get_line", "get_user", "get_group"], json!([1, 3, 5])),
        (vec!["get_*", "get_*", "get_line"], json!([1, 3, 4])),
    ] {
        let verified = json!({ "verified": true, "requests": found });
        assert_eq!(verify(&panel, in_order(&steps)), (200, verified), "{steps:?}");
    }
    // `match` says which requests are looked at.
    let mut among = in_order(&["get_*", "get_*"]);
    among["match"] = json!({ "query": { "action": "*_line" } });
    let verified = json!({ "verified": true, "requests": [1, 4] });
    assert_eq!(verify(&panel, among), (200, verified));
}

#[test]
fn a_step_that_is_not_found_is_named_with_what_came_instead() {
    let panel = panel();
    for action in ["get_user", "get_line", "get_lines"] {
        panel.get(action, "");
    }
    let not_verified = |steps: &[&str]| {
        let (status, problem) = verify(&panel, in_order(steps));
        assert_eq!((status, &problem["type"]), (409, &json!("linecard:not_verified")));
        problem
    };
    let url = |action: &str| format!("/access/admin/index.php?api_key=***&action={action}&");
    assert_eq!(
        not_verified(&["get_user", "get_group"]),
        json!({
            "type": "linecard:not_verified",
            "title": "Conflict",
            "status": 409,
            "detail": "step 2 of 2 was not found after request 1",
            "hint": r#"request 3 is closest: action is "get_lines", not "get_group""#,
            "step": 2,
            "requests": [1],
            "closest": [
                {
                    "seq": 3, "method": "GET", "url": url("get_lines"), "api": "admin", "action": "get_lines",
                    "status": 200,
                    "differences": [{ "member": "action", "wanted": "get_group", "got": "get_lines" }],
                },
                {
                    "seq": 2, "method": "GET", "url": url("get_line"), "api": "admin", "action": "get_line",
                    "status": 200,
                    "differences": [{ "member": "action", "wanted": "get_group", "got": "get_line" }],
                },
            ],
        })
    );
    let told = |steps: &[&str]| {
        let problem = not_verified(steps);
        ["detail", "hint"].map(|name| problem[name].as_str().unwrap().to_owned())
    };
    assert_eq!(
        told(&["get_line", "get_user"]),
        [
            "step 2 of 2 was not found after request 2",
            "request 1 matches it, but came before request 2"
        ]
    );
    assert_eq!(
        told(&["get_lines", "get_lines"]),
        [
            "step 2 of 2 was not found after request 3",
            "no request came after request 3"
        ]
    );
    assert_eq!(told(&["get_group"])[0], "step 1 of 1 was not found");
    super::told(&panel, "DELETE", "requests", "");
    assert_eq!(
        told(&["get_group", "get_line"]),
        ["step 1 of 2 was not found", "no request came"]
    );
}

#[test]
fn an_order_is_waited_for() {
    let panel = panel();
    panel.get("get_user", "id=88");
    let body = json!({ "order": [{ "action": "get_user", "status": 200 }, { "action": "get_line" }], "within": "50s" });
    thread::scope(|scope| {
        let mut waiting = panel.client();
        let body = body.to_string();
        let head = format!(
            "POST /_linecard/verify HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        waiting.send(format!("{head}{body}").as_bytes());
        // One worker answers in turn: what was sent first has been read when this is answered.
        ask(&panel, "GET", "health", "");
        scope.spawn(|| panel.get("get_line", "id=1"));
        let answer = waiting.receive(false);
        assert_eq!(answer.text(), r#"{"verified":true,"requests":[1,2]}"#);
    });
}

#[test]
fn an_answer_that_comes_late_can_still_be_an_earlier_step() {
    let panel = panel();
    told(
        &panel,
        "PUT",
        "faults",
        r#"[{"match":{"action":"get_user"},"effect":{"delay":"300ms"}}]"#,
    );
    thread::scope(|scope| {
        scope.spawn(|| panel.get("get_user", "id=88"));
        let come = json!({ "match": { "action": "get_user" }, "within": "50s" });
        assert_eq!(verify(&panel, come).0, 200);
        panel.get("get_line", "id=4521");
        let order = json!([{ "action": "get_user", "status": 200 }, { "action": "get_line" }]);
        let verified = json!({ "verified": true, "requests": [1, 2] });
        let answer = verify(&panel, json!({ "order": order, "within": "50s" }));
        assert_eq!(answer, (200, verified));
    });
}

#[test]
fn an_order_that_makes_no_sense_is_refused() {
    let panel = panel();
    let hint = r#"send {"order":[{"action":"create_line"},{"action":"get_line"}]}"#;
    for (body, detail, hint) in [
        (json!({ "order": {} }), "`order` is no list of 1 to 1000 steps", hint),
        (json!({ "order": [] }), "`order` is no list of 1 to 1000 steps", hint),
        (
            json!({ "order": vec![json!({}); 1001] }),
            "`order` is no list of 1 to 1000 steps",
            hint,
        ),
        (
            json!({ "order": [{}, 7] }),
            "step 2: `match` is no object",
            r#"send {"match":{…}}"#,
        ),
        (
            json!({ "order": [{}], "times": { "exactly": 1 } }),
            "`times` says nothing beside `order`",
            "leave `times` out: a step that is to come twice stands in `order` twice",
        ),
    ] {
        assert_eq!(
            refused(&panel, "POST", "verify", &body.to_string()),
            bad(detail, hint),
            "{body}"
        );
    }
}

#[test]
fn an_order_of_which_the_beginning_is_lost_is_not_denied() {
    let panel = small(2);
    for action in ["get_user", "get_line", "get_group"] {
        panel.get(action, "id=1");
    }
    let (status, problem) = verify(&panel, in_order(&["get_user", "get_line"]));
    assert_eq!(
        (status, problem),
        (
            409,
            json!({
                "type": "linecard:journal_overflow",
                "title": "Conflict",
                "status": 409,
                "detail": "1 request is no longer in the journal and may have matched",
                "hint": "DELETE /_linecard/requests before the test, or start with a larger --journal-size",
                "requests": [],
                "evicted": 1,
            })
        )
    );
    // What is certain all the same is told.
    assert_eq!(verify(&panel, in_order(&["get_line", "get_group"])).0, 200);
}
