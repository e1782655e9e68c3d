//! The forms of settings' values: what a value must be, and what is read from it.

use std::borrow::Cow;
use std::collections::HashSet;
use std::marker::PhantomData;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use ipnet::IpNet;

use crate::budget;
use crate::panel::net::Addresses;
use crate::panel::profiles::Profiles;
use crate::panel::throttle;
use crate::store::raw_sql::Allowed;
use crate::store::schema;

/// Checks a value; the error says what a value must be.
pub type Check = fn(&str) -> Checked;
type Checked = Result<(), Cow<'static, str>>;

/// A form of values.
pub trait Form {
    /// What is read from a value.
    type Value;

    /// Checks a value that is to be set.
    ///
    /// # Errors
    /// What a value must be.
    fn check(value: &str) -> Checked;

    /// Reads a stored value; `None` if it cannot be read. Of a list, entries that cannot be read are left out.
    fn read(value: &str) -> Option<Self::Value>;
}

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

/// What is one of a few words.
pub trait Words: Copy + 'static {
    /// The words with their meanings.
    const ALL: &'static [(&'static str, Self)];
}

impl Words for ConnectionPolicy {
    const ALL: &'static [(&'static str, ConnectionPolicy)] = &[
        ("refuse", ConnectionPolicy::Refuse),
        ("kick_oldest", ConnectionPolicy::KickOldest),
    ];
}

impl Words for Sources {
    const ALL: &'static [(&'static str, Sources)] = &[("real", Sources::Real), ("test", Sources::Test)];
}

impl Words for Pace {
    const ALL: &'static [(&'static str, Pace)] = &[("wall", Pace::Wall), ("clock", Pace::Clock), ("free", Pace::Free)];
}

impl Words for Allowed {
    const ALL: &'static [(&'static str, Allowed)] = &[
        ("off", Allowed::Nothing),
        ("read", Allowed::Reads),
        ("write", Allowed::Writes),
    ];
}

/// One of a few words.
#[derive(Debug)]
pub struct OneOf<T>(PhantomData<T>);

impl<T: Words> Form for OneOf<T> {
    type Value = T;

    fn check(value: &str) -> Checked {
        let words: Vec<&str> = T::ALL.iter().map(|(word, _)| *word).collect();
        let must = || match words.split_last() {
            Some((last, others)) => format!("{} or {last}", others.join(", ")),
            None => String::new(),
        };
        Self::read(value).map(drop).ok_or_else(|| must().into())
    }

    fn read(value: &str) -> Option<T> {
        T::ALL
            .iter()
            .find(|(word, _)| *word == value)
            .map(|(_, meaning)| *meaning)
    }
}

/// Declares forms, each with the type of its values, what a value must be and how one is read. What a stored value may be
/// and a sent one not, `if` tells.
macro_rules! forms {
    ($($(#[$meta:meta])* $form:ident $(<$($bound:ident),+>)? -> $value:ty, $must:expr, $read:expr $(, if $fits:expr)?;)+) => { $(
        $(#[$meta])*
        #[derive(Debug)]
        pub struct $form $(<$(const $bound: u32),+>)?;

        impl $(<$(const $bound: u32),+>)? Form for $form $(<$($bound),+>)? {
            type Value = $value;

            fn check(value: &str) -> Checked {
                let fits: fn(&str) -> bool = forms!(@fits Self $(, $fits)?);
                fits(value).then_some(()).ok_or_else(|| Cow::from($must))
            }

            fn read(value: &str) -> Option<$value> {
                let read: fn(&str) -> Option<$value> = $read;
                read(value)
            }
        }
    )+ };
    (@fits $form:ty) => { |value| <$form>::read(value).is_some() };
    (@fits $form:ty, $fits:expr) => { $fits };
}

forms! {
    AnyText -> String, "any text", |value| Some(value.to_owned());
    /// `0` or `1`.
    Flag -> bool, "0 or 1", |value| match value {
        "0" => Some(false),
        "1" => Some(true),
        _ => None,
    };
    Count -> u32, "a whole number from 0", |value| value.parse().ok();
    Whole<LEAST, MOST> -> u32, range(LEAST, MOST), |value| whole(value, LEAST, MOST);
    Seconds<LEAST, MOST> -> Duration, range(LEAST, MOST), |value| {
        whole(value, LEAST, MOST).map(|seconds| Duration::from_secs(seconds.into()))
    };
    Millis<LEAST, MOST> -> Duration, range(LEAST, MOST), |value| {
        whole(value, LEAST, MOST).map(|millis| Duration::from_millis(millis.into()))
    };
    /// A number of hours, of which 0 is never.
    Hours<LEAST, MOST> -> Option<Duration>, range(LEAST, MOST), |value| {
        let hours = whole(value, LEAST, MOST)?;
        Some((hours > 0).then(|| Duration::from_secs(u64::from(hours) * 3_600)))
    };
    /// A number of bytes that is not below the least.
    ByteSize<LEAST> -> usize, format!("a number of bytes such as 256MiB or 1GiB, from {}MiB", LEAST >> 20), |value| {
        let bytes = budget::byte_size(value).ok();
        bytes.filter(|bytes| usize::try_from(LEAST).is_ok_and(|least| *bytes >= least))
    };
    /// What can be sent in a header: printable ASCII.
    Header -> String, "a header value", |value| Some(value.to_owned()),
        if |value| !value.is_empty() && value.bytes().all(|b| b.is_ascii_graphic() || b == b' ');
    /// A folder is named whole, because what it is relative to differs between a service and a shell; empty is none.
    Folder -> Option<PathBuf>, "an absolute path, or empty",
        |value| Some(Some(value).filter(|value| !value.is_empty()).map(PathBuf::from)),
        if |value| value.is_empty() || Path::new(value).is_absolute();
    Files -> Vec<PathBuf>, "names of files, separated by commas", |value| Some(entries(value).map(PathBuf::from).collect());
    /// Codes in upper case; none is every country.
    Countries -> Vec<String>, "ALL or codes of countries such as GB, separated by commas",
        |value| {
            let codes: Vec<String> = entries(value).map(str::to_ascii_uppercase).collect();
            Some(codes).filter(|codes| !codes.iter().any(|code| code == "ALL")).or_else(|| Some(Vec::new()))
        },
        if |value| entries(value).all(|code| code.eq_ignore_ascii_case("ALL") || is_country(code));
    Networks -> HashSet<u32>, "numbers of networks such as 64500 or AS64500, separated by commas",
        |value| Some(entries(value).filter_map(network_number).collect()),
        if |value| entries(value).all(|number| network_number(number).is_some());
    AddressList -> Addresses, "IP addresses and networks, separated by commas",
        |value| Some(Addresses::parse(entries(value))),
        if |value| entries(value).all(|entry| entry.parse::<IpAddr>().is_ok() || entry.parse::<IpNet>().is_ok());
    /// Text columns of lines beside those of the panel.
    Columns -> Vec<String>, "names of text columns (A-Z a-z 0-9 _), separated by commas",
        |value| Some(entries(value).map(str::to_owned).collect()),
        if |value| entries(value).all(is_text_column);
}

/// How many days something is kept.
pub type Days = Whole<0, 36_500>;
/// How often an address may fail, of which each time is remembered.
pub type Limit = Whole<0, { throttle::MOST }>;

/// Names of quirk profiles.
#[derive(Debug)]
pub struct ProfileNames;

impl Form for ProfileNames {
    type Value = Profiles;

    fn check(value: &str) -> Checked {
        Profiles::parse(value).map(drop).map_err(Cow::Owned)
    }

    fn read(value: &str) -> Option<Profiles> {
        Profiles::parse(value).ok()
    }
}

fn range(least: u32, most: u32) -> String {
    format!("a whole number from {least} to {most}")
}

fn whole(value: &str, least: u32, most: u32) -> Option<u32> {
    value.parse().ok().filter(|number| (least..=most).contains(number))
}

/// Returns the entries of a list that is separated by commas.
fn entries(list: &str) -> impl Iterator<Item = &str> {
    list.split(',').map(str::trim).filter(|entry| !entry.is_empty())
}

fn is_country(code: &str) -> bool {
    code.len() == 2 && code.bytes().all(|b| b.is_ascii_alphabetic())
}

/// Reads the number of a network (autonomous system).
fn network_number(text: &str) -> Option<u32> {
    let digits = text.strip_prefix("AS").or_else(|| text.strip_prefix("as"));
    digits.unwrap_or(text).parse().ok()
}

/// Extra columns are text. A column of `lines` is allowed if it is text and no dialect shows it otherwise.
fn is_text_column(name: &str) -> bool {
    let word = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let stored = schema::table("lines").and_then(|lines| lines.column(name));
    word && stored.is_none_or(|column| column.kind == schema::ColumnType::Text)
}
