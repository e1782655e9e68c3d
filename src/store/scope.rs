//! Whose rows there are, and whose of them a caller sees. A view says once in SQL who owns a row; every
//! reader of the view narrows by it, so that a row of somebody else is nowhere to be found.
//!
//! A caller who sees everything is asked nothing more: its SQL is that of the view alone.

use super::view::{Owner, View};

/// Whose rows a caller sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    Everything,
    /// Those of an account and of all accounts below it.
    Family(i64),
    /// Those of one line.
    Line(i64),
    Nothing,
}

/// Which rows of a view a scope covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Visible {
    All,
    /// Those for which this SQL holds, in which `:caller` stands for [`Scope::id`].
    Where(String),
    None,
}

/// The ids of an account's family: itself and, recursively, the accounts that it owns. An account of an
/// administrators' group is in nobody's family but its own, and so is nothing that only it owns.
///
/// `UNION` takes each account once, so that owners in a circle come to an end.
pub const FAMILY: &str = "WITH RECURSIVE family(id) AS (
     SELECT id FROM users WHERE id = :caller
     UNION
     SELECT member.id FROM family JOIN users AS member ON member.owner_id = family.id
     LEFT JOIN users_groups AS its ON its.group_id = member.member_group_id
     WHERE coalesce(its.is_admin, 0) = 0)
 SELECT id FROM family";

impl Scope {
    /// Which rows of a view are seen.
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

    /// The id that `:caller` stands for.
    pub fn id(self) -> i64 {
        match self {
            Scope::Family(id) | Scope::Line(id) => id,
            Scope::Everything | Scope::Nothing => 0,
        }
    }
}
