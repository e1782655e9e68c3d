//! The shapes of the Admin API's answers: one constant for each, named by the actions that show it.

use super::xui;
use crate::dialects::xtream::shape::Shape;
use crate::panel::{
    access_codes, blocklists, bouquets, categories, content, devices, epg, groups, lines, logs, packages, resellers,
    servers, transcode_profiles,
};

const LINE_KEYS: &str = "id username password exp_date max_connections is_trial is_isplock is_restreamer enabled \
     admin_enabled allowed_ips allowed_ua admin_notes reseller_notes bouquets member_id created_at";
/// Additional keys of lines and devices in lists.
const ROW_KEYS: &str = "owner_name active_connections stream_id stream_display_name last_active";
const DEVICE_KEYS: &str = "user_id mac exp_date max_connections is_trial is_isplock enabled admin_enabled allowed_ips \
     admin_notes reseller_notes bouquets member_id";
const USER_KEYS: &str = "id username email member_group_id credits status created_at";
const PACKAGE_KEYS: &str = "id package_name credits:cents duration_months is_trial is_official groups";
const VOD_KEYS: &str = "target_container year rating tmdb_id movie_properties notes direct_source transcode_profile_id added \
     server_id server_name stream_status pid clients";

/// `user_info`: the key's owner and the panel's totals.
pub static USER_INFO: Shape = Shape::both(
    &resellers::VIEW,
    &["id username email status server_name total_lines total_resellers created_at"],
    &xui::USER_INFO,
);

/// `get_packages`.
pub static PACKAGE_ROW: Shape = Shape::new(&packages::VIEW, &[PACKAGE_KEYS]);
/// `get_package`.
pub static PACKAGE: Shape = Shape::new(
    &packages::VIEW,
    &[
        PACKAGE_KEYS,
        "trial_credits:cents official_credits:cents trial_duration trial_duration_in official_duration \
         official_duration_in bouquets max_connections is_line is_mag is_e2 is_restreamer is_isplock output_formats \
         force_server_id forced_country lock_device check_compatible",
    ],
);

/// `create_line`.
pub static LINE_CREATED: Shape = Shape::new(
    &lines::VIEW,
    &["id username password exp_date max_connections is_trial status admin_notes created_at"],
);
/// `get_line`, `edit_line`, converted devices.
pub static LINE: Shape = Shape::new(&lines::VIEW, &[LINE_KEYS]);
/// `get_lines`.
pub static LINE_ROW: Shape = Shape::both(&lines::VIEW, &[LINE_KEYS, ROW_KEYS], &xui::LINE_ROW);

/// A MAG device.
pub static MAG: Shape = Shape::both(
    &devices::MAG,
    &["id mag_id", DEVICE_KEYS, "stb_type lock_device created_at"],
    &xui::MAG,
);
/// `get_mags`.
pub static MAG_ROW: Shape = Shape::both(
    &devices::MAG,
    &["id mag_id", DEVICE_KEYS, "stb_type lock_device created_at", ROW_KEYS],
    &xui::MAG_ROW,
);
/// An Enigma2 device.
pub static ENIGMA: Shape = Shape::both(
    &devices::ENIGMA,
    &["id device_id", DEVICE_KEYS, "public_ip lock_device created_at"],
    &xui::ENIGMA,
);
/// `get_enigmas`.
pub static ENIGMA_ROW: Shape = Shape::both(
    &devices::ENIGMA,
    &[
        "id device_id",
        DEVICE_KEYS,
        "public_ip lock_device created_at",
        ROW_KEYS,
    ],
    &xui::ENIGMA_ROW,
);

/// `create_user`.
pub static USER_CREATED: Shape = Shape::both(&resellers::VIEW, &[USER_KEYS], &xui::USER);
/// `get_user`, `edit_user`.
pub static USER: Shape = Shape::both(
    &resellers::VIEW,
    &[
        USER_KEYS,
        "group_name owner_id notes reseller_dns ip last_login api_key",
    ],
    &xui::USER,
);
/// `get_users`.
pub static USER_ROW: Shape = Shape::both(
    &resellers::VIEW,
    &[
        USER_KEYS,
        "group_name is_reseller owner_id owner_username notes reseller_dns ip last_login user_lines mag_lines e2_lines",
    ],
    &xui::USER_ROW,
);

const STREAM_HEAD: &str = "id type stream_display_name category_id stream_icon";
const STREAM_TAIL: &str = "notes epg_id channel_id direct_source on_demand tv_archive_duration custom_sid order \
     transcode_profile_id added server_id server_name stream_status pid stream_started current_source bitrate clients";
const STREAM_KEYS: &[&str] = &[STREAM_HEAD, "stream_source", STREAM_TAIL];
const STREAM_ROW_KEYS: &[&str] = &[STREAM_HEAD, STREAM_TAIL];
const EPISODE_KEYS: &str = "series_id series_title season_num episode_num";

/// A live stream.
pub static STREAM: Shape = Shape::both(&content::STREAM, STREAM_KEYS, &xui::STREAM);
/// `get_streams`.
pub static STREAM_ROW: Shape = Shape::both(&content::STREAM, STREAM_ROW_KEYS, &xui::STREAM);
/// A created channel.
pub static CHANNEL: Shape = Shape::both(&content::CHANNEL, STREAM_KEYS, &xui::STREAM);
/// `get_channels`.
pub static CHANNEL_ROW: Shape = Shape::both(&content::CHANNEL, STREAM_ROW_KEYS, &xui::STREAM);
/// A radio station.
pub static STATION: Shape = Shape::both(&content::STATION, STREAM_KEYS, &xui::STREAM);
/// `get_stations`.
pub static STATION_ROW: Shape = Shape::both(&content::STATION, STREAM_ROW_KEYS, &xui::STREAM);
/// A movie.
pub static MOVIE: Shape = Shape::both(&content::MOVIE, &[STREAM_HEAD, "stream_source", VOD_KEYS], &xui::MOVIE);
/// `get_movies`.
pub static MOVIE_ROW: Shape = Shape::both(&content::MOVIE, &[STREAM_HEAD, VOD_KEYS], &xui::MOVIE);
/// An episode.
pub static EPISODE: Shape = Shape::both(
    &content::EPISODE,
    &[STREAM_HEAD, "stream_source", VOD_KEYS, EPISODE_KEYS],
    &xui::EPISODE,
);
/// `get_episodes`.
pub static EPISODE_ROW: Shape = Shape::both(&content::EPISODE, &[STREAM_HEAD, VOD_KEYS, EPISODE_KEYS], &xui::EPISODE);
/// A series.
pub static SERIES: Shape = Shape::both(
    &content::SERIES,
    &[
        "id title category_id cover cover_big genre plot cast director rating release_date last_modified tmdb_id seasons \
       episode_run_time backdrop_path youtube_trailer year latest_season episode_count",
    ],
    &xui::SERIES,
);

/// A bouquet.
pub static BOUQUET: Shape = Shape::new(
    &bouquets::VIEW,
    &["id bouquet_name bouquet_channels bouquet_movies bouquet_radios bouquet_series bouquet_order"],
);
/// A group.
pub static GROUP: Shape = Shape::new(
    &groups::VIEW,
    &[
        "id group_id group_name is_admin is_reseller can_delete total_allowed_gen_trials total_allowed_gen_in \
       minimum_trial_credits create_sub_resellers create_sub_resellers_price subresellers delete_users allow_download \
       allow_restrictions allow_change_bouquets allow_change_username allow_change_password minimum_username_length \
       minimum_password_length can_view_vod reseller_client_connection_logs enable_activecode force_batch_code \
       generate_mass_trial default_code_length min_code_length max_code_length allowed_pages notice_html",
    ],
);
/// A category.
pub static CATEGORY: Shape = Shape::new(
    &categories::VIEW,
    &["id category_type category_name parent_id cat_order is_adult"],
);
/// An access code.
pub static ACCESS_CODE: Shape = Shape::new(&access_codes::VIEW, &["id code type enabled groups whitelist"]);
/// An EPG source.
pub static EPG: Shape = Shape::new(&epg::VIEW, &["id epg_name epg_file last_updated days_keep offset"]);
/// A transcode profile.
pub static PROFILE: Shape = Shape::new(
    &transcode_profiles::VIEW,
    &["id profile_id profile_name profile_options"],
);

/// A blocked address.
pub static BLOCKED_IP: Shape = Shape::new(&blocklists::IP, &["id ip notes date"]);
/// A blocked user agent.
pub static BLOCKED_UA: Shape = Shape::new(&blocklists::USER_AGENT, &["id user_agent exact_match attempts_blocked"]);
/// A blocked provider.
pub static BLOCKED_ISP: Shape = Shape::new(&blocklists::ISP, &["id isp blocked"]);
/// An RTMP address.
pub static RTMP_IP: Shape = Shape::new(&blocklists::RTMP, &["id ip password notes push pull"]);

/// A server.
pub static SERVER: Shape = Shape::new(
    &servers::VIEW,
    &[
        "id server_type server_name domain_name server_ip private_ip is_main enabled server_online status parent_id \
       http_broadcast_port https_broadcast_port rtmp_port http_ports_add https_ports_add total_clients network_interface \
       network_guaranteed_speed timeshift_only enable_geoip geoip_type geoip_countries enable_isp isp_type isp_names \
       whitelist_ips order last_check",
    ],
);

/// A change of a balance.
pub static CREDIT_LOG: Shape = Shape::both(
    &logs::CREDITS,
    &["id target_id target_username admin_id owner_username amount date reason"],
    &xui::CREDIT_LOG,
);
/// A login to the panel.
pub static LOGIN_LOG: Shape = Shape::both(
    &logs::LOGINS,
    &["id type access_code code user_id username status login_ip date"],
    &xui::LOGIN_LOG,
);
/// A refused request of a player.
pub static CLIENT_LOG: Shape = Shape::both(
    &logs::CLIENTS,
    &["id user_id username stream_id stream_display_name type client_status query_string user_agent ip date"],
    &xui::CLIENT_LOG,
);
/// An event sent to a MAG device.
pub static MAG_EVENT: Shape = Shape::both(
    &logs::MAG_EVENTS,
    &["id send_time mac event msg mag_device_id"],
    &xui::MAG_EVENT,
);
