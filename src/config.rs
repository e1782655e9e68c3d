//! The options of the server. Each field is declared once: its flag, environment variable, key of
//! `linecard.toml`, help and row of `docs/options.md` are generated from it.

mod values;

use std::path::PathBuf;
use std::sync::LazyLock;
use std::time::Duration;

use clap::builder::FalseyValueParser;
use clap::{ArgAction, Args, Command, FromArgMatches, ValueEnum};

use super::span;
use crate::budget::Budget;
use crate::http::public_url;
use crate::panel::Settings;
use crate::panel::administrator::Administrator;
use crate::panel::answers::AnswerLimits;
use crate::panel::clock::{ClockStart, Mode};
use crate::panel::net::Addresses;
use crate::panel::rest_secrets::KnownRestSecrets;
use crate::panel::settings::Defaults;
use crate::panel::strictness::Strictness;
use crate::panel::transition::{self, Resource, Transition, Transitions};
use crate::seeds::{BootstrapCredentials, Seed};
use crate::store::{Place, StorageOptions};
use crate::time::Zone;

use crate::budget::byte_size;
pub use values::{FailRate, LONGEST_DELAY, setting, zone};
use values::{api_key, delay, header, journal_size, network, profile, rest_secret};

/// The default address is local, because opening a panel to other machines must be an explicit decision.
pub const BIND: &str = "127.0.0.1:8080";
/// The default database is in the working folder, so that two checkouts do not share a panel.
pub const DB: &str = "linecard.db";
/// UTC is the same on every machine.
pub const TIMEZONE: &str = "UTC";
const CONTENT_TYPE: &str = "application/json";
/// Takes about 5 MiB, and is more than one test sends.
const JOURNAL_SIZE: usize = 10_000;
/// Ten thousand requests of 26 KiB.
const JOURNAL_MEMORY: &str = "256MiB";
/// More than people follow one panel.
const JOURNAL_LISTENERS: &str = "64";
/// Longer than a network is gone for.
const SLOW_READER: &str = "30s";
/// Phones on the edge of a network pause for a few seconds.
const SLOW_BODY: &str = "10s";
/// More than the tests of one run take.
const SNAPSHOTS: &str = "1000";
const WORLDS: &str = "1000";
/// A hundred worlds of the seed `large`.
const STATE_MEMORY: &str = "2GiB";
/// More than a test adds.
const FAULT_RULES: &str = "1000";
const FAULT_MEMORY: &str = "64MiB";
/// The page of an error is some KiB, a playlist some hundred.
const FAULT_BODY: &str = "1MiB";
/// A `match` that people write is some hundred bytes.
const MATCH_LIMIT: &str = "64KiB";
/// A shell's or a backup's writes take less.
const LOCK_WAIT: &str = "5s";
/// Sixteen times the size at which SQLite begins to fold it into the file.
const WAL_LIMIT: &str = "64MiB";
/// An export of a million lines takes less.
const READ_LIMIT: &str = "60s";
/// Contract "Admin API", 10.6.
const ANSWER_LIMIT: &str = "64MiB";
/// Eight of the largest answers.
const ANSWER_MEMORY: &str = "512MiB";
/// Longer than any operation takes.
const GRACE: &str = "5s";

/// Bodies of 16 of the largest requests.
const BODY_MEMORY: &str = "128MiB";

/// More than any client has; a household behind one address has few.
const CONNECTIONS: &str = "256";

/// The format of the ready line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ReadyFormat {
    /// Text: `ready URL name=value …`.
    #[default]
    Text,
    /// One JSON object.
    Json,
}

/// How much is logged to standard error.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum LogLevel {
    Error,
    Warn,
    #[default]
    Info,
    Debug,
    Trace,
}

/// How a certificate is made where none is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum TlsMode {
    /// By an authority that is made at the start and kept in memory only.
    SelfSigned,
}

/// The format of standard error.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// Lines for people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

/// Options of the server.
#[derive(Args, Clone, Debug)]
pub struct Config {
    /// Address and port to listen on; port 0 takes a free one, named in the ready line.
    #[arg(long, env = "LINECARD_BIND", default_value = BIND, value_name = "ADDRESS:PORT")]
    pub bind: String,

    /// The database file, created if it does not exist; `:memory:` saves nothing.
    #[arg(long, env = "LINECARD_DB", default_value = DB, value_name = "PATH")]
    pub db: String,

    /// Take an empty file at --db for a new database. Without it an empty file is refused, because it may be what
    /// a crash has left of one.
    #[arg(long, env = "LINECARD_ACCEPT_EMPTY_DB")]
    pub accept_empty_db: bool,

    /// How long a write waits for another process that writes to the database file, before it is refused as busy.
    #[arg(long, env = "LINECARD_LOCK_WAIT", default_value = LOCK_WAIT, value_parser = delay, value_name = "SPAN")]
    pub lock_wait: Duration,

    /// The size of the write-ahead log beside the database file above which it is folded into the file and cut.
    #[arg(long, env = "LINECARD_WAL_LIMIT", default_value = WAL_LIMIT, value_parser = byte_size, value_name = "BYTES")]
    pub wal_limit: usize,

    /// How long one read of the database, or one PATCH of the control plane's state, may go on, before it is refused
    /// as busy.
    #[arg(long, env = "LINECARD_READ_LIMIT", default_value = READ_LIMIT, value_parser = span::parse, value_name = "SPAN")]
    pub read_limit: Duration,

    /// The data of a new database: docs, small, demo, large, scale:lines=N,streams=N,resellers=N, a
    /// document (.yaml, .toml, .json), SQL, a database file, a folder, or - for standard input; may be repeated.
    #[arg(long, env = "LINECARD_SEED", value_delimiter = ';')]
    pub seed: Vec<Seed>,

    /// Plant the files of --seed again whenever one of them changes: the state is replaced; clock, faults and
    /// journal stay. For tests: it needs --control and a new database.
    #[arg(long, env = "LINECARD_WATCH_SEED")]
    pub watch_seed: bool,

    /// The panel's time zone, in which date texts are read and printed.
    #[arg(long, env = "LINECARD_TIMEZONE", default_value = TIMEZONE, value_parser = zone, value_name = "IANA NAME")]
    pub timezone: Zone,

    /// Refuse suspicious requests, such as one with an unknown action or parameter, with a hint of what may have
    /// been meant; `warn` only logs them.
    #[arg(long, env = "LINECARD_STRICT", num_args = 0..=1, require_equals = true, default_value = "off",
          default_missing_value = "error", value_name = "warn|error")]
    pub strict: Strictness,

    /// The format of the ready line on standard output.
    #[arg(long, env = "LINECARD_READY_FORMAT", value_enum, default_value_t)]
    pub ready_format: ReadyFormat,

    /// An access code of a new database, beside those of its seeds; random when left out and no seed has one.
    #[arg(long, env = "LINECARD_ACCESS_CODE", hide_env_values = true, value_name = "CODE")]
    pub access_code: Option<String>,

    /// The API key of the first administrator of a new database, in place of the one that a seed gives; random when left
    /// out and no seed has an administrator with a key.
    #[arg(long, env = "LINECARD_API_KEY", hide_env_values = true, value_parser = api_key, value_name = "KEY")]
    pub api_key: Option<String>,

    /// A token of the NXT API of a new database, beside those of its seeds, with every permission.
    #[arg(long, env = "LINECARD_NXT_TOKEN", hide_env_values = true, value_parser = rest_secret, value_name = "TOKEN")]
    pub nxt_token: Option<String>,

    /// A key of the billing API of a new database, beside those of its seeds, with every scope.
    #[arg(long, env = "LINECARD_BILLING_KEY", hide_env_values = true, value_parser = rest_secret, value_name = "KEY")]
    pub billing_key: Option<String>,

    /// An account that is an administrator from the start, created if it does not exist; with --admin-password.
    #[arg(long, env = "LINECARD_ADMIN_USER", value_name = "NAME")]
    pub admin_user: Option<String>,

    /// The password of --admin-user's account; it replaces an existing one, and is stored as a hash.
    #[arg(
        long,
        env = "LINECARD_ADMIN_PASSWORD",
        hide_env_values = true,
        value_name = "PASSWORD"
    )]
    pub admin_password: Option<String>,

    /// Proxies whose X-Forwarded-For is trusted: addresses and networks, separated by commas.
    #[arg(long, env = "LINECARD_TRUSTED_PROXIES", value_delimiter = ',', value_parser = network, value_name = "ADDRESSES")]
    pub trusted_proxies: Vec<String>,

    /// Content-Type of the Admin API's answers.
    #[arg(long, env = "LINECARD_API_CONTENT_TYPE", default_value = CONTENT_TYPE, value_parser = header, value_name = "TYPE")]
    pub api_content_type: String,

    /// Let callers of any address call api.php, as in a container whose clients come through a network bridge.
    #[arg(long, env = "LINECARD_ANY_CALLER")]
    pub any_caller: bool,

    /// A setting of the panel, stored in its database (`linecard settings` lists them); may be repeated.
    #[arg(long = "set", env = "LINECARD_SET", value_delimiter = ';', value_parser = setting, value_name = "NAME=VALUE")]
    pub set: Vec<(String, String)>,

    /// Quirk profiles to activate, stored in the database (docs/profiles.md lists them); may be repeated.
    #[arg(long, env = "LINECARD_PROFILE", value_delimiter = ',', value_parser = profile, value_name = "NAME")]
    pub profile: Vec<String>,

    /// What the action mysql_query may do, stored in the database.
    #[arg(long, env = "LINECARD_MYSQL_QUERY", value_parser = ["off", "read", "write"], value_name = "off|read|write")]
    pub mysql_query: Option<String>,

    /// Serve the control plane under /_linecard/, with which tests control the panel.
    #[arg(long, env = "LINECARD_CONTROL", action = ArgAction::Set, num_args = 0..=1, require_equals = true,
          default_value = "false", default_missing_value = "true", value_parser = FalseyValueParser::new(),
          value_name = "true|false")]
    pub control: bool,

    /// The token of the control plane, sent as `Authorization: Bearer TOKEN`. When the server listens for other
    /// machines and none is given, a random one is printed on standard error.
    #[arg(long, env = "LINECARD_CONTROL_TOKEN", hide_env_values = true, value_name = "TOKEN")]
    pub control_token: Option<String>,

    /// Serve the control plane on a socket of its own instead of beside the panel; implies --control.
    #[arg(long, env = "LINECARD_CONTROL_BIND", value_name = "ADDRESS:PORT")]
    pub control_bind: Option<String>,

    /// Serve GET /metrics, for Prometheus, on a socket of its own, without a token; it works without the
    /// control plane too.
    #[arg(long, env = "LINECARD_METRICS_BIND", value_name = "ADDRESS:PORT")]
    pub metrics_bind: Option<String>,

    /// Use TLS on every port, with certificates that are made for every name that a client uses; --tls-ca-out
    /// writes the certificate of the authority that clients have to trust.
    #[arg(long, env = "LINECARD_TLS", value_enum, value_name = "self-signed")]
    pub tls: Option<TlsMode>,

    /// Use TLS on every port, with the certificate of this PEM file, followed by those of its authorities. SIGHUP
    /// reads this file and that of --tls-key again.
    #[arg(long, env = "LINECARD_TLS_CERT", value_name = "FILE")]
    pub tls_cert: Option<PathBuf>,

    /// The private key of --tls-cert, in PEM form and without a passphrase.
    #[arg(long, env = "LINECARD_TLS_KEY", value_name = "FILE")]
    pub tls_key: Option<PathBuf>,

    /// The panel is for tests: callers from other machines, who need the token, may change clock, faults and state
    /// too, and streams play the test source unless the setting `sources` says otherwise.
    #[arg(long, env = "LINECARD_TEST_MODE", action = ArgAction::Set, num_args = 0..=1, require_equals = true,
          default_value = "false", default_missing_value = "true", value_parser = FalseyValueParser::new(),
          value_name = "true|false")]
    pub test_mode: bool,

    /// The URL under which clients reach the panel, for answers that contain it; default: that of each request.
    #[arg(long, env = "LINECARD_PUBLIC_URL", value_parser = public_url::parse, value_name = "URL")]
    pub public_url: Option<String>,

    /// When a stream, movie or epg becomes ready after it was started or reloaded: stream=polls:3,
    /// movie=after:5s; may be repeated.
    #[arg(long, env = "LINECARD_TRANSITION", value_delimiter = ',', value_parser = transition::parse, value_name = "WHAT=HOW")]
    pub transition: Vec<(Resource, Transition)>,

    /// How many requests the control plane's journal keeps; 0 keeps none.
    #[arg(long, env = "LINECARD_JOURNAL_SIZE", default_value_t = JOURNAL_SIZE, value_parser = journal_size, value_name = "N")]
    pub journal_size: usize,

    /// The memory of the journal of a panel or a world; beyond it the oldest requests are dropped, as beyond
    /// --journal-size.
    #[arg(long, env = "LINECARD_JOURNAL_MEMORY", default_value = JOURNAL_MEMORY, value_parser = byte_size, value_name = "BYTES")]
    pub journal_memory: usize,

    /// Most clients that follow the journal of a panel or a world at a time.
    #[arg(long, env = "LINECARD_JOURNAL_LISTENERS", default_value = JOURNAL_LISTENERS, value_name = "N")]
    pub journal_listeners: usize,

    /// How long a client may read nothing of a stream of the control plane, before its connection is reset; 0s is no
    /// limit.
    #[arg(long, env = "LINECARD_SLOW_READER", default_value = SLOW_READER, value_parser = span::parse, value_name = "SPAN")]
    pub slow_reader: Duration,

    /// Most snapshots of a panel or a world.
    #[arg(long, env = "LINECARD_SNAPSHOTS", default_value = SNAPSHOTS, value_name = "N")]
    pub snapshots: usize,

    /// Most worlds.
    #[arg(long, env = "LINECARD_WORLDS", default_value = WORLDS, value_name = "N")]
    pub worlds: usize,

    /// The memory of all snapshots and worlds, and of the rows that a caller of the control plane lets the server
    /// generate.
    #[arg(long, env = "LINECARD_STATE_MEMORY", default_value = STATE_MEMORY, value_parser = byte_size, value_name = "BYTES")]
    pub state_memory: usize,

    /// Most faults of a panel or a world.
    #[arg(long, env = "LINECARD_FAULT_RULES", default_value = FAULT_RULES, value_name = "N")]
    pub fault_rules: usize,

    /// The memory of the faults of a panel or a world, by the length of their JSON.
    #[arg(long, env = "LINECARD_FAULT_MEMORY", default_value = FAULT_MEMORY, value_parser = byte_size, value_name = "BYTES")]
    pub fault_memory: usize,

    /// The largest `body` of a fault.
    #[arg(long, env = "LINECARD_FAULT_BODY", default_value = FAULT_BODY, value_parser = byte_size, value_name = "BYTES")]
    pub fault_body: usize,

    /// The largest `match` of a fault, a count or a verification, by the length of its JSON.
    #[arg(long, env = "LINECARD_MATCH_LIMIT", default_value = MATCH_LIMIT, value_parser = byte_size, value_name = "BYTES")]
    pub match_limit: usize,

    /// The largest answer; a call whose answer would be larger is refused.
    #[arg(long, env = "LINECARD_ANSWER_LIMIT", default_value = ANSWER_LIMIT, value_parser = byte_size, value_name = "BYTES")]
    pub answer_limit: usize,

    /// The memory of all large answers that are being made or sent; beyond it the panel is busy.
    #[arg(long, env = "LINECARD_ANSWER_MEMORY", default_value = ANSWER_MEMORY, value_parser = byte_size, value_name = "BYTES")]
    pub answer_memory: usize,

    /// Delay every answer by this time.
    #[arg(long, env = "LINECARD_LATENCY", value_parser = delay, value_name = "SPAN")]
    pub latency: Option<Duration>,

    /// Vary the latency by up to this time in either direction.
    #[arg(long, env = "LINECARD_JITTER", value_parser = delay, value_name = "SPAN")]
    pub jitter: Option<Duration>,

    /// Let this share of the requests fail with a status, 503 by default.
    #[arg(long, env = "LINECARD_FAIL_RATE", value_name = "SHARE[:STATUS]")]
    pub fail_rate: Option<FailRate>,

    /// A file with initial faults in YAML or JSON: a list of what POST /_linecard/faults takes.
    #[arg(long, env = "LINECARD_FAULTS", value_name = "FILE")]
    pub faults: Option<PathBuf>,

    /// Describe in headers of every answer how the server understood the request.
    #[arg(long, env = "LINECARD_DEBUG_HEADERS")]
    pub debug_headers: bool,

    /// How the panel's clock runs at first: real, frozen:2026-01-01T00:00:00Z, offset:-P30D, scaled:60, or seed, which
    /// is the instant of a first --seed that is built in, and runs on from there (else real). `serve` without it is real.
    #[arg(long, env = "LINECARD_CLOCK", value_name = "MODE")]
    pub clock: Option<ClockStart>,

    /// The seed of the random numbers, from which all generated credentials follow; without it they cannot be
    /// predicted.
    #[arg(long, env = "LINECARD_RNG_SEED", value_name = "N")]
    pub rng_seed: Option<u64>,

    /// How many threads serve clients; default: the number of processors.
    #[arg(long, env = "LINECARD_WORKERS", value_parser = clap::value_parser!(u16).range(1..=256), value_name = "N")]
    pub workers: Option<u16>,

    /// How long a stop waits for requests in flight; rounded up to whole seconds.
    #[arg(long, env = "LINECARD_GRACE", default_value = GRACE, value_parser = span::parse, value_name = "SPAN")]
    pub grace: Duration,

    /// The memory of all request bodies; a request whose body has no room is refused with 503.
    #[arg(long, env = "LINECARD_BODY_MEMORY", default_value = BODY_MEMORY, value_parser = byte_size, value_name = "BYTES")]
    pub body_memory: usize,

    /// How long a request's body may take, beside a second for each 16 KiB of it; a slower one is refused with 408.
    #[arg(long, env = "LINECARD_SLOW_BODY", default_value = SLOW_BODY, value_parser = span::parse, value_name = "SPAN")]
    pub slow_body: Duration,

    /// Most connections of one client's address; 0 is no limit. This machine and trusted proxies have none.
    #[arg(long, env = "LINECARD_CONNECTIONS_PER_ADDRESS", default_value = CONNECTIONS, value_name = "N")]
    pub connections_per_address: usize,

    /// How much is logged to standard error.
    #[arg(long, env = "LINECARD_LOG_LEVEL", value_enum, default_value_t)]
    pub log_level: LogLevel,

    /// A file to which a line is added for each request: id, address, method, path without secrets, API, action,
    /// status, status word, duration and bytes; - is standard error.
    #[arg(long, env = "LINECARD_REQUEST_LOG", value_name = "FILE")]
    pub request_log: Option<PathBuf>,

    /// The format of --request-log.
    #[arg(long, env = "LINECARD_REQUEST_LOG_FORMAT", value_enum, default_value_t)]
    pub request_log_format: LogFormat,

    /// The format of standard error: lines for people, or a JSON object for each.
    #[arg(long, env = "LINECARD_LOG_FORMAT", value_enum, default_value_t)]
    pub log_format: LogFormat,
}

impl Default for Config {
    /// The defaults of the options, but with a panel in memory on a free port. Environment variables are
    /// ignored.
    fn default() -> Self {
        // Built once, because a test program starts hundreds of panels.
        static DEFAULTS: LazyLock<Config> = LazyLock::new(|| {
            let matches = without_environment().get_matches_from(NO_ARGUMENTS);
            Config::from_arg_matches(&matches).unwrap_or_else(|error| error.exit())
        });
        Config {
            bind: "127.0.0.1:0".into(),
            db: ":memory:".into(),
            ..DEFAULTS.clone()
        }
    }
}

const NO_ARGUMENTS: [&str; 0] = [];

/// Builds a command with the options and without their variables.
fn without_environment() -> Command {
    let command = Config::augment_args(Command::new("defaults").no_binary_name(true));
    command.mut_args(|arg| arg.env(None))
}

impl Config {
    /// Returns the location of the database; one in memory gets a unique name.
    pub fn place(&self) -> Place {
        match self.db.as_str() {
            ":memory:" => Place::private_memory(),
            path => Place::File(PathBuf::from(path)),
        }
    }

    /// Whether the control plane is on; `--control-bind` switches it on too.
    pub fn has_control(&self) -> bool {
        self.control || self.control_bind.is_some()
    }

    /// Returns the panel's settings.
    pub fn settings(&self) -> Settings {
        Settings {
            zone: self.timezone,
            any_caller: self.any_caller,
            strict: self.strict,
            transitions: self.transitions(),
            trusted_proxies: Addresses::parse(self.trusted_proxies.iter().map(String::as_str)),
            content_type: self.api_content_type.clone(),
            storage: StorageOptions {
                accept_empty: self.accept_empty_db,
                lock_wait: self.lock_wait,
                log_limit: u64::try_from(self.wal_limit).unwrap_or(u64::MAX),
                read_limit: self.read_limit,
            },
            answers: AnswerLimits {
                largest: self.answer_limit,
                all: Budget::new(self.answer_memory),
            },
            defaults: match self.test_mode {
                true => Defaults::Test,
                false => Defaults::Serve,
            },
            rest_secrets: KnownRestSecrets {
                nxt_token: self.nxt_token.clone(),
                billing_key: self.billing_key.clone(),
            },
        }
    }

    /// Returns when resources become ready; the last value for a resource counts.
    fn transitions(&self) -> Transitions {
        let mut all = Transitions::default();
        for (resource, transition) in &self.transition {
            all.set(*resource, *transition);
        }
        all
    }

    /// Returns the settings that are stored in the database at the start.
    pub fn stored_settings(&self) -> Vec<(String, String)> {
        let profiles = (!self.profile.is_empty()).then(|| ("profile".to_owned(), self.profile.join(",")));
        let mysql_query = self.mysql_query.clone().map(|value| ("mysql_query".to_owned(), value));
        self.set.iter().cloned().chain(profiles).chain(mysql_query).collect()
    }

    /// Returns the first mode of the panel's clock.
    pub fn clock_mode(&self) -> Mode {
        let instant = self.seed.first().and_then(Seed::instant);
        self.clock.map_or(Mode::Real, |clock| clock.mode(instant))
    }

    /// Formats the seeds as on the command line.
    pub fn seeds(&self) -> String {
        let names: Vec<String> = self.seed.iter().map(ToString::to_string).collect();
        names.join(";")
    }

    /// Returns the access code, key and administrator of a new panel.
    ///
    /// # Errors
    /// One line with the error in the administrator's options.
    pub fn keys(&self) -> Result<BootstrapCredentials, String> {
        Ok(BootstrapCredentials {
            access_code: self.access_code.clone(),
            api_key: self.api_key.clone(),
            nxt_token: self.nxt_token.clone(),
            billing_key: self.billing_key.clone(),
            drawn: KnownRestSecrets::default(),
            administrator: Administrator::from_credentials(self.admin_user.as_deref(), self.admin_password.as_deref())?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_those_of_the_options_whatever_the_environment_says() {
        let command = without_environment();
        assert!(command.get_arguments().count() > 30);
        assert!(command.get_arguments().all(|arg| arg.get_env().is_none()));

        let config = Config::default();
        assert_eq!((config.bind.as_str(), config.db.as_str()), ("127.0.0.1:0", ":memory:"));
        assert_eq!(config.journal_size, JOURNAL_SIZE);
        assert_eq!(config.grace, Duration::from_secs(5));
        assert_eq!((config.strict, config.clock), (Strictness::Off, None));
        assert_eq!(config.clock_mode(), Mode::Real);
        assert!(!config.has_control() && config.seed.is_empty() && config.rng_seed.is_none());
    }
}
