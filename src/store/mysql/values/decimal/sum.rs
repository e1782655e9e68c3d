//! The aggregate `m_sum(v)`, always wide, which serves in windows too.

use rusqlite::Result;
use rusqlite::functions::{Aggregate, Context, WindowAggregate};
use rusqlite::types::Value;

use super::functions::argument;
use crate::store::mysql::errors::SqlError;
use crate::store::mysql::values::statement::fail;
use crate::store::mysql::values::wide::{self, Held};

/// The aggregate.
pub struct Sum;

/// A sum of the rows so far.
pub struct Total {
    rows: u64,
    sum: i128,
}

impl Total {
    fn value(&self) -> Result<Value> {
        match self.rows {
            0 => Ok(Value::Null),
            _ => wide::held(Some(self.sum), Held::Wide, "DECIMAL", "SUM"),
        }
    }
}

impl Aggregate<Total, Value> for Sum {
    fn init(&self, _: &mut Context<'_>) -> Result<Total> {
        Ok(Total { rows: 0, sum: 0 })
    }

    fn step(&self, context: &mut Context<'_>, total: &mut Total) -> Result<()> {
        let Some(number) = argument(context, 0)? else {
            return Ok(());
        };
        total.rows += 1;
        total.sum = match total.sum.checked_add(number) {
            Some(sum) => sum,
            None => return Err(fail(SqlError::out_of_range("DECIMAL", "SUM"))),
        };
        Ok(())
    }

    fn finalize(&self, _: &mut Context<'_>, total: Option<Total>) -> Result<Value> {
        total.map_or(Ok(Value::Null), |total| total.value())
    }
}

impl WindowAggregate<Total, Value> for Sum {
    fn value(&self, total: Option<&mut Total>) -> Result<Value> {
        total.map_or(Ok(Value::Null), |total| total.value())
    }

    fn inverse(&self, context: &mut Context<'_>, total: &mut Total) -> Result<()> {
        if let Some(number) = argument(context, 0)? {
            total.rows = total.rows.saturating_sub(1);
            total.sum = total.sum.saturating_sub(number);
        }
        Ok(())
    }
}
