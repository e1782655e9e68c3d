//! The objects of the NXT API as they are shown (contract "REST APIs", A2, A3 and A7).

use std::borrow::Cow;

use serde::Serialize;
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};

use super::super::answers::{Links, words};
use super::super::times::printed;
use crate::panel::line_devices;
use crate::panel::provision::{self, PackageKind, Unit};
use crate::panel::sold_lines::{self, SoldLine};

/// All of a list.
#[derive(Debug, Serialize, ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize), serde(deny_unknown_fields))]
pub struct All<T: ToSchema> {
    pub data: Vec<T>,
}

/// The confirmation of a change, with the object as it is now.
#[derive(Debug, Serialize, ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize), serde(deny_unknown_fields))]
pub struct Changed<T: ToSchema> {
    pub id: i64,
    pub message: Cow<'static, str>,
    pub data: T,
    /// What the change leads to that its caller may not expect.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Warning>,
}

/// What a change leads to.
#[derive(Debug, Serialize, ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize), serde(deny_unknown_fields))]
#[schema(as = NxtWarning)]
pub struct Warning {
    pub field: Cow<'static, str>,
    pub message: Cow<'static, str>,
}

/// The confirmation of a deletion.
#[derive(Debug, Serialize, ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize), serde(deny_unknown_fields))]
#[schema(as = NxtDeleted)]
pub struct Deleted {
    pub id: i64,
    pub message: Cow<'static, str>,
}

/// A page of a list (A3).
#[derive(Debug, Serialize, ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize), serde(deny_unknown_fields))]
pub struct Page<T: ToSchema> {
    pub data: Vec<T>,
    pub meta: Meta,
}

/// Where a page stands in its list.
#[derive(Debug, Serialize, ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize), serde(deny_unknown_fields))]
#[schema(as = NxtMeta)]
pub struct Meta {
    /// From 1.
    pub page: i64,
    pub per_page: i64,
    /// How many there are in all pages.
    pub total: i64,
    pub pages: i64,
}

/// The state of the panel (A2).
#[derive(Debug, Serialize, ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize), serde(deny_unknown_fields))]
#[schema(as = NxtStatus)]
pub struct Status {
    pub panel: Cow<'static, str>,
    pub version: Cow<'static, str>,
    #[schema(schema_with = panel_state)]
    pub status: Cow<'static, str>,
    #[schema(required, format = DateTime)]
    pub server_time: Option<String>,
    /// The active ones.
    pub packages: Vec<Package>,
}

/// A package (A2).
#[derive(Debug, Serialize, ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize), serde(deny_unknown_fields))]
#[schema(as = NxtPackage)]
pub struct Package {
    pub id: i64,
    pub name: String,
    #[serde(rename = "type")]
    #[schema(schema_with = kind)]
    pub kind: Cow<'static, str>,
    /// How many devices of a line may register; null where they are not tracked.
    #[schema(required)]
    pub max_devices: Option<i64>,
    pub features: Vec<Cow<'static, str>>,
    /// Null where a line needs an end of its own.
    #[schema(required)]
    pub duration: Option<Duration>,
    pub active: bool,
}

/// How long a line of a package runs.
#[derive(Debug, Serialize, ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize), serde(deny_unknown_fields))]
#[schema(as = NxtDuration)]
pub struct Duration {
    pub value: u32,
    #[schema(schema_with = unit)]
    pub unit: Cow<'static, str>,
}

/// A line (A3).
#[derive(Debug, Serialize, ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize), serde(deny_unknown_fields))]
#[schema(as = NxtLine)]
pub struct Line {
    pub id: i64,
    pub username: String,
    pub password: String,
    #[schema(required)]
    pub package_id: Option<i64>,
    #[schema(required)]
    pub package_name: Option<String>,
    #[schema(schema_with = line_state)]
    pub status: String,
    /// Null where it never expires.
    #[schema(required, format = DateTime)]
    pub expires_at: Option<String>,
    /// How many devices may register; null where they are not tracked.
    #[schema(required)]
    pub device_limit: Option<i64>,
    pub devices_used: i64,
    /// The set-top box that is bound to it.
    #[schema(required)]
    pub mac: Option<String>,
    pub active_connections: i64,
    /// The portal of set-top boxes.
    pub portal_url: String,
    pub playlist_url: String,
    /// Notes of the administrator.
    pub notes: String,
    #[schema(required, format = DateTime)]
    pub created_at: Option<String>,
    #[schema(required, format = DateTime)]
    pub updated_at: Option<String>,
}

/// A device of a line (A7).
#[derive(Debug, Serialize, ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize), serde(deny_unknown_fields))]
#[schema(as = NxtDevice)]
pub struct Device {
    pub id: i64,
    #[serde(rename = "type")]
    #[schema(schema_with = device_type)]
    pub kind: Cow<'static, str>,
    pub name: String,
    #[schema(required)]
    pub mac: Option<String>,
    #[schema(required)]
    pub device_id: Option<String>,
    #[schema(required)]
    pub user_agent: Option<String>,
    #[schema(required)]
    pub ip: Option<String>,
    #[schema(required, format = DateTime)]
    pub first_seen: Option<String>,
    #[schema(required, format = DateTime)]
    pub last_seen: Option<String>,
}

impl Package {
    /// Shows a package with the features of its bouquets.
    pub fn new(one: provision::Package, features: Vec<&'static str>) -> Self {
        Package {
            id: one.id,
            name: one.name,
            kind: one.kind.name().into(),
            max_devices: one.max_devices,
            features: features.into_iter().map(Cow::from).collect(),
            duration: one.term.map(|term| Duration {
                value: term.count,
                unit: term.unit.name().into(),
            }),
            active: one.is_active,
        }
    }
}

impl Line {
    /// Shows a line; the links in it begin with `base`.
    pub fn new(one: SoldLine, base: &str) -> Self {
        let dated = |unix: i64| Some(unix).filter(|unix| *unix != 0).and_then(printed);
        let Links { portal, playlist } = Links::new(base, &one.username, &one.password);
        let (package_id, package_name) = one.package.unzip();
        Line {
            id: one.id,
            portal_url: portal,
            playlist_url: playlist,
            username: one.username,
            password: one.password,
            package_id,
            package_name,
            status: one.state.to_owned(),
            expires_at: one.expires.and_then(printed),
            device_limit: one.device_limit,
            devices_used: one.devices_used,
            mac: one.mac,
            active_connections: one.active_connections,
            notes: one.notes,
            created_at: dated(one.created),
            updated_at: dated(one.updated),
        }
    }
}

impl From<line_devices::Device> for Device {
    fn from(one: line_devices::Device) -> Self {
        Device {
            id: one.id,
            kind: if one.mac.is_some() { "stb" } else { "app" }.into(),
            name: one.name,
            mac: one.mac,
            device_id: one.device_id,
            user_agent: one.user_agent,
            ip: one.ip,
            first_seen: printed(one.first_seen),
            last_seen: one.last_seen.and_then(printed),
        }
    }
}

fn panel_state() -> RefOr<Schema> {
    words(
        ["online", "maintenance"],
        "Under maintenance no other call is answered.",
    )
}

fn kind() -> RefOr<Schema> {
    words(PackageKind::ALL.map(PackageKind::name), "What the package is sold as.")
}

fn unit() -> RefOr<Schema> {
    words(Unit::ALL.map(Unit::name), "The unit of the duration.")
}

fn line_state() -> RefOr<Schema> {
    words(
        sold_lines::STATES.iter().copied(),
        "The first that holds: banned, suspended, expired, active.",
    )
}

fn device_type() -> RefOr<Schema> {
    words(["stb", "app"], "A set-top box has a MAC address.")
}
