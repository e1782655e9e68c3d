//! The endpoint that tells whether a line can watch, and what refuses it.

use std::net::IpAddr;
use std::sync::Arc;

use serde_json::{Value, json};

use super::Control;
use super::journal::filter;
use super::members::answer;
use super::problem::Problem;
use crate::dialects::php::form::Form;
use crate::http::{Request, Response};
use crate::panel::viewers::checks::Verdict;
use crate::panel::viewers::why::{self, Explained, Explanation, Question};
use crate::panel::{Caller, Context, Error};

/// The parameters of the query.
pub const ASKED: [&str; 4] = ["line", "stream", "ip", "ua"];

/// `GET /_linecard/why`.
pub async fn show(control: &Control, request: &Request<'_>) -> Result<Response, Problem> {
    let question = question(&filter::query(request, &ASKED)?)?;
    let (named, stream) = (question.line.clone(), question.stream);
    let access = control.panel.access().await?;
    let explain = {
        let access = Arc::clone(&access);
        move |context: &Context<'_>| why::explain(context, &access, &question)
    };
    match control.panel.read(Caller::Admin(None), explain).await {
        Ok(explanation) => Ok(answer(&shown(&explanation, stream))),
        Err(Error::NotFound(_)) => Err(Problem::not_found(
            format!("there is no line {named:?}"),
            "name a line by its username or its id",
        )),
        Err(error) => Err(error.into()),
    }
}

fn question(query: &Form) -> Result<Question, Problem> {
    let Some(line) = query.text("line") else {
        let hint = "send line=USERNAME, and stream=ID, ip=ADDRESS and ua=USER_AGENT where they matter";
        return Err(Problem::bad_request("`line` is missing", hint));
    };
    Ok(Question {
        line: line.into(),
        stream: parsed::<i64>(query, "stream", "the id of a stream, movie or episode")?,
        address: parsed::<IpAddr>(query, "ip", "an IP address such as 192.0.2.1")?,
        agent: query.text("ua").map(|agent| agent.to_owned()),
    })
}

fn parsed<T: std::str::FromStr>(query: &Form, name: &'static str, form: &str) -> Result<Option<T>, Problem> {
    let Some(text) = query.text(name) else {
        return Ok(None);
    };
    let wrong = |_| Problem::bad_request(format!("`{name}` is wrong: {text:?}"), format!("send {form}"));
    text.parse().map(Some).map_err(wrong)
}

fn shown(explanation: &Explanation, stream: Option<i64>) -> Value {
    let refusal = explanation.refusal();
    json!({
        "line": {
            "id": explanation.line.id,
            "username": explanation.line.username,
            "status": explanation.line.standing.word(),
        },
        "stream": stream.map(|id| json!({ "id": id, "name": explanation.stream })),
        "watches": refusal.is_none(),
        "refused_by": refusal.map(check),
        "checks": explanation.checks.iter().map(check).collect::<Vec<Value>>(),
    })
}

fn check(one: &Explained) -> Value {
    let (verdict, why) = match &one.verdict {
        Verdict::Admitted => ("admits", None),
        Verdict::Refused(why) => ("refuses", Some(why)),
        Verdict::Skipped => ("skipped", None),
    };
    json!({
        "number": one.check.number,
        "name": one.check.name,
        "rule": one.check.rule,
        "verdict": verdict,
        "why": why,
        "change": why.map(|_| one.check.remedy),
    })
}
