//! Intervals added to dates and times, and differences of dates.

use super::moment::{DAY, LONGEST_TIME, Moment, SECOND, days_in};
use super::parts::{Step, Unit};
use super::read;

/// What an interval is added to, and what comes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    Date(Moment),
    DateTime(Moment),
    Time(i64),
}

/// A length of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interval {
    Years(i64),
    Months(i64),
    /// Microseconds of whole days: a date stays a date.
    Days(i64),
    /// The same of weeks, which no time of day takes.
    Weeks(i64),
    Time(i64),
}

/// The longest interval: beyond it every date is out of range.
const MOST: i128 = 3_652_425 * 86_400_000_000;

/// The amount of an interval as it was given.
#[derive(Clone, Copy, Debug)]
pub enum Amount<'a> {
    Int(i64),
    Real(f64),
    /// A decimal number, or the parts of a compound unit.
    Text(&'a str),
}

/// Reads an amount of a unit; `None` if it is too large, or has more parts than its unit.
pub fn interval(amount: Amount, unit: Unit, subtract: bool) -> Option<Interval> {
    let sign = if subtract { -1 } else { 1 };
    match unit {
        Unit::YearMonth => {
            let (negative, [years, months]) = compound(&amount.text(), false)?;
            let months = years.checked_mul(12)?.checked_add(months)?;
            small(sign * if negative { -i128::from(months) } else { months.into() }).map(Interval::Months)
        }
        Unit::Range(from, to) => {
            let length = range(&amount.text(), from, to)?;
            bounded(sign * length).map(Interval::Time)
        }
        Unit::Second => bounded(sign * amount.micro()?).map(Interval::Time),
        _ => simple(sign * i128::from(amount.whole()?), unit),
    }
}

fn simple(amount: i128, unit: Unit) -> Option<Interval> {
    let day = i128::from(DAY);
    let step = |step: Step| bounded(amount.checked_mul(step.length().into())?).map(Interval::Time);
    match unit {
        Unit::Year => small(amount).map(Interval::Years),
        Unit::Quarter => small(amount.checked_mul(3)?).map(Interval::Months),
        Unit::Week => bounded(amount.checked_mul(7 * day)?).map(Interval::Weeks),
        Unit::Day => bounded(amount.checked_mul(day)?).map(Interval::Days),
        Unit::Hour => step(Step::Hour),
        Unit::Minute => step(Step::Minute),
        Unit::Microsecond => step(Step::Microsecond),
        _ => small(amount).map(Interval::Months),
    }
}

fn bounded(micro: i128) -> Option<i64> {
    let micro = (micro.abs() <= MOST).then_some(micro)?;
    i64::try_from(micro).ok()
}

fn small(amount: i128) -> Option<i64> {
    i64::try_from(amount)
        .ok()
        .filter(|amount| amount.unsigned_abs() < 1_000_000)
}

impl Amount<'_> {
    fn text(&self) -> String {
        match self {
            Amount::Int(amount) => amount.to_string(),
            Amount::Real(amount) => amount.to_string(),
            Amount::Text(text) => (*text).to_owned(),
        }
    }

    /// As a whole number: a decimal's half goes away from zero, a double's to the even.
    fn whole(&self) -> Option<i64> {
        match self {
            Amount::Int(amount) => Some(*amount),
            Amount::Real(amount) => whole_real(*amount),
            Amount::Text(text) => whole_decimal(text),
        }
    }

    /// As seconds with their fraction, in microseconds.
    fn micro(&self) -> Option<i128> {
        let text = match self {
            Amount::Int(amount) => return Some(i128::from(*amount) * i128::from(SECOND)),
            Amount::Real(amount) => format!("{amount:.9}"),
            Amount::Text(text) => (*text).to_owned(),
        };
        let (negative, digits) = signed(text.trim());
        let (whole, micro) = read::split_digits(digits)?;
        let micro = i128::from(whole) * i128::from(SECOND) + i128::from(micro);
        Some(if negative { -micro } else { micro })
    }
}

fn signed(text: &str) -> (bool, &str) {
    match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    }
}

fn whole_real(amount: f64) -> Option<i64> {
    format!("{:.0}", amount.round_ties_even()).parse().ok()
}

fn whole_decimal(text: &str) -> Option<i64> {
    let (negative, digits) = signed(text.trim());
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let whole: i64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let up = i64::from(
        fraction
            .as_bytes()
            .first()
            .is_some_and(|digit| (b'5'..=b'9').contains(digit)),
    );
    let whole = whole.checked_add(up)?;
    Some(if negative { -whole } else { whole })
}

/// Reads the text of an amount as the decimal number that a simple unit takes: its leading whole number, of seconds
/// with the fraction.
pub fn amount_of_text(text: &str, unit: Unit) -> String {
    let (negative, digits) = signed(text.trim_start());
    let sign = if negative { "-" } else { "" };
    let count = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let whole = digits.get(..count(digits)).unwrap_or_default();
    if unit != Unit::Second {
        return format!("{sign}0{whole}");
    }
    let rest = digits.get(whole.len()..).unwrap_or_default();
    let fraction = match rest.strip_prefix('.') {
        Some(rest) => rest.get(..count(rest)).unwrap_or_default(),
        None => "",
    };
    let behind = rest
        .strip_prefix('.')
        .and_then(|rest| rest.get(fraction.len()..))
        .unwrap_or(rest);
    match exponent(behind) {
        Some(exponent) if !whole.is_empty() || !fraction.is_empty() => {
            let number: f64 = format!("0{whole}.{fraction}0e{exponent}").parse().unwrap_or(0.0);
            format!("{sign}{:.9}", number.min(1e18))
        }
        _ => format!("{sign}0{whole}.{fraction}0"),
    }
}

fn exponent(text: &str) -> Option<i32> {
    let text = text.strip_prefix(['e', 'E'])?;
    let (negative, digits) = signed(text);
    let count = digits.bytes().take_while(u8::is_ascii_digit).count();
    let exponent: i32 = digits.get(..count.min(4))?.parse().ok()?;
    Some(if negative { -exponent } else { exponent })
}

/// Reads so many numbers of a text, whatever stands between them; missing ones are missing in front. `fraction`: the
/// last one is a fraction's digits, of which six count.
fn compound<const N: usize>(text: &str, fraction: bool) -> Option<(bool, [i64; N])> {
    let text = text.trim_start();
    let negative = text.starts_with('-');
    let mut numbers = text
        .split(|c: char| !c.is_ascii_digit())
        .filter(|digits| !digits.is_empty())
        .peekable();
    let mut values = [0; N];
    let mut found = 0;
    let mut last = "";
    for value in &mut values {
        let Some(digits) = numbers.next() else { break };
        *value = digits.parse().ok()?;
        last = digits;
        found += 1;
    }
    if numbers.peek().is_some() {
        return None;
    }
    values.rotate_right(N - found);
    if let (true, Some(value)) = (fraction && !last.is_empty(), values.last_mut()) {
        *value = format!("{last:0<6}").get(..6)?.parse().ok()?;
    }
    Some((negative, values))
}

fn range(text: &str, from: Step, to: Step) -> Option<i128> {
    let fraction = to == Step::Microsecond;
    let steps = Step::ALL.into_iter().filter(|step| (from..=to).contains(step));
    let (negative, values) = match steps.clone().count() {
        2 => compound::<2>(text, fraction).map(|(negative, values)| (negative, values.to_vec())),
        3 => compound::<3>(text, fraction).map(|(negative, values)| (negative, values.to_vec())),
        4 => compound::<4>(text, fraction).map(|(negative, values)| (negative, values.to_vec())),
        _ => compound::<5>(text, fraction).map(|(negative, values)| (negative, values.to_vec())),
    }?;
    let lengths = steps.map(|step| i128::from(step.length()));
    let length: i128 = values
        .into_iter()
        .zip(lengths)
        .map(|(value, length)| i128::from(value) * length)
        .sum();
    Some(if negative { -length } else { length })
}

/// Adds an interval; `None` when the date has a zero or the result is out of range.
pub fn add(value: Value, interval: Interval) -> Option<Value> {
    match value {
        Value::Time(time) => add_time(time, interval).map(Value::Time),
        Value::Date(moment) => match interval {
            Interval::Time(_) => add_moment(moment, interval).map(Value::DateTime),
            _ => add_moment(moment, interval).map(Value::Date),
        },
        Value::DateTime(moment) => add_moment(moment, interval).map(Value::DateTime),
    }
}

fn add_time(time: i64, interval: Interval) -> Option<i64> {
    let (Interval::Days(micro) | Interval::Time(micro)) = interval else {
        return None;
    };
    let sum = time.checked_add(micro)?;
    (sum.unsigned_abs() < (LONGEST_TIME + SECOND).unsigned_abs()).then_some(sum)
}

fn add_moment(moment: Moment, interval: Interval) -> Option<Moment> {
    if moment.has_zero() {
        return None;
    }
    let month = i64::from(moment.year) * 12 + i64::from(moment.month) - 1;
    match interval {
        Interval::Years(years) => add_months(moment, month + years.checked_mul(12)?),
        Interval::Months(months) => add_months(moment, month + months),
        Interval::Days(micro) | Interval::Weeks(micro) | Interval::Time(micro) => {
            Moment::of_number(moment.number(), moment.time().checked_add(micro)?)
        }
    }
}

/// Moves a date to a month, counted from the year 0; the ends of longer months become those of shorter ones.
fn add_months(moment: Moment, month: i64) -> Option<Moment> {
    let year = u32::try_from(month.div_euclid(12)).ok().filter(|year| *year <= 9999)?;
    let month = u32::try_from(month.rem_euclid(12) + 1).ok()?;
    let day = moment.day.min(days_in(year, month)?);
    Some(Moment {
        year,
        month,
        day,
        ..moment
    })
}

/// Returns the days from `from` to `to`.
pub fn days_between(to: &Moment, from: &Moment) -> Option<i64> {
    (!to.has_zero() && !from.has_zero()).then(|| to.number() - from.number())
}

/// Returns the whole units from one date to another.
pub fn difference(unit: Unit, from: &Moment, to: &Moment) -> Option<i64> {
    let micro = days_between(to, from)? * DAY + to.time() - from.time();
    let (early, late) = if micro < 0 { (to, from) } else { (from, to) };
    let months = whole_months(early, late) * if micro < 0 { -1 } else { 1 };
    match unit {
        Unit::Year => Some(months / 12),
        Unit::Quarter => Some(months / 3),
        Unit::Month => Some(months),
        Unit::Week => Some(micro / DAY / 7),
        Unit::Day => Some(micro / DAY),
        Unit::Hour => Some(micro / Step::Hour.length()),
        Unit::Minute => Some(micro / Step::Minute.length()),
        Unit::Second => Some(micro / SECOND),
        Unit::Microsecond => Some(micro),
        Unit::YearMonth | Unit::Range(..) => None,
    }
}

fn whole_months(early: &Moment, late: &Moment) -> i64 {
    let month = |moment: &Moment| i64::from(moment.year) * 12 + i64::from(moment.month);
    let begun = month(late) - month(early);
    begun - i64::from((late.day, late.time()) < (early.day, early.time()))
}
