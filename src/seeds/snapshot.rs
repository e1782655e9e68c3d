//! A panel's database file as a seed: the beginning of a panel in memory, or rows that take the place of
//! those that are there.

use std::fs;
use std::path::Path;

use rusqlite::{Connection, Result};

use crate::store::connection::APPLICATION_ID;
use crate::store::{Image, Place, image, open};

/// Lets a new database in memory begin as the file at `path`, page by page: that is faster than row by row.
///
/// # Errors
/// One line that says what is wrong with the file.
pub fn begin(place: &Place, path: &Path) -> std::result::Result<Connection, String> {
    let unreadable = |reason: String| format!("cannot read seed {}: {reason}", path.display());
    let image = match has_log(path) {
        true => Image::of_file(&uri(path)),
        false => fs::read(path)
            .map_err(|error| error.to_string())
            .and_then(|bytes| Image::of(&bytes)),
    };
    let image = image.map_err(unreadable)?;
    image.begin_at(place).map_err(|error| unreadable(error.to_string()))
}

/// Copies all rows of the file at `path`.
///
/// # Errors
/// One line that says what is wrong with the file.
pub fn copy(db: &Connection, path: &Path) -> std::result::Result<(), String> {
    let failed = |error: rusqlite::Error| format!("cannot read seed {}: {error}", path.display());
    db.execute("ATTACH ?1 AS seed", [uri(path)]).map_err(failed)?;
    let copied = recognised(db).map_err(failed).and_then(|refused| match refused {
        Some(reason) => Err(format!("cannot read seed {}: {reason}", path.display())),
        None => image::copy_rows(db, "seed").map_err(failed),
    });
    // Inside a transaction it stays attached until the connection ends, which does no harm.
    let _ = db.execute("DETACH seed", []);
    copied
}

/// Whether rows of it may be in a log beside it.
fn has_log(path: &Path) -> bool {
    open::beside_exactly(path, "-wal").exists()
}

/// The file opened for reading alone. One without a log beside it changes under nobody.
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
    // Otherwise it is looked for where the other database is, which may be memory.
    let files = if cfg!(windows) { "win32" } else { "unix" };
    escaped + &format!("?vfs={files}&mode=ro{immutable}")
}

/// Why the file is not a current database of a panel; nothing when it is one.
fn recognised(db: &Connection) -> Result<Option<String>> {
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
