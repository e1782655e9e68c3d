//! The members of a document about the whole panel: settings, the last ids of tables, and generated rows; and the
//! groups that every panel has.

use super::{Planter, join_path, tables_with_ids};
use crate::document::Node;
use crate::panel::settings::{self, SETTINGS};
use crate::seeds::context::SeedContext;
use crate::seeds::documents::section::Section;
use crate::seeds::generated::Scale;
use crate::seeds::setup;

impl Planter<'_> {
    /// Adds the built-in groups that the document's own are none of, unless the document is the whole state.
    pub(super) fn add_built_in_groups(&mut self, section: &'static Section) {
        if self.complete || !self.errors.is_empty() {
            return;
        }
        let db = self.reader.db;
        let added = setup::add_groups(db).and_then(|added| {
            let index = self.reader.names.index_of(db, section)?;
            added.iter().for_each(|(id, name)| index.add(*id, name, None));
            Ok(())
        });
        if let Err(error) = added {
            self.errors.push(0, section.name, error.to_string(), "");
        }
    }

    pub(super) fn settings(&mut self, node: Option<&Node>) {
        let Some(node) = node else {
            return;
        };
        let known: Vec<&str> = SETTINGS.iter().map(|setting| setting.name).collect();
        for member in self.members(node, "settings") {
            let path = join_path("settings", &member.key);
            if !known.contains(&member.key.as_str()) {
                self.unknown_key(member, "settings", &known);
                continue;
            }
            let value = match member.node.scalar() {
                Some("true") => "1",
                Some("false") => "0",
                Some(text) => text,
                None => {
                    self.errors.push(
                        member.node.line,
                        path,
                        format!("this is {}", member.node.kind()),
                        "write a text",
                    );
                    continue;
                }
            };
            match settings::set(self.reader.db, &member.key, value) {
                Ok(()) => *self.planted.changed.entry("settings").or_default() += 1,
                Err(error) => self.errors.push(member.node.line, path, error.to_string(), ""),
            }
        }
    }

    /// Sets the last ids of tables whose newest rows were deleted, so that these ids are not used again.
    pub(super) fn counters(&mut self, node: Option<&Node>) {
        let Some(node) = node else {
            return;
        };
        let tables: Vec<&str> = tables_with_ids().map(|section| section.table).collect();
        for member in self.members(node, "counters") {
            let Some(table) = tables.iter().find(|table| **table == member.key) else {
                self.unknown_key(member, "counters", &tables);
                continue;
            };
            let last: Option<i64> = member.node.scalar().and_then(|text| text.parse().ok());
            let Some(last) = last.filter(|last| *last >= 0) else {
                let path = join_path("counters", table);
                self.errors.push(
                    member.node.line,
                    path,
                    "it is no whole number from 0",
                    "write the last id that was given",
                );
                continue;
            };
            let db = self.reader.db;
            let set = db
                .execute(
                    "UPDATE sqlite_sequence SET seq = max(seq, ?2) WHERE name = ?1",
                    (table, last),
                )
                .and_then(|changed| match changed {
                    0 => db.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?1, ?2)", (table, last)),
                    changed => Ok(changed),
                });
            if let Err(error) = set {
                self.errors.push(member.line, "counters", error.to_string(), "");
            }
        }
    }

    pub(super) fn generate(&mut self, context: &SeedContext<'_>, document: &Node) {
        let Some(node) = document.get("generate") else {
            return;
        };
        let mut scale = Scale::default();
        for member in self.members(node, "generate") {
            if !Scale::NAMES.contains(&member.key.as_str()) {
                self.unknown_key(member, "generate", &Scale::NAMES);
                continue;
            }
            let set = member.node.scalar().and_then(|text| text.parse().ok());
            if let Some(number) = set
                && let Some(name) = Scale::NAMES.iter().find(|name| **name == member.key)
            {
                let number = usize::try_from(number).unwrap_or(usize::MAX);
                self.planted.generated.insert(name, number);
            }
            if set.is_none_or(|number| !scale.set(&member.key, number)) {
                let hint = "write digits, as in 1000";
                self.errors.push(
                    member.node.line,
                    join_path("generate", &member.key),
                    "it is no whole number",
                    hint,
                );
            }
        }
        if !self.errors.is_empty() {
            return;
        }
        let added = setup::fill_gaps(context).and_then(|()| scale.add_rows(context).map_err(|error| error.to_string()));
        if let Err(error) = added {
            self.errors.push(node.line, "generate", error, "");
        }
    }
}
