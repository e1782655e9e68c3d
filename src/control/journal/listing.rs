//! Lists of requests, printed entry by entry: a list that fits in one chunk is an answer with a length, a larger one
//! is a stream, which holds a few entries at a time however large the journal is.

use std::io;
use std::sync::Arc;

use actix_web::web::Bytes;
use futures_util::{StreamExt, stream};
use serde_json::Value;

use super::entry::{Entry, RequestSummary};
use super::filter::Filter;
use super::reader::JournalReader;
use crate::control::Control;
use crate::control::problem::Problem;
use crate::http::body::{Body, ByteStream};
use crate::http::patience::patient;
use crate::http::{Request, Response};
use crate::panel::secrets::masker::Masker;

/// The size of a chunk, in bytes; the last entry of a chunk may exceed it.
const CHUNK: usize = 64 << 10;
/// How many entries are taken out of the journal at a time.
const PAGE: usize = 64;

/// The form of a list.
pub struct ListForm {
    /// The text before the entries.
    pub begin: String,
    /// Whether an entry that matches is in the list.
    pub keeps: fn(&Entry, &RequestSummary) -> bool,
    /// Builds an entry.
    pub entry: fn(&Control, u64, &Entry, &RequestSummary, &Masker) -> Value,
    /// Writes the text after the entries.
    pub end: fn(&ListEnd) -> String,
}

/// What is known at the end of a list.
#[derive(Default)]
pub struct ListEnd {
    /// Whether the limit has left entries out.
    pub more: bool,
    /// How many entries the journal has dropped.
    pub missed: u64,
}

/// A list that is being printed.
struct Listing {
    control: Arc<Control>,
    form: ListForm,
    filter: Filter,
    limit: usize,
    /// The number of the last entry that was read, and of the last one to read.
    seen: u64,
    last: u64,
    printed: usize,
    end: ListEnd,
    is_over: bool,
}

/// Answers a list of the entries that match.
///
/// # Errors
/// The journal is off, or an error of the store.
pub async fn answer(
    control: &Arc<Control>,
    request: &Request<'_>,
    filter: Filter,
    limit: usize,
    form: ListForm,
) -> Result<Response, Problem> {
    JournalReader::new(control).await?;
    let mut listing = Listing {
        control: Arc::clone(control),
        seen: filter.since.unwrap_or(0),
        last: control.journal.last(),
        filter,
        limit,
        form,
        printed: 0,
        end: ListEnd::default(),
        is_over: false,
    };
    let first = std::mem::take(&mut listing.form.begin);
    let first = listing.chunk(first).await?;
    let body = match listing.is_over {
        true => Body::Bytes(first.into_bytes()),
        false => Body::Stream(listing.rest(first, request)),
    };
    Ok(Response {
        body,
        ..Response::new(200, "application/json", Vec::new())
    })
}

impl Listing {
    /// Returns the stream of the whole list. An error of the store breaks it off.
    fn rest(self, first: String, request: &Request<'_>) -> ByteStream {
        let patience = self.control.limits.slow_reader;
        let rest = stream::unfold(self, |mut listing| async move {
            if listing.is_over {
                return None;
            }
            let chunk = listing.chunk(String::new()).await;
            let chunk = chunk.map(Bytes::from).map_err(|problem| {
                listing.is_over = true;
                io::Error::other(problem.to_string())
            });
            Some((chunk, listing))
        });
        let whole = Box::pin(stream::iter([Ok(Bytes::from(first))]).chain(rest));
        patient(whole, patience, request.connection())
    }

    /// Prints the next entries after `text`, until it is as long as a chunk or the list has ended.
    async fn chunk(&mut self, mut text: String) -> Result<String, Problem> {
        let control = Arc::clone(&self.control);
        let mut reader = JournalReader::for_entry(&control).await?;
        while text.len() < CHUNK && !self.is_over {
            let page = control.journal.page(self.seen, PAGE);
            self.end.missed += page.missed;
            self.seen = self.seen.max(page.gone);
            self.is_over = page.entries.is_empty();
            for (seq, entry) in page.entries {
                self.is_over = seq > self.last || self.end.more;
                if self.is_over || text.len() >= CHUNK {
                    break;
                }
                self.seen = seq;
                self.print(&mut text, &mut reader, seq, &entry).await?;
            }
        }
        if self.is_over {
            text += &(self.form.end)(&self.end);
        }
        Ok(text)
    }

    /// Prints an entry if it matches.
    async fn print(
        &mut self,
        text: &mut String,
        reader: &mut JournalReader<'_>,
        seq: u64,
        entry: &Entry,
    ) -> Result<(), Problem> {
        let Some(summary) = self.filter.matching(reader, entry).await? else {
            return Ok(());
        };
        if !(self.form.keeps)(entry, summary) {
            return Ok(());
        }
        if self.printed == self.limit {
            self.end.more = true;
            return Ok(());
        }
        let masker = reader.masker(entry, summary).await?;
        let shown = (self.form.entry)(&self.control, seq, entry, summary, &masker);
        if self.printed > 0 {
            text.push(',');
        }
        *text += &shown.to_string();
        self.printed += 1;
        Ok(())
    }
}
