//! How strict a panel is with requests in which something is odd.

use std::str::FromStr;

/// What is done about it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Strictness {
    /// As a real panel does: nothing, and the journal notes it.
    #[default]
    Off,
    /// The log tells it, too.
    Warn,
    /// The request is refused with a hint.
    Error,
}

impl Strictness {
    /// Whether odd requests are refused.
    pub fn refuses(self) -> bool {
        self == Strictness::Error
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Strictness::Off => "off",
            Strictness::Warn => "warn",
            Strictness::Error => "error",
        }
    }
}

impl FromStr for Strictness {
    type Err = &'static str;

    /// A switch can be said as a switch: what is on refuses.
    fn from_str(text: &str) -> Result<Strictness, &'static str> {
        match text.to_ascii_lowercase().as_str() {
            "" | "off" | "false" | "no" | "n" | "f" | "0" => Ok(Strictness::Off),
            "warn" => Ok(Strictness::Warn),
            "error" | "on" | "true" | "yes" | "y" | "t" | "1" => Ok(Strictness::Error),
            _ => Err("neither warn nor error, nor true or false"),
        }
    }
}
