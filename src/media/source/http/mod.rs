//! The HTTP client of sources, films and guides (player contract, 10.4 and 18.4): one request at a time, GET alone, its
//! answer as it comes. Each connection is made by `connect`, which asks the [`Guard`] after the name was looked up;
//! redirects are followed here, so that each hop is guarded.
//!
//! It stands on `hyper`'s connection and not on actix's `awc`: of an HTTP/1.1 answer without a length, which is how many
//! sources send a live stream, awc 3.11 gives no byte and no error, and an answer that is cut short it gives as a
//! whole one (1,880 of 5,000 bytes without an error).

mod connect;
mod guard;

use std::fmt::Write;
use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use data_encoding::BASE64;
use futures_util::{Stream, stream};
use hyper::body::{Body, Incoming};
use hyper::client::conn::http1::{self, SendRequest};
use hyper::header::{AUTHORIZATION, HOST, HeaderMap, HeaderValue, LOCATION, USER_AGENT};
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::task::AbortHandle;
use tokio::time::timeout;
use url::{Position, Url};

pub use connect::{Resolver, Resolving, SystemResolver};
pub use guard::Guard;

/// How long the head of an answer may take.
const HEAD: Duration = Duration::from_secs(5);
/// After so long without a byte an answer has stalled.
const STALLED: Duration = Duration::from_secs(10);
/// Redirects that are followed.
const MOST_REDIRECTS: usize = 5;
/// Bytes that are read at once at most.
const BUFFER: usize = 64 << 10;

/// How requests are made.
#[derive(Clone)]
pub struct Policy {
    pub guard: Guard,
    /// Whether the certificates of servers are verified.
    pub verifies_tls: bool,
    pub user_agent: String,
    pub resolver: Arc<dyn Resolver>,
}

/// Why nothing, or not all, was fetched. None of them says a URL, which may have credentials.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    #[error("not a URL that can be fetched")]
    Url,
    #[error("only http and https are fetched")]
    Scheme,
    #[error("the host has no address")]
    NoHost,
    #[error("the host's address {0} is private: set upstream_allow or upstream_private to let it be fetched from")]
    Refused(IpAddr),
    #[error("no connection: {0}")]
    Connect(io::Error),
    #[error("no connection within 5 s")]
    ConnectTimeout,
    #[error("no TLS: {0}")]
    Tls(io::Error),
    #[error("no TLS")]
    NoTls,
    #[error("no answer within 5 s")]
    HeadTimeout,
    #[error("more than {MOST_REDIRECTS} redirects")]
    Redirects,
    #[error("it answered {0}")]
    Status(u16),
    #[error("not HTTP, or cut short: {0}")]
    Http(#[from] hyper::Error),
    #[error("nothing has come for 10 s")]
    Stalled,
}

/// A client. It keeps the connection of its last answer, if that was read to its end, for the next request.
pub struct HttpClient {
    policy: Arc<Policy>,
    idle: Option<Connection>,
}

/// A connection, which is closed when it is dropped.
struct Connection {
    /// Scheme, host and port.
    origin: String,
    sender: SendRequest<String>,
    driver: AbortHandle,
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.driver.abort();
    }
}

/// An answer, whose body has not been read.
pub struct Fetched {
    pub status: u16,
    pub headers: HeaderMap,
    /// Where it came from, after all redirects: what URLs in it are relative to.
    pub url: Url,
    body: Incoming,
    /// Of an answer that its client does not keep.
    _connection: Option<Connection>,
}

/// Fetches a URL once: the head of the answer and its bytes as they come.
///
/// # Errors
/// [`FetchError`]. An answer with another status than 200 is none.
pub async fn fetch(policy: Arc<Policy>, url: &str, headers: &[(&str, &str)]) -> Result<Fetched, FetchError> {
    let mut client = HttpClient::new(policy);
    let mut fetched = client.fetch(url, headers).await?;
    fetched._connection = client.idle.take();
    Ok(fetched)
}

/// Makes a request that takes a body to a URL, for [`post`].
///
/// # Errors
/// [`FetchError`].
pub fn posting(agent: &str, url: &Url, headers: &[(&str, &str)], body: String) -> Result<Request<String>, FetchError> {
    request(agent, (Method::POST, body), url, headers)
}

/// Sends a request of [`posting`] to its URL once, and returns the status of the answer, whose body is not read.
/// Redirects are not followed. How long the answer may take is the caller's.
///
/// # Errors
/// [`FetchError`].
pub async fn post(policy: &Policy, url: &Url, request: Request<String>) -> Result<u16, FetchError> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(FetchError::Scheme);
    }
    let mut connection = open(policy, url, String::new()).await?;
    let answer = connection.sender.send_request(request).await?;
    Ok(answer.status().as_u16())
}

impl HttpClient {
    /// A client without a connection.
    pub const fn new(policy: Arc<Policy>) -> Self {
        Self { policy, idle: None }
    }

    /// Fetches a URL. An answer before whose end the next URL is fetched breaks off.
    ///
    /// # Errors
    /// [`FetchError`].
    pub async fn fetch(&mut self, url: &str, headers: &[(&str, &str)]) -> Result<Fetched, FetchError> {
        let mut url = Url::parse(url).map_err(|_| FetchError::Url)?;
        for _ in 0..=MOST_REDIRECTS {
            let answer = self.request(&url, headers).await?;
            let Some(next) = redirect(&url, &answer) else {
                let (head, body) = answer.into_parts();
                return Ok(Fetched {
                    status: head.status.as_u16(),
                    headers: head.headers,
                    url,
                    body,
                    _connection: None,
                });
            };
            url = next?;
        }
        Err(FetchError::Redirects)
    }

    /// Sends a request, and gives the head of its answer.
    async fn request(&mut self, url: &Url, headers: &[(&str, &str)]) -> Result<Response<Incoming>, FetchError> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(FetchError::Scheme);
        }
        let origin = url[..Position::BeforePath].to_owned();
        let kept = self.idle.take();
        let kept = kept.filter(|kept| kept.origin == origin && kept.sender.is_ready());
        if let Some(kept) = kept {
            match self.send(kept, url, headers).await {
                // The server may have closed it in the meantime.
                Err(FetchError::Http(_)) => {}
                sent => return sent,
            }
        }
        let connection = open(&self.policy, url, origin).await?;
        self.send(connection, url, headers).await
    }

    async fn send(
        &mut self,
        mut connection: Connection,
        url: &Url,
        headers: &[(&str, &str)],
    ) -> Result<Response<Incoming>, FetchError> {
        let agent = &self.policy.user_agent;
        let request = request(agent, (Method::GET, String::new()), url, headers)?;
        let sent = timeout(HEAD, connection.sender.send_request(request)).await;
        let answer = sent.map_err(|_| FetchError::HeadTimeout)??;
        self.idle = Some(connection);
        Ok(answer)
    }
}

async fn open(policy: &Policy, url: &Url, origin: String) -> Result<Connection, FetchError> {
    let socket = connect::connect(policy, url).await?;
    let mut builder = http1::Builder::new();
    builder
        .max_buf_size(BUFFER)
        .allow_spaces_after_header_name_in_responses(true);
    let (sender, driver) = builder.handshake(TokioIo::new(socket)).await?;
    // What it fails with, the answer fails with too.
    let driver = tokio::spawn(async move {
        let _ = driver.await;
    });
    Ok(Connection {
        origin,
        sender,
        driver: driver.abort_handle(),
    })
}

fn request(
    agent: &str,
    (method, body): (Method, String),
    url: &Url,
    headers: &[(&str, &str)],
) -> Result<Request<String>, FetchError> {
    let host = &url[Position::BeforeHost..Position::AfterPort];
    let path = &url[Position::BeforePath..Position::AfterQuery];
    let mut request = Request::builder()
        .method(method)
        .uri(path)
        .header(HOST, host)
        .header("accept", "*/*");
    if let Ok(agent) = HeaderValue::from_str(agent) {
        request = request.header(USER_AGENT, agent);
    }
    if let Some(basic) = basic(url) {
        request = request.header(AUTHORIZATION, basic);
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(body).map_err(|_| FetchError::Url)
}

/// The header that a URL's credentials become.
fn basic(url: &Url) -> Option<HeaderValue> {
    if url.username().is_empty() && url.password().is_none() {
        return None;
    }
    let decoded = |text: &str| percent_decoded(text.as_bytes());
    let mut credentials = decoded(url.username());
    credentials.push(b':');
    credentials.extend(decoded(url.password().unwrap_or_default()));
    let mut text = String::from("Basic ");
    let _ = write!(text, "{}", BASE64.encode_display(&credentials));
    let mut header = HeaderValue::from_str(&text).ok()?;
    header.set_sensitive(true);
    Some(header)
}

/// Where an answer redirects to, if it does.
fn redirect(url: &Url, answer: &Response<Incoming>) -> Option<Result<Url, FetchError>> {
    const REDIRECTS: [StatusCode; 5] = [
        StatusCode::MOVED_PERMANENTLY,
        StatusCode::FOUND,
        StatusCode::SEE_OTHER,
        StatusCode::TEMPORARY_REDIRECT,
        StatusCode::PERMANENT_REDIRECT,
    ];
    if !REDIRECTS.contains(&answer.status()) {
        return None;
    }
    let location = answer
        .headers()
        .get(LOCATION)
        .and_then(|location| location.to_str().ok());
    Some(
        location
            .and_then(|location| url.join(location).ok())
            .ok_or(FetchError::Url),
    )
}

/// The same URL without credentials, as it may be shown.
pub fn without_credentials(url: &str) -> String {
    let Ok(mut parsed) = Url::parse(url) else {
        return String::new();
    };
    // They fail for URLs that can have none.
    let _ = parsed.set_username("");
    let _ = parsed.set_password(None);
    parsed.into()
}

fn percent_decoded(bytes: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let [first, after @ ..] = rest {
        let escaped = match (first, after) {
            (b'%', [high, low, after @ ..]) => hex(*high).zip(hex(*low)).map(|(high, low)| (high << 4 | low, after)),
            _ => None,
        };
        let (byte, after) = escaped.unwrap_or((*first, after));
        decoded.push(byte);
        rest = after;
    }
    decoded
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit)
        .to_digit(16)
        .and_then(|digit| u8::try_from(digit).ok())
}

impl Fetched {
    /// The answer, if its status is 200.
    ///
    /// # Errors
    /// [`FetchError::Status`].
    pub fn ok(self) -> Result<Self, FetchError> {
        match self.status {
            200 => Ok(self),
            status => Err(FetchError::Status(status)),
        }
    }

    /// A header as text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The next bytes; `None` at the end.
    ///
    /// # Errors
    /// It stalled for 10 s, was cut short, or is framed wrongly.
    pub async fn next(&mut self) -> Result<Option<Bytes>, FetchError> {
        loop {
            let frame = std::future::poll_fn(|context| std::pin::Pin::new(&mut self.body).poll_frame(context));
            let frame = timeout(STALLED, frame).await.map_err(|_| FetchError::Stalled)?;
            match frame.transpose()?.map(hyper::body::Frame::into_data) {
                None => return Ok(None),
                Some(Ok(bytes)) if !bytes.is_empty() => return Ok(Some(bytes)),
                // Trailers.
                Some(_) => {}
            }
        }
    }

    /// All of it, up to so many bytes; `None` where it is longer.
    ///
    /// # Errors
    /// As those of [`Fetched::next`].
    pub async fn whole(&mut self, most: usize) -> Result<Option<Vec<u8>>, FetchError> {
        let mut whole = Vec::new();
        while let Some(bytes) = self.next().await? {
            if whole.len() + bytes.len() > most {
                return Ok(None);
            }
            whole.extend_from_slice(&bytes);
        }
        Ok(Some(whole))
    }

    /// Its bytes as a stream.
    pub fn into_stream(self) -> impl Stream<Item = Result<Bytes, FetchError>> {
        stream::unfold(Some(self), async |fetched| {
            let mut fetched = fetched?;
            match fetched.next().await {
                Ok(bytes) => bytes.map(|bytes| (Ok(bytes), Some(fetched))),
                Err(error) => Some((Err(error), None)),
            }
        })
    }
}

#[cfg(test)]
mod tests;
