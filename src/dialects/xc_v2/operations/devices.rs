//! `stb`: MAG devices (contract "XC v2 API", section 10).

use std::sync::LazyLock;

use serde_json::{Value as Json, json};

use super::lines::{add_line, checked, refuse_taken, write_line};
use super::{Call, done, within_limits};
use crate::dialects::php::json::Object;
use crate::dialects::php::values;
use crate::dialects::xc_v2::input::Member;
use crate::dialects::xc_v2::user_data::For;
use crate::dialects::xc_v2::user_info::{self, Line};
use crate::dialects::xc_v2::words;
use crate::panel::answers::AnswerBytes;
use crate::panel::devices::{self, MAGS};
use crate::panel::draft::Change;
use crate::panel::error::Thing;
use crate::panel::lines::{self, LINES};
use crate::panel::net::canonical_mac;
use crate::panel::{Context, Error, Result, logs};
use crate::store::view::Selection;

/// Returns a MAC as it is stored: in upper case with colons; text that is not a MAC only in upper case.
fn stored_mac(mac: &str) -> String {
    canonical_mac(mac).unwrap_or_else(|| mac.to_ascii_uppercase())
}

/// `stb`/`create`.
pub fn create_device(call: &Call<'_>) -> Result<Vec<u8>> {
    let context = call.context;
    let mac = match call.input.get("user_data") {
        Some(Member::Array(members)) => members.get("mac").filter(|mac| !mac.is_empty()),
        _ => None,
    };
    let mac = mac.ok_or(Error::Missing("mac".into()))?.clone().into_text();
    let mut own = Change::default();
    own.set("mac", stored_mac(&mac));
    MAGS.check_mac(context, &own, None)?;
    let mut data = call.user_data(For::Create, "mac")?;
    for column in ["username", "password", "allowed_ua", "allowed_outputs", "is_mag"] {
        data.change.take(column);
    }
    let mut device = 0;
    add_line(call, data, |line| {
        device = MAGS.add(context, own, line)?;
        MAGS.line_of(context, device)?.ok_or(Error::NotFound(Thing::Line))
    })?;
    logs::note(context, "mag", "new", device)?;
    Ok(done())
}

/// `stb`/`edit`.
pub fn edit_device(call: &Call<'_>) -> Result<Vec<u8>> {
    let context = call.context;
    let mac = stored_mac(call.mac()?);
    let device = MAGS.find(context, &mac)?;
    let line = match device {
        Some(device) => MAGS.line_of(context, device)?,
        None => None,
    };
    let data = call.user_data(For::Edit, "")?;
    let (mut change, extra) = checked(data, line)?;
    change.take("is_mag");
    let stored = match line {
        Some(line) => is_stored(context, line, &change, &extra)?,
        None => true,
    };
    let Some((device, line)) = device.zip(line).filter(|_| !stored) else {
        refuse_taken(context, &change, line)?;
        return Ok(words::UNCHANGED.to_vec());
    };
    write_line(context, line, change, &extra)?;
    logs::note(context, "mag", "edit", device)?;
    Ok(done())
}

fn is_stored(context: &Context<'_>, line: i64, change: &Change, extra: &[(String, String)]) -> Result<bool> {
    for (name, value) in extra {
        if lines::extra(context, line, name)? != *value {
            return Ok(false);
        }
    }
    change.is_stored(context, LINES.view, line)
}

/// All columns of a MAG device up to `lock_device`; this dialect does not show the two columns after it.
static DEVICE: LazyLock<Selection> = LazyLock::new(|| {
    let columns = devices::MAG.stored().take_while(|column| column.name != "theme_type");
    Selection::new(&devices::MAG, columns)
});

/// `stb`/`info`.
pub fn show_device(call: &Call<'_>) -> Result<AnswerBytes> {
    let context = call.context;
    let device = MAGS.find(context, call.mac()?)?;
    let device = device.ok_or(Error::NotFound(Thing::MagDevice))?;
    let record = context
        .one(&devices::MAG, &DEVICE, device)?
        .ok_or(Error::NotFound(Thing::MagDevice))?;
    let line = match MAGS.line_of(context, device)? {
        Some(line) => Line::load(context, line)?,
        None => None,
    };
    let pair = match &line {
        Some(line) => line.pair(context)?,
        None => None,
    };
    let mut body = call.answer();
    let mut object = Object::open(body.out());
    object.field("result").extend_from_slice(b"true");
    let mut row = Object::open(object.field("mag_device"));
    for (column, value) in DEVICE.columns().iter().zip(&record) {
        values::plain(row.field(column.name), Some(value));
    }
    row.close();
    for (key, line) in [("user_info", line), ("pair_line_info", pair)] {
        match line {
            Some(line) => line.print(object.field(key), context, call.settings)?,
            None => object.field(key).extend_from_slice(b"[]"),
        }
    }
    object.close();
    within_limits(body)
}

/// Returns the schema of [`show_device`]'s answer; without a line it is PHP's empty array.
pub fn shown() -> Json {
    let line = json!({ "anyOf": [user_info::schema(), user_info::nothing()] });
    json!({
        "type": "object",
        "properties": {
            "result": { "type": "boolean" },
            "mag_device": super::row(DEVICE.columns().iter().map(|column| column.name)),
            "user_info": line,
            "pair_line_info": line,
        },
        "required": ["result", "mag_device", "user_info", "pair_line_info"],
    })
}
