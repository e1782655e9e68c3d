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
mod player;
mod presets;
pub mod quick;
mod rule;
mod shapes;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

use super::matching::Seen;
use super::problem::Problem;
use crate::panel::chance::Chance;
pub use effect::{About, Effect};
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
pub struct Met {
    /// How long it waits before the panel does its work, and after it.
    pub before: Duration,
    pub after: Duration,
    /// The fault that does more than wait.
    pub acting: Option<Acting>,
    /// The name of the last fault that it met.
    pub id: Option<Arc<str>>,
}

/// A fault at work.
pub struct Acting {
    pub effect: Arc<Effect>,
    /// Whether the panel does its work first, so that only the answer is lost.
    pub after: bool,
    /// How often it has acted, this time included; nobody counts what a request asks for itself.
    pub hit: Option<u64>,
    pub chance: Chance,
}

impl Met {
    /// Notes what an effect does. True when the search for faults goes on: those that only wait add up.
    fn with(&mut self, effect: &Arc<Effect>, after: bool, hit: Option<u64>, chance: Chance) -> bool {
        let wait = effect.delay(&chance);
        match after {
            true => self.after += wait,
            false => self.before += wait,
        }
        if effect.only_waits() {
            return true;
        }
        self.acting = Some(Acting {
            effect: Arc::clone(effect),
            after,
            hit,
            chance,
        });
        false
    }
}

impl Faults {
    /// The rules to begin with, to which a reset goes back; all draws follow from `seed`.
    ///
    /// # Errors
    /// Which of them is none, and why.
    pub fn new(seed: u64, baseline: Vec<Value>) -> Result<Faults, (usize, Box<Problem>)> {
        Ok(Faults::beginning_with(Rules::of(&baseline)?, seed, baseline))
    }

    /// The rules of the start anew, with draws that follow from another seed.
    pub fn again(&self, seed: u64) -> Faults {
        // They were read once already.
        let rules = Rules::of(&self.baseline).unwrap_or_default();
        Faults::beginning_with(rules, seed, self.baseline.clone())
    }

    fn beginning_with(rules: Rules, seed: u64, baseline: Vec<Value>) -> Faults {
        Faults {
            count: AtomicUsize::new(rules.held.len()),
            rules: Mutex::new(rules),
            seed,
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
        let fresh = Rules::of(&self.baseline).unwrap_or_default();
        self.with(|rules| *rules = fresh);
    }

    /// What a request meets: every rule that only waits, up to the first one that does more.
    pub fn meet(&self, seen: &Seen<'_>, now: i64) -> Met {
        let moment = Moment { now, seed: self.seed };
        let mut met = Met::default();
        self.with(|rules| {
            rules.held.retain(|rule| !rule.is_dead());
            for rule in &mut rules.held {
                let Some(hit) = rule.meet(seen, &moment) else { continue };
                met.id = Some(Arc::clone(&rule.id));
                if !met.with(&rule.effect, rule.after, Some(hit.nth), hit.chance) {
                    break;
                }
            }
        });
        met
    }

    /// What a request meets that asks for a fault itself: that one alone.
    pub fn meet_inline(&self, inline: Inline) -> Met {
        let mut met = Met {
            id: Some(inline::HEADER.into()),
            ..Met::default()
        };
        let chance = Chance::of(self.seed, inline::HEADER, 0);
        met.with(&Arc::new(inline.effect), inline.after, None, chance);
        met
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
    fn of(values: &[Value]) -> Result<Rules, (usize, Box<Problem>)> {
        let mut rules = Rules::default();
        for (at, value) in values.iter().enumerate() {
            rules.add(value).map_err(|problem| (at, Box::new(problem)))?;
        }
        Ok(rules)
    }

    /// Adds a rule and answers its name.
    fn add(&mut self, value: &Value) -> Result<Arc<str>, Problem> {
        self.held.retain(|rule| !rule.is_dead());
        if self.held.len() >= MOST {
            let detail = format!("there are {MOST} faults");
            return Err(Problem::new(409, "too_many", detail, "DELETE some"));
        }
        let number = self.named + 1;
        let rule = Rule::read(value, || format!("fault-{number}"))?;
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
