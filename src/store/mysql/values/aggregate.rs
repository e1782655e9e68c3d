//! Aggregates that SQLite lacks: GROUP_CONCAT as MariaDB cuts it, the first row of a group, the only row of a
//! sub-query.

use rusqlite::functions::{Aggregate, Context, FunctionFlags};
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{Connection, Result, ToSql};

use super::args::{pure, text};
use super::statement::{self, LONGEST};
use super::text::cut_bytes;
use crate::store::mysql::errors::SqlError;

/// Registers:
///
/// * `m_joined(x)`: the texts of a group, without NULLs, as a BLOB for `m_separated`; NULL without any
/// * `m_separated(joined, separator [, skipped, taken])`: the text that GROUP_CONCAT gives
/// * `m_first(x, key, …)`: the `x` of the row with the least keys
/// * `m_one(x)`: the `x` of the only row, NULL without one; a second row is an error
pub fn register(db: &Connection) -> Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_DIRECTONLY;
    db.create_aggregate_function("m_joined", 1, flags, Joined)?;
    db.create_aggregate_function("m_first", -1, flags, First)?;
    db.create_aggregate_function("m_one", 1, flags, One)?;
    pure(db, "m_separated", -1, |context| {
        let (Some(joined), Some(separator)) = (context.get_raw(0).as_blob_or_null()?, text(context, 1)?) else {
            return Ok(None);
        };
        let count = |at: usize| match at < context.len() {
            true => Ok(usize::try_from(context.get::<i64>(at)?).ok()),
            false => Ok::<_, rusqlite::Error>(None),
        };
        let (skipped, taken) = (count(2)?.unwrap_or(0), count(3)?.unwrap_or(usize::MAX));
        separated(joined, separator, skipped, taken).map(Some)
    })
}

/// The database's `group_concat_max_len`, in bytes.
const MOST_JOINED: usize = 1 << 20;

/// Bytes in front of each text that tell its length.
const PREFIX: usize = 4;

struct Joined;

impl Aggregate<Vec<u8>, Option<Vec<u8>>> for Joined {
    fn init(&self, _: &mut Context<'_>) -> Result<Vec<u8>> {
        Ok(Vec::new())
    }

    fn step(&self, context: &mut Context<'_>, joined: &mut Vec<u8>) -> Result<()> {
        let Some(x) = text(context, 0)? else {
            return Ok(());
        };
        // One more byte than fits says that it was cut.
        let x = cut_bytes(x, i64::try_from(MOST_JOINED).unwrap_or(i64::MAX));
        let bytes = x.len().saturating_add(PREFIX);
        if joined.len().saturating_add(bytes) > LONGEST {
            return Ok(());
        }
        statement::spend(bytes)?;
        joined.extend(u32::try_from(x.len()).unwrap_or(0).to_be_bytes());
        joined.extend(x.as_bytes());
        Ok(())
    }

    fn finalize(&self, _: &mut Context<'_>, joined: Option<Vec<u8>>) -> Result<Option<Vec<u8>>> {
        Ok(joined.filter(|joined| !joined.is_empty()))
    }
}

fn separated(mut joined: &[u8], separator: &str, skipped: usize, taken: usize) -> Result<String> {
    let mut all = String::new();
    let mut first = true;
    let mut at = 0_usize;
    while let Some((prefix, rest)) = joined.split_first_chunk::<PREFIX>() {
        let length = usize::try_from(u32::from_be_bytes(*prefix)).unwrap_or(0);
        let Some((x, rest)) = rest.split_at_checked(length) else {
            break;
        };
        joined = rest;
        at = at.saturating_add(1);
        if at <= skipped {
            continue;
        }
        if at.saturating_sub(skipped) > taken {
            break;
        }
        if !std::mem::take(&mut first) {
            append(&mut all, separator)?;
        }
        append(&mut all, std::str::from_utf8(x).unwrap_or_default())?;
        if all.len() > MOST_JOINED {
            break;
        }
    }
    let end = all.floor_char_boundary(MOST_JOINED);
    all.truncate(end);
    Ok(all)
}

fn append(all: &mut String, piece: &str) -> Result<()> {
    statement::spend(piece.len())?;
    all.push_str(piece);
    Ok(())
}

/// A value of any type as a result.
struct Any(Value);

impl ToSql for Any {
    fn to_sql(&self) -> Result<ToSqlOutput<'_>> {
        self.0.to_sql()
    }
}

fn owned(value: ValueRef<'_>) -> Result<Value> {
    let bytes = match value {
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => bytes.len(),
        _ => 0,
    };
    statement::spend(bytes)?;
    Ok(Value::try_from(value)?)
}

struct First;

/// The least keys so far, and their value.
type Least = Option<(Vec<Value>, Value)>;

impl Aggregate<Least, Any> for First {
    fn init(&self, _: &mut Context<'_>) -> Result<Least> {
        Ok(None)
    }

    fn step(&self, context: &mut Context<'_>, least: &mut Least) -> Result<()> {
        if context.is_empty() {
            return Ok(());
        }
        let is_less = match least {
            None => true,
            Some((keys, _)) => keys
                .iter()
                .zip(1..context.len())
                .map(|(key, at)| order(context.get_raw(at), key.into()))
                .find(|order| order.is_ne())
                .is_some_and(std::cmp::Ordering::is_lt),
        };
        if is_less {
            let keys = (1..context.len())
                .map(|at| owned(context.get_raw(at)))
                .collect::<Result<_>>()?;
            *least = Some((keys, owned(context.get_raw(0))?));
        }
        Ok(())
    }

    fn finalize(&self, _: &mut Context<'_>, least: Option<Least>) -> Result<Any> {
        Ok(Any(least.flatten().map_or(Value::Null, |(_, x)| x)))
    }
}

/// The order of SQLite: NULL, numbers, texts, blobs.
fn order(a: ValueRef<'_>, b: ValueRef<'_>) -> std::cmp::Ordering {
    use ValueRef::{Blob, Integer, Null, Real, Text};
    let rank = |value: ValueRef<'_>| match value {
        Null => 0,
        Integer(_) | Real(_) => 1,
        Text(_) => 2,
        Blob(_) => 3,
    };
    match (a, b) {
        (Integer(a), Integer(b)) => a.cmp(&b),
        (Text(a), Text(b)) | (Blob(a), Blob(b)) => a.cmp(b),
        (Real(a), Real(b)) => a.total_cmp(&b),
        _ => rank(a).cmp(&rank(b)),
    }
}

struct One;

impl Aggregate<Option<Value>, Any> for One {
    fn init(&self, _: &mut Context<'_>) -> Result<Option<Value>> {
        Ok(None)
    }

    fn step(&self, context: &mut Context<'_>, one: &mut Option<Value>) -> Result<()> {
        if one.is_some() {
            return Err(statement::fail(SqlError::several_rows()));
        }
        *one = Some(owned(context.get_raw(0))?);
        Ok(())
    }

    fn finalize(&self, _: &mut Context<'_>, one: Option<Option<Value>>) -> Result<Any> {
        Ok(Any(one.flatten().unwrap_or(Value::Null)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::answers::check;
    use super::super::text as texts;
    use super::*;

    #[test]
    fn groups_are_joined_and_cut_as_in_the_database() {
        check(
            &[register, texts::register],
            &[
                (
                    "m_separated(m_joined(column1 ORDER BY column1), '-') FROM (VALUES ('b'), ('a'), (NULL))",
                    "a-b",
                ),
                (
                    "m_separated(m_joined(column1), ',') FROM (VALUES ('b'), ('a'), (NULL))",
                    "b,a",
                ),
                (
                    "m_separated(m_joined(DISTINCT column1), ',') FROM (VALUES ('b'), ('b'))",
                    "b",
                ),
                ("m_separated(m_joined(column1), ',') FROM (VALUES (NULL))", "NULL"),
                ("m_separated(m_joined(column1), ',') FROM (VALUES ('')) WHERE 0", "NULL"),
                (
                    "m_separated(m_joined(column1), ',') FROM (VALUES ('a'), (''), (''))",
                    "a,,",
                ),
                ("m_separated(m_joined(column1), ',') FROM (VALUES (''))", ""),
                ("m_separated(m_joined(column1), NULL) FROM (VALUES (''))", "NULL"),
                (
                    "m_length(m_separated(m_joined(m_repeat('é', 400000)), '')) FROM (VALUES (1), (2), (3))",
                    "1048576",
                ),
                (
                    "m_length(m_separated(m_joined(m_repeat('é', 300000)), 'zzz')) FROM (VALUES (1), (2), (3))",
                    "1048575",
                ),
                (
                    "m_right(m_separated(m_joined(column1), 'zé'), 2) \
                     FROM (SELECT m_repeat('a', 1048575) AS column1 UNION ALL SELECT 'b')",
                    "az",
                ),
            ],
        );
    }

    #[test]
    fn the_first_row_is_the_one_of_the_least_keys() {
        check(
            &[register],
            &[
                (
                    "m_first(column1, column2) FROM (VALUES ('b', 2), ('a', 1), ('c', 3))",
                    "a",
                ),
                (
                    "m_first(column1, column2, column3) FROM (VALUES ('b', 1, 2), ('a', 1, 1), ('c', 0, 3))",
                    "c",
                ),
                ("m_first(column1, column2) FROM (VALUES ('b', 2), (NULL, 1))", "NULL"),
                ("m_first(column1, column2) FROM (VALUES ('b', 1), ('a', NULL))", "a"),
                ("m_first(column1, column2) FROM (VALUES ('b', 1)) WHERE 0", "NULL"),
                ("m_first(column1) FROM (VALUES (1), (2))", "1"),
            ],
        );
    }

    #[test]
    fn a_second_row_is_an_error() {
        check(
            &[register],
            &[
                ("m_one(column1) FROM (VALUES (5))", "5"),
                ("m_one(column1) FROM (VALUES (5)) WHERE 0", "NULL"),
                ("m_one(column1) FROM (VALUES (NULL))", "NULL"),
                (
                    "m_one(column1) FROM (VALUES (5), (5))",
                    "! Subquery returns more than 1 row",
                ),
            ],
        );
    }
}
