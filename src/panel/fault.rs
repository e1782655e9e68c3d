//! The faults of the fields that a caller of a REST API sent: all of them, in the order of the contract (contract
//! "REST APIs", common rules). Dialects word them.

/// A field that is at fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldFault {
    /// The name that the contract prints, whatever spelling was sent.
    pub field: &'static str,
    pub fault: Fault,
}

/// What is wrong with a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    Missing,
    NotText,
    NotInteger,
    NotFlag,
    NotTime,
    NotAmount,
    NotOneOf(&'static [&'static str]),
    /// A number outside of these two.
    Range(i64, i64),
    /// A text with fewer or more characters.
    Length(usize, usize),
    Character,
    /// A time that must be in the future.
    Past,
    /// A time that must not be in the future.
    Future,
    UnknownId,
    NotActive,
    Immutable,
    Reserved,
    NotMac,
    NotEmail,
    /// A limit of no devices, where one is needed.
    NoDevices,
}

/// Faults of fields, in the order in which the contract names the fields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults(Vec<(usize, FieldFault)>);

impl Faults {
    /// Adds one; `place` is that of its field in the contract. Of two of a field the first counts.
    pub fn add(&mut self, place: usize, field: &'static str, fault: Fault) {
        if !self.has(field) {
            self.0.push((place, FieldFault { field, fault }));
            self.0.sort_by_key(|(place, _)| *place);
        }
    }

    /// Whether a field has one.
    pub fn has(&self, field: &str) -> bool {
        self.0.iter().any(|(_, one)| one.field == field)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns them in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &FieldFault> {
        self.0.iter().map(|(_, one)| one)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_in_the_order_of_the_fields_and_one_a_field() {
        let mut faults = Faults::default();
        faults.add(2, "mac", Fault::NotMac);
        faults.add(0, "package_id", Fault::Missing);
        faults.add(2, "mac", Fault::NotText);
        let fields: Vec<_> = faults.iter().map(|one| (one.field, &one.fault)).collect();
        assert_eq!(fields, [("package_id", &Fault::Missing), ("mac", &Fault::NotMac)]);
    }
}
