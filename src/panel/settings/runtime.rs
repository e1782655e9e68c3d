//! The parsed values of all settings, as requests use them.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::time::Duration;

use rusqlite::Connection;

use super::Defaults;
use super::table::{self as all, Typed};
use super::values::{ConnectionPolicy, Form, Pace, Sources};
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
    /// Whether resellers can make no trials (contract "Reseller API", 3.3).
    pub disable_trial: bool,
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
            api_ips: values.get(&all::API_IPS),
            api_pass: values.get(&all::API_PASS),
            audit_days: values.get(&all::AUDIT_DAYS),
            case_sensitive_line: values.get(&all::CASE_SENSITIVE_LINE),
            disable_trial: values.get(&all::DISABLE_TRIAL),
            list_memory: values.get(&all::LIST_MEMORY),
            mag_security: values.get(&all::MAG_SECURITY),
            mysql_query: values.stored(&all::MYSQL_QUERY).unwrap_or(Allowed::Nothing),
            nxt_device_cap: values.get(&all::NXT_DEVICE_CAP).into(),
            nxt_maintenance: values.get(&all::NXT_MAINTENANCE),
            plain_api_keys: values.get(&all::PLAIN_API_KEYS),
            player_content_type: values.get(&all::PLAYER_CONTENT_TYPE),
            player_message: values.get(&all::PLAYER_MESSAGE),
            profiles: values.get(&all::PROFILE),
            v2_content_type: values.get(&all::V2_CONTENT_TYPE),
            v2_extra_columns: values.get(&all::V2_EXTRA_COLUMNS),
            v2_rate_limit: values.get(&all::V2_RATE_LIMIT),
            wrong_secrets: values.get(&all::WRONG_SECRETS),
            viewers: ViewerSettings::from_values(&values),
            media: MediaSettings::from_values(&values),
            guide: GuideSettings {
                max_bytes: values.get(&all::EPG_MAX_BYTES),
                max_time: values.get(&all::EPG_MAX_TIME),
            },
            webhooks: WebhookSettings {
                http: values.get(&all::WEBHOOK_HTTP),
                private_targets: values.get(&all::WEBHOOK_PRIVATE_TARGETS),
            },
        }
    }
}

impl ViewerSettings {
    fn from_values(values: &Values<'_>) -> ViewerSettings {
        ViewerSettings {
            allow_countries: values.get(&all::ALLOW_COUNTRIES),
            block_hosting: values.get(&all::BLOCK_HOSTING),
            blocked_asns: values.get(&all::BLOCKED_ASNS),
            bruteforce_limit: values.get(&all::BRUTEFORCE_LIMIT),
            connection_policy: values.get(&all::CONNECTION_POLICY),
            create_expiration: values.get(&all::CREATE_EXPIRATION),
            disallow_2nd_ip_con: values.get(&all::DISALLOW_2ND_IP_CON),
            disallow_2nd_ip_max: values.get(&all::DISALLOW_2ND_IP_MAX),
            disallow_empty_user_agents: values.get(&all::DISALLOW_EMPTY_USER_AGENTS),
            flood_limit: values.get(&all::FLOOD_LIMIT),
            geoip_files: values.get(&all::GEOIP_FILES),
            hls_zap_replaces: values.get(&all::HLS_ZAP_REPLACES),
            restrict_playlists: values.get(&all::RESTRICT_PLAYLISTS),
            restrict_same_ip: values.get(&all::RESTRICT_SAME_IP),
            stream_redirect: values.get(&all::STREAM_REDIRECT),
            user_auto_kick: values.get(&all::USER_AUTO_KICK_HOURS),
            zap_grace: values.get(&all::ZAP_GRACE),
        }
    }
}

impl MediaSettings {
    fn from_values(values: &Values<'_>) -> MediaSettings {
        MediaSettings {
            archive_root: values.get(&all::ARCHIVE_ROOT),
            client_prebuffer: values.get(&all::CLIENT_PREBUFFER),
            hls_segment: values.get(&all::HLS_SEGMENT_SECONDS),
            hls_segments: usize::try_from(values.get(&all::HLS_SEGMENTS)).unwrap_or(usize::MAX),
            memory: values.get(&all::MEDIA_MEMORY),
            media_root: values.get(&all::MEDIA_ROOT),
            on_air_timeout: values.get(&all::ON_AIR_TIMEOUT),
            pace: values.get(&all::STREAM_PACE),
            sources: values.get(&all::SOURCES),
            linger: values.get(&all::STREAM_LINGER),
            upstream_allow: values.get(&all::UPSTREAM_ALLOW),
            upstream_private: values.get(&all::UPSTREAM_PRIVATE),
            upstream_user_agent: values.get(&all::UPSTREAM_USER_AGENT),
            upstream_verify_tls: values.get(&all::UPSTREAM_VERIFY_TLS),
        }
    }
}

/// The stored values, and the defaults of those that are not stored.
struct Values<'a> {
    rows: &'a HashMap<String, String>,
    defaults: Defaults,
}

impl Values<'_> {
    /// Reads a setting; `None` if raw SQL stored what cannot be read.
    fn stored<F: Form>(&self, of: &Typed<F>) -> Option<F::Value> {
        let default = of.setting.default_of(self.defaults);
        F::read(self.rows.get(of.setting.name).map_or(default, String::as_str))
    }

    /// Reads a setting. A value that raw SQL stored and that cannot be read counts as the default.
    fn get<F: Form<Value: Default>>(&self, of: &Typed<F>) -> F::Value {
        let default = || F::read(of.setting.default_of(self.defaults));
        self.stored(of).or_else(default).unwrap_or_default()
    }
}
