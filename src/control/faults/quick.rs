//! Faults that a server begins with: `--latency`, `--jitter`, `--fail-rate` and the rules of a file.
//! They are rules like any other, with names of their own.

use std::fs;
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};

use super::Faults;
use super::file::FaultFile;
use crate::config::{Config, FailRate, LONGEST_DELAY};

/// The faults that a server begins with.
///
/// # Errors
/// In one line, what is wrong with them.
pub fn faults(config: &Config) -> Result<Faults, String> {
    let mut rules: Vec<Value> = [delay(config), failures(config)].into_iter().flatten().collect();
    let own = rules.len();
    let written = config.faults.as_deref().map(read).transpose()?;
    if let Some(written) = &written {
        rules.extend(written.rules());
    }
    if !config.has_control() && (!rules.is_empty() || config.debug_headers) {
        let flags = "--latency, --jitter, --fail-rate, --faults and --debug-headers";
        return Err(format!("{flags} are the control plane's: start with --control"));
    }
    Faults::new(config.rng_seed.unwrap_or(0), rules).map_err(|(at, problem)| {
        match (&written, at.checked_sub(own)) {
            (Some(written), Some(at)) => written.wrong(at, &problem),
            // Flags are read before they become rules.
            _ => problem.to_string(),
        }
    })
}

/// The rule of `--latency` and `--jitter`.
fn delay(config: &Config) -> Option<Value> {
    if config.latency.is_none() && config.jitter.is_none() {
        return None;
    }
    let latency = config.latency.unwrap_or_default();
    let jitter = config.jitter.unwrap_or_default();
    let shown = |wait: Duration| format!("{}ms", wait.as_millis());
    let delay = match jitter.is_zero() {
        true => json!(shown(latency)),
        false => {
            let most = latency.saturating_add(jitter).min(LONGEST_DELAY);
            json!({ "uniform": [shown(latency.saturating_sub(jitter)), shown(most)] })
        }
    };
    Some(json!({ "id": "latency", "effect": { "delay": delay } }))
}

/// The rule of `--fail-rate`.
fn failures(config: &Config) -> Option<Value> {
    let FailRate { share, status } = config.fail_rate?;
    Some(json!({ "id": "fail-rate", "when": { "probability": share }, "effect": { "status": status } }))
}

/// The rules of a file.
fn read(path: &Path) -> Result<FaultFile, String> {
    let name = path.display().to_string();
    let text = fs::read_to_string(path).map_err(|error| format!("cannot read {name}: {error}"))?;
    FaultFile::read(path, name, &text)
}
