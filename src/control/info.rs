//! The endpoints about the server: health, addresses and credentials.

use serde_json::{Value, json};

use super::clock;
use super::members::{answer, object, only};
use super::problem::Problem;
use super::{Control, PREFIX};
use crate::http::{Request, Response, public_url};
use crate::panel::FirstCallInfo;
use crate::panel::strictness::Strictness;
use crate::spelling::nearest;

impl Control {
    /// Builds the health answer for callers without a token.
    pub(super) fn alive(&self) -> Value {
        json!({
            "status": "ok",
            "version": env!("CARGO_PKG_VERSION"),
            "uptime_s": self.metrics.uptime().as_secs(),
            "clock": clock::mode_name(self.panel.clock().mode()),
        })
    }

    /// `GET /_linecard/health`: adds the location of the database.
    pub(super) fn health(&self) -> Value {
        let mut health = self.alive();
        if let Some(members) = health.as_object_mut() {
            members.insert("db".into(), self.panel.store().place().to_string().into());
        }
        health
    }

    /// `PATCH /_linecard/info`.
    pub(super) async fn set_info(&self, request: &Request<'_>) -> Result<Response, Problem> {
        let members = object(request)?;
        only(&members, &["public_url", "strict"])?;
        let url = members.get("public_url").map(url).transpose()?;
        let strictness = members.get("strict").map(strictness).transpose()?;
        if url.is_none() && strictness.is_none() {
            let hint = r#"send {"public_url":"http://panel.example:8080"}, {"strict":"error"} or both"#;
            return Err(Problem::bad_request("there is nothing to set", hint));
        }
        if let Some(url) = url {
            self.address.set_public(url);
        }
        if let Some(strictness) = strictness {
            self.panel.set_strictness(strictness);
        }
        Ok(answer(&self.info(request).await?))
    }

    /// `GET /_linecard/info`.
    pub(super) async fn info(&self, request: &Request<'_>) -> Result<Value, Problem> {
        let FirstCallInfo {
            access_code,
            api_key,
            user,
            pass,
            nxt_token,
            billing_key,
        } = self.panel.first_call_info().await?;
        Ok(json!({
            "url": self.address.url(&self.panel, request),
            "control": format!("{}{PREFIX}", self.address.control(&self.panel, request)),
            "public_url": self.address.public(),
            "world": self.world,
            "access_code": access_code,
            "api_key": api_key,
            "user": user,
            "pass": pass,
            "nxt_token": nxt_token,
            "billing_key": billing_key,
            "timezone": self.panel.zone().name(),
            "strict": self.panel.strictness().refuses(),
            "strictness": self.panel.strictness().name(),
            "seed_error": self.seed_error(),
            "pid": std::process::id(),
            "epoch": self.epoch(),
        }))
    }
}

/// Parses the public URL; null removes it.
fn url(value: &Value) -> Result<Option<String>, Problem> {
    let hint = r#"send {"public_url":"http://panel.example:8080"}, or null to take it back"#;
    match value {
        Value::Null => Ok(None),
        Value::String(text) => public_url::parse(text)
            .map(Some)
            .map_err(|reason| Problem::bad_request(format!("`public_url` is {reason}: {text:?}"), hint)),
        other => Err(Problem::bad_request(format!("`public_url` is no text: {other}"), hint)),
    }
}

/// Parses the strictness.
fn strictness(value: &Value) -> Result<Strictness, Problem> {
    let name = value.as_str().unwrap_or_default();
    let found = Strictness::ALL.into_iter().find(|one| one.name() == name);
    found.ok_or_else(|| {
        let known = Strictness::ALL.map(Strictness::name);
        let hint = format!("there are {}{}", known.join(", "), nearest(name, &known));
        Problem::bad_request(format!("`strict` cannot be {value}"), hint)
    })
}
