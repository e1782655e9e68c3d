//! Playlists that are being downloaded, by their lines (contract "Player side", section 16, `xui`).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How many downloads each line has open; lines without one are not in it.
#[derive(Debug, Default)]
pub struct Downloads(Mutex<HashMap<i64, usize>>);

/// A download that is open as long as this is kept.
#[derive(Debug)]
pub struct Download {
    all: Arc<Downloads>,
    line: i64,
}

impl Downloads {
    fn lock(&self) -> MutexGuard<'_, HashMap<i64, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins a download of a line, unless it has `most` of them already.
    pub fn begin(self: &Arc<Self>, line: i64, most: usize) -> Option<Download> {
        let mut lines = self.lock();
        let open = lines.entry(line).or_default();
        if *open >= most {
            return None;
        }
        *open = open.saturating_add(1);
        drop(lines);
        let all = Arc::clone(self);
        Some(Download { all, line })
    }
}

impl Drop for Download {
    fn drop(&mut self) {
        let mut lines = self.all.lock();
        if let Some(open) = lines.get_mut(&self.line) {
            *open = open.saturating_sub(1);
            if *open == 0 {
                lines.remove(&self.line);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_so_many_downloads_and_no_more() {
        let all = Arc::new(Downloads::default());
        let first = all.begin(1, 2).unwrap();
        let second = all.begin(1, 2).unwrap();
        assert!(all.begin(1, 2).is_none());
        assert!(all.begin(2, 2).is_some());
        drop(first);
        assert!(all.begin(1, 2).is_some());
        drop(second);
        assert!(all.lock().is_empty());
    }
}
