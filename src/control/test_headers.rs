//! What a request to the panel asks of the control plane in its own headers: a fault for itself, and
//! to be told what the server made of it. By default no answer has a header that a panel's has not.

use actix_web::http::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};

use super::Control;
use super::journal::entry::Entry;
use super::journal::reader::JournalReader;

/// The headers, in lower case.
const FAULT: &str = "x-linecard-fault";
const DEBUG: &str = "x-linecard-debug";

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

impl<'a> TestHeaders<'a> {
    /// What these headers ask for.
    pub fn from_headers(headers: &'a HeaderMap) -> TestHeaders<'a> {
        let text = |value: &'a HeaderValue| value.to_str().unwrap_or("\u{fffd}");
        TestHeaders {
            fault: headers.get(FAULT).map(text),
            debug: headers.get(DEBUG).map(text) == Some("1"),
            authorization: headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()),
        }
    }

    /// Whether something is asked for.
    pub fn any(&self) -> bool {
        self.fault.is_some() || self.debug
    }
}

impl Control {
    /// Whether the answer to a request is to tell what the server made of it.
    pub fn explains(&self, test_headers: &TestHeaders<'_>) -> bool {
        self.debug || (test_headers.debug && self.admits(test_headers.authorization))
    }

    /// Tells in the headers of an answer what the server made of its request.
    pub async fn explain(&self, headers: &mut HeaderMap, entry: &Entry) {
        let mut tell = |name: &'static str, value: &str| {
            if let Ok(value) = HeaderValue::from_str(&printable(value)) {
                headers.insert(HeaderName::from_static(name), value);
            }
        };
        if let Some(seq) = entry.seq() {
            tell("x-linecard-request", &seq.to_string());
        }
        tell("x-linecard-world", self.world());
        tell("x-linecard-api", entry.api().name());
        if let Ok(mut reader) = JournalReader::about(self).await
            && let Ok(summary) = reader.summary(entry).await
            && let Some(action) = &summary.described.action
        {
            tell("x-linecard-action", action);
        }
        if let Some(fault) = entry.fault() {
            tell(FAULT, fault);
        }
    }
}

/// A text as a header can hold it: a client may have named an action with any bytes.
fn printable(text: &str) -> String {
    text.chars().flat_map(char::escape_default).collect()
}
