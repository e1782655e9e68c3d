//! Error texts of the Xtream APIs: HTTP code, status and text of every error of the panel (contract, section
//! 5). A new error does not compile until it has a row here.

use crate::panel::Error;
use crate::panel::error::{Class, SaleRefusal, Thing, Unique};

/// HTTP code, status and text of an error.
pub struct Words {
    /// 200 for all errors of the dialect; it has no status for a busy server or an internal error.
    pub http: u16,
    pub status: &'static str,
    pub text: String,
}

/// Returns the texts for an error: the status is that of its class, unless the error has its own.
pub fn for_error(error: &Error) -> Words {
    let (http, status) = of_class(error.class());
    Words {
        http,
        status: own_status(error).unwrap_or(status),
        text: text(error),
    }
}

#[rustfmt::skip] // A table: one entry per line.
fn of_class(class: Class) -> (u16, &'static str) {
    match class {
        Class::NotFound  => (200, "STATUS_FAILURE"),
        Class::Exists    => (200, "STATUS_FAILURE"),
        Class::Missing   => (200, "STATUS_INVALID_INPUT"),
        Class::Invalid   => (200, "STATUS_INVALID_INPUT"),
        Class::Credits   => (200, "STATUS_INSUFFICIENT_CREDITS"),
        Class::Forbidden => (200, "STATUS_FAILURE"),
        Class::TooLarge  => (200, "STATUS_FAILURE"),
        Class::Busy      => (503, "STATUS_FAILURE"),
        Class::Lost      => (503, "STATUS_FAILURE"),
        Class::Internal  => (500, "STATUS_FAILURE"),
    }
}

/// The statuses of errors that the document tells from others of their class.
#[rustfmt::skip] // A table: one entry per line.
fn own_status(error: &Error) -> Option<&'static str> {
    match error {
        Error::Taken(Unique::Username) => Some("STATUS_EXISTS_USERNAME"),
        Error::Taken(Unique::Mac)      => Some("STATUS_EXISTS_MAC"),
        Error::InvalidDate(_)          => Some("STATUS_INVALID_DATE"),
        Error::InvalidMac              => Some("STATUS_INVALID_MAC"),
        Error::UnknownPackage          => Some("STATUS_INVALID_PACKAGE"),
        Error::QueryRefused(_)         => Some("STATUS_NO_PERMISSIONS"),
        Error::Sale(refusal)           => Some(sale(*refusal).0),
        Error::QueryFailed(_)          => Some("STATUS_FAILURE"),
        _                              => None,
    }
}

#[rustfmt::skip] // A table: one entry per line.
fn text(error: &Error) -> String {
    match error {
        Error::NotFound(thing)      => format!("{} not found.", name(*thing)),
        Error::Taken(what)          => format!("{} already exists.", taken(*what)),
        Error::Missing(name)        => format!("Missing parameter: {name}."),
        Error::Invalid(name)        => format!("Invalid parameter: {name}."),
        Error::Unknown(name)        => format!("Unknown parameter: {name}."),
        Error::InvalidDate(name)    => format!("Invalid date: {name}."),
        Error::InvalidMac           => "Invalid MAC address.".into(),
        Error::UnknownPackage       => "Package not found.".into(),
        Error::InsufficientCredits  => "Insufficient credits.".into(),
        Error::DeviceLimit          => "Device limit reached.".into(),
        Error::Sale(refusal)        => sale(*refusal).1.into(),
        Error::ProtectedGroup       => "Group cannot be deleted.".into(),
        Error::QueryInvalid(reason) => format!("Invalid query: {reason}"),
        Error::QueryRefused(reason) => format!("Query not allowed: {reason}"),
        Error::QueryFailed(reason)  => format!("Query failed: {reason}"),
        Error::TooLarge(most)       => format!("The answer is too large: more than {most} bytes. Ask for fewer rows."),
        Error::Busy                 => "The panel is busy and nothing was done. Try again.".into(),
        Error::DatabaseLost         => "The panel's database file was deleted or replaced and nothing was done. The server's log says what to do.".into(),
        Error::Internal(_)          => "Internal error and nothing was done. The server's log has the reason.".into(),
    }
}

/// Status and text of a refused sale (contract "Reseller API", section 2).
#[rustfmt::skip] // A table: one entry per line.
fn sale(refusal: SaleRefusal) -> (&'static str, &'static str) {
    match refusal {
        SaleRefusal::NoPermission       => ("STATUS_NO_PERMISSIONS", "No permissions."),
        SaleRefusal::NoTrials           => ("STATUS_NO_TRIALS", "Trials not allowed."),
        SaleRefusal::PackageType        => ("STATUS_INVALID_TYPE", "Invalid package type."),
        SaleRefusal::PackageNotSold     => ("STATUS_INVALID_PACKAGE", "Invalid package."),
        SaleRefusal::UsernameTooShort   => ("STATUS_INVALID_USERNAME", "Username too short."),
        SaleRefusal::PasswordTooShort   => ("STATUS_INVALID_PASSWORD", "Password too short."),
        SaleRefusal::NoSubresellerGroup => ("STATUS_INVALID_SUBRESELLER", "No sub-reseller group."),
    }
}

fn taken(what: Unique) -> &'static str {
    match what {
        Unique::Username => "Username",
        Unique::Mac => "MAC address",
        Unique::AccessCode => "Access code",
        Unique::IpAddress => "IP address",
        Unique::ActiveCode => "Code",
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
        Thing::ActiveCode => "Active code",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn active_codes_have_no_status_of_their_own() {
        for (error, said) in [
            (Error::NotFound(Thing::ActiveCode), "Active code not found."),
            (Error::Taken(Unique::ActiveCode), "Code already exists."),
        ] {
            let words = for_error(&error);
            assert_eq!(
                (words.http, words.status, words.text.as_str()),
                (200, "STATUS_FAILURE", said)
            );
        }
    }
}
