//! The forms of settings' values: what a value must be, and how it is read.

use std::borrow::Cow;
use std::net::IpAddr;
use std::path::Path;

use ipnet::IpNet;

use crate::budget;
use crate::panel::profiles::Profiles;
use crate::panel::throttle;
use crate::store::raw_sql::Allowed;
use crate::store::schema;

/// Checks a value; the error says what a value must be.
pub type Check = fn(&str) -> Checked;
type Checked = Result<(), Cow<'static, str>>;

/// What happens at the connection limit of a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ConnectionPolicy {
    /// The newcomer is refused.
    #[default]
    Refuse,
    /// The newcomer is admitted, and an open connection is closed.
    KickOldest,
}

/// What streams play.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sources {
    /// Their own sources.
    #[default]
    Real,
    /// The test source in place of each.
    Test,
}

/// How the test source runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pace {
    /// By the host's monotonic time.
    #[default]
    Wall,
    /// By the panel's clock.
    Clock,
    /// As fast as it is read.
    Free,
}

/// The words of each setting that is one of a few.
pub const POLICIES: [(&str, ConnectionPolicy); 2] = [
    ("refuse", ConnectionPolicy::Refuse),
    ("kick_oldest", ConnectionPolicy::KickOldest),
];
pub const SOURCES: [(&str, Sources); 2] = [("real", Sources::Real), ("test", Sources::Test)];
pub const PACES: [(&str, Pace); 3] = [("wall", Pace::Wall), ("clock", Pace::Clock), ("free", Pace::Free)];
pub const ALLOWANCES: [(&str, Allowed); 3] = [
    ("off", Allowed::Nothing),
    ("read", Allowed::Reads),
    ("write", Allowed::Writes),
];

/// Finds what a word stands for.
pub fn choice<T: Copy>(words: &[(&str, T)], word: &str) -> Option<T> {
    words.iter().find(|(name, _)| *name == word).map(|(_, value)| *value)
}

pub fn one_of_policy(value: &str) -> Checked {
    require(choice(&POLICIES, value).is_some(), "refuse or kick_oldest")
}

pub fn one_of_source(value: &str) -> Checked {
    require(choice(&SOURCES, value).is_some(), "real or test")
}

pub fn one_of_pace(value: &str) -> Checked {
    require(choice(&PACES, value).is_some(), "wall, clock or free")
}

pub fn allowed(value: &str) -> Checked {
    require(choice(&ALLOWANCES, value).is_some(), "off, read or write")
}

/// Returns the entries of a list that is separated by commas.
pub fn entries(list: &str) -> impl Iterator<Item = &str> {
    list.split(',').map(str::trim).filter(|entry| !entry.is_empty())
}

pub fn anything(_: &str) -> Checked {
    Ok(())
}

pub fn profiles(value: &str) -> Checked {
    Profiles::parse(value).map(drop).map_err(Cow::Owned)
}

pub fn flag(value: &str) -> Checked {
    require(matches!(value, "0" | "1"), "0 or 1")
}

pub fn count(value: &str) -> Checked {
    require(value.parse::<u32>().is_ok(), "a whole number from 0")
}

/// Checks a whole number within a range.
pub fn whole(value: &str, least: u32, most: u32, must: &'static str) -> Checked {
    let fits = value
        .parse::<u32>()
        .is_ok_and(|number| (least..=most).contains(&number));
    require(fits, must)
}

/// Checks a number of days.
pub fn days(value: &str) -> Checked {
    whole(value, 0, 36_500, "a whole number from 0 to 36500")
}

/// Checks how often an address may fail, of which each time is remembered.
pub fn limit(value: &str) -> Checked {
    whole(value, 0, throttle::MOST, "a whole number from 0 to 1000")
}

/// Checks a number of bytes that is not below the least.
pub fn byte_size(value: &str, least: usize) -> Checked {
    let fits = budget::byte_size(value).is_ok_and(|bytes| bytes >= least);
    let must = || format!("a number of bytes such as 256MiB or 1GiB, from {}MiB", least >> 20);
    fits.then_some(()).ok_or_else(|| must().into())
}

/// Checks that a value can be sent in a header: printable ASCII.
pub fn header(value: &str) -> Checked {
    let fits = !value.is_empty() && value.bytes().all(|b| b.is_ascii_graphic() || b == b' ');
    require(fits, "a header value")
}

/// A folder is named whole, because what it is relative to differs between a service and a shell.
pub fn folder(value: &str) -> Checked {
    require(
        value.is_empty() || Path::new(value).is_absolute(),
        "an absolute path, or empty",
    )
}

pub fn countries(value: &str) -> Checked {
    let fits = |code: &str| code.eq_ignore_ascii_case("ALL") || is_country(code);
    require(
        entries(value).all(fits),
        "ALL or codes of countries such as GB, separated by commas",
    )
}

fn is_country(code: &str) -> bool {
    code.len() == 2 && code.bytes().all(|b| b.is_ascii_alphabetic())
}

pub fn networks(value: &str) -> Checked {
    require(
        entries(value).all(|number| network_number(number).is_some()),
        "numbers of networks such as 64500 or AS64500, separated by commas",
    )
}

/// Reads the number of a network (autonomous system).
pub fn network_number(text: &str) -> Option<u32> {
    let digits = text.strip_prefix("AS").or_else(|| text.strip_prefix("as"));
    digits.unwrap_or(text).parse().ok()
}

pub fn addresses(value: &str) -> Checked {
    let fits = |entry: &str| entry.parse::<IpAddr>().is_ok() || entry.parse::<IpNet>().is_ok();
    require(
        entries(value).all(fits),
        "IP addresses and networks, separated by commas",
    )
}

/// Extra columns are text. A column of `lines` is allowed if it is text and no dialect shows it otherwise.
pub fn columns(value: &str) -> Checked {
    let fits = |name: &str| {
        let word = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        let stored = schema::table("lines").and_then(|lines| lines.column(name));
        word && stored.is_none_or(|column| column.kind == schema::ColumnType::Text)
    };
    require(
        entries(value).all(fits),
        "names of text columns (A-Z a-z 0-9 _), separated by commas",
    )
}

fn require(fits: bool, must: &'static str) -> Checked {
    fits.then_some(()).ok_or(Cow::Borrowed(must))
}
