//! A request of which nothing is noted but what the metrics count: an operator wants figures of a panel
//! that nobody can steer, or the control plane has nobody who would look at it.

use std::sync::Arc;
use std::time::Instant;

use super::{Ended, Metrics};
use crate::control::journal::entry::microseconds;
use crate::control::strict;
use crate::dialects::describe::Api;
use crate::http::{Request, Response};
use crate::panel::Panel;

/// Answers a request and counts it.
pub async fn answer<'h, H: Iterator<Item = (&'h str, &'h [u8])>>(
    metrics: &Metrics,
    panel: &Arc<Panel>,
    request: Request<'_>,
    headers: impl Fn() -> H,
) -> Response {
    let begun = Instant::now();
    // Which door a path opens is looked up now: the request may be the one that shuts it.
    let api = match panel.access().await {
        Ok(access) => Api::of(&access, request.path),
        Err(_) => Api::None,
    };
    let mut counting = Counting::of(metrics, api, begun);
    let response = strict::answer(panel, request, headers, Some(metrics)).await;
    counting.answered(&response);
    response
}

/// A request on its way. One that is dropped before it is answered was abandoned by its client.
pub struct Counting<'a> {
    metrics: &'a Metrics,
    begun: Instant,
    ended: Ended,
}

impl<'a> Counting<'a> {
    /// A request that has come.
    pub fn of(metrics: &'a Metrics, api: Api, begun: Instant) -> Counting<'a> {
        Counting {
            metrics,
            begun,
            ended: Ended {
                api,
                handler: None,
                status: None,
                us: 0,
            },
        }
    }

    /// How it is answered.
    pub fn answered(&mut self, response: &Response) {
        self.ended.handler = response.trace.handler;
        self.ended.status = Some(response.status);
    }
}

impl Drop for Counting<'_> {
    fn drop(&mut self) {
        self.ended.us = microseconds(self.begun);
        self.metrics.ended(&self.ended);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::metrics;

    #[test]
    fn a_request_whose_client_has_left_is_counted_too() {
        let metrics = Metrics::default();
        drop(Counting::of(&metrics, Api::XcV2, Instant::now()));
        let text = String::from_utf8(metrics::alone(&metrics).body).unwrap();
        let counted = "linecard_requests_total{api=\"xc_v2\",action=\"\",status=\"none\"} 1\n";
        assert!(text.contains(counted), "{text}");
        assert!(
            text.contains("linecard_request_duration_seconds_count{api=\"xc_v2\"} 1\n"),
            "{text}"
        );
    }
}
