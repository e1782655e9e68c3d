//! The limit of trials (contract "Reseller API", 3.3). The count and the trial that it allows are one transaction.

use super::offers::in_months;
use super::seller::{Seller, TrialRules};
use crate::panel::context::Context;
use crate::panel::error::{Error, Result, SaleRefusal};
use crate::time::{DAY, HOUR};

const COUNT: &str = "SELECT
     (SELECT count(*) FROM lines WHERE member_id = ?1 AND is_trial = 1 AND created_at > ?2) +
     (SELECT count(*) FROM activecodes WHERE member_id = ?1 AND is_trial = 1 AND created_at > ?2)";

impl Seller {
    /// Refuses another trial where the panel or the group gives none, or not yet.
    ///
    /// # Errors
    /// No trials; SQLite's.
    pub(super) fn may_give_trial(&self, context: &Context<'_>) -> Result<()> {
        let TrialRules {
            least_credits, most, ..
        } = self.trials;
        let is_off = context.panel.last_access().settings.disable_trial;
        if is_off || self.credits < least_credits || most <= 0 {
            return Err(Error::Sale(SaleRefusal::NoTrials));
        }
        match self.trials_given(context)? < most {
            true => Ok(()),
            false => Err(Error::Sale(SaleRefusal::NoTrials)),
        }
    }

    /// Counts the trials of the period that ends now.
    ///
    /// # Errors
    /// SQLite's.
    pub(super) fn trials_given(&self, context: &Context<'_>) -> Result<i64> {
        let since = self.trials.since(context);
        let mut query = context.db.prepare_cached(COUNT)?;
        Ok(query.query_row((self.id, since), |row| row.get(0))?)
    }
}

impl TrialRules {
    /// Returns the beginning of the period that ends now.
    fn since(&self, context: &Context<'_>) -> i64 {
        let now = context.now;
        match self.period.as_str() {
            "hours" | "hour" => now.saturating_sub(HOUR),
            "day" | "days" => now.saturating_sub(DAY),
            // Before the calendar everything is within the month.
            _ => in_months(now, -1, context.zone()).unwrap_or(i64::MIN),
        }
    }
}
