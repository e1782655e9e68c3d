//! The XC v2 API over HTTP: golden exchanges byte by byte, what values become, and PHP's own client.

mod effects;
mod exchanges;
mod limits;
mod php;
mod user_data;
