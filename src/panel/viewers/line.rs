//! A line with what restricts its viewers.

use std::net::IpAddr;

use super::StreamRequest;
use super::geoip::Network;
use crate::panel::context::Context;
use crate::panel::error::Result;
use crate::panel::net::Addresses;
use crate::panel::subscription::{Logins, Subscription};
use crate::store::functions;

/// A line, as the checks of a stream request need it.
#[derive(Clone, Debug)]
pub struct Line {
    pub subscription: Subscription,
    /// Addresses and networks that may watch; empty is all of them.
    pub allowed_ips: Addresses,
    /// User agents that may watch; empty is all of them.
    pub allowed_agents: Vec<String>,
    /// The only country that may watch, in upper case; empty leaves it to the panel's setting.
    pub forced_country: String,
    pub is_restreamer: bool,
    /// Whether it may be watched through one provider alone.
    pub is_isp_locked: bool,
    /// That provider; `None` before the first stream.
    pub isp: Option<String>,
    /// Another line whose connections and limit count too.
    pub pair: Option<i64>,
}

impl Line {
    /// Returns the line that a request names by its credentials.
    ///
    /// # Errors
    /// SQLite's.
    pub fn find(context: &Context<'_>, request: &StreamRequest) -> Result<Option<Line>> {
        let credentials = (request.username.as_str(), request.password.as_str());
        let found = Subscription::log_in(context, credentials, &request.client.agent, Logins::All)?;
        found.map(|found| Line::of(context, found)).transpose()
    }

    /// Adds what restricts the viewers of a line.
    ///
    /// # Errors
    /// SQLite's.
    pub fn of(context: &Context<'_>, subscription: Subscription) -> Result<Line> {
        let sql = "SELECT allowed_ips, allowed_ua, nullif(pair_id, id), upper(forced_country), is_restreamer <> 0, is_isplock <> 0,
                   nullif(isp_desc, '') FROM lines WHERE id = ?1";
        let mut query = context.db.prepare_cached(sql)?;
        Ok(query.query_row([subscription.id], |row| {
            let texts = |at| Ok::<_, rusqlite::Error>(functions::texts(row.get_ref(at)?.as_str().unwrap_or_default()));
            let addresses = texts(0)?;
            Ok(Line {
                allowed_ips: Addresses::parse(addresses.iter().map(String::as_str)),
                allowed_agents: texts(1)?,
                pair: row.get(2)?,
                forced_country: row.get(3)?,
                is_restreamer: row.get(4)?,
                is_isp_locked: row.get(5)?,
                isp: row.get(6)?,
                subscription,
            })
        })?)
    }

    /// Stores the provider of a lock that has none yet: that of the line's first stream (check 9, which is not made for
    /// restreamers). Neither `updated` nor the audit log knows of it.
    ///
    /// # Errors
    /// SQLite's.
    pub fn learn_isp(context: &Context<'_>, id: i64, network: &Network) -> Result<()> {
        let Some(isp) = &network.isp else {
            return Ok(());
        };
        let sql = "UPDATE lines SET isp_desc = ?2, as_number = ?3
                   WHERE id = ?1 AND is_isplock <> 0 AND is_restreamer = 0 AND coalesce(isp_desc, '') = ''";
        let number = network.number.map(|number| number.to_string());
        context.db.prepare_cached(sql)?.execute((id, isp, number))?;
        Ok(())
    }

    /// Returns the address of one of its open connections that is not this one.
    ///
    /// # Errors
    /// SQLite's.
    pub fn other_address(&self, context: &Context<'_>, own: IpAddr) -> Result<Option<String>> {
        let sql = "SELECT user_ip FROM lines_live WHERE user_id = ?1 AND hls_end = 0 ORDER BY activity_id";
        let mut query = context.db.prepare_cached(sql)?;
        let mut rows = query.query([self.subscription.id])?;
        while let Some(row) = rows.next()? {
            let address: String = row.get(0)?;
            // Planted rows may spell an address otherwise.
            let parsed = address.parse::<IpAddr>().ok().map(|ip| ip.to_canonical());
            if parsed != Some(own.to_canonical()) {
                return Ok(Some(address));
            }
        }
        Ok(None)
    }

    /// Returns the connection limits that are used up: its own and its pair's.
    ///
    /// # Errors
    /// SQLite's.
    pub fn full_limit(&self, context: &Context<'_>) -> Result<Option<FullLimit>> {
        let own = FullLimit {
            line: self.subscription.id,
            open: self.subscription.connections,
            most: self.subscription.max_connections,
        };
        let full = |limit: &FullLimit| limit.most > 0 && limit.open >= limit.most;
        if full(&own) {
            return Ok(Some(own));
        }
        Ok(self.pair_limit(context)?.filter(full))
    }

    fn pair_limit(&self, context: &Context<'_>) -> Result<Option<FullLimit>> {
        let Some(pair) = self.pair else {
            return Ok(None);
        };
        let sql = "SELECT max_connections, (SELECT count(*) FROM lines_live WHERE user_id = lines.id AND hls_end = 0)
                   FROM lines WHERE id = ?1";
        let mut query = context.db.prepare_cached(sql)?;
        let mut rows = query.query([pair])?;
        let limit = rows.next()?.map(|row| {
            Ok::<_, rusqlite::Error>(FullLimit {
                line: pair,
                most: row.get(0)?,
                open: row.get(1)?,
            })
        });
        Ok(limit.transpose()?)
    }
}

/// A connection limit and the connections that use it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FullLimit {
    pub line: i64,
    pub open: i64,
    /// 0 is no limit.
    pub most: i64,
}
