//! The options of `serve` and `test`: those of the server, and those of its process: where it reports that it
//! is ready, when it stops by itself, what it writes when it stops.

use std::future::pending;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Arg, Args, Command};
use tokio::time::sleep;

use super::file;
use super::output::report;
use super::trust::AuthorityOutput;
use crate::config::Config;
use crate::panel::Panel;
use crate::platform::{self, Parent};
use crate::seeds::state_form::StateForm;
use crate::span;

/// Options of `linecard serve` and `linecard test`.
#[derive(Args, Debug)]
pub struct ServeOptions {
    #[command(flatten)]
    pub config: Config,
    #[command(flatten)]
    pub lifecycle: LifecycleOptions,
    #[command(flatten)]
    pub exit: ExitOptions,
    #[command(flatten)]
    pub authority_output: AuthorityOutput,
}

/// What is written when the process ends.
#[derive(Args, Debug)]
pub struct ExitOptions {
    /// A file for the panel's whole state at the end, which --seed takes again: .yaml, .json, or .db.
    #[arg(long, env = "LINECARD_EXPORT_ON_EXIT", value_parser = state_file, value_name = "FILE")]
    pub export_on_exit: Option<PathBuf>,
}

impl ExitOptions {
    /// Exports the state, if the option is set. Returns `code`, or 1 if it was 0 and the file could not be
    /// written.
    pub async fn export_state(&self, panel: &Panel, code: u8) -> u8 {
        let wanted = self.export_on_exit.as_deref();
        let Some((path, form)) = wanted.and_then(|path| Some((path, StateForm::of_file(path)?))) else {
            return code;
        };
        let written = match panel.state(form).await {
            Ok(state) => file::write_private(path, &state),
            Err(error) => Err(io::Error::other(format!("cannot export the state: {error}"))),
        };
        if let Err(error) = written {
            report(error);
            return code.max(1);
        }
        code
    }
}

/// Parses the path of a file for the state.
fn state_file(text: &str) -> Result<PathBuf, String> {
    let path = PathBuf::from(text);
    match StateForm::of_file(&path) {
        Some(_) => Ok(path),
        None => Err("not a file that ends in .yaml, .json or .db".into()),
    }
}

/// Where the start is reported, and when the process ends by itself.
#[derive(Args, Debug)]
pub struct LifecycleOptions {
    /// A file that holds the ready line from when the server answers until it stops.
    #[arg(long, env = "LINECARD_READY_FILE", value_name = "PATH")]
    pub ready_file: Option<PathBuf>,

    /// An open file descriptor, of a pipe or a file, to which the ready line is written too.
    #[arg(long, env = "LINECARD_READY_FD", value_parser = platform::parse_descriptor, value_name = "N")]
    pub ready_fd: Option<u32>,

    /// Stop by itself after this time, such as 10m.
    #[arg(long, env = "LINECARD_TTL", value_parser = span::parse, value_name = "SPAN")]
    pub ttl: Option<Duration>,

    /// Stop by itself when the process that started it has ended.
    #[arg(long, env = "LINECARD_EXIT_WITH_PARENT")]
    pub exit_with_parent: bool,
}

impl LifecycleOptions {
    /// Returns the parent process, if this process is to stop when the parent ends.
    pub fn watched_parent(&self) -> Option<Parent> {
        self.exit_with_parent.then(Parent::of_this_process)
    }

    /// Waits until the process is to stop by itself and returns the reason; never returns if no option asks for
    /// it. `parent` is the process to watch.
    pub async fn wait_for_end(&self, parent: Option<&Parent>) -> &'static str {
        let expired = async {
            match self.ttl {
                Some(ttl) => sleep(ttl).await,
                None => pending().await,
            }
        };
        let orphaned = async {
            match parent {
                Some(parent) => parent.wait_for_end().await,
                None => pending().await,
            }
        };
        tokio::select! {
            () = expired => "the time of --ttl is over",
            () = orphaned => "the parent process has ended",
        }
    }
}

/// Sets the defaults of tests: a database in memory, a free port, the control plane, and a seed's own time.
pub fn with_test_defaults(command: Command) -> Command {
    let defaults = [
        ("db", ":memory:"),
        ("bind", "127.0.0.1:0"),
        ("control", "true"),
        ("test_mode", "true"),
        ("clock", "seed"),
    ];
    defaults.into_iter().fold(command, |command, (name, value)| {
        command.mut_arg(name, |arg: Arg| arg.default_value(value))
    })
}
