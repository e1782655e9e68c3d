//! A panel in a test's own process: what its guard tells, does and leaves behind.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use linecard::panel::strictness::Strictness;
use linecard::store::Place;
use linecard::{Match, Panel};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::support::{Client, DONE};

fn docs() -> Panel {
    Panel::builder()
        .seed("docs")
        .clock("frozen:2026-01-01T00:00:00Z")
        .rng_seed(7)
        .start()
}

/// The address of an action.
fn path(panel: &Panel, action: &str) -> String {
    format!(
        "/{}/admin/index.php?api_key={}&action={action}",
        panel.access_code(),
        panel.api_key()
    )
}

fn call(panel: &Panel, action: &str) -> String {
    Client::new(panel.host()).get(&path(panel, action)).text()
}

/// The words with which something ends a test.
fn words<T>(what: impl FnOnce() -> T) -> String {
    let payload = catch_unwind(AssertUnwindSafe(what)).err().expect("it goes through");
    payload.downcast_ref::<String>().unwrap().clone()
}

#[test]
fn the_guard_tells_what_opens_the_panel() {
    let panel = docs();
    let url = panel.url().to_owned();
    let port = url.strip_prefix("http://127.0.0.1:").unwrap();
    assert!(port.parse::<u16>().unwrap() > 0);
    assert_eq!(panel.host(), format!("127.0.0.1:{port}"));
    assert_eq!(panel.control_url(), format!("{url}/_linecard/"));
    assert_eq!(panel.admin_api(), format!("{url}/access/admin/index.php"));
    assert_eq!(panel.xc_v2_api(), format!("{url}/api.php"));
    assert_eq!((panel.access_code(), panel.api_key()), ("access", "YOUR_KEY"));
    assert_eq!((panel.user(), panel.pass()), ("customer4521", "securepass"));
    assert_eq!(
        (panel.nxt_token(), panel.billing_key()),
        ("your_api_token_here", "your_api_key_here")
    );
    // Over HTTP its control plane is the same.
    let info: Value = serde_json::from_slice(&Client::new(panel.host()).get("/_linecard/info").body).unwrap();
    assert_eq!(panel.control("GET", "info", &json!({})).unwrap()["url"], info["url"]);
    assert_eq!(panel.panel().clock().now(), 1_767_225_600);
}

#[test]
fn a_panel_without_a_seed_has_a_code_and_a_key_that_follow_from_the_rng_seed() {
    let keys = |seed: u64| {
        let panel = Panel::builder().rng_seed(seed).start();
        assert_eq!((panel.user(), panel.pass()), ("", ""));
        (panel.access_code().to_owned(), panel.api_key().to_owned())
    };
    assert_eq!(keys(7), keys(7));
    assert_ne!(keys(7), keys(8));
}

#[test]
fn the_builder_sets_options() {
    let panel = Panel::builder()
        .seed("small")
        .strict()
        .timezone("Europe/London")
        .set("api_pass=secret")
        .journal_size(0)
        .config(|config| config.api_content_type = "text/x-panel".into())
        .start();
    let answer = Client::new(panel.host()).get(&path(&panel, "get_lines&limit=1&nonsense=1"));
    assert_eq!(answer.header("content-type"), Some("text/x-panel"));
    assert!(answer.text().contains("nonsense"), "{answer:?}");
    assert_eq!(panel.panel().zone().name(), "Europe/London");
    let v2 = Client::new(panel.host()).get("/api.php?action=server&sub=list").text();
    assert_eq!(v2, r#"{"result":false,"0":"KEY WRONG"}"#);
    let off = panel.control("GET", "requests", &json!({})).unwrap_err();
    assert_eq!((off.status, off.kind), (409, "journal_off"));
}

#[test]
fn a_test_says_how_the_panel_behaves_from_now_on() {
    let panel = Panel::builder().seed("docs").transition("stream=polls:1").start();
    let mut client = Client::new(panel.host());
    let mut get = |action: &str| client.get(&path(&panel, action));
    let mut status = || {
        let answer: Value = serde_json::from_str(&get("get_channel&id=5").text()).unwrap();
        answer["data"]["stream_status"].clone()
    };
    let start = || drop(Client::new(panel.host()).get(&path(&panel, "start_channel&id=5")));
    start();
    assert_eq!([status(), status()], [2, 0]);
    panel.transitions(&json!({ "stream": { "after": "5s" } }));
    drop(Client::new(panel.host()).get(&path(&panel, "stop_channel&id=5")));
    start();
    assert_eq!([status(), status()], [2, 2]);
    let fired = panel.clock().advance("PT1M");
    let fired: Vec<_> = fired.iter().map(|one| (one.job.as_str(), one.id)).collect();
    assert_eq!((fired, status()), (vec![("stream.ready", 5)], json!(0)));

    let odd = || Client::new(panel.host()).get("/api.php?action=user&sub=creat").status;
    assert_eq!(odd(), 200);
    panel.strictness(Strictness::Error);
    assert_eq!(odd(), 501);
    panel.strictness(Strictness::Off);
    assert_eq!(odd(), 200);
}

#[test]
#[should_panic(expected = "`stream` is no transition: 3")]
fn a_transition_that_cannot_be_ends_the_test() {
    Panel::builder().start().transitions(&json!({ "stream": 3 }));
}

#[test]
fn a_panel_begins_at_the_instant_of_its_built_in_seed_and_runs_on() {
    const DOCS: i64 = 1_773_585_000;
    let now = |builder: linecard::fixture::Builder| {
        let panel = builder.start();
        let clock = panel.control("GET", "clock", &json!({})).unwrap();
        (clock["mode"].as_str().unwrap().to_owned(), panel.clock().now())
    };
    let (mode, seeded) = now(Panel::builder().seed("docs"));
    assert_eq!(mode, "offset");
    assert!((DOCS..DOCS + 300).contains(&seeded), "{seeded}");
    let (mode, today) = now(Panel::builder().seed("docs").clock("real"));
    assert!(mode == "real" && today > DOCS + 300, "{mode} {today}");
    assert_eq!(now(Panel::builder()).0, "real");
}

#[test]
fn an_option_that_cannot_be_is_named() {
    for (builder, reason) in [
        (
            Panel::builder().transition("stream"),
            r#"transition "stream": not stream, movie or epg with =immediate, =after:5s or =polls:3"#,
        ),
        (
            Panel::builder().seed("dosc"),
            concat!(
                r#"seed "dosc": a seed is docs, small, demo, large, scale:lines=N,streams=N,resellers=N, a file that ends in .yaml, "#,
                ".yml, .toml, .json or .sql, an SQLite file of a panel, a folder of them, or - for standard input"
            ),
        ),
        (
            Panel::builder().clock("frozen:noon"),
            r#"clock "frozen:noon": none of real, seed, frozen:2026-01-01T00:00:00Z, offset:-P30D and scaled:60"#,
        ),
        (
            Panel::builder().timezone("London").seed("docs"),
            r#"timezone "London": not an IANA time zone such as Europe/London"#,
        ),
        (Panel::builder().set("a"), r#"set "a": not NAME=VALUE"#),
        (
            Panel::builder().config(|config| config.control = false),
            "control: a test's panel cannot be without it",
        ),
    ] {
        let error = builder.clone().try_start().err().unwrap();
        assert_eq!(error.to_string(), reason);
        assert_eq!(
            words(|| builder.start()),
            format!("the panel cannot be started: {reason}")
        );
    }
}

#[test]
fn the_clock_is_set_and_put_forward() {
    let panel = docs();
    let clock = panel.clock();
    assert_eq!(clock.now(), 1_767_225_600);
    call(&panel, "create_line&username=a&exp_date=2026-01-15");
    let fired = clock.advance("P1M");
    assert_eq!(
        format!("{fired:?}"),
        r#"[Fired { at: "2026-01-15T00:00:00Z", job: "line.expired", id: 4523 }, Fired { at: "2026-01-31T04:00:00Z", job: "guide.reload", id: 1 }, Fired { at: "2026-01-31T04:00:00Z", job: "guide.retain", id: 1 }]"#
    );
    assert_eq!(clock.advance_to("2026-02-01T00:00:00Z"), []);
    clock.freeze("2030-01-01T00:00:00Z");
    assert_eq!(clock.now(), 1_893_456_000);
    clock.scale(1_000_000.0);
    clock.stop();
    assert!(clock.now() >= 1_893_456_000 && clock.now() == panel.panel().clock().now());
    clock.offset("P1D");
    let ahead = clock.now();
    clock.run();
    assert!((86_300..=86_400).contains(&(ahead - clock.now())));
    assert_eq!(
        words(|| clock.advance("a month")),
        r#"`by` is no duration: "a month": write it as in ISO 8601: PT30S, P1D, P1M"#
    );
}

#[test]
fn faults_are_met_counted_and_taken_back() {
    let panel = docs();
    let status = || Client::new(panel.host()).get(&path(&panel, "get_lines")).status;
    let id = panel
        .faults()
        .add(json!({"match": {"action": "get_lines"}, "when": {"times": 1}, "effect": {"status": 503}}));
    assert_eq!([status(), status()], [503, 200]);
    assert_eq!(panel.faults().list()[0]["hits"], 1);
    panel.faults().remove(&id);
    let preset = panel.faults().preset("html_error_page", Match::action("get_lines"));
    assert_eq!(status(), 502);
    assert_eq!(panel.faults().list()[0]["id"], json!(preset));
    panel.faults().clear();
    assert_eq!((status(), panel.faults().list().len()), (200, 0));
    let wrong = words(|| panel.faults().add(json!({"effect": {"staus": 503}})));
    assert!(wrong.contains(r#"there is no member "staus""#), "{wrong}");
    let gone = words(|| panel.faults().remove("a%b"));
    assert_eq!(gone, r#"there is no fault "a%b": GET /_linecard/faults lists them"#);
}

#[test]
fn state_goes_back_to_the_start_or_to_a_snapshot() {
    let panel = docs();
    let lines = || serde_json::from_str::<Value>(&call(&panel, "get_lines")).unwrap()["recordsTotal"].clone();
    assert_eq!(call(&panel, "delete_line&id=4521"), DONE);
    panel.snapshot("one line? 100%");
    assert_eq!(call(&panel, "delete_line&id=4522"), DONE);
    assert_eq!(lines(), 0);
    panel.restore("one line? 100%");
    assert_eq!(lines(), 1);
    panel.clock().advance("P1D");
    panel.reset();
    assert_eq!((lines(), panel.clock().now()), (json!(2), 1_767_225_600));
    assert_eq!(
        words(|| panel.restore("none")),
        r#"there is no snapshot "none": there are one line? 100%"#
    );
}

#[test]
fn requests_are_counted_shown_and_verified() {
    let panel = docs();
    call(&panel, "create_line&username=anna&exp_date=2026-12-31");
    call(&panel, "get_lines");
    call(&panel, "get_line");
    call(&panel, "get_lien&id=4521");
    let any = || {
        Match::any()
            .api("admin")
            .method("get")
            .path("/access/*")
            .status(200)
            .user("admin")
    };
    // An action that does not exist is called by nobody.
    assert_eq!(panel.count(any().query("api_key", "YOUR_KEY")), 3);
    assert_eq!(
        panel.count(Match::action("create_line").query("username", "a*").form("x", "y")),
        0
    );
    assert_eq!(panel.count(Match::any().header("host", panel.host()).matched(false)), 1);
    assert_eq!(panel.requests().len(), 4);
    assert_eq!(panel.requests()[0]["action"], "create_line");
    assert_eq!(panel.unmatched().last().unwrap()["action"], "get_lien");
    panel.verify(Match::action("create_line"), 1);
    panel.verify(Match::action("get_line*"), 1..=2);
    panel.verify(Match::action("get_line*"), 2..);
    panel.verify(Match::action("delete_line"), ..=0);
}

#[test]
fn what_does_not_hold_is_told_with_what_came_closest() {
    let panel = docs();
    call(&panel, "get_line&id=4521");
    let told = words(|| panel.verify(Match::action("edit_line").query("id", "4521"), 2));
    let line = line!() - 1;
    assert_eq!(
        told,
        format!(
            r#"{}:{line}:31: {{"action":"edit_line","query":{{"id":"4521"}}}}
    0 requests match, exactly 2 wanted
    closest of the others: 1 admin get_line GET /access/admin/index.php?api_key=***&action=get_line&id=4521 200
      action: wanted "edit_line", got "get_line"
"#,
            file!()
        )
    );
    let unheard = words(|| panel.verify_within(Match::any().status(99), 1, Duration::ZERO));
    assert_eq!(unheard, "`status` cannot be 99: send a number from 100 to 599");
}

#[test]
fn verifying_waits_for_a_request_that_is_still_to_come() {
    let panel = docs();
    thread::scope(|scope| {
        scope.spawn(|| panel.verify_within(Match::action("get_lines"), 1, Duration::from_secs(60)));
        call(&panel, "get_lines");
    });
}

#[test]
fn a_test_with_a_runtime_of_its_own_steers_the_panel_and_waits_for_its_own_requests() {
    actix_web::rt::System::new().block_on(async {
        let panel = docs();
        panel.clock().advance("P1D");
        let request = format!(
            "GET {} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
            path(&panel, "get_lines")
        );
        let host = panel.host().to_owned();
        let asked = actix_web::rt::spawn(async move {
            let mut socket = tokio::net::TcpStream::connect(host).await.unwrap();
            socket.write_all(request.as_bytes()).await.unwrap();
            let mut answer = String::new();
            socket.read_to_string(&mut answer).await.unwrap();
            answer
        });
        panel
            .verify_within_async(Match::action("get_lines"), 1, Duration::from_secs(60))
            .await;
        assert!(asked.await.unwrap().contains("STATUS_SUCCESS"));
    });
}

#[test]
fn expectations_that_hold_say_nothing() {
    let panel = docs();
    panel.expect(Match::action("get_lines"));
    panel.expect(Match::action("get_line*")).times(1..=2);
    panel.expect(Match::action("delete_line")).never();
    call(&panel, "get_lines");
    call(&panel, "get_line&id=4521");
}

#[test]
fn expectations_that_do_not_hold_fail_the_test_with_the_story() {
    let panel = docs();
    panel
        .expect(Match::action("create_line").query("username", "anna"))
        .times(2);
    panel.expect(Match::action("get_lines"));
    panel.expect(Match::action("delete_line")).never();
    let line = line!();
    call(&panel, "create_line&username=anna&password=secret&exp_date=2026-12-31");
    call(&panel, "create_line&username=ann&exp_date=2026-12-31");
    call(&panel, "get_lines");
    call(&panel, "delete_line&id=4521");
    let url = panel.url().to_owned();
    let (file, first, third) = (file!(), line - 4, line - 1);
    let get = "GET /access/admin/index.php?api_key=***&action=";
    assert_eq!(
        words(|| drop(panel)),
        format!(
            r#"the panel was not asked for what was expected
  {file}:{first}:10: {{"action":"create_line","query":{{"username":"anna"}}}}
    1 request matches, exactly 2 wanted
    matching: request 1
    closest of the others: 2 admin create_line {get}create_line&username=ann&exp_date=2026-12-31 200
      query.username: wanted "anna", got "ann"
  {file}:{third}:11: {{"action":"delete_line"}}
    1 request matches, exactly 0 wanted
    matching: request 4
    closest of the others: 3 admin get_lines {get}get_lines 200
      action: wanted "delete_line", got "get_lines"
  the last requests
    1 admin create_line {get}create_line&username=anna&password=***&exp_date=2026-12-31 200
    2 admin create_line {get}create_line&username=ann&exp_date=2026-12-31 200
    3 admin get_lines {get}get_lines 200
    4 admin delete_line {get}delete_line&id=4521 200
"#
        )
    );
    // The server has stopped all the same.
    assert!(std::net::TcpStream::connect(url.trim_start_matches("http://")).is_err());
}

#[test]
fn a_panel_that_nobody_has_called_says_so() {
    let panel = docs();
    panel.expect(Match::action("get_lines"));
    let line = line!() - 1;
    let file = file!();
    assert_eq!(
        words(|| drop(panel)),
        format!(
            r#"the panel was not asked for what was expected
  {file}:{line}:11: {{"action":"get_lines"}}
    0 requests match, at least 1 wanted
    the journal has no other request
  nobody has called the panel
"#
        )
    );
}

#[test]
fn a_test_that_fails_already_keeps_its_own_story() {
    let told = words(|| {
        let panel = docs();
        panel.expect(Match::action("get_lines"));
        panic!("{}", "the first reason");
    });
    assert_eq!(told, "the first reason");
}

#[test]
fn a_file_is_there_as_long_as_the_guard() {
    let panel = Panel::builder().seed("docs").file().start();
    let Place::File(file) = panel.panel().store().place().clone() else {
        panic!("{}", panel.panel().store().place());
    };
    assert_eq!(call(&panel, "delete_line&id=4521"), DONE);
    let folder: PathBuf = file.parent().unwrap().into();
    assert!(file.is_file());
    drop(panel);
    assert!(!folder.exists());
}

/// How many threads and open files this process has.
fn held() -> [usize; 2] {
    ["/proc/self/task", "/proc/self/fd"].map(|path| fs::read_dir(path).unwrap().count())
}

/// In a process of its own, because threads of other tests count as well.
#[test]
fn two_hundred_panels_leave_no_thread_and_no_file_behind() {
    let name = "in_process::two_hundred_panels_alone";
    let alone = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", name, "--ignored", "--test-threads=1"])
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&alone.stdout);
    assert!(alone.status.success() && told.contains("1 passed"), "{told}");
}

#[test]
#[ignore = "run by the test above"]
fn two_hundred_panels_alone() {
    let one = |n: u32| {
        let builder = Panel::builder().seed("docs");
        let panel = if n.is_multiple_of(20) { builder.file() } else { builder }.start();
        // A connection that stays open holds nothing up.
        let mut client = Client::new(panel.host());
        assert_eq!(client.get(&path(&panel, "delete_line&id=4521")).text(), DONE);
        drop(panel);
    };
    one(0);
    // Its threads end a moment after it.
    thread::sleep(Duration::from_millis(500));
    let (before, deadline) = (held(), Instant::now() + Duration::from_secs(60));
    (0..200).for_each(one);
    // The system takes a moment to forget a thread that has ended.
    while held() != before {
        assert!(Instant::now() < deadline, "{:?} now, {before:?} before", held());
        thread::yield_now();
    }
}
