//! How a create or edit is read: what it is for, and the rules of the panel whose answers are given (contract
//! "Admin API", 3.2, 3.3 and 14; "Reseller API", section 9).

use super::params;
use super::variant::Variant;
use crate::dialects::php::dates;
use crate::panel::Caller;
use crate::panel::draft::Purpose;
use crate::panel::fields::Reading;
use crate::panel::reselling::TrialWindow;
use crate::time::Zone;

/// The rules of a panel for the values that are sent to it.
pub struct Rules {
    /// Returns the text that is stored for a date, if it is one. The last value is the panel's time.
    pub date: fn(&str, Zone, i64) -> Option<String>,
    /// Whether a flag that is sent at all is 1, whatever its value.
    pub flags_by_presence: bool,
    /// Whether a new row without an owner belongs to the caller.
    pub caller_owns: bool,
    /// Whether an edit clears what the form of its action names and is not sent.
    pub edits_clear: bool,
    /// Which trials count towards the limit of a reseller.
    pub trials: TrialWindow,
}

/// The documented panel's.
const DOCUMENTED: &Rules = &Rules {
    date: |text, zone, _| params::date(text, zone),
    flags_by_presence: false,
    caller_owns: false,
    edits_clear: false,
    trials: TrialWindow::Period,
};

/// Those of the profile `xui`.
const XUI: &Rules = &Rules {
    date: |text, zone, now| zone.iso(dates::parse(text, zone, now)?),
    flags_by_presence: true,
    caller_owns: true,
    ..*DOCUMENTED
};

/// Those of the profile `xui` for resellers, whose flags count by their values.
const XUI_SALES: &Rules = &Rules {
    edits_clear: true,
    trials: TrialWindow::OfMost,
    ..*DOCUMENTED
};

impl Variant {
    /// Returns the rules of what is sent.
    pub fn rules(self) -> &'static Rules {
        match self {
            Variant::Documented | Variant::Live => DOCUMENTED,
            Variant::Xui => XUI,
        }
    }

    /// Returns the rules of what resellers send.
    pub fn rules_of_sales(self) -> &'static Rules {
        match self {
            Variant::Documented | Variant::Live => DOCUMENTED,
            Variant::Xui => XUI_SALES,
        }
    }
}

/// What values are read with.
pub struct Writing {
    pub reading: Reading,
    pub rules: &'static Rules,
    pub caller: Caller,
}

impl Writing {
    /// What the write does with the fields that are not sent.
    pub fn purpose(&self) -> Purpose {
        self.reading.purpose
    }
}
