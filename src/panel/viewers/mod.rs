//! Who may watch what, from where and with what (contract "Player side", sections 11 and 12). `line` and `stream` are
//! what a request names, as the rules need them; `geoip` tells where an address is, `checks` has the rules in their order,
//! `attacks` blocks addresses that are refused again and again, `why` tells an operator what refuses a viewer.
//!
//! Nothing here knows how a request or an answer looks on the wire.

pub mod attacks;
pub mod checks;
pub mod geoip;
mod line;
mod stream;
pub mod why;

pub use line::Line;
pub use stream::{ContentKind, Stream};

use std::net::IpAddr;

/// The sender of a request.
#[derive(Clone, Debug)]
pub struct Client {
    pub address: IpAddr,
    /// Its user agent; empty where it sends none.
    pub agent: String,
}

/// A request for a stream.
#[derive(Clone, Debug)]
pub struct StreamRequest {
    pub client: Client,
    pub username: String,
    pub password: String,
    /// The id of the stream, movie or episode.
    pub stream: i64,
    pub kind: ContentKind,
    /// The extension as it was sent; empty stands for `ts`.
    pub extension: String,
    /// What a link of a device's portal carries; `None` where it was not sent.
    pub play_token: Option<String>,
    /// Whether it goes on with a session that is open, which makes no new connection (section 12).
    pub joins_session: bool,
}
