//! The threads of `mysql_query`: a few for each store, with a stack for deep statements. (A thread for each
//! statement would take as long as the statement.)

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use tokio::sync::oneshot;

use crate::store::error::{StoreError, panic_words};

/// The stack of a thread. SQLite and the typed layer visit a statement by recursion, to a limited depth; without
/// optimisation each level takes many times as much.
pub const STACK: usize = if cfg!(debug_assertions) { 64 << 20 } else { 8 << 20 };

type Job = Box<dyn FnOnce() + Send>;

/// The threads of one store; they start when they are needed and end with it. Cloning shares them.
#[derive(Clone, Default)]
pub struct Threads(Arc<Owner>);

/// Ends the threads when it is dropped.
#[derive(Default)]
struct Owner(Arc<Shared>);

#[derive(Default)]
struct Shared {
    queue: Mutex<Queue>,
    more: Condvar,
}

#[derive(Default)]
struct Queue {
    jobs: VecDeque<Job>,
    threads: u32,
    idle: u32,
    closed: bool,
}

/// How many threads there are at most: half the cores, from 1 to 4.
pub fn most() -> u32 {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    u32::try_from(cores / 2).unwrap_or(4).clamp(1, 4)
}

impl Threads {
    /// Runs work on one of the threads.
    ///
    /// # Errors
    /// That the work panicked, or that there is no thread.
    pub async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, StoreError> {
        let (reply, answer) = oneshot::channel();
        let job = move || {
            let done = catch_unwind(AssertUnwindSafe(work));
            let _ = reply.send(done.map_err(|payload| StoreError::Panicked(panic_words(&*payload))));
        };
        self.push(Box::new(job));
        answer.await.unwrap_or(Err(StoreError::Busy))
    }

    fn push(&self, job: Job) {
        let shared = &self.0.0;
        let mut queue = shared.locked();
        queue.jobs.push_back(job);
        let waiting = u32::try_from(queue.jobs.len()).unwrap_or(u32::MAX);
        if waiting > queue.idle && queue.threads < most() {
            let builder = thread::Builder::new().name("linecard-sql".into()).stack_size(STACK);
            let shared = Arc::clone(shared);
            match builder.spawn(move || shared.work()) {
                Ok(_) => queue.threads += 1,
                Err(error) => tracing::warn!(%error, "a thread for mysql_query did not start"),
            }
        }
        if queue.threads == 0 {
            // Its caller is told by the dropped reply.
            queue.jobs.clear();
        }
        drop(queue);
        shared.more.notify_one();
    }
}

impl Shared {
    fn work(&self) {
        let mut queue = self.locked();
        loop {
            while let Some(job) = queue.jobs.pop_front() {
                drop(queue);
                job();
                queue = self.locked();
            }
            if queue.closed {
                return;
            }
            queue.idle += 1;
            queue = self.more.wait(queue).unwrap_or_else(PoisonError::into_inner);
            queue.idle = queue.idle.saturating_sub(1);
        }
    }

    fn locked(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        self.0.locked().closed = true;
        self.0.more.notify_all();
    }
}
