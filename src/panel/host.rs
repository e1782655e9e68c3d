//! The host that Linecard runs on: how busy its processors are, how full its memory and disk.

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use sysinfo::{CpuRefreshKind, DiskRefreshKind, Disks, MemoryRefreshKind, System};

/// Percentages of what the host has.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Usage {
    pub cpu: f64,
    pub memory: f64,
    pub disk: f64,
}

/// A meter of the host.
#[derive(Debug)]
pub struct Host {
    /// `None` on a system that tells nothing; then everything is 0.
    system: Mutex<Option<System>>,
    /// A path on the disk that counts.
    path: PathBuf,
}

impl Host {
    /// A meter for the disk that `path` is on. The processors' load counts from now on.
    pub fn new(path: &Path) -> Host {
        let mut system = System::new().ok();
        if let Some(system) = &mut system {
            system.refresh_cpu_specifics(CpuRefreshKind::nothing().with_usage());
        }
        Host {
            system: Mutex::new(system),
            path: std::path::absolute(path).unwrap_or_else(|_| path.into()),
        }
    }

    /// The usage now; the processors' since the last time it was asked for.
    pub fn usage(&self) -> Usage {
        let mut system = self.system.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let Some(system) = system.as_mut() else {
            return Usage::default();
        };
        system.refresh_cpu_specifics(CpuRefreshKind::nothing().with_usage());
        system.refresh_memory_specifics(MemoryRefreshKind::nothing().with_ram());
        Usage {
            cpu: tenths(f64::from(system.global_cpu_usage())),
            memory: percent(system.used_memory(), system.total_memory()),
            disk: self.disk().unwrap_or(0.0),
        }
    }

    fn disk(&self) -> Option<f64> {
        let disks = Disks::new_with_refreshed_list_specifics(DiskRefreshKind::nothing().with_storage()).ok()?;
        // The longest mount point above the path is the disk that the path is on.
        let mine = disks.iter().filter(|disk| self.path.starts_with(disk.mount_point()));
        let mine = mine.max_by_key(|disk| disk.mount_point().as_os_str().len())?;
        Some(percent(
            mine.total_space().saturating_sub(mine.available_space()),
            mine.total_space(),
        ))
    }
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
    fn the_host_has_memory_and_a_disk() {
        let usage = Host::new(Path::new(".")).usage();
        assert!(usage.memory > 0.0 && usage.memory <= 100.0, "{usage:?}");
        assert!(usage.disk > 0.0 && usage.disk <= 100.0, "{usage:?}");
    }
}
