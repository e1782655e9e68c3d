//! Faults: rules that make matching requests fail, counted (contract "The fixture", section 6).
//!
//! `rule` decides when a fault acts, `effect` what it does, `presets` has the named ones; `grammar` parses
//! their values.

pub mod docs;
mod effect;
mod endpoints;
pub mod file;
mod grammar;
mod gzip;
pub mod inline;
mod pages;
mod plan;
mod presets;
pub mod quick;
mod rule;
mod shapes;
mod stream;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;

use super::limits::FaultLimits;
use super::problem::Problem;
use super::verify::matching::MatchInput;
use crate::dialects::Dialects;
use crate::panel::rng::Rng;
use crate::panel::viewers::Named;
pub use effect::Effect;
pub use endpoints::{AddedFault, FaultList, PresetList, add, list, presets, remove, replace};
pub use grammar::Size;
use inline::Inline;
pub use pages::without_hop;
pub use rule::{FaultState, SentFault};
use rule::{Moment, Rule};
use stream::FrozenPlaylists;

/// The rules of one panel.
pub struct Faults {
    rules: Mutex<Rules>,
    /// The number of rules, so that requests take no lock while it is 0.
    count: AtomicUsize,
    /// The seed of all random decisions.
    seed: u64,
    dialects: Dialects,
    limits: FaultLimits,
    /// The rules of the server's start, as JSON.
    baseline: Vec<Value>,
    /// What requests with the fault `hls_frozen` in their header have frozen.
    frozen: Arc<FrozenPlaylists>,
}

#[derive(Default)]
struct Rules {
    /// Shared with the requests that are compared with them meanwhile, which hold no lock for that.
    list: Arc<Vec<Arc<Rule>>>,
    /// How many ids were generated here.
    generated_ids: u64,
}

/// What the faults do to one request.
#[derive(Default)]
pub struct FaultPlan {
    /// The delay before the panel handles the request.
    pub before: Duration,
    /// The delay after that.
    pub after: Duration,
    /// The fault that does more than delay.
    pub active: Option<ActiveFault>,
    /// The id of the last fault that applies.
    pub id: Option<Arc<str>>,
}

/// A fault that does more than delay.
pub struct ActiveFault {
    pub effect: Arc<Effect>,
    /// Whether the panel handles the request first, so that only the answer is lost.
    pub after: bool,
    /// How often it has acted, including this time; `None` for the fault of a header, which is not counted.
    pub hit: Option<u64>,
    pub rng: Rng,
}

impl FaultPlan {
    /// Adds an effect. Returns whether to try further faults, which is so after one that only delays.
    fn add(&mut self, effect: &Arc<Effect>, after: bool, hit: Option<u64>, rng: Rng) -> bool {
        let delay = effect.delay(&rng);
        match after {
            true => self.after += delay,
            false => self.before += delay,
        }
        if effect.only_delays() {
            return true;
        }
        self.active = Some(ActiveFault {
            effect: Arc::clone(effect),
            after,
            hit,
            rng,
        });
        false
    }
}

impl Faults {
    /// Parses the rules of the start, which a reset restores; all random decisions follow from `seed`.
    ///
    /// # Errors
    /// The index of the first invalid rule, and its problem.
    pub fn new(
        dialects: Dialects,
        limits: FaultLimits,
        seed: u64,
        baseline: Vec<Value>,
    ) -> Result<Faults, (usize, Box<Problem>)> {
        let rules = Rules::parse(dialects, &limits, &baseline)?;
        Ok(Faults {
            count: AtomicUsize::new(rules.list.len()),
            rules: Mutex::new(rules),
            seed,
            dialects,
            limits,
            baseline,
            frozen: Arc::default(),
        })
    }

    /// Replaces the dialects whose words and presets rules may name.
    pub fn with_dialects(self, dialects: Dialects) -> Faults {
        Faults { dialects, ..self }
    }

    /// Returns the rules of the start, with another seed.
    pub fn with_seed(&self, seed: u64) -> Faults {
        let rules = self.fresh_rules();
        Faults {
            count: AtomicUsize::new(rules.list.len()),
            rules: Mutex::new(rules),
            seed,
            dialects: self.dialects,
            limits: self.limits,
            baseline: self.baseline.clone(),
            frozen: Arc::default(),
        }
    }

    /// Parses the rules of the start again.
    fn fresh_rules(&self) -> Rules {
        // They were validated by `new`.
        Rules::parse(self.dialects, &self.limits, &self.baseline).unwrap_or_default()
    }

    /// Whether there is no rule, which is so for most requests.
    pub fn is_empty(&self) -> bool {
        self.count.load(Ordering::Acquire) == 0
    }

    /// Restores the rules of the start.
    pub fn reset(&self) {
        let fresh = self.fresh_rules();
        self.with(|rules| *rules = fresh);
        self.frozen.clear();
    }

    /// Applies the rules to a request: all that only delay, up to the first that does more.
    pub fn plan_for(&self, input: &MatchInput<'_>, now: i64) -> FaultPlan {
        let moment = self.moment(now);
        let mut plan = FaultPlan::default();
        for rule in self.active().iter() {
            let Some(hit) = rule.hit(input, &moment) else { continue };
            plan.id = Some(Arc::clone(&rule.id));
            if !plan.add(&rule.effect, rule.after, Some(hit.nth), hit.rng) {
                break;
            }
        }
        plan
    }

    /// What rules decide by besides a request, at a time of the panel's clock.
    fn moment(&self, now: i64) -> Moment {
        Moment {
            now,
            seed: self.seed,
            dialects: self.dialects,
        }
    }

    /// Returns the present rules. Requests are compared with them outside of the lock.
    fn active(&self) -> Arc<Vec<Arc<Rule>>> {
        self.with(|rules| {
            rules.remove_expired();
            Arc::clone(&rules.list)
        })
    }

    /// Applies the fault of a request's header, and no rule. `named` is the stream that the request names: what is not
    /// about it does nothing.
    pub fn plan_of_header(&self, mut inline: Inline, named: Option<Named>) -> FaultPlan {
        if !inline.effect.concerns(named) {
            return FaultPlan::default();
        }
        inline.effect.freeze_with(&self.frozen);
        let mut plan = FaultPlan {
            id: Some(inline::HEADER.into()),
            ..FaultPlan::default()
        };
        let rng = Rng::derived(self.seed, inline::HEADER, 0);
        plan.add(&Arc::new(inline.effect), inline.after, None, rng);
        plan
    }

    /// The limits of rules.
    pub fn limits(&self) -> &FaultLimits {
        &self.limits
    }

    /// The dialects whose words and presets rules may name.
    pub fn dialects(&self) -> Dialects {
        self.dialects
    }

    fn with<T>(&self, work: impl FnOnce(&mut Rules) -> T) -> T {
        let mut rules = self.rules.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let done = work(&mut rules);
        self.count.store(rules.list.len(), Ordering::Release);
        done
    }

    fn shown(&self) -> Vec<FaultState> {
        self.active().iter().map(|rule| rule.shown()).collect()
    }
}

impl Rules {
    /// Parses rules, or returns the index of the first invalid one.
    fn parse(dialects: Dialects, limits: &FaultLimits, values: &[Value]) -> Result<Rules, (usize, Box<Problem>)> {
        let mut rules = Rules::default();
        for (at, value) in values.iter().enumerate() {
            rules
                .add(dialects, limits, value, |_| Ok(()))
                .map_err(|problem| (at, Box::new(problem)))?;
        }
        Ok(rules)
    }

    /// Removes the rules whose `ttl` is over.
    fn remove_expired(&mut self) {
        if self.list.iter().any(|rule| rule.is_expired()) {
            Arc::make_mut(&mut self.list).retain(|rule| !rule.is_expired());
        }
    }

    /// Adds a rule that `accepts` does not refuse, and returns its id.
    fn add(
        &mut self,
        dialects: Dialects,
        limits: &FaultLimits,
        value: &Value,
        accepts: impl FnOnce(&Rule) -> Result<(), Problem>,
    ) -> Result<Arc<str>, Problem> {
        self.remove_expired();
        if self.list.len() >= limits.rules {
            let detail = format!("there are {} faults", limits.rules);
            return Err(Problem::too_many(detail, "DELETE some"));
        }
        let number = self.generated_ids + 1;
        let rule = Rule::parse(dialects, limits, value, || format!("fault-{number}"))?;
        if self.list.iter().any(|other| other.id == rule.id) {
            let detail = format!("there is a fault {:?} already", rule.id);
            let hint = "DELETE it first, or leave `id` out";
            return Err(Problem::new(409, "exists", detail, hint));
        }
        accepts(&rule)?;
        self.check_memory(limits, &rule)?;
        self.generated_ids += u64::from(value.get("id").is_none());
        let id = Arc::clone(&rule.id);
        Arc::make_mut(&mut self.list).push(Arc::new(rule));
        Ok(id)
    }

    /// Refuses a rule for which there is no room.
    fn check_memory(&self, limits: &FaultLimits, rule: &Rule) -> Result<(), Problem> {
        let used: usize = self.list.iter().map(|other| other.weight).sum();
        if used + rule.weight <= limits.memory {
            return Ok(());
        }
        let detail = format!("the faults have more than {} bytes", limits.memory);
        let hint = "DELETE some, or start the server with a larger --fault-memory";
        Err(Problem::no_room(detail, hint))
    }
}
