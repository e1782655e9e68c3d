//! What a request for a stream asks for, in its path or its query (contract "Player side", sections 1 and 10.3).

use chrono::{NaiveDate, NaiveDateTime};

use super::super::login::Input;
use super::super::paths::access_token;
use crate::dialects::php::form::percent_decode;
use crate::http::Request;
use crate::panel::profiles::{Profiles, XUI};
use crate::panel::viewers::Plays;
use crate::time::Zone;

/// Seconds of the catch-up that `utc=` of a live URL asks for: 6 hours.
const UTC_SECONDS: i64 = 6 * 3600;

/// A request for a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// With credentials.
    First(First),
    /// A data URL.
    Data(Door, String),
    /// A segment of a playlist: its token and its number.
    Segment(String, u64),
}

/// The data URLs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    Live,
    File,
    Archive,
}

impl Door {
    const ALL: [Door; 3] = [Door::Live, Door::File, Door::Archive];

    /// That of what is played.
    pub const fn of(plays: Plays) -> Door {
        match plays {
            Plays::Live => Door::Live,
            Plays::Movie | Plays::Episode => Door::File,
            Plays::Archive { .. } => Door::Archive,
        }
    }

    /// The first part of its path.
    pub const fn name(self) -> &'static str {
        match self {
            Door::Live => "auth",
            Door::File => "vauth",
            Door::Archive => "tsauth",
        }
    }

    fn named(name: &str) -> Option<Door> {
        Door::ALL.into_iter().find(|door| door.name() == name)
    }
}

/// Whether a path is a data URL.
pub fn is_data(path: &str) -> bool {
    let mut parts = path.split('/').skip(1);
    parts.next().is_some_and(|name| Door::named(name).is_some()) && parts.count() == 1
}

/// A request with credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct First {
    /// Or an access token, behind which the password is empty (profile `xui`).
    pub username: String,
    pub password: String,
    pub id: i64,
    /// What is wanted under the id. An archive may not hold all of it.
    pub plays: Plays,
    /// In lower case, without its dot; empty for none.
    pub extension: String,
}

/// Why a request asks for nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathError {
    /// There is no such path.
    Unknown,
    /// A value is missing, or it is none.
    Malformed,
}

/// Finds what a request asks for.
///
/// # Errors
/// [`PathError`].
pub fn parse(request: &Request<'_>, input: &Input, zone: Zone, profiles: Profiles) -> Result<Asked, PathError> {
    let mut parts: Vec<&str> = request.path.split('/').skip(1).collect();
    if let Some(token) = access_token(request.path).filter(|_| profiles.has(&XUI)) {
        // It stands where the username does; the password is what it stands for.
        let place = parts.iter().position(|part| *part == token).unwrap_or(0);
        parts.insert(place.saturating_add(1), "");
    }
    if let [name, token] = *parts.as_slice()
        && let Some(door) = Door::named(name)
    {
        return Ok(Asked::Data(door, token.to_owned()));
    }
    match *parts.as_slice() {
        ["hls", token, segment] => {
            let number = segment.strip_suffix(".ts").and_then(digits).ok_or(PathError::Unknown)?;
            Ok(Asked::Segment(token.to_owned(), number))
        }
        ["streaming", page] => in_query(page, input, zone).map(Asked::First),
        _ => in_path(&parts, input, zone).map(Asked::First),
    }
}

fn in_path(parts: &[&str], input: &Input, zone: Zone) -> Result<First, PathError> {
    let (username, password, file, plays) = match *parts {
        ["live", username, password, file] | [username, password, file] => (username, password, file, Plays::Live),
        ["movie", username, password, file] => (username, password, file, Plays::Movie),
        ["series", username, password, file] => (username, password, file, Plays::Episode),
        ["timeshift", username, password, minutes, start, file] => {
            (username, password, file, archive(minutes, &text(start), zone)?)
        }
        ["timeshifts", username, password, minutes, id, file] => {
            let (start, extension) = file.rsplit_once('.').unwrap_or((file, ""));
            let plays = archive(minutes, &text(start), zone)?;
            return first(username, password, id, extension, plays);
        }
        _ => return Err(PathError::Unknown),
    };
    let (id, extension) = file.rsplit_once('.').unwrap_or((file, ""));
    let plays = match (plays, input.text("utc")) {
        (Plays::Live, Some(utc)) => Plays::Archive {
            start: unix(&utc).ok_or(PathError::Malformed)?,
            seconds: UTC_SECONDS,
        },
        (plays, _) => plays,
    };
    first(username, password, id, extension, plays)
}

fn first(username: &str, password: &str, id: &str, extension: &str, plays: Plays) -> Result<First, PathError> {
    let id = digits(id).and_then(|id| i64::try_from(id).ok());
    Ok(First {
        username: text(username),
        password: text(password),
        id: id.ok_or(PathError::Unknown)?,
        plays,
        extension: extension.to_ascii_lowercase(),
    })
}

fn in_query(page: &str, input: &Input, zone: Zone) -> Result<First, PathError> {
    let needed = |name| input.text(name).ok_or(PathError::Malformed);
    let plays = match page {
        "live.php" => Plays::Live,
        "vod.php" => Plays::Movie,
        "timeshift.php" => archive(&needed("duration")?, &needed("start")?, zone)?,
        _ => return Err(PathError::Unknown),
    };
    let id = needed("stream")?;
    Ok(First {
        username: needed("username")?,
        password: needed("password")?,
        id: digits(&id)
            .and_then(|id| i64::try_from(id).ok())
            .ok_or(PathError::Unknown)?,
        plays,
        extension: input.text("extension").unwrap_or_default().to_ascii_lowercase(),
    })
}

/// A segment of a path, decoded once; `+` stays.
fn text(segment: &str) -> String {
    percent_decode(segment.as_bytes())
}

fn digits(text: &str) -> Option<u64> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

/// Unix seconds of 9 or 10 digits.
fn unix(text: &str) -> Option<i64> {
    let number = digits(text).filter(|_| (9..=10).contains(&text.len()))?;
    i64::try_from(number).ok()
}

fn archive(minutes: &str, start: &str, zone: Zone) -> Result<Plays, PathError> {
    let minutes = digits(minutes)
        .and_then(|minutes| i64::try_from(minutes).ok())
        .filter(|minutes| *minutes > 0);
    let (minutes, start) = minutes.zip(instant(start, zone)).ok_or(PathError::Malformed)?;
    Ok(Plays::Archive {
        start,
        seconds: minutes.saturating_mul(60),
    })
}

/// Reads a start: `YYYY-MM-DD:HH-MM`, with seconds or without, or `YYYYMMDD-HH`, each in the panel's time zone, or unix
/// seconds.
fn instant(text: &str, zone: Zone) -> Option<i64> {
    let dated = |format| NaiveDateTime::parse_from_str(text, format).ok();
    let hour = || {
        let (date, hour) = text.split_once('-')?;
        let hour = digits(hour).filter(|_| hour.len() == 2)?;
        let date = NaiveDate::parse_from_str(date, "%Y%m%d").ok()?;
        date.and_hms_opt(u32::try_from(hour).ok()?, 0, 0)
    };
    let local = match text.len() {
        16 => dated("%Y-%m-%d:%H-%M"),
        19 => dated("%Y-%m-%d:%H-%M-%S"),
        11 => hour(),
        _ => return unix(text),
    };
    local.map(|local| zone.instant(local))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_start_is_read_in_each_of_its_forms() {
        let zone = Zone::named("Europe/Berlin").unwrap();
        for (text, unix) in [
            ("2026-03-15:14-30", Some(1_773_581_400)),
            ("2026-03-15:14-30-05", Some(1_773_581_405)),
            ("20260315-14", Some(1_773_579_600)),
            ("1773581400", Some(1_773_581_400)),
            ("177358140", Some(177_358_140)),
            // The hour that occurs twice: the first. The hour that does not occur: as far after the gap.
            ("2026-10-25:02-30", Some(1_792_888_200)),
            ("2026-03-29:02-30", Some(1_774_747_800)),
            ("17735814", None),
            ("2026-03-15 14:30", None),
            ("2026-13-15:14-30", None),
            ("20260315-25", None),
            ("", None),
        ] {
            assert_eq!(instant(text, zone), unix, "{text}");
        }
    }
}
