//! Seed documents: the panel's rows in a form for people to write.
//!
//! [`sections`] is the table of sections and fields, [`plan`] joins it with `schema.sql`. [`planter`] writes
//! the tree of a document, which [`crate::document`] parses, to the database; [`export`](export()) makes a tree
//! of a panel's state. [`schema`](schema()) and [`page`](page()) describe documents to editors and people.

mod billing_sections;
mod export;
mod names;
mod page;
mod plan;
mod planter;
mod schema;
mod section;
mod sections;
mod times;
mod values;

pub use export::export;
pub use page::page;
pub use planter::{Planted, is_complete, needs_groups, plant};
pub use schema::schema;
