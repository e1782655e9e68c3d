//! Forms: the parameters of each create and edit (contract, section 7). Values are checked in the order of
//! the form. An action names the groups of parameters that it takes. What a parameter may be is the noun's: a group
//! says under which names its fields are taken.

use std::sync::LazyLock;

use crate::dialects::xtream::params::{Group, Param, group, id, names};
use crate::panel::fields::{Field, FieldType, Fields, LONG, MOST, flag, limited};
use crate::panel::{
    access_codes, blocklists, bouquets, catalogue, categories, devices, epg, groups, lines, packages, resellers,
    series, servers, settings, transcode_profiles,
};

const fn text(name: &'static str, doc: &'static str) -> Param {
    Param::of(limited(name, LONG, doc))
}

/// The id of a MAG device.
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

/// Parameters that are other spellings of a noun's fields.
#[rustfmt::skip]
static COMBINED: Fields = Fields::new("", &[
    flag("no_expire", "1: it never expires, and `exp_date` is ignored.").default("0"),
    Field::new("bouquet_data", FieldType::IdLists(&[
        ("stream", "bouquet_channels"),
        ("movies", "bouquet_movies"),
        ("radios", "bouquet_radios"),
        ("series", "bouquet_series"),
    ]), "All lists in one JSON object: `stream`, `movies`, `radios`, `series`.").default("{}"),
    Field::new("http_broadcast_ports", FieldType::FirstPort("http_broadcast_port", "http_ports_add"), "All ports at once: the first is the main one."),
    Field::new("https_broadcast_ports", FieldType::FirstPort("https_broadcast_port", "https_ports_add"), "All TLS ports at once: the first is the main one."),
]);

/// `create_line`, `edit_line`.
#[rustfmt::skip]
pub static LINE: Group = group(&lines::FIELDS, &[
    names("exp_date").required(),
    names("username password"),
    names("bouquets_selected").column("bouquet").checked_early(),
    names("max_connections"),
    names("member_id").owner(),
    names("is_restreamer is_trial is_isplock allowed_ips allowed_ua admin_notes reseller_notes"),
    names("enabled admin_enabled").by_value(),
    names("is_stalker bypass_ua"),
    names("access_output").column("allowed_outputs"),
    names("package_id force_server_id pair_id forced_country contact"),
]);

/// Lines and devices: the last parameter of each.
pub static NO_EXPIRE: Group = group(&COMBINED, &[names("no_expire").waives("exp_date")]);

/// MAG and Enigma2 devices; all parameters except the MAC and the lock belong to the hidden line.
#[rustfmt::skip]
pub static DEVICE: Group = group(&devices::FIELDS, &[
    names("mac").required(),
    names("exp_date"),
    names("bouquets_selected").column("bouquet").checked_early(),
    names("max_connections"),
    names("member_id").owner(),
    names("is_trial is_isplock lock_device"),
    names("enabled admin_enabled").by_value(),
    names("allowed_ips admin_notes reseller_notes"),
]);

/// Additional parameters of MAG devices.
pub static MAG: Group = group(&devices::FIELDS, &[names("stb_type")]);

/// `create_user`, `edit_user`.
#[rustfmt::skip]
pub static USER: Group = group(&resellers::FIELDS, &[names("username password email member_group_id notes credits owner_id status reseller_dns api_key")]);

/// `edit_user`, additional.
pub static CREDITS_REASON: Group = group(&resellers::FIELDS, &[names("credits_reason")]);

/// `create_bouquet`, `edit_bouquet`: the name.
pub static BOUQUET_NAME: Group = group(&bouquets::FIELDS, &[names("bouquet_name").required()]);
/// All lists at once, and then each by itself.
pub static BOUQUET_DATA: Group = group(&COMBINED, &[names("bouquet_data")]);
/// The lists, and the place.
#[rustfmt::skip]
pub static BOUQUET: Group = group(&bouquets::FIELDS, &[names("bouquet_channels bouquet_movies bouquet_radios bouquet_series bouquet_order")]);

/// `create_group`, `edit_group`.
#[rustfmt::skip]
pub static GROUP: Group = group(&groups::FIELDS, &[
    names("group_name").required(),
    names("is_admin is_reseller create_sub_resellers delete_users allow_download allow_restrictions \
           allow_change_bouquets allow_change_username allow_change_password can_view_vod \
           reseller_client_connection_logs enable_activecode force_batch_code generate_mass_trial \
           total_allowed_gen_trials minimum_username_length minimum_password_length default_code_length \
           min_code_length max_code_length minimum_trial_credits create_sub_resellers_price total_allowed_gen_in \
           notice_html"),
    names("permissions_selected").column("allowed_pages"),
    names("groups_selected").column("subresellers"),
    names("packages_selected"),
]);

/// `create_category`, `edit_category`.
#[rustfmt::skip]
pub static CATEGORY: Group = group(&categories::FIELDS, &[
    names("category_name").required(),
    names("category_type parent_id cat_order is_adult"),
]);

/// `create_access_code`, `edit_access_code`.
pub static ACCESS_CODE: Group = group(&access_codes::FIELDS, &[names("code type enabled groups whitelist")]);

/// `create_epg`, `edit_epg`.
pub static EPG: Group = group(&epg::FIELDS, &[names("epg_name epg_file days_keep offset")]);

/// `create_transcode_profile`, `edit_transcode_profile`.
#[rustfmt::skip]
pub static PROFILE: Group = group(&transcode_profiles::FIELDS, &[names("profile_name profile_options gpu_device video_codec_cpu preset_cpu audio_codec video_bitrate audio_bitrate \
           video_profile scaling aspect_ratio video_frame_rate")]);

/// `add_blocked_ip`.
pub static BLOCKED_IP: Group = group(&blocklists::IP_FIELDS, &[names("ip").required(), names("notes")]);

/// `add_blocked_ua`.
#[rustfmt::skip]
pub static BLOCKED_UA: Group = group(&blocklists::USER_AGENT_FIELDS, &[
    names("ua").also("user_agent").column("user_agent").required(),
    names("exact_match"),
]);

/// `add_blocked_isp`.
pub static BLOCKED_ISP: Group = group(&blocklists::ISP_FIELDS, &[names("isp").required()]);

/// `create_rtmp_ip`, `edit_rtmp_ip`.
#[rustfmt::skip]
pub static RTMP_IP: Group = group(&blocklists::RTMP_FIELDS, &[names("ip").required(), names("password notes push pull")]);

/// `edit_server`.
#[rustfmt::skip]
pub static SERVER: Group = group(&servers::FIELDS, &[names("server_name network_interface geoip_type isp_type server_ip private_ip http_broadcast_port \
           https_broadcast_port rtmp_port domain_name http_ports_add https_ports_add geoip_countries isp_names \
           whitelist_ips total_clients network_guaranteed_speed order enabled enable_geoip enable_isp timeshift_only")]);
/// All ports at once.
pub static SERVER_PORTS: Group = group(&COMBINED, &[names("http_broadcast_ports https_broadcast_ports")]);

/// `edit_proxy`, additional.
pub static PARENTS: Group = group(&servers::FIELDS, &[names("parent_id")]);

/// `create_package`, `edit_package`.
#[rustfmt::skip]
pub static PACKAGE: Group = group(&packages::FIELDS, &[
    names("package_name").required(),
    names("is_trial is_official is_addon trial_credits official_credits trial_duration trial_duration_in \
           official_duration official_duration_in groups bouquets addon_packages is_line is_mag is_e2 is_restreamer \
           is_isplock output_formats max_connections force_server_id forced_country lock_device check_compatible"),
]);

/// The name of content, which a new one must have unless it has a place in a series.
pub static CONTENT_NAME: Group = group(&catalogue::FIELDS, &[names("stream_display_name").required()]);

/// Content of every kind.
#[rustfmt::skip]
pub static CONTENT: Group = group(&catalogue::FIELDS, &[names("category_id stream_source stream_icon notes order direct_source transcode_profile_id servers")]);

/// Content that bouquets have.
pub static IN_BOUQUETS: Group = group(&catalogue::FIELDS, &[names("bouquets")]);

/// Live streams, created channels and stations.
#[rustfmt::skip]
pub static ON_AIR: Group = group(&catalogue::FIELDS, &[names("epg_id channel_id epg_lang on_demand tv_archive_duration custom_sid allow_record rtmp_output")]);

/// Movies and episodes.
#[rustfmt::skip]
pub static FILE: Group = group(&catalogue::FIELDS, &[names("target_container movie_properties tmdb_id year rating")]);

/// `create_episode`, `edit_episode`.
#[rustfmt::skip]
pub static EPISODE: Group = group(&catalogue::FIELDS, &[
    names("series").column("series_id").example("50").required(),
    names("season_num").required(),
    names("episode").column("episode_num").required(),
    names("stream_display_name"),
]);

/// `create_series`, `edit_series`.
#[rustfmt::skip]
pub static SERIES: Group = group(&series::FIELDS, &[
    names("title").required(),
    names("category_id cover cover_big genre plot cast director rating release_date tmdb_id episode_run_time \
           backdrop_path youtube_trailer year"),
]);

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
pub static CREDITS: Param = Param::of(Field::new(
    "credits",
    FieldType::Money,
    "Credits to add; negative takes away.",
))
.required();
/// `adjust_credits`.
pub static REASON: Param = text("reason", "What the credit log says.").default("''");
/// `kill_connection`.
pub static ACTIVITY_ID: Param = positive("activity_id", "Which one: its id in `live_connections`.").example("12345");
/// `kill_pid`.
pub static PID: Param = positive("pid", "The process id of a stream.").example("54321");

const fn positive(name: &'static str, doc: &'static str) -> Param {
    Param::of(Field::new(name, FieldType::Int(1, MOST), doc)).required()
}

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
