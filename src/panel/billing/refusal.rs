//! Why an operation was refused. Nothing was changed.

use crate::panel::Error;
use crate::panel::fields::Faults;
use crate::store::StoreError;

/// Why an operation was refused.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Refusal {
    /// There is no such object.
    #[error("not found")]
    NotFound,
    /// Fields are at fault: all of them, in the order of the contract.
    #[error("fields are at fault")]
    Fields(Faults),
    /// Something that is there, or its state, forbids it.
    #[error("{0:?}")]
    Conflict(Conflict),
    /// The panel's own reason.
    #[error(transparent)]
    Panel(#[from] Error),
}

/// What forbids an operation, in the order of the contract: of several the first one is told (B3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Conflict {
    EmailTaken,
    CustomerExternalIdTaken,
    SubscriptionExternalIdTaken,
    UsernameTaken,
    MacTaken,
    CustomerHasSubscriptions,
    ProductHasSubscriptions,
    CustomerBlocked,
    CustomerGone,
    Cancelled,
    NotStarted,
    NeverEnds,
    LineGone,
    LineBanned,
    InvoicePaid,
    InvoiceVoid,
    /// The line has no room for a MAC address.
    DeviceLimit,
}

/// The first of several conflicts.
#[derive(Debug, Default)]
pub struct Conflicts(Option<Conflict>);

impl Conflicts {
    /// Adds a conflict, if there is one.
    pub fn add(&mut self, conflict: Conflict, is_there: bool) {
        if is_there {
            self.0 = Some(self.0.map_or(conflict, |first| first.min(conflict)));
        }
    }

    /// Refuses if there is any.
    pub fn check(&self) -> Result<(), Refusal> {
        self.0.map_or(Ok(()), |conflict| Err(Refusal::Conflict(conflict)))
    }
}

impl Refusal {
    /// Returns the panel's own reason. There is no other one where nothing was sent.
    pub fn into_error(self) -> Error {
        match self {
            Refusal::Panel(error) => error,
            other => Error::internal(format!("an operation without fields was refused: {other:?}")),
        }
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Refusal::Panel(error.into())
    }
}

impl From<rusqlite::Error> for Refusal {
    fn from(error: rusqlite::Error) -> Self {
        Refusal::Panel(error.into())
    }
}
