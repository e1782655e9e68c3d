//! Writes what a job has seen into the outbox, in the transaction of the job.

use std::collections::HashMap;

use super::endpoints::{self, Endpoint};
use super::ends;
use super::event::{Event, JobEvent, Subject, Told};
use super::{Carrier, keeper, outbox};
use crate::panel::billing::{Refusal, customers, invoices, products, subscriptions};
use crate::panel::context::Context;
use crate::panel::sold_lines::{self, SoldLine};
use crate::panel::{Error, Result};
use crate::store::StoreError;
use crate::store::line_log::{LineChange, LineState};

/// An event of the job.
enum Happened {
    Told(Event, i64, Option<Subject>),
    Line(LineHistory),
}

/// What became of a line in the job: several changes of it are one, at the place of the first.
struct LineHistory {
    id: i64,
    is_made: bool,
    /// Its state before the first change and after the last one.
    states: Option<(LineState, LineState)>,
    /// Of one that was deleted.
    last: Option<Box<SoldLine>>,
}

/// Records what happened since the begin of the job, or since the last call.
///
/// # Errors
/// SQLite's.
pub fn record(context: &Context<'_>) -> std::result::Result<(), StoreError> {
    if !context.panel.webhooks().is_on() {
        return Ok(());
    }
    context.events.add_lines(context.panel.store().lines().take());
    let events = context.events.take();
    if events.is_empty() {
        return Ok(());
    }
    write(context, events).map_err(|error| match error {
        Error::Busy => StoreError::Busy,
        Error::DatabaseLost => StoreError::FileLost,
        other => StoreError::Panicked(format!("an event was not recorded: {other:?}")),
    })
}

fn write(context: &Context<'_>, events: Vec<JobEvent>) -> Result<()> {
    let Some(carrier) = context.panel.webhooks().carrier() else {
        return Ok(());
    };
    let mut wanting = endpoints::list(context.db)?;
    wanting.retain(|endpoint| endpoint.is_active);
    let mut is_any = false;
    for happened in in_order(context, events)? {
        match happened {
            Happened::Told(event, id, subject) => {
                is_any |= put(context, &**carrier, &wanting, event, id, subject)?;
            }
            Happened::Line(mut line) => {
                for event in line.events(context)? {
                    let subject = line.last.take().map(Subject::Line);
                    is_any |= put(context, &**carrier, &wanting, event, line.id, subject)?;
                }
            }
        }
    }
    if is_any {
        keeper::begin(context.panel);
    }
    Ok(())
}

/// Puts an event into the outbox of those that want it.
fn put(
    context: &Context<'_>,
    carrier: &dyn Carrier,
    endpoints: &[Endpoint],
    event: Event,
    id: i64,
    subject: Option<Subject>,
) -> Result<bool> {
    let wanting = || endpoints.iter().filter(|endpoint| endpoint.wants(event.name()));
    if wanting().next().is_none() {
        return Ok(false);
    }
    let subject = match subject {
        Some(subject) => Some(subject),
        None => present(context, event, id)?,
    };
    // What was made and is gone again has no object.
    let Some(subject) = subject else {
        return Ok(false);
    };
    outbox::put(context, event, &subject, &carrier.data(&subject), wanting())?;
    Ok(true)
}

/// Returns the object of an event as it is now.
fn present(context: &Context<'_>, event: Event, id: i64) -> Result<Option<Subject>> {
    let found = match event.object() {
        "customer" => customers::find(context, id).map(|found| found.map(Subject::Customer)),
        "product" => products::find(context, id).map(|found| found.map(Subject::Product)),
        "subscription" => {
            subscriptions::find(context, id).map(|found| found.map(|one| Subject::Subscription(Box::new(one))))
        }
        "invoice" => invoices::find(context, id).map(|found| found.map(Subject::Invoice)),
        "line" => return Ok(sold_lines::find(context, id)?.map(|line| Subject::Line(Box::new(line)))),
        _ => Ok(None),
    };
    found.map_err(Refusal::into_error)
}

/// Gathers what happened to each line.
fn in_order(context: &Context<'_>, events: Vec<JobEvent>) -> Result<Vec<Happened>> {
    let mut all: Vec<Happened> = Vec::with_capacity(events.len());
    let mut places: HashMap<i64, usize> = HashMap::new();
    // Lines that were taken apart before they were deleted.
    let mut whole: HashMap<i64, Box<SoldLine>> = HashMap::new();
    for event in events {
        let change = match event {
            JobEvent::Told(Told::Present(event, id)) => {
                all.push(Happened::Told(event, id, None));
                continue;
            }
            JobEvent::Told(Told::Subject(event, subject)) => {
                all.push(Happened::Told(event, subject.id(), Some(subject)));
                continue;
            }
            JobEvent::Told(Told::LineGoes(line)) => {
                whole.insert(line.id, line);
                continue;
            }
            JobEvent::Line(change) => change,
        };
        let (id, last) = match &change {
            LineChange::Made(id) | LineChange::Changed { id, .. } => (*id, None),
            LineChange::Removed(values) => {
                let line = SoldLine::of_values(values, context.zone(), context.now)?;
                (line.id, Some(line))
            }
        };
        let place = *places.entry(id).or_insert(all.len());
        if place == all.len() {
            all.push(Happened::Line(LineHistory::of(id)));
        }
        if let Some(Happened::Line(line)) = all.get_mut(place) {
            let last = last.map(|last| whole.remove(&id).unwrap_or_else(|| Box::new(last)));
            line.add(change, last);
        }
    }
    Ok(all)
}

impl LineHistory {
    fn of(id: i64) -> LineHistory {
        LineHistory {
            id,
            is_made: false,
            states: None,
            last: None,
        }
    }

    fn add(&mut self, change: LineChange, last: Option<Box<SoldLine>>) {
        match change {
            // One that takes the place of another with its id is that line, as its callers see it.
            LineChange::Made(_) => self.is_made |= self.last.take().is_none(),
            LineChange::Changed { was, is, .. } => {
                let first = self.states.take().map_or(was, |(first, _)| first);
                self.states = Some((first, is));
            }
            LineChange::Removed(_) => self.last = last,
        }
    }

    /// Returns the events of the line, in order.
    fn events(&mut self, context: &Context<'_>) -> Result<Vec<Event>> {
        if self.is_made || self.last.is_some() {
            let is_gone = self.last.is_some();
            // One that was made in this job and is gone was never there.
            return Ok(match (self.is_made, is_gone) {
                (true, true) => {
                    self.last = None;
                    Vec::new()
                }
                (true, false) => vec![Event::LineCreated],
                (false, _) => vec![Event::LineDeleted],
            });
        }
        let Some((was, is)) = &self.states else {
            return Ok(Vec::new());
        };
        let mut events = Vec::new();
        match (was.is_hidden, is.is_hidden) {
            (true, false) => return Ok(vec![Event::LineCreated]),
            (_, true) => return Ok(Vec::new()),
            (false, false) => {}
        }
        match (was.is_enabled, is.is_enabled) {
            (true, false) => events.push(Event::LineSuspended),
            (false, true) => events.push(Event::LineUnsuspended),
            _ => {}
        }
        if was.expires != is.expires {
            events.extend(moved_end(context, was, is)?);
        }
        Ok(events)
    }
}

/// What it means that the end of a line is another.
fn moved_end(context: &Context<'_>, was: &LineState, is: &LineState) -> Result<Option<Event>> {
    let zone = context.zone();
    let has_come = |end: &Option<String>| end.as_deref().is_some_and(|end| zone.has_come(end, context.now));
    if !has_come(&is.expires) {
        return Ok(Some(Event::LineExtended));
    }
    let at = is.expires.as_deref().and_then(|end| zone.read_iso(end));
    // An end behind those that were told comes as they did.
    let is_told = match (at, ends::told_until(context)?) {
        (Some(at), Some(until)) => at <= until,
        _ => true,
    };
    Ok((is_told && !has_come(&was.expires)).then_some(Event::LineExpired))
}
