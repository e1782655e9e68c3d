//! The checks of a stream request, in the order in which they are made (contract "Player side", section 11): one `table`.
//! The first that refuses decides the answer and the row of the client log. `account` has the checks of the line,
//! `origin` and `network` those of where a request comes from and with what, `stream` those of what it asks for.
//!
//! Number 0, blocked addresses and missing parameters, comes before it: the server refuses these itself. Number 16 only
//! counts the open connections here; the limit is kept where a connection is written down.

mod account;
mod network;
mod origin;
mod stream;
mod table;

#[cfg(test)]
mod tests;

use std::cell::OnceCell;
use std::ops::RangeInclusive;

use table::{ACCOUNT, ORIGIN};
pub use table::{BANNED, CHECKS, DEVICES, DISABLED, EXPIRED, LIMIT, NO_STREAM, SECOND_ADDRESS, STOPPED};

use super::geoip::Network;
use super::{Client, Line, Stream, StreamRequest};
use crate::panel::context::Context;
use crate::panel::error::{Error, Result};
use crate::panel::settings::ViewerSettings;
use crate::panel::subscription::{Refusal, Subscription};

/// What a refused request is answered; a dialect has the status and the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reply {
    /// The login is wrong, or the line's end has come.
    AuthenticationFailed,
    /// The line is switched off.
    AccountDisabled,
    /// Not from there, or not with that.
    Forbidden,
    /// The line has no room for the device.
    DeviceLimit,
    /// There is no such content.
    NotFound,
    /// Not in this format.
    FormatNotAllowed,
    /// Not with this line's bouquets.
    NotInBouquets,
    /// The line has no connection left.
    MaxConnections,
}

/// A check.
#[derive(Debug)]
pub struct Check {
    /// Its number in the contract's table.
    pub number: u8,
    /// The name under which the client log has its refusals; `None` for those that are not logged.
    pub name: Option<&'static str>,
    pub reply: Reply,
    /// What it asks for, as a condition.
    pub rule: &'static str,
    /// What to change so that it admits.
    pub remedy: &'static str,
    /// What of the client it looks at.
    pub looks_at: LooksAt,
    test: Test,
}

/// What of a client a check looks at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LooksAt {
    pub address: bool,
    pub agent: bool,
}

const NOTHING: LooksAt = LooksAt {
    address: false,
    agent: false,
};
const ADDRESS: LooksAt = LooksAt {
    address: true,
    ..NOTHING
};
const AGENT: LooksAt = LooksAt { agent: true, ..NOTHING };
const BOTH: LooksAt = LooksAt {
    address: true,
    agent: true,
};

/// How a check is made. It finds why a request is refused, or nothing.
#[derive(Debug)]
enum Test {
    /// Finds the line.
    FindLine,
    Line(fn(&CheckContext<'_>, &Line) -> Result<Finding>),
    /// Looks at what only a stream request has, before its stream is known.
    Request(fn(&CheckContext<'_>, &StreamRequest, &Line) -> Result<Finding>),
    /// Finds the stream.
    FindStream,
    Stream(fn(&CheckContext<'_>, &StreamRequest, &Line, &Stream) -> Result<Finding>),
}

/// Why a request is refused; `None` admits it.
type Finding = Option<String>;

impl Check {
    /// Makes a row for what is checked elsewhere, which is only told of: it cannot be made here.
    pub(super) const fn outside_the_table(number: u8, reply: Reply, rule: &'static str, remedy: &'static str) -> Check {
        Check {
            number,
            name: None,
            reply,
            rule,
            remedy,
            looks_at: ADDRESS,
            test: Test::Line(|_, _| Ok(None)),
        }
    }
}

/// What all checks of a request look at.
pub struct CheckContext<'a> {
    pub context: &'a Context<'a>,
    pub settings: &'a ViewerSettings,
    pub client: &'a Client,
    network: OnceCell<Network>,
}

impl<'a> CheckContext<'a> {
    fn new(context: &'a Context<'a>, settings: &'a ViewerSettings, client: &'a Client) -> CheckContext<'a> {
        CheckContext {
            context,
            settings,
            client,
            network: OnceCell::new(),
        }
    }

    /// Returns what is known of the client's address.
    pub fn network(&self) -> &Network {
        let files = &self.settings.geoip_files;
        let look_up = || self.context.panel.geoip().look_up(files, self.client.address);
        self.network.get_or_init(look_up)
    }
}

/// A request that every check admits.
#[derive(Debug)]
pub struct Admitted {
    pub line: Line,
    pub stream: Stream,
    /// What is known of the client's address.
    pub network: Network,
}

/// A request that a check refuses.
#[derive(Debug)]
pub struct Refused {
    pub check: &'static Check,
    /// The line, where the request's credentials are those of one.
    pub line: Option<i64>,
    /// The stream, where there is one of that kind.
    pub stream: Option<i64>,
    /// The stream that was asked for.
    pub asked_stream: Option<i64>,
    /// Why, for the operator alone.
    pub why: String,
}

impl Refused {
    /// Returns the row of the client log; `None` for a refusal that is not logged. `asked` is the path and query as they
    /// were sent.
    pub fn log_entry(&self, client: &Client, asked: String) -> Option<Refusal> {
        Some(Refusal {
            status: self.check.name?,
            line: self.line,
            stream: self.stream,
            asked_stream: self.asked_stream,
            asked,
            agent: client.agent.clone(),
            address: client.address.to_canonical().to_string(),
        })
    }
}

/// Makes the checks of a stream request until one refuses.
///
/// # Errors
/// SQLite's.
pub fn walk(
    context: &Context<'_>,
    settings: &ViewerSettings,
    request: &StreamRequest,
) -> Result<std::result::Result<Admitted, Refused>> {
    let mut walk = Walk::new(context, settings, request);
    for check in CHECKS {
        if let Verdict::Refused(why) = walk.make(check)? {
            return Ok(Err(walk.refused(check, why)));
        }
    }
    walk.end()
}

/// Makes those checks of a logged-in line that hold for playlists and guides too (numbers 5 to 10), and returns the
/// refusal. It does not look at the setting `restrict_playlists`.
///
/// # Errors
/// SQLite's.
pub fn refuse_origin(
    context: &Context<'_>,
    settings: &ViewerSettings,
    client: &Client,
    subscription: &Subscription,
) -> Result<Option<Refused>> {
    refuse_line(context, settings, client, subscription, ORIGIN)
}

/// Makes the checks of the account of a logged-in line (numbers 2 to 4), and returns the refusal.
///
/// # Errors
/// SQLite's.
pub fn refuse_account(
    context: &Context<'_>,
    settings: &ViewerSettings,
    client: &Client,
    subscription: &Subscription,
) -> Result<Option<Refused>> {
    refuse_line(context, settings, client, subscription, ACCOUNT)
}

fn refuse_line(
    context: &Context<'_>,
    settings: &ViewerSettings,
    client: &Client,
    subscription: &Subscription,
    numbers: RangeInclusive<u8>,
) -> Result<Option<Refused>> {
    let line = Line::of(context, subscription.clone())?;
    let checks = CheckContext::new(context, settings, client);
    for check in CHECKS.iter().filter(|check| numbers.contains(&check.number)) {
        // Devices have no login there, so what only a stream request can carry is not asked for.
        let Test::Line(test) = check.test else {
            continue;
        };
        if let Some(why) = test(&checks, &line)? {
            return Ok(Some(Refused {
                check,
                line: Some(subscription.id),
                stream: None,
                asked_stream: None,
                why,
            }));
        }
    }
    Ok(None)
}

/// What a check says of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    Admitted,
    /// With the reason.
    Refused(String),
    /// It cannot be made, because there is no line or no stream.
    Skipped,
}

/// Makes all checks of a stream request, whatever they say, and returns what each said.
///
/// # Errors
/// SQLite's.
pub fn walk_all(
    context: &Context<'_>,
    settings: &ViewerSettings,
    request: &StreamRequest,
) -> Result<Vec<(&'static Check, Verdict)>> {
    let mut walk = Walk::new(context, settings, request);
    CHECKS.iter().map(|check| Ok((check, walk.make(check)?))).collect()
}

/// The checks of one request, with what they have found so far.
struct Walk<'a> {
    checks: CheckContext<'a>,
    request: &'a StreamRequest,
    line: Option<Line>,
    stream: Option<Stream>,
}

impl<'a> Walk<'a> {
    fn new(context: &'a Context<'a>, settings: &'a ViewerSettings, request: &'a StreamRequest) -> Walk<'a> {
        Walk {
            checks: CheckContext::new(context, settings, &request.client),
            request,
            line: None,
            stream: None,
        }
    }

    fn make(&mut self, check: &Check) -> Result<Verdict> {
        let (checks, request) = (&self.checks, self.request);
        let finding = match (&check.test, &self.line, &self.stream) {
            (Test::FindLine, ..) => self.find_line()?,
            (Test::FindStream, ..) => self.find_stream()?,
            (Test::Line(test), Some(line), _) => test(checks, line)?,
            (Test::Request(test), Some(line), _) => test(checks, request, line)?,
            (Test::Stream(test), Some(line), Some(stream)) => test(checks, request, line, stream)?,
            _ => return Ok(Verdict::Skipped),
        };
        Ok(finding.map_or(Verdict::Admitted, Verdict::Refused))
    }

    fn find_line(&mut self) -> Result<Finding> {
        self.line = Line::find(self.checks.context, self.request)?;
        let missing = self.line.is_none();
        Ok(missing.then(|| format!("no line has the username {:?} and this password", self.request.username)))
    }

    fn find_stream(&mut self) -> Result<Finding> {
        let (id, kind) = (self.request.stream, self.request.kind);
        self.stream = Stream::find(self.checks.context, id, kind)?;
        let missing = self.stream.is_none();
        Ok(missing.then(|| format!("no {} has the id {id}", kind.noun())))
    }

    fn refused(&self, check: &'static Check, why: String) -> Refused {
        Refused {
            check,
            line: self.line.as_ref().map(|line| line.subscription.id),
            stream: self.stream.as_ref().map(|stream| stream.id),
            asked_stream: Some(self.request.stream),
            why,
        }
    }

    /// Returns what the checks have found.
    fn end(self) -> Result<std::result::Result<Admitted, Refused>> {
        match (self.line, self.stream) {
            (Some(line), Some(stream)) => Ok(Ok(Admitted {
                line,
                stream,
                network: self.checks.network().clone(),
            })),
            _ => Err(Error::internal(
                "a check that finds the line or the stream is missing".to_owned(),
            )),
        }
    }
}
