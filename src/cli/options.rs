//! What `serve` and `test` take: the options of the server, and those of the process around it,
//! which say who is told when it is ready and when it ends by itself.

use std::future::pending;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Arg, Args, Command};
use tokio::time::sleep;

use super::trust::Vouch;
use super::{file, say};
use crate::config::Config;
use crate::panel::Panel;
use crate::platform::{self, Parent};
use crate::seeds::state_form::StateForm;
use crate::span;

/// Options of `linecard serve` and `linecard test`.
#[derive(Args, Debug)]
pub struct Start {
    #[command(flatten)]
    pub config: Config,
    #[command(flatten)]
    pub life: Life,
    #[command(flatten)]
    pub legacy: Legacy,
    #[command(flatten)]
    pub vouch: Vouch,
}

/// What is left of a panel when its process ends.
#[derive(Args, Debug)]
pub struct Legacy {
    /// A file for the panel's whole state at the end, with which --seed begins another: .yaml, .json, or .db.
    #[arg(long, env = "LINECARD_EXPORT_ON_EXIT", value_parser = export, value_name = "FILE")]
    pub export_on_exit: Option<PathBuf>,
}

impl Legacy {
    /// Keeps the state where that was asked for. The exit code is `code`, or 1 when it was 0 and the
    /// file could not be written.
    pub async fn leave(&self, panel: &Panel, code: u8) -> u8 {
        let asked = self.export_on_exit.as_deref();
        let Some((path, form)) = asked.and_then(|path| Some((path, StateForm::of_file(path)?))) else {
            return code;
        };
        let kept = match panel.state(form).await {
            Ok(state) => file::write(path, &state),
            Err(error) => Err(io::Error::other(format!("cannot export the state: {error}"))),
        };
        if let Err(error) = kept {
            say(error);
            return code.max(1);
        }
        code
    }
}

fn export(text: &str) -> Result<PathBuf, String> {
    let path = PathBuf::from(text);
    match StateForm::of_file(&path) {
        Some(_) => Ok(path),
        None => Err("not a file that ends in .yaml, .json or .db".into()),
    }
}

/// Who is told of the start, and when the process ends by itself.
#[derive(Args, Debug)]
pub struct Life {
    /// A file that holds the ready line from when the server answers until it stops.
    #[arg(long, env = "LINECARD_READY_FILE", value_name = "PATH")]
    pub ready_file: Option<PathBuf>,

    /// An open descriptor, of a pipe or a file, to which the ready line is written too.
    #[arg(long, env = "LINECARD_READY_FD", value_parser = platform::descriptor, value_name = "N")]
    pub ready_fd: Option<u32>,

    /// Stop by itself after this time, such as 10m.
    #[arg(long, env = "LINECARD_TTL", value_parser = span::parse, value_name = "SPAN")]
    pub ttl: Option<Duration>,

    /// Stop by itself when the process that started it has ended.
    #[arg(long, env = "LINECARD_EXIT_WITH_PARENT")]
    pub exit_with_parent: bool,
}

impl Life {
    /// The process that started this one, where its end counts.
    pub fn parent(&self) -> Option<Parent> {
        self.exit_with_parent.then(Parent::of_this)
    }

    /// Waits until the process is to end by itself and says why; without a reason it never comes.
    /// `parent` is the process with which it ends.
    pub async fn end(&self, parent: Option<&Parent>) -> &'static str {
        let spent = async {
            match self.ttl {
                Some(ttl) => sleep(ttl).await,
                None => pending().await,
            }
        };
        let orphaned = async {
            match parent {
                Some(parent) => parent.ended().await,
                None => pending().await,
            }
        };
        tokio::select! {
            () = spent => "the time of --ttl is over",
            () = orphaned => "the parent process has ended",
        }
    }
}

/// The options of a command as a test wants them: nothing is kept, no port is fixed, and the panel
/// can be steered.
pub fn for_tests(command: Command) -> Command {
    let defaults = [
        ("db", ":memory:"),
        ("bind", "127.0.0.1:0"),
        ("control", "true"),
        ("test_mode", "true"),
    ];
    defaults.into_iter().fold(command, |command, (name, value)| {
        command.mut_arg(name, |arg: Arg| arg.default_value(value))
    })
}
