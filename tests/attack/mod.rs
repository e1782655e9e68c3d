//! Attacks, broken clients and broken hosts, each bounded in time: what is sent, and that the panel refuses it and
//! goes on.

mod answers;
mod audit;
mod bodies;
mod browsers;
#[cfg(target_os = "linux")]
mod connections;
mod fixture_budgets;
mod fixture_floods;
mod forwarded;
#[cfg(unix)]
mod host;
#[cfg(unix)]
mod malformed;
mod masking;
mod mysql_query;
mod request_log;
mod slow_reads;
mod smuggling;
mod sql;
mod state_files;
#[cfg(unix)]
mod storage;
mod wrong_secrets;

use crate::control::ask;
use crate::support::Panel;

/// A panel with a control plane that needs no token.
fn controlled(change: impl FnOnce(&mut linecard::config::Config)) -> Panel {
    Panel::docs_with(|config| {
        config.control = true;
        change(config);
    })
}

/// A value of the control plane's metrics.
fn metric(panel: &Panel, name: &str) -> usize {
    let text = ask(panel, "GET", "metrics", "").text();
    let value = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    value.unwrap_or_else(|| panic!("{name} in {text}")).parse().unwrap()
}
