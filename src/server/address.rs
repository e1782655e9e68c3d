//! Binding the server's sockets, and the URLs under which this machine reaches them.

use std::io::{self, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream, ToSocketAddrs};
use std::time::Duration;

use socket2::{Domain, Protocol, Type};

use super::error::StartError;
use crate::platform;
use crate::tls::Tls;

/// How long the server's first request to itself may take.
const FIRST_REQUEST: Duration = Duration::from_secs(5);

/// How many connections may wait to be accepted; the system may allow fewer (Linux: `net.core.somaxconn`, 4096). Rust's
/// library asks for 128: beyond them Linux drops what a client sends to connect, and it tries again after 1, 3 and 7
/// seconds. The HTTP library's own setting is not for listeners that are given to it.
const WAITING: i32 = 4096;

/// A socket that listens, and its real address.
pub type Socket = (TcpListener, SocketAddr);

/// Takes a port, which an option names.
///
/// # Errors
/// [`StartError::Bind`].
pub fn take(option: &'static str, bind: &str) -> Result<Socket, StartError> {
    let listen = || {
        // Without this, the system's resolver is asked for a name of no letters.
        if bind.starts_with(':') {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "the address before the port is missing",
            ));
        }
        let listener = listen_on_one(bind.to_socket_addrs()?)?;
        let address = listener.local_addr()?;
        Ok((listener, address))
    };
    listen().map_err(|error| StartError::Bind {
        option,
        bind: bind.to_owned(),
        error,
    })
}

/// Listens on the first of these addresses that is free.
fn listen_on_one(addresses: impl Iterator<Item = SocketAddr>) -> io::Result<TcpListener> {
    let mut failed = io::Error::new(io::ErrorKind::InvalidInput, "the name has no address");
    for address in addresses {
        match listen(address) {
            Ok(listener) => return Ok(listener),
            Err(error) => failed = error,
        }
    }
    Err(failed)
}

/// Listens on an address.
///
/// # Errors
/// The system's.
pub fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = socket2::Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    platform::reuse_address(&socket)?;
    socket.bind(&address.into())?;
    socket.listen(WAITING)?;
    Ok(socket.into())
}

/// The address under which this machine reaches a socket that listens on all of its addresses.
pub fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

/// The URL of a socket, as this machine reaches it.
pub fn url(address: SocketAddr, tls: Option<&Tls>) -> String {
    let scheme = if tls.is_some() { "https" } else { "http" };
    format!("{scheme}://{}", reachable(address))
}

/// Sends a request to the server and waits for the first byte of its answer: then it is ready. The journal does
/// not record this request.
///
/// # Errors
/// The socket's.
pub fn first_request(address: SocketAddr, tls: Option<&Tls>) -> io::Result<()> {
    let address = reachable(address);
    let socket = TcpStream::connect_timeout(&address, FIRST_REQUEST)?;
    socket.set_read_timeout(Some(FIRST_REQUEST))?;
    match tls {
        None => ask(socket),
        Some(tls) => ask(tls.own_client().connect(&address.ip().to_string(), socket)?),
    }
}

fn ask(mut socket: impl Read + Write) -> io::Result<()> {
    socket.write_all(b"HEAD /_linecard/ready HTTP/1.1\r\nHost: linecard\r\nConnection: close\r\n\r\n")?;
    socket.read_exact(&mut [0])
}
