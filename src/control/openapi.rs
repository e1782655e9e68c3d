//! The OpenAPI document of the control plane, from the table of endpoints.

use std::sync::OnceLock;

use utoipa::openapi::path::{HttpMethod, OperationBuilder, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{InfoBuilder, OpenApiBuilder, PathItem, PathsBuilder, Required, ResponseBuilder};

use super::endpoint::Endpoint;
use crate::http::Response;

/// Answers the OpenAPI document of the control plane.
pub fn openapi_answer(endpoints: &[Endpoint]) -> Response {
    static TEXT: OnceLock<String> = OnceLock::new();
    let text = TEXT.get_or_init(|| openapi(endpoints));
    Response::new(200, "application/json", text.as_bytes())
}

fn openapi(endpoints: &[Endpoint]) -> String {
    let mut paths = PathsBuilder::new();
    for route in endpoints {
        let method = match route.method {
            "POST" => HttpMethod::Post,
            "PUT" => HttpMethod::Put,
            "PATCH" => HttpMethod::Patch,
            "DELETE" => HttpMethod::Delete,
            _ => HttpMethod::Get,
        };
        paths = paths.path(route.shown(), PathItem::new(method, operation(route)));
    }
    let info = InfoBuilder::new()
        .title("Linecard's control plane")
        .version(env!("CARGO_PKG_VERSION"));
    let document = OpenApiBuilder::new().info(info.build()).paths(paths.build()).build();
    document.to_pretty_json().unwrap_or_default()
}

fn operation(route: &Endpoint) -> OperationBuilder {
    let mut operation = OperationBuilder::new()
        .summary(Some(route.doc))
        .response("200", ResponseBuilder::new().description("JSON.").build())
        .response(
            "400",
            ResponseBuilder::new().description("A problem with a hint.").build(),
        );
    if let Some((_, rest)) = route.path.split_once('{') {
        let name = rest.split('}').next().unwrap_or_default();
        let parameter = ParameterBuilder::new()
            .name(name)
            .parameter_in(ParameterIn::Path)
            .required(Required::True)
            .schema(Some(ObjectBuilder::new().schema_type(Type::String)));
        operation = operation.parameter(parameter);
    }
    operation
}
