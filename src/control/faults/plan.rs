//! What a request meets of the faults: those of the rules, or the one that it asks for itself.

use super::{FaultPlan, inline};
use crate::control::journal::entry::Entry;
use crate::control::journal::reader::JournalReader;
use crate::control::problem::Problem;
use crate::control::test_headers::TestHeaders;
use crate::control::{Control, unauthorized};
use crate::panel::strictness::Strictness;

impl Control {
    /// Whether somebody may look at a request that asks for this.
    pub fn looks_at(&self, test_headers: &TestHeaders<'_>) -> bool {
        !self.journal.is_off() || self.may_disturb(test_headers) || self.panel.strictness() != Strictness::Off
    }

    /// Whether a request that asks for this may meet a fault, or is to be told what the server made of it.
    pub fn may_disturb(&self, test_headers: &TestHeaders<'_>) -> bool {
        self.debug || test_headers.any() || !self.faults.is_empty()
    }

    /// What a request meets.
    pub async fn fault_plan(&self, entry: &Entry, test_headers: &TestHeaders<'_>) -> Result<FaultPlan, Problem> {
        let Some(fault) = test_headers.fault else {
            return Ok(self.planned(entry).await);
        };
        if !self.admits(test_headers.authorization) {
            return Err(unauthorized());
        }
        let inline = inline::parse(self.dialects(), fault, entry.api().name())?;
        Ok(self.faults.meet_inline(inline))
    }

    /// What a request meets of the rules.
    async fn planned(&self, entry: &Entry) -> FaultPlan {
        if self.faults.is_empty() {
            return FaultPlan::default();
        }
        let Ok(mut reader) = JournalReader::about(self).await else {
            return FaultPlan::default();
        };
        let Ok(summary) = reader.summary(entry).await else {
            return FaultPlan::default();
        };
        let headers = entry.headers();
        self.faults
            .meet(&summary.seen(entry, &headers), self.panel.clock().now())
    }
}
