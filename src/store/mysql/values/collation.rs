//! The collation `general_ci`, which is `utf8mb3_general_ci`: every character has one weight, case and accents fold,
//! trailing spaces do not count, and characters beyond U+FFFF are all alike (contract "Admin API", 10.6).

use std::cmp::Ordering;
use std::sync::LazyLock;

use rusqlite::Connection;
use unicode_normalization::char::decompose_canonical;

use super::args::{self, pure};
use super::text::case::{LOWER_CASE, upper_char};

/// The collation for which all texts are equal.
pub const ALL_EQUAL: &str = "m_all_equal";

/// Registers the collations, and `m_fold(x)`: a text whose bytes compare as `x` does in the collation.
pub fn register(db: &Connection) -> rusqlite::Result<()> {
    db.create_collation("general_ci", compare)?;
    db.create_collation(ALL_EQUAL, |_, _| Ordering::Equal)?;
    pure(db, "m_fold", 1, |context| {
        let Some(x) = args::text(context, 0)? else {
            return Ok(None);
        };
        super::statement::spend(x.len().saturating_add(1))?;
        Ok(Some(fold(x)))
    })
}

/// Registers the collation for a connection that only reads: what has no time left takes all texts for equal, and
/// notes that its rows are not to be used.
pub fn register_ending(db: &Connection) -> rusqlite::Result<()> {
    db.create_collation("general_ci", |a, b| {
        match super::statement::may_compare(a.len().min(b.len())) {
            true => compare(a, b),
            false => Ordering::Equal,
        }
    })
}

/// Weights of the characters that have another weight than themselves, by pages of 256; most pages have none.
struct Weights {
    pages: Vec<Option<Box<[u16; 256]>>>,
}

static WEIGHTS: LazyLock<Weights> = LazyLock::new(Weights::new);

impl Weights {
    fn new() -> Weights {
        let mut pages: Vec<Option<Box<[u16; 256]>>> = (0..256).map(|_| None).collect();
        for code in LOWER_CASE.iter().flat_map(|&(first, last)| first..=last) {
            let weight = computed(code);
            if weight == code {
                continue;
            }
            let [high, low] = code.to_be_bytes();
            let Some(page) = pages.get_mut(usize::from(high)) else {
                continue;
            };
            let page = page.get_or_insert_with(|| Box::new(std::array::from_fn(|at| plain(high, at))));
            if let Some(entry) = page.get_mut(usize::from(low)) {
                *entry = weight;
            }
        }
        Weights { pages }
    }

    fn of(&self, code: u16) -> u16 {
        let [high, low] = code.to_be_bytes();
        let page = self.pages.get(usize::from(high)).and_then(Option::as_deref);
        page.and_then(|page| page.get(usize::from(low)))
            .copied()
            .unwrap_or(code)
    }
}

fn plain(high: u8, low: usize) -> u16 {
    u16::from_be_bytes([high, u8::try_from(low).unwrap_or_default()])
}

/// Characters that fold to their own upper case, not to that of the first part of their decomposition: Й, and the
/// Greek letters and signs that are one thing under two numbers.
const WHOLE: &[u16] = &[
    0x387, 0x419, 0x439, 0x1F71, 0x1F73, 0x1F75, 0x1F77, 0x1F79, 0x1F7B, 0x1F7D, 0x1FBB, 0x1FC1, 0x1FC9, 0x1FCB,
    0x1FCD, 0x1FCE, 0x1FCF, 0x1FD3, 0x1FDB, 0x1FDD, 0x1FDE, 0x1FDF, 0x1FE3, 0x1FEB, 0x1FED, 0x1FEE, 0x1FEF, 0x1FF9,
    0x1FFB,
];

fn computed(code: u16) -> u16 {
    let Some(c) = char::from_u32(u32::from(code)) else {
        return code;
    };
    let upper = match c {
        'ß' => 'S',
        _ if WHOLE.binary_search(&code).is_ok() => upper_char(c),
        _ => upper_char(base(c)),
    };
    u16::try_from(u32::from(upper)).unwrap_or(code)
}

/// The first character of the decomposition.
fn base(c: char) -> char {
    let mut first = None;
    decompose_canonical(c, |part| {
        first.get_or_insert(part);
    });
    first.unwrap_or(c)
}

/// The weight of a character.
pub fn weight(c: char) -> u16 {
    match u16::try_from(u32::from(c)) {
        Ok(code) if code < 0x61 => code,
        Ok(code) if code < 0x7B => code.saturating_sub(0x20),
        Ok(code) if code < 0xB5 => code,
        Ok(code) => WEIGHTS.of(code),
        Err(_) => 0xFFFD,
    }
}

/// The ASCII text that the collation takes for the same, in capitals; none where a letter has no such.
pub fn ascii_equal(text: &str) -> Option<String> {
    text.chars()
        .map(|c| u8::try_from(weight(c)).ok().filter(u8::is_ascii).map(char::from))
        .collect()
}

/// Compares as the collation does: the shorter text goes on with spaces.
pub fn compare(a: &str, b: &str) -> Ordering {
    let mut left = a.chars();
    let mut right = b.chars();
    loop {
        let order = match (left.next(), right.next()) {
            (None, None) => return Ordering::Equal,
            (Some(a), Some(b)) if a == b => continue,
            (a, b) => weight(a.unwrap_or(' ')).cmp(&weight(b.unwrap_or(' '))),
        };
        if order.is_ne() {
            return order;
        }
    }
}

/// Whether the collation takes two texts for the same.
pub fn equal(a: &str, b: &str) -> bool {
    compare(a, b).is_eq()
}

/// The text whose bytes compare as `x` does in the collation.
///
/// It ends with a space, which stands for the spaces that the collation adds to the shorter text. A space before a
/// control character sorts between that end and the control characters, so it becomes U+001F U+0002, and U+001F
/// itself U+001F U+0001.
pub fn fold(x: &str) -> String {
    let mut folded = String::with_capacity(x.len().saturating_add(1));
    let mut spaces = 0_usize;
    for c in x.chars() {
        if c == ' ' {
            spaces = spaces.saturating_add(1);
            continue;
        }
        let space = match c < ' ' {
            true => "\u{1F}\u{2}",
            false => " ",
        };
        for _ in 0..std::mem::take(&mut spaces) {
            folded.push_str(space);
        }
        folded.push(folded_char(c));
        if c == '\u{1F}' {
            folded.push('\u{1}');
        }
    }
    folded.push(' ');
    folded
}

/// The character that a text has in its key in place of this one.
pub fn folded_char(c: char) -> char {
    char::from_u32(u32::from(weight(c))).unwrap_or(char::REPLACEMENT_CHARACTER)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The sum is that of MariaDB's WEIGHT_STRING of U+0001 to U+FFFF.
    #[test]
    fn the_whole_plane_has_the_weights_of_the_database() {
        let sum = ('\u{1}'..='\u{FFFF}').fold(0_u32, |sum, c| sum.wrapping_mul(31).wrapping_add(u32::from(weight(c))));
        assert_eq!(sum, 0xACE06E20);
    }

    #[test]
    fn texts_compare_as_in_the_database() {
        for (a, order, b) in [
            ("a", "=", "A"),
            ("é", "=", "E"),
            ("ß", "=", "s"),
            ("Й", ">", "И"),
            ("Й", "=", "й"),
            ("a", "=", "a  "),
            ("", "=", "  "),
            ("a", ">", "a\t"),
            ("a ", ">", "a\t"),
            ("a \t", "<", "a"),
            ("a \t", ">", "a\t"),
            ("\t", "<", ""),
            ("a b", ">", "a"),
            ("a  b", "<", "a b"),
            ("a\u{1f}z", "<", "a \t"),
            ("😀", "=", "😁"),
            ("_", ">", "a"),
            ("[", ">", "z"),
        ] {
            let expected = match order {
                "<" => Ordering::Less,
                ">" => Ordering::Greater,
                _ => Ordering::Equal,
            };
            assert_eq!(compare(a, b), expected, "{a:?} {b:?}");
            assert_eq!(fold(a).as_bytes().cmp(fold(b).as_bytes()), expected, "{a:?} {b:?}");
        }
    }

    proptest! {
        #[test]
        fn keys_order_as_the_texts_do(a in "[ab é\\x1e\\x1f\\x01A-]{0,6}", b in "[ab é\\x1e\\x1f\\x01A-]{0,6}") {
            prop_assert_eq!(fold(&a).as_bytes().cmp(fold(&b).as_bytes()), compare(&a, &b));
        }

        #[test]
        fn keys_of_any_texts_order_as_they_do(a in any::<String>(), b in any::<String>()) {
            prop_assert_eq!(fold(&a).as_bytes().cmp(fold(&b).as_bytes()), compare(&a, &b));
        }
    }
}
