//! Tags of content, which HTTP calls entity tags.

use data_encoding::HEXLOWER;
use sha1::{Digest, Sha1};

/// Bytes of a digest that a tag has.
const BYTES: usize = 8;

/// Returns 16 hexadecimal digits that follow from these bytes alone. They tell versions apart; nothing here is secret.
pub fn of(bytes: impl AsRef<[u8]>) -> String {
    let digest = Sha1::digest(bytes);
    HEXLOWER.encode(digest.get(..BYTES).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_tag_is_the_beginning_of_a_digest() {
        assert_eq!(super::of("abc"), "a9993e364706816a");
    }
}
