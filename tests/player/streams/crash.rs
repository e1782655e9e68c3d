//! What a process that dies or stops leaves of those who watched (contract "Player side", section 12, "After a crash").

use crate::support::process::{Served, folder};
use crate::support::soon;

/// The rows of connections with a process, and the activity of the line after all that the seed has.
const LIVE: &str = "SELECT count(*) AS n FROM lines_live WHERE active_pid IS NOT NULL";
const ACTIVITY: &str = "SELECT count(*) AS n FROM lines_activity WHERE user_id = 4521 AND user_agent = 'crash'";
const PLANTED: &str = "SELECT count(*) AS n FROM lines_live WHERE active_pid IS NULL";

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
        let (one, two) = (watch(&served), watch(&served));
        assert_eq!(count(&served, LIVE), "2");
        served.end(signal);
        drop((one, two));
        let served = Served::start(&["--db", &file]);
        assert_eq!(count(&served, LIVE), "0", "{signal}");
        assert_eq!(count(&served, ACTIVITY), "2", "{signal}");
        assert_eq!(count(&served, PLANTED), planted, "{signal}");
        // The limit is right again.
        let _all = (watch(&served), watch(&served));
        assert!(soon(|| count(&served, LIVE) == "2"));
        served.end("-TERM");
    }
}
