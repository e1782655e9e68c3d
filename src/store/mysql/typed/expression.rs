//! Expressions: each gets its type, and the SQL that gives SQLite the database's answer.

use super::compare::{Form, collate, common_form, compare, compare_carried, form, in_form, names_in};
use super::compiler::Compiler;
use super::scope::{Context, default_of};
use super::types::{Collation, Dec, Type, WIDE};
use super::value::{Literal, Typed, double_literal, text_literal, wide_literal};
use super::{arithmetic, functions};
use crate::store::mysql::errors::SqlError;
use crate::store::mysql::read::tree::{BinaryOperator, Expr, Kind, Query, UnaryOperator};
use crate::store::mysql::read::walk::has_window;

type Result<T> = std::result::Result<T, SqlError>;

/// The beginnings of collations that the database has for other character sets.
const FOREIGN: &[&str] = &[
    "latin1_", "latin2_", "ascii_", "cp125", "koi8", "ucs2_", "utf16", "utf32_", "hebrew_", "greek_", "big5_", "sjis_",
];

impl Compiler<'_> {
    /// Reads an expression that is one value.
    ///
    /// # Errors
    /// When a name is unknown, or a form does not fit.
    pub fn expr(&self, expr: &Expr, context: &Context<'_>) -> Result<Typed> {
        let value = self.kind(expr, context)?;
        self.checked(&value.sql)?;
        Ok(value)
    }

    fn kind(&self, expr: &Expr, context: &Context<'_>) -> Result<Typed> {
        match &expr.kind {
            Kind::Null => Ok(Typed::null()),
            Kind::Bool(value) => Ok(Typed {
                truth: true,
                ..Typed::int(i64::from(*value))
            }),
            Kind::Number(text) => number(text),
            Kind::Text(text) => Ok(Typed::text(text)),
            Kind::Bytes(bytes) => Ok(bytes_literal(bytes)),
            Kind::Column(name) => context.column(name),
            Kind::Unary(operator, inner) => self.unary(expr, *operator, inner, context),
            Kind::Binary(..) => self.chain(expr, context),
            Kind::All(terms) => self.connected(terms, "AND", context),
            Kind::Any(terms) => self.connected(terms, "OR", context),
            Kind::Collate(inner, name) => self.collated(inner, name, context),
            Kind::Is { expr, what, negated } => self.is(expr, *what, *negated, context),
            Kind::Between {
                expr,
                low,
                high,
                negated,
            } => self.between(expr, [low, high], *negated, context),
            Kind::In { expr, list, negated } => Ok(negated_if(*negated, self.in_list(expr, list, context)?)),
            Kind::InQuery { expr, query, negated } => Ok(negated_if(*negated, self.in_query(expr, query, context)?)),
            Kind::Like {
                expr,
                pattern,
                escape,
                negated,
            } => Ok(negated_if(
                *negated,
                self.like(expr, pattern, escape.as_deref(), context)?,
            )),
            Kind::Regexp { expr, pattern, negated } => {
                let (value, pattern) = (self.expr(expr, context)?, self.expr(pattern, context)?);
                let binary = binary_of(&value, &pattern);
                let sql = format!("m_regexp({}, {}, {binary})", value.printed(), pattern.printed());
                Ok(negated_if(*negated, Typed::truth(sql)))
            }
            Kind::Case {
                operand,
                branches,
                otherwise,
            } => self.case(operand.as_deref(), branches, otherwise.as_deref(), context),
            Kind::Exists(query) => Ok(Typed::truth(format!(
                "EXISTS ({})",
                self.query(query, Some(context))?.sql
            ))),
            Kind::Scalar(query) => self.scalar(query, context),
            Kind::Quantified {
                left,
                operator,
                all,
                query,
            } => self.quantified(left, *operator, *all, query, context),
            Kind::Row(_) => Err(SqlError::operand(1)),
            Kind::Call(name, args) => functions::call(self, expr, name, args, context),
            Kind::Aggregate(aggregate) => self.aggregate(aggregate, None, context),
            Kind::Window(window) => self.window(window, context),
            Kind::DateAdd {
                date,
                amount,
                unit,
                subtract,
            } => functions::dates::add(self, date, amount, *unit, *subtract, context),
            Kind::Extract(unit, value) => {
                let value = self.expr(value, context)?;
                Ok(functions::dates::extract(functions::dates::unit_name(*unit), &value))
            }
            Kind::TimestampDiff(unit, from, to) => {
                let (from, to) = (self.expr(from, context)?, self.expr(to, context)?);
                let unit = functions::dates::unit_name(*unit);
                let sql = format!("m_timestampdiff('{unit}', {}, {})", from.datetime(6), to.datetime(6));
                Ok(Typed::new(sql, Type::BIGINT))
            }
            Kind::Cast(inner, to) => {
                functions::castable(self.written(&inner.span), *to)?;
                Ok(functions::cast(&self.expr(inner, context)?, *to))
            }
            Kind::Trim {
                leading,
                trailing,
                what,
                from,
            } => {
                let value = self.expr(from, context)?;
                let what = match what {
                    Some(what) => self.expr(what, context)?.printed(),
                    None => "' '".into(),
                };
                let (leading, trailing) = (u8::from(*leading), u8::from(*trailing));
                let sql = format!("m_trim({}, {what}, {leading}, {trailing})", value.printed());
                Ok(Typed::new(sql, Type::Text(value.collation())))
            }
            Kind::Inserted(name) => self.inserted(name, context),
            Kind::DefaultOf(name) => {
                let value = context.column(name)?;
                let origin = value
                    .origin
                    .ok_or_else(|| SqlError::unknown_column(&name.name, context.clause))?;
                Ok(Typed::new(
                    default_of(origin.column).unwrap_or_else(|| "NULL".into()),
                    value.ty,
                ))
            }
        }
    }

    fn inserted(&self, name: &crate::store::mysql::read::tree::ColumnName, context: &Context<'_>) -> Result<Typed> {
        let columns = context.inserted.unwrap_or_default();
        let found = columns
            .iter()
            .find(|column| column.name.eq_ignore_ascii_case(&name.name));
        match found {
            Some(column) => Ok(column.value.clone()),
            None if context.inserted.is_some() => Err(SqlError::unknown_column(&name.name, context.clause)),
            // Outside of ON DUPLICATE KEY UPDATE it is NULL.
            None => context.column(name).map(|_| Typed::null()),
        }
    }

    fn unary(&self, whole: &Expr, operator: UnaryOperator, inner: &Expr, context: &Context<'_>) -> Result<Typed> {
        if let (UnaryOperator::Minus, Kind::Number(text)) = (operator, &inner.kind) {
            return negative_number(text);
        }
        let value = self.expr(inner, context)?;
        Ok(match operator {
            UnaryOperator::Minus => arithmetic::minus(&value, &self.reprinted(whole, context)),
            UnaryOperator::Plus => Typed { truth: false, ..value },
            UnaryOperator::Invert => arithmetic::invert(&value),
            UnaryOperator::Not => Typed::truth(format!("(NOT {})", value.condition())),
        })
    }

    /// Operators in a row, from left to right: there may be hundreds of them.
    fn chain(&self, whole: &Expr, context: &Context<'_>) -> Result<Typed> {
        let mut nodes = Vec::new();
        let mut first = whole;
        while let Kind::Binary(operator, left, right) = &first.kind {
            nodes.push((first, *operator, &**right));
            first = left;
        }
        let mut nodes = nodes.into_iter().rev();
        let mut value = match (nodes.next(), &first.kind) {
            (Some((_, operator, right)), Kind::Row(_) | Kind::Scalar(_)) if comparison(operator).is_some() => {
                self.compared(comparison(operator).unwrap_or("="), first, right, context)?
            }
            (Some((node, operator, right)), _) => {
                self.binary(node, operator, self.expr(first, context)?, right, context)?
            }
            (None, _) => self.expr(first, context)?,
        };
        for (node, operator, right) in nodes {
            value = self.binary(node, operator, value, right, context)?;
            self.checked(&value.sql)?;
        }
        Ok(value)
    }

    fn binary(
        &self,
        whole: &Expr,
        operator: BinaryOperator,
        left: Typed,
        right: &Expr,
        context: &Context<'_>,
    ) -> Result<Typed> {
        let right = self.expr(right, context)?;
        if let Some(sign) = comparison(operator) {
            return Ok(compare(sign, &left, &right));
        }
        if operator == BinaryOperator::Xor {
            return Ok(Typed::truth(format!("({} <> {})", left.condition(), right.condition())));
        }
        Ok(arithmetic::binary(
            operator,
            &left,
            &right,
            &self.reprinted(whole, context),
        ))
    }

    /// A comparison of two values, or of two rows.
    fn compared(&self, sign: &str, left: &Expr, right: &Expr, context: &Context<'_>) -> Result<Typed> {
        let (Kind::Row(lefts), Kind::Row(rights)) = (&left.kind, &right.kind) else {
            if let (Kind::Row(lefts), Kind::Scalar(query)) = (&left.kind, &right.kind)
                && sign == "="
            {
                return self.row_in_query(lefts, query, context);
            }
            if let (Kind::Scalar(query), Kind::Row(rights)) = (&left.kind, &right.kind)
                && sign == "="
            {
                return self.row_in_query(rights, query, context);
            }
            return Ok(compare(sign, &self.expr(left, context)?, &self.expr(right, context)?));
        };
        if lefts.len() != rights.len() {
            return Err(SqlError::operand(lefts.len()));
        }
        let pairs = lefts.iter().zip(rights);
        match sign {
            "=" | "IS" => {
                let terms: Result<Vec<String>> = pairs
                    .map(|(left, right)| Ok(self.compared(sign, left, right, context)?.sql))
                    .collect();
                Ok(Typed::truth(balanced(&terms?, "AND")))
            }
            "<>" => {
                let terms: Result<Vec<String>> = pairs
                    .map(|(left, right)| Ok(self.compared("<>", left, right, context)?.sql))
                    .collect();
                Ok(Typed::truth(balanced(&terms?, "OR")))
            }
            _ => {
                // The first pair that differs decides.
                let strict = sign.trim_end_matches('=');
                let mut whole = String::new();
                for (at, (left, right)) in pairs.enumerate().collect::<Vec<_>>().into_iter().rev() {
                    let last = at.saturating_add(1) == lefts.len();
                    let own = self
                        .compared(if last { sign } else { strict }, left, right, context)?
                        .sql;
                    whole = match last {
                        true => own,
                        false => format!(
                            "({own} OR ({} AND {whole}))",
                            self.compared("=", left, right, context)?.sql
                        ),
                    };
                    self.checked(&whole)?;
                }
                Ok(Typed::truth(whole))
            }
        }
    }

    fn connected(&self, terms: &[Expr], word: &str, context: &Context<'_>) -> Result<Typed> {
        let terms: Result<Vec<String>> = terms
            .iter()
            .map(|term| Ok(self.expr(term, context)?.condition()))
            .collect();
        Ok(Typed::truth(balanced(&terms?, word)))
    }

    fn collated(&self, inner: &Expr, name: &str, context: &Context<'_>) -> Result<Typed> {
        let name = name.to_ascii_lowercase();
        if !name.starts_with("utf8") && name != "binary" {
            return Err(match FOREIGN.iter().any(|set| name.starts_with(set)) {
                true => SqlError::foreign_collation(&name),
                false => SqlError::unknown_collation(&name),
            });
        }
        let value = self.expr(inner, context)?;
        let collation = match name.ends_with("_bin") || name == "binary" {
            true if name == "binary" => Collation::Binary,
            true => Collation::Padded,
            false => Collation::General,
        };
        Ok(Typed {
            ty: Type::Text(collation),
            sql: value.printed(),
            origin: value.origin.filter(|_| collation == Collation::General),
            compared: None,
            ..value
        })
    }

    fn is(&self, expr: &Expr, what: Option<bool>, negated: bool, context: &Context<'_>) -> Result<Typed> {
        let value = self.expr(expr, context)?;
        let not = if negated { "NOT " } else { "" };
        Ok(Typed::truth(match what {
            None => format!("({} IS {not}NULL)", value.sql),
            Some(true) => format!("({} IS {not}TRUE)", value.condition()),
            Some(false) => format!("({} IS {not}FALSE)", value.condition()),
        }))
    }

    fn between(&self, expr: &Expr, ends: [&Expr; 2], negated: bool, context: &Context<'_>) -> Result<Typed> {
        let [low, high] = ends;
        let (value, low, high) = (
            self.expr(expr, context)?,
            self.expr(low, context)?,
            self.expr(high, context)?,
        );
        if let Some((low, high)) =
            super::compare::by_index(">=", &value, &low).zip(super::compare::by_index("<=", &value, &high))
        {
            return Ok(negated_if(negated, Typed::truth(format!("({low} AND {high})"))));
        }
        let form = common_form(&[&value, &low, &high]);
        let sql = format!(
            "({}{} BETWEEN {} AND {})",
            in_form(&value, form),
            collate(form),
            in_form(&low, form),
            in_form(&high, form)
        );
        Ok(negated_if(negated, Typed::truth(sql)))
    }

    fn in_list(&self, expr: &Expr, list: &[Expr], context: &Context<'_>) -> Result<Typed> {
        if matches!(expr.kind, Kind::Row(_)) {
            let terms: Result<Vec<String>> = list
                .iter()
                .map(|one| match one.kind {
                    Kind::Row(_) => Ok(self.compared("=", expr, one, context)?.sql),
                    _ => Err(SqlError::operand(2)),
                })
                .collect();
            return Ok(Typed::truth(balanced(&terms?, "OR")));
        }
        let value = self.expr(expr, context)?;
        let values: Result<Vec<Typed>> = list.iter().map(|one| self.expr(one, context)).collect();
        let values = values?;
        if let [only] = values.as_slice() {
            return Ok(compare("=", &value, only));
        }
        if let Some(sql) = names_in(&value, &values) {
            return Ok(Typed::truth(sql));
        }
        if let Some(form) = same_form(&value, &values) {
            let list: Vec<String> = values.iter().map(|one| in_form(one, form)).collect();
            let sql = format!("({}{} IN ({}))", in_form(&value, form), collate(form), list.join(", "));
            return Ok(Typed::truth(sql));
        }
        let (value, hold) = self.held(value.in_comparison(), context);
        let terms: Vec<String> = values.iter().map(|one| compare("=", &value, one).sql).collect();
        Ok(Typed::truth(hold.around(balanced(&terms, "OR"))))
    }

    fn in_query(&self, expr: &Expr, query: &Query, context: &Context<'_>) -> Result<Typed> {
        match &expr.kind {
            Kind::Row(values) => self.row_in_query(values, query, context),
            _ => self.row_in_query(std::slice::from_ref(expr), query, context),
        }
    }

    fn row_in_query(&self, row: &[Expr], query: &Query, context: &Context<'_>) -> Result<Typed> {
        let selected = self.query(query, Some(context))?;
        if selected.columns.len() != row.len() {
            return Err(SqlError::operand(row.len()));
        }
        let (mut left, mut right) = (Vec::new(), Vec::new());
        let alias = self.alias();
        for (at, (expr, column)) in row.iter().zip(&selected.columns).enumerate() {
            let value = self.expr(expr, context)?;
            let other = Typed::new(format!("{alias}.c{at}"), column.ty);
            let form = form(&value, &other);
            left.push(format!("{}{}", in_form(&value, form), collate(form)));
            right.push(in_form(&other, form));
        }
        let left = match left.as_slice() {
            [one] => one.clone(),
            _ => format!("({})", left.join(", ")),
        };
        Ok(Typed::truth(format!(
            "({left} IN (SELECT {} FROM ({}) AS {alias}))",
            right.join(", "),
            selected.sql
        )))
    }

    fn like(&self, expr: &Expr, pattern: &Expr, escape: Option<&Expr>, context: &Context<'_>) -> Result<Typed> {
        let (value, pattern) = (self.expr(expr, context)?, self.expr(pattern, context)?);
        let escape = match escape {
            Some(escape) => self.expr(escape, context)?.printed(),
            None => "'\\'".into(),
        };
        let binary = binary_of(&value, &pattern);
        Ok(Typed::truth(format!(
            "m_like({}, {}, {escape}, {binary})",
            value.printed(),
            pattern.printed()
        )))
    }

    fn case(
        &self,
        operand: Option<&Expr>,
        branches: &[(Expr, Expr)],
        otherwise: Option<&Expr>,
        context: &Context<'_>,
    ) -> Result<Typed> {
        let operand = operand.map(|operand| self.expr(operand, context)).transpose()?;
        let (operand, hold) = match operand {
            Some(operand) => {
                let (operand, hold) = self.held(operand.in_comparison(), context);
                (Some(operand), hold)
            }
            None => (None, Hold::default()),
        };
        let mut whens = Vec::new();
        let mut thens = Vec::new();
        for (when, then) in branches {
            let when = self.expr(when, context)?;
            whens.push(match &operand {
                Some(operand) => compare_carried("=", operand, &when).sql,
                None => when.condition(),
            });
            thens.push(self.expr(then, context)?);
        }
        let has_else = otherwise.is_some();
        let otherwise = otherwise.map_or_else(|| Ok(Typed::null()), |other| self.expr(other, context))?;
        let chosen = chosen(&whens, &thens, &otherwise);
        Ok(Typed {
            compared: chosen.compared.map(|compared| hold.clone().around(compared)),
            stored_text: chosen.stored_text.map(|text| hold.clone().around(text)),
            // A NULL that is written makes it a number, also for JSON.
            truth: chosen.truth && thens.iter().all(|then| then.truth) && (otherwise.truth || !has_else),
            ..Typed::new(hold.around(chosen.sql), chosen.ty)
        })
    }

    fn scalar(&self, query: &Query, context: &Context<'_>) -> Result<Typed> {
        let selected = self.query(query, Some(context))?;
        let [column] = selected.columns.as_slice() else {
            return Err(SqlError::operand(1));
        };
        let sql = match selected.one_row {
            true => format!("({})", selected.sql),
            false => format!("(SELECT m_one(c0) FROM (SELECT c0 FROM ({}) LIMIT 2))", selected.sql),
        };
        Ok(Typed::new(sql, column.ty))
    }

    /// `x > ANY (…)` and `x > ALL (…)`: a row decides, else a NULL, else there is none.
    fn quantified(
        &self,
        left: &Expr,
        operator: BinaryOperator,
        all: bool,
        query: &Query,
        context: &Context<'_>,
    ) -> Result<Typed> {
        let sign = comparison(operator).unwrap_or("=");
        let value = self.expr(left, context)?;
        let selected = self.query(query, Some(context))?;
        let [column] = selected.columns.as_slice() else {
            return Err(SqlError::operand(1));
        };
        if has_window(left) {
            return Err(SqlError::misplaced_window());
        }
        let (value, hold) = self.held(value, context);
        let alias = self.alias();
        let other = Typed::new(format!("{alias}.c0"), column.ty);
        let holds = compare(sign, &value, &other).sql;
        let rows = &selected.sql;
        let (deciding, decision, rest) = match all {
            true => (format!("NOT {holds}"), 0, 1),
            false => (holds.clone(), 1, 0),
        };
        let sql = format!(
            "CASE WHEN EXISTS (SELECT 1 FROM ({rows}) AS {alias} WHERE {deciding}) THEN {decision} \
             WHEN EXISTS (SELECT 1 FROM ({rows}) AS {alias} WHERE {holds} IS NULL) THEN NULL ELSE {rest} END"
        );
        Ok(Typed::truth(hold.around(format!("({sql})"))))
    }
}

/// SQLite's sign of a comparison.
fn comparison(operator: BinaryOperator) -> Option<&'static str> {
    Some(match operator {
        BinaryOperator::Equal => "=",
        BinaryOperator::NullSafeEqual => "IS",
        BinaryOperator::NotEqual => "<>",
        BinaryOperator::Less => "<",
        BinaryOperator::LessOrEqual => "<=",
        BinaryOperator::Greater => ">",
        BinaryOperator::GreaterOrEqual => ">=",
        _ => return None,
    })
}

fn negated_if(negated: bool, value: Typed) -> Typed {
    match negated {
        true => Typed::truth(format!("(NOT {})", value.sql)),
        false => value,
    }
}

/// 1 when one of two texts compares by its bytes.
pub fn binary_of(left: &Typed, right: &Typed) -> u8 {
    u8::from(left.collation().stricter(right.collation()) != Collation::General)
}

/// The form that all values of an IN have with the left one, if it is one.
fn same_form(value: &Typed, values: &[Typed]) -> Option<Form> {
    let mut forms = values
        .iter()
        .filter(|one| one.literal != Some(Literal::Null))
        .map(|one| form(value, one));
    let first = forms.next()?;
    // Only `=` unquotes what was extracted from JSON.
    let first = match first {
        Form::Json => return Some(Form::Text(Collation::General)),
        first => first,
    };
    if !matches!(first, Form::Exact(_) | Form::Whole) {
        return forms.all(|form| form == first).then_some(first);
    }
    // Several are compared with the places that they carry.
    let mut dec = value.ty.decimal()?;
    for one in values.iter().filter(|one| one.literal != Some(Literal::Null)) {
        dec = dec.with(one.ty.decimal()?);
    }
    Some(Form::Exact(dec))
}

/// The value of the first condition that holds, in the type that holds them all.
pub fn chosen(whens: &[String], thens: &[Typed], otherwise: &Typed) -> Typed {
    let ty = thens.iter().fold(otherwise.ty, |ty, then| then.ty.joined(ty));
    let mut sql = String::from("(CASE");
    for (when, then) in whens.iter().zip(thens) {
        sql.push_str(&format!(" WHEN {when} THEN {}", then.converted(ty)));
    }
    sql.push_str(&format!(" ELSE {} END)", otherwise.converted(ty)));
    let stored_text = matches!(ty, Type::Dec(_)).then(|| chosen_text(whens, thens, otherwise));
    let compared = thens
        .iter()
        .chain([otherwise])
        .any(|value| value.compared.is_some())
        .then(|| ty.is_temporal().then(|| chosen_in_comparison(whens, thens, otherwise)))
        .flatten();
    let truth = thens
        .iter()
        .chain([otherwise])
        .all(|value| value.truth || value.ty == Type::Null)
        && ty != Type::Null;
    Typed {
        truth,
        compared,
        stored_text,
        ..Typed::new(sql, ty)
    }
}

/// What a column of texts stores of the chosen value.
fn chosen_text(whens: &[String], thens: &[Typed], otherwise: &Typed) -> String {
    let branches = whens.iter().zip(thens);
    let branches: String = branches
        .map(|(when, then)| format!(" WHEN {when} THEN {}", then.stored_text()))
        .collect();
    format!("(CASE{branches} ELSE {} END)", otherwise.stored_text())
}

/// The chosen value as it stands in a comparison.
fn chosen_in_comparison(whens: &[String], thens: &[Typed], otherwise: &Typed) -> String {
    let thens: Vec<Typed> = thens.iter().map(Typed::in_comparison).collect();
    chosen(whens, &thens, &otherwise.in_comparison()).sql
}

/// The SELECT around an expression that names a value more than once.
#[derive(Clone, Default)]
pub struct Hold {
    value: Option<(String, String)>,
}

impl Hold {
    /// Puts the SELECT around.
    pub fn around(self, sql: String) -> String {
        match self.value {
            // Without its LIMIT SQLite would put the value in wherever it is named.
            Some((value, alias)) => format!("(SELECT {sql} FROM (SELECT {value} AS h LIMIT -1) AS {alias})"),
            None => sql,
        }
    }
}

impl Compiler<'_> {
    /// A value that can be named more than once. Among groups it stays as it is: an aggregate would be taken for one
    /// of the SELECT that holds it.
    pub fn held(&self, value: Typed, context: &Context<'_>) -> (Typed, Hold) {
        if value.is_short() || !context.may_hold() || value.sql.contains(" OVER (") {
            return (value, Hold::default());
        }
        let alias = self.alias();
        let sql = format!("{alias}.h");
        let hold = Hold {
            value: Some((value.sql.clone(), alias)),
        };
        let value = Typed {
            sql,
            number: None,
            origin: None,
            compared: None,
            ..value
        };
        (value, hold)
    }
}

/// Terms joined by a word, as a tree of least depth.
pub fn balanced(terms: &[String], word: &str) -> String {
    match terms {
        [] => "1".into(),
        [one] => one.clone(),
        several => {
            let (left, right) = several.split_at(several.len() / 2);
            format!("({} {word} {})", balanced(left, word), balanced(right, word))
        }
    }
}

/// A number as it was written.
fn number(text: &str) -> Result<Typed> {
    if text.contains(['e', 'E']) {
        let number: f64 = text.parse().unwrap_or(f64::INFINITY);
        if !number.is_finite() {
            return Err(SqlError::illegal_double(text));
        }
        return Ok(Typed {
            literal: Some(Literal::Number(number)),
            ..Typed::new(double_literal(number), Type::DOUBLE)
        });
    }
    match text.split_once('.') {
        Some((whole, places)) => decimal(whole, places),
        None => Ok(match (text.parse::<i64>(), text.parse::<u64>()) {
            (Ok(number), _) => Typed::int(number),
            (_, Ok(number)) => Typed::new(wide_literal(i128::from(number)), Type::UInt),
            _ => decimal(text, "")?,
        }),
    }
}

fn negative_number(text: &str) -> Result<Typed> {
    if text == "9223372036854775808" {
        return Ok(Typed::int(i64::MIN));
    }
    let value = number(text)?;
    Ok(match value.literal {
        Some(Literal::Int(number)) => {
            let negative = Typed::int(number.wrapping_neg());
            Typed {
                ty: value.ty,
                ..negative
            }
        }
        Some(Literal::Number(number)) if value.ty == Type::DOUBLE => Typed {
            literal: Some(Literal::Number(-number)),
            ..Typed::new(double_literal(-number), Type::DOUBLE)
        },
        _ => {
            let negative = |literal: &Literal| match literal {
                Literal::Number(number) => Literal::Number(-number),
                other => other.clone(),
            };
            Typed {
                literal: value.literal.as_ref().map(negative),
                ..arithmetic::minus(&value, &format!("-{text}"))
            }
        }
    })
}

fn decimal(whole: &str, places: &str) -> Result<Typed> {
    let whole = whole.trim_start_matches('0');
    let most = usize::from(WIDE).saturating_sub(whole.len());
    let places = places.get(..places.len().min(most)).unwrap_or_default();
    let digits = format!("{whole}{places}");
    let number: i128 = match digits.as_str() {
        "" => 0,
        digits => digits
            .parse()
            .ok()
            .filter(|_| digits.len() <= usize::from(WIDE))
            .ok_or_else(|| SqlError::out_of_range("DECIMAL", whole))?,
    };
    let count = |text: &str| u8::try_from(text.len()).unwrap_or(WIDE);
    let dec = Dec::new(count(whole), count(places));
    let sql = match (dec.is_wide(), i64::try_from(number)) {
        (false, Ok(number)) => number.to_string(),
        _ => wide_literal(number),
    };
    let value = Typed::new(sql, Type::Dec(dec));
    Ok(Typed {
        literal: format!("{whole}.{places}").parse().ok().map(Literal::Number),
        ..value
    })
}

/// `0x4142` is a text of these bytes, and a number where one is wanted.
fn bytes_literal(bytes: &[u8]) -> Typed {
    let text = String::from_utf8_lossy(bytes);
    let tail = bytes.len().saturating_sub(8);
    let number = bytes
        .get(tail..)
        .unwrap_or_default()
        .iter()
        .fold(0_u64, |number, byte| (number << 8) | u64::from(*byte));
    Typed {
        number: Some(Box::new(Typed::new(wide_literal(i128::from(number)), Type::UInt))),
        ..Typed::new(text_literal(&text), Type::Text(Collation::Binary))
    }
}
