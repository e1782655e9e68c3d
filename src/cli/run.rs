//! `linecard run`: a command with a panel of its own beside it.

use std::ffi::OsString;
use std::io::{self, ErrorKind};
use std::process::ExitCode;

use clap::Args;
use tokio::process::{Child, Command};

use super::after::After;
use super::log::log_to_stderr;
use super::options::Legacy;
use super::ready::Ready;
use super::trust::{Given, Vouch};
use super::{refuse, say, secrets};
use crate::config::Config;
use crate::platform::{self, Stops};
use crate::server::{Server, StartError};

/// Options of `linecard run`.
#[derive(Args, Debug)]
pub struct Run {
    #[command(flatten)]
    config: Config,

    #[command(flatten)]
    after: After,

    #[command(flatten)]
    legacy: Legacy,

    #[command(flatten)]
    vouch: Vouch,

    /// The command and its arguments. It finds the panel in LINECARD_URL, LINECARD_HOST, LINECARD_PORT,
    /// LINECARD_CONTROL_URL, LINECARD_ACCESS_CODE, LINECARD_API_KEY, LINECARD_ADMIN_API and LINECARD_XC_V2_API;
    /// with TLS, LINECARD_TLS_CA is the file of whom to trust.
    #[arg(last = true, required = true, num_args = 1.., value_name = "COMMAND")]
    command: Vec<OsString>,
}

impl Run {
    /// Runs the command. The exit code is the command's own; 3 when it succeeded, but asked for odd
    /// things that are not to pass; 128 and the signal that ended it, 127
    /// when there is no such command, 126 when it cannot be run, 2 when there is no panel for it.
    pub fn run(&self) -> ExitCode {
        log_to_stderr(&self.config);
        match actix_web::rt::System::new().block_on(self.ran()) {
            Ok(code) => ExitCode::from(code),
            Err(error) => refuse(error),
        }
    }

    async fn ran(&self) -> Result<u8, StartError> {
        if self.after.is_asked_for() && !self.config.has_control() {
            let reason = "--fail-on-unmatched and --journal-out need --control";
            return Err(StartError::Other(io::Error::other(reason)));
        }
        let mut stops = Stops::listen().map_err(StartError::Other)?;
        self.vouch.check(&self.config)?;
        let mut server = Server::bind(&self.config)?;
        server.settle().await?;
        let trusted = Given::of(&self.vouch, &server, &self.config)?;
        let ready = Ready::of(&server, &self.config).await.vouched_for(trusted.path.clone());
        let running = server.spawn()?;
        let mut child = match self.start(&ready) {
            Ok(child) => child,
            Err(error) => return Ok(self.not_run(&error)),
        };
        let code = loop {
            tokio::select! {
                ended = child.wait() => break platform::exit_code(ended.map_err(StartError::Other)?),
                stop = stops.next() => platform::pass_on(stop, &child),
            }
        };
        // The server has threads of its own: it answers while this one asks.
        let code = match ready.remote().filter(|_| self.after.is_asked_for()) {
            Some(remote) => self.after.run(&remote, code),
            None => code,
        };
        let code = self.legacy.leave(running.panel(), code).await;
        drop((running, trusted));
        Ok(code)
    }

    fn start(&self, ready: &Ready) -> io::Result<Child> {
        let mut words = self.command.iter();
        let mut command = Command::new(platform::program(words.next().ok_or(ErrorKind::NotFound)?));
        command.args(words);
        for (name, value) in ready.variables() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        // Commands of Linecard's beneath it take the secrets that it was told above, not two of a kind.
        for name in secrets::variables_of_files() {
            command.env_remove(name);
        }
        command.spawn()
    }

    fn not_run(&self, error: &io::Error) -> u8 {
        let name = self
            .command
            .first()
            .map_or_else(Default::default, |name| name.to_string_lossy());
        match error.kind() {
            ErrorKind::NotFound => {
                say(format!("cannot run {name}: there is no such command"));
                127
            }
            _ => {
                say(format!("cannot run {name}: {error}"));
                126
            }
        }
    }
}
