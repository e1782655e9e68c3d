//! A panel's database file as a seed: it is copied as a whole into a new panel in memory, or its rows replace
//! those of the panel.

use std::fmt::Display;
use std::fs;
use std::path::Path;

use rusqlite::{Connection, Result};

use crate::store;
use crate::store::connection::APPLICATION_ID;
use crate::store::{Image, objects, open};

/// Reads the file at `path` page by page, which is faster than row by row.
///
/// # Errors
/// One line with the error of the file.
pub fn image(path: &Path) -> std::result::Result<Image, String> {
    check_is_whole(path)?;
    let image = match has_log(path) {
        true => Image::of_file(&uri(path)),
        false => fs::read(path)
            .map_err(|error| error.to_string())
            .and_then(|bytes| Image::from_bytes(&bytes)),
    };
    image.map_err(|reason| unreadable(path, reason))
}

/// The error of a file.
pub fn unreadable(path: &Path, reason: impl Display) -> String {
    format!("cannot read seed {}: {reason}", path.display())
}

/// Replaces the rows of a database by those of the file at `path`.
///
/// # Errors
/// One line with the error of the file.
pub fn copy_rows(db: &Connection, path: &Path) -> std::result::Result<(), String> {
    check_is_whole(path)?;
    let failed = |error: rusqlite::Error| unreadable(path, error);
    db.execute("ATTACH ?1 AS seed", [uri(path)]).map_err(failed)?;
    let refused = check_is_current(db).map_err(failed);
    let refused = refused.map(|reason| reason.or_else(|| objects::first_difference(db, "seed")));
    let copied = refused.and_then(|refused| match refused {
        Some(reason) => Err(unreadable(path, reason)),
        None => store::image::copy_rows(db, "seed").map_err(failed),
    });
    // Inside a transaction DETACH fails and the file stays attached until the connection closes, which does no
    // harm.
    let _ = db.execute("DETACH seed", []);
    copied
}

/// Refuses a file whose end is missing: SQLite may take the missing bytes for zeros.
fn check_is_whole(path: &Path) -> std::result::Result<(), String> {
    match open::is_cut_off(path) {
        true => Err(format!(
            "cannot read seed {}: its end is missing; go back to a backup",
            path.display()
        )),
        false => Ok(()),
    }
}

/// Whether the file has a write-ahead log, which may contain further rows.
fn has_log(path: &Path) -> bool {
    open::beside_exactly(path, "-wal").exists()
}

/// Returns the URI that opens the file read-only. Without a log, no other process is writing to it, so it is
/// opened as immutable.
fn uri(path: &Path) -> String {
    let mut escaped = String::from("file:");
    for character in path.to_string_lossy().chars() {
        match character {
            '%' => escaped.push_str("%25"),
            '?' => escaped.push_str("%3f"),
            '#' => escaped.push_str("%23"),
            other => escaped.push(other),
        }
    }
    let immutable = if has_log(path) { "" } else { "&immutable=1" };
    // By default SQLite uses the VFS of the main database, which may be the one for memory.
    let files = if cfg!(windows) { "win32" } else { "unix" };
    escaped + &format!("?vfs={files}&mode=ro{immutable}")
}

/// Returns why the attached file is not a panel's database of this version; `None` if it is.
fn check_is_current(db: &Connection) -> Result<Option<String>> {
    let number = |pragma: &str| db.query_row(&format!("PRAGMA seed.{pragma}"), [], |row| row.get::<_, i64>(0));
    if number("application_id")? != i64::from(APPLICATION_ID) {
        return Ok(Some("it is not a Linecard database".into()));
    }
    let (found, known) = (
        number("user_version")?,
        i64::try_from(open::VERSION).unwrap_or(i64::MAX),
    );
    Ok((found != known)
        .then(|| format!("its schema is {found}, this program's is {known}; start a server with --db once")))
}
