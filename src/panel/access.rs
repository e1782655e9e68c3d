//! The caller, and the rows that a caller may see and change. No operation of the panel can be called without
//! a caller; [`crate::panel::Context`] checks here at each place where a row is named, listed, changed or
//! deleted.
//!
//! A row that a caller may not see is *not found*, as if it did not exist. Administrators see everything, and
//! for them no extra SQL is run.

use rusqlite::Connection;

use super::error::Result;
use crate::store::scope::{Scope, Visible};
use crate::store::view::{Owner, View};

/// The caller. A dialect determines it before it calls an operation; an operation that needs one kind of
/// caller checks it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller {
    /// An administrator, by the user id of the account. `None` means no account: the panel itself, the
    /// command line, the control plane, and the callers of a dialect without accounts.
    Admin(Option<i64>),
    /// A reseller's account, by its user id.
    Reseller(i64),
    /// A customer, by the id of the line.
    Line(i64),
    /// A secret of a REST API, by its id. It belongs to no account and sees everything; what it may do is its scopes'.
    Token(i64),
    /// A user of the web pages, with the account that is logged in.
    Session(Account),
    /// An unauthenticated caller.
    Anyone,
}

/// An account with its role, by its user id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Account {
    Admin(i64),
    Reseller(i64),
}

impl Caller {
    /// Returns the user id for logs: 0 for a caller without an account.
    pub fn id(self) -> i64 {
        match self {
            Caller::Admin(id) => id.unwrap_or(0),
            Caller::Reseller(id) => id,
            Caller::Session(account) => account.id(),
            Caller::Token(_) | Caller::Line(_) | Caller::Anyone => 0,
        }
    }

    /// Returns the scope of the rows that the caller may see.
    pub fn scope(self) -> Scope {
        match self {
            Caller::Admin(_) | Caller::Token(_) | Caller::Session(Account::Admin(_)) => Scope::Everything,
            Caller::Reseller(id) | Caller::Session(Account::Reseller(id)) => Scope::Family(id),
            Caller::Line(id) => Scope::Line(id),
            Caller::Anyone => Scope::Nothing,
        }
    }

    /// Whether the caller may see and change everything.
    pub fn is_admin(self) -> bool {
        self.scope() == Scope::Everything
    }

    /// Whether the caller may see any rows of a view.
    pub fn may_read(self, view: &View) -> bool {
        self.scope().visible(view) != Visible::None
    }

    /// Whether the caller may change the rows of a view that it sees. Only administrators may change rows
    /// without an owner, and a customer may change nothing.
    pub fn may_change(self, view: &View) -> bool {
        match self.scope() {
            Scope::Everything => true,
            Scope::Family(_) => matches!(view.owner, Owner::Account(_) | Owner::Line { .. }),
            Scope::Line(_) | Scope::Nothing => false,
        }
    }

    /// Whether the caller may see the row of a view with this key, if it exists.
    pub(super) fn sees(self, db: &Connection, view: &View, key: i64) -> Result<bool> {
        let scope = self.scope();
        let owned = match scope.visible_one(view) {
            Visible::All => return Ok(true),
            Visible::None => return Ok(false),
            Visible::Where(owned) => owned,
        };
        let sql = format!(
            "SELECT 1 {} WHERE {}.{} = :key AND {owned}",
            view.from(),
            view.table,
            view.key
        );
        let params = rusqlite::named_params! { ":key": key, ":caller": scope.id() };
        Ok(db.prepare_cached(&sql)?.query(params)?.next()?.is_some())
    }

    /// Whether an account is in the caller's family.
    pub(super) fn has_in_family(self, db: &Connection, account: i64) -> Result<bool> {
        match self.scope() {
            Scope::Everything => Ok(true),
            Scope::Family(root) if root == account => Ok(true),
            Scope::Family(root) => is_below(db, account, root),
            Scope::Line(_) | Scope::Nothing => Ok(false),
        }
    }
}

impl Account {
    /// Returns the user id.
    pub fn id(self) -> i64 {
        match self {
            Account::Admin(id) | Account::Reseller(id) => id,
        }
    }
}

/// Whether an account is in the family of `root`, which includes `root` itself.
pub(super) fn is_below(db: &Connection, account: i64, root: i64) -> Result<bool> {
    let sql = format!("SELECT :account IN ({})", crate::store::scope::FAMILY);
    let params = rusqlite::named_params! { ":account": account, ":caller": root };
    Ok(db.prepare_cached(&sql)?.query_row(params, |row| row.get(0))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_sees_what_its_account_sees() {
        assert_eq!(
            Caller::Session(Account::Admin(1)).scope(),
            Caller::Admin(Some(1)).scope()
        );
        assert_eq!(
            Caller::Session(Account::Reseller(7)).scope(),
            Caller::Reseller(7).scope()
        );
        assert_eq!(Caller::Session(Account::Reseller(7)).id(), 7);
    }

    #[test]
    fn a_caller_without_an_account_is_number_0_of_the_logs() {
        for caller in [
            Caller::Admin(None),
            Caller::Token(3),
            Caller::Line(4521),
            Caller::Anyone,
        ] {
            assert_eq!(caller.id(), 0, "{caller:?}");
        }
    }
}
