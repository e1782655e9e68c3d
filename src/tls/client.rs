//! The other end: whom a command trusts that asks a server with TLS, and the socket that it then speaks
//! through. Nobody is trusted unless somebody said so.

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

/// Whom a client trusts.
#[derive(Clone, Debug)]
pub struct Trusted(Arc<dyn ServerCertVerifier>);

/// The authorities of a file.
///
/// # Errors
/// What is wrong with the file, as one line that goes on from a name.
pub fn of_file(path: &Path) -> Result<Trusted, String> {
    let named = files::chain(path)?;
    let mut roots = RootCertStore::empty();
    for authority in &named {
        let added = roots.add(authority.clone());
        added.map_err(|error| format!("{} has a certificate that cannot be read: {error}", path.display()))?;
    }
    let authorities = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider()).build();
    let authorities = authorities.map_err(|error| format!("{} cannot be trusted: {error}", path.display()))?;
    Ok(Trusted(Arc::new(Vouched {
        named,
        authorities: Some(authorities),
        provider: provider(),
    })))
}

/// One certificate alone, under whatever name and at whatever time: the one that this process shows.
pub fn only(certificate: CertificateDer<'static>) -> Trusted {
    Trusted(Arc::new(Vouched {
        named: vec![certificate],
        authorities: None,
        provider: provider(),
    }))
}

impl Trusted {
    /// Speaks TLS through a socket, with whoever answers for `host`, an address or a name.
    ///
    /// # Errors
    /// A host that is none; what the handshake finds is the first read's or write's.
    pub fn through<S: Read + Write>(&self, host: &str, socket: S) -> io::Result<StreamOwned<ClientConnection, S>> {
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

/// The host of a URL, without its port and the brackets of an address.
pub fn host_of(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    let host = rest.split('/').next()?;
    match host.strip_prefix('[') {
        Some(bracketed) => bracketed.split(']').next(),
        None => host.split(':').next(),
    }
}

/// What stands for the words of rustls where a person can do something about it.
pub fn explained(error: io::Error) -> io::Error {
    let found = error.get_ref().and_then(|inner| inner.downcast_ref::<Error>());
    let words = match found {
        Some(Error::InvalidCertificate(CertificateError::UnknownIssuer | CertificateError::BadSignature)) => {
            "no authority in the file of --tls-ca vouches for its certificate; --tls self-signed makes a new one at each start"
        }
        Some(Error::InvalidMessage(_)) => "it speaks no TLS: ask for http:// instead of https://",
        _ => return error,
    };
    io::Error::other(words)
}

/// Trusts who was named. Whoever answers still has to prove that it has the certificate's key.
#[derive(Debug)]
struct Vouched {
    named: Vec<CertificateDer<'static>>,
    /// What looks for a way from a certificate to one that was named; without it only those are good.
    authorities: Option<Arc<WebPkiServerVerifier>>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Vouched {
    fn verify_server_cert(
        &self,
        shown: &CertificateDer<'_>,
        between: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let is_named = self.named.contains(shown);
        let Some(authorities) = &self.authorities else {
            let stranger = CertificateError::ApplicationVerificationFailure;
            return is_named.then(ServerCertVerified::assertion).ok_or(stranger.into());
        };
        match authorities.verify_server_cert(shown, between, name, ocsp, now) {
            // One that says it is an authority is none of a server's, but openssl makes such by default.
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
