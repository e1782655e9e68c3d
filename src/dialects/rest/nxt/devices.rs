//! Devices of a line (contract "REST APIs", A7).

use super::super::action::Answer;
use super::super::call::Call;
use super::super::problem::Failure;
use super::objects::{All, Changed, Deleted, Device as Shown};
use super::words;
use crate::panel::error::Error;
use crate::panel::fields::FaultReason;
use crate::panel::line_devices;
use crate::panel::provision;

/// `GET /api/lines/{id}/devices`.
pub fn list(call: &Call<'_>) -> Result<Answer, Failure> {
    let line = line_of(call)?;
    let devices = line_devices::list(call.context, line)?;
    let data = devices.into_iter().map(Shown::from).collect();
    Ok(Answer::ok(&All { data }))
}

/// `POST /api/lines/{id}/devices`.
pub fn register(call: &Call<'_>) -> Result<Answer, Failure> {
    let line = line_of(call)?;
    let (context, mut fields) = (call.context, call.input.fields.clone());
    let is_named = |name| fields.has(name) || fields.faults().has(name);
    if !is_named("mac") && !is_named("device_id") {
        fields.fault("device_id", FaultReason::Missing);
    }
    call.check(&fields)?;
    let (mac, device_id) = (fields.text("mac"), fields.text("device_id"));
    let (id, is_new) = match mac {
        Some(mac) => bind(call, line, &mac)?,
        None => {
            must_have_room(call, line, || is_known(call, line, device_id.as_deref()))?;
            line_devices::register(
                context,
                line,
                device_id.as_deref().unwrap_or_default(),
                fields.text("name").as_deref(),
            )?
        }
    };
    let device = line_devices::find(context, line, id)?.ok_or_else(|| words::DEVICE.problem())?;
    let told = |message: &'static str| Changed {
        id,
        message: message.into(),
        data: Shown::from(device),
        warnings: Vec::new(),
    };
    Ok(match is_new {
        true => Answer::created(format!("/api/lines/{line}/devices/{id}"), &told("Device registered")),
        false => Answer::ok(&told("Device already registered")),
    })
}

/// Binds a MAC address; one that is bound stays alone.
fn bind(call: &Call<'_>, line: i64, mac: &str) -> Result<(i64, bool), Failure> {
    let context = call.context;
    let bound = provision::mac_of(context, line)?;
    let is_known = bound.as_deref() == Some(mac);
    if bound.is_some() && !is_known {
        return Err(Error::Taken(crate::panel::error::Unique::Mac).into());
    }
    if !is_known {
        must_have_room(call, line, || Ok(false))?;
        provision::bind(context, line, mac)?;
    }
    let devices = line_devices::list(context, line)?;
    let device = devices.iter().find(|device| device.mac.as_deref() == Some(mac));
    let id = device.ok_or_else(|| words::DEVICE.problem())?.id;
    Ok((id, !is_known))
}

fn is_known(call: &Call<'_>, line: i64, device_id: Option<&str>) -> Result<bool, Failure> {
    let devices = line_devices::list(call.context, line)?;
    Ok(devices.iter().any(|device| device.device_id.as_deref() == device_id))
}

/// Refuses a new device where none may register.
fn must_have_room(call: &Call<'_>, line: i64, is_known: impl Fn() -> Result<bool, Failure>) -> Result<(), Failure> {
    let limit = line_devices::limit_of(call.context, line)?;
    match limit {
        None => Err(words::UNTRACKED.problem().into()),
        Some(_) if is_known()? => Ok(()),
        Some(0) => Err(words::NO_DEVICES.problem().into()),
        Some(_) if line_devices::has_room(call.context, line)? => Ok(()),
        Some(_) => Err(words::DEVICE_LIMIT.problem().into()),
    }
}

/// `DELETE /api/lines/{id}/devices/{device_id}`.
pub fn remove(call: &Call<'_>) -> Result<Answer, Failure> {
    let line = line_of(call)?;
    let id = call.id(1, words::DEVICE)?;
    let device = line_devices::find(call.context, line, id)?.ok_or_else(|| words::DEVICE.problem())?;
    line_devices::remove(call.context, line, &device)?;
    let message = "Device removed".into();
    Ok(Answer::ok(&Deleted { id, message }))
}

/// Returns the id of the line in the path.
pub fn line_of(call: &Call<'_>) -> Result<i64, Failure> {
    let line = call.id(0, words::LINE)?;
    provision::must_be_plain(call.context, line)?;
    Ok(line)
}

/// Whether a limit leaves no room for a MAC address.
pub fn zero_fault(limit: Option<i64>, has_mac: bool) -> Option<FaultReason> {
    (has_mac && limit == Some(0)).then_some(FaultReason::NoDevices)
}
