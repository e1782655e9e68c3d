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
    let mut temporary = path.to_path_buf().into_os_string();
    temporary.push(format!(".new-{}", std::process::id()));
    let temporary = PathBuf::from(temporary);
    let _ = fs::remove_file(&temporary);
    let written = write(&temporary).and_then(|()| fs::rename(&temporary, path));
    written.map_err(|error| {
        let _ = fs::remove_file(&temporary);
        io::Error::other(format!("cannot write {}: {error}", path.display()))
    })
}
