//! Conversions of values in the profiles `v2_raw_edit` and `v2_sparse_lists` (contract "XC v2 API", section
//! 16).

use serde_json::Value as Json;

use crate::dialects::php::json::{self, Object};
use crate::store::functions;

/// Formats a value of a raw edit, as the panel passes it through a formatter: `%%` is one `%`, any other `%`
/// is an error.
pub fn formatted(text: &str) -> Option<String> {
    let stray = text.replace("%%", "").contains('%');
    (!stray).then(|| text.replace("%%", "%"))
}

/// Appends a stored text as JSON; `null` if it is not JSON.
pub fn print_stored(out: &mut Vec<u8>, stored: &str) {
    match serde_json::from_str(stored) {
        Ok(value) => json::value(out, &value),
        Err(_) => out.extend_from_slice(b"null"),
    }
}

/// Appends the texts of a stored list without the empty ones. If an empty one was not at the end, the others
/// keep their indexes and the list becomes an object.
pub fn print_sparse(out: &mut Vec<u8>, stored: &str) {
    let texts = functions::texts(stored);
    let filled: Vec<(usize, &String)> = texts.iter().enumerate().filter(|(_, text)| !text.is_empty()).collect();
    if filled.iter().enumerate().all(|(at, (place, _))| at == *place) {
        return json::list(out, filled, |out, (_, text)| json::text(out, text));
    }
    let mut object = Object::open(out);
    for (place, text) in filled {
        json::text(object.key(&place.to_string()), text);
    }
    object.close();
}

/// Whether a stored text is a JSON list.
pub fn is_list(stored: &str) -> bool {
    matches!(serde_json::from_str(stored), Ok(Json::Array(_)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(print: fn(&mut Vec<u8>, &str), stored: &str) -> String {
        let mut out = Vec::new();
        print(&mut out, stored);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn percent_signs_come_in_pairs() {
        for (sent, stored) in [
            ("", Some("")),
            ("a", Some("a")),
            ("%%", Some("%")),
            ("100%% %%%%", Some("100% %%")),
            ("%", None),
            ("%%%", None),
            ("%s", None),
        ] {
            assert_eq!(formatted(sent).as_deref(), stored, "{sent}");
        }
    }

    #[test]
    fn a_list_with_a_gap_is_an_object() {
        for (stored, right) in [
            (r#"["a","b"]"#, r#"["a","b"]"#),
            (r#"["a","b",""]"#, r#"["a","b"]"#),
            (r#"["a","","b"]"#, r#"{"0":"a","2":"b"}"#),
            (r#"["","a"]"#, r#"{"1":"a"}"#),
            (r#"["",""]"#, "[]"),
            ("nothing", "[]"),
        ] {
            assert_eq!(printed(print_sparse, stored), right, "{stored}");
        }
    }

    #[test]
    fn stored_text_prints_as_what_it_holds() {
        for (stored, right) in [
            (r#"["1",2]"#, r#"["1",2]"#),
            ("5", "5"),
            (r#"{"a":1}"#, r#"{"a":1}"#),
            ("", "null"),
            ("1,2", "null"),
        ] {
            assert_eq!(printed(print_stored, stored), right, "{stored}");
        }
    }
}
