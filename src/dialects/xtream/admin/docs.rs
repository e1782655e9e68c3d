//! Describes the actions for the pages, OpenAPI and the command line.

use std::sync::LazyLock;

use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, Schema, Type};

use super::actions::{ACTIONS, Action, Verb};
use crate::dialects::operation::{Operation, Parameter};
use crate::dialects::xtream::listing::Listing;
use crate::dialects::xtream::params::{Param, ParamType};

/// The text of the page before the actions.
pub const INTRODUCTION: &str = "Every action takes `api_key` and `action`, from query or body, by GET or POST. The key may come in the header\n\
     `X-Api-Key` or `Authorization: Bearer` instead. Actions that show things take `show_columns` and `hide_columns`. **Bold** parameters are required.\n";

/// Returns all actions, in the order of the vendor's document.
pub fn operations() -> &'static [Operation] {
    static OPERATIONS: LazyLock<Vec<Operation>> = LazyLock::new(|| ACTIONS.iter().map(operation).collect());
    &OPERATIONS
}

fn operation(action: &'static Action) -> Operation {
    let path = format!("/{{code}}/admin/index.php?action={}", action.name);
    let is_edit = matches!(action.verb, Verb::Edit(..));
    let parameters = action.params().into_iter().map(|(param, required)| Parameter {
        names: param.names().collect(),
        required,
        doc: param.doc,
        typed: Some((type_name(param.kind), left_out(param, required, is_edit).to_owned())),
        schema: schema(param),
    });
    let common = list_params(action).into_iter();
    Operation {
        writes: action.writes(),
        secrets: vec![Parameter::text("api_key", true, "An administrator's API key.")],
        parameters: parameters.collect(),
        common: common.map(|(name, doc)| Parameter::text(name, false, doc)).collect(),
        note: match &action.verb {
            Verb::Page(listing) => note(listing),
            _ => String::new(),
        },
        answer: "An envelope: `status`, and `data` or `error`.",
        ..Operation::new(action.name, action.group, action.doc, path)
    }
}

/// Describes what a missing parameter means.
fn left_out(param: &Param, required: bool, is_edit: bool) -> &'static str {
    match (required, is_edit) {
        (true, _) => "refused",
        (false, true) => "unchanged",
        (false, false) => param.default_text().unwrap_or("nothing"),
    }
}

/// Describes how a list is searched, sorted and filtered.
fn note(listing: &Listing) -> String {
    let search: Vec<&str> = listing.search.split_whitespace().collect();
    let order = listing.order.iter().map(|(index, name)| format!("{index} {name}"));
    let mut text = format!(
        "A list: `start`, `limit`, `search[value]` in {}; `order[0][column]` {}",
        search.join(", "),
        order.collect::<Vec<_>>().join(", "),
    );
    let filters = listing.filter_names();
    if !filters.is_empty() {
        text += &format!("; `filter` {filters}");
    }
    let extra: Vec<String> = listing.extra_params().map(|name| format!("`{name}`")).collect();
    if !extra.is_empty() {
        text += &format!("; {}", extra.join(", "));
    }
    text + "."
}

fn schema(param: &Param) -> RefOr<Schema> {
    let plain = |kind: Type| ObjectBuilder::new().schema_type(kind).description(Some(param.doc));
    match param.kind {
        ParamType::Int(least, most) => plain(Type::Integer).minimum(Some(least)).maximum(Some(most)).into(),
        ParamType::Flag => plain(Type::Integer).enum_values(Some([0, 1])).into(),
        ParamType::Money | ParamType::Real => plain(Type::Number).into(),
        ParamType::Row(_) => plain(Type::Integer).into(),
        ParamType::Choice(words) => plain(Type::String).enum_values(Some(words.iter().copied())).into(),
        ParamType::Texts | ParamType::Networks | ParamType::Ports | ParamType::Formats | ParamType::FirstPort(..) => {
            ArrayBuilder::new()
                .items(ObjectBuilder::new().schema_type(Type::String))
                .description(Some(param.doc))
                .into()
        }
        _ => plain(Type::String).into(),
    }
}

/// Returns the parameters of a list beyond the action's own, with their documentation.
fn list_params(action: &Action) -> Vec<(&'static str, &'static str)> {
    let columns = [
        ("show_columns", "Keys to show, separated by commas."),
        ("hide_columns", "Keys to leave out, separated by commas."),
    ];
    match &action.verb {
        Verb::Me(_) | Verb::Get(..) | Verb::All(..) => columns.to_vec(),
        Verb::Page(listing) => {
            let mut all = vec![
                ("start", "Rows to skip."),
                ("limit", "Rows of a page; 50 when left out."),
                ("search[value]", "A text that a row must hold."),
                ("filter", "A number, or a word, that narrows the list."),
                ("order[0][column]", "The number of the column to sort by."),
                ("order[0][dir]", "`desc` sorts downwards."),
            ];
            all.extend(columns);
            all.extend(listing.narrow.iter().map(|(name, _)| (*name, "Rows of this id alone.")));
            all.extend(listing.range.then_some(("range", "Days: `YYYY-MM-DD - YYYY-MM-DD`.")));
            all
        }
        _ => Vec::new(),
    }
}

/// Returns the contract's name of a type (3.2).
fn type_name(kind: ParamType) -> String {
    match kind {
        ParamType::Text(usize::MAX) | ParamType::Code => "text".into(),
        ParamType::Text(most) => format!("text, at most {most} characters"),
        ParamType::Int(least, most) if (least, most) == (i64::from(i32::MIN), i64::from(i32::MAX)) => "int".into(),
        ParamType::Int(least, most) if most == i64::from(i32::MAX) => format!("int from {least}"),
        ParamType::Int(least, most) => format!("int {least}–{most}"),
        ParamType::Flag => "0 or 1".into(),
        ParamType::Money => "money".into(),
        ParamType::Real => "number".into(),
        ParamType::Date => "date".into(),
        ParamType::Ids => "ids".into(),
        ParamType::Row(_) => "id".into(),
        ParamType::Object | ParamType::IdLists(_) => "JSON object".into(),
        ParamType::JsonTexts => "JSON list of texts".into(),
        ParamType::Texts => "list `[]`".into(),
        ParamType::Ports | ParamType::FirstPort(..) => "list `[]` of ports".into(),
        ParamType::Networks => "list `[]` of addresses or networks".into(),
        ParamType::Formats => "list `[]` of 1–3".into(),
        ParamType::Ip => "IP address".into(),
        ParamType::Network => "IP address or network".into(),
        ParamType::Mac => "MAC address".into(),
        ParamType::Choice(words) => words.join(", "),
        ParamType::Country => "two letters".into(),
        ParamType::ApiKey => "32 hexadecimal digits".into(),
    }
}
