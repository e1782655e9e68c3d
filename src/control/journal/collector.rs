//! The requests of a whole run (`linecard run --fail-on-unmatched --journal-out`). Fixtures reset the panel before each
//! test, or give each test a world: what a reset and the end of a world take from a journal is collected here before,
//! while the rows are there that near misses need.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use super::entry::Entry;
use super::reader::JournalReader;
use super::{har, requests};
use crate::control::Control;
use crate::control::problem::Problem;

/// How many entries are taken out of a journal at a time.
const PAGE: usize = 64;

/// The form of a file of requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArchiveForm {
    /// A line of JSON for each request.
    Lines,
    /// An HTTP archive.
    Har,
}

/// Collects the requests of a server's panel and of its worlds.
pub struct Collector(Mutex<State>);

struct State {
    archive: Option<Archive>,
    collected: Collected,
    is_finished: bool,
}

/// The file of a run's requests, as far as it is written.
struct Archive {
    form: ArchiveForm,
    file: Box<dyn Write + Send>,
    is_empty: bool,
}

/// What was collected.
#[derive(Default)]
pub struct Collected {
    /// The suspicious requests, in short form and with their near misses, each with the name of its world.
    pub suspicious: Vec<(String, Value)>,
    /// How many requests the journals had no room for.
    pub missed: u64,
    /// Why a journal could not be read.
    pub problem: Option<Problem>,
    /// Why the file could not be written.
    pub write_error: Option<io::Error>,
}

impl Collector {
    /// Creates a collector that writes all requests to a file, if there is one.
    pub fn new(archive: Option<(ArchiveForm, Box<dyn Write + Send>)>) -> Collector {
        let archive = archive.map(|(form, file)| Archive {
            form,
            file,
            is_empty: true,
        });
        Collector(Mutex::new(State {
            archive,
            collected: Collected::default(),
            is_finished: false,
        }))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Collects what the journals of the server's panel and of its worlds still have, and ends the file.
    pub async fn finish(&self, control: &Control) -> Collected {
        self.collect(control).await;
        for world in control.worlds.iter().flat_map(|worlds| worlds.all()) {
            self.collect(&world).await;
        }
        let mut state = self.state();
        state.is_finished = true;
        let State { archive, collected, .. } = &mut *state;
        let ended = archive.take().map_or(Ok(()), |archive| archive.end(collected.missed));
        let collected = std::mem::take(collected);
        Collected {
            write_error: collected.write_error.or(ended.err()),
            ..collected
        }
    }

    /// Collects a journal and returns the number of its last request.
    async fn collect(&self, control: &Control) -> u64 {
        let last = control.journal.last();
        if let Err(problem) = self.collect_until(control, last).await {
            self.state().collected.problem.get_or_insert(problem);
        }
        last
    }

    async fn collect_until(&self, control: &Control, last: u64) -> Result<(), Problem> {
        let mut reader = JournalReader::new(control).await?;
        let mut seen = 0;
        while seen < last {
            let page = control.journal.page(seen, PAGE);
            self.state().collected.missed += page.missed;
            let Some((newest, _)) = page.entries.last() else {
                break;
            };
            seen = *newest;
            for (seq, entry) in page.entries.iter().filter(|(seq, _)| *seq <= last) {
                self.add(control, &mut reader, *seq, entry).await?;
            }
        }
        Ok(())
    }

    /// Collects entries that came to a journal after `last` and have left it since.
    async fn collect_rest(&self, control: &Control, last: u64, cleared: &[(u64, Arc<Entry>)]) -> Result<(), Problem> {
        let mut rest = cleared.iter().filter(|(seq, _)| *seq > last).peekable();
        let Some((first, _)) = rest.peek() else {
            return Ok(());
        };
        self.state().collected.missed += first - last - 1;
        let mut reader = JournalReader::new(control).await?;
        for (seq, entry) in rest {
            self.add(control, &mut reader, *seq, entry).await?;
        }
        Ok(())
    }

    async fn add(
        &self,
        control: &Control,
        reader: &mut JournalReader<'_>,
        seq: u64,
        entry: &Entry,
    ) -> Result<(), Problem> {
        let summary = reader.summary(entry).await?;
        let masker = reader.masker(entry, summary).await?;
        let mut state = self.state();
        if state.is_finished {
            return Ok(());
        }
        if requests::is_suspicious(entry, summary) {
            let suspicious = requests::suspicious(control, seq, entry, summary, &masker);
            let one = (control.world().to_owned(), suspicious);
            state.collected.suspicious.push(one);
        }
        let written = match &mut state.archive {
            None => Ok(()),
            Some(archive) => {
                let build = match archive.form {
                    ArchiveForm::Lines => requests::whole,
                    ArchiveForm::Har => har::har_entry,
                };
                archive.add(&build(control, seq, entry, summary, &masker))
            }
        };
        if let Err(error) = written {
            state.archive = None;
            state.collected.write_error = Some(error);
        }
        Ok(())
    }
}

impl Archive {
    fn add(&mut self, request: &Value) -> io::Result<()> {
        let is_first = std::mem::replace(&mut self.is_empty, false);
        match self.form {
            ArchiveForm::Lines => writeln!(self.file, "{request}"),
            ArchiveForm::Har if is_first => write!(self.file, "{}{request}", har::beginning()),
            ArchiveForm::Har => write!(self.file, ",{request}"),
        }
    }

    fn end(mut self, missed: u64) -> io::Result<()> {
        if self.form == ArchiveForm::Har {
            let begin = if self.is_empty { har::beginning() } else { String::new() };
            write!(self.file, "{begin}{}", har::ending(missed))?;
        }
        self.file.flush()
    }
}

impl Control {
    /// Collects the journal, if its run is to be reported. Returns the number of the last request that was collected.
    pub async fn collect_journal(&self) -> u64 {
        match &self.collector {
            Some(collector) => collector.collect(self).await,
            None => 0,
        }
    }

    /// Clears the journal, of which everything up to `last` was collected.
    pub async fn clear_journal(&self, last: u64) {
        let cleared = self.journal.clear();
        if let Some(collector) = &self.collector
            && let Err(problem) = collector.collect_rest(self, last, &cleared).await
        {
            collector.state().collected.problem.get_or_insert(problem);
        }
    }
}
