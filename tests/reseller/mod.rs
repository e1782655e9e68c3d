//! The Reseller API over HTTP (contract "Reseller API").

mod stories;
