//! Generated rows for measuring. Everything about a row follows from its number, so that the same
//! arguments give the same rows on any machine; only the panel's time shifts the dates.

use std::fmt;
use std::str::FromStr;

use rusqlite::{Connection, Result};

use crate::store::functions::ids_text;
use crate::time::{DAY, Zone};

/// How many generated rows of what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scale {
    pub lines: u32,
    pub streams: u32,
    pub resellers: u32,
}

/// Bouquets that the streams are dealt to.
const BOUQUETS: u32 = 10;
/// Streams of a bouquet, at most.
const BOUQUET_STREAMS: u32 = 500;
/// Categories that the streams are dealt to.
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
            match name {
                "lines" => scale.lines = number,
                "streams" => scale.streams = number,
                "resellers" => scale.resellers = number,
                _ => {
                    return Err(format!(
                        "scale: there are lines, streams and resellers, but no {name:?}"
                    ));
                }
            }
        }
        Ok(scale)
    }
}

impl fmt::Display for Scale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "lines={},streams={},resellers={}",
            self.lines, self.streams, self.resellers
        )
    }
}

impl Scale {
    /// Adds the rows to a panel that was set up.
    ///
    /// # Errors
    /// SQLite's.
    pub fn grow(&self, db: &Connection, now: i64) -> Result<()> {
        self.grow_resellers(db, now)?;
        self.grow_streams(db, now)?;
        self.grow_lines(db, now)
    }

    fn grow_resellers(&self, db: &Connection, now: i64) -> Result<()> {
        let mut insert = db.prepare(
            "INSERT INTO users (username, email, member_group_id, credits, date_registered, api_key) VALUES (?1, ?2, 2, ?3, ?4, ?5)",
        )?;
        for n in 1..=i64::from(self.resellers) {
            let (name, key) = (format!("reseller{n}"), format!("{n:032x}"));
            insert.execute((
                &name,
                format!("{name}@example.com"),
                n % 1000 * 50,
                now - n % 365 * DAY,
                key,
            ))?;
        }
        Ok(())
    }

    fn grow_streams(&self, db: &Connection, now: i64) -> Result<()> {
        if self.streams == 0 {
            return Ok(());
        }
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
            "INSERT INTO streams_servers (stream_id, server_id, pid, stream_started, current_source, bitrate) VALUES (?1, 1, ?2, ?3, ?4, ?5)",
        )?;
        for n in 1..=i64::from(self.streams) {
            let movie = n % 10 >= 7;
            let (kind, name) = if movie { (2, "Movie") } else { (1, "Channel") };
            let source = format!("http://origin.example/{n}.ts");
            let category = ids_text(&[n % i64::from(CATEGORIES) + 1]);
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
            server.execute((n, pid, started, current, bitrate))?;
        }
        self.grow_bouquets(db)
    }

    fn grow_bouquets(&self, db: &Connection) -> Result<()> {
        let mut insert =
            db.prepare("INSERT INTO bouquets (bouquet_name, bouquet_channels, bouquet_movies, bouquet_order) VALUES (?1, ?2, ?3, ?1)")?;
        for n in 1..=BOUQUETS {
            let dealt = (n..=self.streams)
                .step_by(usize::try_from(BOUQUETS).unwrap_or(1))
                .take(usize::try_from(BOUQUET_STREAMS).unwrap_or(1));
            let (movies, channels): (Vec<i64>, Vec<i64>) = dealt.map(i64::from).partition(|id| id % 10 >= 7);
            insert.execute((n, ids_text(&channels), ids_text(&movies)))?;
        }
        db.execute("UPDATE bouquets SET bouquet_name = 'Bouquet ' || bouquet_order", [])
            .map(|_| ())
    }

    fn grow_lines(&self, db: &Connection, now: i64) -> Result<()> {
        let mut insert = db.prepare(
            "INSERT INTO lines (member_id, username, password, exp_date, admin_enabled, enabled, admin_notes, bouquet, max_connections,
                                is_restreamer, is_trial, created_at, updated)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?12)",
        )?;
        let resellers = i64::from(self.resellers);
        for n in 1..=i64::from(self.lines) {
            // The built-in administrator is account 1; resellers follow it.
            let member = if resellers > 0 { n % resellers + 2 } else { 0 };
            // From 100 days ago to 300 days ahead; every fiftieth line never expires.
            let expiry = now - now.rem_euclid(DAY) + (n * 7919 % 400 - 100) * DAY;
            let exp_date = if n % 50 == 0 { None } else { Zone::UTC.iso(expiry) };
            let bouquets = ids_text(&[n % i64::from(BOUQUETS) + 1, (n + 3) % i64::from(BOUQUETS) + 1]);
            insert.execute((
                member,
                format!("line{n:07}"),
                format!("pw{:08x}", n.wrapping_mul(2_654_435_761) & 0xffff_ffff),
                exp_date,
                n % 33 != 0,
                n % 20 != 0,
                if n % 7 == 0 { format!("note {n}") } else { String::new() },
                bouquets,
                n % 4 + 1,
                n % 100 == 0,
                n % 10 == 0,
                now - n % 500 * DAY,
            ))?;
        }
        Ok(())
    }
}
