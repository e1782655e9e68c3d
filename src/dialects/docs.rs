//! Generates the OpenAPI document, the README's table and the page of all parameters from the dialects'
//! tables.

use std::fmt::Write;
use std::sync::LazyLock;

use utoipa::openapi::path::{HttpMethod, OperationBuilder, ParameterBuilder, ParameterIn};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{ContentBuilder, InfoBuilder, OpenApiBuilder, PathItem, PathsBuilder, Required, ResponseBuilder};

use super::operation::{Operation, Parameter};
use super::{Dialect, Dialects};
use crate::http::Response;
use crate::panel::answers::AnswerBytes;
use crate::panel::{Panel, Result};

/// The path of the OpenAPI document.
pub const OPENAPI_PATH: &str = "/openapi.json";

/// Returns the answer with the OpenAPI document.
///
/// # Errors
/// [`crate::panel::Error::Busy`] while other answers hold too much.
pub fn openapi_answer(panel: &Panel, dialects: Dialects) -> Result<Response> {
    static BUILT_IN: LazyLock<String> = LazyLock::new(|| openapi(Dialects::default()));
    let mut body = AnswerBytes::new(&panel.settings().answers);
    match dialects.is(Dialects::default()) {
        true => body.out().extend_from_slice(BUILT_IN.as_bytes()),
        false => body.out().extend_from_slice(openapi(dialects).as_bytes()),
    }
    body.check()?;
    let (bytes, charge) = body.into_body();
    Ok(Response::new(200, "application/json", bytes).charged(charge))
}

/// Returns the OpenAPI document, as JSON. A PHP dialect has one path for all its operations, so each is
/// listed under that path with its query string, which tools show as a separate path.
pub fn openapi(dialects: Dialects) -> String {
    let mut paths = PathsBuilder::new();
    for operation in dialects.served().flat_map(Dialect::operations) {
        let method = match operation.writes {
            true => HttpMethod::Post,
            false => HttpMethod::Get,
        };
        paths = paths.path(operation.path.as_str(), PathItem::new(method, described(operation)));
    }
    let titles: Vec<&str> = dialects.served().map(Dialect::full_title).collect();
    let description = format!("{}, answered by Linecard.", titles.join(" and "));
    let info = InfoBuilder::new()
        .title("Linecard")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(capitalized(&description)));
    let document = OpenApiBuilder::new().info(info.build()).paths(paths.build()).build();
    document.to_pretty_json().unwrap_or_default()
}

fn capitalized(text: &str) -> String {
    let mut characters = text.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => String::new(),
    }
}

/// Describes one operation: a form in the body, and one kind of answer.
fn described(operation: &Operation) -> OperationBuilder {
    let all = operation
        .secrets
        .iter()
        .chain(&operation.parameters)
        .chain(&operation.common);
    let fields = all.fold(ObjectBuilder::new(), |fields, parameter| {
        let fields = fields.property(parameter.name(), parameter.schema.clone());
        match parameter.required {
            true => fields.required(parameter.name()),
            false => fields,
        }
    });
    let content = ContentBuilder::new().schema(Some(fields)).build();
    let body = RequestBodyBuilder::new()
        .content("application/x-www-form-urlencoded", content)
        .build();
    let described = OperationBuilder::new()
        .summary(Some(operation.doc))
        .tag(operation.group)
        .request_body(Some(body))
        .response("200", ResponseBuilder::new().description(operation.answer).build())
        .operation_id(Some(operation.id.as_str()));
    match operation.path.contains("{code}") {
        true => described.parameter(code()),
        false => described,
    }
}

/// Describes the access code in a path.
fn code() -> ParameterBuilder {
    ParameterBuilder::new()
        .name("code")
        .parameter_in(ParameterIn::Path)
        .required(Required::True)
        .description(Some("An access code."))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String)))
}

/// Returns the README's table: a row for each chapter with its operations in each dialect.
pub fn readme_table(dialects: Dialects) -> String {
    let served: Vec<&dyn Dialect> = dialects.served().collect();
    let titles: Vec<&str> = served.iter().map(|dialect| name(*dialect)).collect();
    let mut text = format!(
        "| chapter | {} |\n|---|{}\n",
        titles.join(" | "),
        "---|".repeat(served.len())
    );
    for (group, count) in groups(dialects) {
        let cells = served.iter().map(|dialect| {
            let names = of_group(*dialect, group).map(|operation| format!("`{}`", operation.name));
            names.collect::<Vec<_>>().join(" ")
        });
        let _ = writeln!(
            text,
            "| {group} ({count}) | {} |",
            cells.collect::<Vec<_>>().join(" | ")
        );
    }
    text
}

/// Returns a dialect's title for a heading.
fn name(dialect: &dyn Dialect) -> &'static str {
    dialect.title().trim_start_matches("the ")
}

fn of_group<'d>(dialect: &'d dyn Dialect, group: &str) -> impl Iterator<Item = &'d Operation> {
    dialect
        .operations()
        .iter()
        .filter(move |operation| operation.group == group)
}

/// Returns the chapters in the order of the first dialect that has them, each with the number of that
/// dialect's operations.
fn groups(dialects: Dialects) -> Vec<(&'static str, usize)> {
    let mut groups: Vec<(&str, usize)> = Vec::new();
    for dialect in dialects.served() {
        for operation in dialect.operations() {
            if groups.iter().all(|(group, _)| *group != operation.group) {
                groups.push((operation.group, of_group(dialect, operation.group).count()));
            }
        }
    }
    groups
}

/// Returns the page of all operations with their parameters.
pub fn actions_page(dialects: Dialects) -> String {
    let mut text = String::from("# Actions\n\nGenerated from the tables of actions by `linecard docs`; do not edit.\n");
    for dialect in dialects.served() {
        let _ = write!(text, "\n## {}\n\n{}", name(dialect), dialect.introduction());
        let mut group = "";
        for operation in dialect.operations() {
            if operation.group != group {
                group = operation.group;
                let _ = write!(text, "\n### {group}\n");
            }
            describe(&mut text, operation);
        }
        text += &dialect.appendix();
    }
    text
}

fn describe(text: &mut String, operation: &Operation) {
    let _ = write!(text, "\n#### {}\n\n{}\n", operation.name, operation.doc);
    let is_typed = operation.parameters.iter().any(|parameter| parameter.typed.is_some());
    match operation.parameters.is_empty() {
        true => {}
        false if is_typed => *text += "\n| parameter | type | left out | |\n|---|---|---|---|\n",
        false => *text += "\n| parameter | |\n|---|---|\n",
    }
    for parameter in &operation.parameters {
        let mark = if parameter.required { "**" } else { "" };
        let names = parameter.names.join("` or `");
        let typed = match &parameter.typed {
            Some((kind, left_out)) => format!("{kind} | {left_out} | "),
            None => String::new(),
        };
        let _ = writeln!(text, "| {mark}`{names}`{mark} | {typed}{} |", parameter.doc);
    }
    if !operation.note.is_empty() {
        let _ = writeln!(text, "\n{}", operation.note);
    }
}

/// Returns the table as plain text for a terminal.
pub fn terminal_table(dialects: Dialects) -> String {
    let mut text = String::new();
    for (at, dialect) in dialects.served().enumerate() {
        let space = if at == 0 { "" } else { "\n" };
        let _ = writeln!(text, "{space}{}", name(dialect));
        let mut group = "";
        for operation in dialect.operations() {
            if operation.group != group {
                group = operation.group;
                let _ = writeln!(text, " {group}");
            }
            let _ = writeln!(text, "  {:<26} {}", operation.name, operation.doc);
            let parameters: Vec<String> = operation.parameters.iter().map(in_brackets).collect();
            if !parameters.is_empty() {
                let _ = writeln!(text, "  {:<26} {}", "", parameters.join(" "));
            }
        }
    }
    text
}

/// Returns a parameter, in brackets if it is optional.
fn in_brackets(parameter: &Parameter) -> String {
    match parameter.required {
        true => parameter.name().to_owned(),
        false => format!("[{}]", parameter.name()),
    }
}
