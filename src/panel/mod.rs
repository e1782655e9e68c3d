//! The panel: its rules, once, for every dialect.
//!
//! One file a noun. An operation takes a [`Context`] (a database connection within a transaction,
//! the time, the caller) and typed values, and answers typed values or an [`Error`]. It knows no
//! HTTP and no dialect, and no caller's text ever becomes SQL here. What a caller sees and may change is
//! decided in [`access`].

pub mod access;
pub mod access_cache;
pub mod access_codes;
pub mod administrator;
pub mod blocklists;
pub mod bouquets;
pub mod categories;
pub mod clock;
pub mod connections;
pub mod content;
pub mod context;
pub mod devices;
pub mod draft;
pub mod epg;
pub mod error;
pub mod groups;
pub mod guide_file;
pub mod host;
pub mod lines;
pub mod logs;
pub mod lookups;
pub mod named;
pub mod net;
pub mod noun;
pub mod packages;
pub mod pending;
pub mod playing;
pub mod profiles;
pub mod rate;
pub mod ready;
pub mod resellers;
pub mod rng;
pub mod servers;
pub mod settings;
pub mod startup;
pub mod strictness;
pub mod transcode_profiles;
pub mod transition;

use std::path::Path;
use std::sync::{Arc, OnceLock, RwLock};

use rusqlite::{Connection, OptionalExtension};

pub use access::Caller;
use access_cache::AccessCache;
use bouquets::Content;
use clock::Clock;
pub use context::Context;
use context::PollLog;
pub use error::{Error, Result};
use host::Host;
use net::Addresses;
use pending::Pending;
use rate::Rate;
use rng::Rng;
use settings::SetError;
use strictness::{Strictness, StrictnessSetting};
use transition::Transitions;

use crate::store::{CommitCache, DatabaseOrigin, EndedConnections, Image, OpenError, Place, Store};
use crate::time::Zone;

/// What an operator sets (contract "Admin API", section 13).
#[derive(Clone, Debug)]
pub struct Settings {
    /// The time zone of all local date texts.
    pub zone: Zone,
    /// Whether `api.php` admits callers of any address.
    pub any_caller: bool,
    /// What is done, from the start on, about suspicious requests.
    pub strict: Strictness,
    /// After what things become ready, at the start.
    pub transitions: Transitions,
    /// Peers whose forwarded-for header names the caller.
    pub trusted_proxies: Addresses,
    /// `Content-Type` of the Admin API's answers.
    pub content_type: String,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            zone: Zone::UTC,
            any_caller: false,
            strict: Strictness::Off,
            transitions: Transitions::default(),
            trusted_proxies: Addresses::default(),
            content_type: "application/json".into(),
        }
    }
}

/// What opens a panel: for calls of the Admin API the newest access code that admits everybody and the
/// first administrator's key, for players the first line that is not switched off.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FirstCallInfo {
    pub access_code: Option<String>,
    pub api_key: Option<String>,
    pub user: Option<String>,
    pub pass: Option<String>,
}

impl FirstCallInfo {
    fn read(db: &Connection) -> rusqlite::Result<FirstCallInfo> {
        let one = |sql: &str| db.query_row(sql, [], |row| row.get::<_, String>(0)).optional();
        let line = db.query_row(
            "SELECT username, password FROM lines WHERE enabled <> 0 AND admin_enabled <> 0 AND is_mag = 0 AND is_e2 = 0 ORDER BY id LIMIT 1",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        );
        let (user, pass) = line.optional()?.unzip();
        Ok(FirstCallInfo {
            access_code: one(
                "SELECT code FROM access_codes WHERE enabled <> 0 AND type = 3 AND whitelist = '[]' ORDER BY id DESC LIMIT 1",
            )?,
            api_key: one(
                "SELECT api_key FROM users JOIN users_groups ON group_id = member_group_id
                 WHERE is_admin <> 0 AND status = 1 AND api_key <> '' ORDER BY users.id LIMIT 1",
            )?,
            user,
            pass,
        })
    }
}

/// A panel: one database with its clock, its random numbers and its settings.
pub struct Panel {
    store: Store,
    clock: Clock,
    rng: Rng,
    settings: Settings,
    strictness: StrictnessSetting,
    pending: Arc<Pending>,
    access: RwLock<Arc<AccessCache>>,
    rate: Rate,
    bouquets: CommitCache<Arc<Content>>,
    host: OnceLock<Host>,
    started: i64,
}

impl Panel {
    /// Opens the panel at `place`. Where there is none, one is made and filled with `fill`.
    ///
    /// # Errors
    /// [`OpenError`], with the disk as it was.
    pub fn open(
        place: Place,
        settings: Settings,
        clock: Clock,
        rng: Rng,
        fill: impl FnOnce(&Connection, &Rng, i64) -> Result<(), String>,
    ) -> Result<(Panel, DatabaseOrigin), OpenError> {
        let now = clock.now();
        let (store, found) = Store::open(place, settings.zone, |db| fill(db, &rng, now))?;
        Ok((Panel::over(store, settings, clock, rng), found))
    }

    /// Opens a panel in memory that begins as an image and is small.
    ///
    /// # Errors
    /// [`OpenError::Making`].
    pub fn of_image(image: &Image, settings: Settings, clock: Clock, rng: Rng) -> Result<Panel, OpenError> {
        let store = Store::of_image(image, settings.zone)?;
        Ok(Panel::over(store, settings, clock, rng))
    }

    fn over(store: Store, settings: Settings, clock: Clock, rng: Rng) -> Panel {
        let pending = Arc::new(Pending::with(settings.transitions));
        store.set_follower(Arc::<Pending>::clone(&pending));
        Panel {
            started: clock.now(),
            store,
            clock,
            rng,
            strictness: StrictnessSetting::at(settings.strict),
            pending,
            settings,
            access: RwLock::new(Arc::new(AccessCache::unread())),
            rate: Rate::default(),
            bouquets: CommitCache::default(),
            host: OnceLock::new(),
        }
    }

    /// Runs a read of the panel. It may run twice: see [`Store::read`].
    ///
    /// # Errors
    /// The operation's, or [`Error::Busy`].
    pub async fn read<T: Send + 'static>(
        self: &Arc<Self>,
        caller: Caller,
        operation: impl Fn(&Context<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let panel = Arc::clone(self);
        let now = self.clock.now();
        let read = move |db: &Connection| {
            let context = Context {
                panel: &panel,
                db,
                caller,
                now,
                commits: panel.store.commits(),
                polls: PollLog::default(),
            };
            operation(&context).map(|done| (done, context.polls.all()))
        };
        let (done, polls) = self.store.read(read).await?;
        self.pending.polled(&polls);
        Ok(done)
    }

    /// Runs a write of the panel; its answer is durable. An operation that fails wrote nothing.
    ///
    /// # Errors
    /// The operation's, or [`Error::Busy`].
    pub async fn write<T: Send + 'static>(
        self: &Arc<Self>,
        caller: Caller,
        operation: impl Fn(&Context<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let panel = Arc::clone(self);
        let write = move |db: &Connection| {
            let now = panel.clock.now();
            operation(&Context {
                panel: &panel,
                db,
                caller,
                now,
                commits: panel.store.commits(),
                polls: PollLog::default(),
            })
        };
        self.store.write(write).await
    }

    /// Who may call now.
    ///
    /// # Errors
    /// SQLite's, or [`Error::Busy`].
    pub async fn access(&self) -> Result<Arc<AccessCache>> {
        let version = self.store.access();
        let cached = self.last_access();
        if cached.version == version {
            return Ok(cached);
        }
        // The version is read before the tables: a change between the two is read again next time.
        let fresh = Arc::new(self.store.read(move |db| AccessCache::read(db, version)).await?);
        *self.access.write().unwrap_or_else(|poisoned| poisoned.into_inner()) = Arc::clone(&fresh);
        Ok(fresh)
    }

    /// Who may call, as it was read last.
    pub fn last_access(&self) -> Arc<AccessCache> {
        Arc::clone(&self.access.read().unwrap_or_else(|poisoned| poisoned.into_inner()))
    }

    /// Looks whether another process (`linecard settings`, a shell) has changed who may call; if so it
    /// is read again with the next request.
    ///
    /// # Errors
    /// SQLite's, or [`Error::Busy`].
    pub async fn notice_others(&self) -> Result<()> {
        let stored = self.access().await?.stored;
        if self.store.read(access_cache::stored_version).await? != stored {
            self.store.touch_access();
        }
        Ok(())
    }

    /// What a first call needs. What is missing is `None`.
    ///
    /// # Errors
    /// SQLite's, or [`Error::Busy`].
    pub async fn first_call_info(&self) -> Result<FirstCallInfo> {
        self.store.read(|db| Ok(FirstCallInfo::read(db)?)).await
    }

    /// Ends the writer after what is queued and folds the write-ahead log into the file. Writes
    /// that come later fail.
    pub fn close(&self) {
        self.store.close();
    }

    /// The clock, to be read, set or advanced.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The generator of credentials. Draw from it in writes only.
    pub fn rng(&self) -> &Rng {
        &self.rng
    }

    /// What the operator set.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// What is done about suspicious requests.
    pub fn strictness(&self) -> Strictness {
        self.strictness.get()
    }

    /// Lets something else be done about them, from the next request on.
    pub fn set_strictness(&self, strictness: Strictness) {
        self.strictness.set(strictness);
    }

    /// What is not ready yet, and after what things become so.
    pub fn pending(&self) -> &Pending {
        &self.pending
    }

    /// Tells of connections that end from now on, whatever ended them: see [`Store::ended_connections`].
    pub fn ended_connections(&self) -> EndedConnections {
        self.store.ended_connections()
    }

    /// The panel's time zone.
    pub fn zone(&self) -> Zone {
        self.settings.zone
    }

    /// The database.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// What lists of bouquets give, remembered until the next commit.
    pub fn bouquets(&self) -> &CommitCache<Arc<Content>> {
        &self.bouquets
    }

    /// Counts of requests, for dialects that limit them.
    pub fn rate(&self) -> &Rate {
        &self.rate
    }

    /// Sets settings that change while the panel runs: all of them or, when one is wrong, none.
    ///
    /// # Errors
    /// [`SetError`].
    pub async fn set<N, V>(&self, settings: impl IntoIterator<Item = (N, V)>) -> Result<(), SetError>
    where
        N: Into<String>,
        V: Into<String>,
    {
        let settings: Vec<(String, String)> = settings
            .into_iter()
            .map(|(name, value)| (name.into(), value.into()))
            .collect();
        let set = move |db: &Connection| {
            let mut all = settings.iter();
            all.try_for_each(|(name, value)| settings::set(db, name, value))
        };
        self.store.write(set).await
    }

    /// The meter of the host; it begins with the first question.
    pub fn host(&self) -> &Host {
        self.host.get_or_init(|| match self.store.place() {
            Place::File(path) => Host::new(path),
            Place::Memory(_) => Host::new(Path::new("/")),
        })
    }

    /// When the panel was opened, in unix seconds.
    pub fn started(&self) -> i64 {
        self.started
    }
}
