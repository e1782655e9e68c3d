//! The number of requests that a verification expects.

use serde_json::Value;

use crate::control::members::only;
use crate::control::problem::Problem;

/// The expected number of requests.
#[derive(Clone, Copy)]
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

impl Times {
    /// Parses them; the default is at least one.
    ///
    /// # Errors
    /// A problem with the valid forms as its hint.
    pub fn parse(value: Option<&Value>) -> Result<Times, Problem> {
        const HINT: &str = r#"send {"exactly":1}, {"at_least":1}, {"at_most":1} or both of the last two"#;
        let Some(value) = value else {
            return Ok(Times { least: 1, most: None });
        };
        let Value::Object(members) = value else {
            return Err(Problem::bad_request("`times` is no object", HINT));
        };
        only(members, &["exactly", "at_least", "at_most"])?;
        let number = |name: &str| match members.get(name) {
            None => Ok(None),
            Some(value) => match value.as_u64().and_then(|number| usize::try_from(number).ok()) {
                Some(number) => Ok(Some(number)),
                None => Err(Problem::bad_request(format!("`{name}` is no count: {value}"), HINT)),
            },
        };
        let times = match (number("exactly")?, number("at_least")?, number("at_most")?) {
            (Some(count), None, None) => Times {
                least: count,
                most: Some(count),
            },
            (None, None, None) | (Some(_), _, _) => {
                return Err(Problem::bad_request("`times` says nothing certain", HINT));
            }
            (None, least, most) => Times {
                least: least.unwrap_or(0),
                most,
            },
        };
        match times.most {
            Some(most) if most < times.least => Err(Problem::bad_request("`at_most` is below `at_least`", HINT)),
            _ => Ok(times),
        }
    }

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
