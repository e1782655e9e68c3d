//! A set of secrets in which a text is searched for all of them at once.
//!
//! It holds a fingerprint of 8 bytes for each secret and no secret, so that a million lines take 10 MB where an
//! automaton of their passwords takes hundreds. A place of a text is looked at if its first four bytes begin a
//! secret; then each length that a secret has is looked up. Equal texts have equal fingerprints, so that no
//! secret is missed; two different ones are alike once in 2^64 pairs, and then a little too much is masked.

use std::collections::HashMap;
use std::ops::Range;

/// The length from which a text can be a secret: a password `1` would mask every digit.
pub const SHORTEST: usize = 4;

/// The length from which a secret is found within a word too; a shorter one, such as the password `line`, would
/// mask a part of `get_line`. What is written in base64 has no words: shorter ones are not found in it.
pub const WITHIN_WORDS: usize = 8;

/// How many bytes of a longer secret, such as the hash of a password, are compared.
const COMPARED: usize = 64;

const BASIS: u64 = 0xcbf2_9ce4_8422_2325;
const FACTOR: u64 = 0x0000_0100_0000_01b3;
const MIXED: u64 = 0x9e37_79b9_7f4a_7c15;

/// A secret's fingerprint, its length, and the fingerprint of its beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fingerprint {
    whole: u64,
    length: usize,
    beginning: u64,
}

/// The set.
#[derive(Clone, Debug, Default)]
pub struct SecretIndex {
    /// Sorted.
    fingerprints: Box<[u64]>,
    /// The first bytes of secrets.
    beginnings: Filter,
    all: Filter,
    /// Bit `n` is set if there is a secret of which `n` bytes are compared.
    lengths: u128,
    /// The whole lengths of those that are longer.
    long: HashMap<u64, usize>,
}

/// The running hash of a text that grows.
#[derive(Clone, Copy)]
struct Running(u64);

impl Running {
    fn add(self, byte: u8) -> Running {
        Running((self.0 ^ u64::from(byte)).wrapping_mul(FACTOR))
    }

    fn of(bytes: &[u8]) -> Running {
        bytes.iter().fold(Running(BASIS), |hash, byte| hash.add(*byte))
    }

    /// Spreads the hash over all bits.
    fn finish(self) -> u64 {
        let hash = (self.0 ^ (self.0 >> 29)).wrapping_mul(MIXED);
        hash ^ (hash >> 32)
    }
}

impl Fingerprint {
    /// Returns the fingerprint of a secret; `None` if it is too short to be masked.
    pub fn new(secret: &str) -> Option<Fingerprint> {
        let bytes = secret.as_bytes();
        let compared = bytes.get(..bytes.len().min(COMPARED))?;
        Some(Fingerprint {
            whole: Running::of(compared).finish(),
            length: bytes.len(),
            beginning: beginning(bytes)?,
        })
    }
}

/// The hash of the first bytes of a text, which is computed at each place of a text that is searched.
fn beginning(text: &[u8]) -> Option<u64> {
    let first: &[u8; SHORTEST] = text.first_chunk()?;
    Some(u64::from(u32::from_le_bytes(*first)).wrapping_mul(MIXED))
}

impl SecretIndex {
    /// Builds the set.
    pub fn new(secrets: impl IntoIterator<Item = Fingerprint>) -> SecretIndex {
        let mut index = SecretIndex::default();
        let secrets: Vec<Fingerprint> = secrets.into_iter().collect();
        let mut fingerprints: Vec<u64> = secrets.iter().map(|secret| secret.whole).collect();
        fingerprints.sort_unstable();
        fingerprints.dedup();
        index.all = Filter::of(fingerprints.len());
        index.beginnings = Filter::of(fingerprints.len());
        for secret in secrets {
            index.all.add(secret.whole);
            index.beginnings.add(secret.beginning);
            index.lengths |= 1 << secret.length.min(COMPARED);
            if secret.length > COMPARED {
                let length = index.long.entry(secret.whole).or_default();
                *length = secret.length.max(*length);
            }
        }
        index.fingerprints = fingerprints.into();
        index
    }

    /// Whether there is no secret.
    pub fn is_empty(&self) -> bool {
        self.fingerprints.is_empty()
    }

    /// Whether a secret is in the set.
    pub fn holds(&self, secret: &Fingerprint) -> bool {
        self.has(secret.whole)
    }

    fn has(&self, whole: u64) -> bool {
        self.all.may_hold(whole) && self.fingerprints.binary_search(&whole).is_ok()
    }

    /// Passes the place of each secret in a text to `found`.
    pub fn find(&self, text: &[u8], mut found: impl FnMut(Range<usize>)) {
        if self.is_empty() {
            return;
        }
        for (at, first) in text.windows(SHORTEST).enumerate() {
            if !beginning(first).is_some_and(|hash| self.beginnings.may_hold(hash)) {
                continue;
            }
            let rest = text.get(at..).unwrap_or_default();
            let length = self.longest(rest, |length| is_found(text, at, length));
            if let Some(length) = length {
                found(at..at + length.min(rest.len()));
            }
        }
    }

    /// The length of the longest secret at the beginning of a text that `is_found` admits.
    fn longest(&self, text: &[u8], is_found: impl Fn(usize) -> bool) -> Option<usize> {
        let mut hash = Running(BASIS);
        let mut longest = None;
        for (length, byte) in (1..=COMPARED).zip(text) {
            hash = hash.add(*byte);
            if self.lengths & (1 << length) == 0 {
                continue;
            }
            let whole = hash.finish();
            if self.has(whole) && is_found(length) {
                longest = Some(self.long.get(&whole).copied().unwrap_or(length).max(length));
            }
        }
        longest
    }
}

/// Whether a secret that stands here is masked: a short one only as a word of its own.
fn is_found(text: &[u8], at: usize, length: usize) -> bool {
    if length >= WITHIN_WORDS {
        return true;
    }
    let is_word =
        |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | 0x80..));
    let before = at.checked_sub(1).and_then(|before| text.get(before));
    let (first, last, after) = (text.get(at), text.get(at + length - 1), text.get(at + length));
    let is_part_of_a_word = is_word(before) && is_word(first) || is_word(after) && is_word(last);
    !is_part_of_a_word
}

/// A filter that never refuses a hash that was added, and few others: 16 bits for each.
#[derive(Clone, Debug, Default)]
struct Filter {
    words: Box<[u64]>,
    /// How far a hash is shifted to be the number of a bit.
    shift: u32,
}

impl Filter {
    fn of(hashes: usize) -> Filter {
        let bits = hashes.saturating_mul(16).next_power_of_two().max(64);
        Filter {
            words: vec![0; bits / 64].into(),
            shift: 64 - bits.trailing_zeros(),
        }
    }

    /// The number of the word, and its bit.
    fn place(&self, hash: u64) -> (usize, u64) {
        let bit = hash >> self.shift;
        (usize::try_from(bit / 64).unwrap_or(usize::MAX), 1 << (bit % 64))
    }

    fn add(&mut self, hash: u64) {
        let (word, bit) = self.place(hash);
        if let Some(word) = self.words.get_mut(word) {
            *word |= bit;
        }
    }

    fn may_hold(&self, hash: u64) -> bool {
        let (word, bit) = self.place(hash);
        self.words.get(word).is_some_and(|word| word & bit != 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found<'t>(secrets: &[&str], text: &'t str) -> Vec<&'t str> {
        let index = SecretIndex::new(secrets.iter().filter_map(|secret| Fingerprint::new(secret)));
        let mut all = Vec::new();
        index.find(text.as_bytes(), |place| all.push(&text[place]));
        all
    }

    #[test]
    fn long_secrets_are_found_anywhere_and_short_ones_as_words() {
        for (secret, text, places) in [
            ("abc", "abc", &[][..]),
            ("1234", "1234", &["1234"]),
            ("1234", "/x/1234/1.ts", &["1234"]),
            ("1234", "12345 01234 _1234 1234_ é1234", &[]),
            ("line", "get_line line", &["line"]),
            ("-pw-", "a-pw-b", &["-pw-"]),
            ("securepass", "xxsecurepassyy", &["securepass"]),
            ("passwörd", "xpasswördx", &["passwörd"]),
        ] {
            assert_eq!(found(&[secret], text), places, "{secret} {text}");
        }
        assert_eq!(found(&["longsecret", "longsecret22"], "longsecret22"), ["longsecret22"]);
        let long: String = (100..200).map(|n| n.to_string()).collect();
        assert_eq!(found(&[&long], &format!("a{long}b")), [&long]);
        // The beginning of a long secret is one.
        assert_eq!(found(&[&long], &long[..100]), [&long[..100]]);
        assert!(found(&[&long], &long[..60]).is_empty());
        assert!(found(&[], "text").is_empty());
    }
}
