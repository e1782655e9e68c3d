//! From tokens to a statement: recursive descent over MariaDB's grammar, one token ahead, never back.
//!
//! What MariaDB would take and the contract refuses (10.4) is read to the end, too: the refusal is noted and told
//! when the whole statement is known to be SQL.

mod calls;
mod expression;
mod names;
mod primary;
mod query;
mod sources;
mod statements;
#[cfg(test)]
mod tests;

use super::lex::{self, Token, TokenKind};
use super::tree::{Span, Statement};
use crate::store::mysql::errors::SqlError;

/// Longest text of a statement, in bytes, and most tokens of it (10.6, "Limits").
const LONGEST: usize = 1 << 20;
const MOST_TOKENS: usize = 200_000;

/// Most brackets, calls, signs and the like within each other.
const MOST_NESTED: usize = 128;

/// Most levels of an expression: 900 operators in a row and their operand.
const HIGHEST: usize = 901;

/// Most bytes of the text that a syntax error shows, and the sign that there is more of it.
const SHOWN: usize = 80;
const CUT: &str = "...";

type Parsed<T> = Result<T, SqlError>;

/// Reads the single statement of a text.
///
/// # Errors
/// In this order: [`SqlError::Empty`]; the text is too long; its first word is refused; it is not SQL; something
/// within it is refused; it holds a placeholder or something else that fails without a look at the database.
pub fn read(text: &str) -> Result<Statement, SqlError> {
    // MariaDB takes off the same before it reads.
    let shown = text.trim_end_matches(|char: char| char == ';' || u8::try_from(char).is_ok_and(lex::is_blank));
    let lexed = lex::tokens(shown, MOST_TOKENS);
    let is_empty = |token: &&Token| token.kind != TokenKind::Symbol || shown.get(token.span()) != Some(";");
    let first = lexed.tokens.iter().take_while(|token| !is_empty(token)).count();
    if lexed.tokens.get(first).is_none_or(|token| token.kind == TokenKind::End) {
        return Err(SqlError::Empty);
    }
    if text.len() > LONGEST || lexed.tokens.len() > MOST_TOKENS + 1 {
        return Err(SqlError::too_big());
    }
    let parser = Parser {
        text: shown,
        tokens: &lexed.tokens,
        hidden: &lexed.hidden,
        at: first,
        depth: 0,
        height: 0,
        tables: 0,
        refusal: None,
        failure: None,
    };
    if let Some(refused) = parser.refused_word() {
        return Err(SqlError::Refused(refused));
    }
    parser.whole()
}

struct Parser<'a> {
    text: &'a str,
    tokens: &'a [Token],
    /// Places that labels leave out.
    hidden: &'a [Span],
    at: usize,
    /// Open brackets and the like.
    depth: usize,
    /// Levels of the highest expression that was read since someone set it to 0.
    height: usize,
    /// Tables of the FROM that is being read.
    tables: usize,
    /// The first part that is refused.
    refusal: Option<String>,
    /// The first part that cannot be run.
    failure: Option<SqlError>,
}

impl<'a> Parser<'a> {
    fn whole(mut self) -> Parsed<Statement> {
        let statement = self.statement()?;
        if self.take_symbol(";") {
            while self.take_symbol(";") {}
            if self.token().kind != TokenKind::End {
                self.refuse("more than one statement");
            }
        } else if self.token().kind != TokenKind::End {
            return Err(self.fault());
        }
        if let Some(refused) = self.refusal {
            return Err(SqlError::Refused(refused));
        }
        match self.failure {
            Some(failure) => Err(failure),
            None => Ok(statement),
        }
    }

    /// Notes that the statement is refused.
    fn refuse(&mut self, reason: impl Into<String>) {
        self.refusal.get_or_insert_with(|| reason.into());
    }

    /// Notes that the statement cannot be run.
    fn fail(&mut self, words: impl Into<String>) {
        self.failure.get_or_insert_with(|| SqlError::Failed(words.into()));
    }

    fn ahead(&self, tokens: usize) -> Token {
        let end = Token {
            kind: TokenKind::End,
            start: self.text.len(),
            end: self.text.len(),
            line: 1,
        };
        self.tokens
            .get(self.at + tokens)
            .or(self.tokens.last())
            .copied()
            .unwrap_or(end)
    }

    fn token(&self) -> Token {
        self.ahead(0)
    }

    fn skip(&mut self) {
        self.at += 1;
    }

    fn written(&self, token: Token) -> &'a str {
        self.text.get(token.span()).unwrap_or_default()
    }

    /// Where the last token ended.
    fn last_end(&self) -> usize {
        self.tokens.get(self.at.wrapping_sub(1)).map_or(0, |token| token.end)
    }

    fn is_word_ahead(&self, tokens: usize, word: &str) -> bool {
        let token = self.ahead(tokens);
        token.kind == TokenKind::Word && self.written(token).eq_ignore_ascii_case(word)
    }

    fn is_word(&self, word: &str) -> bool {
        self.is_word_ahead(0, word)
    }

    fn is_one_of(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.is_word(word))
    }

    fn take_word(&mut self, word: &str) -> bool {
        let is = self.is_word(word);
        self.at += usize::from(is);
        is
    }

    /// Takes several words in a row, or none of them.
    fn take_words(&mut self, words: &[&str]) -> bool {
        let are = words.iter().enumerate().all(|(at, word)| self.is_word_ahead(at, word));
        self.at += if are { words.len() } else { 0 };
        are
    }

    fn take_one_of(&mut self, words: &[&str]) -> bool {
        words.iter().any(|word| self.take_word(word))
    }

    fn expect_word(&mut self, word: &str) -> Parsed<()> {
        match self.take_word(word) {
            true => Ok(()),
            false => Err(self.fault()),
        }
    }

    fn is_symbol_ahead(&self, tokens: usize, symbol: &str) -> bool {
        let token = self.ahead(tokens);
        token.kind == TokenKind::Symbol && self.written(token) == symbol
    }

    fn is_symbol(&self, symbol: &str) -> bool {
        self.is_symbol_ahead(0, symbol)
    }

    fn take_symbol(&mut self, symbol: &str) -> bool {
        let is = self.is_symbol(symbol);
        self.at += usize::from(is);
        is
    }

    fn expect_symbol(&mut self, symbol: &str) -> Parsed<()> {
        match self.take_symbol(symbol) {
            true => Ok(()),
            false => Err(self.fault()),
        }
    }

    /// A whole number.
    fn count(&mut self) -> Parsed<u64> {
        let token = self.token();
        let number = match token.kind {
            TokenKind::Number => self.written(token).parse().ok(),
            _ => None,
        };
        let number = number.ok_or_else(|| self.fault())?;
        self.skip();
        Ok(number)
    }

    /// A text; adjacent ones join.
    fn texts(&mut self) -> Parsed<String> {
        if self.token().kind != TokenKind::Text {
            return Err(self.fault());
        }
        let mut text = lex::value(self.written(self.token()));
        self.skip();
        while self.token().kind == TokenKind::Text && !self.written(self.token()).starts_with(['n', 'N']) {
            text.push_str(&lex::value(self.written(self.token())));
            self.skip();
        }
        Ok(text)
    }

    /// The syntax error at the next token.
    fn fault(&self) -> SqlError {
        self.fault_as(SqlError::syntax)
    }

    /// The error at a number that is no whole one.
    fn integers_only(&self) -> SqlError {
        self.fault_as(SqlError::integers_only)
    }

    /// An error at the next token, with the text from there on as MariaDB cuts it, and its line.
    fn fault_as(&self, error: fn(&str, usize) -> SqlError) -> SqlError {
        let token = self.token();
        // MariaDB moves the beginning of a token behind a comma, for the sake of labels.
        let start = match self.is_symbol(",") {
            true => token.end,
            false => token.start,
        };
        let rest = self.text.get(start..).unwrap_or_default();
        if rest.len() <= SHOWN {
            return error(rest, token.line);
        }
        let end = rest.floor_char_boundary(SHOWN - CUT.len());
        let cut = rest.get(..end).unwrap_or_default();
        error(&format!("{cut}{CUT}"), token.line)
    }

    /// Reads something one level deeper.
    fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth == MOST_NESTED {
            return Err(SqlError::Invalid(format!(
                "more than {MOST_NESTED} brackets within each other"
            )));
        }
        let beside = std::mem::take(&mut self.height);
        self.depth += 1;
        let made = read(self)?;
        self.depth -= 1;
        self.height = beside.max(self.height + 1);
        Ok(made)
    }

    /// Reads something in brackets.
    fn bracketed<T>(&mut self, read: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        self.expect_symbol("(")?;
        let made = self.nested(read)?;
        self.expect_symbol(")")?;
        Ok(made)
    }

    /// Reads one or more things between commas.
    fn list<T>(&mut self, mut read: impl FnMut(&mut Self) -> Parsed<T>) -> Parsed<Vec<T>> {
        let mut list = vec![read(self)?];
        while self.take_symbol(",") {
            list.push(read(self)?);
        }
        Ok(list)
    }
}
