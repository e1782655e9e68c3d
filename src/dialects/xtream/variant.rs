//! Which panel's answers the Admin API gives: those that are documented, or the older panel's.

use crate::panel::access_cache::AccessCache;
use crate::panel::profiles::XUI;

/// The panel whose answers are given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Variant {
    #[default]
    Documented,
    /// That of the profile `xui`.
    Xui,
}

impl Variant {
    /// The style that is active.
    pub fn from_access(access: &AccessCache) -> Variant {
        match access.settings.profiles.has(&XUI) {
            true => Variant::Xui,
            false => Variant::Documented,
        }
    }
}
