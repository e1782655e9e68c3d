//! Generated rows for measurements. All values of a row follow from its number, so that the same arguments give
//! the same rows on any machine; only the dates depend on the panel's time. Years and ratings of films and
//! series are random: another `--rng-seed` gives another catalogue.

mod catalogue;

use std::fmt;
use std::str::FromStr;

use rusqlite::{Connection, Result};

use crate::panel::resellers;
use crate::seeds::context::SeedContext;
use crate::seeds::setup::main_server;
use crate::store::functions::ids_text;
use crate::time::{DAY, Zone};

/// The number of rows of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scale {
    pub lines: u32,
    pub streams: u32,
    pub resellers: u32,
    /// Customers of the billing API.
    pub customers: u32,
    /// Live streams only; `streams` mixes them with movies.
    pub live: u32,
    pub vod: u32,
    pub series: u32,
    /// The days that the guide of the live streams covers, the first of which has passed.
    pub epg_days: u32,
}

/// The number of bouquets over which the streams are distributed.
const BOUQUETS: u32 = 10;
/// The largest number of streams in a bouquet.
const BOUQUET_STREAMS: u32 = 500;
/// The number of categories over which the streams are distributed.
const CATEGORIES: u32 = 20;

impl FromStr for Scale {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Scale, String> {
        let mut scale = Scale::default();
        for part in text.split(',') {
            let (name, number) = part
                .split_once('=')
                .ok_or_else(|| format!("scale: {part:?} is not NAME=NUMBER"))?;
            let number = number
                .parse()
                .map_err(|_| format!("scale: {number:?} is not a number of {name}"))?;
            if !scale.set(name, number) {
                return Err(format!("scale: there are {}, but no {name:?}", Scale::NAMES.join(", ")));
            }
        }
        Ok(scale)
    }
}

impl fmt::Display for Scale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut comma = "";
        for (name, number) in Scale::NAMES.iter().zip(self.numbers()) {
            if number > 0 {
                write!(f, "{comma}{name}={number}")?;
                comma = ",";
            }
        }
        Ok(())
    }
}

impl Scale {
    /// The names of the numbers.
    pub const NAMES: [&str; 8] = [
        "lines",
        "streams",
        "resellers",
        "customers",
        "live",
        "vod",
        "series",
        "epg_days",
    ];

    fn numbers(&self) -> [u32; 8] {
        [
            self.lines,
            self.streams,
            self.resellers,
            self.customers,
            self.live,
            self.vod,
            self.series,
            self.epg_days,
        ]
    }

    /// Sets a number by its name; false for an unknown name.
    pub fn set(&mut self, name: &str, number: u32) -> bool {
        let which = match name {
            "lines" => &mut self.lines,
            "streams" => &mut self.streams,
            "resellers" => &mut self.resellers,
            "customers" => &mut self.customers,
            "live" => &mut self.live,
            "vod" => &mut self.vod,
            "series" => &mut self.series,
            "epg_days" => &mut self.epg_days,
            _ => return false,
        };
        *which = number;
        true
    }

    /// Adds the rows to a panel that has been set up.
    pub fn add_rows(&self, context: &SeedContext<'_>) -> Result<()> {
        // Counts from here, and stops before the first row where the caller has left already.
        context.check(0)?;
        self.add_resellers(context)?;
        self.add_customers(context)?;
        self.add_streams(context)?;
        catalogue::add_rows(self, context)?;
        self.add_lines(context)
    }

    fn add_resellers(&self, context: &SeedContext<'_>) -> Result<()> {
        let (db, now) = (context.db, context.now);
        let mut insert = db.prepare(
            "INSERT INTO users (username, email, member_group_id, credits, date_registered, api_key) VALUES (?1, ?2, ?6, ?3, ?4, ?5)",
        )?;
        // Existing resellers keep their names and ids.
        let last = last_id(db, "users", "id")?.saturating_sub(1);
        let group = resellers::built_in_group(db)?;
        for n in last + 1..=last + i64::from(self.resellers) {
            context.check(n)?;
            let (name, key) = (format!("reseller{n}"), format!("{n:032x}"));
            insert.execute((
                &name,
                format!("{name}@example.com"),
                n % 1000 * 50,
                now - n % 365 * DAY,
                key,
                group,
            ))?;
        }
        Ok(())
    }

    fn add_customers(&self, context: &SeedContext<'_>) -> Result<()> {
        let mut insert = context.db.prepare(
            "INSERT INTO linecard_customers (email, name, status, created, updated) VALUES (?1, ?2, ?3, ?4, ?4)",
        )?;
        // Existing customers keep their names and ids.
        let last = last_id(context.db, "linecard_customers", "id")?;
        for n in last + 1..=last + i64::from(self.customers) {
            context.check(n)?;
            let status = if n % 40 == 0 { "blocked" } else { "active" };
            let created = (context.now - n % 500 * DAY).saturating_mul(1_000);
            insert.execute((
                format!("customer{n}@example.com"),
                format!("Customer {n}"),
                status,
                created,
            ))?;
        }
        Ok(())
    }

    fn add_streams(&self, context: &SeedContext<'_>) -> Result<()> {
        let (db, now) = (context.db, context.now);
        if self.streams == 0 {
            return Ok(());
        }
        let categories = last_id(db, "streams_categories", "id")?;
        for n in 1..=CATEGORIES {
            let kind = if n % 3 == 0 { "movie" } else { "live" };
            db.prepare_cached("INSERT INTO streams_categories (category_type, category_name) VALUES (?1, ?2)")?
                .execute((kind, format!("Category {n}")))?;
        }
        let mut stream = db.prepare(
            "INSERT INTO streams (type, category_id, stream_display_name, stream_source, target_container, \"order\", added, year)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?;
        let mut server = db.prepare(
            "INSERT INTO streams_servers (stream_id, server_id, pid, stream_started, current_source, bitrate) VALUES (?1, ?6, ?2, ?3, ?4, ?5)",
        )?;
        let main = main_server(db)?;
        let mut first = None;
        for n in 1..=i64::from(self.streams) {
            context.check(n)?;
            let movie = n % 10 >= 7;
            let (kind, name) = if movie { (2, "Movie") } else { (1, "Channel") };
            let source = format!("http://origin.example/{n}.ts");
            let category = ids_text(&[categories + n % i64::from(CATEGORIES) + 1]);
            let (container, year) = if movie {
                ("mp4", Some(1960 + n % 65))
            } else {
                ("", None)
            };
            let sources = serde_json::json!([source]).to_string();
            stream.execute((
                kind,
                category,
                format!("{name} {n}"),
                sources,
                container,
                n,
                now - n % 400 * DAY,
                year,
            ))?;
            let runs = !movie && n % 5 != 0;
            let running = runs.then_some((100_000 + n, now - n % 7 * DAY, source, 2000 + n % 3000));
            let (pid, started, current, bitrate) = match running {
                Some((pid, started, current, bitrate)) => (Some(pid), Some(started), Some(current), Some(bitrate)),
                None => (None, None, None, None),
            };
            let id = db.last_insert_rowid();
            first.get_or_insert(id);
            server.execute((id, pid, started, current, bitrate, main))?;
        }
        self.add_bouquets(db, first.unwrap_or(1) - 1)
    }

    /// Distributes the streams after the id `before` over the bouquets.
    fn add_bouquets(&self, db: &Connection, before: i64) -> Result<()> {
        let mut insert =
            db.prepare("INSERT INTO bouquets (bouquet_name, bouquet_channels, bouquet_movies, bouquet_order) VALUES (?1, ?2, ?3, ?4)")?;
        for n in 1..=BOUQUETS {
            let streams = (n..=self.streams)
                .step_by(usize::try_from(BOUQUETS).unwrap_or(1))
                .take(usize::try_from(BOUQUET_STREAMS).unwrap_or(1));
            let (movies, channels): (Vec<i64>, Vec<i64>) = streams.map(i64::from).partition(|id| id % 10 >= 7);
            let ids = |numbers: Vec<i64>| ids_text(&numbers.iter().map(|n| before + n).collect::<Vec<i64>>());
            insert.execute((format!("Bouquet {n}"), ids(channels), ids(movies), n))?;
        }
        Ok(())
    }

    fn add_lines(&self, context: &SeedContext<'_>) -> Result<()> {
        let (db, now) = (context.db, context.now);
        let mut insert = db.prepare(
            "INSERT INTO lines (member_id, username, password, exp_date, admin_enabled, enabled, admin_notes, bouquet, max_connections,
                                is_restreamer, is_trial, created_at, updated)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?12)",
        )?;
        let resellers = i64::from(self.resellers);
        // The generated resellers are the newest accounts.
        let first_reseller = last_id(db, "users", "id")? - resellers + 1;
        let bouquets = ids_of(db, "bouquets")?;
        let nth_bouquet = |n: i64| {
            let count = i64::try_from(bouquets.len()).unwrap_or(0).max(1);
            usize::try_from(n % count).ok().and_then(|at| bouquets.get(at)).copied()
        };
        let last = last_id(db, "lines", "id")?;
        for n in last + 1..=last + i64::from(self.lines) {
            context.check(n)?;
            let member = if resellers > 0 {
                first_reseller + n % resellers
            } else {
                0
            };
            // From 100 days ago to 300 days ahead; every fiftieth line never expires.
            let expiry = now - now.rem_euclid(DAY) + (n * 7919 % 400 - 100) * DAY;
            let exp_date = if n % 50 == 0 { None } else { Zone::UTC.iso(expiry) };
            let mut two: Vec<i64> = [n, n + 3].into_iter().filter_map(nth_bouquet).collect();
            two.dedup();
            insert.execute((
                member,
                format!("line{n:07}"),
                format!("pw{:08x}", n.wrapping_mul(2_654_435_761) & 0xffff_ffff),
                exp_date,
                n % 33 != 0,
                n % 20 != 0,
                if n % 7 == 0 { format!("note {n}") } else { String::new() },
                ids_text(&two),
                n % 4 + 1,
                n % 100 == 0,
                n % 10 == 0,
                now - n % 500 * DAY,
            ))?;
        }
        Ok(())
    }
}

/// Returns the last id of a table; 0 if it is empty.
pub fn last_id(db: &Connection, table: &str, id: &str) -> Result<i64> {
    let sql = format!("SELECT coalesce(max({id}), 0) FROM {table}");
    db.query_row(&sql, [], |row| row.get(0))
}

fn ids_of(db: &Connection, table: &str) -> Result<Vec<i64>> {
    let mut query = db.prepare(&format!("SELECT id FROM {table} ORDER BY id"))?;
    query.query_map([], |row| row.get(0))?.collect()
}
