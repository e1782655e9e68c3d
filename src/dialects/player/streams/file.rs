//! The answer of a file whose length is known: whole, a range of it, or that there is no such range (contract "Player
//! side", section 10.2).

use std::ops::Range;

use actix_web::http::header::{ACCEPT_RANGES, CONTENT_RANGE, ETAG, IF_RANGE, RANGE};
use futures_util::stream;

use super::call::Call;
use super::range::{Wanted, wanted};
use crate::http::Response;
use crate::http::body::{Body, ByteStream};

/// A file.
pub struct File {
    pub content_type: &'static str,
    /// In bytes.
    pub length: u64,
    /// Strong, with its quotes.
    pub etag: String,
}

/// What a request gets of a file.
pub enum Part {
    /// These bytes of it; the answer has no body yet.
    Bytes(Response, Range<u64>),
    /// The whole answer: it has no such bytes.
    None(Response),
}

impl File {
    /// Finds what a request wants of the file.
    pub fn part(&self, call: &Call<'_>) -> Part {
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

/// The same answer with a body of so many bytes, which a head alone does not need.
pub fn with_body(answer: Response, length: u64, body: Option<ByteStream>) -> Response {
    let body = body.unwrap_or_else(|| Box::pin(stream::empty()));
    Response {
        body: Body::Sized(length, body),
        ..answer
    }
}
