//! The body of an answer that belongs to a session: it ends when the session does, when the client leaves, and when the
//! server stops. Only a body that had an end ends in order; whoever is cut sees the connection break (contract "Player
//! side", section 10.1).

use std::io;
use std::sync::{Arc, Weak};

use actix_web::web::Bytes;
use futures_util::{StreamExt, stream};

use super::data::REOPENED;
use crate::http::body::ByteStream;
use crate::http::connection::{ConnectionHandle, Stopped, StreamOptions};
use crate::http::{Exchange, Request};
use crate::panel::Panel;
use crate::panel::viewers::{Container, EndReason, OpenAnswer, Session};

/// An answer of a session while it is open.
struct Watching {
    bytes: ByteStream,
    session: Arc<Session>,
    panel: Weak<Panel>,
    handle: Option<ConnectionHandle>,
    stopped: Stopped,
    /// Whether the body is over, in whatever way.
    is_over: bool,
    /// Before `Drop`, which looks for others.
    answer: Option<OpenAnswer>,
}

/// The body of an answer of this session, from the source's bytes.
pub fn watched(exchange: &Exchange, request: &Request<'_>, session: &Arc<Session>, bytes: ByteStream) -> ByteStream {
    let handle = request.connection().cloned();
    if let Some(handle) = &handle {
        handle.set_options(match session.is_live() {
            true => StreamOptions::Live,
            false => StreamOptions::File,
        });
    }
    let cut = handle.clone();
    let answer = session.open_answer(Box::new(move || {
        if let Some(handle) = &cut {
            handle.cut();
        }
    }));
    let watching = Watching {
        bytes,
        session: Arc::clone(session),
        panel: Arc::downgrade(&exchange.panel),
        handle,
        stopped: request.stopped(),
        is_over: false,
        answer: Some(answer),
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
        self.session.set_waits(true);
        let next = tokio::select! {
            biased;
            _ = self.session.ended() => Err(EndReason::Killed),
            () = ConnectionHandle::client_left(self.handle.as_ref()) => Err(EndReason::Client),
            () = &mut self.stopped => Err(EndReason::Server),
            next = self.bytes.next() => Ok(next),
        };
        match next {
            Ok(Some(Ok(bytes))) => {
                self.session.sent(bytes.len());
                self.session.set_waits(false);
                Some(Ok(bytes))
            }
            Ok(Some(Err(error))) => {
                self.leave(reason(&error));
                Some(Err(error))
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

    /// Closes the answer, and with the last answer of a stream or a file its session. An HLS session goes on without.
    fn leave(&mut self, reason: EndReason) {
        self.is_over = true;
        if self.answer.take().is_none() {
            return;
        }
        let Some(panel) = self.panel.upgrade() else {
            return;
        };
        let ends = match self.session.viewer.container {
            Container::Ts => true,
            Container::Vod => self.session.answers() == 0,
            Container::Hls => false,
        };
        panel.viewers().touch(&panel, &self.session);
        if ends {
            panel.viewers().leave(&panel, &self.session, reason);
        }
        if ends && !self.session.token.is_empty() {
            // A file is opened again with the same token.
            let until = panel.clock().session_time().saturating_add(REOPENED);
            panel.viewers().tokens.extend(&self.session.token, until);
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
