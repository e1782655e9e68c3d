//! The host that Linecard runs on: the load of its processors, the usage of its memory and disk, a
//! description of the machine and its network traffic.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use sysinfo::{CpuRefreshKind, DiskRefreshKind, Disks, MemoryRefreshKind, Networks, System};

/// Description of the host and its current load.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Machine {
    /// KiB.
    pub total_ram: u64,
    /// KiB.
    pub used_ram: u64,
    pub cores: usize,
    pub threads: usize,
    pub kernel: String,
    pub cpu_name: String,
    /// Percent of all cores, since the last measurement.
    pub cpu_usage: f64,
    /// Percent of the memory.
    pub memory: f64,
    /// Percent of the disk that is measured.
    pub disk: f64,
    /// Speed of its fastest interface in Mbit/s, if the system reports it.
    pub network_speed: Option<u64>,
    /// Mbit/s since the last measurement.
    pub sent: f64,
    /// Mbit/s since the last measurement.
    pub received: f64,
}

impl Machine {
    /// The machine of a main server in a run that can be repeated: the same everywhere, and idle.
    pub fn example() -> Machine {
        Machine {
            total_ram: 16_384_000,
            cores: 4,
            threads: 8,
            kernel: "6.1.0".into(),
            cpu_name: "Example CPU".into(),
            network_speed: Some(1000),
            ..Machine::default()
        }
    }
}

/// A meter of the host.
#[derive(Debug)]
pub struct Host {
    /// `None` on an unsupported system; then every figure is 0.
    system: Mutex<Option<System>>,
    /// The interfaces' counters and the time of the last measurement.
    networks: Mutex<(Option<Networks>, Instant)>,
    /// A path on the disk that is measured.
    path: PathBuf,
    /// The last measurement.
    last: Mutex<Option<(Instant, Machine)>>,
}

/// How long a measurement is shown: all that asks meanwhile is told the same.
const FRESH: Duration = Duration::from_secs(1);

impl Host {
    /// Creates a meter that measures the disk of `path`. The processor load is measured from now on.
    pub fn new(path: &Path) -> Host {
        let mut system = System::new().ok();
        if let Some(system) = &mut system {
            system.refresh_cpu_specifics(CpuRefreshKind::nothing().with_usage());
        }
        Host {
            system: Mutex::new(system),
            networks: Mutex::new((Networks::new_with_refreshed_list().ok(), Instant::now())),
            path: std::path::absolute(path).unwrap_or_else(|_| path.into()),
            last: Mutex::new(None),
        }
    }

    /// Returns the machine and its load.
    pub fn machine(&self) -> Machine {
        self.machine_at(Instant::now())
    }

    fn machine_at(&self, now: Instant) -> Machine {
        let mut last = self.last.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if let Some((at, machine)) = &*last
            && now.saturating_duration_since(*at) < FRESH
        {
            return machine.clone();
        }
        let machine = self.measure();
        *last = Some((now, machine.clone()));
        machine
    }

    fn measure(&self) -> Machine {
        let mut system = self.system.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let Some(system) = system.as_mut() else {
            return Machine::default();
        };
        system.refresh_cpu_specifics(CpuRefreshKind::nothing().with_usage());
        system.refresh_memory_specifics(MemoryRefreshKind::nothing().with_ram());
        let (sent, received) = self.traffic();
        Machine {
            total_ram: system.total_memory() / 1024,
            used_ram: system.used_memory() / 1024,
            cores: System::physical_core_count().unwrap_or_else(|_| system.cpus().len()),
            threads: system.cpus().len(),
            kernel: System::kernel_version().unwrap_or_default(),
            cpu_name: system.cpus().first().map_or("", |cpu| cpu.brand()).to_owned(),
            cpu_usage: tenths(f64::from(system.global_cpu_usage())),
            memory: percent(system.used_memory(), system.total_memory()),
            disk: self.disk().unwrap_or(0.0),
            network_speed: network_speed(),
            sent,
            received,
        }
    }

    /// Returns the Mbit/s sent and received since the last measurement.
    fn traffic(&self) -> (f64, f64) {
        let mut guard = self.networks.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let (networks, since) = &mut *guard;
        let Some(networks) = networks.as_mut() else {
            return (0.0, 0.0);
        };
        networks.refresh(true);
        let seconds = since.elapsed().as_secs_f64().max(0.001);
        *since = Instant::now();
        let rate = |bytes: u64| {
            let mbits = u32::try_from(bytes / 125).map_or(0.0, f64::from) / 1000.0;
            (mbits / seconds * 100.0).round() / 100.0
        };
        let sum = |of: fn(&sysinfo::NetworkData) -> u64| networks.values().map(of).sum();
        (
            rate(sum(sysinfo::NetworkData::transmitted)),
            rate(sum(sysinfo::NetworkData::received)),
        )
    }

    fn disk(&self) -> Option<f64> {
        let disks = Disks::new_with_refreshed_list_specifics(DiskRefreshKind::nothing().with_storage()).ok()?;
        // The disk of the path is the one with the longest mount point above it.
        let mine = disks.iter().filter(|disk| self.path.starts_with(disk.mount_point()));
        let mine = mine.max_by_key(|disk| disk.mount_point().as_os_str().len())?;
        Some(percent(
            mine.total_space().saturating_sub(mine.available_space()),
            mine.total_space(),
        ))
    }
}

/// Returns the speed of the fastest interface in Mbit/s, as Linux reports it.
fn network_speed() -> Option<u64> {
    let interfaces = fs::read_dir("/sys/class/net").ok()?.flatten();
    let speed = |interface: fs::DirEntry| fs::read_to_string(interface.path().join("speed")).ok();
    // An interface that is down reports -1.
    interfaces
        .filter_map(speed)
        .filter_map(|text| text.trim().parse().ok())
        .max()
}

fn percent(used: u64, total: u64) -> f64 {
    let thousandths = u128::from(used)
        .saturating_mul(1000)
        .checked_div(u128::from(total))
        .unwrap_or(0);
    f64::from(u32::try_from(thousandths).unwrap_or(1000)) / 10.0
}

fn tenths(number: f64) -> f64 {
    (number * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_have_one_decimal() {
        assert_eq!(percent(1, 3), 33.3);
        assert_eq!(percent(5, 0), 0.0);
        assert_eq!(tenths(23.456), 23.5);
    }

    #[test]
    fn the_machine_is_named() {
        let machine = Host::new(Path::new(".")).machine();
        assert!(
            machine.total_ram > 0 && machine.used_ram <= machine.total_ram,
            "{machine:?}"
        );
        assert!(machine.threads >= 1 && machine.cores >= 1, "{machine:?}");
        assert!(machine.sent >= 0.0 && machine.received >= 0.0, "{machine:?}");
    }

    #[test]
    fn the_host_has_memory_and_a_disk() {
        let machine = Host::new(Path::new(".")).machine();
        assert!(machine.memory > 0.0 && machine.memory <= 100.0, "{machine:?}");
        assert!(machine.disk > 0.0 && machine.disk <= 100.0, "{machine:?}");
    }

    #[test]
    fn a_measurement_is_shown_for_a_second() {
        let (host, now) = (Host::new(Path::new(".")), Instant::now());
        let first = host.machine_at(now);
        assert_eq!(host.machine_at(now + FRESH - Duration::from_millis(1)), first);
        let fresh = || host.last.lock().unwrap().as_ref().map(|(at, _)| *at);
        assert_eq!(fresh(), Some(now));
        host.machine_at(now + FRESH);
        assert_eq!(fresh(), Some(now + FRESH));
    }
}
