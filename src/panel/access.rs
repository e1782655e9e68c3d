//! Who calls, and whose rows a caller sees and may change. No operation of the panel can be called without
//! saying who calls it; [`crate::panel::Context`] asks here at each place where a row is named, listed,
//! changed or deleted.
//!
//! What a caller may not see is *not found*, as if it were not there. Administrators see everything, and for
//! them no further SQL is run.

use rusqlite::Connection;

use super::error::Result;
use crate::store::scope::{Scope, Visible};
use crate::store::view::{Owner, View};

/// Who calls. A dialect finds it out before it calls anything; an operation that needs one kind says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller {
    /// An administrator, by the user id of the account. `None` has no account: the panel itself, the command
    /// line, the control plane, and the callers of a dialect that knows no accounts.
    Admin(Option<i64>),
    /// A reseller's account, by its user id.
    Reseller(i64),
    /// A customer, by the id of the line.
    Line(i64),
    /// A REST secret, which stands for an account.
    Token(Account),
    /// A person at the pages, with the account that is logged in.
    Session(Account),
    /// Somebody unknown.
    Anyone,
}

/// An account with its right, by its user id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Account {
    Admin(i64),
    Reseller(i64),
}

impl Caller {
    /// The user id that logs name: 0 for a caller without an account.
    pub fn id(self) -> i64 {
        match self {
            Caller::Admin(id) => id.unwrap_or(0),
            Caller::Reseller(id) => id,
            Caller::Token(account) | Caller::Session(account) => account.id(),
            Caller::Line(_) | Caller::Anyone => 0,
        }
    }

    /// Whose rows the caller sees.
    pub fn scope(self) -> Scope {
        match self {
            Caller::Admin(_) | Caller::Token(Account::Admin(_)) | Caller::Session(Account::Admin(_)) => {
                Scope::Everything
            }
            Caller::Reseller(id) | Caller::Token(Account::Reseller(id)) | Caller::Session(Account::Reseller(id)) => {
                Scope::Family(id)
            }
            Caller::Line(id) => Scope::Line(id),
            Caller::Anyone => Scope::Nothing,
        }
    }

    /// Whether the caller sees everything and may change it.
    pub fn is_admin(self) -> bool {
        self.scope() == Scope::Everything
    }

    /// Whether there may be rows of a view that the caller sees.
    pub fn may_read(self, view: &View) -> bool {
        self.scope().visible(view) != Visible::None
    }

    /// Whether the caller may change the rows of a view that it sees. What nobody owns is changed by
    /// administrators alone, and a customer changes nothing.
    pub fn may_change(self, view: &View) -> bool {
        match self.scope() {
            Scope::Everything => true,
            Scope::Family(_) => matches!(view.owner, Owner::Account(_) | Owner::Line { .. }),
            Scope::Line(_) | Scope::Nothing => false,
        }
    }

    /// Whether the row of a view with this key is the caller's to see, if there is one.
    pub(super) fn sees(self, db: &Connection, view: &View, key: i64) -> Result<bool> {
        let scope = self.scope();
        let owned = match scope.visible(view) {
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

    /// Whether an account is of the caller's family.
    pub(super) fn has_in_family(self, db: &Connection, account: i64) -> Result<bool> {
        match self.scope() {
            Scope::Everything => Ok(true),
            Scope::Family(root) => is_below(db, account, root),
            Scope::Line(_) | Scope::Nothing => Ok(false),
        }
    }
}

impl Account {
    /// Its user id.
    pub fn id(self) -> i64 {
        match self {
            Account::Admin(id) | Account::Reseller(id) => id,
        }
    }
}

/// Whether an account is of the family of another, which is of its own.
pub(super) fn is_below(db: &Connection, account: i64, root: i64) -> Result<bool> {
    let sql = format!("SELECT :account IN ({})", crate::store::scope::FAMILY);
    let params = rusqlite::named_params! { ":account": account, ":caller": root };
    Ok(db.prepare_cached(&sql)?.query_row(params, |row| row.get(0))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_and_a_session_see_what_their_account_sees() {
        for as_caller in [Caller::Token, Caller::Session] {
            assert_eq!(as_caller(Account::Admin(1)).scope(), Caller::Admin(Some(1)).scope());
            assert_eq!(as_caller(Account::Reseller(7)).scope(), Caller::Reseller(7).scope());
            assert_eq!(as_caller(Account::Reseller(7)).id(), 7);
        }
    }

    #[test]
    fn a_caller_without_an_account_is_number_0_of_the_logs() {
        for caller in [Caller::Admin(None), Caller::Line(4521), Caller::Anyone] {
            assert_eq!(caller.id(), 0, "{caller:?}");
        }
    }
}
