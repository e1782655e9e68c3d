//! The limits of control planes: how much their callers may make them hold, and how long.

use std::time::Duration;

use super::problem::Problem;
use crate::budget::Budget;
use crate::config::Config;

/// The limits of a control plane; those of its worlds are the same, and share `states`.
#[derive(Clone, Debug)]
pub struct ControlLimits {
    pub journal: JournalLimits,
    /// How long a client may read nothing of a stream.
    pub slow_reader: Duration,
    /// The number of snapshots.
    pub snapshots: usize,
    /// The number of worlds.
    pub worlds: usize,
    /// The memory of all snapshots and worlds, and of generated rows.
    pub states: Budget,
    pub faults: FaultLimits,
}

/// The limits of a journal.
#[derive(Clone, Copy, Debug)]
pub struct JournalLimits {
    /// The number of requests; 0 turns the journal off.
    pub size: usize,
    /// The memory of the requests, in bytes.
    pub memory: usize,
    /// The number of clients that follow it.
    pub listeners: usize,
}

/// The limits of faults; that of a `match` is the same everywhere.
#[derive(Clone, Copy, Debug)]
pub struct FaultLimits {
    /// The number of rules.
    pub rules: usize,
    /// The JSON of all rules, in bytes.
    pub memory: usize,
    /// The body of an answer, in bytes.
    pub body: usize,
    /// The JSON of a `match`, in bytes.
    pub matching: usize,
}

impl ControlLimits {
    /// Returns the limits of the options.
    pub fn new(config: &Config) -> ControlLimits {
        ControlLimits {
            journal: JournalLimits {
                size: config.journal_size,
                memory: config.journal_memory,
                listeners: config.journal_listeners,
            },
            slow_reader: config.slow_reader,
            snapshots: config.snapshots,
            worlds: config.worlds,
            states: Budget::new(config.state_memory),
            faults: FaultLimits::new(config),
        }
    }
}

impl FaultLimits {
    /// Returns the limits of the options.
    pub fn new(config: &Config) -> FaultLimits {
        FaultLimits {
            rules: config.fault_rules,
            memory: config.fault_memory,
            body: config.fault_body,
            matching: config.match_limit,
        }
    }

    /// Refuses a `match` that is too large, by the length of its JSON.
    ///
    /// # Errors
    /// A problem that names the option.
    pub fn check_match(&self, length: usize) -> Result<(), Problem> {
        check_length("match", length, self.matching, "--match-limit")
    }

    /// Refuses the body of a fault's answer that is too large.
    ///
    /// # Errors
    /// A problem that names the option.
    pub fn check_body(&self, body: &str) -> Result<(), Problem> {
        check_length("body", body.len(), self.body, "--fault-body")
    }
}

impl Default for FaultLimits {
    fn default() -> FaultLimits {
        FaultLimits::new(&Config::default())
    }
}

fn check_length(name: &str, length: usize, most: usize, option: &str) -> Result<(), Problem> {
    if length <= most {
        return Ok(());
    }
    let detail = format!("`{name}` has {length} bytes, and {most} are allowed");
    let hint = format!("send a shorter one, or start the server with a larger {option}");
    Err(Problem::bad_request(detail, hint))
}

/// The problem of states for which there is no room.
pub fn no_room_for_states() -> Problem {
    Problem::no_room(
        "the memory of snapshots and worlds is full",
        "DELETE snapshots and worlds that are not needed, or start the server with a larger --state-memory",
    )
}
