//! The files of commands: `-` is standard input or output, and a file is written atomically, so that no reader
//! sees half of it.

use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use crate::platform;

/// Whether a path stands for standard input or output.
pub fn is_std(path: &Path) -> bool {
    path == Path::new("-")
}

/// The name of an input file in error messages.
pub fn name(path: &Path) -> String {
    match is_std(path) {
        true => "standard input".to_owned(),
        false => path.display().to_string(),
    }
}

/// Reads a file, or standard input.
///
/// # Errors
/// An error of the system, with the file's name.
pub fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = match is_std(path) {
        true => io::stdin().lock().read_to_end(&mut bytes).map(drop),
        false => fs::read(path).map(|all| bytes = all),
    };
    match read {
        Ok(()) => Ok(bytes),
        Err(error) => Err(io::Error::other(format!("cannot read {}: {error}", name(path)))),
    }
}

/// Writes a file; on failure the old one stays as it was.
///
/// # Errors
/// An error of the system, with the file's name.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    replace(path, |temporary| fs::write(temporary, bytes))
}

/// As [`write`]; only its owner can read it, as states, snapshots and ready lines have keys in them. One that was there
/// keeps its mode.
///
/// # Errors
/// As [`write`].
pub fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    replace(path, |temporary| {
        platform::create_private_file(temporary)?.write_all(bytes)?;
        match fs::metadata(path) {
            Ok(about) => fs::set_permissions(temporary, about.permissions()),
            Err(_) => Ok(()),
        }
    })
}

fn replace(path: &Path, write: impl FnOnce(&Path) -> io::Result<()>) -> io::Result<()> {
    let draft = Draft::new(path);
    write(&draft.temporary).map_err(|error| draft.failed(&error))?;
    draft.finish()
}

/// A file that is being written beside the one that it will replace; removed when dropped before.
pub struct Draft {
    path: PathBuf,
    temporary: PathBuf,
}

impl Draft {
    fn new(path: &Path) -> Draft {
        let mut temporary = path.to_path_buf().into_os_string();
        temporary.push(format!(".new-{}", std::process::id()));
        let temporary = PathBuf::from(temporary);
        let _ = fs::remove_file(&temporary);
        Draft {
            path: path.to_path_buf(),
            temporary,
        }
    }

    /// Creates a file that is written bit by bit.
    ///
    /// # Errors
    /// An error of the system, with the file's name.
    pub fn create(path: &Path) -> io::Result<(Draft, fs::File)> {
        let draft = Draft::new(path);
        match fs::File::create(&draft.temporary) {
            Ok(file) => Ok((draft, file)),
            Err(error) => Err(draft.failed(&error)),
        }
    }

    /// Puts the file in its place; nobody writes to it any more.
    ///
    /// # Errors
    /// An error of the system, with the file's name.
    pub fn finish(self) -> io::Result<()> {
        fs::rename(&self.temporary, &self.path).map_err(|error| self.failed(&error))
    }

    /// Adds the file's name to an error.
    pub fn failed(&self, error: &io::Error) -> io::Error {
        io::Error::other(format!("cannot write {}: {error}", self.path.display()))
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // There is none after `finish`.
        let _ = fs::remove_file(&self.temporary);
    }
}
