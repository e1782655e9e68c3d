//! Whom the commands trust that ask a server: nobody by themselves, so that no test talks to a stranger
//! and takes it for its panel.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use clap::Args;

use super::file;
use crate::config::Config;
use crate::fixture::Folder;
use crate::server::{Server, StartError};
use crate::tls::client::{self, Trusted};

/// The variable that names the authorities, for commands too that are no part of this program.
const CA: &str = "LINECARD_TLS_CA";

/// Options of the commands that talk to a server.
#[derive(Args, Clone, Debug, Default)]
pub struct Trust {
    /// A file with the authorities that may vouch for a server with TLS, in PEM form. Only they are trusted.
    #[arg(long, env = CA, global = true, value_name = "FILE")]
    tls_ca: Option<PathBuf>,

    /// Instead of them: what this process knows by itself.
    #[arg(skip)]
    own: Option<Trusted>,
}

impl Trust {
    /// Trust in the server of this process.
    pub fn of_own(own: Option<Trusted>) -> Trust {
        Trust { tls_ca: None, own }
    }

    /// The file, if one was named.
    pub fn file(&self) -> Option<&Path> {
        self.tls_ca.as_deref()
    }

    /// Speaks TLS through a socket, with whoever can show that it is `host`.
    ///
    /// # Errors
    /// Nobody is trusted, or the file cannot be used.
    pub fn through<S: Read + Write + 'static>(&self, host: &str, socket: S) -> io::Result<impl Read + Write + use<S>> {
        let trusted = match (&self.own, &self.tls_ca) {
            (Some(own), _) => own.clone(),
            (None, Some(path)) => {
                client::of_file(path).map_err(|reason| io::Error::other(format!("--tls-ca: {reason}")))?
            }
            (None, None) => {
                let reason = "nobody vouches for it: name its authority's file with --tls-ca or LINECARD_TLS_CA";
                return Err(io::Error::other(reason));
            }
        };
        trusted.through(host, socket)
    }
}

/// Where clients find whom to trust.
#[derive(Args, Clone, Debug, Default)]
pub struct Vouch {
    /// A file for the authority that --tls self-signed makes at each start: what clients are told to trust,
    /// as in curl --cacert FILE. Its key is kept nowhere.
    #[arg(long, env = "LINECARD_TLS_CA_OUT", value_name = "FILE")]
    tls_ca_out: Option<PathBuf>,
}

impl Vouch {
    /// Whether there will be something to write.
    ///
    /// # Errors
    /// One line, before anything is begun.
    pub fn check(&self, config: &Config) -> Result<(), StartError> {
        if self.tls_ca_out.is_none() || config.tls.is_some() {
            return Ok(());
        }
        let reason = "--tls-ca-out needs --tls self-signed, whose authority it is for";
        Err(StartError::Option(reason.into()))
    }

    /// Writes the file, where one is wanted, and says where it is.
    ///
    /// # Errors
    /// The system's.
    pub fn write(&self, server: &Server) -> Result<Option<PathBuf>, StartError> {
        let wanted = self.tls_ca_out.clone().zip(server.authority());
        wanted.map(|(path, authority)| written(path, authority)).transpose()
    }
}

/// The file that a command beside the server is told to trust, which goes when this does.
pub struct Given {
    /// Where it is, wherever the command goes.
    pub path: Option<PathBuf>,
    _folder: Option<Folder>,
}

impl Given {
    /// The file that was asked for, or one of its own. For a certificate that somebody gave, it is what was
    /// said in the environment, or the file itself: who signed it stands last there.
    ///
    /// # Errors
    /// As those of [`Vouch::write`].
    pub fn of(vouch: &Vouch, server: &Server, config: &Config) -> Result<Given, StartError> {
        let (path, folder) = match (vouch.write(server)?, server.authority()) {
            (Some(path), _) => (Some(path), None),
            (None, Some(authority)) => {
                let folder = Folder::new().map_err(StartError::Other)?;
                let path = written(folder.path().join("authority.pem"), authority)?;
                (Some(path), Some(folder))
            }
            (None, None) => {
                let given = config.tls_cert.clone();
                let said = given.is_some().then(|| std::env::var_os(CA)).flatten();
                (said.map(PathBuf::from).or(given), None)
            }
        };
        let path = path.map(std::path::absolute).transpose().map_err(StartError::Other)?;
        Ok(Given { path, _folder: folder })
    }
}

fn written(path: PathBuf, authority: &str) -> Result<PathBuf, StartError> {
    file::write(&path, authority.as_bytes()).map_err(StartError::Other)?;
    Ok(path)
}
