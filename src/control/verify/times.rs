//! The number of requests that a verification expects.

use serde_json::Value;

use crate::control::members::{Leaf, body, deserialize, leaves};
use crate::control::problem::Problem;
use crate::openapi::typed::{schema_from, schemas};

/// The expected number of requests.
#[derive(Clone, Copy, Debug)]
pub struct Times {
    pub least: usize,
    pub most: Option<usize>,
}

/// The result of a comparison with the expected number.
pub enum Verdict {
    Holds,
    /// Does not hold now, but may later.
    NotYet,
    /// Cannot hold any more.
    Fails,
    /// Cannot be known, because the journal evicted requests.
    Unknown,
}

body! {
    /// How many requests are expected: a number, or bounds of it.
    pub struct SentTimes {
        exactly?: Count,
        at_least?: Count,
        at_most?: Count,
    }
}

/// A number of requests.
#[derive(Clone, Copy, Debug)]
pub struct Count(usize);

const HINT: &str = r#"send {"exactly":1}, {"at_least":1}, {"at_most":1} or both of the last two"#;

schema_from!(Times as "Times", SentTimes);
leaves!(Count, Times);
schemas! {
    Count => usize::schema();
}

impl Leaf for Count {
    fn read(value: &Value, name: &str) -> Result<Count, Problem> {
        let count = value.as_u64().and_then(|number| usize::try_from(number).ok());
        count
            .map(Count)
            .ok_or_else(|| Problem::bad_request(format!("`{name}` is no count: {value}"), HINT))
    }
}

impl Leaf for Times {
    fn read(value: &Value, name: &str) -> Result<Times, Problem> {
        if !value.is_object() {
            return Err(Problem::bad_request(format!("`{name}` is no object"), HINT));
        }
        let sent: SentTimes = deserialize(value)?;
        let times = match (sent.exactly, sent.at_least, sent.at_most) {
            (Some(Count(count)), None, None) => Times {
                least: count,
                most: Some(count),
            },
            (None, None, None) | (Some(_), _, _) => {
                return Err(Problem::bad_request("`times` says nothing certain", HINT));
            }
            (None, least, most) => Times {
                least: least.map_or(0, |Count(least)| least),
                most: most.map(|Count(most)| most),
            },
        };
        match times.most {
            Some(most) if most < times.least => Err(Problem::bad_request("`at_most` is below `at_least`", HINT)),
            _ => Ok(times),
        }
    }
}

impl Default for Times {
    /// At least one.
    fn default() -> Times {
        Times { least: 1, most: None }
    }
}

impl Times {
    /// Compares a count, when `missed` further requests may have matched.
    pub fn verdict(self, count: usize, missed: u64) -> Verdict {
        match self.most {
            Some(most) if count > most => Verdict::Fails,
            // Evicted requests can only increase the count.
            Some(_) if missed > 0 => Verdict::Unknown,
            _ if count >= self.least => Verdict::Holds,
            _ => Verdict::NotYet,
        }
    }

    /// Describes the expected number.
    pub fn words(self) -> String {
        match (self.least, self.most) {
            (least, Some(most)) if least == most => format!("exactly {least}"),
            (0, Some(most)) => format!("at most {most}"),
            (least, Some(most)) => format!("{least} to {most}"),
            (least, None) => format!("at least {least}"),
        }
    }
}
