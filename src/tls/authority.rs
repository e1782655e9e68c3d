//! The authority of `--tls self-signed`, made at the start and kept in memory only, and the certificates that
//! it signs: one for the names that are known at the start, and one for each other host that a client
//! requests, because tests use server names that are not known in advance (a container's, a world's).
//!
//! Its keys do not depend on `--rng-seed`, and its times are the system's, because clients check them by
//! their own clock.

use std::sync::Arc;

use chrono::{DateTime, Datelike, TimeDelta, Utc};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    date_time_ymd,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;

use super::{first_of, provider};

/// How many days a certificate is valid; clients refuse server certificates that are valid for longer.
const DAYS: i64 = 397;

/// The authority.
#[derive(Debug)]
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
    made: DateTime<Utc>,
    names: Vec<String>,
    shown: Arc<CertifiedKey>,
}

impl Authority {
    /// Creates an authority, with a certificate for these names.
    ///
    /// # Errors
    /// One line about a name that a certificate cannot have.
    pub fn new(names: Vec<String>, now: i64) -> Result<Authority, String> {
        let made = DateTime::from_timestamp(now, 0).unwrap_or_default();
        let authority = || {
            let key = KeyPair::generate()?;
            let mut params = certificate_params(&[], "Linecard, for one start", made)?;
            params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
            params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
            let pem = params.self_signed(&key)?.pem();
            Ok::<_, rcgen::Error>((Issuer::new(params, key), pem))
        };
        let failed = |error: rcgen::Error| format!("--tls self-signed: no certificate can be made: {error}");
        let (issuer, pem) = authority().map_err(failed)?;
        let shown = Arc::new(sign_certificate(&issuer, &names, made)?);
        Ok(Authority {
            issuer,
            pem,
            made,
            names,
            shown,
        })
    }

    /// Returns its own certificate as PEM.
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// Returns the certificate for the known names.
    pub fn shown(&self) -> CertificateDer<'static> {
        first_of(&self.shown)
    }
}

impl ResolvesServerCert for Authority {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let known = |name: &str| self.names.iter().any(|known| known.eq_ignore_ascii_case(name));
        match hello.server_name() {
            Some(name) if !known(name) => match sign_certificate(&self.issuer, &[name.to_owned()], self.made) {
                Ok(own) => Some(Arc::new(own)),
                Err(error) => {
                    tracing::warn!(name, "{error}");
                    None
                }
            },
            _ => Some(Arc::clone(&self.shown)),
        }
    }
}

/// Returns the parameters that all certificates share.
fn certificate_params(names: &[String], own: &str, made: DateTime<Utc>) -> Result<CertificateParams, rcgen::Error> {
    let mut params = CertificateParams::new(names)?;
    let day = |days: i64| {
        let day = made
            .checked_add_signed(TimeDelta::days(days))
            .unwrap_or(made)
            .date_naive();
        let part = |number: u32| u8::try_from(number).unwrap_or(1);
        date_time_ymd(day.year(), part(day.month()), part(day.day()))
    };
    // A client's clock may be slow.
    (params.not_before, params.not_after) = (day(-1), day(DAYS - 1));
    params.distinguished_name.push(DnType::CommonName, own);
    Ok(params)
}

/// Signs a certificate for these names with a new key. The serial number is derived from the key.
fn sign_certificate(
    issuer: &Issuer<'_, KeyPair>,
    names: &[String],
    made: DateTime<Utc>,
) -> Result<CertifiedKey, String> {
    let failed =
        |error: &dyn std::fmt::Display| format!("no certificate can be made for {}: {error}", names.join(", "));
    let signed = || {
        let key = KeyPair::generate()?;
        let mut params = certificate_params(names, "Linecard", made)?;
        params.use_authority_key_identifier_extension = true;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let certificate = params.signed_by(&key, issuer)?;
        Ok::<_, rcgen::Error>((certificate.der().clone(), key.serialize_der()))
    };
    let (certificate, key) = signed().map_err(|error| failed(&error))?;
    let key = PrivateKeyDer::try_from(key).map_err(|error| failed(&error))?;
    CertifiedKey::from_der(vec![certificate], key, &provider()).map_err(|error| failed(&error))
}
