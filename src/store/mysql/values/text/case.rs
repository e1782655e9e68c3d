//! Letter case as `utf8mb3_general_ci` has it: one character for one, and only for the letters of Unicode 3.0. The
//! whole Basic Multilingual Plane was compared with MariaDB 10.11.

use std::borrow::Cow;

/// The ranges whose characters have an upper case.
pub const LOWER_CASE: &[(u16, u16)] = &[
    (0x61, 0x7A),
    (0xB5, 0x292),
    (0x345, 0x345),
    (0x386, 0x3F5),
    (0x400, 0x4F9),
    (0x561, 0x586),
    (0x1E00, 0x1FFC),
    (0x2170, 0x217F),
    (0x24D0, 0x24E9),
    (0xFF41, 0xFF5A),
];

/// Letters of those ranges that had no upper case in Unicode 3.0.
const YOUNG: &[u16] = &[
    0x180, 0x19A, 0x19B, 0x19E, 0x23C, 0x23F, 0x240, 0x242, 0x247, 0x249, 0x24B, 0x24D, 0x24F, 0x250, 0x251, 0x252,
    0x25C, 0x261, 0x264, 0x265, 0x266, 0x26A, 0x26B, 0x26C, 0x271, 0x27D, 0x282, 0x287, 0x289, 0x28C, 0x3D7, 0x3D9,
    0x3F3, 0x3F5, 0x48B, 0x4C6, 0x4CA, 0x4CE, 0x4CF, 0x4F7, 0x1EFB, 0x1EFD, 0x1EFF,
];

/// Whether the database knows an upper case of a letter, if there is one.
fn has_upper(c: char) -> bool {
    let Ok(code) = u16::try_from(u32::from(c)) else {
        return false;
    };
    LOWER_CASE.iter().any(|&(first, last)| (first..=last).contains(&code)) && YOUNG.binary_search(&code).is_err()
}

fn only(mut mapped: impl Iterator<Item = char>) -> Option<char> {
    match (mapped.next(), mapped.next()) {
        (one, None) => one,
        _ => None,
    }
}

/// The upper case of a character.
pub fn upper_char(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_uppercase();
    }
    match c {
        // The small letters with a iota below have a title case instead.
        '\u{1F80}'..='\u{1F87}' | '\u{1F90}'..='\u{1F97}' | '\u{1FA0}'..='\u{1FA7}' => after(c, 8),
        '\u{1FB3}' | '\u{1FC3}' | '\u{1FF3}' => after(c, 9),
        'ϲ' => 'Σ',
        _ if has_upper(c) => only(c.to_uppercase()).unwrap_or(c),
        _ => c,
    }
}

/// The lower case of a character.
pub fn lower_char(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_lowercase();
    }
    match c {
        'İ' => 'i',
        'ẞ' | 'ϴ' | 'Ϲ' => c,
        _ => only(c.to_lowercase()).filter(|&lower| has_upper(lower)).unwrap_or(c),
    }
}

fn after(c: char, distance: u32) -> char {
    char::from_u32(u32::from(c).saturating_add(distance)).unwrap_or(c)
}

/// A text in upper case.
pub fn upper(x: &str) -> Cow<'_, str> {
    match x.bytes().any(|byte| byte.is_ascii_lowercase() || !byte.is_ascii()) {
        true => Cow::Owned(x.chars().map(upper_char).collect()),
        false => Cow::Borrowed(x),
    }
}

/// A text in lower case.
pub fn lower(x: &str) -> Cow<'_, str> {
    match x.bytes().any(|byte| byte.is_ascii_uppercase() || !byte.is_ascii()) {
        true => Cow::Owned(x.chars().map(lower_char).collect()),
        false => Cow::Borrowed(x),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_have_the_case_that_the_database_gives_them() {
        for (x, lowered, uppered) in [
            ("AbC", "abc", "ABC"),
            ("ÀİŸ", "àiÿ", "ÀİŸ"),
            ("ßıÿ", "ßıÿ", "ßIŸ"),
            ("ŉ", "ŉ", "ŉ"),
            ("ᾀ", "ᾀ", "ᾈ"),
            ("Й ǅ", "й ǆ", "Й Ǆ"),
            ("ƀ Ⱥ", "ƀ Ⱥ", "ƀ Ⱥ"),
            ("𐐨 Ω", "𐐨 ω", "𐐨 Ω"),
            ("", "", ""),
        ] {
            assert_eq!((lower(x).as_ref(), upper(x).as_ref()), (lowered, uppered), "{x}");
        }
    }

    /// The sums are those of MariaDB's own table of U+0001 to U+FFFF.
    #[test]
    fn the_whole_plane_has_the_case_that_the_database_gives_it() {
        let sum = |map: fn(char) -> char| {
            ('\u{1}'..='\u{FFFF}').fold(0_u32, |sum, c| sum.wrapping_mul(31).wrapping_add(u32::from(map(c))))
        };
        assert_eq!((sum(lower_char), sum(upper_char)), (0xE4601419, 0x30D7ADF5));
    }
}
