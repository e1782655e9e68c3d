//! `get.php`: the line's content as a file that apps and receivers read, in the types of `types` (contract "Player side",
//! section 7).
//!
//! `entries` reads the content in pages, `body` writes it by the type's row as a `text` that is not yet any line's own.
//! A body up to [`LARGEST`] is sent whole; a larger one is sent while it is built, so that it is never all in memory.

mod body;
mod entries;
mod scripts;
mod text;
pub mod types;

use std::io;
use std::sync::Arc;

use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, EXPIRES, HeaderName, PRAGMA};
use actix_web::web::Bytes;
use futures_util::{StreamExt, stream};

use super::base_url::BaseUrl;
use super::downloads::{Admission, PATIENCE, admit, refusal};
use super::links::{Output, Values};
use super::login::Input;
use crate::dialects::service::is_read;
use crate::http::body::{Body, ByteStream};
use crate::http::patience::patient;
use crate::http::trace::{Handler, Trace};
use crate::http::{Exchange, Request, Response};
use crate::panel::subscription::{Ports, Subscription};
use crate::panel::{Caller, Context, Panel, Result};
use body::Building;
use entries::Entries;
use types::{Content, Type};

/// The name of the call.
pub const NAME: &str = "playlist";

/// The type of a request that names none.
pub const USUAL_TYPE: &str = "m3u_plus";

/// The largest body that is sent as a whole, in bytes.
const LARGEST: usize = 1 << 20;
/// How much of a larger one is built at a time, in bytes.
const CHUNK: usize = 256 << 10;

static CONTENT_DESCRIPTION: HeaderName = HeaderName::from_static("content-description");

/// Answers a request of an address that is not blocked.
///
/// # Errors
/// SQLite's, or [`crate::panel::Error::Busy`].
pub async fn answer(handler: Handler, exchange: &Exchange, request: Request<'_>) -> Result<Response> {
    if !is_read(request.method) {
        return Ok(Response::empty(200));
    }
    let input = Input::of(&request).await;
    let line = match admit(exchange, &request, &input, handler).await? {
        Admission::Line(line) => line,
        Admission::Refused(refused) => return Ok(refused),
    };
    let trace = Trace::answered(handler, None);
    let Some(of) = Type::find(input.text("type").as_deref().unwrap_or(USUAL_TYPE)) else {
        return Ok(refusal(trace));
    };
    let playlist = Playlist {
        of,
        output: Output::choose(input.text("output").as_deref(), &line),
        panel: Arc::clone(&exchange.panel),
        caller: Caller::Line(line.id),
    };
    let base = BaseUrl::of(exchange, &request);
    let key = input.text("key");
    let body = playlist.body(&base, &line, key).await?;
    let body = match body {
        // The answer to HEAD has no body, so there is none to build.
        Body::Stream(_) if request.method == "HEAD" => Body::Stream(Box::pin(stream::empty())),
        Body::Stream(chunks) => Body::Stream(patient(chunks, PATIENCE, request.connection())),
        whole => whole,
    };
    Ok(Response {
        headers: headers(&file_name(of, &line.username)),
        body,
        ..Response::new(200, "application/octet-stream", Vec::new())
    }
    .traced(trace))
}

/// What a request asks for.
struct Playlist {
    of: &'static Type,
    output: Output,
    panel: Arc<Panel>,
    caller: Caller,
}

impl Playlist {
    async fn body(self, base: &BaseUrl, line: &Subscription, key: Option<String>) -> Result<Body> {
        let (of, output, bouquets) = (self.of, self.output, line.bouquets.clone());
        let begin = move |context: &Context<'_>| {
            let entries = Entries::begin(context, &bouquets, key.as_deref())?;
            let mut building = Building::new(of, output, entries);
            let first = building.next(context, LARGEST)?;
            Ok((first, building, Ports::find(context)?.rtmp))
        };
        let (first, building, rtmp_port) = self.panel.read(self.caller, begin).await?;
        let values = Values::new(base, rtmp_port, line);
        if let Content::Script(script) = &of.content {
            return Ok(Body::Bytes(script(&values, output).into_bytes()));
        }
        let values = of.styles.1.values(&values);
        let first = first.filled(&values);
        Ok(match building.is_over() && first.len() <= LARGEST {
            true => Body::Bytes(first),
            false => Body::Stream(self.rest(first, building, values)),
        })
    }

    /// Returns the whole body as a stream. An error of the store breaks it off.
    fn rest(self, first: Vec<u8>, building: Building, values: Values) -> ByteStream {
        let rest = stream::unfold((self, building, values), |(playlist, building, values)| async move {
            if building.is_over() {
                return None;
            }
            let before = building.clone();
            let read = move |context: &Context<'_>| {
                let mut building = before.clone();
                let text = building.next(context, CHUNK)?;
                Ok((text, building))
            };
            match playlist.panel.read(playlist.caller, read).await {
                Ok((text, building)) => Some((Ok(Bytes::from(text.filled(&values))), (playlist, building, values))),
                Err(error) => {
                    let over = building.ended();
                    Some((Err(io::Error::other(error.to_string())), (playlist, over, values)))
                }
            }
        });
        Box::pin(stream::iter([Ok(Bytes::from(first))]).chain(rest))
    }
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
