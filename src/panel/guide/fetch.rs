//! The guide of a source by HTTP: fetched by the guarded client of streams, only where it is another than last time, and read
//! as it comes (contract "Player side", section 18.8).

use std::io::{self, Read};
use std::rc::Rc;

use bytes::{Buf, Bytes};
use tokio::runtime::Runtime;

use super::rows::Validators;
use crate::media::source::http::{FetchError, Fetched, fetch};
use crate::panel::Panel;
use crate::panel::viewers;

/// The status of an answer that is the one of last time.
const NOT_MODIFIED: u16 = 304;

/// What a source answered.
pub enum Answer {
    /// It has what was imported last.
    Unchanged,
    /// Bytes, and what they are the version of.
    Body(Box<Incoming>, Validators),
}

/// Asks a source, with what is known of its last answer.
///
/// # Errors
/// [`FetchError`].
pub fn ask(panel: &Panel, runtime: &Rc<Runtime>, url: &str, known: &Validators) -> Result<Answer, FetchError> {
    let policy = viewers::upstream_policy(&panel.last_access().settings.media);
    let conditions = [
        ("if-none-match", &known.etag),
        ("if-modified-since", &known.last_modified),
    ];
    let mut headers = vec![("accept-encoding", "identity")];
    headers.extend(
        conditions
            .iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| (*name, value.as_str())),
    );
    let fetched = runtime.block_on(fetch(policy, url, &headers))?;
    if fetched.status == NOT_MODIFIED {
        return Ok(Answer::Unchanged);
    }
    let fetched = fetched.ok()?;
    let said = |name: &str| fetched.header(name).unwrap_or_default().to_owned();
    let validators = Validators {
        etag: said("etag"),
        last_modified: said("last-modified"),
    };
    let incoming = Incoming {
        runtime: Rc::clone(runtime),
        fetched,
        rest: Bytes::new(),
    };
    Ok(Answer::Body(Box::new(incoming), validators))
}

/// The bytes of an answer, for who reads them one after the other. What is not read waits at the sender.
pub struct Incoming {
    runtime: Rc<Runtime>,
    fetched: Fetched,
    rest: Bytes,
}

impl Read for Incoming {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.rest.is_empty() {
            match self.runtime.block_on(self.fetched.next()).map_err(io::Error::other)? {
                Some(bytes) => self.rest = bytes,
                None => return Ok(0),
            }
        }
        let taken = self.rest.len().min(into.len());
        if let (Some(into), Some(from)) = (into.get_mut(..taken), self.rest.get(..taken)) {
            into.copy_from_slice(from);
        }
        self.rest.advance(taken);
        Ok(taken)
    }
}
