//! Runtime settings, which can change while the panel runs: rows of `linecard_settings` with a name and a
//! text. A setting without a row has its default. They are part of the [`crate::panel::access_cache`], so a
//! change applies from the next request on.

use std::borrow::Cow;
use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension};

use super::audit::{self, ChangeSource};
use super::context::Context;
use super::error::{Error, Result, Thing};
use super::profiles::Profiles;
use super::throttle;
use crate::store::raw_sql::Allowed;
use crate::store::{StoreError, schema};

/// The declaration of a setting.
#[derive(Debug)]
pub struct Setting {
    pub name: &'static str,
    pub default: &'static str,
    /// One sentence.
    pub doc: &'static str,
    /// Whether it guards the panel, so that no API shows it or changes it.
    pub guards: bool,
    /// Checks a value; the error says what a value must be.
    check: fn(&str) -> Result<(), Cow<'static, str>>,
}

/// What `audit_days` is where it is not a number.
const AUDIT_DAYS: u32 = 400;
/// What `wrong_secrets` is where it is not a number.
const WRONG_SECRETS: u32 = 10;

/// All settings (contracts "XC v2 API", sections 15 and 16, and "Admin API", section 14).
pub static SETTINGS: &[Setting] = &[
    Setting {
        name: "api_ips",
        default: "",
        doc: "Addresses that may call `api.php` beside this machine and the panel's servers, separated by commas without spaces.",
        guards: true,
        check: anything,
    },
    Setting {
        name: "api_pass",
        default: "",
        doc: "What callers of `api.php` must send as `api_pass`; empty asks for nothing.",
        guards: true,
        check: anything,
    },
    Setting {
        name: "audit_days",
        default: "400",
        doc: "How many days a row of the audit log is kept; 0 keeps no log.",
        guards: true,
        check: days,
    },
    Setting {
        name: "case_sensitive_line",
        default: "1",
        doc: "1: `user`/`info` finds a line only by credentials of the same letter case.",
        guards: false,
        check: flag,
    },
    Setting {
        name: "mag_security",
        default: "1",
        doc: "1: `user_info` of a MAG's line carries `mag_invalid_token`.",
        guards: false,
        check: flag,
    },
    Setting {
        name: "mysql_query",
        default: "write",
        doc: "What `mysql_query` may do: off, read or write.",
        guards: true,
        check: allowed,
    },
    Setting {
        name: "player_content_type",
        default: "application/json",
        doc: "`Content-Type` of the answers of `player_api.php` and `panel_api.php`.",
        guards: false,
        check: header,
    },
    Setting {
        name: "player_message",
        default: "",
        doc: "What the login of an active line says to its customer.",
        guards: false,
        check: anything,
    },
    Setting {
        name: "profile",
        default: "",
        doc: "Quirk profiles that are active, separated by commas; docs/profiles.md lists them.",
        guards: false,
        check: profiles,
    },
    Setting {
        name: "v2_content_type",
        default: "text/html; charset=UTF-8",
        doc: "`Content-Type` of the answers of `api.php`.",
        guards: false,
        check: header,
    },
    Setting {
        name: "v2_extra_columns",
        default: "",
        doc: "Names of further text columns of lines that `user_data` takes and `user_info` shows, separated by commas.",
        guards: false,
        check: columns,
    },
    Setting {
        name: "v2_rate_limit",
        default: "0",
        doc: "Requests that one address may send to `api.php` in a second; 0 is no limit.",
        guards: false,
        check: count,
    },
    Setting {
        name: "wrong_secrets",
        default: "10",
        doc: "Wrong keys, passwords and tokens that one address may send in a minute before it is refused; 0 is no limit.",
        guards: true,
        check: wrong_secrets,
    },
];

/// Finds the setting with this name.
pub fn find(name: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.name == name)
}

/// The parsed values of all settings.
#[derive(Debug, PartialEq, Eq)]
pub struct RuntimeSettings {
    pub api_ips: String,
    pub api_pass: String,
    /// How long the audit log is kept; 0 is not at all.
    pub audit_days: u32,
    pub case_sensitive_line: bool,
    pub mag_security: bool,
    /// What `mysql_query` may do.
    pub mysql_query: Allowed,
    pub player_content_type: String,
    /// What the login of an active line says.
    pub player_message: String,
    pub profiles: Profiles,
    pub v2_content_type: String,
    pub v2_extra_columns: Vec<String>,
    /// Requests per address and second; 0 means no limit.
    pub v2_rate_limit: u32,
    /// Wrong secrets of one address in a minute; 0 is no limit.
    pub wrong_secrets: u32,
}

impl Default for RuntimeSettings {
    fn default() -> Self {
        RuntimeSettings::from_rows(&HashMap::new())
    }
}

impl RuntimeSettings {
    /// Loads the rows.
    pub fn from_db(db: &Connection) -> Result<RuntimeSettings> {
        let mut query = db.prepare_cached("SELECT name, value FROM linecard_settings")?;
        let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(RuntimeSettings::from_rows(&rows.collect::<rusqlite::Result<_>>()?))
    }

    fn from_rows(rows: &HashMap<String, String>) -> RuntimeSettings {
        let value = |name: &str| {
            let default = find(name).map_or("", |setting| setting.default);
            rows.get(name).map_or(default, String::as_str)
        };
        RuntimeSettings {
            api_ips: value("api_ips").to_owned(),
            api_pass: value("api_pass").to_owned(),
            audit_days: value("audit_days").parse().unwrap_or(AUDIT_DAYS),
            case_sensitive_line: value("case_sensitive_line") != "0",
            mag_security: value("mag_security") != "0",
            mysql_query: allowance(value("mysql_query")).unwrap_or(Allowed::Nothing),
            player_content_type: value("player_content_type").to_owned(),
            player_message: value("player_message").to_owned(),
            profiles: Profiles::parse(value("profile")).unwrap_or_default(),
            v2_content_type: value("v2_content_type").to_owned(),
            v2_extra_columns: names(value("v2_extra_columns")).map(str::to_owned).collect(),
            v2_rate_limit: value("v2_rate_limit").parse().unwrap_or(0),
            wrong_secrets: value("wrong_secrets").parse().unwrap_or(WRONG_SECRETS),
        }
    }
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
pub fn set_by(db: &Connection, now: i64, source: &ChangeSource, name: &str, value: &str) -> Result<(), SetError> {
    check(name, value).map_err(SetError::Wrong)?;
    if let Some(setting) = find(name) {
        audit::setting(db, now, source, setting, value).map_err(StoreError::from)?;
    }
    set(db, name, value)
}

/// Returns the value of a setting, as text.
pub fn get(db: &Connection, setting: &Setting) -> rusqlite::Result<String> {
    let sql = "SELECT value FROM linecard_settings WHERE name = ?1";
    let value = db.query_row(sql, [setting.name], |row| row.get(0)).optional()?;
    Ok(value.unwrap_or_else(|| setting.default.to_owned()))
}

/// Returns the settings that APIs show and change, each with its value, in the order of their names.
///
/// # Errors
/// [`Error::NotFound`] for a caller who is not an administrator.
pub fn shown(context: &Context<'_>) -> Result<Vec<(&'static str, String)>> {
    context.must_be_admin(Thing::Setting)?;
    open()
        .map(|setting| Ok((setting.name, get(context.db, setting)?)))
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
        set_by(context.db, context.now, &source, name, value).map_err(|error| match error {
            SetError::Wrong(_) => Error::Invalid(name.into()),
            SetError::Store(error) => error.into(),
        })?;
    }
    Ok(())
}

fn names(list: &str) -> impl Iterator<Item = &str> {
    list.split(',').map(str::trim).filter(|name| !name.is_empty())
}

fn anything(_: &str) -> Result<(), Cow<'static, str>> {
    Ok(())
}

fn profiles(value: &str) -> Result<(), Cow<'static, str>> {
    Profiles::parse(value).map(drop).map_err(Cow::Owned)
}

/// Reads a value of `mysql_query`.
fn allowance(value: &str) -> Option<Allowed> {
    Some(match value {
        "off" => Allowed::Nothing,
        "read" => Allowed::Reads,
        "write" => Allowed::Writes,
        _ => return None,
    })
}

fn allowed(value: &str) -> Result<(), Cow<'static, str>> {
    require(allowance(value).is_some(), "off, read or write")
}

fn flag(value: &str) -> Result<(), Cow<'static, str>> {
    require(matches!(value, "0" | "1"), "0 or 1")
}

fn count(value: &str) -> Result<(), Cow<'static, str>> {
    require(value.parse::<u32>().is_ok(), "a whole number from 0")
}

/// Checks a number of days.
fn days(value: &str) -> Result<(), Cow<'static, str>> {
    let fits = value.parse::<u32>().is_ok_and(|days| days <= 36_500);
    require(fits, "a whole number from 0 to 36500")
}

fn wrong_secrets(value: &str) -> Result<(), Cow<'static, str>> {
    let fits = value.parse::<u32>().is_ok_and(|count| count <= throttle::MOST);
    require(fits, "a whole number from 0 to 1000")
}

/// Checks that a value can be sent in a header: printable ASCII.
fn header(value: &str) -> Result<(), Cow<'static, str>> {
    let fits = !value.is_empty() && value.bytes().all(|b| b.is_ascii_graphic() || b == b' ');
    require(fits, "a header value")
}

/// Extra columns are text. A column of `lines` is allowed if it is text and no dialect shows it otherwise.
fn columns(value: &str) -> Result<(), Cow<'static, str>> {
    let fits = |name: &str| {
        let word = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        let stored = schema::table("lines").and_then(|lines| lines.column(name));
        word && stored.is_none_or(|column| column.kind == schema::ColumnType::Text)
    };
    require(
        names(value).all(fits),
        "names of text columns (A-Z a-z 0-9 _), separated by commas",
    )
}

fn require(fits: bool, must: &'static str) -> Result<(), Cow<'static, str>> {
    fits.then_some(()).ok_or(Cow::Borrowed(must))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn db() -> Connection {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch(schema::SQL).unwrap();
        db
    }

    #[test]
    fn a_setting_without_a_row_has_its_default() {
        let settings = RuntimeSettings::from_db(&db()).unwrap();
        assert_eq!(settings, RuntimeSettings::default());
        assert_eq!(settings.v2_content_type, "text/html; charset=UTF-8");
        assert!(settings.case_sensitive_line && settings.mag_security);
    }

    #[test]
    fn defaults_are_values_that_can_be_set() {
        let db = db();
        for setting in SETTINGS {
            set(&db, setting.name, setting.default).unwrap();
            assert_eq!(get(&db, setting).unwrap(), setting.default);
        }
        assert_eq!(RuntimeSettings::from_db(&db).unwrap(), RuntimeSettings::default());
    }

    #[test]
    fn a_wrong_value_is_refused_with_what_it_must_be() {
        let db = db();
        for (name, value, error) in [
            (
                "api_ip",
                "x",
                "there is no setting \"api_ip\", only api_ips, api_pass, audit_days, case_sensitive_line, mag_security, mysql_query, player_content_type, player_message, profile, v2_content_type, v2_extra_columns, v2_rate_limit, wrong_secrets",
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
                "profile",
                "xiu",
                "profile=\"xiu\": it must be names of profiles (docs, xui, v2_raw_edit, v2_sorted_bouquets, v2_sparse_lists, v2_modern), not \"xiu\"; did you mean \"xui\"?",
            ),
        ] {
            assert_eq!(set(&db, name, value).unwrap_err().to_string(), error);
        }
        for column in ["a-b", "package_id", "Bouquet", "good,bad!"] {
            assert!(set(&db, "v2_extra_columns", column).is_err(), "{column}");
        }
        set(&db, "v2_extra_columns", " nickname, contact ,").unwrap();
        assert_eq!(
            RuntimeSettings::from_db(&db).unwrap().v2_extra_columns,
            ["nickname", "contact"]
        );
    }
}
