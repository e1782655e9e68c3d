//! The refusals of the billing API (contract "REST APIs", B1 and B3).

use super::super::part::Words;
use super::super::problem::{Failure, Problem, Word, word};
use crate::panel::Error;
use crate::panel::billing::{Conflict, Refusal};
use crate::panel::fields::FaultReason;

pub static UNAUTHORIZED: Word = word(401, "unauthorized", "Invalid or missing API key.");
pub static FORBIDDEN: Word = word(403, "forbidden", "The key lacks permission for this action.");
pub static BAD_REQUEST: Word = word(400, "bad_request", "The request body is not a JSON object.");
pub static NOT_FOUND: Word = word(404, "not_found", "Resource not found.");
pub static METHOD: Word = word(405, "method_not_allowed", "Method not allowed.");
pub static CONFLICT: Word = word(409, "conflict", "The state forbids it.");
pub static INVALID: Word = word(422, "validation_error", "A field is invalid.");
pub static TOO_MANY: Word = word(429, "rate_limit_exceeded", "Rate limit exceeded.");
pub static INTERNAL: Word = word(500, "internal_error", "Internal server error.");
pub static BUSY: Word = word(503, "service_unavailable", "The panel is busy, try again.");

/// All of them.
pub static WORDS: Words = Words {
    missing_secret: UNAUTHORIZED,
    wrong_secret: UNAUTHORIZED,
    expired_secret: UNAUTHORIZED,
    permission: |scope| FORBIDDEN.about("scope", scope.to_owned()),
    bad_request: BAD_REQUEST,
    not_found: NOT_FOUND,
    method: METHOD,
    closed: BUSY,
    invalid: INVALID,
    too_many: TOO_MANY,
    busy: BUSY,
    internal: INTERNAL,
    of_fault: no_code,
    of_error: no_problem,
    all: &[
        &UNAUTHORIZED,
        &FORBIDDEN,
        &BAD_REQUEST,
        &NOT_FOUND,
        &METHOD,
        &CONFLICT,
        &INVALID,
        &TOO_MANY,
        &INTERNAL,
        &BUSY,
    ],
};

/// All faults of fields have one code.
fn no_code(_: FaultReason) -> Option<&'static str> {
    None
}

/// The panel's own errors are busy or internal ones: what a caller does wrong is a [`Refusal`].
fn no_problem(_: &Error) -> Option<Problem> {
    None
}

/// The message of a conflict, and the field that it is about.
fn told(conflict: Conflict) -> (&'static str, Option<&'static str>) {
    match conflict {
        Conflict::EmailTaken => ("A customer with this email already exists.", Some("email")),
        Conflict::CustomerExternalIdTaken => ("A customer with this externalId already exists.", Some("externalId")),
        Conflict::SubscriptionExternalIdTaken => (
            "A subscription with this externalId already exists.",
            Some("externalId"),
        ),
        Conflict::UsernameTaken => ("The username is already taken.", Some("username")),
        Conflict::MacTaken => ("The MAC address is already bound.", Some("macAddress")),
        Conflict::CustomerHasSubscriptions => ("Customer has subscriptions.", None),
        Conflict::ProductHasSubscriptions => ("Product has subscriptions.", None),
        Conflict::CustomerBlocked => ("Customer is blocked.", None),
        Conflict::CustomerGone => ("Customer no longer exists.", None),
        Conflict::Cancelled => ("Subscription is already cancelled.", None),
        Conflict::NotStarted => ("Subscription has not started.", None),
        Conflict::NeverEnds => ("Subscription never ends.", None),
        Conflict::LineGone => ("The line of this subscription no longer exists.", None),
        Conflict::LineBanned => ("The line is banned.", None),
        Conflict::InvoicePaid => ("Invoice is already paid.", None),
        Conflict::InvoiceVoid => ("Invoice is void.", None),
        Conflict::DeviceLimit => ("Device limit reached.", None),
    }
}

/// Words a refusal.
impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Failure {
        match refusal {
            Refusal::NotFound => NOT_FOUND.problem().into(),
            Refusal::Fields(faults) => INVALID.problem().of_faults(&faults, "field").into(),
            Refusal::Conflict(conflict) => {
                let (message, field) = told(conflict);
                let mut problem = CONFLICT.problem();
                problem.message = message.into();
                let about = |field: &'static str| problem.clone().with(field, "Already taken");
                field.map_or(problem.clone(), about).into()
            }
            Refusal::Panel(error) => error.into(),
        }
    }
}
