//! A rule: which requests it matches, when it acts, what it does. It keeps its JSON as sent, and its counters.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};

use super::effect::Effect;
use super::grammar::{self, count, members};
use crate::control::clock::instants::Instant as PanelInstant;
use crate::control::limits::FaultLimits;
use crate::control::members::{Leaf, only, optional, weight};
use crate::control::problem::Problem;
use crate::control::verify::matching::{Match, MatchInput, SentMatch};
use crate::dialects::{Api, Dialect, Dialects};
use crate::panel::rng::Rng;
use crate::spelling::nearest;

/// A rule of the faults.
pub struct Rule {
    pub id: Arc<str>,
    sent: Map<String, Value>,
    matching: Match,
    when: When,
    pub effect: Arc<Effect>,
    /// Whether the panel handles the request first, so that only the answer is lost.
    pub after: bool,
    /// Whether it takes hold of streams that are open.
    pub running: bool,
    /// The length of its JSON.
    pub weight: usize,
    created: Instant,
    counters: Mutex<Counters>,
}

/// What a rule has done.
#[derive(Clone, Copy, Default)]
struct Counters {
    matched: u64,
    hits: u64,
    /// How often it did not act because the dialect does not have its word.
    unanswerable: u64,
}

/// The longest id of a rule, in bytes: it is shown in headers, logs and metrics.
const MAX_ID: usize = 255;

/// On which of the matching requests a rule acts.
struct When {
    /// The number of matching requests at the start that are left alone.
    skip: u64,
    /// The largest number of hits.
    times: Option<u64>,
    /// Of the requests after `skip`, the rule acts on the first and then on every `every`th.
    every: u64,
    /// In millionths.
    probability: u32,
    /// How long the rule exists, by the host's clock.
    ttl: Option<Duration>,
    /// The end of the rule, by the panel's clock.
    until: Option<i64>,
}

/// The inputs of a decision besides the request.
pub struct Moment {
    /// The time by the panel's clock.
    pub now: i64,
    /// The seed of all random decisions.
    pub seed: u64,
    pub dialects: Dialects,
}

/// One application of a rule to a request.
pub struct Hit {
    pub nth: u64,
    /// The generator of this hit's random numbers.
    pub rng: Rng,
}

impl Rule {
    /// Parses a rule; one without an `id` member gets `id`.
    ///
    /// # Errors
    /// A problem with the path of the member.
    pub fn parse(
        dialects: Dialects,
        limits: &FaultLimits,
        value: &Value,
        id: impl FnOnce() -> String,
    ) -> Result<Rule, Problem> {
        const HINT: &str = r#"send {"match":{"action":"create_line"},"effect":{"status":503}}"#;
        let Value::Object(members) = value else {
            return Err(Problem::bad_request("a fault is a JSON object", HINT));
        };
        only(members, &["id", "match", "when", "effect", "at", "running"])?;
        let effect = members
            .get("effect")
            .ok_or_else(|| Problem::bad_request("`effect` is missing", HINT))?;
        let body = effect.get("body").and_then(Value::as_str).unwrap_or_default();
        let in_body = |problem: Problem| problem.within("body").within("effect");
        limits.check_body(body).map_err(in_body)?;
        let effect = Effect::parse(dialects, effect).map_err(|problem| problem.within("effect"))?;
        let matching = optional(members, "match", |value| {
            SentMatch::read(value, "match")?.admit(dialects, limits)
        });
        let matching = matching?.unwrap_or_default();
        if let Some(late) = matching.late_member() {
            let hint = format!("leave `{late}` out of `match`");
            let early = Problem::bad_request(format!("a fault acts before there is a `{late}`"), hint);
            return Err(early.within(late).within("match"));
        }
        let in_answer = |problem: Problem| problem.within("answer").within("effect");
        check_word(dialects, effect.word(), matching.api()).map_err(in_answer)?;
        let when = optional(members, "when", When::parse)?.unwrap_or_else(When::always);
        let after = optional(members, "at", at)?.unwrap_or(false);
        let running = optional(members, "running", |value| running(value, &effect))?.unwrap_or(false);
        let id = optional(members, "id", name)?.unwrap_or_else(id);
        Ok(Rule {
            id: id.into(),
            matching,
            when,
            effect: Arc::new(effect),
            after,
            running,
            weight: weight(value),
            created: Instant::now(),
            counters: Mutex::default(),
            sent: members.clone(),
        })
    }

    /// Whether its `ttl` is over.
    pub fn is_expired(&self) -> bool {
        self.when.ttl.is_some_and(|ttl| self.created.elapsed() >= ttl)
    }

    /// Whether requests of an API are its: a delivery to an endpoint is no request to the panel, and has to be named.
    fn is_of(&self, api: &str) -> bool {
        let webhook = Api::WEBHOOK.name();
        api != webhook || self.matching.api() == Some(webhook)
    }

    /// Decides whether it acts on a request, and counts matches and hits.
    pub fn hit(&self, input: &MatchInput<'_>, moment: &Moment) -> Option<Hit> {
        if self.when.until.is_some_and(|until| moment.now >= until) || !self.matching.holds(input) {
            return None;
        }
        if !self.effect.concerns(input.named) || !self.is_of(input.api) {
            return None;
        }
        // Only the counters are locked: requests are compared side by side.
        let mut counters = self.counters();
        counters.matched += 1;
        let nth = counters.matched.checked_sub(self.when.skip + 1)?;
        if self.when.times.is_some_and(|times| counters.hits >= times) || !nth.is_multiple_of(self.when.every) {
            return None;
        }
        // The random numbers follow from the rule's id and its count of matches, so that rules do not influence
        // each other and a reset repeats them.
        let rng = Rng::derived(moment.seed, &self.id, counters.matched);
        if self.when.probability < CERTAIN && rng.below(CERTAIN) >= self.when.probability {
            return None;
        }
        let fails_with = |word: &str| {
            moment
                .dialects
                .named(input.api)
                .is_some_and(|dialect| dialect.fails_with(word))
        };
        if self.effect.word().is_some_and(|word| !fails_with(word)) {
            counters.unanswerable += 1;
            return None;
        }
        counters.hits += 1;
        Some(Hit {
            nth: counters.hits,
            rng,
        })
    }

    fn counters(&self) -> MutexGuard<'_, Counters> {
        self.counters.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the rule as JSON, with its counters.
    pub fn to_json(&self) -> Value {
        let counters = *self.counters();
        let mut shown = self.sent.clone();
        shown.insert("id".into(), json!(self.id.as_ref()));
        shown.insert("matched".into(), json!(counters.matched));
        shown.insert("hits".into(), json!(counters.hits));
        if self.effect.word().is_some() {
            shown.insert("unanswerable".into(), json!(counters.unanswerable));
        }
        Value::Object(shown)
    }
}

/// A probability of one, in millionths.
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
            let number = optional(&members, name, |value| count(value, name, least, u32::MAX));
            number.map(|number| number.map(u64::from))
        };
        Ok(When {
            skip: number("skip", 0)?.unwrap_or(0),
            times: number("times", 1)?,
            every: number("every", 1)?.unwrap_or(1),
            probability: optional(&members, "probability", millionths)?.unwrap_or(CERTAIN),
            ttl: optional(&members, "ttl", grammar::duration)?,
            until: optional(&members, "until", |until| PanelInstant::read(until, "until"))?.map(|at| at.0),
        })
    }
}

/// Parses `before` or `after`; true for `after`.
pub fn at(value: &Value) -> Result<bool, Problem> {
    grammar::word(value, "at", &[("before", false), ("after", true)])
}

/// Parses whether a rule takes hold of streams that are open, which its effect must be able to.
fn running(value: &Value, effect: &Effect) -> Result<bool, Problem> {
    let wrong = |detail: String, hint: &str| Err(Problem::bad_request(detail, hint));
    match value {
        Value::Bool(true) if effect.takes_hold().is_none() => wrong(
            "the effect cannot take hold of an answer that is open".into(),
            "it can with stream_cut, stream_stall, throttle, ts_gap, ts_garbage, pts_jump and upstream_down",
        ),
        Value::Bool(running) => Ok(*running),
        other => wrong(format!("`running` is neither true nor false: {other}"), "send true"),
    }
}

/// Refuses a failure word that no dialect has, or not the dialect `api`.
///
/// # Errors
/// A problem that lists the words.
pub fn check_word(dialects: Dialects, word: Option<&str>, api: Option<&str>) -> Result<(), Problem> {
    let Some(word) = word else { return Ok(()) };
    let candidates: Vec<&dyn Dialect> = dialects
        .served()
        .filter(|dialect| api.is_none_or(|api| api == dialect.api().name()))
        .collect();
    if candidates.iter().any(|dialect| dialect.fails_with(word)) {
        return Ok(());
    }
    let known: Vec<&str> = candidates
        .iter()
        .flat_map(|dialect| dialect.failures())
        .copied()
        .collect();
    let with_names = candidates.iter().filter(|dialect| !dialect.failures().is_empty());
    let apis: Vec<&str> = with_names.map(|dialect| dialect.api().name()).collect();
    Err(match known.is_empty() {
        true => Problem::bad_request(
            format!("{} has no failures by name", api.unwrap_or_default()),
            "use `status` and `body`",
        ),
        false => Problem::bad_request(
            format!("{} has no failure {word:?}", apis.join(" or ")),
            format!("there are {}{}", known.join(", "), nearest(word, &known)),
        ),
    })
}

fn name(value: &Value) -> Result<String, Problem> {
    let fits = |name: &&str| (1..=MAX_ID).contains(&name.len()) && !name.contains('/');
    let name = value.as_str().filter(fits);
    name.map(str::to_owned)
        .ok_or_else(|| Problem::bad_request(format!("`id` is no name: {value}"), "leave it out for a number"))
}

#[expect(clippy::as_conversions, reason = "the number lies between 0 and a million")]
fn millionths(value: &Value) -> Result<u32, Problem> {
    grammar::share(value, "probability").map(|share| (share * f64::from(CERTAIN)).round() as u32)
}
