//! Describes the actions for the pages, OpenAPI and the command line.

use std::borrow::Cow;
use std::sync::LazyLock;

use serde_json::json;

use super::actions::{ACTIONS, Action, Verb, find};
use super::{schemas, words};
use crate::dialects::operation::{DialectDetails, Operation, OperationDetails, Parameter, ValueForm};
use crate::dialects::xtream::listing::{Filter, Listing};
use crate::dialects::xtream::params::Param;
use crate::openapi::members;
use crate::panel::error::Thing;
use crate::panel::fields::FieldType;

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
        names: param.names().map(Cow::Borrowed).collect(),
        required,
        doc: param.input.field.doc.into(),
        typed: Some((type_name(param.kind()), left_out(param, required, is_edit).to_owned())),
        form: form(param.kind()),
        example: match param.name() {
            "id" => example_id(action).or(param.example).unwrap_or_default().into(),
            _ => param.example.unwrap_or_else(|| example(param.kind())).into(),
        },
    });
    Operation {
        writes: action.writes(),
        parameters: parameters.collect(),
        note: match &action.verb {
            Verb::Page(listing) => note(listing),
            _ => String::new(),
        },
        answer: "An envelope: `status`, and `data` or `error`.",
        ..Operation::new(action.name, action.group, action.doc, path)
    }
}

/// Describes the parameters of every action of its kind, and its answer.
pub fn details(operation: &Operation) -> OperationDetails {
    let Some(action) = find(&operation.name) else {
        return OperationDetails::default();
    };
    let key = Parameter::text("api_key", false, "An administrator's API key, if no header has it.")
        .of(ValueForm::Text, "YOUR_KEY");
    OperationDetails {
        query: std::iter::once(key).chain(list_params(action)).collect(),
        success: Some(schemas::success(action)),
    }
}

/// Describes callers and failures.
pub fn common_details() -> DialectDetails {
    let key = |place: &str, name: &str| json!({ "type": "apiKey", "in": place, "name": name, "description": "An administrator's API key." });
    DialectDetails {
        security: vec![
            ("AdminKey", key("header", "X-Api-Key")),
            (
                "AdminBearer",
                json!({ "type": "http", "scheme": "bearer", "description": "The same key." }),
            ),
            ("AdminKeyInQuery", key("query", "api_key")),
        ],
        is_open: false,
        failures: vec![(
            "AdminFailure",
            members(&format!("status:{} data:object error", words::FAILURES.join(","))),
        )],
        refusals: vec![
            (
                404,
                "There is no such access code, or it does not admit the caller's address.",
            ),
            (503, "The panel is busy and nothing was done."),
        ],
    }
}

/// Returns the id in the `docs` seed of a thing that an action is about.
fn example_id(action: &Action) -> Option<&'static str> {
    let thing = match &action.verb {
        Verb::Get(_, thing) => *thing,
        Verb::Edit(noun, ..) | Verb::Delete(noun) | Verb::Switch(noun, ..) => noun.thing(),
        _ => return None,
    };
    Some(match thing {
        Thing::Line => "4521",
        Thing::MagDevice => "301",
        Thing::EnigmaDevice => "501",
        Thing::User => "88",
        Thing::Stream => "10",
        Thing::Channel | Thing::Bouquet | Thing::BlockedUserAgent => "5",
        Thing::Station => "20",
        Thing::Movie => "100",
        Thing::Series => "50",
        Thing::Episode => "200",
        Thing::Group => "3",
        Thing::BlockedIp => "15",
        Thing::BlockedIsp => "3",
        Thing::Connection => "12345",
        Thing::Process => "54321",
        Thing::Setting => return None,
        Thing::Package
        | Thing::Category
        | Thing::AccessCode
        | Thing::Epg
        | Thing::TranscodeProfile
        | Thing::RtmpIp
        | Thing::Server => "1",
    })
}

/// Describes what a missing parameter means.
fn left_out(param: &Param, required: bool, is_edit: bool) -> &'static str {
    match (required, is_edit) {
        (true, _) => "refused",
        (false, true) => "unchanged",
        (false, false) => param.input.field.default_text().unwrap_or("nothing"),
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

/// Returns the form of a type's values.
fn form(kind: FieldType) -> ValueForm {
    match kind {
        FieldType::Int(least, most) => ValueForm::Int(Some((least, most))),
        FieldType::Flag => ValueForm::Numbers(&[0, 1]),
        FieldType::Money | FieldType::Real => ValueForm::Decimal,
        FieldType::Row(_) | FieldType::Unix => ValueForm::Int(None),
        FieldType::Choice(words) => ValueForm::Words(words),
        FieldType::Ids | FieldType::Object | FieldType::JsonTexts | FieldType::IdLists(_) => ValueForm::Json,
        FieldType::Texts | FieldType::Networks => ValueForm::Texts,
        FieldType::Ports | FieldType::Formats | FieldType::FirstPort(..) => ValueForm::Ints,
        FieldType::Stored
        | FieldType::Text(_)
        | FieldType::Date
        | FieldType::Ip
        | FieldType::Network
        | FieldType::Mac
        | FieldType::Country
        | FieldType::ApiKey
        | FieldType::Code => ValueForm::Text,
    }
}

/// Returns a value of a type.
fn example(kind: FieldType) -> &'static str {
    match kind {
        FieldType::Stored | FieldType::Text(_) => "example",
        FieldType::Int(..) | FieldType::Flag | FieldType::Row(_) | FieldType::Formats => "1",
        FieldType::Money | FieldType::Real => "12.5",
        FieldType::Date => "2027-12-31",
        FieldType::Unix => "1830297600",
        FieldType::Ids => "[1,2]",
        FieldType::Object => "{}",
        FieldType::IdLists(_) => r#"{"stream":[10],"movies":[100]}"#,
        FieldType::JsonTexts => r#"["lines"]"#,
        FieldType::Texts | FieldType::Networks | FieldType::Ip | FieldType::Network => "203.0.113.7",
        FieldType::Ports | FieldType::FirstPort(..) => "8080",
        FieldType::Mac => "00:1A:79:12:34:56",
        FieldType::Choice(words) => match words {
            [first, ..] => first,
            [] => "",
        },
        FieldType::Country => "GB",
        FieldType::ApiKey => "0123456789abcdef0123456789abcdef",
        FieldType::Code => "newcode01",
    }
}

/// Returns the parameters of an answer's keys and of a list's page.
fn list_params(action: &Action) -> Vec<Parameter> {
    let text = |name: &'static str, doc: &'static str| Parameter::text(name, false, doc);
    let columns = [
        text("show_columns", "Keys to show, separated by commas."),
        text("hide_columns", "Keys to leave out, separated by commas."),
    ];
    match &action.verb {
        Verb::Me(_) | Verb::Get(..) | Verb::All(..) => columns.into(),
        Verb::Page(listing) => page_params(listing).into_iter().chain(columns).collect(),
        _ => Vec::new(),
    }
}

/// Returns the parameters of a list's page.
fn page_params(listing: &Listing) -> Vec<Parameter> {
    let text = |name: &'static str, doc: String| Parameter::text(name, false, doc);
    let count = ValueForm::Int(Some((0, i64::from(i32::MAX))));
    let search: Vec<&str> = listing.search.split_whitespace().collect();
    let order: Vec<String> = listing
        .order
        .iter()
        .map(|(index, name)| format!("{index} {name}"))
        .collect();
    let mut all = vec![
        text("start", "Rows to skip.".into()).of(count, "0"),
        text("limit", "Rows of a page; 50 when left out.".into()).of(count, "50"),
        text(
            "search[value]",
            format!("A text that a row has in {}.", search.join(", ")),
        ),
        text(
            "order[0][column]",
            format!("The column to sort by: {}.", order.join(", ")),
        )
        .of(ValueForm::Int(None), "0"),
        text("order[0][dir]", "The direction.".into()).of(ValueForm::Words(&["asc", "desc"]), "desc"),
    ];
    let filter = text("filter", format!("Narrows the list: {}.", listing.filter_names()));
    match &listing.filter {
        Filter::None => {}
        Filter::Numbered(_) | Filter::NumberedElse(..) => all.push(filter.of(ValueForm::Int(None), "1")),
        Filter::Exactly(_) => all.push(filter),
    }
    let narrow = listing.narrow.iter();
    all.extend(narrow.map(|(name, filter)| {
        text(name, format!("Only rows of this {filter}: its id.")).of(ValueForm::Int(None), "1")
    }));
    all.extend(
        listing
            .range
            .then(|| text("range", "Days: `YYYY-MM-DD - YYYY-MM-DD`.".into())),
    );
    all
}

/// Returns the contract's name of a type (3.2).
fn type_name(kind: FieldType) -> String {
    match kind {
        FieldType::Stored | FieldType::Text(usize::MAX) | FieldType::Code => "text".into(),
        FieldType::Text(most) => format!("text, at most {most} characters"),
        FieldType::Int(least, most) if (least, most) == (i64::from(i32::MIN), i64::from(i32::MAX)) => "int".into(),
        FieldType::Int(least, most) if most == i64::from(i32::MAX) => format!("int from {least}"),
        FieldType::Int(least, most) => format!("int {least}–{most}"),
        FieldType::Flag => "0 or 1".into(),
        FieldType::Money => "money".into(),
        FieldType::Real => "number".into(),
        FieldType::Date => "date: `YYYY-MM-DD`, with a time, or unix seconds".into(),
        FieldType::Unix => "unix seconds".into(),
        FieldType::Ids => "ids".into(),
        FieldType::Row(_) => "id".into(),
        FieldType::Object | FieldType::IdLists(_) => "JSON object".into(),
        FieldType::JsonTexts => "JSON list of texts".into(),
        FieldType::Texts => "list `[]`".into(),
        FieldType::Ports | FieldType::FirstPort(..) => "list `[]` of ports".into(),
        FieldType::Networks => "list `[]` of addresses or networks".into(),
        FieldType::Formats => "list `[]` of 1–3".into(),
        FieldType::Ip => "IP address".into(),
        FieldType::Network => "IP address or network".into(),
        FieldType::Mac => "MAC address".into(),
        FieldType::Choice(words) => words.join(", "),
        FieldType::Country => "two letters".into(),
        FieldType::ApiKey => "32 hexadecimal digits".into(),
    }
}
