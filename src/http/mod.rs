//! What every dialect stands on: requests and answers as plain data, whatever library reads and writes
//! their bytes.

pub mod body;
pub mod pages;
pub mod public_url;
mod request;
mod response;
pub mod trace;

pub use request::Request;
pub use response::Response;
