//! Tokens of a statement with their places, split as MariaDB's lexer does it.
//!
//! What cannot be a token becomes [`TokenKind::Broken`], which no rule of the grammar takes: the statement then
//! fails there, as it does in MariaDB.

use std::ops::Range;

use super::tree::Span;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// A bare word: a keyword or a name.
    Word,
    /// A bare word that is a name wherever it stands, because it touches a dot.
    Name,
    /// A name in backticks.
    Quoted,
    Number,
    /// `'…'`, `"…"`, `N'…'`.
    Text,
    /// `0x41`, `x'41'`, `0b1`, `b'1'`.
    Bytes,
    /// `\N`.
    Null,
    Symbol,
    Broken,
    /// Stands once behind the last token.
    End,
}

/// A token and its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    pub kind: TokenKind,
    pub start: usize,
    pub end: usize,
    /// The line, from 1. As in MariaDB, line breaks within texts and names are not counted.
    pub line: usize,
}

impl Token {
    /// Where it stands in the text, in bytes.
    pub fn span(&self) -> Span {
        self.start..self.end
    }
}

/// A text's tokens.
#[derive(Debug, Default)]
pub struct Tokens {
    pub tokens: Vec<Token>,
    /// The borders of executable comments and the comments of other versions, which labels leave out.
    pub hidden: Vec<Span>,
}

/// Versions whose `/*! … */` are read: up to the contract's 10.11, without MySQL's own from 5.7 on.
const NEWEST: u32 = 101_199;
const MYSQL_ONLY: Range<u32> = 50_700..100_000;

/// Symbols of several characters, longer ones first.
const LONG_SYMBOLS: [&str; 12] = ["<=>", "->>", "<=", ">=", "<>", "!=", "<<", ">>", "&&", "||", ":=", "->"];

const SYMBOLS: &[u8] = b"()[]{},;.+-*/%=<>!~^&|@?:";

/// Splits a text into tokens. Beyond `most` of them the rest of the text is left out; the caller sees it by their
/// number.
pub fn tokens(text: &str, most: usize) -> Tokens {
    let mut lexer = Lexer {
        text,
        bytes: text.as_bytes(),
        // MariaDB does not count the lines before the first token.
        at: text.bytes().take_while(|byte| is_blank(*byte)).count(),
        line: 1,
        in_comment: false,
        made: Tokens::default(),
    };
    while lexer.made.tokens.len() <= most && lexer.token() {}
    let kind = match lexer.in_comment {
        true => TokenKind::Broken,
        false => TokenKind::End,
    };
    lexer.push(kind, text.len(), text.len());
    lexer.made
}

/// The value of a [`TokenKind::Text`] or [`TokenKind::Quoted`] as it is written.
pub fn value(written: &str) -> String {
    let written = written.trim_start_matches(['n', 'N']);
    let mut chars = written.chars();
    let Some(quote) = chars.next() else {
        return String::new();
    };
    let mut made = String::with_capacity(written.len());
    while let Some(char) = chars.next() {
        match char {
            _ if char == quote => {
                // The second of two; behind the last one nothing follows.
                if chars.next().is_some() {
                    made.push(quote);
                }
            }
            '\\' if quote != '`' => unescape(chars.next(), &mut made),
            _ => made.push(char),
        }
    }
    made
}

fn unescape(char: Option<char>, made: &mut String) {
    match char {
        Some('n') => made.push('\n'),
        Some('t') => made.push('\t'),
        Some('r') => made.push('\r'),
        Some('b') => made.push('\u{8}'),
        Some('0') => made.push('\0'),
        Some('Z') => made.push('\u{1a}'),
        // They stay escaped for LIKE.
        Some(sign @ ('%' | '_')) => made.extend(['\\', sign]),
        Some(other) => made.push(other),
        None => {}
    }
}

/// The bytes of a [`TokenKind::Bytes`] as it is written.
pub fn bytes(written: &str) -> Vec<u8> {
    let hexadecimal = written.starts_with(['x', 'X']) || written.starts_with("0x");
    let digits = written
        .get(1..)
        .unwrap_or_default()
        .trim_start_matches(['x', 'b'])
        .trim_matches('\'');
    let (per_byte, radix) = match hexadecimal {
        true => (2, 16),
        false => (8, 2),
    };
    let first = digits.len() % per_byte;
    let (head, tail) = digits.split_at_checked(first).unwrap_or((digits, ""));
    let mut made: Vec<u8> = u8::from_str_radix(head, radix).into_iter().collect();
    let mut rest = tail;
    while let Some((byte, behind)) = rest.split_at_checked(per_byte).filter(|_| !rest.is_empty()) {
        made.extend(u8::from_str_radix(byte, radix));
        rest = behind;
    }
    made
}

/// Whether MariaDB takes a byte for a blank.
pub fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 0x80
}

struct Lexer<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    line: usize,
    /// Within an executable comment.
    in_comment: bool,
    made: Tokens,
}

impl Lexer<'_> {
    fn peek(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.at + ahead).copied()
    }

    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn push(&mut self, kind: TokenKind, start: usize, end: usize) {
        let line = self.line;
        self.made.tokens.push(Token { kind, start, end, line });
        self.at = end;
    }

    /// Reads one token, or one blank or comment. False at the end.
    fn token(&mut self) -> bool {
        let Some(byte) = self.peek(0) else {
            return false;
        };
        match byte {
            _ if is_blank(byte) => {
                self.line += usize::from(byte == b'\n');
                self.at += 1;
            }
            b'#' => self.skip_line(),
            b'-' if self.begins_comment() => self.skip_line(),
            b'/' if self.peek(1) == Some(b'*') => self.comment(),
            b'*' if self.in_comment && self.peek(1) == Some(b'/') => {
                self.in_comment = false;
                self.hide(self.at + 2);
            }
            b'\'' | b'"' => self.quoted(0, TokenKind::Text),
            b'`' => self.quoted(0, TokenKind::Quoted),
            b'n' | b'N' if self.peek(1) == Some(b'\'') => self.quoted(1, TokenKind::Text),
            b'x' | b'X' if self.peek(1) == Some(b'\'') => self.digits(u8::is_ascii_hexdigit, 2),
            b'b' | b'B' if self.peek(1) == Some(b'\'') => self.digits(|digit| matches!(digit, b'0' | b'1'), 1),
            b'\\' if self.peek(1) == Some(b'N') => self.push(TokenKind::Null, self.at, self.at + 2),
            b'.' if self.peek(1).is_some_and(|next| next.is_ascii_digit()) && !self.touches_name() => self.number(),
            b'0'..=b'9' if !self.touches_dot() => self.number(),
            _ if is_name(byte) => self.word(),
            _ if SYMBOLS.contains(&byte) => self.symbol(),
            _ => self.push(TokenKind::Broken, self.at, self.at + 1),
        }
        true
    }

    /// `--` is a comment before a blank only, so that `1--1` is 2.
    fn begins_comment(&self) -> bool {
        self.peek(1) == Some(b'-')
            && self
                .peek(2)
                .is_none_or(|next| is_blank(next) || next.is_ascii_control())
    }

    fn skip_line(&mut self) {
        self.at += self.rest().find('\n').unwrap_or(self.rest().len());
    }

    /// Notes that labels leave out what stands here, and goes on behind it.
    fn hide(&mut self, end: usize) {
        self.made.hidden.push(self.at..end);
        self.at = end;
    }

    fn comment(&mut self) {
        let rest = self.rest();
        let (own, prefix) = match rest {
            _ if rest.starts_with("/*!") => (false, 3),
            _ if rest.starts_with("/*M!") => (true, 4),
            _ => return self.skip_comment(),
        };
        let digits = rest.bytes().skip(prefix).take(6).take_while(u8::is_ascii_digit).count();
        let version = match digits {
            5 | 6 => rest.get(prefix..prefix + digits).and_then(|text| text.parse().ok()),
            _ => None,
        };
        let read = version.is_none_or(|version| version <= NEWEST && (own || !MYSQL_ONLY.contains(&version)));
        if read {
            self.in_comment = true;
            let width = if version.is_some() { digits } else { 0 };
            return self.hide(self.at + prefix + width);
        }
        self.skip_version();
    }

    fn skip_comment(&mut self) {
        match self.rest().get(2..).and_then(|rest| rest.find("*/")) {
            Some(length) => self.pass(self.at + length + 4),
            None => self.push(TokenKind::Broken, self.at, self.text.len()),
        }
    }

    /// A comment of another version may hold plain comments.
    fn skip_version(&mut self) {
        let (start, mut end) = (self.at, self.at + 2);
        let mut inner = false;
        let sign_from = |end: usize| self.text.get(end..).and_then(|rest| rest.find(['*', '/']));
        while let Some(sign) = sign_from(end) {
            end += sign;
            let here = self.text.get(end..).unwrap_or_default();
            if here.starts_with("*/") {
                end += 2;
                if !inner {
                    self.made.hidden.push(start..end);
                    return self.pass(end);
                }
                inner = false;
            } else if here.starts_with("/*") {
                inner = true;
                end += 2;
            } else {
                end += 1;
            }
        }
        self.push(TokenKind::Broken, start, self.text.len());
    }

    /// Goes on at a place, and counts the lines up to it.
    fn pass(&mut self, end: usize) {
        let passed = self.bytes.get(self.at..end).unwrap_or_default();
        self.line += passed.iter().filter(|byte| **byte == b'\n').count();
        self.at = end;
    }

    /// A text or name in quotes, which begin behind a prefix.
    fn quoted(&mut self, prefix: usize, kind: TokenKind) {
        let start = self.at;
        let quote = self.peek(prefix);
        let mut end = start + prefix + 1;
        while let Some(byte) = self.bytes.get(end).copied() {
            if Some(byte) == quote {
                if self.bytes.get(end + 1).copied() != quote {
                    return self.push(kind, start, end + 1);
                }
                end += 2;
            } else if byte == b'\\' && kind == TokenKind::Text {
                end += 2;
            } else {
                end += 1;
            }
        }
        self.push(TokenKind::Broken, start, self.text.len());
    }

    /// `x'…'` and `b'…'`, whose digits come in groups.
    fn digits(&mut self, is_digit: fn(&u8) -> bool, group: usize) {
        let length = self
            .bytes
            .iter()
            .skip(self.at + 2)
            .take_while(|byte| is_digit(byte))
            .count();
        let end = self.at + 2 + length;
        match self.bytes.get(end) == Some(&b'\'') && length % group == 0 {
            true => self.push(TokenKind::Bytes, self.at, end + 1),
            false => self.push(TokenKind::Broken, self.at, self.text.len()),
        }
    }

    fn touches(&self, kinds: &[TokenKind]) -> bool {
        let last = self.made.tokens.last();
        last.is_some_and(|last| last.end == self.at && kinds.contains(&last.kind))
    }

    fn touches_name(&self) -> bool {
        self.touches(&[TokenKind::Word, TokenKind::Name])
    }

    fn touches_dot(&self) -> bool {
        self.touches(&[TokenKind::Symbol]) && self.bytes.get(self.at - 1) == Some(&b'.')
    }

    /// A number; a name may begin with digits, too.
    fn number(&mut self) {
        let rest = self.rest().as_bytes();
        let run = |from: usize, is: fn(&u8) -> bool| rest.iter().skip(from).take_while(|byte| is(byte)).count();
        let named = run(0, |byte| is_name(*byte));
        let is_literal = match rest {
            [b'0', b'x', ..] => named > 2 && run(2, u8::is_ascii_hexdigit) == named - 2,
            [b'0', b'b', ..] => named > 2 && run(2, |digit| matches!(digit, b'0' | b'1')) == named - 2,
            _ => false,
        };
        if is_literal {
            return self.push(TokenKind::Bytes, self.at, self.at + named);
        }
        let whole = run(0, u8::is_ascii_digit);
        let point = rest.get(whole) == Some(&b'.');
        let mut end = match point {
            true => whole + 1 + run(whole + 1, u8::is_ascii_digit),
            false => whole,
        };
        let exponent = exponent(rest.get(end..).unwrap_or_default());
        end += exponent;
        match !point && exponent == 0 && named > end {
            true => self.word(),
            false => self.push(TokenKind::Number, self.at, self.at + end),
        }
    }

    fn word(&mut self) {
        let length = self
            .bytes
            .iter()
            .skip(self.at)
            .take_while(|byte| is_name(**byte))
            .count();
        let end = self.at + length;
        let before_dot = self.bytes.get(end) == Some(&b'.');
        let kind = match before_dot || self.touches_dot() {
            true => TokenKind::Name,
            false => TokenKind::Word,
        };
        self.push(kind, self.at, end);
    }

    fn symbol(&mut self) {
        let rest = self.rest();
        let long = LONG_SYMBOLS.iter().find(|symbol| rest.starts_with(**symbol));
        self.push(
            TokenKind::Symbol,
            self.at,
            self.at + long.map_or(1, |symbol| symbol.len()),
        );
    }
}

/// The length of an exponent with its digits, or 0.
fn exponent(rest: &[u8]) -> usize {
    let sign = match rest {
        [b'e' | b'E', b'+' | b'-', ..] => 2,
        [b'e' | b'E', ..] => 1,
        _ => return 0,
    };
    match rest.iter().skip(sign).take_while(|byte| byte.is_ascii_digit()).count() {
        0 => 0,
        digits => sign + digits,
    }
}
