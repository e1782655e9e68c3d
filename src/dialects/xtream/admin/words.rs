//! Error texts of the Admin API: HTTP code, status and text of every error of the panel (contract, section
//! 5). A new error does not compile until it has a row here.

use crate::panel::Error;
use crate::panel::error::{Thing, Unique};

/// All statuses of failures.
pub const FAILURES: [&str; 9] = [
    "STATUS_FAILURE",
    "STATUS_EXISTS_USERNAME",
    "STATUS_EXISTS_MAC",
    "STATUS_INVALID_MAC",
    "STATUS_INVALID_DATE",
    "STATUS_INVALID_INPUT",
    "STATUS_INSUFFICIENT_CREDITS",
    "STATUS_INVALID_PACKAGE",
    "STATUS_NO_PERMISSIONS",
];

/// HTTP code, status and text of an error.
pub struct Words {
    /// 200 for all errors of the dialect; it has no status for a busy server or an internal error.
    pub http: u16,
    pub status: &'static str,
    pub text: String,
}

/// Returns the texts for an error.
#[rustfmt::skip] // A table: one entry per line.
pub fn for_error(error: &Error) -> Words {
    let (http, status, text) = match error {
        Error::NotFound(thing)      => (200, "STATUS_FAILURE", format!("{} not found.", name(*thing))),
        Error::Taken(what)          => (200, taken(*what).0, format!("{} already exists.", taken(*what).1)),
        Error::Missing(name)        => (200, "STATUS_INVALID_INPUT", format!("Missing parameter: {name}.")),
        Error::Invalid(name)        => (200, "STATUS_INVALID_INPUT", format!("Invalid parameter: {name}.")),
        Error::Unknown(name)        => (200, "STATUS_INVALID_INPUT", format!("Unknown parameter: {name}.")),
        Error::InvalidDate(name)    => (200, "STATUS_INVALID_DATE", format!("Invalid date: {name}.")),
        Error::InvalidMac           => (200, "STATUS_INVALID_MAC", "Invalid MAC address.".into()),
        Error::UnknownPackage       => (200, "STATUS_INVALID_PACKAGE", "Package not found.".into()),
        Error::InsufficientCredits  => (200, "STATUS_INSUFFICIENT_CREDITS", "Insufficient credits.".into()),
        Error::DeviceLimit          => (200, "STATUS_FAILURE", "Device limit reached.".into()),
        Error::ProtectedGroup       => (200, "STATUS_FAILURE", "Group cannot be deleted.".into()),
        Error::QueryInvalid(reason) => (200, "STATUS_INVALID_INPUT", format!("Invalid query: {reason}")),
        Error::QueryRefused(reason) => (200, "STATUS_NO_PERMISSIONS", format!("Query not allowed: {reason}")),
        Error::QueryFailed(reason)  => (200, "STATUS_FAILURE", format!("Query failed: {reason}")),
        Error::TooLarge(most)       => (200, "STATUS_FAILURE", format!("The answer is too large: more than {most} bytes. Ask for fewer rows.")),
        Error::Busy                 => (503, "STATUS_FAILURE", "The panel is busy and nothing was done. Try again.".into()),
        Error::DatabaseLost         => (503, "STATUS_FAILURE", "The panel's database file was deleted or replaced and nothing was done. The server's log says what to do.".into()),
        Error::Internal(_)          => (500, "STATUS_FAILURE", "Internal error and nothing was done. The server's log has the reason.".into()),
    };
    Words { http, status, text }
}

fn taken(what: Unique) -> (&'static str, &'static str) {
    match what {
        Unique::Username => ("STATUS_EXISTS_USERNAME", "Username"),
        Unique::Mac => ("STATUS_EXISTS_MAC", "MAC address"),
        Unique::AccessCode => ("STATUS_FAILURE", "Access code"),
        Unique::IpAddress => ("STATUS_FAILURE", "IP address"),
    }
}

fn name(thing: Thing) -> &'static str {
    match thing {
        Thing::Line => "Line",
        Thing::MagDevice => "MAG device",
        Thing::EnigmaDevice => "Enigma device",
        Thing::User => "User",
        Thing::Package => "Package",
        Thing::Stream => "Stream",
        Thing::Channel => "Channel",
        Thing::Station => "Station",
        Thing::Movie => "Movie",
        Thing::Series => "Series",
        Thing::Episode => "Episode",
        Thing::Bouquet => "Bouquet",
        Thing::Group => "Group",
        Thing::Category => "Category",
        Thing::AccessCode => "Access code",
        Thing::Epg => "EPG",
        Thing::TranscodeProfile => "Transcode profile",
        Thing::BlockedIp => "Blocked IP",
        Thing::BlockedUserAgent => "Blocked user agent",
        Thing::BlockedIsp => "Blocked ISP",
        Thing::RtmpIp => "RTMP IP",
        Thing::Server => "Server",
        Thing::Connection => "Connection",
        Thing::Process => "Process",
        Thing::Setting => "Setting",
    }
}
