//! The status of the panel, and its packages (contract "REST APIs", A2).

use serde_json::{Value, json};

use super::super::action::Answer;
use super::super::call::Call;
use super::super::problem::Failure;
use super::super::times;
use super::words;
use crate::panel::Context;
use crate::panel::provision::Package;
use crate::panel::subscription;

/// What packages may be filtered by.
pub const ACTIVE: &[&str] = &["true", "false"];

/// `GET /api/status`.
pub fn status(call: &Call<'_>) -> Result<Answer, Failure> {
    let packages = Package::all(call.context)?;
    let active = packages.iter().filter(|package| package.is_active);
    let packages = active
        .map(|package| shown(call.context, package))
        .collect::<Result<Vec<_>, _>>()?;
    let state = match call.input.access.settings.nxt_maintenance {
        true => "maintenance",
        false => "online",
    };
    Ok(Answer::ok(json!({ "data": {
        "panel": "NXT Dashboard",
        "version": env!("CARGO_PKG_VERSION"),
        "status": state,
        "server_time": times::printed(call.context.now),
        "packages": packages,
    } })))
}

/// `GET /api/packages`.
pub fn list(call: &Call<'_>) -> Result<Answer, Failure> {
    let wanted = call.query()?.text("active").map(|word| word == "true");
    let packages = Package::all(call.context)?;
    let packages = packages
        .iter()
        .filter(|package| wanted.is_none_or(|active| package.is_active == active));
    let packages = packages
        .map(|package| shown(call.context, package))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Answer::ok(json!({ "data": packages })))
}

/// `GET /api/packages/{id}`.
pub fn one(call: &Call<'_>) -> Result<Answer, Failure> {
    let id = call.id(0, words::PACKAGE)?;
    let package = Package::find(call.context, id)?.ok_or_else(|| words::PACKAGE.problem())?;
    Ok(Answer::ok(json!({ "data": shown(call.context, &package)? })))
}

fn shown(context: &Context<'_>, package: &Package) -> Result<Value, Failure> {
    let features = subscription::features(context, &package.bouquets)?;
    let duration = package
        .term
        .map(|term| json!({ "value": term.count, "unit": term.unit.name() }));
    Ok(json!({
        "id": package.id,
        "name": package.name,
        "type": package.kind.name(),
        "max_devices": package.max_devices,
        "features": features,
        "duration": duration,
        "active": package.is_active,
    }))
}
