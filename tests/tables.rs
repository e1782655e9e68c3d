//! The tables from which the Admin API is made, checked as data: names are unique, everything has
//! its line of documentation, and every name leads to a column that exists. A name that leads
//! nowhere would be left out of answers in silence.

use std::collections::HashSet;
use std::fmt::Debug;
use std::hash::Hash;

use linecard::dialects::xtream::action::{Action, Verb};
use linecard::dialects::xtream::admin::ADMIN;
use linecard::dialects::xtream::admin::actions::ACTIONS;
use linecard::dialects::xtream::listing::{Filter, Listing};
use linecard::dialects::xtream::shape::{Position, Shape};
use linecard::dialects::xtream::variant::Variant;
use linecard::store::functions;
use linecard::store::schema::{self, ColumnType as Stored};
use linecard::store::view::{ValueType, View};
use linecard::time::Zone;
use rusqlite::Connection;

/// An empty database with the panel's own functions.
fn empty() -> Connection {
    let db = Connection::open_in_memory().unwrap();
    db.execute_batch(schema::SQL).unwrap();
    functions::register(&db, Zone::UTC).unwrap();
    db
}

fn assert_unique<T: Eq + Hash + Debug>(of: &str, all: impl IntoIterator<Item = T>) {
    let mut seen = HashSet::new();
    for one in all {
        assert!(!seen.contains(&one), "{of}: {one:?} is there twice");
        seen.insert(one);
    }
}

/// One sentence, or one phrase with a full stop.
fn is_one_sentence(doc: &str) -> bool {
    let begins = doc.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit() || c == '`');
    begins && doc.ends_with('.') && !doc.contains(['\n', '\t']) && !doc.contains(". ") && !doc.contains("  ")
}

fn shape(action: &Action) -> Option<&'static Shape> {
    match &action.verb {
        Verb::Me(shape)
        | Verb::Get(shape, _)
        | Verb::All(shape, _)
        | Verb::Create(_, _, shape)
        | Verb::Edit(_, _, shape) => Some(shape),
        Verb::Page(listing) => Some(listing.shape),
        Verb::Sold(shape) => Some(shape),
        Verb::Trade(trade) => trade.shape,
        Verb::Delete(_)
        | Verb::Switch(..)
        | Verb::Configure(..)
        | Verb::Read(..)
        | Verb::Write(..)
        | Verb::Steps(..) => None,
    }
}

/// Every view that an action reads or writes through, with the action's name.
fn views() -> impl Iterator<Item = (&'static str, &'static View)> {
    ACTIONS.iter().flat_map(|action| {
        let written = match &action.verb {
            Verb::Create(noun, ..) | Verb::Edit(noun, ..) | Verb::Delete(noun) | Verb::Switch(noun, ..) => {
                Some(noun.view())
            }
            _ => None,
        };
        let read = shape(action).map(|shape| shape.view);
        [read, written].into_iter().flatten().map(|view| (action.name, view))
    })
}

fn listings() -> impl Iterator<Item = (&'static str, &'static Listing)> {
    ACTIONS.iter().filter_map(|action| match &action.verb {
        Verb::Page(listing) => Some((action.name, *listing)),
        _ => None,
    })
}

#[test]
fn every_name_after_an_older_row_is_a_value_of_its_view() {
    for (action, shape) in ACTIONS
        .iter()
        .filter_map(|action| shape(action).map(|shape| (action.name, shape)))
    {
        let view = shape.xui.view.unwrap_or(shape.view);
        let keys = shape.xui.keys(shape.view);
        for name in shape.xui.names() {
            assert!(view.column(name).is_some(), "{action}: {name}");
            let shown = keys
                .iter()
                .filter(|key| key.place == Position::Row && key.column.name == name);
            assert_eq!(shown.count(), 1, "{action}: {name}");
        }
        let whole = shape.whole(Variant::Xui);
        let read = whole.selection.get(&empty(), 1);
        assert!(matches!(read, Ok(None) | Ok(Some(_))), "{action}: {read:?}");
    }
}

#[test]
fn actions_have_unique_names_by_which_they_are_found() {
    assert_unique("actions", ACTIONS.iter().map(|action| action.name));
    for action in ACTIONS {
        assert_eq!(ADMIN.action(action.name).unwrap().doc, action.doc, "{}", action.name);
    }
    assert!(ADMIN.action("").is_none() && ADMIN.action("GET_LINE").is_none() && ADMIN.action("get_line ").is_none());
}

#[test]
fn the_actions_of_a_group_stand_together() {
    let mut groups: Vec<&str> = ACTIONS.iter().map(|action| action.group).collect();
    groups.dedup();
    assert_unique("groups", groups);
}

#[test]
fn actions_are_documented_in_one_sentence() {
    for Action { name, doc, .. } in ACTIONS {
        assert!(is_one_sentence(doc) && !doc.starts_with('`'), "{name}: {doc}");
    }
}

#[test]
fn parameters_are_documented_and_unique_within_their_action() {
    for action in ACTIONS {
        let params = action.params();
        for (param, _) in &params {
            let doc = param.input.field.doc;
            assert!(is_one_sentence(doc), "{} {}: {doc}", action.name, param.name());
        }
        assert_unique(action.name, params.iter().flat_map(|(param, _)| param.names()));
    }
}

#[test]
fn every_name_of_a_form_is_a_field_of_its_noun() {
    for action in ACTIONS {
        let (Verb::Create(_, form, _) | Verb::Edit(_, form, _)) = action.verb else {
            continue;
        };
        for group in form {
            let declared: Vec<&str> = group.declared().collect();
            let found: Vec<&str> = group.params().iter().map(|param| param.name()).collect();
            assert_eq!(found, declared, "{}", action.name);
        }
    }
}

#[test]
fn an_action_knows_its_parameters_and_no_others() {
    for action in ACTIONS {
        for (param, _) in action.params() {
            for name in param.names() {
                assert!(action.knows(name), "{} {name}", action.name);
            }
        }
        for name in ["", "ID", "bouquet", "list_only", "api_key[]"] {
            assert!(!action.knows(name), "{} {name}", action.name);
        }
    }
    for (name, listing) in listings() {
        for param in listing.extra_params() {
            assert!(ADMIN.action(name).unwrap().knows(param), "{name} {param}");
        }
    }
}

/// A parameter that a create needs is one of its edit, which asks for the id alone.
#[test]
fn an_edit_takes_what_its_create_takes() {
    for action in ACTIONS {
        let Verb::Create(..) = action.verb else { continue };
        let Some(edit) = ADMIN
            .action(&action.name.replace("create_", "edit_"))
            .filter(|edit| edit.name != action.name)
        else {
            // What is blocked cannot be edited.
            assert!(action.name.starts_with("add_blocked_"), "{}", action.name);
            continue;
        };
        let edited = edit.params();
        let required: Vec<&str> = edited
            .iter()
            .filter(|(_, must)| *must)
            .map(|(param, _)| param.name())
            .collect();
        assert_eq!(required, ["id"], "{}", edit.name);
        for (param, _) in action.params() {
            assert!(edit.knows(param.name()), "{} {}", edit.name, param.name());
        }
    }
}

#[test]
fn every_key_of_a_shape_is_a_column_of_its_view() {
    for (action, shape) in ACTIONS.iter().filter_map(|action| Some((action.name, shape(action)?))) {
        let names: Vec<&str> = shape
            .names()
            .map(|name| name.strip_suffix(":cents").unwrap_or(name))
            .collect();
        let resolved: Vec<&str> = shape.keys().map(|key| key.column.name).collect();
        assert_eq!(resolved, names, "{action}");
        for key in shape.keys().filter(|key| key.cents) {
            assert_eq!(key.column.kind, ValueType::Money, "{action} {}", key.column.name);
        }
        assert_unique(action, names);
    }
}

#[test]
fn every_column_that_a_list_names_is_one_of_its_view() {
    for (action, listing) in listings() {
        let view = listing.shape.view;
        let searched = || listing.search.split_whitespace();
        assert!(searched().next().is_some(), "{action}");
        let ordered = listing.order.iter().map(|(_, name)| *name);
        // What is sorted by when nothing else is said.
        for name in searched().chain(ordered).chain([view.key]) {
            assert!(view.column(name).is_some(), "{action} {name}");
        }
        assert_unique(action, searched());
        assert_unique(action, listing.order.iter().map(|(index, _)| index));
    }
    for action in ACTIONS {
        if let Verb::All(shape, Some(order)) = &action.verb {
            assert!(shape.view.column(order).is_some(), "{} {order}", action.name);
        }
    }
}

#[test]
fn every_filter_that_a_list_names_is_one_of_its_view() {
    for (action, listing) in listings() {
        let numbered: &[(i64, &str)] = match &listing.filter {
            Filter::Numbered(numbers) | Filter::NumberedElse(numbers, _) => numbers,
            Filter::None | Filter::Exactly(_) => &[],
        };
        let other = match &listing.filter {
            Filter::NumberedElse(_, name) | Filter::Exactly(name) => Some(*name),
            Filter::None | Filter::Numbered(_) => None,
        };
        let narrowed = listing.narrow.iter().map(|(_, name)| *name);
        let days = if listing.range { &["from", "before"][..] } else { &[] };
        let names = numbered.iter().map(|(_, name)| *name).chain(other).chain(listing.only);
        for name in names.chain(narrowed).chain(days.iter().copied()) {
            assert!(listing.shape.view.filter(name).is_some(), "{action} {name}");
        }
        assert_unique(action, numbered.iter().map(|(number, _)| number));
        assert_unique(action, listing.extra_params());
    }
}

#[test]
fn every_column_of_a_view_is_one_of_the_schema() {
    for (action, view) in views() {
        let key = schema::table(view.table).and_then(|table| table.column(view.key));
        assert!(key.is_some(), "{action} {}.{}", view.table, view.key);
        for (table, columns) in view.columns {
            for declared in columns.iter() {
                let Some(column) = view.column(declared.name) else {
                    panic!("{action} {}", declared.name);
                };
                // Of two with one name the first counts; what is computed is checked by SQLite.
                if column.sql() != format!("{table}.\"{}\"", column.name) {
                    continue;
                }
                let stored = schema::table(table).and_then(|table| table.column(column.name));
                let stored = stored
                    .unwrap_or_else(|| panic!("{action} {table}.{}", column.name))
                    .kind;
                let fits = match column.kind {
                    ValueType::Int => stored == Stored::Int,
                    ValueType::Flag => stored == Stored::Flag,
                    // A log shows the JSON of a deleted row as it is.
                    ValueType::Text => stored == Stored::Text || column.name == "deleted_info",
                    ValueType::Real => stored == Stored::Real,
                    ValueType::Money => stored == Stored::Money,
                    ValueType::Unix | ValueType::Since => stored == Stored::Unix,
                    ValueType::Iso => stored == Stored::Iso,
                    ValueType::Ints | ValueType::Texts | ValueType::List | ValueType::Object => stored == Stored::Json,
                };
                assert!(
                    fits,
                    "{action} {table}.{}: {:?} of {stored:?}",
                    column.name, column.kind
                );
            }
        }
    }
}

#[test]
fn sqlite_can_run_every_column_and_filter_of_a_view() {
    let db = empty();
    for (action, view) in views() {
        let described = view.columns.iter().flat_map(|(_, columns)| columns.iter());
        let names = described
            .map(|column| column.name)
            .chain(view.stored().map(|column| column.name));
        let columns: Vec<String> = names.map(|name| view.column(name).unwrap().printed()).collect();
        let filters = view.filters.iter().map(|(_, sql)| format!(" AND ({sql})"));
        let filters: String = filters.chain(view.only.map(|sql| format!(" AND ({sql})"))).collect();
        let sql = format!("SELECT {} {} WHERE 1 {filters}", columns.join(", "), view.from());
        if let Err(error) = db.prepare(&sql) {
            panic!("{action}: {error}");
        }
        assert_unique(action, view.filters.iter().map(|(name, _)| name));
        if let Some((filter, total)) = view.kept_total {
            assert!(view.filter(filter).is_some(), "{action} {filter}");
            let kept: i64 = db.query_row(total, [], |row| row.get(0)).unwrap();
            assert_eq!(kept, 0, "{action}");
        }
    }
}

#[test]
fn switches_set_flags_of_the_line_or_account() {
    for action in ACTIONS {
        let Verb::Switch(noun, column, value) = &action.verb else {
            continue;
        };
        let found = noun.view().column(column);
        assert_eq!(
            found.map(|column| column.kind),
            Some(ValueType::Flag),
            "{}",
            action.name
        );
        let on = action.name.starts_with("enable_") || action.name.starts_with("unban_");
        assert_eq!(*value, i64::from(on), "{}", action.name);
    }
}

#[test]
fn actions_that_read_are_those_that_are_documented_with_get() {
    for line in include_str!("data/document.tsv").lines() {
        let (method, form) = line.split_once('\t').unwrap();
        let name = form.split('&').find_map(|pair| pair.strip_prefix("action=")).unwrap();
        let name = name.split('\t').next().unwrap();
        let action = ADMIN.action(name).unwrap();
        assert_eq!(action.writes(), method != "GET", "{name}");
    }
}
