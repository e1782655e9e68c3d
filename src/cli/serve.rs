//! `linecard serve` and `linecard test`: from options to a running server and to its end.

use std::process::ExitCode;
use std::time::Instant;

use super::log::log_to_stderr;
use super::options::Start;
use super::ready::{Ready, Told};
use super::refuse;
use crate::platform::{Parent, Stops};
use crate::server::{Server, StartError, Started, first_request};
use crate::store::DatabaseOrigin;

/// Serves until a signal, or until it is to end by itself. Exit code 0 after a clean stop, 2 when nothing was started.
pub fn run(start: &Start) -> ExitCode {
    // A parent that ends while the server starts is noticed too.
    let (begun, parent) = (Instant::now(), start.life.parent());
    log_to_stderr(&start.config);
    let bound = start
        .vouch
        .check(&start.config)
        .and_then(|()| Server::bind(&start.config));
    let server = match bound {
        Ok(server) => server,
        Err(error) => return refuse(error),
    };
    match actix_web::rt::System::new().block_on(serve(start, server, begun, parent.as_ref())) {
        Ok(code) => ExitCode::from(code),
        Err(error) => refuse(error),
    }
}

async fn serve(start: &Start, mut server: Server, begun: Instant, parent: Option<&Parent>) -> Result<u8, StartError> {
    let config = &start.config;
    if server.found() == DatabaseOrigin::Existing && !config.seed.is_empty() {
        tracing::warn!(
            "seed {} was not planted: {} has data already",
            config.seeds(),
            config.db
        );
    }
    let mut stops = Stops::listen().map_err(StartError::Other)?;
    server.settle().await?;
    start.vouch.write(&server)?;
    let ready = Ready::of(&server, config).await;
    let (panel, address, tls) = (server.panel().clone(), server.address(), server.tls().cloned());
    let Started { handle, server, .. } = server.start().await?;
    let mut serving = actix_web::rt::spawn(server);
    let first = tokio::task::spawn_blocking(move || first_request(address, tls.as_deref())).await;
    first
        .unwrap_or_else(|error| Err(error.into()))
        .map_err(StartError::Silent)?;
    let told = Told::to(&start.life, &ready.line(config.ready_format, begun));
    let mut ended = false;
    if told.is_ok() {
        tokio::select! {
            _ = stops.next() => {}
            reason = start.life.end(parent) => tracing::info!("stopping: {reason}"),
            // Somebody has asked the control plane for it.
            _ = &mut serving => ended = true,
        }
    }
    // A second signal, or Ctrl-C of somebody in a hurry, is not waited for.
    let stopping = async {
        if !ended {
            handle.stop(true).await;
            let _ = serving.await;
        }
        let code = start.legacy.leave(&panel, 0).await;
        panel.close();
        code
    };
    let code = tokio::select! {
        code = stopping => code,
        () = stops.interrupted() => 0,
    };
    told.map(|_| code).map_err(StartError::Other)
}
