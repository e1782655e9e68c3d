//! What apps of customers ask for: the login compared with a bare handler, lists, playlists and guides of a large line.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::time::{Duration, Instant};

use linecard::config::Config;
use linecard::server::{Running, Server};

use super::requests::{address, panel};
use super::table::row;
use super::{Row, bare, load, median};

const CONNECTIONS: usize = 32;
const TURNS: usize = 5;
const TURN: Duration = Duration::from_secs(1);

const LOGIN: &str = "username=customer4521&password=securepass";

/// Channels and programmes of a guide: 15 a day, for 7 days.
const CHANNELS: u32 = 1_000;
const PROGRAMMES: u32 = 15 * 7;
/// Entries of a large line.
const LARGE: u32 = 100_000;

pub fn rows() -> Vec<Row> {
    let folder = tempfile::tempdir().unwrap();
    let (ratio, logins) = login();
    let thousand = with_channels(folder.path(), "thousand", CHANNELS, "");
    let list = per_second(&thousand, "/player_api.php", "&action=get_live_streams");
    let two_thousand = with_channels(folder.path(), "two", 2_000, "");
    let playlist = per_second(&two_thousand, "/get.php", "&type=m3u_plus&key=live");
    let guided = with_channels(folder.path(), "guided", CHANNELS, &guide());
    let guide = median((0..TURNS).map(|_| megabytes_per_second(address(&guided))).collect());
    let large = with_channels(folder.path(), "large", LARGE, "");
    let list_path = format!("/player_api.php?{LOGIN}&action=get_live_streams");
    let before = memory();
    let (first, built, size) = timed(address(&large), &list_path);
    let (again, inflated, _) = timed(address(&large), &list_path);
    let grown = memory().saturating_sub(before) >> 10;
    vec![
        row(
            "a login at `player_api.php`, 32 connections, against a bare actix-web handler with as many bytes",
            format!("{ratio:.2} of it ({logins:.0}/s)"),
            "at least 0.70",
        ),
        row(
            "`get_live_streams` of 1,000 streams",
            format!("{list:.0}/s"),
            "at least 2,000/s",
        ),
        row(
            "`get.php` of 2,000 entries",
            format!("{playlist:.0}/s"),
            "at least 1,500/s",
        ),
        row(
            "`xmltv.php` of 1,000 channels and 7 days",
            format!("{guide:.0} MB/s"),
            "at least 200 MB/s",
        ),
        row(
            "the first byte of `get_live_streams` of 100,000 streams, and the whole; again, when it is kept",
            format!("{first:.1} and {built:.0} ms of {size:.1} MB, with {grown} MiB; {again:.1} and {inflated:.0} ms"),
            "at most 50 ms, no copy of it in memory",
        ),
    ]
}

/// Returns the ratio to a bare handler, and the logins per second.
fn login() -> (f64, f64) {
    let docs = panel(":memory:", "docs");
    let request = get("/player_api.php", "");
    let body = load::run(address(&docs), 1, Duration::from_millis(10), {
        let request = request.clone();
        move |_| request.clone()
    })
    .body;
    let bare = bare::handler(body);
    let run = |address| {
        let request = request.clone();
        load::run(address, CONNECTIONS, TURN, move |_| request.clone()).per_second
    };
    let (ratios, logins) = (0..TURNS)
        .map(|_| {
            let (ours, theirs) = (run(address(&docs)), run(bare));
            (ours / theirs, ours)
        })
        .unzip();
    (median(ratios), median(logins))
}

/// Starts a panel with the docs' data, so many channels on its line, and whatever else these statements add.
fn with_channels(folder: &Path, name: &str, channels: u32, more: &str) -> Running {
    let seed = folder.join(format!("{name}.sql"));
    let numbers = format!(
        "WITH RECURSIVE n (id) AS (SELECT 1000 UNION ALL SELECT id + 1 FROM n WHERE id + 1 < 1000 + {channels})"
    );
    let channels = format!(
        "{numbers} INSERT INTO streams (id, type, category_id, stream_display_name, stream_source, stream_icon, epg_id, channel_id, added)
         SELECT id, 1, '[1]', 'Channel ' || id || ' HD', '[]', 'http://img.example/channels/' || id || '.png', 1, 'channel' || id || '.demo', 1767225600 FROM n;
         {numbers} UPDATE bouquets SET bouquet_channels = (SELECT json_group_array(id) FROM n) WHERE id = 1;
         UPDATE lines SET bouquet = '[1]' WHERE id = 4521;"
    );
    std::fs::write(&seed, channels + more).unwrap();
    let config = Config {
        db: folder.join(format!("{name}.db")).to_str().unwrap().into(),
        seed: vec!["docs".parse().unwrap(), seed.to_str().unwrap().parse().unwrap()],
        ..Config::default()
    };
    Server::bind(&config).unwrap().spawn().unwrap()
}

/// The statements that add a guide of all channels.
fn guide() -> String {
    format!(
        "WITH RECURSIVE n (id) AS (SELECT 1000 UNION ALL SELECT id + 1 FROM n WHERE id + 1 < 1000 + {CHANNELS}),
         p (number) AS (SELECT 0 UNION ALL SELECT number + 1 FROM p WHERE number + 1 < {PROGRAMMES})
         INSERT INTO epg_data (epg_id, channel_id, start, \"end\", title, description)
         SELECT 1, 'channel' || id || '.demo', 1767225600 + number * 5760, 1767225600 + (number + 1) * 5760,
         'Programme ' || number || ' of the day', 'What happens in it, in two sentences. The second one is as long as this, & has an escape.'
         FROM n, p;"
    )
}

fn get(path: &str, parameters: &str) -> Vec<u8> {
    format!("GET {path}?{LOGIN}{parameters} HTTP/1.1\r\nHost: bench\r\n\r\n").into_bytes()
}

fn per_second(panel: &Running, path: &str, parameters: &str) -> f64 {
    let request = get(path, parameters);
    let run = || {
        let request = request.clone();
        load::run(address(panel), CONNECTIONS, TURN, move |_| request.clone()).per_second
    };
    median((0..TURNS).map(|_| run()).collect())
}

fn megabytes_per_second(address: SocketAddr) -> f64 {
    let (_, whole, megabytes) = timed(address, &format!("/xmltv.php?{LOGIN}"));
    megabytes / (whole / 1e3)
}

/// Returns the milliseconds until the first byte of an answer, those until its last one, and its megabytes.
fn timed(address: SocketAddr, path: &str) -> (f64, f64, f64) {
    let mut socket = TcpStream::connect(address).unwrap();
    let begun = Instant::now();
    let request = format!("GET {path} HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n");
    socket.write_all(request.as_bytes()).unwrap();
    let mut buffer = vec![0; 256 << 10];
    let (mut size, mut first) = (0_usize, None);
    loop {
        let read = socket.read(&mut buffer).unwrap();
        if read == 0 {
            break;
        }
        if first.is_none() {
            assert!(buffer.starts_with(b"HTTP/1.1 200"));
            first = Some(begun.elapsed());
        }
        size += read;
    }
    let milliseconds = |time: Duration| time.as_secs_f64() * 1e3;
    (
        milliseconds(first.unwrap()),
        milliseconds(begun.elapsed()),
        size as f64 / 1e6,
    )
}

/// The resident memory of this program, in KiB.
fn memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok())
        .unwrap_or(0)
}
