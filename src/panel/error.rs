//! What can be wrong with a request, in the panel's words. No status, no HTTP: each dialect has
//! a table that gives every one of these its own word, and does not compile without.

use std::borrow::Cow;
use std::sync::Arc;

use crate::store::StoreError;

/// The things of a panel, for "… not found".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Thing {
    Line,
    MagDevice,
    EnigmaDevice,
    User,
    Package,
    Stream,
    Channel,
    Movie,
    Series,
    Episode,
    Bouquet,
    Group,
    Category,
    AccessCode,
    Epg,
    TranscodeProfile,
    BlockedIp,
    BlockedUserAgent,
    BlockedIsp,
    RtmpIp,
    Server,
    Connection,
    Process,
}

/// What may exist only once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unique {
    Username,
    Mac,
    AccessCode,
    IpAddress,
}

/// The name of a parameter, in the spelling of the dialect that read it.
pub type Name = Cow<'static, str>;

/// Why a request was not carried out. Nothing was written.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    #[error("{0:?} not found")]
    NotFound(Thing),
    #[error("{0:?} is taken")]
    Taken(Unique),
    #[error("{0} is missing")]
    Missing(Name),
    #[error("{0} is invalid")]
    Invalid(Name),
    #[error("{0} is unknown")]
    Unknown(Name),
    #[error("{0} is not a date")]
    InvalidDate(Name),
    #[error("the MAC address is malformed")]
    InvalidMac,
    /// A package that was named as a value does not exist.
    #[error("the package does not exist")]
    UnknownPackage,
    #[error("a balance would fall below zero")]
    InsufficientCredits,
    /// A built-in group cannot be deleted.
    #[error("the group is built in")]
    ProtectedGroup,
    #[error("the query is not SQL: {0}")]
    QueryInvalid(String),
    #[error("the query is not allowed: {0}")]
    QueryRefused(String),
    #[error("the query failed: {0}")]
    QueryFailed(String),
    /// Too many callers at once; nothing was done.
    #[error("the panel is busy")]
    Busy,
    /// A fault of Linecard's own.
    #[error("internal error")]
    Internal(#[source] Arc<StoreError>),
}

impl Error {
    /// A fault of Linecard's own, in words for the log.
    pub fn internal(words: String) -> Error {
        StoreError::Panicked(words).into()
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Busy => Error::Busy,
            other => Error::Internal(Arc::new(other)),
        }
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        StoreError::from(error).into()
    }
}

/// The result of an operation of the panel.
pub type Result<T, E = Error> = std::result::Result<T, E>;
