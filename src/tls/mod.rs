//! TLS, with `--tls` or `--tls-cert`; without them nothing here is created or kept in memory.
//!
//! `files` reads the certificate and key of an operator, `authority` creates those for tests, `client`
//! verifies servers for the commands, `upstream` those of sources and guides.

mod authority;
pub mod client;
mod files;
pub mod upstream;

use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::CertificateDer;
use rustls::server::ResolvesServerCert;
use rustls::sign::CertifiedKey;
use tokio_rustls::TlsAcceptor;

use crate::config::Config;
use authority::Authority;
use files::CertificateFiles;

/// The only protocol inside TLS: panels do not support HTTP/2.
const ALPN: &[u8] = b"http/1.1";

/// The TLS side of a server.
pub struct Tls {
    acceptor: TlsAcceptor,
    certificates: Certificates,
}

/// Where the certificates of a server come from.
enum Certificates {
    /// The files of `--tls-cert` and `--tls-key`.
    Files(Arc<CertificateFiles>),
    /// The authority of `--tls self-signed`.
    Authority(Arc<Authority>),
}

impl Tls {
    /// Sets up TLS if the options request it; `bound` are the addresses that the server listens on, `now` is
    /// the system's time.
    ///
    /// # Errors
    /// One line about options that exclude each other, or files that cannot be used.
    pub fn from_config(config: &Config, bound: &[IpAddr], now: i64) -> Result<Option<Tls>, String> {
        let made = config.tls.is_some();
        match (&config.tls_cert, &config.tls_key) {
            (Some(_), _) | (_, Some(_)) if made => {
                Err("--tls self-signed makes a certificate of its own: leave --tls-cert and --tls-key out".into())
            }
            (Some(_), None) => Err("--tls-cert needs --tls-key, the file with the certificate's private key".into()),
            (None, Some(_)) => Err("--tls-key needs --tls-cert, the file with the key's certificate".into()),
            (Some(certificate), Some(key)) => {
                let files = Arc::new(CertificateFiles::open(certificate, key)?);
                Tls::new(Certificates::Files(files)).map(Some)
            }
            (None, None) if made => {
                let authority = Arc::new(Authority::new(certificate_names(config, bound), now)?);
                Tls::new(Certificates::Authority(authority)).map(Some)
            }
            (None, None) => Ok(None),
        }
    }

    fn new(certificates: Certificates) -> Result<Tls, String> {
        let config = ServerConfig::builder_with_provider(provider()).with_safe_default_protocol_versions();
        let mut config = config
            .map_err(|error| format!("TLS cannot be spoken: {error}"))?
            .with_no_client_auth()
            .with_cert_resolver(certificates.resolver());
        config.alpn_protocols = vec![ALPN.to_vec()];
        Ok(Tls {
            acceptor: Arc::new(config).into(),
            certificates,
        })
    }

    /// Returns the acceptor, which does the handshakes with clients.
    pub fn acceptor(&self) -> &TlsAcceptor {
        &self.acceptor
    }

    /// Returns the certificate of the authority of `--tls self-signed`, for clients to trust.
    pub fn authority(&self) -> Option<&str> {
        match &self.certificates {
            Certificates::Files(_) => None,
            Certificates::Authority(authority) => Some(authority.pem()),
        }
    }

    /// Returns the trust of this process in its own server: only in its certificate, under any name.
    pub fn own_client(&self) -> client::TrustedServers {
        client::trust_only(self.certificates.shown())
    }

    /// Reads the files of the certificate again, for the connections from now on, and returns the first one's path;
    /// `None` if the certificate has no file. Files that cannot be used change nothing.
    ///
    /// # Errors
    /// One line that names the wrong file and the expected content.
    pub fn reread(&self) -> Result<Option<&Path>, String> {
        match &self.certificates {
            Certificates::Files(files) => files.reread().map(|()| Some(files.path())),
            Certificates::Authority(_) => Ok(None),
        }
    }
}

impl Certificates {
    fn resolver(&self) -> Arc<dyn ResolvesServerCert> {
        match self {
            Certificates::Files(files) => files.clone(),
            Certificates::Authority(authority) => authority.clone(),
        }
    }

    /// Returns the certificate for clients that name no host.
    fn shown(&self) -> CertificateDer<'static> {
        match self {
            Certificates::Files(files) => first_of(&files.current()),
            Certificates::Authority(authority) => authority.shown(),
        }
    }
}

/// Returns the server's own certificate of a chain.
fn first_of(chain: &CertifiedKey) -> CertificateDer<'static> {
    chain.cert.first().cloned().unwrap_or_else(|| Vec::new().into())
}

/// Returns the names of a generated certificate: those of this machine, the addresses that the server listens
/// on (a client names no address in its handshake), and the host of the public URL.
fn certificate_names(config: &Config, bound: &[IpAddr]) -> Vec<String> {
    let fixed = ["localhost", "*.localhost", "127.0.0.1", "::1"].map(str::to_owned);
    let everywhere = bound.iter().any(IpAddr::is_unspecified);
    let machine = everywhere.then(machine_addresses).into_iter().flatten();
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

/// Returns the addresses of this machine.
fn machine_addresses() -> Vec<IpAddr> {
    let Ok(networks) = sysinfo::Networks::new_with_refreshed_list() else {
        return Vec::new();
    };
    let networks = networks.values().flat_map(|network| network.ip_networks());
    networks.map(|network| network.addr).collect()
}

/// Returns the cryptography provider: ring, which is small and needs no extra tools to build.
fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}
