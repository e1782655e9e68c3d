//! Signatures of the Standard Webhooks convention: HMAC-SHA256 over `id.timestamp.body`.

use data_encoding::BASE64;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::panel::rng::Rng;

/// What stands before the base64 of a secret.
const PREFIX: &str = "whsec_";

/// Bytes of a secret: those of a new one, and what one may have.
const DRAWN: usize = 24;
const LENGTHS: std::ops::RangeInclusive<usize> = 24..=64;

/// What a secret must be, for messages.
pub const FORM: &str = "whsec_ and the base64 of 24 to 64 bytes";

/// Returns the key that a secret stands for; `None` if it is none.
pub fn key(secret: &str) -> Option<Vec<u8>> {
    let bytes = BASE64.decode(secret.strip_prefix(PREFIX)?.as_bytes()).ok()?;
    LENGTHS.contains(&bytes.len()).then_some(bytes)
}

/// Draws a secret.
pub(super) fn draw(rng: &Rng) -> String {
    format!("{PREFIX}{}", BASE64.encode(&rng.bytes::<DRAWN>()))
}

/// Returns the value of the header `webhook-signature`; `timestamp` is in unix seconds.
pub fn signature(key: &[u8], id: &str, timestamp: i64, body: &str) -> Option<String> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
    for part in [id, ".", &timestamp.to_string(), ".", body] {
        mac.update(part.as_bytes());
    }
    Some(format!("v1,{}", BASE64.encode(&mac.finalize().into_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_that_of_the_convention() {
        // Computed with Python's `hmac` and `base64`.
        let key = key("whsec_MDEyMzQ1Njc4OWFiY2RlZmdoaWprbG1u").unwrap();
        assert_eq!(key, b"0123456789abcdefghijklmn");
        let signed = signature(&key, "evt_000001", 1_773_585_000, r#"{"id":"evt_000001"}"#);
        assert_eq!(signed.unwrap(), "v1,9gKFbY4L6VtCPRCN5C0pPi4PqrudV74UJEYkl1h2wQI=");
    }

    #[test]
    fn a_secret_has_a_form() {
        let drawn = draw(&Rng::seeded(1));
        assert_eq!((drawn.len(), key(&drawn).map(|key| key.len())), (38, Some(DRAWN)));
        let short = format!("whsec_{}", BASE64.encode(&[1; 23]));
        let long = format!("whsec_{}", BASE64.encode(&[1; 65]));
        for bad in ["", "whsec_", "whsec_!", "secret", &short, &long, &drawn[6..]] {
            assert_eq!(key(bad), None, "{bad}");
        }
    }
}
