//! A backup: a copy of a database file as of one moment, made while a server goes on writing to it.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::connection;
use super::open::{self, OpenError};
use crate::platform;

/// Why no backup was made. What was there before is as it was.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error("{path} is there already; name another file, or replace it with --overwrite")]
    Exists { path: PathBuf },
    #[error("{path} is the database itself; name another file")]
    Itself { path: PathBuf },
    #[error("cannot write the backup {path}: {reason}")]
    Writing { path: PathBuf, reason: String },
}

/// A backup that was made.
#[derive(Debug)]
pub struct Backup {
    pub bytes: u64,
    /// The version of its schema.
    pub schema: usize,
}

/// Copies the database at `path` to `to`, which only its owner can read. The name leads to a whole copy or, while it is
/// being made, to what was there before or to an empty file.
///
/// # Errors
/// [`BackupError`].
pub fn make(path: &Path, to: &Path, overwrite: bool) -> Result<Backup, BackupError> {
    let (db, schema) = open::recognise_file(path)?;
    let writing = |reason: String| BackupError::Writing {
        path: to.into(),
        reason,
    };
    connection::visitor(&db).map_err(|error| writing(error.to_string()))?;
    let failed = |error: io::Error| writing(error.to_string());
    if leads_to(to, path) {
        return Err(BackupError::Itself { path: to.into() });
    }
    let claim = match overwrite {
        true => None,
        false => Some(Claim::take(to).map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists => BackupError::Exists { path: to.into() },
            _ => failed(error),
        })?),
    };
    let draft = Draft::begin(to).map_err(failed)?;
    // It reads one snapshot; in the write-ahead log's mode nobody waits for it.
    db.execute("VACUUM INTO ?1", [draft.0.to_string_lossy()])
        .map_err(|error| writing(error.to_string()))?;
    open::sync(&draft.0).map_err(failed)?;
    let bytes = fs::metadata(&draft.0).map_err(failed)?.len();
    fs::rename(&draft.0, to).map_err(failed)?;
    // The name is the copy's from here on.
    std::mem::forget(claim);
    open::sync_folder(to).map_err(failed)?;
    Ok(Backup { bytes, schema })
}

fn leads_to(one: &Path, other: &Path) -> bool {
    match (fs::canonicalize(one), fs::canonicalize(other)) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    }
}

/// An empty file that keeps a name from others. It goes where no copy takes its place.
struct Claim<'a>(&'a Path);

impl<'a> Claim<'a> {
    fn take(path: &'a Path) -> io::Result<Claim<'a>> {
        platform::create_private_file(path).map(|_| Claim(path))
    }
}

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        let _ = fs::remove_file(self.0);
    }
}

/// The copy while it is being made.
struct Draft(PathBuf);

impl Draft {
    fn begin(to: &Path) -> io::Result<Draft> {
        let path = open::draft_beside(to);
        platform::create_private_file(&path).map(|_| Draft(path))
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}
