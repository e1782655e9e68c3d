//! A server on a thread of its own, for tests and for commands that run a panel beside themselves.

use std::io;
use std::sync::Arc;
use std::thread::JoinHandle;

use actix_web::dev::ServerHandle;
use actix_web::rt::System;

use super::Server;
use super::address::first_request;
use super::error::StartError;
use super::start::Started;
use crate::control::Control;
use crate::panel::Panel;
use crate::tls::Tls;

impl Server {
    /// Runs the server on a thread of its own until the guard is dropped.
    ///
    /// # Errors
    /// [`StartError`].
    pub fn spawn(self) -> Result<Running, StartError> {
        let (panel, url, address) = (Arc::clone(&self.panel), self.url(), self.address);
        let tls = self.tls.clone();
        let (tell, received) = std::sync::mpsc::channel();
        let thread = std::thread::Builder::new()
            .name("linecard-server".into())
            .spawn(move || {
                System::new().block_on(async move {
                    let Started {
                        handle,
                        control,
                        server,
                    } = match self.start().await {
                        Ok(started) => started,
                        Err(error) => return drop(tell.send(Err(error))),
                    };
                    let system = System::current();
                    let _ = tell.send(Ok((handle, control, system)));
                    let _ = server.await;
                });
            });
        let thread = thread.map_err(StartError::Other)?;
        let (handle, control, system) = received
            .recv()
            .map_err(|_| StartError::Other(io::Error::other("the server's thread ended")))??;
        first_request(address, tls.as_deref()).map_err(StartError::Silent)?;
        Ok(Running {
            panel,
            url,
            tls,
            handle,
            control,
            system,
            thread: Some(thread),
        })
    }
}

/// A running server; dropping it stops it.
pub struct Running {
    panel: Arc<Panel>,
    url: String,
    tls: Option<Arc<Tls>>,
    handle: ServerHandle,
    control: Option<Arc<Control>>,
    system: System,
    thread: Option<JoinHandle<()>>,
}

impl Running {
    /// The panel, whose clock a test may set.
    pub fn panel(&self) -> &Arc<Panel> {
        &self.panel
    }

    /// Its URL without a slash at the end.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The authority that was made for this start, as PEM.
    pub fn authority(&self) -> Option<&str> {
        self.tls.as_ref()?.authority()
    }

    /// The control plane, if it is on.
    pub fn control(&self) -> Option<&Arc<Control>> {
        self.control.as_ref()
    }

    /// The runtime of its thread, to which work can be sent.
    pub fn system(&self) -> &System {
        &self.system
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
