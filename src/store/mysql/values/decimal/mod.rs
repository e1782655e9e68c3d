//! MariaDB's decimals and unsigned integers (contract "Admin API", 10.6, "Types"): a decimal is an integer scaled by
//! its static places, so its arithmetic is that of integers.

pub mod arithmetic;
pub mod digits;
mod functions;
mod sum;
pub mod unsigned;

pub use functions::register;

#[cfg(test)]
mod tests;
