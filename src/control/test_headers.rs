//! The headers of a request to the panel that are for the control plane: a fault for this request, and debug
//! headers in the answer. By default an answer has only the headers of a real panel.

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};

use super::Control;
use super::journal::entry::Entry;
use super::journal::reader::JournalReader;

/// Parsed once: each request that a control plane sees is looked at for them.
static FAULT: HeaderName = HeaderName::from_static("x-linecard-fault");
static DEBUG: HeaderName = HeaderName::from_static("x-linecard-debug");

/// The test headers of a request.
#[derive(Clone, Copy, Debug)]
pub struct TestHeaders<'a> {
    /// The fault for this request.
    pub fault: Option<&'a str>,
    /// Whether the answer is to have the debug headers.
    pub debug: bool,
}

impl<'a> TestHeaders<'a> {
    /// Reads the headers of a request.
    pub fn new(headers: &'a HeaderMap) -> TestHeaders<'a> {
        let text = |value: &'a HeaderValue| value.to_str().unwrap_or("\u{fffd}");
        TestHeaders {
            fault: headers.get(&FAULT).map(text),
            debug: headers.get(&DEBUG).map(text) == Some("1"),
        }
    }

    /// Whether the request has a test header.
    pub fn any(&self) -> bool {
        self.fault.is_some() || self.debug
    }
}

impl Control {
    /// Whether the answer to a request gets the debug headers.
    pub fn explains(&self, test_headers: &TestHeaders<'_>, is_admitted: bool) -> bool {
        self.debug || (test_headers.debug && is_admitted)
    }

    /// Adds the debug headers to an answer.
    pub async fn explain(&self, headers: &mut HeaderMap, entry: &Entry) {
        let mut set = |name: &'static str, value: &str| {
            if let Ok(value) = HeaderValue::from_str(&printable(value)) {
                headers.insert(HeaderName::from_static(name), value);
            }
        };
        if let Some(seq) = entry.seq() {
            set("x-linecard-request", &seq.to_string());
        }
        set("x-linecard-world", self.world());
        set("x-linecard-api", entry.api().name());
        if let Ok(mut reader) = JournalReader::for_entry(self).await
            && let Ok(summary) = reader.summary(entry).await
            && let Some(action) = &summary.described.action
        {
            let is_own = summary.described.matched;
            match reader.masker(entry, summary).await {
                _ if is_own => set("x-linecard-action", action),
                Ok(masker) => set("x-linecard-action", &masker.text(action)),
                Err(_) => {}
            }
        }
        if let Some(fault) = entry.fault() {
            set(FAULT.as_str(), fault);
        }
    }
}

/// Escapes a text for a header: the name of an action may contain any bytes.
fn printable(text: &str) -> String {
    text.chars().flat_map(char::escape_default).collect()
}
