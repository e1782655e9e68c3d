//! The endpoints of the panel's clock: show it, set it, advance it and list what falls due on the way (contract
//! "The fixture", section 5).

pub mod instants;
pub mod transitions;

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::Control;
use super::members::{Leaf, answer, body, leaves, read};
use super::problem::Problem;
use crate::http::{Request, Response};
use crate::openapi::typed::{of_words, schemas};
use crate::panel::billing::due;
use crate::panel::clock::{Clock, Mode, is_rate};
use crate::panel::guide::daily;
use crate::panel::webhooks::deliver::{Span, deliver};
use crate::panel::{Caller, lines};
use crate::time::Zone;
use instants::{CalendarSpan, Instant, printed};

/// Returns the name of a clock mode.
pub fn mode_name(mode: Mode) -> &'static str {
    match mode {
        Mode::Real => "real",
        Mode::Frozen(_) => "frozen",
        Mode::Offset(_) => "offset",
        Mode::Scaled { .. } => "scaled",
    }
}

/// The panel's clock.
#[derive(Serialize, ToSchema)]
#[schema(as = Clock)]
pub struct ClockState {
    #[schema(value_type = ModeName)]
    mode: &'static str,
    #[schema(required)]
    now: Option<String>,
    unix: i64,
    rate: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    offset_s: Option<i64>,
}

/// `GET /_linecard/clock`.
pub fn show(control: &Control) -> Response {
    let clock = control.panel.clock();
    let (mode, now) = (clock.mode(), clock.now());
    answer(&ClockState {
        mode: mode_name(mode),
        now: printed(now),
        unix: now,
        rate: match mode {
            Mode::Frozen(_) => 0.0,
            Mode::Scaled { rate, .. } => rate,
            _ => 1.0,
        },
        offset_s: match mode {
            Mode::Offset(seconds) => Some(seconds),
            _ => None,
        },
    })
}

/// `PUT /_linecard/clock`.
pub async fn set(control: &Control, request: &Request<'_>) -> Result<Response, Problem> {
    let mode: ClockMode = read(request)?;
    let panel = &control.panel;
    let deliveries = panel.webhooks().hold().await;
    let hold = panel.agenda().hold().await;
    let from = panel.clock().now();
    mode.apply(panel.clock(), panel.zone())?;
    let to = panel.clock().now();
    due::run(panel, &hold, to).await?;
    drop(hold);
    if to > from {
        deliver(panel, &deliveries, Span::Until { from, to }).await?;
    }
    drop(deliveries);
    daily::follow(panel).await;
    panel.follow_clock().await;
    Ok(show(control))
}

body! {
    /// How a clock is to run.
    pub struct ClockMode {
        mode: ModeName,
        at?: Instant,
        by?: CalendarSpan,
        rate?: Rate,
    }
}

/// The name of a mode.
#[derive(Clone, Copy, Debug)]
pub enum ModeName {
    Real,
    Frozen,
    Offset,
    Scaled,
}

/// How much faster than real time a clock runs.
#[derive(Clone, Copy, Debug)]
pub struct Rate(f64);

const MODES: [(&str, ModeName); 4] = [
    ("real", ModeName::Real),
    ("frozen", ModeName::Frozen),
    ("offset", ModeName::Offset),
    ("scaled", ModeName::Scaled),
];

const MODE_HINT: &str = r#"send {"mode":"real"}, {"mode":"frozen","at":"2026-01-01T00:00:00Z"}, {"mode":"offset","by":"-P30D"} or {"mode":"scaled","rate":60}"#;

leaves!(ModeName, Rate);
schemas! {
    ModeName => of_words(MODES.map(|(name, _)| name), "How a clock runs.");
    Rate as "ClockRate" => f64::schema();
}

impl Leaf for ModeName {
    fn read(value: &Value, name: &str) -> Result<ModeName, Problem> {
        let found = MODES.iter().find(|(word, _)| value == word);
        found.map(|(_, mode)| *mode).ok_or_else(|| {
            let known = MODES.map(|(word, _)| word).join(", ");
            Problem::bad_request(format!("`{name}` is none of {known}"), MODE_HINT)
        })
    }
}

impl Leaf for Rate {
    fn read(value: &Value, _: &str) -> Result<Rate, Problem> {
        let rate = value.as_f64().filter(|rate| is_rate(*rate));
        rate.map(Rate).ok_or_else(no_rate)
    }
}

fn no_rate() -> Problem {
    Problem::bad_request("`rate` is no number above 0", MODE_HINT)
}

impl ClockMode {
    /// Sets a clock.
    pub fn apply(&self, clock: &Clock, zone: Zone) -> Result<(), Problem> {
        match self.mode {
            ModeName::Real => clock.run(),
            ModeName::Frozen => clock.set(self.at.map_or_else(|| clock.now(), |Instant(at)| at)),
            ModeName::Offset => {
                let missing = || Problem::bad_request("`by` is missing", MODE_HINT);
                let CalendarSpan(by) = self.by.ok_or_else(missing)?;
                clock.run();
                let now = clock.now();
                let then = by.from(now, zone).ok_or_else(out_of_range)?;
                clock.set_mode(Mode::Offset(then - now));
            }
            ModeName::Scaled => clock.scale(self.rate.ok_or_else(no_rate)?.0),
        }
        Ok(())
    }
}

body! {
    /// By how much the clock is put forward, or to when: one of the two.
    pub struct ClockAdvance {
        by?: CalendarSpan,
        to?: Instant,
    }
}

/// What fell due while the clock was put forward.
#[derive(Serialize, ToSchema)]
pub struct Advanced {
    #[schema(required)]
    now: Option<String>,
    unix: i64,
    fired: Vec<Fired>,
}

/// Something that fell due.
#[derive(Serialize, ToSchema)]
pub struct Fired {
    #[schema(required)]
    at: Option<String>,
    job: &'static str,
    id: i64,
}

/// `POST /_linecard/clock/advance`: forward only; what falls due on the way is listed in time order.
pub async fn advance(control: &Control, request: &Request<'_>) -> Result<Response, Problem> {
    const HINT: &str = r#"send {"by":"P1M"} or {"to":"2026-02-01T00:00:00Z"}"#;
    let (clock, zone) = (control.panel.clock(), control.panel.zone());
    let sent: ClockAdvance = read(request)?;
    let from = clock.now();
    let to = match (sent.by, sent.to) {
        (Some(CalendarSpan(by)), None) => by.from(from, zone).ok_or_else(out_of_range)?,
        (None, Some(Instant(to))) => to,
        _ => return Err(Problem::bad_request("one of `by` and `to` is needed", HINT)),
    };
    if to < from {
        return Err(Problem::bad_request(
            "the clock is advanced forwards only",
            "PUT /_linecard/clock sets it back",
        ));
    }
    let deliveries = control.panel.webhooks().hold().await;
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
    let delivered = deliver(&control.panel, &deliveries, Span::Until { from, to }).await?;
    drop(deliveries);
    let (lines, ends) = due.map_err(|_| Problem::new(503, "busy", "the panel is busy", "try again"))?;
    subscriptions.extend(ends);
    let subscriptions = subscriptions.into_iter().map(|one| (one.at, one.kind.job(), one.id));
    let expired = lines.into_iter().map(|(at, id)| (at, "line.expired", id));
    let ready = ready.into_iter().map(|one| (one.at, one.resource.job(), one.id));
    let delivered = delivered.into_iter().map(|one| (one.at, one.job(), one.id));
    let all = expired.chain(ready).chain(daily).chain(ended).chain(subscriptions);
    let all = all.chain(delivered);
    let mut fired: Vec<(i64, &'static str, i64)> = all.collect();
    fired.sort_unstable_by_key(|(at, job, id)| (*at, place(job), *id));
    let fired = fired.into_iter().map(|(at, job, id)| Fired {
        at: printed(at),
        job,
        id,
    });
    Ok(answer(&Advanced {
        now: printed(to),
        unix: to,
        fired: fired.collect(),
    }))
}

/// Returns where a job is among those of one instant. Subscriptions start before lines end, and end after them, whether or
/// not they are cancelled, and deliveries come last (contract "REST APIs", part D); the others are in the order of their
/// names.
fn place(job: &str) -> (&str, u8) {
    match job {
        "subscription.started" => ("line.expired", 0),
        "line.expired" => ("line.expired", 1),
        "subscription.cancelled" | "subscription.expired" => ("line.expired", 2),
        "webhook.delivered" | "webhook.failed" => ("webhook", 0),
        other => (other, 0),
    }
}

fn out_of_range() -> Problem {
    Problem::bad_request(
        "that is beyond the calendar",
        "choose an instant between the years 0 and 9999",
    )
}
