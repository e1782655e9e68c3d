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

/// Sends requests over `connections` for `time`. `request` returns the bytes of the n-th one.
pub fn run(
    address: SocketAddr,
    connections: usize,
    time: Duration,
    request: impl Fn(u64) -> Vec<u8> + 'static,
) -> LoadResult {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let local = tokio::task::LocalSet::new();
    local.block_on(&runtime, async move {
        let request = Rc::new(request);
        let next = Rc::new(Cell::new(0));
        let begun = Instant::now();
        let tasks: Vec<_> = (0..connections)
            .map(|_| {
                let (request, next) = (Rc::clone(&request), Rc::clone(&next));
                tokio::task::spawn_local(async move {
                    let mut socket = TcpStream::connect(address).await.unwrap();
                    socket.set_nodelay(true).unwrap();
                    let mut buffer = vec![0; 1 << 16];
                    let (mut count, mut body) = (0_u64, 0);
                    while begun.elapsed() < time {
                        let bytes = request(next.replace(next.get() + 1));
                        socket.write_all(&bytes).await.unwrap();
                        body = receive(&mut socket, &mut buffer).await;
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

/// Reads one answer, checks that it is a success, and returns the size of its body.
async fn receive(socket: &mut TcpStream, buffer: &mut Vec<u8>) -> usize {
    let mut filled = 0;
    loop {
        if filled == buffer.len() {
            buffer.resize(filled * 2, 0);
        }
        let read = socket.read(&mut buffer[filled..]).await.unwrap();
        assert!(read > 0, "the server closed the connection");
        filled += read;
        let Some(head) = buffer[..filled].windows(4).position(|window| window == b"\r\n\r\n") else {
            continue;
        };
        let (length, body) = (content_length(&buffer[..head]), head + 4);
        if filled >= body + length {
            assert!(
                buffer.starts_with(b"HTTP/1.1 200"),
                "{}",
                String::from_utf8_lossy(&buffer[..filled])
            );
            let answer = &buffer[body..filled];
            let failed = answer.starts_with(b"{\"result\":false")
                || (answer.starts_with(b"{\"status\":\"STATUS_")
                    && !answer.starts_with(b"{\"status\":\"STATUS_SUCCESS"));
            assert!(!failed, "{}", String::from_utf8_lossy(&buffer[..filled]));
            return length;
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
