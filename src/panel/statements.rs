//! Statements of `mysql_query` (contract "Admin API", 10): what they may do, and what the audit log says of them.
//!
//! What follows from a write needs no code here: the store sees each row that changes.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rusqlite::Connection;

use super::Panel;
use super::audit::{self, Actor, Columns, Target};
use super::context::{Context, PollLog};
use super::error::{Error, Result};
use super::rng::Rng;
use crate::store::mysql;
use crate::store::mysql::plan::{Plan, Written};
use crate::store::mysql::values::statement::Random;
use crate::store::raw_sql::{Answered, Rows, SqlCall};

/// Microseconds of a second.
const MICROS: i64 = 1_000_000;

/// The number of statements that a panel has run: each has random numbers of its own.
#[derive(Debug, Default)]
pub struct StatementCount(AtomicU64);

impl Random for Rng {
    fn bits(&self) -> u64 {
        Rng::bits(self)
    }
}

impl Panel {
    /// Runs a statement. Rows are passed to `print`, which may run twice.
    ///
    /// # Errors
    /// [`Error::Missing`], the errors of queries, those of `print`, or [`Error::Busy`].
    pub async fn run_statement<T: Send + 'static>(
        self: &Arc<Self>,
        actor: Actor,
        text: String,
        print: impl Fn(&Rows<'_>) -> Result<T> + Send + Sync + 'static,
    ) -> Result<Answered<T>> {
        let call = SqlCall {
            now: self.clock.now().saturating_mul(MICROS),
            random: Arc::new(self.statement_rng()?),
            allowed: self.access().await?.settings.mysql_query,
            text: text.clone(),
        };
        let panel = Arc::clone(self);
        let record = move |db: &Connection, plan: &Plan, written: &Written| {
            let Actor { caller, source } = &actor;
            let context = Context {
                panel: &panel,
                db,
                caller: *caller,
                source: source.as_ref(),
                now: panel.clock.now(),
                commits: panel.store.commits(),
                polls: PollLog::default(),
            };
            write_down(&context, &text, plan, written)
        };
        self.store.run_sql(call, print, record).await
    }

    /// Returns the random numbers of a statement: those of a seeded panel follow from the number of the statement,
    /// and draw nothing from the generator of credentials, which only writes draw from.
    fn statement_rng(&self) -> Result<Rng> {
        match self.rng.is_seeded() {
            true => Ok(Rng::derived(
                0,
                "mysql_query",
                self.statements.0.fetch_add(1, Ordering::Relaxed),
            )),
            false => Rng::unpredictable().map_err(|error| Error::internal(error.to_string())),
        }
    }
}

/// Writes a row of the audit log: the tables, how many rows, and the statement without secrets.
fn write_down(context: &Context<'_>, text: &str, plan: &Plan, written: &Written) -> Result<()> {
    let mut tables: Vec<&str> = plan.tables().iter().map(|table| table.name).collect();
    tables.dedup();
    let tables = tables.join(", ");
    let count = usize::try_from(written.affected_rows).unwrap_or(usize::MAX);
    let statement = Columns::default().with("statement", mysql::without_secrets(text));
    audit::changed(context, Target::rows(&tables, count), None, Some(statement))
}
