//! How strict a panel is with suspicious requests.

use std::str::FromStr;
use std::sync::atomic::{AtomicU8, Ordering};

/// How the panel treats suspicious requests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Strictness {
    /// Does nothing, as a real panel; only the journal records it.
    #[default]
    Off,
    /// Also writes a warning to the log.
    Warn,
    /// The request is refused with a hint.
    Error,
}

impl Strictness {
    /// All levels, the mildest first.
    pub const ALL: [Strictness; 3] = [Strictness::Off, Strictness::Warn, Strictness::Error];

    /// Whether suspicious requests are refused.
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

/// The current strictness, which can change between two requests.
#[derive(Debug, Default)]
pub struct StrictnessSetting(AtomicU8);

impl StrictnessSetting {
    /// Creates a setting with this value.
    pub fn new(strictness: Strictness) -> StrictnessSetting {
        let dial = StrictnessSetting::default();
        dial.set(strictness);
        dial
    }

    /// Returns the current value.
    pub fn get(&self) -> Strictness {
        let place = usize::from(self.0.load(Ordering::Relaxed));
        Strictness::ALL.get(place).copied().unwrap_or_default()
    }

    /// Changes the value.
    pub fn set(&self, strictness: Strictness) {
        let place = Strictness::ALL.iter().position(|one| *one == strictness);
        let place = place.and_then(|place| u8::try_from(place).ok());
        self.0.store(place.unwrap_or(0), Ordering::Relaxed);
    }
}

impl FromStr for Strictness {
    type Err = &'static str;

    /// Also accepts values of a switch: `on` refuses.
    fn from_str(text: &str) -> Result<Strictness, &'static str> {
        match text.to_ascii_lowercase().as_str() {
            "" | "off" | "false" | "no" | "n" | "f" | "0" => Ok(Strictness::Off),
            "warn" => Ok(Strictness::Warn),
            "error" | "on" | "true" | "yes" | "y" | "t" | "1" => Ok(Strictness::Error),
            _ => Err("neither warn nor error, nor true or false"),
        }
    }
}
