//! The errors of the panel, each with a class. They contain no HTTP status: a dialect words each class, and overrides
//! that where its contract has a word for one error, with exhaustive matches.

use std::borrow::Cow;
use std::sync::Arc;

use crate::store::StoreError;
use crate::store::mysql::errors::SqlError;

/// The types of things in a panel, for "… not found".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Thing {
    Line,
    MagDevice,
    EnigmaDevice,
    User,
    Package,
    Stream,
    Channel,
    Station,
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
    Setting,
    ActiveCode,
}

/// The values that must be unique.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unique {
    Username,
    Mac,
    AccessCode,
    IpAddress,
    ActiveCode,
}

impl Unique {
    /// Whether it stands in a path, where words of Linecard's own cannot.
    pub fn is_in_paths(self) -> bool {
        match self {
            Unique::Username | Unique::Mac | Unique::AccessCode | Unique::IpAddress => true,
            Unique::ActiveCode => false,
        }
    }
}

/// Why a reseller may not have something (contract "Reseller API", 2 and 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SaleRefusal {
    /// Its group lacks the right, or the row is not its own.
    NoPermission,
    /// The limit of trials is reached, or there are none.
    NoTrials,
    /// There is no such package, or none for this kind of thing.
    PackageType,
    /// No package was named where one is needed, or one that its group does not sell.
    PackageNotSold,
    UsernameTooShort,
    PasswordTooShort,
    /// There is no group for a new sub-reseller.
    NoSubresellerGroup,
}

/// The name of a parameter, in the spelling of the dialect that read it.
pub type Name = Cow<'static, str>;

/// The reason why a request failed. Nothing was written.
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
    /// The package that a value refers to does not exist.
    #[error("the package does not exist")]
    UnknownPackage,
    #[error("a balance would fall below zero")]
    InsufficientCredits,
    /// The line has as many devices as it may have.
    #[error("the line has no room for another device")]
    DeviceLimit,
    #[error("the sale is refused: {0:?}")]
    Sale(SaleRefusal),
    /// A built-in group cannot be deleted.
    #[error("the group is built in")]
    ProtectedGroup,
    #[error("the query is not SQL: {0}")]
    QueryInvalid(String),
    #[error("the query is not allowed: {0}")]
    QueryRefused(String),
    #[error("the query failed: {0}")]
    QueryFailed(String),
    /// The answer would have more than this many bytes.
    #[error("the answer is larger than {0} bytes")]
    TooLarge(usize),
    /// Too many callers at once; nothing was done.
    #[error("the panel is busy")]
    Busy,
    /// The database file was deleted or replaced; nothing was done.
    #[error("the database file was deleted or replaced")]
    DatabaseLost,
    /// An internal error of Linecard.
    #[error("internal error")]
    Internal(#[source] Arc<StoreError>),
}

/// What an error means for a caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// A value was needed and not sent.
    Missing,
    /// A value is wrong.
    Invalid,
    /// There is no such thing, or the caller may not see it.
    NotFound,
    /// Another thing has the value already.
    Exists,
    /// A balance is too low.
    Credits,
    /// The caller may not do this, whatever is sent.
    Forbidden,
    /// What was asked for cannot be answered.
    TooLarge,
    /// Nothing was done, and the same call may succeed later.
    Busy,
    /// The database is gone; nothing was done.
    Lost,
    /// The panel's own fault.
    Internal,
}

impl Error {
    /// Returns its class.
    #[rustfmt::skip] // A table: one entry per line.
    pub fn class(&self) -> Class {
        match self {
            Error::NotFound(_)         => Class::NotFound,
            Error::Taken(_)            => Class::Exists,
            Error::Missing(_)          => Class::Missing,
            Error::Invalid(_)          => Class::Invalid,
            Error::Unknown(_)          => Class::Invalid,
            Error::InvalidDate(_)      => Class::Invalid,
            Error::InvalidMac          => Class::Invalid,
            Error::UnknownPackage      => Class::Invalid,
            Error::InsufficientCredits => Class::Credits,
            Error::DeviceLimit         => Class::Forbidden,
            Error::Sale(_)             => Class::Forbidden,
            Error::ProtectedGroup      => Class::Forbidden,
            Error::QueryInvalid(_)     => Class::Invalid,
            Error::QueryRefused(_)     => Class::Forbidden,
            Error::QueryFailed(_)      => Class::Invalid,
            Error::TooLarge(_)         => Class::TooLarge,
            Error::Busy                => Class::Busy,
            Error::DatabaseLost        => Class::Lost,
            Error::Internal(_)         => Class::Internal,
        }
    }

    /// A reseller may not do this.
    pub const NO_PERMISSION: Error = Error::Sale(SaleRefusal::NoPermission);

    /// Whether the panel has been closed: nothing is done any more, and nothing is wrong.
    pub fn is_of_closing(&self) -> bool {
        matches!(self, Error::Internal(cause) if matches!(**cause, StoreError::Closed))
    }

    /// An internal error, with a text for the log.
    pub fn internal(words: String) -> Error {
        StoreError::Panicked(words).into()
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Busy => Error::Busy,
            StoreError::FileLost => Error::DatabaseLost,
            other => Error::Internal(Arc::new(other)),
        }
    }
}

impl From<SqlError> for Error {
    fn from(error: SqlError) -> Self {
        match error {
            SqlError::Empty => Error::Missing("query".into()),
            SqlError::Invalid(reason) => Error::QueryInvalid(reason),
            SqlError::Refused(reason) => Error::QueryRefused(reason),
            SqlError::Failed(reason) => Error::QueryFailed(reason),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_the_writer_is_no_fault_and_any_other_error_of_the_store_is_one() {
        assert!(Error::from(StoreError::Closed).is_of_closing());
        assert!(!Error::from(StoreError::Busy).is_of_closing());
        assert!(!Error::internal("broken".to_owned()).is_of_closing());
    }
}
