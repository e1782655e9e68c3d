//! A statement for the log and the journal, without the secrets in its literals.
//!
//! It works on tokens, so that a text that is no SQL is masked, too.

use super::lex::{self, Token, TokenKind, Tokens};

/// Parts of the names of columns that hold secrets.
const SECRET: [&str; 4] = ["pass", "token", "secret", "key_auth"];
const API_KEY: &str = "api_key";

/// A literal of so many letters and digits may be a secret wherever it stands.
const LONG: usize = 16;

/// Most characters of what is returned, and most tokens that are looked at: more than so many characters hold.
const SHOWN: usize = 2_000;
const TOKENS: usize = 4_000;

const MASK: &str = "'***'";

/// Returns a statement with every literal that looks like a secret as `'***'`, cut at 2,000 characters.
pub fn without_secrets(text: &str) -> String {
    let Tokens { tokens, .. } = lex::tokens(text, TOKENS);
    let mut walk = Walk {
        text,
        tokens: &tokens,
        row: Vec::new(),
        column: None,
        inserts: false,
        in_values: false,
        secret: false,
        depth: 0,
        secret_depth: 0,
    };
    let mut made = String::new();
    let (mut end, mut count) = (0, 0);
    for (at, token) in tokens.iter().enumerate() {
        let between = text.get(end..token.start).unwrap_or_default();
        let written = match walk.masks(at, *token) {
            true => MASK,
            false => text.get(token.start..token.end).unwrap_or_default(),
        };
        made.push_str(between);
        made.push_str(written);
        end = token.end.max(end);
        count += between.len() + written.len();
        if count > SHOWN * 4 {
            break;
        }
    }
    match made.char_indices().nth(SHOWN) {
        Some((cut, _)) => made.get(..cut).unwrap_or_default().to_owned(),
        None => made,
    }
}

fn is_secret_name(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    SECRET.iter().any(|part| lower.contains(part)) || lower.contains(API_KEY)
}

struct Walk<'a> {
    text: &'a str,
    tokens: &'a [Token],
    /// Which of INSERT's columns are secret, in their order.
    row: Vec<bool>,
    /// The position within a row of VALUES.
    column: Option<usize>,
    /// Whether it is an INSERT or REPLACE.
    inserts: bool,
    in_values: bool,
    /// Whether a secret column's name was seen in this term.
    secret: bool,
    depth: usize,
    /// The depth of brackets at which it was seen.
    secret_depth: usize,
}

impl Walk<'_> {
    fn written(&self, token: Token) -> &str {
        self.text.get(token.start..token.end).unwrap_or_default()
    }

    /// Whether a token is a literal to be masked.
    fn masks(&mut self, at: usize, token: Token) -> bool {
        match token.kind {
            TokenKind::Word | TokenKind::Name | TokenKind::Quoted => {
                self.name(at, token);
                false
            }
            TokenKind::Symbol => {
                self.symbol(token);
                false
            }
            // An unterminated text may be a secret.
            TokenKind::Broken => token.end > token.start + 1,
            TokenKind::Text | TokenKind::Bytes | TokenKind::Number => {
                let by_place = self.in_values && self.column.is_some_and(|at| self.row.get(at) == Some(&true));
                self.secret || by_place || self.compared_later(at) || self.is_long(token)
            }
            TokenKind::Null | TokenKind::End => false,
        }
    }

    fn is_long(&self, token: Token) -> bool {
        let written = self.written(token);
        let mut run = 0;
        written.chars().any(|char| {
            run = if char.is_ascii_alphanumeric() { run + 1 } else { 0 };
            run >= LONG
        })
    }

    /// `'x' = password`.
    fn compared_later(&self, at: usize) -> bool {
        let ahead = self.tokens.iter().skip(at + 1).take(6);
        let mut compared = false;
        for token in ahead {
            let written = self.written(*token);
            match token.kind {
                TokenKind::Symbol if matches!(written, "=" | "<=>" | "<>" | "!=" | "<" | ">" | "<=" | ">=") => {
                    compared = true;
                }
                TokenKind::Symbol if matches!(written, "." | "(" | ")") => {}
                TokenKind::Word if matches!(written.to_ascii_uppercase().as_str(), "LIKE" | "IN" | "BINARY") => {
                    compared = true;
                }
                TokenKind::Word | TokenKind::Name | TokenKind::Quoted if compared => {
                    if is_secret_name(written) {
                        return true;
                    }
                }
                _ => return false,
            }
        }
        false
    }

    fn name(&mut self, at: usize, token: Token) {
        let written = self.written(token);
        let word = written.to_ascii_uppercase();
        match word.as_str() {
            "INSERT" | "REPLACE" if self.depth == 0 && !self.opens(at + 1) => self.inserts = true,
            "INTO" if self.inserts && self.depth == 0 => self.row = self.columns_of_insert(at),
            "VALUES" | "VALUE" | "SELECT" if self.inserts && self.depth == 0 => {
                if self.row.is_empty() {
                    self.row = self.columns_of_insert(0);
                }
                self.in_values = true;
                self.secret = false;
                self.column = (word == "SELECT").then_some(0);
            }
            "FROM" | "ON" | "WHERE" | "AND" | "OR" | "SET" | "HAVING" | "ORDER" | "GROUP" | "LIMIT" | "WHEN" => {
                if self.depth <= self.secret_depth {
                    self.secret = false;
                }
                if self.depth == 0 {
                    self.in_values = false;
                }
            }
            _ if is_secret_name(written) => {
                self.secret = true;
                self.secret_depth = self.depth;
            }
            _ => {}
        }
    }

    fn opens(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|token| self.written(*token) == "(")
    }

    /// Which of the columns between INTO and the next bracket's end are secret.
    fn columns_of_insert(&self, at: usize) -> Vec<bool> {
        let rest = self.tokens.iter().skip(at);
        let inside = rest
            .skip_while(|token| self.written(**token) != "(")
            .skip(1)
            .take_while(|token| self.written(**token) != ")");
        let mut columns = vec![false];
        for token in inside {
            match (self.written(*token), columns.last_mut()) {
                (",", _) => columns.push(false),
                (name, Some(last)) => *last |= is_secret_name(name),
                _ => {}
            }
        }
        columns
    }

    fn symbol(&mut self, token: Token) {
        match self.written(token) {
            "(" => {
                if self.in_values && self.depth == 0 && self.column.is_none() {
                    self.column = Some(0);
                }
                self.depth += 1;
            }
            ")" => {
                self.depth = self.depth.saturating_sub(1);
                if self.depth < self.secret_depth {
                    self.secret = false;
                    self.secret_depth = self.depth;
                }
                if self.depth == 0 && self.in_values {
                    self.column = None;
                }
            }
            "," => {
                if self.depth <= self.secret_depth {
                    self.secret = false;
                }
                if self.in_values && self.depth <= 1 {
                    self.column = self.column.map(|at| at + 1);
                }
            }
            ";" => {
                self.secret = false;
                self.in_values = false;
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_masked_and_other_literals_are_not() {
        for (text, expected) in [
            (
                "SELECT 1 WHERE username = 'bob' AND password = 'pw'",
                "SELECT 1 WHERE username = 'bob' AND password = '***'",
            ),
            (
                "UPDATE t SET api_key='k', hue='red'",
                "UPDATE t SET api_key='***', hue='red'",
            ),
            (
                "SELECT 1 WHERE 'pw' = l.password OR a = 'x'",
                "SELECT 1 WHERE '***' = l.password OR a = 'x'",
            ),
            (
                "SELECT 1 WHERE (password IN ('a', 'b')) AND c = 'd'",
                "SELECT 1 WHERE (password IN ('***', '***')) AND c = 'd'",
            ),
            (
                "SELECT 1 WHERE `password` LIKE 'a%' LIMIT 5",
                "SELECT 1 WHERE `password` LIKE '***' LIMIT 5",
            ),
            (
                "INSERT INTO t (username, password, c) VALUES ('u', concat('p', 'q'), 'c'), ('v', 'r', 'd')",
                "INSERT INTO t (username, password, c) VALUES ('u', concat('***', '***'), 'c'), ('v', '***', 'd')",
            ),
            (
                "INSERT t (a, play_token) VALUES (1, 2) ON DUPLICATE KEY UPDATE a=3, play_token='x'",
                "INSERT t (a, play_token) VALUES (1, '***') ON DUPLICATE KEY UPDATE a=3, play_token='***'",
            ),
            (
                "INSERT t (a, password) SELECT 'u', 'p'",
                "INSERT t (a, password) SELECT 'u', '***'",
            ),
            ("SELECT '0123456789abcdef'", "SELECT '***'"),
            ("password = 'never closed", "password = '***'"),
        ] {
            assert_eq!(without_secrets(text), expected, "{text}");
        }
        assert_eq!(without_secrets(&"é ".repeat(3_000)).chars().count(), SHOWN);
    }
}
