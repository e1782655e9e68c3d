//! Forms: the parameters of each create and edit (contract, section 7). Values are checked in the order of
//! the form. An action names the groups of parameters that it takes.

mod catalogue;

use std::sync::LazyLock;

use crate::dialects::xtream::params::Param;
use crate::panel::fields::FieldType;
use crate::panel::{categories, groups, packages, resellers, settings};
pub use catalogue::{CONTENT, CONTENT_NAME, EPISODE, FILE, IN_BOUQUETS, ON_AIR, PACKAGE, SERIES};

/// Largest 32-bit number.
const MOST: i64 = 2_147_483_647;
/// Smallest 32-bit number.
const LEAST: i64 = -2_147_483_648;
/// The limit of a text without a limit of its own.
const LONG: usize = usize::MAX;
/// Most characters of a username or password.
const NAME: usize = 255;

const fn text(name: &'static str, doc: &'static str) -> Param {
    Param::new(name, FieldType::Text(LONG), doc)
}
const fn flag(name: &'static str, doc: &'static str) -> Param {
    Param::new(name, FieldType::Flag, doc)
}
const fn int(name: &'static str, doc: &'static str) -> Param {
    Param::new(name, FieldType::Int(LEAST, MOST), doc)
}
/// A number that is not negative.
const fn count(name: &'static str, doc: &'static str) -> Param {
    Param::new(name, FieldType::Int(0, MOST), doc)
}
const fn texts(name: &'static str, doc: &'static str) -> Param {
    Param::new(name, FieldType::Texts, doc)
}
const fn port(name: &'static str, doc: &'static str) -> Param {
    Param::new(name, FieldType::Int(1, 65535), doc)
}

/// The id of the thing that is edited, read, deleted or switched.
pub static ID: Param = id();
/// The same with the id of a MAG device as its example.
pub static MAG_ID: Param = id().example("301");
/// The same of an Enigma2 device.
pub static ENIGMA_ID: Param = id().example("501");
/// The same of an account.
pub static USER_ID: Param = id().example("88");
/// The same of a live stream.
pub static STREAM_ID: Param = id().example("10");
/// The same of a created channel.
pub static CHANNEL_ID: Param = id().example("5");
/// The same of a movie.
pub static MOVIE_ID: Param = id().example("100");
/// The same of a radio station.
pub static STATION_ID: Param = id().example("20");
/// The same of an episode.
pub static EPISODE_ID: Param = id().example("200");

const fn id() -> Param {
    Param::new("id", FieldType::Text(LONG), "Which one: its id.").required()
}

/// `create_line`, `edit_line`.
pub static LINE: &[Param] = &[
    Param::new(
        "exp_date",
        FieldType::Date,
        "When the line expires: `YYYY-MM-DD`, with a time, or unix seconds.",
    )
    .required()
    .in_table("lines"),
    Param::new("username", FieldType::Text(NAME), "What the customer logs in with.")
        .kept_when_empty()
        .default("10 random characters"),
    Param::new("password", FieldType::Text(NAME), "The password beside it.")
        .kept_when_empty()
        .default("10 random characters"),
    Param::new(
        "bouquets_selected",
        FieldType::Ids,
        "Ids of the bouquets that the line may watch.",
    )
    .column("bouquet")
    .in_table("lines")
    .checked_early(),
    count("max_connections", "Connections at the same time; 0 is no limit.").in_table("lines"),
    count("member_id", "The reseller that the line belongs to.")
        .in_table("lines")
        .owner(),
    flag("is_restreamer", "The line may be restreamed.").in_table("lines"),
    flag("is_trial", "The line is a trial.").in_table("lines"),
    flag("is_isplock", "The line is bound to its internet provider.").in_table("lines"),
    texts(
        "allowed_ips",
        "Addresses that may use the line; an empty list admits all.",
    )
    .in_table("lines"),
    texts(
        "allowed_ua",
        "User agents that may use the line; an empty list admits all.",
    )
    .in_table("lines"),
    text("admin_notes", "Notes for administrators.").in_table("lines"),
    text("reseller_notes", "Notes that the reseller sees.").in_table("lines"),
    flag("enabled", "0 disables the line.").in_table("lines").by_value(),
    flag("admin_enabled", "0 bans the line.").in_table("lines").by_value(),
    flag("is_stalker", "The line is used through a portal.").in_table("lines"),
    flag("bypass_ua", "User agents are not checked.").in_table("lines"),
    Param::new(
        "access_output",
        FieldType::Formats,
        "Output formats: 1 HLS, 2 MPEG-TS, 3 RTMP; none listed means all.",
    )
    .column("allowed_outputs")
    .in_table("lines"),
    Param::new(
        "package_id",
        FieldType::Row(&packages::EXISTS),
        "The package that the line was sold as.",
    )
    .in_table("lines"),
    count("force_server_id", "The server that the line always watches from.").in_table("lines"),
    Param::new(
        "pair_id",
        FieldType::Row(&crate::panel::lines::EXISTS),
        "A line that this one is paired with.",
    )
    .in_table("lines"),
    Param::new(
        "forced_country",
        FieldType::Country,
        "Two letters of the only country the line may be used from.",
    )
    .in_table("lines"),
    text("contact", "How to reach the customer.").in_table("lines"),
];

/// Lines and devices: the last parameter of each.
pub static NO_EXPIRE: &[Param] = &[flag("no_expire", "1: it never expires, and `exp_date` is ignored.")
    .waives("exp_date")
    .default("0")];

/// MAG and Enigma2 devices; all parameters except the MAC and the lock belong to the hidden line.
pub static DEVICE: &[Param] = &[
    Param::new("mac", FieldType::Mac, "The MAC address of the box.")
        .required()
        .kept_when_empty(),
    Param::new(
        "exp_date",
        FieldType::Date,
        "When the device expires: `YYYY-MM-DD`, with a time, or unix seconds.",
    )
    .in_table("lines"),
    Param::new(
        "bouquets_selected",
        FieldType::Ids,
        "Ids of the bouquets that the device may watch.",
    )
    .column("bouquet")
    .in_table("lines")
    .checked_early(),
    count("max_connections", "Connections at the same time; 0 is no limit.").in_table("lines"),
    count("member_id", "The reseller that the device belongs to.")
        .in_table("lines")
        .owner(),
    flag("is_trial", "The device is a trial.").in_table("lines"),
    flag("is_isplock", "The device is bound to its internet provider.").in_table("lines"),
    flag("lock_device", "The device is bound to its hardware.").in_table("mag_devices"),
    flag("enabled", "0 disables the device.").in_table("lines").by_value(),
    flag("admin_enabled", "0 bans the device.").in_table("lines").by_value(),
    texts(
        "allowed_ips",
        "Addresses that may use the device; an empty list admits all.",
    )
    .in_table("lines"),
    text("admin_notes", "Notes for administrators.").in_table("lines"),
    text("reseller_notes", "Notes that the reseller sees.").in_table("lines"),
];

/// Additional parameters of MAG devices.
pub static MAG: &[Param] = &[text("stb_type", "The model of the box.").in_table("mag_devices")];

/// `create_user`, `edit_user`.
pub static USER: &[Param] = &[
    Param::new("username", FieldType::Text(NAME), "The name of the account.")
        .kept_when_empty()
        .default("10 random characters"),
    Param::new(
        "password",
        FieldType::Text(resellers::PASSWORD_MOST),
        "Its password; stored hashed, never shown.",
    )
    .kept_when_empty()
    .default("10 random characters"),
    text("email", "An email address.").in_table("users"),
    Param::new(
        "member_group_id",
        FieldType::Row(&groups::EXISTS),
        "The group of the account.",
    )
    .null_when_empty()
    .default("the built-in reseller group"),
    text("notes", "Internal notes.").in_table("users"),
    Param::new("credits", FieldType::Money, "The balance.").in_table("users"),
    count("owner_id", "The reseller above this one.").in_table("users"),
    flag("status", "0 disables the account.").in_table("users"),
    text("reseller_dns", "The host name that the reseller's customers use.").in_table("users"),
    Param::new(
        "api_key",
        FieldType::ApiKey,
        "32 hexadecimal digits, in the body beside the caller's key in the query; empty is no API access.",
    )
    .in_table("users"),
];

/// `edit_user`, additional.
pub static CREDITS_REASON: &[Param] =
    &[text("credits_reason", "What the credit log says of a changed balance.").default("''")];

/// `create_bouquet`, `edit_bouquet`.
pub static BOUQUET: &[Param] = &[
    text("bouquet_name", "The name of the bouquet.")
        .required()
        .refused_when_empty(),
    Param::new(
        "bouquet_data",
        FieldType::IdLists(&[
            ("stream", "bouquet_channels"),
            ("movies", "bouquet_movies"),
            ("radios", "bouquet_radios"),
            ("series", "bouquet_series"),
        ]),
        "All lists in one JSON object: `stream`, `movies`, `radios`, `series`.",
    )
    .default("{}"),
    Param::new(
        "bouquet_channels",
        FieldType::Ids,
        "Ids of live streams and created channels.",
    )
    .in_table("bouquets"),
    Param::new("bouquet_movies", FieldType::Ids, "Ids of movies.").in_table("bouquets"),
    Param::new("bouquet_radios", FieldType::Ids, "Ids of radio stations.").in_table("bouquets"),
    Param::new("bouquet_series", FieldType::Ids, "Ids of series.").in_table("bouquets"),
    int("bouquet_order", "Its place in the list.")
        .in_table("bouquets")
        .default("after the last"),
];

/// `create_group`, `edit_group`.
pub static GROUP: &[Param] = &[
    text("group_name", "The name of the group.")
        .required()
        .refused_when_empty(),
    flag("is_admin", "Its accounts are administrators.").in_table("users_groups"),
    flag("is_reseller", "Its accounts are resellers.").default("1"),
    flag("create_sub_resellers", "They may create sub-resellers.").in_table("users_groups"),
    flag("delete_users", "They may delete.").in_table("users_groups"),
    flag("allow_download", "They may download playlists.").in_table("users_groups"),
    flag(
        "allow_restrictions",
        "They may restrict lines to addresses and user agents.",
    )
    .in_table("users_groups"),
    flag("allow_change_bouquets", "They may choose bouquets.").in_table("users_groups"),
    flag("allow_change_username", "They may choose usernames.").in_table("users_groups"),
    flag("allow_change_password", "They may choose passwords.").in_table("users_groups"),
    flag("can_view_vod", "They see movies and series.").in_table("users_groups"),
    flag("reseller_client_connection_logs", "They see connections.").in_table("users_groups"),
    flag("enable_activecode", "They may make active codes.").in_table("users_groups"),
    flag("force_batch_code", "Active codes come in batches.").in_table("users_groups"),
    flag("generate_mass_trial", "They may make many trials at once.").in_table("users_groups"),
    int(
        "total_allowed_gen_trials",
        "Trials that an account may make in a period.",
    )
    .default("100000"),
    int("minimum_username_length", "Shortest username they may choose.").in_table("users_groups"),
    int("minimum_password_length", "Shortest password they may choose.").in_table("users_groups"),
    int("default_code_length", "Length of a generated active code.").in_table("users_groups"),
    int("min_code_length", "Shortest active code.").in_table("users_groups"),
    int("max_code_length", "Longest active code.").in_table("users_groups"),
    Param::new(
        "minimum_trial_credits",
        FieldType::Money,
        "Balance without which no trial is given.",
    )
    .in_table("users_groups")
    .default("1"),
    Param::new(
        "create_sub_resellers_price",
        FieldType::Money,
        "Price of a sub-reseller.",
    )
    .in_table("users_groups"),
    text(
        "total_allowed_gen_in",
        "The period of the trials: `hours`, `day`, `month`.",
    )
    .default("'month'"),
    text("notice_html", "What its accounts read when they log in.").in_table("users_groups"),
    Param::new(
        "permissions_selected",
        FieldType::JsonTexts,
        "Pages that its accounts see.",
    )
    .column("allowed_pages")
    .in_table("users_groups"),
    Param::new(
        "groups_selected",
        FieldType::Ids,
        "Groups that their sub-resellers may be in.",
    )
    .column("subresellers")
    .in_table("users_groups"),
    Param::new("packages_selected", FieldType::Ids, "Packages that its accounts sell.").default("unchanged"),
];

/// `create_category`, `edit_category`.
pub static CATEGORY: &[Param] = &[
    text("category_name", "The name of the category.")
        .required()
        .refused_when_empty(),
    Param::new(
        "category_type",
        FieldType::Choice(&categories::TYPES),
        "What it is for: `live`, `movie`, `series` or `radio`.",
    )
    .null_when_empty()
    .default("'live'"),
    int("parent_id", "The category above it.").in_table("streams_categories"),
    int("cat_order", "Its place in the list.").in_table("streams_categories"),
    flag("is_adult", "It is for adults.").in_table("streams_categories"),
];

/// `create_access_code`, `edit_access_code`.
pub static ACCESS_CODE: &[Param] = &[
    Param::new(
        "code",
        FieldType::Code,
        "The first segment of the API's path: 8 to 64 of `A-Z a-z 0-9 _ -`.",
    )
    .kept_when_empty()
    .default("10 random characters"),
    Param::new(
        "type",
        FieldType::Int(0, 6),
        "What it opens: 0 admin panel, 1 reseller panel, 2 MAG portal, 3 admin API, 4 reseller API, 5 newer MAG portal, 6 web player.",
    )
    .in_table("access_codes"),
    flag("enabled", "0 closes it.").in_table("access_codes"),
    Param::new("groups", FieldType::Ids, "Groups that it is for.").in_table("access_codes"),
    Param::new("whitelist", FieldType::Networks, "Addresses and networks that may use the code; an empty list admits all.")
        .in_table("access_codes"),
];

/// `create_epg`, `edit_epg`.
pub static EPG: &[Param] = &[
    text("epg_name", "The name of the source.")
        .refused_when_empty()
        .default("`EPG ` and the id"),
    text("epg_file", "An address, or the path of an XMLTV file on this machine.").in_table("epg"),
    Param::new("days_keep", FieldType::Int(1, MOST), "Days that programmes are kept.").in_table("epg"),
    int("offset", "Minutes that its times are shifted by.").in_table("epg"),
];

/// `create_transcode_profile`, `edit_transcode_profile`.
pub static PROFILE: &[Param] = &[
    text("profile_name", "The name of the profile.")
        .refused_when_empty()
        .default("`Profile ` and the id"),
    Param::new(
        "profile_options",
        FieldType::Object,
        "All options in one JSON object; an edit replaces them.",
    )
    .in_table("profiles"),
    option("gpu_device"),
    option("video_codec_cpu"),
    option("preset_cpu"),
    option("audio_codec"),
    option("video_bitrate"),
    option("audio_bitrate"),
    option("video_profile"),
    option("scaling"),
    option("aspect_ratio"),
    option("video_frame_rate"),
];

/// A single option of a transcode profile.
const fn option(name: &'static str) -> Param {
    text(name, "A single option, put into the options.").default("unchanged")
}

/// `add_blocked_ip`.
pub static BLOCKED_IP: &[Param] = &[
    Param::new("ip", FieldType::Network, "The address or network to block.").required(),
    text("notes", "Why.").in_table("blocked_ips"),
];

/// `add_blocked_ua`.
pub static BLOCKED_UA: &[Param] = &[
    text("ua", "The user agent to block.")
        .also("user_agent")
        .column("user_agent")
        .required(),
    flag(
        "exact_match",
        "1 blocks exactly this text, 0 every one that contains it.",
    )
    .in_table("blocked_uas"),
];

/// `add_blocked_isp`.
pub static BLOCKED_ISP: &[Param] = &[text("isp", "The internet provider to block.").required()];

/// `create_rtmp_ip`, `edit_rtmp_ip`.
pub static RTMP_IP: &[Param] = &[
    Param::new("ip", FieldType::Ip, "The address.")
        .required()
        .refused_when_empty(),
    text("password", "The password it uses.")
        .kept_when_empty()
        .default("16 random characters"),
    text("notes", "Notes.").in_table("rtmp_ips"),
    flag("push", "It may push.").in_table("rtmp_ips"),
    flag("pull", "It may pull.").in_table("rtmp_ips"),
];

/// `edit_server`.
pub static SERVER: &[Param] = &[
    text("server_name", "The name of the server.").refused_when_empty(),
    text("network_interface", "The interface whose traffic counts.").in_table("servers"),
    text(
        "geoip_type",
        "How strongly its countries bind: `low_priority`, `high_priority` or `strict`.",
    )
    .in_table("servers"),
    text("isp_type", "How strongly its providers bind.").in_table("servers"),
    Param::new("server_ip", FieldType::Ip, "Its public address.").in_table("servers"),
    Param::new("private_ip", FieldType::Ip, "Its address among the servers.").in_table("servers"),
    port("http_broadcast_port", "The port it streams on.").in_table("servers"),
    port("https_broadcast_port", "The port it streams on with TLS.").in_table("servers"),
    port("rtmp_port", "The port of RTMP.").in_table("servers"),
    texts("domain_name", "Its host names.").in_table("servers"),
    Param::new("http_ports_add", FieldType::Ports, "More ports it streams on.").in_table("servers"),
    Param::new(
        "https_ports_add",
        FieldType::Ports,
        "More ports it streams on with TLS.",
    )
    .in_table("servers"),
    texts("geoip_countries", "Countries that it serves.").in_table("servers"),
    texts("isp_names", "Providers that it serves.").in_table("servers"),
    texts("whitelist_ips", "Addresses that may call its API.").in_table("servers"),
    int("total_clients", "Connections that it carries.").in_table("servers"),
    int("network_guaranteed_speed", "Its line in Mbit/s.").in_table("servers"),
    int("order", "Its place in the list.").in_table("servers"),
    flag("enabled", "0 switches it off; the main server stays on.").in_table("servers"),
    flag("enable_geoip", "Its countries count.").in_table("servers"),
    flag("enable_isp", "Its providers count.").in_table("servers"),
    flag("timeshift_only", "It serves catch-up only.").in_table("servers"),
    Param::new(
        "http_broadcast_ports",
        FieldType::FirstPort("http_broadcast_port", "http_ports_add"),
        "All ports at once: the first is the main one.",
    ),
    Param::new(
        "https_broadcast_ports",
        FieldType::FirstPort("https_broadcast_port", "https_ports_add"),
        "All TLS ports at once: the first is the main one.",
    ),
];

/// `edit_proxy`, additional.
pub static PARENTS: &[Param] =
    &[Param::new("parent_id", FieldType::Ids, "Ids of the servers behind the proxy.").in_table("servers")];

/// `edit_settings`: the settings that APIs may change.
pub static SETTINGS: LazyLock<Vec<Param>> = LazyLock::new(|| {
    settings::open()
        .map(|setting| match setting.example {
            "" => text(setting.name, setting.doc),
            example => text(setting.name, setting.doc).example(example),
        })
        .collect()
});

/// `adjust_credits`.
pub static CREDITS: Param = Param::new("credits", FieldType::Money, "Credits to add; negative takes away.").required();
/// `adjust_credits`.
pub static REASON: Param = text("reason", "What the credit log says.").default("''");
/// `kill_connection`.
pub static ACTIVITY_ID: Param = Param::new(
    "activity_id",
    FieldType::Int(1, MOST),
    "Which one: its id in `live_connections`.",
)
.required()
.example("12345");
/// `kill_pid`.
pub static PID: Param = Param::new("pid", FieldType::Int(1, MOST), "The process id of a stream.")
    .required()
    .example("54321");
/// System operations.
pub static SERVER_ID: Param = text("server_id", "The server it is about.")
    .default("the main server")
    .example("1");
/// `get_server_stats`.
pub static STATS_SERVER_ID: Param = text("server_id", "The server it is about.")
    .default("all of them")
    .example("1");
/// `reload_epg`.
pub static EPG_ID: Param = text("id", "The source to read again.")
    .default("all of them")
    .example("1");
/// `mysql_query`.
pub static QUERY: Param = text("query", "The SQL statement.")
    .required()
    .example("SELECT id, username FROM lines");
