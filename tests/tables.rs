//! The tables from which the Xtream APIs are made, checked as data: names are unique, everything has
//! its line of documentation, and every name leads to a column that exists. A name that leads
//! nowhere would be left out of answers in silence.

use std::collections::HashSet;
use std::fmt::Debug;
use std::hash::Hash;

use linecard::dialects::xtream::action::{Action, Verb};
use linecard::dialects::xtream::admin::ADMIN;
use linecard::dialects::xtream::api::XtreamApi;
use linecard::dialects::xtream::listing::{Filter, Listing};
use linecard::dialects::xtream::params::Form;
use linecard::dialects::xtream::reseller::RESELLER;
use linecard::dialects::xtream::shape::{Position, Shape};
use linecard::dialects::xtream::trade::Deal;
use linecard::dialects::xtream::variant::Variant;
use linecard::store::functions;
use linecard::store::schema::{self, ColumnType as Stored};
use linecard::store::view::{ValueType, View};
use linecard::time::Zone;
use rusqlite::Connection;

/// The APIs whose tables these are.
pub const APIS: [&XtreamApi; 2] = [&ADMIN, &RESELLER];

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

/// The form of a write.
fn form(action: &Action) -> Option<Form> {
    match &action.verb {
        Verb::Create(_, form, _) | Verb::Edit(_, form, _) => Some(form),
        Verb::Trade(trade) => Some(trade.form),
        _ => None,
    }
}

/// The view that an action writes through.
fn written(action: &Action) -> Option<&'static View> {
    match &action.verb {
        Verb::Create(noun, ..) | Verb::Edit(noun, ..) | Verb::Delete(noun) | Verb::Switch(noun, ..) => {
            Some(noun.view())
        }
        Verb::Trade(trade) => match trade.deal {
            Deal::Create(goods)
            | Deal::Edit(goods)
            | Deal::Delete(goods)
            | Deal::Switch(goods, _)
            | Deal::Convert(goods) => Some(goods.noun().view()),
            _ => None,
        },
        _ => None,
    }
}

/// All actions, each with its API and with a name for messages.
fn actions() -> impl Iterator<Item = (String, &'static XtreamApi, &'static Action)> {
    APIS.into_iter().flat_map(|api| {
        let named = |action: &Action| format!("{} {}", api.api.name(), action.name);
        api.actions.iter().map(move |action| (named(action), api, action))
    })
}

/// All shapes, each with its action's name.
fn shapes() -> impl Iterator<Item = (String, &'static Shape)> {
    actions().filter_map(|(name, _, action)| Some((name, shape(action)?)))
}

/// Every view that an action reads or writes through, with the action's name.
fn views() -> impl Iterator<Item = (String, &'static View)> {
    actions().flat_map(|(name, _, action)| {
        let read = shape(action).map(|shape| shape.view);
        let both = [read, written(action)].into_iter().flatten();
        both.map(move |view| (name.clone(), view))
    })
}

fn listings() -> impl Iterator<Item = (String, &'static Listing)> {
    actions().filter_map(|(name, _, action)| match &action.verb {
        Verb::Page(listing) => Some((name, *listing)),
        _ => None,
    })
}

#[test]
fn every_name_after_an_older_row_is_a_value_of_its_view() {
    for (action, shape) in shapes() {
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
    for (name, api, action) in actions() {
        assert_eq!(api.action(action.name).unwrap().doc, action.doc, "{name}");
    }
    for api in APIS {
        assert_unique("actions", api.actions.iter().map(|action| action.name));
        for none in ["", "GET_LINE", "get_line "] {
            assert!(api.action(none).is_none(), "{none:?}");
        }
    }
}

#[test]
fn the_actions_of_a_group_stand_together() {
    for api in APIS {
        let mut groups: Vec<&str> = api.actions.iter().map(|action| action.group).collect();
        groups.dedup();
        assert_unique("groups", groups);
    }
}

#[test]
fn actions_are_documented_in_one_sentence() {
    for (name, _, Action { doc, .. }) in actions() {
        assert!(is_one_sentence(doc) && !doc.starts_with('`'), "{name}: {doc}");
    }
}

#[test]
fn parameters_are_documented_and_unique_within_their_action() {
    for (name, _, action) in actions() {
        let params = action.params();
        for (param, _) in &params {
            let doc = param.input.field.doc;
            assert!(is_one_sentence(doc), "{name} {}: {doc}", param.name());
        }
        assert_unique(&name, params.iter().flat_map(|(param, _)| param.names()));
    }
}

#[test]
fn every_name_of_a_form_is_a_field_of_its_noun() {
    for (name, _, action) in actions() {
        for group in form(action).into_iter().flatten() {
            let declared: Vec<&str> = group.declared().collect();
            let found: Vec<&str> = group.params().iter().map(|param| param.name()).collect();
            assert_eq!(found, declared, "{name}");
        }
    }
}

#[test]
fn an_action_knows_its_parameters_and_no_others() {
    for (action_name, _, action) in actions() {
        for (param, _) in action.params() {
            for name in param.names() {
                assert!(action.knows(name), "{action_name} {name}");
            }
        }
        for name in ["", "ID", "bouquet", "list_only", "api_key[]"] {
            assert!(!action.knows(name), "{action_name} {name}");
        }
        if let Verb::Page(listing) = &action.verb {
            for name in listing.extra_params() {
                assert!(action.knows(name), "{action_name} {name}");
            }
        }
    }
}

/// Whether an action makes something.
fn creates(action: &Action) -> bool {
    match &action.verb {
        Verb::Create(..) => true,
        Verb::Trade(trade) => trade.creates(),
        _ => false,
    }
}

/// A parameter that a create needs is one of its edit, which asks for the id alone. What names a call that makes
/// something is a create's, and a code that was made stays.
#[test]
fn an_edit_takes_what_its_create_takes() {
    for (_, api, action) in actions().filter(|(_, _, action)| creates(action)) {
        let Some(edit) = api
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
            let is_kept = param.name() == "request_id" || (action.name, param.name()) == ("create_activecode", "code");
            assert_eq!(edit.knows(param.name()), !is_kept, "{} {}", edit.name, param.name());
        }
    }
}

#[test]
fn every_key_of_a_shape_is_a_column_of_its_view() {
    for (action, shape) in shapes() {
        let names: Vec<&str> = shape
            .names()
            .map(|name| name.strip_suffix(":cents").unwrap_or(name))
            .collect();
        let resolved: Vec<&str> = shape.keys().map(|key| key.column.name).collect();
        assert_eq!(resolved, names, "{action}");
        for key in shape.keys().filter(|key| key.cents) {
            assert_eq!(key.column.kind, ValueType::Money, "{action} {}", key.column.name);
        }
        assert_unique(&action, names);
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
        assert_unique(&action, searched());
        assert_unique(&action, listing.order.iter().map(|(index, _)| index));
    }
    for (name, _, action) in actions() {
        if let Verb::All(shape, Some(order)) = &action.verb {
            assert!(shape.view.column(order).is_some(), "{name} {order}");
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
        assert_unique(&action, numbered.iter().map(|(number, _)| number));
        assert_unique(&action, listing.extra_params());
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
        assert_unique(&action, view.filters.iter().map(|(name, _)| name));
        if let Some((filter, total)) = view.kept_total {
            assert!(view.filter(filter).is_some(), "{action} {filter}");
            let kept: i64 = db.query_row(total, [], |row| row.get(0)).unwrap();
            assert_eq!(kept, 0, "{action}");
        }
    }
}

#[test]
fn switches_set_flags_of_the_line_or_account() {
    for (name, _, action) in actions() {
        let value = match &action.verb {
            Verb::Switch(noun, column, value) => {
                let found = noun.view().column(column);
                assert_eq!(found.map(|column| column.kind), Some(ValueType::Flag), "{name}");
                *value
            }
            Verb::Trade(trade) => match trade.deal {
                Deal::Switch(_, value) | Deal::SwitchUser(value) => i64::from(value),
                _ => continue,
            },
            _ => continue,
        };
        let on = action.name.starts_with("enable_") || action.name.starts_with("unban_");
        assert_eq!(value, i64::from(on), "{name}");
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

#[test]
fn resellers_can_try_what_writes_and_repeat_what_creates() {
    for action in RESELLER.actions {
        assert_eq!(action.knows("dry_run"), action.writes(), "{}", action.name);
        assert_eq!(action.knows("request_id"), creates(action), "{}", action.name);
        let shows = [
            "user_info",
            "packages",
            "activity_logs",
            "live_connections",
            "user_logs",
        ];
        let reads = action.name.starts_with("get_") || shows.contains(&action.name);
        assert_eq!(action.writes(), !reads, "{}", action.name);
    }
}
