//! Parses a text into one statement, with the checks that need only its tokens.

use sqlparser::ast::Statement;
use sqlparser::keywords::Keyword;
use sqlparser::parser::Parser;
use sqlparser::tokenizer::{Token, TokenWithSpan, Tokenizer};

use super::DoorError;
use super::dialect::{MySql, is_mod};

/// Statements that are refused by their first word, whatever follows (10.4).
const REFUSED: [&str; 47] = [
    "CREATE",
    "ALTER",
    "DROP",
    "TRUNCATE",
    "RENAME",
    "GRANT",
    "REVOKE",
    "SET",
    "USE",
    "LOCK",
    "UNLOCK",
    "CALL",
    "DO",
    "HANDLER",
    "LOAD",
    "PREPARE",
    "EXECUTE",
    "BEGIN",
    "START",
    "COMMIT",
    "ROLLBACK",
    "SAVEPOINT",
    "KILL",
    "FLUSH",
    "RESET",
    "OPTIMIZE",
    "ANALYZE",
    "CHECK",
    "REPAIR",
    "INSTALL",
    "UNINSTALL",
    "SHUTDOWN",
    "XA",
    "ATTACH",
    "DETACH",
    "PRAGMA",
    "VACUUM",
    "REINDEX",
    "DEALLOCATE",
    "RELEASE",
    "CHANGE",
    "PURGE",
    "STOP",
    "BINLOG",
    "CACHE",
    "HELP",
    "IMPORT",
];

/// Object types: as second word of such a statement they are part of the error text.
const OBJECTS: [&str; 14] = [
    "TABLE",
    "TABLES",
    "DATABASE",
    "SCHEMA",
    "INDEX",
    "VIEW",
    "USER",
    "TRIGGER",
    "PROCEDURE",
    "FUNCTION",
    "EVENT",
    "ROLE",
    "SERVER",
    "TRANSACTION",
];

/// Most levels of a statement. SQLite accepts a thousand levels of expressions.
const DEEPEST: usize = 2000;

/// Longest text of a statement, in bytes, and most tokens of it (10.6).
const LONGEST: usize = 1 << 20;
const TOKENS: usize = 200_000;

/// What a longer statement is told, in the words of the panel family's database.
const TOO_BIG: &str = "Got a packet bigger than 'max_allowed_packet' bytes";

/// Most brackets within each other (10.6).
const NESTED: usize = 128;

/// Most tokens that are copied for `DIV` and `MOD`, whose left sides the parser copies.
const COPIED: usize = 4_000_000;

/// Parses the single statement of a text.
///
/// # Errors
/// [`DoorError::Empty`], [`DoorError::Refused`] or [`DoorError::Invalid`], in this order.
pub fn parse(text: &str) -> Result<Statement, DoorError> {
    if text.len() > LONGEST {
        return Err(DoorError::Invalid(TOO_BIG.into()));
    }
    let (tokens, broken) = tokens(text);
    let words: Vec<&Token> = tokens
        .iter()
        .map(|token| &token.token)
        .filter(|token| !matches!(token, Token::Whitespace(_)))
        .collect();
    let Some(first) = words.iter().find(|token| !matches!(token, Token::SemiColon)) else {
        return Err(broken.map_or(DoorError::Empty, DoorError::Invalid));
    };
    if let Some(refused) = refused_word(first, &words) {
        return Err(DoorError::Refused(refused));
    }
    if let Some(broken) = broken {
        return Err(DoorError::Invalid(broken));
    }
    if nested(&words) > NESTED {
        return Err(DoorError::Invalid(format!(
            "more than {NESTED} brackets within each other"
        )));
    }
    if deepest(&words) > DEEPEST || copied(&words) > COPIED {
        return Err(DoorError::Invalid("too many operators in a row".into()));
    }
    if tokens.len() > TOKENS {
        return Err(DoorError::Invalid(TOO_BIG.into()));
    }
    let parsed = Parser::new(&MySql)
        .with_tokens_with_locations(tokens.clone())
        .parse_statements();
    let statements = parsed.map_err(|error| match beyond_the_parser(&words) {
        Some(refused) => DoorError::Refused(refused.into()),
        None => DoorError::Invalid(plain(&error.to_string())),
    })?;
    let [statement] =
        <[Statement; 1]>::try_from(statements).map_err(|_| DoorError::Refused("more than one statement".into()))?;
    Ok(statement)
}

/// Returns the tokens of a text up to the first error, and the error.
pub fn tokens(text: &str) -> (Vec<TokenWithSpan>, Option<String>) {
    let mut tokens = Vec::new();
    let broken = Tokenizer::new(&MySql, text)
        .tokenize_with_location_into_buf(&mut tokens)
        .err();
    (tokens, broken.map(|error| plain(&error.to_string())))
}

/// Returns the parser's message without its prefix.
fn plain(words: &str) -> String {
    words.trim_start_matches("sql parser error: ").to_owned()
}

fn refused_word(first: &Token, words: &[&Token]) -> Option<String> {
    let verb = bare(first)?;
    if !REFUSED.contains(&verb.as_str()) {
        return None;
    }
    let second = words
        .iter()
        .skip_while(|token| matches!(token, Token::SemiColon))
        .nth(1)
        .and_then(|token| bare(token));
    Some(match second.filter(|word| OBJECTS.contains(&word.as_str())) {
        Some(object) => format!("{verb} {object}"),
        None => verb,
    })
}

/// Returns an upper bound for the levels of a parsed statement: in a row of operators each is the left side
/// of the next; a comma starts again. Queries joined by `UNION` contain commas themselves. For each `DIV` and
/// `MOD` the parser copies the left side, so these also count over the whole statement.
fn deepest(words: &[&Token]) -> usize {
    let (mut open, mut here, mut overall, mut most) = (Vec::new(), 0, 0, 0);
    for token in words {
        match token {
            Token::LParen => open.push(here),
            Token::RParen => here = open.pop().unwrap_or(0),
            Token::Comma => here = open.last().copied().unwrap_or(0),
            Token::Number(..) | Token::SingleQuotedString(_) | Token::DoubleQuotedString(_) | Token::Period => {}
            token if is_mod(token) => overall += 1,
            Token::Word(word) => match word.keyword {
                Keyword::NoKeyword => {}
                Keyword::UNION | Keyword::EXCEPT | Keyword::INTERSECT | Keyword::MINUS | Keyword::DIV => overall += 1,
                _ => here += 1,
            },
            _ => here += 1,
        }
        most = most.max(here + overall);
    }
    most
}

/// How many brackets stand within each other.
fn nested(words: &[&Token]) -> usize {
    let (mut here, mut most) = (0usize, 0);
    for token in words {
        match token {
            Token::LParen | Token::LBracket | Token::LBrace => here += 1,
            Token::RParen | Token::RBracket | Token::RBrace => here = here.saturating_sub(1),
            _ => {}
        }
        most = most.max(here);
    }
    most
}

/// How many tokens the parser copies: for each `DIV` and `MOD`, what stands to the left of it up to the last comma
/// or open bracket.
fn copied(words: &[&Token]) -> usize {
    let (mut open, mut from, mut copied) = (Vec::new(), 0, 0);
    for (at, token) in words.iter().enumerate() {
        match token {
            Token::LParen => {
                open.push(from);
                from = at;
            }
            Token::RParen => from = open.pop().unwrap_or(0),
            Token::Comma => from = at,
            token if is_mod(token) => copied += at - from,
            Token::Word(word) if word.keyword == Keyword::DIV => copied += at - from,
            _ => {}
        }
    }
    copied
}

/// Forms that the contract refuses but the parser does not know, recognised by their keywords.
fn beyond_the_parser(words: &[&Token]) -> Option<&'static str> {
    const FORMS: [(&[&str], &str); 5] = [
        (&["INTO", "OUTFILE"], "SELECT INTO OUTFILE"),
        (&["INTO", "DUMPFILE"], "SELECT INTO DUMPFILE"),
        (&["LOCK", "IN", "SHARE", "MODE"], "LOCK IN SHARE MODE"),
        (&["FOR", "UPDATE"], "FOR UPDATE"),
        (&["PROCEDURE", "ANALYSE"], "PROCEDURE ANALYSE"),
    ];
    // `@x` is one word; in `@'x'` the sign is a token of its own.
    if words.contains(&&Token::AtSign) {
        return Some("variables");
    }
    let words: Vec<Option<String>> = words.iter().map(|token| bare(token)).collect();
    let is_into = |word: &Option<String>| word.as_deref() == Some("INTO");
    let is_variable = |word: &Option<String>| word.as_deref().is_some_and(|word| word.starts_with('@'));
    if words
        .windows(2)
        .any(|run| matches!(run, [into, name] if is_into(into) && is_variable(name)))
    {
        return Some("SELECT INTO");
    }
    let has = |form: &[&str]| {
        words
            .windows(form.len())
            .any(|run| run.iter().zip(form).all(|(word, form)| word.as_deref() == Some(form)))
    };
    FORMS.iter().find(|(form, _)| has(form)).map(|(_, name)| *name)
}

/// Returns an unquoted word in upper case.
fn bare(token: &Token) -> Option<String> {
    match token {
        Token::Word(word) if word.quote_style.is_none() => Some(word.value.to_ascii_uppercase()),
        _ => None,
    }
}
