//! Unix seconds and dates of the panel's time zone.

use chrono::{Datelike, NaiveDate, NaiveDateTime, Timelike};

use super::moment::{Moment, SECOND};
use crate::time::{DAY, Zone};

/// The last second that MariaDB 10.11 knows: 2038-01-19 03:14:07 UTC.
const LAST: i64 = 2_147_483_647;

/// Returns the microseconds since 1970; `None` for what is no date, or out of range.
pub fn to_unix(moment: &Moment, zone: Zone) -> Option<i64> {
    let seconds = instant(local(moment)?, zone);
    (0..=LAST)
        .contains(&seconds)
        .then(|| seconds * SECOND + i64::from(moment.micro))
}

/// Returns the instant of a local time: the first one where it occurs twice. A time that the zone's clock skips is
/// the end of the gap, as MariaDB has it, not a time as long behind the gap (contract "Admin API", 3.2).
fn instant(local: NaiveDateTime, zone: Zone) -> i64 {
    let at = zone.instant(local);
    let is_behind = |unix: i64| zone.local(unix).is_none_or(|shown| shown > local);
    if !is_behind(at) {
        return at;
    }
    // No gap is longer than a day: the first instant whose clock is behind the skipped time.
    let (mut before, mut behind) = (at - DAY, at);
    while before + 1 < behind {
        let middle = before.midpoint(behind);
        match is_behind(middle) {
            true => behind = middle,
            false => before = middle,
        }
    }
    behind
}

fn local(moment: &Moment) -> Option<NaiveDateTime> {
    let year = i32::try_from(moment.year).ok()?;
    NaiveDate::from_ymd_opt(year, moment.month, moment.day)?.and_hms_opt(moment.hour, moment.minute, moment.second)
}

/// Returns the local date of microseconds since 1970, as far as MariaDB 10.11 knows it.
pub fn from_unix(micro: i64, zone: Zone) -> Option<Moment> {
    let known = (0..=LAST).contains(&micro.div_euclid(SECOND));
    known.then(|| at(micro, zone)).flatten()
}

/// Returns the local date of microseconds since 1970: the panel's clock may be at any time.
pub fn at(micro: i64, zone: Zone) -> Option<Moment> {
    let local = zone.local(micro.div_euclid(SECOND))?;
    Some(Moment {
        year: local.year().try_into().ok()?,
        month: local.month(),
        day: local.day(),
        hour: local.hour(),
        minute: local.minute(),
        second: local.second(),
        micro: micro.rem_euclid(SECOND).try_into().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_times_are_the_databases() {
        for (zone, text, unix) in [
            ("Europe/Vienna", "2026-03-29 02:00:00", Some(1_774_746_000)),
            ("Europe/Vienna", "2026-03-29 02:30:00", Some(1_774_746_000)),
            ("Europe/Vienna", "2026-03-29 03:00:00", Some(1_774_746_000)),
            ("Europe/Vienna", "2026-10-25 01:59:59", Some(1_792_886_399)),
            ("Europe/Vienna", "2026-10-25 02:30:00", Some(1_792_888_200)),
            ("Europe/Vienna", "2026-10-25 03:00:00", Some(1_792_893_600)),
            ("Europe/Vienna", "1970-01-01 00:00:00", None),
            ("Europe/Vienna", "1970-01-01 01:00:00", Some(0)),
            ("Europe/Vienna", "2038-01-19 04:14:07", Some(2_147_483_647)),
            ("America/New_York", "2026-03-08 02:30:00", Some(1_772_953_200)),
            ("America/New_York", "2026-11-01 01:30:00", Some(1_793_511_000)),
            ("UTC", "1970-01-01", Some(0)),
            ("UTC", "1969-12-31 23:59:59", None),
            ("UTC", "2038-01-19 03:14:07", Some(2_147_483_647)),
            ("UTC", "2038-01-19 03:14:08", None),
            ("UTC", "2026-00-10", None),
            ("UTC", "0000-00-00", None),
        ] {
            let moment = Moment::held(text).unwrap();
            let micro = to_unix(&moment, Zone::named(zone).unwrap());
            assert_eq!(micro, unix.map(|unix: i64| unix * SECOND), "{zone} {text}");
        }
    }
}
