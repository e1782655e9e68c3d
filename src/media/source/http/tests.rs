use std::collections::VecDeque;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Mutex;

use super::*;

/// A server that answers each connection by a function of the request's head.
fn server(answer: impl Fn(&str, &mut TcpStream) + Send + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for socket in listener.incoming() {
            let (mut socket, mut head) = (socket.unwrap(), Vec::new());
            while !head.ends_with(b"\r\n\r\n") {
                let mut byte = [0];
                if socket.read(&mut byte).unwrap_or(0) == 0 {
                    break;
                }
                head.extend_from_slice(&byte);
            }
            answer(&String::from_utf8_lossy(&head), &mut socket);
        }
    });
    address
}

/// A server with one answer.
fn answering(answer: impl Into<String>) -> SocketAddr {
    let answer = answer.into();
    server(move |_, socket| socket.write_all(answer.as_bytes()).unwrap())
}

/// Names whose addresses are other ones each time.
#[derive(Default)]
struct FakeResolver(Mutex<VecDeque<Vec<SocketAddr>>>);

impl Resolver for FakeResolver {
    fn resolve<'a>(&'a self, _: &'a str, _: u16) -> Resolving<'a> {
        let next = self.0.lock().unwrap().pop_front();
        Box::pin(async move { next.ok_or_else(|| io::ErrorKind::NotFound.into()) })
    }
}

fn policy(allows_private: bool, answers: impl IntoIterator<Item = Vec<SocketAddr>>) -> Arc<Policy> {
    Arc::new(Policy {
        guard: Guard {
            allows_private,
            allowed: Vec::new(),
        },
        verifies_tls: true,
        user_agent: "Agent/1".into(),
        resolver: Arc::new(FakeResolver(Mutex::new(answers.into_iter().collect()))),
    })
}

fn run<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(future)
}

/// What is fetched, and the error at its end.
fn fetched(policy: &Arc<Policy>, url: &str) -> (Vec<u8>, Option<FetchError>) {
    run(async {
        let mut answer = match fetch(Arc::clone(policy), url, &[]).await {
            Ok(answer) => answer,
            Err(error) => return (Vec::new(), Some(error)),
        };
        let mut all = Vec::new();
        loop {
            match answer.next().await {
                Ok(Some(bytes)) => all.extend_from_slice(&bytes),
                Ok(None) => return (all, None),
                Err(error) => return (all, Some(error)),
            }
        }
    })
}

#[test]
fn an_answer_may_end_in_each_way_that_http_has() {
    let open = policy(true, []);
    for (answer, body, is_whole) in [
        ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "hello", true),
        ("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello", "hello", true),
        ("HTTP/1.0 200 OK\r\n\r\nhello", "hello", true),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n",
            "hello",
            true,
        ),
        ("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello", "hello", false),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
            "hello",
            false,
        ),
        ("SSH-2.0\r\n\r\n", "", false),
    ] {
        let (got, error) = fetched(&open, &format!("http://{}/", answering(answer)));
        assert_eq!(
            (got.as_slice(), error.is_none()),
            (body.as_bytes(), is_whole),
            "{answer}"
        );
    }
}

#[test]
fn a_private_address_is_refused_however_it_is_reached() {
    let target = answering("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret");
    let (port, public) = (target.port(), SocketAddr::from(([192, 0, 2, 1], 9)));
    let mapped: SocketAddr = format!("[::ffff:127.0.0.1]:{port}").parse().unwrap();
    for (url, found) in [
        (format!("http://127.0.0.1:{port}/"), vec![]),
        (format!("http://2130706433:{port}/"), vec![]),
        (format!("http://0x7f.1:{port}/"), vec![]),
        (format!("http://[::ffff:127.0.0.1]:{port}/"), vec![]),
        (format!("http://[::1]:{port}/"), vec![]),
        (format!("http://private.example:{port}/"), vec![vec![target]]),
        (format!("http://mapped.example:{port}/"), vec![vec![mapped]]),
        // The name is looked up once a hop: that it leads elsewhere later is of no use.
        (
            format!("http://changing.example:{port}/"),
            vec![vec![target], vec![public]],
        ),
    ] {
        let (got, error) = fetched(&policy(false, found), &url);
        assert!(
            matches!(error, Some(FetchError::Refused(_))) && got.is_empty(),
            "{url}: {error:?}"
        );
    }
}

#[test]
fn each_hop_is_guarded_and_a_name_is_looked_up_once_a_hop() {
    let target = answering("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret");
    let allowed = IpAddr::from([127, 0, 0, 2]);
    // What only a public host could be: one address of this machine that is allowed.
    let first = TcpListener::bind((allowed, 0)).unwrap();
    let address = first.local_addr().unwrap();
    let location = format!("http://private.example:{}/", target.port());
    std::thread::spawn(move || {
        for socket in first.incoming() {
            let (mut socket, mut bytes) = (socket.unwrap(), [0; 1024]);
            let _ = socket.read(&mut bytes).unwrap();
            let head = format!("HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n");
            socket.write_all(head.as_bytes()).unwrap();
        }
    });
    let found = [vec![target, address], vec![target]];
    let mut guarded = (*policy(false, found)).clone();
    guarded.guard.allowed = vec![allowed.into()];
    let (got, error) = fetched(&Arc::new(guarded), "http://public.example/");
    assert!(
        matches!(error, Some(FetchError::Refused(ip)) if ip == target.ip()),
        "{error:?}"
    );
    assert!(got.is_empty());
}

#[test]
fn five_redirects_are_followed_and_only_to_http() {
    let counting = server(|head, socket| {
        let number: u32 = head.split(['/', ' ']).nth(2).unwrap().parse().unwrap();
        let answer = match number {
            0 => "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".to_owned(),
            number => format!(
                "HTTP/1.1 307 X\r\nLocation: ./{}\r\nContent-Length: 0\r\n\r\n",
                number - 1
            ),
        };
        socket.write_all(answer.as_bytes()).unwrap();
    });
    let open = policy(true, []);
    let (got, error) = fetched(&open, &format!("http://{counting}/5"));
    assert!(got == b"ok" && error.is_none(), "{error:?}");
    let (_, error) = fetched(&open, &format!("http://{counting}/6"));
    assert!(matches!(error, Some(FetchError::Redirects)), "{error:?}");
    for location in ["file:///etc/passwd", "gopher://127.0.0.1/", "ftp://127.0.0.1/"] {
        let answer = format!("HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n");
        let (_, error) = fetched(&open, &format!("http://{}/", answering(answer)));
        assert!(matches!(error, Some(FetchError::Scheme)), "{location}: {error:?}");
    }
    let (_, error) = fetched(&open, "file:///etc/passwd");
    assert!(matches!(error, Some(FetchError::Scheme)), "{error:?}");
}

#[test]
fn credentials_become_a_header_of_their_own_host_alone() {
    let echo = || {
        server(|head, socket| {
            let lower = head.to_lowercase();
            let authorization = lower.lines().find(|line| line.starts_with("authorization"));
            let body = format!("{} {}", head.lines().next().unwrap(), authorization.unwrap_or("none"));
            let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len());
            socket.write_all(answer.as_bytes()).unwrap();
        })
    };
    let (first, open) = (echo(), policy(true, []));
    let (got, _) = fetched(&open, &format!("http://us%40er:p%3Ass@{first}/a?b=c#d"));
    let expected = format!(
        "GET /a?b=c HTTP/1.1 authorization: basic {}",
        BASE64.encode(b"us@er:p:ss").to_lowercase()
    );
    assert_eq!(String::from_utf8_lossy(&got), expected);
    let elsewhere = answering(format!(
        "HTTP/1.1 302 Found\r\nLocation: http://{first}/x\r\nContent-Length: 0\r\n\r\n"
    ));
    let (got, _) = fetched(&open, &format!("http://u:p@{elsewhere}/"));
    assert_eq!(String::from_utf8_lossy(&got), "GET /x HTTP/1.1 none");
    assert_eq!(without_credentials("http://u:p@host:81/a?b"), "http://host:81/a?b");
}

#[test]
fn a_connection_is_used_again_and_replaced_when_it_is_gone() {
    let connections = Arc::new(Mutex::new(0));
    let counted = Arc::clone(&connections);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for socket in listener.incoming() {
            *counted.lock().unwrap() += 1;
            let (mut socket, mut bytes) = (socket.unwrap(), [0; 1024]);
            // Two requests a connection.
            for _ in 0..2 {
                if socket.read(&mut bytes).unwrap_or(0) == 0 {
                    break;
                }
                socket
                    .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx")
                    .unwrap();
            }
        }
    });
    run(async {
        let mut client = HttpClient::new(policy(true, []));
        for _ in 0..4 {
            let mut answer = client.fetch(&format!("http://{address}/"), &[]).await.unwrap();
            assert_eq!(answer.whole(10).await.unwrap().unwrap(), b"x");
        }
    });
    assert_eq!(*connections.lock().unwrap(), 2);
}

#[test]
fn what_does_not_answer_is_given_up() {
    let silent = server(|_, _| std::thread::sleep(Duration::from_secs(60)));
    let begun = std::time::Instant::now();
    let (_, error) = fetched(&policy(true, []), &format!("http://{silent}/"));
    assert!(matches!(error, Some(FetchError::HeadTimeout)), "{error:?}");
    assert!((5..8).contains(&begun.elapsed().as_secs()));
}
