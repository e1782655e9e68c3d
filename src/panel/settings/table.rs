//! The table of settings, in the order of their names.

use super::Setting;
use super::values::{
    addresses, allowed, anything, byte_size, columns, count, countries, days, flag, folder, header, limit, networks,
    one_of_pace, one_of_policy, one_of_source, profiles, whole,
};

/// All settings (contracts "XC v2 API", sections 15 and 16, "Admin API", section 14, and "Player side", section 15).
#[rustfmt::skip]
pub static SETTINGS: &[Setting] = &[
    row("allow_countries", "", "Countries that may watch, by their two letters, separated by commas; empty or ALL is every one, and a line with a forced country goes by that one.", countries).example("GB,DE"),
    row("api_ips", "", "Addresses that may call `api.php` beside this machine and the panel's servers, separated by commas without spaces.", anything).guarding(),
    row("api_pass", "", "What callers of `api.php` must send as `api_pass`; empty asks for nothing.", anything).guarding(),
    row("archive_root", "", "The folder with the recordings of streams for catch-up; empty is none.", folder).guarding(),
    row("audit_days", "400", "How many days a row of the audit log is kept; 0 keeps no log.", days).guarding(),
    row("block_hosting", "0", "1: addresses of hosting networks may not watch, except on lines of restreamers.", flag),
    row("blocked_asns", "", "Numbers of networks that may not watch, separated by commas.", networks).example("64500,64501"),
    row("bruteforce_limit", "0", "Different wrong usernames of one address within 300 s that block it; 0 is no limit.", limit),
    row("case_sensitive_line", "1", "1: `user`/`info` finds a line only by credentials of the same letter case.", flag),
    row("client_prebuffer", "2", "How many seconds behind its source a live stream starts; 0 to 10.", |value| whole(value, 0, 10, "a whole number from 0 to 10")),
    row("connection_policy", "refuse", "What happens at the connection limit of a line: refuse refuses the newcomer, kick_oldest closes an open connection.", one_of_policy),
    row("create_expiration", "5", "How many seconds the link of a stream can be opened; 1 to 3600.", |value| whole(value, 1, 3_600, "a whole number from 1 to 3600")),
    row("disallow_2nd_ip_con", "0", "1: a line with an open connection may not watch from another address.", flag),
    row("disallow_2nd_ip_max", "1", "The largest connection limit of lines that `disallow_2nd_ip_con` holds for.", count),
    row("disallow_empty_user_agents", "0", "1: who sends no user agent may not watch.", flag),
    row("epg_max_bytes", "2GiB", "The largest guide that is imported, inflated, from 1MiB.", |value| byte_size(value, 1 << 20)).guarding(),
    row("epg_max_time", "900", "After how many seconds the import of a guide is given up; 1 to 86400.", |value| whole(value, 1, 86_400, "a whole number from 1 to 86400")).guarding(),
    row("flood_limit", "0", "Refused stream requests in a row, each at most 2 s after the one before, that block an address; 0 is no limit.", limit),
    row("geoip_files", "", "MMDB files that tell the country, provider and network of an address, separated by commas; empty is none.", anything).guarding(),
    row("hls_segment_seconds", "10", "The length of HLS segments in seconds; 1 to 10.", |value| whole(value, 1, 10, "a whole number from 1 to 10")),
    row("hls_segments", "6", "How many segments an HLS playlist of a live stream has; 3 to 20.", |value| whole(value, 3, 20, "a whole number from 3 to 20")),
    row("hls_zap_replaces", "1", "1: at the limit an HLS session of the same player is ended when the player opens another stream.", flag),
    row("list_memory", "32MiB", "Memory of the lists and playlists that are kept for the next who asks for them, from 1MiB.", |value| byte_size(value, 1 << 20)).guarding(),
    row("mag_security", "1", "1: `user_info` of a MAG's line carries `mag_invalid_token`.", flag),
    row("media_memory", "256MiB", "Memory of all streams together, from 16MiB.", |value| byte_size(value, 16 << 20)).guarding(),
    row("media_root", "", "The folder beneath which the files of streams, movies and episodes lie; empty is none.", folder).guarding(),
    row("mysql_query", "write", "What `mysql_query` may do: off, read or write.", allowed).guarding(),
    row("nxt_device_cap", "0", "The most devices of a line that the NXT API registers, whatever its own limit; 0 is no cap.", count),
    row("nxt_maintenance", "0", "1: the NXT API is under maintenance and answers its status alone.", flag),
    row("on_air_timeout", "10", "How many seconds a viewer waits for the first picture; 1 to 60.", |value| whole(value, 1, 60, "a whole number from 1 to 60")),
    row("plain_api_keys", "1", "0: the `api_key` of an account opens nothing; only named keys do.", flag).guarding(),
    row("player_content_type", "application/json", "`Content-Type` of the answers of `player_api.php` and `panel_api.php`.", header),
    row("player_message", "", "What the login of an active line says to its customer.", anything),
    row("profile", "", "Quirk profiles that are active, separated by commas; docs/profiles.md lists them.", profiles),
    row("restrict_playlists", "1", "1: playlists and guides are refused to whoever may not watch from where, and with what, they are asked for.", flag),
    row("restrict_same_ip", "1", "1: the link of a stream opens only for the address that it was given to.", flag),
    row("sources", "real", "What streams play: real plays their sources, test the test source in place of each (the default of a test's panel).", one_of_source).in_tests("test"),
    row("stream_linger", "10", "How many seconds a source stays open after its last viewer; 0 to 3600.", |value| whole(value, 0, 3_600, "a whole number from 0 to 3600")),
    row("stream_pace", "wall", "How the test source runs: wall by the host's time, clock by the panel's clock, free as fast as it is read.", one_of_pace),
    row("stream_redirect", "1", "1: a stream request is answered with a link to the data; 0: with the data.", flag),
    row("upstream_allow", "", "Private addresses and networks that sources and guides may be fetched from, separated by commas.", addresses).guarding(),
    row("upstream_private", "0", "1: sources and guides may be fetched from every private address (the default of a test's panel).", flag).guarding().in_tests("1"),
    row("upstream_user_agent", "Linecard", "`User-Agent` of requests for sources and guides.", header),
    row("upstream_verify_tls", "1", "0: sources and guides are fetched from hosts with any certificate.", flag).guarding(),
    row("user_auto_kick_hours", "3", "After how many hours a connection is ended; 0 is never.", |value| whole(value, 0, 8_760, "a whole number from 0 to 8760")),
    row("v2_content_type", "text/html; charset=UTF-8", "`Content-Type` of the answers of `api.php`.", header),
    row("v2_extra_columns", "", "Names of further text columns of lines that `user_data` takes and `user_info` shows, separated by commas.", columns),
    row("v2_rate_limit", "0", "Requests that one address may send to `api.php` in a second; 0 is no limit.", count),
    row("webhook_http", "0", "1: endpoints of webhooks may have http URLs (the default of a test's panel).", flag).guarding().in_tests("1"),
    row("webhook_private_targets", "0", "1: endpoints of webhooks may be on loopback, private and link-local addresses (the default of a test's panel).", flag).guarding().in_tests("1"),
    row("wrong_secrets", "10", "Wrong keys, passwords and tokens that one address may send in a minute before it is refused; 0 is no limit.", limit).guarding(),
    row("zap_grace", "300", "How many milliseconds a player that changes channel at the limit waits for its other stream to end; 0 to 10000.", |value| whole(value, 0, 10_000, "a whole number from 0 to 10000")),
];

/// A setting that does not guard the panel.
const fn row(name: &'static str, default: &'static str, doc: &'static str, check: super::values::Check) -> Setting {
    Setting {
        name,
        default,
        test_default: None,
        example: default,
        doc,
        guards: false,
        check,
    }
}

impl Setting {
    /// Marks it as one that guards the panel or its host.
    const fn guarding(self) -> Setting {
        Setting { guards: true, ..self }
    }

    /// Gives it another example than its default.
    const fn example(self, example: &'static str) -> Setting {
        Setting { example, ..self }
    }

    /// Gives it another default in a panel for tests.
    const fn in_tests(self, default: &'static str) -> Setting {
        Setting {
            test_default: Some(default),
            ..self
        }
    }
}
