//! `linecard run`: runs a command with its own panel.

use std::ffi::OsString;
use std::io::{self, ErrorKind};
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use tokio::process::{Child, Command};

use super::log::log_to_stderr;
use super::options::ExitOptions;
use super::output::{refuse, report};
use super::ready::Ready;
use super::run_report::RunReport;
use super::secret_files;
use super::trust::{AuthorityFile, AuthorityOutput};
use crate::config::Config;
use crate::platform::{self, Hangups, StopSignals};
use crate::server::{Server, StartError};

/// Options of `linecard run`.
#[derive(Args, Debug)]
pub struct Run {
    #[command(flatten)]
    pub config: Config,

    #[command(flatten)]
    report: RunReport,

    #[command(flatten)]
    exit: ExitOptions,

    #[command(flatten)]
    authority_output: AuthorityOutput,

    /// The command and its arguments. It finds the panel in LINECARD_URL, LINECARD_HOST, LINECARD_PORT,
    /// LINECARD_CONTROL_URL, LINECARD_ACCESS_CODE, LINECARD_API_KEY, LINECARD_ADMIN_API, LINECARD_XC_V2_API,
    /// LINECARD_RESELLER_KEY, LINECARD_NXT_TOKEN and LINECARD_BILLING_KEY; with TLS, LINECARD_TLS_CA names the file of the authority to trust.
    #[arg(last = true, required = true, num_args = 1.., value_name = "COMMAND")]
    command: Vec<OsString>,
}

impl Run {
    /// Runs the command. The exit code is the command's own; 3 when it succeeded, but made suspicious requests
    /// under `--fail-on-unmatched`; 128 plus the number of the signal that ended it; 127 when there is no such
    /// command, 126 when it cannot be run, 2 when the panel cannot be started.
    pub fn run(&self) -> ExitCode {
        log_to_stderr(&self.config);
        match actix_web::rt::System::new().block_on(self.run_beside_panel()) {
            Ok(code) => ExitCode::from(code),
            Err(error) => refuse(error),
        }
    }

    async fn run_beside_panel(&self) -> Result<u8, StartError> {
        if self.report.is_wanted() && !self.config.has_control() {
            let reason = "--fail-on-unmatched and --journal-out need --control";
            return Err(StartError::Other(io::Error::other(reason)));
        }
        let mut stops = StopSignals::listen().map_err(StartError::Other)?;
        let mut hangups = Hangups::listen().map_err(StartError::Other)?;
        self.authority_output.check(&self.config)?;
        let report = self.report.begin();
        let collector = report.as_ref().map(|report| Arc::clone(&report.collector));
        let mut server = Server::bind(&self.config)?.with_collector(collector);
        server.settle().await?;
        let authority = AuthorityFile::for_command(&self.authority_output, &server, &self.config)?;
        let ready = Ready::from_server(&server, &self.config)
            .await
            .with_tls_ca(authority.path.clone());
        let running = server.spawn()?;
        let mut child = match self.start(&ready) {
            Ok(child) => child,
            Err(error) => return Ok(self.report_not_run(&error)),
        };
        let code = loop {
            tokio::select! {
                ended = child.wait() => break platform::exit_code(ended.map_err(StartError::Other)?),
                stop = stops.next() => platform::forward_signal(stop, &child),
                // The command decides whether it ends, and with it the panel.
                () = hangups.next() => platform::forward_hangup(&child),
            }
        };
        let code = match report.zip(running.control()) {
            Some((report, control)) => report.finish(control, code).await,
            None => code,
        };
        let code = self.exit.export_state(running.panel(), code).await;
        drop((running, authority));
        Ok(code)
    }

    fn start(&self, ready: &Ready) -> io::Result<Child> {
        let mut words = self.command.iter();
        let mut command = Command::new(platform::resolve_program(words.next().ok_or(ErrorKind::NotFound)?));
        command.args(words);
        for (name, value) in ready.variables() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        // A `linecard` that the command starts reads the secrets set above; a file would be a second value.
        for name in secret_files::file_variables() {
            command.env_remove(name);
        }
        command.spawn()
    }

    fn report_not_run(&self, error: &io::Error) -> u8 {
        let name = self
            .command
            .first()
            .map_or_else(Default::default, |name| name.to_string_lossy());
        match error.kind() {
            ErrorKind::NotFound => {
                report(format!("cannot run {name}: there is no such command"));
                127
            }
            _ => {
                report(format!("cannot run {name}: {error}"));
                126
            }
        }
    }
}
