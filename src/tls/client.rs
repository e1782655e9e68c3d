//! The client side of TLS: which servers a command trusts, and the TLS connection to one. No server is trusted
//! by default.

use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{
    CertificateError, ClientConfig, ClientConnection, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
    StreamOwned,
};

use super::{files, provider};

/// The servers that a client trusts.
#[derive(Clone, Debug)]
pub struct TrustedServers(Arc<dyn ServerCertVerifier>);

/// Trusts the authorities of a file.
///
/// # Errors
/// The problem with the file, as one line that continues after the option's name.
pub fn read_authorities(path: &Path) -> Result<TrustedServers, String> {
    let named = files::read_chain(path)?;
    let mut roots = RootCertStore::empty();
    for authority in &named {
        let added = roots.add(authority.clone());
        added.map_err(|error| format!("{} has a certificate that cannot be read: {error}", path.display()))?;
    }
    let authorities = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider()).build();
    let authorities = authorities.map_err(|error| format!("{} cannot be trusted: {error}", path.display()))?;
    Ok(TrustedServers(Arc::new(TrustVerifier {
        named,
        authorities: Some(authorities),
        provider: provider(),
    })))
}

/// Trusts only one certificate, under any name and at any time: that of this process's own server.
pub fn trust_only(certificate: CertificateDer<'static>) -> TrustedServers {
    TrustedServers(Arc::new(TrustVerifier {
        named: vec![certificate],
        authorities: None,
        provider: provider(),
    }))
}

impl TrustedServers {
    /// Starts TLS on a socket; the server must prove that it is `host`, an address or a name.
    ///
    /// # Errors
    /// `host` is neither. Errors of the handshake come from the first read or write.
    pub fn connect<S: Read + Write>(&self, host: &str, socket: S) -> io::Result<StreamOwned<ClientConnection, S>> {
        let config = ClientConfig::builder_with_provider(provider()).with_safe_default_protocol_versions();
        let config = config
            .map_err(io::Error::other)?
            .dangerous()
            .with_custom_certificate_verifier(Arc::clone(&self.0))
            .with_no_client_auth();
        let name = ServerName::try_from(host.to_owned()).map_err(io::Error::other)?;
        let session = ClientConnection::new(Arc::new(config), name).map_err(io::Error::other)?;
        Ok(StreamOwned::new(session, socket))
    }
}

/// Returns the host of a URL, without its port and the brackets of an address.
pub fn host_of(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    let host = rest.split('/').next()?;
    match host.strip_prefix('[') {
        Some(bracketed) => bracketed.split(']').next(),
        None => host.split(':').next(),
    }
}

/// Replaces an error of rustls by one that says what to do, if the user can fix it.
pub fn explained(error: io::Error) -> io::Error {
    let tls_error = error.get_ref().and_then(|inner| inner.downcast_ref::<Error>());
    let words = match tls_error {
        Some(Error::InvalidCertificate(CertificateError::UnknownIssuer | CertificateError::BadSignature)) => {
            "no authority in the file of --tls-ca vouches for its certificate; --tls self-signed makes a new one at each start"
        }
        Some(Error::InvalidMessage(_)) => "it speaks no TLS: ask for http:// instead of https://",
        _ => return error,
    };
    io::Error::other(words)
}

/// Checks a server's certificate. The server still has to prove that it has the certificate's key.
#[derive(Debug)]
struct TrustVerifier {
    named: Vec<CertificateDer<'static>>,
    /// Verifies the chain from a certificate to a trusted authority; without it only the named certificates
    /// are trusted.
    authorities: Option<Arc<WebPkiServerVerifier>>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for TrustVerifier {
    fn verify_server_cert(
        &self,
        shown: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let is_named = self.named.contains(shown);
        let Some(authorities) = &self.authorities else {
            let unknown = CertificateError::ApplicationVerificationFailure;
            return is_named.then(ServerCertVerified::assertion).ok_or(unknown.into());
        };
        match authorities.verify_server_cert(shown, intermediates, name, ocsp, now) {
            // A server's certificate should not be marked as an authority, but openssl marks self-signed ones so.
            Err(Error::InvalidCertificate(CertificateError::Other(_))) if is_named => {
                verify_server_name(&ParsedCertificate::try_from(shown)?, name)?;
                Ok(ServerCertVerified::assertion())
            }
            verified => verified,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        shown: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, shown, signed, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        shown: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, shown, signed, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_stands_between_scheme_and_port() {
        for (url, host) in [
            ("https://a.example:8443/x", Some("a.example")),
            ("https://a", Some("a")),
            ("http://[::1]:80/", Some("::1")),
            ("https://[::1]", Some("::1")),
            ("a:80", None),
        ] {
            assert_eq!(host_of(url), host, "{url}");
        }
    }
}
