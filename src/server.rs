//! The HTTP server: sockets, limits and a stop that finishes what is in flight. It turns the
//! library's requests into [`wire::Request`] and back; the same code serves `main` and tests that
//! run a panel in their own process.

use std::io::{self, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream, ToSocketAddrs};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, HeaderValue, LOCATION};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use futures_util::FutureExt;

use crate::config::Config;
use crate::panel::chance::Chance;
use crate::panel::clock::Clock;
use crate::panel::{Error, Panel, seeds};
use crate::store::{Found, OpenError, Place, panic_words};
use crate::wire::body::{self, Body};
use crate::wire::{self, Request, Response};

/// How long a stop waits for requests in flight, in seconds. No operation takes longer.
const GRACE: u64 = 5;

/// How long an idle connection is kept, as the web server in front of a panel does.
const KEEP_ALIVE: Duration = Duration::from_secs(75);

/// How long the server's first request to itself may take.
const FIRST_REQUEST: Duration = Duration::from_secs(5);

/// Why a server could not be started, in one line for whoever started it.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("cannot listen on {0}: {1}")]
    Bind(String, io::Error),
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error("the system has no random numbers to give: {0}")]
    Chance(getrandom::Error),
    #[error("the server does not answer itself: {0}")]
    Silent(io::Error),
    #[error("cannot start: {0}")]
    Other(io::Error),
}

/// A panel with a socket, not yet answering.
pub struct Server {
    panel: Arc<Panel>,
    listener: TcpListener,
    address: SocketAddr,
    workers: usize,
    found: Found,
    /// Settings to be kept before the first answer.
    set: Vec<(String, String)>,
}

impl Server {
    /// Takes the port, then opens the database: a port that is taken changes nothing on the disk.
    ///
    /// # Errors
    /// [`StartError`].
    pub fn bind(config: &Config) -> Result<Server, StartError> {
        Server::bind_with(
            config,
            Clock::running(),
            Chance::unpredictable().map_err(StartError::Chance)?,
        )
    }

    /// As [`Server::bind`], with a clock and a chance of the caller's.
    ///
    /// # Errors
    /// [`StartError`].
    pub fn bind_with(config: &Config, clock: Clock, chance: Chance) -> Result<Server, StartError> {
        let refused = |error| StartError::Bind(config.bind.clone(), error);
        let listener = listen(&config.bind).map_err(refused)?;
        let address = listener.local_addr().map_err(refused)?;
        let keys = config.keys();
        let (panel, found) =
            Panel::open(
                config.place(),
                config.settings(),
                clock,
                chance,
                |db, chance, now| match &config.seed {
                    Some(seed) => seeds::plant(db, seed, &keys, chance, now),
                    None => seeds::set_up(db, &keys, chance, now),
                },
            )?;
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        Ok(Server {
            panel: Arc::new(panel),
            listener,
            address,
            workers: config.workers.map_or(processors, usize::from),
            found,
            set: config.set.clone(),
        })
    }

    /// The panel.
    pub fn panel(&self) -> &Arc<Panel> {
        &self.panel
    }

    /// The socket's real address.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address under which this machine reaches it.
    pub fn url(&self) -> String {
        format!("http://{}", reachable(self.address))
    }

    /// Whether the database was there before.
    pub fn found(&self) -> Found {
        self.found
    }

    /// Starts to answer. The returned future ends when the server was stopped through its handle.
    ///
    /// # Errors
    /// [`StartError::Other`].
    pub async fn start(self) -> Result<(ServerHandle, actix_web::dev::Server), StartError> {
        let set = self.panel.set(self.set).await;
        set.map_err(|error| StartError::Other(io::Error::other(error)))?;
        if let Place::File(_) = self.panel.store().place() {
            actix_web::rt::spawn(watch(Arc::clone(&self.panel)));
        }
        let panel = web::Data::from(self.panel);
        let server = HttpServer::new(move || App::new().app_data(panel.clone()).default_service(web::to(serve)))
            .workers(self.workers)
            .on_connect(|socket, data| {
                let socket = socket.downcast_ref::<actix_web::rt::net::TcpStream>();
                if let Some(local) = socket.and_then(|socket| socket.local_addr().ok()) {
                    data.insert(Local(local.ip()));
                }
            })
            .keep_alive(KEEP_ALIVE)
            .shutdown_timeout(GRACE)
            // The library's own handling sleeps 300 ms before it exits.
            .disable_signals()
            .listen(self.listener)
            .map_err(StartError::Other)?
            .run();
        Ok((server.handle(), server))
    }

    /// Runs the server on a thread of its own until the guard is dropped.
    ///
    /// # Errors
    /// [`StartError`].
    pub fn spawn(self) -> Result<Running, StartError> {
        let (panel, url, address) = (Arc::clone(&self.panel), self.url(), self.address);
        let (tell, told) = std::sync::mpsc::channel();
        let thread = std::thread::Builder::new()
            .name("linecard-server".into())
            .spawn(move || {
                actix_web::rt::System::new().block_on(async move {
                    let (handle, server) = match self.start().await {
                        Ok(started) => started,
                        Err(error) => return drop(tell.send(Err(error))),
                    };
                    let _ = tell.send(Ok(handle));
                    let _ = server.await;
                });
            });
        let thread = thread.map_err(StartError::Other)?;
        let handle = told
            .recv()
            .map_err(|_| StartError::Other(io::Error::other("the server's thread ended")))??;
        first_request(address).map_err(StartError::Silent)?;
        Ok(Running {
            panel,
            url,
            handle,
            thread: Some(thread),
        })
    }
}

/// How often the server looks whether another process has changed who may call.
const WATCH: Duration = Duration::from_secs(1);

async fn watch(panel: Arc<Panel>) {
    loop {
        actix_web::rt::time::sleep(WATCH).await;
        if let Err(error) = panel.notice_others().await {
            tracing::warn!(%error, "changes of other processes could not be noticed");
        }
    }
}

/// The address under which a client reached the server.
struct Local(IpAddr);

/// A running server; dropping it stops it.
pub struct Running {
    panel: Arc<Panel>,
    url: String,
    handle: ServerHandle,
    thread: Option<JoinHandle<()>>,
}

impl Running {
    /// The panel, whose clock a test may set.
    pub fn panel(&self) -> &Arc<Panel> {
        &self.panel
    }

    /// Where it answers, without a slash at the end.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Stops the server after the requests in flight and closes the panel.
    pub fn stop(&mut self) {
        // The command is sent at once; the future only waits for its outcome.
        drop(self.handle.stop(true));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
        self.panel.close();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop();
    }
}

fn listen(bind: &str) -> io::Result<TcpListener> {
    let addresses: Vec<SocketAddr> = bind.to_socket_addrs()?.collect();
    TcpListener::bind(addresses.as_slice())
}

/// The address under which this machine reaches a socket that listens on all of its addresses.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

/// Asks the server for anything and waits for the answer's first byte: then it is ready.
///
/// # Errors
/// The socket's.
pub fn first_request(address: SocketAddr) -> io::Result<()> {
    let mut socket = TcpStream::connect_timeout(&reachable(address), FIRST_REQUEST)?;
    socket.set_read_timeout(Some(FIRST_REQUEST))?;
    socket.write_all(b"HEAD / HTTP/1.1\r\nHost: linecard\r\nConnection: close\r\n\r\n")?;
    socket.read_exact(&mut [0])
}

/// Answers one request of the HTTP library.
async fn serve(request: HttpRequest, payload: web::Payload, panel: web::Data<Panel>) -> HttpResponse {
    let panel = panel.into_inner();
    let body =
        match request.headers().contains_key("content-length") || request.headers().contains_key("transfer-encoding") {
            true => read(payload).await,
            false => Body::Whole(web::Bytes::new()),
        };
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    let answer = wire::answer(
        &panel,
        Request {
            method: request.method().as_str(),
            path: request.uri().path(),
            query: request.uri().query().unwrap_or_default(),
            content_type: header("content-type"),
            forwarded_for: header("x-forwarded-for"),
            body,
            peer: request
                .peer_addr()
                .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip()),
            local: request.conn_data::<Local>().map(|local| local.0),
        },
    );
    // A panic would close the connection without a word.
    let response = AssertUnwindSafe(answer).catch_unwind().await.unwrap_or_else(|payload| {
        let error = Error::internal(panic_words(&*payload));
        wire::admin::failure(&panel, &error)
    });
    sent(response)
}

/// Takes a body in, up to the limit.
async fn read(payload: web::Payload) -> Body {
    match payload.to_bytes_limited(body::LARGEST).await {
        Ok(Ok(bytes)) => Body::Whole(bytes),
        // The client broke off: whatever is answered does not reach it.
        Ok(Err(_)) => Body::Whole(web::Bytes::new()),
        Err(_) => Body::TooLarge,
    }
}

fn sent(response: Response) -> HttpResponse {
    let status = StatusCode::from_u16(response.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut builder = HttpResponse::build(status);
    let header = |value: &str| HeaderValue::from_str(value).ok();
    if let Some(value) = response.content_type.as_deref().and_then(header) {
        builder.insert_header((CONTENT_TYPE, value));
    }
    if let Some(value) = response.location.as_deref().and_then(header) {
        builder.insert_header((LOCATION, value));
    }
    let mut response = builder.body(response.body);
    // `Content-Type`, as the web server in front of a panel writes it.
    response.head_mut().set_camel_case_headers(true);
    response
}
