//! A request in progress: recorded when it arrives, with its outcome when it ends.

use std::sync::Arc;
use std::time::Instant;

use super::Journal;
use super::entry::Entry;
use crate::control::Control;
use crate::dialects::Api;
use crate::http::Request;
use crate::http::delivery::{Delivered, OutcomeKind};

/// A request in progress, or a delivery. One that is dropped before it ends was abandoned: by its client, or by a server that
/// stops.
pub struct RequestLog {
    journal: Arc<Journal>,
    entry: Arc<Entry>,
    ended: bool,
}

impl RequestLog {
    /// Records a request before it is answered.
    pub fn begin(control: &Arc<Control>, api: Api, request: &Request<'_>) -> RequestLog {
        let (now, strictness) = (control.panel.clock().now(), control.panel.strictness());
        let entry = Entry::new(api, now, Instant::now(), request, strictness);
        RequestLog::of(&control.journal, entry)
    }

    /// Records an entry.
    pub fn of(journal: &Arc<Journal>, entry: Entry) -> RequestLog {
        RequestLog {
            journal: Arc::clone(journal),
            entry: journal.record(entry),
            ended: false,
        }
    }

    /// Returns the entry.
    pub fn entry(&self) -> &Arc<Entry> {
        &self.entry
    }

    /// Records the head of the answer.
    pub fn set_head(&mut self, status: u16, content_type: Option<&str>) {
        self.entry.set_answer(status, content_type);
    }

    /// Records the outcome.
    pub fn end(&mut self, delivered: Delivered) {
        self.entry.end(delivered);
        if !std::mem::replace(&mut self.ended, true) {
            self.journal.notify();
        }
    }
}

impl Drop for RequestLog {
    fn drop(&mut self) {
        self.end(Delivered {
            kind: OutcomeKind::Abandoned,
            bytes: 0,
        });
    }
}
