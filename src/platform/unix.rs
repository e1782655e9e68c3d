//! Linux, macOS and other Unix systems.

use std::ffi::{OsStr, OsString};
use std::fs::{self, DirBuilder, File, TryLockError};
use std::io::{self, IsTerminal, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::os::unix::process::{ExitStatusExt, parent_id};
use std::path::Path;
use std::process::ExitStatus;
use std::time::Duration;

use rustix::process::{Pid, Resource, Rlimit, Signal, getpgrp, getrlimit, kill_process, setrlimit};
use rustix::termios::tcgetpgrp;
use socket2::Socket;
use tokio::process::Child;
use tokio::signal::unix::{self, SignalKind, signal};

use super::Stop;

/// The signals that stop a process.
pub struct StopSignals {
    interrupt: unix::Signal,
    terminate: unix::Signal,
}

impl StopSignals {
    /// Installs the signal handlers.
    ///
    /// # Errors
    /// The system's.
    pub fn listen() -> io::Result<StopSignals> {
        Ok(StopSignals {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    /// Waits for the next signal.
    pub async fn next(&mut self) -> Stop {
        tokio::select! {
            _ = self.interrupt.recv() => Stop::Interrupt,
            _ = self.terminate.recv() => Stop::Terminate,
        }
    }

    /// Waits for Ctrl-C.
    pub async fn interrupted(&mut self) {
        self.interrupt.recv().await;
    }
}

/// The signal of a terminal that is gone, which by itself would end the process. Servers are told with it to read their
/// files again.
pub struct Hangups(unix::Signal);

impl Hangups {
    /// Installs the signal handler.
    ///
    /// # Errors
    /// The system's.
    pub fn listen() -> io::Result<Hangups> {
        signal(SignalKind::hangup()).map(Hangups)
    }

    /// Waits for the next signal.
    pub async fn next(&mut self) {
        self.0.recv().await;
    }
}

/// Breaks a connection whose client acknowledges nothing for so long, where the system can.
///
/// # Errors
/// The system's.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub fn set_unacknowledged_time(socket: &Socket, time: Duration) -> io::Result<()> {
    socket.set_tcp_user_timeout(Some(time))
}

/// Breaks a connection whose client acknowledges nothing for so long, where the system can.
///
/// # Errors
/// None.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub fn set_unacknowledged_time(_: &Socket, _: Duration) -> io::Result<()> {
    Ok(())
}

/// Forwards a hangup of this process to a command.
pub fn forward_hangup(child: &Child) {
    send(Signal::HUP, child);
}

/// Forwards a signal of this process to a command.
pub fn forward_signal(stop: Stop, child: &Child) {
    let signal = match stop {
        Stop::Interrupt if terminal_has_signalled_child() => return,
        Stop::Interrupt => Signal::INT,
        Stop::Terminate => Signal::TERM,
    };
    send(signal, child);
}

fn send(signal: Signal, child: &Child) {
    // A child that has ended has no process id; one that ends at this moment needs no signal.
    let pid = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
    if let Some(pid) = pid {
        let _ = kill_process(pid, signal);
    }
}

/// Whether Ctrl-C on a terminal has already reached the command: it is sent to all processes of the
/// foreground group. A second one would abort the clean-up of many test runners.
fn terminal_has_signalled_child() -> bool {
    let stdin = io::stdin();
    stdin.is_terminal() && tcgetpgrp(stdin).is_ok_and(|group| group == getpgrp())
}

/// The process that started this one.
pub struct Parent(u32);

impl Parent {
    /// Returns the current parent: when it ends, the system assigns another one.
    pub fn of_this_process() -> Parent {
        Parent(parent_id())
    }

    /// Whether the parent is still running.
    pub fn is_running(&self) -> bool {
        parent_id() == self.0
    }
}

/// Returns the program for a command's name; the system searches the path itself.
pub fn resolve_program(name: &OsStr) -> OsString {
    name.to_owned()
}

/// Returns the exit code as a shell reports it.
pub fn exit_code(status: ExitStatus) -> u8 {
    let code = status.code().or_else(|| status.signal().map(|signal| 128 + signal));
    code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1)
}

/// Parses the number of an open descriptor.
///
/// # Errors
/// The problem with the number.
pub fn parse_descriptor(text: &str) -> Result<u32, String> {
    text.parse().map_err(|error: std::num::ParseIntError| error.to_string())
}

/// Writes to an open descriptor.
///
/// # Errors
/// The system's.
pub fn write_descriptor(number: u32, bytes: &[u8]) -> io::Result<()> {
    // Opened by name, because using a raw descriptor needs unsafe code.
    let mut file = File::options().append(true).open(format!("/dev/fd/{number}"))?;
    file.write_all(bytes)
}

/// Notifies the service manager at this socket that the server is ready, as `sd_notify(3)` does.
///
/// # Errors
/// The system's.
pub fn notify_ready(socket: &OsStr) -> io::Result<()> {
    let address = match socket.as_bytes().strip_prefix(b"@") {
        #[cfg(target_os = "linux")]
        Some(name) => <SocketAddr as std::os::linux::net::SocketAddrExt>::from_abstract_name(name)?,
        _ => SocketAddr::from_pathname(socket)?,
    };
    UnixDatagram::unbound()?.send_to_addr(b"READY=1\n", &address)?;
    Ok(())
}

/// Whether an output shows colours.
pub fn supports_colours(output: &impl IsTerminal) -> bool {
    output.is_terminal()
}

/// Creates a folder that no other user can read.
///
/// # Errors
/// The system's.
pub fn private_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().mode(0o700).create(path)
}

/// Makes a file that no other user can read; one that is there is an error.
///
/// # Errors
/// The system's.
pub fn create_private_file(path: &Path) -> io::Result<File> {
    File::options().write(true).create_new(true).mode(0o600).open(path)
}

/// Whether other users can read or change a file.
///
/// # Errors
/// The system's.
pub fn is_open_to_others(path: &Path) -> io::Result<bool> {
    Ok(fs::metadata(path)?.mode() & 0o077 != 0)
}

/// What a name leads to: the file system and the number of the file in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileId(u64, u64);

/// Which file a name leads to.
///
/// # Errors
/// The system's.
pub fn file_id(path: &Path) -> io::Result<FileId> {
    let about = fs::metadata(path)?;
    Ok(FileId(about.dev(), about.ino()))
}

/// Lets this process have as many files and sockets open as the system allows it; by default it is asked for
/// 1,024 at most, which are fewer than a panel's clients.
///
/// # Errors
/// The system's.
pub fn raise_open_files() -> io::Result<()> {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current == maximum {
        return Ok(());
    }
    let raised = Rlimit {
        current: maximum,
        maximum,
    };
    Ok(setrlimit(Resource::Nofile, raised)?)
}

/// Lets a socket that is to listen have an address whose last connections are not quite gone: a server that is started
/// again at once would be refused.
///
/// # Errors
/// The system's.
pub fn reuse_address(socket: &Socket) -> io::Result<()> {
    socket.set_reuse_address(true)
}

/// Locks a database's file against other servers for as long as the returned file is open.
///
/// # Errors
/// [`TryLockError::WouldBlock`] when another server has the lock.
pub fn lock_database_file(path: &Path) -> Result<File, TryLockError> {
    let file = File::options().read(true).write(true).open(path);
    let file = file.map_err(TryLockError::Error)?;
    file.try_lock()?;
    Ok(file)
}

/// Syncs the names in a folder to the disk.
///
/// # Errors
/// The system's.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}
