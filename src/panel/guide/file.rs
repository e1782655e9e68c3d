//! The file of a source on this machine, which never is one without an end; and what bytes are, by the first of them: plain,
//! gzip or xz, whatever they are called.

use std::cell::Cell;
use std::fs::{self, File, Metadata};
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::{Duration, Instant};

use flate2::bufread::MultiGzDecoder;
use liblzma::bufread::XzDecoder;
use liblzma::stream::{CONCATENATED, Stream};

use crate::panel::settings::GuideSettings;

/// How many times larger than its file a guide may be. XMLTV compresses to a tenth or a twentieth.
const MOST_INFLATED: u64 = 200;

/// As many bytes may come of any file: a small one may well be that compressible.
const ALWAYS_INFLATED: u64 = 1 << 20;

/// What is read at a time, in bytes.
const BUFFER: usize = 64 << 10;

/// What inflating xz may take, in bytes: enough for all of its presets but 9.
const XZ_MEMORY: u64 = 40 << 20;

const GZIP: &[u8] = &[0x1f, 0x8b];
const XZ: &[u8] = &[0xfd, b'7', b'z', b'X', b'Z', 0];

/// Why a file is not read.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    #[error("it is not a file with something in it")]
    NoFile,
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// What reading a guide may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Most bytes after inflating. A national guide of two weeks has about 100 MB.
    bytes: u64,
    time: Duration,
    /// When the time is over.
    pub deadline: Instant,
}

impl Limits {
    /// Those of these settings, from now on.
    pub fn of(settings: GuideSettings) -> Limits {
        Limits {
            bytes: length(settings.max_bytes),
            time: settings.max_time,
            deadline: Instant::now() + settings.max_time,
        }
    }

    /// # Errors
    /// [`OverLimit`], if so many bytes, inflated from `read` of the file, are too many, or the time is over.
    fn check(&self, inflated: u64, read: u64) -> Result<(), OverLimit> {
        let most = read.saturating_mul(MOST_INFLATED).max(ALWAYS_INFLATED);
        match () {
            () if inflated > self.bytes => Err(OverLimit::Bytes(self.bytes)),
            () if inflated > most => Err(OverLimit::Inflated),
            () if Instant::now() >= self.deadline => Err(self.too_long()),
            () => Ok(()),
        }
    }

    /// The time is over.
    pub fn too_long(&self) -> OverLimit {
        OverLimit::Time(self.time.as_secs())
    }
}

/// Why a guide is not read on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OverLimit {
    #[error("it has more than the {0} bytes of `epg_max_bytes`")]
    Bytes(u64),
    #[error("it is more than {MOST_INFLATED} times larger than its compressed file")]
    Inflated,
    #[error("it took more than the {0} s of `epg_max_time`")]
    Time(u64),
}

/// A file that is being read.
pub struct GuideInput {
    /// What it has, inflated.
    pub text: BufReader<Limited>,
    read: Rc<Cell<u64>>,
}

impl GuideInput {
    /// Returns what counts the bytes of the file that were read.
    pub fn counter(&self) -> Rc<Cell<u64>> {
        Rc::clone(&self.read)
    }
}

/// Returns the path of a source on this machine, given as a path or a `file:` URL; `None` for an address on the network
/// and for no source.
pub fn path(source: &str) -> Option<PathBuf> {
    let path = source.strip_prefix("file://").unwrap_or(source);
    let is_address = path.contains("://");
    (!path.is_empty() && !is_address).then(|| path.into())
}

/// Whether a source is an address that can be fetched.
pub fn is_fetched(source: &str) -> bool {
    source.starts_with("http://") || source.starts_with("https://")
}

/// Opens a file that ends: reading a pipe or a device might never do so.
///
/// # Errors
/// [`FileError`].
pub fn open(path: &Path, limits: Limits) -> Result<GuideInput, FileError> {
    // A pipe without a writer would not even open. Another file may take the place of the one that was looked at.
    check(&fs::metadata(path)?)?;
    let file = File::open(path)?;
    let about = file.metadata()?;
    check(&about)?;
    // It may grow meanwhile.
    input(file.take(about.len()), limits)
}

fn check(about: &Metadata) -> Result<(), FileError> {
    match about.is_file() && about.len() > 0 {
        true => Ok(()),
        false => Err(FileError::NoFile),
    }
}

/// Reads what bytes are by the first of them, and inflates them.
///
/// # Errors
/// [`FileError::Io`].
pub fn input(bytes: impl Read + 'static, limits: Limits) -> Result<GuideInput, FileError> {
    let read = Rc::new(Cell::new(0));
    let counted = Counted {
        bytes,
        read: Rc::clone(&read),
    };
    let mut counted = BufReader::with_capacity(BUFFER, counted);
    let first = counted.fill_buf()?;
    let text: Box<dyn Read> = match first {
        first if first.starts_with(GZIP) => Box::new(MultiGzDecoder::new(counted)),
        first if first.starts_with(XZ) => {
            let decoder = Stream::new_stream_decoder(XZ_MEMORY, CONCATENATED).map_err(io::Error::from)?;
            Box::new(XzDecoder::new_stream(counted, decoder))
        }
        _ => Box::new(counted),
    };
    let limited = Limited {
        text,
        read: Rc::clone(&read),
        inflated: 0,
        limits,
    };
    Ok(GuideInput {
        text: BufReader::with_capacity(BUFFER, limited),
        read,
    })
}

/// Counts the bytes of a file.
struct Counted<R> {
    bytes: R,
    read: Rc<Cell<u64>>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.bytes.read(into)?;
        self.read.set(self.read.get().saturating_add(length(read)));
        Ok(read)
    }
}

/// A text that ends with an error when it grows too large or takes too long.
pub struct Limited {
    text: Box<dyn Read>,
    read: Rc<Cell<u64>>,
    inflated: u64,
    limits: Limits,
}

impl Read for Limited {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.text.read(into)?;
        self.inflated = self.inflated.saturating_add(length(read));
        let checked = self.limits.check(self.inflated, self.read.get());
        checked.map(|()| read).map_err(io::Error::other)
    }
}

fn length(bytes: usize) -> u64 {
    u64::try_from(bytes).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;
    use crate::panel::settings::RuntimeSettings;

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut out = GzEncoder::new(Vec::new(), Compression::best());
        out.write_all(text).unwrap();
        out.finish().unwrap()
    }

    fn xz(text: &[u8], preset: u32) -> Vec<u8> {
        let mut out = liblzma::write::XzEncoder::new(Vec::new(), preset);
        out.write_all(text).unwrap();
        out.finish().unwrap()
    }

    fn read(bytes: Vec<u8>) -> Result<usize, String> {
        read_within(bytes, RuntimeSettings::default().guide)
    }

    fn read_within(bytes: Vec<u8>, settings: GuideSettings) -> Result<usize, String> {
        let mut input = input(Cursor::new(bytes), Limits::of(settings)).map_err(|error| error.to_string())?;
        let read = input.text.read_to_end(&mut Vec::new());
        read.map_err(|error| error.to_string())
    }

    #[test]
    fn a_file_is_known_by_its_first_bytes() {
        assert_eq!(read(b"<tv/>".to_vec()), Ok(5));
        assert_eq!(read(gzip(b"<tv/>")), Ok(5));
        assert_eq!(read([gzip(b"<tv>"), gzip(b"</tv>")].concat()), Ok(9), "in parts");
        assert_eq!(read(xz(b"<tv/>", 6)), Ok(5));
        assert_eq!(read([xz(b"<tv>", 0), xz(b"</tv>", 0)].concat()), Ok(9), "in parts");
        assert!(read(xz(b"<tv/>", 9)).is_err(), "it would take 65 MiB");
        assert!(read(XZ.to_vec()).is_err());
        assert!(read(GZIP.to_vec()).is_err());
        let mut cut = gzip(b"<tv></tv>");
        cut.truncate(cut.len() - 9);
        assert!(read(cut).is_err());
    }

    #[test]
    fn a_bomb_is_stopped() {
        assert_eq!(read(gzip(&vec![b' '; 1 << 20])), Ok(1 << 20));
        let words = "it is more than 200 times larger than its compressed file";
        assert_eq!(read(gzip(&vec![b' '; 64 << 20])), Err(words.into()));
        assert_eq!(read(xz(&vec![b' '; 64 << 20], 0)), Err(words.into()));
    }

    #[test]
    fn a_guide_may_have_so_many_bytes_and_take_so_long() {
        let settings = RuntimeSettings::default().guide;
        assert_eq!(settings.max_bytes, 2 << 30);
        let small = GuideSettings {
            max_bytes: 1 << 20,
            ..settings
        };
        assert_eq!(read_within(gzip(&vec![b' '; 1 << 20]), small), Ok(1 << 20));
        let words = "it has more than the 1048576 bytes of `epg_max_bytes`";
        assert_eq!(read_within(vec![b' '; (1 << 20) + 1], small), Err(words.into()));
        let short = GuideSettings {
            max_time: Duration::ZERO,
            ..settings
        };
        let words = "it took more than the 0 s of `epg_max_time`";
        assert_eq!(read_within(b"<tv/>".to_vec(), short), Err(words.into()));
    }

    #[test]
    fn a_source_is_a_path_or_an_address() {
        assert_eq!(path("/srv/x.xml"), Some("/srv/x.xml".into()));
        assert_eq!(path("file:///srv/x.xml"), Some("/srv/x.xml".into()));
        for address in ["", "file://", "http://epg.example/guide.xml", "ftp://epg.example/"] {
            assert_eq!(path(address), None, "{address}");
        }
    }
}
