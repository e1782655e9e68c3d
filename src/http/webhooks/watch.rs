//! What besides the panel has to do with deliveries: the faults act on them, the journal shows them, the metrics count
//! them.

use std::sync::Arc;
use std::time::Instant;

use actix_web::web::Bytes;
use url::Position;

use super::{Attempt, Prepared};
use crate::control::faults::{FaultPlan, Faults};
use crate::control::journal::Journal;
use crate::control::journal::entry::{Entry, Sending};
use crate::control::journal::head::Head;
use crate::control::journal::reader;
use crate::control::journal::request_log::RequestLog;
use crate::control::metrics::Metrics;
use crate::dialects::Dialects;
use crate::http::delivery::{Delivered, OutcomeKind};
use crate::panel::access_cache::AccessCache;
use crate::panel::webhooks::Outcome;

/// Those of a panel: without a control plane there are the metrics at most.
#[derive(Default)]
pub struct Watch {
    pub faults: Option<Arc<Faults>>,
    pub journal: Option<Arc<Journal>>,
    pub metrics: Option<Arc<Metrics>>,
}

impl Watch {
    /// Records an attempt before it is made.
    pub(super) fn begin(&self, attempt: &Attempt<'_>) -> Option<RequestLog> {
        let journal = self.journal.as_ref()?;
        let body = Bytes::copy_from_slice(attempt.prepared.request.body().as_bytes());
        let parcel = attempt.parcel;
        let origin = origin(&attempt.prepared);
        let sending = Sending::new(parcel.id, &parcel.event, &origin);
        let entry = Entry::of_delivery(attempt.at, Instant::now(), head(&attempt.prepared), &body, sending);
        Some(RequestLog::of(journal, entry))
    }

    /// Notes what came of an attempt.
    pub(super) fn end(&self, log: Option<&mut RequestLog>, event: &str, outcome: &Outcome) {
        let (status, failure) = match outcome {
            Outcome::Answered(status) => (Some(*status), None),
            Outcome::Failed(failure) => (None, Some(failure)),
        };
        if let Some(metrics) = &self.metrics {
            metrics.delivered(event, status);
        }
        let Some(log) = log else { return };
        if let Some(status) = status {
            log.set_head(status, None);
        }
        if let Some((sending, failure)) = log.entry().sending().zip(failure) {
            sending.set_failure(failure);
        }
        log.end(Delivered {
            kind: match status {
                Some(_) => OutcomeKind::Answered,
                None => OutcomeKind::Failed,
            },
            // The body of an answer is not read.
            bytes: 0,
        });
    }

    /// Returns what the faults do to an attempt, and notes the one that acts; `None` without faults.
    pub(super) fn plan(&self, dialects: Dialects, access: &AccessCache, entry: &Entry) -> Option<FaultPlan> {
        let faults = self.faults.as_deref().filter(|faults| !faults.is_empty())?;
        let summary = reader::delivery(dialects, access, entry)?;
        let plan = faults.plan_for(&summary.seen(entry, &entry.headers()), entry.at);
        if let Some(id) = &plan.id {
            entry.set_fault(id);
            if let Some(metrics) = &self.metrics {
                metrics.count_fault(id);
            }
        }
        Some(plan)
    }
}

/// Scheme, host and port; the credentials of a URL are a header of the request.
fn origin(Prepared { url, .. }: &Prepared) -> String {
    format!("{}://{}", url.scheme(), &url[Position::BeforeHost..Position::AfterPort])
}

fn head(Prepared { url, request }: &Prepared) -> Head {
    let headers = || {
        let all = request.headers().iter();
        all.map(|(name, value)| (name.as_str(), value.as_bytes()))
    };
    let target = (url.path(), url.query().unwrap_or_default());
    Head::new(request.method().as_str(), target, headers)
}
