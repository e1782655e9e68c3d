//! Parsers of options' values. An error is one line that continues after the option's name.

use std::net::IpAddr;
use std::str::FromStr;
use std::time::Duration;

use crate::panel::settings;
use crate::span;
use crate::time::Zone;

/// With bodies of the largest stored size this is 64 GiB: a larger number is a mistake.
const LARGEST_JOURNAL: usize = 1_000_000;

/// The longest delay of a fault.
pub const LONGEST_DELAY: Duration = Duration::from_secs(600);

/// The status of `--fail-rate` without one: Service Unavailable.
const UNAVAILABLE: u16 = 503;

/// The share of requests that fail, and their status: `0.05:503`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FailRate {
    /// From 0 to 1.
    pub share: f64,
    /// From 200 to 599.
    pub status: u16,
}

impl FromStr for FailRate {
    type Err = String;

    fn from_str(text: &str) -> Result<FailRate, String> {
        let (share, status) = text
            .split_once(':')
            .map_or((text, None), |(share, status)| (share, Some(status)));
        let share = share.parse().ok().filter(|share| (0.0..=1.0).contains(share));
        let status = status.map_or(Ok(UNAVAILABLE), str::parse).ok();
        match (share, status.filter(|status| (200..=599).contains(status))) {
            (Some(share), Some(status)) => Ok(FailRate { share, status }),
            _ => Err("not a share from 0 to 1, perhaps with a status, such as 0.05 or 0.05:503".into()),
        }
    }
}

/// Parses the delay of a fault.
pub fn delay(text: &str) -> Result<Duration, String> {
    span::up_to(text, LONGEST_DELAY).ok_or_else(|| "not a span of at most 10 minutes such as 200ms, 2s or 5m".into())
}

/// Parses `NAME=VALUE` of a setting of the panel.
pub fn setting(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("not NAME=VALUE")?;
    settings::check(name, value)?;
    Ok((name.to_owned(), value.to_owned()))
}

/// Parses the name of a quirk profile, or `docs`, which stands for no profile.
pub fn profile(name: &str) -> Result<String, String> {
    settings::check("profile", name)?;
    Ok(name.to_owned())
}

/// Parses the IANA name of a time zone.
pub fn zone(name: &str) -> Result<Zone, String> {
    Zone::named(name).ok_or_else(|| "not an IANA time zone such as Europe/London".into())
}

/// Parses an IP address or a network.
pub fn network(text: &str) -> Result<String, String> {
    let known = text.parse::<IpAddr>().is_ok() || text.parse::<ipnet::IpNet>().is_ok();
    if known {
        Ok(text.to_owned())
    } else {
        Err("not an IP address or network".into())
    }
}

/// Parses an API key.
pub fn api_key(text: &str) -> Result<String, String> {
    let fits = (8..=128).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
    if fits {
        Ok(text.to_owned())
    } else {
        Err("8 to 128 printable characters without spaces".into())
    }
}

/// Parses the secret of a REST API.
pub fn rest_secret(text: &str) -> Result<String, String> {
    let fits = (8..=200).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
    fits.then(|| text.to_owned())
        .ok_or_else(|| "8 to 200 printable characters without spaces".into())
}

/// Parses the size of the journal.
pub fn journal_size(text: &str) -> Result<usize, String> {
    let size = text.parse().ok().filter(|size| *size <= LARGEST_JOURNAL);
    size.ok_or_else(|| format!("not a number from 0 to {LARGEST_JOURNAL}"))
}

/// Parses the value of a header.
pub fn header(text: &str) -> Result<String, String> {
    let fits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic() || b == b' ');
    if fits {
        Ok(text.to_owned())
    } else {
        Err("not a header value".into())
    }
}
