//! The variant of an API's answers: the documented panel's, those of some running panels, or the older panel's.

use crate::panel::profiles::Profile;

/// The panel whose answers are given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Variant {
    #[default]
    Documented,
    /// Some running panels, of the profile `live`.
    Live,
    /// The panel of the profile `xui`.
    Xui,
}

/// The profiles that change an API's answers. Of those that are active the first counts.
pub type Variants = &'static [(&'static Profile, Variant)];

impl Variant {
    /// What is said of an action that there is not.
    pub fn unknown_action(self) -> &'static str {
        match self {
            Variant::Documented | Variant::Xui => "Invalid action.",
            Variant::Live => "",
        }
    }
}
