//! A rule: which requests it is about, when it acts, what it does. As it was sent, with its counters.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};

use super::effect::Effect;
use super::grammar::{self, count, members};
use crate::control::clock::instants;
use crate::control::members::{given, only};
use crate::control::problem::Problem;
use crate::control::verify::matching::{Match, MatchInput};
use crate::dialects::{Dialect, Dialects};
use crate::panel::rng::Rng;
use crate::spelling::nearest;

/// A rule.
pub struct Rule {
    pub id: Arc<str>,
    sent: Map<String, Value>,
    matching: Match,
    when: When,
    pub effect: Arc<Effect>,
    /// Whether the panel does its work first, so that only the answer is lost.
    pub after: bool,
    born: Instant,
    matched: u64,
    hits: u64,
    /// How often it was to answer a word that the dialect does not have.
    unanswerable: u64,
}

/// When a rule acts, of the requests that match it.
struct When {
    /// The first ones are left alone.
    skip: u64,
    /// How often it acts at most.
    times: Option<u64>,
    /// Of those that remain, it acts on the first and then on each `every`th.
    every: u64,
    /// In a million.
    probability: u32,
    /// How long the rule lives, whatever the panel's clock shows.
    ttl: Option<Duration>,
    /// Until when it acts, by the panel's clock.
    until: Option<i64>,
}

/// What a rule needs to know of a moment.
pub struct Moment {
    /// By the panel's clock.
    pub now: i64,
    /// What all draws follow from.
    pub seed: u64,
    pub dialects: Dialects,
}

/// A rule that acts on a request.
pub struct Hit {
    pub nth: u64,
    /// The draws of this hit.
    pub rng: Rng,
}

impl Rule {
    /// Reads a rule; without an id of its own it gets `id`.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(dialects: Dialects, value: &Value, id: impl FnOnce() -> String) -> Result<Rule, Problem> {
        const HINT: &str = r#"send {"match":{"action":"create_line"},"effect":{"status":503}}"#;
        let Value::Object(members) = value else {
            return Err(Problem::bad_request("a fault is a JSON object", HINT));
        };
        only(members, &["id", "match", "when", "effect", "at"])?;
        let effect = members
            .get("effect")
            .ok_or_else(|| Problem::bad_request("`effect` is missing", HINT))?;
        let effect = Effect::parse(dialects, effect).map_err(|problem| problem.within("effect"))?;
        let matching = given(members, "match", |value| Match::parse(dialects, value))?.unwrap_or_default();
        if matching.needs_status() {
            let hint = "leave `status` out of `match`";
            let early = Problem::bad_request("a fault acts before there is a `status`", hint);
            return Err(early.within("status").within("match"));
        }
        let misfit = |problem: Problem| problem.within("answer").within("effect");
        check_word(dialects, effect.word(), matching.api()).map_err(misfit)?;
        let when = given(members, "when", When::parse)?.unwrap_or_else(When::always);
        let after = given(members, "at", at)?.unwrap_or(false);
        let id = given(members, "id", name)?.unwrap_or_else(id);
        Ok(Rule {
            id: id.into(),
            matching,
            when,
            effect: Arc::new(effect),
            after,
            born: Instant::now(),
            matched: 0,
            hits: 0,
            unanswerable: 0,
            sent: members.clone(),
        })
    }

    /// Whether its time is over for good.
    pub fn is_dead(&self) -> bool {
        self.when.ttl.is_some_and(|ttl| self.born.elapsed() >= ttl)
    }

    /// Whether it acts on a request; counts that it was asked.
    pub fn meet(&mut self, seen: &MatchInput<'_>, moment: &Moment) -> Option<Hit> {
        if self.when.until.is_some_and(|until| moment.now >= until) || !self.matching.holds(seen) {
            return None;
        }
        self.matched += 1;
        let nth = self.matched.checked_sub(self.when.skip + 1)?;
        if self.when.times.is_some_and(|times| self.hits >= times) || !nth.is_multiple_of(self.when.every) {
            return None;
        }
        // A draw follows from the rule and the request's number, so that no rule disturbs another and
        // a reset begins anew.
        let rng = Rng::derived(moment.seed, &self.id, self.matched);
        if self.when.probability < CERTAIN && rng.below(CERTAIN) >= self.when.probability {
            return None;
        }
        let fails_with = |word: &str| {
            moment
                .dialects
                .named(seen.api)
                .is_some_and(|dialect| dialect.fails_with(word))
        };
        if self.effect.word().is_some_and(|word| !fails_with(word)) {
            self.unanswerable += 1;
            return None;
        }
        self.hits += 1;
        Some(Hit { nth: self.hits, rng })
    }

    /// As it is shown.
    pub fn shown(&self) -> Value {
        let mut shown = self.sent.clone();
        shown.insert("id".into(), json!(self.id.as_ref()));
        shown.insert("matched".into(), json!(self.matched));
        shown.insert("hits".into(), json!(self.hits));
        if self.effect.word().is_some() {
            shown.insert("unanswerable".into(), json!(self.unanswerable));
        }
        Value::Object(shown)
    }
}

/// A probability of one.
const CERTAIN: u32 = 1_000_000;

impl When {
    fn always() -> When {
        When {
            skip: 0,
            times: None,
            every: 1,
            probability: CERTAIN,
            ttl: None,
            until: None,
        }
    }

    fn parse(value: &Value) -> Result<When, Problem> {
        let mut members = members(value, "when")?.clone();
        only(&members, &["skip", "times", "every", "probability", "ttl", "until"])?;
        members.retain(|_, value| !value.is_null());
        let number = |name: &str, least: u32| {
            let number = given(&members, name, |value| count(value, name, least, u32::MAX));
            number.map(|number| number.map(u64::from))
        };
        Ok(When {
            skip: number("skip", 0)?.unwrap_or(0),
            times: number("times", 1)?,
            every: number("every", 1)?.unwrap_or(1),
            probability: given(&members, "probability", millionths)?.unwrap_or(CERTAIN),
            ttl: given(&members, "ttl", grammar::duration)?,
            until: given(&members, "until", |until| instants::instant(until, "until"))?,
        })
    }
}

/// `before` or `after`; true for after.
pub fn at(value: &Value) -> Result<bool, Problem> {
    grammar::word(value, "at", &[("before", false), ("after", true)])
}

/// Refuses a word with which no dialect fails, or not the one that is meant.
///
/// # Errors
/// The words that there are.
pub fn check_word(dialects: Dialects, word: Option<&str>, api: Option<&str>) -> Result<(), Problem> {
    let Some(word) = word else { return Ok(()) };
    let meant: Vec<&dyn Dialect> = dialects
        .served()
        .filter(|dialect| api.is_none_or(|api| api == dialect.api().name()))
        .collect();
    if meant.iter().any(|dialect| dialect.fails_with(word)) {
        return Ok(());
    }
    let known: Vec<&str> = meant.iter().flat_map(|dialect| dialect.failures()).copied().collect();
    let whose: Vec<&str> = meant.iter().map(|dialect| dialect.api().name()).collect();
    Err(match known.is_empty() {
        true => Problem::bad_request(
            format!("{} has no failures by name", api.unwrap_or_default()),
            "use `status` and `body`",
        ),
        false => Problem::bad_request(
            format!("{} has no failure {word:?}", whose.join(" or ")),
            format!("there are {}{}", known.join(", "), nearest(word, &known)),
        ),
    })
}

fn name(value: &Value) -> Result<String, Problem> {
    let name = value.as_str().filter(|name| !name.is_empty() && !name.contains('/'));
    name.map(str::to_owned)
        .ok_or_else(|| Problem::bad_request(format!("`id` is no name: {value}"), "leave it out for a number"))
}

#[expect(clippy::as_conversions, reason = "the number lies between 0 and a million")]
fn millionths(value: &Value) -> Result<u32, Problem> {
    grammar::share(value, "probability").map(|share| (share * f64::from(CERTAIN)).round() as u32)
}
