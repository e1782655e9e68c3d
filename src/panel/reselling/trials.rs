//! The limit of trials (contract "Reseller API", 3.3). The count and the trial that it allows are one transaction.

use super::offers::in_months;
use super::seller::{Seller, TrialRules};
use crate::panel::context::Context;
use crate::panel::error::{Error, Result, SaleRefusal};
use crate::time::{DAY, HOUR};

/// Which trials count towards the limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrialWindow {
    /// Lines and active codes of the last hour, day or month.
    Period,
    /// Lines of as many hours or days as there may be trials: the limit is the length of its window, too (section 9).
    OfMost,
}

impl TrialWindow {
    /// The query for their number: of an account, since an instant.
    fn count(self) -> &'static str {
        match self {
            TrialWindow::Period => {
                "SELECT (SELECT count(*) FROM lines WHERE member_id = ?1 AND is_trial = 1 AND created_at > ?2) +
                        (SELECT count(*) FROM activecodes WHERE member_id = ?1 AND is_trial = 1 AND created_at > ?2)"
            }
            TrialWindow::OfMost => {
                "SELECT count(*) FROM lines WHERE member_id = ?1 AND is_trial = 1 AND created_at > ?2"
            }
        }
    }
}

impl Seller {
    /// Refuses another trial where the panel or the group gives none, or not yet.
    ///
    /// # Errors
    /// No trials; SQLite's.
    pub(super) fn may_give_trial(&self, context: &Context<'_>, window: TrialWindow) -> Result<()> {
        let TrialRules {
            least_credits, most, ..
        } = self.trials;
        let is_off = context.panel.last_access().settings.disable_trial;
        if is_off || self.credits < least_credits || most <= 0 {
            return Err(Error::Sale(SaleRefusal::NoTrials));
        }
        match self.trials_given(context, window)? < most {
            true => Ok(()),
            false => Err(Error::Sale(SaleRefusal::NoTrials)),
        }
    }

    /// Counts the trials of the window that ends now.
    ///
    /// # Errors
    /// SQLite's.
    pub(super) fn trials_given(&self, context: &Context<'_>, window: TrialWindow) -> Result<i64> {
        let since = self.trials.since(context, window);
        let mut query = context.db.prepare_cached(window.count())?;
        Ok(query.query_row((self.id, since), |row| row.get(0))?)
    }
}

impl TrialRules {
    /// Returns when the limit holds, in words.
    pub(super) fn when(&self, window: TrialWindow) -> String {
        match (window, self.period.as_str()) {
            (TrialWindow::Period, period) => format!("in a period of {period:?}"),
            (TrialWindow::OfMost, "hours" | "hour") => format!("in lines of the last {} hours", self.most),
            (TrialWindow::OfMost, _) => format!("in lines of the last {} days", self.most),
        }
    }

    /// Returns the beginning of the period that ends now.
    fn since(&self, context: &Context<'_>, window: TrialWindow) -> i64 {
        let now = context.now;
        match (window, self.period.as_str()) {
            (TrialWindow::Period, "hours" | "hour") => now.saturating_sub(HOUR),
            (TrialWindow::Period, "day" | "days") => now.saturating_sub(DAY),
            (TrialWindow::OfMost, "hours" | "hour") => now.saturating_sub(self.most.saturating_mul(HOUR)),
            (TrialWindow::OfMost, _) => now.saturating_sub(self.most.saturating_mul(DAY)),
            // Before the calendar everything is within the month.
            (TrialWindow::Period, _) => in_months(now, -1, context.zone()).unwrap_or(i64::MIN),
        }
    }
}
