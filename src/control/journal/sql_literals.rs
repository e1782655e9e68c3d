//! Masks the literals of an SQL text that are compared with, or assigned to, a secret column, whether their values
//! are known secrets or guesses.
//!
//! The text is not parsed, because the journal shows statements that are none too: it is split into tokens and
//! these into terms, at commas, at `AND` and `OR` and where a clause begins. A literal is masked if its term names
//! a secret column or an alias of one. Where a term is hard to delimit, within calls and `CASE`, it is taken to be
//! the larger one: too much is masked and not too little.

use std::borrow::Cow;
use std::ops::Range;

use super::masking::{MASK, is_secret};
use crate::store::secret_rows::SECRET_TABLES;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// A name or a keyword.
    Word,
    /// A text in double quotes, which may be a name or a literal.
    Quoted,
    /// A string or a number.
    Literal,
    Comment,
    Comma,
    Open,
    Close,
    Other,
}

#[derive(Clone, Debug)]
struct Token {
    kind: Kind,
    place: Range<usize>,
}

/// Words that begin a clause, and with it a term.
const CLAUSES: [&str; 12] = [
    "where", "set", "from", "having", "order", "group", "limit", "union", "join", "on", "update", "values",
];

/// Words before a parenthesis that only groups conditions.
const BEFORE_GROUPS: [&str; 7] = ["where", "and", "or", "xor", "not", "on", "having"];

/// Masks the literals of a text.
pub fn masked(text: &str) -> Cow<'_, str> {
    let tokens = tokens(text);
    let statement = Statement { text, tokens: &tokens };
    let secret = statement.secret_literals();
    let mut shown = String::new();
    let mut kept_from = 0;
    for (token, is_secret) in tokens.iter().zip(secret) {
        let whole = text.get(token.place.clone()).unwrap_or_default();
        let instead: Cow<'_, str> = match token.kind {
            Kind::Comment => match comment(whole) {
                Cow::Borrowed(_) => continue,
                Cow::Owned(comment) => comment.into(),
            },
            _ if !is_secret => continue,
            _ if whole.ends_with(['\'', '"']) || whole.starts_with(['\'', '"']) => format!("'{MASK}'").into(),
            _ => MASK.into(),
        };
        shown.push_str(text.get(kept_from..token.place.start).unwrap_or_default());
        shown.push_str(&instead);
        kept_from = token.place.end;
    }
    if kept_from == 0 {
        return text.into();
    }
    shown.push_str(text.get(kept_from..).unwrap_or_default());
    shown.into()
}

/// Masks a comment, which may hold a statement that was taken out.
fn comment(whole: &str) -> Cow<'_, str> {
    let marks = whole.len() - whole.trim_start_matches(['-', '#', '/', '*', '!']).len();
    let (marks, inner) = whole.split_at(marks);
    match masked(inner) {
        Cow::Borrowed(_) => whole.into(),
        Cow::Owned(inner) => format!("{marks}{inner}").into(),
    }
}

/// Splits a text into tokens; spaces are none.
fn tokens(text: &str) -> Vec<Token> {
    let bytes = text.as_bytes();
    let mut all = Vec::new();
    let mut at = 0;
    while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
        let (kind, length) = first_token(rest);
        if let Some(kind) = kind {
            all.push(Token {
                kind,
                place: at..at + length,
            });
        }
        at += length;
    }
    all
}

/// The kind and length of the token at the beginning of a text; no kind for a space.
fn first_token(rest: &[u8]) -> (Option<Kind>, usize) {
    let until = |end: &[u8], from: usize| {
        let after = rest.get(from..).unwrap_or_default();
        let found = after.windows(end.len()).position(|window| window == end);
        found.map_or(rest.len(), |found| from + found + end.len())
    };
    match rest {
        [b'-', b'-', ..] => (Some(Kind::Comment), until(b"\n", 2)),
        [b'#', ..] => (Some(Kind::Comment), until(b"\n", 1)),
        [b'/', b'*', ..] => (Some(Kind::Comment), until(b"*/", 2)),
        [b'\'', ..] => (Some(Kind::Literal), quoted(rest, 1)),
        [b'"', ..] => (Some(Kind::Quoted), quoted(rest, 1)),
        [b'`', ..] => (Some(Kind::Word), until(b"`", 1)),
        [b'x' | b'X' | b'n' | b'N' | b'b' | b'B', b'\'' | b'"', ..] => (Some(Kind::Literal), quoted(rest, 2)),
        [b'0'..=b'9', ..] => (Some(Kind::Literal), length(rest, |byte| is_part(byte) || byte == b'.')),
        [first, ..] if is_part(*first) => (Some(Kind::Word), length(rest, is_part)),
        [b',', ..] => (Some(Kind::Comma), 1),
        [b'(', ..] => (Some(Kind::Open), 1),
        [b')', ..] => (Some(Kind::Close), 1),
        [first, ..] if first.is_ascii_whitespace() => (None, 1),
        _ => (Some(Kind::Other), 1),
    }
}

fn is_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'@' | 0x80..)
}

fn length(rest: &[u8], is_part: impl Fn(u8) -> bool) -> usize {
    rest.iter().take_while(|byte| is_part(**byte)).count()
}

/// The length of a string whose first quote ends at `from`; one without an end takes the rest.
fn quoted(rest: &[u8], from: usize) -> usize {
    let quote = rest.get(from - 1);
    let mut at = from;
    while let Some(byte) = rest.get(at) {
        let is_doubled = Some(byte) == quote && rest.get(at + 1) == quote;
        match byte {
            b'\\' => at += 2,
            _ if is_doubled => at += 2,
            _ if Some(byte) == quote => return at + 1,
            _ => at += 1,
        }
    }
    rest.len()
}

/// A text with its tokens.
struct Statement<'t> {
    text: &'t str,
    tokens: &'t [Token],
}

impl Statement<'_> {
    /// The token's text, as a name: in small letters, without quotes.
    fn name(&self, token: &Token) -> String {
        let text = self.text.get(token.place.clone()).unwrap_or_default();
        text.trim_matches(['`', '"']).to_ascii_lowercase()
    }

    fn is_word(&self, at: usize, words: &[&str]) -> bool {
        let token = self.tokens.get(at).filter(|token| token.kind == Kind::Word);
        token.is_some_and(|token| words.contains(&self.name(token).as_str()))
    }

    fn has_kind(&self, at: usize, kind: Kind) -> bool {
        self.tokens.get(at).is_some_and(|token| token.kind == kind)
    }

    fn place(&self, at: usize) -> Range<usize> {
        self.tokens.get(at).map_or(0..0, |token| token.place.clone())
    }

    /// Whether a token names a secret column, or an alias of one.
    fn is_secret_name(&self, token: &Token, aliases: &[String]) -> bool {
        if !matches!(token.kind, Kind::Word | Kind::Quoted) {
            return false;
        }
        let name = self.name(token);
        let is_column = || SECRET_TABLES.iter().any(|table| table.columns.contains(&name.as_str()));
        aliases.contains(&name) || is_secret(&name) || is_column()
    }

    /// Returns of each token whether it is a literal to mask.
    fn secret_literals(&self) -> Vec<bool> {
        let mut secret = vec![false; self.tokens.len()];
        let terms = self.terms(self.inserted(&mut secret));
        let mut aliases: Vec<String> = Vec::new();
        loop {
            let known = aliases.len();
            for term in &terms {
                let tokens = self.tokens.get(term.clone()).unwrap_or_default();
                if !tokens.iter().any(|token| self.is_secret_name(token, &aliases)) {
                    continue;
                }
                for (at, token) in term.clone().zip(tokens) {
                    let is_alias = at > 0 && self.is_word(at - 1, &["as"]);
                    if is_alias && !self.is_secret_name(token, &aliases) {
                        aliases.push(self.name(token));
                    }
                    let is_literal = match token.kind {
                        Kind::Literal => true,
                        Kind::Quoted => !self.is_secret_name(token, &aliases),
                        _ => false,
                    };
                    if let Some(masked) = secret.get_mut(at) {
                        *masked |= is_literal;
                    }
                }
            }
            if aliases.len() == known {
                return secret;
            }
        }
    }

    /// Finds the secret values of an `INSERT` by the positions of their columns. Returns where the rest begins.
    fn inserted(&self, secret: &mut [bool]) -> usize {
        if !self.is_word(0, &["insert", "replace"]) {
            return 0;
        }
        let heads = ["values", "value", "select", "set"];
        let after_table = (1..self.tokens.len()).find(|at| self.has_kind(*at, Kind::Open) || self.is_word(*at, &heads));
        let Some(mut at) = after_table else {
            return 0;
        };
        let mut columns = None;
        if self.has_kind(at, Kind::Open) {
            let end = (at..self.tokens.len()).find(|at| self.has_kind(*at, Kind::Close));
            let end = end.unwrap_or(self.tokens.len());
            let names = self.tokens.get(at + 1..end).unwrap_or_default();
            let names = names.iter().filter(|token| token.kind != Kind::Comma);
            columns = Some(names.map(|name| self.is_secret_name(name, &[])).collect::<Vec<bool>>());
            at = end + 1;
        }
        // Without a list of columns any value may be a secret one's.
        let is_secret = |position: usize| match &columns {
            Some(columns) => columns.get(position).copied().unwrap_or(true),
            None => true,
        };
        let any = (0..columns.as_ref().map_or(1, Vec::len)).any(is_secret);
        let is_values = self.is_word(at, &["values", "value"]);
        if self.is_word(at, &["set"]) {
            return at;
        }
        let (mut depth, mut position) = (0_usize, 0);
        for at in at..self.tokens.len() {
            if depth == 0 && self.is_word(at, &["on"]) {
                return at;
            }
            let Some(token) = self.tokens.get(at) else { continue };
            match token.kind {
                Kind::Open => depth += 1,
                Kind::Close => depth = depth.saturating_sub(1),
                Kind::Comma if depth == 1 => position += 1,
                Kind::Comma if depth == 0 => position = 0,
                Kind::Literal | Kind::Quoted if if is_values { is_secret(position) } else { any } => {
                    if let Some(masked) = secret.get_mut(at) {
                        *masked = true;
                    }
                }
                _ => {}
            }
        }
        self.tokens.len()
    }

    /// Splits the tokens from `begin` on into terms.
    fn terms(&self, begin: usize) -> Vec<Range<usize>> {
        let mut terms = Vec::new();
        let mut walk = Walk::default();
        let mut start = begin;
        for at in begin..self.tokens.len() {
            if walk.splits(self, at) {
                terms.push(start..at);
                start = at;
            }
        }
        terms.push(start..self.tokens.len());
        terms
    }
}

/// A parenthesis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Parenthesis {
    /// Conditions.
    Group,
    /// A statement.
    Select,
    /// The arguments of a call, a list, or one side of a comparison: never split.
    Whole,
}

/// Where the walk through the tokens is.
#[derive(Default)]
struct Walk {
    open: Vec<Parenthesis>,
    /// How many `CASE` have no `END` yet.
    cases: usize,
    /// Whether the next `AND` belongs to a `BETWEEN`.
    is_between: bool,
    /// Whether values are assigned: conditions are parts of them then.
    is_assigning: bool,
}

impl Walk {
    /// Whether a term begins at this token.
    fn splits(&mut self, statement: &Statement<'_>, at: usize) -> bool {
        let is = |words: &[&str]| statement.is_word(at, words);
        let is_whole = self.cases > 0 || self.open.contains(&Parenthesis::Whole);
        match statement.tokens.get(at).map(|token| token.kind) {
            Some(Kind::Open) => {
                let groups = at.checked_sub(1).is_none_or(|before| {
                    let is_inner =
                        self.open.last() == Some(&Parenthesis::Group) && statement.has_kind(before, Kind::Open);
                    is_inner || statement.is_word(before, &BEFORE_GROUPS)
                });
                self.open.push(match (statement.is_word(at + 1, &["select"]), groups) {
                    (true, _) => Parenthesis::Select,
                    (_, true) => Parenthesis::Group,
                    (_, false) => Parenthesis::Whole,
                });
                return false;
            }
            Some(Kind::Close) => {
                self.open.pop();
                return false;
            }
            Some(Kind::Comma) => return !is_whole && self.open.last() != Some(&Parenthesis::Group),
            Some(Kind::Other) => return !is_whole && statement.text.get(statement.place(at)) == Some(";"),
            Some(Kind::Word) => {}
            _ => return false,
        }
        self.cases = match (is(&["case"]), is(&["end"])) {
            (true, _) => self.cases + 1,
            (_, true) => self.cases.saturating_sub(1),
            _ => self.cases,
        };
        if is(&["between"]) {
            self.is_between = true;
            return false;
        }
        if is(&["and"]) && std::mem::take(&mut self.is_between) {
            return false;
        }
        if is_whole {
            return false;
        }
        if is(&CLAUSES) {
            self.is_assigning = is(&["set"]);
            return true;
        }
        is(&["and", "or", "xor"]) && !self.is_assigning
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_of_secret_columns_are_masked_and_others_stay() {
        for (sent, shown) in [
            (
                "SELECT 'a' FROM lines WHERE id = 7",
                "SELECT 'a' FROM lines WHERE id = 7",
            ),
            (
                "SELECT password FROM lines WHERE id = 7",
                "SELECT password FROM lines WHERE id = 7",
            ),
            (
                "SELECT * FROM lines WHERE username='bob' AND password = 'it''s' LIMIT 5",
                "SELECT * FROM lines WHERE username='bob' AND password = '***' LIMIT 5",
            ),
            (
                "WHERE (id=1 OR `l`.`password`=\"x\\\"y\") AND b='c'",
                "WHERE (id=1 OR `l`.`password`='***') AND b='c'",
            ),
            ("WHERE 'x' = password OR id=3", "WHERE '***' = password OR id=3"),
            (
                "WHERE password IN ('a', 0x61, x'62', 7) AND id IN (1,2)",
                "WHERE password IN ('***', ***, '***', ***) AND id IN (1,2)",
            ),
            (
                "WHERE (username, password) = ('a','b')",
                "WHERE (username, password) = ('***','***')",
            ),
            (
                "WHERE MD5(CONCAT(password,'s')) = 'x' AND id=1",
                "WHERE MD5(CONCAT(password,'***')) = '***' AND id=1",
            ),
            (
                "WHERE password BETWEEN 'a' AND 'b' AND c='d'",
                "WHERE password BETWEEN '***' AND '***' AND c='d'",
            ),
            ("WHERE api_key LIKE 'abc%' or c=1", "WHERE api_key LIKE '***' or c=1"),
            (
                "UPDATE lines SET username='a', password='b', exp=1 WHERE id=2",
                "UPDATE lines SET username='a', password='***', exp=1 WHERE id=2",
            ),
            (
                "UPDATE l SET password = IF(a='x' AND b='y','p','q'), n='m'",
                "UPDATE l SET password = IF(a='***' AND b='***','***','***'), n='m'",
            ),
            (
                "UPDATE l SET password = CASE WHEN a='x' AND b=1 THEN 'p' END WHERE c='d'",
                "UPDATE l SET password = CASE WHEN a='***' AND b=*** THEN '***' END WHERE c='d'",
            ),
            (
                "INSERT INTO lines (username, password, n) VALUES ('a', 'b', 1), ('c', CONCAT('d', 'e'), 2)",
                "INSERT INTO lines (username, password, n) VALUES ('a', '***', 1), ('c', CONCAT('***', '***'), 2)",
            ),
            (
                "INSERT INTO lines VALUES (1, 'b')",
                "INSERT INTO lines VALUES (***, '***')",
            ),
            (
                "REPLACE INTO l SET a='b', password='c'",
                "REPLACE INTO l SET a='b', password='***'",
            ),
            (
                "INSERT INTO l (a, password) SELECT 'b', 'c'",
                "INSERT INTO l (a, password) SELECT '***', '***'",
            ),
            (
                "INSERT INTO l (a) VALUES ('b') ON DUPLICATE KEY UPDATE a='c', password='d'",
                "INSERT INTO l (a) VALUES ('b') ON DUPLICATE KEY UPDATE a='c', password='***'",
            ),
            (
                "SELECT * FROM (SELECT password AS p FROM lines) WHERE p = 'x' AND q = 'y'",
                "SELECT * FROM (SELECT password AS p FROM lines) WHERE p = '***' AND q = 'y'",
            ),
            (
                "SELECT 1 /* password='x' */ -- don't\n, 'a'",
                "SELECT 1 /* password='***' */ -- don't\n, 'a'",
            ),
            ("WHERE /* ' */ password='x'", "WHERE /* ' */ password='***'"),
            ("WHERE password='never ends", "WHERE password='***'"),
            (
                "WHERE key_auth=N'x' AND mac='00:1A'",
                "WHERE key_auth='***' AND mac='***'",
            ),
            ("nö 'sql", "nö 'sql"),
            ("", ""),
        ] {
            assert_eq!(masked(sent), shown, "{sent}");
        }
    }
}
