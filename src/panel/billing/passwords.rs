//! Passwords of customers, kept as argon2id hashes (contract "REST APIs", B5). They open nothing yet.
//!
//! Hashing takes tens of milliseconds and 19 MiB on purpose: it is done before a write, never in the writer.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};

use super::Sent;
use crate::panel::fields::FaultReason;
use crate::panel::rng::{ALPHANUMERIC, Rng};
use crate::panel::{Error, Result};

/// Shortest and longest password, in characters.
const LENGTH: (usize, usize) = (8, 200);

/// The hash of a password, in its printed form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HashedPassword(String);

impl HashedPassword {
    /// Returns the printed form: `$argon2id$…`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Hashes what was sent as a password. One that is `stored` already is no change, and counts as not sent.
///
/// # Errors
/// The system has no random bytes.
pub fn hashed(sent: &Sent<String>, stored: Option<&str>) -> Result<Sent<HashedPassword>> {
    let password = match sent {
        Sent::Absent => return Ok(Sent::Absent),
        Sent::Cleared => return Ok(Sent::Cleared),
        Sent::Fault(fault) => return Ok(Sent::Fault(*fault)),
        Sent::Value(password) => password,
    };
    let (least, most) = LENGTH;
    if !(least..=most).contains(&password.chars().count()) {
        return Ok(Sent::Fault(FaultReason::Length(least, most)));
    }
    if stored.is_some_and(|stored| is_hash_of(stored, password)) {
        return Ok(Sent::Absent);
    }
    hash(password).map(Sent::Value)
}

/// Hashes the password of a seed with a salt of the seed's own random numbers, so that the same seed gives the same panel.
/// `None` if its length is out of range.
///
/// # Errors
/// That of the hash.
pub fn hash_of_seed(rng: &Rng, password: &str) -> Result<Option<HashedPassword>> {
    let (least, most) = LENGTH;
    if !(least..=most).contains(&password.chars().count()) {
        return Ok(None);
    }
    with_salt(password, rng.text(ALPHANUMERIC, 16).as_bytes()).map(Some)
}

fn hash(password: &str) -> Result<HashedPassword> {
    let draw = || Rng::new_seed().map(u64::to_le_bytes);
    let salt = draw().and_then(|first| Ok([first, draw()?]));
    let salt = salt.map_err(|error| failed(error.to_string()))?;
    with_salt(password, salt.as_flattened())
}

fn with_salt(password: &str, salt: &[u8]) -> Result<HashedPassword> {
    let hashed = Argon2::default().hash_password_with_salt(password.as_bytes(), salt);
    let hashed = hashed.map_err(|error| failed(error.to_string()))?;
    Ok(HashedPassword(hashed.to_string()))
}

fn failed(error: String) -> Error {
    Error::internal(format!("a password could not be hashed: {error}"))
}

/// Whether a stored text is the hash of this password.
pub fn is_hash_of(stored: &str, password: &str) -> bool {
    let parsed = PasswordHash::new(stored);
    parsed.is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> Sent<String> {
        Sent::Value(text.to_owned())
    }

    #[test]
    fn a_password_is_kept_as_argon2id_with_a_salt_of_its_own() {
        let one = hashed(&value("correct horse"), None).unwrap();
        let Sent::Value(one) = one else {
            panic!("{one:?}");
        };
        assert!(one.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{one:?}");
        assert!(is_hash_of(one.as_str(), "correct horse"));
        assert!(!is_hash_of(one.as_str(), "correct hors"));
        assert_ne!(hashed(&value("correct horse"), None).unwrap(), Sent::Value(one.clone()));
        // The one that is there is no change.
        assert_eq!(
            hashed(&value("correct horse"), Some(one.as_str())).unwrap(),
            Sent::Absent
        );
        assert!(!is_hash_of("", "") && !is_hash_of("$argon2id$", "correct horse"));
    }

    #[test]
    fn its_length_is_limited_and_blanks_count() {
        for bad in ["", "1234567", &"x".repeat(201)] {
            assert_eq!(
                hashed(&value(bad), None).unwrap(),
                Sent::Fault(FaultReason::Length(8, 200))
            );
        }
        assert!(matches!(hashed(&value("        "), None).unwrap(), Sent::Value(_)));
        assert_eq!(hashed(&Sent::Cleared, None).unwrap(), Sent::Cleared);
    }
}
