//! The TLS authorities that commands trust when they call a server: none by default, not even the system's, so
//! that a test cannot call another server by mistake.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use clap::Args;

use super::file;
use crate::config::Config;
use crate::fixture::Folder;
use crate::server::{Server, StartError};
use crate::tls::client;

/// The variable with the path of the authorities' file, also for commands that are not part of this program.
const CA: &str = "LINECARD_TLS_CA";

/// Options of the commands that talk to a server.
#[derive(Args, Clone, Debug, Default)]
pub struct Trust {
    /// A file with the authorities to trust when a server speaks TLS, in PEM form. No others are trusted.
    #[arg(long, env = CA, global = true, value_name = "FILE")]
    tls_ca: Option<PathBuf>,
}

impl Trust {
    /// Returns the authorities' file, if one was named.
    pub fn file(&self) -> Option<&Path> {
        self.tls_ca.as_deref()
    }

    /// Starts TLS on a socket to a server whose certificate must be for `host`.
    ///
    /// # Errors
    /// No authority is trusted, or the file cannot be used.
    pub fn through<S: Read + Write + 'static>(&self, host: &str, socket: S) -> io::Result<impl Read + Write + use<S>> {
        let Some(path) = &self.tls_ca else {
            let reason = "nobody vouches for it: name its authority's file with --tls-ca or LINECARD_TLS_CA";
            return Err(io::Error::other(reason));
        };
        let trusted = client::read_authorities(path);
        let trusted = trusted.map_err(|reason| io::Error::other(format!("--tls-ca: {reason}")))?;
        trusted.connect(host, socket)
    }
}

/// The file for the authority of `--tls self-signed`.
#[derive(Args, Clone, Debug, Default)]
pub struct AuthorityOutput {
    /// A file for the certificate of the authority that --tls self-signed makes at each start, for clients to
    /// trust, as in curl --cacert FILE. Its key is not written anywhere.
    #[arg(long, env = "LINECARD_TLS_CA_OUT", value_name = "FILE")]
    tls_ca_out: Option<PathBuf>,
}

impl AuthorityOutput {
    /// Checks before the start that there will be an authority to write.
    ///
    /// # Errors
    /// One line with the option that is missing.
    pub fn check(&self, config: &Config) -> Result<(), StartError> {
        if self.tls_ca_out.is_none() || config.tls.is_some() {
            return Ok(());
        }
        let reason = "--tls-ca-out needs --tls self-signed, whose authority it is for";
        Err(StartError::Option(reason.into()))
    }

    /// Writes the file, if the option is set, and returns its path.
    ///
    /// # Errors
    /// An error of the system.
    pub fn write(&self, server: &Server) -> Result<Option<PathBuf>, StartError> {
        let output = self.tls_ca_out.clone().zip(server.authority());
        output
            .map(|(path, authority)| write_authority(path, authority))
            .transpose()
    }
}

/// The file of the authority that a command of `linecard run` is to trust. A temporary file is removed when
/// this is dropped.
pub struct AuthorityFile {
    /// The absolute path, because the command may change its working folder.
    pub path: Option<PathBuf>,
    _folder: Option<Folder>,
}

impl AuthorityFile {
    /// Chooses the file: that of `--tls-ca-out`, or a temporary one. With `--tls-cert` it is the file of
    /// `LINECARD_TLS_CA`, or the certificate's own, which ends with its authorities.
    ///
    /// # Errors
    /// See [`AuthorityOutput::write`].
    pub fn for_command(
        output: &AuthorityOutput,
        server: &Server,
        config: &Config,
    ) -> Result<AuthorityFile, StartError> {
        let (path, folder) = match (output.write(server)?, server.authority()) {
            (Some(path), _) => (Some(path), None),
            (None, Some(authority)) => {
                let folder = Folder::new().map_err(StartError::Other)?;
                let path = write_authority(folder.path().join("authority.pem"), authority)?;
                (Some(path), Some(folder))
            }
            (None, None) => {
                let certificate = config.tls_cert.clone();
                let named = certificate.is_some().then(|| std::env::var_os(CA)).flatten();
                (named.map(PathBuf::from).or(certificate), None)
            }
        };
        let path = path.map(std::path::absolute).transpose().map_err(StartError::Other)?;
        Ok(AuthorityFile { path, _folder: folder })
    }
}

fn write_authority(path: PathBuf, authority: &str) -> Result<PathBuf, StartError> {
    file::write(&path, authority.as_bytes()).map_err(StartError::Other)?;
    Ok(path)
}
