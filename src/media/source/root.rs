//! Opening a file beneath a folder, whatever its path says (player contract, 10.4 and 18.5).

use std::fs::File;
use std::io::{Error, ErrorKind, Result};
use std::path::{Component, Path, PathBuf};

/// Opens a file beneath `root` for reading. `path` is taken from there, also where it begins with a slash.
///
/// # Errors
/// There is none: also what is no plain file, and what lies outside, by `..` or by a link, does not exist. Or it cannot
/// be read.
pub fn open(root: &Path, path: &str) -> Result<File> {
    let file = beneath(root, &inside(path)?)?;
    if file.metadata()?.is_file() {
        Ok(file)
    } else {
        Err(ErrorKind::NotFound.into())
    }
}

/// The path without its dots. No link is followed, so that `..` leads to what is written before it.
fn inside(path: &str) -> Result<PathBuf> {
    let mut parts = PathBuf::new();
    for part in Path::new(path).components() {
        match part {
            Component::Normal(name) => parts.push(name),
            Component::ParentDir if parts.pop() => {}
            Component::RootDir | Component::CurDir => {}
            Component::ParentDir | Component::Prefix(_) => return Err(ErrorKind::NotFound.into()),
        }
    }
    Ok(parts)
}

/// Opens at once without following links, where the system can.
#[cfg(target_os = "linux")]
fn beneath(root: &Path, path: &Path) -> Result<File> {
    use rustix::fs::{Mode, OFlags, ResolveFlags, openat2};
    use rustix::io::Errno;

    let folder = File::open(root)?;
    // Not to wait for who writes into a named pipe.
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK;
    let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_MAGICLINKS;
    match openat2(&folder, path, flags, Mode::empty(), resolve) {
        Ok(file) => Ok(file.into()),
        // Before Linux 5.6, or under a filter that does not know the call.
        Err(Errno::NOSYS | Errno::PERM) => step_by_step(&folder, path),
        Err(error) => Err(hidden(error)),
    }
}

#[cfg(all(unix, not(target_os = "linux")))]
fn beneath(root: &Path, path: &Path) -> Result<File> {
    step_by_step(&File::open(root)?, path)
}

/// Opens one part after the other, none of them through a link.
#[cfg(unix)]
fn step_by_step(root: &File, path: &Path) -> Result<File> {
    use rustix::fs::{Mode, OFlags, openat};

    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK | OFlags::NOFOLLOW;
    let mut place = root.try_clone()?;
    for part in path {
        place = openat(&place, part, flags, Mode::empty()).map_err(hidden)?.into();
    }
    Ok(place)
}

/// What is behind a link does not exist.
#[cfg(unix)]
fn hidden(error: rustix::io::Errno) -> Error {
    use rustix::io::Errno;

    match error {
        Errno::LOOP | Errno::XDEV | Errno::NOTDIR => ErrorKind::NotFound.into(),
        other => other.into(),
    }
}

/// Looks at each part before the file is opened.
#[cfg(not(unix))]
fn beneath(root: &Path, path: &Path) -> Result<File> {
    let mut place = root.to_owned();
    for part in path {
        place.push(part);
        if place.symlink_metadata()?.is_symlink() {
            return Err(Error::from(ErrorKind::NotFound));
        }
    }
    File::open(place)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Read;

    use super::*;

    fn text(file: Result<File>) -> std::result::Result<String, ErrorKind> {
        let mut text = String::new();
        let mut file = file.map_err(|error| error.kind())?;
        file.read_to_string(&mut text).map_err(|error| error.kind())?;
        Ok(text)
    }

    #[test]
    fn only_files_beneath_the_root_exist() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("root");
        fs::create_dir_all(root.join("films")).unwrap();
        fs::write(root.join("films/one.ts"), "one").unwrap();
        fs::write(folder.path().join("secret"), "secret").unwrap();
        let missing = Err(ErrorKind::NotFound);
        for (path, expected) in [
            ("/films/one.ts", Ok("one".to_owned())),
            ("films/one.ts", Ok("one".into())),
            ("//films/./../films/one.ts", Ok("one".into())),
            ("/films", missing.clone()),
            ("/", missing.clone()),
            ("", missing.clone()),
            ("/films/two.ts", missing.clone()),
            ("/films/one.ts/x", missing.clone()),
            ("/../secret", missing.clone()),
            ("/films/../../secret", missing.clone()),
            ("/../root/films/one.ts", missing.clone()),
        ] {
            assert_eq!(text(open(&root, path)), expected, "{path}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn links_and_pipes_are_not_followed() {
        use std::os::unix::fs::symlink;

        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("root");
        fs::create_dir_all(root.join("films")).unwrap();
        fs::write(root.join("films/one.ts"), "one").unwrap();
        fs::write(folder.path().join("secret"), "secret").unwrap();
        symlink("../secret", root.join("out")).unwrap();
        symlink("films", root.join("link")).unwrap();
        symlink("/", root.join("slash")).unwrap();
        rustix::fs::mkfifoat(rustix::fs::CWD, root.join("pipe"), rustix::fs::Mode::RUSR).unwrap();
        let base = File::open(&root).unwrap();
        for path in ["out", "link/one.ts", "slash/etc/passwd", "pipe"] {
            assert_eq!(text(open(&root, path)), Err(ErrorKind::NotFound), "{path}");
        }
        // Where there is no `openat2`.
        for path in ["out", "link/one.ts", "slash/etc/passwd"] {
            assert_eq!(
                text(step_by_step(&base, Path::new(path))),
                Err(ErrorKind::NotFound),
                "{path}"
            );
        }
        assert_eq!(text(step_by_step(&base, Path::new("films/one.ts"))), Ok("one".into()));
        // The root itself may be one: it is the operator's.
        symlink("root", folder.path().join("alias")).unwrap();
        assert_eq!(
            text(open(&folder.path().join("alias"), "films/one.ts")),
            Ok("one".into())
        );
    }
}
