//! Reads a certificate and its private key from PEM files, as certificate authorities issue them: the
//! server's certificate first, followed by those of its authorities, the key as PKCS#8, PKCS#1 or SEC1.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::{Error, InconsistentKeys};

use super::provider;

/// The files of an operator's certificate and key, and what they held when they were last read.
#[derive(Debug)]
pub struct CertificateFiles {
    certificate: PathBuf,
    key: PathBuf,
    current: RwLock<Arc<CertifiedKey>>,
}

impl CertificateFiles {
    /// Reads both files.
    ///
    /// # Errors
    /// One line that names the wrong file and the expected content.
    pub fn open(certificate: &Path, key: &Path) -> Result<CertificateFiles, String> {
        let current = read_certificate_and_key(certificate, key)?;
        Ok(CertificateFiles {
            certificate: certificate.to_owned(),
            key: key.to_owned(),
            current: RwLock::new(Arc::new(current)),
        })
    }

    /// Reads both files again, for the handshakes from now on. Files that cannot be used change nothing.
    ///
    /// # Errors
    /// Those of [`CertificateFiles::open`].
    pub fn reread(&self) -> Result<(), String> {
        let read = Arc::new(read_certificate_and_key(&self.certificate, &self.key)?);
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = read;
        Ok(())
    }

    /// Returns the file of the certificate.
    pub fn path(&self) -> &Path {
        &self.certificate
    }

    /// Returns the certificate and key of the next handshake.
    pub fn current(&self) -> Arc<CertifiedKey> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl ResolvesServerCert for CertificateFiles {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.current())
    }
}

/// Reads both files and checks that they belong together.
///
/// # Errors
/// One line that names the wrong file and the expected content.
fn read_certificate_and_key(certificate: &Path, key: &Path) -> Result<CertifiedKey, String> {
    let chain = read_chain(certificate).map_err(|reason| format!("--tls-cert: {reason}"))?;
    let private = read_private_key(key).map_err(|reason| format!("--tls-key: {reason}"))?;
    let Ok(private) = provider().key_provider.load_private_key(private) else {
        return Err(format!(
            "--tls-key: the key in {} is none of those that can be used: RSA with 2048 to 4096 bits, P-256, P-384, Ed25519",
            key.display()
        ));
    };
    let both = CertifiedKey::new(chain, private);
    match both.keys_match() {
        Ok(()) | Err(Error::InconsistentKeys(InconsistentKeys::Unknown)) => Ok(both),
        Err(Error::InconsistentKeys(_)) => Err(format!(
            "--tls-key: the key in {} does not fit the first certificate in {}, which has to be the server's own",
            key.display(),
            certificate.display()
        )),
        Err(error) => Err(format!(
            "--tls-cert: the first certificate in {} cannot be read: {error}",
            certificate.display()
        )),
    }
}

/// Reads the certificates of a file, at least one.
///
/// # Errors
/// The problem with the file, as one line that continues after the option's name.
pub fn read_chain(path: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let text = read_file(path)?;
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&text).collect();
    match chain {
        Ok(chain) if !chain.is_empty() => Ok(chain),
        _ => Err(format!(
            "{} has no certificate in PEM form (-----BEGIN CERTIFICATE-----)",
            path.display()
        )),
    }
}

fn read_private_key(path: &Path) -> Result<PrivateKeyDer<'static>, String> {
    let text = read_file(path)?;
    let has = |mark: &[u8]| text.windows(mark.len()).any(|part| part == mark);
    if has(b"BEGIN ENCRYPTED PRIVATE KEY") || has(b"Proc-Type: 4,ENCRYPTED") {
        return Err(format!(
            "the key in {path} is encrypted: openssl pkey -in {path} -out FILE writes it without its passphrase",
            path = path.display()
        ));
    }
    PrivateKeyDer::from_pem_slice(&text).map_err(|_| {
        let path = path.display();
        format!("{path} has no private key in PEM form (PKCS#8, PKCS#1 or SEC1)")
    })
}

fn read_file(path: &Path) -> Result<Vec<u8>, String> {
    fs::read(path).map_err(|error| format!("cannot read {}: {error}", path.display()))
}
