//! Ports of worlds: hundreds of them on a few threads, which are started with the first world.

use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use actix_service::{Service, ServiceFactory};
use actix_web::rt::{self, net, time};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinSet;

use super::address::{listen, url};
use super::connections;
use crate::control::Control;
use crate::control::worlds::hosting::{Hosting, Port};
use crate::http::app_state::{AppState, Exposure};
use crate::http::limits::Limits;
use crate::http::request_log::RequestLogFile;
use crate::tls::Tls;

/// How long a world that is to end waits for the requests in flight.
const GRACE: Duration = Duration::from_secs(1);

/// Pause before the next accept after the system was out of file descriptors.
const PAUSE: Duration = Duration::from_millis(20);

/// A job for a thread.
type Work = Box<dyn FnOnce() + Send>;

/// The threads that worlds are served on, and the address of their ports.
pub struct Ports {
    ip: IpAddr,
    /// What the ports expose.
    exposure: Exposure,
    tls: Option<Arc<Tls>>,
    limits: Arc<Limits>,
    request_log: Option<Arc<RequestLogFile>>,
    most: usize,
    threads: Mutex<Vec<mpsc::UnboundedSender<Work>>>,
    next: AtomicUsize,
}

impl Ports {
    /// Ports at this address, on at most this many threads.
    pub fn new(
        ip: IpAddr,
        exposure: Exposure,
        most: usize,
        tls: Option<Arc<Tls>>,
        limits: Arc<Limits>,
        request_log: Option<Arc<RequestLogFile>>,
    ) -> Ports {
        Ports {
            ip,
            exposure,
            tls,
            limits,
            request_log,
            most: most.max(1),
            threads: Mutex::default(),
            next: AtomicUsize::new(0),
        }
    }

    /// The next thread, in turns.
    fn thread(&self) -> io::Result<mpsc::UnboundedSender<Work>> {
        let at = self.next.fetch_add(1, Ordering::Relaxed) % self.most;
        let mut threads = self.threads.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(thread) = threads.get(at) {
            return Ok(thread.clone());
        }
        let runtime = rt::Runtime::new;
        let (queue, mut works) = mpsc::unbounded_channel::<Work>();
        let run = move || match runtime() {
            Ok(runtime) => runtime.block_on(async {
                while let Some(work) = works.recv().await {
                    work();
                }
            }),
            Err(error) => tracing::error!(%error, "a thread for worlds could not be started"),
        };
        std::thread::Builder::new().name("linecard-worlds".into()).spawn(run)?;
        threads.push(queue.clone());
        Ok(queue)
    }
}

impl Hosting for Ports {
    fn listen(&self) -> io::Result<TcpListener> {
        let listener = listen(SocketAddr::new(self.ip, 0))?;
        listener.set_nonblocking(true)?;
        Ok(listener)
    }

    fn url(&self, address: SocketAddr) -> String {
        url(address, self.tls.as_deref())
    }

    fn serve(&self, listener: TcpListener, world: Arc<Control>) -> io::Result<Box<dyn Port>> {
        let state = Arc::new(AppState {
            exposure: self.exposure,
            request_log: self.request_log.clone(),
            ..AppState::of_control(world, Arc::clone(&self.limits))
        });
        let tls = self.tls.clone();
        let (stop, stopped) = watch::channel(false);
        let (done, ended) = oneshot::channel();
        let work = move || {
            rt::spawn(async move {
                if let Err(error) = accept(listener, state, tls, stopped).await {
                    tracing::error!(%error, "a world's port could not be served");
                }
                let _ = done.send(());
            });
        };
        let thread = self.thread()?;
        let gone = |_| io::Error::other("the thread of the worlds has ended");
        thread.send(Box::new(work)).map_err(gone)?;
        Ok(Box::new(Open { stop, ended }))
    }
}

/// A port that is served.
struct Open {
    stop: watch::Sender<bool>,
    ended: oneshot::Receiver<()>,
}

impl Port for Open {
    fn stop(&self) {
        self.stop.send_replace(true);
    }

    fn ended(self: Box<Self>) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        self.stop();
        Box::pin(async move {
            let _ = self.ended.await;
        })
    }
}

/// Accepts connections until the stop, then waits for the open ones to end.
async fn accept(
    listener: TcpListener,
    state: Arc<AppState>,
    tls: Option<Arc<Tls>>,
    mut stopped: watch::Receiver<bool>,
) -> io::Result<()> {
    let listener = net::TcpListener::from_std(listener)?;
    let signal = stopped.clone();
    let factory = connections::service(&state, tls, move || {
        let mut signal = signal.clone();
        async move {
            let _ = signal.wait_for(|stop| *stop).await;
        }
    });
    let service = factory.new_service(()).await;
    let service = service.map_err(|()| io::Error::other("the HTTP library did not start"))?;
    let mut open = JoinSet::new();
    loop {
        tokio::select! {
            _ = stopped.wait_for(|stop| *stop) => break,
            Some(_) = open.join_next() => {}
            accepted = listener.accept() => match accepted {
                Ok((socket, _)) => drop(open.spawn_local(service.call(socket))),
                Err(error) => {
                    tracing::warn!(%error, "a connection to a world was not taken");
                    time::sleep(PAUSE).await;
                }
            },
        }
    }
    // From here on the port is free.
    drop(listener);
    let drained = async { while open.join_next().await.is_some() {} };
    if time::timeout(GRACE, drained).await.is_err() {
        open.shutdown().await;
    }
    Ok(())
}
