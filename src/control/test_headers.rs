//! What a request to the panel asks of the control plane in its own headers: a fault for itself, and
//! to be told what the server made of it. By default no answer has a header that a panel's has not.

use super::Control;
use super::journal::entry::Entry;
use super::journal::reader::JournalReader;
use crate::http::Response;

/// The headers, in lower case.
pub const FAULT: &str = "x-linecard-fault";
pub const DEBUG: &str = "x-linecard-debug";

/// What a request asks for.
#[derive(Clone, Copy, Debug, Default)]
pub struct TestHeaders<'a> {
    /// The fault that it wants to meet.
    pub fault: Option<&'a str>,
    /// Whether its answer is to tell what the server made of it.
    pub debug: bool,
    /// The header `Authorization`, which holds the token where one is needed.
    pub authorization: Option<&'a str>,
}

impl TestHeaders<'_> {
    /// Whether something is asked for.
    pub fn any(&self) -> bool {
        self.fault.is_some() || self.debug
    }
}

impl Control {
    /// Tells in the headers of an answer what the server made of its request.
    pub(super) async fn explain(&self, response: &mut Response, entry: &Entry) {
        let mut tell = |name, value: String| response.headers.push((name, printable(&value)));
        if let Some(seq) = entry.seq() {
            tell("x-linecard-request", seq.to_string());
        }
        tell("x-linecard-world", self.world().to_owned());
        tell("x-linecard-api", entry.api().name().to_owned());
        if let Ok(mut reader) = JournalReader::about(self).await
            && let Ok(told) = reader.tell(entry).await
            && let Some(action) = &told.summary.action
        {
            tell("x-linecard-action", action.clone());
        }
        if let Some(fault) = entry.fault() {
            tell(FAULT, fault.to_owned());
        }
    }
}

/// A text as a header can hold it: a client may have named an action with any bytes.
fn printable(text: &str) -> String {
    text.chars().flat_map(char::escape_default).collect()
}
