//! A small load program: keep-alive connections that each send a request, wait for the whole answer and send
//! the next. All of them run on one thread, so that the other cores are left to the server.

use std::cell::Cell;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The result of a run of the load program.
#[derive(Clone, Copy, Debug)]
pub struct LoadResult {
    /// Answers per second.
    pub per_second: f64,
    /// Total number of answers.
    pub answers: u64,
    /// Bytes of an answer's body.
    pub body: usize,
}

/// Sends requests over `connections` for `time`. `request` returns the bytes of the n-th one; each must succeed.
pub fn run(
    address: SocketAddr,
    connections: usize,
    time: Duration,
    request: impl Fn(u64) -> Vec<u8> + 'static,
) -> LoadResult {
    run_with(address, connections, time, request, |_, _, answer| {
        if let Err(error) = answer {
            panic!("{error}");
        }
    })
}

/// As [`run`], but `heard` gets the number of each request, the time that it took, for the first one of a connection
/// with its connect, and the size of its answer's body or its failure, with which its connection ends.
pub fn run_with(
    address: SocketAddr,
    connections: usize,
    time: Duration,
    request: impl Fn(u64) -> Vec<u8> + 'static,
    heard: impl Fn(u64, Duration, Result<usize, &str>) + 'static,
) -> LoadResult {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let local = tokio::task::LocalSet::new();
    local.block_on(&runtime, async move {
        let shared = Rc::new((request, heard));
        let next = Rc::new(Cell::new(0));
        let begun = Instant::now();
        let tasks: Vec<_> = (0..connections)
            .map(|_| {
                let (shared, next) = (Rc::clone(&shared), Rc::clone(&next));
                tokio::task::spawn_local(async move {
                    let (request, heard) = &*shared;
                    let mut socket = None;
                    let mut buffer = vec![0; 1 << 16];
                    let (mut count, mut body) = (0_u64, 0);
                    while begun.elapsed() < time {
                        let n = next.replace(next.get() + 1);
                        let bytes = request(n);
                        let sent = Instant::now();
                        let answer = exchange(address, &mut socket, &mut buffer, &bytes).await;
                        heard(n, sent.elapsed(), answer.as_ref().copied().map_err(String::as_str));
                        let Ok(size) = answer else { break };
                        body = size;
                        count += 1;
                    }
                    (count, body)
                })
            })
            .collect();
        let (mut count, mut body) = (0, 0);
        for task in tasks {
            let (answers, size) = task.await.unwrap();
            count += answers;
            body = size;
        }
        LoadResult {
            answers: count,
            per_second: count as f64 / begun.elapsed().as_secs_f64(),
            body,
        }
    })
}

/// Sends a request, on a new connection if there is none, and returns the size of its answer's body.
async fn exchange(
    address: SocketAddr,
    socket: &mut Option<TcpStream>,
    buffer: &mut Vec<u8>,
    request: &[u8],
) -> Result<usize, String> {
    let failed = |error: std::io::Error| error.to_string();
    if socket.is_none() {
        let new = TcpStream::connect(address).await.map_err(failed)?;
        new.set_nodelay(true).map_err(failed)?;
        *socket = Some(new);
    }
    let socket = socket.as_mut().unwrap();
    socket.write_all(request).await.map_err(failed)?;
    receive(socket, buffer).await
}

/// Reads one answer, checks that it is a success, and returns the size of its body.
async fn receive(socket: &mut TcpStream, buffer: &mut Vec<u8>) -> Result<usize, String> {
    let mut filled = 0;
    loop {
        if filled == buffer.len() {
            buffer.resize(filled * 2, 0);
        }
        let read = socket.read(&mut buffer[filled..]).await;
        let read = read.map_err(|error| error.to_string())?;
        if read == 0 {
            return Err("the server closed the connection".into());
        }
        filled += read;
        let Some(head) = buffer[..filled].windows(4).position(|window| window == b"\r\n\r\n") else {
            continue;
        };
        let (length, body) = (content_length(&buffer[..head]), head + 4);
        if filled >= body + length {
            let answer = &buffer[body..filled];
            let failed = !buffer.starts_with(b"HTTP/1.1 20")
                || answer.starts_with(b"{\"result\":false")
                || (answer.starts_with(b"{\"status\":\"STATUS_")
                    && !answer.starts_with(b"{\"status\":\"STATUS_SUCCESS"));
            return match failed {
                true => Err(String::from_utf8_lossy(&buffer[..filled]).into_owned()),
                false => Ok(length),
            };
        }
    }
}

fn content_length(head: &[u8]) -> usize {
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let line = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .unwrap_or("0");
    line.trim().parse().unwrap()
}
