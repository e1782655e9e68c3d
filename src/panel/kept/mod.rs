//! Bodies of lists that are the same for many lines, kept from one request to the next (contract "Player side", 18.7).
//! What a body says, and how it is sent, is its dialect's; here it is bytes under a key.
//!
//! A body is never older than the last commit before it was asked for: an entry carries the version of the content,
//! which is read before the reader's snapshot is opened. So an entry may be newer than its version says, never older,
//! and it answers only those who ask at its version or an earlier one.
//!
//! A body up to [`LARGEST`] bytes is kept as it is, a larger one only compressed: `packed`. The least recently used
//! bodies go first when all together are larger than the limit.

mod packed;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use actix_web::web::Bytes;
use hashlink::LinkedHashMap;
use tokio::sync::OnceCell;

use packed::Packer;
pub use packed::{MARKS, PackedBody};

use super::error::Result;
use super::{Caller, Context, Panel};

/// The largest body that is kept uncompressed, in bytes.
pub const LARGEST: usize = 1 << 20;

/// What an entry takes beside its key and its body, in bytes; an estimate.
const OVERHEAD: usize = 256;

/// What a body is built from, page by page.
pub trait Pages: Clone + Send + 'static {
    /// Appends what follows; each page may be read from another snapshot.
    ///
    /// # Errors
    /// SQLite's.
    fn next(&mut self, context: &Context<'_>, out: &mut Vec<u8>) -> Result<()>;

    /// Whether all is read.
    fn is_over(&self) -> bool;
}

/// A body.
#[derive(Clone, Debug)]
pub enum KeptBody {
    Plain(Bytes),
    /// It may still be growing.
    Packed(PackedBody),
}

impl KeptBody {
    /// Its size in memory, in bytes.
    fn size(&self) -> usize {
        match self {
            KeptBody::Plain(bytes) => bytes.len(),
            KeptBody::Packed(packed) => packed.size(),
        }
    }

    /// Whether its end will never come.
    fn is_broken(&self) -> bool {
        matches!(self, KeptBody::Packed(packed) if packed.is_broken())
    }
}

/// The place of a body: its first user builds it, others wait.
type Slot = Arc<OnceCell<KeptBody>>;

#[derive(Debug)]
struct Entry {
    version: u64,
    slot: Slot,
    size: usize,
}

impl Entry {
    fn is_broken(&self) -> bool {
        self.slot.get().is_some_and(KeptBody::is_broken)
    }
}

/// The entries by their keys, the least recently used first.
#[derive(Debug, Default)]
struct Entries {
    by_key: LinkedHashMap<String, Entry>,
    size: usize,
}

impl Entries {
    fn remove(&mut self, key: &str) {
        if let Some(entry) = self.by_key.remove(key) {
            self.size = self.size.saturating_sub(entry.size);
        }
    }

    /// Returns the place under a key of a body that is not older than a version.
    fn slot(&mut self, key: &str, version: u64) -> Slot {
        if let Some(entry) = self.by_key.to_back(key)
            && entry.version >= version
            && !entry.is_broken()
        {
            return Arc::clone(&entry.slot);
        }
        self.remove(key);
        let entry = Entry {
            version,
            slot: Slot::default(),
            size: key.len().saturating_add(OVERHEAD),
        };
        let slot = Arc::clone(&entry.slot);
        self.size = self.size.saturating_add(entry.size);
        self.by_key.insert(key.to_owned(), entry);
        slot
    }

    /// Notes what a body takes, and drops the least recently used until all take no more than `limit` bytes.
    fn settle(&mut self, key: &str, slot: &Slot, limit: usize) {
        if let Some(entry) = self.by_key.get_mut(key).filter(|entry| Arc::ptr_eq(&entry.slot, slot)) {
            let body = slot.get().map_or(0, KeptBody::size);
            let size = key.len().saturating_add(OVERHEAD).saturating_add(body);
            self.size = self.size.saturating_sub(entry.size).saturating_add(size);
            entry.size = size;
        }
        while self.size > limit {
            let Some((_, entry)) = self.by_key.pop_front() else {
                return;
            };
            self.size = self.size.saturating_sub(entry.size);
        }
    }
}

/// The kept bodies of a panel.
#[derive(Debug, Default)]
pub struct KeptBodies(Mutex<Entries>);

impl KeptBodies {
    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the bytes that all of them take.
    pub fn size(&self) -> usize {
        self.entries().size
    }
}

/// Returns a body, which is built from `pages` unless it is kept. `key` must say everything that the pages depend on
/// beside the content; `limit` is the memory of all kept bodies, in bytes.
///
/// # Errors
/// SQLite's, or [`super::Error::Busy`].
pub async fn body<P: Pages>(
    panel: &Arc<Panel>,
    caller: Caller,
    key: &str,
    limit: usize,
    pages: impl FnOnce() -> P,
) -> Result<KeptBody> {
    let version = panel.store().content();
    let slot = panel.kept().entries().slot(key, version);
    if let Some(body) = slot.get() {
        return Ok(body.clone());
    }
    let build = || async {
        Ok::<_, super::Error>(match begin(panel, caller, pages()).await? {
            Begun::Whole(bytes) => KeptBody::Plain(bytes),
            Begun::First(first, pages) => {
                let (packer, packed) = Packer::new();
                let (panel, key, slot) = (Arc::clone(panel), key.to_owned(), Arc::clone(&slot));
                // It depends neither on how fast a client reads nor on whether it stays.
                tokio::spawn(async move {
                    grow(&panel, caller, packer, first, pages).await;
                    panel.kept().entries().settle(&key, &slot, limit);
                });
                KeptBody::Packed(packed)
            }
        })
    };
    let body = slot.get_or_try_init(build).await?.clone();
    panel.kept().entries().settle(key, &slot, limit);
    Ok(body)
}

/// The first bytes of a body.
enum Begun<P> {
    Whole(Bytes),
    /// With the pages that follow.
    First(Vec<u8>, P),
}

async fn begin<P: Pages>(panel: &Arc<Panel>, caller: Caller, pages: P) -> Result<Begun<P>> {
    let (mut first, pages) = read(panel, caller, pages, LARGEST).await?;
    Ok(match pages.is_over() && first.len() <= LARGEST {
        true => {
            first.shrink_to_fit();
            Begun::Whole(Bytes::from(first))
        }
        false => Begun::First(first, pages),
    })
}

/// Reads pages until there are more than so many bytes, or no more pages.
async fn read<P: Pages>(panel: &Arc<Panel>, caller: Caller, pages: P, most: usize) -> Result<(Vec<u8>, P)> {
    let read = move |context: &Context<'_>| {
        // A read may run twice, so it leaves what it begins with as it is.
        let (mut pages, mut out) = (pages.clone(), Vec::new());
        while !pages.is_over() && out.len() <= most {
            pages.next(context, &mut out)?;
        }
        Ok((out, pages))
    };
    panel.read(caller, read).await
}

/// Adds all pages to a compressed body. Where one fails, the body breaks off, and the next request builds it anew.
async fn grow<P: Pages>(panel: &Arc<Panel>, caller: Caller, mut packer: Packer, first: Vec<u8>, pages: P) {
    let (mut part, mut pages) = (first, pages);
    loop {
        if packer.add(&part).is_err() {
            return;
        }
        if pages.is_over() {
            packer.end();
            return;
        }
        // A page at a time: the bytes of one are all that is ever held uncompressed.
        match read(panel, caller, pages, 0).await {
            Ok(next) => (part, pages) = next,
            Err(_) => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fill(slot: &Slot, bytes: usize) {
        slot.set(KeptBody::Plain(Bytes::from(vec![0; bytes]))).unwrap();
    }

    #[test]
    fn an_entry_answers_its_version_and_earlier_ones() {
        let mut entries = Entries::default();
        let slot = entries.slot("a", 5);
        assert!(Arc::ptr_eq(&entries.slot("a", 5), &slot) && Arc::ptr_eq(&entries.slot("a", 4), &slot));
        let newer = entries.slot("a", 6);
        assert!(!Arc::ptr_eq(&newer, &slot));
        assert!(!Arc::ptr_eq(&entries.slot("b", 6), &newer));
        assert_eq!(entries.size, 2 * (OVERHEAD + 1));
    }

    #[test]
    fn the_least_recently_used_go_first() {
        let mut entries = Entries::default();
        for key in ["a", "b", "c"] {
            let slot = entries.slot(key, 1);
            fill(&slot, 1_000);
            entries.settle(key, &slot, 10_000);
        }
        entries.slot("a", 1);
        let slot = entries.slot("c", 1);
        entries.settle("c", &slot, 3_000);
        assert_eq!(entries.by_key.keys().collect::<Vec<_>>(), ["a", "c"]);
        assert_eq!(entries.size, 2 * (OVERHEAD + 1_001));
        // A body that was replaced meanwhile is not weighed in the place of the new one.
        let replaced = entries.slot("a", 2);
        fill(&replaced, 10);
        entries.settle("a", &Slot::default(), 3_000);
        assert_eq!(entries.size, 2 * (OVERHEAD + 1) + 1_000);
        entries.settle("a", &replaced, 0);
        assert_eq!((entries.by_key.len(), entries.size), (0, 0));
    }
}
