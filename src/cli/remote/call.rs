//! `linecard call`: calls an action by its name; path and credentials are looked up.

use std::process::ExitCode;

use clap::Args;
use serde_json::Value;

use super::matching::pair;
use super::{Failure, REQUEST_TIMEOUT, Remote, percent_encode, print_body};
use crate::cli::ask::{Answer, HttpRequest, Url};
use crate::cli::output::{fail, print, refuse, write_error};
use crate::dialects::{Dialect, Dialects};
use crate::panel::FirstCallInfo;
use crate::spelling::nearest;

const FORM: &str = "application/x-www-form-urlencoded";

/// Options of `linecard call`.
#[derive(Args, Debug)]
pub struct Call {
    #[command(flatten)]
    remote: Remote,

    /// Print the equivalent curl command alone, and call nothing.
    #[arg(long)]
    curl: bool,

    /// The access code of the Admin API; the control plane is asked when left out.
    #[arg(long, env = "LINECARD_ACCESS_CODE", hide_env_values = true, value_name = "CODE")]
    access_code: Option<String>,

    /// The key of the Admin API; the control plane is asked when left out.
    #[arg(long, env = "LINECARD_API_KEY", hide_env_values = true, value_name = "KEY")]
    api_key: Option<String>,

    /// The key of the Reseller API; the control plane is asked when left out.
    #[arg(long, env = "LINECARD_RESELLER_KEY", hide_env_values = true, value_name = "KEY")]
    reseller_key: Option<String>,

    /// The API of the action, such as reseller; the first that has it when left out.
    #[arg(long, value_name = "NAME")]
    api: Option<String>,

    /// An action of the Admin API such as create_line, or a call of the XC v2 API such as user/create; `linecard
    /// actions` lists them.
    #[arg(value_name = "ACTION")]
    action: String,

    /// Its parameters; names are sent as they are, so user_data[username]=anna is a member of an array.
    #[arg(value_name = "NAME=VALUE", value_parser = pair)]
    parameters: Vec<(String, String)>,
}

/// The target of a call.
struct CallTarget {
    url: Url,
    /// The path with its query.
    path: String,
    dialect: &'static dyn Dialect,
}

impl Call {
    /// Makes the call. Exit code 1 when the call did not succeed, 2 when there is no such action.
    pub fn run(&self) -> ExitCode {
        let Some(dialect) = self.dialect() else {
            return refuse(unknown(&self.action, self.api.as_deref()));
        };
        let target = self.target(dialect);
        match target {
            Ok(target) if self.curl => {
                print(&format!("{}\n", self.curl_command(&target)));
                ExitCode::SUCCESS
            }
            Ok(target) => {
                write_error(&self.curl_command(&target));
                self.send(&target)
            }
            Err(failure) => fail(failure.message()),
        }
    }

    /// Returns the dialect of the action.
    fn dialect(&self) -> Option<&'static dyn Dialect> {
        let mut meant = meant(self.api.as_deref());
        meant.find(|dialect| dialect.is_call(&self.action))
    }

    fn target(&self, dialect: &'static dyn Dialect) -> Result<CallTarget, Failure> {
        let credentials = FirstCallInfo {
            access_code: self.access_code.clone(),
            api_key: self.api_key.clone(),
            // An access code of the Admin API opens the Reseller API too.
            reseller_code: self.access_code.clone(),
            reseller_key: self.reseller_key.clone(),
            ..FirstCallInfo::default()
        };
        // The control plane is asked only for what is missing.
        let path = match dialect.call(&self.action, &credentials) {
            Some(path) => path,
            None => {
                let known = self.completed(credentials)?;
                let path = dialect.call(&self.action, &known);
                path.ok_or_else(|| Failure::Other(missing_credential(dialect)))?
            }
        };
        Ok(CallTarget {
            url: self.panel_url()?,
            path,
            dialect,
        })
    }

    /// Completes the credentials from the command line with those of the control plane.
    fn completed(&self, credentials: FirstCallInfo) -> Result<FirstCallInfo, Failure> {
        let info = self.remote.info()?;
        let known = |name: &str| info.get(name).and_then(Value::as_str).map(str::to_owned);
        Ok(FirstCallInfo {
            access_code: credentials.access_code.or_else(|| known("access_code")),
            api_key: credentials.api_key.or_else(|| known("api_key")),
            reseller_code: credentials.reseller_code.or_else(|| known("reseller_code")),
            reseller_key: credentials.reseller_key.or_else(|| known("reseller_key")),
            ..credentials
        })
    }

    /// Returns the panel's address: the one that was set, or the one that the control plane reports, whose own
    /// address may differ.
    fn panel_url(&self) -> Result<Url, Failure> {
        if let Some(url) = self.remote.panel()? {
            return Ok(url);
        }
        let info = self.remote.info()?;
        let url = info.get("url").and_then(Value::as_str).unwrap_or_default();
        url.parse()
            .map_err(|reason| Failure::Other(format!("the control plane says that the panel is at {url:?}: {reason}")))
    }

    fn send(&self, target: &CallTarget) -> ExitCode {
        let form: Vec<String> = self
            .parameters
            .iter()
            .map(|(name, value)| format!("{}={}", percent_encode(name), percent_encode(value)))
            .collect();
        let form = form.join("&");
        let request = HttpRequest {
            method: if form.is_empty() { "GET" } else { "POST" },
            path: &target.path,
            content_type: if form.is_empty() { "" } else { FORM },
            body: form.as_bytes(),
            trust: Some(self.remote.trust()),
            ..HttpRequest::default()
        };
        let Answer { status, body } = match target.url.ask(&request, REQUEST_TIMEOUT) {
            Ok(answer) => answer,
            Err(error) => return fail(format!("{} does not answer: {error}", target.url)),
        };
        print_body(&body);
        if status != 200 {
            return fail(format!("the answer has status {status}"));
        }
        match serde_json::from_slice(&body) {
            Ok(answer) if !target.dialect.has_failed(&answer) => ExitCode::SUCCESS,
            Ok(_) => ExitCode::FAILURE,
            Err(error) => fail(format!("the answer is no JSON: {error}")),
        }
    }

    /// Returns the equivalent curl command.
    fn curl_command(&self, target: &CallTarget) -> String {
        let authority = self.remote.trust().file().filter(|_| target.url.is_secure());
        let authority = authority.map(|file| format!("--cacert {} ", quoted(&file.display().to_string())));
        let url = format!("{}{}", target.url, target.path);
        curl(&authority.unwrap_or_default(), &url, &self.parameters)
    }
}

/// Returns the curl command that posts these parameters.
pub fn curl(options: &str, url: &str, parameters: &[(String, String)]) -> String {
    let mut words = format!("curl {options}{}", quoted(url));
    for (name, value) in parameters {
        // --data-urlencode does not encode the name: if it needs encoding, name and value are both sent
        // encoded.
        let is_plain = name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_-.[]".contains(&byte));
        words += &match is_plain {
            true => format!(" --data-urlencode {}", quoted(&format!("{name}={value}"))),
            false => format!(
                " -d {}",
                quoted(&format!("{}={}", percent_encode(name), percent_encode(value)))
            ),
        };
    }
    words
}

/// Returns the dialects of the API that is named, or all.
pub fn meant(api: Option<&str>) -> impl Iterator<Item = &'static dyn Dialect> {
    let served = Dialects::default().served();
    served.filter(move |dialect| api.is_none_or(|api| dialect.api().name() == api))
}

/// Says that there is no such action, or no such API, and which may be meant.
pub fn unknown(action: &str, api: Option<&str>) -> String {
    if let Some(api) = api.filter(|api| meant(Some(api)).next().is_none()) {
        let names: Vec<&str> = meant(None).map(|dialect| dialect.api().name()).collect();
        return format!(
            "there is no API {api:?}; there are {}{}",
            names.join(", "),
            nearest(api, &names)
        );
    }
    let operations = meant(api).flat_map(Dialect::operations);
    let calls: Vec<&str> = operations.map(|operation| operation.name.as_str()).collect();
    let meant = nearest(action, &calls);
    format!("there is no action {action:?}{meant} (linecard actions lists them)")
}

/// Says that there are no credentials for an API.
fn missing_credential(dialect: &dyn Dialect) -> String {
    format!(
        "the panel has no access code or no key of {}; give them with their flags",
        dialect.title()
    )
}

/// Quotes a word for a shell.
pub fn quoted(word: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.,:/=@%+".contains(&byte);
    match !word.is_empty() && word.bytes().all(is_plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', r"'\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_quoted_for_a_shell() {
        for (word, expected) in [
            ("a=b-1.2", "a=b-1.2"),
            ("", "''"),
            ("a b", "'a b'"),
            ("it's", r"'it'\''s'"),
            ("$x&y", "'$x&y'"),
        ] {
            assert_eq!(quoted(word), expected);
        }
    }
}
