//! The REST APIs: the NXT Dashboard's and that of IPTVbp billing (contract "REST APIs"). What both share is here: bearer
//! secrets, the order of the checks (`service`), the tables of actions and fields (`action`, `fields`), refusals
//! (`problem`), times, and repeated calls (`replay`). A part is a folder of tables: `nxt`, `billing`.

mod action;
mod answers;
pub mod billing;
mod call;
mod docs;
mod fields;
mod near_misses;
pub mod nxt;
mod part;
mod problem;
mod replay;
mod service;
pub mod times;

use service::cause;

/// The type of all bodies.
const JSON: &str = "application/json; charset=utf-8";
