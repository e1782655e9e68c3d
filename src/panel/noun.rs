//! Nouns: the types of things of a panel that can be read, created, edited and deleted.
//!
//! Most nouns have the same structure: a table with a key, columns that must be unique, and a few rules of
//! their own. [`TableNoun`] implements this structure; a noun is a constant of it with its rules as
//! functions. Only devices, which are stored in two tables, implement [`Noun`] themselves.

use rusqlite::types::Value;

use super::access;
use super::audit;
use super::context::Context;
use super::draft::{Change, Draft};
use super::error::{Error, Result, Thing, Unique};
use super::fields::Fields;
use crate::store::view::{Owner, View};

/// A type of thing that a dialect can read and change by its id.
pub trait Noun: Sync {
    /// The view through which it is read.
    fn view(&self) -> &'static View;

    /// The name of the thing in a "not found" error.
    fn thing(&self) -> Thing;

    /// Creates one and returns its id.
    ///
    /// # Errors
    /// A fault of the draft, or a rule of the noun.
    fn create(&self, context: &Context<'_>, draft: &Draft) -> Result<i64>;

    /// Changes one; columns that the draft does not contain stay.
    ///
    /// # Errors
    /// [`Error::NotFound`] before anything else, then as [`Noun::create`].
    fn edit(&self, context: &Context<'_>, id: i64, draft: &Draft) -> Result<()>;

    /// Deletes one, with the rows that belong only to it.
    ///
    /// # Errors
    /// [`Error::NotFound`], or a rule of the noun.
    fn delete(&self, context: &Context<'_>, id: i64) -> Result<()>;

    /// Refuses an id of no row that the caller may see.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    fn must_exist(&self, context: &Context<'_>, id: i64) -> Result<()> {
        context.must_see(self.view(), self.thing(), id)?;
        match self.exists_for_anyone(context, id)? {
            true => Ok(()),
            false => Err(Error::NotFound(self.thing())),
        }
    }

    /// Whether there is a row with this id, with any owner. For dialects whose contract distinguishes a row
    /// of another owner from a row that does not exist; nothing else about the row may be revealed.
    fn exists_for_anyone(&self, context: &Context<'_>, id: i64) -> Result<bool> {
        let View { table, key, only, .. } = self.view();
        // A kind of content is a part of its table.
        let sql = match only {
            Some(only) => format!("SELECT 1 FROM {table} WHERE {key} = ?1 AND ({only})"),
            None => format!("SELECT 1 FROM {table} WHERE {key} = ?1"),
        };
        Ok(context.db.prepare_cached(&sql)?.exists([id])?)
    }
}

/// The path of the control plane; no thing whose name is used in a path may have this name.
pub const RESERVED: &str = "_linecard";

/// Whether this is the reserved name. Letter case and trailing spaces do not count, as in all comparisons of
/// names.
pub fn is_reserved(name: &str) -> bool {
    name.trim_end_matches(' ').eq_ignore_ascii_case(RESERVED)
}

/// A noun that is stored in one table.
pub struct TableNoun {
    pub view: &'static View,
    pub thing: Thing,
    /// The column of the account that owns a row. Callers who are not administrators may only set it to
    /// accounts of their family; without a value, a new row belongs to the caller.
    pub account: Option<&'static str>,
    /// Columns that refer to other rows of this noun. Callers who are not administrators may only refer to
    /// rows that they may see.
    pub refers: &'static [&'static str],
    /// A column whose values must be unique, how its values are compared (`column = ?1`), and the error for a
    /// taken one.
    pub unique: Option<(&'static str, &'static str, Unique)>,
    /// The fields whose default differs from their column's: a new row gets it, and an edit that clears one.
    pub fields: Option<&'static Fields>,
    /// Checks rules between values and generates values; the id is `None` on create.
    pub prepare: fn(&Context<'_>, &mut Change, Option<i64>) -> Result<()>,
    /// Runs after the check of uniqueness: the rules of a balance, and work that is too expensive to do
    /// before.
    pub settle: fn(&Context<'_>, &mut Change, Option<i64>) -> Result<()>,
    /// Values that are not columns of this table; they are passed to `follow`.
    pub beside: &'static [&'static str],
    /// Updates other tables after a write. Gets the values of `beside`.
    pub follow: fn(&Context<'_>, Change, i64) -> Result<()>,
    /// Deletes or detaches dependent rows before a row is deleted.
    pub release: fn(&Context<'_>, i64) -> Result<()>,
}

impl TableNoun {
    /// Creates a noun without rules of its own, to be completed with struct update syntax.
    pub const fn new(view: &'static View, thing: Thing) -> TableNoun {
        TableNoun {
            view,
            thing,
            account: None,
            refers: &[],
            unique: None,
            fields: None,
            prepare: |_, _, _| Ok(()),
            settle: |_, _, _| Ok(()),
            beside: &[],
            follow: |_, _, _| Ok(()),
            release: |_, _| Ok(()),
        }
    }

    /// Refuses a value of the unique column that another row has, or that is a path of Linecard itself.
    ///
    /// # Errors
    /// [`Error::Taken`].
    pub fn check_unique(&self, context: &Context<'_>, change: &Change, own: Option<i64>) -> Result<()> {
        let Some((column, equal, taken)) = self.unique else {
            return Ok(());
        };
        let Some(Value::Text(text)) = change.get(column) else {
            return Ok(());
        };
        if taken.is_in_paths() && is_reserved(text) {
            return Err(Error::Invalid(column.into()));
        }
        let View { table, key, .. } = self.view;
        let sql = format!("SELECT 1 FROM {table} WHERE {equal} AND {key} IS NOT ?2");
        match context.db.prepare_cached(&sql)?.exists((text, own))? {
            true => Err(Error::Taken(taken)),
            false => Ok(()),
        }
    }

    /// Restricts a write of a caller who is not an administrator to its family.
    fn keep_in_family(&self, context: &Context<'_>, change: &mut Change, own: Option<i64>) -> Result<()> {
        if context.caller.is_admin() {
            return Ok(());
        }
        context.must_change(self.view, self.thing)?;
        if let Some(id) = own {
            context.must_see(self.view, self.thing, id)?;
        }
        for column in self.refers {
            if let Some(id) = change.int(column)
                && !context.sees(self.view, id)?
            {
                return Err(Error::Invalid((*column).into()));
            }
        }
        let Some(column) = self.account else {
            return Ok(());
        };
        if own.is_none() && change.get(column).is_none() {
            change.set(column, context.caller.id());
        }
        if change.get(column).is_none() {
            return Ok(());
        }
        let account = change.int(column).unwrap_or(0);
        let of_family = context.caller.has_in_family(context.db, account)?;
        // An account below itself would be outside the family, with all accounts below it. The id of any other row is
        // no account's.
        let below_itself = match (own, self.view.owner) {
            (Some(id), Owner::Account("users.id")) => access::is_below(context.db, account, id)?,
            _ => false,
        };
        match of_family && !below_itself {
            true => Ok(()),
            false => Err(Error::Invalid(column.into())),
        }
    }

    /// Sets the defaults of fields that a new row lacks, and of those that are null.
    fn set_new_values(&self, change: &mut Change, own: Option<i64>) {
        for (column, value) in self.fields.into_iter().flat_map(Fields::new_values) {
            let is_wanted = match change.get(column) {
                None => own.is_none(),
                Some(sent) => *sent == Value::Null,
            };
            if is_wanted {
                change.set(column, value);
            }
        }
    }

    /// Writes columns whose values another noun has checked.
    ///
    /// # Errors
    /// As [`Noun::edit`] without the faults of a draft.
    pub fn write(&self, context: &Context<'_>, mut change: Change, own: Option<i64>) -> Result<i64> {
        let View { table, key, .. } = self.view;
        self.keep_in_family(context, &mut change, own)?;
        self.set_new_values(&mut change, own);
        (self.prepare)(context, &mut change, own)?;
        self.check_unique(context, &change, own)?;
        (self.settle)(context, &mut change, own)?;
        let beside = change.split(|column| self.beside.contains(&column));
        let id = match own {
            Some(id) => change.update(context, table, key, id).map(|()| id)?,
            None => change.insert(context, table)?,
        };
        (self.follow)(context, beside, id)?;
        Ok(id)
    }
}

impl Noun for TableNoun {
    fn view(&self) -> &'static View {
        self.view
    }

    fn thing(&self) -> Thing {
        self.thing
    }

    fn create(&self, context: &Context<'_>, draft: &Draft) -> Result<i64> {
        let change = draft.resolve(context)?;
        self.write(context, change, None)
    }

    fn edit(&self, context: &Context<'_>, id: i64, draft: &Draft) -> Result<()> {
        context.must_change(self.view, self.thing)?;
        self.must_exist(context, id)?;
        let change = draft.resolve(context)?;
        self.write(context, change, Some(id)).map(|_| ())
    }

    fn delete(&self, context: &Context<'_>, id: i64) -> Result<()> {
        context.must_change(self.view, self.thing)?;
        self.must_exist(context, id)?;
        (self.release)(context, id)?;
        let View { table, key, .. } = self.view;
        audit::deleting(context, table, key, id)?;
        context
            .db
            .prepare_cached(&format!("DELETE FROM {table} WHERE {key} = ?1"))?
            .execute([id])?;
        Ok(())
    }
}

/// Generates a random username that no row of `table` has. Usernames of lines and of accounts are
/// independent.
pub fn free_username(context: &Context<'_>, table: &str, alphabet: &[u8], length: usize) -> Result<String> {
    let sql = format!("SELECT 1 FROM {table} WHERE rtrim(username) = ?1 COLLATE NOCASE");
    let mut taken = context.db.prepare_cached(&sql)?;
    loop {
        let username = context.panel.rng().text(alphabet, length);
        if !taken.exists([&username])? {
            return Ok(username);
        }
    }
}
