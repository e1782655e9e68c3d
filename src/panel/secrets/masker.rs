//! Masks secrets by their values, wherever they stand in a text and however they are written there.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use serde_json::Value;

use super::decoded::{Decoded, INNER, NESTED};
use super::index::SecretIndex;

/// The replacement of a secret.
pub const MASK: &str = "***";

/// How many bytes are searched for one text, with all that can be written in it: more than 64 KiB, the longest
/// body that is shown, in all usual ways. A text that takes more is masked as a whole.
const SEARCHED: usize = 2 << 20;

/// The secrets to mask.
#[derive(Clone, Debug, Default)]
pub struct Masker(Vec<Arc<SecretIndex>>);

impl Masker {
    /// Creates a masker of all these secrets.
    pub fn new(all: impl IntoIterator<Item = Arc<SecretIndex>>) -> Masker {
        Masker(all.into_iter().filter(|index| !index.is_empty()).collect())
    }

    /// Adds secrets.
    pub fn with(&self, more: SecretIndex) -> Masker {
        Masker::new(self.0.iter().cloned().chain([Arc::new(more)]))
    }

    /// Masks a text.
    pub fn text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if self.0.is_empty() || text.len() < super::index::SHORTEST {
            return text.into();
        }
        match self.places(text.as_bytes()) {
            None => MASK.into(),
            Some(places) if places.is_empty() => text.into(),
            Some(places) => replaced(text, places).into(),
        }
    }

    /// Masks all texts of a JSON value, and the names of its members. Numbers are the panel's own: what a client
    /// sent is shown as text.
    pub fn json(&self, value: &mut Value) {
        match value {
            Value::String(text) => {
                if let Cow::Owned(masked) = self.text(text) {
                    *text = masked;
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.json(item)),
            Value::Object(members) => {
                let taken = std::mem::take(members);
                members.extend(taken.into_iter().map(|(name, mut inner)| {
                    self.json(&mut inner);
                    (self.text(&name).into_owned(), inner)
                }));
            }
            Value::Number(_) | Value::Null | Value::Bool(_) => {}
        }
    }

    /// Returns the places of secrets in a text; `None` if it takes too long to find them.
    fn places(&self, text: &[u8]) -> Option<Vec<Range<usize>>> {
        let mut search = Search {
            masker: self,
            left: SEARCHED,
            places: Vec::new(),
        };
        search.bytes(text, None)?;
        let mut outer: Vec<Decoded> = search.inside(text, None, &NESTED)?;
        search.inside(text, None, &INNER)?;
        for decoded in std::mem::take(&mut outer) {
            outer.extend(search.inside(&decoded.bytes, Some(&decoded), &NESTED)?);
            search.inside(&decoded.bytes, Some(&decoded), &INNER)?;
        }
        for decoded in outer {
            search.inside(&decoded.bytes, Some(&decoded), &NESTED)?;
        }
        Some(search.places)
    }
}

/// A search in a text and all that is written in it.
struct Search<'m> {
    masker: &'m Masker,
    /// How many bytes may be searched.
    left: usize,
    places: Vec<Range<usize>>,
}

impl Search<'_> {
    /// Searches what is written in these ways in a text, and returns it.
    fn inside(
        &mut self,
        text: &[u8],
        outer: Option<&Decoded>,
        writings: &[super::decoded::Writing],
    ) -> Option<Vec<Decoded>> {
        let mut all = Vec::new();
        for writing in writings {
            self.take(text.len() / 4)?;
            let Some(decoded) = writing(text) else {
                continue;
            };
            let decoded = match outer {
                Some(outer) => decoded.within(outer),
                None => decoded,
            };
            self.bytes(&decoded.bytes, Some(&decoded))?;
            all.push(decoded);
        }
        Some(all)
    }

    /// Searches bytes.
    fn bytes(&mut self, bytes: &[u8], decoded: Option<&Decoded>) -> Option<()> {
        self.take(bytes.len())?;
        for index in &self.masker.0 {
            index.find(bytes, |place| {
                self.places.push(match decoded {
                    Some(decoded) => decoded.place(place),
                    None => place,
                });
            });
        }
        Some(())
    }

    fn take(&mut self, bytes: usize) -> Option<()> {
        self.left = self.left.checked_sub(bytes)?;
        Some(())
    }
}

/// Replaces places of a text, which may overlap.
fn replaced(text: &str, mut places: Vec<Range<usize>>) -> String {
    places.sort_unstable_by_key(|place| place.start);
    let mut masked = String::with_capacity(text.len());
    let (mut kept_from, mut masked_to) = (0, None);
    for place in places {
        // A place within a character, which bytes of another writing can have, takes the whole one.
        let start = (0..=place.start)
            .rev()
            .find(|at| text.is_char_boundary(*at))
            .unwrap_or(0);
        let end = (place.end..text.len())
            .find(|at| text.is_char_boundary(*at))
            .unwrap_or(text.len());
        if masked_to.is_none_or(|to| start > to) {
            masked.push_str(text.get(kept_from..start).unwrap_or_default());
            masked.push_str(MASK);
        }
        kept_from = kept_from.max(end);
        masked_to = Some(kept_from);
    }
    masked.push_str(text.get(kept_from..).unwrap_or_default());
    masked
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::index::Fingerprint;
    use super::*;

    fn masker(secrets: &[&str]) -> Masker {
        let fingerprints = secrets.iter().filter_map(|secret| Fingerprint::new(secret));
        Masker::default().with(SecretIndex::new(fingerprints))
    }

    #[test]
    fn a_secret_is_masked_however_it_is_written() {
        let secrets = masker(&["secure pass'5\"é/"]);
        for text in [
            "a secure pass'5\"é/ b",
            "a secure%20pass%275%22%C3%A9%2F b",
            "a secure+pass%275%22%c3%a9/ b",
            "a %73ecure%2520pass%25275%2522%25C3%25A9%252F b",
            r#"a secure pass'5\"\u00e9\/ b"#,
            r#"a \u0073ecure pass\'5\"\u{e9}/ b"#,
            r#"a secure pass''5""é/ b"#,
            "a secure%20pass%27%275%22%C3%A9%2F b",
            r#"a secure%20pass%275%5C%22%5Cu00e9%2F b"#,
            "a 0x7365637572652070617373273522c3a92f b",
            "a X'7365637572652070617373273522C3A92F' b",
            "a c2VjdXJlIHBhc3MnNSLDqS8= b",
            "a c2VjdXJlIHBhc3MnNSLDqS8 b",
        ] {
            let masked = secrets.text(text);
            let masked = masked
                .replace("***=", "***")
                .replace("X'***'", "***")
                .replace("0x***", "***");
            assert_eq!(masked, "a *** b", "{text}");
        }
        // Behind one, two and three other bytes.
        for text in [
            "eHNlY3VyZSBwYXNzJzUiw6kv",
            "eHhzZWN1cmUgcGFzcyc1IsOpLw==",
            "xc2VjdXJlIHBhc3MnNSLDqS8=",
        ] {
            assert!(secrets.text(text).contains("***"), "{text}");
        }
        assert_eq!(secrets.text("secure pass"), "secure pass");
    }

    #[test]
    fn what_overlaps_is_one_mask_and_a_text_in_too_many_ways_is_masked_as_a_whole() {
        let secrets = masker(&["abcdefgh", "efghijkl"]);
        assert_eq!(secrets.text("xabcdefghijklx abcdefgh"), "x***x ***");
        let text = r#"%25\\''aa"#.repeat(64 << 10);
        assert_eq!(secrets.text(&text), "***");
        let mut value = json!({"a": ["abcdefgh", 1, null], "abcdefgh": {"b": true}});
        secrets.json(&mut value);
        assert_eq!(value, json!({"a": ["***", 1, null], "***": {"b": true}}));
    }
}
