//! One call while it is answered: in a read or in the transaction of a write.

use std::sync::Arc;

use super::fields::Fields;
use super::part::Part;
use super::problem::{Failure, Word};
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
        match query.faults().is_empty() {
            true => Ok(()),
            false => {
                let problem = self.input.part.words.bad_request.problem();
                Err(problem.of_faults(query.faults(), "parameter").into())
            }
        }
    }

    /// Refuses faults of the fields.
    ///
    /// # Errors
    /// All of them.
    pub fn check(&self, fields: &Fields) -> Result<(), Failure> {
        let (words, faults) = (self.input.part.words, fields.faults());
        let mut all = faults.iter();
        let Some(first) = all.next() else {
            return Ok(());
        };
        let code = (all.len() == 0).then(|| (words.of_fault)(first.reason)).flatten();
        let mut problem = words.invalid.problem();
        problem.code = code.unwrap_or(problem.code);
        Err(problem.of_faults(faults, "field").into())
    }
}
