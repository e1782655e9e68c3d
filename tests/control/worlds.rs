//! Worlds: panels of their own in one process, each on its port and under its name.

use linecard::panel::strictness::Strictness;
use serde_json::{Value, json};

use super::{ask, bad, panel, problem, refused, told};
use crate::support::{Answer, Client, DONE, NOW, Panel};

/// A world as its maker was told of it.
struct World {
    told: Value,
}

impl World {
    fn make(panel: &Panel, wish: &str) -> World {
        let told = serde_json::from_str(&told(panel, "POST", "worlds", wish)).unwrap();
        World { told }
    }

    fn text(&self, member: &str) -> &str {
        self.told[member].as_str().unwrap()
    }

    /// A client of its own port.
    fn client(&self) -> Client {
        Client::new(self.text("url").strip_prefix("http://").unwrap())
    }

    /// A client of the main panel's port that asks for the world by its name.
    fn named(&self, panel: &Panel) -> Client {
        Client::of_host(self.text("host_url").strip_prefix("http://").unwrap(), panel.host())
    }

    /// Both of them.
    fn both(&self, panel: &Panel) -> [Client; 2] {
        [self.client(), self.named(panel)]
    }
}

/// A call of the Admin API with the code and key of the `docs` seed.
fn call(client: &mut Client, action: &str, params: &str) -> String {
    let path = format!("/access/admin/index.php?api_key=YOUR_KEY&action={action}&{params}");
    client.get(&path).text()
}

fn lines(client: &mut Client) -> String {
    call(client, "get_lines", "show_columns=id")
}

fn control(client: &mut Client, method: &str, path: &str, body: &str) -> Answer {
    client.request(method, &format!("/_linecard/{path}"), &[], body.as_bytes())
}

fn clock(client: &mut Client) -> Value {
    let answer = control(client, "GET", "clock", "");
    serde_json::from_str::<Value>(&answer.text()).unwrap()["unix"].clone()
}

const BOTH_LINES: &str =
    r#"{"status":"STATUS_SUCCESS","data":[{"id":4521},{"id":4522}],"recordsTotal":2,"recordsFiltered":2}"#;

#[test]
fn a_world_is_as_strict_as_its_server_and_is_counted() {
    let panel = Panel::docs_with(|config| {
        config.control = true;
        config.strict = Strictness::Error;
    });
    let count = || {
        let metrics = ask(&panel, "GET", "metrics", "").text();
        let line = metrics.lines().find(|line| line.starts_with("linecard_worlds "));
        line.unwrap().to_owned()
    };
    assert_eq!(count(), "linecard_worlds 0");
    let world = World::make(&panel, r#"{"name":"strict"}"#);
    for mut client in world.both(&panel) {
        let answer = client.get("/api.php?action=user&sub=creat");
        let body: Value = serde_json::from_str(&answer.text()).unwrap();
        assert_eq!(
            (answer.status, &body["detail"]),
            (501, &json!("strict: unknown_action"))
        );
    }
    // A world has no worlds of its own to count.
    let own = control(&mut world.client(), "GET", "metrics", "").text();
    assert!(
        own.contains("linecard_build_info") && !own.contains("linecard_worlds"),
        "{own}"
    );
    assert_eq!(count(), "linecard_worlds 1");
    told(&panel, "DELETE", "worlds/strict", "");
    assert_eq!(count(), "linecard_worlds 0");
}

#[test]
fn a_world_begins_as_the_server_did_and_is_a_panel_of_its_own() {
    let panel = panel();
    assert_eq!(told(&panel, "GET", "worlds", ""), r#"{"worlds":[]}"#);
    panel.call("delete_line", "id=4522");
    let (world, other) = (World::make(&panel, ""), World::make(&panel, r#"{"name":"other"}"#));
    let port = panel.host().rsplit_once(':').unwrap().1;
    let url = world.text("url").to_owned();
    assert!(url.starts_with("http://127.0.0.1:") && url != format!("http://{}", panel.host()));
    assert_eq!(
        world.told,
        json!({
            "id": "world-1",
            "url": url,
            "host_url": format!("http://world-1.localhost:{port}"),
            "control": format!("{url}/_linecard/"),
            "access_code": "access",
            "api_key": "YOUR_KEY",
            "user": "customer4521",
            "pass": "securepass",
        })
    );
    let listed: Value = serde_json::from_str(&told(&panel, "GET", "worlds", "")).unwrap();
    assert_eq!(listed, json!({ "worlds": [other.told, world.told] }));

    for mut client in world.both(&panel) {
        assert_eq!(lines(&mut client), BOTH_LINES);
        assert_eq!(clock(&mut client), NOW);
    }
    assert_eq!(call(&mut world.client(), "delete_line", "id=4521"), DONE);
    for mut client in world.both(&panel) {
        assert!(lines(&mut client).contains(r#""data":[{"id":4522}]"#));
    }
    for mut client in other.both(&panel) {
        assert_eq!(lines(&mut client), BOTH_LINES);
    }
    assert!(
        panel
            .get("get_lines", "show_columns=id")
            .contains(r#""data":[{"id":4521}]"#)
    );
}

#[test]
fn a_worlds_control_plane_steers_it_alone() {
    let panel = panel();
    let world = World::make(&panel, r#"{"name":"w1"}"#);
    let [mut port, mut named] = world.both(&panel);
    assert_eq!(
        control(&mut named, "POST", "clock/advance", r#"{"by":"PT60S"}"#).status,
        200
    );
    assert_eq!(
        (clock(&mut port), panel.inner().clock().now()),
        ((NOW + 60).into(), NOW)
    );
    let fault = r#"{"match":{"action":"get_lines"},"effect":{"status":503}}"#;
    assert_eq!(
        control(&mut port, "POST", "faults", fault).text(),
        r#"{"id":"fault-1"}"#
    );
    assert_eq!(told(&panel, "GET", "faults", ""), r#"{"faults":[]}"#);
    for mut client in world.both(&panel) {
        assert_eq!(
            client
                .get("/access/admin/index.php?api_key=YOUR_KEY&action=get_lines")
                .status,
            503
        );
    }
    assert_eq!(panel.get("get_lines", "show_columns=id"), BOTH_LINES);

    let seen = |client: &mut Client| {
        let journal: Value = serde_json::from_str(&control(client, "GET", "requests", "").text()).unwrap();
        let all = journal["requests"].as_array().unwrap().iter();
        all.map(|entry| entry["id"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(seen(&mut port), ["w1-1", "w1-2"]);
    assert_eq!(seen(&mut panel.client()), ["main-1"]);
    assert_eq!(
        told(&panel, "POST", "snapshots", r#"{"name":"a"}"#),
        r#"{"name":"a","replaced":false}"#
    );
    assert_eq!(control(&mut port, "GET", "snapshots", "").text(), r#"{"snapshots":[]}"#);

    call(&mut port, "delete_line", "id=4521");
    let reset = control(&mut named, "POST", "reset", "").text();
    assert_eq!(reset, r#"{"epoch":1,"streams":6,"lines":2}"#);
    assert_eq!((lines(&mut port).as_str(), clock(&mut port)), (BOTH_LINES, NOW.into()));
    assert_eq!(seen(&mut panel.client()), ["main-1"]);
    let epoch = |client: &mut Client| {
        let info: Value = serde_json::from_str(&control(client, "GET", "info", "").text()).unwrap();
        (info["world"].clone(), info["url"].clone(), info["epoch"].clone())
    };
    assert_eq!(epoch(&mut port), ("w1".into(), world.told["url"].clone(), 1.into()));
    assert_eq!(
        epoch(&mut named),
        ("w1".into(), world.told["host_url"].clone(), 1.into())
    );
    let main = ("main".into(), format!("http://{}", panel.host()).into(), 0.into());
    assert_eq!(epoch(&mut panel.client()), main);
}

#[test]
fn a_world_has_the_seed_clock_and_chance_that_are_wanted() {
    let panel = panel();
    let small = World::make(&panel, r#"{"seed":"small","clock":"frozen:2026-01-01T00:00:00Z"}"#);
    assert_eq!(
        (small.text("access_code"), small.text("api_key")),
        ("small0001", "SMALL_KEY")
    );
    assert_eq!(clock(&mut small.client()), 1_767_225_600);
    let grown = World::make(
        &panel,
        r#"{"seed":"scale:lines=3,streams=2,resellers=1","clock":{"mode":"offset","by":"P1D"}}"#,
    );
    assert_eq!(grown.text("access_code").len(), 10);
    let reset = control(&mut grown.client(), "POST", "reset", "").text();
    assert_eq!(reset, r#"{"epoch":1,"streams":2,"lines":3}"#);
    let shown = control(&mut grown.client(), "GET", "clock", "").text();
    assert!(
        shown.contains(r#""mode":"offset""#) && shown.contains(r#""offset_s":86400"#),
        "{shown}"
    );

    let sent = World::make(&panel, r#"{"seed":["small",{"lines":[{"line":"anna"}]}]}"#);
    assert_eq!(sent.text("api_key"), "SMALL_KEY");
    for epoch in 1..=2 {
        let reset = control(&mut sent.client(), "POST", "reset", "").text();
        assert_eq!(reset, format!(r#"{{"epoch":{epoch},"streams":6,"lines":5}}"#));
    }
    // A world takes a seed as the server's own panel does.
    let reset = control(&mut sent.client(), "POST", "reset", r#"{"seed":{"lines":[]}}"#).text();
    assert_eq!(reset, r#"{"epoch":3,"streams":0,"lines":0}"#);

    panel.call("delete_line", "id=4521");
    told(&panel, "POST", "snapshots", r#"{"name":"one line"}"#);
    let copy = World::make(&panel, r#"{"snapshot":"one line"}"#);
    assert!(lines(&mut copy.client()).contains(r#""data":[{"id":4522}]"#));

    let create = |wish: &str| {
        call(
            &mut World::make(&panel, wish).client(),
            "create_line",
            "exp_date=2027-01-01",
        )
    };
    let (one, other) = (create(r#"{"rng_seed":1}"#), create(r#"{"rng_seed":2}"#));
    assert_eq!(one, create(r#"{"rng_seed":1}"#));
    assert_ne!(one, other);
}

#[test]
fn a_wish_that_cannot_be_granted_is_refused_and_makes_nothing() {
    let panel = panel();
    World::make(&panel, r#"{"name":"a"}"#);
    let hint = r#"send {"name":"a","seed":"docs","clock":"frozen:2026-01-01T00:00:00Z","rng_seed":7}; all of it can be left out"#;
    let names = "use up to 63 of a-z, 0-9 and dashes, none of them at an end; `main` is the main panel's";
    let name = |name: &str| {
        (
            format!(r#"{{"name":{}}}"#, json!(name)),
            bad(&format!("`name` cannot be {name:?}"), names),
        )
    };
    let plain = [
        (
            r#"{"name":"a"}"#,
            problem(
                "exists",
                "Conflict",
                409,
                r#"there is a world "a" already"#,
                "DELETE /_linecard/worlds/a first, or leave `name` out",
            ),
        ),
        (r#"{"name":7}"#, bad("`name` is no text: 7", hint)),
        (
            r#"{"seed":"docs","snapshot":"a"}"#,
            bad("`seed` and `snapshot` are both there", "send one of them"),
        ),
        (
            r#"{"snapshot":"a"}"#,
            problem(
                "not_found",
                "Not Found",
                404,
                r#"there is no snapshot "a""#,
                "POST /_linecard/snapshots takes one",
            ),
        ),
        (r#"{"rng_seed":-1}"#, bad("`rng_seed` is no whole number: -1", hint)),
        (
            r#"{"clock":"later"}"#,
            bad(
                r#"`clock` is none of real, seed, frozen:2026-01-01T00:00:00Z, offset:-P30D and scaled:60: "later""#,
                hint,
            ),
        ),
        (r#"{"clock":1}"#, bad("`clock` is no text and no object: 1", hint)),
        (
            r#"{"sed":"docs"}"#,
            bad(
                r#"there is no member "sed""#,
                "there are name, seed, snapshot, clock, rng_seed",
            ),
        ),
        ("[]", bad("the body is not a JSON object", "send {…}")),
    ];
    let plain = plain.map(|(body, expected)| (body.to_owned(), expected));
    let labels = ["", "A", "-a", "a-", "a.b", "ü", "main", "_linecard", &"a".repeat(64)].map(name);
    for (body, expected) in plain.into_iter().chain(labels) {
        assert_eq!(refused(&panel, "POST", "worlds", &body), expected, "{body}");
    }
    // A file that is there and one that is not are refused alike.
    for seed in ["dosc", "a.sql", "/etc/passwd", "/etc/no-passwd", "-", "scale:cats=1"] {
        let expected = bad(
            &format!("there is no seed {seed:?} in the program"),
            "there are docs, small, demo, large and scale:lines=N; a file: start the server with it, or PUT \
             /_linecard/snapshots/NAME and send {\"snapshot\":NAME}",
        );
        let body = format!(r#"{{"seed":{seed:?}}}"#);
        assert_eq!(refused(&panel, "POST", "worlds", &body), expected, "{seed}");
    }
    let (status, text) = refused(&panel, "POST", "worlds", r#"{"clock":{"mode":"fast"}}"#);
    assert!(
        status == 400 && text.contains("`mode` is none of real, frozen, offset, scaled"),
        "{text}"
    );
    let listed: Value = serde_json::from_str(&told(&panel, "GET", "worlds", "")).unwrap();
    assert_eq!(listed["worlds"].as_array().unwrap().len(), 1);
    // A number that somebody took as a name is passed over.
    World::make(&panel, r#"{"name":"world-1"}"#);
    assert_eq!(World::make(&panel, "{}").text("id"), "world-2");
}

#[test]
fn a_world_has_no_worlds() {
    let panel = panel();
    let world = World::make(&panel, r#"{"name":"a"}"#);
    let expected = problem(
        "in_a_world",
        "Conflict",
        409,
        r#""a" is a world and has no worlds of its own"#,
        "ask the control plane of the main panel",
    );
    for mut client in world.both(&panel) {
        for (method, path) in [("GET", "worlds"), ("POST", "worlds"), ("DELETE", "worlds/a")] {
            let answer = control(&mut client, method, path, "");
            assert_eq!((answer.status, answer.text()), expected, "{method}");
        }
    }
}

#[test]
fn a_world_that_was_deleted_is_gone_from_its_port_and_its_name() {
    let panel = panel();
    let (world, other) = (World::make(&panel, ""), World::make(&panel, ""));
    let [mut open, mut named] = world.both(&panel);
    lines(&mut open);
    lines(&mut named);
    assert_eq!(told(&panel, "DELETE", "worlds/world-1", ""), r#"{"id":"world-1"}"#);
    assert!(open.is_closed());
    let port = world.text("url").strip_prefix("http://").unwrap();
    assert!(std::net::TcpStream::connect(port).is_err());
    // What its clients ask for by name is not taken for the main panel's, whichever path it is.
    let gone = problem(
        "not_found",
        "Not Found",
        404,
        r#"the world "world-1" is gone"#,
        "GET /_linecard/worlds of the main panel lists the worlds",
    );
    for path in ["/_linecard/info", "/access/admin/index.php"] {
        let answer = named.get(path);
        assert_eq!((answer.status, answer.text()), gone);
    }
    assert_eq!(lines(&mut Client::of_host("panel.localhost", panel.host())), BOTH_LINES);
    for mut client in other.both(&panel) {
        assert_eq!(lines(&mut client), BOTH_LINES);
    }
    let missing = |hint: &str| problem("not_found", "Not Found", 404, r#"there is no world "world-1""#, hint);
    assert_eq!(
        refused(&panel, "DELETE", "worlds/world-1", ""),
        missing("there are world-2")
    );
    told(&panel, "DELETE", "worlds/world-2", "");
    let none = missing("POST /_linecard/worlds makes one");
    assert_eq!(refused(&panel, "DELETE", "worlds/world-1", ""), none);
    // The name is free again.
    let again = World::make(&panel, r#"{"name":"world-1"}"#);
    assert_eq!(lines(&mut again.named(&panel)), BOTH_LINES);
}

#[test]
fn a_request_that_hangs_does_not_keep_its_world() {
    let panel = panel();
    let world = World::make(&panel, "");
    let fault = r#"{"effect":{"abort":"hang"}}"#;
    assert_eq!(control(&mut world.client(), "POST", "faults", fault).status, 200);
    let mut hanging = world.client();
    hanging.send(b"GET /api.php HTTP/1.1\r\nHost: a\r\n\r\n");
    let arrived = control(&mut world.client(), "POST", "verify", r#"{"match":{},"within":"10s"}"#);
    assert_eq!(arrived.status, 200, "{arrived:?}");
    assert_eq!(told(&panel, "DELETE", "worlds/world-1", ""), r#"{"id":"world-1"}"#);
    assert!(hanging.is_closed());
}

#[test]
fn a_shutdown_ends_the_world_that_is_told_so() {
    let panel = panel();
    for by_name in [false, true] {
        let world = World::make(&panel, r#"{"name":"a"}"#);
        let mut client = world.both(&panel).into_iter().nth(usize::from(by_name)).unwrap();
        assert_eq!(
            control(&mut client, "POST", "shutdown", "").text(),
            r#"{"stopping":true}"#
        );
        let listed = || told(&panel, "GET", "worlds", "");
        while listed() != r#"{"worlds":[]}"# {
            std::thread::yield_now();
        }
    }
    assert_eq!(panel.get("get_lines", "show_columns=id"), BOTH_LINES);
}

#[test]
fn a_worlds_control_plane_asks_for_the_servers_token() {
    let panel = Panel::docs_with(|config| {
        config.control = true;
        config.control_token = Some("let-me-in".into());
    });
    let token = [("Authorization", "Bearer let-me-in")];
    let answer = panel.client().request("POST", "/_linecard/worlds", &token, b"");
    let world = World {
        told: serde_json::from_str(&answer.text()).unwrap(),
    };
    for mut client in world.both(&panel) {
        assert_eq!(control(&mut client, "GET", "info", "").status, 401);
        assert_eq!(client.request("GET", "/_linecard/info", &token, b"").status, 200);
        assert_eq!(lines(&mut client), BOTH_LINES);
    }
    assert_eq!(ask(&panel, "POST", "worlds", "").status, 401);
}

#[test]
fn raw_queries_and_writes_take_turns_in_a_world() {
    let panel = panel();
    let world = World::make(&panel, "");
    std::thread::scope(|scope| {
        for writer in 0..2 {
            let mut client = world.client();
            scope.spawn(move || {
                for n in 0..20 {
                    let params = format!("exp_date=2027-01-01&username=w{writer}n{n}");
                    let answer = call(&mut client, "create_line", &params);
                    assert!(answer.contains("STATUS_SUCCESS"), "{answer}");
                }
            });
        }
        for _ in 0..2 {
            let mut client = world.client();
            scope.spawn(move || {
                for _ in 0..20 {
                    let answer = call(&mut client, "mysql_query", "query=SELECT+count(*)+AS+n+FROM+lines");
                    assert!(answer.contains("STATUS_SUCCESS"), "{answer}");
                }
            });
        }
    });
    assert!(lines(&mut world.client()).contains(r#""recordsTotal":42,"#));
}

/// What a file holds begins with the sign of its write-ahead log, which no memory has.
#[test]
fn a_server_with_a_file_makes_worlds_and_restores_snapshots() {
    let folder = tempfile::tempdir().unwrap();
    let panel = Panel::docs_with(|config| {
        config.control = true;
        config.db = folder.path().join("panel.db").display().to_string();
    });
    told(&panel, "POST", "snapshots", r#"{"name":"a"}"#);
    panel.call("delete_line", "id=4522");
    for wish in ["", r#"{"snapshot":"a"}"#] {
        let world = World::make(&panel, wish);
        assert_eq!(lines(&mut world.client()), BOTH_LINES, "{wish}");
    }
    told(&panel, "POST", "snapshots/a/restore", "");
    assert_eq!(lines(&mut panel.client()), BOTH_LINES);
}
