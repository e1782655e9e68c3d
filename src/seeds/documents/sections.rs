//! The sections of a seed document: the name of each, its table and its fields. Planting, export, the JSON
//! Schema, the page and the hints of errors are all derived from this table.
//!
//! A column that a section does not name is a field of the same name, with its type in `schema.sql`; so no
//! column is missing, and an export is complete.

use super::section::{Child, DefaultValue, Field, NameKey, Section, Shape, field, rows, section};
use crate::panel::lines::CREDENTIAL_LENGTH;
use crate::panel::rng::CREDENTIAL;

/// The length of name and password of a device's hidden line, which are never typed.
const HIDDEN_LENGTH: usize = 32;

const STREAM_TYPES: &[(&str, i64)] = &[("live", 1), ("movie", 2), ("channel", 3), ("radio", 4), ("episode", 5)];
const CATEGORY_TYPES: &[&str] = &["live", "movie", "series", "radio"];

/// The table of programmes; of its generations only the one that is shown is exported.
pub const GUIDE_TABLE: &str = "epg_data";

/// The servers of a stream.
static STREAM_SERVERS: Section = Section {
    id: Some("server_stream_id"),
    fields: &[
        field("server", "server_id")
            .shape(Shape::One("servers"))
            .default_to(DefaultValue::Required),
        field("started", "stream_started"),
        field("status", "stream_status"),
    ],
    ..section(
        "servers",
        "streams_servers",
        NameKey::None,
        "Servers that the stream is on, the main one when it is left out.",
    )
};

static EPG_CHANNELS: Section = Section {
    fields: &[
        field("channel", "channel_id").default_to(DefaultValue::Required),
        field("languages", "langs").shape(Shape::Texts),
    ],
    ..section(
        "channels",
        "epg_channels",
        NameKey::None,
        "Channels that the guide knows.",
    )
};

static EPG_IMPORTS: Section = Section {
    id: None,
    ..section(
        "imports",
        "epg_imports",
        NameKey::None,
        "The last import of the guide, one entry at most.",
    )
};

static EPG_PROGRAMMES: Section = Section {
    fields: &[
        field("channel", "channel_id").default_to(DefaultValue::Required),
        field("start", "start").default_to(DefaultValue::Required),
        field("end", "end").default_to(DefaultValue::Required),
        field("title", "title"),
        field("description", "description"),
        field("language", "lang"),
        field("generation", "generation")
            .default_to(DefaultValue::Generation)
            .describe("Others are not shown."),
    ],
    ..section("programmes", GUIDE_TABLE, NameKey::None, "What is on.")
};

static EPISODES: Section = Section {
    fields: &[
        field("season", "season_num").default_to(DefaultValue::Number(1)),
        field("episode", "episode_num").default_to(DefaultValue::Number(1)),
        field("stream", "stream_id")
            .shape(Shape::One("streams"))
            .default_to(DefaultValue::Required)
            .describe("A stream of the type `episode`."),
    ],
    ..section(
        "episodes",
        "streams_episodes",
        NameKey::None,
        "Episodes, each of which is a stream.",
    )
};

/// The sections of a document, in the order in which they are filled.
pub static SECTIONS: &[Section] = &[
    Section {
        fields: &[
            field("name", "server_name")
                .default_to(DefaultValue::Required)
                .alias("server"),
            field("ip", "server_ip"),
            field("domains", "domain_name").shape(Shape::Texts),
            field("parents", "parent_id").shape(Shape::Many("servers")),
            field("whitelist", "whitelist_ips").shape(Shape::Texts),
            field("checked", "last_check_ago").default_to(DefaultValue::Now),
        ],
        ..section(
            "servers",
            "servers",
            NameKey::Named("server_name"),
            "Servers and proxies.",
        )
    },
    Section {
        id: Some("group_id"),
        fields: &[
            field("name", "group_name")
                .default_to(DefaultValue::Required)
                .alias("group"),
            field("pages", "allowed_pages").shape(Shape::Texts),
            field("subresellers", "subresellers").shape(Shape::Many("groups")),
        ],
        ..section(
            "groups",
            "users_groups",
            NameKey::Named("group_name"),
            "Groups of accounts, with their rights.",
        )
    },
    Section {
        fields: &[
            field("username", "username")
                .default_to(DefaultValue::Required)
                .alias("account"),
            field("password", "password")
                .shape(Shape::Password)
                .describe("Without one nobody can log in."),
            field("group", "member_group_id")
                .shape(Shape::One("groups"))
                .default_to(DefaultValue::Resellers),
            field("owner", "owner_id").shape(Shape::One("accounts")),
            field("registered", "date_registered").default_to(DefaultValue::Now),
        ],
        ..section(
            "accounts",
            "users",
            NameKey::Login("username"),
            "Administrators and resellers.",
        )
    },
    Section {
        fields: &[
            field("code", "code")
                .default_to(DefaultValue::Required)
                .alias("access_code"),
            field("groups", "groups").shape(Shape::Many("groups")),
            field("whitelist", "whitelist").shape(Shape::Texts),
        ],
        ..section(
            "access_codes",
            "access_codes",
            NameKey::Unique("code"),
            "Access codes; type 3 opens the Admin API.",
        )
    },
    Section {
        fields: &[
            field("name", "category_name")
                .default_to(DefaultValue::Required)
                .alias("category"),
            field("type", "category_type")
                .shape(Shape::OneOf(CATEGORY_TYPES))
                .default_to(DefaultValue::Text("live")),
            field("parent", "parent_id").shape(Shape::One("categories")),
            field("order", "cat_order"),
        ],
        ..section(
            "categories",
            "streams_categories",
            NameKey::Within("category_name", "category_type"),
            "Categories of streams and series.",
        )
    },
    Section {
        id: Some("profile_id"),
        fields: &[
            field("name", "profile_name")
                .default_to(DefaultValue::Required)
                .alias("transcode_profile"),
            field("options", "profile_options"),
        ],
        ..section(
            "transcode_profiles",
            "profiles",
            NameKey::Named("profile_name"),
            "Transcode profiles.",
        )
    },
    Section {
        fields: &[
            field("name", "epg_name")
                .default_to(DefaultValue::Required)
                .alias("epg"),
            field("file", "epg_file"),
        ],
        // The import before the programmes: it says of which generation they are.
        children: &[
            Child {
                section: &EPG_CHANNELS,
                parent: "epg_id",
            },
            Child {
                section: &EPG_IMPORTS,
                parent: "epg_id",
            },
            Child {
                section: &EPG_PROGRAMMES,
                parent: "epg_id",
            },
        ],
        ..section("epgs", "epg", NameKey::Named("epg_name"), "Sources of the guide.")
    },
    Section {
        fields: &[
            field("name", "stream_display_name")
                .default_to(DefaultValue::Required)
                .alias("stream"),
            field("type", "type")
                .shape(Shape::Numbered(STREAM_TYPES))
                .default_to(DefaultValue::Number(1)),
            field("category", "category_id").shape(Shape::Many("categories")),
            field("sources", "stream_source").shape(Shape::Texts),
            field("icon", "stream_icon"),
            field("container", "target_container"),
            field("epg", "epg_id").shape(Shape::One("epgs")),
            field("epg_channel", "channel_id"),
            field("transcode_profile", "transcode_profile_id").shape(Shape::One("transcode_profiles")),
            field("tv_archive_server", "tv_archive_server_id").shape(Shape::One("servers")),
            field("added", "added").default_to(DefaultValue::Now),
            field("updated", "updated").default_to(DefaultValue::Now),
        ],
        children: &[Child {
            section: &STREAM_SERVERS,
            parent: "stream_id",
        }],
        ..section(
            "streams",
            "streams",
            NameKey::Within("stream_display_name", "type"),
            "Live streams, created channels, radio stations, movies and episodes.",
        )
    },
    Section {
        fields: &[
            field("title", "title")
                .default_to(DefaultValue::Required)
                .alias("series"),
            field("category", "category_id").shape(Shape::Many("categories")),
            field("last_modified", "last_modified").default_to(DefaultValue::Now),
            field("similar", "similar").shape(Shape::Many("series")),
        ],
        children: &[Child {
            section: &EPISODES,
            parent: "series_id",
        }],
        ..section(
            "series",
            "streams_series",
            NameKey::Named("title"),
            "Series with their episodes.",
        )
    },
    Section {
        fields: &[
            field("name", "bouquet_name")
                .default_to(DefaultValue::Required)
                .alias("bouquet"),
            field("channels", "bouquet_channels")
                .shape(Shape::Many("streams"))
                .describe("Live streams and created channels."),
            field("movies", "bouquet_movies").shape(Shape::Many("streams")),
            field("radios", "bouquet_radios").shape(Shape::Many("streams")),
            field("series", "bouquet_series").shape(Shape::Many("series")),
            field("order", "bouquet_order"),
        ],
        ..section(
            "bouquets",
            "bouquets",
            NameKey::Named("bouquet_name"),
            "Bouquets: what lines may watch.",
        )
    },
    Section {
        fields: &[
            field("name", "package_name")
                .default_to(DefaultValue::Required)
                .alias("package"),
            field("groups", "groups").shape(Shape::Many("groups")),
            field("bouquets", "bouquets").shape(Shape::Many("bouquets")),
            field("addon_packages", "addon_packages").shape(Shape::Many("packages")),
            field("force_server", "force_server_id").shape(Shape::One("servers")),
        ],
        ..section(
            "packages",
            "users_packages",
            NameKey::Named("package_name"),
            "What resellers sell.",
        )
    },
    LINES,
    Section {
        id: Some("mag_id"),
        fields: &[
            field("mac", "mac").default_to(DefaultValue::Required).alias("mag"),
            field("created", "created").default_to(DefaultValue::Now),
            field("line", "user_id")
                .shape(Shape::One("lines"))
                .describe(HIDDEN_LINE),
        ],
        hidden: Some(("user_id", "is_mag")),
        ..section("mags", "mag_devices", NameKey::Unique("mac"), "MAG devices.")
    },
    Section {
        id: Some("device_id"),
        fields: &[
            field("mac", "mac").default_to(DefaultValue::Required).alias("enigma"),
            field("line", "user_id")
                .shape(Shape::One("lines"))
                .describe(HIDDEN_LINE),
        ],
        hidden: Some(("user_id", "is_e2")),
        ..section("enigmas", "enigma2_devices", NameKey::Unique("mac"), "Enigma2 devices.")
    },
    Section {
        fields: &[
            field("code", "code")
                .default_to(DefaultValue::Required)
                .alias("activecode"),
            field("owner", "member_id").shape(Shape::One("accounts")),
            field("package", "package_id").shape(Shape::One("packages")),
            field("expires", "exp_date"),
            field("bouquets", "bouquet").shape(Shape::Many("bouquets")),
            field("allowed_ips", "allowed_ips").shape(Shape::Texts),
            field("created", "created_at").default_to(DefaultValue::Now),
        ],
        ..section("activecodes", "activecodes", NameKey::Unique("code"), "Active codes.")
    },
    Section {
        fields: &[
            field("ip", "ip").default_to(DefaultValue::Required),
            field("date", "date").default_to(DefaultValue::Now),
        ],
        ..section(
            "blocked_ips",
            "blocked_ips",
            NameKey::Unique("ip"),
            "Addresses that are not answered.",
        )
    },
    Section {
        fields: &[field("user_agent", "user_agent").default_to(DefaultValue::Required)],
        ..section(
            "blocked_uas",
            "blocked_uas",
            NameKey::Named("user_agent"),
            "Blocked user agents.",
        )
    },
    Section {
        fields: &[field("isp", "isp").default_to(DefaultValue::Required)],
        ..section(
            "blocked_isps",
            "blocked_isps",
            NameKey::Named("isp"),
            "Blocked providers.",
        )
    },
    Section {
        fields: &[field("ip", "ip").default_to(DefaultValue::Required)],
        ..section(
            "rtmp_ips",
            "rtmp_ips",
            NameKey::Unique("ip"),
            "Addresses that may push or pull RTMP.",
        )
    },
    Section {
        fixed: Some(("kind", "nxt")),
        fields: &[
            field("name", "name").default_to(DefaultValue::Required),
            SECRET,
            field("permissions", "scopes")
                .shape(Shape::Texts)
                .default_to(DefaultValue::Text(
                    r#"["create_users","manage_subscriptions","view_packages","extend_modify_accounts"]"#,
                ))
                .describe("All when left out."),
            TTL,
            field("created", "created").default_to(DefaultValue::Now),
        ],
        ..section("api_tokens", "linecard_secrets", NameKey::Unique("name"), "Tokens of the NXT API.")
    },
    Section {
        fixed: Some(("kind", "billing")),
        fields: &[
            field("name", "name").default_to(DefaultValue::Required),
            SECRET,
            field("tier", "tier")
                .shape(Shape::OneOf(&["standard", "professional", "enterprise"]))
                .default_to(DefaultValue::Text("standard")),
            field("scopes", "scopes")
                .shape(Shape::Texts)
                .default_to(DefaultValue::Text(
                    r#"["customers:read","customers:write","subscriptions:read","subscriptions:write","products:read","products:write","invoices:read","invoices:write"]"#,
                ))
                .describe("All when left out."),
            TTL,
            field("created", "created").default_to(DefaultValue::Now),
        ],
        ..section("api_keys", "linecard_secrets", NameKey::Unique("name"), "Keys of the billing API.")
    },
];

const SECRET: Field = field("secret", "hash")
    .shape(Shape::Secret)
    .default_to(DefaultValue::Required)
    .describe("The secret, or `sha256:` with its hash.");
const TTL: Field = field("ttl", "ttl").describe("Seconds from `created`; for ever when left out.");

const HIDDEN_LINE: &str = "The id of a line that is there; without it the fields of a line make a hidden one.";

/// The lines of customers; a device's hidden line has these fields too.
pub const LINES: Section = Section {
    fields: &[
        field("username", "username")
            .default_to(DefaultValue::Required)
            .alias("line"),
        field("password", "password").default_to(DefaultValue::Random(CREDENTIAL_LENGTH)),
        field("expires", "exp_date").describe("`never` when left out."),
        field("owner", "member_id").shape(Shape::One("accounts")),
        field("bouquets", "bouquet").shape(Shape::Many("bouquets")),
        field("package", "package_id").shape(Shape::One("packages")),
        field("pair", "pair_id").shape(Shape::One("lines")),
        field("force_server", "force_server_id").shape(Shape::One("servers")),
        field("allowed_ips", "allowed_ips").shape(Shape::Texts),
        field("allowed_ua", "allowed_ua").shape(Shape::Texts),
        field("created", "created_at").default_to(DefaultValue::Now),
        field("updated", "updated").default_to(DefaultValue::Now),
    ],
    ..section("lines", "lines", NameKey::Login("username"), "Lines of customers.")
};

/// The fields of a hidden line that differ from those of a customer's line.
pub const HIDDEN: &[Field] = &[
    field("username", "username").default_to(DefaultValue::Random(HIDDEN_LENGTH)),
    field("password", "password").default_to(DefaultValue::Random(HIDDEN_LENGTH)),
    field("line_created", "created_at").default_to(DefaultValue::Now),
    field("line_updated", "updated").default_to(DefaultValue::Now),
];

/// The tables without a section: `rows` fills them.
pub static ROWS: &[Section] = &[
    rows("users_credits_logs", Some("id")),
    rows("users_logs", Some("id")),
    rows("login_logs", Some("id")),
    rows("lines_logs", Some("id")),
    rows("lines_activity", Some("activity_id")),
    rows("lines_live", Some("activity_id")),
    rows("mag_events", Some("id")),
    rows("linecard_extra", None),
    rows("linecard_tracked_lines", None),
    rows("linecard_devices", Some("id")),
    rows("linecard_customers", Some("id")),
    rows("linecard_products", Some("id")),
    rows("linecard_subscriptions", Some("id")),
    rows("linecard_invoices", Some("id")),
];

/// The characters of [`DefaultValue::Random`].
pub const RANDOM_ALPHABET: &[u8] = CREDENTIAL;

/// Returns the section of this name.
pub fn find(name: &str) -> Option<&'static Section> {
    SECTIONS.iter().find(|section| section.name == name)
}
