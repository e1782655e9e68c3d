//! Faults by name: what panels, and what stands in front of them, are known to answer when something
//! is wrong. The table; what its rows do stands in [`super::shapes`], [`super::pages`] and
//! [`super::player`].

use super::effect::PresetContext;
use super::{gzip, pages, player, shapes};
use crate::control::delivery::Pace;
use crate::http::Response;

/// One fault.
pub struct Preset {
    pub name: &'static str,
    /// One sentence.
    pub doc: &'static str,
    pub effect: PresetEffect,
}

/// What a preset does to a request.
#[derive(Clone, Copy)]
pub enum PresetEffect {
    /// Answers in the panel's place; where it does not, the panel answers.
    Answer(fn(&PresetContext<'_>) -> Option<Response>),
    /// Breaks the panel's answer.
    Break(fn(&mut Response)),
    /// Says how an answer of this length goes out.
    Pace(fn(usize) -> Pace),
}

use PresetEffect::{Answer, Break, Pace as Paced};

/// All of them.
#[rustfmt::skip]
pub static PRESETS: &[Preset] = &[
    Preset { name: "account_locked_ip", doc: "403 without a body, as a line answers that is tied to another address.", effect: Answer(|_| Some(pages::nothing(403))) },
    Preset { name: "array_instead_of_object", doc: "The JSON answer stands in a list.", effect: Break(shapes::in_a_list) },
    Preset { name: "auth_zero", doc: "The player API's answer to a wrong login.", effect: Answer(|_| Some(player::unknown())) },
    Preset { name: "banned", doc: "The line is banned: a login says so, a playlist is empty, a stream is refused with 401.", effect: Answer(|about| Some(player::refused(about, &player::BANNED))) },
    Preset { name: "bom_prefix", doc: "A byte order mark comes before the answer.", effect: Break(|answer| shapes::prefix(answer, "\u{feff}")) },
    Preset { name: "cloudflare_challenge", doc: "403 with a page that asks a browser to prove itself, and the headers beside it.", effect: Answer(|_| Some(pages::challenge())) },
    Preset { name: "db_error_page", doc: "200 with a page about a database that is gone.", effect: Answer(|_| Some(pages::page(200, "Database Error", "The database server cannot be reached."))) },
    Preset { name: "disabled", doc: "The line is disabled: a login says so, a playlist is empty, a stream is refused with 401.", effect: Answer(|about| Some(player::refused(about, &player::DISABLED))) },
    Preset { name: "double_gzip", doc: "The answer is packed with gzip twice, and its headers say once.", effect: Break(gzip::twice) },
    Preset { name: "empty_body", doc: "The answer has no body.", effect: Break(|answer| answer.body.clear()) },
    Preset { name: "expired", doc: "The line has expired: a login says so, a playlist is empty, a stream is refused with 401.", effect: Answer(|about| Some(player::refused(about, &player::EXPIRED))) },
    Preset { name: "html_error_page", doc: "502 with the page of a web server.", effect: Answer(|_| Some(pages::page(502, "502 Bad Gateway", "502 Bad Gateway"))) },
    Preset { name: "html_instead_of_json", doc: "200 with an HTML page.", effect: Answer(|_| Some(pages::page(200, "Login", "Log in to go on."))) },
    Preset { name: "invalid_utf8", doc: "A byte that is no UTF-8 stands in the middle.", effect: Break(|answer| answer.body.insert(answer.body.len() / 2, 0xff)) },
    Preset { name: "m3u_crlf", doc: "Every line of the answer ends with CR LF.", effect: Break(shapes::crlf) },
    Preset { name: "max_connections", doc: "All connections of the line are in use: a login counts them, all else is refused with 403.", effect: Answer(|about| Some(player::full(about))) },
    Preset { name: "null_fields", doc: "Every value of the JSON answer is null.", effect: Break(shapes::nulls) },
    Preset { name: "object_instead_of_array", doc: "Lists of the JSON answer are objects with numbers as keys.", effect: Break(shapes::numbered_lists) },
    Preset { name: "php_warning_prefix", doc: "A warning of PHP comes before the answer.", effect: Break(|answer| shapes::prefix(answer, "<br />\n<b>Warning</b>:  Undefined variable $row in <b>index.php</b> on line <b>42</b><br />\n")) },
    Preset { name: "portal_token_expired", doc: "The MAG portal's answer to a token that is not valid any more.", effect: Answer(|_| Some(player::token_expired())) },
    Preset { name: "redirect_chain", doc: "Five redirects, each to the same address with a higher number in its query; then the panel answers.", effect: Answer(pages::redirect_chain) },
    Preset { name: "redirect_loop", doc: "A redirect to the very same address, whenever it is asked for.", effect: Answer(|about| Some(pages::redirect_loop(about))) },
    Preset { name: "slow_epg", doc: "The answer comes at 1 KiB a second, as a guide does from a panel under load.", effect: Paced(|_| Pace::Pieces { bytes: 1 << 10, pause: std::time::Duration::from_secs(1) }) },
    Preset { name: "stream_404_after_start", doc: "The first request is answered as ever, each later one gets 404 without a body.", effect: Answer(|about| (about.hit != Some(1)).then(|| pages::nothing(404))) },
    Preset { name: "stream_stall", doc: "Half of the answer comes, then nothing more, and the connection stays open.", effect: Paced(|length| Pace::Stall { bytes: length / 2 }) },
    Preset { name: "strings_for_numbers", doc: "Numbers of the JSON answer are texts.", effect: Break(shapes::texts) },
    Preset { name: "truncated_json", doc: "The second half of the answer is missing.", effect: Break(|answer| answer.body.truncate(answer.body.len() / 2)) },
    Preset { name: "xmltv_unclosed", doc: "The last closing tag of the XML answer is missing, with all that follows.", effect: Break(shapes::unclosed) },
];

/// The preset of this name.
pub fn find(name: &str) -> Option<&'static Preset> {
    PRESETS.iter().find(|preset| preset.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_has_every_preset_of_the_contract_once() {
        let names: Vec<&str> = PRESETS.iter().map(|preset| preset.name).collect();
        assert!(names.is_sorted());
        let contract = "auth_zero, expired, banned, disabled, max_connections, account_locked_ip, \
             html_instead_of_json, php_warning_prefix, bom_prefix, empty_body, array_instead_of_object, \
             object_instead_of_array, strings_for_numbers, null_fields, truncated_json, invalid_utf8, \
             double_gzip, m3u_crlf, xmltv_unclosed, redirect_chain, redirect_loop, cloudflare_challenge, \
             db_error_page, slow_epg, stream_stall, stream_404_after_start, portal_token_expired";
        assert!(contract.split(", ").all(|name| find(name).is_some()));
        assert_eq!(names.len(), contract.split(", ").count() + 1, "and html_error_page");
        for preset in PRESETS {
            assert!(preset.doc.ends_with('.') && preset.doc.len() < 100, "{}", preset.name);
        }
    }
}
