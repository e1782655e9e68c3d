//! From a statement's tree to SQL for SQLite: names, types, grouping.

pub mod aggregate;
mod arithmetic;
mod compare;
pub mod compiler;
mod expression;
pub mod functions;
mod insert;
pub mod query;
mod recursive;
mod reprint;
pub mod scope;
mod select;
pub mod source;
pub mod types;
pub mod value;
mod write;

use super::errors::SqlError;
use super::plan::Plan;
use super::prepared::{Prepared, Read};
use super::read::tree::Statement;
use super::show;
use compiler::Compiler;

/// Makes a statement ready to run; `text` is what it was read from.
///
/// # Errors
/// [`SqlError::Failed`]: names that are unknown, and whatever else MariaDB tells before it runs a statement.
pub fn prepare(statement: &Statement, text: &str) -> Result<Prepared, SqlError> {
    let compiler = Compiler::new(text);
    let write = |plan: Plan| Prepared::Write(plan);
    match statement {
        Statement::Query(query) => {
            let selected = compiler.query(query, None)?;
            let columns = selected.columns.into_iter().map(|column| (column.label, column.ty));
            Ok(Prepared::Read(Read {
                columns: columns.collect(),
                sql: selected.sql,
            }))
        }
        Statement::Show(show) => show::show(show).map(Prepared::Read),
        Statement::Insert(insert) => compiler.insert(insert).map(write),
        Statement::Update(update) => compiler.update(update).map(write),
        Statement::Delete(delete) => compiler.delete(delete).map(write),
    }
}
