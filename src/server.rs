//! The HTTP server: sockets, limits and a stop that finishes what is in flight. It turns the
//! library's requests into [`wire::Request`] and back; the same code serves `main` and tests that
//! run a panel in their own process.

mod opening;

use std::convert::Infallible;
use std::future::ready;
use std::io::{self, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream as StdStream, ToSocketAddrs};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use actix_http::body::{BoxBody, SizedStream};
use actix_http::error::DispatchError;
use actix_http::header::{
    AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue, LOCATION, TRANSFER_ENCODING, X_FORWARDED_FOR,
};
use actix_http::{Extensions, HttpMessage, HttpService, Payload, StatusCode};
use actix_service::{ServiceFactoryExt, fn_service};
use actix_web::dev::ServerHandle;
use actix_web::rt::net::TcpStream;
use actix_web::web::{Bytes, BytesMut};
use futures_util::{FutureExt, Stream, StreamExt, stream};

use crate::config::Config;
use crate::control::delivery::{Delivery, Pace};
use crate::control::journal::Entry;
use crate::control::{Control, PREFIX};
use crate::panel::chance::{Chance, HEX};
use crate::panel::clock::Clock;
use crate::panel::{Error, Panel, seeds};
use crate::store::{Found, OpenError, Place, StoreError, panic_words};
use crate::wire::body::{self, Body};
use crate::wire::{self, Request};
use opening::{Line, Opening};

/// How long an idle connection is kept, as the web server in front of a panel does.
const KEEP_ALIVE: Duration = Duration::from_secs(75);

/// How long a client may take to send the head of a request, and to close its end of a connection.
const SLOW_HEAD: Duration = Duration::from_secs(5);
const SLOW_CLOSE: Duration = Duration::from_secs(1);

/// How long an answer that is cut off leaves its beginning to go out.
const FLUSH: Duration = Duration::from_millis(5);

/// How long the server's first request to itself may take.
const FIRST_REQUEST: Duration = Duration::from_secs(5);

/// Why a server could not be started, in one line for whoever started it.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("cannot listen on {0}: {1}")]
    Bind(String, io::Error),
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error("cannot read the database: {0}")]
    Store(#[from] StoreError),
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
    /// How long a stop waits for requests in flight, in seconds.
    grace: u64,
    /// Settings to be kept before the first answer.
    set: Vec<(String, String)>,
    /// The control plane, where it is asked for: with the token that its callers must show.
    control: Option<Option<String>>,
    journal_size: usize,
    /// What the control plane's own draws follow from.
    rng_seed: u64,
}

impl Server {
    /// Takes the port, then opens the database: a port that is taken changes nothing on the disk.
    ///
    /// # Errors
    /// [`StartError`].
    pub fn bind(config: &Config) -> Result<Server, StartError> {
        let clock = Clock::running();
        clock.set_mode(config.clock);
        let chance = match config.rng_seed {
            Some(seed) => Chance::seeded(seed),
            None => Chance::unpredictable().map_err(StartError::Chance)?,
        };
        Server::bind_with(config, clock, chance)
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
            grace: config.grace.as_millis().div_ceil(1000).try_into().unwrap_or(u64::MAX),
            set: config.set.clone(),
            control: config.control.then(|| token(config, address)).transpose()?,
            journal_size: config.journal_size,
            rng_seed: config.rng_seed.unwrap_or(0),
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

    /// The socket's address as this machine reaches it.
    pub fn reachable(&self) -> SocketAddr {
        reachable(self.address)
    }

    /// The address under which this machine reaches it.
    pub fn url(&self) -> String {
        format!("http://{}", self.reachable())
    }

    /// Where the control plane answers, if it is switched on.
    pub fn control(&self) -> Option<String> {
        self.control.as_ref().map(|_| format!("{}{PREFIX}", self.url()))
    }

    /// What callers of the control plane must show, if they must.
    pub fn control_token(&self) -> Option<&str> {
        self.control.as_ref()?.as_deref()
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
        if !self.set.is_empty() {
            let set = self.panel.set(self.set.clone()).await;
            set.map_err(|error| StartError::Other(io::Error::other(error)))?;
        }
        if let Place::File(_) = self.panel.store().place() {
            actix_web::rt::spawn(watch(Arc::clone(&self.panel)));
        }
        let builder = actix_web::dev::Server::build()
            .workers(self.workers)
            .shutdown_timeout(self.grace)
            // The library's own handling sleeps 300 ms before it exits.
            .disable_signals();
        let stop = builder.graceful_shutdown_signal();
        let control = match self.control.clone() {
            Some(token) => {
                let (panel, chance) = (Arc::clone(&self.panel), Chance::seeded(self.rng_seed));
                Some(Control::new(panel, self.url(), token, self.journal_size, chance).await?)
            }
            None => None,
        };
        let site = Arc::new(Site {
            panel: self.panel,
            control,
        });
        let serving = Arc::clone(&site);
        let connections = move || {
            let (site, stop) = (Arc::clone(&site), stop.clone());
            let answer = move |request| {
                let site = Arc::clone(&site);
                async move { Ok::<_, Infallible>(serve(request, &site).await) }
            };
            let http = HttpService::build()
                .keep_alive(KEEP_ALIVE)
                .client_request_timeout(SLOW_HEAD)
                .client_disconnect_timeout(SLOW_CLOSE)
                .graceful_shutdown_signal(move || {
                    let stop = stop.clone();
                    async move { stop.notified().await }
                })
                .on_connect_ext(|socket: &Opening, data: &mut Extensions| {
                    data.insert(socket.line());
                    if let Some(local) = socket.local() {
                        data.insert(Local(local));
                    }
                })
                .h1(fn_service(answer));
            let open = |socket: TcpStream| {
                let peer = socket.peer_addr().ok();
                ready(Ok::<_, DispatchError>((Opening::new(socket), peer)))
            };
            fn_service(open).and_then(http)
        };
        let server = builder
            .listen("linecard", self.listener, connections)
            .map_err(StartError::Other)?
            .run();
        if let Some(control) = &serving.control {
            control.runs_in(server.handle());
        }
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

/// Asks the server for something and waits for the answer's first byte: then it is ready. Whatever
/// the answer is, no journal has this request.
///
/// # Errors
/// The socket's.
pub fn first_request(address: SocketAddr) -> io::Result<()> {
    let mut socket = StdStream::connect_timeout(&reachable(address), FIRST_REQUEST)?;
    socket.set_read_timeout(Some(FIRST_REQUEST))?;
    socket.write_all(b"HEAD /_linecard/ready HTTP/1.1\r\nHost: linecard\r\nConnection: close\r\n\r\n")?;
    socket.read_exact(&mut [0])
}

/// What answers requests.
struct Site {
    panel: Arc<Panel>,
    control: Option<Control>,
}

impl Site {
    async fn answer(&self, request: Request<'_>, authorization: Option<&str>, entry: Option<&Entry>) -> Delivery {
        match &self.control {
            Some(control) if Control::owns(request.path) => {
                Delivery::whole(control.answer(&request, authorization).await)
            }
            Some(control) => control.respond(request, entry).await,
            None => Delivery::whole(wire::answer(&self.panel, request).await),
        }
    }
}

/// The token of the control plane: none is needed where only this machine can call. A random one
/// never follows from the seed of the panel's credentials.
fn token(config: &Config, address: SocketAddr) -> Result<Option<String>, StartError> {
    let given = config.control_token.clone();
    if given.is_some() || address.ip().is_loopback() {
        return Ok(given);
    }
    let token = Chance::unpredictable().map_err(StartError::Chance)?.text(HEX, 32);
    tracing::warn!("the control plane's token is {token}; --control-token sets another");
    Ok(Some(token))
}

/// Answers one request of the HTTP library.
async fn serve(mut request: actix_http::Request, site: &Site) -> actix_http::Response<BoxBody> {
    let headers = request.headers();
    let has_body = headers.contains_key(CONTENT_LENGTH) || headers.contains_key(TRANSFER_ENCODING);
    let body = match has_body {
        true => read(request.take_payload()).await,
        false => Body::Whole(Bytes::new()),
    };
    let head = request.head();
    let header = |name: HeaderName| head.headers().get(name).and_then(|value| value.to_str().ok());
    let asked = Request {
        method: head.method.as_str(),
        path: head.uri.path(),
        query: head.uri.query().unwrap_or_default(),
        content_type: header(CONTENT_TYPE),
        forwarded_for: header(X_FORWARDED_FOR),
        body,
        peer: head
            .peer_addr
            .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip()),
        local: request.conn_data::<Local>().map(|local| local.0),
    };
    let entry = match &site.control {
        Some(control) if !Control::owns(asked.path) => {
            let headers = head.headers().iter();
            let headers = headers.map(|(name, value)| (name.as_str(), value.as_bytes()));
            control.arrived(&asked, headers).await
        }
        _ => None,
    };
    let answer = site.answer(asked, header(AUTHORIZATION), entry.as_deref());
    // A panic would close the connection without a word.
    let delivery = AssertUnwindSafe(answer).catch_unwind().await.unwrap_or_else(|payload| {
        let error = Error::internal(panic_words(&*payload));
        Delivery::whole(wire::admin::failure(&site.panel, &error))
    });
    if let (Some(control), Some(entry)) = (&site.control, entry) {
        control.answered(&entry, &delivery.response);
    }
    sent(delivery, request.conn_data())
}

/// Takes a body in, up to the limit.
async fn read(mut payload: Payload) -> Body {
    let mut whole = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        match chunk {
            Ok(chunk) if whole.len() + chunk.len() > body::LARGEST => return Body::TooLarge,
            Ok(chunk) => whole.extend_from_slice(&chunk),
            // The client broke off: whatever is answered does not reach it.
            Err(_) => return Body::Whole(Bytes::new()),
        }
    }
    Body::Whole(whole.freeze())
}

fn sent(delivery: Delivery, line: Option<&Line>) -> actix_http::Response<BoxBody> {
    let Delivery { response, pace } = delivery;
    let status = StatusCode::from_u16(response.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut builder = actix_http::Response::build(status);
    let header = |value: &str| HeaderValue::from_str(value).ok();
    if let Some(value) = response.content_type.as_deref().and_then(header) {
        builder.insert_header((CONTENT_TYPE, value));
    }
    if let Some(value) = response.location.as_deref().and_then(header) {
        builder.insert_header((LOCATION, value));
    }
    let body = response.body;
    let mut response = match pace {
        Pace::Whole => builder.body(body).map_into_boxed_body(),
        Pace::Close | Pace::Reset => {
            match (pace, line) {
                (Pace::Reset, Some(line)) => line.reset(),
                (_, Some(line)) => line.close(),
                (_, None) => {}
            }
            builder.finish().map_into_boxed_body()
        }
        Pace::Pieces { .. } | Pace::Cut { .. } => builder.body(paced(body, pace)).map_into_boxed_body(),
    };
    // `Content-Type`, as the web server in front of a panel writes it.
    response.head_mut().set_camel_case_headers(true);
    response
}

/// A body that goes out in pieces, or of which only the beginning comes.
fn paced(body: Vec<u8>, pace: Pace) -> SizedStream<impl Stream<Item = io::Result<Bytes>>> {
    let length = u64::try_from(body.len()).unwrap_or(u64::MAX);
    let (step, pause, most) = match pace {
        Pace::Pieces { bytes, pause } => (bytes, pause, usize::MAX),
        Pace::Cut { bytes } => (bytes.max(1), Duration::ZERO, bytes),
        _ => (body.len().max(1), Duration::ZERO, usize::MAX),
    };
    let pieces = stream::unfold(
        (Bytes::from(body), 0),
        move |(mut rest, sent): (Bytes, usize)| async move {
            if rest.is_empty() {
                return None;
            }
            if sent >= most {
                // What came before goes out while this waits.
                actix_web::rt::time::sleep(FLUSH).await;
                return Some((Err(io::ErrorKind::ConnectionAborted.into()), (Bytes::new(), sent)));
            }
            if sent > 0 && !pause.is_zero() {
                actix_web::rt::time::sleep(pause).await;
            }
            let piece = rest.split_to(step.min(rest.len()));
            let sent = sent.saturating_add(piece.len());
            Some((Ok(piece), (rest, sent)))
        },
    );
    SizedStream::new(length, Box::pin(pieces))
}
