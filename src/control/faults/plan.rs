//! Decides which faults apply to a request: those of the rules, or the one of its header.

use super::rule::Rule;
use super::{FaultPlan, inline};
use crate::control::Control;
use crate::control::journal::entry::Entry;
use crate::control::journal::reader::JournalReader;
use crate::control::problem::Problem;
use crate::control::test_headers::TestHeaders;
use crate::panel::strictness::Strictness;

impl Control {
    /// Whether the journal, a fault, a test header or strictness needs the request's entry; `is_tested` says that it has
    /// test headers.
    pub fn needs_entry(&self, is_tested: bool) -> bool {
        !self.journal.is_off() || self.may_change_answer(is_tested) || self.panel.strictness() != Strictness::Off
    }

    /// Whether the request may get a fault or debug headers; `is_tested` says that it has test headers.
    pub fn may_change_answer(&self, is_tested: bool) -> bool {
        self.debug || is_tested || !self.faults.is_empty()
    }

    /// Returns what the faults do to a request; `admitted` is the judgement of its caller.
    pub async fn fault_plan(
        &self,
        entry: &Entry,
        test_headers: &TestHeaders<'_>,
        admitted: Result<(), Problem>,
    ) -> Result<FaultPlan, Problem> {
        let Some(fault) = test_headers.fault else {
            return Ok(self.rules_plan(entry).await);
        };
        admitted?;
        let inline = inline::parse(self.dialects(), fault, entry.api().name())?;
        Ok(self.faults.plan_of_header(inline, entry.named()))
    }

    /// Refuses a rule that is to take hold of open streams where nobody knows which these are.
    ///
    /// # Errors
    /// The journal is off.
    pub(super) fn accepts(&self, rule: &Rule) -> Result<(), Problem> {
        match rule.running {
            true => self.has_journal(),
            false => Ok(()),
        }
    }

    /// Lets those of the rules take hold of the streams that are open which are meant to.
    ///
    /// # Errors
    /// An error of the store.
    pub(super) async fn take_hold(&self, is_new: impl Fn(&Rule) -> bool) -> Result<(), Problem> {
        let rules = self.faults.active();
        let rules: Vec<_> = rules.iter().filter(|rule| rule.running && is_new(rule)).collect();
        if rules.is_empty() {
            return Ok(());
        }
        let mut reader = JournalReader::new(self).await?;
        for (_, entry) in self.journal.since(0).entries {
            let Some(answer) = entry.stream().filter(|answer| answer.ended().is_none()) else {
                continue;
            };
            let summary = reader.summary(&entry).await?;
            let headers = entry.headers();
            let input = summary.seen(&entry, &headers);
            let moment = self.faults.moment(self.panel.clock().now());
            let hit = rules.iter().find(|rule| rule.hit(&input, &moment).is_some());
            if let Some((rule, (disturbance, after))) = hit.and_then(|rule| Some((rule, rule.effect.takes_hold()?))) {
                entry.set_fault(&rule.id);
                self.metrics().count_fault(&rule.id);
                answer.disturb(disturbance, after);
            }
        }
        Ok(())
    }

    /// Returns what the rules do to a request.
    async fn rules_plan(&self, entry: &Entry) -> FaultPlan {
        if self.faults.is_empty() {
            return FaultPlan::default();
        }
        let Ok(mut reader) = JournalReader::for_entry(self).await else {
            return FaultPlan::default();
        };
        let Ok(summary) = reader.summary(entry).await else {
            return FaultPlan::default();
        };
        let headers = entry.headers();
        self.faults
            .plan_for(&summary.seen(entry, &headers), self.panel.clock().now())
    }
}
