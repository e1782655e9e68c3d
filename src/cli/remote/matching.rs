//! The flags that select requests: one for each member of the control plane's `match`.

use clap::Args;
use serde_json::{Map, Value, json};

/// Selects requests; without any flag, all of them.
#[derive(Args, Clone, Debug, Default)]
pub struct Matching {
    /// The dialect: admin, xc_v2 or none.
    #[arg(long, value_name = "NAME")]
    api: Option<String>,

    /// The action, such as create_line or user/create; `*` stands for any text, `re:` begins a pattern.
    #[arg(long, value_name = "NAME")]
    action: Option<String>,

    /// The method.
    #[arg(long)]
    method: Option<String>,

    /// The path; `*` stands for any text within a segment, `re:` begins a pattern.
    #[arg(long)]
    path: Option<String>,

    /// The username that the request was about.
    #[arg(long, value_name = "NAME")]
    user: Option<String>,

    /// The status of the answer.
    #[arg(long, value_name = "CODE")]
    status: Option<u16>,

    /// A parameter of the query; may be repeated.
    #[arg(long, value_parser = pair, value_name = "NAME=VALUE")]
    query: Vec<(String, String)>,

    /// A parameter of the body; may be repeated.
    #[arg(long, value_parser = pair, value_name = "NAME=VALUE")]
    form: Vec<(String, String)>,

    /// A header; may be repeated.
    #[arg(long, value_parser = pair, value_name = "NAME=VALUE")]
    header: Vec<(String, String)>,
}

impl Matching {
    /// Returns the equivalent `match` object.
    pub fn json(&self) -> Value {
        let texts = [
            ("api", &self.api),
            ("action", &self.action),
            ("method", &self.method),
            ("path", &self.path),
            ("user", &self.user),
        ];
        let pairs = [("query", &self.query), ("form", &self.form), ("header", &self.header)];
        let texts = texts
            .into_iter()
            .filter_map(|(name, text)| Some((name, json!(text.as_ref()?))));
        let pairs = pairs.into_iter().filter(|(_, pairs)| !pairs.is_empty());
        let pairs = pairs.map(|(name, pairs)| {
            let members: Map<String, Value> = pairs.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
            (name, Value::Object(members))
        });
        let status = self.status.map(|status| ("status", json!(status)));
        let members = texts.chain(pairs).chain(status);
        Value::Object(members.map(|(name, value)| (name.to_owned(), value)).collect())
    }
}

/// Parses `NAME=VALUE`.
pub fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("not NAME=VALUE".into()),
    }
}
