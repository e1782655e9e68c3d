//! The client side of TLS towards sources and guides: the public authorities are trusted, or any certificate.

use std::sync::{Arc, OnceLock};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};

use super::{ALPN, provider};

/// The configuration of connections that verify the server's certificate, or do not; `None` where rustls has none.
/// Each is made once, when it is first needed.
pub fn config(verifies: bool) -> Option<Arc<ClientConfig>> {
    static VERIFIED: OnceLock<Option<Arc<ClientConfig>>> = OnceLock::new();
    static UNVERIFIED: OnceLock<Option<Arc<ClientConfig>>> = OnceLock::new();
    let made = match verifies {
        true => VERIFIED.get_or_init(|| with_public_authorities().ok()),
        false => UNVERIFIED.get_or_init(|| with_any_certificate().ok()),
    };
    made.clone()
}

fn with_public_authorities() -> Result<Arc<ClientConfig>, Error> {
    let roots: RootCertStore = webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect();
    let config = ClientConfig::builder_with_provider(provider()).with_safe_default_protocol_versions()?;
    Ok(http_1(config.with_root_certificates(roots).with_no_client_auth()))
}

fn with_any_certificate() -> Result<Arc<ClientConfig>, Error> {
    let config = ClientConfig::builder_with_provider(provider()).with_safe_default_protocol_versions()?;
    let verifier = Arc::new(AnyCertificate(provider()));
    let config = config.dangerous().with_custom_certificate_verifier(verifier);
    Ok(http_1(config.with_no_client_auth()))
}

fn http_1(mut config: ClientConfig) -> Arc<ClientConfig> {
    config.alpn_protocols = vec![ALPN.to_vec()];
    Arc::new(config)
}

/// Accepts every certificate. The server still has to prove that it has the certificate's key.
#[derive(Debug)]
struct AnyCertificate(Arc<CryptoProvider>);

impl ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        shown: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, shown, signed, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        shown: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, shown, signed, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
