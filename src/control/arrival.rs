//! A request to the panel on its way through the control plane: noted when it comes, and counted when
//! it goes, in whichever way it goes.
//!
//! It is written down where somebody may look at it: the journal, a fault, a strict panel, or its
//! client that wants to be told. Where nobody does, all that is kept is what the metrics count.

use std::sync::Arc;
use std::time::Instant;

use super::Control;
use super::counting::Counting;
use super::delivery::Delivery;
use super::entry::{Ending, Entry};
use super::wishes::Wishes;
use crate::panel::gates::Gates;
use crate::panel::strictness::Strictness;
use crate::wire::Request;
use crate::wire::describe::Api;

/// A request on its way. One that is dropped before it is answered was abandoned by its client.
pub struct Arrival<'a> {
    control: &'a Control,
    noted: Noted<'a>,
}

/// What is kept of a request.
enum Noted<'a> {
    /// All of it.
    Entry(Arc<Entry>),
    /// What is counted, and the gates that it came to; `None` where they could not be read.
    Count(Counting<'a>, Option<Arc<Gates>>),
}

impl<'a> Arrival<'a> {
    /// Notes a request before it is answered. `headers` have their names in lower case.
    pub async fn of<'h, H: Iterator<Item = (&'h str, &'h [u8])>>(
        control: &'a Control,
        request: &Request<'_>,
        wishes: &Wishes<'_>,
        headers: impl Fn() -> H,
    ) -> Arrival<'a> {
        let begun = Instant::now();
        // Which door a path opens is looked up now: the request may be the one that shuts it.
        let gates = control.panel.gates().await.ok();
        let api = gates.as_ref().map_or(Api::None, |gates| Api::of(gates, request.path));
        let noted = match control.looks_at(wishes) {
            true => {
                let entry = Entry::new(api, control.panel.clock().now(), begun, request, headers);
                Noted::Entry(control.journal.record(entry))
            }
            false => Noted::Count(Counting::of(&control.metrics, api, begun), gates),
        };
        Arrival { control, noted }
    }

    /// What was noted of it, where somebody may look at it.
    pub fn entry(&self) -> Option<&Entry> {
        match &self.noted {
            Noted::Entry(entry) => Some(entry),
            Noted::Count(..) => None,
        }
    }

    /// The gates that it came to, where nothing else was noted.
    pub fn gates(&self) -> Option<&Arc<Gates>> {
        match &self.noted {
            Noted::Entry(_) => None,
            Noted::Count(_, gates) => gates.as_ref(),
        }
    }

    /// Writes down how it is answered.
    pub fn answered(mut self, delivery: &Delivery) {
        match &mut self.noted {
            Noted::Entry(entry) => entry.answered(delivery),
            Noted::Count(counting, _) => counting.answered(&delivery.response),
        }
    }
}

impl Drop for Arrival<'_> {
    fn drop(&mut self) {
        // What is counted alone does so itself.
        let Noted::Entry(entry) = &self.noted else { return };
        entry.unanswered(Ending::Abandoned);
        if let Some(ended) = entry.ended() {
            self.control.metrics.ended(&ended);
        }
        self.control.journal.tell();
    }
}

impl Control {
    /// Whether somebody may look at a request that asks for this.
    fn looks_at(&self, wishes: &Wishes<'_>) -> bool {
        !self.journal.is_off()
            || self.debug
            || wishes.any()
            || !self.faults.is_empty()
            || self.panel.strictness() != Strictness::Off
    }
}
