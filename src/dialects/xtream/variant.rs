//! The variant of the Admin API's answers: the documented panel's, or the older panel's.

use crate::panel::access_cache::AccessCache;
use crate::panel::profiles::XUI;

/// The panel whose answers are given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Variant {
    #[default]
    Documented,
    /// The panel of the profile `xui`.
    Xui,
}

impl Variant {
    /// Returns the active variant.
    pub fn from_access(access: &AccessCache) -> Variant {
        match access.settings.profiles.has(&XUI) {
            true => Variant::Xui,
            false => Variant::Documented,
        }
    }
}
