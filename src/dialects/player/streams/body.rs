//! The body of an answer that belongs to a session: it ends when the session does, when the client leaves, and when the
//! server stops. Only a body that had an end ends in order; whoever is cut sees the connection break (contract "Player
//! side", section 10.1).
//!
//! A test may disturb it (section 10.6); without that bytes pass as they are.

use std::io;
use std::sync::{Arc, Weak};
use std::time::Duration;

use actix_web::web::Bytes;
use futures_util::{StreamExt, stream};
use tokio::time::sleep;

use super::data::REOPENED;
use crate::http::body::ByteStream;
use crate::http::connection::{ConnectionHandle, Stopped, StreamOptions};
use crate::http::{Exchange, Request};
use crate::media::disturb::{Disturbance, Disturbed};
use crate::media::meter::Meter;
use crate::panel::Panel;
use crate::panel::viewers::{Container, EndReason, OpenAnswer, Session, StreamAnswer};

/// Time that the last bytes before a cut have to leave the socket's buffer.
const FLUSH: Duration = Duration::from_millis(5);
/// Pieces per second of a throttled answer.
const PIECES_A_SECOND: usize = 20;

/// What is played, with what counts it.
pub struct Played {
    pub bytes: ByteStream,
    pub meter: Meter,
    /// Whether the head tells how many bytes there are.
    pub has_length: bool,
}

/// An answer of a session while it is open.
struct Watching {
    bytes: ByteStream,
    meter: Meter,
    has_length: bool,
    disturbed: Option<Disturbed>,
    /// Bytes that a throttled answer holds back.
    held: Bytes,
    ends: Ends,
    panel: Weak<Panel>,
    /// Whether the body is over, in whatever way.
    is_over: bool,
    answer: Arc<StreamAnswer>,
    /// Before `Drop`, which looks for others.
    open: Option<OpenAnswer>,
}

/// What ends an answer from outside.
struct Ends {
    session: Arc<Session>,
    handle: Option<ConnectionHandle>,
    stopped: Stopped,
}

impl Ends {
    /// Does something until the answer ends.
    async fn unless_over<T>(&mut self, work: impl Future<Output = T>) -> Result<T, EndReason> {
        tokio::select! {
            biased;
            _ = self.session.ended() => Err(EndReason::Killed),
            () = ConnectionHandle::client_left(self.handle.as_ref()) => Err(EndReason::Client),
            () = &mut self.stopped => Err(EndReason::Server),
            done = work => Ok(done),
        }
    }
}

/// The body of an answer of this session.
pub fn watched(exchange: &Exchange, request: &Request<'_>, session: &Arc<Session>, played: Played) -> ByteStream {
    let handle = request.connection().cloned();
    if let Some(handle) = &handle {
        handle.set_options(match session.is_live() {
            true => StreamOptions::Live,
            false => StreamOptions::File,
        });
    }
    let cut = handle.clone();
    let open = session.open_answer(Box::new(move || {
        if let Some(handle) = &cut {
            handle.cut();
        }
    }));
    let answer = Arc::new(StreamAnswer::new(session, &played.meter));
    exchange.set_stream(Arc::clone(&answer));
    let watching = Watching {
        bytes: played.bytes,
        meter: played.meter,
        has_length: played.has_length,
        disturbed: None,
        held: Bytes::new(),
        ends: Ends {
            session: Arc::clone(session),
            handle,
            stopped: request.stopped(),
        },
        panel: Arc::downgrade(&exchange.panel),
        is_over: false,
        answer,
        open: Some(open),
    };
    Box::pin(stream::unfold(watching, async move |mut watching| {
        let next = watching.next().await?;
        Some((next, watching))
    }))
}

impl Watching {
    async fn next(&mut self) -> Option<io::Result<Bytes>> {
        if self.is_over {
            return None;
        }
        self.ends.session.set_waits(true);
        match self.next_bytes().await {
            Ok(Some(bytes)) => {
                self.answer.sent(bytes.len(), &self.meter);
                self.ends.session.set_waits(false);
                Some(Ok(bytes))
            }
            Ok(None) => {
                self.leave(EndReason::Client);
                None
            }
            Err(reason) => {
                self.leave(reason);
                Some(Err(io::ErrorKind::ConnectionAborted.into()))
            }
        }
    }

    /// The next bytes that are sent; `None` at the end of all.
    async fn next_bytes(&mut self) -> Result<Option<Bytes>, EndReason> {
        loop {
            self.look_for_disturbance();
            if let Some(begun) = self.disturbed.as_ref().filter(|disturbed| disturbed.has_begun()) {
                let disturbance = begun.disturbance;
                self.stop_here(disturbance).await?;
            }
            if let Some(piece) = self.throttled().await? {
                return Ok(Some(piece));
            }
            let answer = Arc::clone(&self.answer);
            let mut changes = std::pin::pin!(answer.changes());
            changes.as_mut().enable();
            if self.look_for_disturbance() {
                continue;
            }
            let bytes = &mut self.bytes;
            let next = self.ends.unless_over(async {
                tokio::select! {
                    biased;
                    () = changes => None,
                    next = bytes.next() => Some(next),
                }
            });
            let Some(next) = next.await? else { continue };
            let Some(bytes) = next.transpose().map_err(|error| reason(&error))? else {
                return Ok(None);
            };
            let sent = self.disturb(bytes);
            if !sent.is_empty() {
                return Ok(Some(sent));
            }
        }
    }

    /// Takes a disturbance that has come. Returns whether there was one.
    fn look_for_disturbance(&mut self) -> bool {
        let Some((disturbance, after)) = self.answer.take_disturbance() else {
            return false;
        };
        let mut disturbed = Disturbed::new(disturbance, after, &self.meter);
        // It may begin before another byte is sent.
        disturbed.before(&mut self.meter, &[]);
        self.disturbed = Some(disturbed);
        true
    }

    /// Ends here, or waits for the end, if the disturbance says so.
    async fn stop_here(&mut self, disturbance: Disturbance) -> Result<(), EndReason> {
        match disturbance {
            Disturbance::Cut => {
                self.ends.unless_over(sleep(FLUSH)).await?;
                Err(EndReason::Fault)
            }
            Disturbance::Stall => self.ends.unless_over(std::future::pending()).await,
            Disturbance::Down => Err(EndReason::Upstream),
            _ => Ok(()),
        }
    }

    /// The next piece of a throttled answer, after a pause.
    async fn throttled(&mut self) -> Result<Option<Bytes>, EndReason> {
        if self.held.is_empty() {
            return Ok(None);
        }
        let rate = match self.disturbed.as_ref().map(|disturbed| disturbed.disturbance) {
            Some(Disturbance::Throttle(rate)) => rate.max(1),
            _ => return Ok(Some(std::mem::take(&mut self.held))),
        };
        let pieces = PIECES_A_SECOND.min(rate);
        let pause = u32::try_from(pieces)
            .ok()
            .and_then(|pieces| Duration::from_secs(1).checked_div(pieces));
        self.ends.unless_over(sleep(pause.unwrap_or_default())).await?;
        let piece = rate.checked_div(pieces).unwrap_or(rate).min(self.held.len());
        Ok(Some(self.held.split_to(piece)))
    }

    /// What is sent of bytes of the source.
    fn disturb(&mut self, mut bytes: Bytes) -> Bytes {
        let Some(disturbed) = &mut self.disturbed else {
            self.meter.add(&bytes);
            return bytes;
        };
        let before = bytes.split_to(disturbed.before(&mut self.meter, &bytes));
        if !disturbed.has_begun() || bytes.is_empty() {
            return before;
        }
        match disturbed.disturbance {
            // What follows is not sent.
            Disturbance::Cut | Disturbance::Stall | Disturbance::Down => before,
            Disturbance::Throttle(_) => {
                self.meter.add(&bytes);
                self.held = bytes;
                before
            }
            _ => {
                let rest = self.meter.rest_of_packet();
                self.meter.add(&bytes);
                let damaged = disturbed.damaged(bytes, rest, self.has_length);
                match before.is_empty() {
                    true => damaged,
                    false => [before, damaged].concat().into(),
                }
            }
        }
    }

    /// Closes the answer, and with the last answer of a stream or a file its session. An HLS session goes on without.
    fn leave(&mut self, reason: EndReason) {
        self.is_over = true;
        if self.open.take().is_none() {
            return;
        }
        let reason = self.answer.end(reason);
        let Some(panel) = self.panel.upgrade() else {
            return;
        };
        let session = &self.ends.session;
        let ends = match session.viewer.container {
            Container::Ts => true,
            Container::Vod => session.answers() == 0,
            Container::Hls => false,
        };
        panel.viewers().touch(&panel, session);
        if ends {
            panel.viewers().leave(&panel, session, reason);
        }
        if ends && !session.token.is_empty() {
            // A file is opened again with the same token.
            let until = panel.clock().session_time().saturating_add(REOPENED);
            panel.viewers().tokens.extend(&session.token, until);
        }
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        self.leave(EndReason::Client);
    }
}

/// Why the source's bytes came to an end.
fn reason(error: &io::Error) -> EndReason {
    match error.kind() {
        io::ErrorKind::TimedOut => EndReason::Slow,
        _ => EndReason::Upstream,
    }
}
