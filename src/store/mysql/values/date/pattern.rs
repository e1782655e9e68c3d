//! STR_TO_DATE: a text is read by a format.

use super::format::{MONTHS, WEEKDAYS};
use super::moment::{Moment, day_number, day_of_number};
use super::parts::weekday;
use crate::store::mysql::typed::types::Type;

/// Specifiers that only a time has.
const OF_TIME: &str = "HISThiklrsf";

/// Specifiers that only a date has. The day itself may be a time's: `%d %H` is a number of hours.
const OF_DATE: &str = "MVUXYWabcjmvuxyw";

/// Returns the type that STR_TO_DATE has with a constant format.
pub fn format_kind(format: &str) -> Type {
    let mut specifiers = Vec::new();
    let mut chars = format.chars();
    while let Some(c) = chars.next() {
        if c == '%' {
            specifiers.extend(chars.next());
        }
    }
    let has = |set: &str| specifiers.iter().any(|c| set.contains(*c));
    let places = if has("f") { 6 } else { 0 };
    match (has(OF_DATE), has(OF_TIME)) {
        (_, false) => Type::Date,
        (true, true) => Type::DateTime { places },
        (false, true) => Type::Time { places },
    }
}

/// The rest of the text and what was read of it.
#[derive(Default)]
struct Reading<'a> {
    rest: &'a [u8],
    moment: Moment,
    /// From 1 for Monday to 7 for Sunday.
    weekday: Option<i64>,
    day_of_year: i64,
    week: Option<(i64, Week)>,
    week_year: Option<(u32, bool)>,
    has_twelve_hours: bool,
    afternoon: bool,
}

/// How a week's number counts.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Week {
    sunday_first: bool,
    /// Weeks of the week's own year: `%V` and `%v`.
    of_year: bool,
}

/// Reads a text by a format; the parts that the format does not name are zero. What is behind is passed over.
pub fn str_to_date(text: &str, format: &str) -> Option<Moment> {
    let mut reading = Reading {
        rest: text.as_bytes(),
        ..Reading::default()
    };
    reading.follow(format)?;
    reading.finish()
}

impl Reading<'_> {
    fn follow(&mut self, format: &str) -> Option<()> {
        let mut bytes = format.bytes().peekable();
        while let Some(byte) = bytes.next() {
            self.skip_while(is_space);
            if self.rest.is_empty() {
                return Some(());
            }
            match (byte, bytes.peek()) {
                (b'%', Some(_)) => self.specifier(bytes.next()?)?,
                (byte, _) if is_space(byte) => {}
                (byte, _) => {
                    let (first, rest) = self.rest.split_first()?;
                    self.rest = rest;
                    (*first == byte).then_some(())?;
                }
            }
        }
        Some(())
    }

    fn specifier(&mut self, specifier: u8) -> Option<()> {
        match specifier {
            b'Y' => {
                let (year, width) = self.number_and_width(4)?;
                self.moment.year = if width <= 2 { century(year) } else { year };
            }
            b'y' => self.moment.year = century(self.number(2)?),
            b'm' | b'c' => self.moment.month = self.number(2)?,
            b'M' => self.moment.month = self.word(&MONTHS, None)?,
            b'b' => self.moment.month = self.word(&MONTHS, Some(3))?,
            b'd' | b'e' => self.moment.day = self.number(2)?,
            b'D' => {
                self.moment.day = self.number(2)?;
                self.skip(2);
            }
            b'h' | b'I' | b'l' => {
                self.has_twelve_hours = true;
                self.moment.hour = self.number(2)?;
            }
            b'k' | b'H' => self.moment.hour = self.number(2)?,
            b'i' => self.moment.minute = self.number(2)?,
            b's' | b'S' => self.moment.second = self.number(2)?,
            b'f' => {
                let (micro, width) = self.number_and_width(6)?;
                self.moment.micro = micro * 10u32.pow(6u32.saturating_sub(width));
            }
            b'p' => self.half()?,
            b'W' => self.weekday = Some(self.word(&WEEKDAYS, None)?.into()),
            b'a' => self.weekday = Some(self.word(&WEEKDAYS, Some(3))?.into()),
            b'w' => {
                let day = self.number(1).filter(|day| *day < 7)?;
                self.weekday = Some(if day == 0 { 7 } else { day.into() });
            }
            b'j' => self.day_of_year = self.number(3)?.into(),
            b'U' | b'u' | b'V' | b'v' => self.week(specifier)?,
            b'X' | b'x' => self.week_year = Some((self.number(4)?, specifier == b'X')),
            b'r' => self.part("%I:%i:%S %p")?,
            b'T' => self.part("%H:%i:%S")?,
            b'.' => self.skip_while(|byte| byte.is_ascii_punctuation()),
            b'@' => self.skip_while(|byte| byte.is_ascii_alphabetic()),
            b'#' => self.skip_while(|byte| byte.is_ascii_digit()),
            _ => return None,
        }
        Some(())
    }

    /// A format within the format: its hours are its own.
    fn part(&mut self, format: &str) -> Option<()> {
        let outer = (
            std::mem::take(&mut self.has_twelve_hours),
            std::mem::take(&mut self.afternoon),
        );
        self.follow(format)?;
        self.use_half()?;
        (self.has_twelve_hours, self.afternoon) = outer;
        Some(())
    }

    fn week(&mut self, specifier: u8) -> Option<()> {
        let week = Week {
            sunday_first: matches!(specifier, b'U' | b'V'),
            of_year: matches!(specifier, b'V' | b'v'),
        };
        let number = self
            .number(2)
            .filter(|number| *number <= 53 && !(week.of_year && *number == 0))?;
        self.week = Some((number.into(), week));
        Some(())
    }

    fn half(&mut self) -> Option<()> {
        let half = self.rest.get(..2).filter(|_| self.has_twelve_hours)?;
        self.afternoon = half.eq_ignore_ascii_case(b"PM");
        if !self.afternoon && !half.eq_ignore_ascii_case(b"AM") {
            return None;
        }
        self.skip(2);
        Some(())
    }

    fn skip(&mut self, count: usize) {
        self.rest = self.rest.get(count..).unwrap_or_default();
    }

    fn skip_while(&mut self, is: impl Fn(u8) -> bool) {
        self.skip(self.rest.iter().take_while(|byte| is(**byte)).count());
    }

    fn number(&mut self, most: usize) -> Option<u32> {
        self.number_and_width(most).map(|(number, _)| number)
    }

    fn number_and_width(&mut self, most: usize) -> Option<(u32, u32)> {
        let sign = usize::from(self.rest.first() == Some(&b'+'));
        let digits = self
            .rest
            .iter()
            .take(most)
            .skip(sign)
            .take_while(|byte| byte.is_ascii_digit());
        let (number, width) = digits.fold((0, 0), |(number, width), byte| {
            (number * 10 + u32::from(byte - b'0'), width + 1)
        });
        if width == 0 {
            return None;
        }
        let width = width + sign;
        self.skip(width);
        Some((number, u32::try_from(width).ok()?))
    }

    /// Reads one of these words, or of their first letters, and returns its number from 1. A beginning that only one
    /// word has will do.
    fn word(&mut self, words: &[&str], letters: Option<usize>) -> Option<u32> {
        let width = self.rest.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        let read = self.rest.get(..width).filter(|read| !read.is_empty())?;
        let begins = |word: &&str| {
            let word = word.as_bytes();
            let word = word.get(..letters.unwrap_or(word.len())).unwrap_or(word);
            word.get(..width).is_some_and(|begin| begin.eq_ignore_ascii_case(read))
        };
        let mut found = words.iter().enumerate().filter(|(_, word)| begins(word));
        let (at, word) = found.next()?;
        let is_whole = word.len() == width || letters == Some(width);
        if !is_whole && found.next().is_some() {
            return None;
        }
        self.skip(width);
        u32::try_from(at + 1).ok()
    }

    fn use_half(&mut self) -> Option<()> {
        if !self.has_twelve_hours {
            return Some(());
        }
        let hour = Some(self.moment.hour).filter(|hour| (1..=12).contains(hour))?;
        self.moment.hour = hour % 12 + if self.afternoon { 12 } else { 0 };
        self.has_twelve_hours = false;
        self.afternoon = false;
        Some(())
    }

    fn finish(mut self) -> Option<Moment> {
        self.use_half()?;
        if self.day_of_year > 0 {
            self.set_day(day_number(self.moment.year, 1, 1) + self.day_of_year - 1)?;
        }
        if let (Some((number, week)), Some(weekday)) = (self.week, self.weekday) {
            self.set_day(self.day_of_week(number, week, weekday)?)?;
        }
        let Moment {
            month,
            day,
            hour,
            minute,
            second,
            ..
        } = self.moment;
        (month <= 12 && day <= 31 && hour <= 23 && minute <= 59 && second <= 59).then_some(self.moment)
    }

    fn set_day(&mut self, number: i64) -> Option<()> {
        let (year, month, day) = day_of_number(number)?;
        self.moment = Moment {
            year,
            month,
            day,
            ..self.moment
        };
        Some(())
    }

    /// Returns the number of the day on a weekday of a week. `%V` goes with `%X`, `%v` with `%x`, `%U` and `%u` with
    /// `%Y`.
    fn day_of_week(&self, number: i64, week: Week, day: i64) -> Option<i64> {
        let year = match (week.of_year, self.week_year) {
            (true, Some((year, sunday_first))) if sunday_first == week.sunday_first => year,
            (false, None) => self.moment.year,
            _ => return None,
        };
        let start = day_number(year, 1, 1);
        let first = weekday(start, week.sunday_first);
        let (is_first, day) = match week.sunday_first {
            true => (first == 0, day % 7),
            false => (first <= 3, day - 1),
        };
        let begin = start - first + if is_first { 0 } else { 7 };
        Some(begin + (number - 1) * 7 + day)
    }
}

fn century(year: u32) -> u32 {
    match year {
        0..70 => year + 2000,
        70..100 => year + 1900,
        _ => year,
    }
}

fn is_space(byte: u8) -> bool {
    byte == b' ' || (9..=13).contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_have_kinds() {
        let time = |places| Type::Time { places };
        let datetime = |places| Type::DateTime { places };
        for (format, kind) in [
            ("", Type::Date),
            ("%Y-%m-%d", Type::Date),
            ("%d %p %% %. %@ %# %q", Type::Date),
            ("%H:%i:%s", time(0)),
            ("%d %H", time(0)),
            ("%r", time(0)),
            ("%f", time(6)),
            ("%d%f", time(6)),
            ("%Y-%m-%d %H:%i:%s", datetime(0)),
            ("%H%a", datetime(0)),
            ("%y%f", datetime(6)),
            ("%Y%", Type::Date),
            ("%%H", Type::Date),
        ] {
            assert_eq!(format_kind(format), kind, "{format}");
        }
    }
}
