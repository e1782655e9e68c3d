//! Which operation answered a request, and the result of the credentials check. The journal and the metrics
//! use it; nothing of it is sent.

use std::borrow::Cow;
use std::fmt;

use crate::panel::Error;
use crate::panel::error::{SaleRefusal, Thing};

/// The name of a dialect, as tests and metrics write it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Api(pub &'static str);

impl Api {
    /// No dialect answers there.
    pub const NONE: Api = Api("none");
    /// Deliveries to endpoints of webhooks, which faults know under this name.
    pub const WEBHOOK: Api = Api("webhook");

    /// The name.
    pub fn name(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// How a dialect produced an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Trace {
    /// `None` where no operation was reached.
    pub handler: Option<Handler>,
    pub auth: Auth,
    /// The kind of row that the request named and the panel does not have.
    pub missing: Option<Thing>,
    /// Why a sale was refused, and to which account.
    pub refused_sale: Option<(SaleRefusal, i64)>,
}

impl Trace {
    /// A trace of a request that reached no operation, with the result of its credentials check.
    pub fn stopped(auth: Auth) -> Trace {
        Trace {
            auth,
            ..Trace::default()
        }
    }

    /// A trace of an operation that was run for a known caller, with its error if it failed.
    pub fn answered(handler: Handler, error: Option<&Error>) -> Trace {
        Trace {
            handler: Some(handler),
            auth: Auth::Ok,
            missing: match error {
                Some(Error::NotFound(thing)) => Some(*thing),
                _ => None,
            },
            refused_sale: None,
        }
    }

    /// The same with the account that called, if its error is that of a sale.
    pub fn of_account(self, account: i64, error: Option<&Error>) -> Trace {
        let refused_sale = match error {
            Some(Error::Sale(refusal)) => Some((*refusal, account)),
            _ => None,
        };
        Trace { refused_sale, ..self }
    }
}

/// The operation that answered: a row of a dialect's table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Handler {
    pub api: Api,
    pub action: &'static str,
    /// The second word, in dialects whose calls have two; empty elsewhere.
    pub sub: &'static str,
}

impl Handler {
    /// `create_line`, or `user/create` where there are two words.
    pub fn name(self) -> Cow<'static, str> {
        match self.sub {
            "" => self.action.into(),
            sub => format!("{}/{sub}", self.action).into(),
        }
    }
}

/// The result of the check of a request's credentials.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Auth {
    Ok,
    BadKey,
    /// The caller's address is not on the list of allowed addresses.
    Forbidden,
    /// The caller's address is blocked on the whole panel.
    Blocked,
    /// The caller asked too often.
    Limited,
    /// Too many wrong secrets came from the caller's address.
    Throttled,
    /// No secret was sent to a REST API.
    Missing,
    /// The secret of a REST API is unknown.
    Invalid,
    /// The end of the secret has come.
    Expired,
    /// The secret may not do that.
    Permission,
    /// The operation needs no credentials.
    #[default]
    None,
}

impl Auth {
    /// Its name; `None` where no credentials were needed.
    pub fn name(self) -> Option<&'static str> {
        match self {
            Auth::Ok => Some("ok"),
            Auth::BadKey => Some("bad_key"),
            Auth::Forbidden => Some("forbidden"),
            Auth::Blocked => Some("blocked"),
            Auth::Limited => Some("limited"),
            Auth::Throttled => Some("throttled"),
            Auth::Missing => Some("missing"),
            Auth::Invalid => Some("invalid"),
            Auth::Expired => Some("expired"),
            Auth::Permission => Some("permission"),
            Auth::None => None,
        }
    }
}
