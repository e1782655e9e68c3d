//! A connection to the host of a URL: its name is looked up once, and of the addresses that come only those are
//! connected to that the guard allows (player contract, 18.4).

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::time::Duration;

use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::{Instant, timeout_at};
use tokio_rustls::TlsConnector;
use url::{Host, Url};

use super::{FetchError, Policy};
use crate::tls::upstream;

/// How long a connection may take, its name and its TLS included.
const CONNECT: Duration = Duration::from_secs(5);

/// A connection, with TLS or without.
pub trait Socket: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Socket for T {}

/// Finds the addresses of a host.
pub trait Resolver: Send + Sync {
    fn resolve<'a>(&'a self, host: &'a str, port: u16) -> Resolving<'a>;
}

/// Addresses that are being found.
pub type Resolving<'a> = Pin<Box<dyn Future<Output = io::Result<Vec<SocketAddr>>> + Send + 'a>>;

/// The system's resolver.
#[derive(Debug)]
pub struct SystemResolver;

/// Top-level names that are reserved for documents (RFC 2606): nobody has addresses there, and seeds have many.
const RESERVED: [&str; 2] = ["example", "invalid"];

/// Whether a host is known to have no address, so that nobody needs to wait for that.
fn has_none(host: &str) -> bool {
    let top = host.trim_end_matches('.').rsplit('.').next().unwrap_or_default();
    RESERVED.iter().any(|reserved| top.eq_ignore_ascii_case(reserved))
}

impl Resolver for SystemResolver {
    fn resolve<'a>(&'a self, host: &'a str, port: u16) -> Resolving<'a> {
        Box::pin(async move {
            if has_none(host) {
                return Err(io::ErrorKind::NotFound.into());
            }
            Ok(lookup_host((host, port)).await?.collect())
        })
    }
}

/// Connects to the host of a URL.
///
/// # Errors
/// [`FetchError`]: there is no such host, it may not be connected to, or it cannot.
pub async fn connect(policy: &Policy, url: &Url) -> Result<Box<dyn Socket>, FetchError> {
    let deadline = Instant::now() + CONNECT;
    let connecting = async {
        let socket = connect_tcp(allowed(policy, url).await?).await?;
        // Requests are small and each is waited for.
        let _ = socket.set_nodelay(true);
        match url.scheme() {
            "https" => with_tls(policy, url, socket).await,
            _ => Ok::<Box<dyn Socket>, _>(Box::new(socket)),
        }
    };
    timeout_at(deadline, connecting)
        .await
        .unwrap_or(Err(FetchError::ConnectTimeout))
}

/// The addresses of a URL's host that may be connected to.
async fn allowed(policy: &Policy, url: &Url) -> Result<Vec<SocketAddr>, FetchError> {
    let port = url.port_or_known_default().ok_or(FetchError::Url)?;
    let found = match url.host().ok_or(FetchError::Url)? {
        Host::Ipv4(address) => vec![SocketAddr::new(address.into(), port)],
        Host::Ipv6(address) => vec![SocketAddr::new(address.into(), port)],
        Host::Domain(name) => policy
            .resolver
            .resolve(name, port)
            .await
            .map_err(|_| FetchError::NoHost)?,
    };
    let first: IpAddr = found.first().ok_or(FetchError::NoHost)?.ip();
    let allowed: Vec<SocketAddr> = found
        .into_iter()
        .filter(|address| policy.guard.allows(address.ip()))
        .collect();
    match allowed.is_empty() {
        true => Err(FetchError::Refused(first)),
        false => Ok(allowed),
    }
}

/// Connects to the first address that answers.
async fn connect_tcp(addresses: Vec<SocketAddr>) -> Result<TcpStream, FetchError> {
    let mut failed = FetchError::NoHost;
    for address in addresses {
        match TcpStream::connect(address).await {
            Ok(socket) => return Ok(socket),
            Err(error) => failed = FetchError::Connect(error),
        }
    }
    Err(failed)
}

async fn with_tls(policy: &Policy, url: &Url, socket: TcpStream) -> Result<Box<dyn Socket>, FetchError> {
    let config = upstream::config(policy.verifies_tls).ok_or(FetchError::NoTls)?;
    let name = match url.host().ok_or(FetchError::Url)? {
        Host::Ipv4(address) => ServerName::from(IpAddr::from(address)),
        Host::Ipv6(address) => ServerName::from(IpAddr::from(address)),
        Host::Domain(name) => ServerName::try_from(name.to_owned()).map_err(|_| FetchError::Url)?,
    };
    let connector = TlsConnector::from(config);
    let socket = connector.connect(name, socket).await.map_err(FetchError::Tls)?;
    Ok(Box::new(socket))
}
