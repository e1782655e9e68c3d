//! `linecard serve`: from options to a running server and to its end.

use std::process::ExitCode;
use std::time::Instant;

use serde_json::json;
use tokio::signal::unix::{SignalKind, signal};
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use super::{print, refuse};
use crate::config::{Config, LogLevel, ReadyFormat};
use crate::server::{Server, StartError, first_request};
use crate::store::Found;
use crate::wire::xc_v2;

/// Serves until a signal. Exit code 0 after a clean stop, 2 when nothing was started.
pub fn run(config: &Config) -> ExitCode {
    let begun = Instant::now();
    log_to_stderr(config.log_level);
    let server = match Server::bind(config) {
        Ok(server) => server,
        Err(error) => return refuse(error),
    };
    match actix_web::rt::System::new().block_on(serve(config, server, begun)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => refuse(error),
    }
}

async fn serve(config: &Config, server: Server, begun: Instant) -> Result<(), StartError> {
    if let (Found::Existing, Some(seed)) = (server.found(), &config.seed) {
        tracing::warn!("seed {seed} was not planted: {} has data already", config.db);
    }
    let mut interrupt = signal(SignalKind::interrupt()).map_err(StartError::Other)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(StartError::Other)?;
    let ready = Ready::of(&server, config).await;
    let (panel, address) = (server.panel().clone(), server.address());
    let (handle, server) = server.start().await?;
    let serving = actix_web::rt::spawn(server);
    let first = tokio::task::spawn_blocking(move || first_request(address)).await;
    first
        .unwrap_or_else(|error| Err(error.into()))
        .map_err(StartError::Silent)?;
    print(&ready.line(config.ready_format, begun));

    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    // A second signal, or Ctrl-C of somebody in a hurry, is not waited for.
    let stopping = async {
        handle.stop(true).await;
        let _ = serving.await;
        panel.close();
    };
    tokio::select! {
        () = stopping => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}

/// What a test or a person needs to know to make the first call.
struct Ready {
    url: String,
    access_code: Option<String>,
    api_key: Option<String>,
    db: String,
    seed: Option<String>,
    /// Whether `api.php` admits callers of any address.
    any_caller: bool,
}

impl Ready {
    async fn of(server: &Server, config: &Config) -> Ready {
        let (access_code, api_key) = server.panel().entrance().await.unwrap_or_default();
        let planted = config.seed.as_ref().filter(|_| server.found() == Found::New);
        Ready {
            url: server.url(),
            access_code,
            api_key,
            db: config.db.clone(),
            seed: planted.map(ToString::to_string),
            any_caller: config.any_caller,
        }
    }

    fn line(&self, format: ReadyFormat, begun: Instant) -> String {
        let (pid, startup_ms) = (std::process::id(), begun.elapsed().as_millis());
        match format {
            ReadyFormat::Text => {
                let or_none = |text: &Option<String>| text.clone().unwrap_or_else(|| "none".into());
                let any_caller = if self.any_caller { " any_caller=true" } else { "" };
                format!(
                    "ready {} code={} key={} db={} seed={}{any_caller} pid={pid} startup_ms={startup_ms}\n",
                    self.url,
                    or_none(&self.access_code),
                    or_none(&self.api_key),
                    self.db,
                    or_none(&self.seed),
                )
            }
            ReadyFormat::Json => {
                let admin = self
                    .access_code
                    .as_ref()
                    .map(|code| format!("{}/{code}/admin/index.php", self.url));
                let object = json!({
                    "url": self.url,
                    "admin_api": admin,
                    "access_code": self.access_code,
                    "api_key": self.api_key,
                    "db": self.db,
                    "seed": self.seed,
                    "xc_v2_api": format!("{}{}", self.url, xc_v2::PATH),
                    "any_caller": self.any_caller,
                    "pid": pid,
                    "startup_ms": u64::try_from(startup_ms).unwrap_or(u64::MAX),
                    "version": env!("CARGO_PKG_VERSION"),
                });
                format!("{object}\n")
            }
        }
    }
}

/// Standard output carries the ready line alone.
fn log_to_stderr(level: LogLevel) {
    let level = match level {
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
        LogLevel::Trace => LevelFilter::TRACE,
    };
    // Libraries speak only when they warn, or when everything is asked for.
    let libraries = if level >= LevelFilter::DEBUG {
        level
    } else {
        level.min(LevelFilter::WARN)
    };
    let filter = Targets::new().with_default(libraries).with_target("linecard", level);
    let layer = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_target(false);
    // Somebody who embeds Linecard may have set a logger of their own.
    let _ = tracing_subscriber::registry().with(layer).with(filter).try_init();
}
