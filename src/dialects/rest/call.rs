//! One call while it is answered: in a read or in the transaction of a write.

use std::sync::Arc;

use super::fields::Fields;
use super::part::Part;
use super::problem::{Failure, Problem, Word, fault_message, message};
use crate::dialects::base_url::BaseUrl;
use crate::panel::Context;
use crate::panel::access_cache::AccessCache;
use crate::panel::billing::Sent;
use crate::panel::billing::passwords::HashedPassword;

/// A call whose secret, path, method, permission and body are good.
pub struct Call<'a> {
    pub context: &'a Context<'a>,
    pub input: &'a Input,
}

/// What was sent.
pub struct Input {
    pub part: &'static Part,
    /// The values of the path, in order.
    pub values: Vec<String>,
    pub fields: Fields,
    pub query: Fields,
    pub base: BaseUrl,
    pub access: Arc<AccessCache>,
    /// The hash of a password, which is made before the transaction.
    pub password: Sent<HashedPassword>,
}

impl Call<'_> {
    /// Returns the id in the path. What is no number is the id of nothing.
    ///
    /// # Errors
    /// `unknown`, for that.
    pub fn id(&self, place: usize, unknown: Word) -> Result<i64, Failure> {
        let text = self.input.values.get(place).map_or("", String::as_str);
        // Digits alone: a sign or a leading zero is another spelling, which no answer has.
        let number = text.parse::<i64>().ok().filter(|number| number.to_string() == text);
        number.ok_or_else(|| unknown.problem().into())
    }

    /// Refuses faults of the query.
    ///
    /// # Errors
    /// All of them.
    pub fn query(&self) -> Result<&Fields, Failure> {
        let query = &self.input.query;
        self.check_query(query).map(|()| query)
    }

    /// Refuses faults of a query, among them those that were added to it.
    ///
    /// # Errors
    /// All of them.
    pub fn check_query(&self, query: &Fields) -> Result<(), Failure> {
        match query.faults().iter().next() {
            None => Ok(()),
            Some(first) => {
                let mut problem = self.input.part.words.bad_request.problem();
                problem.message = message(first, "parameter").into();
                Err(with_faults(problem, query).into())
            }
        }
    }

    /// Refuses faults of the fields.
    ///
    /// # Errors
    /// All of them.
    pub fn check(&self, fields: &Fields) -> Result<(), Failure> {
        let mut faults = fields.faults().iter();
        let Some(first) = faults.next() else {
            return Ok(());
        };
        let words = self.input.part.words;
        let code = (faults.len() == 0).then(|| (words.of_fault)(&first.fault)).flatten();
        let mut problem = words.invalid.problem();
        problem.code = code.unwrap_or(problem.code);
        problem.message = message(first, "field").into();
        Err(with_faults(problem, fields).into())
    }
}

fn with_faults(problem: Problem, fields: &Fields) -> Problem {
    let faults = fields.faults().iter();
    faults.fold(problem, |problem, one| {
        problem.with(one.field, fault_message(&one.fault))
    })
}
