//! From the text that was sent to a [`tree::Statement`].

pub mod lex;
pub mod parse;
pub mod secrets;
pub mod tree;
pub mod walk;

pub use parse::read;
