//! What systems do in ways of their own, so that everything else is written once. Each system's file
//! has the same items; nothing outside this folder asks which system it is on.

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
    Parent, Stops, descriptor, exit_code, notify, only_one, pass_on, private_folder, program, sync_folder,
    takes_colours, write_descriptor,
};

/// How often the parent process is looked for.
const LOOK: Duration = Duration::from_secs(1);

/// What a process that is to stop was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// Somebody has pressed Ctrl-C.
    Interrupt,
    /// The system, or another process, asks for an end.
    Terminate,
}

impl Parent {
    /// Waits until it has ended.
    pub async fn ended(&self) {
        while self.is_there() {
            sleep(LOOK).await;
        }
    }
}
