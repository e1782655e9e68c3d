//! The actions of the Admin API, one row each.

use super::{forms, lists, operations as ops, shapes};
use crate::dialects::xtream::action::{Action, Verb, row};
use crate::dialects::xtream::schemas::Answer;
use crate::dialects::xtream::trade;
use crate::dialects::xtream::xui::XuiForm;
use crate::panel::access_codes::ACCESS_CODES;
use crate::panel::blocklists::{BLOCKED_IPS, BLOCKED_ISPS, BLOCKED_UAS, RTMP_IPS};
use crate::panel::bouquets::BOUQUETS;
use crate::panel::catalogue::{CHANNELS, MOVIES, STATIONS, STREAMS};
use crate::panel::categories::CATEGORIES;
use crate::panel::devices::{ENIGMAS, MAGS};
use crate::panel::epg::EPGS;
use crate::panel::error::Thing;
use crate::panel::groups::GROUPS;
use crate::panel::lines::LINES;
use crate::panel::packages::PACKAGES;
use crate::panel::resellers::USERS;
use crate::panel::series::{EPISODES, SERIES};
use crate::panel::servers::{PROXIES, SERVERS};
use crate::panel::transcode_profiles::PROFILES;

const GENERAL: &str = "General";
const LINE: &str = "Lines";
const MAG: &str = "MAG devices";
const ENIGMA: &str = "Enigma2 devices";
const USER: &str = "Resellers";
const CONTENT: &str = "Streams and content";
const BOUQUET: &str = "Bouquets";
const GROUP: &str = "Groups";
const CATEGORY: &str = "Categories";
const CODE: &str = "Access codes";
const EPG: &str = "EPG";
const PROFILE: &str = "Transcode profiles";
const SECURITY: &str = "Security";
const SERVER: &str = "Servers";
const LOG: &str = "Logs and monitoring";
const ADVANCED: &str = "Advanced";

use Verb::{All, Configure, Create, Delete, Edit, Get, Me, Page, Read, Steps as InSteps, Switch, Write};

/// All actions, in the order of the vendor's document; those beyond it (contract, section 8) end their chapters.
#[rustfmt::skip] // A table: one entry per line.
pub static ACTIONS: &[Action] = &[
    row("user_info", GENERAL, "Shows the account of the key, with the panel's totals.", Me(&shapes::USER_INFO)),
    row("get_packages", GENERAL, "Lists all packages.", All(&shapes::PACKAGE_ROW, None)),
    row("get_package", GENERAL, "Shows a package.", Get(&shapes::PACKAGE, Thing::Package)),
    row("create_package", GENERAL, "Creates a package.", Create(&PACKAGES, &[&forms::PACKAGE], &shapes::PACKAGE)),
    row("edit_package", GENERAL, "Changes what is sent of a package.", Edit(&PACKAGES, &[&forms::PACKAGE], &shapes::PACKAGE)),
    row("delete_package", GENERAL, "Deletes a package; its lines stay.", Delete(&PACKAGES)),
    row("get_settings", GENERAL, "Shows the settings that do not guard the panel.", Read(&[], ops::get_settings)).answers(Answer::Sample(ops::settings_sample)),
    row("edit_settings", GENERAL, "Changes settings by their names.", Configure(&forms::SETTINGS, ops::edit_settings)).answers(Answer::Sample(ops::settings_sample)),

    row("create_line", LINE, "Creates a line; credentials are generated when left out.", Create(&LINES, &[&forms::LINE, &forms::NO_EXPIRE], &shapes::LINE_CREATED)),
    row("edit_line", LINE, "Changes what is sent of a line.", Edit(&LINES, &[&forms::LINE, &forms::NO_EXPIRE], &shapes::LINE)).renews(),
    row("get_line", LINE, "Shows a line.", Get(&shapes::LINE, Thing::Line)),
    row("get_lines", LINE, "Lists lines, without the hidden ones of devices.", Page(&lists::LINES)),
    row("delete_line", LINE, "Deletes a line and closes its connections.", Delete(&LINES)),
    row("disable_line", LINE, "Disables a line.", Switch(&LINES, "enabled", 0)),
    row("enable_line", LINE, "Enables a line; a ban stays.", Switch(&LINES, "enabled", 1)),
    row("ban_line", LINE, "Bans a line; its reseller cannot undo it.", Switch(&LINES, "admin_enabled", 0)),
    row("unban_line", LINE, "Lifts the ban of a line.", Switch(&LINES, "admin_enabled", 1)),

    row("create_mag", MAG, "Registers a MAG device with a hidden line.", Create(&MAGS, &[&forms::DEVICE, &forms::MAG, &forms::NO_EXPIRE], &shapes::MAG)),
    row("edit_mag", MAG, "Changes what is sent of a MAG device.", Edit(&MAGS, &[&forms::DEVICE, &forms::MAG, &forms::NO_EXPIRE], &shapes::MAG)),
    row("get_mag", MAG, "Shows a MAG device.", Get(&shapes::MAG, Thing::MagDevice)),
    row("get_mags", MAG, "Lists MAG devices.", Page(&lists::MAGS)),
    row("delete_mag", MAG, "Deletes a MAG device with its hidden line.", Delete(&MAGS)),
    row("disable_mag", MAG, "Disables a MAG device.", Switch(&MAGS, "enabled", 0)),
    row("enable_mag", MAG, "Enables a MAG device; a ban stays.", Switch(&MAGS, "enabled", 1)),
    row("ban_mag", MAG, "Bans a MAG device.", Switch(&MAGS, "admin_enabled", 0)),
    row("unban_mag", MAG, "Lifts the ban of a MAG device.", Switch(&MAGS, "admin_enabled", 1)),
    row("convert_mag", MAG, "Turns a MAG device into a line with new credentials.", Write(&[&forms::MAG_ID], ops::convert_mag)).answers(Answer::One(&shapes::LINE)).xui(XuiForm::Wrapped),

    row("create_enigma", ENIGMA, "Registers an Enigma2 device with a hidden line.", Create(&ENIGMAS, &[&forms::DEVICE, &forms::NO_EXPIRE], &shapes::ENIGMA)),
    row("edit_enigma", ENIGMA, "Changes what is sent of an Enigma2 device.", Edit(&ENIGMAS, &[&forms::DEVICE, &forms::NO_EXPIRE], &shapes::ENIGMA)),
    row("get_enigma", ENIGMA, "Shows an Enigma2 device.", Get(&shapes::ENIGMA, Thing::EnigmaDevice)),
    row("get_enigmas", ENIGMA, "Lists Enigma2 devices.", Page(&lists::ENIGMAS)),
    row("delete_enigma", ENIGMA, "Deletes an Enigma2 device with its hidden line.", Delete(&ENIGMAS)),
    row("disable_enigma", ENIGMA, "Disables an Enigma2 device.", Switch(&ENIGMAS, "enabled", 0)),
    row("enable_enigma", ENIGMA, "Enables an Enigma2 device; a ban stays.", Switch(&ENIGMAS, "enabled", 1)),
    row("ban_enigma", ENIGMA, "Bans an Enigma2 device.", Switch(&ENIGMAS, "admin_enabled", 0)),
    row("unban_enigma", ENIGMA, "Lifts the ban of an Enigma2 device.", Switch(&ENIGMAS, "admin_enabled", 1)),
    row("convert_enigma", ENIGMA, "Turns an Enigma2 device into a line with new credentials.", Write(&[&forms::ENIGMA_ID], ops::convert_enigma)).answers(Answer::One(&shapes::LINE)),

    row("create_user", USER, "Creates a reseller's account.", Create(&USERS, &[&forms::USER], &shapes::USER_CREATED)),
    row("edit_user", USER, "Changes what is sent of an account.", Edit(&USERS, &[&forms::USER, &forms::CREDITS_REASON], &shapes::USER)),
    row("get_user", USER, "Shows an account.", Get(&shapes::USER, Thing::User)),
    row("get_users", USER, "Lists the accounts that are no administrators.", Page(&lists::USERS)),
    row("delete_user", USER, "Deletes an account; its lines stay without an owner.", Delete(&USERS)),
    row("disable_user", USER, "Disables an account and its key.", Switch(&USERS, "status", 0)),
    row("enable_user", USER, "Enables an account and its key.", Switch(&USERS, "status", 1)),
    row("adjust_credits", USER, "Adds credits to an account or takes them away.", Write(&[&forms::USER_ID, &forms::CREDITS, &forms::REASON], ops::adjust_credits)).answers(Answer::Sample(trade::adjusted_sample)).xui(XuiForm::StatusAlone),

    row("get_streams", CONTENT, "Lists live streams.", Page(&lists::STREAMS)),
    row("get_stream", CONTENT, "Shows a live stream.", Get(&shapes::STREAM, Thing::Stream)),
    row("get_channels", CONTENT, "Lists created channels.", Page(&lists::CHANNELS)),
    row("get_channel", CONTENT, "Shows a created channel.", Get(&shapes::CHANNEL, Thing::Channel)),
    row("get_stations", CONTENT, "Lists radio stations.", Page(&lists::STATIONS)),
    row("get_movies", CONTENT, "Lists movies.", Page(&lists::MOVIES)),
    row("get_movie", CONTENT, "Shows a movie.", Get(&shapes::MOVIE, Thing::Movie)),
    row("get_series_list", CONTENT, "Lists series.", Page(&lists::SERIES)),
    row("get_series", CONTENT, "Shows a series.", Get(&shapes::SERIES, Thing::Series)),
    row("get_episodes", CONTENT, "Lists episodes.", Page(&lists::EPISODES)),
    row("get_episode", CONTENT, "Shows an episode.", Get(&shapes::EPISODE, Thing::Episode)),
    row("start_stream", CONTENT, "Starts a live stream on its servers.", Write(&[&forms::STREAM_ID, &forms::SERVER_ID], ops::start_stream)),
    row("stop_stream", CONTENT, "Stops a live stream and closes its connections.", Write(&[&forms::STREAM_ID, &forms::SERVER_ID], ops::stop_stream)),
    row("start_channel", CONTENT, "Starts a created channel on its servers.", Write(&[&forms::CHANNEL_ID, &forms::SERVER_ID], ops::start_channel)),
    row("stop_channel", CONTENT, "Stops a created channel and closes its connections.", Write(&[&forms::CHANNEL_ID, &forms::SERVER_ID], ops::stop_channel)),
    row("start_movie", CONTENT, "Starts a movie on its servers.", Write(&[&forms::MOVIE_ID, &forms::SERVER_ID], ops::start_movie)),
    row("stop_movie", CONTENT, "Stops a movie; its viewers stay.", Write(&[&forms::MOVIE_ID, &forms::SERVER_ID], ops::stop_movie)),
    row("create_stream", CONTENT, "Creates a live stream.", Create(&STREAMS, &[&forms::CONTENT_NAME, &forms::CONTENT, &forms::ON_AIR, &forms::IN_BOUQUETS], &shapes::STREAM)),
    row("edit_stream", CONTENT, "Changes what is sent of a live stream.", Edit(&STREAMS, &[&forms::CONTENT_NAME, &forms::CONTENT, &forms::ON_AIR, &forms::IN_BOUQUETS], &shapes::STREAM)),
    row("delete_stream", CONTENT, "Deletes a live stream and closes its connections.", Delete(&STREAMS)),
    row("create_channel", CONTENT, "Creates a created channel.", Create(&CHANNELS, &[&forms::CONTENT_NAME, &forms::CONTENT, &forms::ON_AIR, &forms::IN_BOUQUETS], &shapes::CHANNEL)),
    row("edit_channel", CONTENT, "Changes what is sent of a created channel.", Edit(&CHANNELS, &[&forms::CONTENT_NAME, &forms::CONTENT, &forms::ON_AIR, &forms::IN_BOUQUETS], &shapes::CHANNEL)),
    row("delete_channel", CONTENT, "Deletes a created channel and closes its connections.", Delete(&CHANNELS)),
    row("get_station", CONTENT, "Shows a radio station.", Get(&shapes::STATION, Thing::Station)),
    row("create_station", CONTENT, "Creates a radio station.", Create(&STATIONS, &[&forms::CONTENT_NAME, &forms::CONTENT, &forms::ON_AIR, &forms::IN_BOUQUETS], &shapes::STATION)),
    row("edit_station", CONTENT, "Changes what is sent of a radio station.", Edit(&STATIONS, &[&forms::CONTENT_NAME, &forms::CONTENT, &forms::ON_AIR, &forms::IN_BOUQUETS], &shapes::STATION)),
    row("delete_station", CONTENT, "Deletes a radio station and closes its connections.", Delete(&STATIONS)),
    row("start_station", CONTENT, "Starts a radio station on its servers.", Write(&[&forms::STATION_ID, &forms::SERVER_ID], ops::start_station)),
    row("stop_station", CONTENT, "Stops a radio station and closes its connections.", Write(&[&forms::STATION_ID, &forms::SERVER_ID], ops::stop_station)),
    row("create_movie", CONTENT, "Creates a movie.", Create(&MOVIES, &[&forms::CONTENT_NAME, &forms::CONTENT, &forms::FILE, &forms::IN_BOUQUETS], &shapes::MOVIE)),
    row("edit_movie", CONTENT, "Changes what is sent of a movie.", Edit(&MOVIES, &[&forms::CONTENT_NAME, &forms::CONTENT, &forms::FILE, &forms::IN_BOUQUETS], &shapes::MOVIE)),
    row("delete_movie", CONTENT, "Deletes a movie and closes its connections.", Delete(&MOVIES)),
    row("create_series", CONTENT, "Creates a series.", Create(&SERIES, &[&forms::SERIES, &forms::IN_BOUQUETS], &shapes::SERIES)),
    row("edit_series", CONTENT, "Changes what is sent of a series.", Edit(&SERIES, &[&forms::SERIES, &forms::IN_BOUQUETS], &shapes::SERIES)),
    row("delete_series", CONTENT, "Deletes a series with its episodes.", Delete(&SERIES)),
    row("create_episode", CONTENT, "Creates an episode.", Create(&EPISODES, &[&forms::EPISODE, &forms::CONTENT, &forms::FILE], &shapes::EPISODE)),
    row("edit_episode", CONTENT, "Changes what is sent of an episode.", Edit(&EPISODES, &[&forms::EPISODE, &forms::CONTENT, &forms::FILE], &shapes::EPISODE)),
    row("delete_episode", CONTENT, "Deletes an episode and closes its connections.", Delete(&EPISODES)),
    row("start_episode", CONTENT, "Starts an episode on its servers.", Write(&[&forms::EPISODE_ID, &forms::SERVER_ID], ops::start_episode)),
    row("stop_episode", CONTENT, "Stops an episode; its viewers stay.", Write(&[&forms::EPISODE_ID, &forms::SERVER_ID], ops::stop_episode)),

    row("get_bouquets", BOUQUET, "Lists all bouquets.", All(&shapes::BOUQUET, Some("bouquet_order"))),
    row("get_bouquet", BOUQUET, "Shows a bouquet.", Get(&shapes::BOUQUET, Thing::Bouquet)),
    row("create_bouquet", BOUQUET, "Creates a bouquet.", Create(&BOUQUETS, &[&forms::BOUQUET_NAME, &forms::BOUQUET_DATA, &forms::BOUQUET], &shapes::BOUQUET)),
    row("edit_bouquet", BOUQUET, "Changes what is sent of a bouquet.", Edit(&BOUQUETS, &[&forms::BOUQUET_NAME, &forms::BOUQUET_DATA, &forms::BOUQUET], &shapes::BOUQUET)),
    row("delete_bouquet", BOUQUET, "Deletes a bouquet; it leaves every line and package.", Delete(&BOUQUETS)),

    row("get_groups", GROUP, "Lists all groups.", All(&shapes::GROUP, None)),
    row("get_group", GROUP, "Shows a group.", Get(&shapes::GROUP, Thing::Group)),
    row("create_group", GROUP, "Creates a group.", Create(&GROUPS, &[&forms::GROUP], &shapes::GROUP)),
    row("edit_group", GROUP, "Changes what is sent of a group.", Edit(&GROUPS, &[&forms::GROUP], &shapes::GROUP)),
    row("delete_group", GROUP, "Deletes a group that is not built in.", Delete(&GROUPS)),

    row("get_categories", CATEGORY, "Lists all categories of all types.", All(&shapes::CATEGORY, Some("place"))),
    row("get_category", CATEGORY, "Shows a category.", Get(&shapes::CATEGORY, Thing::Category)),
    row("create_category", CATEGORY, "Creates a category.", Create(&CATEGORIES, &[&forms::CATEGORY], &shapes::CATEGORY)),
    row("edit_category", CATEGORY, "Changes what is sent of a category.", Edit(&CATEGORIES, &[&forms::CATEGORY], &shapes::CATEGORY)),
    row("delete_category", CATEGORY, "Deletes a category; its content stays.", Delete(&CATEGORIES)),

    row("get_access_codes", CODE, "Lists all access codes.", All(&shapes::ACCESS_CODE, None)),
    row("get_access_code", CODE, "Shows an access code.", Get(&shapes::ACCESS_CODE, Thing::AccessCode)),
    row("create_access_code", CODE, "Creates an access code that opens its path at once.", Create(&ACCESS_CODES, &[&forms::ACCESS_CODE], &shapes::ACCESS_CODE)),
    row("edit_access_code", CODE, "Changes what is sent of an access code.", Edit(&ACCESS_CODES, &[&forms::ACCESS_CODE], &shapes::ACCESS_CODE)),
    row("delete_access_code", CODE, "Deletes an access code and closes its path at once.", Delete(&ACCESS_CODES)),

    row("get_epgs", EPG, "Lists all EPG sources.", All(&shapes::EPG, None)),
    row("get_epg", EPG, "Shows an EPG source.", Get(&shapes::EPG, Thing::Epg)),
    row("create_epg", EPG, "Creates an EPG source.", Create(&EPGS, &[&forms::EPG], &shapes::EPG)),
    row("edit_epg", EPG, "Changes what is sent of an EPG source.", Edit(&EPGS, &[&forms::EPG], &shapes::EPG)),
    row("delete_epg", EPG, "Deletes an EPG source; its streams stay without a guide.", Delete(&EPGS)),
    row("reload_epg", EPG, "Reads one or all EPG sources again.", InSteps(&[&forms::EPG_ID], ops::reload_epg)),

    row("get_transcode_profiles", PROFILE, "Lists all transcode profiles.", All(&shapes::PROFILE, None)),
    row("get_transcode_profile", PROFILE, "Shows a transcode profile.", Get(&shapes::PROFILE, Thing::TranscodeProfile)),
    row("create_transcode_profile", PROFILE, "Creates a transcode profile.", Create(&PROFILES, &[&forms::PROFILE], &shapes::PROFILE)),
    row("edit_transcode_profile", PROFILE, "Changes what is sent of a transcode profile.", Edit(&PROFILES, &[&forms::PROFILE], &shapes::PROFILE)),
    row("delete_transcode_profile", PROFILE, "Deletes a transcode profile; its streams are no longer transcoded.", Delete(&PROFILES)),

    row("get_blocked_ips", SECURITY, "Lists all blocked addresses.", All(&shapes::BLOCKED_IP, None)),
    row("add_blocked_ip", SECURITY, "Blocks an address or network at once.", Create(&BLOCKED_IPS, &[&forms::BLOCKED_IP], &shapes::BLOCKED_IP)).xui(XuiForm::IdAlone),
    row("delete_blocked_ip", SECURITY, "Unblocks an address or network.", Delete(&BLOCKED_IPS)),
    row("flush_blocked_ips", SECURITY, "Unblocks every address.", Write(&[], ops::flush_blocked_ips)),
    row("get_blocked_uas", SECURITY, "Lists all blocked user agents.", All(&shapes::BLOCKED_UA, None)),
    row("add_blocked_ua", SECURITY, "Blocks a user agent.", Create(&BLOCKED_UAS, &[&forms::BLOCKED_UA], &shapes::BLOCKED_UA)).xui(XuiForm::IdAlone),
    row("delete_blocked_ua", SECURITY, "Unblocks a user agent.", Delete(&BLOCKED_UAS)),
    row("get_blocked_isps", SECURITY, "Lists all blocked internet providers.", All(&shapes::BLOCKED_ISP, None)).xui(XuiForm::Enveloped),
    row("add_blocked_isp", SECURITY, "Blocks an internet provider.", Create(&BLOCKED_ISPS, &[&forms::BLOCKED_ISP], &shapes::BLOCKED_ISP)).xui(XuiForm::IdAlone),
    row("delete_blocked_isp", SECURITY, "Unblocks an internet provider.", Delete(&BLOCKED_ISPS)),
    row("get_rtmp_ips", SECURITY, "Lists all RTMP addresses.", All(&shapes::RTMP_IP, None)),
    row("get_rtmp_ip", SECURITY, "Shows an RTMP address.", Get(&shapes::RTMP_IP, Thing::RtmpIp)),
    row("create_rtmp_ip", SECURITY, "Allows an address to use RTMP.", Create(&RTMP_IPS, &[&forms::RTMP_IP], &shapes::RTMP_IP)),
    row("edit_rtmp_ip", SECURITY, "Changes what is sent of an RTMP address.", Edit(&RTMP_IPS, &[&forms::RTMP_IP], &shapes::RTMP_IP)),
    row("delete_rtmp_ip", SECURITY, "Deletes an RTMP address.", Delete(&RTMP_IPS)),

    row("get_servers", SERVER, "Lists all servers and proxies.", All(&shapes::SERVER, None)),
    row("get_server", SERVER, "Shows a server or proxy.", Get(&shapes::SERVER, Thing::Server)),
    row("edit_server", SERVER, "Changes what is sent of a server.", Edit(&SERVERS, &[&forms::SERVER, &forms::SERVER_PORTS], &shapes::SERVER)),
    row("edit_proxy", SERVER, "Changes what is sent of a proxy.", Edit(&PROXIES, &[&forms::SERVER, &forms::SERVER_PORTS, &forms::PARENTS], &shapes::SERVER)),
    row("get_server_stats", SERVER, "Shows how busy one or all servers are.", Read(&[&forms::STATS_SERVER_ID], ops::get_server_stats)).answers(Answer::OneOrAll(ops::stats_sample)).xui_reads(ops::get_one_servers_stats),
    row("reload_nginx", SERVER, "Reads access codes and addresses again.", Write(&[&forms::SERVER_ID], ops::reload_access)),
    row("reload_cache", SERVER, "Rebuilds what is held in memory.", Write(&[&forms::SERVER_ID], ops::reload_access)),
    row("clear_temp", SERVER, "Deletes temporary files that an earlier start left behind.", Write(&[&forms::SERVER_ID], ops::clear_temp)),
    row("clear_streams", SERVER, "Deletes cached stream segments.", Write(&[&forms::SERVER_ID], ops::clear_streams)),
    row("kill_connection", SERVER, "Closes an open connection.", Write(&[&forms::ACTIVITY_ID, &forms::SERVER_ID], ops::kill_connection)).xui(XuiForm::Forgiving),
    row("kill_pid", SERVER, "Ends the process of a stream.", Write(&[&forms::PID, &forms::SERVER_ID], ops::kill_pid)).xui(XuiForm::Forgiving),

    row("activity_logs", LOG, "Lists closed connections.", Page(&lists::ACTIVITY)),
    row("live_connections", LOG, "Lists open connections.", Page(&lists::LIVE)),
    row("credit_logs", LOG, "Lists changes of balances.", Page(&lists::CREDITS)),
    row("user_logs", LOG, "Lists what resellers did.", Page(&lists::USER_LOGS)),
    row("login_logs", LOG, "Lists logins to the panel.", Page(&lists::LOGINS)),
    row("client_logs", LOG, "Lists refused requests of players.", Page(&lists::CLIENTS)),
    row("mag_events", LOG, "Lists events sent to MAG devices.", Page(&lists::MAG_EVENTS)),

    row("mysql_query", ADVANCED, "Runs an SQL statement on the panel's tables.", InSteps(&[&forms::QUERY], ops::mysql_query)).answers(Answer::RowsOrCounts).xui(XuiForm::Query),
];
