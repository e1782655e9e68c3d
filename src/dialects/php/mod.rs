//! PHP's rules on the wire: how a panel written in PHP parses forms and scalars, and prints values.
//!
//! Two dialects follow PHP's rules (the Admin and reseller APIs and the v2 API), so Linecard implements the
//! rules itself. Every function in this folder is total: it does not fail on any input. Golden files made
//! with the real `php` verify it (`tests/data/php`).
//!
//! It must not depend on any action, parameter or status: those belong to the dialects.

pub mod body;
pub mod dates;
pub mod form;
pub mod json;
pub mod rows;
pub mod scalar;
pub mod values;

pub use form::{Form, Key, Limits, Node};
