//! What the table of actions says to people and programs: the OpenAPI document, the README's table
//! and the page of all parameters. Nothing here is written by hand beside the table.

use std::fmt::Write;
use std::sync::LazyLock;

use utoipa::openapi::path::{HttpMethod, OperationBuilder, ParameterBuilder, ParameterIn};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, Schema, Type as Json};
use utoipa::openapi::{
    ContentBuilder, InfoBuilder, OpenApiBuilder, PathItem, PathsBuilder, RefOr, Required, ResponseBuilder,
};

use super::xc_v2::{self, actions as v2};
use super::xtream::admin::actions::{ACTIONS, Action, Verb};
use super::xtream::params::{Param, ParamType};
use crate::http::Response;

/// Where the server answers the OpenAPI document.
pub const OPENAPI_PATH: &str = "/openapi.json";

/// The answer to a request for the OpenAPI document.
pub fn openapi_answer() -> Response {
    static TEXT: LazyLock<String> = LazyLock::new(openapi);
    Response::new(200, "application/json", TEXT.as_bytes())
}

/// The OpenAPI document, as JSON. The API has one path for all actions, so each action stands
/// under that path with its query string, which tools show as a path of its own.
pub fn openapi() -> String {
    let mut paths = PathsBuilder::new();
    for action in ACTIONS {
        let path = format!("/{{code}}/admin/index.php?action={}", action.name);
        paths = paths.path(
            path,
            PathItem::new(
                if action.writes() {
                    HttpMethod::Post
                } else {
                    HttpMethod::Get
                },
                operation(action),
            ),
        );
    }
    for action in v2::ACTIONS {
        let path = format!("{}?action={}&sub={}", xc_v2::PATH, action.action, action.sub);
        let method = match action.verb {
            v2::Verb::Read(_) => HttpMethod::Get,
            v2::Verb::Write(_) => HttpMethod::Post,
        };
        paths = paths.path(path, PathItem::new(method, v2_operation(action)));
    }
    let info = InfoBuilder::new()
        .title("Linecard")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(
            "The Xtream-Masters Admin API and the XC v2 API, answered by Linecard.",
        ));
    let document = OpenApiBuilder::new().info(info.build()).paths(paths.build()).build();
    document.to_pretty_json().unwrap_or_default()
}

fn operation(action: &Action) -> OperationBuilder {
    let code = ParameterBuilder::new()
        .name("code")
        .parameter_in(ParameterIn::Path)
        .required(Required::True)
        .description(Some("An access code."))
        .schema(Some(ObjectBuilder::new().schema_type(Json::String)));
    let mut fields = ObjectBuilder::new()
        .property(
            "api_key",
            ObjectBuilder::new()
                .schema_type(Json::String)
                .description(Some("An administrator's API key.")),
        )
        .required("api_key");
    for (param, required) in action.params() {
        fields = fields.property(param.name, schema(param));
        if required {
            fields = fields.required(param.name);
        }
    }
    for (name, doc) in list_params(action) {
        fields = fields.property(
            name,
            ObjectBuilder::new().schema_type(Json::String).description(Some(doc)),
        );
    }
    summary(
        action.doc,
        action.group,
        fields,
        "An envelope: `status`, and `data` or `error`.",
    )
    .operation_id(Some(action.name))
    .parameter(code)
}

fn v2_operation(action: &v2::Action) -> OperationBuilder {
    let mut fields = ObjectBuilder::new();
    for (name, required, doc) in action.params {
        fields = fields.property(
            *name,
            ObjectBuilder::new().schema_type(Json::String).description(Some(*doc)),
        );
        if *required {
            fields = fields.required(*name);
        }
    }
    summary(
        action.doc,
        action.group,
        fields,
        "Bare JSON; `result` and `error` where something is wrong.",
    )
    .operation_id(Some(format!("{}_{}", action.action, action.sub)))
}

/// What operations of both dialects say: a form in the body, and one kind of answer.
fn summary(doc: &str, group: &str, fields: ObjectBuilder, answer: &str) -> OperationBuilder {
    let content = ContentBuilder::new().schema(Some(fields)).build();
    let body = RequestBodyBuilder::new()
        .content("application/x-www-form-urlencoded", content)
        .build();
    OperationBuilder::new()
        .summary(Some(doc))
        .tag(group)
        .request_body(Some(body))
        .response("200", ResponseBuilder::new().description(answer).build())
}

fn schema(param: &Param) -> RefOr<Schema> {
    let plain = |kind: Json| ObjectBuilder::new().schema_type(kind).description(Some(param.doc));
    match param.kind {
        ParamType::Int(least, most) => plain(Json::Integer).minimum(Some(least)).maximum(Some(most)).into(),
        ParamType::Flag => plain(Json::Integer).enum_values(Some([0, 1])).into(),
        ParamType::Money => plain(Json::Number).into(),
        ParamType::Row(_) => plain(Json::Integer).into(),
        ParamType::Choice(words) => plain(Json::String).enum_values(Some(words.iter().copied())).into(),
        ParamType::Texts | ParamType::Networks | ParamType::Ports | ParamType::Formats | ParamType::FirstPort(..) => {
            ArrayBuilder::new()
                .items(ObjectBuilder::new().schema_type(Json::String))
                .description(Some(param.doc))
                .into()
        }
        _ => plain(Json::String).into(),
    }
}

/// The parameters of a list beyond the action's own, with their documentation.
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
                ("limit", "Rows of a page, 50 unless said."),
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

/// The README's table: a row for each chapter with its actions in each dialect.
pub fn readme_table() -> String {
    let mut text = String::from("| chapter | Admin API | XC v2 API |\n|---|---|---|\n");
    for (group, actions) in groups() {
        let names: Vec<String> = actions.iter().map(|action| format!("`{}`", action.name)).collect();
        let v2: Vec<String> = of_group(group)
            .map(|action| format!("`{}/{}`", action.action, action.sub))
            .collect();
        let _ = writeln!(
            text,
            "| {group} ({}) | {} | {} |",
            actions.len(),
            names.join(" "),
            v2.join(" ")
        );
    }
    text
}

/// The calls of the XC v2 API in a chapter.
fn of_group(group: &str) -> impl Iterator<Item = &'static v2::Action> {
    v2::ACTIONS.iter().filter(move |action| action.group == group)
}

/// The page of all actions with their parameters.
pub fn actions_page() -> String {
    let mut text = String::from(
        "# Actions\n\n\
         Generated from the tables of actions by `linecard docs`; do not edit. The Admin API comes first, the\n\
         [XC v2 API](#xc-v2-api) after it.\n\n\
         Every action takes `api_key` and `action`, from query or body, by GET or POST. Actions that show things take\n\
         `show_columns` and `hide_columns`. **Bold** parameters are required.\n",
    );
    for (group, actions) in groups() {
        let _ = write!(text, "\n## {group}\n");
        for action in actions {
            let _ = write!(text, "\n### {}\n\n{}\n", action.name, action.doc);
            let params = action.params();
            if !params.is_empty() {
                text.push_str("\n| parameter | type | left out | |\n|---|---|---|---|\n");
            }
            for (param, required) in params {
                let name = param.names().collect::<Vec<_>>().join("` or `");
                let mark = if required { "**" } else { "" };
                let left_out = match (required, matches!(action.verb, Verb::Edit(..))) {
                    (true, _) => "refused",
                    (false, true) => "unchanged",
                    (false, false) => param.default_text().unwrap_or("nothing"),
                };
                let _ = writeln!(
                    text,
                    "| {mark}`{name}`{mark} | {} | {left_out} | {} |",
                    type_name(param.kind),
                    param.doc
                );
            }
            if let Verb::Page(listing) = &action.verb {
                let _ = write!(
                    text,
                    "\nA list: `start`, `limit`, `search[value]` in {}; `order[0][column]` {}",
                    listing.search.split_whitespace().collect::<Vec<_>>().join(", "),
                    listing
                        .order
                        .iter()
                        .map(|(index, name)| format!("{index} {name}"))
                        .collect::<Vec<_>>()
                        .join(", "),
                );
                let filters = listing.filter_names();
                if !filters.is_empty() {
                    let _ = write!(text, "; `filter` {filters}");
                }
                let extra: Vec<String> = listing.extra_params().map(|name| format!("`{name}`")).collect();
                if !extra.is_empty() {
                    let _ = write!(text, "; {}", extra.join(", "));
                }
                text.push_str(".\n");
            }
        }
    }
    text + &v2_page()
}

/// The part of that page about the XC v2 API.
fn v2_page() -> String {
    let mut text = String::from(
        "\n## XC v2 API\n\n\
         Every call takes `action` and `sub`, and `api_pass` where the setting of that name is set. **Bold** parameters\n\
         are required. `user_data[…]` takes the columns of the table at the end.\n",
    );
    for action in v2::ACTIONS {
        let _ = write!(text, "\n### {}/{}\n\n{}\n", action.action, action.sub, action.doc);
        if !action.params.is_empty() {
            text.push_str("\n| parameter | |\n|---|---|\n");
        }
        for (name, required, doc) in action.params {
            let mark = if *required { "**" } else { "" };
            let _ = writeln!(text, "| {mark}`{name}`{mark} | {doc} |");
        }
    }
    text.push_str("\n### Columns of user_data\n\n| column | type | sent empty |\n|---|---|---|\n");
    for (name, kind, empty) in xc_v2::columns() {
        let _ = writeln!(text, "| `{name}` | {kind} | {empty} |");
    }
    text
}

/// Plain lines for a terminal.
pub fn terminal_table() -> String {
    let mut text = String::new();
    for (group, actions) in groups() {
        let _ = writeln!(text, "{group}");
        for action in actions {
            let params: Vec<String> = action
                .params()
                .iter()
                .map(|(param, required)| {
                    if *required {
                        param.name.to_owned()
                    } else {
                        format!("[{}]", param.name)
                    }
                })
                .collect();
            let _ = writeln!(text, "  {:<26} {}", action.name, action.doc);
            if !params.is_empty() {
                let _ = writeln!(text, "  {:<26} {}", "", params.join(" "));
            }
        }
    }
    let _ = writeln!(text, "\nXC v2 API");
    for action in v2::ACTIONS {
        let params: Vec<String> = action
            .params
            .iter()
            .map(|(name, required, _)| if *required { (*name).into() } else { format!("[{name}]") })
            .collect();
        let _ = writeln!(
            text,
            "  {:<26} {}",
            format!("{}/{}", action.action, action.sub),
            action.doc
        );
        if !params.is_empty() {
            let _ = writeln!(text, "  {:<26} {}", "", params.join(" "));
        }
    }
    text
}

/// The chapters in their order, each with its actions.
fn groups() -> Vec<(&'static str, Vec<&'static Action>)> {
    let mut groups: Vec<(&str, Vec<&Action>)> = Vec::new();
    for action in ACTIONS {
        match groups.last_mut().filter(|(group, _)| *group == action.group) {
            Some((_, actions)) => actions.push(action),
            None => groups.push((action.group, vec![action])),
        }
    }
    groups
}

/// The contract's word for a type (3.2).
fn type_name(kind: ParamType) -> String {
    match kind {
        ParamType::Text(usize::MAX) | ParamType::Code => "text".into(),
        ParamType::Text(most) => format!("text, at most {most} characters"),
        ParamType::Int(least, most) if (least, most) == (i64::from(i32::MIN), i64::from(i32::MAX)) => "int".into(),
        ParamType::Int(least, most) if most == i64::from(i32::MAX) => format!("int from {least}"),
        ParamType::Int(least, most) => format!("int {least}–{most}"),
        ParamType::Flag => "0 or 1".into(),
        ParamType::Money => "money".into(),
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
