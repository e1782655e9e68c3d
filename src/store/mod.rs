//! The store: one SQLite database with two entry points.
//!
//! `read` runs on a pool of connections that cannot write, `write` on the one writer thread with group
//! commit. Both pass only a connection to their closure. The store must not depend on HTTP or a dialect; the
//! rules of a panel are above it, in [`crate::panel`].

pub mod backup;
mod change_log;
pub mod check;
pub mod connection;
mod connection_lock;
pub mod due_log;
mod ended;
mod error;
mod file_watch;
mod follower;
pub mod functions;
pub mod image;
pub mod line_log;
pub mod list;
pub mod mysql;
pub mod objects;
pub mod open;
mod options;
pub mod raw_sql;
mod readers;
mod remembered;
pub mod schema;
pub mod scope;
pub mod secret_rows;
pub mod seed;
mod table_log;
mod totals;
mod touched;
pub mod view;
mod writer;

use std::fs::File;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use rusqlite::{Connection, OpenFlags};

use change_log::ChangeLog;
pub use connection::Place;
use connection_lock::{ConnectionLock, Shared, WriterConnection};
use due_log::DueLog;
use ended::EndedLog;
pub use ended::{Ended, EndedConnection, EndedConnections};
pub use error::{StoreError, panic_words};
use file_watch::FileWatch;
pub use follower::Follower;
pub use image::Image;
use line_log::LineLog;
pub use open::{DatabaseOrigin, OpenError};
use open::{Hold, Prepared};
pub use options::StorageOptions;
use readers::Readers;
pub use remembered::{CommitCache, TotalsCache};
use secret_rows::SecretRows;
pub use table_log::TableLog;
use totals::Totals;
use touched::TouchedLog;
pub use touched::{Touched, TouchedRows};
use writer::{TransactionHooks, Writer};

use crate::time::Zone;

/// The table whose changes mean that the access cache is out of date.
const ACCESS_TABLE: &str = "linecard_access";

/// The table of what is to be delivered to endpoints of webhooks.
const OUTBOX: &str = "linecard_webhook_deliveries";

/// An open database.
pub struct Store {
    readers: Readers,
    writer: Writer,
    versions: Arc<Versions>,
    counts: TotalsCache,
    place: Place,
    zone: Zone,
    /// The watch of the file, where there is one.
    watch: Option<Arc<FileWatch>>,
    /// The locked file; the last field, so that it is closed after the connections.
    _file: Option<File>,
}

/// Change counters, and the records of the running transaction.
#[derive(Debug)]
struct Versions {
    commits: AtomicU64,
    access: AtomicU64,
    /// Set by the writer's hook while a transaction runs.
    access_touched: AtomicBool,
    /// Set by the writer's hook when the running transaction changes a row.
    is_touched: AtomicBool,
    totals: Totals,
    change_log: ChangeLog,
    secret_rows: SecretRows,
    ended: EndedLog,
    touched: Arc<TouchedLog>,
    due: Arc<DueLog>,
    outbox: Arc<TableLog>,
    lines: Arc<LineLog>,
    /// The follower of the transactions, if one is set.
    follower: OnceLock<Arc<dyn Follower>>,
}

impl Default for Versions {
    fn default() -> Self {
        Versions {
            commits: AtomicU64::default(),
            access: AtomicU64::default(),
            access_touched: AtomicBool::default(),
            is_touched: AtomicBool::default(),
            totals: Totals::default(),
            change_log: ChangeLog::default(),
            secret_rows: SecretRows::default(),
            ended: EndedLog::default(),
            touched: Arc::default(),
            due: Arc::default(),
            outbox: Arc::new(TableLog::new(OUTBOX)),
            lines: Arc::default(),
            follower: OnceLock::new(),
        }
    }
}

impl AsRef<EndedLog> for Versions {
    fn as_ref(&self) -> &EndedLog {
        &self.ended
    }
}

impl Versions {
    /// Whether the writer's running transaction still sees what was committed at this number of commits.
    fn is_unchanged_since(&self, commits: u64) -> bool {
        self.commits.load(Ordering::Acquire) == commits && !self.is_touched.load(Ordering::Relaxed)
    }

    /// Counts a change of the database.
    fn ended(&self) {
        self.commits.fetch_add(1, Ordering::Release);
        self.secret_rows.publish();
        if self.access_touched.swap(false, Ordering::Relaxed) {
            self.access.fetch_add(1, Ordering::Release);
        }
        self.due.publish();
        self.outbox.publish();
        // Last: whoever is told looks at the access rules too, which are new from here on.
        self.touched.publish();
    }
}

impl Store {
    /// Opens the database at `place`. If it does not exist, creates it and fills it with `fill`.
    ///
    /// # Errors
    /// [`OpenError`]; the disk is then unchanged.
    pub fn open(
        place: Place,
        zone: Zone,
        options: &StorageOptions,
        fill: impl FnOnce(&Connection) -> Result<(), String>,
    ) -> Result<(Store, DatabaseOrigin), OpenError> {
        let Prepared { origin, hold } = open::prepare(&place, options, fill)?;
        let failed = |reason: String| OpenError::Unreadable {
            path: place.uri(),
            reason,
        };
        let watch = match &place {
            Place::File(path) => Some(FileWatch::begin(path, options)),
            Place::Memory(_) => None,
        };
        let watch = watch
            .transpose()
            .map_err(|error| failed(error.to_string()))?
            .map(Arc::new);
        let (db, file) = match hold {
            Hold::Memory(db) => (db, None),
            Hold::File(file) => {
                let db = place
                    .connect(OpenFlags::SQLITE_OPEN_READ_WRITE)
                    .map_err(|error| failed(error.to_string()))?;
                (db, Some(file))
            }
        };
        let versions = Arc::new(Versions::default());
        set_up_writer(&db, zone, options, &versions).map_err(|error| failed(error.to_string()))?;
        let lock = matches!(place, Place::Memory(_)).then(|| Arc::new(ConnectionLock::default()));
        let threads = u32::try_from(std::thread::available_parallelism().map_or(1, usize::from)).unwrap_or(1);
        let mut readers = Readers::open(
            &place,
            zone,
            threads,
            lock.clone(),
            watch.clone(),
            Arc::clone(&versions),
        )
        .map_err(|error| failed(error.to_string()))?;
        readers.limit(options.read_limit);
        let hooks = CommitHooks {
            versions: Arc::clone(&versions),
            watch: watch.clone(),
        };
        let writer =
            Writer::start(WriterConnection::Own(db, lock), hooks).map_err(|error| failed(error.to_string()))?;
        let store = Store {
            readers,
            writer,
            versions,
            counts: TotalsCache::default(),
            place,
            zone,
            watch,
            _file: file,
        };
        Ok((store, origin))
    }

    /// Opens a small database in memory as a copy of an image: see `connection_lock`.
    ///
    /// # Errors
    /// SQLite's or the system's.
    pub fn of_image(image: &Image, zone: Zone, options: &StorageOptions) -> Result<Store, OpenError> {
        let making = |reason: String| OpenError::Making {
            path: ":memory:".into(),
            reason,
        };
        let place = Place::private_memory();
        let versions = Arc::new(Versions::default());
        let open = || -> rusqlite::Result<Connection> {
            let mut db = place.connect(OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
            image.put(&mut db)?;
            connection::shared(&db, zone)?;
            mysql::register(&db, zone)?;
            count_changes(&db, &versions)?;
            versions.change_log.begin(image.clone());
            Ok(db)
        };
        let shared = Arc::new(Shared::new(open().map_err(|error| making(error.to_string()))?));
        let mut readers = Readers::over(Arc::clone(&shared), &place, zone, Arc::clone(&versions)).map_err(making)?;
        readers.limit(options.read_limit);
        let hooks = CommitHooks {
            versions: Arc::clone(&versions),
            watch: None,
        };
        let writer =
            Writer::start(WriterConnection::Shared(shared), hooks).map_err(|error| making(error.to_string()))?;
        Ok(Store {
            readers,
            writer,
            versions,
            counts: TotalsCache::default(),
            place,
            zone,
            watch: None,
            _file: None,
        })
    }

    /// Runs a read over one snapshot. It may run twice: see `readers`.
    ///
    /// # Errors
    /// The read's own, or the store's.
    pub async fn read<T, E, F>(&self, read: F) -> Result<T, E>
    where
        F: Fn(&Connection) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.readers.run(move |db, _| read(db)).await
    }

    /// Runs a read that is told the number of commits before its snapshot.
    ///
    /// # Errors
    /// The read's own, or the store's.
    pub async fn read_at<T, E, F>(&self, read: F) -> Result<T, E>
    where
        F: Fn(&Connection, u64) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.readers.run(read).await
    }

    /// Runs a write and returns when it is durable. A job that returns an error has written nothing. It may
    /// run twice: see `writer`.
    ///
    /// # Errors
    /// The job's own, or the store's.
    pub async fn write<T, E, F>(&self, job: F) -> Result<T, E>
    where
        F: Fn(&Connection) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.writer.run(job).await
    }

    /// Returns the bytes of the database's pages that are in use.
    ///
    /// # Errors
    /// SQLite's, or [`StoreError::Busy`].
    pub async fn size(&self) -> Result<usize, StoreError> {
        self.read(|db| Ok(connection::size(db)?)).await
    }

    /// Creates an image of the whole database as it is now.
    ///
    /// # Errors
    /// SQLite's, or [`StoreError::Busy`].
    pub async fn image(&self) -> Result<Image, StoreError> {
        let (versions, alone) = (Arc::clone(&self.versions), self.is_alone());
        self.writer
            .alone(move |db| {
                let image = Image::from_db(db)?;
                // The first image is usually the one that is restored later.
                if alone && !versions.change_log.is_noting() {
                    versions.change_log.begin(image.clone());
                }
                Ok(image)
            })
            .await
    }

    /// Restores an image, and runs `more` before the next write. Invalidates all caches of the database.
    ///
    /// # Errors
    /// SQLite's, or [`StoreError::Busy`]; then `more` was not run.
    pub async fn restore(&self, image: &Image, more: impl FnOnce() + Send + 'static) -> Result<(), StoreError> {
        let (image, versions, alone) = (image.clone(), Arc::clone(&self.versions), self.is_alone());
        let watch = self.watch.clone();
        self.writer
            .alone(move |db| {
                watch.as_deref().map_or(Ok(()), FileWatch::check)?;
                if !versions.change_log.take_back(&image, db) {
                    image.put(db)?;
                }
                versions.access_touched.store(true, Ordering::Relaxed);
                versions.secret_rows.note_all();
                versions.totals.recount(db)?;
                if alone {
                    versions.change_log.begin(image);
                }
                // Before the caller is answered.
                versions.ended.publish_all();
                versions.touched.note_all();
                versions.due.note_all();
                versions.outbox.note_all();
                versions.ended();
                more();
                Ok(())
            })
            .await
    }

    /// Subscribes to connections that end from now on. They are reported after the commit that ended them and
    /// before its callers are answered.
    pub fn ended_connections(&self) -> EndedConnections {
        self.versions.ended.subscribe()
    }

    /// Returns the number of the present state; a job of the writer may rely on it.
    pub fn state(&self) -> u64 {
        self.versions.ended.state()
    }

    /// Watches the rows that decide who may watch what, from now on.
    pub fn touched_rows(&self) -> TouchedRows {
        self.versions.touched.watch()
    }

    /// Returns a number that changes with bouquets, streams, series, episodes and categories, before the callers of the
    /// write are answered.
    pub fn content(&self) -> u64 {
        self.versions.touched.content()
    }

    /// Returns the record of what changes the next instant at which something falls due.
    pub fn due(&self) -> &Arc<DueLog> {
        &self.versions.due
    }

    /// Returns the record of changes of what is to be delivered to endpoints of webhooks.
    pub fn outbox(&self) -> &Arc<TableLog> {
        &self.versions.outbox
    }

    /// Returns what the running job of the writer did to lines; it is for that job.
    pub fn lines(&self) -> &Arc<LineLog> {
        &self.versions.lines
    }

    /// Tells of a change, by another process, of what falls due and of what is to be delivered.
    pub fn touch_due(&self) {
        for log in [self.versions.due.log(), &self.versions.outbox] {
            log.note_all();
            log.publish();
        }
    }

    /// Sets the follower of the writer's transactions; there can be only one.
    pub fn set_follower(&self, follower: Arc<dyn Follower>) {
        // A second one is a bug in Linecard; the first one stays.
        if self.versions.follower.set(follower).is_err() {
            tracing::error!("the store has a follower already");
        }
    }

    /// Returns a number that changes with every commit.
    pub fn commits(&self) -> u64 {
        self.versions.commits.load(Ordering::Acquire)
    }

    /// Returns a number that changes with access codes, blocked addresses, keys or rights.
    pub fn access(&self) -> u64 {
        self.versions.access.load(Ordering::Acquire)
    }

    /// The same for a job of the writer; `None` while the running transaction has changed one of them.
    pub fn settled_access(&self) -> Option<u64> {
        let is_touched = self.versions.access_touched.load(Ordering::Relaxed);
        (!is_touched).then(|| self.access())
    }

    /// Invalidates the access cache, because another process may have changed its tables.
    pub fn touch_access(&self) {
        self.versions.access.fetch_add(1, Ordering::Release);
    }

    /// Returns the record of the rows whose secrets may have changed.
    pub fn secret_rows(&self) -> &SecretRows {
        &self.versions.secret_rows
    }

    /// Returns the totals of lists that were counted since the last commit.
    pub fn counts(&self) -> &TotalsCache {
        &self.counts
    }

    /// Removes unfinished files that interrupted starts left beside the database.
    pub fn remove_drafts(&self) {
        if let Place::File(path) = &self.place {
            open::remove_drafts(path);
        }
    }

    /// Whether no other process can write to the database.
    fn is_alone(&self) -> bool {
        matches!(self.place, Place::Memory(_))
    }

    /// Returns where the database is.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// Returns the time zone of its date texts.
    pub fn zone(&self) -> Zone {
        self.zone
    }

    /// Ends the writer after the queued writes, checkpoints the write-ahead log into the file, and stops long
    /// reads.
    pub fn close(&self) {
        self.readers.close();
        self.writer.close();
    }
}

fn set_up_writer(
    db: &Connection,
    zone: Zone,
    options: &StorageOptions,
    versions: &Arc<Versions>,
) -> rusqlite::Result<()> {
    connection::writer(db, zone, options)?;
    mysql::register(db, zone)?;
    // For statements that are planned in the writer; nothing else there has a budget.
    readers::metered(db, &Arc::default())?;
    count_changes(db, versions)
}

fn count_changes(db: &Connection, versions: &Arc<Versions>) -> rusqlite::Result<()> {
    ended::watch(db, Arc::clone(versions))?;
    touched::watch_servers(db, Arc::clone(&versions.touched))?;
    line_log::watch(db, &versions.lines, &versions.due)?;
    let versions = Arc::clone(versions);
    versions.totals.recount(db)?;
    db.update_hook(Some(move |action, _: &str, table: &str, row| {
        versions.is_touched.store(true, Ordering::Relaxed);
        versions.totals.note(action, table, row);
        versions.change_log.note(table, row);
        versions.secret_rows.note(table, row);
        versions.touched.note(table, row);
        versions.due.note(table, row);
        versions.outbox.note(table);
        if table == ACCESS_TABLE {
            versions.access_touched.store(true, Ordering::Relaxed);
        }
    }))
}

struct CommitHooks {
    versions: Arc<Versions>,
    watch: Option<Arc<FileWatch>>,
}

impl CommitHooks {
    fn tell(&self, tell: impl FnOnce(&dyn Follower)) {
        if let Some(follower) = self.versions.follower.get() {
            tell(&**follower);
        }
    }
}

impl TransactionHooks for CommitHooks {
    fn begins(&self) -> rusqlite::Result<()> {
        self.versions.is_touched.store(false, Ordering::Relaxed);
        self.versions.totals.forget();
        self.versions.ended.discard();
        self.versions.touched.discard();
        self.versions.due.discard();
        self.versions.outbox.discard();
        self.tell(|follower| follower.began());
        self.watch.as_deref().map_or(Ok(()), FileWatch::check)
    }

    fn job_began(&self) {
        self.versions.lines.discard();
        self.tell(|follower| follower.job_began());
    }

    fn job_failed(&self) {
        self.tell(|follower| follower.job_failed());
    }

    fn committing(&self, db: &Connection) -> rusqlite::Result<()> {
        self.versions.totals.add(db)
    }

    fn committed(&self) -> rusqlite::Result<()> {
        self.tell(|follower| follower.committed());
        self.versions.ended.publish();
        self.watch.as_deref().map_or(Ok(()), FileWatch::check_committed)
    }

    fn ended(&self) {
        self.versions.ended();
    }

    fn answered(&self, db: &Connection) {
        if let Some(watch) = &self.watch {
            watch.cut_log(db);
        }
    }
}
