//! Texts and numbers as dates and times, as leniently as MariaDB reads them: any mark separates, years may have two
//! digits, what stands behind a whole date is passed over.

use super::moment::{LONGEST_TIME, Moment, SECOND, cut};

/// Years of two digits below this are of this century.
const CENTURY: u32 = 70;

/// The greatest time with its fraction.
const LAST_TIME: i64 = LONGEST_TIME + SECOND - 1;

/// Hours of the longest interval.
const MOST_HOURS: u64 = 87_649_415;

/// What a text was read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    pub moment: Moment,
    /// Whether there was an hour.
    pub has_time: bool,
}

/// The rest of a text that is being read.
#[derive(Clone, Copy)]
struct Rest<'a>(&'a [u8]);

impl Rest<'_> {
    fn first(&self) -> Option<u8> {
        self.0.first().copied()
    }

    fn second(&self) -> Option<u8> {
        self.0.get(1).copied()
    }

    fn skip(&mut self, count: usize) {
        self.0 = self.0.get(count..).unwrap_or_default();
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn skip_while(&mut self, is: impl Fn(u8) -> bool) -> usize {
        let count = self.0.iter().take_while(|byte| is(**byte)).count();
        self.skip(count);
        count
    }

    /// Reads at most so many digits; the number stays at the greatest when there are too many.
    fn number(&mut self, most: usize) -> Option<(u64, usize)> {
        let digits = self.0.iter().take(most).take_while(|byte| byte.is_ascii_digit());
        let (number, count) = digits.fold((0u64, 0), |(number, count), byte| {
            let digit = u64::from(byte - b'0');
            (number.saturating_mul(10).saturating_add(digit), count + 1)
        });
        self.skip(count);
        (count > 0).then_some((number, count))
    }

    /// Reads a fraction's digits as microseconds; those beyond six are passed over.
    fn fraction(&mut self) -> u32 {
        let (number, count) = self.number(6).unwrap_or((0, 6));
        self.skip_while(|byte| byte.is_ascii_digit());
        let scale = u32::try_from(6usize.saturating_sub(count)).unwrap_or(0);
        u32::try_from(number).unwrap_or(0) * 10u32.pow(scale)
    }
}

fn is_space(byte: u8) -> bool {
    byte == b' ' || (9..=13).contains(&byte)
}

/// What separates the parts of a date: marks of ASCII, and those of Latin 1.
fn is_mark(byte: u8) -> bool {
    byte.is_ascii_punctuation() || matches!(byte, 0xA1..=0xBF | 0xD7 | 0xF7)
}

/// Reads a date with or without a time.
pub fn datetime(text: &str) -> Option<Found> {
    let found = read_datetime(text.as_bytes(), For::Date).ok()?;
    found.moment.is_in_calendar().then_some(found)
}

/// Whether a text is a date with or without a time.
pub fn is_datetime(text: &str) -> bool {
    datetime(text).is_some()
}

/// The digits behind the seconds of a date's text, at most six.
pub fn fraction_of(text: &str) -> u8 {
    let digits = text.rsplit_once('.').filter(|(before, _)| before.contains(':'));
    let digits = digits.map_or(0, |(_, after)| after.bytes().take_while(u8::is_ascii_digit).count());
    u8::try_from(digits.min(6)).unwrap_or(6)
}

/// What a date is read for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum For {
    Date,
    /// Only its time is wanted: a blank or T stands before it.
    Time,
}

/// Why a text is no date.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Failure {
    /// It has not the form of one.
    Form,
    /// A part is out of range.
    Range,
}

/// Whether the digits of a text go on behind a T, and how many there are in all.
fn packed_digits(text: &[u8]) -> (usize, bool) {
    let mut rest = Rest(text);
    let digits = rest.skip_while(|byte| byte.is_ascii_digit());
    if rest.first() != Some(b'T') {
        return (digits, false);
    }
    rest.skip(1);
    (digits + rest.skip_while(|byte| byte.is_ascii_digit()), true)
}

fn read_datetime(text: &[u8], purpose: For) -> Result<Found, Failure> {
    let mut rest = Rest(text);
    rest.skip_while(is_space);
    if rest.first() == Some(b'+') {
        rest.skip(1);
    }
    let (digits, has_t) = packed_digits(rest.0);
    if !rest.first().is_some_and(|byte| byte.is_ascii_digit()) {
        return Err(Failure::Form);
    }
    let behind = digits + usize::from(has_t);
    let is_packed = match rest.0.get(behind) {
        Some(b'.') => (digits >= 12 || has_t) && is_fraction(rest.0.get(behind + 1..)),
        _ => is_alone(rest.0.get(behind..)),
    };
    if is_packed && purpose == For::Time && digits < 12 && !has_t {
        return Err(Failure::Form);
    }
    let parts = match is_packed {
        true => read_packed(&mut rest, digits),
        false => read_parts(&mut rest, purpose),
    };
    let Parts {
        values,
        found,
        two_digits,
        whole,
        at_t,
    } = parts;
    let has_time = found > 3 || at_t;
    if found < 3 || (purpose == For::Time && !has_time && !whole) {
        return Err(Failure::Form);
    }
    let [mut year, month, day, hour, minute, second] = values;
    let mut micro = 0;
    if whole && rest.first() == Some(b'.') {
        rest.skip(1);
        micro = rest.fraction();
    }
    let is_zero = micro == 0 && values.iter().all(|value| *value == 0);
    if two_digits && !is_zero {
        year += if year < CENTURY { 2000 } else { 1900 };
    }
    let moment = Moment {
        year,
        month,
        day,
        hour,
        minute,
        second,
        micro,
    };
    match is_in_range(&moment) {
        true => Ok(Found { moment, has_time }),
        false => Err(Failure::Range),
    }
}

/// Whether no digit and no mark follows.
fn is_alone(rest: Option<&[u8]>) -> bool {
    let mut rest = rest.unwrap_or_default().iter();
    !rest.any(|byte| byte.is_ascii_digit() || is_mark(*byte))
}

/// Whether digits stand behind a point, and no mark behind them.
fn is_fraction(rest: Option<&[u8]>) -> bool {
    let mut rest = Rest(rest.unwrap_or_default());
    rest.skip_while(|byte| byte.is_ascii_digit());
    !rest.first().is_some_and(is_mark)
}

fn is_in_range(moment: &Moment) -> bool {
    let Moment {
        year,
        month,
        day,
        hour,
        minute,
        second,
        ..
    } = *moment;
    let is_clock = hour < 24 && minute < 60 && second < 60;
    is_clock && year <= 9999 && month <= 12 && day <= 31
}

struct Parts {
    /// Year, month, day, hour, minute, second.
    values: [u32; 6],
    /// How many of them there are.
    found: usize,
    two_digits: bool,
    /// Whether nothing stood in the way.
    whole: bool,
    /// Whether a T stood behind the date.
    at_t: bool,
}

/// Reads digits in a row: `YYMMDD`, `YYYYMMDDHHMMSS`, with a T before the time.
fn read_packed(rest: &mut Rest, digits: usize) -> Parts {
    let two_digits = !(digits == 4 || digits == 8 || digits >= 14);
    let mut parts = Parts {
        values: [0; 6],
        found: 0,
        two_digits,
        whole: true,
        at_t: false,
    };
    for (at, value) in parts.values.iter_mut().enumerate() {
        if at == 3 && rest.first() == Some(b'T') {
            parts.at_t = true;
            rest.skip(1);
        }
        if rest.is_empty() {
            return parts;
        }
        let width = if at == 0 && !two_digits { 4 } else { 2 };
        let Some((number, _)) = rest.number(width) else {
            parts.whole = false;
            return parts;
        };
        *value = u32::try_from(number).unwrap_or(u32::MAX);
        parts.found += 1;
    }
    parts
}

/// Reads numbers with marks between them.
fn read_parts(rest: &mut Rest, purpose: For) -> Parts {
    let mut parts = Parts {
        values: [0; 6],
        found: 0,
        two_digits: false,
        whole: false,
        at_t: false,
    };
    for (at, value) in parts.values.iter_mut().enumerate() {
        parts.at_t |= at == 3 && rest.first() == Some(b'T');
        let separated = match at {
            0 => true,
            3 => skip_to_time(rest, purpose),
            _ => skip_mark(rest),
        };
        if !separated {
            return parts;
        }
        if rest.is_empty() {
            continue;
        }
        let Some((number, width)) = rest.number(usize::MAX) else {
            return parts;
        };
        parts.two_digits |= at == 0 && width == 2;
        *value = u32::try_from(number).unwrap_or(u32::MAX);
        parts.found += 1;
    }
    parts.whole = true;
    parts
}

fn skip_mark(rest: &mut Rest) -> bool {
    let is = rest.first().is_some_and(is_mark);
    if is {
        rest.skip(1);
    }
    is
}

/// Skips blanks, a T, or one mark.
fn skip_to_time(rest: &mut Rest, purpose: For) -> bool {
    match rest.first() {
        Some(b'T') => rest.skip(1),
        Some(byte) if is_space(byte) => {
            rest.skip_while(is_space);
        }
        Some(byte) if is_mark(byte) && purpose == For::Date => rest.skip(1),
        _ => return false,
    }
    true
}

/// Reads a time in microseconds; what is too long becomes the longest.
pub fn time(text: &str) -> Option<i64> {
    let (negative, read) = read_either(text)?;
    let time = match read {
        Either::Date(_) if negative => return None,
        Either::Date(moment) => moment.time(),
        Either::Span(span) => span.time()?,
    };
    Some(if negative { -time } else { time })
}

/// A date with its time, or a time of days and hours in microseconds.
pub enum DayTime {
    Date(Moment),
    Span(i64),
}

/// Reads either, as EXTRACT does: a date alone has marks between its parts, or is digits in a row where its day is wanted.
pub fn day_time(text: &str, of_day: bool) -> Option<DayTime> {
    let body = text.trim_ascii().as_bytes();
    let mark = body.iter().position(|byte| !byte.is_ascii_digit());
    let is_date = match mark {
        None => of_day,
        Some(at) => at > 0 && body.get(at).is_some_and(|byte| *byte != b':' && is_mark(*byte)),
    };
    match read_datetime(body, For::Date) {
        Ok(found) if is_date => return found.moment.is_in_calendar().then_some(DayTime::Date(found.moment)),
        Err(failure) if is_date && (failure == Failure::Range || mark.is_none()) => return None,
        _ => {}
    }
    let (negative, read) = read_either(text)?;
    match read {
        Either::Date(moment) => (!negative && moment.is_in_calendar()).then_some(DayTime::Date(moment)),
        Either::Span(span) => span.interval(negative).map(DayTime::Span),
    }
}

/// What stands behind a sign.
enum Either {
    Date(Moment),
    Span(Span),
}

fn read_either(text: &str) -> Option<(bool, Either)> {
    let mut rest = Rest(text.as_bytes().trim_ascii());
    let negative = rest.first() == Some(b'-');
    if negative || rest.first() == Some(b'+') {
        rest.skip(1);
        rest.skip_while(is_space);
    }
    let read = match read_datetime(rest.0, For::Time) {
        Ok(found) if found.has_time => Either::Date(found.moment),
        Err(Failure::Range) => return None,
        _ => Either::Span(read_time(&mut rest)?),
    };
    Some((negative, read))
}

/// The parts of a time.
struct Span {
    hours: u64,
    minutes: u64,
    seconds: u64,
    micro: u32,
}

impl Span {
    /// In microseconds, at most the longest time.
    fn time(&self) -> Option<i64> {
        match self.hours > 838 && self.is_whole(u32::MAX.into()) {
            true => Some(LAST_TIME),
            false => self.micros(839).map(|time| time.min(LAST_TIME)),
        }
    }

    /// In microseconds with its sign, as an interval, which may be longer.
    fn interval(&self, negative: bool) -> Option<i64> {
        let time = self.micros(MOST_HOURS + 1)?;
        Some(if negative { -time } else { time })
    }

    fn is_whole(&self, hours: u64) -> bool {
        self.minutes < 60 && self.seconds < 60 && self.hours < hours
    }

    fn micros(&self, hours: u64) -> Option<i64> {
        if !self.is_whole(hours) {
            return None;
        }
        let seconds = i64::try_from(self.hours * 3600 + self.minutes * 60 + self.seconds).ok()?;
        Some(seconds * SECOND + i64::from(self.micro))
    }
}

fn read_time(rest: &mut Rest) -> Option<Span> {
    let (first, _) = rest.number(usize::MAX)?;
    let behind = Rest(rest.0);
    rest.skip_while(is_space);
    let next = |at: usize| rest.0.get(at).is_some_and(u8::is_ascii_digit);
    // Days, hours, minutes, seconds.
    let mut parts = [0; 4];
    if next(0) && rest.0.len() > 1 {
        let [days, clock @ ..] = &mut parts;
        *days = first;
        read_clock(rest, clock);
    } else if rest.first() == Some(b':') && next(1) {
        let [_, hours, clock @ ..] = &mut parts;
        *hours = first;
        rest.skip(1);
        read_clock(rest, clock);
    } else {
        *rest = behind;
        let [hours, minutes, seconds] = clock_of_digits(first);
        parts = [0, hours, minutes, seconds];
    }
    let micro = match (rest.first(), rest.second()) {
        (Some(b'.'), Some(digit)) if digit.is_ascii_digit() => {
            rest.skip(1);
            rest.fraction()
        }
        _ => 0,
    };
    if has_exponent(rest.0) {
        return None;
    }
    let [days, hours, minutes, seconds] = parts;
    Some(Span {
        hours: days.saturating_mul(24).saturating_add(hours),
        minutes,
        seconds,
        micro,
    })
}

/// Reads numbers with colons between them.
fn read_clock(rest: &mut Rest, parts: &mut [u64]) {
    for (at, part) in parts.iter_mut().enumerate() {
        if at > 0 {
            match (rest.first(), rest.second()) {
                (Some(b':'), Some(digit)) if digit.is_ascii_digit() => rest.skip(1),
                _ => return,
            }
        }
        *part = rest.number(usize::MAX).map_or(0, |(number, _)| number);
    }
}

fn has_exponent(rest: &[u8]) -> bool {
    match rest.strip_prefix(b".").unwrap_or(rest) {
        [b'e' | b'E', b'+' | b'-', digit, ..] | [b'e' | b'E', digit, ..] => digit.is_ascii_digit(),
        _ => false,
    }
}

/// Reads a number and its fraction in microseconds as a date: `YYMMDD` up to `YYYYMMDDHHMMSS`.
pub fn number_datetime(number: i64, micro: u32) -> Option<Moment> {
    digits_of_date(number, micro).filter(Moment::is_in_calendar)
}

/// Reads the same without asking whether the month has the day.
fn digits_of_date(number: i64, micro: u32) -> Option<Moment> {
    // A date alone has no fraction.
    let (digits, micro) = match number {
        0 | 10_000_101_000_000..=99_999_999_999_999 => (number, micro),
        101..=691_231 => ((number + 20_000_000) * 1_000_000, 0),
        700_101..=991_231 => ((number + 19_000_000) * 1_000_000, 0),
        10_000_101..=99_991_231 => (number * 1_000_000, 0),
        101_000_000..=691_231_235_959 => (number + 20_000_000_000_000, micro),
        700_101_000_000..=991_231_235_959 => (number + 19_000_000_000_000, micro),
        991_231_235_960..10_000_101_000_000 => (number, micro),
        _ => return None,
    };
    let part = |scale: i64, most: i64| u32::try_from(digits / scale % most).unwrap_or(u32::MAX);
    let moment = Moment {
        year: part(10_000_000_000, 10_000),
        month: part(100_000_000, 100),
        day: part(1_000_000, 100),
        hour: part(10_000, 100),
        minute: part(100, 100),
        second: part(1, 100),
        micro,
    };
    is_in_range(&moment).then_some(moment)
}

/// Reads a number and its fraction in microseconds as a time: `HHMMSS`, or the time of a date's digits.
pub fn number_time(number: i64, micro: u32, negative: bool) -> Option<i64> {
    if !negative && (10_000_000..=99_999_999_999_999).contains(&number) {
        return digits_of_date(number, micro).map(|moment| moment.time());
    }
    // The database finds no time where the fraction is the greatest one.
    let span = span_of_digits(number, micro).filter(|_| micro != 999_999)?;
    let hours = span.hours.min(839);
    let time = Span { hours, ..span }.time()?;
    Some(if negative { -time } else { time })
}

/// Reads a number as EXTRACT does.
pub fn number_day_time(number: i64, micro: u32, negative: bool) -> Option<DayTime> {
    if !negative && (10_000_101_000_000..=99_999_999_999_999).contains(&number) {
        return number_datetime(number, micro).map(DayTime::Date);
    }
    span_of_digits(number, micro)?.interval(negative).map(DayTime::Span)
}

/// `HHMMSS`, with any number of hours.
fn span_of_digits(number: i64, micro: u32) -> Option<Span> {
    let [hours, minutes, seconds] = clock_of_digits(u64::try_from(number).ok()?);
    Some(Span {
        hours,
        minutes,
        seconds,
        micro,
    })
}

/// Hours, minutes and seconds of `HHMMSS`.
fn clock_of_digits(number: u64) -> [u64; 3] {
    [number / 10_000, number / 100 % 100, number % 100]
}

/// Splits a double into its whole part and microseconds, both of its absolute value.
pub fn split_real(real: f64) -> Option<(i64, u32)> {
    let real = real.abs();
    let nano = (real.fract() * 1e9).trunc();
    split_digits(&format!("{:.0}.{nano:09.0}", real.trunc()))
}

/// Splits the digits of a decimal without sign the same way.
pub fn split_digits(text: &str) -> Option<(i64, u32)> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let micro = Rest(fraction.as_bytes()).fraction();
    if !whole.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let whole = if whole.is_empty() {
        0
    } else {
        whole.parse().unwrap_or(i64::MAX)
    };
    Some((whole, micro))
}

/// Cuts a time to so many places, within MariaDB's limits.
pub fn limited_time(time: i64, places: u8) -> i64 {
    cut(time.clamp(-LAST_TIME, LAST_TIME), places)
}
