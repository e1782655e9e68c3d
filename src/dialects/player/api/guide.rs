//! The guide of one stream (contract "Player side", sections 5.7 and 5.8).

use std::num::IntErrorKind;

use data_encoding::BASE64;

use super::{Call, quote};
use crate::dialects::php::json::{self, Object};
use crate::panel::Result;
use crate::panel::guide::page::{self, StoredProgramme};
use crate::panel::subscription;
use crate::time::DAY;

/// An answer of the guide without programmes.
pub const NO_GUIDE: &str = r#"{"epg_listings":[]}"#;

/// How many programmes a short guide has where the client does not say.
const SHORT: u64 = 4;

/// Appends the running and the following programmes of a stream.
pub fn short(call: &Call<'_>, out: &mut Vec<u8>) -> Result<()> {
    let limit = limit(call.input.text("limit").as_deref());
    let programmes = page::short(call.context.db, stream(call), call.context.now, limit)?;
    listings(out, &programmes, |out, one| {
        let mut item = Object::open(out);
        programme(call, &mut item, one);
        item.close();
    });
    Ok(())
}

/// Appends all programmes of a stream.
pub fn all(call: &Call<'_>, out: &mut Vec<u8>) -> Result<()> {
    let (stream, now) = (stream(call), call.context.now);
    let days = subscription::archive_days(call.context, stream)?;
    let archived_from = now.saturating_sub(days.saturating_mul(DAY));
    let programmes = page::all(call.context.db, stream)?;
    listings(out, &programmes, |out, one| {
        let mut item = Object::open(out);
        programme(call, &mut item, one);
        let has_ended = one.end <= now;
        json::int(item.field("now_playing"), i64::from(one.start <= now && !has_ended));
        json::int(
            item.field("has_archive"),
            i64::from(has_ended && days > 0 && one.start >= archived_from),
        );
        item.close();
    });
    Ok(())
}

/// Appends the programmes of a stream, or those alone that have not ended (profile `xui`).
pub fn programmes(call: &Call<'_>, out: &mut Vec<u8>) -> Result<()> {
    let (db, stream) = (call.context.db, stream(call));
    let programmes = match call.input.int("from_now").is_some_and(|flag| flag > 0) {
        true => page::short(db, stream, call.context.now, u64::MAX)?,
        false => page::all(db, stream)?,
    };
    listings(out, &programmes, |out, one| {
        let mut item = Object::open(out);
        programme(call, &mut item, one);
        item.close();
    });
    Ok(())
}

fn stream(call: &Call<'_>) -> i64 {
    call.input.int("stream_id").unwrap_or(0)
}

/// Reads a limit; what is not a positive number is the usual one.
fn limit(text: Option<&str>) -> u64 {
    match text.unwrap_or_default().parse::<u64>() {
        Ok(0) => SHORT,
        Ok(limit) => limit,
        Err(error) if *error.kind() == IntErrorKind::PosOverflow => u64::MAX,
        Err(_) => SHORT,
    }
}

fn listings(out: &mut Vec<u8>, programmes: &[StoredProgramme], print: impl FnMut(&mut Vec<u8>, &StoredProgramme)) {
    let mut object = Object::open(out);
    json::list(object.field("epg_listings"), programmes, print);
    object.close();
}

/// Writes the members that all answers have.
fn programme(call: &Call<'_>, item: &mut Object<'_>, one: &StoredProgramme) {
    let stamp = |unix| call.context.zone().stamp(unix).unwrap_or_default();
    quote::number(item.field("id"), one.id);
    quote::number(item.field("epg_id"), one.epg_id);
    json::text(item.field("title"), &BASE64.encode(one.title.as_bytes()));
    json::text(item.field("lang"), &one.lang);
    json::text(item.field("start"), &stamp(one.start));
    match call.quirks.is_xui {
        true => quote::number(item.field("end"), one.end),
        false => json::text(item.field("end"), &stamp(one.end)),
    }
    json::text(item.field("description"), &BASE64.encode(one.description.as_bytes()));
    json::text(item.field("channel_id"), &one.channel_id);
    quote::number(item.field("start_timestamp"), one.start);
    quote::number(item.field("stop_timestamp"), one.end);
    if call.quirks.is_xui {
        json::text(item.field("stop"), &stamp(one.end));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_a_positive_number() {
        for (text, expected) in [
            (None, 4),
            (Some("1"), 1),
            (Some("100000"), 100_000),
            (Some("99999999999999999999"), u64::MAX),
            (Some("-1"), 4),
            (Some("many"), 4),
        ] {
            assert_eq!(limit(text), expected, "{text:?}");
        }
    }
}
