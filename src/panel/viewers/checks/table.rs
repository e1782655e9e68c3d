//! The table of the checks, a row each, in the order in which they are made.

use std::ops::RangeInclusive;

use super::{ADDRESS, AGENT, BOTH, Check, NOTHING, Reply, Test, account, network, origin, stream};

/// The numbers of the checks that others know: the line's end, its ban, its switch, its devices, no such stream, another
/// address, the connection limit, and a stream that is stopped or failing.
pub const EXPIRED: u8 = 2;
pub const BANNED: u8 = 3;
pub const DISABLED: u8 = 4;
pub const DEVICES: u8 = 11;
pub const NO_STREAM: u8 = 12;
pub const SECOND_ADDRESS: u8 = 15;
pub const LIMIT: u8 = 16;
pub const STOPPED: u8 = 17;

/// All checks.
pub static CHECKS: &[Check] = &[
    Check {
        number: 1,
        name: Some("AUTH_FAILED"),
        reply: Reply::AuthenticationFailed,
        rule: "the username and the password are those of a line",
        remedy: "use the line's credentials; letter case counts",
        looks_at: NOTHING,
        test: Test::FindLine,
    },
    Check {
        number: EXPIRED,
        name: Some("USER_EXPIRED"),
        reply: Reply::AuthenticationFailed,
        rule: "the line's end has not come",
        remedy: "extend the line: set a later exp_date, or none",
        looks_at: NOTHING,
        test: Test::Line(account::expired),
    },
    Check {
        number: BANNED,
        name: Some("USER_BAN"),
        reply: Reply::AccountDisabled,
        rule: "the line is not banned",
        remedy: "lift the ban: set admin_enabled to 1",
        looks_at: NOTHING,
        test: Test::Line(account::banned),
    },
    Check {
        number: DISABLED,
        name: Some("USER_DISABLED"),
        reply: Reply::AccountDisabled,
        rule: "the line is enabled",
        remedy: "enable the line: set enabled to 1",
        looks_at: NOTHING,
        test: Test::Line(account::disabled),
    },
    Check {
        number: 5,
        name: Some("USER_AGENT_BAN"),
        reply: Reply::Forbidden,
        rule: "the user agent is not blocked",
        remedy: "delete the entry of the blocked user agents, or set the line's bypass_ua to 1",
        looks_at: AGENT,
        test: Test::Line(origin::blocked_agent),
    },
    Check {
        number: 5,
        name: Some("EMPTY_UA"),
        reply: Reply::Forbidden,
        rule: "there is a user agent",
        remedy: "let the player send a user agent, or set disallow_empty_user_agents to 0",
        looks_at: AGENT,
        test: Test::Line(origin::empty_agent),
    },
    Check {
        number: 6,
        name: Some("IP_BAN"),
        reply: Reply::Forbidden,
        rule: "the line admits the address",
        remedy: "add the address to the line's allowed_ips, or empty that list",
        looks_at: ADDRESS,
        test: Test::Line(origin::address),
    },
    Check {
        number: 7,
        name: Some("COUNTRY_DISALLOW"),
        reply: Reply::Forbidden,
        rule: "the address's country may watch",
        remedy: "change the line's forced_country, or for a line without one the setting allow_countries",
        looks_at: ADDRESS,
        test: Test::Line(network::country),
    },
    Check {
        number: 8,
        name: Some("USER_AGENT_BAN"),
        reply: Reply::Forbidden,
        rule: "the line admits the user agent",
        remedy: "add the whole user agent to the line's allowed_ua, or empty that list",
        looks_at: AGENT,
        test: Test::Line(origin::line_agent),
    },
    Check {
        number: 9,
        name: Some("ISP_LOCK_FAILED"),
        reply: Reply::Forbidden,
        rule: "the address's provider is not blocked",
        remedy: "delete the entry of the blocked ISPs",
        looks_at: ADDRESS,
        test: Test::Line(network::blocked_isp),
    },
    Check {
        number: 9,
        name: Some("ISP_LOCK_FAILED"),
        reply: Reply::Forbidden,
        rule: "the address's provider is the one that the line is locked to",
        remedy: "clear the line's isp_desc, so that the next stream sets it, or set is_isplock to 0",
        looks_at: ADDRESS,
        test: Test::Line(network::other_isp),
    },
    Check {
        number: 9,
        name: Some("BLOCKED_ASN"),
        reply: Reply::Forbidden,
        rule: "the address's network is not blocked",
        remedy: "take the network's number out of the setting blocked_asns",
        looks_at: ADDRESS,
        test: Test::Line(network::blocked_number),
    },
    Check {
        number: 9,
        name: Some("CON_SVP"),
        reply: Reply::Forbidden,
        rule: "the address is none of a hosting network",
        remedy: "set block_hosting to 0, or the line's is_restreamer to 1",
        looks_at: ADDRESS,
        test: Test::Line(network::hosting),
    },
    Check {
        number: 10,
        name: Some("DEVICE_NOT_ALLOWED"),
        reply: Reply::Forbidden,
        rule: "a device's line is used with a link of its portal",
        remedy: "let the device open the stream from its portal, or make a line for players",
        looks_at: NOTHING,
        test: Test::Request(account::lacks_play_token),
    },
    Check {
        number: 10,
        name: Some("MAG_TOKEN_INVALID"),
        reply: Reply::Forbidden,
        rule: "the link of the portal is valid",
        remedy: "let the device ask its portal for a new link",
        looks_at: NOTHING,
        test: Test::Request(account::wrong_play_token),
    },
    Check {
        number: DEVICES,
        name: Some("DEVICE_LIMIT"),
        reply: Reply::DeviceLimit,
        rule: "the device is registered, or the line has room for it",
        remedy: "remove a device of the line, or raise its device limit or the setting nxt_device_cap",
        looks_at: BOTH,
        test: Test::Request(account::device_limit),
    },
    Check {
        number: NO_STREAM,
        name: None,
        reply: Reply::NotFound,
        rule: "there is such a stream of this kind",
        remedy: "use the id of existing content, under the path of its kind",
        looks_at: NOTHING,
        test: Test::FindStream,
    },
    Check {
        number: 13,
        name: Some("USER_DISALLOW_EXT"),
        reply: Reply::FormatNotAllowed,
        rule: "the line has the format",
        remedy: "ask for ts or m3u8, or add the format to the line's allowed_outputs",
        looks_at: NOTHING,
        test: Test::Stream(stream::format),
    },
    Check {
        number: 14,
        name: Some("NOT_IN_BOUQUET"),
        reply: Reply::NotInBouquets,
        rule: "a bouquet of the line has the stream",
        remedy: "add the stream to a bouquet of the line, or a bouquet with the stream to the line",
        looks_at: NOTHING,
        test: Test::Stream(stream::bouquets),
    },
    Check {
        number: SECOND_ADDRESS,
        name: Some("USER_ALREADY_CONNECTED"),
        reply: Reply::MaxConnections,
        rule: "nobody watches with the line from another address",
        remedy: "end the other connection, or set disallow_2nd_ip_con to 0",
        looks_at: ADDRESS,
        test: Test::Stream(stream::second_address),
    },
    Check {
        number: LIMIT,
        name: Some("USER_ALREADY_CONNECTED"),
        reply: Reply::MaxConnections,
        rule: "the line has a connection left",
        remedy: "end a connection, raise the line's max_connections, or set connection_policy to kick_oldest",
        looks_at: NOTHING,
        test: Test::Stream(stream::connection_limit),
    },
    Check {
        number: STOPPED,
        name: Some("NOT_ON_AIR"),
        reply: Reply::NotFound,
        rule: "the stream runs",
        remedy: "start the stream, or make it on demand",
        looks_at: NOTHING,
        test: Test::Stream(stream::stopped),
    },
];

/// The numbers of the checks that hold for playlists and guides too while the setting `restrict_playlists` is on.
pub(super) const ORIGIN: RangeInclusive<u8> = 5..=10;
/// The numbers of the checks of whether the line is Active.
pub(super) const ACCOUNT: RangeInclusive<u8> = EXPIRED..=DISABLED;
