//! A request to the panel on its way through the control plane: noted when it comes, and counted when
//! it goes, in whichever way it goes.
//!
//! It is written down where somebody may look at it: the journal, a fault, a strict panel, or its
//! client that wants to be told. Where nobody does, all that is kept is what the metrics count.

use std::sync::Arc;
use std::time::Instant;

use super::entry::{Entry, OutcomeKind};
use crate::control::Control;
use crate::control::delivery::Delivery;
use crate::control::metrics::counting::Counting;
use crate::control::test_headers::TestHeaders;
use crate::dialects::describe::Api;
use crate::http::Request;
use crate::panel::access_cache::AccessCache;
use crate::panel::strictness::Strictness;

/// A request on its way. One that is dropped before it is answered was abandoned by its client.
pub struct RequestLog<'a> {
    control: &'a Control,
    recording: Recording<'a>,
}

/// What is kept of a request.
enum Recording<'a> {
    /// All of it.
    Entry(Arc<Entry>),
    /// What is counted, and the gates that it came to; `None` where they could not be read.
    Count(Counting<'a>, Option<Arc<AccessCache>>),
}

impl<'a> RequestLog<'a> {
    /// Notes a request before it is answered. `headers` have their names in lower case.
    pub async fn of<'h, H: Iterator<Item = (&'h str, &'h [u8])>>(
        control: &'a Control,
        request: &Request<'_>,
        test_headers: &TestHeaders<'_>,
        headers: impl Fn() -> H,
    ) -> RequestLog<'a> {
        let begun = Instant::now();
        // Which door a path opens is looked up now: the request may be the one that shuts it.
        let access = control.panel.access().await.ok();
        let api = access
            .as_ref()
            .map_or(Api::None, |access| Api::of(access, request.path));
        let recording = match control.looks_at(test_headers) {
            true => {
                let entry = Entry::new(api, control.panel.clock().now(), begun, request, headers);
                Recording::Entry(control.journal.record(entry))
            }
            false => Recording::Count(Counting::of(&control.metrics, api, begun), access),
        };
        RequestLog { control, recording }
    }

    /// What was noted of it, where somebody may look at it.
    pub fn entry(&self) -> Option<&Entry> {
        match &self.recording {
            Recording::Entry(entry) => Some(entry),
            Recording::Count(..) => None,
        }
    }

    /// The gates that it came to, where nothing else was noted.
    pub fn access(&self) -> Option<&Arc<AccessCache>> {
        match &self.recording {
            Recording::Entry(_) => None,
            Recording::Count(_, access) => access.as_ref(),
        }
    }

    /// Writes down how it is answered.
    pub fn answered(mut self, delivery: &Delivery) {
        match &mut self.recording {
            Recording::Entry(entry) => entry.answered(delivery),
            Recording::Count(counting, _) => counting.answered(&delivery.response),
        }
    }
}

impl Drop for RequestLog<'_> {
    fn drop(&mut self) {
        // What is counted alone does so itself.
        let Recording::Entry(entry) = &self.recording else {
            return;
        };
        entry.unanswered(OutcomeKind::Abandoned);
        if let Some(ended) = entry.ended() {
            self.control.metrics.ended(&ended);
        }
        self.control.journal.tell();
    }
}

impl Control {
    /// Whether somebody may look at a request that asks for this.
    fn looks_at(&self, test_headers: &TestHeaders<'_>) -> bool {
        !self.journal.is_off()
            || self.debug
            || test_headers.any()
            || !self.faults.is_empty()
            || self.panel.strictness() != Strictness::Off
    }
}
