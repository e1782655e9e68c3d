//! The panel: its rules, implemented once for all dialects.
//!
//! One file per noun. An operation takes a [`Context`] (a database connection within a transaction, the time,
//! the caller) and typed values, and returns typed values or an [`Error`]. It must not depend on HTTP or a
//! dialect, and must not put a caller's text into SQL. [`access`] decides what a caller may see and change.

pub mod access;
pub mod access_cache;
pub mod administrator;
pub mod answers;
pub mod audit;
pub mod billing;
pub mod clock;
pub mod connections;
pub mod context;
pub mod draft;
pub mod error;
pub mod fields;
pub mod figures;
pub mod forms;
pub mod guide;
pub mod host;
pub mod invariants;
pub mod kept;
pub mod key_rate;
pub mod line_devices;
pub mod logs;
pub mod lookups;
pub mod named;
pub mod named_keys;
pub mod net;
pub mod noun;
mod nouns;
pub mod pending;
pub mod playing;
pub mod profiles;
pub mod provision;
pub mod rate;
pub mod ready;
pub mod reselling;
pub mod rest_secrets;
pub mod rng;
pub mod secrets;
pub mod settings;
pub mod sold_lines;
pub mod startup;
pub mod statements;
pub mod strictness;
pub mod subscription;
pub mod throttle;
pub mod transition;
pub mod viewers;
pub mod webhooks;

use std::path::Path;
use std::sync::{Arc, OnceLock, RwLock};

use rusqlite::{Connection, OptionalExtension};

pub use access::Caller;
use access_cache::AccessCache;
use answers::AnswerLimits;
use audit::{Actor, ChangeSource};
use billing::Agenda;
use bouquets::Content;
use clock::{Clock, Mode};
pub use context::Context;
use context::PollLog;
pub use error::{Error, Result};
use guide::Guides;
use host::Host;
use kept::KeptBodies;
use key_rate::KeyRate;
use net::Addresses;
pub use nouns::{
    access_codes, active_codes, blocklists, bouquets, catalogue, categories, content, devices, epg, groups, lines,
    packages, resellers, series, servers, transcode_profiles,
};
use pending::Pending;
use rate::Rate;
use rest_secrets::KnownRestSecrets;
use rest_secrets::LastUses;
use rng::Rng;
use secrets::KnownSecrets;
use settings::{Defaults, SetError};
use strictness::{Strictness, StrictnessSetting};
use throttle::Throttle;
use transition::Transitions;
use viewers::Viewers;
use viewers::attacks::Attacks;
use viewers::geoip::GeoIp;
use webhooks::{JobEvents, Webhooks};

use crate::store::{
    CommitCache, DatabaseOrigin, EndedConnections, Image, OpenError, Place, StorageOptions, Store, StoreError,
};
use crate::time::Zone;

/// The operator's settings (contract "Admin API", section 13).
#[derive(Clone, Debug)]
pub struct Settings {
    /// Time zone of all local date texts.
    pub zone: Zone,
    /// Whether `api.php` admits callers of any address.
    pub any_caller: bool,
    /// The strictness with suspicious requests at the start.
    pub strict: Strictness,
    /// The transitions at the start.
    pub transitions: Transitions,
    /// Peers whose forwarded-for header is used as the client's address.
    pub trusted_proxies: Addresses,
    /// `Content-Type` of the Admin API's answers.
    pub content_type: String,
    /// What the database's file and its reads may take.
    pub storage: StorageOptions,
    /// How large answers may be.
    pub answers: AnswerLimits,
    /// The defaults of the settings that have no row.
    pub defaults: Defaults,
    /// The secrets of REST APIs whose texts the process knows.
    pub rest_secrets: KnownRestSecrets,
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
            storage: StorageOptions::default(),
            answers: AnswerLimits::default(),
            defaults: Defaults::Serve,
            rest_secrets: KnownRestSecrets::default(),
        }
    }
}

/// The credentials for a first call: for the Admin API the newest access code that admits all addresses and
/// the first administrator's key, for players the first enabled line, for the REST APIs the secrets whose texts are known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FirstCallInfo {
    pub access_code: Option<String>,
    pub api_key: Option<String>,
    pub user: Option<String>,
    pub pass: Option<String>,
    pub nxt_token: Option<String>,
    pub billing_key: Option<String>,
    /// An access code of the Reseller API.
    pub reseller_code: Option<String>,
    /// The key of a reseller.
    pub reseller_key: Option<String>,
}

impl FirstCallInfo {
    fn from_db(db: &Connection, known: &KnownRestSecrets) -> rusqlite::Result<FirstCallInfo> {
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
            nxt_token: rest_secrets::good_one(db, &rest_secrets::NXT, known.nxt_token.as_deref())?,
            billing_key: rest_secrets::good_one(db, &rest_secrets::BILLING, known.billing_key.as_deref())?,
            reseller_code: one(
                "SELECT code FROM access_codes WHERE enabled <> 0 AND type IN (3, 4) AND whitelist = '[]'
                 ORDER BY type DESC, id DESC LIMIT 1",
            )?,
            reseller_key: one(
                "SELECT api_key FROM users JOIN users_groups ON group_id = member_group_id
                 WHERE is_reseller <> 0 AND is_admin = 0 AND status = 1 AND api_key <> '' ORDER BY users.id LIMIT 1",
            )?,
        })
    }
}

/// A panel: one database with its clock, its random number generator and its settings.
pub struct Panel {
    store: Store,
    clock: Clock,
    rng: Rng,
    settings: Settings,
    strictness: StrictnessSetting,
    pending: Arc<Pending>,
    guides: Arc<Guides>,
    agenda: Agenda,
    viewers: Arc<Viewers>,
    access: RwLock<Arc<AccessCache>>,
    rate: Rate,
    key_rate: KeyRate,
    throttle: Throttle,
    attacks: Attacks,
    geoip: GeoIp,
    secrets: KnownSecrets,
    rest_uses: LastUses,
    bouquets: CommitCache<Arc<Content>>,
    offers: CommitCache<Option<Arc<[u8]>>>,
    kept: KeptBodies,
    webhooks: Webhooks,
    host: OnceLock<Host>,
    started: i64,
}

impl Panel {
    /// Opens the panel at `place`. If it does not exist, creates it and fills it with `fill`.
    ///
    /// # Errors
    /// [`OpenError`]; the disk is then unchanged.
    pub fn open(
        place: Place,
        settings: Settings,
        clock: Clock,
        rng: Rng,
        fill: impl FnOnce(&Connection, &Rng, i64) -> Result<(), String>,
    ) -> Result<(Panel, DatabaseOrigin), OpenError> {
        let now = clock.now();
        let (store, origin) = Store::open(place, settings.zone, &settings.storage, |db| fill(db, &rng, now))?;
        Ok((Panel::over(store, settings, clock, rng), origin))
    }

    /// Opens a small panel in memory as a copy of an image.
    ///
    /// # Errors
    /// [`OpenError::Making`].
    pub fn of_image(image: &Image, settings: Settings, clock: Clock, rng: Rng) -> Result<Panel, OpenError> {
        let store = Store::of_image(image, settings.zone, &settings.storage)?;
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
            strictness: StrictnessSetting::new(settings.strict),
            pending,
            guides: Arc::default(),
            agenda: Agenda::default(),
            viewers: Arc::default(),
            settings,
            access: RwLock::new(Arc::new(AccessCache::empty())),
            rate: Rate::default(),
            key_rate: KeyRate::default(),
            throttle: Throttle::default(),
            attacks: Attacks::default(),
            geoip: GeoIp::default(),
            secrets: KnownSecrets::default(),
            rest_uses: LastUses::default(),
            bouquets: CommitCache::default(),
            offers: CommitCache::default(),
            kept: KeptBodies::default(),
            webhooks: Webhooks::default(),
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
        self.read_as(caller, operation).await
    }

    /// The same with errors of the caller's own.
    ///
    /// # Errors
    /// The operation's, or what [`Error::Busy`] is of them.
    pub async fn read_as<T: Send + 'static, E: From<StoreError> + Send + 'static>(
        self: &Arc<Self>,
        caller: Caller,
        operation: impl Fn(&Context<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E> {
        let panel = Arc::clone(self);
        let now = self.clock.now();
        let read = move |db: &Connection, commits: u64| {
            let context = Context {
                panel: &panel,
                db,
                caller,
                source: None,
                now,
                commits,
                polls: PollLog::default(),
                events: JobEvents::default(),
            };
            operation(&context).map(|done| (done, context.polls.all()))
        };
        let (done, polls) = self.store.read_at(read).await?;
        self.pending.polled(&polls);
        Ok(done)
    }

    /// Runs a write of the panel; its result is durable. An operation that fails has written nothing.
    ///
    /// # Errors
    /// The operation's, or [`Error::Busy`].
    pub async fn write<T: Send + 'static>(
        self: &Arc<Self>,
        actor: impl Into<Actor>,
        operation: impl Fn(&Context<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.write_as(actor, operation).await
    }

    /// The same with errors of the caller's own.
    ///
    /// # Errors
    /// The operation's, or what [`Error::Busy`] is of them.
    pub async fn write_as<T: Send + 'static, E: From<StoreError> + Send + 'static>(
        self: &Arc<Self>,
        actor: impl Into<Actor>,
        operation: impl Fn(&Context<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E> {
        let panel = Arc::clone(self);
        let Actor { caller, source } = actor.into();
        let write = move |db: &Connection| {
            let now = panel.clock.now();
            let context = Context {
                panel: &panel,
                db,
                caller,
                source: source.as_ref(),
                now,
                commits: panel.store.commits(),
                polls: PollLog::default(),
                events: JobEvents::default(),
            };
            webhooks::begin_job(&context).map_err(StoreError::from)?;
            let done = operation(&context)?;
            webhooks::record(&context)?;
            Ok(done)
        };
        self.store.write(write).await
    }

    /// Returns the current access cache.
    ///
    /// # Errors
    /// SQLite's, or [`Error::Busy`].
    pub async fn access(&self) -> Result<Arc<AccessCache>> {
        let version = self.store.access();
        let cached = self.last_access();
        if cached.version == version {
            return Ok(cached);
        }
        // The version is read before the tables: after a change between the two reads, the next request loads
        // them again.
        let defaults = self.settings.defaults;
        let load = move |db: &Connection| AccessCache::from_db(db, version, defaults);
        let fresh = Arc::new(self.store.read(load).await?);
        *self.access.write().unwrap_or_else(|poisoned| poisoned.into_inner()) = Arc::clone(&fresh);
        Ok(fresh)
    }

    /// Returns the access cache as last loaded.
    pub fn last_access(&self) -> Arc<AccessCache> {
        Arc::clone(&self.access.read().unwrap_or_else(|poisoned| poisoned.into_inner()))
    }

    /// Checks whether another process (`linecard settings`, a shell) has changed the access tables; if so,
    /// the next request loads the access cache again.
    ///
    /// # Errors
    /// SQLite's, or [`Error::Busy`].
    pub async fn notice_others(self: &Arc<Self>) -> Result<()> {
        let stored = self.access().await?.stored;
        if self.store.read(access_cache::stored_version).await? != stored {
            self.store.touch_access();
            self.store.touch_due();
            self.follow_clock().await;
        }
        Ok(())
    }

    /// Does from now on what falls due, by itself.
    pub async fn follow_clock(self: &Arc<Self>) {
        billing::due::follow(self).await;
        webhooks::keeper::follow(self).await;
    }

    /// Returns the credentials for a first call; missing ones are `None`.
    ///
    /// # Errors
    /// SQLite's, or [`Error::Busy`].
    pub async fn first_call_info(&self) -> Result<FirstCallInfo> {
        let (known, access) = (self.settings.rest_secrets.clone(), self.access().await?);
        let read = move |db: &Connection| {
            let mut info = FirstCallInfo::from_db(db, &known)?;
            // It opens nothing while the setting is off.
            info.api_key = info.api_key.filter(|_| access.settings.plain_api_keys);
            info.reseller_key = info.reseller_key.filter(|_| access.settings.plain_api_keys);
            Ok(info)
        };
        self.store.read(read).await
    }

    /// Ends the writer after the queued writes and checkpoints the write-ahead log into the file. Later
    /// writes fail.
    pub fn close(&self) {
        self.webhooks.close();
        self.viewers.close(&self.store, self.clock.now());
        self.store.close();
    }

    /// Returns the clock.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Returns the generator of credentials. Draw from it in writes only.
    pub fn rng(&self) -> &Rng {
        &self.rng
    }

    /// Returns the operator's settings.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Returns the strictness with suspicious requests.
    pub fn strictness(&self) -> Strictness {
        self.strictness.get()
    }

    /// Changes the strictness, from the next request on.
    pub fn set_strictness(&self, strictness: Strictness) {
        self.strictness.set(strictness);
    }

    /// Returns the pending transitions.
    pub fn pending(&self) -> &Pending {
        &self.pending
    }

    /// Returns what is known of the guides beside their rows.
    pub fn guides(&self) -> &Arc<Guides> {
        &self.guides
    }

    /// Returns when the next subscription falls due.
    pub fn agenda(&self) -> &Agenda {
        &self.agenda
    }

    /// Returns the state of its webhooks.
    pub fn webhooks(&self) -> &Webhooks {
        &self.webhooks
    }

    /// Returns who watches.
    pub fn viewers(&self) -> &Arc<Viewers> {
        &self.viewers
    }

    /// Subscribes to connections that end from now on, for whatever reason: see [`Store::ended_connections`].
    pub fn ended_connections(&self) -> EndedConnections {
        self.store.ended_connections()
    }

    /// Returns when secrets of the REST APIs were used last.
    pub fn rest_uses(&self) -> &LastUses {
        &self.rest_uses
    }

    /// Returns the panel's time zone.
    pub fn zone(&self) -> Zone {
        self.settings.zone
    }

    /// Returns the database.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Returns the cache of the content of bouquet lists, valid until the next commit.
    pub fn bouquets(&self) -> &CommitCache<Arc<Content>> {
        &self.bouquets
    }

    /// Returns the cache of what each reseller sells as a dialect prints it, valid until the next commit; `None` is a list
    /// that is too long to be kept.
    pub fn offers(&self) -> &CommitCache<Option<Arc<[u8]>>> {
        &self.offers
    }

    /// Returns the kept bodies of lists.
    pub fn kept(&self) -> &KeptBodies {
        &self.kept
    }

    /// Returns the request counts, for dialects that limit the request rate.
    pub fn rate(&self) -> &Rate {
        &self.rate
    }

    /// Returns the requests of the keys in their windows.
    pub fn key_rate(&self) -> &KeyRate {
        &self.key_rate
    }

    /// Returns what tells where an address is.
    pub fn geoip(&self) -> &GeoIp {
        &self.geoip
    }

    /// Changes runtime settings: all of them or, if one is invalid, none.
    ///
    /// # Errors
    /// [`SetError`].
    pub async fn set<N, V>(&self, settings: impl IntoIterator<Item = (N, V)>) -> Result<(), SetError>
    where
        N: Into<String>,
        V: Into<String>,
    {
        self.set_from(ChangeSource::default(), settings).await
    }

    /// As [`Panel::set`], with what the audit log says of where it comes from.
    ///
    /// # Errors
    /// [`SetError`].
    pub async fn set_from<N, V>(
        &self,
        source: ChangeSource,
        settings: impl IntoIterator<Item = (N, V)>,
    ) -> Result<(), SetError>
    where
        N: Into<String>,
        V: Into<String>,
    {
        let settings: Vec<(String, String)> = settings
            .into_iter()
            .map(|(name, value)| (name.into(), value.into()))
            .collect();
        let now = self.clock.now();
        let defaults = self.settings.defaults;
        let set = move |db: &Connection| {
            let mut all = settings.iter();
            all.try_for_each(|(name, value)| settings::set_by(db, defaults, now, &source, name, value))
        };
        self.store.write(set).await
    }

    /// Returns the meter of the host, which is created on first use; `None` while the clock is frozen or the random
    /// numbers are seeded, because then the same calls give the same answers on every host.
    pub fn host(&self) -> Option<&Host> {
        if self.rng.is_seeded() || matches!(self.clock.mode(), Mode::Frozen(_)) {
            return None;
        }
        Some(self.host.get_or_init(|| match self.store.place() {
            Place::File(path) => Host::new(path),
            Place::Memory(_) => Host::new(Path::new("/")),
        }))
    }

    /// Returns the time at which the panel was opened, in unix seconds.
    pub fn started(&self) -> i64 {
        self.started
    }
}
