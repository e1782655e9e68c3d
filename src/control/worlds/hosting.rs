//! The worlds of a server: panels with their own clock, faults, journal and port, selected by name or by the
//! host of a request. The server implements [`Hosting`], which opens the ports.

use std::collections::{BTreeMap, VecDeque};
use std::future::Future;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::future::join_all;

use crate::control::problem::Problem;
use crate::control::{Control, PREFIX};

/// Opens ports for worlds.
pub trait Hosting: Send + Sync {
    /// Binds a free port.
    ///
    /// # Errors
    /// An error of the system.
    fn listen(&self) -> io::Result<TcpListener>;

    /// Returns the URL of a port on this machine.
    fn url(&self, address: SocketAddr) -> String;

    /// Starts to serve a world on a port.
    ///
    /// # Errors
    /// An error of the system.
    fn serve(&self, listener: TcpListener, world: Arc<Control>) -> io::Result<Box<dyn Port>>;
}

/// A port that serves a world.
pub trait Port: Send + Sync {
    /// Accepts no more connections, and closes open ones after their present request.
    fn stop(&self);

    /// Stops, and waits until all its resources are free.
    fn ended(self: Box<Self>) -> Pin<Box<dyn Future<Output = ()> + Send>>;
}

/// A world with its port.
struct World {
    control: Arc<Control>,
    port: Box<dyn Port>,
}

/// How many names of removed worlds are remembered, so that requests to them are refused instead of reaching
/// the main panel.
const MAX_REMOVED: usize = 1024;

/// All worlds of a server.
pub struct Worlds {
    table: Mutex<WorldTable>,
    /// Whether there is or was a world: until then no request looks for one.
    any: AtomicBool,
    hosting: Box<dyn Hosting>,
    /// The largest number of worlds.
    most: usize,
}

#[derive(Default)]
struct WorldTable {
    /// A name without a world is reserved for one that is being created.
    worlds: BTreeMap<String, Option<World>>,
    removed: VecDeque<String>,
    last_number: u64,
}

/// The panel that a host names.
pub enum HostTarget {
    /// The server's own panel.
    Main,
    World(Arc<Control>),
    /// A world that was removed.
    Gone(String),
}

/// A name reserved for a world that is being created; dropping it without [`ReservedName::fill`] releases the
/// name.
pub struct ReservedName<'a> {
    worlds: &'a Worlds,
    name: String,
    is_filled: bool,
}

impl Worlds {
    /// Creates an empty set of worlds.
    pub fn new(hosting: Box<dyn Hosting>, most: usize) -> Worlds {
        Worlds {
            table: Mutex::default(),
            any: AtomicBool::new(false),
            hosting,
            most,
        }
    }

    /// Returns what opens their ports.
    pub fn hosting(&self) -> &dyn Hosting {
        &*self.hosting
    }

    /// Reserves a name, or the next numbered one if `wanted` is `None`.
    ///
    /// # Errors
    /// The name is taken, or there are as many worlds as there may be.
    pub fn reserve(&self, wanted: Option<String>) -> Result<ReservedName<'_>, Problem> {
        let mut table = self.table();
        if let Some(name) = wanted.as_ref().filter(|name| table.worlds.contains_key(*name)) {
            let detail = format!("there is a world {name:?} already");
            let hint = format!("DELETE {PREFIX}worlds/{name} first, or leave `name` out");
            return Err(Problem::new(409, "exists", detail, hint));
        }
        if table.worlds.len() >= self.most {
            return Err(Problem::too_many(
                format!("there are {} worlds", self.most),
                "DELETE some, or start the server with a larger --worlds",
            ));
        }
        let name = wanted.unwrap_or_else(|| table.next_name());
        table.worlds.insert(name.clone(), None);
        Ok(ReservedName {
            worlds: self,
            name,
            is_filled: false,
        })
    }

    /// Returns the worlds, sorted by name.
    pub fn all(&self) -> Vec<Arc<Control>> {
        let table = self.table();
        let worlds = table.worlds.values().flatten();
        worlds.map(|world| Arc::clone(&world.control)).collect()
    }

    /// Returns the panel of a request's host: `NAME.localhost`, with or without a port.
    pub fn named_by(&self, host: &str) -> HostTarget {
        if !self.any.load(Ordering::Acquire) {
            return HostTarget::Main;
        }
        let Some(name) = world_name(host) else {
            return HostTarget::Main;
        };
        let table = self.table();
        match table.worlds.get(&name) {
            Some(Some(world)) => HostTarget::World(Arc::clone(&world.control)),
            Some(None) => HostTarget::Gone(name),
            None if table.removed.contains(&name) => HostTarget::Gone(name),
            None => HostTarget::Main,
        }
    }

    /// Stops a world and waits until its port, threads and memory are free; false if there is no such world.
    pub async fn remove(&self, name: &str) -> bool {
        let removed = {
            let mut table = self.table();
            match table.worlds.get(name) {
                Some(Some(_)) => table.worlds.remove(name).flatten(),
                _ => None,
            }
            .inspect(|_| table.remember_removed(name))
        };
        let Some(world) = removed else {
            return false;
        };
        world.end().await;
        true
    }

    /// Stops accepting connections in all worlds.
    pub fn stop(&self) {
        self.table()
            .worlds
            .values()
            .flatten()
            .for_each(|world| world.port.stop());
    }

    /// Stops all worlds and waits for them.
    pub async fn end(&self) {
        let worlds = std::mem::take(&mut self.table().worlds);
        join_all(worlds.into_values().flatten().map(World::end)).await;
    }

    fn table(&self) -> MutexGuard<'_, WorldTable> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl WorldTable {
    /// Returns the next number's name that is not taken.
    fn next_name(&mut self) -> String {
        loop {
            self.last_number += 1;
            let name = format!("world-{}", self.last_number);
            if !self.worlds.contains_key(&name) {
                return name;
            }
        }
    }

    fn remember_removed(&mut self, name: &str) {
        if self.removed.len() == MAX_REMOVED {
            self.removed.pop_front();
        }
        self.removed.push_back(name.to_owned());
    }
}

impl ReservedName<'_> {
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Puts the world under its reserved name.
    pub fn fill(mut self, control: Arc<Control>, port: Box<dyn Port>) {
        let mut table = self.worlds.table();
        table.removed.retain(|name| *name != self.name);
        table.worlds.insert(self.name.clone(), Some(World { control, port }));
        self.worlds.any.store(true, Ordering::Release);
        self.is_filled = true;
    }
}

impl Drop for ReservedName<'_> {
    fn drop(&mut self) {
        if !self.is_filled {
            self.worlds.table().worlds.remove(&self.name);
        }
    }
}

impl World {
    async fn end(self) {
        self.control.close();
        self.port.ended().await;
        let control = self.control;
        control.collect_journal().await;
        // Closing waits for the writer's thread, so it must not block this one.
        let closed = tokio::task::spawn_blocking(move || control.panel().close());
        if let Err(error) = closed.await {
            tracing::warn!(%error, "a world was not closed in order");
        }
    }
}

/// Returns the name in `NAME.localhost:PORT`.
fn world_name(host: &str) -> Option<String> {
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
            assert_eq!(world_name(host).as_deref(), Some("w1"), "{host}");
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
            assert_eq!(world_name(host), None, "{host}");
        }
    }
}
