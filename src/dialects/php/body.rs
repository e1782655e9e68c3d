//! Reads the form in a request's body.

use actix_multipart::Multipart;
use actix_web::error::PayloadError;
use actix_web::http::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use actix_web::web::Bytes;
use futures_util::{StreamExt, stream};

use super::form::{Form, Limits, utf8};

/// Reads the variables of a body. A body that is not a form has none.
pub async fn form(body: &Bytes, content_type: Option<&str>, limits: Limits) -> Form {
    let kind = content_type.unwrap_or("application/x-www-form-urlencoded");
    let essence = kind.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return Form::parse(body, limits);
    }
    if essence.eq_ignore_ascii_case("multipart/form-data") {
        return multipart(body.clone(), kind, limits).await;
    }
    Form::default()
}

/// Reads the parts that are not files, up to the first malformed one.
async fn multipart(body: Bytes, content_type: &str, limits: Limits) -> Form {
    let mut form = Form::default();
    let Ok(content_type) = HeaderValue::from_str(content_type) else {
        return form;
    };
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, content_type);
    let mut parts = Multipart::new(&headers, stream::iter([Ok::<_, PayloadError>(body)]));
    let mut count = 0;
    while let Some(Ok(mut part)) = parts.next().await {
        let mut value = Vec::new();
        while let Some(Ok(chunk)) = part.next().await {
            value.extend_from_slice(&chunk);
        }
        let about = part.content_disposition();
        let Some(name) = about
            .and_then(|about| about.get_name())
            .filter(|_| about.is_none_or(|about| about.get_filename().is_none()))
        else {
            continue;
        };
        count += 1;
        if count > limits.variables {
            form.set_overflowed();
            break;
        }
        form.register(name.as_bytes(), utf8(value), limits.depth);
    }
    form
}
