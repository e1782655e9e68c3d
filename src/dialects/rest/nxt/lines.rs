//! Lines (contract "REST APIs", A3 to A6).

use super::super::action::Answer;
use super::super::answers::One;
use super::super::call::Call;
use super::super::fields::{FieldValue, Fields};
use super::super::problem::Failure;
use super::devices::{line_of, zero_fault};
use super::objects::{Changed, Deleted, Line, Meta, Page, Warning};
use super::words;
use crate::panel::error::{Error, Thing};
use crate::panel::fields::FaultReason;
use crate::panel::line_devices;
use crate::panel::lines::LINES;
use crate::panel::noun::Noun;
use crate::panel::provision::{self, LineChange, NewLine, Package};
use crate::panel::sold_lines::{self, LineFilter};

/// `POST /api/lines`.
pub fn create(call: &Call<'_>) -> Result<Answer, Failure> {
    let (context, mut fields) = (call.context, call.input.fields.clone());
    let package = package_of(call, &mut fields)?;
    let limit = fields
        .int("device_limit")
        .or(package.as_ref().and_then(|package| package.max_devices));
    if let Some(fault) = zero_fault(limit, fields.has("mac")) {
        fields.fault("device_limit", fault);
    }
    let term = package.as_ref().and_then(|package| package.term);
    match fields.seconds("expires_at") {
        Some(expires) if expires <= context.now => fields.fault("expires_at", FaultReason::Past),
        None if term.is_none() && package.as_ref().is_some_and(|package| package.is_active) => {
            fields.fault("expires_at", FaultReason::Missing)
        }
        _ => {}
    }
    call.check(&fields)?;
    let package = package.ok_or_else(|| Error::internal("a line is made without a package".to_owned()))?;
    let of_term = || term.and_then(|term| term.end(context.now, context.zone()));
    let new = NewLine {
        package,
        username: fields.text("username"),
        password: fields.text("password"),
        device_limit: limit,
        mac: fields.text("mac"),
        expires: fields.seconds("expires_at").or_else(of_term),
        notes: fields.text("notes").unwrap_or_default(),
        is_enabled: true,
    };
    let id = provision::create(context, &new)?;
    let body = told(call, id, "Line created", limit == Some(0))?;
    Ok(Answer::created(format!("/api/lines/{id}"), &body))
}

/// The package that is sent; one that is unknown or inactive is a fault.
fn package_of(call: &Call<'_>, fields: &mut Fields) -> Result<Option<Package>, Failure> {
    let Some(id) = fields.int("package_id") else {
        return Ok(None);
    };
    let package = Package::find(call.context, id)?;
    match &package {
        None => fields.fault("package_id", FaultReason::UnknownId),
        Some(package) if !package.is_active => fields.fault("package_id", FaultReason::NotActive),
        Some(_) => {}
    }
    Ok(package)
}

/// `PUT /api/lines/{id}/extend`.
pub fn extend(call: &Call<'_>) -> Result<Answer, Failure> {
    let line = line_of(call)?;
    let mut fields = call.input.fields.clone();
    let expires = fields.seconds("expires_at");
    if expires.is_some_and(|expires| expires <= call.context.now) {
        fields.fault("expires_at", FaultReason::Past);
    }
    call.check(&fields)?;
    let change = LineChange {
        expires: Some(expires),
        ..LineChange::default()
    };
    changed(call, line, &change, "Line extended")
}

/// `PATCH /api/lines/{id}`.
pub fn update(call: &Call<'_>) -> Result<Answer, Failure> {
    let line = line_of(call)?;
    let mut fields = call.input.fields.clone();
    let package = package_of(call, &mut fields)?;
    let sent = fields.change("device_limit", FieldValue::int);
    let of_package = package.as_ref().map(|package| package.max_devices);
    if let Some(fault) = zero_fault(sent.or(of_package).flatten(), fields.text("mac").is_some()) {
        fields.fault("device_limit", fault);
    }
    call.check(&fields)?;
    let change = LineChange {
        package,
        password: fields.change("password", FieldValue::text),
        device_limit: sent,
        mac: fields.change("mac", FieldValue::text),
        notes: fields.change("notes", FieldValue::text).map(Option::unwrap_or_default),
        ..LineChange::default()
    };
    changed(call, line, &change, "Line updated")
}

/// `POST /api/lines/{id}/suspend`.
pub fn suspend(call: &Call<'_>) -> Result<Answer, Failure> {
    switched(call, false, "Line suspended")
}

/// `POST /api/lines/{id}/unsuspend`.
pub fn unsuspend(call: &Call<'_>) -> Result<Answer, Failure> {
    let line = line_of(call)?;
    if sold_lines::switches(call.context, line)?.is_banned {
        return Err(words::BANNED.problem().into());
    }
    switched(call, true, "Line unsuspended")
}

/// Switches a line on or off; one that is so already is not changed.
fn switched(call: &Call<'_>, is_enabled: bool, message: &'static str) -> Result<Answer, Failure> {
    let line = line_of(call)?;
    let is_so = sold_lines::switches(call.context, line)?.is_enabled == is_enabled;
    let change = LineChange {
        is_enabled: (!is_so).then_some(is_enabled),
        ..LineChange::default()
    };
    changed(call, line, &change, message)
}

/// `DELETE /api/lines/{id}`.
pub fn delete(call: &Call<'_>) -> Result<Answer, Failure> {
    let line = line_of(call)?;
    LINES.delete(call.context, line)?;
    let message = "Line deleted".into();
    Ok(Answer::ok(&Deleted { id: line, message }))
}

fn changed(call: &Call<'_>, line: i64, change: &LineChange, message: &'static str) -> Result<Answer, Failure> {
    provision::change(call.context, line, change)?;
    let is_zero = line_devices::limit_of(call.context, line)? == Some(0);
    Ok(Answer::ok(&told(
        call,
        line,
        message,
        is_zero && change.device_limit.is_some(),
    )?))
}

/// `GET /api/lines/{id}`.
pub fn one(call: &Call<'_>) -> Result<Answer, Failure> {
    let line = line_of(call)?;
    let data = shown(call, line)?;
    Ok(Answer::ok(&One { data }))
}

/// `GET /api/lines`.
pub fn list(call: &Call<'_>) -> Result<Answer, Failure> {
    let query = call.query()?;
    let (page, per_page) = (query.int("page").unwrap_or(1), query.int("per_page").unwrap_or(20));
    let filter = LineFilter {
        state: query.text("status"),
        username: query.text("username"),
        package: query.int("package_id"),
        mac: query.text("mac"),
    };
    let skipped = page.saturating_sub(1).saturating_mul(per_page);
    let (lines, total) = sold_lines::page(call.context, &filter, skipped, per_page)?;
    let base = call.input.base.text();
    let meta = Meta {
        page,
        per_page,
        total,
        pages: total
            .saturating_add(per_page)
            .saturating_sub(1)
            .checked_div(per_page)
            .unwrap_or(0),
    };
    let data = lines.into_iter().map(|line| Line::new(line, &base)).collect();
    Ok(Answer::ok(&Page { data, meta }))
}

/// The confirmation of a change, with the line as it is now, and with a warning where no device can register any more.
fn told(call: &Call<'_>, id: i64, message: &'static str, warns: bool) -> Result<Changed<Line>, Failure> {
    let warning = || Warning {
        field: "device_limit".into(),
        message: words::NO_DEVICES.message.into(),
    };
    Ok(Changed {
        id,
        message: message.into(),
        data: shown(call, id)?,
        warnings: warns.then(warning).into_iter().collect(),
    })
}

fn shown(call: &Call<'_>, id: i64) -> Result<Line, Failure> {
    let found = sold_lines::find(call.context, id)?;
    let line = found.ok_or(Error::NotFound(Thing::Line))?;
    Ok(Line::new(line, &call.input.base.text()))
}
