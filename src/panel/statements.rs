//! Statements of `mysql_query` (contract "Admin API", 10): what they may do, what the audit log says of them, and that
//! nobody goes on watching what they have deleted.
//!
//! What else follows from a write needs no code here: the store sees each row that changes.

use std::collections::HashSet;
use std::sync::Arc;

use rusqlite::Connection;

use super::Panel;
use super::audit::{self, Actor, Columns, Target};
use super::connections::{self, ConnectionOf};
use super::context::{Context, PollLog};
use super::error::Result;
use super::rng::Rng;
use super::webhooks::{self, JobEvents};
use crate::store::mysql;
use crate::store::mysql::values::statement::Random;
use crate::store::raw_sql::{Answered, Applied, Rows, SqlCall};

/// Microseconds of a second.
const MICROS: i64 = 1_000_000;

impl Random for Rng {
    fn bits(&self) -> u64 {
        Rng::bits(self)
    }
}

impl Panel {
    /// Runs a statement. Rows are passed to `print`, which may run twice.
    ///
    /// # Errors
    /// [`super::Error::Missing`], the errors of queries, those of `print`, or [`super::Error::Busy`].
    pub async fn run_statement<T: Send + 'static>(
        self: &Arc<Self>,
        actor: Actor,
        text: String,
        print: impl Fn(&Rows<'_>) -> Result<T> + Send + Sync + 'static,
    ) -> Result<Answered<T>> {
        let call = SqlCall {
            now: self.clock.now().saturating_mul(MICROS),
            random: Arc::new(self.rng.of_statement()),
            allowed: self.access().await?.settings.mysql_query,
            text: text.clone(),
        };
        webhooks::prepare(self).await;
        let panel = Arc::clone(self);
        let record = move |db: &Connection, applied: &Applied<'_>| {
            let Actor { caller, source } = &actor;
            let context = Context {
                panel: &panel,
                db,
                caller: *caller,
                source: source.as_ref(),
                now: panel.clock.now(),
                commits: panel.store.commits(),
                polls: PollLog::default(),
                events: JobEvents::default(),
            };
            close_connections(&context, applied)?;
            write_down(&context, &text, applied)?;
            Ok(webhooks::record(&context)?)
        };
        self.store.run_sql(call, print, record).await
    }
}

/// Closes the connections of what the statement has deleted. (Other rows that name it stay: choices.md.)
fn close_connections(context: &Context<'_>, applied: &Applied<'_>) -> Result<()> {
    for of in [ConnectionOf::Line, ConnectionOf::Stream] {
        let removed = applied.plan.removed(applied.rows);
        let removed: HashSet<i64> = removed
            .filter(|(table, _)| *table == of.table())
            .map(|(_, id)| id)
            .collect();
        if !removed.is_empty() {
            connections::close_of_deleted(context, of, &removed)?;
        }
    }
    Ok(())
}

/// Writes a row of the audit log: the tables, how many rows, and the statement without secrets.
fn write_down(context: &Context<'_>, text: &str, Applied { plan, written, .. }: &Applied<'_>) -> Result<()> {
    let mut tables: Vec<&str> = plan.tables().iter().map(|table| table.name).collect();
    tables.dedup();
    let tables = tables.join(", ");
    let count = usize::try_from(written.affected_rows).unwrap_or(usize::MAX);
    let statement = Columns::default().with("statement", mysql::without_secrets(text));
    audit::changed(context, Target::rows(&tables, count), None, Some(statement))
}
