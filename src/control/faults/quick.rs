//! The initial faults of a server: those of `--latency`, `--jitter` and `--fail-rate`, and the rules of
//! `--faults`. The options become ordinary rules with fixed ids.

use std::fs;
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};

use super::Faults;
use super::file::FaultFile;
use crate::config::{Config, FailRate, LONGEST_DELAY};
use crate::control::limits::FaultLimits;
use crate::dialects::Dialects;

/// Builds the initial faults.
///
/// # Errors
/// One line with the reason.
pub fn faults(config: &Config) -> Result<Faults, String> {
    let mut rules: Vec<Value> = [latency_rule(config), fail_rate_rule(config)]
        .into_iter()
        .flatten()
        .collect();
    let option_count = rules.len();
    let file = config.faults.as_deref().map(read_file).transpose()?;
    if let Some(file) = &file {
        rules.extend(file.rules());
    }
    if !config.has_control() && (!rules.is_empty() || config.debug_headers) {
        let flags = "--latency, --jitter, --fail-rate, --faults and --debug-headers";
        return Err(format!("{flags} are the control plane's: start with --control"));
    }
    let seed = config.rng_seed.unwrap_or(0);
    let faults = Faults::new(Dialects::default(), FaultLimits::new(config), seed, rules);
    faults.map_err(|(at, problem)| {
        match (&file, at.checked_sub(option_count)) {
            (Some(file), Some(at)) => file.error_message(at, &problem),
            // Options are validated before they become rules.
            _ => problem.to_string(),
        }
    })
}

/// Builds the rule of `--latency` and `--jitter`.
fn latency_rule(config: &Config) -> Option<Value> {
    if config.latency.is_none() && config.jitter.is_none() {
        return None;
    }
    let latency = config.latency.unwrap_or_default();
    let jitter = config.jitter.unwrap_or_default();
    let text = |delay: Duration| format!("{}ms", delay.as_millis());
    let delay = match jitter.is_zero() {
        true => json!(text(latency)),
        false => {
            let most = latency.saturating_add(jitter).min(LONGEST_DELAY);
            json!({ "uniform": [text(latency.saturating_sub(jitter)), text(most)] })
        }
    };
    Some(json!({ "id": "latency", "effect": { "delay": delay } }))
}

/// Builds the rule of `--fail-rate`.
fn fail_rate_rule(config: &Config) -> Option<Value> {
    let FailRate { share, status } = config.fail_rate?;
    Some(json!({ "id": "fail-rate", "when": { "probability": share }, "effect": { "status": status } }))
}

/// Reads the rules of a file.
fn read_file(path: &Path) -> Result<FaultFile, String> {
    let name = path.display().to_string();
    let text = fs::read_to_string(path).map_err(|error| format!("cannot read {name}: {error}"))?;
    FaultFile::parse(path, name, &text)
}
