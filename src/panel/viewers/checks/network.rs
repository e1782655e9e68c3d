//! Checks of the country, provider and network of an address. What is unknown refuses nobody.

use super::{CheckContext, Finding};
use crate::panel::error::Result;
use crate::panel::viewers::Line;

/// The word that stands for every country.
const EVERY_COUNTRY: &str = "ALL";

/// Check 7. A line's own country counts in place of the panel's.
pub fn country(checks: &CheckContext<'_>, line: &Line) -> Result<Finding> {
    let Some(country) = &checks.network().country else {
        return Ok(None);
    };
    let allowed = &checks.settings.allow_countries;
    Ok(match line.forced_country.as_str() {
        EVERY_COUNTRY => None,
        "" if allowed.is_empty() || allowed.contains(country) => None,
        "" => Some(format!("{country} is not among allow_countries")),
        forced if forced == country => None,
        forced => Some(format!(
            "the address is in {country}, the line's forced_country is {forced}"
        )),
    })
}

/// Check 9, the list of the panel.
pub fn blocked_isp(checks: &CheckContext<'_>, line: &Line) -> Result<Finding> {
    let isp = checks.network().isp.as_ref().filter(|_| !line.is_restreamer);
    let Some(isp) = isp else {
        return Ok(None);
    };
    let sql = "SELECT 1 FROM blocked_isps WHERE blocked <> 0 AND isp = ?1 COLLATE NOCASE";
    let blocked = checks.context.db.prepare_cached(sql)?.exists([isp])?;
    Ok(blocked.then(|| format!("the blocked ISPs have {isp:?}")))
}

/// Check 9, the line's lock.
pub fn other_isp(checks: &CheckContext<'_>, line: &Line) -> Result<Finding> {
    let locked = line.isp.as_ref().filter(|_| line.is_isp_locked && !line.is_restreamer);
    let both = checks.network().isp.as_ref().zip(locked);
    let differ = both.filter(|(isp, locked)| !isp.eq_ignore_ascii_case(locked));
    Ok(differ.map(|(isp, locked)| format!("the address is of {isp:?}, the line is locked to {locked:?}")))
}

/// Check 9, the network's number.
pub fn blocked_number(checks: &CheckContext<'_>, line: &Line) -> Result<Finding> {
    let number = checks.network().number.filter(|_| !line.is_restreamer);
    let blocked = number.filter(|number| checks.settings.blocked_asns.contains(number));
    Ok(blocked.map(|number| format!("blocked_asns has {number}")))
}

/// Check 9, networks of hosting providers.
pub fn hosting(checks: &CheckContext<'_>, line: &Line) -> Result<Finding> {
    let refuses = checks.settings.block_hosting && !line.is_restreamer && checks.network().is_hosting;
    Ok(refuses.then(|| "the address is one of a hosting network".to_owned()))
}
