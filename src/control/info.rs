//! What the server says of itself: that it is alive, where it answers and what opens it.

use serde_json::{Value, json};

use super::problem::Problem;
use super::{Control, answer, object, only, public_url, time};
use crate::panel::Entrance;
use crate::wire::{Request, Response};

impl Control {
    /// What everybody may know.
    pub(super) fn alive(&self) -> Value {
        json!({
            "status": "ok",
            "version": env!("CARGO_PKG_VERSION"),
            "uptime_s": self.begun.elapsed().as_secs(),
            "clock": time::mode_name(self.panel.clock().mode()),
        })
    }

    /// `GET /_linecard/health`: the same, with where the database is.
    pub(super) fn health(&self) -> Value {
        let mut health = self.alive();
        if let Some(members) = health.as_object_mut() {
            members.insert("db".into(), self.panel.store().place().to_string().into());
        }
        health
    }

    /// `PATCH /_linecard/info`.
    pub(super) async fn set_info(&self, request: &Request<'_>) -> Result<Response, Problem> {
        const HINT: &str = r#"send {"public_url":"http://panel.example:8080"}, or null to take it back"#;
        let members = object(request)?;
        only(&members, &["public_url"])?;
        let url = match members.get("public_url") {
            Some(Value::Null) => None,
            Some(Value::String(text)) => Some(
                public_url(text)
                    .map_err(|reason| Problem::bad_request(format!("`public_url` is {reason}: {text:?}"), HINT))?,
            ),
            _ => return Err(Problem::bad_request("`public_url` is missing or no text", HINT)),
        };
        self.address.set_public(url);
        Ok(answer(&self.info(request).await?))
    }

    /// `GET /_linecard/info`.
    pub(super) async fn info(&self, request: &Request<'_>) -> Result<Value, Problem> {
        let Entrance {
            access_code,
            api_key,
            user,
            pass,
        } = self.panel.entrance().await?;
        Ok(json!({
            "url": self.address.url(&self.panel, request),
            "control": self.address.control(&self.panel, request),
            "public_url": self.address.public(),
            "world": self.world,
            "access_code": access_code,
            "api_key": api_key,
            "user": user,
            "pass": pass,
            "timezone": self.panel.zone().name(),
            "strict": self.panel.settings().strict.refuses(),
            "strictness": self.panel.settings().strict.name(),
            "pid": std::process::id(),
            "epoch": self.epoch(),
        }))
    }
}
