//! The table of calls: one row for each `action` and `sub`; routing and the generated pages are derived from
//! it (contract "XC v2 API", section 4).

use serde_json::Value;

use super::operations::{Call, accounts, content, devices, lines};
use super::user_data;
use super::words;
use crate::dialects::operation::ValueForm;
use crate::panel::Result;
use crate::panel::answers::AnswerBytes;
use crate::panel::profiles::{Profiles, V2_MODERN};

/// One call.
pub struct Action {
    pub action: &'static str,
    pub sub: &'static str,
    /// Its `action` in the later generation (`v2_modern`); `None` if that has no such call.
    pub later: Option<&'static str>,
    /// The chapter of the panel that it belongs to, as the Admin API's table has them.
    pub group: &'static str,
    /// One sentence.
    pub doc: &'static str,
    pub params: &'static [Param],
    /// Returns the schema of a success, for OpenAPI.
    pub success: fn() -> Value,
    pub verb: Verb,
}

/// A parameter of a call.
#[derive(Clone, Copy)]
pub struct Param {
    pub name: &'static str,
    pub required: bool,
    /// One sentence.
    pub doc: &'static str,
    pub form: ValueForm,
    /// A value with which the call succeeds with the `docs` seed.
    pub example: &'static str,
}

impl Param {
    const fn required(name: &'static str, doc: &'static str, example: &'static str) -> Param {
        Param {
            name,
            required: true,
            doc,
            form: ValueForm::Text,
            example,
        }
    }

    const fn optional(name: &'static str, doc: &'static str, example: &'static str) -> Param {
        Param {
            required: false,
            ..Param::required(name, doc, example)
        }
    }

    const fn of(self, form: ValueForm) -> Param {
        Param { form, ..self }
    }
}

/// The operation of a call.
#[derive(Clone, Copy, Debug)]
pub enum Verb {
    /// Its answer may be large, so it is made within the limits of answers.
    Read(fn(&Call<'_>) -> Result<AnswerBytes>),
    Write(fn(&Call<'_>) -> Result<Vec<u8>>),
}

const USERNAME: Param = Param::required("username", "The line's username.", "customer4521");
const PASSWORD: Param = Param::required("password", "The line's password.", "securepass");
const MAC: Param = Param::required("mac", "The device's MAC address.", "00:1A:79:00:03:01");
const NEW: Param = Param::optional(
    "user_data[…]",
    "Columns of the line; what is left out has its default.",
    "",
)
.of(ValueForm::Members(user_data::created_members));
const EDIT: Param = Param::required("user_data[…]", "Columns of the line that change.", "")
    .of(ValueForm::Members(user_data::edited_members));
const IDS: Param = Param::required(
    "stream_ids[]",
    "Ids of what is started or stopped; unknown ones are ignored.",
    "10",
)
.of(ValueForm::Ints);
const SERVERS: Param =
    Param::optional("servers[]", "Ids of the servers; all of them when left out.", "1").of(ValueForm::Ints);

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
        later: None,
        group: LINES,
        doc: "Creates a line; credentials are generated when left out.",
        params: &[NEW],
        success: lines::created,
        verb: Verb::Write(lines::create_line),
    },
    Action {
        action: "user",
        sub: "edit",
        later: None,
        group: LINES,
        doc: "Changes a line.",
        params: &[USERNAME, PASSWORD, EDIT],
        success: words::done,
        verb: Verb::Write(lines::edit_line),
    },
    Action {
        action: "user",
        sub: "info",
        later: Some("line"),
        group: LINES,
        doc: "Shows a line with its open connections and its channels.",
        params: &[USERNAME, PASSWORD],
        success: lines::shown,
        verb: Verb::Read(lines::show_line),
    },
    Action {
        action: "stb",
        sub: "create",
        later: None,
        group: DEVICES,
        doc: "Creates a MAG device with its hidden line.",
        params: &[
            Param::required("user_data[mac]", "The device's MAC address.", "00:1A:79:12:34:56"),
            NEW,
        ],
        success: words::done,
        verb: Verb::Write(devices::create_device),
    },
    Action {
        action: "stb",
        sub: "edit",
        later: None,
        group: DEVICES,
        doc: "Changes the hidden line of a MAG device.",
        params: &[MAC, EDIT],
        success: words::done,
        verb: Verb::Write(devices::edit_device),
    },
    Action {
        action: "stb",
        sub: "info",
        later: None,
        group: DEVICES,
        doc: "Shows a MAG device with its line.",
        params: &[MAC],
        success: devices::shown,
        verb: Verb::Read(devices::show_device),
    },
    Action {
        action: "reg_user",
        sub: "list",
        later: Some("reg_user"),
        group: RESELLERS,
        doc: "Lists the accounts of administrators and resellers.",
        params: &[],
        success: accounts::users,
        verb: Verb::Read(accounts::list_users),
    },
    Action {
        action: "reg_user",
        sub: "credits",
        later: None,
        group: RESELLERS,
        doc: "Adds to an account's credits, or takes from them.",
        params: &[
            Param::required("amount", "Credits to add; negative ones are taken.", "10").of(ValueForm::Decimal),
            Param::optional("id", "Which account: its id.", "88").of(ValueForm::Int(None)),
            Param::optional(
                "username",
                "Which account when no id is sent: its username.",
                "reseller88",
            ),
        ],
        success: words::done,
        verb: Verb::Write(accounts::add_credits),
    },
    Action {
        action: "server",
        sub: "list",
        later: Some("server"),
        group: HOSTS,
        doc: "Lists the servers with what is known of their machines.",
        params: &[],
        success: content::servers,
        verb: Verb::Read(content::list_servers),
    },
    Action {
        action: "stream",
        sub: "list",
        later: Some("stream"),
        group: CONTENT,
        doc: "Lists everything but movies.",
        params: &[],
        success: content::streams,
        verb: Verb::Read(content::list_streams),
    },
    Action {
        action: "stream",
        sub: "online",
        later: Some("stream"),
        group: CONTENT,
        doc: "Lists what runs, each with its servers.",
        params: &[],
        success: content::on_servers,
        verb: Verb::Read(content::online_streams),
    },
    Action {
        action: "stream",
        sub: "offline",
        later: Some("stream"),
        group: CONTENT,
        doc: "Lists what was started and fails, each with its servers.",
        params: &[],
        success: content::on_servers,
        verb: Verb::Read(content::offline_streams),
    },
    Action {
        action: "stream",
        sub: "start",
        later: Some("stream"),
        group: CONTENT,
        doc: "Starts streams, channels, stations and episodes.",
        params: &[IDS, SERVERS],
        success: words::done,
        verb: Verb::Write(content::start_streams),
    },
    Action {
        action: "stream",
        sub: "stop",
        later: Some("stream"),
        group: CONTENT,
        doc: "Stops streams, channels, stations and episodes.",
        params: &[IDS, SERVERS],
        success: words::done,
        verb: Verb::Write(content::stop_streams),
    },
    Action {
        action: "vod",
        sub: "start",
        later: Some("vod"),
        group: CONTENT,
        doc: "Starts movies.",
        params: &[IDS, SERVERS],
        success: words::done,
        verb: Verb::Write(content::start_movies),
    },
    Action {
        action: "vod",
        sub: "stop",
        later: Some("vod"),
        group: CONTENT,
        doc: "Stops movies.",
        params: &[IDS, SERVERS],
        success: words::done,
        verb: Verb::Write(content::stop_movies),
    },
];

impl Action {
    /// Returns its `action` in a generation; `None` if that has no such call.
    pub fn named(&self, generation: Generation) -> Option<&'static str> {
        match generation {
            Generation::Documented => Some(self.action),
            Generation::Later => self.later,
        }
    }
}

/// The generation of the API: it decides which calls exist, and how callers without access are answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Generation {
    Documented,
    /// The generation of the profile `v2_modern`.
    Later,
}

impl Generation {
    /// Both generations.
    pub const ALL: [Generation; 2] = [Generation::Documented, Generation::Later];

    /// Returns the active generation.
    pub fn from_profiles(profiles: Profiles) -> Generation {
        match profiles.has(&V2_MODERN) {
            true => Generation::Later,
            false => Generation::Documented,
        }
    }

    /// Finds the call with exactly these names.
    pub fn find(self, action: &str, sub: &str) -> Option<&'static Action> {
        ACTIONS
            .iter()
            .find(|row| row.sub == sub && row.named(self) == Some(action))
    }

    /// Returns the names of its calls, such as `user/info`.
    pub fn calls(self) -> impl Iterator<Item = String> {
        let named = move |row: &Action| Some(format!("{}/{}", row.named(self)?, row.sub));
        ACTIONS.iter().filter_map(named)
    }
}
