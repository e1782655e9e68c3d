//! The figures of a server's machine. Every API that shows them reads them here, so that all tell the same of one
//! server.
//!
//! They are those that the server's watchdog stored. What the main server's did not store is measured on this host or,
//! in a run that can be repeated ([`Panel::host`]), that of an example; of any other server it is unknown, and shown as 0.

use serde_json::{Map, Value as Json, json};

use super::Panel;
use super::host::{Host, Machine};

/// The figures of one server.
pub struct Figures<'a> {
    stored: Map<String, Json>,
    is_main: bool,
    host: Option<&'a Host>,
}

/// The members of a machine (contract "XC v2 API", section 11).
pub const MACHINE: [&str; 11] = [
    "total_ram",
    "total_used",
    "cores",
    "threads",
    "kernel",
    "total_running_streams",
    "cpu_name",
    "cpu_usage",
    "network_speed",
    "bytes_sent",
    "bytes_received",
];

impl<'a> Figures<'a> {
    /// The figures of a server with this `watchdog_data`.
    pub fn new(panel: &'a Panel, is_main: bool, watchdog: &str) -> Figures<'a> {
        Figures {
            stored: serde_json::from_str(watchdog).unwrap_or_default(),
            is_main,
            host: panel.host().filter(|_| is_main),
        }
    }

    /// Returns the load of its processors in percent.
    pub fn cpu(&self) -> f64 {
        let stored = self.number("cpu").or_else(|| self.number("cpu_usage"));
        stored.unwrap_or_else(|| self.measured().cpu_usage)
    }

    /// Returns the part of its memory that is in use, in percent.
    pub fn memory(&self) -> f64 {
        let share = || Some(percent(self.number("total_used")?, self.number("total_ram")?));
        let stored = self.number("mem").or_else(share);
        stored.unwrap_or_else(|| self.measured().memory)
    }

    /// Returns the part of its disk that is in use, in percent. Of the host it is the disk with the database.
    pub fn disk(&self) -> f64 {
        self.number("disk").unwrap_or_else(|| self.measured().disk)
    }

    /// Returns how long it has run, as text: `45 days`.
    pub fn uptime(&self) -> Option<&str> {
        self.stored.get("uptime").and_then(Json::as_str)
    }

    /// Returns the members of [`MACHINE`], if any of them is known; `running` streams run on it.
    pub fn machine(&self, running: i64) -> Option<Json> {
        let mut known = MACHINE.iter().chain(&["cpu", "mem"]);
        if !self.is_main && !known.any(|name| self.stored.contains_key(*name)) {
            return None;
        }
        let host = match MACHINE.iter().all(|name| self.stored.contains_key(*name)) {
            true => Machine::default(),
            false => self.measured(),
        };
        // A real panel's scripts print these two with a newline, and clients expect it.
        let speed = host.network_speed.map(|speed| format!("{speed}\n"));
        let computed = json!({
            "total_ram": host.total_ram,
            "total_used": self.used(&host),
            "cores": host.cores,
            "threads": host.threads,
            "kernel": host.kernel,
            "total_running_streams": format!("{running}\n"),
            "cpu_name": host.cpu_name,
            "network_speed": speed,
            "bytes_sent": host.sent,
            "bytes_received": host.received,
        });
        let member = |name: &str| match name {
            "cpu_usage" => json!(self.cpu()),
            _ => {
                let value = self.stored.get(name).or_else(|| computed.get(name));
                value.cloned().unwrap_or_default()
            }
        };
        Some(MACHINE.iter().map(|name| ((*name).to_owned(), member(name))).collect())
    }

    /// Returns the used memory in KiB, by the stored share if there is one.
    fn used(&self, host: &Machine) -> Json {
        let total = self.number("total_ram").or_else(|| json!(host.total_ram).as_f64());
        match (self.number("mem"), total) {
            (Some(percent), Some(total)) => json!((total * percent / 100.0).round()),
            _ => json!(host.used_ram),
        }
    }

    fn number(&self, name: &str) -> Option<f64> {
        self.stored.get(name).and_then(Json::as_f64)
    }

    fn measured(&self) -> Machine {
        match self.host {
            Some(host) => host.machine(),
            None if self.is_main => Machine::example(),
            None => Machine::default(),
        }
    }
}

/// Returns a share in percent, with one decimal.
fn percent(part: f64, whole: f64) -> f64 {
    match whole > 0.0 {
        true => (part / whole * 1000.0).round() / 10.0,
        false => 0.0,
    }
}
