//! A large guide is imported while others write and read: nobody waits for it, and it takes little memory.

use std::fmt::Write as _;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::support::process::{Served, folder};
use crate::support::upstream::{UNTIL_CLOSED, Upstream};
use crate::support::{encoded, soon};

/// Channels of the large guide; an unoptimised build reads a smaller one. All of them are 1.34 million programmes of
/// 500 MB.
const CHANNELS: u32 = if cfg!(debug_assertions) { 30 } else { 1_000 };
const PROGRAMMES: u32 = 1_340;
/// Programmes of the guide before it: more than the buffers of a socket take.
const OLD: usize = 40_000;

const CALLERS: usize = 64;
/// What calls may take while a guide is imported, in an optimised build.
const P99: Duration = Duration::from_millis(25);
/// What the process may grow by, in KiB.
const GROWTH: u64 = 64 << 10;

const LOGIN: &str = "username=customer4521&password=securepass";

/// A programme of a channel: one of so many seconds, beginning so many seconds after 2026-03-16.
fn programme(text: &mut String, channel: &str, begin: u32, seconds: u32, title: &str) {
    let at = |second: u32| {
        let (day, hour, minute) = (second / 86_400, second / 3_600 % 24, second / 60 % 60);
        format!("202603{:02}{hour:02}{minute:02}{:02} +0000", 16 + day, second % 60)
    };
    let _ = writeln!(
        text,
        "<programme start=\"{}\" stop=\"{}\" channel=\"{channel}\"><title lang=\"en\">{title}</title>\
         <desc lang=\"en\">What happens in it, in two sentences. The second one is as long as this, &amp; has an escape. \
         Somebody who is known plays in it; it was made in a year, in a place, and is repeated after midnight.</desc></programme>",
        at(begin),
        at(begin + seconds),
    );
}

fn old(socket: &mut TcpStream) -> std::io::Result<()> {
    let mut text = String::from("<tv>");
    for number in (0..).take(OLD) {
        programme(&mut text, "news.demo", number * 20, 20, "Old");
    }
    socket.write_all((text + "</tv>").as_bytes())
}

/// Made as it is sent.
fn large(socket: &mut TcpStream) -> std::io::Result<()> {
    let mut text = String::from("<tv>");
    programme(&mut text, "news.demo", 0, 600, "New");
    for channel in 0..CHANNELS {
        for number in 0..PROGRAMMES {
            programme(
                &mut text,
                &format!("channel{channel}.example"),
                number * 600,
                600,
                "New",
            );
        }
        socket.write_all(text.as_bytes())?;
        text.clear();
    }
    socket.write_all(b"</tv>")
}

/// A server whose first answer is the old guide, and then the large one.
fn upstream() -> Upstream {
    let asked = AtomicUsize::new(0);
    Upstream::new(move |_, socket| {
        socket.write_all(UNTIL_CLOSED.as_bytes())?;
        match asked.fetch_add(1, Ordering::SeqCst) {
            0 => old(socket)?,
            _ => large(socket)?,
        }
        Err(std::io::ErrorKind::Other.into())
    })
}

/// A line of the process's status, in KiB.
fn memory(served: &Served, name: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", served.pid())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
    line.trim_matches(|letter: char| !letter.is_ascii_digit())
        .parse()
        .unwrap()
}

fn state(served: &Served) -> String {
    served.call("mysql_query", "query=SELECT state, programmes, error FROM epg_imports")
}

/// Edits a line again and again until this is over, and returns how long each took.
fn edits(served: &Served, is_over: &AtomicBool) -> Vec<Duration> {
    let (ready, mut client, mut took) = (served.ready(), served.client(), Vec::new());
    let (path, key) = (format!("/{}/admin/index.php", ready["code"]), ready["key"]);
    while !is_over.load(Ordering::SeqCst) {
        let form = format!("api_key={key}&action=edit_line&id=4521&admin_notes={}", took.len());
        let begun = Instant::now();
        let answer = client.post(&path, &form).text();
        took.push(begun.elapsed());
        assert!(answer.contains("STATUS_SUCCESS"), "{answer}");
    }
    took
}

/// Begins to read the guide, and reads no more of it than its head.
fn slow_reader(served: &Served) -> TcpStream {
    let mut socket = TcpStream::connect(served.host()).unwrap();
    let request = format!("GET /xmltv.php?{LOGIN} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    socket.write_all(request.as_bytes()).unwrap();
    let mut head = [0; 100];
    socket.read_exact(&mut head).unwrap();
    assert!(head.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&head));
    socket
}

/// The titles of a guide: how many are old, and how many new.
fn titles(guide: &str) -> (usize, usize) {
    let count = |title: &str| guide.matches(&format!("<title>{title}</title>")).count();
    (count("Old"), count("New"))
}

/// Moves the write-ahead log into the file; whether nothing hinders it.
fn checkpoints(db: &Path) -> bool {
    let db = rusqlite::Connection::open(db).unwrap();
    let busy: i64 = db
        .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))
        .unwrap();
    busy == 0
}

#[test]
fn a_large_guide_is_imported_while_others_write_and_read() {
    let (folder, _) = folder();
    let db = folder.path().join("panel.db");
    let upstream = upstream();
    let served = Served::start(&[
        "--db",
        db.to_str().unwrap(),
        "--seed",
        "docs",
        "--clock",
        "seed",
        "--set",
        "upstream_private=1",
    ]);
    let url = encoded(&upstream.url("/guide.xml"));
    served.call("edit_epg", &format!("id=1&epg_file={url}"));
    served.call("reload_epg", "id=1");
    assert!(soon(|| state(&served).contains("\"done\"")), "{}", state(&served));
    let path = format!("/xmltv.php?{LOGIN}");
    assert_eq!(titles(&served.client().get(&path).text()), (OLD, 0));

    let (slow, is_over) = (slow_reader(&served), AtomicBool::new(false));
    let (served, is_over) = (&served, &is_over);
    let (took, seconds, grown) = thread::scope(|scope| {
        let callers: Vec<_> = (0..CALLERS)
            .map(|_| scope.spawn(move || edits(served, is_over)))
            .collect();
        // What the callers take themselves does not count.
        thread::sleep(Duration::from_millis(500));
        fs::write(format!("/proc/{}/clear_refs", served.pid()), "5").unwrap();
        let (before, begun) = (memory(served, "VmRSS:"), Instant::now());
        served.call("reload_epg", "id=1");
        let running = state(served);
        assert!(running.contains("\"running\""), "it is long: {running}");
        assert_eq!(titles(&served.client().get(&path).text()), (OLD, 0));
        let mut now = state(served);
        while now.contains("\"running\"") && begun.elapsed() < Duration::from_secs(300) {
            thread::sleep(Duration::from_millis(100));
            now = state(served);
        }
        let seconds = begun.elapsed().as_secs_f64();
        is_over.store(true, Ordering::SeqCst);
        assert!(now.contains("\"done\""), "{now}");
        let grown = memory(served, "VmHWM:").saturating_sub(before);
        let took: Vec<Vec<Duration>> = callers.into_iter().map(|one| one.join().unwrap()).collect();
        (took.concat(), seconds, grown)
    });
    let mut took = took;
    took.sort_unstable();
    let p99 = took[took.len() * 99 / 100];
    println!(
        "{} programmes in {seconds:.1} s, {grown} KiB; {} edits, p99 {p99:?}",
        CHANNELS * PROGRAMMES,
        took.len()
    );
    assert!(grown <= GROWTH, "{grown} KiB");
    assert!(p99 <= P99 || cfg!(debug_assertions), "{p99:?}");
    assert!(checkpoints(&db), "the slow reader holds the log");
    assert_eq!(titles(&served.client().get(&path).text()), (0, 1));
    // What the slow reader began with is what it gets to the end.
    let (mut slow, mut rest) = (slow, String::new());
    slow.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    slow.read_to_string(&mut rest).unwrap();
    assert_eq!(titles(&rest), (OLD, 0));
}
