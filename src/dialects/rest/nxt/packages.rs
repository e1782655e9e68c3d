//! The status of the panel, and its packages (contract "REST APIs", A2).

use super::super::action::Answer;
use super::super::answers::One;
use super::super::call::Call;
use super::super::problem::Failure;
use super::super::times;
use super::objects::{All, Package as Shown, Status};
use super::words;
use crate::panel::Context;
use crate::panel::provision::Package;
use crate::panel::subscription;

/// What packages may be filtered by.
pub const ACTIVE: &[&str] = &["true", "false"];

/// `GET /api/status`.
pub fn status(call: &Call<'_>) -> Result<Answer, Failure> {
    let packages = Package::all(call.context)?;
    let active = packages.into_iter().filter(|package| package.is_active);
    let packages = active
        .map(|package| shown(call.context, package))
        .collect::<Result<Vec<_>, _>>()?;
    let state = match call.input.access.settings.nxt_maintenance {
        true => "maintenance",
        false => "online",
    };
    let data = Status {
        panel: "NXT Dashboard".into(),
        version: env!("CARGO_PKG_VERSION").into(),
        status: state.into(),
        server_time: times::printed(call.context.now),
        packages,
    };
    Ok(Answer::ok(&One { data }))
}

/// `GET /api/packages`.
pub fn list(call: &Call<'_>) -> Result<Answer, Failure> {
    let wanted = call.query()?.text("active").map(|word| word == "true");
    let packages = Package::all(call.context)?;
    let packages = packages
        .into_iter()
        .filter(|package| wanted.is_none_or(|active| package.is_active == active));
    let data = packages
        .map(|package| shown(call.context, package))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Answer::ok(&All { data }))
}

/// `GET /api/packages/{id}`.
pub fn one(call: &Call<'_>) -> Result<Answer, Failure> {
    let id = call.id(0, words::PACKAGE)?;
    let package = Package::find(call.context, id)?.ok_or_else(|| words::PACKAGE.problem())?;
    let data = shown(call.context, package)?;
    Ok(Answer::ok(&One { data }))
}

fn shown(context: &Context<'_>, package: Package) -> Result<Shown, Failure> {
    let features = subscription::features(context, &package.bouquets)?;
    Ok(Shown::new(package, features))
}
