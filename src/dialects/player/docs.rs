//! Describes the calls for the pages, OpenAPI and the command line.

use std::sync::LazyLock;

use super::api::actions::{ACTIONS, Action};
use super::api::{self, LOGIN};
use super::enigma2::{self, MENUS};
use super::pages::Page;
use super::playlists::types::TYPES;
use super::playlists::{self, USUAL_TYPE};
use super::xmltv;
use crate::dialects::operation::{DialectDetails, Operation, OperationDetails, Parameter, ValueForm};

/// The chapter of the calls.
const GROUP: &str = "Player side";

/// Returns the calls of a page.
pub fn operations(page: Page) -> &'static [Operation] {
    static ACCOUNT: LazyLock<Vec<Operation>> = LazyLock::new(|| {
        let login = login(
            "/player_api.php",
            "Returns the account of a line and the server's address.",
        );
        [login].into_iter().chain(ACTIONS.iter().map(operation)).collect()
    });
    static EVERYTHING: LazyLock<Vec<Operation>> = LazyLock::new(|| {
        vec![login(
            "/panel_api.php",
            "Returns the account of a line, the categories and all its streams.",
        )]
    });
    static PLAYLIST: LazyLock<Vec<Operation>> = LazyLock::new(|| vec![playlist()]);
    static GUIDE: LazyLock<Vec<Operation>> = LazyLock::new(|| vec![guide()]);
    static MENU: LazyLock<Vec<Operation>> = LazyLock::new(|| vec![menu()]);
    static STREAMS: LazyLock<Vec<Operation>> = LazyLock::new(streams);
    match page {
        Page::Api(api::Page::Account) => &ACCOUNT,
        Page::Api(api::Page::Everything) => &EVERYTHING,
        Page::Playlist => &PLAYLIST,
        Page::Guide => &GUIDE,
        Page::Menus => &MENU,
        Page::Streams => &STREAMS,
    }
}

/// A parameter that takes some words, with what it is where it is left out.
fn words(name: &'static str, doc: &'static str, all: &'static [&'static str], left_out: &str) -> Parameter {
    let example = all.first().copied().unwrap_or_default();
    Parameter {
        typed: Some((format!("`{}`", all.join("` `")), left_out.to_owned())),
        ..Parameter::text(name, false, doc).of(ValueForm::Words(all), example)
    }
}

fn playlist() -> Operation {
    static NAMES: LazyLock<Vec<&str>> = LazyLock::new(|| TYPES.iter().map(|one| one.name).collect());
    let doc = "Returns the line's channels, movies, stations and episodes as a file for apps and receivers.";
    let key = "What it holds: some of `live`, `movie`, `radio_streams` and `series`, separated by commas.";
    Operation {
        parameters: vec![
            words("type", "The format of the file.", &NAMES, USUAL_TYPE),
            words(
                "output",
                "How live streams are offered.",
                &["ts", "mpegts", "hls", "m3u8", "rtmp"],
                "ts",
            ),
            Parameter {
                typed: Some(("text".to_owned(), "all".to_owned())),
                ..Parameter::text("key", false, key).of(ValueForm::Text, "live,movie")
            },
        ],
        answer: "The file; for a line that may not watch it is empty.",
        ..Operation::new(playlists::NAME, GROUP, doc, "/get.php".to_owned())
    }
}

fn guide() -> Operation {
    let doc = "Returns the guide of all the line's channels as XMLTV.";
    Operation {
        parameters: vec![Parameter::text("gzip", false, "1 compresses the file.").of(ValueForm::Numbers(&[0, 1]), "0")],
        answer: "The guide; for a line that may not watch it is empty.",
        ..Operation::new(xmltv::NAME, GROUP, doc, "/xmltv.php".to_owned())
    }
}

fn menu() -> Operation {
    static NAMES: LazyLock<Vec<&str>> = LazyLock::new(|| MENUS.iter().map(|menu| menu.name).collect());
    let id = |name, doc| Parameter {
        typed: Some(("int".to_owned(), "nothing".to_owned())),
        ..Parameter::text(name, false, doc).of(ValueForm::Int(None), "")
    };
    Operation {
        parameters: vec![
            words("type", "The menu.", &NAMES, "the first menu"),
            id("cat_id", "Only what is in this category; 0 is all."),
            id("series_id", "The series of `get_seasons` and `get_series_streams`."),
            id("season", "The season of `get_series_streams`."),
        ],
        answer: "The menu as XML.",
        ..Operation::new(
            enigma2::NAME,
            GROUP,
            "Returns a menu of an Enigma2 device.",
            "/enigma2.php".to_owned(),
        )
    }
}

/// The streams in the form that has all in the query.
fn streams() -> Vec<Operation> {
    let id = |doc, example: &'static str| Parameter::text("stream", true, doc).of(ValueForm::Int(None), example);
    let extension = |all: &'static [&'static str]| words("extension", "The format.", all, "ts");
    let form = "When it begins: `YYYY-MM-DD:HH-MM` in the panel's time zone, or unix seconds.";
    vec![
        Operation {
            parameters: vec![
                id("The id of a channel or a station.", "10"),
                extension(&["ts", "m3u8"]),
            ],
            answer: "A redirect to the stream, or its playlist.",
            ..Operation::new("live", GROUP, "Plays what is on air.", "/streaming/live.php".to_owned())
        },
        Operation {
            parameters: vec![
                id("The id of a movie.", "100"),
                words("extension", "The format.", &["mp4", "mkv"], "mp4"),
            ],
            answer: "A redirect to the file.",
            ..Operation::new("movie", GROUP, "Plays a movie.", "/streaming/vod.php".to_owned())
        },
        Operation {
            parameters: vec![
                id("The id of a channel or a station.", "10"),
                Parameter::text("start", true, form).of(ValueForm::Text, "2026-03-15:14-00"),
                Parameter::text("duration", true, "How long it is, in minutes.").of(ValueForm::Int(None), "30"),
                extension(&["ts", "m3u8"]),
            ],
            answer: "A redirect to the recording, or its playlist.",
            ..Operation::new(
                "timeshift",
                GROUP,
                "Plays what was on air.",
                "/streaming/timeshift.php".to_owned(),
            )
        },
    ]
}

fn login(path: &str, doc: &'static str) -> Operation {
    Operation::new(LOGIN, GROUP, doc, path.to_owned())
}

fn operation(action: &Action) -> Operation {
    let parameters = action.parameters.iter();
    Operation {
        parameters: parameters
            .map(|(name, doc)| Parameter::text(*name, false, *doc))
            .collect(),
        ..Operation::new(
            action.name,
            GROUP,
            action.doc,
            format!("/player_api.php?action={}", action.name),
        )
    }
}

/// Describes the credentials that every call takes.
pub fn details(_: &Operation) -> OperationDetails {
    let text = |name, doc, example: &'static str| Parameter::text(name, true, doc).of(ValueForm::Text, example);
    OperationDetails {
        query: vec![
            text("username", "The username of the line.", "customer4521"),
            text("password", "The password of the line.", "securepass"),
        ],
        ..OperationDetails::default()
    }
}

/// Describes callers and failures: a wrong login is an answer as any other but for
/// Enigma2 devices (contract "Player side", sections 3 and 13).
pub fn common_details(page: Option<Page>) -> DialectDetails {
    let wrong = (401, "The credentials are wrong, or the line may not watch.");
    let refusals = [
        (403, "The address is blocked on the panel."),
        (503, "The panel is busy and nothing was done."),
    ];
    let refused = [
        (302, "The stream is at the address in `Location`."),
        (400, "A value is missing, or it is none."),
        (404, "There is no such stream, or it is not on air, or not recorded."),
        (405, "The line does not have this format."),
        (406, "No bouquet of the line has the stream."),
    ];
    let is_stream = page == Some(Page::Streams);
    let refused = refused.into_iter().filter(|_| is_stream);
    let wrong = (is_stream || page == Some(Page::Menus)).then_some(wrong);
    DialectDetails {
        is_open: true,
        refusals: wrong.into_iter().chain(refusals).chain(refused).collect(),
        ..DialectDetails::default()
    }
}
