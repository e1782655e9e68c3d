//! `linecard serve` and `linecard test`: runs a server from its options until its end.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use super::log::log_to_stderr;
use super::options::ServeOptions;
use super::output::refuse;
use super::ready::{Ready, ReadyNotice};
use crate::platform::{self, Hangups, Parent, StopSignals};
use crate::server::{Server, StartError, Started, first_request};
use crate::store::DatabaseOrigin;
use crate::tls::Tls;

/// Serves until a signal arrives or an option stops the process. Exit code 0 after a clean stop, 2 if it could
/// not start.
pub fn run(options: &ServeOptions) -> ExitCode {
    // The watch starts here, so that a parent that ends during the start is noticed too.
    let (begun, parent) = (Instant::now(), options.lifecycle.watched_parent());
    log_to_stderr(&options.config);
    if let Err(error) = platform::raise_open_files() {
        tracing::debug!(%error, "the limit of open files stays as it was");
    }
    let bound = options
        .authority_output
        .check(&options.config)
        .and_then(|()| Server::bind(&options.config));
    let server = match bound {
        Ok(server) => server,
        Err(error) => return refuse(error),
    };
    match actix_web::rt::System::new().block_on(serve(options, server, begun, parent.as_ref())) {
        Ok(code) => ExitCode::from(code),
        Err(error) => refuse(error),
    }
}

async fn serve(
    options: &ServeOptions,
    mut server: Server,
    begun: Instant,
    parent: Option<&Parent>,
) -> Result<u8, StartError> {
    let config = &options.config;
    if server.found() == DatabaseOrigin::Existing && !config.seed.is_empty() {
        tracing::warn!(
            "seed {} was not planted: {} has data already",
            config.seeds(),
            config.db
        );
    }
    let mut stops = StopSignals::listen().map_err(StartError::Other)?;
    let hangups = Hangups::listen().map_err(StartError::Other)?;
    actix_web::rt::spawn(reread_certificates(hangups, server.tls().cloned()));
    server.settle().await?;
    options.authority_output.write(&server)?;
    let ready = Ready::from_server(&server, config).await;
    let (panel, address, tls) = (server.panel().clone(), server.address(), server.tls().cloned());
    let Started { handle, server, .. } = server.start().await?;
    let mut serving = actix_web::rt::spawn(server);
    let first = tokio::task::spawn_blocking(move || first_request(address, tls.as_deref())).await;
    first
        .unwrap_or_else(|error| Err(error.into()))
        .map_err(StartError::Silent)?;
    let notice = ReadyNotice::send(&options.lifecycle, &ready.line(config.ready_format, begun));
    let mut ended = false;
    if notice.is_ok() {
        tokio::select! {
            _ = stops.next() => {}
            reason = options.lifecycle.wait_for_end(parent) => tracing::info!("stopping: {reason}"),
            // A request to the control plane has stopped the server.
            _ = &mut serving => ended = true,
        }
    }
    // Ctrl-C during the stop ends the process immediately.
    let stopping = async {
        if !ended {
            handle.stop(true).await;
            let _ = serving.await;
        }
        let code = options.exit.export_state(&panel, 0).await;
        panel.close();
        code
    };
    let code = tokio::select! {
        code = stopping => code,
        () = stops.interrupted() => 0,
    };
    notice.map(|_| code).map_err(StartError::Other)
}

/// Reads the certificate again at each hangup: who renews it sends one. It never ends the server.
async fn reread_certificates(mut hangups: Hangups, tls: Option<Arc<Tls>>) {
    loop {
        hangups.next().await;
        match tls.as_deref().map_or(Ok(None), Tls::reread) {
            Ok(Some(path)) => tracing::info!("SIGHUP: the certificate was read again from {}", path.display()),
            Ok(None) => tracing::info!("SIGHUP: there is no certificate of --tls-cert to read again"),
            Err(reason) => tracing::error!("SIGHUP: the certificate stays as it was: {reason}"),
        }
    }
}
