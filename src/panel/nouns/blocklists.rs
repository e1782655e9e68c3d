//! Blocked addresses, user agents and providers; and the addresses that may push or pull RTMP.

use std::net::IpAddr;

use rusqlite::OptionalExtension;

use crate::panel::audit::{self, Target};
use crate::panel::context::Context;
use crate::panel::draft::{Change, Draft};
use crate::panel::error::{Result, Thing, Unique};
use crate::panel::fields::{Field, FieldType, Fields, stored};
use crate::panel::noun::{Noun, TableNoun};
use crate::panel::rng::ALPHANUMERIC;
use crate::store::view::View;

/// Length of a generated RTMP password.
const RTMP_PASSWORD: usize = 16;

/// How a blocked address is read.
pub static IP: View = View::new("blocked_ips", "id", &[]);

/// How a blocked user agent is read.
pub static USER_AGENT: View = View::new("blocked_uas", "id", &[]);

/// How a blocked provider is read.
pub static ISP: View = View::new("blocked_isps", "id", &[]);

/// How an RTMP address is read.
pub static RTMP: View = View::new("rtmp_ips", "id", &[]);

/// What callers write of a blocked address.
#[rustfmt::skip]
pub static IP_FIELDS: Fields = Fields::new("blocked_ips", &[
    Field::new("ip", FieldType::Network, "The address or network to block."),
    stored("notes", "Why."),
    stored("date", "Since when.").now(),
]);

/// What callers write of a blocked user agent.
#[rustfmt::skip]
pub static USER_AGENT_FIELDS: Fields = Fields::new("blocked_uas", &[
    stored("user_agent", "The user agent to block."),
    stored("exact_match", "1 blocks exactly this text, 0 every one that contains it."),
]);

/// What callers write of a blocked provider.
pub static ISP_FIELDS: Fields = Fields::new("blocked_isps", &[stored("isp", "The internet provider to block.")]);

/// What callers write of an RTMP address.
#[rustfmt::skip]
pub static RTMP_FIELDS: Fields = Fields::new("rtmp_ips", &[
    Field::new("ip", FieldType::Ip, "The address.").refused_when_empty(),
    stored("password", "The password it uses.").kept_when_empty().default("16 random characters"),
    stored("notes", "Notes."),
    stored("push", "It may push."),
    stored("pull", "It may pull."),
]);

/// Blocked addresses and networks. The access cache follows every change.
pub static BLOCKED_IPS: BlockedIps = BlockedIps(TableNoun {
    prepare: |context, change, _| {
        change.set("date", context.now);
        Ok(())
    },
    ..TableNoun::new(&IP, Thing::BlockedIp)
});

/// Blocked user agents.
pub static BLOCKED_UAS: TableNoun = TableNoun::new(&USER_AGENT, Thing::BlockedUserAgent);

/// Blocked providers.
pub static BLOCKED_ISPS: TableNoun = TableNoun::new(&ISP, Thing::BlockedIsp);

/// Addresses that may push or pull RTMP.
pub static RTMP_IPS: TableNoun = TableNoun {
    unique: Some(("ip", "ip = ?1", Unique::IpAddress)),
    prepare: |context, change, own| {
        if own.is_none() {
            change.set_default("password", || context.panel.rng().text(ALPHANUMERIC, RTMP_PASSWORD));
        }
        Ok(())
    },
    ..TableNoun::new(&RTMP, Thing::RtmpIp)
};

/// Blocked addresses. Blocking an address again returns the existing row.
pub struct BlockedIps(TableNoun);

impl Noun for BlockedIps {
    fn view(&self) -> &'static View {
        self.0.view()
    }

    fn thing(&self) -> Thing {
        self.0.thing()
    }

    fn create(&self, context: &Context<'_>, draft: &Draft) -> Result<i64> {
        context.must_change(&IP, self.thing())?;
        let change: Change = draft.resolve(context)?;
        let find = "SELECT id FROM blocked_ips WHERE ip = ?1";
        let there = match change.text("ip") {
            Some(ip) => context
                .db
                .prepare_cached(find)?
                .query_row([ip], |row| row.get(0))
                .optional()?,
            None => None,
        };
        match there {
            Some(id) => Ok(id),
            None => self.0.write(context, change, None),
        }
    }

    fn edit(&self, context: &Context<'_>, id: i64, draft: &Draft) -> Result<()> {
        self.0.edit(context, id, draft)
    }

    fn delete(&self, context: &Context<'_>, id: i64) -> Result<()> {
        self.0.delete(context, id)
    }
}

/// Blocks an address by itself, unless it is blocked already.
///
/// # Errors
/// SQLite's.
pub fn block(context: &Context<'_>, address: IpAddr, notes: &str) -> Result<()> {
    let sql = "INSERT INTO blocked_ips (ip, notes, date) VALUES (?1, ?2, ?3) ON CONFLICT (ip) DO NOTHING";
    let mut insert = context.db.prepare_cached(sql)?;
    match insert.execute((address.to_string(), notes, context.now))? {
        0 => Ok(()),
        _ => audit::changed(context, Target::rows("blocked_ips", 1), None, None),
    }
}

/// Unblocks all addresses; the next blocked address gets id 1 again.
///
/// # Errors
/// [`crate::panel::Error::NotFound`] for a caller who is not an administrator.
pub fn flush_ips(context: &Context<'_>) -> Result<()> {
    context.must_be_admin(Thing::BlockedIp)?;
    let deleted = context.db.prepare_cached("DELETE FROM blocked_ips")?.execute([])?;
    context
        .db
        .prepare_cached("DELETE FROM sqlite_sequence WHERE name = 'blocked_ips'")?
        .execute([])?;
    audit::changed(context, Target::rows("blocked_ips", deleted), None, None)
}
