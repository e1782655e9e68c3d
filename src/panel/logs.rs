//! Logs: events of lines, accounts and devices, and the connections that are open now.
//!
//! A row stays in the log when its line, stream or server is deleted; the missing names are null.

use super::context::Context;
use super::error::Result;
use crate::store::view::{Column, Owner, ValueType, View, flag, int, text};

/// The columns of line, stream and server that open and closed connections show.
macro_rules! watched {
    ($table:literal) => {
        concat!(
            "LEFT JOIN lines ON lines.id = ",
            $table,
            ".user_id LEFT JOIN streams ON streams.id = ",
            $table,
            ".stream_id LEFT JOIN servers ON servers.id = ",
            $table,
            ".server_id"
        )
    };
}

/// What an open connection and an ended one show beside their own columns.
const CONNECTION: &[Column] = &[
    text("username").is("lines.username"),
    // For searching only.
    text("line_username").is("lines.username"),
    text("mac").is(
        "CASE WHEN lines.is_mag <> 0 THEN (SELECT mac FROM mag_devices WHERE mag_devices.user_id = lines.id)
              WHEN lines.is_e2 <> 0 THEN (SELECT mac FROM enigma2_devices WHERE enigma2_devices.user_id = lines.id) END",
    ),
    flag("is_mag").is("coalesce(lines.is_mag, 0)"),
    flag("is_e2").is("coalesce(lines.is_e2, 0)"),
    text("stream_display_name").is("streams.stream_display_name"),
    int("type").is("streams.type"),
    text("server_name").is("servers.server_name"),
    flag("is_restreamer").is("coalesce(lines.is_restreamer, 0)"),
];

/// Closed connections.
pub static ACTIVITY: View = View {
    owner: Owner::Line {
        line: "lines_activity.user_id",
        account: "lines.member_id",
    },
    joins: watched!("lines_activity"),
    filters: &[
        ("user", "lines_activity.user_id = :value"),
        ("stream", "lines_activity.stream_id = :value"),
        ("server", "lines_activity.server_id = :value"),
        ("from", "lines_activity.date_start >= :value"),
        ("before", "lines_activity.date_start < :value"),
    ],
    ..View::new(
        "lines_activity",
        "activity_id",
        &[
            ("lines_activity", CONNECTION),
            (
                "lines_activity",
                &[int("duration").is("max(lines_activity.date_end - lines_activity.date_start, 0)")],
            ),
        ],
    )
};

/// Open connections.
pub static LIVE: View = View {
    owner: Owner::Line {
        line: "lines_live.user_id",
        account: "lines.member_id",
    },
    joins: watched!("lines_live"),
    only: Some("lines_live.hls_end = 0"),
    filters: &[
        ("plain", "lines.is_mag = 0 AND lines.is_e2 = 0"),
        ("mag", "lines.is_mag <> 0"),
        ("enigma", "lines.is_e2 <> 0"),
        ("trial", "lines.is_trial <> 0"),
        ("restreamer", "lines.is_restreamer <> 0"),
        ("stalker", "lines.is_stalker <> 0"),
        ("user", "lines_live.user_id = :value"),
        ("stream", "lines_live.stream_id = :value"),
        ("server", "lines_live.server_id = :value"),
    ],
    ..View::new(
        "lines_live",
        "activity_id",
        &[
            (
                "lines_live",
                &[
                    // The username of a device's line is random, so its MAC is shown instead.
                    text("username").is(
                        "CASE WHEN lines.is_mag <> 0 THEN (SELECT mac FROM mag_devices WHERE mag_devices.user_id = lines.id)
                              WHEN lines.is_e2 <> 0 THEN (SELECT mac FROM enigma2_devices WHERE enigma2_devices.user_id = lines.id)
                              ELSE lines.username END",
                    ),
                    int("mag_id").is("CASE WHEN lines.is_mag <> 0 THEN (SELECT mag_id FROM mag_devices WHERE mag_devices.user_id = lines.id) END"),
                    int("device_id")
                        .is("CASE WHEN lines.is_e2 <> 0 THEN (SELECT device_id FROM enigma2_devices WHERE enigma2_devices.user_id = lines.id) END"),
                    Column::new(ValueType::Since, "duration").is("lines_live.date_start"),
                    // For sorting only: the longest connection is the one that started first.
                    int("age").is("-lines_live.date_start"),
                ],
            ),
            ("lines_live", CONNECTION),
        ],
    )
};

/// Changes of balances.
pub static CREDITS: View = View {
    owner: Owner::Account("users_credits_logs.target_id"),
    joins: "LEFT JOIN users target ON target.id = users_credits_logs.target_id
            LEFT JOIN users admin ON admin.id = users_credits_logs.admin_id",
    filters: &[
        (
            "account",
            "(users_credits_logs.target_id = :value OR users_credits_logs.admin_id = :value)",
        ),
        ("from", "users_credits_logs.date >= :value"),
        ("before", "users_credits_logs.date < :value"),
    ],
    ..View::new(
        "users_credits_logs",
        "id",
        &[(
            "users_credits_logs",
            &[
                text("target_username").is("target.username"),
                text("owner_username").is("admin.username"),
            ],
        )],
    )
};

/// What an action of a reseller shows beside its own columns.
pub const USER_COLUMNS: &[Column] = &[
    text("username").is("users.username"),
    text("deleted_info"),
    // For sorting only.
    text("type and action").is("users_logs.type || ' ' || users_logs.action"),
];

/// Actions of resellers.
pub static USERS: View = View {
    owner: Owner::Account("users_logs.owner"),
    joins: "LEFT JOIN users ON users.id = users_logs.owner",
    filters: &[
        ("owner", "users_logs.owner = :value"),
        ("action", "users_logs.action = :value"),
        ("from", "users_logs.date >= :value"),
        ("before", "users_logs.date < :value"),
    ],
    ..View::new("users_logs", "id", &[("users_logs", USER_COLUMNS)])
};

/// Logins to the panel.
pub static LOGINS: View = View {
    owner: Owner::Account("login_logs.user_id"),
    joins: "LEFT JOIN access_codes ON access_codes.id = login_logs.access_code
            LEFT JOIN users ON users.id = login_logs.user_id",
    ..View::new(
        "login_logs",
        "id",
        &[(
            "login_logs",
            &[
                text("code").is("access_codes.code"),
                text("username").is("users.username"),
            ],
        )],
    )
};

/// Requests of players that were refused.
pub static CLIENTS: View = View {
    owner: Owner::Line {
        line: "lines_logs.user_id",
        account: "lines.member_id",
    },
    joins: "LEFT JOIN lines ON lines.id = lines_logs.user_id LEFT JOIN streams ON streams.id = lines_logs.stream_id",
    filters: &[
        ("client status", "lines_logs.client_status = :value"),
        ("from", "lines_logs.date >= :value"),
        ("before", "lines_logs.date < :value"),
    ],
    ..View::new(
        "lines_logs",
        "id",
        &[(
            "lines_logs",
            &[
                text("username").is("lines.username"),
                text("stream_display_name").is("streams.stream_display_name"),
                int("type").is("streams.type"),
            ],
        )],
    )
};

/// Events sent to MAG devices.
pub static MAG_EVENTS: View = View {
    owner: Owner::Line {
        line: "mag_devices.user_id",
        account: "(SELECT member_id FROM lines WHERE lines.id = mag_devices.user_id)",
    },
    joins: "LEFT JOIN mag_devices ON mag_devices.mag_id = mag_events.mag_device_id",
    ..View::new(
        "mag_events",
        "id",
        &[("mag_events", &[text("mac").is("mag_devices.mac")])],
    )
};

/// Writes to the log of accounts that the caller created or changed a thing. `kind` and `action` are the
/// log's own values (`line`, `mag`; `new`, `edit`).
pub fn note(context: &Context<'_>, kind: &str, action: &str, id: i64) -> Result<()> {
    context
        .db
        .prepare_cached("INSERT INTO users_logs (owner, type, action, log_id, date) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute((context.caller.id(), kind, action, id, context.now))?;
    Ok(())
}
