//! Who watches what, from where and with what (contract "Player side", sections 11, 12 and 18.6): the checks before a byte
//! flows, tokens, admission under a line's limit, the sessions that are open, and the thread that ends them when the panel
//! says so. `geoip` tells where an address is, `attacks` blocks addresses that are refused again and again, `why` tells an
//! operator what refuses a viewer.
//!
//! `line` and `stream` are what a request names, as the rules need them; `checks` has the rules in their order. Nothing
//! here knows how a request or an answer looks on the wire.
//!
//! A session is a row of `lines_live`. Whatever takes the row away, in any dialect or statement, cuts the connection:
//! nouns need no code for it. Nothing here exists before the first stream is asked for.

mod admit;
mod answer;
pub mod attacks;
pub mod checks;
mod downloads;
mod feed;
pub mod geoip;
mod keeper;
mod line;
mod on_air;
mod panel_time;
mod recheck;
mod registry;
mod segments;
mod session;
pub mod source;
mod status;
mod stream;
mod test_hls;
mod tokens;
pub mod upstream;
pub mod why;

use std::net::IpAddr;
use std::sync::{Arc, Mutex, OnceLock};

use futures_util::FutureExt;

pub use admit::{Admission, Full, enter, may_replace, while_full};
pub use answer::{Named, Step, StreamAnswer};
pub use downloads::{Download, Downloads};
pub use keeper::HLS_IDLE;
pub use line::Line;
pub use on_air::{LiveStream, OnAir, Seen, StreamUse};
pub use panel_time::{PanelTime, clock_text};
pub use registry::{EndedSession, Registry};
use session::Row;
pub use session::{Container, Cutter, EndReason, OpenAnswer, Session, Viewer};
pub use stream::{ContentKind, Stream};
pub use tokens::{Grant, LENGTH as TOKEN_LENGTH, Tokens};
pub use upstream::policy as upstream_policy;

use geoip::Network;

use super::error::Result;
use super::line_devices::Sighting;
use super::{Caller, Context, Panel, connections};
use crate::media::test::kept::{KeptFilms, KeptSeconds};
use crate::store::{Store, StoreError};

/// The sender of a request.
#[derive(Clone, Debug)]
pub struct Client {
    pub address: IpAddr,
    /// Its user agent; empty where it sends none.
    pub agent: String,
}

/// A request for a stream.
#[derive(Clone, Debug)]
pub struct StreamRequest {
    pub client: Client,
    pub username: String,
    pub password: String,
    /// The id of the stream, movie or episode.
    pub stream: i64,
    pub kind: ContentKind,
    /// The extension as it was sent; empty stands for `ts`.
    pub extension: String,
    /// The id that a device sent.
    pub device_id: Option<String>,
    /// What a link of a device's portal carries; `None` where it was not sent.
    pub play_token: Option<String>,
    /// Whether it goes on with a session that is open, which makes no new connection (section 12).
    pub joins_session: bool,
}

impl StreamRequest {
    /// The device that it is seen by.
    pub fn sighting(&self) -> Sighting {
        Sighting {
            device_id: self.device_id.clone(),
            agent: self.client.agent.clone(),
            address: self.client.address,
            is_playback: true,
        }
    }
}

/// What a data URL plays, and for whom.
#[derive(Clone, Debug)]
pub struct Ticket {
    /// The request that was granted, which is checked again.
    pub request: StreamRequest,
    pub viewer: Viewer,
    pub plays: Plays,
    /// What the checks found of the viewer's address: a line's lock learns its provider from the first stream.
    pub network: Network,
}

/// What is played.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plays {
    /// What is on air.
    Live,
    /// What was on air: from an instant in unix seconds, so many seconds.
    Archive { start: i64, seconds: i64 },
    /// A movie.
    Movie,
    /// An episode.
    Episode,
}

/// The viewers of a panel.
#[derive(Default)]
pub struct Viewers {
    pub registry: Registry,
    pub tokens: Tokens<Ticket>,
    /// Tokens of clips that say why a viewer is refused: what their pictures show.
    pub clips: Tokens<&'static str>,
    pub downloads: Arc<Downloads>,
    /// What was made of the test source a moment ago.
    pub films: Arc<KeptFilms>,
    pub seconds: Arc<KeptSeconds>,
    pub on_air: OnAir,
    keeper: OnceLock<Option<keeper::Keeper>>,
    /// Held while what is due is ended.
    due: Mutex<()>,
}

impl Viewers {
    /// Ends a session whose answer is over. Its row goes with the next job of the keeper.
    pub fn leave(&self, panel: &Panel, session: &Session, reason: EndReason) {
        if self.registry.end(session.row(), reason, panel.clock().now()) {
            self.write_end(session.row());
        }
    }

    /// Ends a session, and returns when its row is gone.
    ///
    /// # Errors
    /// SQLite's, or [`super::Error::Busy`]; its row goes later then.
    pub async fn end_now(&self, panel: &Arc<Panel>, session: &Session, reason: EndReason) -> Result<()> {
        self.end_by(panel, session.row(), reason, |context, row| end_rows(context, &[row]))
            .await
    }

    /// Ends a session, and returns when a job has ended its row.
    async fn end_by(
        &self,
        panel: &Arc<Panel>,
        row: Row,
        reason: EndReason,
        job: fn(&Context<'_>, Row) -> Result<()>,
    ) -> Result<()> {
        if !self.registry.end(row, reason, panel.clock().now()) {
            return Ok(());
        }
        let ended = panel.write(Caller::Anyone, move |context| job(context, row)).await;
        match ended {
            Ok(()) => self.registry.rows_are_gone(&[row]),
            Err(_) => self.write_end(row),
        }
        ended
    }

    /// Takes a session back whose stream did not come on air: it leaves no row of activity.
    ///
    /// # Errors
    /// SQLite's, or [`super::Error::Busy`]; its row goes later then.
    pub async fn give_up(&self, panel: &Arc<Panel>, session: &Session) -> Result<()> {
        let delete = |context: &Context<'_>, row: Row| {
            if row.state != context.panel.store().state() {
                return Ok(());
            }
            let sql = "DELETE FROM lines_live WHERE activity_id = ?1";
            context.db.prepare_cached(sql)?.execute([row.id])?;
            Ok(())
        };
        self.end_by(panel, session.row(), EndReason::Upstream, delete).await
    }

    /// Ends all sessions, and returns their rows.
    fn end_open(&self, reason: EndReason, now: i64) -> Vec<Row> {
        let open: Vec<Row> = self.registry.open().iter().map(|session| session.row()).collect();
        for row in &open {
            self.registry.end(*row, reason, now);
        }
        open
    }

    /// Ends all sessions and tokens, because their state goes; the rows go with it.
    pub fn forget_all(&self, reason: EndReason, now: i64) {
        self.tokens.clear();
        self.clips.clear();
        self.on_air.clear();
        self.end_open(reason, now);
        self.registry.all_rows_are_gone();
        if reason == EndReason::Reset {
            self.registry.forget_ended();
        }
    }

    /// Ends all sessions, because the server stops, and queues the end of their rows.
    pub(super) fn close(&self, store: &Store, now: i64) {
        let open = self.end_open(EndReason::Server, now);
        if open.is_empty() {
            return;
        }
        let end = move |db: &rusqlite::Connection| {
            let mut rows = open.iter();
            rows.try_for_each(|row| connections::close_rows(db, "activity_id = ?1", row.id, now).map(drop))
                .map_err(StoreError::from)
        };
        // It is queued at once; closing the store waits for it.
        let _ = store.write(end).now_or_never();
    }

    /// Notes that a session is read now.
    pub fn touch(&self, panel: &Panel, session: &Session) {
        let clock = panel.clock();
        session.touch((clock.session_time(), clock.now()));
    }

    fn write_end(&self, row: Row) {
        if let Some(Some(keeper)) = self.keeper.get() {
            keeper.write_end(row);
        }
    }

    /// Runs a task on the keeper's thread, which lives as long as the panel.
    pub fn spawn<F, T>(&self, task: F)
    where
        F: FnOnce() -> T + Send + 'static,
        T: Future<Output = ()> + 'static,
    {
        if let Some(Some(keeper)) = self.keeper.get() {
            keeper.spawn(Box::new(move || Box::pin(task())));
        }
    }
}

/// Ends the rows of sessions, and notes when their lines watched last. Rows of another state went with it.
fn end_rows(context: &Context<'_>, rows: &[Row]) -> Result<()> {
    let find = "SELECT user_id, user_ip FROM lines_live WHERE activity_id = ?1";
    let state = context.panel.store().state();
    for Row { id, .. } in rows.iter().filter(|row| row.state == state) {
        let mut query = context.db.prepare_cached(find)?;
        let mut rows = query.query([id])?;
        if let Some(row) = rows.next()? {
            let (line, address): (i64, String) = (row.get(0)?, row.get(1)?);
            admit::seen(context, line, &address)?;
        }
        drop(rows);
        connections::close_where(context, "activity_id = ?1", *id)?;
    }
    Ok(())
}

/// Ends the rows of a process that died, or of a state that was saved while somebody watched: each at its last read.
/// Rows that were planted have no process and stay (section 12, "After a crash").
///
/// # Errors
/// SQLite's, or [`super::Error::Busy`].
pub async fn end_leftovers(panel: &Arc<Panel>) -> Result<()> {
    let leftovers =
        "SELECT activity_id, coalesce(hls_last_read, date_start) FROM lines_live WHERE active_pid IS NOT NULL";
    let any = panel.read(Caller::Anyone, move |context| {
        Ok(context.db.prepare_cached(leftovers)?.exists([])?)
    });
    if !any.await? {
        return Ok(());
    }
    let end = move |context: &Context<'_>| {
        let mut query = context.db.prepare_cached(leftovers)?;
        let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let rows: Vec<(i64, i64)> = rows.collect::<rusqlite::Result<_>>()?;
        for (id, read) in rows {
            if context.panel.viewers().registry.get(id).is_none() {
                connections::close_rows(context.db, "activity_id = ?1", id, read)?;
            }
        }
        Ok(())
    };
    panel.write(Caller::Anyone, end).await
}
