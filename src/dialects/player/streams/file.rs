//! The answer of a file whose length is known: whole, a range of it, or that there is no such range (contract "Player
//! side", section 10.2).

use std::ops::Range;
use std::sync::Arc;

use actix_web::http::header::{ACCEPT_RANGES, CONTENT_RANGE, ETAG, IF_RANGE, RANGE};
use futures_util::stream;

use super::body::{Played, watched};
use super::call::Call;
use super::range::{Wanted, wanted};
use crate::http::Response;
use crate::http::body::{Body, ByteStream};
use crate::media::meter::Meter;
use crate::panel::Result;
use crate::panel::viewers::Session;

/// A file.
pub struct File {
    pub content_type: &'static str,
    /// In bytes.
    pub length: u64,
    /// Strong, with its quotes.
    pub etag: String,
}

/// What a request gets of a file.
enum Part {
    /// These bytes of it; the answer has no body yet.
    Bytes(Response, Range<u64>),
    /// The whole answer: it has no such bytes.
    None(Response),
}

impl File {
    /// Answers with what a request wants of the file: a head alone, or the bytes that `play` gives to a session that
    /// `admit` admits.
    ///
    /// # Errors
    /// Those of `admit`.
    pub async fn answer(
        &self,
        call: &Call<'_>,
        action: &'static str,
        admit: impl AsyncFnOnce() -> Result<std::result::Result<Arc<Session>, Response>>,
        play: impl FnOnce(Range<u64>) -> (ByteStream, Meter),
    ) -> Result<Response> {
        let (answer, range) = match self.part(call) {
            Part::None(answer) => return Ok(call.answered(action, answer)),
            Part::Bytes(answer, range) => (answer, range),
        };
        let length = range.end.saturating_sub(range.start);
        if call.is_head() {
            return Ok(call.answered(action, with_body(answer, length, None)));
        }
        let session = match admit().await? {
            Ok(session) => session,
            Err(refusal) => return Ok(refusal),
        };
        let (bytes, meter) = play(range);
        Ok(call.answered(action, sent(call, &session, answer, length, (bytes, meter))))
    }

    /// Finds what a request wants of the file.
    fn part(&self, call: &Call<'_>) -> Part {
        let header = |name| call.request.header(name);
        let length = self.length;
        let (status, range) = match wanted(header(RANGE), header(IF_RANGE), &self.etag, length) {
            Wanted::Whole => (200, 0..length),
            Wanted::Part(range) => (206, range),
            Wanted::NotThere => {
                let mut answer = Response::empty(416);
                answer.headers.push((CONTENT_RANGE, format!("bytes */{length}")));
                return Part::None(answer);
            }
        };
        let mut answer = Response {
            content_type: Some(self.content_type.into()),
            ..Response::empty(status)
        };
        answer.headers.push((ACCEPT_RANGES, "bytes".to_owned()));
        answer.headers.push((ETAG, self.etag.clone()));
        if status == 206 {
            let last = range.end.saturating_sub(1);
            let told = format!("bytes {}-{last}/{length}", range.start);
            answer.headers.push((CONTENT_RANGE, told));
        }
        Part::Bytes(answer, range)
    }
}

/// The same answer with so many bytes for a session, and what counts them.
pub fn sent(
    call: &Call<'_>,
    session: &Arc<Session>,
    answer: Response,
    length: u64,
    (bytes, meter): (ByteStream, Meter),
) -> Response {
    let played = Played {
        bytes,
        meter,
        has_length: true,
    };
    let body = watched(call.exchange, &call.request, session, played);
    with_body(answer, length, Some(body))
}

/// The same answer with a body of so many bytes, which a head alone does not need.
pub fn with_body(answer: Response, length: u64, body: Option<ByteStream>) -> Response {
    let body = body.unwrap_or_else(|| Box::pin(stream::empty()));
    Response {
        body: Body::Sized(length, body),
        ..answer
    }
}
