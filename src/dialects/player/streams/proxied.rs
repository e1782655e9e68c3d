//! Films that come from elsewhere: one request to their source for each answer, whose status, length and range are passed
//! on (contract "Player side", section 10.2).

use std::io;

use actix_web::http::header::{ACCEPT_RANGES, CONTENT_LENGTH, CONTENT_RANGE, ETAG, IF_RANGE, LAST_MODIFIED, RANGE};
use actix_web::web::Bytes;
use futures_util::{StreamExt, stream};

use super::call::Call;
use super::types::content_type;
use crate::http::Response;
use crate::http::body::{Body, ByteStream};
use crate::media::source::http::{FetchError, Fetched, fetch};
use crate::panel::viewers::upstream::policy;

/// What of the source's head is passed on.
const PASSED_ON: [actix_web::http::header::HeaderName; 3] = [CONTENT_RANGE, ETAG, LAST_MODIFIED];

/// A film's source that has answered.
pub struct Proxied {
    /// The answer without its body.
    pub answer: Response,
    length: Option<u64>,
    fetched: Fetched,
}

/// Asks the source of a film for what the request wants.
///
/// # Errors
/// It answers nothing, or none of 200, 206 and 416.
pub async fn ask(call: &Call<'_>, url: &str, container: &str) -> Result<Proxied, FetchError> {
    // Of several ranges the whole is sent, which needs no range.
    let range = call.request.header(RANGE).filter(|range| !range.contains(','));
    let if_range = call.request.header(IF_RANGE).filter(|_| range.is_some());
    let headers: Vec<(&str, &str)> = [("range", range), ("if-range", if_range)]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect();
    let fetched = fetch(policy(call.media()), url, &headers).await?;
    let status = match fetched.status {
        // To who asked for no range a part is not an answer.
        206 if range.is_none() => return Err(FetchError::Status(206)),
        status @ (200 | 206 | 416) => status,
        status => return Err(FetchError::Status(status)),
    };
    let mut answer = Response {
        content_type: (status != 416).then(|| content_type(container).into()),
        ..Response::empty(status)
    };
    let takes_ranges = status != 200 || fetched.header(ACCEPT_RANGES.as_str()) == Some("bytes");
    if takes_ranges {
        answer.headers.push((ACCEPT_RANGES, "bytes".to_owned()));
    }
    for name in PASSED_ON {
        if let Some(value) = fetched.header(name.as_str()) {
            answer.headers.push((name, value.to_owned()));
        }
    }
    Ok(Proxied {
        length: fetched
            .header(CONTENT_LENGTH.as_str())
            .and_then(|length| length.parse().ok()),
        answer,
        fetched,
    })
}

impl Proxied {
    /// Whether there is anything to send but a head.
    pub const fn has_body(&self) -> bool {
        self.fetched.status != 416
    }

    /// Bytes of the whole file, if the source tells.
    pub fn file_bytes(&self) -> Option<u64> {
        if self.fetched.status != 206 {
            return self.length;
        }
        let (_, whole) = self.fetched.header(CONTENT_RANGE.as_str())?.rsplit_once('/')?;
        whole.trim().parse().ok()
    }

    /// The answer to who wants a head alone.
    pub fn head(self) -> Response {
        if !self.has_body() {
            return self.answer;
        }
        let nothing: ByteStream = Box::pin(stream::empty());
        let body = match self.length {
            Some(length) => Body::Sized(length, nothing),
            None => Body::Stream(nothing),
        };
        with(self.answer, body)
    }

    /// The answer; `watch` makes the source's bytes a session's.
    pub fn whole(self, watch: impl FnOnce(ByteStream) -> ByteStream) -> Response {
        let bytes = self
            .fetched
            .into_stream()
            .map(|next: Result<Bytes, FetchError>| next.map_err(io::Error::other));
        let bytes = watch(Box::pin(bytes));
        let body = match self.length {
            Some(length) => Body::Sized(length, bytes),
            None => Body::Stream(bytes),
        };
        with(self.answer, body)
    }
}

fn with(answer: Response, body: Body) -> Response {
    Response { body, ..answer }
}
