//! Faults: rules that make matching requests fail, counted (contract "The fixture", section 6).

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};

use super::effect::{self, Effect};
use super::matching::Match;
use super::presets::PRESETS;
use super::problem::Problem;
use super::{Control, answer, body, only};
use crate::panel::chance::Chance;
use crate::wire::{Request, Response};

/// Rules that can be held at once.
const MOST: usize = 1_000;

/// When a rule acts, of the requests that match it.
struct When {
    /// The first ones are left alone.
    skip: u64,
    /// How often it acts at most.
    times: Option<u64>,
    /// Of the ones that remain, each so-manieth.
    every: u64,
    /// In a million.
    probability: u32,
    /// How long the rule lives.
    ttl: Option<Duration>,
}

/// A rule as it was sent, with its counters.
struct Rule {
    id: String,
    sent: Map<String, Value>,
    matching: Match,
    when: When,
    effect: Arc<Effect>,
    after: bool,
    born: Instant,
    matched: u64,
    hits: u64,
}

/// What a request meets.
pub struct Met {
    /// The fault's id.
    pub id: String,
    pub effect: Arc<Effect>,
    /// Whether the panel does its work first, so that only the answer is lost.
    pub after: bool,
}

/// The rules.
pub struct Faults {
    rules: Mutex<Rules>,
    /// Draws for probabilities and effects, apart from the credentials' generator.
    pub chance: Chance,
}

#[derive(Default)]
struct Rules {
    held: VecDeque<Rule>,
    named: u64,
}

impl Faults {
    /// No rules yet.
    pub fn new(chance: Chance) -> Faults {
        Faults {
            rules: Mutex::default(),
            chance,
        }
    }

    /// True when no rule is held: most requests of most tests.
    pub fn is_empty(&self) -> bool {
        self.with(|rules| rules.held.is_empty())
    }

    /// Forgets all rules.
    pub fn clear(&self) {
        self.with(|rules| rules.held.clear());
    }

    /// What a request meets: the first rule that matches it and acts now.
    pub fn meet(&self, matches: impl Fn(&Match) -> bool) -> Option<Met> {
        self.with(|rules| {
            rules
                .held
                .retain(|rule| rule.when.ttl.is_none_or(|ttl| rule.born.elapsed() < ttl));
            for rule in rules.held.iter_mut().filter(|rule| matches(&rule.matching)) {
                rule.matched += 1;
                if self.acts(rule) {
                    rule.hits += 1;
                    return Some(Met {
                        id: rule.id.clone(),
                        effect: Arc::clone(&rule.effect),
                        after: rule.after,
                    });
                }
            }
            None
        })
    }

    fn acts(&self, rule: &Rule) -> bool {
        let When {
            skip,
            times,
            every,
            probability,
            ..
        } = rule.when;
        let Some(nth) = rule.matched.checked_sub(skip + 1) else {
            return false;
        };
        let left = times.is_none_or(|times| rule.hits < times);
        left && nth.is_multiple_of(every) && (probability >= 1_000_000 || self.chance.below(1_000_000) < probability)
    }

    fn with<T>(&self, work: impl FnOnce(&mut Rules) -> T) -> T {
        work(&mut self.rules.lock().unwrap_or_else(|poisoned| poisoned.into_inner()))
    }

    fn shown(&self) -> Value {
        self.with(|rules| {
            let all = rules.held.iter().map(|rule| {
                let mut shown = rule.sent.clone();
                shown.insert("id".into(), json!(rule.id));
                shown.insert("matched".into(), json!(rule.matched));
                shown.insert("hits".into(), json!(rule.hits));
                Value::Object(shown)
            });
            json!({ "faults": all.collect::<Vec<_>>() })
        })
    }
}

impl Rules {
    fn add(&mut self, value: &Value) -> Result<String, Problem> {
        if self.held.len() >= MOST {
            return Err(Problem::new(409, "too_many", "there are 1000 faults", "DELETE some"));
        }
        let mut rule = read(value)?;
        if rule.id.is_empty() {
            self.named += 1;
            rule.id = format!("fault-{}", self.named);
        }
        if self.held.iter().any(|held| held.id == rule.id) {
            let detail = format!("there is a fault {:?} already", rule.id);
            return Err(Problem::new(
                409,
                "exists",
                detail,
                "DELETE it first, or leave `id` out",
            ));
        }
        let id = rule.id.clone();
        self.held.push_back(rule);
        Ok(id)
    }
}

fn read(value: &Value) -> Result<Rule, Problem> {
    const HINT: &str = r#"send {"match":{"action":"create_line"},"effect":{"status":503}}"#;
    let Value::Object(members) = value else {
        return Err(Problem::bad_request("a fault is a JSON object", HINT));
    };
    only(members, &["id", "match", "when", "effect", "at"])?;
    let id = match members.get("id") {
        None => String::new(),
        Some(Value::String(id)) if !id.is_empty() && !id.contains('/') => id.clone(),
        Some(other) => {
            return Err(Problem::bad_request(
                format!("`id` is no name: {other}"),
                "leave it out for a number",
            ));
        }
    };
    let after = match members.get("at").map(Value::as_str) {
        None | Some(Some("before")) => false,
        Some(Some("after")) => true,
        _ => {
            return Err(Problem::bad_request(
                "`at` is neither before nor after",
                r#"send "before" or "after""#,
            ));
        }
    };
    let effect = members
        .get("effect")
        .ok_or_else(|| Problem::bad_request("`effect` is missing", HINT))?;
    Ok(Rule {
        id,
        matching: Match::read(members.get("match").unwrap_or(&json!({})))?,
        when: members.get("when").map_or_else(|| Ok(When::always()), When::read)?,
        effect: Arc::new(Effect::read(effect)?),
        after,
        born: Instant::now(),
        matched: 0,
        hits: 0,
        sent: members.clone(),
    })
}

impl When {
    fn always() -> When {
        When {
            skip: 0,
            times: None,
            every: 1,
            probability: 1_000_000,
            ttl: None,
        }
    }

    fn read(value: &Value) -> Result<When, Problem> {
        let Value::Object(members) = value else {
            return Err(Problem::bad_request(
                "`when` is no object",
                r#"send {"skip":1,"times":2}"#,
            ));
        };
        only(members, &["skip", "times", "every", "probability", "ttl"])?;
        let count = |name: &str, least: u64| match members.get(name) {
            None => Ok(None),
            Some(value) => match value
                .as_u64()
                .filter(|count| *count >= least && *count <= u64::from(u32::MAX))
            {
                Some(count) => Ok(Some(count)),
                None => Err(Problem::bad_request(
                    format!("`{name}` is no whole number from {least}: {value}"),
                    format!("send {}", json!({ name: least })),
                )),
            },
        };
        let probability = match members.get("probability") {
            None => 1_000_000,
            Some(value) => millionths(value)?,
        };
        Ok(When {
            skip: count("skip", 0)?.unwrap_or(0),
            times: count("times", 1)?,
            every: count("every", 1)?.unwrap_or(1),
            probability,
            ttl: members.get("ttl").map(effect::duration).transpose()?,
        })
    }
}

#[expect(clippy::as_conversions, reason = "the number lies between 0 and a million")]
fn millionths(value: &Value) -> Result<u32, Problem> {
    let probability = value.as_f64().filter(|number| (0.0..=1.0).contains(number));
    probability
        .map(|number| (number * 1_000_000.0) as u32)
        .ok_or_else(|| Problem::bad_request(format!("`probability` is not between 0 and 1: {value}"), "send 0.5"))
}

/// `GET /_linecard/faults`.
pub fn list(control: &Control) -> Response {
    answer(&control.faults.shown())
}

/// `GET /_linecard/faults/presets`.
pub fn presets() -> Response {
    let presets = PRESETS
        .iter()
        .map(|preset| json!({ "name": preset.name, "doc": preset.doc }));
    answer(&json!({ "presets": presets.collect::<Vec<_>>() }))
}

/// `POST /_linecard/faults`: one more.
pub fn add(control: &Control, request: &Request<'_>) -> Result<Response, Problem> {
    let fault = body(request)?;
    let id = control.faults.with(|rules| rules.add(&fault))?;
    Ok(answer(&json!({ "id": id })))
}

/// `PUT /_linecard/faults`: all of them at once, or none when one is wrong.
pub fn replace(control: &Control, request: &Request<'_>) -> Result<Response, Problem> {
    let sent = body(request)?;
    let faults = match &sent {
        Value::Array(faults) => faults.as_slice(),
        Value::Object(members) if members.is_empty() => &[],
        _ => {
            return Err(Problem::bad_request(
                "the body is no list of faults",
                "send […]; [] clears them",
            ));
        }
    };
    control.faults.with(|rules| {
        let mut fresh = Rules {
            held: VecDeque::new(),
            named: rules.named,
        };
        faults.iter().try_for_each(|fault| fresh.add(fault).map(|_| ()))?;
        *rules = fresh;
        Ok::<_, Problem>(())
    })?;
    Ok(list(control))
}

/// `DELETE /_linecard/faults/{name}`.
pub fn remove(control: &Control, id: &str) -> Result<Response, Problem> {
    let found = control.faults.with(|rules| {
        let before = rules.held.len();
        rules.held.retain(|rule| rule.id != id);
        rules.held.len() < before
    });
    match found {
        true => Ok(answer(&json!({ "id": id }))),
        false => Err(Problem::not_found(
            format!("there is no fault {id:?}"),
            "GET /_linecard/faults lists them",
        )),
    }
}
