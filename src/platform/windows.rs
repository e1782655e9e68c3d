//! Windows.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs::{DirBuilder, File, TryLockError};
use std::io::{self, IsTerminal};
use std::os::windows::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;

use socket2::Socket;
use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, System};
use tokio::process::Child;
use tokio::signal::windows::{
    CtrlBreak, CtrlC, CtrlClose, CtrlShutdown, ctrl_break, ctrl_c, ctrl_close, ctrl_shutdown,
};

use super::Stop;

/// The console events that stop a process.
pub struct StopSignals {
    interrupt: CtrlC,
    ended: CtrlBreak,
    closed: CtrlClose,
    shutdown: CtrlShutdown,
}

impl StopSignals {
    /// Installs the event handlers.
    ///
    /// # Errors
    /// The system's.
    pub fn listen() -> io::Result<StopSignals> {
        Ok(StopSignals {
            interrupt: ctrl_c()?,
            ended: ctrl_break()?,
            closed: ctrl_close()?,
            shutdown: ctrl_shutdown()?,
        })
    }

    /// Waits for the next event.
    pub async fn next(&mut self) -> Stop {
        tokio::select! {
            _ = self.interrupt.recv() => Stop::Interrupt,
            _ = self.ended.recv() => Stop::Terminate,
            _ = self.closed.recv() => Stop::Terminate,
            _ = self.shutdown.recv() => Stop::Terminate,
        }
    }

    /// Waits for Ctrl-C.
    pub async fn interrupted(&mut self) {
        self.interrupt.recv().await;
    }
}

/// Windows has no such signal.
pub struct Hangups;

impl Hangups {
    /// Does nothing.
    ///
    /// # Errors
    /// None.
    pub fn listen() -> io::Result<Hangups> {
        Ok(Hangups)
    }

    /// Waits for ever.
    pub async fn next(&mut self) {
        std::future::pending().await
    }
}

/// Does nothing: there is no such signal.
/// Breaks a connection whose client acknowledges nothing for so long, where the system can.
///
/// # Errors
/// None.
pub fn set_unacknowledged_time(_: &Socket, _: std::time::Duration) -> io::Result<()> {
    Ok(())
}

pub fn forward_hangup(_child: &Child) {}

/// Does nothing: a console sends its events to all of its processes, including the command's.
pub fn forward_signal(_stop: Stop, _child: &Child) {}

/// The process that started this one.
pub struct Parent {
    /// `None` if the system knows no parent.
    pid: Option<Pid>,
    /// Start time of this process, in unix seconds.
    begun: u64,
}

impl Parent {
    /// Returns the current parent.
    pub fn of_this_process() -> Parent {
        let this = Pid::from_u32(std::process::id());
        let (pid, begun) = process(this).unwrap_or_default();
        Parent { pid, begun }
    }

    /// Whether the parent is still running. Process ids are reused, but a parent is older than its child.
    pub fn is_running(&self) -> bool {
        self.pid
            .is_none_or(|pid| process(pid).is_some_and(|(_, begun)| begun <= self.begun))
    }
}

/// Returns the parent of a process, and its own start time.
fn process(pid: Pid) -> Option<(Option<Pid>, u64)> {
    let mut system = System::new().ok()?;
    system.refresh_processes_specifics(ProcessesToUpdate::Some(&[pid]), true, ProcessRefreshKind::nothing());
    let process = system.process(pid)?;
    Some((process.parent(), process.start_time()))
}

/// The extensions of executable files.
const ENDINGS: [&str; 4] = ["com", "exe", "bat", "cmd"];

/// Finds the program for a command's name. The system itself only finds `.exe` files, but many tools are
/// scripts on Windows: `npm` is `npm.cmd`.
pub fn resolve_program(name: &OsStr) -> OsString {
    let paths = env::var_os("PATH").unwrap_or_default();
    find_in_path(Path::new(name), env::split_paths(&paths)).map_or_else(|| name.to_owned(), PathBuf::into_os_string)
}

fn find_in_path(name: &Path, mut folders: impl Iterator<Item = PathBuf>) -> Option<PathBuf> {
    let runs = |ending: &OsStr| ENDINGS.iter().any(|known| ending.eq_ignore_ascii_case(known));
    let with_ending = |path: PathBuf| match path.extension().is_some_and(runs) {
        true => path.is_file().then_some(path),
        false => ENDINGS.into_iter().find_map(|ending| {
            let mut path = path.clone().into_os_string();
            path.push(format!(".{ending}"));
            Some(PathBuf::from(path)).filter(|path| path.is_file())
        }),
    };
    match name.components().count() {
        1 => folders.find_map(|folder| with_ending(folder.join(name))),
        _ => with_ending(name.to_owned()),
    }
}

/// Returns the exit code; a code above 255 becomes 1.
pub fn exit_code(status: ExitStatus) -> u8 {
    status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1)
}

const NO_DESCRIPTORS: &str = "Windows hands no descriptors over: use --ready-file";

/// Refuses the number of a descriptor.
///
/// # Errors
/// Always.
pub fn parse_descriptor(_text: &str) -> Result<u32, String> {
    Err(NO_DESCRIPTORS.into())
}

/// Refuses to write to a descriptor.
///
/// # Errors
/// Always.
pub fn write_descriptor(_number: u32, _bytes: &[u8]) -> io::Result<()> {
    Err(io::Error::new(io::ErrorKind::Unsupported, NO_DESCRIPTORS))
}

/// Does nothing: Windows has no such service manager.
///
/// # Errors
/// None.
pub fn notify_ready(_socket: &OsStr) -> io::Result<()> {
    Ok(())
}

/// Whether an output shows colours; an older console is switched to them.
pub fn supports_colours(output: &impl IsTerminal) -> bool {
    output.is_terminal() && anstyle_query::windows::enable_ansi_colors().unwrap_or(false)
}

/// Creates a folder. Each user has a separate folder of temporary files, which others cannot read.
///
/// # Errors
/// The system's.
pub fn private_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().create(path)
}

/// Makes a file; one that is there is an error. Who can read it follows from its folder.
///
/// # Errors
/// The system's.
pub fn create_private_file(path: &Path) -> io::Result<File> {
    File::options().write(true).create_new(true).open(path)
}

/// Whether other users can read a file: its folder decides.
///
/// # Errors
/// None.
pub fn is_open_to_others(_path: &Path) -> io::Result<bool> {
    Ok(false)
}

/// What a name leads to. A file that is open cannot be deleted or replaced, so there is nothing to compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileId;

/// Which file a name leads to.
///
/// # Errors
/// The system's.
pub fn file_id(path: &Path) -> io::Result<FileId> {
    std::fs::metadata(path).map(|_| FileId)
}

/// Does nothing: Windows has no such limit.
///
/// # Errors
/// None.
pub fn raise_open_files() -> io::Result<()> {
    Ok(())
}

/// Does nothing: Windows gives such an address again, and would give one that another server listens on.
///
/// # Errors
/// None.
pub fn reuse_address(_socket: &Socket) -> io::Result<()> {
    Ok(())
}

/// `FILE_FLAG_DELETE_ON_CLOSE`: the file is deleted when its process ends for any reason.
const GONE_WHEN_CLOSED: u32 = 0x0400_0000;
/// `ERROR_SHARING_VIOLATION`.
const SHARED: i32 = 32;

/// Locks a database's file against other servers for as long as the returned file is open. A lock on the file
/// itself would block SQLite, so a separate file beside it is locked.
///
/// # Errors
/// [`TryLockError::WouldBlock`] when another server has the lock.
pub fn lock_database_file(path: &Path) -> Result<File, TryLockError> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".lock");
    let mut options = File::options();
    options
        .write(true)
        .create(true)
        .share_mode(0)
        .custom_flags(GONE_WHEN_CLOSED);
    options.open(beside).map_err(|error| match error.raw_os_error() {
        Some(SHARED) => TryLockError::WouldBlock,
        _ => TryLockError::Error(error),
    })
}

/// Does nothing: Windows writes the names in a folder with its files.
///
/// # Errors
/// None.
pub fn sync_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_found_with_the_endings_that_can_be_run() {
        let folders: Vec<tempfile::TempDir> = (0..2).map(|_| tempfile::tempdir().unwrap()).collect();
        let put = |folder: usize, name: &str| {
            let path = folders[folder].path().join(name);
            std::fs::write(&path, "").unwrap();
            path
        };
        let (script, native) = (put(0, "npm.cmd"), put(1, "npm.exe"));
        let (dotted, text) = (put(1, "a.b.BAT"), put(0, "notes.txt"));
        let find = |name: &Path| find_in_path(name, folders.iter().map(|folder| folder.path().to_owned()));
        assert_eq!(find("npm".as_ref()), Some(script.clone()));
        assert_eq!(find("npm.exe".as_ref()), Some(native));
        assert_eq!(find("a.b.BAT".as_ref()), Some(dotted.clone()));
        assert_eq!(find(&script.with_extension("")), Some(script));
        let same = |found: Option<PathBuf>| found.unwrap().to_string_lossy().to_lowercase();
        assert_eq!(same(find("a.b".as_ref())), dotted.to_string_lossy().to_lowercase());
        assert_eq!(find("notes".as_ref()), None);
        assert_eq!(find("notes.txt".as_ref()), None);
        assert_eq!(find(&text), None);
        assert_eq!(resolve_program(OsStr::new("no such command")), "no such command");
    }

    #[test]
    fn a_database_has_one_server_and_no_lock_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("panel.db");
        let first = lock_database_file(&path).unwrap();
        assert!(matches!(lock_database_file(&path), Err(TryLockError::WouldBlock)));
        drop(first);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        drop(lock_database_file(&path).unwrap());
        let nowhere = lock_database_file(&folder.path().join("no").join("panel.db"));
        assert!(matches!(nowhere, Err(TryLockError::Error(_))));
    }

    #[test]
    fn a_process_that_runs_is_there_and_a_later_one_of_its_number_is_not() {
        let this = Pid::from_u32(std::process::id());
        let (_, begun) = process(this).unwrap();
        let of = |pid, begun| Parent { pid, begun }.is_running();
        assert!(of(Some(this), begun));
        assert!(of(None, begun));
        assert!(!of(Some(this), begun - 1));
        assert!(!of(Some(Pid::from_u32(u32::MAX)), begun));
    }
}
