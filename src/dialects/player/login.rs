//! What all pages of players begin with: the variables of a request, and the line that its credentials open (contract
//! "Player side", sections 2 and 11).

use std::sync::Arc;

use crate::dialects::php::body;
use crate::dialects::php::form::{Form, Limits, Node};
use crate::http::{Exchange, Request, RequestBody};
use crate::panel::profiles::XUI;
use crate::panel::subscription::{self, Logins, Refusal, Subscription};
use crate::panel::viewers::Client;
use crate::panel::viewers::checks::refuse_account;
use crate::panel::{Caller, Context, Result};

/// Limits of a request's variables; more are ignored (contract "XC v2 API", section 1).
const LIMITS: Limits = Limits {
    variables: 500,
    depth: 32,
};
/// Largest form body, in bytes; a larger one is ignored.
const LARGEST: usize = 3 << 20;

/// The variables of a request.
pub struct Input(Form);

impl Input {
    /// Reads those of the query and of the body, which wins.
    pub async fn of(request: &Request<'_>) -> Input {
        let query = Form::parse(request.query.as_bytes(), LIMITS);
        Input(match request.body {
            RequestBody::Whole(bytes) if bytes.len() <= LARGEST => {
                query.overlay(body::form(bytes, request.content_type(), LIMITS).await)
            }
            _ => query,
        })
    }

    /// Reads those of a query alone.
    pub fn of_query(query: &str) -> Input {
        Input(Form::parse(query.as_bytes(), LIMITS))
    }

    /// Returns a value without NUL bytes and white space around it; "empty" is absent, `""` or `"0"`.
    pub fn text(&self, name: &str) -> Option<String> {
        let text = self.0.text(name)?.replace('\0', "");
        let text = text.trim();
        (!text.is_empty() && text != "0").then(|| text.to_owned())
    }

    /// Gives a variable another value.
    pub fn set(&mut self, name: &str, value: String) {
        self.0.register(name.as_bytes(), value, 0);
    }

    /// Returns a whole number in an array: `name[key]`.
    pub fn int_in(&self, name: &str, key: &str) -> Option<i64> {
        let Node::Array(array) = self.0.get(name)? else {
            return None;
        };
        array.get(key)?.text()?.trim().parse().ok()
    }

    /// Returns a whole number; `None` for an empty value, 0 for what is no number.
    pub fn int(&self, name: &str) -> Option<i64> {
        self.text(name).map(|text| text.parse().unwrap_or(0))
    }
}

/// The result of a login, and of what was read with it.
pub enum Login<T = ()> {
    Line(Box<Subscription>, T),
    /// The username or the password is missing.
    Missing,
    /// Wrong credentials, or a blocked user agent, with the profile `xui` a line that is not Active too; the client log
    /// has it.
    Refused,
}

/// Returns who sends a request.
pub fn client(request: &Request<'_>) -> Client {
    Client {
        address: request.client.to_canonical(),
        agent: request.header("user-agent").unwrap_or_default().to_owned(),
    }
}

/// Logs a request in.
///
/// # Errors
/// SQLite's, or [`Error::Busy`](crate::panel::Error::Busy).
pub async fn log_in(exchange: &Exchange, request: &Request<'_>, input: &Input, logins: Logins) -> Result<Login> {
    log_in_and(exchange, request, input, logins, |_, _| Ok(())).await
}

/// Logs a request in, and reads something of the line that is let in at the same time.
///
/// # Errors
/// Those of the reading, SQLite's, or [`Error::Busy`](crate::panel::Error::Busy).
pub async fn log_in_and<T: Send + 'static>(
    exchange: &Exchange,
    request: &Request<'_>,
    input: &Input,
    logins: Logins,
    more: impl Fn(&Context<'_>, &Subscription) -> Result<T> + Send + 'static,
) -> Result<Login<T>> {
    let panel = &exchange.panel;
    let (Some(username), Some(password)) = (input.text("username"), input.text("password")) else {
        return Ok(Login::Missing);
    };
    let client = Arc::new(client(request));
    let (of_client, access) = (Arc::clone(&client), Arc::clone(&exchange.access));
    let find = move |context: &Context<'_>| {
        let found = Subscription::log_in(context, (&username, &password), &of_client.agent, logins)?;
        let Some(line) = found else {
            return Ok((None, Err("AUTH_FAILED")));
        };
        let inactive = match access.settings.profiles.has(&XUI) {
            true => refuse_account(context, &access.settings.viewers, &of_client, &line)?,
            false => None,
        };
        let status = match inactive {
            Some(refused) => refused.check.name,
            None => line.has_blocked_agent.then_some("USER_AGENT_BAN"),
        };
        match status {
            Some(status) => Ok((Some(line), Err(status))),
            None => more(context, &line).map(|more| (Some(line), Ok(more))),
        }
    };
    let (status, line) = match panel.read(Caller::Anyone, find).await? {
        (Some(line), Ok(more)) => {
            panel.count_admission(&exchange.access, request.client);
            return Ok(Login::Line(Box::new(line), more));
        }
        (line, refused) => (refused.err().unwrap_or("AUTH_FAILED"), line.map(|line| line.id)),
    };
    let refusal = Refusal {
        status,
        line,
        stream: None,
        asked_stream: None,
        asked: request.path_and_query(),
        agent: client.agent.clone(),
        address: client.address.to_string(),
    };
    subscription::log(panel, refusal).await?;
    let wrong = line.is_none().then(|| input.text("username")).flatten();
    panel
        .count_refusal(&exchange.access, request.client, wrong.as_deref())
        .await?;
    Ok(Login::Refused)
}
