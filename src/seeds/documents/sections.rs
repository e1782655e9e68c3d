//! The sections of a seed document: the name of each, its table and the names of its fields. Planting, export, the JSON
//! Schema, the page and the hints of errors are all derived from this table.
//!
//! A column that a section does not name is a field of the same name, with its type in `schema.sql`; so no
//! column is missing, and an export is complete.

use super::billing_sections::{CUSTOMERS, DEVICE_LIMIT, INVOICES, PRODUCTS, SUBSCRIPTIONS};
use super::section::{
    Beside, Child, DefaultValue, NameKey, Section, Shape, Special, child, plain, rows, section, special,
};
use crate::panel::fields::{Fields, stored, text_list};
use crate::panel::lines::CREDENTIAL_LENGTH;
use crate::panel::rng::CREDENTIAL;
use crate::panel::{
    access_codes, active_codes, blocklists, bouquets, catalogue, categories, devices, epg, groups, lines, packages,
    resellers, series, servers, transcode_profiles,
};

/// The length of name and password of a device's hidden line, which are never typed.
const HIDDEN_LENGTH: usize = 32;

const STREAM_TYPES: &[(&str, i64)] = &[("live", 1), ("movie", 2), ("channel", 3), ("radio", 4), ("episode", 5)];

/// The table of programmes; of its generations only the one that is shown is exported.
pub const GUIDE_TABLE: &str = "epg_data";

/// The table of registered devices.
pub const DEVICES_TABLE: &str = "linecard_devices";

/// The table of lines whose devices are counted.
pub const TRACKED_TABLE: &str = "linecard_tracked_lines";

// The columns of tables that belong to no noun.
static STREAMS_SERVERS: Fields = Fields::new("streams_servers", &[stored("server_id", "").refers("servers")]);
static STREAMS_EPISODES: Fields = Fields::new("streams_episodes", &[stored("stream_id", "").refers("streams")]);
static CHANNELS: Fields = Fields::new("epg_channels", &[text_list("langs", "")]);
static ENIGMAS: Fields = Fields::new("enigma2_devices", &[stored("user_id", "").refers("lines")]);

/// The servers of a stream.
#[rustfmt::skip]
static STREAM_SERVERS: Section = Section {
    id: Some("server_stream_id"),
    names: "server=server_id started=stream_started status=stream_status",
    special: &[special("server_id").default_to(DefaultValue::Required)],
    ..section("servers", &STREAMS_SERVERS, NameKey::None, "Servers that the stream is on, the main one when it is left out.")
};

#[rustfmt::skip]
static EPG_CHANNELS: Section = Section {
    names: "channel=channel_id languages=langs",
    special: &[special("channel_id").default_to(DefaultValue::Required)],
    ..section("channels", &CHANNELS, NameKey::None, "Channels that the guide knows.")
};

#[rustfmt::skip]
static EPG_IMPORTS: Section = Section {
    id: None,
    ..plain("imports", "epg_imports", NameKey::None, "The last import of the guide, one entry at most.")
};

#[rustfmt::skip]
static EPG_PROGRAMMES: Section = Section {
    names: "channel=channel_id start end title description language=lang generation",
    special: &[
        special("channel_id").default_to(DefaultValue::Required),
        special("start").default_to(DefaultValue::Required),
        special("end").default_to(DefaultValue::Required),
        special("generation").default_to(DefaultValue::Generation).describe("Others are not shown."),
    ],
    ..plain("programmes", GUIDE_TABLE, NameKey::None, "What is on.")
};

#[rustfmt::skip]
static EPISODES: Section = Section {
    names: "season=season_num episode=episode_num stream=stream_id",
    special: &[
        special("season_num").default_to(DefaultValue::Number(1)),
        special("episode_num").default_to(DefaultValue::Number(1)),
        special("stream_id").default_to(DefaultValue::Required).describe("A stream of the type `episode`."),
    ],
    ..section("episodes", &STREAMS_EPISODES, NameKey::None, "Episodes, each of which is a stream.")
};

/// A MAC address that is bound to the line is a device too: it is in `mags`.
#[rustfmt::skip]
static LINE_DEVICES: Section = Section {
    names: "device_id user_agent ip name first_seen last_seen",
    special: &[
        special("device_id").describe("What the device sends, or the next two."),
        special("first_seen").default_to(DefaultValue::Now),
    ],
    ..plain("devices", DEVICES_TABLE, NameKey::None, "Registered devices, by what they send or by user agent and address.")
};

/// The sections of a document, in the order in which they are filled.
#[rustfmt::skip]
pub static SECTIONS: &[Section] = &[
    Section {
        alias: Some("server"),
        names: "name=server_name ip=server_ip domains=domain_name parents=parent_id whitelist=whitelist_ips \
                checked=last_check_ago",
        ..section("servers", &servers::FIELDS, NameKey::Named("server_name"), "Servers and proxies.")
    },
    Section {
        id: Some("group_id"),
        alias: Some("group"),
        names: "name=group_name pages=allowed_pages subresellers",
        ..section("groups", &groups::FIELDS, NameKey::Named("group_name"), "Groups of accounts, with their rights.")
    },
    Section {
        alias: Some("account"),
        names: "username password group=member_group_id owner=owner_id registered=date_registered",
        special: &[
            special("password").shape(Shape::Password).describe("Without one nobody can log in."),
            special("member_group_id").default_to(DefaultValue::Resellers),
        ],
        ..section("accounts", &resellers::FIELDS, NameKey::Login("username"), "Administrators and resellers.")
    },
    Section {
        alias: Some("access_code"),
        names: "code groups whitelist",
        ..section("access_codes", &access_codes::FIELDS, NameKey::Unique("code"), "Access codes; type 3 opens the Admin API.")
    },
    Section {
        alias: Some("category"),
        names: "name=category_name type=category_type parent=parent_id order=cat_order",
        ..section("categories", &categories::FIELDS, NameKey::Within("category_name", "category_type"), "Categories of streams and series.")
    },
    Section {
        id: Some("profile_id"),
        alias: Some("transcode_profile"),
        names: "name=profile_name options=profile_options",
        ..section("transcode_profiles", &transcode_profiles::FIELDS, NameKey::Named("profile_name"), "Transcode profiles.")
    },
    Section {
        alias: Some("epg"),
        names: "name=epg_name file=epg_file",
        // The import before the programmes: it says of which generation they are.
        children: &[
            child(&EPG_CHANNELS, "epg_id"),
            child(&EPG_IMPORTS, "epg_id"),
            child(&EPG_PROGRAMMES, "epg_id"),
        ],
        ..section("epgs", &epg::FIELDS, NameKey::Named("epg_name"), "Sources of the guide.")
    },
    Section {
        alias: Some("stream"),
        names: "name=stream_display_name type category=category_id sources=stream_source icon=stream_icon \
                container=target_container epg=epg_id epg_channel=channel_id transcode_profile=transcode_profile_id \
                tv_archive_server=tv_archive_server_id added updated",
        special: &[special("type").shape(Shape::Numbered(STREAM_TYPES)).default_to(DefaultValue::Number(1))],
        children: &[child(&STREAM_SERVERS, "stream_id")],
        ..section("streams", &catalogue::FIELDS, NameKey::Within("stream_display_name", "type"), "Live streams, created channels, radio stations, movies and episodes.")
    },
    Section {
        alias: Some("series"),
        names: "title category=category_id last_modified similar",
        children: &[child(&EPISODES, "series_id")],
        ..section("series", &series::FIELDS, NameKey::Named("title"), "Series with their episodes.")
    },
    Section {
        alias: Some("bouquet"),
        names: "name=bouquet_name channels=bouquet_channels movies=bouquet_movies radios=bouquet_radios \
                series=bouquet_series order=bouquet_order",
        special: &[special("bouquet_channels").describe("Live streams and created channels.")],
        ..section("bouquets", &bouquets::FIELDS, NameKey::Named("bouquet_name"), "Bouquets: what lines may watch.")
    },
    Section {
        alias: Some("package"),
        names: "name=package_name groups bouquets addon_packages force_server=force_server_id",
        ..section("packages", &packages::FIELDS, NameKey::Named("package_name"), "What resellers sell.")
    },
    LINES,
    Section {
        id: Some("mag_id"),
        alias: Some("mag"),
        names: "mac created line=user_id",
        special: &[special("user_id").describe(HIDDEN_LINE)],
        hidden: Some(("user_id", "is_mag")),
        ..section("mags", &devices::FIELDS, NameKey::Unique("mac"), "MAG devices.")
    },
    Section {
        id: Some("device_id"),
        alias: Some("enigma"),
        names: "mac line=user_id",
        special: &[special("user_id").describe(HIDDEN_LINE)],
        hidden: Some(("user_id", "is_e2")),
        ..section("enigmas", &ENIGMAS, NameKey::Unique("mac"), "Enigma2 devices.")
    },
    Section {
        alias: Some("activecode"),
        names: "code owner=member_id package=package_id expires=exp_date bouquets=bouquet allowed_ips created=created_at",
        ..section("activecodes", &active_codes::FIELDS, NameKey::Login("code"), "Active codes.")
    },
    Section {
        names: "ip date",
        ..section("blocked_ips", &blocklists::IP_FIELDS, NameKey::Unique("ip"), "Addresses that are not answered.")
    },
    Section {
        names: "user_agent",
        ..section("blocked_uas", &blocklists::USER_AGENT_FIELDS, NameKey::Named("user_agent"), "Blocked user agents.")
    },
    Section {
        names: "isp",
        ..section("blocked_isps", &blocklists::ISP_FIELDS, NameKey::Named("isp"), "Blocked providers.")
    },
    Section {
        names: "ip",
        ..section("rtmp_ips", &blocklists::RTMP_FIELDS, NameKey::Unique("ip"), "Addresses that may push or pull RTMP.")
    },
    CUSTOMERS,
    PRODUCTS,
    SUBSCRIPTIONS,
    INVOICES,
    Section {
        fixed: Some(("kind", &["nxt"])),
        names: "name secret=hash permissions=scopes ttl created",
        special: &[
            NAME,
            SECRET,
            special("scopes")
                .shape(Shape::Texts)
                .default_to(DefaultValue::Text(
                    r#"["create_users","manage_subscriptions","view_packages","extend_modify_accounts"]"#,
                ))
                .describe("All when left out."),
            TTL,
            CREATED,
        ],
        ..plain("api_tokens", "linecard_secrets", NameKey::Unique("name"), "Tokens of the NXT API.")
    },
    Section {
        fixed: Some(("kind", &["billing", "named"])),
        names: "name secret=hash user=user_id tier scopes ttl created",
        special: &[
            NAME,
            SECRET,
            special("tier")
                .shape(Shape::OneOf(&["standard", "professional", "enterprise"]))
                .default_to(DefaultValue::Text("standard")),
            special("scopes")
                .shape(Shape::Texts)
                .default_to(DefaultValue::Text(
                    r#"["customers:read","customers:write","subscriptions:read","subscriptions:write","products:read","products:write","invoices:read","invoices:write"]"#,
                ))
                .describe("All when left out; of a named key `all`, `read` or `no_sql`."),
            special("user_id")
                .shape(Shape::One("accounts"))
                .describe("Makes it a named key, good where the `api_key` of this account is."),
            TTL,
            CREATED,
        ],
        ..plain("api_keys", "linecard_secrets", NameKey::Unique("name"), "Keys of the billing API, and named keys of accounts.")
    },
    Section {
        names: "url secret events active created",
        special: &[
            special("secret").shape(Shape::SigningSecret).default_to(DefaultValue::Required),
            special("events").shape(Shape::Events).describe("All when left out."),
            CREATED,
        ],
        ..plain("webhooks", "linecard_webhooks", NameKey::Named("url"), "Endpoints of webhooks.")
    },
];

// Those of a secret of either kind.
const NAME: Special = special("name").default_to(DefaultValue::Required);
const SECRET: Special = special("hash")
    .shape(Shape::Secret)
    .default_to(DefaultValue::Required)
    .describe("The secret, or `sha256:` with its hash.");
const TTL: Special = special("ttl").describe("Seconds from `created`; for ever when left out.");
const CREATED: Special = special("created").default_to(DefaultValue::Now);

const HIDDEN_LINE: &str = "The id of a line that is there; without it the fields of a line make a hidden one.";

/// The lines of customers; a device's hidden line has these fields too.
#[rustfmt::skip]
pub const LINES: Section = Section {
    alias: Some("line"),
    names: "username password expires=exp_date owner=member_id bouquets=bouquet package=package_id pair=pair_id \
            force_server=force_server_id allowed_ips allowed_ua created=created_at updated",
    special: &[
        special("password").default_to(DefaultValue::Random(CREDENTIAL_LENGTH)),
        special("exp_date").describe("`never` when left out."),
    ],
    beside: &[Beside {
        doc: "How many devices may register; devices are not counted when it is left out.",
        exported: Some("(SELECT device_limit FROM linecard_tracked_lines WHERE line_id = lines.id)"),
        ..DEVICE_LIMIT
    }],
    children: &[Child { only: Some("mag_id IS NULL"), ..child(&LINE_DEVICES, "line_id") }],
    ..section("lines", &lines::FIELDS, NameKey::Login("username"), "Lines of customers.")
};

/// The fields of a hidden line that differ from those of a customer's line.
#[rustfmt::skip]
pub const HIDDEN: Section = Section {
    names: "username password line_created=created_at line_updated=updated",
    special: &[
        special("username").default_to(DefaultValue::Random(HIDDEN_LENGTH)),
        special("password").default_to(DefaultValue::Random(HIDDEN_LENGTH)),
    ],
    ..section("", &lines::FIELDS, NameKey::None, "")
};

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
    // What the section of lines does not have: of hidden lines, and of MAC addresses that are bound to a line.
    rows(TRACKED_TABLE, None),
    rows(DEVICES_TABLE, Some("id")),
];

/// The characters of [`DefaultValue::Random`].
pub const RANDOM_ALPHABET: &[u8] = CREDENTIAL;

/// Returns the section of this name.
pub fn find(name: &str) -> Option<&'static Section> {
    SECTIONS.iter().find(|section| section.name == name)
}
