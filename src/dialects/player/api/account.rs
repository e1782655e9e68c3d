//! The answer to a login: `user_info` and `server_info` (contract "Player side", section 3).

use super::{Call, quote};
use crate::dialects::php::json::{self, Object};
use crate::panel::subscription::Standing;

/// What the profile `xui` says that it is.
const XUI_VERSION: &str = "1.5.5";
const XUI_REVISION: i64 = 2;

/// Appends the answer of `player_api.php`.
pub fn print(call: &Call<'_>, out: &mut Vec<u8>) {
    let mut object = Object::open(out);
    user(call, object.field("user_info"));
    let mut server = server(call, object.field("server_info"));
    quote::number(server.field("rtmp_port"), call.ports.rtmp);
    let zone = call.context.zone();
    let is_xui = call.quirks.is_xui;
    if !is_xui {
        json::text(server.field("timezone"), zone.name());
    }
    json::int(server.field("timestamp_now"), call.context.now);
    json::text(
        server.field("time_now"),
        &zone.stamp(call.context.now).unwrap_or_default(),
    );
    if is_xui {
        json::text(server.field("timezone"), zone.name());
    }
    server.field("process").extend_from_slice(b"true");
    server.close();
    object.close();
}

/// Appends `user_info`.
pub fn user(call: &Call<'_>, out: &mut Vec<u8>) {
    let line = call.line;
    let message = match line.standing {
        Standing::Active => call.settings.player_message.as_str(),
        Standing::Expired => "Authentication failed",
        Standing::Disabled | Standing::Banned => "Account disabled",
    };
    let mut user = Object::open(out);
    json::text(user.field("username"), &line.username);
    json::text(user.field("password"), &line.password);
    json::text(user.field("message"), message);
    json::int(user.field("auth"), 1);
    json::text(user.field("status"), line.standing.word());
    match line.expires {
        Some(unix) => quote::number(user.field("exp_date"), unix),
        None => user.field("exp_date").extend_from_slice(b"null"),
    }
    quote::flag(user.field("is_trial"), line.is_trial);
    quote::number(user.field("active_cons"), line.connections);
    quote::number(user.field("created_at"), line.created);
    quote::number(user.field("max_connections"), line.max_connections);
    json::list(user.field("allowed_output_formats"), line.formats(), json::text);
    user.close();
}

/// Begins `server_info` with the members that both pages have.
pub fn server<'o>(call: &Call<'_>, out: &'o mut Vec<u8>) -> Object<'o> {
    let mut server = Object::open(out);
    if call.quirks.is_xui {
        server.field("xui").extend_from_slice(b"true");
        json::text(server.field("version"), XUI_VERSION);
        json::int(server.field("revision"), XUI_REVISION);
    }
    json::text(server.field("url"), &call.base.host);
    json::text(server.field("port"), &call.base.port);
    quote::number(server.field("https_port"), call.ports.https);
    json::text(server.field("server_protocol"), &call.base.scheme);
    server
}
