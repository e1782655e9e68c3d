//! The endpoint that tells whether a line can watch, and what refuses it.

use std::net::IpAddr;
use std::sync::Arc;

use serde::Serialize;
use utoipa::ToSchema;

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

/// Whether a line can watch a stream, and what each check says.
#[derive(Serialize, ToSchema)]
pub struct Why<'a> {
    line: WhyLine<'a>,
    #[schema(required)]
    stream: Option<WhyStream<'a>>,
    watches: bool,
    /// The first check that refuses.
    #[schema(required)]
    refused_by: Option<WhyCheck<'a>>,
    checks: Vec<WhyCheck<'a>>,
}

/// The line that is asked about.
#[derive(Serialize, ToSchema)]
struct WhyLine<'a> {
    id: i64,
    username: &'a str,
    status: &'static str,
}

/// The stream that is asked about.
#[derive(Serialize, ToSchema)]
struct WhyStream<'a> {
    id: i64,
    /// Null if there is no such stream.
    #[schema(required)]
    name: Option<&'a str>,
}

/// What a check says.
#[derive(Serialize, ToSchema)]
struct WhyCheck<'a> {
    /// Its number in the table of checks.
    number: u8,
    /// The name under which the client log has its refusals.
    #[schema(required)]
    name: Option<&'static str>,
    rule: &'static str,
    verdict: Judgement,
    #[schema(required)]
    why: Option<&'a str>,
    /// What to change so that it admits.
    #[schema(required)]
    change: Option<&'static str>,
}

/// The verdict of a check.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Judgement {
    Admits,
    Refuses,
    Skipped,
}

fn shown(explanation: &Explanation, stream: Option<i64>) -> Why<'_> {
    let refusal = explanation.refusal();
    Why {
        line: WhyLine {
            id: explanation.line.id,
            username: &explanation.line.username,
            status: explanation.line.standing.word(),
        },
        stream: stream.map(|id| WhyStream {
            id,
            name: explanation.stream.as_deref(),
        }),
        watches: refusal.is_none(),
        refused_by: refusal.map(check),
        checks: explanation.checks.iter().map(check).collect(),
    }
}

fn check(one: &Explained) -> WhyCheck<'_> {
    let (verdict, why) = match &one.verdict {
        Verdict::Admitted => (Judgement::Admits, None),
        Verdict::Refused(why) => (Judgement::Refuses, Some(&**why)),
        Verdict::Skipped => (Judgement::Skipped, None),
    };
    WhyCheck {
        number: one.check.number,
        name: one.check.name,
        rule: one.check.rule,
        verdict,
        why,
        change: why.map(|_| one.check.remedy),
    }
}
