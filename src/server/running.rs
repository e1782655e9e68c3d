//! A server on a thread of its own, for tests and for commands that have a panel beside them.

use std::io;
use std::sync::Arc;
use std::thread::JoinHandle;

use actix_web::dev::ServerHandle;

use super::{Server, StartError, first_request};
use crate::panel::Panel;

impl Server {
    /// Runs the server on a thread of its own until the guard is dropped.
    ///
    /// # Errors
    /// [`StartError`].
    pub fn spawn(self) -> Result<Running, StartError> {
        let (panel, url, address) = (Arc::clone(&self.panel), self.url(), self.address);
        let (tell, told) = std::sync::mpsc::channel();
        let thread = std::thread::Builder::new()
            .name("linecard-server".into())
            .spawn(move || {
                actix_web::rt::System::new().block_on(async move {
                    let (handle, server) = match self.start().await {
                        Ok(started) => started,
                        Err(error) => return drop(tell.send(Err(error))),
                    };
                    let _ = tell.send(Ok(handle));
                    let _ = server.await;
                });
            });
        let thread = thread.map_err(StartError::Other)?;
        let handle = told
            .recv()
            .map_err(|_| StartError::Other(io::Error::other("the server's thread ended")))??;
        first_request(address).map_err(StartError::Silent)?;
        Ok(Running {
            panel,
            url,
            handle,
            thread: Some(thread),
        })
    }
}

/// A running server; dropping it stops it.
pub struct Running {
    panel: Arc<Panel>,
    url: String,
    handle: ServerHandle,
    thread: Option<JoinHandle<()>>,
}

impl Running {
    /// The panel, whose clock a test may set.
    pub fn panel(&self) -> &Arc<Panel> {
        &self.panel
    }

    /// Where it answers, without a slash at the end.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Stops the server after the requests in flight and closes the panel.
    pub fn stop(&mut self) {
        // The command is sent at once; the future only waits for its outcome.
        drop(self.handle.stop(true));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
        self.panel.close();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop();
    }
}
