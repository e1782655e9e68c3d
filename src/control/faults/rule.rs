//! A rule: which requests it matches, when it acts, what it does. It keeps its JSON as sent, and its counters.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use indexmap::IndexSet;
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;
use utoipa::openapi::schema::Type;

use super::effect::{self, Effect, SentEffect};
use super::grammar::Wait;
use crate::control::clock::instants::Instant as PanelInstant;
use crate::control::limits::FaultLimits;
use crate::control::members::{Leaf, body, deserialize, leaves, weight};
use crate::control::problem::Problem;
use crate::control::values::{Bounded, Share};
use crate::control::verify::matching::{Match, MatchInput, SentMatch};
use crate::dialects::{Dialect, Dialects};
use crate::openapi::typed::{both, of_types, schemas};
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

body! {
    /// A fault: which requests it is about, when it acts and what it does.
    #[schema(as = Fault)]
    pub struct SentFault {
        id?: RuleId,
        #[deserr(rename = "match")]
        #[serde(rename = "match")]
        wanted?: SentMatch,
        when?: When,
        #[schema(required = true)]
        effect?: SentEffect,
        at?: At,
        /// Whether it takes hold of streams that are open.
        running?: bool,
    }
}

body! {
    /// On which of the matching requests a fault acts.
    #[derive(Default)]
    pub struct When {
        /// The number of matching requests at the start that are left alone.
        skip??: Number,
        /// The largest number of hits.
        times??: PositiveNumber,
        /// Of the requests after `skip`, the fault acts on the first and then on every so many.
        every??: PositiveNumber,
        probability??: Share,
        /// How long the fault exists, by the host's clock.
        ttl??: Wait,
        /// The end of the fault, by the panel's clock.
        until??: PanelInstant,
    }
}

/// A number.
pub type Number = Bounded<0, { u32::MAX }>;
/// A number that is not 0.
pub type PositiveNumber = Bounded<1, { u32::MAX }>;

/// The id of a rule.
#[derive(Debug)]
pub struct RuleId(String);

/// Before the panel handles the request, or after it, so that only the answer is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, deserr::Deserr, ToSchema)]
#[deserr(error = Problem, rename_all = lowercase)]
#[serde(rename_all = "lowercase")]
pub enum At {
    Before,
    After,
}

leaves!(RuleId);
schemas! {
    RuleId => of_types([Type::String], "Up to 255 bytes without a slash; a number is made where there is none.");
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
        let sent = SentFault::parse(value)?;
        let matching = sent.wanted.map(|wanted| wanted.admit(dialects, limits)).transpose();
        let matching = matching.map_err(|problem| problem.within("match"))?.unwrap_or_default();
        if let Some(late) = matching.late_member() {
            let hint = format!("leave `{late}` out of `match`");
            let early = Problem::bad_request(format!("a fault acts before there is a `{late}`"), hint);
            return Err(early.within(late).within("match"));
        }
        let effect = effect_of(dialects, limits, sent.effect.ok_or_else(no_effect)?, matching.api());
        let effect = effect.map_err(|problem| problem.within("effect"))?;
        let running = sent.running.unwrap_or_default();
        if running && effect.takes_hold().is_none() {
            return Err(holds_nothing().within("running"));
        }
        let id = sent.id.map_or_else(id, |RuleId(id)| id);
        let mut shown = value.as_object().cloned().unwrap_or_default();
        shown.insert("id".into(), json!(id));
        Ok(Rule {
            id: id.into(),
            matching,
            when: sent.when.unwrap_or_default(),
            effect: Arc::new(effect),
            after: sent.at == Some(At::After),
            running,
            weight: weight(value),
            created: Instant::now(),
            counters: Mutex::default(),
            sent: shown,
        })
    }

    /// Whether its `ttl` is over.
    pub fn is_expired(&self) -> bool {
        self.when.ttl.is_some_and(|Wait(ttl)| self.created.elapsed() >= ttl)
    }

    /// Decides whether it acts on a request, and counts matches and hits.
    pub fn hit(&self, input: &MatchInput<'_>, moment: &Moment) -> Option<Hit> {
        if self.when.until.is_some_and(|PanelInstant(until)| moment.now >= until) || !self.matching.holds(input) {
            return None;
        }
        if !self.effect.concerns(input.named) || !self.matching.is_about(input.api) {
            return None;
        }
        // Only the counters are locked: requests are compared side by side.
        let mut counters = self.counters();
        counters.matched += 1;
        let nth = counters.matched.checked_sub(self.when.skip() + 1)?;
        if self.when.are_over(counters.hits) || !nth.is_multiple_of(self.when.every()) {
            return None;
        }
        // The random numbers follow from the rule's id and its count of matches, so that rules do not influence
        // each other and a reset repeats them.
        let rng = Rng::derived(moment.seed, &self.id, counters.matched);
        let probability = self.when.millionths();
        if probability < CERTAIN && rng.below(CERTAIN) >= probability {
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

    /// Returns the rule as it was sent, with its counters.
    pub fn shown(&self) -> FaultState {
        let counters = *self.counters();
        FaultState {
            sent: self.sent.clone(),
            counts: FaultCounts {
                matched: counters.matched,
                hits: counters.hits,
                unanswerable: self.effect.word().map(|_| counters.unanswerable),
            },
        }
    }
}

/// A fault as it was sent, and what it has done.
#[derive(Serialize)]
pub struct FaultState {
    #[serde(flatten)]
    sent: Map<String, Value>,
    #[serde(flatten)]
    counts: FaultCounts,
}

/// What a fault has done.
#[derive(Serialize, ToSchema)]
struct FaultCounts {
    /// How many requests it was about.
    matched: u64,
    /// How often it acted.
    hits: u64,
    /// How often it did not act because the dialect does not have its word.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    unanswerable: Option<u64>,
}

schemas! {
    FaultState with SentFault => both::<SentFault, FaultCounts>("A fault as it was sent, and what it has done.", &["id"]);
}

/// A probability of one, in millionths.
const CERTAIN: u32 = 1_000_000;

impl When {
    fn skip(&self) -> u64 {
        self.skip.map_or(0, |Bounded(skip)| skip.into())
    }

    fn every(&self) -> u64 {
        self.every.map_or(1, |Bounded(every)| every.into())
    }

    /// Whether it has acted as often as it may.
    fn are_over(&self, hits: u64) -> bool {
        self.times.is_some_and(|Bounded(times)| hits >= times.into())
    }

    #[expect(clippy::as_conversions, reason = "the number lies between 0 and a million")]
    fn millionths(&self) -> u32 {
        let share = self.probability.map_or(1.0, |Share(share)| share);
        (share * f64::from(CERTAIN)).round() as u32
    }
}

const HINT: &str = r#"send {"match":{"action":"create_line"},"effect":{"status":503}}"#;

impl SentFault {
    /// Reads a fault.
    ///
    /// # Errors
    /// A problem with the path of the member.
    pub fn parse(value: &Value) -> Result<SentFault, Problem> {
        let Value::Object(members) = value else {
            return Err(Problem::bad_request("a fault is a JSON object", HINT));
        };
        match members.get("effect") {
            Some(Value::Object(members)) if members.is_empty() => Err(effect::nothing().within("effect")),
            _ => deserialize(value),
        }
    }
}

impl Leaf for RuleId {
    fn read(value: &Value, name: &str) -> Result<RuleId, Problem> {
        let fits = |id: &&str| (1..=MAX_ID).contains(&id.len()) && !id.contains('/');
        let none = || Problem::bad_request(format!("`{name}` is no name: {value}"), "leave it out for a number");
        let id = value.as_str().filter(fits).ok_or_else(none)?;
        Ok(RuleId(id.to_owned()))
    }
}

fn effect_of(dialects: Dialects, limits: &FaultLimits, sent: SentEffect, api: Option<&str>) -> Result<Effect, Problem> {
    let body = sent.body.as_deref().unwrap_or_default();
    limits.check_body(body).map_err(|problem| problem.within("body"))?;
    let effect = Effect::new(dialects, sent)?;
    check_word(dialects, effect.word(), api).map_err(|problem| problem.within("answer"))?;
    Ok(effect)
}

fn no_effect() -> Problem {
    Problem::bad_request("`effect` is missing", HINT)
}

fn holds_nothing() -> Problem {
    Problem::bad_request(
        "the effect cannot take hold of an answer that is open",
        "it can with stream_cut, stream_stall, throttle, ts_gap, ts_garbage, pts_jump and upstream_down",
    )
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
    // Several dialects have some words in common.
    let known: IndexSet<&str> = candidates
        .iter()
        .flat_map(|dialect| dialect.failures())
        .copied()
        .collect();
    let known: Vec<&str> = known.into_iter().collect();
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
