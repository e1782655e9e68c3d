//! MariaDB's JSON functions (contract "Admin API", 10.5, "JSON"). They walk the text itself, so that numbers, escapes
//! and repeated keys stay as they are written.

mod aggregates;
mod contains;
mod edit;
mod find;
mod functions;
mod like;
mod path;
mod print;
mod scan;
mod search;
mod value;

pub use functions::register;

#[cfg(test)]
mod tests;
