//! The errors of a server's start.

use std::io;

use rand::rngs::SysError;

use crate::store::{OpenError, StoreError};

/// Why a server could not be started, in one line.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("cannot listen on {0}: {1}")]
    Bind(String, io::Error),
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
