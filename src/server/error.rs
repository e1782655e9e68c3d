//! The errors of a server's start.

use std::io::{self, ErrorKind};

use rand::rngs::SysError;

use crate::store::{OpenError, StoreError};

/// Why a server could not be started, in one line.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("cannot listen on {bind}: {error}{}", bind_hint(.option, .error))]
    Bind {
        /// The flag of the option that names the address.
        option: &'static str,
        bind: String,
        error: io::Error,
    },
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error("cannot read the database: {0}")]
    Store(#[from] StoreError),
    #[error("the system has no random numbers to give: {0}")]
    Rng(SysError),
    #[error("the server does not answer itself: {0}")]
    Silent(io::Error),
    #[error("{0}")]
    Faults(String),
    #[error("{0}")]
    Option(String),
    #[error("cannot start: {0}")]
    Other(io::Error),
}

/// What to change about an address, behind the reason why nothing listens there.
fn bind_hint(option: &str, error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::AddrInUse => format!("; name another port with {option}, or port 0, which takes a free one"),
        ErrorKind::InvalidInput => format!("; write ADDRESS:PORT, as in {option} 127.0.0.1:8080"),
        ErrorKind::AddrNotAvailable => format!("; name an address of this machine with {option}"),
        ErrorKind::PermissionDenied => format!("; name a port with {option} that this user may take, such as 8080"),
        _ => String::new(),
    }
}
