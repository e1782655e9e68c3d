//! `get.php`: the line's content as a file that apps and receivers read, in the types of `types` (contract "Player side",
//! section 7).
//!
//! `entries` reads the content in pages, `body` writes it by the type's row as a `text` that is not yet any line's own,
//! and is kept for all lines with the same bouquets. A large one is sent while it is built.

mod body;
mod entries;
mod scripts;
mod text;
pub mod types;

use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, EXPIRES, HeaderName, PRAGMA};
use actix_web::web::Bytes;
use futures_util::StreamExt;

use super::devices;
use super::downloads::{Admission, admit, refusal};
use super::kept::sent;
use super::links::{LinkForm, Output, Values};
use super::xui;
use crate::dialects::base_url::BaseUrl;
use crate::dialects::service::is_read;
use crate::http::body::Body;
use crate::http::trace::{Handler, Trace};
use crate::http::{Exchange, Request, Response};
use crate::panel::kept::{self, KeptBody};
use crate::panel::profiles::NO_EXTENSION;
use crate::panel::{Caller, Result};
use body::{Building, Selection};
use text::{filled, value};
use types::{Content, Type};

/// The name of the call.
pub const NAME: &str = "playlist";

/// The type of a request that names none.
pub const USUAL_TYPE: &str = "m3u_plus";

static CONTENT_DESCRIPTION: HeaderName = HeaderName::from_static("content-description");

/// Answers a request of an address that is not blocked.
///
/// # Errors
/// SQLite's, or [`crate::panel::Error::Busy`].
pub async fn answer(handler: Handler, exchange: &Exchange, request: Request<'_>) -> Result<Response> {
    if !is_read(request.method) {
        return Ok(Response::empty(200));
    }
    let input = xui::input(exchange, &request).await?;
    let line = match admit(exchange, &request, &input, handler).await? {
        Admission::Line(line) => line,
        Admission::Refused(refused) => return Ok(refused),
    };
    let trace = Trace::answered(handler, None);
    if !devices::admit_app(exchange, &request, &input, &line).await? {
        return Ok(refusal(exchange, trace));
    }
    let Some(of) = Type::find(input.text("type").as_deref().unwrap_or(USUAL_TYPE)) else {
        return Ok(refusal(exchange, trace));
    };
    let Some(download) = xui::download(exchange, &request, line.id) else {
        return Ok(Response::empty(429).traced(trace));
    };
    let output = Output::choose(input.text("output").as_deref(), &line);
    let values = Values::new(&BaseUrl::of(exchange, &request), exchange.access.ports.rtmp, &line);
    let body = match &of.content {
        Content::Script(script) => Body::Bytes(script(&values, output).into_bytes()),
        Content::Entries { .. } => {
            let settings = &exchange.access.settings;
            let selection = Selection {
                of,
                form: LinkForm {
                    output,
                    without_extension: settings.profiles.has(&NO_EXTENSION),
                },
                bouquets: line.bouquets.clone(),
                groups: input.text("key"),
            };
            let (key, limit) = (selection.key(), settings.list_memory);
            let caller = Caller::Line(line.id);
            let kept = kept::body(&exchange.panel, caller, &key, limit, || Building::new(selection)).await?;
            entries(kept, of.styles.1.values(&values), &request)
        }
    };
    let body = match download {
        Some(download) => xui::held(body, download, &request),
        None => body,
    };
    Ok(Response {
        headers: headers(&file_name(of, &line.username)),
        body,
        ..Response::new(200, "application/octet-stream", Vec::new())
    }
    .traced(trace))
}

/// Returns the entries for a line, whose values are styled already.
fn entries(kept: KeptBody, values: Values, request: &Request<'_>) -> Body {
    let packed = match kept {
        KeptBody::Plain(text) => return Body::Bytes(filled(&text, &values)),
        KeptBody::Packed(packed) => packed,
    };
    let length = packed.filled_len(|mark| value(&values, mark).len());
    let chunks = packed
        .unpacked()
        .map(move |part| Ok(Bytes::from(filled(&part?, &values))));
    sent(length, Box::pin(chunks), request)
}

fn headers(file: &str) -> Vec<(HeaderName, String)> {
    [
        (&CONTENT_DESCRIPTION, "File Transfer"),
        (&EXPIRES, "0"),
        (&CACHE_CONTROL, "must-revalidate"),
        (&PRAGMA, "public"),
        (&CONTENT_DISPOSITION, &format!("attachment; filename=\"{file}\"")),
    ]
    .map(|(name, value)| (name.clone(), value.to_owned()))
    .into()
}

/// Returns the name of a type's file; characters of a username that a file name may not have are `_` there.
fn file_name(of: &Type, username: &str) -> String {
    let (before, after) = of.file;
    let Some(after) = after else {
        return before.to_owned();
    };
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '@' | '-');
    let user: String = username.chars().map(|c| if fits(c) { c } else { '_' }).collect();
    format!("{before}{user}{after}")
}
