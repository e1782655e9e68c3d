//! The way of a connection: the TLS handshake, HTTP/1.0 compatibility, the HTTP library with its limits, and
//! the application of its thread.

use std::error::Error;
use std::io;
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use actix_http::error::DispatchError;
use actix_http::{Extensions, HttpService};
use actix_service::{Service, ServiceFactory, ServiceFactoryExt, apply_fn_factory, fn_factory, fn_service};
use actix_web::rt::net::TcpStream;

use super::handshake::shake;
use super::http10::Http10Compat;
use crate::http::app::of_thread;
use crate::http::app_state::AppState;
use crate::http::connection::{Connection, Stopped};
use crate::tls::Tls;

/// How long an idle connection is kept, as the web server in front of a panel does.
const KEEP_ALIVE: Duration = Duration::from_secs(75);

/// How long a client may take to send the head of a request, and to close its end of a connection.
const SLOW_HEAD: Duration = Duration::from_secs(5);
const SLOW_CLOSE: Duration = Duration::from_secs(1);

/// The service of a socket's connections. `stop` makes a future that ends when connections are to end after their
/// present request.
pub fn service<S, W>(
    state: &Arc<AppState>,
    tls: Option<Arc<Tls>>,
    stop: S,
) -> impl ServiceFactory<TcpStream, Config = (), Response = (), Error = DispatchError, InitError = ()> + use<S, W>
where
    S: Fn() -> W + 'static,
    W: Future<Output = ()> + 'static,
{
    let stop = Rc::new(stop);
    let (ending, stopping) = (Rc::clone(&stop), Rc::clone(&stop));
    let stopped: Rc<dyn Fn() -> Stopped> = Rc::new(move || Box::pin(stopping()));
    let (dialects, has_control) = (state.dialects, state.control.is_some());
    let (state, limits) = (Arc::clone(state), Arc::clone(&state.limits));
    let http = HttpService::build()
        .keep_alive(KEEP_ALIVE)
        .client_request_timeout(SLOW_HEAD)
        .client_disconnect_timeout(SLOW_CLOSE)
        .graceful_shutdown_signal(move || stop())
        .on_connect_ext(move |socket: &Http10Compat, data: &mut Extensions| {
            data.insert(Arc::clone(&state));
            data.insert(Connection {
                handle: socket.handle(),
                local: socket.local().map(|local| local.ip()),
                stop: Rc::clone(&stopped),
            });
        })
        .h1(fn_factory(move || of_thread(dialects, has_control)));
    let open = move |socket: TcpStream| {
        let (tls, stop) = (tls.clone(), ending());
        let peer = socket.peer_addr().ok();
        let slot = peer.map_or(Some(None), |peer| limits.connect(peer.ip()).map(Some));
        async move {
            let Some(slot) = slot else {
                tracing::debug!(?peer, "a connection was closed: the address has too many");
                return Err(DispatchError::DisconnectTimeout);
            };
            let socket = shake(socket, tls.as_deref(), stop).await?;
            Ok::<_, DispatchError>((Http10Compat::new(socket, slot), peer))
        }
    };
    let told = apply_fn_factory(http, |(socket, peer): (Http10Compat, Option<SocketAddr>), http| {
        let ended = http.call((socket, peer));
        async move { ended.await.inspect_err(|error| tell(peer, error)) }
    });
    fn_service(open).and_then(told)
}

/// Whether a body has ended itself, because who reads it has left or must not read on: that is no failure.
fn was_cut(error: &(dyn Error + 'static)) -> bool {
    let cause: Option<&io::Error> = error.downcast_ref().or_else(|| error.source()?.downcast_ref());
    cause.is_some_and(|cause| cause.kind() == io::ErrorKind::ConnectionAborted)
}

/// Tells how a connection failed. Anyone can send a broken head: that is no warning.
fn tell(peer: Option<SocketAddr>, error: &DispatchError) {
    match error {
        DispatchError::Parse(reason) => tracing::debug!(?peer, %reason, "a malformed request was refused"),
        DispatchError::Body(error) if !was_cut(error.as_ref()) => {
            tracing::error!(?peer, %error, "the body of an answer failed")
        }
        DispatchError::InternalError => tracing::error!(?peer, %error, "a connection failed"),
        _ => tracing::debug!(?peer, %error, "a connection ended"),
    }
}
