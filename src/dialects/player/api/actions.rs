//! The actions, one row each (contract "Player side", section 5).

use super::guide::{self, NO_GUIDE};
use super::lists::Listed;
use super::pages::List;
use super::{Call, details};
use crate::panel::Result;
use crate::panel::profiles::{Profiles, XUI};

/// Appends the answer of an action.
type Print = fn(&Call<'_>, &mut Vec<u8>) -> Result<()>;

/// The answer of an action to a line that may watch.
#[derive(Clone, Copy)]
pub enum Answer {
    Printed(Print),
    /// It is kept.
    Kept(List),
}

use Answer::{Kept, Printed};

/// An action.
pub struct Action {
    pub name: &'static str,
    /// Clients may send this instead of the name, where there is one.
    pub number: Option<u16>,
    /// Its parameters beside the credentials, each with one sentence.
    pub parameters: Parameters,
    /// One sentence.
    pub doc: &'static str,
    /// The answer to a line that may not watch (section 4).
    pub empty: &'static str,
    pub answer: Answer,
}

/// Names and sentences of parameters.
type Parameters = &'static [(&'static str, &'static str)];

const CATEGORY: Parameters = &[("category_id", "Only what is in this category.")];
const STREAM: (&str, &str) = ("stream_id", "The stream.");
const LIMIT: (&str, &str) = ("limit", "How many programmes at most; 4 where it is left out.");

const fn row(
    number: u16,
    name: &'static str,
    doc: &'static str,
    parameters: Parameters,
    empty: &'static str,
    answer: Answer,
) -> Action {
    Action {
        name,
        number: Some(number),
        parameters,
        doc,
        empty,
        answer,
    }
}

/// All actions by their numbers.
#[rustfmt::skip] // A table.
pub static ACTIONS: [Action; 10] = [
    row(200, "get_vod_categories", "Lists the categories of the line's movies.", &[], "[]", Kept(List::Categories(Listed::Movies))),
    row(201, "get_live_categories", "Lists the categories of the line's channels and stations.", &[], "[]", Kept(List::Categories(Listed::Live))),
    row(202, "get_live_streams", "Lists the line's channels and stations.", CATEGORY, "[]", Kept(List::Channels)),
    row(203, "get_vod_streams", "Lists the line's movies.", CATEGORY, "[]", Kept(List::Movies)),
    row(204, "get_series_info", "Returns a series with its seasons and episodes.", &[("series_id", "The series.")], details::NO_SERIES, Printed(details::series)),
    row(205, "get_short_epg", "Returns the running and the following programmes of a stream.", &[STREAM, LIMIT], NO_GUIDE, Printed(guide::short)),
    row(206, "get_series_categories", "Lists the categories of the line's series.", &[], "[]", Kept(List::Categories(Listed::Series))),
    row(207, "get_simple_data_table", "Returns all programmes of a stream.", &[STREAM], NO_GUIDE, Printed(guide::all)),
    row(208, "get_series", "Lists the line's series.", CATEGORY, "[]", Kept(List::Series)),
    row(209, "get_vod_info", "Returns what is known of a movie.", &[("vod_id", "The movie.")], details::NO_MOVIE, Printed(details::movie)),
];

/// The action that there is under the profile `xui` alone.
pub static XUI_ACTION: Action = Action {
    number: None,
    ..row(
        0,
        "get_epg",
        "Returns the programmes of a stream.",
        &[STREAM, ("from_now", "1 leaves out those that have ended.")],
        NO_GUIDE,
        Printed(guide::programmes),
    )
};

impl Action {
    /// Finds an action by its name or number.
    pub fn find(word: &str, profiles: Profiles) -> Option<&'static Action> {
        let number: Option<u16> = word.parse().ok();
        let is_meant = |action: &&Action| action.name == word || number.is_some() && action.number == number;
        let of_xui = profiles.has(&XUI).then_some(&XUI_ACTION);
        ACTIONS.iter().chain(of_xui).find(is_meant)
    }
}
