//! The URL of a panel as the client of a request can reach it: the public URL that was set, the one that the
//! request was sent to, or the socket's.

use std::sync::{PoisonError, RwLock};

use actix_web::http::header::{HeaderName, X_FORWARDED_HOST, X_FORWARDED_PROTO};

use super::Request;
use super::public_url::is_host;
use crate::panel::Panel;

/// The addresses of one panel, each without a slash at the end.
pub struct Address {
    /// The socket's URL, as this machine reaches it.
    socket: String,
    /// The URL of the control plane's own socket, if it has one.
    control: Option<String>,
    /// The public URL, which replaces both.
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

    /// Sets or removes the public URL.
    pub fn set_public(&self, url: Option<String>) {
        *self.public.write().unwrap_or_else(PoisonError::into_inner) = url;
    }

    /// The public URL that was set.
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

    /// The panel's URL for the client of this request.
    pub fn url(&self, panel: &Panel, request: &Request<'_>) -> String {
        let asked = || match &self.control {
            // This request was sent to the control plane's socket, so its Host says nothing about the panel's.
            Some(_) => None,
            None => self.asked(panel, request),
        };
        self.public().or_else(asked).unwrap_or_else(|| self.socket.clone())
    }

    /// The control plane's URL for the client of this request, without its prefix.
    pub fn control(&self, panel: &Panel, request: &Request<'_>) -> String {
        match &self.control {
            Some(own) => self.asked(panel, request).unwrap_or_else(|| own.clone()),
            None => self.url(panel, request),
        }
    }

    /// The scheme of the panel's socket.
    pub fn scheme(&self) -> &str {
        self.socket.split_once("://").map_or("http", |(scheme, _)| scheme)
    }

    /// The URL that a request was sent to: what a trusted proxy forwards, or its own `Host`.
    fn asked(&self, panel: &Panel, request: &Request<'_>) -> Option<String> {
        let trusted = panel.settings().trusted_proxies.hold(request.peer);
        // Of several proxies, the first is the one that the client connected to.
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
