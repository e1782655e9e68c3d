//! What is known of an address: its country, provider and network, from the MMDB files of the setting `geoip_files`
//! (contract "Player side", section 11). What no file tells is unknown, and what is unknown refuses nobody; so a file
//! that is missing or broken is told in the log once and refuses nobody either.
//!
//! Nothing is read before the first address is looked up. A file that was replaced is read again.

use std::fs;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use maxminddb::{PathElement, Reader, path};
use serde::Deserialize;

type Database = Reader<Vec<u8>>;

/// What is known of an address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Network {
    /// The two letters of its country, in upper case.
    pub country: Option<String>,
    /// Its provider.
    pub isp: Option<String>,
    /// The number of its network (autonomous system).
    pub number: Option<u32>,
    /// Whether it is one of a hosting provider.
    pub is_hosting: bool,
}

/// The files of a panel.
#[derive(Debug, Default)]
pub struct GeoIp(Mutex<Vec<File>>);

/// A file as it was last read.
#[derive(Debug)]
struct File {
    path: PathBuf,
    version: Option<Version>,
    database: Option<Arc<Database>>,
}

/// Tells a replaced file from the one that was read.
type Version = (Option<SystemTime>, u64);

impl GeoIp {
    /// Looks an address up in these files; of several that know something the first counts.
    pub fn look_up(&self, paths: &[PathBuf], address: IpAddr) -> Network {
        let mut network = Network::default();
        for database in self.databases(paths) {
            add(&mut network, &database, address.to_canonical());
        }
        network
    }

    /// Returns the files that can be read.
    fn databases(&self, paths: &[PathBuf]) -> Vec<Arc<Database>> {
        if paths.is_empty() {
            return Vec::new();
        }
        let mut files = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        files.retain(|file| paths.contains(&file.path));
        let current = paths.iter().filter_map(|path| {
            let version = version(path);
            let known = files.iter().position(|file| file.path == *path);
            let known = known.map(|at| files.swap_remove(at));
            let file = known.filter(|file| file.version == version);
            files.push(file.unwrap_or_else(|| File::read(path, version)));
            files.last()?.database.clone()
        });
        current.collect()
    }
}

fn version(path: &Path) -> Option<Version> {
    let file = fs::metadata(path).ok()?;
    Some((file.modified().ok(), file.len()))
}

impl File {
    /// Reads a file; that it cannot be read is told.
    fn read(path: &Path, version: Option<Version>) -> File {
        let database = Reader::open_readfile(path);
        if let Err(error) = &database {
            tracing::warn!(%error, "the file {} of geoip_files cannot be read; it refuses nobody", path.display());
        }
        File {
            path: path.to_owned(),
            version,
            database: database.ok().map(Arc::new),
        }
    }
}

/// Adds what a file knows and those before it did not.
fn add(network: &mut Network, database: &Database, address: IpAddr) {
    let one = |path: &[PathElement<'_>]| member::<String>(database, address, path);
    let country = || one(&path!["country", "iso_code"]).map(|code| code.to_ascii_uppercase());
    let isp = || one(&path!["isp"]).or_else(|| one(&path!["autonomous_system_organization"]));
    let known = |text: &String| !text.is_empty();
    network.country = network.country.take().or_else(|| country().filter(known));
    network.isp = network.isp.take().or_else(|| isp().filter(known));
    let number = || member(database, address, &path!["autonomous_system_number"]);
    network.number = network.number.or_else(number);
    network.is_hosting |= member(database, address, &path!["is_hosting_provider"]).unwrap_or(false);
}

/// Reads a member of an address's record; one of another type is unknown, as is every one that a broken file has.
fn member<'a, T: Deserialize<'a>>(database: &'a Database, address: IpAddr, path: &[PathElement<'_>]) -> Option<T> {
    database.lookup(address).ok()?.decode_path(path).ok().flatten()
}
