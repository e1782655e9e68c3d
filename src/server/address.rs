//! Binding the server's sockets, and the URLs under which this machine reaches them.

use std::io::{self, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream, ToSocketAddrs};
use std::time::Duration;

use super::error::StartError;
use crate::tls::Tls;

/// How long the server's first request to itself may take.
const FIRST_REQUEST: Duration = Duration::from_secs(5);

/// A socket that listens, and its real address.
pub type Socket = (TcpListener, SocketAddr);

/// Takes a port.
///
/// # Errors
/// [`StartError::Bind`].
pub fn take(bind: &str) -> Result<Socket, StartError> {
    let listen = || {
        let addresses: Vec<SocketAddr> = bind.to_socket_addrs()?.collect();
        let listener = TcpListener::bind(addresses.as_slice())?;
        let address = listener.local_addr()?;
        Ok((listener, address))
    };
    listen().map_err(|error| StartError::Bind(bind.to_owned(), error))
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
