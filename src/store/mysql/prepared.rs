//! A statement that is ready to run: what the typed layer prints. It holds nothing of the moment or of the caller, so
//! that it can be kept for the next call with the same text.

use super::plan::Plan;
use super::typed::types::Type;

/// A statement that is ready to run.
#[derive(Debug)]
pub enum Prepared {
    /// `SELECT`, `SHOW`, `DESCRIBE`.
    Read(Read),
    Write(Plan),
}

/// A statement with rows.
#[derive(Debug)]
pub struct Read {
    /// One SELECT for SQLite. Its only parameter is [`super::plan::NOW`].
    pub sql: String,
    /// Its columns in order: label and type. Of equal labels the last value is shown, in the place of the first.
    pub columns: Vec<(String, Type)>,
}

impl Prepared {
    /// Returns about how many bytes it takes.
    pub fn size(&self) -> usize {
        let texts = match self {
            Prepared::Read(read) => {
                let labels: usize = read
                    .columns
                    .iter()
                    .map(|(label, _)| label.len() + size_of::<(String, Type)>())
                    .sum();
                read.sql.len() + labels
            }
            Prepared::Write(plan) => plan.size(),
        };
        size_of::<Prepared>() + texts
    }
}
