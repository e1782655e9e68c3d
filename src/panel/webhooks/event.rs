//! The events, and what of them a job has seen.

use std::cell::RefCell;

use crate::panel::billing::customers::Customer;
use crate::panel::billing::invoices::Invoice;
use crate::panel::billing::products::Product;
use crate::panel::billing::subscriptions::Subscription;
use crate::panel::sold_lines::SoldLine;
use crate::store::line_log::LineChange;

/// What may happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    CustomerCreated,
    CustomerUpdated,
    CustomerDeleted,
    ProductCreated,
    ProductUpdated,
    ProductDeleted,
    SubscriptionCreated,
    SubscriptionUpdated,
    SubscriptionRenewed,
    SubscriptionCancelled,
    SubscriptionExpired,
    InvoiceCreated,
    InvoicePaid,
    InvoiceVoided,
    LineCreated,
    LineExtended,
    LineSuspended,
    LineUnsuspended,
    LineExpired,
    LineDeleted,
    ConnectionRefused,
}

/// All of them by their names, in the order of the contract.
pub const EVENTS: [(Event, &str); 21] = [
    (Event::CustomerCreated, "customer.created"),
    (Event::CustomerUpdated, "customer.updated"),
    (Event::CustomerDeleted, "customer.deleted"),
    (Event::ProductCreated, "product.created"),
    (Event::ProductUpdated, "product.updated"),
    (Event::ProductDeleted, "product.deleted"),
    (Event::SubscriptionCreated, "subscription.created"),
    (Event::SubscriptionUpdated, "subscription.updated"),
    (Event::SubscriptionRenewed, "subscription.renewed"),
    (Event::SubscriptionCancelled, "subscription.cancelled"),
    (Event::SubscriptionExpired, "subscription.expired"),
    (Event::InvoiceCreated, "invoice.created"),
    (Event::InvoicePaid, "invoice.paid"),
    (Event::InvoiceVoided, "invoice.voided"),
    (Event::LineCreated, "line.created"),
    (Event::LineExtended, "line.extended"),
    (Event::LineSuspended, "line.suspended"),
    (Event::LineUnsuspended, "line.unsuspended"),
    (Event::LineExpired, "line.expired"),
    (Event::LineDeleted, "line.deleted"),
    (Event::ConnectionRefused, "connection.refused"),
];

impl Event {
    /// Returns its name.
    pub fn name(self) -> &'static str {
        let found = EVENTS.iter().find(|(event, _)| *event == self);
        found.map_or("", |(_, name)| name)
    }

    /// Returns the kind of thing that it is about: what stands before the dot of its name.
    pub fn object(self) -> &'static str {
        self.name().split('.').next().unwrap_or_default()
    }
}

/// Returns all names.
pub fn names() -> [&'static str; EVENTS.len()] {
    EVENTS.map(|(_, name)| name)
}

/// The object of an event.
#[derive(Clone, Debug)]
pub enum Subject {
    Customer(Customer),
    Product(Product),
    Subscription(Box<Subscription>),
    Invoice(Invoice),
    Line(Box<SoldLine>),
    Connection(RefusedConnection),
}

impl Subject {
    /// Returns the id of the object; of a connection it is the line's, or 0.
    pub fn id(&self) -> i64 {
        match self {
            Subject::Customer(one) => one.id,
            Subject::Product(one) => one.id,
            Subject::Subscription(one) => one.id,
            Subject::Invoice(one) => one.id,
            Subject::Line(one) => one.id,
            Subject::Connection(one) => one.line.unwrap_or(0),
        }
    }
}

/// A connection that was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedConnection {
    pub line: Option<i64>,
    pub username: Option<String>,
    /// The name of the check (contract "Player side", section 11).
    pub reason: &'static str,
    pub stream: Option<i64>,
    pub address: String,
    pub agent: String,
    /// Unix milliseconds.
    pub at: i64,
}

/// What an operation tells of.
#[derive(Debug)]
pub enum Told {
    /// An event of an object, as it is at the end of the job.
    Present(Event, i64),
    /// The same with the object.
    Subject(Event, Subject),
    /// A line before it is taken apart and deleted.
    LineGoes(Box<SoldLine>),
}

/// What happened in a job, in order.
#[derive(Debug, Default)]
pub struct JobEvents(RefCell<Vec<JobEvent>>);

/// A part of it.
#[derive(Debug)]
pub(super) enum JobEvent {
    Told(Told),
    Line(LineChange),
}

impl JobEvents {
    pub(super) fn add(&self, told: Told) {
        self.0.borrow_mut().push(JobEvent::Told(told));
    }

    pub(super) fn add_lines(&self, changes: Vec<LineChange>) {
        self.0.borrow_mut().extend(changes.into_iter().map(JobEvent::Line));
    }

    pub(super) fn take(&self) -> Vec<JobEvent> {
        self.0.take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_event_has_a_name_of_its_own() {
        let names: std::collections::HashSet<&str> = names().into();
        assert_eq!(names.len(), EVENTS.len());
        assert_eq!(Event::LineUnsuspended.object(), "line");
        assert_eq!(Event::ConnectionRefused.name(), "connection.refused");
    }
}
