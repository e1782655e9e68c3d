//! A request to the panel on its way through the control plane: written down when it comes, and
//! what became of it when it goes, in whichever way it goes.

use std::sync::Arc;
use std::time::Instant;

use super::Control;
use super::delivery::Delivery;
use super::entry::{Ending, Entry};
use super::wishes::Wishes;
use crate::wire::Request;
use crate::wire::describe::Api;

/// A request on its way. One that is dropped before it is answered was abandoned by its client.
pub struct Arrival<'a> {
    control: &'a Control,
    /// `None` where nothing is kept and nothing is asked about it.
    entry: Option<Arc<Entry>>,
}

impl<'a> Arrival<'a> {
    /// Writes a request down before it is answered. `headers` have their names in lower case.
    pub async fn of<'h, H: Iterator<Item = (&'h str, &'h [u8])>>(
        control: &'a Control,
        request: &Request<'_>,
        headers: impl Fn() -> H,
        wishes: &Wishes<'_>,
    ) -> Arrival<'a> {
        let asked = wishes.any() || control.debug || !control.faults.is_empty();
        if control.journal.is_off() && !asked {
            return Arrival { control, entry: None };
        }
        let begun = Instant::now();
        // Which door a path opens is looked up now: the request may be the one that shuts it.
        let api = match control.panel.gates().await {
            Ok(gates) => Api::of(&gates, request.path),
            Err(_) => Api::None,
        };
        let entry = Entry::new(api, control.panel.clock().now(), begun, request, headers);
        let entry = match control.journal.is_off() {
            true => Arc::new(entry),
            false => control.journal.record(entry),
        };
        Arrival {
            control,
            entry: Some(entry),
        }
    }

    /// What was noted of it.
    pub fn entry(&self) -> Option<&Entry> {
        self.entry.as_deref()
    }

    /// Writes down how it is answered.
    pub fn answered(mut self, delivery: &Delivery) {
        if let Some(entry) = self.entry.take() {
            entry.answered(delivery);
            self.control.journal.tell();
        }
    }
}

impl Drop for Arrival<'_> {
    fn drop(&mut self) {
        if let Some(entry) = self.entry.take() {
            entry.unanswered(Ending::Abandoned);
            self.control.journal.tell();
        }
    }
}
