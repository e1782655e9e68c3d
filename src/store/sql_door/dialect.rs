//! The SQL dialect for parsing: sqlparser's MySQL with missing operators and MySQL's operator precedence.

use std::any::TypeId;

use sqlparser::ast::{BinaryOperator, Expr, UnaryOperator};
use sqlparser::dialect::{Dialect, MySqlDialect, Precedence};
use sqlparser::keywords::Keyword;
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::Token;

/// sqlparser's MySQL with `!`, infix `MOD` and the operator precedence of MySQL.
#[derive(Debug)]
pub struct MySql;

/// Delegates methods to sqlparser's MySQL.
macro_rules! as_in_mysql {
    ($($name:ident($($argument:ident: $of:ty),*) -> $answer:ty;)*) => {
        $(fn $name(&self, $($argument: $of),*) -> $answer {
            MySqlDialect {}.$name($($argument),*)
        })*
    };
}

impl Dialect for MySql {
    fn dialect(&self) -> TypeId {
        MySqlDialect {}.dialect()
    }

    // All methods that sqlparser's MySQL overrides and that matter for the statements of the contract.
    as_in_mysql! {
        is_identifier_start(letter: char) -> bool;
        is_identifier_part(letter: char) -> bool;
        is_delimited_identifier_start(letter: char) -> bool;
        identifier_quote_style(name: &str) -> Option<char>;
        is_table_factor_alias(explicit: bool, word: &Keyword, parser: &mut Parser) -> bool;
        ignores_wildcard_escapes() -> bool;
        require_interval_qualifier() -> bool;
        requires_single_line_comment_whitespace() -> bool;
        supports_binary_kw_as_cast() -> bool;
        supports_bitwise_shift_operators() -> bool;
        supports_comment_optimizer_hint() -> bool;
        supports_cross_join_constraint() -> bool;
        supports_data_type_signed_suffix() -> bool;
        supports_double_ampersand_operator() -> bool;
        supports_group_by_with_modifier() -> bool;
        supports_insert_set() -> bool;
        supports_left_associative_joins_without_parens() -> bool;
        supports_limit_comma() -> bool;
        supports_match_against() -> bool;
        supports_multiline_comment_hints() -> bool;
        supports_numeric_prefix() -> bool;
        supports_select_modifiers() -> bool;
        supports_string_literal_backslash_escape() -> bool;
        supports_string_literal_concatenation() -> bool;
        supports_table_hints() -> bool;
        supports_update_order_by() -> bool;
    }

    fn parse_prefix(&self, parser: &mut Parser) -> Option<Result<Expr, ParserError>> {
        let twice = match parser.peek_token_ref().token {
            Token::ExclamationMark => false,
            Token::DoubleExclamationMark => true,
            _ => return None,
        };
        parser.advance_token();
        let inner = parser.parse_subexpr(self.prec_value(Precedence::MulDivModOp));
        Some(inner.map(|inner| if twice { not(not(inner)) } else { not(inner) }))
    }

    fn parse_infix(&self, parser: &mut Parser, left: &Expr, precedence: u8) -> Option<Result<Expr, ParserError>> {
        if !is_mod(&parser.peek_token_ref().token) {
            return MySqlDialect {}.parse_infix(parser, left, precedence);
        }
        parser.advance_token();
        Some(parser.parse_subexpr(precedence).map(|right| Expr::BinaryOp {
            left: Box::new(left.clone()),
            op: BinaryOperator::Modulo,
            right: Box::new(right),
        }))
    }

    fn get_next_precedence(&self, parser: &Parser) -> Option<Result<u8, ParserError>> {
        let (and, or) = (self.prec_value(Precedence::And), self.prec_value(Precedence::Or));
        let precedence = match &parser.peek_token_ref().token {
            Token::StringConcat => or,
            Token::Overlap => and,
            Token::Word(word) if word.keyword == Keyword::XOR => or.midpoint(and),
            token if is_mod(token) => self.prec_value(Precedence::MulDivModOp),
            _ => return None,
        };
        Some(Ok(precedence))
    }
}

fn not(inner: Expr) -> Expr {
    Expr::UnaryOp {
        op: UnaryOperator::BangNot,
        expr: Box::new(inner),
    }
}

/// Whether this is `MOD`, which is not a keyword of the parser.
pub fn is_mod(token: &Token) -> bool {
    matches!(token, Token::Word(word) if word.quote_style.is_none() && word.value.eq_ignore_ascii_case("MOD"))
}
