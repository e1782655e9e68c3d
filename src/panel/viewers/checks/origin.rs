//! Checks of where a request comes from and what sends it.

use super::{CheckContext, Finding};
use crate::panel::error::Result;
use crate::panel::viewers::Line;

/// Check 5, the list of the panel.
pub fn blocked_agent(checks: &CheckContext<'_>, line: &Line) -> Result<Finding> {
    let agent = &checks.client.agent;
    let blocked = line.subscription.has_blocked_agent;
    Ok(blocked.then(|| format!("an entry of the blocked user agents is or is in {agent:?}")))
}

/// Check 5, no user agent.
pub fn empty_agent(checks: &CheckContext<'_>, _: &Line) -> Result<Finding> {
    let empty = checks.settings.disallow_empty_user_agents && checks.client.agent.is_empty();
    Ok(empty.then(|| "there is none".to_owned()))
}

/// Check 6.
pub fn address(checks: &CheckContext<'_>, line: &Line) -> Result<Finding> {
    let address = checks.client.address.to_canonical();
    let admits = line.allowed_ips.is_empty() || line.allowed_ips.hold(address);
    Ok((!admits).then(|| format!("{address} is not among its allowed_ips")))
}

/// Check 8.
pub fn line_agent(checks: &CheckContext<'_>, line: &Line) -> Result<Finding> {
    let agent = &checks.client.agent;
    let admits = line.allowed_agents.is_empty() || line.allowed_agents.contains(agent);
    Ok((!admits).then(|| format!("no entry of its allowed_ua is {agent:?}")))
}
