//! MariaDB's dates as functions of SQLite: texts and numbers are read, intervals are added, formats are followed.
//!
//! Nothing here reads a clock: what depends on the time of day gets it as an argument.

#[cfg(test)]
mod answers;
mod arithmetic;
mod format;
mod functions;
mod moment;
mod parts;
mod pattern;
mod print;
mod read;
mod store;
mod unix;

pub use functions::register;
pub use pattern::format_kind;
pub use print::time as print_time;
pub use read::{fraction_of, is_datetime};
pub use store::{StoredDate, store_iso};
