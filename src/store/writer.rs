//! The writer: one thread, one connection, group commit.
//!
//! It takes the queued jobs, runs them in one transaction, commits once, and only then answers. So an answer
//! means that the write is on the disk, and one `fsync` serves all callers that were queued during the
//! previous one.
//!
//! When a job fails, only its own writes may be reverted. Savepoints would do that, but SQLite then copies
//! every page that a job touches, which is a third of the cost of creating a line; and the panel's rules
//! usually fail before they write. So there are no savepoints: when a job fails *after* it wrote, the
//! transaction is rolled back and the other jobs of the group run again. That is why a job is a function that
//! can be called twice.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::connection_lock::WriterConnection;
use super::error::{StoreError, panic_words};
use super::raw_sql::threads::STACK;

/// Capacity of the queue. When it is full a caller gets "busy" at once, so that it can choose to retry.
const QUEUE: usize = 1024;
/// The same for a small database: the queue's slots need memory too.
const SHORT_QUEUE: usize = 256;

/// Most jobs in one transaction. More would make the first of them wait for the last.
const GROUP: usize = 128;

/// How long a group that is smaller than the one before waits for more jobs: callers that were answered
/// together often send their next requests together, and a commit costs several times as much as this.
const REST: Duration = Duration::from_micros(60);

/// The handle of the thread: it queues work.
pub struct Writer {
    queue: SyncSender<Work>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

/// Callbacks around each transaction.
pub trait TransactionHooks: Send + 'static {
    /// Runs before a transaction begins, and before it begins again without a failed job.
    ///
    /// # Errors
    /// The reason why nothing may be written now; the transaction is then lost.
    fn begins(&self) -> rusqlite::Result<()>;
    /// Runs before each job.
    fn job_began(&self);
    /// Runs after a job that failed.
    fn job_failed(&self);
    /// Runs before a transaction is committed, as the last part of it.
    ///
    /// # Errors
    /// SQLite's; the transaction is then rolled back.
    fn committing(&self, db: &Connection) -> rusqlite::Result<()>;
    /// Runs after the commit.
    ///
    /// # Errors
    /// The reason why committed writes are lost all the same.
    fn committed(&self) -> rusqlite::Result<()>;
    /// Runs after each transaction, committed or rolled back, before its callers are answered.
    fn ended(&self);
    /// Runs after the callers of a transaction were answered, where readers do not wait for the writer.
    fn answered(&self, db: &Connection);
}

/// A job that runs between two transactions.
type ExclusiveJob = Box<dyn FnOnce(&mut Connection) + Send>;

/// A unit of work for the thread.
enum Work {
    /// A write, which is committed together with others.
    Job(Box<dyn Job>),
    /// A job that needs the connection outside of any transaction.
    ExclusiveJob(ExclusiveJob),
    End,
}

impl Writer {
    /// Starts the thread with a connection that was set up for it.
    pub fn start(connection: WriterConnection, hooks: impl TransactionHooks) -> std::io::Result<Writer> {
        let (queue, jobs) = sync_channel(match connection {
            WriterConnection::Own(..) => QUEUE,
            WriterConnection::Shared(_) => SHORT_QUEUE,
        });
        let thread = std::thread::Builder::new()
            .name("linecard-writer".into())
            // Statements of `mysql_query` may be planned here.
            .stack_size(STACK)
            .spawn(move || work(connection, &jobs, &hooks))?;
        Ok(Writer {
            queue,
            thread: Mutex::new(Some(thread)),
        })
    }

    /// Runs a job in the writer and returns after its commit.
    ///
    /// # Errors
    /// The job's own; [`StoreError::Busy`] when the queue is full; SQLite's when the commit failed.
    /// In each case nothing of the job is in the database.
    pub async fn run<T, E, F>(&self, job: F) -> Result<T, E>
    where
        F: Fn(&Connection) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let task = Task {
            job,
            outcome: None,
            reply,
        };
        self.send(Work::Job(Box::new(task)))?;
        answer.await.unwrap_or_else(|_| Err(StoreError::Closed.into()))
    }

    /// Runs a job on the connection between two transactions.
    ///
    /// # Errors
    /// The job's own; [`StoreError::Busy`] when the queue is full.
    pub async fn alone<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (reply, answer) = oneshot::channel();
        self.send(Work::ExclusiveJob(Box::new(move |db| {
            let outcome = catch_unwind(AssertUnwindSafe(|| work(db).map_err(StoreError::from)))
                .unwrap_or_else(|payload| Err(StoreError::Panicked(panic_words(&*payload))));
            let _ = reply.send(outcome);
        })))?;
        answer.await.unwrap_or(Err(StoreError::Closed))
    }

    fn send(&self, work: Work) -> Result<(), StoreError> {
        self.queue.try_send(work).map_err(|error| match error {
            TrySendError::Full(_) => StoreError::Busy,
            TrySendError::Disconnected(_) => StoreError::Closed,
        })
    }

    /// Ends the thread after the queued work and waits for it, unless it is called on the thread itself: a
    /// job whose caller is gone may own the last reference to the store.
    pub fn close(&self) {
        let thread = self
            .thread
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
            .take();
        let Some(thread) = thread else {
            return;
        };
        if thread.thread().id() == std::thread::current().id() {
            // The queue also ends without this message, when the sender is dropped, so a full queue does not
            // matter.
            let _ = self.queue.try_send(Work::End);
            return;
        }
        let _ = self.queue.send(Work::End);
        let _ = thread.join();
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.close();
    }
}

/// A queued job with its reply channel, with the types erased.
trait Job: Send {
    /// Runs the job; returns true if it succeeded.
    fn run(&mut self, db: &Connection) -> bool;
    /// Sends the outcome: the job's own, or the reason why the transaction was rolled back.
    fn answer(self: Box<Self>, lost: Option<StoreError>);
}

struct Task<T, E, F> {
    job: F,
    outcome: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
}

impl<T, E, F> Job for Task<T, E, F>
where
    F: Fn(&Connection) -> Result<T, E> + Send,
    T: Send,
    E: From<StoreError> + Send,
{
    fn run(&mut self, db: &Connection) -> bool {
        let outcome = catch_unwind(AssertUnwindSafe(|| (self.job)(db)))
            .unwrap_or_else(|payload| Err(StoreError::Panicked(panic_words(&*payload)).into()));
        let done = outcome.is_ok();
        self.outcome = Some(outcome);
        done
    }

    fn answer(self: Box<Self>, lost: Option<StoreError>) {
        let Task { job, outcome, reply } = *self;
        // The job's captures are dropped before its caller continues.
        drop(job);
        // A failed job wrote nothing, so its own error is still right if the transaction is rolled back.
        let outcome = match (outcome, lost) {
            (Some(Err(error)), _) => Err(error),
            (Some(Ok(value)), None) => Ok(value),
            (_, lost) => Err(lost.unwrap_or(StoreError::Closed).into()),
        };
        // An error only means that the caller is gone.
        let _ = reply.send(outcome);
    }
}

fn work(mut connection: WriterConnection, jobs: &Receiver<Work>, hooks: &impl TransactionHooks) {
    let mut queue = Queue {
        jobs,
        open: true,
        alone: None,
    };
    let mut answered = 0;
    loop {
        let first = queue.wait();
        if let Some(work) = queue.alone.take() {
            work(&mut connection.turn(true));
            hooks.ended();
            continue;
        }
        let Some(first) = first else {
            break;
        };
        let awaited = connection.is_awaited();
        let db = connection.turn(false);
        let mut group = Group::default();
        let mut result = group.begin(&db, hooks);
        let mut next = Some(first);
        while let Some(job) = next {
            if result.is_ok() {
                result = group.run(&db, job, hooks);
            } else {
                group.jobs.push(job);
            }
            next = match group.jobs.len() {
                GROUP.. => None,
                size if size < answered && !awaited => queue.soon(),
                _ => queue.ready(),
            };
        }
        let lost = result.and_then(|()| group.commit(&db, hooks)).err();
        if lost.is_some() && !db.is_autocommit() {
            let _ = db.execute_batch("ROLLBACK");
        }
        drop(db);
        hooks.ended();
        answered = group.jobs.len();
        group.answer(lost.as_ref());
        if !awaited {
            hooks.answered(&connection.turn(false));
        }
    }
    if connection.is_awaited() {
        // A database in memory needs no checkpoint.
        return;
    }
    // After this the database is in one file, with nothing to recover.
    if let Err(error) = connection
        .turn(true)
        .execute_batch("PRAGMA optimize; PRAGMA wal_checkpoint(TRUNCATE)")
    {
        tracing::warn!(%error, "the write-ahead log was not folded into the database");
    }
}

/// The jobs of one transaction.
#[derive(Default)]
struct Group {
    /// Jobs that ran, or cannot run because the transaction has already failed.
    jobs: Vec<Box<dyn Job>>,
    /// Jobs that failed after they wrote. They are not run again.
    spoilers: Vec<Box<dyn Job>>,
}

impl Group {
    fn begin(&self, db: &Connection, hooks: &impl TransactionHooks) -> rusqlite::Result<()> {
        hooks.begins()?;
        db.prepare_cached("BEGIN IMMEDIATE")?.execute([]).map(|_| ())
    }

    /// Runs one more job. If it fails after it wrote, the others run again without it.
    fn run(&mut self, db: &Connection, mut job: Box<dyn Job>, hooks: &impl TransactionHooks) -> rusqlite::Result<()> {
        let before = db.total_changes();
        hooks.job_began();
        let done = job.run(db);
        if !done {
            hooks.job_failed();
        }
        if done || db.total_changes() == before {
            self.jobs.push(job);
            return Ok(());
        }
        self.spoilers.push(job);
        if !db.is_autocommit() {
            db.prepare_cached("ROLLBACK")?.execute([])?;
        }
        self.begin(db, hooks)?;
        std::mem::take(&mut self.jobs)
            .into_iter()
            .try_for_each(|job| self.run(db, job, hooks))
    }

    fn commit(&self, db: &Connection, hooks: &impl TransactionHooks) -> rusqlite::Result<()> {
        hooks.committing(db)?;
        db.prepare_cached("COMMIT")?.execute([])?;
        hooks.committed()
    }

    fn answer(self, lost: Option<&rusqlite::Error>) {
        match lost.map(copy) {
            // Whoever looks after the file has told of it.
            None | Some(StoreError::FileLost) => {}
            Some(StoreError::Busy) => {
                tracing::warn!(
                    jobs = self.jobs.len(),
                    "another process keeps the database locked: writes were refused"
                );
            }
            Some(error) => tracing::error!(%error, jobs = self.jobs.len(), "a transaction was lost"),
        }
        for job in self.spoilers.into_iter().chain(self.jobs) {
            job.answer(lost.map(copy));
        }
    }
}

/// The thread's side of the queue.
struct Queue<'a> {
    jobs: &'a Receiver<Work>,
    open: bool,
    /// An exclusive job that was received between the jobs and runs after the group.
    alone: Option<ExclusiveJob>,
}

impl Queue<'_> {
    /// Waits for the next job; `None` at the end of the queue, or if an exclusive job comes next.
    fn wait(&mut self) -> Option<Box<dyn Job>> {
        let work = match self.open && self.alone.is_none() {
            true => self.jobs.recv().ok(),
            false => None,
        };
        self.job(work.or(self.alone.is_none().then_some(Work::End)))
    }

    /// Returns the next job if it is already queued.
    fn ready(&mut self) -> Option<Box<dyn Job>> {
        let work = match self.open && self.alone.is_none() {
            true => self.jobs.try_recv().ok(),
            false => None,
        };
        self.job(work)
    }

    /// Returns the next job if it comes within [`REST`].
    fn soon(&mut self) -> Option<Box<dyn Job>> {
        let work = match self.open && self.alone.is_none() {
            true => self.jobs.recv_timeout(REST).ok(),
            false => None,
        };
        self.job(work)
    }

    fn job(&mut self, work: Option<Work>) -> Option<Box<dyn Job>> {
        match work? {
            Work::Job(job) => return Some(job),
            Work::ExclusiveJob(work) => self.alone = Some(work),
            Work::End => self.open = false,
        }
        None
    }
}

/// Copies an error for another caller; rusqlite's is not `Clone`.
fn copy(error: &rusqlite::Error) -> StoreError {
    match error {
        rusqlite::Error::SqliteFailure(code, words) => rusqlite::Error::SqliteFailure(*code, words.clone()).into(),
        other => {
            let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_ERROR);
            rusqlite::Error::SqliteFailure(code, Some(other.to_string())).into()
        }
    }
}
