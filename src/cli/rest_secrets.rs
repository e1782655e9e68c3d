//! `linecard token` and `linecard key`: the secrets of the REST APIs. A secret is printed once, when it is made.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, Subcommand};

use super::database;
use super::output::{print, refuse};
use crate::config::DB;
use crate::panel::clock::Clock;
use crate::panel::rest_secrets::{self, BILLING, NAMED, NXT, NewSecret, SecretError, SecretKind};
use crate::panel::rng::Rng;
use crate::span;
use crate::spelling::closest;
use crate::time::Zone;

/// Commands of `linecard token`.
#[derive(Subcommand, Debug)]
pub enum Token {
    /// Makes a token of the NXT API and prints it; it is not shown again.
    Create {
        /// Its name, which no other token has.
        name: String,
        /// What it may do, once for each; all of it when left out.
        #[arg(long = "permission", value_name = "SLUG", value_parser = permission)]
        permissions: Vec<String>,
        /// How long it is good: 12h, 30d; for ever when left out.
        #[arg(long, value_parser = ttl, value_name = "SPAN")]
        ttl: Option<Duration>,
        #[command(flatten)]
        database: Database,
    },
    /// Lists the tokens without their texts.
    List {
        #[command(flatten)]
        database: Database,
    },
    /// Replaces the text of a token and prints it; the one of before is good no more.
    Regenerate {
        /// Its name.
        name: String,
        #[command(flatten)]
        database: Database,
    },
    /// Revokes a token at once.
    Revoke {
        /// Its name.
        name: String,
        #[command(flatten)]
        database: Database,
    },
}

/// Commands of `linecard key`.
#[derive(Subcommand, Debug)]
pub enum Key {
    /// Makes a key of the billing API, or with --user a named key of the Admin API, and prints it; it is not shown again.
    Create {
        /// Its name, which no other key has.
        name: String,
        /// The account of a named key, which is good where the account's own key is.
        #[arg(long, value_name = "USERNAME", conflicts_with = "tier")]
        user: Option<String>,
        /// Its rate limit: 60, 120 or 300 requests in a minute.
        #[arg(long, default_value = "standard", value_parser = ["standard", "professional", "enterprise"])]
        tier: String,
        /// What it may do, once for each; all of it when left out. Of a named key: all, read (what only reads), no_sql (all but
        /// mysql_query).
        #[arg(long = "scope", value_name = "SCOPE")]
        scopes: Vec<String>,
        #[command(flatten)]
        database: Database,
    },
    /// Lists the keys without their texts.
    List {
        #[command(flatten)]
        database: Database,
    },
    /// Revokes a key at once.
    Revoke {
        /// Its name.
        name: String,
        #[command(flatten)]
        database: Database,
    },
}

/// The database of a panel.
#[derive(Args, Debug)]
pub struct Database {
    /// The panel's database; a server may be using it.
    #[arg(long, env = "LINECARD_DB", default_value = DB, value_name = "PATH")]
    db: PathBuf,
}

impl Token {
    /// Runs the command. Exit code 2 when it is refused, with nothing changed.
    pub fn run(self) -> ExitCode {
        match self {
            Token::Create {
                name,
                permissions,
                ttl,
                database,
            } => {
                let new = NewSecret {
                    name,
                    scopes: permissions,
                    ttl: ttl.and_then(|ttl| i64::try_from(ttl.as_secs()).ok()),
                    ..NewSecret::default()
                };
                database.create(&NXT, new, None)
            }
            Token::List { database } => database.list(&NXT),
            Token::Regenerate { name, database } => database.regenerate(&NXT, &name),
            Token::Revoke { name, database } => database.revoke(&NXT, &name),
        }
    }
}

impl Key {
    /// Runs the command. Exit code 2 when it is refused, with nothing changed.
    pub fn run(self) -> ExitCode {
        match self {
            Key::Create {
                name,
                user,
                tier,
                scopes,
                database,
            } => {
                let kind = if user.is_some() { &NAMED } else { &BILLING };
                if let Some(reason) = scopes.iter().find_map(|scope| known(scope, kind).err()) {
                    return refuse(format!("--scope: {reason}"));
                }
                let new = NewSecret {
                    name,
                    scopes,
                    tier: user.is_none().then_some(tier),
                    ..NewSecret::default()
                };
                database.create(kind, new, user.as_deref())
            }
            Key::List { database } => database.list(&BILLING),
            Key::Revoke { name, database } => database.revoke(&BILLING, &name),
        }
    }
}

impl Database {
    /// Changes the database in a transaction, and prints what comes of it.
    pub fn change<E: ToString>(
        &self,
        change: impl FnOnce(&rusqlite::Connection, i64) -> Result<String, E>,
    ) -> ExitCode {
        let changed = database::visit(&self.db).and_then(|mut db| {
            let failed = |error: rusqlite::Error| format!("{}: {error}", self.db.display());
            let all = db.transaction().map_err(failed)?;
            let text = change(&all, Clock::running().now()).map_err(|error| error.to_string())?;
            all.commit().map_err(failed)?;
            Ok(text)
        });
        match changed {
            Ok(text) => {
                print(&text);
                ExitCode::SUCCESS
            }
            Err(reason) => refuse(reason),
        }
    }

    /// The same with random numbers of the system, for a secret.
    pub fn draw<E: ToString>(
        &self,
        draw: impl FnOnce(&rusqlite::Connection, &Rng, i64) -> Result<String, E>,
    ) -> ExitCode {
        match Rng::unpredictable() {
            Ok(rng) => self.change(|db, now| draw(db, &rng, now).map(|text| text + "\n")),
            Err(error) => refuse(format!("the system gives no random numbers: {error}")),
        }
    }

    fn create(&self, kind: &SecretKind, new: NewSecret, user: Option<&str>) -> ExitCode {
        self.draw(|db, rng, now| {
            let user = user.map(|name| rest_secrets::account(db, name)).transpose()?;
            rest_secrets::create(db, rng, now, kind, &NewSecret { user, ..new })
        })
    }

    fn regenerate(&self, kind: &SecretKind, name: &str) -> ExitCode {
        self.draw(|db, rng, now| rest_secrets::regenerate(db, rng, now, kind, name))
    }

    fn revoke(&self, kind: &SecretKind, name: &str) -> ExitCode {
        self.change(|db, now| rest_secrets::revoke(db, now, kind, name).map(|()| String::new()))
    }

    fn list(&self, kind: &SecretKind) -> ExitCode {
        self.change(|db, now| {
            let dated = |at: Option<i64>| at.and_then(|at| Zone::UTC.stamp(at)).map(|at| at + "Z");
            let mut text = String::new();
            for one in rest_secrets::list(db, kind)? {
                let account = "SELECT username FROM users WHERE id = ?1";
                let of = match one.user {
                    Some(user) => format!(
                        " user={}",
                        db.query_row(account, [user], |row| row.get::<_, String>(0))?
                    ),
                    None if one.tier.is_empty() => String::new(),
                    None => format!(" tier={}", one.tier),
                };
                let expired = if one.has_expired(now) { " expired" } else { "" };
                text += &format!(
                    "{}{of} scopes={} created={} expires={}{expired} last_used={}\n",
                    one.name,
                    one.scopes.join(","),
                    dated(Some(one.created)).unwrap_or_default(),
                    dated(one.expires).unwrap_or_else(|| "never".to_owned()),
                    dated(one.last_used).unwrap_or_else(|| "never".to_owned()),
                );
            }
            Ok::<_, SecretError>(text)
        })
    }
}

fn permission(text: &str) -> Result<String, String> {
    known(text, &NXT)
}

fn known(text: &str, kind: &SecretKind) -> Result<String, String> {
    if kind.scopes.contains(&text) {
        return Ok(text.to_owned());
    }
    Err(match closest(text, kind.scopes) {
        Some(close) => format!("there is no {text:?}; did you mean {close}?"),
        None => format!("there is no {text:?}; there are {}", kind.scopes.join(", ")),
    })
}

/// Parses a span with days too.
fn ttl(text: &str) -> Result<Duration, String> {
    let days = text.strip_suffix('d').and_then(|days| days.parse::<u64>().ok());
    let span = match days {
        Some(days) => days.checked_mul(86_400).map(Duration::from_secs),
        None => span::parse(text).ok(),
    };
    span.filter(|span| (1..=3_155_760_000).contains(&span.as_secs()))
        .ok_or_else(|| "not a span of time such as 30m, 12h or 30d".to_owned())
}
