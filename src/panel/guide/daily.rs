//! The daily jobs of guides, at four in the morning by the panel's clock and time zone: every source that has a file is
//! reloaded, and what ended too long ago goes (contract "Player side", sections 18.1 and 18.8).
//!
//! Who advances the clock runs them himself. Otherwise a thread waits for them, which exists only while the clock runs and
//! once there was a source with a file. A clock that passes several days at once runs them once, for the last of these.

use std::sync::{Arc, Weak};
use std::time::Duration;

use chrono::{Days, NaiveDate};
use tokio::sync::watch;

use super::{import, rows};
use crate::panel::clock::Mode;
use crate::panel::{Caller, Context, Panel, Result};
use crate::time::Zone;

/// The hour of the day, by the panel's time zone.
const HOUR: u32 = 4;

/// The host's time may be set, or stand while it sleeps: the panel's clock is read again after this at the latest.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// A clock that is scaled may run a day in less.
const SHORTEST_WAIT: Duration = Duration::from_millis(50);

/// A job that was done: the instant at which it was due in unix seconds, its name and its source.
pub type DailyJob = (i64, &'static str, i64);

/// Returns the last instant after `from` and not after `to`, both in unix seconds, at which the jobs are due.
pub fn last_between(zone: Zone, from: i64, to: i64) -> Option<i64> {
    let today = zone.local(to)?.date();
    let at = of_day(zone, today).filter(|at| *at <= to);
    let at = at.or_else(|| of_day(zone, today.checked_sub_days(Days::new(1))?))?;
    (at > from).then_some(at)
}

/// Returns the first instant after this one at which the jobs are due.
fn next_after(zone: Zone, unix: i64) -> Option<i64> {
    let today = zone.local(unix)?.date();
    let at = of_day(zone, today).filter(|at| *at > unix);
    at.or_else(|| of_day(zone, today.checked_add_days(Days::new(1))?))
}

fn of_day(zone: Zone, day: NaiveDate) -> Option<i64> {
    day.and_hms_opt(HOUR, 0, 0).map(|local| zone.instant(local))
}

/// Does the jobs that are due at `at`, and returns them. Long imports go on in the background.
///
/// # Errors
/// SQLite's, or [`Error::Busy`](crate::panel::Error::Busy).
pub async fn run(panel: &Arc<Panel>, at: i64) -> Result<Vec<DailyJob>> {
    let sources = panel.read(Caller::Admin(None), |context| {
        Ok((rows::with_file(context)?, rows::with_programmes(context)?))
    });
    let (with_file, with_programmes) = sources.await?;
    if !with_file.is_empty() {
        import::wait(import::start(panel, &with_file)).await;
    }
    for source in &with_programmes {
        retain(panel, *source).await?;
    }
    let reloads = with_file.into_iter().map(|id| (at, "guide.reload", id));
    let retains = with_programmes.into_iter().map(|id| (at, "guide.retain", id));
    Ok(reloads.chain(retains).collect())
}

/// Deletes what ended too long ago of the guide that is shown. It is looked for in reads, which keep no writer waiting.
async fn retain(panel: &Arc<Panel>, source: i64) -> Result<()> {
    let mut last = 0;
    loop {
        let find = move |context: &Context<'_>| rows::ended(context, source, last);
        let ended = Arc::new(panel.read(Caller::Admin(None), find).await?);
        let Some(id) = ended.last() else {
            return Ok(());
        };
        last = *id;
        let delete = move |context: &Context<'_>| rows::delete_ended(context, source, &ended);
        panel.write(Caller::Admin(None), delete).await?;
    }
}

/// Starts the thread, if a source has a file and the clock runs.
pub async fn follow(panel: &Arc<Panel>) {
    if is_frozen(panel) {
        return;
    }
    match panel.read(Caller::Admin(None), rows::with_file).await {
        Ok(sources) if sources.is_empty() => {}
        Ok(_) => start(panel),
        Err(error) => tracing::warn!(?error, "the daily reload of guides was not planned"),
    }
}

/// Starts the thread, if the clock runs and there is none.
pub fn start(panel: &Arc<Panel>) {
    if is_frozen(panel) || !panel.guides().begin_daily() {
        return;
    }
    let (followed, changes) = (Arc::downgrade(panel), panel.clock().changes());
    let run = move || match tokio::runtime::Builder::new_current_thread().enable_time().build() {
        Ok(runtime) => runtime.block_on(keep(&followed, changes)),
        Err(error) => tracing::error!(%error, "guides are not reloaded daily"),
    };
    let thread = std::thread::Builder::new().name("linecard-daily".into()).spawn(run);
    if let Err(error) = thread {
        tracing::error!(%error, "guides are not reloaded daily");
        panel.guides().end_daily(|| true);
    }
}

fn is_frozen(panel: &Panel) -> bool {
    matches!(panel.clock().mode(), Mode::Frozen(_))
}

/// Does the jobs whenever they are due, until the clock stands or the panel is gone.
async fn keep(panel: &Weak<Panel>, mut changes: watch::Receiver<u64>) {
    let mut due = None;
    loop {
        let Some(panel_now) = panel.upgrade() else {
            return;
        };
        if panel_now.guides().end_daily(|| is_frozen(&panel_now)) {
            return;
        }
        let now = panel_now.clock().now();
        if let Some(at) = due.filter(|at| *at <= now) {
            let at = last_between(panel_now.zone(), at - 1, now).unwrap_or(at);
            if let Err(error) = run(&panel_now, at).await {
                tracing::warn!(?error, "the daily jobs of guides were not done");
            }
            due = None;
        }
        // The jobs were due while they were done, where the clock runs fast.
        let Some(next) = due.or_else(|| next_after(panel_now.zone(), now)) else {
            return;
        };
        due = Some(next);
        let wait = wait(panel_now.clock().mode(), next.saturating_sub(now));
        drop(panel_now);
        tokio::select! {
            changed = changes.changed() => match changed {
                // Who has advanced the clock has done what was due.
                Ok(()) => due = None,
                Err(_) => return,
            },
            () = tokio::time::sleep(wait) => {}
        }
    }
}

/// Returns how long to wait for so many seconds of a clock.
fn wait(mode: Mode, seconds: i64) -> Duration {
    let rate = match mode {
        Mode::Scaled { rate, .. } => rate,
        _ => 1.0,
    };
    let seconds = f64::from(i32::try_from(seconds).unwrap_or(i32::MAX)) / rate;
    let wait = Duration::try_from_secs_f64(seconds).unwrap_or(LONGEST_WAIT);
    wait.clamp(SHORTEST_WAIT, LONGEST_WAIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_jobs_are_due_at_four_by_the_time_zone() {
        // 2026-03-15 14:30 UTC.
        const NOW: i64 = 1_773_585_000;
        let utc = Zone::UTC;
        assert_eq!(next_after(utc, NOW), Some(1_773_633_600));
        assert_eq!(next_after(utc, 1_773_633_599), Some(1_773_633_600));
        assert_eq!(next_after(utc, 1_773_633_600), Some(1_773_720_000));
        for (from, to, expected) in [
            (NOW, 1_773_633_599, None),
            (NOW, 1_773_633_600, Some(1_773_633_600)),
            (1_773_633_600, 1_773_633_601, None),
            (NOW, 1_773_720_001, Some(1_773_720_000)),
        ] {
            assert_eq!(last_between(utc, from, to), expected, "{from} {to}");
        }
        // In New York it is four hours behind; on the day of the change to summer time there is a four o'clock, too.
        let zone = Zone::named("America/New_York").unwrap();
        assert_eq!(next_after(zone, NOW), Some(1_773_648_000));
        let london = Zone::named("Europe/London").unwrap();
        assert_eq!(
            next_after(london, 1_774_746_000),
            Some(1_774_753_200),
            "29 March, 03:00 UTC"
        );
    }

    #[test]
    fn a_fast_clock_is_waited_for_less() {
        let scaled = Mode::Scaled {
            real: 0.0,
            shown: 0,
            rate: 3600.0,
        };
        assert_eq!(wait(scaled, 3600), Duration::from_secs(1));
        assert_eq!(wait(scaled, 1), SHORTEST_WAIT);
        assert_eq!(wait(Mode::Real, 7), Duration::from_secs(7));
        assert_eq!(wait(Mode::Real, 86_400), LONGEST_WAIT);
    }
}
