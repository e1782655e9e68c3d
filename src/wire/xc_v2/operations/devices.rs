//! `stb`: MAG devices (contract "XC v2 API", section 10).

use std::sync::LazyLock;

use super::lines::{add_line, checked, write_line};
use super::{Call, done};
use crate::panel::devices::{self, MAGS};
use crate::panel::draft::Change;
use crate::panel::error::Thing;
use crate::panel::lines::{self, LINES};
use crate::panel::net::canonical_mac;
use crate::panel::{Error, Result, Scene, logs};
use crate::store::view::Selection;
use crate::wire::php::json::Object;
use crate::wire::values;
use crate::wire::xc_v2::input::Member;
use crate::wire::xc_v2::user_data::For;
use crate::wire::xc_v2::user_info::Line;
use crate::wire::xc_v2::words;

/// The form in which a MAC is kept: upper case with colons, or upper case where it is none.
fn stored_mac(mac: &str) -> String {
    canonical_mac(mac).unwrap_or_else(|| mac.to_ascii_uppercase())
}

/// `stb`/`create`.
pub fn create_device(call: &Call<'_>) -> Result<Vec<u8>> {
    let scene = call.scene;
    let mac = match call.input.get("user_data") {
        Some(Member::Array(members)) => members.get("mac").filter(|mac| !mac.is_empty()),
        _ => None,
    };
    let mac = mac.ok_or(Error::Missing("mac".into()))?.clone().into_text();
    let mut own = Change::default();
    own.set("mac", stored_mac(&mac));
    MAGS.check_mac(scene, &own, None)?;
    let mut data = call.user_data(For::Create, "mac")?;
    for column in ["username", "password", "allowed_ua", "allowed_outputs", "is_mag"] {
        data.change.take(column);
    }
    let mut device = 0;
    add_line(call, data, |line| {
        device = MAGS.add(scene, own, line)?;
        MAGS.line_of(scene, device)?.ok_or(Error::NotFound(Thing::Line))
    })?;
    logs::note(scene, "mag", "new", device)?;
    Ok(done())
}

/// `stb`/`edit`.
pub fn edit_device(call: &Call<'_>) -> Result<Vec<u8>> {
    let scene = call.scene;
    let mac = stored_mac(call.mac()?);
    let device = MAGS.find(scene, &mac)?;
    let line = match device {
        Some(device) => MAGS.line_of(scene, device)?,
        None => None,
    };
    let data = call.user_data(For::Edit, "")?;
    let (mut change, extra) = checked(scene, data, line)?;
    change.take("is_mag");
    let unchanged = || Ok(words::UNCHANGED.to_vec());
    let Some((device, line)) = device.zip(line) else {
        return unchanged();
    };
    if is_stored(scene, line, &change, &extra)? {
        return unchanged();
    }
    write_line(scene, line, change, &extra)?;
    logs::note(scene, "mag", "edit", device)?;
    Ok(done())
}

fn is_stored(scene: &Scene<'_>, line: i64, change: &Change, extra: &[(String, String)]) -> Result<bool> {
    for (name, value) in extra {
        if lines::extra(scene, line, name)? != *value {
            return Ok(false);
        }
    }
    change.is_stored(scene, LINES.view.table, LINES.view.key, line)
}

/// Every column of a MAG device up to `lock_device`; two more have come to the table since.
static DEVICE: LazyLock<Selection> = LazyLock::new(|| {
    let columns = devices::MAG.stored().take_while(|column| column.name != "theme_type");
    Selection::new(&devices::MAG, columns)
});

/// `stb`/`info`.
pub fn show_device(call: &Call<'_>) -> Result<Vec<u8>> {
    let scene = call.scene;
    let device = MAGS.find(scene, call.mac()?)?;
    let device = device.ok_or(Error::NotFound(Thing::MagDevice))?;
    let record = DEVICE.get(scene.db, device)?.ok_or(Error::NotFound(Thing::MagDevice))?;
    let line = match MAGS.line_of(scene, device)? {
        Some(line) => Line::read(scene, line)?,
        None => None,
    };
    let pair = match &line {
        Some(line) => line.pair(scene)?,
        None => None,
    };
    let mut out = Vec::with_capacity(4096);
    let mut object = Object::open(&mut out);
    object.field("result").extend_from_slice(b"true");
    let mut row = Object::open(object.field("mag_device"));
    for (column, value) in DEVICE.columns().iter().zip(&record) {
        values::plain(row.field(column.name), Some(value));
    }
    row.close();
    for (key, line) in [("user_info", line), ("pair_line_info", pair)] {
        match line {
            Some(line) => line.print(object.field(key), scene, call.kept)?,
            None => object.field(key).extend_from_slice(b"[]"),
        }
    }
    object.close();
    Ok(out)
}
