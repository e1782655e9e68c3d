//! Where a panel answers, as whoever asks can reach it: under the address that was set, the one that
//! the request itself came by, or the socket's.

use std::sync::{PoisonError, RwLock};

use actix_web::http::header::{HeaderName, X_FORWARDED_HOST, X_FORWARDED_PROTO};

use super::Request;
use super::public_url::is_host;
use crate::panel::Panel;

/// The addresses of one panel, each without a slash at the end.
pub struct Address {
    /// The socket's, as this machine reaches it.
    socket: String,
    /// That of the control plane's own socket, if it has one.
    control: Option<String>,
    /// What was set for both of them.
    public: RwLock<Option<String>>,
}

impl Address {
    /// The addresses of a panel's socket, and of the control plane's own.
    pub fn new(socket: String, control: Option<String>, public: Option<String>) -> Address {
        Address {
            socket,
            control,
            public: RwLock::new(public),
        }
    }

    /// Sets the address under which everybody reaches the panel, or takes it back.
    pub fn set_public(&self, url: Option<String>) {
        *self.public.write().unwrap_or_else(PoisonError::into_inner) = url;
    }

    /// What was set.
    pub fn public(&self) -> Option<String> {
        self.public.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The socket's address.
    pub fn socket(&self) -> &str {
        &self.socket
    }

    /// The address of the control plane's own socket, if it has one.
    pub fn own_control(&self) -> Option<&str> {
        self.control.as_deref()
    }

    /// Where the panel answers whoever sent this request.
    pub fn url(&self, panel: &Panel, request: &Request<'_>) -> String {
        let asked = || match &self.control {
            // The request came by the control plane's socket, and says nothing of the panel's.
            Some(_) => None,
            None => self.asked(panel, request),
        };
        self.public().or_else(asked).unwrap_or_else(|| self.socket.clone())
    }

    /// Where the control plane answers whoever sent this request, without its prefix.
    pub fn control(&self, panel: &Panel, request: &Request<'_>) -> String {
        match &self.control {
            Some(own) => self.asked(panel, request).unwrap_or_else(|| own.clone()),
            None => self.url(panel, request),
        }
    }

    /// How the panel's socket is spoken to.
    pub fn scheme(&self) -> &str {
        self.socket.split_once("://").map_or("http", |(scheme, _)| scheme)
    }

    /// The address that a request came by: what a trusted proxy says, or its own `Host`.
    fn asked(&self, panel: &Panel, request: &Request<'_>) -> Option<String> {
        let trusted = panel.settings().trusted_proxies.hold(request.peer);
        // Of several proxies, the first is the one that the client spoke to.
        let said = |name: HeaderName| {
            let first = request
                .header(name)
                .filter(|_| trusted)?
                .split(',')
                .next()?
                .trim()
                .to_owned();
            (!first.is_empty()).then_some(first)
        };
        let scheme = said(X_FORWARDED_PROTO).filter(|scheme| scheme == "http" || scheme == "https");
        let host = said(X_FORWARDED_HOST).or_else(|| request.host().map(str::to_owned));
        let host = host.filter(|host| is_host(host))?;
        Some(format!("{}://{host}", scheme.as_deref().unwrap_or(self.scheme())))
    }
}
