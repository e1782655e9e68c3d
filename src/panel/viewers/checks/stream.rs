//! Checks of what is asked for, and of the connections that the line has already.

use super::{CheckContext, Finding};
use crate::panel::error::Result;
use crate::panel::settings::ConnectionPolicy;
use crate::panel::viewers::{ContentKind, Line, Stream, StreamRequest};

/// The formats of live streams and of catch-up.
const FORMATS: [&str; 2] = ["ts", "m3u8"];

/// Check 13. Movies and episodes are sent as they are stored, whatever extension is asked for.
pub fn format(_: &CheckContext<'_>, request: &StreamRequest, line: &Line, _: &Stream) -> Result<Finding> {
    if matches!(request.kind, ContentKind::Movie | ContentKind::Episode) {
        return Ok(None);
    }
    let asked = match request.extension.as_str() {
        "" => "ts",
        extension => extension,
    };
    if !FORMATS.contains(&asked) {
        return Ok(Some(format!("{asked:?} is no format of streams")));
    }
    let has = line.subscription.formats().any(|format| format == asked);
    Ok((!has).then(|| format!("the line has not the format {asked}")))
}

/// Check 14.
pub fn bouquets(checks: &CheckContext<'_>, _: &StreamRequest, line: &Line, stream: &Stream) -> Result<Finding> {
    let has = stream.is_in(checks.context, &line.subscription.bouquets)?;
    Ok((!has).then(|| match line.subscription.bouquets.as_str() {
        "[]" | "" => "the line has no bouquets".to_owned(),
        bouquets => format!(
            "none of its bouquets {bouquets} has {:?} (id {})",
            stream.name, stream.id
        ),
    }))
}

/// Check 15. A line without a limit is meant for many addresses.
pub fn second_address(checks: &CheckContext<'_>, _: &StreamRequest, line: &Line, _: &Stream) -> Result<Finding> {
    let limit = line.subscription.max_connections;
    let most = i64::from(checks.settings.disallow_2nd_ip_max);
    if !checks.settings.disallow_2nd_ip_con || !(1..=most).contains(&limit) {
        return Ok(None);
    }
    let other = line.other_address(checks.context, checks.client.address)?;
    Ok(other.map(|other| format!("{other} has an open connection")))
}

/// Check 16.
pub fn connection_limit(
    checks: &CheckContext<'_>,
    request: &StreamRequest,
    line: &Line,
    _: &Stream,
) -> Result<Finding> {
    if request.joins_session || checks.settings.connection_policy == ConnectionPolicy::KickOldest {
        return Ok(None);
    }
    let full = line.full_limit(checks.context)?;
    Ok(full.map(|full| {
        let whose = match full.line == line.subscription.id {
            true => "it".to_owned(),
            false => format!("its pair, line {},", full.line),
        };
        format!("{whose} has {} open connections of {}", full.open, full.most)
    }))
}

/// Check 17. An archive and a file are there whether anything runs or not.
pub fn stopped(checks: &CheckContext<'_>, request: &StreamRequest, _: &Line, stream: &Stream) -> Result<Finding> {
    if request.kind != ContentKind::Live {
        return Ok(None);
    }
    if checks.context.panel.viewers().on_air.has_failed(stream.id) {
        return Ok(Some(format!(
            "the sources of {:?} (id {}) failed a moment ago",
            stream.name, stream.id
        )));
    }
    if stream.is_started(checks.context)? {
        return Ok(None);
    }
    Ok(Some(format!("{:?} (id {}) runs on no server", stream.name, stream.id)))
}
