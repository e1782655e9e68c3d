//! The sections of a seed document: the name of each, the table that it fills and its fields. Reading, export,
//! the JSON Schema, the page and the hints of errors all follow from here.
//!
//! A column that a section does not name is a field under its own name, with its type of `schema.sql`; so no
//! column can be forgotten, and an export is complete.

use super::section::{Child, Field, Key, Preset, Section, Shape, field, rows, section};
use crate::panel::lines::CREDENTIAL_LENGTH;
use crate::panel::rng::CREDENTIAL;

/// Length of what nobody types: the name and password of a device's hidden line.
const HIDDEN_LENGTH: usize = 32;

const STREAM_TYPES: &[(&str, i64)] = &[("live", 1), ("movie", 2), ("channel", 3), ("radio", 4), ("episode", 5)];
const CATEGORY_TYPES: &[&str] = &["live", "movie", "series", "radio"];

/// On which servers a stream is.
static STREAM_SERVERS: Section = Section {
    id: Some("server_stream_id"),
    fields: &[
        field("server", "server_id")
            .holds(Shape::One("servers"))
            .else_(Preset::Required),
        field("started", "stream_started"),
        field("status", "stream_status"),
    ],
    ..section(
        "servers",
        "streams_servers",
        Key::None,
        "Servers that the stream is on, the main one when it is left out.",
    )
};

static EPG_CHANNELS: Section = Section {
    fields: &[
        field("channel", "channel_id").else_(Preset::Required),
        field("languages", "langs").holds(Shape::Texts),
    ],
    ..section("channels", "epg_channels", Key::None, "Channels that the guide knows.")
};

static EPISODES: Section = Section {
    fields: &[
        field("season", "season_num").else_(Preset::Number(1)),
        field("episode", "episode_num").else_(Preset::Number(1)),
        field("stream", "stream_id")
            .holds(Shape::One("streams"))
            .else_(Preset::Required)
            .says("A stream of the type `episode`."),
    ],
    ..section(
        "episodes",
        "streams_episodes",
        Key::None,
        "Episodes, each of which is a stream.",
    )
};

/// The sections of a document, in the order in which they are filled.
pub static SECTIONS: &[Section] = &[
    Section {
        fields: &[
            field("name", "server_name").else_(Preset::Required).or("server"),
            field("ip", "server_ip"),
            field("domains", "domain_name").holds(Shape::Texts),
            field("parents", "parent_id").holds(Shape::Many("servers")),
            field("whitelist", "whitelist_ips").holds(Shape::Texts),
            field("checked", "last_check_ago").else_(Preset::Now),
        ],
        ..section("servers", "servers", Key::Named("server_name"), "Servers and proxies.")
    },
    Section {
        id: Some("group_id"),
        fields: &[
            field("name", "group_name").else_(Preset::Required).or("group"),
            field("pages", "allowed_pages").holds(Shape::Texts),
            field("subresellers", "subresellers").holds(Shape::Many("groups")),
        ],
        ..section(
            "groups",
            "users_groups",
            Key::Named("group_name"),
            "Groups of accounts, with their rights.",
        )
    },
    Section {
        fields: &[
            field("username", "username").else_(Preset::Required).or("account"),
            field("password", "password")
                .holds(Shape::Password)
                .says("Without one nobody can log in."),
            field("group", "member_group_id")
                .holds(Shape::One("groups"))
                .else_(Preset::Resellers),
            field("owner", "owner_id").holds(Shape::One("accounts")),
            field("registered", "date_registered").else_(Preset::Now),
        ],
        ..section(
            "accounts",
            "users",
            Key::Login("username"),
            "Administrators and resellers.",
        )
    },
    Section {
        fields: &[
            field("code", "code").else_(Preset::Required).or("access_code"),
            field("groups", "groups").holds(Shape::Many("groups")),
            field("whitelist", "whitelist").holds(Shape::Texts),
        ],
        ..section(
            "access_codes",
            "access_codes",
            Key::Unique("code"),
            "Access codes; type 3 opens the Admin API.",
        )
    },
    Section {
        fields: &[
            field("name", "category_name").else_(Preset::Required).or("category"),
            field("type", "category_type")
                .holds(Shape::OneOf(CATEGORY_TYPES))
                .else_(Preset::Text("live")),
            field("parent", "parent_id").holds(Shape::One("categories")),
            field("order", "cat_order"),
        ],
        ..section(
            "categories",
            "streams_categories",
            Key::Within("category_name", "category_type"),
            "Categories of streams and series.",
        )
    },
    Section {
        id: Some("profile_id"),
        fields: &[
            field("name", "profile_name")
                .else_(Preset::Required)
                .or("transcode_profile"),
            field("options", "profile_options"),
        ],
        ..section(
            "transcode_profiles",
            "profiles",
            Key::Named("profile_name"),
            "Transcode profiles.",
        )
    },
    Section {
        fields: &[
            field("name", "epg_name").else_(Preset::Required).or("epg"),
            field("file", "epg_file"),
        ],
        children: &[Child {
            section: &EPG_CHANNELS,
            parent: "epg_id",
        }],
        ..section("epgs", "epg", Key::Named("epg_name"), "Sources of the guide.")
    },
    Section {
        fields: &[
            field("name", "stream_display_name")
                .else_(Preset::Required)
                .or("stream"),
            field("type", "type")
                .holds(Shape::Numbered(STREAM_TYPES))
                .else_(Preset::Number(1)),
            field("category", "category_id").holds(Shape::Many("categories")),
            field("sources", "stream_source").holds(Shape::Texts),
            field("icon", "stream_icon"),
            field("container", "target_container"),
            field("epg", "epg_id").holds(Shape::One("epgs")),
            field("epg_channel", "channel_id"),
            field("transcode_profile", "transcode_profile_id").holds(Shape::One("transcode_profiles")),
            field("tv_archive_server", "tv_archive_server_id").holds(Shape::One("servers")),
            field("added", "added").else_(Preset::Now),
            field("updated", "updated").else_(Preset::Now),
        ],
        children: &[Child {
            section: &STREAM_SERVERS,
            parent: "stream_id",
        }],
        ..section(
            "streams",
            "streams",
            Key::Within("stream_display_name", "type"),
            "Live streams, created channels, radio stations, movies and episodes.",
        )
    },
    Section {
        fields: &[
            field("title", "title").else_(Preset::Required).or("series"),
            field("category", "category_id").holds(Shape::Many("categories")),
            field("last_modified", "last_modified").else_(Preset::Now),
            field("similar", "similar").holds(Shape::Many("series")),
        ],
        children: &[Child {
            section: &EPISODES,
            parent: "series_id",
        }],
        ..section(
            "series",
            "streams_series",
            Key::Named("title"),
            "Series with their episodes.",
        )
    },
    Section {
        fields: &[
            field("name", "bouquet_name").else_(Preset::Required).or("bouquet"),
            field("channels", "bouquet_channels")
                .holds(Shape::Many("streams"))
                .says("Live streams and created channels."),
            field("movies", "bouquet_movies").holds(Shape::Many("streams")),
            field("radios", "bouquet_radios").holds(Shape::Many("streams")),
            field("series", "bouquet_series").holds(Shape::Many("series")),
            field("order", "bouquet_order"),
        ],
        ..section(
            "bouquets",
            "bouquets",
            Key::Named("bouquet_name"),
            "Bouquets: what lines may watch.",
        )
    },
    Section {
        fields: &[
            field("name", "package_name").else_(Preset::Required).or("package"),
            field("groups", "groups").holds(Shape::Many("groups")),
            field("bouquets", "bouquets").holds(Shape::Many("bouquets")),
            field("addon_packages", "addon_packages").holds(Shape::Many("packages")),
            field("force_server", "force_server_id").holds(Shape::One("servers")),
        ],
        ..section(
            "packages",
            "users_packages",
            Key::Named("package_name"),
            "What resellers sell.",
        )
    },
    LINES,
    Section {
        id: Some("mag_id"),
        fields: &[
            field("mac", "mac").else_(Preset::Required).or("mag"),
            field("created", "created").else_(Preset::Now),
            field("line", "user_id").holds(Shape::One("lines")).says(HIDDEN_LINE),
        ],
        hidden: Some(("user_id", "is_mag")),
        ..section("mags", "mag_devices", Key::Unique("mac"), "MAG devices.")
    },
    Section {
        id: Some("device_id"),
        fields: &[
            field("mac", "mac").else_(Preset::Required).or("enigma"),
            field("line", "user_id").holds(Shape::One("lines")).says(HIDDEN_LINE),
        ],
        hidden: Some(("user_id", "is_e2")),
        ..section("enigmas", "enigma2_devices", Key::Unique("mac"), "Enigma2 devices.")
    },
    Section {
        fields: &[
            field("code", "code").else_(Preset::Required).or("activecode"),
            field("owner", "member_id").holds(Shape::One("accounts")),
            field("package", "package_id").holds(Shape::One("packages")),
            field("expires", "exp_date"),
            field("bouquets", "bouquet").holds(Shape::Many("bouquets")),
            field("allowed_ips", "allowed_ips").holds(Shape::Texts),
            field("created", "created_at").else_(Preset::Now),
        ],
        ..section("activecodes", "activecodes", Key::Unique("code"), "Active codes.")
    },
    Section {
        fields: &[
            field("ip", "ip").else_(Preset::Required),
            field("date", "date").else_(Preset::Now),
        ],
        ..section(
            "blocked_ips",
            "blocked_ips",
            Key::Unique("ip"),
            "Addresses that are not answered.",
        )
    },
    Section {
        fields: &[field("user_agent", "user_agent").else_(Preset::Required)],
        ..section(
            "blocked_uas",
            "blocked_uas",
            Key::Named("user_agent"),
            "Blocked user agents.",
        )
    },
    Section {
        fields: &[field("isp", "isp").else_(Preset::Required)],
        ..section("blocked_isps", "blocked_isps", Key::Named("isp"), "Blocked providers.")
    },
    Section {
        fields: &[field("ip", "ip").else_(Preset::Required)],
        ..section(
            "rtmp_ips",
            "rtmp_ips",
            Key::Unique("ip"),
            "Addresses that may push or pull RTMP.",
        )
    },
];

const HIDDEN_LINE: &str = "The id of a line that is there; without it the fields of a line make a hidden one.";

/// Lines of customers, and what a device's hidden line has beside the device.
pub const LINES: Section = Section {
    fields: &[
        field("username", "username").else_(Preset::Required).or("line"),
        field("password", "password").else_(Preset::Drawn(CREDENTIAL_LENGTH)),
        field("expires", "exp_date").says("`never` when left out."),
        field("owner", "member_id").holds(Shape::One("accounts")),
        field("bouquets", "bouquet").holds(Shape::Many("bouquets")),
        field("package", "package_id").holds(Shape::One("packages")),
        field("pair", "pair_id").holds(Shape::One("lines")),
        field("force_server", "force_server_id").holds(Shape::One("servers")),
        field("allowed_ips", "allowed_ips").holds(Shape::Texts),
        field("allowed_ua", "allowed_ua").holds(Shape::Texts),
        field("created", "created_at").else_(Preset::Now),
        field("updated", "updated").else_(Preset::Now),
    ],
    ..section("lines", "lines", Key::Login("username"), "Lines of customers.")
};

/// Fields of a hidden line that differ from those of a line that somebody types.
pub const HIDDEN: &[Field] = &[
    field("username", "username").else_(Preset::Drawn(HIDDEN_LENGTH)),
    field("password", "password").else_(Preset::Drawn(HIDDEN_LENGTH)),
    field("line_created", "created_at").else_(Preset::Now),
    field("line_updated", "updated").else_(Preset::Now),
];

/// Tables that have no section: `rows` fills them.
pub static ROWS: &[Section] = &[
    rows("users_credits_logs", Some("id")),
    rows("users_logs", Some("id")),
    rows("login_logs", Some("id")),
    rows("lines_logs", Some("id")),
    rows("lines_activity", Some("activity_id")),
    rows("lines_live", Some("activity_id")),
    rows("mag_events", Some("id")),
    rows("linecard_extra", None),
];

/// The alphabet of what [`Preset::Drawn`] draws.
pub const DRAWN: &[u8] = CREDENTIAL;

/// The section of this name.
pub fn find(name: &str) -> Option<&'static Section> {
    SECTIONS.iter().find(|section| section.name == name)
}
