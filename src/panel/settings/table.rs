//! The table of settings, in the order of their names: one row each, with the type of its value.

use std::marker::PhantomData;

use super::values::{
    AddressList, AnyText, ByteSize, Columns, ConnectionPolicy, Count, Countries, Days, Files, Flag, Folder, Form,
    Header, Hours, Limit, Millis, Networks, OneOf, Pace, ProfileNames, Seconds, Sources, Whole,
};
use super::{Setting, TakesEffect};
use crate::store::raw_sql::Allowed;

/// A setting whose values have a form, and so a type.
#[derive(Debug)]
pub struct Typed<F> {
    pub setting: Setting,
    form: PhantomData<fn() -> F>,
}

/// Declares settings: a constant of its type for each, and the table of all.
macro_rules! settings {
    ($($constant:ident: $form:ty = $name:literal, $default:literal, $doc:literal
        $(, $more:ident($($value:expr)?))*;)+) => {
        $(
            #[doc = $doc]
            pub const $constant: Typed<$form> = Typed::new($name, $default, $doc)$(.$more($($value)?))*;
        )+

        /// All settings (contracts "XC v2 API", sections 15 and 16, "Admin API", section 14, and "Player side",
        /// section 15).
        pub static SETTINGS: &[Setting] = &[$($constant.setting),+];
    };
}

#[rustfmt::skip] // A table: one row a line.
settings! {
    ALLOW_COUNTRIES: Countries = "allow_countries", "", "Countries that may watch, by their two letters, separated by commas; empty or ALL is every one, and a line with a forced country goes by that one.", example("GB,DE");
    API_IPS: AnyText = "api_ips", "", "Addresses that may call `api.php` beside this machine and the panel's servers, separated by commas without spaces.", guarding();
    API_PASS: AnyText = "api_pass", "", "What callers of `api.php` must send as `api_pass`; empty asks for nothing.", guarding();
    ARCHIVE_ROOT: Folder = "archive_root", "", "The folder with the recordings of streams for catch-up; empty is none.", guarding();
    AUDIT_DAYS: Days = "audit_days", "400", "How many days a row of the audit log is kept; 0 keeps no log.", guarding();
    BLOCK_HOSTING: Flag = "block_hosting", "0", "1: addresses of hosting networks may not watch, except on lines of restreamers.";
    BLOCKED_ASNS: Networks = "blocked_asns", "", "Numbers of networks that may not watch, separated by commas.", example("64500,64501");
    BRUTEFORCE_LIMIT: Limit = "bruteforce_limit", "0", "Different wrong usernames of one address within 300 s that block it; 0 is no limit.";
    CASE_SENSITIVE_LINE: Flag = "case_sensitive_line", "1", "1: `user`/`info` finds a line only by credentials of the same letter case.";
    CLIENT_PREBUFFER: Seconds<0, 10> = "client_prebuffer", "2", "How many seconds behind its source a live stream starts; 0 to 10.";
    CONNECTION_POLICY: OneOf<ConnectionPolicy> = "connection_policy", "refuse", "What happens at the connection limit of a line: refuse refuses the newcomer, kick_oldest closes an open connection.";
    CREATE_EXPIRATION: Seconds<1, 3_600> = "create_expiration", "5", "How many seconds the link of a stream can be opened; 1 to 3600.";
    DISABLE_TRIAL: Flag = "disable_trial", "0", "1: resellers cannot make trials.";
    DISALLOW_2ND_IP_CON: Flag = "disallow_2nd_ip_con", "0", "1: a line with an open connection may not watch from another address.";
    DISALLOW_2ND_IP_MAX: Count = "disallow_2nd_ip_max", "1", "The largest connection limit of lines that `disallow_2nd_ip_con` holds for.";
    DISALLOW_EMPTY_USER_AGENTS: Flag = "disallow_empty_user_agents", "0", "1: who sends no user agent may not watch.";
    EPG_MAX_BYTES: ByteSize<{ 1 << 20 }> = "epg_max_bytes", "2GiB", "The largest guide that is imported, inflated, from 1MiB.", guarding(), counts(TakesEffect::NextImport);
    EPG_MAX_TIME: Seconds<1, 86_400> = "epg_max_time", "900", "After how many seconds the import of a guide is given up; 1 to 86400.", guarding(), counts(TakesEffect::NextImport);
    FLOOD_LIMIT: Limit = "flood_limit", "0", "Refused stream requests in a row, each at most 2 s after the one before, that block an address; 0 is no limit.";
    GEOIP_FILES: Files = "geoip_files", "", "MMDB files that tell the country, provider and network of an address, separated by commas; empty is none.", guarding();
    HLS_SEGMENT_SECONDS: Seconds<1, 10> = "hls_segment_seconds", "10", "The length of HLS segments in seconds; 1 to 10.", counts(TakesEffect::NextStream);
    HLS_SEGMENTS: Whole<3, 20> = "hls_segments", "6", "How many segments an HLS playlist of a live stream has; 3 to 20.", counts(TakesEffect::NextStream);
    HLS_ZAP_REPLACES: Flag = "hls_zap_replaces", "1", "1: at the limit an HLS session of the same player is ended when the player opens another stream.";
    LIST_MEMORY: ByteSize<{ 1 << 20 }> = "list_memory", "32MiB", "Memory of the lists and playlists that are kept for the next who asks for them, from 1MiB.", guarding();
    MAG_SECURITY: Flag = "mag_security", "1", "1: `user_info` of a MAG's line carries `mag_invalid_token`.";
    MEDIA_MEMORY: ByteSize<{ 16 << 20 }> = "media_memory", "256MiB", "Memory of all streams together, from 16MiB.", guarding();
    MEDIA_ROOT: Folder = "media_root", "", "The folder beneath which the files of streams, movies and episodes lie; empty is none.", guarding();
    MYSQL_QUERY: OneOf<Allowed> = "mysql_query", "write", "What `mysql_query` may do: off, read or write.", guarding();
    NXT_DEVICE_CAP: Count = "nxt_device_cap", "0", "The most devices of a line that the NXT API registers, whatever its own limit; 0 is no cap.";
    NXT_MAINTENANCE: Flag = "nxt_maintenance", "0", "1: the NXT API is under maintenance and answers its status alone.";
    ON_AIR_TIMEOUT: Seconds<1, 60> = "on_air_timeout", "10", "How many seconds a viewer waits for the first picture; 1 to 60.";
    PLAIN_API_KEYS: Flag = "plain_api_keys", "1", "0: the `api_key` of an account opens nothing; only named keys do.", guarding();
    PLAYER_CONTENT_TYPE: Header = "player_content_type", "application/json", "`Content-Type` of the answers of `player_api.php` and `panel_api.php`.";
    PLAYER_MESSAGE: AnyText = "player_message", "", "What the login of an active line says to its customer.";
    PROFILE: ProfileNames = "profile", "", "Quirk profiles that are active, separated by commas; docs/profiles.md lists them.";
    RESTRICT_PLAYLISTS: Flag = "restrict_playlists", "1", "1: playlists and guides are refused to whoever may not watch from where, and with what, they are asked for.";
    RESTRICT_SAME_IP: Flag = "restrict_same_ip", "1", "1: the link of a stream opens only for the address that it was given to.";
    SOURCES: OneOf<Sources> = "sources", "real", "What streams play: real plays their sources, test the test source in place of each (the default of a test's panel).", in_tests("test"), counts(TakesEffect::NextStream);
    STREAM_LINGER: Seconds<0, 3_600> = "stream_linger", "10", "How many seconds a source stays open after its last viewer; 0 to 3600.", counts(TakesEffect::NextStream);
    STREAM_PACE: OneOf<Pace> = "stream_pace", "wall", "How the test source runs: wall by the host's time, clock by the panel's clock, free as fast as it is read.", counts(TakesEffect::NextStream);
    STREAM_REDIRECT: Flag = "stream_redirect", "1", "1: a stream request is answered with a link to the data; 0: with the data.";
    UPSTREAM_ALLOW: AddressList = "upstream_allow", "", "Private addresses and networks that sources and guides may be fetched from, separated by commas.", guarding(), counts(TakesEffect::NextFetch);
    UPSTREAM_PRIVATE: Flag = "upstream_private", "0", "1: sources and guides may be fetched from every private address (the default of a test's panel).", guarding(), in_tests("1"), counts(TakesEffect::NextFetch);
    UPSTREAM_USER_AGENT: Header = "upstream_user_agent", "Linecard", "`User-Agent` of requests for sources and guides.", counts(TakesEffect::NextFetch);
    UPSTREAM_VERIFY_TLS: Flag = "upstream_verify_tls", "1", "0: sources and guides are fetched from hosts with any certificate.", guarding(), counts(TakesEffect::NextFetch);
    USER_AUTO_KICK_HOURS: Hours<0, 8_760> = "user_auto_kick_hours", "3", "After how many hours a connection is ended; 0 is never.", counts(TakesEffect::AtOnce);
    V2_CONTENT_TYPE: Header = "v2_content_type", "text/html; charset=UTF-8", "`Content-Type` of the answers of `api.php`.";
    V2_EXTRA_COLUMNS: Columns = "v2_extra_columns", "", "Names of further text columns of lines that `user_data` takes and `user_info` shows, separated by commas.";
    V2_RATE_LIMIT: Count = "v2_rate_limit", "0", "Requests that one address may send to `api.php` in a second; 0 is no limit.";
    WEBHOOK_HTTP: Flag = "webhook_http", "0", "1: endpoints of webhooks may have http URLs (the default of a test's panel).", guarding(), in_tests("1");
    WEBHOOK_PRIVATE_TARGETS: Flag = "webhook_private_targets", "0", "1: endpoints of webhooks may be on loopback, private and link-local addresses (the default of a test's panel).", guarding(), in_tests("1");
    WRONG_SECRETS: Limit = "wrong_secrets", "10", "Wrong keys, passwords and tokens that one address may send in a minute before it is refused; 0 is no limit.", guarding();
    ZAP_GRACE: Millis<0, 10_000> = "zap_grace", "300", "How many milliseconds a player that changes channel at the limit waits for its other stream to end; 0 to 10000.";
}

impl<F: Form> Typed<F> {
    /// A setting that does not guard the panel.
    const fn new(name: &'static str, default: &'static str, doc: &'static str) -> Typed<F> {
        Typed {
            setting: Setting {
                name,
                default,
                test_default: None,
                example: default,
                doc,
                effect: TakesEffect::NextRequest,
                guards: false,
                check: F::check,
            },
            form: PhantomData,
        }
    }

    /// Marks it as one that guards the panel or its host.
    const fn guarding(mut self) -> Typed<F> {
        self.setting.guards = true;
        self
    }

    /// Says from when on a change counts, where that is not the next request.
    const fn counts(mut self, effect: TakesEffect) -> Typed<F> {
        self.setting.effect = effect;
        self
    }

    /// Gives it another example than its default.
    const fn example(mut self, example: &'static str) -> Typed<F> {
        self.setting.example = example;
        self
    }

    /// Gives it another default in a panel for tests.
    const fn in_tests(mut self, default: &'static str) -> Typed<F> {
        self.setting.test_default = Some(default);
        self
    }
}
