//! The pieces of a date text: a pattern and what it says, one row each.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::moment::{Moment, Place, Unit};
use crate::time::Zone;

/// What a piece says of the moment; `None` makes the text no date.
type Effect = fn(&mut Moment, &Piece<'_>) -> Option<()>;

/// A row: a pattern, in which a word in braces is one of [`PARTS`], and its effect.
struct Format(&'static str, Effect);

const MONTHS: &str = "january|february|march|april|june|july|august|september|october|november|december|\
     jan|feb|mar|apr|may|jun|jul|aug|sept|sep|oct|nov|dec";
const DAYS: &str = "sundays?|mondays?|tuesdays?|wednesdays?|thursdays?|fridays?|saturdays?|tues|wednes|thurs|\
     sun|mon|tue|wed|thur|thu|fri|sat";
const UNITS: &str = "seconds?|secs?|minutes?|mins?|hours?|days?|weeks?|fortnights?|months?|years?";

/// The parts of patterns. Where two alternatives begin alike, the longer one comes first.
#[rustfmt::skip] // A table: one entry per line.
const PARTS: [(&str, &str); 20] = [
    ("{year4}",   "(?P<y>[0-9]{4})"),
    ("{year2}",   "(?P<y>[0-9]{2})"),
    ("{year}",    "(?P<y>[0-9]{1,4})"),
    ("{month}",   "(?P<m>1[0-2]|0?[0-9])"),
    ("{monthlz}", "(?P<m>1[0-2]|0[0-9])"),
    ("{day}",     "(?P<d>3[01]|[0-2]?[0-9])(?:st|nd|rd|th)?"),
    ("{daylz}",   "(?P<d>3[01]|[0-2][0-9])"),
    ("{name}",    "(?P<n>MONTHS)"),
    ("{hour}",    "(?P<h>2[0-4]|[01]?[0-9])"),
    ("{hourlz}",  "(?P<h>2[0-4]|[01][0-9])"),
    ("{hour12}",  "(?P<h>1[0-2]|0?[1-9])"),
    ("{minute}",  "(?P<i>[0-5]?[0-9])"),
    ("{minutelz}", "(?P<i>[0-5][0-9])"),
    ("{second}",  "(?P<s>60|[0-5]?[0-9])"),
    ("{secondlz}", "(?P<s>60|[0-5][0-9])"),
    ("{noon}",    r"(?P<a>[ap])\.?m\.?(?:[ \t]|$)"),
    ("{unit}",    "(?P<u>UNITS|DAYS)"),
    ("{weekday}", "(?P<u>DAYS)"),
    ("{between}", r"[ .\t-]*"),
    // Letters of 1st, 2nd, 3rd and 4th.
    ("{after}",   r"(?-i:[,.stndrh\t ]+)"),
];

/// The rows. Of two that take the same length, the first counts.
#[rustfmt::skip] // A table: one entry per line.
static FORMATS: &[Format] = &[
    Format("yesterday", |moment, _| moment.midnight(-1)),
    Format("now", |_, _| Some(())),
    Format("noon", |moment, _| moment.noon()),
    Format("midnight|today", |moment, _| moment.midnight(0)),
    Format("tomorrow", |moment, _| moment.midnight(1)),
    Format("@(?P<k>-?[0-9]{1,13})", |moment, piece| moment.unix(piece.number("k")?)),
    Format("(?P<k>first|last) day of", |moment, piece| moment.edge_of_month(piece.is("k", "first"))),
    Format(r"{hour12}[ \t]*{noon}", clock),
    Format(r"{hour12}[:.]{minutelz}[ \t]*{noon}", clock),
    Format(r"{hour12}[:.]{minute}[:.]{secondlz}[ \t]*{noon}", clock),
    Format("t?{hour}[:.]{minute}", clock),
    Format("t?{hour}[:.]{minute}[:.]{second}", clock),
    Format(r"t?{hour}[:.]{minute}[:.]{second}[.,][0-9]+", clock),
    Format("t?{hourlz}{minutelz}", |moment, piece| match moment.has_time() {
        true => moment.year(piece.text.trim_start_matches(['t', 'T']).parse().ok()?),
        false => clock(moment, piece),
    }),
    Format("t{hour}", clock),
    Format("t?{hourlz}{minutelz}{secondlz}", clock),
    Format("{month}/{day}", date),
    Format("{month}/{day}/{year}", date),
    Format("{year4}/{monthlz}/{daylz}/?", date),
    Format("{year4}-{monthlz}-{daylz}", date),
    Format("{year2}-{monthlz}-{daylz}", date),
    Format("{year}-{month}-{day}", date),
    Format("{year4}-{month}", first_of_month),
    Format(r"{day}[.\t-]{month}[.-]{year4}", date),
    Format(r"{day}[.\t]{month}\.{year2}", date),
    Format("{day}{between}{name}{between}{year}", date),
    Format("{name}{between}{year4}", first_of_month),
    Format("{year4}{between}{name}", first_of_month),
    Format("{name}{between}{day}{after}{year}", date),
    Format("{name}{between}{day}(?:{after}|$)", date),
    Format("{name}{between}{day}{after}t?{hour}[:.]{minute}", date_and_clock),
    Format("{name}{between}{day}{after}t?{hour}[:.]{minute}[:.]{second}", date_and_clock),
    Format(r"{name}{between}{day}{after}{hour12}[:.]{minutelz}[ \t]*{noon}", date_and_clock),
    Format(r"{name}{between}{day}{after}{hour12}[:.]{minute}[:.]{secondlz}[ \t]*{noon}", date_and_clock),
    Format("{day}{between}{name}", date),
    Format("{name}-{daylz}-{year}", date),
    Format("{year}-{name}-{daylz}", date),
    Format("{year4}{monthlz}{daylz}", date),
    Format("{year4}{monthlz}{daylz}t?{hourlz}{minutelz}{secondlz}", date_and_clock),
    Format("{year4}{monthlz}{daylz}t{hour}:{minutelz}:{secondlz}", date_and_clock),
    Format("{year4}", |moment, piece| moment.year(piece.number("y")?)),
    Format("ago", |moment, _| moment.ago()),
    Format("{weekday}", |moment, piece| moment.weekday(weekday(piece.get("u")?)?)),
    Format(r"(?P<k>next|last|previous|this)[ \t]+week", |moment, piece| moment.week(ordinal(piece.get("k")?)?.0)),
    Format(r"(?P<k>first|second|third|fourth|fifth|sixth|seventh|eighth?|ninth|tenth|eleventh|twelfth|next|last|previous|this)[ \t]+{unit}", |moment, piece| {
        let (amount, behavior) = ordinal(piece.get("k")?)?;
        match weekday(piece.get("u")?) {
            Some(weekday) => moment.midnight(0).and_then(|()| moment.relative_weekday(amount, behavior, weekday)),
            None => moment.add(amount, unit(piece.get("u")?)?),
        }
    }),
    Format(r"(?P<k>[+-]*[ \t]*[0-9]{1,13})[ \t]*{unit}", |moment, piece| {
        let amount = signed(piece.get("k")?)?;
        match weekday(piece.get("u")?) {
            Some(weekday) => moment.relative_weekday(amount, 1, weekday),
            None => moment.add(amount, unit(piece.get("u")?)?),
        }
    }),
    Format("{name}", date),
    Format(r"(?:gmt|utc)?(?P<k>[+-])(?P<h>[0-9]{1,2})(?::?(?P<i>[0-5]?[0-9]))?", |moment, piece| {
        let seconds = piece.number("h")? * 3600 + piece.number("i").unwrap_or(0) * 60;
        moment.place(|| Some(Place::Offset(if piece.is("k", "-") { -seconds } else { seconds })))
    }),
    Format(r"\(?(?P<k>[a-z]{1,6})\)?", |moment, piece| moment.place(|| Some(Place::Offset(abbreviation(piece.get("k")?)?)))),
    Format("(?P<k>[a-z]+(?:[_/-][a-z]+)+)", |moment, piece| moment.place(|| Zone::named(piece.get("k")?).map(Place::Zone))),
];

/// The offsets of time zones' abbreviations, in hours.
#[rustfmt::skip] // A table: one entry per line.
const ABBREVIATIONS: [(&str, i64); 19] = [
    ("z", 0), ("utc", 0), ("gmt", 0), ("wet", 0), ("west", 1), ("bst", 1), ("cet", 1), ("cest", 2), ("eet", 2),
    ("eest", 3), ("msk", 3), ("est", -5), ("edt", -4), ("cst", -6), ("cdt", -5), ("mst", -7), ("mdt", -6),
    ("pst", -8), ("pdt", -7),
];

static PATTERNS: LazyLock<Vec<(Regex, Effect)>> = LazyLock::new(|| {
    let compiled = FORMATS.iter().filter_map(|Format(pattern, effect)| {
        let full = PARTS
            .iter()
            .fold((*pattern).to_owned(), |text, (name, part)| text.replace(name, part));
        let full = full
            .replace("MONTHS", MONTHS)
            .replace("DAYS", DAYS)
            .replace("UNITS", UNITS);
        Some((Regex::new(&format!("(?i)^(?:{full})")).ok()?, *effect))
    });
    compiled.collect()
});

/// A piece that a pattern took.
struct Piece<'a> {
    text: &'a str,
    captures: Captures<'a>,
}

impl Piece<'_> {
    fn get(&self, name: &str) -> Option<&str> {
        self.captures.name(name).map(|found| found.as_str())
    }

    fn number(&self, name: &str) -> Option<i64> {
        self.get(name)?.parse().ok()
    }

    fn is(&self, name: &str, word: &str) -> bool {
        self.get(name).is_some_and(|found| found.eq_ignore_ascii_case(word))
    }

    fn year(&self) -> Option<i64> {
        let digits = self.get("y")?;
        let year = digits.parse().ok()?;
        Some(match (digits.len(), year) {
            (4, _) | (_, 100..) => year,
            (_, ..70) => year + 2000,
            _ => year + 1900,
        })
    }

    fn month(&self) -> Option<i64> {
        match self.get("n") {
            Some(name) => month(name),
            None => self.number("m"),
        }
    }
}

/// Takes the longest piece that a text begins with; answers the rest.
pub fn take<'a>(text: &'a str, moment: &mut Moment) -> Option<&'a str> {
    let mut longest: Option<(Piece<'a>, Effect)> = None;
    for (pattern, effect) in PATTERNS.iter() {
        let Some(captures) = pattern.captures(text) else {
            continue;
        };
        let found = captures.get(0)?.as_str();
        if longest.as_ref().is_none_or(|(piece, _)| piece.text.len() < found.len()) {
            longest = Some((Piece { text: found, captures }, *effect));
        }
    }
    let (piece, effect) = longest.filter(|(piece, _)| !piece.text.is_empty())?;
    effect(moment, &piece)?;
    text.strip_prefix(piece.text)
}

fn clock(moment: &mut Moment, piece: &Piece<'_>) -> Option<()> {
    let hour = piece.number("h")?;
    let hour = match piece.get("a") {
        Some("a" | "A") => hour % 12,
        Some(_) => hour % 12 + 12,
        None => hour,
    };
    moment.time(hour, piece.number("i").unwrap_or(0), piece.number("s").unwrap_or(0))
}

fn date(moment: &mut Moment, piece: &Piece<'_>) -> Option<()> {
    moment.date(piece.year(), piece.month(), piece.number("d"))
}

fn first_of_month(moment: &mut Moment, piece: &Piece<'_>) -> Option<()> {
    moment.date(piece.year(), piece.month(), Some(1))
}

fn date_and_clock(moment: &mut Moment, piece: &Piece<'_>) -> Option<()> {
    clock(moment, piece)?;
    date(moment, piece)
}

/// Returns a number with any number of signs before it.
fn signed(text: &str) -> Option<i64> {
    let number: i64 = text.trim_start_matches(['+', '-', ' ', '\t']).parse().ok()?;
    let negative = text.bytes().filter(|b| *b == b'-').count() % 2 == 1;
    Some(if negative { -number } else { number })
}

/// Returns the amount of a word, and whether the day itself counts for a weekday.
fn ordinal(word: &str) -> Option<(i64, i64)> {
    const WORDS: [&str; 12] = [
        "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
        "twelfth",
    ];
    match word.to_ascii_lowercase().as_str() {
        "next" => Some((1, 0)),
        "last" | "previous" => Some((-1, 0)),
        "this" => Some((0, 1)),
        "eight" => Some((8, 0)),
        word => (1..)
            .zip(WORDS)
            .find(|(_, known)| *known == word)
            .map(|(amount, _)| (amount, 0)),
    }
}

/// Returns the number of a month's name, by its first three letters.
fn month(name: &str) -> Option<i64> {
    const NAMES: [&str; 12] = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ];
    by_prefix(&NAMES, 1, name)
}

/// Returns the number of a weekday, from Sunday.
fn weekday(name: &str) -> Option<i64> {
    const NAMES: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
    // A month is no Monday.
    match name.to_ascii_lowercase().starts_with("month") {
        true => None,
        false => by_prefix(&NAMES, 0, name),
    }
}

fn by_prefix(names: &[&str], first: i64, name: &str) -> Option<i64> {
    let name = name.to_ascii_lowercase();
    (first..)
        .zip(names)
        .find(|(_, known)| name.starts_with(**known))
        .map(|(number, _)| number)
}

fn unit(name: &str) -> Option<Unit> {
    let name = name.to_ascii_lowercase();
    let units = [
        ("sec", Unit::Seconds(1)),
        ("min", Unit::Seconds(60)),
        ("hour", Unit::Seconds(3600)),
        ("day", Unit::Days(1)),
        ("week", Unit::Days(7)),
        ("fortnight", Unit::Days(14)),
        ("month", Unit::Months(1)),
        ("year", Unit::Months(12)),
    ];
    units
        .into_iter()
        .find(|(known, _)| name.starts_with(known))
        .map(|(_, unit)| unit)
}

fn abbreviation(name: &str) -> Option<i64> {
    let found = ABBREVIATIONS.iter().find(|(known, _)| name.eq_ignore_ascii_case(known));
    let hours = found.map(|(_, hours)| *hours).or_else(|| military(name))?;
    Some(hours * 3600)
}

/// Returns the hours of a zone of one letter: east of Greenwich from A to M without J, west of it from N to Y.
fn military(name: &str) -> Option<i64> {
    let east = (1..).zip("abcdefghiklm".chars());
    let west = (1..)
        .zip("nopqrstuvwxy".chars())
        .map(|(hours, letter)| (-hours, letter));
    let wanted = name.to_ascii_lowercase();
    let mut all = east.chain(west);
    all.find(|(_, letter)| wanted == letter.to_string())
        .map(|(hours, _)| hours)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_is_one() {
        assert_eq!(PATTERNS.len(), FORMATS.len());
    }
}
