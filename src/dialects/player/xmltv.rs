//! `xmltv.php`: the guide of all the line's channels as one XMLTV document (contract "Player side", section 8).
//!
//! The document is sent while it is read, in pages of the guide's selection, which shows one generation of each source
//! from the first page to the last. Between two pages the reader is back in the pool, so that a slow client holds no
//! snapshot of the database.

use std::collections::HashMap;
use std::io::{self, Write};
use std::sync::Arc;

use actix_web::http::header::{CONTENT_DISPOSITION, HeaderName};
use actix_web::rt::{self, task::JoinHandle};
use actix_web::web::Bytes;
use chrono::{DateTime, Datelike, Timelike};
use flate2::Compression;
use flate2::write::GzEncoder;
use futures_util::stream;

use super::downloads::{Admission, PATIENCE, admit};
use super::{PANEL_NAME, xml, xui};
use crate::dialects::service::is_read;
use crate::http::body::ByteStream;
use crate::http::patience::patient;
use crate::http::trace::{Handler, Trace};
use crate::http::{Exchange, Request, Response};
use crate::panel::guide::page::{GuidePlace, GuideSelection, SelectedProgramme};
use crate::panel::subscription::{self, Kinds};
use crate::panel::{Caller, Context, Error, Panel, Result};

/// The name of the call.
pub const NAME: &str = "xmltv";

/// How much of the document is made at a time, in bytes, and a page of programmes more at most.
const CHUNK: usize = 256 << 10;

static CONTENT_TRANSFER_ENCODING: HeaderName = HeaderName::from_static("content-transfer-encoding");

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
    let is_compressed = input.text("gzip").as_deref() == Some("1");
    let body: ByteStream = match request.method {
        // The answer to HEAD has no body, so there is none to read.
        "HEAD" => Box::pin(stream::empty()),
        _ => {
            let guide = Guide::begin(&exchange.panel, Caller::Line(line.id), line.bouquets).await?;
            let chunks = if is_compressed {
                guide.compressed()
            } else {
                guide.plain()
            };
            patient(chunks, PATIENCE, request.connection())
        }
    };
    let (content_type, file) = match is_compressed {
        true => ("application/octet-stream", "epg.xml.gz"),
        false => ("application/xml; charset=utf-8", "epg.xml"),
    };
    let mut answer = Response::streamed(content_type, body).traced(Trace::answered(handler, None));
    let disposition = format!("attachment; filename=\"{file}\"");
    answer.headers.push((CONTENT_DISPOSITION, disposition));
    if is_compressed {
        answer
            .headers
            .push((CONTENT_TRANSFER_ENCODING.clone(), "Binary".to_owned()));
    }
    Ok(answer)
}

/// A document that is being sent.
struct Guide {
    panel: Arc<Panel>,
    caller: Caller,
    selection: Arc<GuideSelection>,
    /// What was made and not sent.
    text: Vec<u8>,
    /// Where to read on; nothing behind the last programme.
    place: Option<GuidePlace>,
    /// What is read from there while the text before it is sent.
    ahead: Option<JoinHandle<Result<Page>>>,
    is_over: bool,
}

/// Programmes as text, and the place behind them.
type Page = (Vec<u8>, Option<GuidePlace>);

impl Guide {
    /// Begins the document: its head and its channels.
    async fn begin(panel: &Arc<Panel>, caller: Caller, bouquets: String) -> Result<Guide> {
        let read = move |context: &Context<'_>| {
            let channels = Channels::read(context, &bouquets)?;
            let selection = GuideSelection::begin(context.panel.guides(), context.db, &channels.sources)?;
            Ok((channels.text, selection))
        };
        let (text, selection) = panel.read(caller, read).await?;
        Ok(Guide {
            panel: Arc::clone(panel),
            caller,
            selection: Arc::new(selection),
            text,
            place: Some(GuidePlace::default()),
            ahead: None,
            is_over: false,
        })
    }

    /// Returns the next chunk; nothing at the end.
    async fn next(&mut self) -> Result<Option<Vec<u8>>> {
        while let Some(from) = self.place.filter(|_| self.text.len() < CHUNK) {
            let (text, place) = match self.ahead.take() {
                Some(reading) => reading.await.map_err(|_| Error::Busy)??,
                None => self.read(from).await?,
            };
            self.ahead = place.map(|from| rt::spawn(self.read(from)));
            self.place = place;
            self.text.extend_from_slice(&text);
        }
        if self.place.is_none() && !std::mem::replace(&mut self.is_over, true) {
            self.text.extend_from_slice(b"</tv>");
        }
        let text = std::mem::take(&mut self.text);
        Ok((!text.is_empty()).then_some(text))
    }

    /// Reads a page.
    fn read(&self, from: GuidePlace) -> impl Future<Output = Result<Page>> + use<> {
        let (panel, caller, selection) = (Arc::clone(&self.panel), self.caller, Arc::clone(&self.selection));
        let read = move |context: &Context<'_>| {
            let mut text = Vec::with_capacity(CHUNK);
            let place = selection.read(context.db, from, |one| programme(&mut text, one))?;
            Ok((text, place))
        };
        async move { panel.read(caller, read).await }
    }

    /// Ends the document where it is.
    fn stop(&mut self) {
        (self.place, self.is_over) = (None, true);
    }

    /// Returns the document. An error of the store breaks it off.
    fn plain(self) -> ByteStream {
        Box::pin(stream::unfold(self, |mut guide| async move {
            let chunk = match guide.next().await {
                Ok(text) => Ok(Bytes::from(text?)),
                Err(error) => {
                    guide.stop();
                    Err(io::Error::other(error.to_string()))
                }
            };
            Some((chunk, guide))
        }))
    }

    /// Returns the document as a gzip file.
    fn compressed(self) -> ByteStream {
        let encoder = GzEncoder::new(Vec::new(), Compression::fast());
        Box::pin(stream::unfold(
            (self, Some(encoder)),
            |(mut guide, encoder)| async move {
                let encoder = encoder?;
                let step = match guide.next().await {
                    Ok(text) => compress(encoder, text).await,
                    Err(error) => Err(io::Error::other(error.to_string())),
                };
                Some(match step {
                    Ok((bytes, encoder)) => (Ok(Bytes::from(bytes)), (guide, encoder)),
                    Err(error) => (Err(error), (guide, None)),
                })
            },
        ))
    }
}

type Encoder = GzEncoder<Vec<u8>>;

/// Compresses a chunk, or ends the file. Takes milliseconds, which the thread of other clients does not have.
async fn compress(mut encoder: Encoder, text: Option<Vec<u8>>) -> io::Result<(Vec<u8>, Option<Encoder>)> {
    let work = move || match text {
        None => Ok((encoder.finish()?, None)),
        Some(text) => {
            encoder.write_all(&text)?;
            Ok((std::mem::take(encoder.get_mut()), Some(encoder)))
        }
    };
    tokio::task::spawn_blocking(work).await.map_err(io::Error::other)?
}

/// The channels of a document.
struct Channels {
    /// The document's head and its channels.
    text: Vec<u8>,
    /// The channels with programmes, each with the source that has them.
    sources: Vec<(i64, String)>,
}

impl Channels {
    /// Reads those of the line's streams, each once: the first stream names it, and the first with a source chooses that.
    fn read(context: &Context<'_>, bouquets: &str) -> Result<Channels> {
        let mut text = b"<?xml version=\"1.0\" encoding=\"utf-8\" ?><!DOCTYPE tv SYSTEM \"xmltv.dtd\">\n".to_vec();
        text.extend_from_slice(b"<tv generator-info-name=\"");
        xml::escape(&mut text, PANEL_NAME);
        text.extend_from_slice(b"\">\n");
        let mut seen: HashMap<String, bool> = HashMap::new();
        let mut sources = Vec::new();
        subscription::streams(context, bouquets, Kinds::Live, None, |stream| {
            let Some(id) = &stream.channel else {
                return Ok(());
            };
            let has_source = seen.entry(id.clone()).or_insert_with(|| {
                channel(&mut text, id, &stream.name, &stream.icon);
                false
            });
            if let (false, Some(source)) = (*has_source, stream.epg) {
                *has_source = true;
                sources.push((source, id.clone()));
            }
            Ok(())
        })?;
        Ok(Channels { text, sources })
    }
}

fn channel(out: &mut Vec<u8>, id: &str, name: &str, icon: &str) {
    out.extend_from_slice(b"\t<channel id=\"");
    xml::escape(out, id);
    out.extend_from_slice(b"\">\n\t\t<display-name>");
    xml::escape(out, name);
    out.extend_from_slice(b"</display-name>\n");
    if !icon.is_empty() {
        out.extend_from_slice(b"\t\t<icon src=\"");
        xml::escape(out, icon);
        out.extend_from_slice(b"\" />\n");
    }
    out.extend_from_slice(b"\t</channel>\n");
}

fn programme(out: &mut Vec<u8>, one: SelectedProgramme<'_>) {
    out.extend_from_slice(b"\t<programme start=\"");
    instant(out, one.start);
    out.extend_from_slice(b"\" stop=\"");
    instant(out, one.end);
    out.extend_from_slice(b"\" channel=\"");
    xml::escape(out, one.channel);
    out.extend_from_slice(b"\" >\n\t\t<title>");
    xml::escape(out, one.title);
    out.extend_from_slice(b"</title>\n\t\t<desc>");
    xml::escape(out, one.description);
    out.extend_from_slice(b"</desc>\n\t</programme>\n");
}

/// Appends an instant in UTC: `20260315142000 +0000`. What the calendar does not have is its first instant.
fn instant(out: &mut Vec<u8>, unix: i64) {
    let at = DateTime::from_timestamp(unix, 0).unwrap_or_default();
    match u32::try_from(at.year()) {
        Ok(year) if year < 10_000 => digits(out, year, 4),
        // Writing to a Vec cannot fail.
        _ => drop(write!(out, "{}", at.year())),
    }
    // There are two instants in each programme, and formats take several times as long.
    for part in [at.month(), at.day(), at.hour(), at.minute(), at.second()] {
        digits(out, part, 2);
    }
    out.extend_from_slice(b" +0000");
}

/// Appends a number with so many digits, of which it has no more.
fn digits(out: &mut Vec<u8>, number: u32, count: u32) {
    let all = (0..count).rev().map(|place| number / 10_u32.pow(place) % 10);
    out.extend(all.map(|digit| b'0'.saturating_add(u8::try_from(digit).unwrap_or_default())));
}
