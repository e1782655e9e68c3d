//! Describes the actions for the pages, OpenAPI and the command line.

use std::borrow::Cow;

use serde_json::json;

use super::action::{Action, Verb};
use super::api::{Texts, XtreamApi};
use super::listing::{Filter, Listing};
use super::params::Param;
use super::schemas;
use super::trade::{Deal, Trade};
use crate::dialects::operation::{DialectDetails, Operation, OperationDetails, Parameter, ValueForm};
use crate::openapi::members;
use crate::panel::error::Thing;
use crate::panel::fields::{FieldType, LEAST, LONG, MOST};

/// Describes all actions, in the order of their table.
pub fn operations(api: &XtreamApi) -> Vec<Operation> {
    api.actions.iter().map(|action| operation(api, action)).collect()
}

fn operation(api: &XtreamApi, action: &'static Action) -> Operation {
    let path = format!("/{{code}}{}?action={}", api.page, action.name);
    let is_edit = match &action.verb {
        Verb::Edit(..) => true,
        Verb::Trade(trade) => matches!(trade.deal, Deal::Edit(_) | Deal::EditUser),
        _ => false,
    };
    let parameters = action.params().into_iter().map(|(param, required)| {
        let (kind, form, example) = described(param.kind());
        let of_action = match param.name() {
            "id" => example_id(action),
            _ => None,
        };
        Parameter {
            names: param.names().map(Cow::Borrowed).collect(),
            required,
            doc: doc(param),
            typed: Some((kind.into_owned(), left_out(param, required, is_edit).into_owned())),
            form,
            example: of_action.or(param.example).unwrap_or(example).into(),
        }
    });
    Operation {
        writes: action.writes(),
        parameters: parameters.collect(),
        note: match &action.verb {
            Verb::Page(listing) => note(listing),
            Verb::Trade(trade) => ignored(trade),
            _ => String::new(),
        },
        answer: "An envelope: `status`, and `data` or `error`.",
        ..Operation::new(action.name, action.group, action.doc, path)
    }
}

/// Describes the parameters of every action of its kind, and its answer.
pub fn details(api: &XtreamApi, operation: &Operation) -> OperationDetails {
    let Some(action) = api.action(&operation.name) else {
        return OperationDetails::default();
    };
    let doc = format!("{} or named key, if no header has it.", api.texts.key);
    let key = Parameter::text("api_key", false, doc).of(ValueForm::Text, "YOUR_KEY");
    OperationDetails {
        query: std::iter::once(key).chain(list_params(action)).collect(),
        success: Some(schemas::success(action)),
        ..OperationDetails::default()
    }
}

/// Describes callers and failures.
pub fn common_details(api: &XtreamApi) -> DialectDetails {
    let Texts {
        key,
        schemes: [in_header, bearer, in_query],
        failure,
        ..
    } = api.texts;
    let doc = format!("{key}, or a named key of such an account.");
    let of = |place: &str, name: &str| json!({ "type": "apiKey", "in": place, "name": name, "description": doc });
    DialectDetails {
        security: vec![
            (in_header, of("header", "X-Api-Key")),
            (
                bearer,
                json!({ "type": "http", "scheme": "bearer", "description": "The same key." }),
            ),
            (in_query, of("query", "api_key")),
        ],
        is_open: false,
        failures: vec![(
            failure,
            members(&format!("status:{} data:object error", api.failures.join(","))),
        )],
        refusals: vec![
            (
                404,
                "There is no such access code, or it does not admit the caller's address.",
            ),
            (503, "The panel is busy and nothing was done."),
        ],
        headers: Vec::new(),
    }
}

/// Returns the id in the `docs` seed of a thing that an action is about.
fn example_id(action: &Action) -> Option<&'static str> {
    let thing = match &action.verb {
        Verb::Get(_, thing) => *thing,
        Verb::Edit(noun, ..) | Verb::Delete(noun) | Verb::Switch(noun, ..) => noun.thing(),
        Verb::Trade(trade) => trade.thing(),
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
        Thing::ActiveCode => "892",
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

/// Returns what a parameter means; of a date also how it is written here.
fn doc(param: &Param) -> Cow<'static, str> {
    let doc = param.input.field.doc;
    match (param.kind(), doc.strip_suffix('.')) {
        (FieldType::Date, Some(doc)) => format!("{doc}: `YYYY-MM-DD`, with a time, or unix seconds.").into(),
        _ => doc.into(),
    }
}

/// Describes what a missing parameter means.
fn left_out(param: &Param, required: bool, is_edit: bool) -> Cow<'static, str> {
    match (required, is_edit) {
        (true, _) => "refused".into(),
        (false, true) => "unchanged".into(),
        (false, false) => param.input.field.default_text().unwrap_or("nothing".into()),
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

/// Names the parameters that are known and ignored.
fn ignored(trade: &Trade) -> String {
    if trade.ignored.is_empty() {
        return String::new();
    }
    let names: Vec<String> = trade.ignored.iter().map(|name| format!("`{name}`")).collect();
    format!("Known and ignored: {}.", names.join(", "))
}

/// Describes a type: its name in the contract (3.2), the form of its values, and a value.
fn described(kind: FieldType) -> (Cow<'static, str>, ValueForm, &'static str) {
    let (name, form, example) = match kind {
        FieldType::Text(most) if most != LONG => {
            let name = format!("text, at most {most} characters");
            return (name.into(), ValueForm::Text, "example");
        }
        FieldType::Int(least, most) => {
            let name = match (least, most) {
                (LEAST, MOST) => "int".to_owned(),
                (least, MOST) => format!("int from {least}"),
                (least, most) => format!("int {least}–{most}"),
            };
            return (name.into(), ValueForm::Int(Some((least, most))), "1");
        }
        FieldType::Choice(words) => {
            let first = words.first().copied().unwrap_or_default();
            return (words.join(", ").into(), ValueForm::Words(words), first);
        }
        FieldType::Stored | FieldType::Text(_) => ("text", ValueForm::Text, "example"),
        FieldType::Code => ("text", ValueForm::Text, "newcode01"),
        FieldType::Flag => ("0 or 1", ValueForm::Numbers(&[0, 1]), "1"),
        FieldType::Money => ("money", ValueForm::Decimal, "12.5"),
        FieldType::Real => ("number", ValueForm::Decimal, "12.5"),
        FieldType::Date => ("date", ValueForm::Text, "2027-12-31"),
        FieldType::Unix => ("unix seconds", ValueForm::Int(None), "1830297600"),
        FieldType::Ids => ("ids", ValueForm::Json, "[1,2]"),
        FieldType::Row(_) => ("id", ValueForm::Int(None), "1"),
        FieldType::Object => ("JSON object", ValueForm::Json, "{}"),
        FieldType::IdLists(_) => ("JSON object", ValueForm::Json, r#"{"stream":[10],"movies":[100]}"#),
        FieldType::JsonTexts => ("JSON list of texts", ValueForm::Json, r#"["lines"]"#),
        FieldType::Texts => ("list `[]`", ValueForm::Texts, "203.0.113.7"),
        FieldType::Networks => ("list `[]` of addresses or networks", ValueForm::Texts, "203.0.113.7"),
        FieldType::Ports | FieldType::FirstPort(..) => ("list `[]` of ports", ValueForm::Ints, "8080"),
        FieldType::Formats => ("list `[]` of 1–3", ValueForm::Ints, "1"),
        FieldType::Ip => ("IP address", ValueForm::Text, "203.0.113.7"),
        FieldType::Network => ("IP address or network", ValueForm::Text, "203.0.113.7"),
        FieldType::Mac => ("MAC address", ValueForm::Text, "00:1A:79:12:34:56"),
        FieldType::Country => ("two letters", ValueForm::Text, "GB"),
        FieldType::ApiKey => (
            "32 hexadecimal digits",
            ValueForm::Text,
            "0123456789abcdef0123456789abcdef",
        ),
    };
    (name.into(), form, example)
}

/// Returns the parameters of an answer's keys and of a list's page.
fn list_params(action: &Action) -> Vec<Parameter> {
    let text = |name: &'static str, doc: &'static str| Parameter::text(name, false, doc);
    let columns = [
        text("show_columns", "Keys to show, separated by commas."),
        text("hide_columns", "Keys to leave out, separated by commas."),
    ];
    match &action.verb {
        Verb::Me(_) | Verb::Get(..) | Verb::All(..) | Verb::Sold(_) => columns.into(),
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
