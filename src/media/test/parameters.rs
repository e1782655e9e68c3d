//! What the URL of a test source asks for: `test://?rate=4000000&text=news`.

use std::num::NonZeroU32;
use std::ops::RangeInclusive;

use super::{PACKETS, font, picture};
use crate::media::ts;
use crate::spelling;

/// The letters of a name: a row of the picture.
const NAME: usize = picture::COLUMNS;
/// Bits of a transport packet.
const PACKET_BITS: u32 = 8 * 188;
/// What `rate=` may say, in bit/s: from what a second has anyway to 6 MB a second.
const RATES: RangeInclusive<u64> = 451_200..=50_000_000;
/// What `from=` may say: frames of a thousand years and more.
const FRAMES: RangeInclusive<u64> = 0..=1_000_000_000_000;
/// What `pts=` may say: timestamps have 33 bits.
const TIMESTAMPS: RangeInclusive<u64> = 0..=(1 << 33) - 1;

/// The parameters of a test source; by default none is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameters {
    /// `text`: the name that the picture shows in place of the stream's id, one to eight letters.
    pub text: Option<String>,
    /// `rate`, rounded up to whole packets a second; 300 or more.
    pub packets: u32,
    /// `radio`: audio only.
    pub is_radio: bool,
    /// `from`: the second of the first frame, as a number of frames rounded down.
    pub from: Option<i64>,
    /// `pts`: what is added to all timestamps, in units of 1/90,000 s.
    pub pts: ts::Timestamp,
    /// `gap`: in each so many seconds one video packet is missing.
    pub gap: Option<NonZeroU32>,
    /// `jump`: each so many seconds the timestamps leap by 10 s, announced.
    pub jump: Option<NonZeroU32>,
    /// `error`: in each so many seconds a packet has `transport_error_indicator`.
    pub error: Option<NonZeroU32>,
    /// `stall`: seconds after which nothing more comes. The reader of the source has to see to it.
    pub stall: Option<NonZeroU32>,
    /// `end`: seconds after which the source ends. The reader of the source has to see to it.
    pub end: Option<NonZeroU32>,
}

/// Why the URL of a test source is not one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParameterError {
    #[error("the URL of a test source begins with test://")]
    Scheme,
    #[error("test://{0}: the parameters of a test source begin with `?`, as in test://?radio=1")]
    Path(String),
    #[error("a test source has no parameter {name:?}{hint}")]
    Unknown { name: String, hint: String },
    #[error("{0}= is given twice")]
    Twice(&'static str),
    #[error("{name}={value}: {expected}")]
    Value {
        name: &'static str,
        value: String,
        expected: String,
    },
}

impl Default for Parameters {
    fn default() -> Self {
        Self {
            text: None,
            packets: PACKETS,
            is_radio: false,
            from: None,
            pts: ts::Timestamp::new(0),
            gap: None,
            jump: None,
            error: None,
            stall: None,
            end: None,
        }
    }
}

impl Parameters {
    const NAMES: [&str; 10] = [
        "text", "rate", "radio", "from", "pts", "gap", "jump", "error", "stall", "end",
    ];

    /// Reads the URL of a test source, as a stream's row has it. A name between `test://` and `?` is a remark and
    /// changes nothing.
    ///
    /// # Errors
    /// The part of the URL that is wrong, and what would be right.
    pub fn parse(url: &str) -> Result<Self, ParameterError> {
        let rest = url.strip_prefix("test://").ok_or(ParameterError::Scheme)?;
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        if path.contains(['=', '&']) {
            return Err(ParameterError::Path(path.into()));
        }
        let mut parameters = Self::default();
        let mut given = Vec::new();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let name = known(&name)?;
            if given.contains(&name) {
                return Err(ParameterError::Twice(name));
            }
            given.push(name);
            parameters.set(name, &value)?;
        }
        Ok(parameters)
    }

    fn set(&mut self, name: &'static str, value: &str) -> Result<(), ParameterError> {
        let field = Field { name, value };
        match name {
            "text" => self.text = Some(field.letters()?),
            "rate" => self.packets = packets(field.number(&RATES, " of bit/s")?),
            "radio" => self.is_radio = field.number(&(0..=1), "")? == 1,
            "from" => self.from = Some(second_of(field.number(&FRAMES, " of a frame")?)),
            "pts" => self.pts = ts::Timestamp::new(field.number(&TIMESTAMPS, " of 1/90,000 s")?),
            "gap" => self.gap = field.seconds()?,
            "jump" => self.jump = field.seconds()?,
            "error" => self.error = field.seconds()?,
            "stall" => self.stall = field.seconds()?,
            _ => self.end = field.seconds()?,
        }
        Ok(())
    }

    /// The second that the source is at when its clock says `now`, if its clock said `started` when it started: the
    /// same, or what `from` counts from. All three in unix seconds.
    pub fn place(&self, now: i64, started: i64) -> i64 {
        let Some(from) = self.from else { return now };
        from.saturating_add(now.saturating_sub(started))
    }

    /// The bytes of one second as a transport stream.
    pub fn second_bytes(&self) -> u64 {
        u64::from(self.packets) * 188
    }

    /// Whether the timestamps of this second do not go on from those before it.
    pub fn jumps_at(&self, second: i64) -> bool {
        is_due(self.jump, second)
    }

    /// What is to be added to the timestamps of a second.
    pub(super) fn offset(&self, second: i64) -> ts::Timestamp {
        let leaps = self.jump.map_or(0, |each| second.div_euclid(i64::from(each.get())));
        // 10 s each; 2^33 divides what the multiplication is cut to.
        self.pts.plus(leaps.wrapping_mul(900_000).cast_unsigned())
    }
}

/// Whether something that happens each so many seconds happens in this one.
pub(super) fn is_due(each: Option<NonZeroU32>, second: i64) -> bool {
    each.is_some_and(|each| second.rem_euclid(i64::from(each.get())) == 0)
}

/// A name as [`Parameters::NAMES`] has it.
fn known(name: &str) -> Result<&'static str, ParameterError> {
    let found = Parameters::NAMES.into_iter().find(|known| *known == name);
    found.ok_or_else(|| ParameterError::Unknown {
        name: name.into(),
        hint: spelling::nearest(name, &Parameters::NAMES),
    })
}

/// The packets of a second at a rate, which is one of [`RATES`].
fn packets(rate: u64) -> u32 {
    u32::try_from(rate).map_or(PACKETS, |rate| rate.div_ceil(PACKET_BITS))
}

/// The second of a frame, which is one of [`FRAMES`].
fn second_of(frame: u64) -> i64 {
    i64::try_from(frame / u64::from(picture::RATE)).unwrap_or(0)
}

/// A parameter as it is written.
struct Field<'a> {
    name: &'static str,
    value: &'a str,
}

impl Field<'_> {
    fn wrong(&self, expected: String) -> ParameterError {
        ParameterError::Value {
            name: self.name,
            value: self.value.into(),
            expected,
        }
    }

    /// A number in digits alone; `unit` is what it is a number of.
    fn number(&self, range: &RangeInclusive<u64>, unit: &str) -> Result<u64, ParameterError> {
        let is_plain = self.value.bytes().all(|byte| byte.is_ascii_digit());
        let number = self
            .value
            .parse()
            .ok()
            .filter(|number| range.contains(number) && is_plain);
        number.ok_or_else(|| self.wrong(format!("a number{unit} from {} to {}", range.start(), range.end())))
    }

    fn seconds(&self) -> Result<Option<NonZeroU32>, ParameterError> {
        let seconds = self.number(&(1..=1_000_000), " of seconds")?;
        Ok(u32::try_from(seconds).ok().and_then(NonZeroU32::new))
    }

    fn letters(&self) -> Result<String, ParameterError> {
        let is_shown = self.value.bytes().all(|letter| font::glyph(letter).is_some());
        if is_shown && (1..=NAME).contains(&self.value.len()) {
            Ok(self.value.into())
        } else {
            Err(self.wrong(format!("one to {NAME} letters, digits, spaces or any of `:-._/`")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(number: u32) -> Option<NonZeroU32> {
        NonZeroU32::new(number)
    }

    #[test]
    fn every_parameter_is_read() {
        for plain in ["test://", "test://?", "test://news/1"] {
            assert_eq!(Parameters::parse(plain), Ok(Parameters::default()), "{plain}");
        }
        let url =
            "test://?text=BBC%20One&rate=4000000&radio=1&from=99&pts=8589934591&gap=2&jump=3&error=4&stall=5&end=6";
        let expected = Parameters {
            text: Some("BBC One".into()),
            packets: 2660,
            is_radio: true,
            from: Some(3),
            pts: ts::Timestamp::new((1 << 33) - 1),
            gap: seconds(2),
            jump: seconds(3),
            error: seconds(4),
            stall: seconds(5),
            end: seconds(6),
        };
        assert_eq!(Parameters::parse(url), Ok(expected));
        assert_eq!(
            Parameters::parse("test://?rate=451200").map(|read| read.packets),
            Ok(300)
        );
    }

    #[test]
    fn a_wrong_url_is_told_what_is_wrong() {
        for (url, message) in [
            ("http://x", "the URL of a test source begins with test://"),
            (
                "test://rate=1",
                "test://rate=1: the parameters of a test source begin with `?`, as in test://?radio=1",
            ),
            (
                "test://?txt=a",
                "a test source has no parameter \"txt\"; did you mean \"text\"?",
            ),
            ("test://?loop=1", "a test source has no parameter \"loop\""),
            ("test://?gap=1&gap=1", "gap= is given twice"),
            (
                "test://?rate=451199",
                "rate=451199: a number of bit/s from 451200 to 50000000",
            ),
            (
                "test://?rate=%2B500000",
                "rate=+500000: a number of bit/s from 451200 to 50000000",
            ),
            ("test://?radio=yes", "radio=yes: a number from 0 to 1"),
            (
                "test://?from=-1",
                "from=-1: a number of a frame from 0 to 1000000000000",
            ),
            (
                "test://?pts=8589934592",
                "pts=8589934592: a number of 1/90,000 s from 0 to 8589934591",
            ),
            ("test://?jump=0", "jump=0: a number of seconds from 1 to 1000000"),
            ("test://?end=", "end=: a number of seconds from 1 to 1000000"),
            (
                "test://?text=",
                "text=: one to 8 letters, digits, spaces or any of `:-._/`",
            ),
            (
                "test://?text=news+at+10",
                "text=news at 10: one to 8 letters, digits, spaces or any of `:-._/`",
            ),
            (
                "test://?text=%C3%96",
                "text=Ö: one to 8 letters, digits, spaces or any of `:-._/`",
            ),
        ] {
            let error = Parameters::parse(url).unwrap_err();
            assert_eq!(error.to_string(), message, "{url}");
        }
    }

    #[test]
    fn the_place_is_the_clocks_or_counted_from_a_frame() {
        let clock = Parameters::default();
        assert_eq!(clock.place(1_000, 900), 1_000);
        let counted = Parameters::parse("test://?from=74").unwrap();
        assert_eq!((counted.place(900, 900), counted.place(1_000, 900)), (2, 102));
    }
}
