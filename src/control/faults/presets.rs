//! Named faults: known failures of panels and of the servers in front of them. The table has those that apply
//! to every dialect; [`super::shapes`] and [`super::pages`] implement them. Dialects add their own.

use std::time::Duration;

use super::{gzip, pages, shapes};
use crate::dialects::presets::Preset;
use crate::dialects::presets::PresetEffect::{Answer, Break, Pace as Paced, Prefix};
use crate::dialects::{Dialect, Dialects};
use crate::http::delivery::Pace;

/// The presets of every dialect.
#[rustfmt::skip]
static PRESETS: &[Preset] = &[
    Preset { name: "account_locked_ip", doc: "403 without a body, as a line answers that is tied to another address.", effect: Answer(|_| Some(pages::nothing(403))) },
    Preset { name: "array_instead_of_object", doc: "The JSON answer stands in a list.", effect: Break(shapes::in_a_list) },
    Preset { name: "bom_prefix", doc: "A byte order mark comes before the answer.", effect: Prefix("\u{feff}") },
    Preset { name: "cloudflare_challenge", doc: "403 with a page that asks a browser to prove itself, and the headers beside it.", effect: Answer(|_| Some(pages::challenge())) },
    Preset { name: "db_error_page", doc: "200 with a page about a database that is gone.", effect: Answer(|_| Some(pages::page(200, "Database Error", "The database server cannot be reached."))) },
    Preset { name: "double_gzip", doc: "The answer is packed with gzip twice, and its headers say once.", effect: Break(gzip::twice) },
    Preset { name: "empty_body", doc: "The answer has no body.", effect: Break(|answer| answer.body.clear()) },
    Preset { name: "html_error_page", doc: "502 with the page of a web server.", effect: Answer(|_| Some(pages::page(502, "502 Bad Gateway", "502 Bad Gateway"))) },
    Preset { name: "html_instead_of_json", doc: "200 with an HTML page.", effect: Answer(|_| Some(pages::page(200, "Login", "Log in to go on."))) },
    Preset { name: "invalid_utf8", doc: "A byte that is no UTF-8 stands in the middle.", effect: Break(|answer| answer.body.insert(answer.body.len() / 2, 0xff)) },
    Preset { name: "m3u_crlf", doc: "Every line of the answer ends with CR LF.", effect: Break(shapes::crlf) },
    Preset { name: "null_fields", doc: "Every value of the JSON answer is null.", effect: Break(shapes::nulls) },
    Preset { name: "object_instead_of_array", doc: "Lists of the JSON answer are objects with numbers as keys.", effect: Break(shapes::numbered_lists) },
    Preset { name: "php_warning_prefix", doc: "A warning of PHP comes before the answer.", effect: Prefix("<br />\n<b>Warning</b>:  Undefined variable $row in <b>index.php</b> on line <b>42</b><br />\n") },
    Preset { name: "redirect_chain", doc: "Five redirects, each to the same address with a higher number in its query; then the panel answers.", effect: Answer(pages::redirect_chain) },
    Preset { name: "redirect_loop", doc: "A redirect to the very same address, whenever it is asked for.", effect: Answer(|about| Some(pages::redirect_loop(about))) },
    Preset { name: "slow_epg", doc: "The answer comes at 1 KiB a second, as a guide does from a panel under load.", effect: Paced(|_| Pace::Pieces { bytes: 1 << 10, pause: Duration::from_secs(1) }) },
    Preset { name: "stream_404_after_start", doc: "The first request is answered as ever, each later one gets 404 without a body.", effect: Answer(|about| (about.hit != Some(1)).then(|| pages::nothing(404))) },
    Preset { name: "stream_stall", doc: "Half of the answer comes, then nothing more, and the connection stays open.", effect: Paced(|length| Pace::Stall { bytes: length / 2 }) },
    Preset { name: "strings_for_numbers", doc: "Numbers of the JSON answer are texts.", effect: Break(shapes::texts) },
    Preset { name: "truncated_json", doc: "The second half of the answer is missing.", effect: Break(|answer| answer.body.truncate(answer.body.len() / 2)) },
    Preset { name: "xmltv_unclosed", doc: "The last closing tag of the XML answer is missing, with all that follows.", effect: Break(shapes::unclosed) },
];

/// Returns all presets, those of the dialects included, sorted by name.
pub fn all(dialects: Dialects) -> Vec<&'static Preset> {
    let own = dialects.iter().flat_map(Dialect::presets);
    let mut all: Vec<&Preset> = PRESETS.iter().chain(own).collect();
    all.sort_by_key(|preset| preset.name);
    all
}

/// Returns the names of all presets.
pub fn names(dialects: Dialects) -> Vec<&'static str> {
    all(dialects).into_iter().map(|preset| preset.name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_has_every_preset_of_the_contract_once() {
        let all = all(Dialects::default());
        let names: Vec<&str> = all.iter().map(|preset| preset.name).collect();
        assert!(names.is_sorted_by(|one, next| one < next));
        let contract = "auth_zero, expired, banned, disabled, max_connections, account_locked_ip, \
             html_instead_of_json, php_warning_prefix, bom_prefix, empty_body, array_instead_of_object, \
             object_instead_of_array, strings_for_numbers, null_fields, truncated_json, invalid_utf8, \
             double_gzip, m3u_crlf, xmltv_unclosed, redirect_chain, redirect_loop, cloudflare_challenge, \
             db_error_page, slow_epg, stream_stall, stream_404_after_start, portal_token_expired";
        assert!(contract.split(", ").all(|name| names.contains(&name)));
        assert_eq!(names.len(), contract.split(", ").count() + 1, "and html_error_page");
        for preset in all {
            assert!(preset.doc.ends_with('.') && preset.doc.len() < 100, "{}", preset.name);
        }
    }
}
