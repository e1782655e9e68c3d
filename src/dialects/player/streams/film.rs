//! Movies and episodes (contract "Player side", section 10.2).

use std::ops::Range;
use std::sync::Arc;

use actix_web::web::{Bytes, block};
use futures_util::stream;

use super::body::{Played, watched};
use super::call::Call;
use super::data::join_or_admit;
use super::file::File;
use super::types::content_type;
use super::{proxied, stored};
use crate::http::Response;
use crate::http::body::ByteStream;
use crate::media::meter::Meter;
use crate::media::test::kept::{Container, FilmKey, KeptFilm};
use crate::media::test::{Kind, TestSource};
use crate::panel::viewers::checks::Admitted;
use crate::panel::viewers::source::{self, Source};
use crate::panel::viewers::{ContentKind, Session, Stream, Ticket};
use crate::panel::{Error, Result};

/// Bytes that are handed to the connection at once.
const PIECE: usize = 64 << 10;
/// Session time for which the token of an open file is valid, in seconds: it lives as long as its session.
const FOREVER: i64 = i64::MAX >> 1;

/// Plays a film: the first of its sources that there is.
pub async fn play(call: &Call<'_>, admitted: &Admitted, ticket: &Ticket, token: String) -> Result<Response> {
    let stream = &admitted.stream;
    let (action, kind) = match ticket.request.kind {
        ContentKind::Episode => ("series", Kind::Episode),
        _ => ("movie", Kind::Movie),
    };
    if call.exchange.is_upstream_down() {
        return call.refuse_off_air(&ticket.viewer).await;
    }
    let viewing = Viewing {
        call,
        ticket,
        token,
        action,
    };
    for entry in source::sources(call.media(), stream) {
        let answer = match entry {
            Source::Test(source) => made(&viewing, stream, *source, kind).await?,
            Source::File(path) => stored(&viewing, stream, path).await?,
            Source::Http(url) => proxied(&viewing, stream, &url).await?,
            Source::Nothing(_) => None,
        };
        if let Some(answer) = answer {
            return Ok(answer);
        }
    }
    Ok(call.answered(action, Response::empty(404)))
}

/// A request for a film.
struct Viewing<'a> {
    call: &'a Call<'a>,
    ticket: &'a Ticket,
    token: String,
    action: &'static str,
}

impl Viewing<'_> {
    /// Answers with what the request wants of a file, which plays so many seconds; 0 is not known.
    async fn answer(
        &self,
        file: &File,
        seconds: u64,
        bytes: impl FnOnce(Range<u64>) -> ByteStream,
    ) -> Result<Response> {
        let play = |range| (bytes(range), Meter::file(file.length, seconds));
        file.answer(self.call, self.action, async || self.admit().await, play)
            .await
    }

    async fn admit(&self) -> Result<std::result::Result<Arc<Session>, Response>> {
        let session = join_or_admit(self.call, self.ticket, &self.token).await?;
        if session.is_ok() {
            self.call.panel().viewers().tokens.extend(&self.token, FOREVER);
        }
        Ok(session)
    }
}

/// Plays the test source as a file; `None` where it makes none of this container.
async fn made(viewing: &Viewing<'_>, stream: &Stream, source: TestSource, kind: Kind) -> Result<Option<Response>> {
    let Some(container) = Container::named(&stream.container) else {
        return Ok(None);
    };
    let seconds = length(stream.film_seconds);
    let key = FilmKey {
        source,
        kind,
        seconds,
        container,
    };
    let film = kept(viewing.call, key).await?;
    let file = File {
        content_type: container.content_type(),
        length: u64::try_from(film.bytes.len()).unwrap_or(u64::MAX),
        etag: film.etag.clone(),
    };
    viewing
        .answer(&file, seconds.into(), |range| pieces(film.bytes, range))
        .await
        .map(Some)
}

/// Plays a file under `media_root`; `None` where there is none.
async fn stored(viewing: &Viewing<'_>, stream: &Stream, path: String) -> Result<Option<Response>> {
    let Some(root) = viewing.call.media().media_root.clone() else {
        return Ok(None);
    };
    let open = move || {
        let file = crate::media::source::open(&root, &path)?;
        stored::length_and_etag(&file).map(|told| (file, told))
    };
    let opened = block(open).await.map_err(|error| Error::internal(error.to_string()))?;
    let Ok((file, (length, etag))) = opened else {
        return Ok(None);
    };
    let told = File {
        content_type: content_type(&stream.container),
        length,
        etag,
    };
    let seconds = u64::try_from(stream.film_seconds).unwrap_or_default();
    viewing
        .answer(&told, seconds, |range| stored::bytes(file, range))
        .await
        .map(Some)
}

/// Plays what a URL gives; `None` where it gives nothing.
async fn proxied(viewing: &Viewing<'_>, stream: &Stream, url: &str) -> Result<Option<Response>> {
    let Viewing { call, action, .. } = *viewing;
    let asked = proxied::ask(call, url, &stream.container).await;
    let answered = match asked {
        Ok(answered) => answered,
        Err(error) => {
            tracing::debug!(stream = stream.id, %error, "the source of a film gives nothing");
            return Ok(None);
        }
    };
    if call.is_head() || !answered.has_body() {
        return Ok(Some(call.answered(action, answered.head())));
    }
    let session = match viewing.admit().await? {
        Ok(session) => session,
        Err(refusal) => return Ok(Some(refusal)),
    };
    let seconds = u64::try_from(stream.film_seconds).unwrap_or_default();
    let meter = Meter::file(answered.file_bytes().unwrap_or_default(), seconds);
    let answer = answered.whole(|bytes| {
        let played = Played {
            bytes,
            meter,
            has_length: true,
        };
        watched(call.exchange, &call.request, &session, played)
    });
    Ok(Some(call.answered(action, answer)))
}

/// The length of a made film: 10 s to 10 min, a minute where it is not known.
fn length(known: i64) -> u32 {
    match known {
        0 => 60,
        known => u32::try_from(known.clamp(10, 600)).unwrap_or(60),
    }
}

/// The film, which is made off this thread where it is not kept.
async fn kept(call: &Call<'_>, key: FilmKey) -> Result<KeptFilm> {
    let kept = Arc::clone(&call.panel().viewers().films);
    block(move || kept.get(key))
        .await
        .map_err(|error| Error::internal(error.to_string()))
}

/// A range of bytes in pieces.
fn pieces(bytes: Bytes, range: Range<u64>) -> ByteStream {
    let at = |place: u64| usize::try_from(place).unwrap_or(usize::MAX).min(bytes.len());
    let rest = bytes.slice(at(range.start)..at(range.end));
    Box::pin(stream::unfold(rest, async |mut rest| {
        let next = rest.split_to(rest.len().min(PIECE));
        (!next.is_empty()).then_some((Ok(next), rest))
    }))
}
