//! The worlds that a server has: panels of their own, each with its clock, faults, journal and
//! port, found by name or by the host that a request asks for. What opens ports is the server's.

use std::collections::{BTreeMap, VecDeque};
use std::future::Future;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::future::join_all;

use crate::control::Control;
use crate::panel::startup::StartupState;
use crate::seeds::BootstrapCredentials;

/// What gives worlds their ports.
pub trait Hosting: Send + Sync {
    /// Takes a free port.
    ///
    /// # Errors
    /// The system's.
    fn listen(&self) -> io::Result<TcpListener>;

    /// The URL under which this machine reaches a port.
    fn url(&self, address: SocketAddr) -> String;

    /// Begins to answer on a port.
    ///
    /// # Errors
    /// The system's.
    fn serve(&self, listener: TcpListener, world: Arc<Control>) -> io::Result<Box<dyn Port>>;
}

/// A port that answers for a world.
pub trait Port: Send + Sync {
    /// Takes no more connections, and closes those that are open after the request they are at.
    fn stop(&self);

    /// Stops, and ends when nothing is left of it.
    fn ended(self: Box<Self>) -> Pin<Box<dyn Future<Output = ()> + Send>>;
}

/// A world with its port.
struct World {
    control: Arc<Control>,
    port: Box<dyn Port>,
}

/// How many names of worlds that are gone are remembered: their requests are refused, not taken for
/// the main panel's.
const GONE: usize = 1024;

/// All worlds of a server.
pub struct Worlds {
    held: Mutex<WorldTable>,
    /// Whether there is or was a world: until then no request needs to look for one.
    any: AtomicBool,
    hosting: Box<dyn Hosting>,
    /// What worlds are set up with whose seed brings none of it.
    pub keys: BootstrapCredentials,
    /// What such worlds have beside.
    pub startup: StartupState,
}

#[derive(Default)]
struct WorldTable {
    /// A name without a world is taken for one that is being made.
    worlds: BTreeMap<String, Option<World>>,
    gone: VecDeque<String>,
    numbered: u64,
}

/// What a host stands for.
pub enum HostTarget {
    /// No world.
    Main,
    World(Arc<Control>),
    /// A world that there was.
    Gone(String),
}

/// A name that is kept for a world that is being made; it is free again when that comes to nothing.
pub struct ReservedName<'a> {
    worlds: &'a Worlds,
    name: String,
    kept: bool,
}

impl Worlds {
    /// None yet.
    pub fn new(hosting: Box<dyn Hosting>, keys: BootstrapCredentials, startup: StartupState) -> Worlds {
        Worlds {
            held: Mutex::default(),
            any: AtomicBool::new(false),
            hosting,
            keys,
            startup,
        }
    }

    /// What gives them their ports.
    pub fn hosting(&self) -> &dyn Hosting {
        &*self.hosting
    }

    /// Keeps a name, or the next number where none is wanted; `None` when a world has it.
    pub fn reserve(&self, wanted: Option<String>) -> Option<ReservedName<'_>> {
        let mut held = self.held();
        let name = match wanted {
            Some(name) => name,
            None => loop {
                held.numbered += 1;
                let name = format!("world-{}", held.numbered);
                if !held.worlds.contains_key(&name) {
                    break name;
                }
            },
        };
        if held.worlds.contains_key(&name) {
            return None;
        }
        held.worlds.insert(name.clone(), None);
        Some(ReservedName {
            worlds: self,
            name,
            kept: false,
        })
    }

    /// The worlds by name.
    pub fn all(&self) -> Vec<Arc<Control>> {
        let held = self.held();
        let worlds = held.worlds.values().flatten();
        worlds.map(|world| Arc::clone(&world.control)).collect()
    }

    /// What the host of a request stands for: `NAME.localhost`, with or without a port.
    pub fn named_by(&self, host: &str) -> HostTarget {
        if !self.any.load(Ordering::Acquire) {
            return HostTarget::Main;
        }
        let Some(name) = world_of(host) else {
            return HostTarget::Main;
        };
        let held = self.held();
        match held.worlds.get(&name) {
            Some(Some(world)) => HostTarget::World(Arc::clone(&world.control)),
            Some(None) => HostTarget::Gone(name),
            None if held.gone.contains(&name) => HostTarget::Gone(name),
            None => HostTarget::Main,
        }
    }

    /// Stops a world and waits until its port, its threads and its memory are free; false when
    /// there is none of that name.
    pub async fn remove(&self, name: &str) -> bool {
        let removed = {
            let mut held = self.held();
            match held.worlds.get(name) {
                Some(Some(_)) => held.worlds.remove(name).flatten(),
                _ => None,
            }
            .inspect(|_| held.went(name))
        };
        let Some(world) = removed else {
            return false;
        };
        world.end().await;
        true
    }

    /// Lets no world take another connection.
    pub fn stop(&self) {
        self.held()
            .worlds
            .values()
            .flatten()
            .for_each(|world| world.port.stop());
    }

    /// Ends all of them.
    pub async fn end(&self) {
        let worlds = std::mem::take(&mut self.held().worlds);
        join_all(worlds.into_values().flatten().map(World::end)).await;
    }

    fn held(&self) -> MutexGuard<'_, WorldTable> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl WorldTable {
    fn went(&mut self, name: &str) {
        if self.gone.len() == GONE {
            self.gone.pop_front();
        }
        self.gone.push_back(name.to_owned());
    }
}

impl ReservedName<'_> {
    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Gives the name its world.
    pub fn fill(mut self, control: Arc<Control>, port: Box<dyn Port>) {
        let mut held = self.worlds.held();
        held.gone.retain(|name| *name != self.name);
        held.worlds.insert(self.name.clone(), Some(World { control, port }));
        self.worlds.any.store(true, Ordering::Release);
        self.kept = true;
    }
}

impl Drop for ReservedName<'_> {
    fn drop(&mut self) {
        if !self.kept {
            self.worlds.held().worlds.remove(&self.name);
        }
    }
}

impl World {
    async fn end(self) {
        self.control.close();
        self.port.ended().await;
        let control = self.control;
        // The writer's thread is waited for.
        let closed = tokio::task::spawn_blocking(move || control.panel().close());
        if let Err(error) = closed.await {
            tracing::warn!(%error, "a world was not closed in order");
        }
    }
}

/// The name in `NAME.localhost:PORT`.
fn world_of(host: &str) -> Option<String> {
    let host = match host.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => host,
        _ => host,
    };
    let host = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
    let name = host.strip_suffix(".localhost")?;
    is_name(name).then(|| name.to_owned())
}

/// Whether a text can be a world's name, which is a label of a host name.
pub fn is_name(text: &str) -> bool {
    let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    (1..=63).contains(&text.len()) && text.bytes().all(fits) && !text.starts_with('-') && !text.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_names_a_world_in_every_spelling() {
        for host in ["w1.localhost", "w1.localhost:80", "W1.LocalHost.:8080", "w1.localhost."] {
            assert_eq!(world_of(host).as_deref(), Some("w1"), "{host}");
        }
        for host in [
            "",
            "localhost",
            ".localhost",
            "a.b.localhost",
            "w1.example",
            "w1.localhost:x",
            "-.localhost",
            "[::1]:80",
        ] {
            assert_eq!(world_of(host), None, "{host}");
        }
    }
}
