//! Nouns: the things of a panel that can be read, created, edited and deleted.
//!
//! Most of them are the same thing again and again: a table with a key, columns that must be
//! unique, and a few rules of their own. [`TableNoun`] is that thing; a noun is a constant of it with
//! its rules as functions, and only devices, which live in two tables, do it themselves.

use rusqlite::types::Value;

use super::access;
use super::context::Context;
use super::draft::{Change, Draft};
use super::error::{Error, Result, Thing, Unique};
use crate::store::view::{Owner, View};

/// A kind of thing that a dialect can work on by its id.
pub trait Noun: Sync {
    /// How it is read.
    fn view(&self) -> &'static View;

    /// What it is called when it is missing.
    fn thing(&self) -> Thing;

    /// Makes one and answers its id.
    ///
    /// # Errors
    /// A fault of the draft, or a rule of the noun.
    fn create(&self, context: &Context<'_>, draft: &Draft) -> Result<i64>;

    /// Changes one; what the draft does not name stays.
    ///
    /// # Errors
    /// [`Error::NotFound`] before anything else, then as [`Noun::create`].
    fn edit(&self, context: &Context<'_>, id: i64, draft: &Draft) -> Result<()>;

    /// Deletes one, with what belongs to it alone.
    ///
    /// # Errors
    /// [`Error::NotFound`], or a rule of the noun.
    fn delete(&self, context: &Context<'_>, id: i64) -> Result<()>;

    /// Refuses an id that names nothing that the caller sees.
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

    /// Whether there is a row with this id, whoever owns it. It is for dialects whose contract has another
    /// word for what is somebody else's than for what is not there; nothing else of the row may be told.
    fn exists_for_anyone(&self, context: &Context<'_>, id: i64) -> Result<bool> {
        let View { table, key, .. } = self.view();
        let sql = format!("SELECT 1 FROM {table} WHERE {key} = ?1");
        Ok(context.db.prepare_cached(&sql)?.exists([id])?)
    }
}

/// The name under which the control plane answers; nothing whose name can be a path may have it.
pub const RESERVED: &str = "_linecard";

/// Whether this is the reserved name as names are compared: letter case and trailing spaces do not count.
pub fn is_reserved(name: &str) -> bool {
    name.trim_end_matches(' ').eq_ignore_ascii_case(RESERVED)
}

/// A noun that is one table.
pub struct TableNoun {
    pub view: &'static View,
    pub thing: Thing,
    /// The column that names the account which a row belongs to. Callers who are no administrators name
    /// accounts of their family there; what they make is theirs if they name none.
    pub account: Option<&'static str>,
    /// Columns that name other rows of this noun: to callers who are no administrators, rows that they see.
    pub refers: &'static [&'static str],
    /// A column that no two rows may share, how its values are compared (`column = ?1`), and what
    /// is then taken.
    pub unique: Option<(&'static str, &'static str, Unique)>,
    /// Rules between values, and values that are generated; the id is `None` on create.
    pub prepare: fn(&Context<'_>, &mut Change, Option<i64>) -> Result<()>,
    /// Rules that count after uniqueness, those of a balance, and what is worth doing only then.
    pub settle: fn(&Context<'_>, &mut Change, Option<i64>) -> Result<()>,
    /// Values that are no columns of this table, but for `follow`.
    pub beside: &'static [&'static str],
    /// What a write means for other tables. It gets the values of `beside`.
    pub follow: fn(&Context<'_>, Change, i64) -> Result<()>,
    /// What goes or is set free with a row, before it goes.
    pub release: fn(&Context<'_>, i64) -> Result<()>,
}

impl TableNoun {
    /// A table without rules of its own, to be completed with struct update.
    pub const fn new(view: &'static View, thing: Thing) -> TableNoun {
        TableNoun {
            view,
            thing,
            account: None,
            refers: &[],
            unique: None,
            prepare: |_, _, _| Ok(()),
            settle: |_, _, _| Ok(()),
            beside: &[],
            follow: |_, _, _| Ok(()),
            release: |_, _| Ok(()),
        }
    }

    /// Refuses a value of the unique column that another row has, or that is a path of Linecard's own.
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
        if is_reserved(text) {
            return Err(Error::Invalid(column.into()));
        }
        let View { table, key, .. } = self.view;
        let sql = format!("SELECT 1 FROM {table} WHERE {equal} AND {key} IS NOT ?2");
        match context.db.prepare_cached(&sql)?.exists((text, own))? {
            true => Err(Error::Taken(taken)),
            false => Ok(()),
        }
    }

    /// Keeps a write of a caller who is no administrator within its family.
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
        // An account below itself would leave the family with all that is below it.
        let below_itself = match (own, self.view.owner) {
            (Some(id), Owner::Account(_)) => access::is_below(context.db, account, id)?,
            _ => false,
        };
        match of_family && !below_itself {
            true => Ok(()),
            false => Err(Error::Invalid(column.into())),
        }
    }

    /// Writes columns that another noun decided about.
    ///
    /// # Errors
    /// As [`Noun::edit`] without the faults of a draft.
    pub fn write(&self, context: &Context<'_>, mut change: Change, own: Option<i64>) -> Result<i64> {
        let View { table, key, .. } = self.view;
        self.keep_in_family(context, &mut change, own)?;
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
        context
            .db
            .prepare_cached(&format!("DELETE FROM {table} WHERE {key} = ?1"))?
            .execute([id])?;
        Ok(())
    }
}

/// A random username that no row of `table` has. The lines' and the accounts' are apart.
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
