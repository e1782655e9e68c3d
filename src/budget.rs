//! Budgets of bytes: what many requests may hold in memory together. A charge is returned to its budget when it is
//! dropped, however its request ends.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A budget of bytes. Cloning shares it.
#[derive(Clone, Debug)]
pub struct Budget(Arc<Bytes>);

#[derive(Debug)]
struct Bytes {
    limit: usize,
    used: AtomicUsize,
}

impl Budget {
    /// Creates a budget of this many bytes.
    pub fn new(limit: usize) -> Budget {
        Budget(Arc::new(Bytes {
            limit,
            used: AtomicUsize::new(0),
        }))
    }

    /// Returns the bytes that can be charged at most.
    pub fn limit(&self) -> usize {
        self.0.limit
    }

    /// Returns the charged bytes.
    pub fn used(&self) -> usize {
        self.0.used.load(Ordering::Relaxed)
    }

    /// Creates a charge of no bytes.
    pub fn charge(&self) -> Charge {
        Charge {
            budget: self.clone(),
            bytes: 0,
        }
    }
}

/// Bytes of a budget that are held until this is dropped.
#[derive(Debug)]
pub struct Charge {
    budget: Budget,
    bytes: usize,
}

impl Charge {
    /// Returns the charged bytes.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Charges more bytes; false if the budget has not enough left, and then charges none.
    #[must_use]
    pub fn grow(&mut self, bytes: usize) -> bool {
        let Bytes { limit, used } = &*self.budget.0;
        let more = |now: usize| now.checked_add(bytes).filter(|sum| sum <= limit);
        let has_room = used.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more).is_ok();
        if has_room {
            self.bytes += bytes;
        }
        has_room
    }

    /// Charges more bytes, up to this sum; false if the budget has not enough left, and then charges none.
    #[must_use]
    pub fn grow_to(&mut self, sum: usize) -> bool {
        self.grow(sum.saturating_sub(self.bytes))
    }
}

impl Drop for Charge {
    fn drop(&mut self) {
        self.budget.0.used.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

/// Parses a number of bytes: `65536`, `64KiB`, `16MiB`, `1GiB`.
///
/// # Errors
/// The valid form of a number of bytes.
pub fn byte_size(text: &str) -> Result<usize, String> {
    const UNITS: [(&str, u32); 3] = [("KiB", 10), ("MiB", 20), ("GiB", 30)];
    let unit = UNITS
        .iter()
        .find_map(|(unit, bits)| Some((text.strip_suffix(unit)?, *bits)));
    let (digits, bits) = unit.unwrap_or((text, 0));
    let number: Option<usize> = digits.trim_end().parse().ok();
    let bytes = number.and_then(|number| number.checked_mul(1 << bits));
    bytes
        .filter(|bytes| *bytes > 0)
        .ok_or_else(|| "not a number of bytes such as 65536, 512KiB, 64MiB or 1GiB".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn charged_bytes_are_returned() {
        let budget = Budget::new(100);
        let mut first = budget.charge();
        assert!(first.grow_to(60) && first.grow(40) && first.grow_to(60));
        let mut second = budget.charge();
        assert!(!second.grow(1) && !second.grow(usize::MAX));
        assert_eq!((budget.used(), first.bytes(), second.bytes()), (100, 100, 0));
        drop(first);
        assert!(second.grow(60) && second.grow_to(100) && !second.grow_to(usize::MAX));
        drop(second);
        assert_eq!(budget.used(), 0);
    }
}
