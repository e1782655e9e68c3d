//! A pattern of PCRE, which the database has, as one of the crate `regex`, or the words that say what is wrong with it.
//!
//! Look-around, back references, recursion, atomic groups and possessive quantifiers have no counterpart.

use std::iter::Peekable;
use std::str::CharIndices;
use std::sync::LazyLock;

/// Why a pattern cannot be used, in the words of the database.
type Words = String;

/// Highest number of a quantifier.
const MOST_TIMES: u32 = 65_535;

/// Translates a pattern.
pub fn translate(pattern: &str) -> Result<String, Words> {
    let mut translator = Translator {
        pattern,
        chars: pattern.char_indices().peekable(),
        made: String::with_capacity(pattern.len().saturating_mul(2)),
        depth: 0,
        repeatable: false,
        lines: false,
    };
    translator.all()?;
    Ok(translator.made)
}

struct Translator<'a> {
    pattern: &'a str,
    chars: Peekable<CharIndices<'a>>,
    made: String,
    /// Groups that are open.
    depth: usize,
    /// Whether a quantifier may follow.
    repeatable: bool,
    /// Whether `$` ends each line.
    lines: bool,
}

fn at(words: &str, offset: usize) -> Words {
    format!("{words} at offset {offset}")
}

static UPPER: LazyLock<String> = LazyLock::new(|| ranges(char::is_uppercase));
static LOWER: LazyLock<String> = LazyLock::new(|| ranges(char::is_lowercase));

/// The characters for which a test holds, as the ranges of a class; the crate has tables of its own for them, which
/// are large.
fn ranges(test: fn(char) -> bool) -> String {
    let mut ranges: Vec<(char, char)> = Vec::new();
    let mut open = false;
    for c in '\0'..='\u{FFFF}' {
        match (test(c), ranges.last_mut()) {
            (true, Some(range)) if open => range.1 = c,
            (true, _) => ranges.push((c, c)),
            (false, _) => {}
        }
        open = test(c);
    }
    ranges.iter().map(|(first, last)| format!("{first}-{last}")).collect()
}

/// What a class name of POSIX stands for, inside of brackets.
fn posix(name: &str) -> Option<&'static str> {
    Some(match name {
        "alpha" => r"[\w--[\d_]]",
        "digit" => r"\d",
        "alnum" => r"[\w--[_]]",
        "word" => r"\w",
        "space" => r"\s",
        "upper" => UPPER.as_str(),
        "lower" => LOWER.as_str(),
        "punct" => r"!-/:-@\[-`{-~",
        "xdigit" => "0-9A-Fa-f",
        "blank" => r"\t \u{A0}",
        "cntrl" => r"\x00-\x1F\x7F",
        "graph" => r"[^\s\x00-\x1F\x7F]",
        "print" => r"[^\x00-\x1F\x7F]",
        "ascii" => r"\x00-\x7F",
        _ => return None,
    })
}

/// What an escaped letter stands for that the crate does not know, or knows as something else.
fn escaped(letter: char) -> Option<&'static str> {
    Some(match letter {
        'd' => r"\d",
        'D' => r"\D",
        'w' => r"\w",
        'W' => r"\W",
        's' => r"\s",
        'S' => r"\S",
        'h' => r"[\t \u{A0}\u{1680}\u{180E}\u{2000}-\u{200A}\u{202F}\u{205F}\u{3000}]",
        'H' => r"[^\t \u{A0}\u{1680}\u{180E}\u{2000}-\u{200A}\u{202F}\u{205F}\u{3000}]",
        'v' => r"[\n\x0B\f\r\u{85}\u{2028}\u{2029}]",
        'V' => r"[^\n\x0B\f\r\u{85}\u{2028}\u{2029}]",
        'a' => r"\x07",
        'e' => r"\x1B",
        'f' => r"\x0C",
        'n' => r"\n",
        'r' => r"\r",
        't' => r"\t",
        _ => return None,
    })
}

/// The same, outside of brackets only; those that take no place in the text come with `false`.
fn escaped_outside(letter: char) -> Option<(&'static str, bool)> {
    Some(match letter {
        'b' => (r"\b", false),
        'B' => (r"\B", false),
        'A' | 'G' => (r"\A", false),
        'z' => (r"\z", false),
        'Z' => (r"(?:\n?\z)", false),
        'K' | 'E' => ("", false),
        'N' => (r"[^\n]", true),
        'R' => (r"(?:\r\n|[\n\x0B\f\r\u{85}\u{2028}\u{2029}])", true),
        'X' | 'C' => ("(?s:.)", true),
        _ => return None,
    })
}

impl Translator<'_> {
    fn next(&mut self) -> Option<char> {
        self.chars.next().map(|(_, c)| c)
    }

    fn next_if(&mut self, wanted: char) -> bool {
        self.chars.next_if(|&(_, c)| c == wanted).is_some()
    }

    fn offset(&mut self) -> usize {
        self.chars.peek().map_or(self.pattern.len(), |&(at, _)| at)
    }

    fn rest(&mut self) -> &str {
        let offset = self.offset();
        self.pattern.get(offset..).unwrap_or_default()
    }

    fn skip(&mut self, characters: usize) {
        for _ in 0..characters {
            self.next();
        }
    }

    fn literal(&mut self, c: char) {
        self.made.push_str(&regex::escape(c.encode_utf8(&mut [0; 4])));
        self.repeatable = true;
    }

    fn push(&mut self, made: &str, repeatable: bool) {
        self.made.push_str(made);
        self.repeatable = repeatable;
    }

    fn all(&mut self) -> Result<(), Words> {
        while let Some((offset, c)) = self.chars.next() {
            match c {
                '\\' => self.escape()?,
                '[' => self.class(offset)?,
                '(' => self.open(offset)?,
                ')' => {
                    let Some(depth) = self.depth.checked_sub(1) else {
                        return Err(at("unmatched closing parenthesis", offset));
                    };
                    self.depth = depth;
                    self.push(")", true);
                }
                '*' | '+' | '?' => self.quantifier(c.encode_utf8(&mut [0; 4]), offset)?,
                '{' => self.braces(offset)?,
                '^' => self.push("^", false),
                '$' if self.lines => self.push("$", false),
                '$' => self.push(r"(?:\n?\z)", false),
                '|' => self.push("|", false),
                '.' => self.push(".", true),
                _ => self.literal(c),
            }
        }
        match self.depth {
            0 => Ok(()),
            _ => Err(at("missing closing parenthesis", self.pattern.len())),
        }
    }

    fn quantifier(&mut self, text: &str, offset: usize) -> Result<(), Words> {
        if !self.repeatable {
            return Err(at("quantifier does not follow a repeatable item", offset));
        }
        self.push(text, false);
        if self.next_if('?') {
            self.made.push('?');
        }
        if self.rest().starts_with('+') {
            return Err(at("possessive quantifiers are not supported", self.offset()));
        }
        Ok(())
    }

    /// `{n}`, `{n,}` or `{n,m}`; all else in braces is text.
    fn braces(&mut self, offset: usize) -> Result<(), Words> {
        let rest = self.rest();
        let Some(inside) = rest.find('}').and_then(|end| rest.get(..end)) else {
            self.literal('{');
            return Ok(());
        };
        let (low, high) = inside
            .split_once(',')
            .map_or((inside, None), |(low, high)| (low, Some(high)));
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if low.is_empty() || !digits(low) || !high.is_none_or(digits) {
            self.literal('{');
            return Ok(());
        }
        let behind = offset.saturating_add(inside.len()).saturating_add(1);
        let times = |text: &str| match text.parse::<u32>() {
            Ok(times) if times <= MOST_TIMES => Ok(times),
            _ => Err(at("number too big in {} quantifier", behind)),
        };
        let least = times(low)?;
        if let Some(high) = high.filter(|high| !high.is_empty())
            && times(high)? < least
        {
            return Err(at("numbers out of order in {} quantifier", behind));
        }
        let (characters, text) = (inside.len().saturating_add(1), format!("{{{inside}}}"));
        self.skip(characters);
        self.quantifier(&text, offset)
    }

    fn escape(&mut self) -> Result<(), Words> {
        let offset = self.offset();
        let Some(c) = self.next() else {
            return Err(at(r"\ at end of pattern", offset));
        };
        if let Some(made) = escaped(c) {
            self.push(made, true);
            return Ok(());
        }
        if let Some((made, repeatable)) = escaped_outside(c) {
            self.push(made, repeatable);
            return Ok(());
        }
        match c {
            'Q' => {
                while !self.rest().starts_with(r"\E") {
                    let Some(c) = self.next() else {
                        return Ok(());
                    };
                    self.literal(c);
                }
                self.skip(2);
                Ok(())
            }
            '1'..='9' | 'g' | 'k' => Err(at("back references are not supported", offset)),
            _ => {
                let literal = self.escaped_character(c, offset)?;
                self.push(&literal, true);
                Ok(())
            }
        }
    }

    /// An escape that stands for one character or a property, inside and outside of brackets.
    fn escaped_character(&mut self, c: char, offset: usize) -> Result<String, Words> {
        match c {
            'x' => {
                let digits = self.number("x", 2);
                character(&digits, 16, offset)
            }
            'o' => {
                let digits = self.number("o", 0);
                character(&digits, 8, offset)
            }
            '0' => {
                let digits = self.digits(2, 8);
                character(&digits, 8, offset)
            }
            'c' => match self.next() {
                Some(c) if c.is_ascii_graphic() => {
                    let code = u32::from(c.to_ascii_uppercase()) ^ 0x40;
                    Ok(format!(r"\x{{{code:X}}}"))
                }
                _ => Err(at(r"\c at end of pattern", self.offset())),
            },
            'p' | 'P' => {
                let property = match self.next_if('{') {
                    true => self.until('}'),
                    false => self.next().into_iter().collect(),
                };
                Ok(format!(r"\{c}{{{property}}}"))
            }
            'F' | 'L' | 'l' | 'U' | 'u' => {
                let behind = offset.saturating_add(1);
                Err(at(r"PCRE2 does not support \F, \L, \l, \N{name}, \U, or \u", behind))
            }
            _ if c.is_ascii_alphanumeric() => Err(at(r"unrecognized character follows \", offset)),
            _ => Ok(regex::escape(c.encode_utf8(&mut [0; 4]))),
        }
    }

    /// The digits of `\x41`, `\x{41}` or `\o{101}`.
    fn number(&mut self, kind: &str, most: usize) -> String {
        if self.next_if('{') {
            return self.until('}');
        }
        match kind {
            "x" => self.digits(most, 16),
            _ => String::new(),
        }
    }

    fn digits(&mut self, most: usize, radix: u32) -> String {
        let mut digits = String::new();
        while digits.len() < most
            && let Some((_, digit)) = self.chars.next_if(|(_, c)| c.is_digit(radix))
        {
            digits.push(digit);
        }
        digits
    }

    fn until(&mut self, end: char) -> String {
        let mut text = String::new();
        while let Some(c) = self.next() {
            if c == end {
                break;
            }
            text.push(c);
        }
        text
    }

    fn open(&mut self, offset: usize) -> Result<(), Words> {
        let behind = offset.saturating_add(2);
        let rest = self.rest();
        if rest
            .strip_prefix('*')
            .is_some_and(|verb| verb.starts_with(|c: char| c.is_ascii_alphabetic()))
        {
            return Err(at("verbs are not supported", offset.saturating_add(1)));
        }
        self.depth = self.depth.saturating_add(1);
        if !self.next_if('?') {
            self.push("(", false);
            return Ok(());
        }
        let rest = self.rest();
        if rest.starts_with('#') {
            self.until(')');
            self.depth = self.depth.saturating_sub(1);
            return Ok(());
        }
        if rest.starts_with(['=', '!']) || rest.starts_with("<=") || rest.starts_with("<!") {
            return Err(at("look-around is not supported", behind));
        }
        if rest.starts_with(['>', '|', '(', 'R', '&', '+']) || rest.starts_with(|c: char| c.is_ascii_digit()) {
            return Err(at("atomic, conditional and recursive groups are not supported", behind));
        }
        let name = ["P<", "<", "'"].into_iter().find(|start| rest.starts_with(start));
        if let Some(start) = name {
            self.skip(start.len());
            let first = self.offset();
            if self.rest().starts_with(|c: char| c.is_ascii_digit()) {
                return Err(at("subpattern name must start with a non-digit", first));
            }
            self.until(if start == "'" { '\'' } else { '>' });
            self.push("(", false);
            return Ok(());
        }
        self.flags()
    }

    /// `(?i)`, `(?i:` or `(?:`.
    fn flags(&mut self) -> Result<(), Words> {
        let mut flags = String::new();
        loop {
            let offset = self.offset();
            match self.next() {
                Some('m') => {
                    self.lines = !flags.contains('-');
                    flags.push('m');
                }
                Some(c @ ('i' | 's' | 'x' | 'U' | '-')) => flags.push(c),
                Some(':') => {
                    self.push(&format!("(?{flags}:"), false);
                    return Ok(());
                }
                Some(')') => {
                    self.depth = self.depth.saturating_sub(1);
                    if !flags.is_empty() {
                        self.push(&format!("(?{flags})"), false);
                    }
                    return Ok(());
                }
                Some(_) => return Err(at("unrecognized character after (? or (?-", offset)),
                None => return Err(at("missing closing parenthesis", offset)),
            }
        }
    }

    fn class(&mut self, offset: usize) -> Result<(), Words> {
        for (word, made) in [("[:<:]]", r"\b{start}"), ("[:>:]]", r"\b{end}")] {
            if self.rest().starts_with(word) {
                self.skip(word.len());
                self.push(made, false);
                return Ok(());
            }
        }
        if self
            .rest()
            .strip_prefix(':')
            .and_then(|rest| rest.split_once(":]"))
            .is_some_and(|(name, _)| is_name(name))
        {
            return Err(at("POSIX named classes are supported only within a class", offset));
        }
        let mut class = String::from("[");
        if self.next_if('^') {
            class.push('^');
        }
        let mut first = true;
        // The last single character, which a range could begin with.
        let mut low: Option<char> = None;
        loop {
            let place = self.offset();
            let Some(c) = self.next() else {
                return Err(at("missing terminating ] for character class", self.pattern.len()));
            };
            if c == ']' && !first {
                break;
            }
            first = false;
            let range = c == '-' && low.is_some() && !self.rest().starts_with(']');
            let (item, made) = match range {
                true => {
                    let Some(c) = self.next() else {
                        return Err(at("missing terminating ] for character class", self.pattern.len()));
                    };
                    self.class_item(c)?
                }
                false => self.class_item_at(c, place)?,
            };
            if !range {
                class.push_str(&made);
                low = item;
                continue;
            }
            let Some(high) = item else {
                return Err(at("invalid range in character class", self.offset()));
            };
            if low.take().is_some_and(|low| low > high) {
                return Err(at(
                    "range out of order in character class",
                    self.offset().saturating_sub(1),
                ));
            }
            class.push('-');
            class.push_str(&made);
        }
        class.push(']');
        // The classes of case are the only ones that do not ignore it.
        if class.contains(UPPER.as_str()) || class.contains(LOWER.as_str()) {
            class = format!("(?-i:{class})");
        }
        self.push(&class, true);
        Ok(())
    }

    fn class_item_at(&mut self, c: char, place: usize) -> Result<(Option<char>, String), Words> {
        if c != '[' {
            return self.class_item(c);
        }
        let rest = self.rest();
        if let Some(kind) = ['.', '='].into_iter().find(|&kind| rest.starts_with(kind))
            && rest.contains(&format!("{kind}]"))
        {
            return Err(at("POSIX collating elements are not supported", place));
        }
        let Some(name) = rest.strip_prefix(':').and_then(|rest| rest.split_once(":]")) else {
            return self.class_item(c);
        };
        let name = name.0.to_owned();
        if !is_name(&name) {
            return self.class_item(c);
        }
        let (not, plain) = name.strip_prefix('^').map_or(("", name.as_str()), |plain| ("^", plain));
        let Some(made) = posix(plain) else {
            return Err(at("unknown POSIX class name", place.saturating_add(2)));
        };
        self.skip(name.chars().count().saturating_add(3));
        Ok((None, format!("[{not}{made}]")))
    }

    /// One character of a class and how it is written, or a set without a character.
    fn class_item(&mut self, c: char) -> Result<(Option<char>, String), Words> {
        if c != '\\' {
            return Ok((Some(c), class_character(c)));
        }
        let offset = self.offset();
        let Some(c) = self.next() else {
            return Err(at(r"\ at end of pattern", offset));
        };
        match c {
            'b' => Ok((Some('\u{8}'), class_character('\u{8}'))),
            'n' | 'r' | 't' | 'a' | 'e' | 'f' => {
                let made = escaped(c).unwrap_or_default().to_owned();
                let code = match c {
                    'n' => '\n',
                    'r' => '\r',
                    't' => '\t',
                    'a' => '\u{7}',
                    'e' => '\u{1B}',
                    _ => '\u{C}',
                };
                Ok((Some(code), made))
            }
            '1'..='7' => {
                let digits = format!("{c}{}", self.digits(2, 8));
                let made = character(&digits, 8, offset)?;
                Ok((code(&digits, 8), made))
            }
            _ => {
                if let Some(made) = escaped(c) {
                    return Ok((None, made.to_owned()));
                }
                let before = self.offset();
                let made = self.escaped_character(c, offset)?;
                if self.offset() == before {
                    return Ok((Some(c), class_character(c)));
                }
                let single = made.strip_prefix(r"\x{").and_then(|rest| rest.strip_suffix('}'));
                Ok((single.and_then(|digits| code(digits, 16)), made))
            }
        }
    }
}

/// Whether it stands between `[:` and `:]`.
fn is_name(text: &str) -> bool {
    text.trim_start_matches('^')
        .bytes()
        .all(|byte| byte.is_ascii_alphabetic())
}

fn code(digits: &str, radix: u32) -> Option<char> {
    match digits.is_empty() {
        true => Some('\0'),
        false => u32::from_str_radix(digits, radix).ok().and_then(char::from_u32),
    }
}

fn character(digits: &str, radix: u32, offset: usize) -> Result<String, Words> {
    match code(digits, radix) {
        Some(c) => Ok(format!(r"\x{{{:X}}}", u32::from(c))),
        None => Err(at("character code point value in \\x{} or \\o{} is too large", offset)),
    }
}

/// A character in brackets, by its number where it could mean something.
fn class_character(c: char) -> String {
    match c.is_alphanumeric() {
        true => c.to_string(),
        false => format!(r"\x{{{:X}}}", u32::from(c)),
    }
}
