//! Everything that differs between operating systems. Each system's file has the same items; nothing outside this
//! folder asks which system it runs on.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

use std::time::Duration;

use tokio::time::sleep;

#[cfg(unix)]
use self::unix as system;
#[cfg(windows)]
use self::windows as system;

pub use system::{
    FileId, Hangups, Parent, StopSignals, create_private_file, exit_code, file_id, forward_hangup, forward_signal,
    is_open_to_others, lock_database_file, notify_ready, parse_descriptor, private_folder, raise_open_files,
    resolve_program, reuse_address, set_unacknowledged_time, supports_colours, sync_folder, write_descriptor,
};

/// How often the parent process is checked.
const POLL_INTERVAL: Duration = Duration::from_secs(1);

/// The reason why a process has to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// Ctrl-C was pressed.
    Interrupt,
    /// The system, or another process, requested its end.
    Terminate,
}

impl Parent {
    /// Waits until the parent process has ended.
    pub async fn wait_for_end(&self) {
        while self.is_running() {
            sleep(POLL_INTERVAL).await;
        }
    }
}
