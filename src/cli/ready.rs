//! The ready line and its outputs: standard output, a file, a descriptor, the service manager, and the
//! environment of a command of `linecard run`.

use std::path::PathBuf;
use std::time::Instant;
use std::{fs, io};

use serde_json::{Map, Value, json};

use super::file;
use super::options::LifecycleOptions;
use super::output::print;
use crate::config::{Config, ReadyFormat};
use crate::dialects::{Api, Dialects};
use crate::panel::FirstCallInfo;
use crate::platform;
use crate::server::Server;
use crate::store::DatabaseOrigin;

/// Returns the names of the variables of [`Ready::variables`].
pub fn variable_names() -> impl Iterator<Item = String> {
    NAMES.map(str::to_owned).into_iter().chain(api_variables())
}

/// Returns the names of those that only `linecard run` sets: the URL of each dialect.
pub fn api_variables() -> impl Iterator<Item = String> {
    Dialects::default().served().map(|dialect| api_variable(dialect.api()))
}

/// The variables that do not depend on a dialect.
const NAMES: [&str; 16] = [
    "LINECARD_URL",
    "LINECARD_HOST",
    "LINECARD_PORT",
    "LINECARD_CONTROL_URL",
    "LINECARD_CONTROL_TOKEN",
    "LINECARD_METRICS_URL",
    "LINECARD_ACCESS_CODE",
    "LINECARD_API_KEY",
    "LINECARD_USER",
    "LINECARD_PASS",
    "LINECARD_NXT_TOKEN",
    "LINECARD_BILLING_KEY",
    "LINECARD_RESELLER_KEY",
    "LINECARD_ADMIN_USER",
    "LINECARD_ADMIN_PASSWORD",
    "LINECARD_TLS_CA",
];

/// Returns the variable with a dialect's URL, such as `LINECARD_ADMIN_API`.
fn api_variable(api: Api) -> String {
    format!("LINECARD_{}", member(api).to_uppercase())
}

/// The information that is needed for the first call.
pub struct Ready {
    url: String,
    host: String,
    port: u16,
    control: Option<String>,
    control_token: Option<String>,
    /// The address of the metrics, if they have their own socket.
    metrics: Option<String>,
    first_call_info: FirstCallInfo,
    /// Name and password of `--admin-user`.
    administrator: (Option<String>, Option<String>),
    db: String,
    /// The active quirk profiles.
    profile: String,
    seed: Option<String>,
    /// The seed of random values, if it was set.
    rng: Option<u64>,
    /// Whether `api.php` accepts callers from any address.
    any_caller: bool,
    /// The file of the authority that the command is to trust, if the server uses TLS.
    tls_ca: Option<PathBuf>,
}

impl Ready {
    /// Collects the information from a server that has been set up and does not answer requests yet.
    pub async fn from_server(server: &Server, config: &Config) -> Ready {
        let first_call_info = server.panel().first_call_info().await.unwrap_or_default();
        let planted = server.found() == DatabaseOrigin::New && !config.seed.is_empty();
        let address = server.reachable();
        Ready {
            url: server.url(),
            host: address.ip().to_string(),
            port: address.port(),
            control: server.control(),
            control_token: server.control_token().map(str::to_owned),
            metrics: server.metrics(),
            first_call_info,
            administrator: (config.admin_user.clone(), config.admin_password.clone()),
            db: config.db.clone(),
            profile: server.profiles().await.to_string(),
            seed: planted.then(|| config.seeds()),
            rng: server.rng_seed(),
            any_caller: config.any_caller,
            tls_ca: None,
        }
    }

    /// Sets the file of the authority that the command is to trust.
    pub fn with_tls_ca(self, tls_ca: Option<PathBuf>) -> Ready {
        Ready { tls_ca, ..self }
    }

    /// Formats the line, with its line break.
    pub fn line(&self, format: ReadyFormat, begun: Instant) -> String {
        let (pid, startup_ms) = (std::process::id(), begun.elapsed().as_millis());
        match format {
            ReadyFormat::Text => {
                let or_none = |text: &Option<String>| text.clone().unwrap_or_else(|| "none".into());
                let optional = |name: &str, url: &Option<String>| {
                    let url = url.as_ref().map(|url| format!(" {name}={url}"));
                    url.unwrap_or_default()
                };
                let any_caller = if self.any_caller { " any_caller=true" } else { "" };
                format!(
                    "ready {}{}{} code={} key={} db={} profile={} seed={} rng={}{any_caller} pid={pid} startup_ms={startup_ms}\n",
                    self.url,
                    optional("control", &self.control),
                    optional("metrics", &self.metrics),
                    or_none(&self.first_call_info.access_code),
                    or_none(&self.first_call_info.api_key),
                    self.db,
                    self.profile,
                    or_none(&self.seed),
                    or_none(&self.rng.map(|rng| rng.to_string())),
                )
            }
            ReadyFormat::Json => {
                let apis = |is_meant: fn(usize) -> bool| {
                    let apis = self.apis().enumerate().filter(move |(at, _)| is_meant(*at));
                    apis.map(|(_, (api, url))| (member(api), json!(url)))
                };
                let mut members = Map::new();
                let mut add = |more: Value| members.extend(more.as_object().cloned().unwrap_or_default());
                add(json!({
                    "url": self.url,
                    "control": self.control,
                    "control_token": self.control_token,
                    "metrics": self.metrics,
                }));
                // These members keep the place that they had in earlier versions.
                add(apis(|at| at == 0).collect());
                add(json!({
                    "access_code": self.first_call_info.access_code,
                    "api_key": self.first_call_info.api_key,
                    "user": self.first_call_info.user,
                    "pass": self.first_call_info.pass,
                    "db": self.db,
                    "profile": self.profile,
                    "seed": self.seed,
                    "rng": self.rng,
                }));
                add(apis(|at| at > 0).collect());
                add(json!({
                    "any_caller": self.any_caller,
                    "pid": pid,
                    "startup_ms": u64::try_from(startup_ms).unwrap_or(u64::MAX),
                    "version": env!("CARGO_PKG_VERSION"),
                }));
                format!("{}\n", Value::Object(members))
            }
        }
    }

    /// Returns the environment of the command: names and values. A variable with `None` is removed, so that the
    /// command does not inherit it.
    pub fn variables(&self) -> impl Iterator<Item = (String, Option<String>)> {
        let values = [
            Some(self.url.clone()),
            Some(self.host.clone()),
            Some(self.port.to_string()),
            self.control.clone(),
            self.control_token.clone(),
            self.metrics.clone(),
            self.first_call_info.access_code.clone(),
            self.first_call_info.api_key.clone(),
            self.first_call_info.user.clone(),
            self.first_call_info.pass.clone(),
            self.first_call_info.nxt_token.clone(),
            self.first_call_info.billing_key.clone(),
            self.first_call_info.reseller_key.clone(),
            self.administrator.0.clone(),
            self.administrator.1.clone(),
            self.tls_ca.as_ref().map(|path| path.display().to_string()),
        ];
        let apis = self.apis().map(|(api, url)| (api_variable(api), url));
        NAMES.map(str::to_owned).into_iter().zip(values).chain(apis)
    }

    /// Returns the URL of each dialect.
    fn apis(&self) -> impl Iterator<Item = (Api, Option<String>)> {
        let served = Dialects::default().served();
        served.map(|dialect| (dialect.api(), dialect.url(&self.url, &self.first_call_info)))
    }
}

/// The name of a dialect's URL: `xc_v2_api`, `player_api`.
fn member(api: Api) -> String {
    let name = api.name();
    format!("{}_api", name.strip_suffix("_api").unwrap_or(name))
}

/// A ready line that was sent. The ready file is removed when this is dropped.
pub struct ReadyNotice {
    file: Option<(PathBuf, String)>,
}

impl ReadyNotice {
    /// Sends the line to all outputs; standard output is the last one, when all others have it.
    ///
    /// # Errors
    /// The file or the descriptor cannot be written.
    pub fn send(lifecycle: &LifecycleOptions, line: &str) -> io::Result<ReadyNotice> {
        let mut notice = ReadyNotice { file: None };
        if let Some(path) = &lifecycle.ready_file {
            // Written atomically: a process that waits for the file never reads half of it.
            file::write_private(path, line.as_bytes())?;
            notice.file = Some((path.clone(), line.to_owned()));
        }
        if let Some(fd) = lifecycle.ready_fd {
            let written = platform::write_descriptor(fd, line.as_bytes());
            written.map_err(|error| io::Error::other(format!("cannot write descriptor {fd}: {error}")))?;
        }
        if let Some(socket) = std::env::var_os("NOTIFY_SOCKET")
            && let Err(error) = platform::notify_ready(&socket)
        {
            tracing::warn!(%error, "NOTIFY_SOCKET is set, but could not be written to");
        }
        print(line);
        Ok(notice)
    }
}

impl Drop for ReadyNotice {
    fn drop(&mut self) {
        if let Some((path, line)) = &self.file {
            // Another server may have written its own line to the file.
            if fs::read_to_string(path).is_ok_and(|text| text == *line) {
                let _ = fs::remove_file(path);
            }
        }
    }
}
