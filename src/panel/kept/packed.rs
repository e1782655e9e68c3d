//! A body that is kept compressed, and read while it still grows: all readers, the first one included, read what is
//! there, so that no copy of the whole is ever in memory and none waits for another.

use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::mem;

use actix_web::web::Bytes;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use futures_util::{Stream, stream};
use tokio::sync::watch;

/// Bytes that no text has, with which a body marks places that each reader fills; they are counted.
pub const MARKS: std::ops::RangeInclusive<u8> = 0xF8..=0xFF;

/// How many marks there are.
const MARK_COUNT: usize = 8;

/// How much is inflated at a time, in bytes.
const CHUNK: usize = 64 << 10;

/// What there is of a body.
#[derive(Debug, Default)]
struct Packed {
    chunks: Vec<Bytes>,
    /// Bytes of the chunks.
    size: usize,
    /// Bytes before they were compressed.
    plain: u64,
    /// How often each mark is in it.
    marks: [u64; MARK_COUNT],
    is_whole: bool,
}

/// Compresses a body part by part. One that is dropped before its end breaks the body off.
pub struct Packer {
    encoder: GzEncoder<Vec<u8>>,
    packed: watch::Sender<Packed>,
}

impl Packer {
    pub fn new() -> (Packer, PackedBody) {
        let (packed, body) = watch::channel(Packed::default());
        let encoder = GzEncoder::new(Vec::new(), Compression::fast());
        (Packer { encoder, packed }, PackedBody(body))
    }

    /// Adds a part, which can be read at once.
    pub fn add(&mut self, part: &[u8]) -> io::Result<()> {
        self.encoder.write_all(part)?;
        self.encoder.flush()?;
        let chunk = Bytes::from(mem::take(self.encoder.get_mut()).into_boxed_slice());
        let mut marks = [0_u64; MARK_COUNT];
        for byte in part.iter().filter(|byte| MARKS.contains(byte)) {
            let count = marks.get_mut(usize::from(byte - MARKS.start()));
            count.into_iter().for_each(|count| *count += 1);
        }
        self.packed.send_modify(|packed| {
            packed.push(chunk);
            packed.plain = packed
                .plain
                .saturating_add(u64::try_from(part.len()).unwrap_or(u64::MAX));
            packed.marks.iter_mut().zip(marks).for_each(|(all, more)| *all += more);
        });
        Ok(())
    }

    /// Ends the body.
    pub fn end(self) {
        let Packer { encoder, packed } = self;
        // Writing into memory does not fail; a body without its end is broken.
        let Ok(rest) = encoder.finish() else {
            return;
        };
        packed.send_modify(|packed| {
            packed.push(Bytes::from(rest));
            packed.is_whole = true;
        });
    }
}

impl Packed {
    fn push(&mut self, chunk: Bytes) {
        self.size = self.size.saturating_add(chunk.len());
        self.chunks.push(chunk);
    }
}

/// A compressed body.
#[derive(Clone, Debug)]
pub struct PackedBody(watch::Receiver<Packed>);

impl PackedBody {
    /// Its compressed bytes so far.
    pub(super) fn size(&self) -> usize {
        self.0.borrow().size
    }

    /// Whether nobody adds to it, and its end is not there.
    pub(super) fn is_broken(&self) -> bool {
        // In this order: the end comes before the sender goes.
        self.0.has_changed().is_err() && !self.0.borrow().is_whole
    }

    /// The number of its compressed bytes, once all are there.
    pub fn packed_len(&self) -> Option<usize> {
        let packed = self.0.borrow();
        packed.is_whole.then_some(packed.size)
    }

    /// The number of its bytes with each mark replaced by a text of so many bytes, once all are there.
    pub fn filled_len(&self, length: impl Fn(u8) -> usize) -> Option<usize> {
        let packed = self.0.borrow();
        let mut sum = packed.plain;
        for (mark, count) in MARKS.zip(packed.marks) {
            let length = u64::try_from(length(mark)).unwrap_or(u64::MAX);
            sum = sum.saturating_sub(count).saturating_add(count.saturating_mul(length));
        }
        packed.is_whole.then_some(usize::try_from(sum).unwrap_or(usize::MAX))
    }

    /// Returns a chunk, once it is there; `None` behind the last one.
    async fn chunk(&mut self, at: usize) -> io::Result<Option<Bytes>> {
        let there = self
            .0
            .wait_for(|packed| packed.is_whole || packed.chunks.len() > at)
            .await;
        let packed = there.map_err(|_| io::Error::other("the list could not be read to its end"))?;
        Ok(packed.chunks.get(at).cloned())
    }

    /// Returns it as it is: gzip.
    pub fn packed(self) -> impl Stream<Item = io::Result<Bytes>> + use<> {
        stream::unfold(Some((self, 0_usize)), |state| async move {
            let (mut body, at) = state?;
            match body.chunk(at).await {
                Ok(None) => None,
                Ok(Some(chunk)) => Some((Ok(chunk), Some((body, at.saturating_add(1))))),
                Err(error) => Some((Err(error), None)),
            }
        })
    }

    /// Returns it inflated, a little at a time.
    pub fn unpacked(self) -> impl Stream<Item = io::Result<Bytes>> + use<> {
        let inflating = Inflating {
            body: self,
            taken: 0,
            decoder: GzDecoder::new(Queue::default()),
        };
        stream::unfold(Some(inflating), |inflating| async move {
            let mut inflating = inflating?;
            match inflating.next().await {
                Ok(None) => None,
                Ok(Some(chunk)) => Some((Ok(chunk), Some(inflating))),
                Err(error) => Some((Err(error), None)),
            }
        })
    }
}

struct Inflating {
    body: PackedBody,
    /// How many chunks the decoder was given.
    taken: usize,
    decoder: GzDecoder<Queue>,
}

impl Inflating {
    async fn next(&mut self) -> io::Result<Option<Bytes>> {
        let mut out = vec![0; CHUNK];
        loop {
            match self.decoder.read(&mut out) {
                Ok(0) => return Ok(None),
                Ok(read) => {
                    out.truncate(read);
                    return Ok(Some(Bytes::from(out)));
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    let chunk = self.body.chunk(self.taken).await?;
                    self.taken = self.taken.saturating_add(1);
                    self.decoder.get_mut().push(chunk);
                }
                Err(error) => return Err(error),
            }
        }
    }
}

/// The chunks that a decoder has not read yet. It blocks where more may follow.
#[derive(Default)]
struct Queue {
    chunks: VecDeque<Bytes>,
    is_over: bool,
}

impl Queue {
    /// Adds a chunk; none is the end.
    fn push(&mut self, chunk: Option<Bytes>) {
        match chunk {
            Some(chunk) => self.chunks.push_back(chunk),
            None => self.is_over = true,
        }
    }
}

impl Read for Queue {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            let Some(chunk) = self.chunks.front_mut() else {
                return match self.is_over {
                    true => Ok(0),
                    false => Err(io::ErrorKind::WouldBlock.into()),
                };
            };
            let part = chunk.split_to(chunk.len().min(out.len()));
            if chunk.is_empty() {
                self.chunks.pop_front();
            }
            if !part.is_empty() {
                out.iter_mut().zip(part.iter()).for_each(|(to, from)| *to = *from);
                return Ok(part.len());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::StreamExt;

    use super::*;

    async fn all(stream: impl Stream<Item = io::Result<Bytes>>) -> io::Result<Vec<u8>> {
        let parts: Vec<io::Result<Bytes>> = stream.collect().await;
        let mut whole = Vec::new();
        for part in parts {
            whole.extend_from_slice(&part?);
        }
        Ok(whole)
    }

    /// Parts that compress well and badly.
    fn parts() -> Vec<Vec<u8>> {
        let mut noise = 1_u32;
        (0..20_usize)
            .map(|part| {
                (0..part * 10_000)
                    .map(|at| {
                        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                        if part % 2 == 0 {
                            b'a' + u8::try_from(at % 3).unwrap()
                        } else {
                            noise.to_be_bytes()[0] % 0xF8
                        }
                    })
                    .collect()
            })
            .collect()
    }

    #[tokio::test]
    async fn a_body_is_read_while_it_grows_and_afterwards() {
        let (mut packer, body) = Packer::new();
        let reading = tokio::spawn(all(body.clone().unpacked()));
        let mut first = Box::pin(body.clone().packed());
        for part in parts() {
            packer.add(&part).unwrap();
            assert!(first.next().await.unwrap().is_ok_and(|chunk| !chunk.is_empty()));
            tokio::task::yield_now().await;
        }
        assert_eq!((body.packed_len(), body.is_broken()), (None, false));
        packer.end();
        let whole = parts().concat();
        assert!(reading.await.unwrap().unwrap() == whole);
        assert!(all(body.clone().unpacked()).await.unwrap() == whole);
        let packed = all(body.clone().packed()).await.unwrap();
        assert_eq!((body.packed_len(), body.size()), (Some(packed.len()), packed.len()));
        let mut unpacked = Vec::new();
        GzDecoder::new(packed.as_slice()).read_to_end(&mut unpacked).unwrap();
        assert!(unpacked == whole && !body.is_broken());
        assert_eq!(body.filled_len(|_| 9), Some(whole.len()));
    }

    #[tokio::test]
    async fn a_body_whose_builder_goes_breaks_off() {
        let (mut packer, body) = Packer::new();
        packer.add(b"part").unwrap();
        drop(packer);
        assert!(body.is_broken() && body.packed_len().is_none());
        all(body.clone().unpacked()).await.unwrap_err();
        all(body.packed()).await.unwrap_err();
    }

    #[test]
    fn marks_count_as_what_takes_their_place() {
        let (mut packer, body) = Packer::new();
        packer.add(b"a\xF8b\xF9\xF9").unwrap();
        packer.add(b"\xFF").unwrap();
        assert_eq!(body.filled_len(|_| 1), None);
        packer.end();
        assert_eq!(body.filled_len(|mark| usize::from(mark - 0xF8) * 10), Some(2 + 20 + 70));
    }
}
