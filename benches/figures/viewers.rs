//! Viewers of streams: how long a stream takes to begin, and a stream of 4 Mbit/s from one upstream that 500 viewers
//! watch, a tenth of whom read too slowly.

use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream as Socket};
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use linecard::media::test::{Kind, Parameters, TestSource};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::{sleep, timeout_at};

use super::process::{Process, binary};
use super::table::row;
use super::{Row, median};
use upstream::{UNTIL_CLOSED, Upstream};

#[path = "../../tests/support/upstream.rs"]
#[allow(dead_code, reason = "the tests need more of it")]
mod upstream;

const VIEWERS: usize = 500;
/// One viewer in so many is slow.
const SLOW: usize = 10;
/// How long all of them watch.
const WATCHED: Duration = Duration::from_secs(30);
/// The bits of a second of the stream.
const RATE: u64 = 4_000_000;
/// What a slow viewer reads in a tenth of a second: a fifth of the rate.
const SLOW_BYTES: usize = 10_000;
const STARTS: usize = 60;
const PACKET: usize = 188;

pub fn rows() -> Vec<Row> {
    let start = start_of_a_stream();
    let watched = watched();
    vec![
        row(
            "the start of a stream: the redirect and the first byte",
            format!("{start:.2} ms"),
            "at most 3 ms",
        ),
        row(
            "500 viewers of one upstream of 4 Mbit/s for 30 s, 50 of them slow",
            format!(
                "{} upstream connection, {} of the other 450 miss a packet, {:.0} % of a core, {:.1} MiB, {:.1} MiB of socket memory",
                watched.upstreams, watched.broken, watched.cpu, watched.memory, watched.sockets
            ),
            "1 connection, 0, –, at most 96 MiB, at most 64 MiB",
        ),
        row(
            "the same: megabytes that the others got, of as many that were on air; slow viewers that were cut",
            format!("{:.2} of them; {} of {}", watched.part, watched.cut, VIEWERS / SLOW),
            "–",
        ),
    ]
}

fn panel(more: &[&str]) -> Process {
    let docs = ["serve", "--db", ":memory:", "--seed", "docs", "--bind", "127.0.0.1:0"];
    Process::start(Command::new(binary()).args(docs).args(more))
}

/// The median of the milliseconds from the request of a player to the first bytes of its stream.
fn start_of_a_stream() -> f64 {
    let panel = panel(&[]);
    let mut all = Vec::new();
    for number in 0..STARTS {
        let path = if number % 2 == 0 { 10 } else { 11 };
        let mut socket = Socket::connect(panel.address).unwrap();
        let begun = Instant::now();
        let place = redirect(&mut socket, &format!("/customer4521/securepass/{path}.ts"), "starts");
        socket.write_all(&request(&place, "starts", "1.1")).unwrap();
        let mut bytes = [0; 1024];
        let (mut taken, mut read) = (Vec::new(), 1);
        // The head and a first byte of the body, whatever chunk it is in.
        while read > 0 && body(&taken).is_none_or(|body| body.len() < 8) {
            read = socket.read(&mut bytes).unwrap();
            taken.extend_from_slice(&bytes[..read]);
        }
        assert!(taken.starts_with(b"HTTP/1.1 200"));
        all.push(begun.elapsed().as_secs_f64() * 1e3);
        drop(socket);
        // Its row is gone before the next one begins.
        thread::sleep(Duration::from_millis(20));
    }
    panel.stop();
    median(all)
}

fn body(answer: &[u8]) -> Option<&[u8]> {
    let end = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n")?;
    answer.get(end + 4..)
}

fn request(path: &str, agent: &str, version: &str) -> Vec<u8> {
    format!("GET {path} HTTP/{version}\r\nHost: bench\r\nUser-Agent: {agent}\r\n\r\n").into_bytes()
}

/// The path that a request for a stream is sent on to.
fn redirect(socket: &mut Socket, path: &str, agent: &str) -> String {
    socket.write_all(&request(path, agent, "1.1")).unwrap();
    let mut answer = Vec::new();
    let mut bytes = [0; 1024];
    while body(&answer).is_none() {
        let read = socket.read(&mut bytes).unwrap();
        assert!(read > 0, "no answer");
        answer.extend_from_slice(&bytes[..read]);
    }
    place(&String::from_utf8(answer).unwrap())
}

fn place(answer: &str) -> String {
    let line = answer.lines().find_map(|line| line.strip_prefix("Location: "));
    let location = line.unwrap_or_else(|| panic!("no redirect: {answer}"));
    format!("/{}", location.splitn(4, '/').nth(3).unwrap())
}

/// What 500 viewers saw.
struct Watched {
    upstreams: usize,
    /// Viewers that are not slow and miss a packet, or were cut.
    broken: usize,
    /// Slow viewers that were cut.
    cut: usize,
    /// The part of what was on air that the others got.
    part: f64,
    /// Of the server, in percent of a core.
    cpu: f64,
    /// The most of the server, in MiB.
    memory: f64,
    /// The most of all sockets of the machine, in MiB.
    sockets: f64,
}

fn watched() -> Watched {
    let upstream = upstream();
    let url = upstream.url("/live.ts");
    let seed = tempfile::Builder::new().suffix(".sql").tempfile().unwrap();
    let sql = format!(
        "UPDATE streams SET stream_source = '[\"{url}\"]' WHERE id = 10;
         UPDATE lines SET max_connections = 0 WHERE id = 4521;"
    );
    fs::write(seed.path(), sql).unwrap();
    let more = [
        "--seed",
        seed.path().to_str().unwrap(),
        "--set",
        "sources=real",
        "--set",
        "upstream_private=1",
    ];
    let panel = panel(&more);
    let viewers: Vec<_> = (0..VIEWERS).map(|_| Arc::new(Viewer::default())).collect();
    let reading = thread::spawn({
        let (address, viewers) = (panel.address, viewers.clone());
        move || watch_all(address, &viewers)
    });
    let all_begun = || viewers.iter().all(|viewer| viewer.bytes.load(Ordering::Relaxed) > 0);
    let waited = Instant::now();
    while !all_begun() {
        assert!(waited.elapsed() < Duration::from_secs(20), "not all viewers began");
        thread::sleep(Duration::from_millis(50));
    }
    let (begun, cpu, bytes) = (Instant::now(), panel.cpu_seconds(), others(&viewers));
    let (mut sockets, mut upstreams) = (0.0_f64, 0);
    while begun.elapsed() < WATCHED {
        thread::sleep(Duration::from_millis(500));
        sockets = sockets.max(socket_mib());
        upstreams = upstreams.max(upstream.open());
    }
    let seconds = begun.elapsed().as_secs_f64();
    let cpu = (panel.cpu_seconds() - cpu) / seconds * 100.0;
    let got = (others(&viewers) - bytes) as f64;
    let (memory, on_air) = (panel.most_mib(), RATE as f64 / 8.0 * seconds);
    let ended = |slow: bool| {
        let these = viewers
            .iter()
            .enumerate()
            .filter(|(number, _)| is_slow(*number) == slow);
        these.filter(|(_, viewer)| viewer.is_over()).count()
    };
    let (cut, over) = (ended(true), ended(false));
    let broken = viewers
        .iter()
        .enumerate()
        .filter(|(number, viewer)| !is_slow(*number) && viewer.gaps() > 0);
    let broken = broken.count() + over;
    panel.stop();
    reading.join().unwrap();
    Watched {
        upstreams: upstreams.max(upstream.heads().len()),
        broken,
        cut,
        part: got / ((VIEWERS - VIEWERS / SLOW) as f64 * on_air),
        cpu,
        memory,
        sockets,
    }
}

/// A live stream of the rate, in twentieths of a second.
fn upstream() -> Upstream {
    let source = TestSource::new(1, Parameters::parse(&format!("test://?rate={RATE}")).unwrap());
    let begun = Instant::now();
    Upstream::new(move |_, socket| {
        socket.write_all(UNTIL_CLOSED.as_bytes())?;
        for second in 0.. {
            let bytes = source.second(second, Kind::Live, "00:00:00");
            let part = bytes.len().div_ceil(20);
            for (number, part) in bytes.chunks(part).enumerate() {
                let due = Duration::from_secs(second.unsigned_abs()) + Duration::from_millis(50) * number as u32;
                thread::sleep(due.saturating_sub(begun.elapsed()));
                socket.write_all(part)?;
            }
        }
        Ok(())
    })
}

fn is_slow(number: usize) -> bool {
    number.is_multiple_of(SLOW)
}

/// The bytes that viewers got which are not slow.
fn others(viewers: &[Arc<Viewer>]) -> u64 {
    let others = viewers.iter().enumerate().filter(|(number, _)| !is_slow(*number));
    others.map(|(_, viewer)| viewer.bytes.load(Ordering::Relaxed)).sum()
}

/// The memory of all TCP sockets of the machine, those of the viewers too, in MiB.
fn socket_mib() -> f64 {
    let text = fs::read_to_string("/proc/net/sockstat").unwrap();
    let line = text.lines().find(|line| line.starts_with("TCP:")).unwrap();
    let pages: f64 = line.rsplit(' ').next().unwrap().parse().unwrap();
    pages * 4096.0 / f64::from(1 << 20)
}

/// What a viewer saw.
#[derive(Default)]
struct Viewer {
    bytes: AtomicU64,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    counters: Counters,
    is_over: bool,
}

impl Viewer {
    fn gaps(&self) -> usize {
        self.seen.lock().unwrap().counters.gaps
    }

    fn is_over(&self) -> bool {
        self.seen.lock().unwrap().is_over
    }

    fn take(&self, bytes: &[u8]) {
        self.seen.lock().unwrap().counters.take(bytes);
        self.bytes.fetch_add(bytes.len() as u64, Ordering::Relaxed);
    }
}

/// The continuity counters of a transport stream.
#[derive(Default)]
struct Counters {
    rest: Vec<u8>,
    last: Vec<(u16, u8)>,
    gaps: usize,
}

impl Counters {
    fn take(&mut self, bytes: &[u8]) {
        let mut all = std::mem::take(&mut self.rest);
        all.extend_from_slice(bytes);
        let packets = all.chunks_exact(PACKET);
        self.rest = packets.remainder().to_vec();
        for packet in packets {
            self.look(packet);
        }
    }

    fn look(&mut self, packet: &[u8]) {
        let pid = u16::from_be_bytes([packet[1] & 0x1f, packet[2]]);
        let (has_payload, counter) = (packet[3] & 0x10 != 0, packet[3] & 0x0f);
        if packet[0] != 0x47 {
            self.gaps += 1;
        }
        if pid == 0x1fff || !has_payload {
            return;
        }
        match self.last.iter_mut().find(|(of, _)| *of == pid) {
            Some((_, last)) => {
                self.gaps += usize::from((*last + 1) & 0x0f != counter);
                *last = counter;
            }
            None => self.last.push((pid, counter)),
        }
    }
}

/// Watches until the server ends.
fn watch_all(address: SocketAddr, viewers: &[Arc<Viewer>]) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let tasks = tokio::task::LocalSet::new();
    runtime.block_on(tasks.run_until(async {
        let all: Vec<_> = viewers
            .iter()
            .enumerate()
            .map(|(number, viewer)| tokio::task::spawn_local(watch(address, number, Arc::clone(viewer))))
            .collect();
        for one in all {
            one.await.unwrap();
        }
    }));
}

async fn watch(address: SocketAddr, number: usize, viewer: Arc<Viewer>) {
    // A little apart, as people begin to watch.
    sleep(Duration::from_millis(4) * number as u32).await;
    let agent = format!("viewer {number}");
    let first = request("/customer4521/securepass/10.ts", &agent, "1.1");
    let place = place(&String::from_utf8(head(&mut open(address, false, &first).await).await).unwrap());
    let is_slow = is_slow(number);
    let mut socket = open(address, is_slow, &request(&place, &agent, "1.0")).await;
    let answer = head(&mut socket).await;
    assert!(
        answer.starts_with(b"HTTP/1.") && answer[8..].starts_with(b" 200"),
        "{}",
        String::from_utf8_lossy(&answer)
    );
    let mut bytes = vec![0; if is_slow { SLOW_BYTES } else { 64 << 10 }];
    while let Ok(read) = socket.read(&mut bytes).await
        && read > 0
    {
        viewer.take(&bytes[..read]);
        if is_slow {
            sleep(Duration::from_millis(100)).await;
        }
    }
    viewer.seen.lock().unwrap().is_over = true;
}

async fn open(address: SocketAddr, is_slow: bool, request: &[u8]) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    if is_slow {
        // Else the machine's memory would be that of those who do not read.
        socket.set_recv_buffer_size(64 << 10).unwrap();
    }
    let mut stream = socket.connect(address).await.unwrap();
    stream.write_all(request).await.unwrap();
    stream
}

/// Reads the head of an answer and nothing behind it.
async fn head(socket: &mut TcpStream) -> Vec<u8> {
    let deadline = tokio::time::Instant::now() + Duration::from_secs(15);
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let byte = timeout_at(deadline, socket.read_u8()).await;
        head.push(byte.expect("no answer in time").expect("no whole head"));
    }
    head
}
