//! Scopes: the rows that a caller may see, by their owner. A view defines once in SQL who owns a row; every
//! read of the view is filtered by it, so that rows of other owners are never returned.
//!
//! For a caller who may see everything the SQL has no extra condition.

use super::view::{Owner, View};

/// The rows that a caller may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    Everything,
    /// Rows of an account and of all accounts below it.
    Family(i64),
    /// Rows of one line.
    Line(i64),
    Nothing,
}

/// The rows of a view that a scope covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Visible {
    All,
    /// Rows that match this SQL, in which `:caller` is [`Scope::id`].
    Where(String),
    None,
}

/// The ids of an account's family: itself and, recursively, the accounts that it owns. It does not include
/// other accounts of an administrators' group, nor the accounts below these.
///
/// `UNION` returns each account once, so that a cycle of owners ends.
pub const FAMILY: &str = "WITH RECURSIVE family(id) AS (
     SELECT id FROM users WHERE id = :caller
     UNION
     SELECT member.id FROM family JOIN users AS member ON member.owner_id = family.id
     LEFT JOIN users_groups AS its ON its.group_id = member.member_group_id
     WHERE coalesce(its.is_admin, 0) = 0)
 SELECT id FROM family";

impl Scope {
    /// Returns which rows of a view are visible.
    pub fn visible(self, view: &View) -> Visible {
        match (self, view.owner) {
            (Scope::Everything, _) => Visible::All,
            (Scope::Nothing, _) | (_, Owner::Administrators) => Visible::None,
            (_, Owner::Shared) => Visible::All,
            (Scope::Family(_), Owner::Account(account) | Owner::Line { account, .. }) => {
                Visible::Where(format!("{account} IN ({FAMILY})"))
            }
            (Scope::Line(_), Owner::Line { line, .. }) => Visible::Where(format!("{line} = :caller")),
            (Scope::Line(_), Owner::Account(_)) => Visible::None,
        }
    }

    /// Returns the same for a look at one row. Most are the account's own: then its family is not gathered.
    pub fn visible_one(self, view: &View) -> Visible {
        match (self.visible(view), view.owner) {
            (Visible::Where(family), Owner::Account(account) | Owner::Line { account, .. })
                if matches!(self, Scope::Family(_)) =>
            {
                let own = format!("{account} = :caller AND EXISTS (SELECT 1 FROM users WHERE id = :caller)");
                Visible::Where(format!("({own} OR {family})"))
            }
            (visible, _) => visible,
        }
    }

    /// Returns the value of `:caller`.
    pub fn id(self) -> i64 {
        match self {
            Scope::Family(id) | Scope::Line(id) => id,
            Scope::Everything | Scope::Nothing => 0,
        }
    }
}
