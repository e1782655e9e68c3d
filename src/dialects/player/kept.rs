//! How kept bodies are sent (contract "Player side", 18.7): a small one whole, a large one as it is inflated, or as it is
//! kept to clients that accept gzip.

use actix_web::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, VARY};
use actix_web::web::Bytes;
use futures_util::{StreamExt, stream};

use super::downloads::PATIENCE;
use crate::http::body::{Body, ByteStream};
use crate::http::patience::patient;
use crate::http::{Request, Response};
use crate::panel::kept::KeptBody;

/// Gives an answer a kept body behind these bytes.
pub fn with_body(answer: Response, request: &Request<'_>, before: Vec<u8>, kept: KeptBody) -> Response {
    let packed = match kept {
        KeptBody::Plain(bytes) => {
            let mut body = before;
            body.extend_from_slice(&bytes);
            return Response {
                body: Body::Bytes(body),
                ..answer
            };
        }
        KeptBody::Packed(packed) => packed,
    };
    let mut answer = answer;
    answer.headers.push((VARY, "Accept-Encoding".to_owned()));
    let (length, body): (_, ByteStream) = match before.is_empty() && accepts_gzip(request) {
        true => {
            answer.headers.push((CONTENT_ENCODING, "gzip".to_owned()));
            (packed.packed_len(), Box::pin(packed.packed()))
        }
        false => {
            let length = packed
                .filled_len(|_| 1)
                .and_then(|length| length.checked_add(before.len()));
            let first = (!before.is_empty()).then(|| Ok(Bytes::from(before)));
            (length, Box::pin(stream::iter(first).chain(packed.unpacked())))
        }
    };
    Response {
        body: sent(length, body, request),
        ..answer
    }
}

/// Returns the body of an answer, of so many bytes if that is known. A client that reads nothing of it is let go.
pub fn sent(length: Option<usize>, body: ByteStream, request: &Request<'_>) -> Body {
    let body: ByteStream = match request.method {
        // The answer to HEAD has no body, so there is none to read.
        "HEAD" => Box::pin(stream::empty()),
        _ => patient(body, PATIENCE, request.connection()),
    };
    Body::streamed(length, body)
}

/// Whether a client accepts gzip, by name; a quality of 0 refuses it.
fn accepts_gzip(request: &Request<'_>) -> bool {
    let accepted = request.header(ACCEPT_ENCODING).unwrap_or_default();
    accepted.split(',').any(|one| {
        let (name, parameters) = one.split_once(';').unwrap_or((one, ""));
        let quality = parameters
            .trim()
            .strip_prefix("q=")
            .map(|quality| quality.parse::<f32>());
        name.trim().eq_ignore_ascii_case("gzip") && !matches!(quality, Some(Ok(0.0)))
    })
}
