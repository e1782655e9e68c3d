//! How a request to the panel is answered where tests steer it: by the panel, or by the faults that
//! it meets.

use std::time::Duration;

use super::delivery::Delivery;
use super::faults::{self, ActiveFault, FaultPlan, PresetContext};
use super::journal::entry::Entry;
use super::journal::reader::JournalReader;
use super::journal::request_log::RequestLog;
use super::test_headers::TestHeaders;
use super::{Control, strict, unauthorized};
use crate::dialects;
use crate::http::{Request, Response};
use crate::panel::strictness::Strictness;

impl Control {
    /// Answers a request to the panel, with the faults that it meets; `arrival` is what was noted of it,
    /// `wishes` what it asks for itself.
    pub async fn respond(
        &self,
        request: Request<'_>,
        request_log: &RequestLog<'_>,
        test_headers: TestHeaders<'_>,
    ) -> Delivery {
        let Some(entry) = request_log.entry() else {
            return Delivery::whole(match request_log.access() {
                Some(access) => dialects::answer_at(access, &self.panel, request).await,
                None => dialects::answer(&self.panel, request).await,
            });
        };
        let admitted = test_headers.any() && self.admits(test_headers.authorization);
        let mut delivery = match test_headers.fault {
            None if self.faults.is_empty() => Delivery::whole(self.ask(request, entry).await),
            None => self.under(self.meet(entry).await, request, entry).await,
            Some(_) if !admitted => Delivery::whole(unauthorized().response()),
            Some(fault) => match faults::inline::read(fault, entry.api().name()) {
                Ok(inline) => self.under(self.faults.meet_inline(inline), request, entry).await,
                Err(problem) => Delivery::whole(problem.response()),
            },
        };
        if self.debug || (test_headers.debug && admitted) {
            self.explain(&mut delivery.response, entry).await;
        }
        delivery
    }

    /// Answers a request under what it meets.
    async fn under(&self, met: FaultPlan, mut request: Request<'_>, entry: &Entry) -> Delivery {
        if let Some(id) = &met.id {
            entry.met(id);
            self.metrics.met(id);
        }
        wait(met.before).await;
        let Some(active) = met.active else {
            let given = self.ask(request, entry).await;
            wait(met.after).await;
            return Delivery::whole(given);
        };
        let ActiveFault {
            effect,
            after,
            hit,
            rng,
        } = active;
        let url = self.address.url(&self.panel, &request);
        let about = PresetContext {
            method: request.method,
            path: request.path,
            query: request.query,
            hit,
            rng,
            url: &url,
            now: self.panel.clock().now(),
            zone: self.panel.zone(),
        };
        let instead = match effect.word() {
            Some(word) => dialects::failure_named(&self.panel, entry.api().name(), word)
                .await
                .ok(),
            None => effect.instead(&about),
        };
        let mut given = None;
        if after || (instead.is_none() && !effect.lets_go()) {
            request.query = faults::without_hop(request.query);
            given = Some(self.ask(request, entry).await);
        }
        wait(met.after).await;
        let response = instead.or(given).unwrap_or_else(|| Response::empty(200));
        effect.leave(response, &about.rng)
    }

    /// Lets the panel answer, and notes how it came to its answer.
    async fn ask(&self, request: Request<'_>, entry: &Entry) -> Response {
        if let Some(refusal) = self.refusal(&request, entry).await {
            return refusal;
        }
        let response = dialects::answer(&self.panel, request).await;
        entry.traced(response.trace);
        response
    }

    /// The answer to a request that is too odd for a strict server.
    async fn refusal(&self, request: &Request<'_>, entry: &Entry) -> Option<Response> {
        let strictness = self.panel.strictness();
        if strictness == Strictness::Off {
            return None;
        }
        let mut reader = JournalReader::about(self).await.ok()?;
        let told = reader.tell(entry).await.ok()?;
        self.metrics.count(entry, told);
        strict::judge(strictness, &self.panel, request, entry.api(), &told.summary.near_misses).await
    }

    /// The faults that a request meets.
    async fn meet(&self, entry: &Entry) -> FaultPlan {
        let Ok(mut reader) = JournalReader::about(self).await else {
            return FaultPlan::default();
        };
        let Ok(told) = reader.tell(entry).await else {
            return FaultPlan::default();
        };
        let headers = entry.headers();
        self.faults.meet(&told.seen(entry, &headers), self.panel.clock().now())
    }
}

async fn wait(time: Duration) {
    if !time.is_zero() {
        actix_web::rt::time::sleep(time).await;
    }
}
