//! Lines (contract "REST APIs", A3 to A6).

use rusqlite::params_from_iter;
use rusqlite::types::Value as Sql;
use serde_json::{Value, json};

use super::super::action::Answer;
use super::super::call::Call;
use super::super::fields::{FieldValue, Fields};
use super::super::problem::Failure;
use super::super::times;
use super::devices::{line_of, zero_fault};
use super::words;
use crate::dialects::player::links::encoded;
use crate::panel::error::{Error, Thing};
use crate::panel::fault::Fault;
use crate::panel::line_devices;
use crate::panel::lines::{LINES, VIEW};
use crate::panel::noun::Noun;
use crate::panel::provision::{self, LineChange, NewLine, Package};
use crate::panel::sold_lines::{self, PLAIN, SoldLine};
use crate::store::list::ListQuery;

/// The condition of a state at `?1`.
const STATE: &str = "CASE WHEN admin_enabled = 0 THEN 'banned' WHEN enabled = 0 THEN 'suspended'
     WHEN coalesce(has_come(exp_date, ?1), 0) THEN 'expired' ELSE 'active' END";

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
        Some(expires) if expires <= context.now => fields.fault("expires_at", Fault::Past),
        None if term.is_none() && package.as_ref().is_some_and(|package| package.is_active) => {
            fields.fault("expires_at", Fault::Missing)
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
    Ok(Answer::created(format!("/api/lines/{id}"), body))
}

/// The package that is sent; one that is unknown or inactive is a fault.
fn package_of(call: &Call<'_>, fields: &mut Fields) -> Result<Option<Package>, Failure> {
    let Some(id) = fields.int("package_id") else {
        return Ok(None);
    };
    let package = Package::find(call.context, id)?;
    match &package {
        None => fields.fault("package_id", Fault::UnknownId),
        Some(package) if !package.is_active => fields.fault("package_id", Fault::NotActive),
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
        fields.fault("expires_at", Fault::Past);
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
    let sql = "SELECT 1 FROM lines WHERE id = ?1 AND admin_enabled = 0";
    let mut query = call.context.db.prepare_cached(sql)?;
    if query.exists([line])? {
        return Err(words::BANNED.problem().into());
    }
    switched(call, true, "Line unsuspended")
}

/// Switches a line on or off; one that is so already is not changed.
fn switched(call: &Call<'_>, is_enabled: bool, message: &str) -> Result<Answer, Failure> {
    let line = line_of(call)?;
    let sql = "SELECT 1 FROM lines WHERE id = ?1 AND (enabled <> 0) = ?2";
    let mut query = call.context.db.prepare_cached(sql)?;
    let change = LineChange {
        is_enabled: (!query.exists((line, is_enabled))?).then_some(is_enabled),
        ..LineChange::default()
    };
    changed(call, line, &change, message)
}

/// `DELETE /api/lines/{id}`.
pub fn delete(call: &Call<'_>) -> Result<Answer, Failure> {
    let line = line_of(call)?;
    LINES.delete(call.context, line)?;
    Ok(Answer::ok(json!({ "id": line, "message": "Line deleted" })))
}

fn changed(call: &Call<'_>, line: i64, change: &LineChange, message: &str) -> Result<Answer, Failure> {
    provision::change(call.context, line, change)?;
    let is_zero = line_devices::limit_of(call.context, line)? == Some(0);
    Ok(Answer::ok(told(
        call,
        line,
        message,
        is_zero && change.device_limit.is_some(),
    )?))
}

/// `GET /api/lines/{id}`.
pub fn one(call: &Call<'_>) -> Result<Answer, Failure> {
    let line = line_of(call)?;
    Ok(Answer::ok(json!({ "data": shown(call, line)? })))
}

/// `GET /api/lines`.
pub fn list(call: &Call<'_>) -> Result<Answer, Failure> {
    let query = call.query()?;
    let (page, most) = (query.int("page").unwrap_or(1), query.int("per_page").unwrap_or(20));
    let mut conditions = vec![PLAIN.to_owned()];
    let mut values = vec![Sql::Integer(call.context.now)];
    let mut filter = |condition: &str, value: Option<Sql>| {
        if let Some(value) = value {
            values.push(value);
            conditions.push(condition.replace("?", &format!("?{}", values.len())));
        }
    };
    filter(
        &format!("{STATE} = ?").replace("?1", ":now"),
        query.text("status").map(Sql::Text),
    );
    filter(
        "rtrim(username) = rtrim(?) COLLATE NOCASE",
        query.text("username").map(Sql::Text),
    );
    filter("package_id = ?", query.int("package_id").map(Sql::Integer));
    filter(
        "lines.id IN (SELECT user_id FROM mag_devices WHERE mag_devices.mac = ?)",
        query.text("mac").map(Sql::Text),
    );
    let condition = conditions.join(" AND ").replace(":now", "?1");
    let total = count(call, &condition, &values)?;
    values.extend([
        Sql::Integer(most),
        Sql::Integer(page.saturating_sub(1).saturating_mul(most)),
    ]);
    let (limit, offset) = (values.len().saturating_sub(1), values.len());
    let sql = format!(
        "SELECT {} FROM lines WHERE {condition} AND ?1 IS ?1 ORDER BY lines.id LIMIT ?{limit} OFFSET ?{offset}",
        SoldLine::columns()
    );
    let mut query = call.context.db.prepare_cached(&sql)?;
    let (zone, now, base) = (call.context.zone(), call.context.now, call.input.base.text());
    let rows = query.query_map(params_from_iter(&values), |row| SoldLine::of_row(row, zone, now));
    let lines: Vec<Value> = rows?
        .map(|line| Ok(line_object(&line?, &base)))
        .collect::<rusqlite::Result<_>>()?;
    let pages = total
        .saturating_add(most)
        .saturating_sub(1)
        .checked_div(most)
        .unwrap_or(0);
    Ok(Answer::ok(json!({
        "data": lines,
        "meta": { "page": page, "per_page": most, "total": total, "pages": pages },
    })))
}

/// Counts the lines of a condition; all of them are counted already.
fn count(call: &Call<'_>, condition: &str, values: &[Sql]) -> Result<i64, Failure> {
    if condition == PLAIN {
        let all = ListQuery {
            filters: vec![("plain", None)],
            ..ListQuery::all(&VIEW)
        };
        return Ok(call.context.total(&all)?);
    }
    let sql = format!("SELECT count(*) FROM lines WHERE {condition} AND ?1 IS ?1");
    let mut query = call.context.db.prepare_cached(&sql)?;
    Ok(query.query_row(params_from_iter(values), |row| row.get(0))?)
}

/// The confirmation of a change, with the line as it is now, and with a warning where no device can register any more.
fn told(call: &Call<'_>, id: i64, message: &str, warns: bool) -> Result<Value, Failure> {
    let data = shown(call, id)?;
    let warning = json!([{ "field": "device_limit", "message": words::NO_DEVICES.message }]);
    Ok(match warns {
        true => json!({ "id": id, "message": message, "data": data, "warnings": warning }),
        false => json!({ "id": id, "message": message, "data": data }),
    })
}

fn shown(call: &Call<'_>, id: i64) -> Result<Value, Failure> {
    let found = sold_lines::find(call.context, id)?;
    let line = found.ok_or(Error::NotFound(Thing::Line))?;
    Ok(line_object(&line, &call.input.base.text()))
}

/// The line object (A3), with links that begin with `base`.
pub fn line_object(line: &SoldLine, base: &str) -> Value {
    let dated = |unix: i64| Some(unix).filter(|unix| *unix != 0).and_then(times::printed);
    let (package, name) = line.package.as_ref().map(|(id, name)| (*id, name.as_str())).unzip();
    json!({
        "id": line.id,
        "username": line.username,
        "password": line.password,
        "package_id": package,
        "package_name": name,
        "status": line.state,
        "expires_at": line.expires.and_then(times::printed),
        "device_limit": line.device_limit,
        "devices_used": line.devices_used,
        "mac": line.mac,
        "active_connections": line.active_connections,
        "portal_url": format!("{base}/c/"),
        "playlist_url": format!(
            "{base}/get.php?username={}&password={}&type=m3u_plus&output=ts",
            encoded(&line.username),
            encoded(&line.password)
        ),
        "notes": line.notes,
        "created_at": dated(line.created),
        "updated_at": dated(line.updated),
    })
}
