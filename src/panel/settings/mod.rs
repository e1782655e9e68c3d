//! Runtime settings, which can change while the panel runs: rows of `linecard_settings` with a name and a
//! text. A setting without a row has its default. They are part of the [`crate::panel::access_cache`], so a
//! change applies from the next request on.

//!
//! `table` has a row for each setting, `values` the forms of their values, `runtime` the parsed values.

mod runtime;
mod table;
mod values;

use rusqlite::{Connection, OptionalExtension};

pub use runtime::{GuideSettings, MediaSettings, RuntimeSettings, ViewerSettings, WebhookSettings};
pub use table::{AUDIT_DAYS, SETTINGS};
pub use values::{ConnectionPolicy, Pace, Sources};

use super::audit::{self, ChangeSource};
use super::context::Context;
use super::error::{Error, Result, Thing};
use crate::store::StoreError;

/// The declaration of a setting.
#[derive(Debug)]
pub struct Setting {
    pub name: &'static str,
    pub default: &'static str,
    /// Its default in a panel for tests, where that is another.
    test_default: Option<&'static str>,
    /// A value for documentation; empty where any text will do.
    pub example: &'static str,
    /// One sentence.
    pub doc: &'static str,
    /// From when on a change counts.
    pub effect: TakesEffect,
    /// Whether it guards the panel, so that no API shows it or changes it.
    pub guards: bool,
    /// Checks a value; the error says what a value must be.
    check: values::Check,
}

/// From when on a change of a setting counts. None waits for a restart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TakesEffect {
    /// From the next request on.
    NextRequest,
    /// For streams that go on air from then on; what is on air stays as it began.
    NextStream,
    /// For connections to sources, films and guides that are opened from then on.
    NextFetch,
    /// For imports of guides that begin from then on.
    NextImport,
    /// At once, for what is open too.
    AtOnce,
}

impl TakesEffect {
    /// Returns it as a sentence.
    pub fn sentence(self) -> &'static str {
        match self {
            TakesEffect::NextRequest => "A change counts from the next request on.",
            TakesEffect::NextStream => "A change counts for streams that go on air from then on.",
            TakesEffect::NextFetch => "A change counts for connections to sources that are opened from then on.",
            TakesEffect::NextImport => "A change counts for imports that begin from then on.",
            TakesEffect::AtOnce => "A change counts at once, for open connections too.",
        }
    }
}

/// Which defaults a panel has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Defaults {
    /// Those of a panel that serves customers.
    #[default]
    Serve,
    /// Those of a panel for tests.
    Test,
}

impl Setting {
    /// Returns the value that it has without a row.
    pub fn default_of(&self, defaults: Defaults) -> &'static str {
        match (defaults, self.test_default) {
            (Defaults::Test, Some(default)) => default,
            _ => self.default,
        }
    }
}

/// Finds the setting with this name.
pub fn find(name: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.name == name)
}

/// The reason why a setting was not set.
#[derive(Debug, thiserror::Error)]
pub enum SetError {
    /// One line that says what is wrong with the name or the value.
    #[error("{0}")]
    Wrong(String),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Checks that the setting exists.
///
/// # Errors
/// One line with the names of those that exist.
pub fn check_name(name: &str) -> Result<(), String> {
    existing(name).map(drop)
}

fn existing(name: &str) -> Result<&'static Setting, String> {
    find(name).ok_or_else(|| {
        let known: Vec<&str> = SETTINGS.iter().map(|setting| setting.name).collect();
        format!("there is no setting {name:?}, only {}", known.join(", "))
    })
}

/// Checks that the setting exists and that the value is valid for it.
///
/// # Errors
/// One line that says what is wrong with the name or the value.
pub fn check(name: &str, value: &str) -> Result<(), String> {
    let setting = existing(name)?;
    (setting.check)(value).map_err(|must| format!("{name}={value:?}: it must be {must}"))
}

/// Sets a setting.
///
/// # Errors
/// [`SetError`].
pub fn set(db: &Connection, name: &str, value: &str) -> Result<(), SetError> {
    check(name, value).map_err(SetError::Wrong)?;
    let sql = "INSERT INTO linecard_settings (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2";
    db.execute(sql, (name, value)).map_err(StoreError::from)?;
    Ok(())
}

/// Sets a setting, with an audit row if that changes it.
///
/// # Errors
/// [`SetError`].
pub fn set_by(
    db: &Connection,
    defaults: Defaults,
    now: i64,
    source: &ChangeSource,
    name: &str,
    value: &str,
) -> Result<(), SetError> {
    check(name, value).map_err(SetError::Wrong)?;
    if let Some(setting) = find(name) {
        let before = get(db, setting, defaults).map_err(StoreError::from)?;
        audit::setting(db, now, source, setting, [&before, value]).map_err(StoreError::from)?;
    }
    set(db, name, value)
}

/// Returns the value of a setting, as text.
pub fn get(db: &Connection, setting: &Setting, defaults: Defaults) -> rusqlite::Result<String> {
    let sql = "SELECT value FROM linecard_settings WHERE name = ?1";
    let value = db.query_row(sql, [setting.name], |row| row.get(0)).optional()?;
    Ok(value.unwrap_or_else(|| setting.default_of(defaults).to_owned()))
}

/// Returns the settings that APIs show and change, each with its value, in the order of their names.
///
/// # Errors
/// [`Error::NotFound`] for a caller who is not an administrator.
pub fn shown(context: &Context<'_>) -> Result<Vec<(&'static str, String)>> {
    context.must_be_admin(Thing::Setting)?;
    let defaults = context.panel.settings().defaults;
    open()
        .map(|setting| Ok((setting.name, get(context.db, setting, defaults)?)))
        .collect()
}

/// Returns the settings that do not guard the panel, as they stand in [`SETTINGS`].
pub fn open() -> impl Iterator<Item = &'static Setting> {
    SETTINGS.iter().filter(|setting| !setting.guards)
}

/// Sets those settings that APIs may change.
///
/// # Errors
/// [`Error::Unknown`] for another name, [`Error::Invalid`] for a bad value; [`Error::NotFound`] for a caller who is not
/// an administrator.
pub fn change(context: &Context<'_>, values: &[(&str, &str)]) -> Result<()> {
    context.must_be_admin(Thing::Setting)?;
    let mut known = Vec::with_capacity(values.len());
    for (name, value) in values {
        let setting = find(name).filter(|setting| !setting.guards);
        let setting = setting.ok_or_else(|| Error::Unknown((*name).to_owned().into()))?;
        check(setting.name, value).map_err(|_| Error::Invalid(setting.name.into()))?;
        known.push((setting.name, *value));
    }
    let source = context.source.cloned().unwrap_or_default();
    for (name, value) in known {
        let defaults = context.panel.settings().defaults;
        set_by(context.db, defaults, context.now, &source, name, value).map_err(|error| match error {
            SetError::Wrong(_) => Error::Invalid(name.into()),
            SetError::Store(error) => error.into(),
        })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::schema;

    fn db() -> Connection {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch(schema::SQL).unwrap();
        db
    }

    #[test]
    fn a_setting_without_a_row_has_its_default() {
        let settings = RuntimeSettings::from_db(&db(), Defaults::Serve).unwrap();
        assert_eq!(settings, RuntimeSettings::default());
        assert_eq!(settings.v2_content_type, "text/html; charset=UTF-8");
        assert!(settings.case_sensitive_line && settings.mag_security && !settings.disable_trial);
    }

    #[test]
    fn defaults_are_values_that_can_be_set() {
        let db = db();
        for setting in SETTINGS {
            check(setting.name, setting.example).unwrap();
            set(&db, setting.name, setting.default).unwrap();
            assert_eq!(get(&db, setting, Defaults::Serve).unwrap(), setting.default);
        }
        assert_eq!(
            RuntimeSettings::from_db(&db, Defaults::Serve).unwrap(),
            RuntimeSettings::default()
        );
    }

    #[test]
    fn settings_are_in_the_order_of_their_names() {
        assert!(SETTINGS.is_sorted_by(|one, next| one.name < next.name));
    }

    #[test]
    fn a_panel_for_tests_plays_the_test_source_and_reaches_private_addresses() {
        let db = db();
        for (defaults, sources, is_private) in [
            (Defaults::Serve, Sources::Real, false),
            (Defaults::Test, Sources::Test, true),
        ] {
            let media = RuntimeSettings::from_db(&db, defaults).unwrap().media;
            assert_eq!((media.sources, media.upstream_private), (sources, is_private));
        }
        set(&db, "sources", "real").unwrap();
        let media = RuntimeSettings::from_db(&db, Defaults::Test).unwrap().media;
        assert_eq!(media.sources, Sources::Real);
    }

    #[test]
    fn lists_numbers_and_spans_are_read() {
        let db = db();
        for (name, value) in [
            ("allow_countries", "gb, DE"),
            ("blocked_asns", "AS64500,64501"),
            ("disable_trial", "1"),
            ("user_auto_kick_hours", "0"),
            ("zap_grace", "50"),
            ("media_memory", "1GiB"),
            ("media_root", "/srv/media"),
        ] {
            set(&db, name, value).unwrap();
        }
        let settings = RuntimeSettings::from_db(&db, Defaults::Serve).unwrap();
        assert!(settings.disable_trial);
        let (viewers, media) = (settings.viewers, settings.media);
        assert_eq!(viewers.allow_countries, ["GB", "DE"]);
        assert_eq!(viewers.blocked_asns, [64_500, 64_501].into());
        assert_eq!((viewers.user_auto_kick, viewers.zap_grace.as_millis()), (None, 50));
        assert_eq!(
            (media.memory, media.media_root, media.archive_root),
            (1 << 30, Some("/srv/media".into()), None)
        );
        set(&db, "allow_countries", "GB,all").unwrap();
        let settings = RuntimeSettings::from_db(&db, Defaults::Serve).unwrap();
        assert!(settings.viewers.allow_countries.is_empty());
    }

    #[test]
    fn a_stored_value_that_cannot_be_read_is_the_default() {
        let db = db();
        db.execute_batch(
            "INSERT INTO linecard_settings (name, value) VALUES ('hls_segments', 'x'), ('upstream_private', 'yes'), ('stream_pace', '')",
        )
        .unwrap();
        assert_eq!(
            RuntimeSettings::from_db(&db, Defaults::Serve).unwrap(),
            RuntimeSettings::default()
        );
    }

    #[test]
    fn a_wrong_value_is_refused_with_what_it_must_be() {
        let db = db();
        for (name, value, error) in [
            (
                "api_ip",
                "x",
                "there is no setting \"api_ip\", only allow_countries, api_ips, api_pass, archive_root, audit_days, block_hosting, blocked_asns, bruteforce_limit, case_sensitive_line, client_prebuffer, connection_policy, create_expiration, disable_trial, disallow_2nd_ip_con, disallow_2nd_ip_max, disallow_empty_user_agents, epg_max_bytes, epg_max_time, flood_limit, geoip_files, hls_segment_seconds, hls_segments, hls_zap_replaces, list_memory, mag_security, media_memory, media_root, mysql_query, nxt_device_cap, nxt_maintenance, on_air_timeout, plain_api_keys, player_content_type, player_message, profile, restrict_playlists, restrict_same_ip, sources, stream_linger, stream_pace, stream_redirect, upstream_allow, upstream_private, upstream_user_agent, upstream_verify_tls, user_auto_kick_hours, v2_content_type, v2_extra_columns, v2_rate_limit, webhook_http, webhook_private_targets, wrong_secrets, zap_grace",
            ),
            (
                "mysql_query",
                "Write",
                "mysql_query=\"Write\": it must be off, read or write",
            ),
            ("mag_security", "yes", "mag_security=\"yes\": it must be 0 or 1"),
            (
                "v2_rate_limit",
                "-1",
                "v2_rate_limit=\"-1\": it must be a whole number from 0",
            ),
            (
                "v2_content_type",
                "a\nb",
                "v2_content_type=\"a\\nb\": it must be a header value",
            ),
            (
                "connection_policy",
                "kick",
                "connection_policy=\"kick\": it must be refuse or kick_oldest",
            ),
            (
                "hls_segments",
                "2",
                "hls_segments=\"2\": it must be a whole number from 3 to 20",
            ),
            (
                "media_memory",
                "1MiB",
                "media_memory=\"1MiB\": it must be a number of bytes such as 256MiB or 1GiB, from 16MiB",
            ),
            (
                "media_root",
                "media",
                "media_root=\"media\": it must be an absolute path, or empty",
            ),
            (
                "upstream_allow",
                "10.0.0.0/8,host",
                "upstream_allow=\"10.0.0.0/8,host\": it must be IP addresses and networks, separated by commas",
            ),
            (
                "allow_countries",
                "GBR",
                "allow_countries=\"GBR\": it must be ALL or codes of countries such as GB, separated by commas",
            ),
            (
                "profile",
                "xiu",
                "profile=\"xiu\": it must be names of profiles (docs, xui, live, v2_raw_edit, v2_sorted_bouquets, v2_sparse_lists, v2_modern, lists_for_inactive, duplicate_categories, php_shapes, no_extension, legacy_off, status_clips), not \"xiu\"; did you mean \"xui\"?",
            ),
        ] {
            assert_eq!(set(&db, name, value).unwrap_err().to_string(), error);
        }
        for column in ["a-b", "package_id", "Bouquet", "good,bad!"] {
            assert!(set(&db, "v2_extra_columns", column).is_err(), "{column}");
        }
        set(&db, "v2_extra_columns", " nickname, contact ,").unwrap();
        assert_eq!(
            RuntimeSettings::from_db(&db, Defaults::Serve).unwrap().v2_extra_columns,
            ["nickname", "contact"]
        );
    }
}
