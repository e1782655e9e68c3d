//! The server's own socket: how it is taken, and how this machine reaches it.

use std::io::{self, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream, ToSocketAddrs};
use std::time::Duration;

/// How long the server's first request to itself may take.
const FIRST_REQUEST: Duration = Duration::from_secs(5);

/// Takes the port.
pub fn listen(bind: &str) -> io::Result<TcpListener> {
    let addresses: Vec<SocketAddr> = bind.to_socket_addrs()?.collect();
    TcpListener::bind(addresses.as_slice())
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

/// Asks the server for something and waits for the answer's first byte: then it is ready. Whatever
/// the answer is, no journal has this request.
///
/// # Errors
/// The socket's.
pub fn first_request(address: SocketAddr) -> io::Result<()> {
    let mut socket = TcpStream::connect_timeout(&reachable(address), FIRST_REQUEST)?;
    socket.set_read_timeout(Some(FIRST_REQUEST))?;
    socket.write_all(b"HEAD /_linecard/ready HTTP/1.1\r\nHost: linecard\r\nConnection: close\r\n\r\n")?;
    socket.read_exact(&mut [0])
}
