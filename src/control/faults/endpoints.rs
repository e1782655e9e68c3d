//! The endpoints of faults: list, add, replace, remove.

use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{FaultState, Rules};
use crate::control::Control;
use crate::control::members::{answer, json_body};
use crate::control::problem::Problem;
use crate::http::{Request, Response};

/// The faults of a panel.
#[derive(Serialize, ToSchema)]
pub struct FaultList {
    faults: Vec<FaultState>,
}

/// A fault that was added, or removed.
#[derive(Serialize, ToSchema)]
pub struct AddedFault<'a> {
    id: &'a str,
}

/// The faults that have a name.
#[derive(Serialize, ToSchema)]
pub struct PresetList {
    presets: Vec<ShownPreset>,
}

/// A fault that has a name.
#[derive(Serialize, ToSchema)]
#[schema(as = Preset)]
struct ShownPreset {
    name: &'static str,
    doc: &'static str,
}

/// `GET /_linecard/faults`.
pub fn list(control: &Control) -> Response {
    answer(&FaultList {
        faults: control.faults.shown(),
    })
}

/// `GET /_linecard/faults/presets`.
pub fn presets(control: &Control) -> Response {
    let presets = super::presets::all(control.dialects())
        .into_iter()
        .map(|preset| ShownPreset {
            name: preset.name,
            doc: preset.doc,
        });
    answer(&PresetList {
        presets: presets.collect(),
    })
}

/// `POST /_linecard/faults`.
pub async fn add(control: &Control, request: &Request<'_>) -> Result<Response, Problem> {
    let fault = json_body(request)?;
    let id = control.faults.with(|rules| {
        rules.add(control.dialects(), control.faults.limits(), &fault, |rule| {
            control.accepts(rule)
        })
    })?;
    control.take_hold(|rule| rule.id == id).await?;
    Ok(answer(&AddedFault { id: &id }))
}

/// `PUT /_linecard/faults`: replaces all of them, or none when one is invalid.
pub async fn replace(control: &Control, request: &Request<'_>) -> Result<Response, Problem> {
    let sent = json_body(request)?;
    let faults = match &sent {
        Value::Array(faults) => faults.as_slice(),
        Value::Object(members) if members.is_empty() => &[],
        _ => {
            return Err(Problem::bad_request(
                "the body is no list of faults",
                "send […]; [] clears them",
            ));
        }
    };
    control.faults.with(|rules| {
        let mut fresh = Rules {
            list: Arc::default(),
            generated_ids: rules.generated_ids,
        };
        let limits = control.faults.limits();
        faults.iter().try_for_each(|fault| {
            fresh
                .add(control.dialects(), limits, fault, |rule| control.accepts(rule))
                .map(drop)
        })?;
        *rules = fresh;
        Ok::<_, Problem>(())
    })?;
    control.take_hold(|_| true).await?;
    Ok(list(control))
}

/// `DELETE /_linecard/faults/{name}`.
pub fn remove(control: &Control, id: &str) -> Result<Response, Problem> {
    let removed = control.faults.with(|rules| {
        let before = rules.list.len();
        Arc::make_mut(&mut rules.list).retain(|rule| *rule.id != *id);
        rules.list.len() < before
    });
    match removed {
        true => Ok(answer(&AddedFault { id })),
        false => Err(Problem::not_found(
            format!("there is no fault {id:?}"),
            "GET /_linecard/faults lists them",
        )),
    }
}
