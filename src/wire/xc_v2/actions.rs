//! The table of calls: one row for each `action` and `sub`, from which routing and the pages about
//! it follow (contract "XC v2 API", section 4).

use super::operations::{Call, accounts, content, devices, lines};
use crate::panel::Result;

/// One call.
#[derive(Debug)]
pub struct Action {
    pub action: &'static str,
    pub sub: &'static str,
    /// The chapter of the panel that it belongs to, as the Admin API's table has them.
    pub group: &'static str,
    /// One sentence.
    pub doc: &'static str,
    /// Its parameters: name, whether it is needed, and one sentence.
    pub params: &'static [(&'static str, bool, &'static str)],
    pub verb: Verb,
}

/// What a call does.
#[derive(Clone, Copy, Debug)]
pub enum Verb {
    Read(fn(&Call<'_>) -> Result<Vec<u8>>),
    Write(fn(&Call<'_>) -> Result<Vec<u8>>),
}

const USERNAME: (&str, bool, &str) = ("username", true, "The line's username.");
const PASSWORD: (&str, bool, &str) = ("password", true, "The line's password.");
const MAC: (&str, bool, &str) = ("mac", true, "The device's MAC address.");
const NEW: (&str, bool, &str) = (
    "user_data[…]",
    false,
    "Columns of the line; what is left out has its default.",
);
const EDIT: (&str, bool, &str) = ("user_data[…]", true, "Columns of the line that change.");
const IDS: (&str, bool, &str) = (
    "stream_ids[]",
    true,
    "Ids of what is started or stopped; unknown ones are ignored.",
);
const SERVERS: (&str, bool, &str) = ("servers[]", false, "Ids of the servers; all of them when left out.");

const LINES: &str = "Lines";
const DEVICES: &str = "MAG devices";
const RESELLERS: &str = "Resellers";
const CONTENT: &str = "Streams and content";
const HOSTS: &str = "Servers";

/// All calls.
pub static ACTIONS: &[Action] = &[
    Action {
        action: "user",
        sub: "create",
        group: LINES,
        doc: "Creates a line; credentials are generated when left out.",
        params: &[NEW],
        verb: Verb::Write(lines::create_line),
    },
    Action {
        action: "user",
        sub: "edit",
        group: LINES,
        doc: "Changes a line.",
        params: &[USERNAME, PASSWORD, EDIT],
        verb: Verb::Write(lines::edit_line),
    },
    Action {
        action: "user",
        sub: "info",
        group: LINES,
        doc: "Shows a line with its open connections and its channels.",
        params: &[USERNAME, PASSWORD],
        verb: Verb::Read(lines::show_line),
    },
    Action {
        action: "stb",
        sub: "create",
        group: DEVICES,
        doc: "Creates a MAG device with its hidden line.",
        params: &[("user_data[mac]", true, "The device's MAC address."), NEW],
        verb: Verb::Write(devices::create_device),
    },
    Action {
        action: "stb",
        sub: "edit",
        group: DEVICES,
        doc: "Changes the hidden line of a MAG device.",
        params: &[MAC, EDIT],
        verb: Verb::Write(devices::edit_device),
    },
    Action {
        action: "stb",
        sub: "info",
        group: DEVICES,
        doc: "Shows a MAG device with its line.",
        params: &[MAC],
        verb: Verb::Read(devices::show_device),
    },
    Action {
        action: "reg_user",
        sub: "list",
        group: RESELLERS,
        doc: "Lists the accounts of administrators and resellers.",
        params: &[],
        verb: Verb::Read(accounts::list_users),
    },
    Action {
        action: "reg_user",
        sub: "credits",
        group: RESELLERS,
        doc: "Adds to an account's credits, or takes from them.",
        params: &[
            ("amount", true, "Credits to add; negative ones are taken."),
            ("id", false, "Which account: its id."),
            ("username", false, "Which account when no id is sent: its username."),
        ],
        verb: Verb::Write(accounts::add_credits),
    },
    Action {
        action: "server",
        sub: "list",
        group: HOSTS,
        doc: "Lists the servers with what is known of their machines.",
        params: &[],
        verb: Verb::Read(content::list_servers),
    },
    Action {
        action: "stream",
        sub: "list",
        group: CONTENT,
        doc: "Lists everything but movies.",
        params: &[],
        verb: Verb::Read(content::list_streams),
    },
    Action {
        action: "stream",
        sub: "online",
        group: CONTENT,
        doc: "Lists what runs, each with its servers.",
        params: &[],
        verb: Verb::Read(content::online_streams),
    },
    Action {
        action: "stream",
        sub: "offline",
        group: CONTENT,
        doc: "Lists what was started and fails, each with its servers.",
        params: &[],
        verb: Verb::Read(content::offline_streams),
    },
    Action {
        action: "stream",
        sub: "start",
        group: CONTENT,
        doc: "Starts streams, channels, stations and episodes.",
        params: &[IDS, SERVERS],
        verb: Verb::Write(content::start_streams),
    },
    Action {
        action: "stream",
        sub: "stop",
        group: CONTENT,
        doc: "Stops streams, channels, stations and episodes.",
        params: &[IDS, SERVERS],
        verb: Verb::Write(content::stop_streams),
    },
    Action {
        action: "vod",
        sub: "start",
        group: CONTENT,
        doc: "Starts movies.",
        params: &[IDS, SERVERS],
        verb: Verb::Write(content::start_movies),
    },
    Action {
        action: "vod",
        sub: "stop",
        group: CONTENT,
        doc: "Stops movies.",
        params: &[IDS, SERVERS],
        verb: Verb::Write(content::stop_movies),
    },
];

/// The call of these names, which are exact.
pub fn find(action: &str, sub: &str) -> Option<&'static Action> {
    ACTIONS.iter().find(|row| (row.action, row.sub) == (action, sub))
}
