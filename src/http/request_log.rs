//! The file of `--request-log`: a line for each request, whatever became of it. It has no query, no secret of a
//! path and no header.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Write};
use std::net::IpAddr;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use serde_json::json;

use crate::config::LogFormat;
use crate::panel::clock::{self, Clock};
use crate::platform::create_private_file;
use crate::time::Zone;

/// The name that stands for standard error.
const STANDARD_ERROR: &str = "-";

/// The file.
pub struct RequestLogFile {
    out: Mutex<Box<dyn Write + Send>>,
    format: LogFormat,
    /// The id of the newest request that the journal did not give one.
    last: AtomicU64,
    /// Whether it was told that a line could not be written.
    has_failed: AtomicBool,
}

/// A request that has ended.
#[derive(Clone, Debug)]
pub struct Line {
    pub id: String,
    pub client: IpAddr,
    pub method: String,
    /// Without its secrets.
    pub path: String,
    pub api: &'static str,
    /// Empty if no operation was reached.
    pub action: Cow<'static, str>,
    pub status: u16,
    /// The status word of the answer, if it has one.
    pub word: Option<String>,
    /// How the answer was delivered.
    pub outcome: &'static str,
    pub us: u64,
    pub bytes: u64,
}

impl RequestLogFile {
    /// Opens the file, to add lines at its end; `-` is standard error.
    ///
    /// # Errors
    /// That of the file.
    pub fn open(path: &Path, format: LogFormat) -> io::Result<RequestLogFile> {
        let out: Box<dyn Write + Send> = match path == Path::new(STANDARD_ERROR) {
            true => Box::new(io::stderr()),
            false => Box::new(append_to(path)?),
        };
        Ok(RequestLogFile {
            out: Mutex::new(out),
            format,
            last: AtomicU64::new(0),
            has_failed: AtomicBool::new(false),
        })
    }

    /// The id of a request that has none.
    pub fn next_id(&self) -> String {
        (self.last.fetch_add(1, Ordering::Relaxed) + 1).to_string()
    }

    /// Writes a line. One that cannot be written, as on a full disk, is lost.
    pub fn write(&self, line: &Line) {
        let text = match self.format {
            LogFormat::Text => line.text(),
            LogFormat::Json => line.json(),
        };
        let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        if let Err(error) = out.write_all(text.as_bytes())
            && !self.has_failed.swap(true, Ordering::Relaxed)
        {
            tracing::warn!(%error, "the request log cannot be written");
        }
    }
}

/// Opens a file to add to its end. A new one can be read by its owner only; the mode of one that is there is the
/// operator's decision.
fn append_to(path: &Path) -> io::Result<File> {
    match create_private_file(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        made => drop(made?),
    }
    File::options().append(true).open(path)
}

impl Line {
    fn text(&self) -> String {
        let at = Clock::running().now();
        let at = Zone::UTC.stamp(at).unwrap_or_default().replace(' ', "T");
        let or_dash = |text: &str| {
            if text.is_empty() {
                "-".to_owned()
            } else {
                text.to_owned()
            }
        };
        format!(
            "{at}Z {} {} {} {} {} {} {} {:?} {} {}us {}B\n",
            self.id,
            self.client,
            plain(&self.method),
            plain(&self.path),
            self.api,
            or_dash(&self.action),
            self.status,
            self.word.as_deref().unwrap_or("-"),
            self.outcome,
            self.us,
            self.bytes
        )
    }

    fn json(&self) -> String {
        let line = json!({
            "at": clock::system(),
            "id": self.id,
            "client": self.client,
            "method": self.method,
            "path": self.path,
            "api": self.api,
            "action": self.action,
            "status": self.status,
            "word": self.word,
            "outcome": self.outcome,
            "us": self.us,
            "bytes": self.bytes,
        });
        format!("{line}\n")
    }
}

/// A text of a client as one word: what is not visible ASCII is escaped, so that nobody writes lines of his own.
fn plain(text: &str) -> Cow<'_, str> {
    match text.bytes().all(|b| b.is_ascii_graphic()) {
        true => text.into(),
        false => text.escape_default().to_string().replace(' ', "\\u{20}").into(),
    }
}
