//! Stops a statement whose client is gone.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, InterruptHandle};

use crate::store::mysql::errors::SqlError;

#[derive(Default)]
struct State {
    is_gone: bool,
    running: Option<InterruptHandle>,
}

/// The statement's side.
#[derive(Clone, Default)]
pub struct Cancel(Arc<Mutex<State>>);

/// The client's side: when it is dropped, the statement stops.
pub struct Client(Cancel);

impl Cancel {
    /// Creates both sides.
    pub fn new() -> (Cancel, Client) {
        let cancel = Cancel::default();
        (cancel.clone(), Client(cancel))
    }

    /// Runs work on a connection, unless the client is gone.
    ///
    /// # Errors
    /// The work's, or that it was interrupted.
    pub fn run<T, E: From<SqlError>>(&self, db: &Connection, work: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        {
            let mut state = self.state();
            if state.is_gone {
                return Err(SqlError::interrupted().into());
            }
            state.running = Some(db.get_interrupt_handle());
        }
        let done = work();
        self.state().running = None;
        done
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.is_gone = true;
        if let Some(running) = &state.running {
            running.interrupt();
        }
    }
}
