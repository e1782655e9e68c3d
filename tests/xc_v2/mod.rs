//! The XC v2 API over HTTP: golden exchanges byte by byte, what values become, and PHP's own client.

mod exchanges;
mod php;
