//! Faults: rules that make matching requests fail, counted (contract "The fixture", section 6).
//!
//! `rule` says when one acts, `effect` what it does, `presets` the ones that have a name; `grammar`
//! reads what all of them are written in.

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

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

use super::problem::Problem;
use super::verify::matching::MatchInput;
use crate::dialects::Dialects;
use crate::panel::rng::Rng;
pub use effect::Effect;
pub use endpoints::{add, list, presets, remove, replace};
use inline::Inline;
pub use pages::without_hop;
use rule::{Moment, Rule};

/// Rules that can be held at once.
const MOST: usize = 1_000;

/// The rules.
pub struct Faults {
    rules: Mutex<Rules>,
    /// How many there are, so that a request that meets none waits for nobody.
    count: AtomicUsize,
    /// What all draws follow from.
    seed: u64,
    dialects: Dialects,
    /// The rules as the start of the server gave them.
    baseline: Vec<Value>,
}

#[derive(Default)]
struct Rules {
    held: Vec<Rule>,
    /// How many were named here.
    named: u64,
}

/// What a request meets.
#[derive(Default)]
pub struct FaultPlan {
    /// How long it waits before the panel does its work, and after it.
    pub before: Duration,
    pub after: Duration,
    /// The fault that does more than wait.
    pub active: Option<ActiveFault>,
    /// The name of the last fault that it met.
    pub id: Option<Arc<str>>,
}

/// A fault at work.
pub struct ActiveFault {
    pub effect: Arc<Effect>,
    /// Whether the panel does its work first, so that only the answer is lost.
    pub after: bool,
    /// How often it has acted, this time included; nobody counts what a request asks for itself.
    pub hit: Option<u64>,
    pub rng: Rng,
}

impl FaultPlan {
    /// Notes what an effect does. True when the search for faults goes on: those that only wait add up.
    fn with(&mut self, effect: &Arc<Effect>, after: bool, hit: Option<u64>, rng: Rng) -> bool {
        let wait = effect.delay(&rng);
        match after {
            true => self.after += wait,
            false => self.before += wait,
        }
        if effect.only_waits() {
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
    /// The rules to begin with, to which a reset goes back; all draws follow from `seed`.
    ///
    /// # Errors
    /// Which of them is none, and why.
    pub fn new(dialects: Dialects, seed: u64, baseline: Vec<Value>) -> Result<Faults, (usize, Box<Problem>)> {
        Ok(Faults::beginning_with(
            dialects,
            Rules::parse(dialects, &baseline)?,
            seed,
            baseline,
        ))
    }

    /// The same rules, which may name words and presets of other dialects.
    pub fn with_dialects(self, dialects: Dialects) -> Faults {
        Faults { dialects, ..self }
    }

    /// The rules of the start anew, with draws that follow from another seed.
    pub fn again(&self, seed: u64) -> Faults {
        // They were read once already.
        let rules = Rules::parse(self.dialects, &self.baseline).unwrap_or_default();
        Faults::beginning_with(self.dialects, rules, seed, self.baseline.clone())
    }

    fn beginning_with(dialects: Dialects, rules: Rules, seed: u64, baseline: Vec<Value>) -> Faults {
        Faults {
            count: AtomicUsize::new(rules.held.len()),
            rules: Mutex::new(rules),
            seed,
            dialects,
            baseline,
        }
    }

    /// True when no rule is held: most requests of most tests.
    pub fn is_empty(&self) -> bool {
        self.count.load(Ordering::Acquire) == 0
    }

    /// Goes back to the rules of the start.
    pub fn reset(&self) {
        // They were read once already.
        let fresh = Rules::parse(self.dialects, &self.baseline).unwrap_or_default();
        self.with(|rules| *rules = fresh);
    }

    /// What a request meets: every rule that only waits, up to the first one that does more.
    pub fn meet(&self, seen: &MatchInput<'_>, now: i64) -> FaultPlan {
        let moment = Moment {
            now,
            seed: self.seed,
            dialects: self.dialects,
        };
        let mut met = FaultPlan::default();
        self.with(|rules| {
            rules.held.retain(|rule| !rule.is_dead());
            for rule in &mut rules.held {
                let Some(hit) = rule.meet(seen, &moment) else { continue };
                met.id = Some(Arc::clone(&rule.id));
                if !met.with(&rule.effect, rule.after, Some(hit.nth), hit.rng) {
                    break;
                }
            }
        });
        met
    }

    /// What a request meets that asks for a fault itself: that one alone.
    pub fn meet_inline(&self, inline: Inline) -> FaultPlan {
        let mut met = FaultPlan {
            id: Some(inline::HEADER.into()),
            ..FaultPlan::default()
        };
        let rng = Rng::derived(self.seed, inline::HEADER, 0);
        met.with(&Arc::new(inline.effect), inline.after, None, rng);
        met
    }

    /// The dialects whose words and presets rules may name.
    pub fn dialects(&self) -> Dialects {
        self.dialects
    }

    fn with<T>(&self, work: impl FnOnce(&mut Rules) -> T) -> T {
        let mut rules = self.rules.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let done = work(&mut rules);
        self.count.store(rules.held.len(), Ordering::Release);
        done
    }

    fn shown(&self) -> Value {
        self.with(|rules| {
            rules.held.retain(|rule| !rule.is_dead());
            json!({ "faults": rules.held.iter().map(Rule::shown).collect::<Vec<_>>() })
        })
    }
}

impl Rules {
    /// These rules, or which of them is none.
    fn parse(dialects: Dialects, values: &[Value]) -> Result<Rules, (usize, Box<Problem>)> {
        let mut rules = Rules::default();
        for (at, value) in values.iter().enumerate() {
            rules.add(dialects, value).map_err(|problem| (at, Box::new(problem)))?;
        }
        Ok(rules)
    }

    /// Adds a rule and answers its name.
    fn add(&mut self, dialects: Dialects, value: &Value) -> Result<Arc<str>, Problem> {
        self.held.retain(|rule| !rule.is_dead());
        if self.held.len() >= MOST {
            let detail = format!("there are {MOST} faults");
            return Err(Problem::new(409, "too_many", detail, "DELETE some"));
        }
        let number = self.named + 1;
        let rule = Rule::parse(dialects, value, || format!("fault-{number}"))?;
        if self.held.iter().any(|held| held.id == rule.id) {
            let detail = format!("there is a fault {:?} already", rule.id);
            let hint = "DELETE it first, or leave `id` out";
            return Err(Problem::new(409, "exists", detail, hint));
        }
        self.named += u64::from(value.get("id").is_none());
        let id = Arc::clone(&rule.id);
        self.held.push(rule);
        Ok(id)
    }
}
