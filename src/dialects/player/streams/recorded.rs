//! Catch-up of streams that are recorded in files (contract "Player side", section 10.3).

use std::io;
use std::ops::Range;

use actix_web::web::block;
use futures_util::{StreamExt, stream};

use super::call::Call;
use super::stored;
use crate::http::body::ByteStream;
use crate::media::recording::{self, Part};
use crate::media::tag;
use crate::panel::viewers::Stream;
use crate::panel::{Error, Result};

/// What files hold of a time.
pub struct Recorded {
    parts: Vec<Part>,
    /// In bytes.
    pub length: u64,
    /// Strong, with its quotes.
    pub etag: String,
}

/// Whether a stream has a folder of recordings. A disk or a share may be slow to say.
///
/// # Errors
/// The panel stops.
pub async fn has_folder(call: &Call<'_>, stream: &Stream) -> Result<bool> {
    let Some(root) = &call.media().archive_root else {
        return Ok(false);
    };
    let folder = root.join(stream.id.to_string());
    off_worker(move || folder.is_dir()).await
}

/// Runs what waits for a disk, where it keeps no worker from its other connections.
async fn off_worker<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    block(work).await.map_err(|error| Error::internal(error.to_string()))
}

/// What of a time the files of a stream hold, all in unix seconds: in order, with a hole between each two.
///
/// # Errors
/// A file cannot be read.
pub async fn held(call: &Call<'_>, stream: &Stream, wanted: Range<i64>) -> Result<Vec<Range<i64>>> {
    let Some(root) = call.media().archive_root.clone() else {
        return Ok(Vec::new());
    };
    let folder = stream.id.to_string();
    let held = off_worker(move || recording::held(&root, &folder, &wanted)).await?;
    held.map_err(|error| Error::internal(error.to_string()))
}

/// Finds what the files of a stream hold of a time, in unix seconds; `None` where they hold nothing of it.
///
/// # Errors
/// A file cannot be read.
pub async fn find(call: &Call<'_>, stream: &Stream, wanted: Range<i64>) -> Result<Option<Recorded>> {
    let Some(root) = call.media().archive_root.clone() else {
        return Ok(None);
    };
    let folder = stream.id.to_string();
    let find = move || Recorded::of(recording::parts(&root, &folder, wanted)?);
    let found = off_worker(find).await?;
    let found = found.map_err(|error| Error::internal(error.to_string()))?;
    Ok(Some(found).filter(|found| found.length > 0))
}

impl Recorded {
    fn of(parts: Vec<Part>) -> io::Result<Recorded> {
        let (mut length, mut versions) = (0_u64, String::new());
        for part in &parts {
            let (_, etag) = stored::length_and_etag(&part.file)?;
            versions.push_str(&format!("{etag} {:?}", part.bytes));
            length = length.saturating_add(part.bytes.end.saturating_sub(part.bytes.start));
        }
        Ok(Recorded {
            parts,
            length,
            etag: format!("\"{}\"", tag::of(versions)),
        })
    }

    /// A range of its bytes, file by file.
    pub fn bytes(self, range: Range<u64>) -> ByteStream {
        let mut before = 0_u64;
        let pieces = self.parts.into_iter().filter_map(move |Part { file, bytes }| {
            let length = bytes.end.saturating_sub(bytes.start);
            let within = |place: u64| bytes.start.saturating_add(place.saturating_sub(before).min(length));
            let piece = within(range.start)..within(range.end);
            before = before.saturating_add(length);
            (piece.start < piece.end).then_some((file, piece))
        });
        Box::pin(stream::iter(pieces).flat_map(|(file, piece)| stored::bytes(file, piece)))
    }
}
