//! The cache of prepared statements by their text: at most so many, and so many bytes; the least used goes.

use std::sync::{Arc, Mutex, PoisonError};

use indexmap::IndexMap;

use super::prepared::Prepared;

/// Most texts.
const TEXTS: usize = 256;

/// Most bytes, of the texts and of what was printed for them.
const BYTES: usize = 4 << 20;

/// A cache that threads share. Cloning shares it.
#[derive(Clone, Debug, Default)]
pub struct Cache(Arc<Mutex<Entries>>);

#[derive(Debug, Default)]
struct Entries {
    /// In the order of use: the least used first.
    entries: IndexMap<String, Arc<Prepared>>,
    bytes: usize,
}

impl Cache {
    /// Returns what was prepared for a text.
    pub fn get(&self, text: &str) -> Option<Arc<Prepared>> {
        let mut cache = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = cache.entries.get_index_of(text)?;
        let last = cache.entries.len() - 1;
        cache.entries.move_index(at, last);
        cache.entries.last().map(|(_, prepared)| Arc::clone(prepared))
    }

    /// Keeps what was prepared for a text, unless it is too large.
    pub fn put(&self, text: &str, prepared: &Arc<Prepared>) {
        let size = size(text, prepared);
        if size > BYTES / 8 {
            return;
        }
        let mut cache = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if cache.entries.insert(text.to_owned(), Arc::clone(prepared)).is_none() {
            cache.bytes += size;
        }
        while cache.entries.len() > TEXTS || cache.bytes > BYTES {
            let Some((text, prepared)) = cache.entries.shift_remove_index(0) else {
                break;
            };
            cache.bytes = cache.bytes.saturating_sub(self::size(&text, &prepared));
        }
    }
}

fn size(text: &str, prepared: &Prepared) -> usize {
    text.len() + prepared.size()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::mysql::prepared::Read;

    fn prepared(sql: &str) -> Arc<Prepared> {
        Arc::new(Prepared::Read(Read {
            sql: sql.into(),
            columns: Vec::new(),
        }))
    }

    #[test]
    fn the_least_used_text_goes() {
        let cache = Cache::default();
        for number in 0..TEXTS {
            cache.put(&number.to_string(), &prepared("x"));
        }
        assert!(cache.get("0").is_some());
        cache.put("more", &prepared("x"));
        assert!(cache.get("1").is_none());
        assert!(cache.get("0").is_some() && cache.get("2").is_some() && cache.get("more").is_some());
    }

    #[test]
    fn its_bytes_are_bounded() {
        let cache = Cache::default();
        let sql = "x".repeat(BYTES / 10);
        for number in 0..20 {
            cache.put(&number.to_string(), &prepared(&sql));
            // The same again does not count twice.
            cache.put(&number.to_string(), &prepared(&sql));
        }
        let kept = (0..20).filter(|number| cache.get(&number.to_string()).is_some());
        assert_eq!(kept.collect::<Vec<_>>(), (11..20).collect::<Vec<_>>());
        cache.put("large", &prepared(&"x".repeat(BYTES)));
        assert!(cache.get("large").is_none() && cache.get("19").is_some());
    }
}
