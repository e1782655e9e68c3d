//! The answer to a login: `user_info` and `server_info` (contract "Player side", section 3).

use super::{Call, quote};
use crate::dialects::php::json::{self, Object};
use crate::panel::Result;
use crate::panel::subscription::{Ports, Standing};

/// The parts of the URL under which the client reached the panel (section 2, "Base URL").
pub struct BaseUrl {
    scheme: String,
    host: String,
    port: String,
}

impl BaseUrl {
    /// Splits a URL; one without a port has that of `socket`, the listener's URL, unless it has another scheme.
    pub fn parse(url: &str, socket: &str) -> BaseUrl {
        let (scheme, host, port) = split(url);
        let usual = if scheme == "https" { "443" } else { "80" };
        let (own_scheme, _, own_port) = split(socket);
        let own = own_port.filter(|_| own_scheme == scheme);
        BaseUrl {
            scheme: scheme.to_owned(),
            host: host.to_owned(),
            port: port.or(own).unwrap_or(usual).to_owned(),
        }
    }
}

/// Returns scheme, host and port of a URL.
fn split(url: &str) -> (&str, &str, Option<&str>) {
    let (scheme, rest) = url.split_once("://").unwrap_or(("http", url));
    let authority = rest.split('/').next().unwrap_or_default();
    // The colons of an IPv6 address stand in brackets.
    match authority.rsplit_once(':').filter(|(_, port)| !port.contains(']')) {
        Some((host, port)) => (scheme, host, Some(port)),
        None => (scheme, authority, None),
    }
}

/// Appends the answer of `player_api.php`.
pub fn print(call: &Call<'_>, out: &mut Vec<u8>) -> Result<()> {
    let ports = Ports::find(call.context)?;
    let mut object = Object::open(out);
    user(call, object.field("user_info"));
    let mut server = server(call, object.field("server_info"), ports);
    quote::number(server.field("rtmp_port"), ports.rtmp);
    let zone = call.context.zone();
    json::text(server.field("timezone"), zone.name());
    json::int(server.field("timestamp_now"), call.context.now);
    json::text(
        server.field("time_now"),
        &zone.stamp(call.context.now).unwrap_or_default(),
    );
    server.field("process").extend_from_slice(b"true");
    server.close();
    object.close();
    Ok(())
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
pub fn server<'o>(call: &Call<'_>, out: &'o mut Vec<u8>, ports: Ports) -> Object<'o> {
    let mut server = Object::open(out);
    json::text(server.field("url"), &call.base.host);
    json::text(server.field("port"), &call.base.port);
    quote::number(server.field("https_port"), ports.https);
    json::text(server.field("server_protocol"), &call.base.scheme);
    server
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_url_has_a_port() {
        let socket = "http://127.0.0.1:8080";
        for (url, scheme, host, port) in [
            ("http://127.0.0.1:8080", "http", "127.0.0.1", "8080"),
            ("http://panel.example", "http", "panel.example", "8080"),
            ("https://panel.example", "https", "panel.example", "443"),
            ("https://panel.example:8443/a/b", "https", "panel.example", "8443"),
            ("http://[::1]:81", "http", "[::1]", "81"),
            ("http://[::1]", "http", "[::1]", "8080"),
        ] {
            let base = BaseUrl::parse(url, socket);
            assert_eq!((&*base.scheme, &*base.host, &*base.port), (scheme, host, port), "{url}");
        }
    }
}
