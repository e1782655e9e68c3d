//! MAG and Enigma2 devices. Each owns a hidden line, which holds its expiry, bouquets, flags, notes and
//! member; the device row holds the data of the box itself.

use rusqlite::OptionalExtension;
use rusqlite::types::Value;

use crate::panel::audit;
use crate::panel::context::Context;
use crate::panel::draft::{Change, Draft};
use crate::panel::error::{Error, Result, Thing, Unique};
use crate::panel::fields::{Field, FieldType, Fields, stored};
use crate::panel::lines::{self, LINES};
use crate::panel::noun::{self, Noun};
use crate::panel::rng::CREDENTIAL;
use crate::store::view::{Column, Owner, View, int};

/// Length of the hidden line's username and password. They can be long because no person types them.
const HIDDEN_LENGTH: usize = 32;

/// The columns of a change that are written to the device row; the rest is written to the hidden line.
#[rustfmt::skip]
const OWN: [&str; 16] = [
    "mac", "lock_device", "stb_type", "sn", "image_version", "hw_version", "device_id", "device_id2", "ver",
    "parent_password", "modem_mac", "local_ip", "enigma_version", "cpu", "lversion", "token",
];

/// A kind of device.
pub struct Device {
    view: &'static View,
    thing: Thing,
    /// The column of `lines` that marks its hidden line.
    flag: &'static str,
    /// The column of its creation time, if it has one.
    created: Option<&'static str>,
}

/// What callers write of a device of either kind; the rest belongs to its hidden line.
#[rustfmt::skip]
pub static FIELDS: Fields = Fields::new("mag_devices", &[
    Field::new("mac", FieldType::Mac, "The MAC address of the box.").kept_when_empty(),
    stored("lock_device", "The device is bound to its hardware."),
    stored("stb_type", "The model of the box."),
    stored("sn", "The serial number of the box."),
    stored("image_version", "The version of its image."),
    stored("hw_version", "The version of its hardware."),
    stored("device_id", "The first id that its firmware tells."),
    stored("device_id2", "The second id that its firmware tells."),
    stored("ver", "The version of its portal client."),
    stored("parent_password", "The code that opens content for adults."),
    stored("user_id", "Its hidden line.").refers("lines"),
    stored("created", "When it was created.").now(),
]).with(&lines::FIELDS);

/// What callers write of an Enigma2 device beyond that.
#[rustfmt::skip]
pub static ENIGMA_FIELDS: Fields = Fields::new("enigma2_devices", &[
    stored("modem_mac", "The MAC address of its modem."),
    stored("local_ip", "Its address in its own network."),
    stored("enigma_version", "The version of Enigma."),
    stored("cpu", "Its processor."),
    stored("lversion", "The version of its image."),
    stored("token", "The token of its plugin."),
]);

/// MAG boxes.
pub static MAGS: Device = Device {
    view: &MAG,
    thing: Thing::MagDevice,
    flag: "is_mag",
    created: Some("created"),
};

/// Enigma2 boxes.
pub static ENIGMAS: Device = Device {
    view: &ENIGMA,
    thing: Thing::EnigmaDevice,
    flag: "is_e2",
    created: None,
};

/// How a MAG device is read.
pub static MAG: View = View {
    owner: Owner::Line {
        line: "mag_devices.user_id",
        account: "lines.member_id",
    },
    joins: "LEFT JOIN lines ON lines.id = mag_devices.user_id",
    filters: lines::FILTERS,
    ..View::new(
        "mag_devices",
        "mag_id",
        &[("mag_devices", MAG_COLUMNS), ("lines", lines::COLUMNS)],
    )
};

/// The SQL alias, in views with pairs, of the line that a device's line is paired with.
pub const PAIRED: &str = "paired";

/// How a MAG device is read with its line and the line that this line is paired with. The paired line may
/// have another owner, so only administrators may read this view.
pub static MAG_WITH_PAIR: View = View {
    owner: Owner::Administrators,
    joins: "LEFT JOIN lines ON lines.id = mag_devices.user_id LEFT JOIN lines AS paired ON paired.id = lines.pair_id",
    ..MAG
};

/// The same for an Enigma2 device.
pub static ENIGMA_WITH_PAIR: View = View {
    owner: Owner::Administrators,
    joins: "LEFT JOIN lines ON lines.id = enigma2_devices.user_id LEFT JOIN lines AS paired ON paired.id = lines.pair_id",
    ..ENIGMA
};

/// What a MAG device shows beside its own columns.
pub const MAG_COLUMNS: &[Column] = &[int("id").is("mag_devices.mag_id")];

/// How an Enigma2 device is read.
pub static ENIGMA: View = View {
    owner: Owner::Line {
        line: "enigma2_devices.user_id",
        account: "lines.member_id",
    },
    joins: "LEFT JOIN lines ON lines.id = enigma2_devices.user_id",
    filters: lines::FILTERS,
    ..View::new(
        "enigma2_devices",
        "device_id",
        &[("enigma2_devices", ENIGMA_COLUMNS), ("lines", lines::COLUMNS)],
    )
};

/// What an Enigma2 device shows beside its own columns.
pub const ENIGMA_COLUMNS: &[Column] = &[int("id").is("enigma2_devices.device_id")];

impl Device {
    /// Creates a device with its hidden line, whose credentials are given, and returns its id.
    ///
    /// # Errors
    /// The errors of [`LINES`].
    pub fn add(&self, context: &Context<'_>, mut own: Change, mut line: Change) -> Result<i64> {
        line.set(self.flag, Value::Integer(1));
        own.set("user_id", LINES.write(context, line, None)?);
        if let Some(created) = self.created {
            own.set(created, context.now);
        }
        own.insert(context, self.view.table)
    }

    /// Makes a device of checked values, with a hidden line whose credentials are generated, and returns its id.
    ///
    /// # Errors
    /// [`Error::Taken`]; those of [`LINES`].
    pub fn make(&self, context: &Context<'_>, mut line: Change) -> Result<i64> {
        let own = line.split(|column| OWN.contains(&column));
        self.check_mac(context, &own, None)?;
        line.set(
            "username",
            noun::free_username(context, "lines", CREDENTIAL, HIDDEN_LENGTH)?,
        );
        line.set("password", context.panel.rng().text(CREDENTIAL, HIDDEN_LENGTH));
        self.add(context, own, line)
    }

    /// Changes a device to checked values.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Taken`]; those of [`LINES`].
    pub fn apply(&self, context: &Context<'_>, id: i64, mut change: Change) -> Result<()> {
        let line = self.line_to_change(context, id)?;
        let own = change.split(|column| OWN.contains(&column));
        self.check_mac(context, &own, Some(id))?;
        own.update(context, self.view.table, self.view.key, id)?;
        match line {
            Some(line) if !change.is_empty() => LINES.write(context, change, Some(line)).map(|_| ()),
            _ => Ok(()),
        }
    }

    /// Finds the first device with exactly this MAC, among those that the caller may see, and returns its id.
    pub fn find(&self, context: &Context<'_>, mac: &str) -> Result<Option<i64>> {
        let View { table, key, .. } = self.view;
        let sql = format!("SELECT {key} FROM {table} WHERE mac = ?1 ORDER BY {key}");
        context.first_id(self.view, &sql, [mac])
    }

    /// Refuses a MAC that another device of the same kind has.
    ///
    /// # Errors
    /// [`Error::Taken`].
    pub fn check_mac(&self, context: &Context<'_>, change: &Change, own: Option<i64>) -> Result<()> {
        let Some(mac) = change.text("mac") else {
            return Ok(());
        };
        let View { table, key, .. } = self.view;
        let sql = format!("SELECT 1 FROM {table} WHERE mac = ?1 AND {key} IS NOT ?2");
        match context.db.prepare_cached(&sql)?.exists((mac, own))? {
            true => Err(Error::Taken(Unique::Mac)),
            false => Ok(()),
        }
    }

    /// Returns the id of a device's hidden line; `None` if that line no longer exists.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the device does not exist or the caller may not see it.
    pub fn line_of(&self, context: &Context<'_>, id: i64) -> Result<Option<i64>> {
        context.must_see(self.view, self.thing, id)?;
        let View { table, key, .. } = self.view;
        let sql =
            format!("SELECT lines.id FROM {table} LEFT JOIN lines ON lines.id = {table}.user_id WHERE {key} = ?1");
        let line = context
            .db
            .prepare_cached(&sql)?
            .query_row([id], |row| row.get(0))
            .optional()?;
        line.ok_or(Error::NotFound(self.thing))
    }

    /// The same for a device that the caller wants to change.
    fn line_to_change(&self, context: &Context<'_>, id: i64) -> Result<Option<i64>> {
        context.must_change(self.view, self.thing)?;
        self.line_of(context, id)
    }

    fn delete_row(&self, context: &Context<'_>, id: i64) -> Result<()> {
        let View { table, key, .. } = self.view;
        audit::deleting(context, table, key, id)?;
        context
            .db
            .prepare_cached(&format!("DELETE FROM {table} WHERE {key} = ?1"))?
            .execute([id])?;
        Ok(())
    }

    /// Converts a device into a plain line, which keeps its id, expiry, bouquets and member and gets new
    /// credentials, and returns the line's id (contract "Admin API", 7.3).
    ///
    /// # Errors
    /// [`Error::NotFound`] when the device or its line does not exist.
    pub fn convert(&self, context: &Context<'_>, id: i64) -> Result<i64> {
        let line = self.line_to_change(context, id)?.ok_or(Error::NotFound(Thing::Line))?;
        let is_hidden = is_hidden(context, line)?;
        self.delete_row(context, id)?;
        if is_hidden {
            lines::unhide(context, line, self.flag)?;
        }
        Ok(line)
    }
}

/// Whether a line is there for its devices alone, and not one that a MAC address is bound to (contract "REST APIs", A7).
fn is_hidden(context: &Context<'_>, line: i64) -> Result<bool> {
    let sql = "SELECT 1 FROM lines WHERE id = ?1 AND (is_mag <> 0 OR is_e2 <> 0)";
    Ok(context.db.prepare_cached(sql)?.exists([line])?)
}

impl Noun for Device {
    fn view(&self) -> &'static View {
        self.view
    }

    fn thing(&self) -> Thing {
        self.thing
    }

    fn create(&self, context: &Context<'_>, draft: &Draft) -> Result<i64> {
        self.make(context, draft.resolve(context)?)
    }

    fn edit(&self, context: &Context<'_>, id: i64, draft: &Draft) -> Result<()> {
        self.line_to_change(context, id)?;
        self.apply(context, id, draft.resolve(context)?)
    }

    fn delete(&self, context: &Context<'_>, id: i64) -> Result<()> {
        let line = self.line_to_change(context, id)?;
        self.delete_row(context, id)?;
        let Some(line) = line else {
            return Ok(());
        };
        let shared =
            "SELECT 1 FROM mag_devices WHERE user_id = ?1 UNION ALL SELECT 1 FROM enigma2_devices WHERE user_id = ?1";
        let is_shared = context.db.prepare_cached(shared)?.exists([line])?;
        match is_shared || !is_hidden(context, line)? {
            true => Ok(()),
            false => LINES.delete(context, line),
        }
    }
}
