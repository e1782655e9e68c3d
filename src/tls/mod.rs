//! TLS, where it was asked for: the certificate that the server shows, and whom the commands trust. Nothing
//! of it is made or held without `--tls` or `--tls-cert`.
//!
//! `files` reads what an operator has, `authority` makes what a test wants, `client` is the other end.

mod authority;
pub mod client;
mod files;

use std::net::IpAddr;
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::CertificateDer;
use rustls::server::ResolvesServerCert;
use rustls::sign::SingleCertAndKey;
use tokio_rustls::TlsAcceptor;

use crate::config::Config;
use authority::Authority;

/// All that is spoken inside; HTTP/2 is no panel's.
const ALPN: &[u8] = b"http/1.1";

/// What a server with TLS shows.
pub struct Tls {
    acceptor: TlsAcceptor,
    /// The certificate for whoever names no host.
    shown: CertificateDer<'static>,
    /// The authority that was made for this start, as PEM.
    authority: Option<String>,
}

impl Tls {
    /// What was asked for, if anything was; `bound` are the addresses that the server listens on, `now` is
    /// the system's time.
    ///
    /// # Errors
    /// One line: options that do not go together, or files that cannot be used.
    pub fn of(config: &Config, bound: &[IpAddr], now: i64) -> Result<Option<Tls>, String> {
        let made = config.tls.is_some();
        match (&config.tls_cert, &config.tls_key) {
            (Some(_), _) | (_, Some(_)) if made => {
                Err("--tls self-signed makes a certificate of its own: leave --tls-cert and --tls-key out".into())
            }
            (Some(_), None) => Err("--tls-cert needs --tls-key, the file with the certificate's private key".into()),
            (None, Some(_)) => Err("--tls-key needs --tls-cert, the file with the key's certificate".into()),
            (Some(certificate), Some(key)) => {
                let key = files::read(certificate, key)?;
                let shown = key.cert.first().cloned().unwrap_or_else(|| Vec::new().into());
                Tls::showing(Arc::new(SingleCertAndKey::from(key)), shown, None).map(Some)
            }
            (None, None) if made => {
                let authority = Authority::new(names(config, bound), now)?;
                let (shown, pem) = (authority.shown(), authority.pem().to_owned());
                Tls::showing(Arc::new(authority), shown, Some(pem)).map(Some)
            }
            (None, None) => Ok(None),
        }
    }

    fn showing(
        certificates: Arc<dyn ResolvesServerCert>,
        shown: CertificateDer<'static>,
        authority: Option<String>,
    ) -> Result<Tls, String> {
        let config = ServerConfig::builder_with_provider(provider()).with_safe_default_protocol_versions();
        let mut config = config
            .map_err(|error| format!("TLS cannot be spoken: {error}"))?
            .with_no_client_auth()
            .with_cert_resolver(certificates);
        config.alpn_protocols = vec![ALPN.to_vec()];
        Ok(Tls {
            acceptor: Arc::new(config).into(),
            shown,
            authority,
        })
    }

    /// What shakes hands with clients.
    pub fn acceptor(&self) -> &TlsAcceptor {
        &self.acceptor
    }

    /// The authority that was made for this start, as a client is given it.
    pub fn authority(&self) -> Option<&str> {
        self.authority.as_deref()
    }

    /// How this process asks its own server: it trusts that one certificate, whoever it is for.
    pub fn own_client(&self) -> client::Trusted {
        client::only(self.shown.clone())
    }
}

/// For whom a certificate is made: this machine as it calls itself, the addresses that are listened on, which
/// no client names in a handshake, and the host of the public URL.
fn names(config: &Config, bound: &[IpAddr]) -> Vec<String> {
    let fixed = ["localhost", "*.localhost", "127.0.0.1", "::1"].map(str::to_owned);
    let everywhere = bound.iter().any(IpAddr::is_unspecified);
    let machine = everywhere.then(addresses).into_iter().flatten();
    let bound = bound.iter().copied().filter(|ip| !ip.is_unspecified()).chain(machine);
    let bound = bound.map(|ip| ip.to_string());
    let public = config.public_url.as_deref().and_then(client::host_of);
    let mut names: Vec<String> = fixed
        .into_iter()
        .chain(bound)
        .chain(public.map(str::to_owned))
        .collect();
    names.sort();
    names.dedup();
    names
}

/// The addresses of this machine.
fn addresses() -> Vec<IpAddr> {
    let Ok(networks) = sysinfo::Networks::new_with_refreshed_list() else {
        return Vec::new();
    };
    let networks = networks.values().flat_map(|network| network.ip_networks());
    networks.map(|network| network.addr).collect()
}

/// What calculates: ring, which is small and needs no other tools to be built.
fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}
