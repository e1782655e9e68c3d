//! Date texts as PHP's `DateTime` takes them: `2027-01-31`, `01/02/2027`, `+30 days`, `first day of next month`,
//! ISO 8601 with an offset (contract "Admin API", section 14).
//!
//! As in PHP, a text is a sequence of pieces, and at each place the piece counts that is longest: `formats` has a
//! row for each kind of piece, `moment` what the pieces add up to. What no row takes makes the text no date. Left
//! out are pieces that no panel is sent: ISO weeks, days of the year, `weekdays`, roman months.

mod formats;
mod moment;

use crate::time::{Zone, is_printable};
use moment::Moment;

/// The longest text that is read, in bytes.
const LONGEST: usize = 255;

/// Returns the instant that a text means at `now`, both in unix seconds; `None` if it is no date.
pub fn parse(text: &str, zone: Zone, now: i64) -> Option<i64> {
    let is_unix = matches!(text.len(), 9 | 10) && text.bytes().all(|b| b.is_ascii_digit());
    if is_unix || text.len() > LONGEST {
        return None;
    }
    let mut moment = Moment::default();
    let mut rest = text;
    while !rest.is_empty() {
        rest = match rest.strip_prefix([' ', '\t', ',', '.']) {
            Some(after) => after,
            None => formats::take(rest, &mut moment)?,
        };
    }
    moment.instant(zone, now).filter(is_printable)
}
