//! What a process that dies or stops leaves of those who watched (contract "Player side", section 12, "After a crash").

use crate::support::process::{Served, folder};
use crate::support::soon;

/// The rows of connections with a process, and the activity of the line after all that the seed has.
const LIVE: &str = "SELECT count(*) AS n FROM lines_live WHERE active_pid IS NOT NULL";
const ACTIVITY: &str = "SELECT count(*) AS n FROM lines_activity WHERE user_id = 4521 AND user_agent = 'crash'";
const PLANTED: &str = "SELECT count(*) AS n FROM lines_live WHERE active_pid IS NULL";

const VIEWERS: usize = 50;

fn count(served: &Served, sql: &str) -> String {
    let answer = served.call("mysql_query", &format!("query={}", crate::support::encoded(sql)));
    let digits = answer.split(r#""n":"#).nth(1).unwrap_or(&answer);
    digits.chars().filter(char::is_ascii_digit).collect::<String>()
}

/// Begins to watch.
fn watch(served: &Served) -> crate::support::Client {
    let head = |path: &str| {
        format!(
            "GET {path} HTTP/1.1\r\nHost: {}\r\nUser-Agent: crash\r\n\r\n",
            served.host()
        )
    };
    let mut client = served.client();
    client.send(head("/customer4521/securepass/10.ts").as_bytes());
    let answer = client.receive(false);
    let location = answer.header("location").unwrap();
    let path = location.split_once(&served.host()).unwrap().1.to_owned();
    client.send(head(&path).as_bytes());
    assert_eq!(client.receive_head().status, 200);
    client
}

#[test]
fn no_row_is_left_of_a_process_that_was_killed_or_stopped() {
    for signal in ["-KILL", "-TERM"] {
        let (_folder, file) = folder();
        let served = Served::start(&["--db", &file, "--seed", "docs", "--set", "sources=test"]);
        let planted = count(&served, PLANTED);
        served.call("edit_line", &format!("id=4521&max_connections={VIEWERS}"));
        let all: Vec<_> = (0..VIEWERS).map(|_| watch(&served)).collect();
        assert_eq!(count(&served, LIVE), VIEWERS.to_string());
        served.end(signal);
        drop(all);
        let served = Served::start(&["--db", &file]);
        assert_eq!(count(&served, LIVE), "0", "{signal}");
        assert_eq!(count(&served, ACTIVITY), VIEWERS.to_string(), "{signal}");
        assert_eq!(count(&served, PLANTED), planted, "{signal}");
        // The limit is right again.
        let _all: Vec<_> = (0..VIEWERS).map(|_| watch(&served)).collect();
        assert!(soon(|| count(&served, LIVE) == VIEWERS.to_string()));
        served.end("-TERM");
    }
}

#[test]
fn a_viewer_who_is_cut_is_no_error_in_the_log() {
    let served = Served::start(&["--db", ":memory:", "--seed", "docs"]);
    let _killed = watch(&served);
    served.call("delete_line", "id=4521");
    assert!(soon(|| count(&served, LIVE) == "0"));
    let (_, _, words) = served.end("-TERM");
    assert!(!words.contains("ERROR"), "{words}");
}
