//! Files as commands take them: `-` is standard input or output, and one that is written is seen whole
//! or not at all.

use std::fs;
use std::io::{self, Read};
use std::path::Path;

/// Whether a path stands for standard input or output.
pub fn is_std(path: &Path) -> bool {
    path == Path::new("-")
}

/// How errors call a file that is read.
pub fn name(path: &Path) -> String {
    match is_std(path) {
        true => "standard input".to_owned(),
        false => path.display().to_string(),
    }
}

/// Reads a file, or standard input.
///
/// # Errors
/// The system's, with the file's name before it.
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
