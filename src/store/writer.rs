//! The writer: one thread, one connection, group commit.
//!
//! It takes what is queued, runs it in one transaction, commits once, and only then answers. So an
//! answer means that the write is on the disk, and one `fsync` serves all callers that came while
//! the last one ran.
//!
//! A job that fails takes back its own writes and nobody else's. Savepoints would do that, but
//! SQLite then copies every page that a job touches, which is a third of the cost of creating a
//! line; and the panel's rules find what is wrong before they write. So a group goes without: when
//! a job has failed *after* it wrote, the transaction is rolled back and the other jobs of the
//! group run again. That is why a job is a function that can be called twice.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::connection_lock::WriterConnection;
use super::error::{StoreError, panic_words};

/// Jobs that may wait. Beyond it a caller is told "busy" at once, so that it can choose to retry.
const QUEUE: usize = 1024;
/// The same where the database is to be small: the queue's places are memory too.
const SHORT_QUEUE: usize = 256;

/// Jobs of one transaction. More would make the first of them wait for the last.
const GROUP: usize = 128;

/// How long a group that is smaller than the one before it waits for the rest: callers that were
/// answered together mostly come back together, and a commit costs several times as much as this.
const REST: Duration = Duration::from_micros(60);

/// The sending half: it queues work for the thread.
pub struct Writer {
    queue: SyncSender<Work>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

/// What the thread does around each transaction.
pub trait TransactionHooks: Send + 'static {
    /// Runs when a transaction begins, also when it begins again without a job that failed.
    fn began(&self);
    /// Runs before each job.
    fn job_began(&self);
    /// Runs after a job that failed.
    fn job_failed(&self);
    /// Runs before a transaction is committed, as the last part of it.
    ///
    /// # Errors
    /// SQLite's; the transaction is then lost.
    fn committing(&self, db: &Connection) -> rusqlite::Result<()>;
    /// Runs after the commit.
    fn committed(&self);
    /// Runs after each transaction, committed or lost, before its callers are answered.
    fn ended(&self);
}

/// Something that runs between two transactions.
type ExclusiveJob = Box<dyn FnOnce(&mut Connection) + Send>;

/// What the thread is asked for.
enum Work {
    /// A write, to be committed with others.
    Job(Box<dyn Job>),
    /// Something that needs the connection outside of any transaction.
    ExclusiveJob(ExclusiveJob),
    End,
}

impl Writer {
    /// Starts the thread over a connection that was set up for it.
    pub fn start(connection: WriterConnection, hooks: impl TransactionHooks) -> std::io::Result<Writer> {
        let (queue, jobs) = sync_channel(match connection {
            WriterConnection::Own(..) => QUEUE,
            WriterConnection::Shared(_) => SHORT_QUEUE,
        });
        let thread = std::thread::Builder::new()
            .name("linecard-writer".into())
            .spawn(move || work(connection, &jobs, &hooks))?;
        Ok(Writer {
            queue,
            thread: Mutex::new(Some(thread)),
        })
    }

    /// Runs a job in the writer and answers after its commit.
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

    /// Runs something on the connection between two transactions.
    ///
    /// # Errors
    /// The work's own; [`StoreError::Busy`] when the queue is full.
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

    /// Ends the thread after what is queued, and waits for it, unless it is the thread itself that ends it:
    /// a job whose caller went away may be the last to hold the store.
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
            // Without a sender the queue ends, whether this finds room in it or not.
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

/// A queued job with its way back, whatever its types.
trait Job: Send {
    /// Runs the job; true when it did what it was asked for.
    fn run(&mut self, db: &Connection) -> bool;
    /// Sends the outcome: the job's own, or why the transaction was lost.
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
        // What the job holds is let go before its caller goes on.
        drop(job);
        // A failed job wrote nothing, so its own error stays true when the transaction is lost.
        let outcome = match (outcome, lost) {
            (Some(Err(error)), _) => Err(error),
            (Some(Ok(value)), None) => Ok(value),
            (_, lost) => Err(lost.unwrap_or(StoreError::Closed).into()),
        };
        // A caller that went away no longer wants the answer.
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
    }
    if connection.is_awaited() {
        // What is in memory goes with it.
        return;
    }
    // The last connection leaves a database in one file, with nothing to recover.
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
    /// Those that ran, or cannot because the transaction is lost already.
    jobs: Vec<Box<dyn Job>>,
    /// Those that failed after they wrote. They are not run again.
    spoilers: Vec<Box<dyn Job>>,
}

impl Group {
    fn begin(&self, db: &Connection, hooks: &impl TransactionHooks) -> rusqlite::Result<()> {
        hooks.began();
        db.prepare_cached("BEGIN IMMEDIATE")?.execute([]).map(|_| ())
    }

    /// Runs one more job. When it fails after it wrote, the others run again without it.
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
        hooks.committed();
        Ok(())
    }

    fn answer(self, lost: Option<&rusqlite::Error>) {
        if let Some(error) = lost {
            tracing::error!(%error, jobs = self.jobs.len(), "a transaction was lost");
        }
        for job in self.spoilers.into_iter().chain(self.jobs) {
            job.answer(lost.map(copy));
        }
    }
}

/// The queue from the thread's end.
struct Queue<'a> {
    jobs: &'a Receiver<Work>,
    open: bool,
    /// What was found between the jobs and has its turn after the group.
    alone: Option<ExclusiveJob>,
}

impl Queue<'_> {
    /// The next job, waited for; `None` when there will be no more, or something wants to be alone.
    fn wait(&mut self) -> Option<Box<dyn Job>> {
        let work = match self.open && self.alone.is_none() {
            true => self.jobs.recv().ok(),
            false => None,
        };
        self.job(work.or(self.alone.is_none().then_some(Work::End)))
    }

    /// The next job if it is there already.
    fn ready(&mut self) -> Option<Box<dyn Job>> {
        let work = match self.open && self.alone.is_none() {
            true => self.jobs.try_recv().ok(),
            false => None,
        };
        self.job(work)
    }

    /// The next job if it comes within [`REST`].
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

/// An error for one more caller; rusqlite's is not `Clone`.
fn copy(error: &rusqlite::Error) -> StoreError {
    match error {
        rusqlite::Error::SqliteFailure(code, words) => rusqlite::Error::SqliteFailure(*code, words.clone()).into(),
        other => {
            let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_ERROR);
            rusqlite::Error::SqliteFailure(code, Some(other.to_string())).into()
        }
    }
}
