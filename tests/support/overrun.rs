//! How far a statement of `mysql_query` runs past its deadline, by its own thread's time: what the thread waits for one
//! of a busy machine's processors does not count.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use linecard::panel::Error;
use linecard::store::mysql::values::statement::Random;
use linecard::store::raw_sql::{Allowed, Answered, Applied, Rows, SqlCall};

use super::{Panel, block_on};

/// How long after its deadline a statement may still run: 0.2 s. Code that is not optimised takes several times as long
/// from one look at the time to the next, and longer still where other tests share the processor's caches.
pub const OVERRUN: Duration = Duration::from_millis(if cfg!(debug_assertions) { 600 } else { 200 });

/// The tries before a statement is late: other tests may have kept it waiting for more than a processor.
const TRIES: usize = 3;

struct Fixed;

impl Random for Fixed {
    fn bits(&self) -> u64 {
        4
    }
}

impl Panel {
    /// Asks a statement, and returns how far it has run past its deadline at least.
    pub fn mysql_overrun(&self, sql: &str) -> (String, Duration) {
        let store = self.inner().store();
        let thread = self.statement_thread();
        let mut least = Duration::MAX;
        let mut answer = String::new();
        for _ in 0..TRIES {
            let before = waited(thread.as_deref());
            store.take_sql_overrun();
            answer = self.mysql_query(sql);
            let late = store.take_sql_overrun();
            least = least.min(late.saturating_sub(waited(thread.as_deref()).saturating_sub(before)));
            if least < OVERRUN {
                break;
            }
        }
        (answer, least)
    }

    /// The folder in which Linux tells of the thread that statements run on.
    fn statement_thread(&self) -> Option<PathBuf> {
        let call = SqlCall {
            text: "SELECT 1".into(),
            now: 0,
            random: Arc::new(Fixed),
            allowed: Allowed::Reads,
        };
        let print = |_: &Rows<'_>| Ok::<_, Error>(fs::read_link("/proc/thread-self").ok());
        let record = |_: &rusqlite::Connection, _: &Applied<'_>| Ok(());
        match block_on(self.inner().store().run_sql(call, print, record)) {
            Ok(Answered::Rows(thread)) => thread.map(|thread| Path::new("/proc").join(thread)),
            _ => None,
        }
    }
}

/// How long a thread has been ready to run without a processor; nothing where no system tells.
fn waited(thread: Option<&Path>) -> Duration {
    let told = thread.and_then(|thread| fs::read_to_string(thread.join("schedstat")).ok());
    let nanos = told.and_then(|told| told.split(' ').nth(1)?.parse().ok());
    Duration::from_nanos(nanos.unwrap_or(0))
}
