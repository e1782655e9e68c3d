//! The endpoints of the panel's clock: show it, set it, advance it and list what falls due on the way (contract
//! "The fixture", section 5).

pub mod instants;
pub mod transitions;

use serde_json::{Map, Value, json};

use super::Control;
use super::members::{answer, object, only};
use super::problem::Problem;
use crate::http::{Request, Response};
use crate::panel::billing::due;
use crate::panel::clock::{Clock, Mode, is_rate};
use crate::panel::guide::daily;
use crate::panel::{Caller, lines};
use crate::time::Zone;
use instants::{duration, instant, printed};

/// Returns the name of a clock mode.
pub fn mode_name(mode: Mode) -> &'static str {
    match mode {
        Mode::Real => "real",
        Mode::Frozen(_) => "frozen",
        Mode::Offset(_) => "offset",
        Mode::Scaled { .. } => "scaled",
    }
}

/// `GET /_linecard/clock`.
pub fn show(control: &Control) -> Response {
    let clock = control.panel.clock();
    let (mode, now) = (clock.mode(), clock.now());
    let rate = match mode {
        Mode::Frozen(_) => 0.0,
        Mode::Scaled { rate, .. } => rate,
        _ => 1.0,
    };
    let mut shown = json!({ "mode": mode_name(mode), "now": printed(now), "unix": now, "rate": rate });
    if let (Mode::Offset(seconds), Some(members)) = (mode, shown.as_object_mut()) {
        members.insert("offset_s".into(), seconds.into());
    }
    answer(&shown)
}

/// `PUT /_linecard/clock`.
pub async fn set(control: &Control, request: &Request<'_>) -> Result<Response, Problem> {
    let members = object(request)?;
    let (panel, hold) = (&control.panel, control.panel.agenda().hold().await);
    apply(panel.clock(), panel.zone(), &members)?;
    due::run(panel, &hold, panel.clock().now()).await?;
    drop(hold);
    daily::follow(panel).await;
    due::follow(panel).await;
    Ok(show(control))
}

/// Sets a clock from the body of `PUT /_linecard/clock`.
pub fn apply(clock: &Clock, zone: Zone, members: &Map<String, Value>) -> Result<(), Problem> {
    const HINT: &str = r#"send {"mode":"real"}, {"mode":"frozen","at":"2026-01-01T00:00:00Z"}, {"mode":"offset","by":"-P30D"} or {"mode":"scaled","rate":60}"#;
    only(members, &["mode", "at", "by", "rate"])?;
    match members.get("mode").and_then(Value::as_str) {
        Some("real") => clock.run(),
        Some("frozen") => {
            let at = members.get("at").map(|at| instant(at, "at")).transpose()?;
            clock.set(at.unwrap_or_else(|| clock.now()));
        }
        Some("offset") => {
            let by = members
                .get("by")
                .map(duration)
                .transpose()?
                .ok_or_else(|| Problem::bad_request("`by` is missing", HINT))?;
            clock.run();
            let now = clock.now();
            let then = by.from(now, zone).ok_or_else(out_of_range)?;
            clock.set_mode(Mode::Offset(then - now));
        }
        Some("scaled") => {
            let rate = members.get("rate").and_then(Value::as_f64);
            let rate = rate.filter(|rate| is_rate(*rate));
            clock.scale(rate.ok_or_else(|| Problem::bad_request("`rate` is no number above 0", HINT))?);
        }
        _ => {
            return Err(Problem::bad_request(
                "`mode` is none of real, frozen, offset, scaled",
                HINT,
            ));
        }
    }
    Ok(())
}

/// `POST /_linecard/clock/advance`: forward only; what falls due on the way is listed in time order.
pub async fn advance(control: &Control, request: &Request<'_>) -> Result<Response, Problem> {
    const HINT: &str = r#"send {"by":"P1M"} or {"to":"2026-02-01T00:00:00Z"}"#;
    let members = object(request)?;
    only(&members, &["by", "to"])?;
    let (clock, zone) = (control.panel.clock(), control.panel.zone());
    let from = clock.now();
    let to = match (members.get("by"), members.get("to")) {
        (Some(by), None) => duration(by)?.from(from, zone).ok_or_else(out_of_range)?,
        (None, Some(to)) => instant(to, "to")?,
        _ => return Err(Problem::bad_request("one of `by` and `to` is needed", HINT)),
    };
    if to < from {
        return Err(Problem::bad_request(
            "the clock is advanced forwards only",
            "PUT /_linecard/clock sets it back",
        ));
    }
    let hold = control.panel.agenda().hold().await;
    let ended = control.panel.viewers().advance(&control.panel, to - from);
    let mut subscriptions = due::run(&control.panel, &hold, to).await?;
    drop(hold);
    let ready = control.panel.make_ready(to).await?;
    let daily = match daily::last_between(zone, from, to) {
        Some(at) => daily::run(&control.panel, at).await?,
        None => Vec::new(),
    };
    let due = control
        .panel
        .read(Caller::Admin(None), move |context| {
            Ok((lines::expiring(context, from, to)?, due::expiring(context, from, to)?))
        })
        .await;
    let (lines, ends) = due.map_err(|_| Problem::new(503, "busy", "the panel is busy", "try again"))?;
    subscriptions.extend(ends);
    let subscriptions = subscriptions.into_iter().map(|one| (one.at, one.kind.job(), one.id));
    let expired = lines.into_iter().map(|(at, id)| (at, "line.expired", id));
    let ready = ready.into_iter().map(|one| (one.at, one.resource.job(), one.id));
    let all = expired.chain(ready).chain(daily).chain(ended).chain(subscriptions);
    let mut fired: Vec<(i64, &str, i64)> = all.collect();
    fired.sort_unstable_by_key(|(at, job, id)| (*at, place(job), *id));
    let fired: Vec<Value> = fired
        .into_iter()
        .map(|(at, job, id)| json!({ "at": printed(at), "job": job, "id": id }))
        .collect();
    Ok(answer(&json!({ "now": printed(to), "unix": to, "fired": fired })))
}

/// Returns where a job is among those of one instant. Subscriptions start before lines end, and end after them, whether or
/// not they are cancelled (contract "REST APIs", part D); the others are in the order of their names.
fn place(job: &str) -> (&str, u8) {
    match job {
        "subscription.started" => ("line.expired", 0),
        "line.expired" => ("line.expired", 1),
        "subscription.cancelled" | "subscription.expired" => ("line.expired", 2),
        other => (other, 0),
    }
}

fn out_of_range() -> Problem {
    Problem::bad_request(
        "that is beyond the calendar",
        "choose an instant between the years 0 and 9999",
    )
}
