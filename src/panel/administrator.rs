//! The administrator that the options name at the start: the account is created if it does not exist; if it
//! exists, it becomes an administrator again and gets the given password.

use std::fmt;
use std::sync::Arc;

use rusqlite::OptionalExtension;

use super::access::Caller;
use super::context::Context;
use super::draft::Change;
use super::error::Result;
use super::noun::is_reserved;
use super::resellers::{self, USERS};
use super::rng::HEX;
use super::{Panel, groups};

/// Longest name of an account.
const NAME_MOST: usize = 255;

/// The username and password of an administrator.
#[derive(Clone)]
pub struct Administrator {
    name: String,
    password: String,
}

impl Administrator {
    /// Creates it from two options, which must be given together.
    ///
    /// # Errors
    /// One line that says what is wrong with them. It never contains the password.
    pub fn from_credentials(name: Option<&str>, password: Option<&str>) -> Result<Option<Administrator>, String> {
        let (name, password) = match (name, password) {
            (None, None) => return Ok(None),
            (Some(name), Some(password)) => (name, password),
            (Some(_), None) => return Err("--admin-user needs --admin-password".into()),
            (None, Some(_)) => return Err("--admin-password needs --admin-user".into()),
        };
        if name.trim().is_empty() || name.chars().count() > NAME_MOST {
            return Err(format!("--admin-user must have 1 to {NAME_MOST} characters"));
        }
        if is_reserved(name) {
            return Err(format!("--admin-user {name:?} is reserved; take another name"));
        }
        let most = resellers::PASSWORD_MOST;
        if password.is_empty() || password.chars().count() > most {
            return Err(format!("--admin-password must have 1 to {most} characters"));
        }
        Ok(Some(Administrator {
            name: name.to_owned(),
            password: password.to_owned(),
        }))
    }

    /// The name of the account.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Ensures that the panel has this administrator. Writes nothing if it already has.
    ///
    /// # Errors
    /// SQLite's, or [`Error::Busy`](super::Error::Busy).
    pub async fn settle(&self, panel: &Arc<Panel>) -> Result<()> {
        let this = self.clone();
        let settled = panel.read(Caller::Admin(None), move |context| {
            Ok(this.account(context)?.is_some_and(|account| account.is_settled()))
        });
        if settled.await? {
            return Ok(());
        }
        let this = self.clone();
        panel
            .write(Caller::Admin(None), move |context| this.write(context))
            .await
    }

    fn write(&self, context: &Context<'_>) -> Result<()> {
        let account = self.account(context)?;
        let mut change = Change::default();
        if account.is_none() {
            change.set("username", self.name.clone());
            change.set("api_key", context.panel.rng().text(HEX, 32));
        }
        let existing = account.as_ref();
        if !existing.is_some_and(|account| account.is_administrator) {
            change.set("member_group_id", groups::of_administrators(context)?);
        }
        if !existing.is_some_and(|account| account.is_enabled) {
            change.set("status", 1);
        }
        if !existing.is_some_and(|account| account.has_password) {
            change.set("password", self.password.clone());
        }
        USERS
            .write(context, change, account.map(|account| account.id))
            .map(drop)
    }

    /// Finds the account with this name.
    fn account(&self, context: &Context<'_>) -> Result<Option<Account>> {
        let Some(id) = resellers::find_by_name(context, &self.name)? else {
            return Ok(None);
        };
        let sql = "SELECT password, status <> 0, coalesce(is_admin, 0) <> 0 FROM users
                   LEFT JOIN users_groups ON group_id = member_group_id WHERE id = ?1";
        let account = context.db.prepare_cached(sql)?.query_row([id], |row| {
            Ok(Account {
                id,
                has_password: resellers::is_hash_of(&row.get::<_, String>(0)?, &self.password),
                is_enabled: row.get(1)?,
                is_administrator: row.get(2)?,
            })
        });
        Ok(account.optional()?)
    }
}

impl fmt::Debug for Administrator {
    /// Leaves out the password.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_tuple("Administrator").field(&self.name).finish()
    }
}

/// The relevant columns of an existing account with the name.
struct Account {
    id: i64,
    has_password: bool,
    is_enabled: bool,
    is_administrator: bool,
}

impl Account {
    fn is_settled(&self) -> bool {
        self.has_password && self.is_enabled && self.is_administrator
    }
}
