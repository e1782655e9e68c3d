//! A request in progress, which the metrics count when it ends.

use std::time::Instant;

use super::{Ended, Metrics};
use crate::control::journal::entry::microseconds;
use crate::dialects::Api;
use crate::http::trace::Handler;

/// A request in progress, counted when dropped. One dropped before its answer was abandoned by its client.
pub struct Counting<'a> {
    metrics: &'a Metrics,
    begun: Instant,
    ended: Ended,
}

impl<'a> Counting<'a> {
    /// Starts with a request that has arrived.
    pub fn new(metrics: &'a Metrics, api: Api, begun: Instant) -> Counting<'a> {
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

    /// Sets how it is answered; the status is `None` if no answer is sent.
    pub fn answered(&mut self, handler: Option<Handler>, status: Option<u16>) {
        self.ended.handler = handler;
        self.ended.status = status;
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
    use crate::dialects::Dialects;
    use crate::panel::throttle::Throttle;

    #[test]
    fn a_request_whose_client_has_left_is_counted_too() {
        let metrics = Metrics::new(Dialects::default());
        drop(Counting::new(&metrics, Api("xc_v2"), Instant::now()));
        let text = String::from_utf8(metrics::alone(&metrics, &Throttle::default()).body.bytes().to_vec()).unwrap();
        let counted = "linecard_requests_total{api=\"xc_v2\",action=\"\",status=\"none\"} 1\n";
        assert!(text.contains(counted), "{text}");
        assert!(
            text.contains("linecard_request_duration_seconds_count{api=\"xc_v2\"} 1\n"),
            "{text}"
        );
    }
}
