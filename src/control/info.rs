//! The endpoints about the server: health, addresses and credentials.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa::openapi::schema::Type;

use super::clock::{self, ModeName};
use super::members::{Leaf, answer, body, leaves, read};
use super::problem::Problem;
use super::{Control, PREFIX};
use crate::http::{Request, Response, public_url};
use crate::openapi::typed::{of_types, of_words, schemas};
use crate::panel::FirstCallInfo;
use crate::panel::strictness::Strictness;
use crate::spelling::nearest;

/// That the server is alive.
#[derive(Serialize, ToSchema)]
pub struct Health {
    status: &'static str,
    version: &'static str,
    uptime_s: u64,
    #[schema(value_type = ModeName)]
    clock: &'static str,
    /// Where the database is; callers without a token are not told.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    db: Option<String>,
}

/// Where the panel answers, and what opens it.
#[derive(Serialize, ToSchema)]
pub struct Info<'a> {
    url: String,
    control: String,
    #[schema(required)]
    public_url: Option<String>,
    world: &'a str,
    #[schema(required)]
    access_code: Option<String>,
    #[schema(required)]
    api_key: Option<String>,
    #[schema(required)]
    user: Option<String>,
    #[schema(required)]
    pass: Option<String>,
    /// The token of the NXT API.
    #[schema(required)]
    nxt_token: Option<String>,
    /// The key of the billing API.
    #[schema(required)]
    billing_key: Option<String>,
    #[schema(required)]
    reseller_code: Option<String>,
    #[schema(required)]
    reseller_key: Option<String>,
    timezone: &'a str,
    /// Whether suspicious requests are refused.
    strict: bool,
    #[schema(value_type = WantedStrictness)]
    strictness: &'static str,
    /// Why a changed seed file was not planted.
    #[schema(required)]
    seed_error: Option<String>,
    pid: u32,
    epoch: u64,
}

body! {
    /// Where clients reach the panel, and how strict it is.
    pub struct InfoChange {
        public_url?: PublicUrl,
        strict?: WantedStrictness,
    }
}

/// A public URL; null takes it back.
#[derive(Debug)]
pub struct PublicUrl(Option<String>);

/// How strict a panel is to be.
#[derive(Clone, Copy, Debug)]
pub struct WantedStrictness(Strictness);

leaves!(PublicUrl, WantedStrictness);
schemas! {
    PublicUrl => of_types([Type::String, Type::Null], "Such as `http://panel.example:8080`; null takes it back.");
    WantedStrictness as "Strictness" => of_words(
        Strictness::ALL.map(Strictness::name),
        "Whether suspicious requests are refused, told in the log, or only recorded.",
    );
}

impl Control {
    /// Builds the health answer for callers without a token.
    pub(super) fn alive(&self) -> Health {
        Health {
            status: "ok",
            version: env!("CARGO_PKG_VERSION"),
            uptime_s: self.metrics.uptime().as_secs(),
            clock: clock::mode_name(self.panel.clock().mode()),
            db: None,
        }
    }

    /// `GET /_linecard/health`: adds the location of the database.
    pub(super) fn health(&self) -> Health {
        Health {
            db: Some(self.panel.store().place().to_string()),
            ..self.alive()
        }
    }

    /// `PATCH /_linecard/info`.
    pub(super) async fn set_info(&self, request: &Request<'_>) -> Result<Response, Problem> {
        let InfoChange {
            public_url: url,
            strict,
        } = read(request)?;
        if url.is_none() && strict.is_none() {
            let hint = r#"send {"public_url":"http://panel.example:8080"}, {"strict":"error"} or both"#;
            return Err(Problem::bad_request("there is nothing to set", hint));
        }
        if let Some(PublicUrl(url)) = url {
            self.address.set_public(url);
        }
        if let Some(WantedStrictness(strictness)) = strict {
            self.panel.set_strictness(strictness);
        }
        Ok(answer(&self.info(request).await?))
    }

    /// `GET /_linecard/info`.
    pub(super) async fn info(&self, request: &Request<'_>) -> Result<Info<'_>, Problem> {
        let FirstCallInfo {
            access_code,
            api_key,
            user,
            pass,
            nxt_token,
            billing_key,
            reseller_code,
            reseller_key,
        } = self.panel.first_call_info().await?;
        let strictness = self.panel.strictness();
        Ok(Info {
            url: self.address.url(&self.panel, request),
            control: format!("{}{PREFIX}", self.address.control(&self.panel, request)),
            public_url: self.address.public(),
            world: &self.world,
            access_code,
            api_key,
            user,
            pass,
            nxt_token,
            billing_key,
            reseller_code,
            reseller_key,
            timezone: self.panel.zone().name(),
            strict: strictness.refuses(),
            strictness: strictness.name(),
            seed_error: self.seed_error(),
            pid: std::process::id(),
            epoch: self.epoch(),
        })
    }
}

impl Leaf for PublicUrl {
    fn read(value: &Value, name: &str) -> Result<PublicUrl, Problem> {
        let wrong = |what: String| {
            let hint = r#"send {"public_url":"http://panel.example:8080"}, or null to take it back"#;
            Problem::bad_request(format!("`{name}` is {what}"), hint)
        };
        match value {
            Value::Null => Ok(PublicUrl(None)),
            Value::String(text) => {
                let url = public_url::parse(text).map(|url| PublicUrl(Some(url)));
                url.map_err(|reason| wrong(format!("{reason}: {text:?}")))
            }
            other => Err(wrong(format!("no text: {other}"))),
        }
    }
}

impl Leaf for WantedStrictness {
    fn read(value: &Value, name: &str) -> Result<WantedStrictness, Problem> {
        let word = value.as_str().unwrap_or_default();
        let found = Strictness::ALL.into_iter().find(|one| one.name() == word);
        found.map(WantedStrictness).ok_or_else(|| {
            let known = Strictness::ALL.map(Strictness::name);
            let hint = format!("there are {}{}", known.join(", "), nearest(word, &known));
            Problem::bad_request(format!("`{name}` cannot be {value}"), hint)
        })
    }
}
