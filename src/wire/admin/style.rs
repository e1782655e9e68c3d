//! Which panel's answers the Admin API gives: those that are documented, or the older panel's.

use crate::panel::gates::Gates;
use crate::panel::profiles::XUI;

/// The panel whose answers are given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Style {
    #[default]
    Documented,
    /// That of the profile `xui`.
    Older,
}

impl Style {
    /// The style that is active.
    pub fn of(gates: &Gates) -> Style {
        match gates.kept.profiles.has(&XUI) {
            true => Style::Older,
            false => Style::Documented,
        }
    }
}
