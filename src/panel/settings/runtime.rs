//! The parsed values of all settings, as requests use them.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::time::Duration;

use rusqlite::Connection;

use super::values::{
    ALLOWANCES, ConnectionPolicy, PACES, POLICIES, Pace, SOURCES, Sources, choice, entries, network_number,
};
use super::{Defaults, find};
use crate::budget;
use crate::panel::error::Result;
use crate::panel::net::Addresses;
use crate::panel::profiles::Profiles;
use crate::store::raw_sql::Allowed;

/// The parsed values of all settings.
#[derive(Debug, PartialEq, Eq)]
pub struct RuntimeSettings {
    pub api_ips: String,
    pub api_pass: String,
    /// How long the audit log is kept; 0 is not at all.
    pub audit_days: u32,
    pub case_sensitive_line: bool,
    /// Bytes of all kept lists together.
    pub list_memory: usize,
    pub mag_security: bool,
    /// What `mysql_query` may do.
    pub mysql_query: Allowed,
    pub player_content_type: String,
    /// The most devices of a line, whatever its own limit; 0 is no cap.
    pub nxt_device_cap: i64,
    pub nxt_maintenance: bool,
    /// Whether the `api_key` of an account opens anything.
    pub plain_api_keys: bool,
    /// What the login of an active line says.
    pub player_message: String,
    pub profiles: Profiles,
    pub v2_content_type: String,
    pub v2_extra_columns: Vec<String>,
    /// Requests per address and second; 0 means no limit.
    pub v2_rate_limit: u32,
    /// Wrong secrets of one address in a minute; 0 is no limit.
    pub wrong_secrets: u32,
    pub viewers: ViewerSettings,
    pub media: MediaSettings,
    pub guide: GuideSettings,
    pub webhooks: WebhookSettings,
}

/// Which endpoints of webhooks may be called (contract "REST APIs", part C).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WebhookSettings {
    /// Whether `http` will do.
    pub http: bool,
    /// Whether private addresses may be connected to.
    pub private_targets: bool,
}

impl WebhookSettings {
    /// Loads them alone.
    ///
    /// # Errors
    /// SQLite's.
    pub fn from_db(db: &Connection) -> Result<WebhookSettings> {
        Ok(RuntimeSettings::from_db(db, Defaults::Serve)?.webhooks)
    }
}

/// Settings of imports of guides (contract "Player side", section 15).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GuideSettings {
    /// Most bytes of a guide after inflating.
    pub max_bytes: usize,
    /// How long an import may take, in machine time.
    pub max_time: Duration,
}

/// Settings of who may watch, and of connections (contract "Player side", section 15).
#[derive(Debug, PartialEq, Eq)]
pub struct ViewerSettings {
    /// Codes of the countries that may watch, in upper case; empty is all of them.
    pub allow_countries: Vec<String>,
    pub block_hosting: bool,
    /// Numbers of networks that may not watch.
    pub blocked_asns: HashSet<u32>,
    /// Different wrong usernames of one address within 300 s that block it; 0 is no limit.
    pub bruteforce_limit: u32,
    pub connection_policy: ConnectionPolicy,
    /// How long the token of a stream can be opened, in session time.
    pub create_expiration: Duration,
    pub disallow_2nd_ip_con: bool,
    /// The largest connection limit that `disallow_2nd_ip_con` holds for.
    pub disallow_2nd_ip_max: u32,
    pub disallow_empty_user_agents: bool,
    /// Refusals of one address in a row that block it; 0 is no limit.
    pub flood_limit: u32,
    pub geoip_files: Vec<PathBuf>,
    pub hls_zap_replaces: bool,
    pub restrict_playlists: bool,
    pub restrict_same_ip: bool,
    pub stream_redirect: bool,
    /// After how long a connection is ended, in panel time; `None` is never.
    pub user_auto_kick: Option<Duration>,
    /// How long a player waits for its other stream to end, in machine time; 0 is not at all.
    pub zap_grace: Duration,
}

/// Settings of sources and of what is made of them (contract "Player side", section 15).
#[derive(Debug, PartialEq, Eq)]
pub struct MediaSettings {
    pub archive_root: Option<PathBuf>,
    pub client_prebuffer: Duration,
    pub hls_segment: Duration,
    /// How many segments a live playlist has.
    pub hls_segments: usize,
    /// Bytes of all streams together.
    pub memory: usize,
    pub media_root: Option<PathBuf>,
    pub on_air_timeout: Duration,
    pub pace: Pace,
    pub sources: Sources,
    /// How long a source stays open after its last viewer, in machine time.
    pub linger: Duration,
    /// Private addresses that may be connected to.
    pub upstream_allow: Addresses,
    /// Whether every private address may be connected to.
    pub upstream_private: bool,
    pub upstream_user_agent: String,
    pub upstream_verify_tls: bool,
}

impl Default for RuntimeSettings {
    fn default() -> Self {
        RuntimeSettings::from_rows(&HashMap::new(), Defaults::Serve)
    }
}

impl RuntimeSettings {
    /// Loads the rows.
    pub fn from_db(db: &Connection, defaults: Defaults) -> Result<RuntimeSettings> {
        let mut query = db.prepare_cached("SELECT name, value FROM linecard_settings")?;
        let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(RuntimeSettings::from_rows(
            &rows.collect::<rusqlite::Result<_>>()?,
            defaults,
        ))
    }

    fn from_rows(rows: &HashMap<String, String>, defaults: Defaults) -> RuntimeSettings {
        let values = Values { rows, defaults };
        RuntimeSettings {
            api_ips: values.text("api_ips").to_owned(),
            api_pass: values.text("api_pass").to_owned(),
            audit_days: values.number("audit_days"),
            case_sensitive_line: values.flag("case_sensitive_line"),
            list_memory: values.parsed("list_memory", |text| budget::byte_size(text).ok()),
            mag_security: values.flag("mag_security"),
            mysql_query: choice(&ALLOWANCES, values.text("mysql_query")).unwrap_or(Allowed::Nothing),
            nxt_device_cap: values.number("nxt_device_cap").into(),
            nxt_maintenance: values.flag("nxt_maintenance"),
            plain_api_keys: values.flag("plain_api_keys"),
            player_content_type: values.text("player_content_type").to_owned(),
            player_message: values.text("player_message").to_owned(),
            profiles: Profiles::parse(values.text("profile")).unwrap_or_default(),
            v2_content_type: values.text("v2_content_type").to_owned(),
            v2_extra_columns: values.list("v2_extra_columns").map(str::to_owned).collect(),
            v2_rate_limit: values.number("v2_rate_limit"),
            wrong_secrets: values.number("wrong_secrets"),
            viewers: ViewerSettings::from_values(&values),
            media: MediaSettings::from_values(&values),
            guide: GuideSettings {
                max_bytes: values.parsed("epg_max_bytes", |text| budget::byte_size(text).ok()),
                max_time: values.seconds("epg_max_time"),
            },
            webhooks: WebhookSettings {
                http: values.flag("webhook_http"),
                private_targets: values.flag("webhook_private_targets"),
            },
        }
    }
}

impl ViewerSettings {
    fn from_values(values: &Values<'_>) -> ViewerSettings {
        ViewerSettings {
            allow_countries: values.countries("allow_countries"),
            block_hosting: values.flag("block_hosting"),
            blocked_asns: values.list("blocked_asns").filter_map(network_number).collect(),
            bruteforce_limit: values.number("bruteforce_limit"),
            connection_policy: values.choice("connection_policy", &POLICIES),
            create_expiration: values.seconds("create_expiration"),
            disallow_2nd_ip_con: values.flag("disallow_2nd_ip_con"),
            disallow_2nd_ip_max: values.number("disallow_2nd_ip_max"),
            disallow_empty_user_agents: values.flag("disallow_empty_user_agents"),
            flood_limit: values.number("flood_limit"),
            geoip_files: values.list("geoip_files").map(PathBuf::from).collect(),
            hls_zap_replaces: values.flag("hls_zap_replaces"),
            restrict_playlists: values.flag("restrict_playlists"),
            restrict_same_ip: values.flag("restrict_same_ip"),
            stream_redirect: values.flag("stream_redirect"),
            user_auto_kick: match values.number("user_auto_kick_hours") {
                0 => None,
                hours => Some(Duration::from_secs(u64::from(hours) * 3_600)),
            },
            zap_grace: Duration::from_millis(values.number("zap_grace").into()),
        }
    }
}

impl MediaSettings {
    fn from_values(values: &Values<'_>) -> MediaSettings {
        MediaSettings {
            archive_root: values.folder("archive_root"),
            client_prebuffer: values.seconds("client_prebuffer"),
            hls_segment: values.seconds("hls_segment_seconds"),
            hls_segments: usize::try_from(values.number("hls_segments")).unwrap_or(usize::MAX),
            memory: values.parsed("media_memory", |text| budget::byte_size(text).ok()),
            media_root: values.folder("media_root"),
            on_air_timeout: values.seconds("on_air_timeout"),
            pace: values.choice("stream_pace", &PACES),
            sources: values.choice("sources", &SOURCES),
            linger: values.seconds("stream_linger"),
            upstream_allow: Addresses::parse(values.list("upstream_allow")),
            upstream_private: values.flag("upstream_private"),
            upstream_user_agent: values.text("upstream_user_agent").to_owned(),
            upstream_verify_tls: values.flag("upstream_verify_tls"),
        }
    }
}

/// The stored values, and the defaults of those that are not stored.
struct Values<'a> {
    rows: &'a HashMap<String, String>,
    defaults: Defaults,
}

impl<'a> Values<'a> {
    fn default(&self, name: &str) -> &'static str {
        find(name).map_or("", |setting| setting.default_of(self.defaults))
    }

    fn text(&self, name: &str) -> &'a str {
        self.rows.get(name).map_or(self.default(name), String::as_str)
    }

    /// A value that raw SQL stored and that cannot be read counts as the default.
    fn parsed<T: Default>(&self, name: &str, parse: impl Fn(&str) -> Option<T>) -> T {
        parse(self.text(name))
            .or_else(|| parse(self.default(name)))
            .unwrap_or_default()
    }

    fn choice<T: Copy + Default>(&self, name: &str, words: &[(&str, T)]) -> T {
        self.parsed(name, |text| choice(words, text))
    }

    fn number(&self, name: &str) -> u32 {
        self.parsed(name, |text| text.parse().ok())
    }

    fn seconds(&self, name: &str) -> Duration {
        Duration::from_secs(self.number(name).into())
    }

    fn flag(&self, name: &str) -> bool {
        self.parsed(name, |text| match text {
            "0" => Some(false),
            "1" => Some(true),
            _ => None,
        })
    }

    fn list(&self, name: &str) -> impl Iterator<Item = &'a str> {
        entries(self.text(name))
    }

    fn folder(&self, name: &str) -> Option<PathBuf> {
        Some(self.text(name)).filter(|text| !text.is_empty()).map(PathBuf::from)
    }

    fn countries(&self, name: &str) -> Vec<String> {
        let codes: Vec<String> = self.list(name).map(str::to_ascii_uppercase).collect();
        match codes.iter().any(|code| code == "ALL") {
            true => Vec::new(),
            false => codes,
        }
    }
}
