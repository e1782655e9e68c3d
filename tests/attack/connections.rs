//! Many clients at once. Linux alone: elsewhere fewer may wait, or tests may not have so many files open.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use linecard::config::Config;
use linecard::server::Server;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// How many connect at once; each has two sockets in this process.
const MANY: usize = 1_000;

const REQUEST: &[u8] = b"GET /access/admin/index.php?api_key=YOUR_KEY&action=get_category&id=1 HTTP/1.1\r\n\
                         Host: panel\r\nConnection: close\r\n\r\n";

/// With the usual 128 waiting connections the others would be told to come again after 1 and 3 seconds. That the server
/// has not begun to accept makes them wait for certain.
#[test]
fn a_thousand_clients_connect_at_once_and_each_is_answered() {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: maximum,
        maximum,
    };
    setrlimit(Resource::Nofile, raised).unwrap();
    let config = Config {
        seed: vec!["docs".parse().unwrap()],
        test_mode: true,
        ..Config::default()
    };
    let server = Server::bind(&config).unwrap();
    let address: SocketAddr = server.url().trim_start_matches("http://").parse().unwrap();
    let mut sockets: Vec<TcpStream> = (0..MANY)
        .map(
            |n| match TcpStream::connect_timeout(&address, Duration::from_millis(500)) {
                Ok(socket) => socket,
                Err(error) => panic!("connection {n}: {error}"),
            },
        )
        .collect();
    let running = server.spawn().unwrap();
    for socket in &mut sockets {
        socket.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        socket.write_all(REQUEST).unwrap();
    }
    for socket in &mut sockets {
        let mut answer = String::new();
        socket.read_to_string(&mut answer).unwrap();
        assert!(
            answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.contains(r#""category_name":"News""#),
            "{answer}"
        );
    }
    drop(running);
}
