//! Imports of guides in the background (contract "Player side", 18.8): one thread a panel reads a file or what comes by HTTP
//! as a stream and writes it in small jobs, one in the queue at a time. It ends when nothing is left to do.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;

use super::fetch::{self, Answer};
use super::file::{self, FileError, GuideInput, Limits, OverLimit};
use super::rows::{self, BegunImport, Progress, StagedGuide, Validators};
use super::xmltv::{Channel, Item, Programme, Xmltv, XmltvError};
use crate::media::source::http::FetchError;
use crate::panel::audit::{self, Actor, Target};
use crate::panel::{Caller, Context, Error, Panel, Result, epg};
use crate::store::panic_words;

/// Programmes that are written in a job, which holds the writer for about 1.5 ms.
const ROWS: usize = 500;

/// Bytes of texts that are written in a job at most, but for a single programme.
const ROW_BYTES: usize = 256 << 10;

/// Most programmes of a guide.
const MOST_PROGRAMMES: i64 = 2_000_000;

/// What all channels may take in memory, in bytes. A guide of 50,000 channels takes about 5 MB.
const CHANNEL_BYTES: usize = 16 << 20;

/// How often an import tells how far it is.
const TOLD_EVERY: Duration = Duration::from_secs(1);

/// How long a caller waits for the import: most guides of tests are there with the answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// The pause before a job is tried again that the writer had no room for, and between looks at answers that read.
const PAUSE: Duration = Duration::from_millis(20);

/// Reloads one source or all of them in the background: a caller waits for two seconds at most. A source without a
/// file is marked as reloaded at once.
///
/// # Errors
/// [`Error::NotFound`] for an unknown id and for a caller who is not an administrator, [`Error::Busy`].
pub async fn reload(panel: &Arc<Panel>, actor: Actor, id: Option<i64>) -> Result<()> {
    let sources = panel
        .read(actor.caller, move |context| epg::sources(context, id))
        .await?;
    let (files, others): (Vec<_>, Vec<_>) = sources.into_iter().partition(|(_, file)| !file.is_empty());
    let [files, others] = [files, others].map(|sources| sources.into_iter().map(|(id, _)| id).collect::<Vec<i64>>());
    let asked = files.clone();
    let mark = move |context: &Context<'_>| {
        context.must_be_admin(crate::panel::error::Thing::Epg)?;
        for id in asked.iter().chain(&others) {
            audit::changed(context, Target::row("epg", *id), None, None)?;
        }
        others
            .iter()
            .try_for_each(|id| epg::reload(context, *id, None).map(drop))
    };
    panel.write(actor, mark).await?;
    if files.is_empty() {
        return Ok(());
    }
    wait(start(panel, &files)).await;
    Ok(())
}

/// Waits for the ends of imports for two seconds at most; they go on without who waits.
pub async fn wait(ends: Vec<ImportEnd>) {
    let _ = tokio::time::timeout(PATIENCE, futures_util::future::join_all(ends)).await;
}

/// Tells of the end of an import.
pub type ImportEnd = tokio::sync::oneshot::Receiver<()>;

/// Asks for the imports of sources; without any the thread only deletes what is left over. Returns what tells of their
/// ends.
pub fn start(panel: &Arc<Panel>, sources: &[i64]) -> Vec<ImportEnd> {
    let (ends, starts) = panel.guides().ask(sources);
    if starts {
        let owned = Arc::clone(panel);
        let thread = std::thread::Builder::new().name("linecard-guide".into());
        if let Err(error) = thread.spawn(move || run(&owned)) {
            tracing::error!(%error, "no guide can be imported");
            panel.guides().abandon();
        }
    }
    ends
}

/// Notes of imports that a process which died has left that they failed, and deletes what they wrote.
///
/// # Errors
/// SQLite's, or [`Error::Busy`].
pub async fn end_leftovers(panel: &Arc<Panel>) -> Result<()> {
    if !panel.read(Caller::Admin(None), rows::has_leftovers).await? {
        return Ok(());
    }
    panel.write(Caller::Admin(None), rows::end_leftovers).await?;
    start(panel, &[]);
    Ok(())
}

/// Why an import ends early.
#[derive(Debug, thiserror::Error)]
enum StopReason {
    #[error(transparent)]
    File(#[from] FileError),
    #[error(transparent)]
    Fetch(#[from] FetchError),
    #[error(transparent)]
    Xmltv(#[from] XmltvError),
    #[error("its channels take more than {} MiB", CHANNEL_BYTES >> 20)]
    TooManyChannels,
    #[error("it has more than {MOST_PROGRAMMES} programmes")]
    TooManyProgrammes,
    #[error(transparent)]
    TooLong(OverLimit),
    #[error("the import failed in itself: {0}")]
    Panicked(String),
    /// The source is gone, or the state of the panel is another one.
    #[error("it is not wanted any more")]
    Unwanted,
    #[error(transparent)]
    Panel(Error),
}

/// The thread: imports, and deletes what is left over when there is nothing to import.
fn run(panel: &Arc<Panel>) {
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => Rc::new(runtime),
        Err(error) => {
            tracing::error!(%error, "no guide can be imported");
            return panel.guides().abandon();
        }
    };
    loop {
        while let Some(waiting) = panel.guides().take() {
            let jobs = Jobs::new(panel, &runtime, waiting.epoch);
            import(&jobs, waiting.source);
            waiting.answer();
        }
        let jobs = Jobs::new(panel, &runtime, panel.guides().epoch());
        if let Err(error) = sweep(&jobs) {
            tracing::debug!(%error, "old programmes are left");
        }
        if panel.guides().leave() {
            return;
        }
    }
}

/// The writer, as an import uses it.
struct Jobs<'a> {
    panel: &'a Arc<Panel>,
    runtime: &'a Rc<Runtime>,
    /// The state that the import is for.
    epoch: u64,
    limits: Limits,
}

impl<'a> Jobs<'a> {
    /// For an import of a state that begins now.
    fn new(panel: &'a Arc<Panel>, runtime: &'a Rc<Runtime>, epoch: u64) -> Jobs<'a> {
        // A busy panel goes by the rules that it had last.
        let access = runtime.block_on(panel.access()).unwrap_or_else(|_| panel.last_access());
        Jobs {
            panel,
            runtime,
            epoch,
            limits: Limits::of(access.settings.guide),
        }
    }

    /// Runs a job and waits for its commit; while the writer has no room it is tried again.
    fn write<T: Send + 'static>(
        &self,
        job: impl Fn(&Context<'_>) -> Result<T> + Send + Sync + 'static,
    ) -> Result<T, StopReason> {
        let (job, epoch) = (Arc::new(job), self.epoch);
        loop {
            let job = Arc::clone(&job);
            let run = move |context: &Context<'_>| match context.panel.guides().epoch() == epoch {
                true => job(context).map(Some),
                false => Ok(None),
            };
            return match self.runtime.block_on(self.panel.write(Caller::Admin(None), run)) {
                Ok(Some(done)) => Ok(done),
                Ok(None) | Err(Error::NotFound(_)) => Err(StopReason::Unwanted),
                Err(Error::Busy) if Instant::now() < self.limits.deadline => {
                    std::thread::sleep(PAUSE);
                    continue;
                }
                Err(Error::Busy) => Err(StopReason::TooLong(self.limits.too_long())),
                Err(error) => Err(StopReason::Panel(error)),
            };
        }
    }
}

/// Imports a source.
fn import(jobs: &Jobs<'_>, source: i64) {
    let begun = match jobs.write(move |context| rows::begin(context, source)) {
        Ok(Some(begun)) => Arc::new(begun),
        Ok(None) => return,
        Err(error) => return tracing::warn!(source, %error, "an EPG source was not imported"),
    };
    let mut so_far = Progress::default();
    let staged = catch_unwind(AssertUnwindSafe(|| stage(jobs, &begun, &mut so_far)));
    let staged = staged.unwrap_or_else(|payload| Err(StopReason::Panicked(panic_words(&*payload))));
    let ended = match staged {
        Ok(Some((channels, validators))) => {
            let staged = Arc::new(StagedGuide {
                generation: begun.generation,
                channels,
                progress: so_far,
                validators,
            });
            let shown = jobs.write(move |context| epg::reload(context, source, Some(&staged)));
            settle(jobs, &begun, &shown);
            shown.map(drop)
        }
        Ok(None) => {
            jobs.panel.guides().release(source, begun.generation);
            jobs.write(move |context| {
                rows::unchanged(context, source)?;
                epg::reload(context, source, None).map(drop)
            })
        }
        Err(reason) => {
            jobs.panel.guides().release(source, begun.generation);
            refuse(jobs, &begun, so_far, &reason)
        }
    };
    if let Err(error) = ended {
        tracing::warn!(source, %error, "the import of an EPG source did not end");
    }
}

/// After the last job of an import: its rows are shown, not shown yet, or not needed.
fn settle(jobs: &Jobs<'_>, import: &BegunImport, shown: &Result<bool, StopReason>) {
    let guides = jobs.panel.guides();
    match shown {
        Ok(true) => guides.shown(import.source, import.generation),
        Ok(false) => {}
        Err(_) => guides.release(import.source, import.generation),
    }
}

/// Writes why an import failed; the guide stays as it was.
fn refuse(jobs: &Jobs<'_>, import: &BegunImport, so_far: Progress, reason: &StopReason) -> Result<(), StopReason> {
    if matches!(reason, StopReason::Unwanted) {
        return Ok(());
    }
    let (source, words) = (import.source, reason.to_string());
    match reason {
        // Seeds name hosts that nobody has; a test would have this line every day.
        StopReason::Fetch(FetchError::NoHost) => tracing::debug!(source, error = words, "an EPG source was not read"),
        _ => tracing::warn!(source, error = words, "an EPG source was not read"),
    }
    jobs.write(move |context| rows::fail(context, source, so_far, &words))
}

/// What a source has; `None` if it has what was imported last.
fn open(jobs: &Jobs<'_>, import: &BegunImport) -> Result<Option<(GuideInput, Validators)>, StopReason> {
    if let Some(path) = file::path(&import.file) {
        return Ok(Some((file::open(&path, jobs.limits)?, Validators::default())));
    }
    if !file::is_fetched(&import.file) {
        return Err(FileError::NoFile.into());
    }
    Ok(
        match fetch::ask(jobs.panel, jobs.runtime, &import.file, &import.validators)? {
            Answer::Unchanged => None,
            Answer::Body(bytes, validators) => Some((file::input(bytes, jobs.limits)?, validators)),
        },
    )
}

/// A guide that was written: its channels, and the version of the answer.
type Staged = (Vec<Channel>, Validators);

/// Writes the programmes of a source as the next generation; `None` if it has what was imported last.
fn stage(jobs: &Jobs<'_>, import: &Arc<BegunImport>, so_far: &mut Progress) -> Result<Option<Staged>, StopReason> {
    let Some((input, validators)) = open(jobs, import)? else {
        return Ok(None);
    };
    let read = input.counter();
    let mut guide = Xmltv::new(input.text);
    let mut channels = Vec::new();
    let mut taken = 0;
    let mut batch = Batch::default();
    while let Some(item) = guide.next_item()? {
        so_far.bytes = i64::try_from(read.get()).unwrap_or(i64::MAX);
        match item {
            Item::Channel(channel) => {
                taken += size(&channel);
                if taken > CHANNEL_BYTES {
                    return Err(StopReason::TooManyChannels);
                }
                channels.push(channel);
            }
            Item::Wrong => so_far.skipped += 1,
            Item::Programme(programme) => {
                if let Some(programme) = kept(programme, import) {
                    so_far.programmes += 1;
                    batch.push(programme);
                }
            }
        }
        if so_far.programmes > MOST_PROGRAMMES {
            return Err(StopReason::TooManyProgrammes);
        }
        if batch.is_full() {
            batch.write(jobs, import, so_far)?;
        }
        // Writing takes time, too.
        if Instant::now() >= jobs.limits.deadline {
            return Err(StopReason::TooLong(jobs.limits.too_long()));
        }
    }
    batch.write(jobs, import, so_far)?;
    so_far.bytes = i64::try_from(read.get()).unwrap_or(i64::MAX);
    Ok(Some((channels, validators)))
}

/// Shifts a programme; `None` if it is too old or too far ahead to be kept.
fn kept(programme: Programme, import: &BegunImport) -> Option<Programme> {
    let start = programme.start.saturating_add(import.offset);
    let end = programme.end.saturating_add(import.offset);
    (end > import.from && start <= import.to).then_some(Programme {
        start,
        end,
        ..programme
    })
}

/// Returns what a channel takes in memory, in bytes.
fn size(channel: &Channel) -> usize {
    let languages: usize = channel
        .languages
        .iter()
        .map(|one| size_of::<String>() + one.len())
        .sum();
    size_of::<Channel>() + channel.id.len() + channel.name.len() + languages
}

/// Programmes for the next job.
#[derive(Default)]
struct Batch {
    programmes: Vec<Programme>,
    bytes: usize,
    told: Option<Instant>,
}

impl Batch {
    fn push(&mut self, programme: Programme) {
        self.bytes += programme.channel.len() + programme.title.len() + programme.description.len();
        self.programmes.push(programme);
    }

    fn is_full(&self) -> bool {
        self.programmes.len() >= ROWS || self.bytes >= ROW_BYTES
    }

    fn write(&mut self, jobs: &Jobs<'_>, import: &Arc<BegunImport>, so_far: &mut Progress) -> Result<(), StopReason> {
        let programmes = std::mem::take(&mut self.programmes);
        self.bytes = 0;
        let now = Instant::now();
        let tells = self.told.is_none_or(|told| now - told >= TOLD_EVERY);
        if tells {
            self.told = Some(now);
        }
        let (import, told) = (Arc::clone(import), tells.then_some(*so_far));
        let replaced = jobs.write(move |context| {
            let replaced = rows::add(context, &import, &programmes)?;
            told.map_or(Ok(()), |so_far| rows::progress(context, import.source, so_far))?;
            Ok(replaced)
        })?;
        so_far.programmes -= i64::try_from(replaced).unwrap_or(0);
        Ok(())
    }
}

/// Deletes the generations that nobody reads any more, until there is something to import.
fn sweep(jobs: &Jobs<'_>) -> Result<(), StopReason> {
    let guides = jobs.panel.guides();
    let left = jobs.panel.read(Caller::Admin(None), rows::leftovers);
    let left = jobs.runtime.block_on(left).map_err(StopReason::Panel)?;
    // Answers that begin from now on read what is shown.
    let next = guides.next_read();
    for (source, generation) in left {
        let mut is_more = true;
        while is_more && !guides.is_asked() {
            is_more = match guides.is_read_since_before(next) {
                true => {
                    std::thread::sleep(PAUSE);
                    true
                }
                false => jobs.write(move |context| rows::delete(context, source, generation))?,
            };
        }
    }
    Ok(())
}
