//! PHP's rules on the wire: what a panel written in PHP makes of a form, of a loose scalar and of
//! a value it prints.
//!
//! Two dialects are PHP's own (the Admin and reseller APIs and the v2 API), so these rules are
//! Linecard's subject and written here. Everything in this folder is total: there is no input on
//! which it fails. Golden files made with the real `php` keep it honest (`tests/data/php`).
//!
//! It must not know any action, parameter or status: those belong to the dialects.

pub mod body;
pub mod form;
pub mod json;
pub mod scalar;
pub mod values;

pub use form::{Form, Key, Limits, Node};
