//! Quirk profiles: the behaviour of other generations of a panel, and of individual panels of a generation
//! (contracts "Admin API", section 14, "Reseller API", section 9, "XC v2 API", section 16, and "Player side", section 16). None is active by default.
//!
//! This module only lists them and stores which are active; their behaviour is in the dialects that they
//! change.

use std::fmt;

use crate::spelling::closest;

/// The name for no profile: the documented behaviour.
pub const DOCS: &str = "docs";

/// One profile.
#[derive(Debug, PartialEq, Eq)]
pub struct Profile {
    pub name: &'static str,
    /// The dialect that it changes.
    pub dialect: &'static str,
    /// One sentence.
    pub doc: &'static str,
    /// Its changes for the documentation, one sentence each.
    pub changes: &'static [&'static str],
    /// Its bit in a set of profiles.
    bit: u16,
}

const XC_V2: &str = "XC v2 API";
const PLAYER: &str = "Player side";
const RESELLER: &str = "Reseller API";
const ADMIN_AND_PLAYER: &str = "Admin and Reseller API, player side";

/// The older panel's answers.
pub static XUI: Profile = Profile {
    name: "xui",
    dialect: ADMIN_AND_PLAYER,
    doc: "The older panel, whose API XUI.ONE and XC_VM have: bare lists, table rows with every value as text, and its rules of writing; players get 404 pages for refusals.",
    changes: &[
        "Lists that are not paged are bare JSON arrays without an envelope; `get_blocked_isps` keeps it.",
        "Objects and rows are rows of the panel's tables under the columns' names (`bouquet` holds JSON text); lists and content show after them what comes from other tables, such as `owner_name`. Passwords of accounts stay hidden.",
        "A device has the row of its line in `user` and that of the paired line, or null, in `paired`; `id` in `get_mags` and `get_enigmas` is the line's, `mag_id` and `device_id` name the device.",
        "Numbers and flags are texts, and so are dates: unix seconds, with null for an `exp_date` that never comes. `recordsTotal` and `recordsFiltered` stay numbers.",
        "`user_info` is the row of the account, with that of its group beside `data` in `permissions`.",
        "Failures have no `data`, and no `error` either but for a wrong key or action. A create or edit that fails its checks has the request in `data`, without `api_key` and `action`; one of nothing there is a status alone.",
        "`edit_line` gives what is not sent the value of a new line: random `username` and `password`, no bouquets, no `exp_date`, flags 0, `enabled`, `admin_enabled` and `max_connections` 1.",
        "A flag that is sent at all is 1, `0` and nothing included; `enabled` and `admin_enabled` of lines and devices count by their value.",
        "Dates are what PHP's `DateTime` takes: `2027-01-31`, `01/02/2027`, `+30 days`, `first day of next month`, ISO 8601 with `Z` or an offset, `@1800000000`. Bare unix seconds are `STATUS_INVALID_DATE`.",
        "A line or device that is created, or a line that is edited, without `member_id` belongs to the caller.",
        "`add_blocked_ip`, `add_blocked_ua` and `add_blocked_isp` answer the id alone; `adjust_credits` answers a status alone.",
        "`convert_mag` has the whole answer of `get_line` in `data`.",
        "`kill_connection` and `kill_pid` succeed for what is not there.",
        "`get_server_stats` without `server_id` is one object, of the main server.",
        "`mysql_query` has an `insert_id` beside its rows, in which `exp_date` is unix seconds; a write has no rows; what is no SQL is `STATUS_FAILURE`.",
        "Where `show_columns` or `hide_columns` leave nothing, a row is `[]`.",
        "Every answer is `text/html; charset=UTF-8`, whatever `--api-content-type` says.",
        "Resellers: an account in `user_info` has no `password`, a sub-reseller no `api_key` either. Lines, also those in `user` of devices, have no `admin_notes`; devices have no `paired`, and no `id` beside `mag_id` and `device_id`.",
        "Resellers: no failure has `data`. Flags count by their value, and there are no dates.",
        "Resellers: `packages` keeps its envelope; `official_credits` is a number, the caller's price of a sale.",
        "Resellers: an edit without `contact`, `reseller_notes`, `allowed_ips`, `allowed_ua`, `bypass_ua` or `is_isplock` clears it, and one without `bouquets_selected` gives all bouquets of the package, where the group has the right to change them. `extend_line` does not.",
        "Resellers: of the trials those count that are lines and were made in the last N hours (`total_allowed_gen_in` = `hours`, `hour`) or N days (any other word), where N is `total_allowed_gen_trials`, the number of trials itself; active codes do not count.",
        "Resellers: `convert_mag` and `convert_enigma` answer the line; `extend_line`, `create_line` and `create_activecode` the whole row.",
        "Resellers: `adjust_credits` answers a status alone; a balance that would fall below zero is `STATUS_FAILURE`.",
        "Players: every refusal of `player_api.php`, `panel_api.php`, `get.php`, `xmltv.php`, `enigma2.php` and streams is HTTP 404 with the page of a web server. A line that is not Active is refused as a wrong login is; the client log has the reason that comes first in the order of the checks of a stream.",
        "Players: `server_info` begins with `\"xui\":true,\"version\":\"1.5.5\",\"revision\":2`, and has `timestamp_now` and `time_now` before `timezone`.",
        "Players: programmes have the unix seconds of their end in `end` and its date in `stop`; `get_epg` lists all programmes of `stream_id`, with `from_now=1` the running one and those that follow. Live streams have a `thumbnail`, which is empty.",
        "Players: `params[offset]` and `params[items_per_page]` choose a page of `get_live_streams`, `get_vod_streams` and `get_series`.",
        "Players: `/player_api/USERNAME/PASSWORD/ACTION`, `/playlist/USERNAME/PASSWORD/TYPE` and `/epg/USERNAME/PASSWORD/gz` are the pages of these names; their last part may be left out.",
        "Players: the `access_token` of a line, of 32 letters and digits, stands in place of `USERNAME/PASSWORD` in these paths and those of streams, and as `token` in place of `username` and `password` in a query.",
        "Players: of a line's playlists that are downloaded at the same time, the third is refused with HTTP 429.",
    ],
    bit: 1,
};
/// What some running panels answer to resellers.
pub static LIVE: Profile = Profile {
    name: "live",
    dialect: RESELLER,
    doc: "Active codes and unknown actions as some running panels answer them: the id alone, `bouquet`, no text.",
    changes: &[
        "`create_activecode` answers `{\"id\":N}` and no code.",
        "Active codes have `bouquet`, JSON text, in place of `bouquets`.",
        "An unknown or missing action has `\"error\":\"\"`.",
        "Beside `xui` it changes nothing.",
    ],
    bit: 2048,
};
/// Edits store what was sent.
pub static V2_RAW_EDIT: Profile = Profile {
    name: "v2_raw_edit",
    dialect: XC_V2,
    doc: "Edits store values as they are sent: an empty date expires the line, an empty number is 0, lists stay text.",
    changes: &[
        "`user`/`edit` and `stb`/`edit` store values as they are sent, after the cleaning of every value.",
        "`exp_date=` and `exp_date=0` are the start of 1970: `info` prints `\"0\"`, and the line is expired.",
        "`bouquet`, `allowed_ips` and `allowed_ua` are kept byte for byte; `info` prints the JSON that they hold, `null` where they hold none.",
        "An empty number is 0 and not its default: `max_connections=` is `\"0\"`.",
        "A value with a `%` is a `PARAMETER ERROR`, except that `%%` stores one `%`.",
    ],
    bit: 2,
};
/// Bouquets are sorted before their content is merged.
pub static V2_SORTED_BOUQUETS: Profile = Profile {
    name: "v2_sorted_bouquets",
    dialect: XC_V2,
    doc: "`channel_ids` and `series_ids` follow the sorted bouquets, and what comes twice leaves a gap.",
    changes: &[
        "A line's bouquets are sorted by their ids before their content is put together.",
        "Of an id that comes again the first place counts; the others leave gaps, and a list with gaps prints as an object: `{\"0\":1,\"1\":2,\"3\":3}`.",
    ],
    bit: 4,
};
/// Lists keep gaps in place of empty elements.
pub static V2_SPARSE_LISTS: Profile = Profile {
    name: "v2_sparse_lists",
    dialect: XC_V2,
    doc: "`allowed_ips` and `allowed_ua` keep a gap where an empty element was dropped.",
    changes: &[
        "`create` and `edit` keep the places of the empty elements that they drop from `allowed_ips` and `allowed_ua`.",
        "`info` prints a list with gaps as an object with numbers as its keys: `{\"0\":\"10.0.0.1\",\"2\":\"10.0.0.2\"}`.",
    ],
    bit: 8,
};
/// The later generation's calls.
pub static V2_MODERN: Profile = Profile {
    name: "v2_modern",
    dialect: XC_V2,
    doc: "The later generation: `line`/`info` for `user`, no `stb`, only the list of `reg_user`, a 404 page for strangers.",
    changes: &[
        "A caller whose address or `api_pass` is refused gets the panel's 404 page.",
        "`user` is called `line` and has only `info`; `stb` is gone; `reg_user` has only `list`.",
        "What is gone is answered as every unknown call is: with an empty body. The journal names the profile in its hint.",
    ],
    bit: 16,
};

/// Lines that may not watch see what they had.
pub static LISTS_FOR_INACTIVE: Profile = Profile {
    name: "lists_for_inactive",
    dialect: PLAYER,
    doc: "Lines that are expired, disabled or banned get the full lists of `player_api.php` and `panel_api.php`.",
    changes: &[
        "Every action of `player_api.php` answers a line that is not Active as it answers one that is; so do `categories` and `available_channels` of `panel_api.php`.",
        "Playlists, guides and streams stay refused.",
    ],
    bit: 32,
};
/// Lists show a stream in each of its categories.
pub static DUPLICATE_CATEGORIES: Profile = Profile {
    name: "duplicate_categories",
    dialect: PLAYER,
    doc: "Lists without a filter repeat what is in several categories, once for each.",
    changes: &[
        "`get_live_streams`, `get_vod_streams` and `get_series` without `category_id` have an item for each category of a stream or series: `category_id` differs, `num` counts on, `category_ids` has all of them in each.",
    ],
    bit: 64,
};
/// JSON as PHP prints empty and gapless arrays.
pub static PHP_SHAPES: Profile = Profile {
    name: "php_shapes",
    dialect: PLAYER,
    doc: "Empty objects print as `[]`, and seasons without a gap make `episodes` a list of lists.",
    changes: &[
        "`video`, `audio`, `episodes` and `available_channels` are `[]` where nothing is in them.",
        "`episodes` is a list of lists, `[[…],[…]]`, where each season's number is one more than that of the season before.",
        "`tv_archive_duration` of a stream with an archive is a text: `\"7\"`.",
    ],
    bit: 128,
};
/// Links of streams without an extension.
pub static NO_EXTENSION: Profile = Profile {
    name: "no_extension",
    dialect: PLAYER,
    doc: "Links of playlists to streams as `ts` have no extension.",
    changes: &[
        "`http://HOST/USERNAME/PASSWORD/ID` in place of `…/ID.ts`, in all types of playlists; other links stay as they are.",
    ],
    bit: 256,
};
/// Only the player API is left.
pub static LEGACY_OFF: Profile = Profile {
    name: "legacy_off",
    dialect: PLAYER,
    doc: "`panel_api.php`, `get.php` and `xmltv.php` answer every login as a wrong one.",
    changes: &[
        "`panel_api.php` answers `{\"user_info\":{\"auth\":0}}`, with an action too; `get.php` and `xmltv.php` answer nothing.",
        "The client log has no row of a right login that is answered so.",
    ],
    bit: 512,
};
/// Who is refused a stream sees why.
pub static STATUS_CLIPS: Profile = Profile {
    name: "status_clips",
    dialect: PLAYER,
    doc: "Streams of lines that are expired, banned, disabled or at their limit, and streams that are off air, play a picture that says so.",
    changes: &[
        "The client is redirected to `/auth/TOKEN`, which plays the clip until it leaves; a playlist has the clip as its one segment, and an end.",
        "The picture has `EXPIRED`, `BANNED`, `DISABLED`, `IN USE` (another address watches), `LIMIT` or `OFF AIR` in its first row.",
        "A clip is no connection of the line; the client log has the refusal.",
    ],
    bit: 1024,
};

/// All profiles.
pub static PROFILES: [&Profile; 12] = [
    &XUI,
    &LIVE,
    &V2_RAW_EDIT,
    &V2_SORTED_BOUQUETS,
    &V2_SPARSE_LISTS,
    &V2_MODERN,
    &LISTS_FOR_INACTIVE,
    &DUPLICATE_CATEGORIES,
    &PHP_SHAPES,
    &NO_EXTENSION,
    &LEGACY_OFF,
    &STATUS_CLIPS,
];

/// Finds the profile with this name.
pub fn find(name: &str) -> Option<&'static Profile> {
    PROFILES.into_iter().find(|profile| profile.name == name)
}

/// The set of active profiles.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Profiles(u16);

impl Profiles {
    /// Parses names separated by commas; `docs` and an empty list mean none.
    ///
    /// # Errors
    /// The valid names, with the one that is most similar to an unknown name.
    pub fn parse(list: &str) -> Result<Profiles, String> {
        let names = list.split(',').map(str::trim);
        let listed = names.filter(|name| !name.is_empty() && *name != DOCS);
        listed
            .map(find_or_suggest)
            .try_fold(Profiles::default(), |all, profile| {
                let Profiles(bits) = all;
                Ok(Profiles(bits | profile?.bit))
            })
    }

    /// The set of one profile.
    pub const fn of(profile: &Profile) -> Profiles {
        Profiles(profile.bit)
    }

    /// Whether a profile is active.
    pub fn has(self, profile: &Profile) -> bool {
        self.0 & profile.bit != 0
    }

    /// Returns the active profiles, in the order of `PROFILES`.
    pub fn active(self) -> impl Iterator<Item = &'static Profile> {
        PROFILES.into_iter().filter(move |profile| self.has(profile))
    }
}

/// Prints the names of the active profiles, separated by commas; `docs` for none.
impl fmt::Display for Profiles {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.active().map(|profile| profile.name).collect();
        match names.as_slice() {
            [] => out.write_str(DOCS),
            names => out.write_str(&names.join(",")),
        }
    }
}

fn find_or_suggest(name: &str) -> Result<&'static Profile, String> {
    find(name).ok_or_else(|| {
        let mut names: Vec<&str> = PROFILES.iter().map(|profile| profile.name).collect();
        names.insert(0, DOCS);
        let suggestion = closest(name, &names).map_or_else(String::new, |close| format!("; did you mean {close:?}?"));
        format!("names of profiles ({}), not {name:?}{suggestion}", names.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_names_is_a_set_and_prints_in_the_tables_order() {
        for (list, printed) in [
            ("", "docs"),
            ("docs", "docs"),
            (" docs , ", "docs"),
            ("xui", "xui"),
            ("v2_modern,xui,docs,xui", "xui,v2_modern"),
        ] {
            let profiles = Profiles::parse(list).unwrap();
            assert_eq!(profiles.to_string(), printed, "{list:?}");
            assert_eq!(Profiles::parse(printed).unwrap(), profiles);
        }
        let all: Vec<&str> = PROFILES.iter().map(|profile| profile.name).collect();
        let all = Profiles::parse(&all.join(",")).unwrap();
        assert_eq!(all.active().count(), PROFILES.len());
    }

    #[test]
    fn an_unknown_name_is_told_with_the_closest() {
        let known = "docs, xui, live, v2_raw_edit, v2_sorted_bouquets, v2_sparse_lists, v2_modern, lists_for_inactive, duplicate_categories, php_shapes, no_extension, legacy_off, status_clips";
        for (list, name, suggestion) in [
            ("xiu", "xiu", "; did you mean \"xui\"?"),
            ("xui,v2modern", "v2modern", "; did you mean \"v2_modern\"?"),
            ("XUI", "XUI", ""),
        ] {
            let right = format!("names of profiles ({known}), not {name:?}{suggestion}");
            assert_eq!(Profiles::parse(list), Err(right));
        }
    }
}
