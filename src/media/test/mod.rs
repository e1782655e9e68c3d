//! The test source (player contract, 10.5 and 18.5): a picture that says which frame it is, and a tone.
//!
//! All of it is a function of stream, parameters and time: the same second has the same bytes after a restart, on every
//! host, live and from an archive. Nothing is encoded, looped or stored.
//!
//! ```
//! use linecard::media::test::{Kind, Parameters, TestSource};
//!
//! let source = TestSource::new(7, Parameters::parse("test://?text=news")?);
//! let second = source.second(1_767_225_600, Kind::Live, "00:00:00");
//! assert_eq!(second.len(), 300 * 188);
//! # Ok::<(), linecard::media::test::ParameterError>(())
//! ```

mod bits;
mod film;
pub mod font;
pub mod kept;
pub mod mkv;
pub mod mp4;
pub mod mux;
mod parameters;
pub mod picture;
pub mod tone;

use bytes::Bytes;

pub use film::Film;
pub use parameters::{ParameterError, Parameters};
use picture::Page;

/// Transport packets of a second at the lowest rate: 451,200 bit/s.
pub const PACKETS: u32 = 300;
/// Frames are counted up to this number, which a row of the picture holds.
const FRAME_NUMBERS: i64 = 100_000_000;

/// What is played, as the picture's last row has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    Live,
    Archive,
    Movie,
    Episode,
    /// What says that nothing is played, and why.
    Notice,
}

impl Kind {
    /// The picture's last row.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Live => "LIVE",
            Self::Archive => "ARCHIVE",
            Self::Movie => "MOVIE",
            Self::Episode => "EPISODE",
            Self::Notice => "NOTICE",
        }
    }
}

/// A stream that plays the test source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestSource {
    id: u64,
    name: String,
    parameters: Parameters,
}

/// A coded picture: one NAL unit.
#[derive(Clone, Debug)]
pub struct Frame {
    /// Whether decoding can begin here.
    pub is_key: bool,
    /// Without a start code or a length.
    pub nal: Vec<u8>,
}

impl TestSource {
    /// The stream with this id. Its picture shows the id's last eight digits, or `text=`.
    pub fn new(id: u64, parameters: Parameters) -> Self {
        let name = match &parameters.text {
            Some(text) => text.clone(),
            None => (id % 100_000_000).to_string(),
        };
        Self { id, name, parameters }
    }

    /// A source that shows this text, of at most eight letters.
    pub fn notice(text: &str) -> Self {
        let parameters = Parameters {
            text: Some(text.to_owned()),
            ..Parameters::default()
        };
        Self::new(0, parameters)
    }

    /// The id, which chooses the tone.
    pub const fn id(&self) -> u64 {
        self.id
    }

    /// What its URL asked for.
    pub const fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    /// What the frames of a unix second show. `clock` is that second's time in the panel's time zone, `HH:MM:SS`.
    pub fn pages(&self, second: i64, kind: Kind, clock: &str) -> Vec<Page> {
        let rate = i64::from(picture::RATE);
        // Reduced first, since the product of a far second does not fit.
        let first = second.rem_euclid(FRAME_NUMBERS) * rate;
        let page = |frame| {
            let number = format!("{:>8}", frame % FRAME_NUMBERS);
            Page::new([&self.name, clock, &number, kind.text()])
        };
        (first..first + rate).map(page).collect()
    }

    /// The coded pictures of a second, a key frame first.
    pub fn frames(&self, second: i64, kind: Kind, clock: &str) -> Vec<Frame> {
        let mut frames = Vec::new();
        let mut before: Option<Page> = None;
        for (number, page) in (0..).zip(self.pages(second, kind, clock)) {
            frames.push(Frame {
                is_key: before.is_none(),
                nal: before.map_or_else(|| page.key_frame(), |before| page.next_frame(&before, number)),
            });
            before = Some(page);
        }
        frames
    }

    /// A unix second as a transport stream: [`Parameters::packets`] packets, whatever is in them. `clock` is that
    /// second's time in the panel's time zone, `HH:MM:SS`.
    pub fn second(&self, second: i64, kind: Kind, clock: &str) -> Bytes {
        mux::second(self, second, kind, clock)
    }
}

/// `HH:MM:SS` of a second counted from a film's beginning: the clock of what has no place in the panel's time.
pub fn position(second: i64) -> String {
    let (minutes, seconds) = (second.div_euclid(60), second.rem_euclid(60));
    let (hours, minutes) = (minutes.div_euclid(60).rem_euclid(24), minutes.rem_euclid(60));
    format!("{hours:02}:{minutes:02}:{seconds:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_shows_name_time_number_and_kind() {
        let source = TestSource::new(1_234_567_890, Parameters::default());
        let pages = source.pages(4_000_003, Kind::Episode, "01:02:03");
        assert_eq!(pages.len(), 25);
        assert_eq!(pages[0].rows(), ["34567890", "01:02:03", "      75", "EPISODE "]);
        assert_eq!(pages[24].rows()[2], "      99");
        let last = source.pages(-1, Kind::Live, "");
        assert_eq!(last[24].rows()[2], "99999999");
    }

    #[test]
    fn a_position_counts_from_zero() {
        assert_eq!(position(0), "00:00:00");
        assert_eq!(position(86_399), "23:59:59");
        assert_eq!(position(86_401), "00:00:01");
    }
}
