//! A file that others see whole or not at all.

use std::path::Path;
use std::{fs, io};

/// Writes a file, or leaves the one that was there.
///
/// # Errors
/// The system's, with the file's name before it.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut draft = path.to_path_buf().into_os_string();
    draft.push(format!(".new-{}", std::process::id()));
    let written = fs::write(&draft, bytes).and_then(|()| fs::rename(&draft, path));
    written.map_err(|error| {
        let _ = fs::remove_file(&draft);
        io::Error::other(format!("cannot write {}: {error}", path.display()))
    })
}
