//! What a billing system keeps beside the panel: customers, products, subscriptions and their invoices (contract "REST
//! APIs", part B).
//!
//! A subscription's line is an ordinary line of the panel. While there is one, the end of the period, the credentials, the
//! limit of devices and whether it is suspended are read from it, never copied, so that no other surface can make the two
//! disagree. Nothing here knows of HTTP or JSON: callers hand in [`Sent`] values and get typed objects, or a [`Refusal`].

mod agenda;
pub mod customers;
pub mod due;
mod fields;
pub mod invoices;
mod list;
pub mod passwords;
pub mod periods;
pub mod products;
mod refusal;
pub mod subscriptions;

pub use agenda::Agenda;
pub use fields::Sent;
pub use list::{ListRequest, Page};
pub use refusal::{Conflict, Refusal};

use super::Context;

/// The result of an operation.
pub type Result<T, E = Refusal> = std::result::Result<T, E>;

/// The panel's time in unix milliseconds, within the second of the operation.
fn millis(context: &Context<'_>) -> i64 {
    context.millis()
}
