//! Bytes of a stored file, read ahead of the connection (contract "Player side", section 18.5).

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::time::UNIX_EPOCH;

use actix_web::web::Bytes;
use futures_util::stream;
use tokio::task::{JoinHandle, spawn_blocking};

use crate::http::body::ByteStream;
use crate::media::tag;

/// Bytes that are read at a time.
const PIECE: u64 = 256 << 10;

/// A read on its way: the file, and what was read.
type Reading = JoinHandle<io::Result<(File, Vec<u8>)>>;

/// The length of a file and its tag. To read a film only for its tag would take longer than to send it: the tag is of
/// what changes with the content, its length and the time of its last change.
///
/// # Errors
/// The system's.
pub fn length_and_etag(file: &File) -> io::Result<(u64, String)> {
    let data = file.metadata()?;
    let changed = data.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
    let tag = tag::of(format!("{} {}", data.len(), changed.as_nanos()));
    Ok((data.len(), format!("\"{tag}\"")))
}

/// A range of a file's bytes. A file that has become shorter in the meantime ends the answer early.
pub fn bytes(file: File, range: Range<u64>) -> ByteStream {
    let rest = range.end.saturating_sub(range.start);
    let reading = read(file, Some(range.start), rest);
    Box::pin(stream::unfold(Some((reading, rest)), async |state| {
        let (reading, rest) = state.filter(|(_, rest)| *rest > 0)?;
        let (file, bytes) = match reading.await.map_err(io::Error::other).flatten() {
            Ok(read) => read,
            Err(error) => return Some((Err(error), None)),
        };
        if bytes.is_empty() {
            return Some((Err(io::ErrorKind::UnexpectedEof.into()), None));
        }
        let rest = rest.saturating_sub(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        // The next piece is read while this one is sent.
        Some((Ok(Bytes::from(bytes)), Some((read(file, None, rest), rest))))
    }))
}

/// Reads the next piece, of at most so many bytes.
fn read(mut file: File, from: Option<u64>, most: u64) -> Reading {
    spawn_blocking(move || {
        if let Some(from) = from {
            file.seek(SeekFrom::Start(from))?;
        }
        let mut bytes = Vec::new();
        Read::by_ref(&mut file).take(PIECE.min(most)).read_to_end(&mut bytes)?;
        Ok((file, bytes))
    })
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use futures_util::StreamExt;

    use super::*;

    #[test]
    fn a_range_is_read_in_pieces_and_a_file_that_shrinks_breaks_off() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let content: Vec<u8> = (0..700_000_u32).flat_map(u32::to_le_bytes).collect();
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(&content).unwrap();
        let end = u64::try_from(content.len()).unwrap();
        for (range, is_whole) in [
            (0..end, true),
            (1_000_001..2_000_000, true),
            (5..5, true),
            (end - 10..end + 10, false),
        ] {
            let opened = File::open(file.path()).unwrap();
            let all: Vec<_> = runtime.block_on(async { bytes(opened, range.clone()).collect().await });
            assert_eq!(all.iter().all(Result::is_ok), is_whole, "{range:?}");
            let got = all.into_iter().flatten().collect::<Vec<_>>().concat();
            let at = |place: u64| usize::try_from(place.min(end)).unwrap();
            assert!(got == content[at(range.start)..at(range.end)], "{range:?}");
        }
    }
}
