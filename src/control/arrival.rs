//! A request to the panel on its way through the control plane: written down when it comes, and
//! what became of it when it goes, in whichever way it goes.

use std::sync::Arc;
use std::time::Instant;

use super::Control;
use super::delivery::Delivery;
use super::entry::{Ending, Entry};
use super::metrics::Ended;
use crate::wire::Request;
use crate::wire::describe::Api;

/// A request on its way. One that is dropped before it is answered was abandoned by its client.
pub struct Arrival<'a> {
    control: &'a Control,
    entry: Arc<Entry>,
}

impl<'a> Arrival<'a> {
    /// Writes a request down before it is answered. `headers` have their names in lower case.
    pub async fn of<'h, H: Iterator<Item = (&'h str, &'h [u8])>>(
        control: &'a Control,
        request: &Request<'_>,
        headers: impl Fn() -> H,
    ) -> Arrival<'a> {
        let begun = Instant::now();
        // Which door a path opens is looked up now: the request may be the one that shuts it.
        let api = match control.panel.gates().await {
            Ok(gates) => Api::of(&gates, request.path),
            Err(_) => Api::None,
        };
        let entry = Entry::new(api, control.panel.clock().now(), begun, request, headers);
        Arrival {
            control,
            entry: control.journal.record(entry),
        }
    }

    /// What was noted of it.
    pub fn entry(&self) -> &Entry {
        &self.entry
    }

    /// Writes down how it is answered.
    pub fn answered(self, delivery: &Delivery) {
        self.entry.answered(delivery);
    }
}

impl Drop for Arrival<'_> {
    fn drop(&mut self) {
        self.entry.unanswered(Ending::Abandoned);
        if let Some(outcome) = self.entry.outcome() {
            self.control.metrics.ended(&Ended {
                api: self.entry.api(),
                handler: self.entry.trace().and_then(|trace| trace.handler),
                status: outcome.status,
                us: outcome.us,
            });
        }
        self.control.journal.tell();
    }
}
